// SPDX-License-Identifier: GPL-2.0
#include <openssl/crypto.h>

#include "hex.h"

char *hex_format(const uint8_t *octet, size_t n, char *at)
{
	static const char digits[] = "0123456789abcdef";

	for (; n--; octet++) {
		*at++ = digits[*octet >> 4];
		*at++ = digits[*octet & 0xf];
	}
	*at = '\0';
	return at;
}

bool hex_parse(const char *text, size_t len, uint8_t *octet, size_t n)
{
	int high, low;

	if (len != 2 * n)
		return false;
	for (; n--; text += 2) {
		high = OPENSSL_hexchar2int(text[0]);
		low = OPENSSL_hexchar2int(text[1]);
		if (high < 0 || low < 0)
			return false;
		*octet++ = high << 4 | low;
	}
	return true;
}
