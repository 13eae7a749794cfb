/* SPDX-License-Identifier: GPL-2.0 */
/* Octets as tests have them: in hex. */
#ifndef _GMG_TEST_OCTETS_H
#define _GMG_TEST_OCTETS_H

#include <openssl/crypto.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "hex.h"

static int tests, failed;

static inline void result(bool good, const char *what)
{
	printf("%s %d %s\n", good ? "ok" : "not ok", ++tests, what);
	failed += !good;
}

static inline int finish(void)
{
	printf("1..%d\n", tests);
	return failed != 0;
}

/* Reads at most @max octets, whose number it returns; 0 for what is no hex. */
static inline size_t octets(const char *hex, uint8_t *to, size_t max)
{
	size_t n;

	return OPENSSL_hexstr2buf_ex(to, max, &n, hex, '\0') ? n : 0;
}

static inline bool same(const uint8_t *octet, size_t n, const char *hex)
{
	char text[2 * 64 + 1];

	if (n > 64)
		return false;
	hex_format(octet, n, text);
	return !strcmp(text, hex);
}

/* Makes another one of a digit: its lowest bit is changed. */
static inline void flip(char *digit)
{
	static const char digits[] = "0123456789abcdef";

	*digit = digits[(strchr(digits, *digit) - digits) ^ 1];
}

#endif /* _GMG_TEST_OCTETS_H */
