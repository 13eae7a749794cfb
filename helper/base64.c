// SPDX-License-Identifier: GPL-2.0
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base64.h"

void gmg_base64_encode(const uint8_t *octets, size_t n, char *text)
{
	EVP_EncodeBlock((unsigned char *)text, octets, (int)n);
}

static bool is_digit(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '+' || c == '/';
}

/* OpenSSL takes more for base64 than is, and writes whole groups of three octets. */
bool gmg_base64_decode(const char *text, size_t len, uint8_t *octets, size_t max, size_t *n)
{
	size_t digits = len, i;
	uint8_t group[3];

	while (digits && len - digits < 2 && text[digits - 1] == '=')
		digits--;
	for (i = 0; i < digits; i++)
		if (!is_digit(text[i]))
			return false;
	*n = digits * 3 / 4;
	if (len % 4 || *n > max)
		return false;
	for (i = 0; i < *n; i++) {
		if (i % 3 == 0)
			EVP_DecodeBlock(group, (const unsigned char *)text + i / 3 * 4, 4);
		octets[i] = group[i % 3];
	}
	OPENSSL_cleanse(group, sizeof(group));
	return true;
}
