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

/* A row of words: the first says what it is, the others are inputs and what comes of them. */
typedef bool row_holds_t(const char *const *row);

/* Each row of @words that is on the command line, instead of the test's own: are there any? */
static inline bool rows_given(int argc, char **argv, int words, row_holds_t *holds)
{
	int at;

	for (at = 1; at + words <= argc; at += words)
		result(holds((const char *const *)argv + at), argv[at]);
	return argc > 1;
}

/* Is there no digit of the word @input of @row that does not matter? */
static inline bool digits_matter(const char *const *row, int words, int input,
				 row_holds_t *holds)
{
	const char *changed[32];
	char text[65];
	size_t i;

	memcpy(changed, row, words * sizeof(*row));
	changed[input] = text;
	for (i = 0; row[input][i]; i++) {
		strcpy(text, row[input]);
		flip(&text[i]);
		if (holds(changed))
			return false;
	}
	return holds(row);
}

#endif /* _GMG_TEST_OCTETS_H */
