// SPDX-License-Identifier: GPL-2.0
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
