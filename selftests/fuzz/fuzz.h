/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_FUZZ_H
#define _GMG_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Straight to the descriptor: stderr may be captured. */
#define HOLDS(property) do {							\
	if (!(property)) {							\
		dprintf(2, "%s:%d: does not hold: %s\n", __FILE__, __LINE__,	\
			#property);						\
		abort();							\
	}									\
} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif /* _GMG_FUZZ_H */
