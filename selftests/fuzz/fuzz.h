/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_FUZZ_H
#define _GMG_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Straight to the descriptor: stderr may be captured. */
#define HOLDS(property) do {							\
	if (!(property)) {							\
		dprintf(2, "%s:%d: does not hold: %s\n", __FILE__, __LINE__,	\
			#property);						\
		abort();							\
	}									\
} while (0)

/* What a parser says: of the form "NAME:LINE: text", in characters that a terminal may have.
 * Returns how many are no warnings.
 */
static inline unsigned int check_messages(const char *said, const char *name, size_t lines)
{
	unsigned int errors = 0;
	const char *s = said;

	while (*s) {
		size_t n = strcspn(s, "\n"), i;
		unsigned long line;
		char *text;

		HOLDS(s[n] == '\n');
		HOLDS(!strncmp(s, name, strlen(name)) && s[strlen(name)] == ':');
		line = strtoul(s + strlen(name) + 1, &text, 10);
		HOLDS(line >= 1 && line <= lines);
		HOLDS(!strncmp(text, ": ", 2) && text + 2 < s + n);
		for (i = 0; i < n; i++)
			HOLDS(s[i] >= ' ' && s[i] <= '~');
		errors += strncmp(text, ": warning: ", 11) != 0;
		s += n + 1;
	}
	return errors;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif /* _GMG_FUZZ_H */
