/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_REASONS_H
#define _GMG_REASONS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct gmg_reason - what is known of one reason
 * @name, @rule, @clause, @meaning: as in kmod/pure/reason.h
 * @drop:   a rule with a mode; otherwise a class of accepted packets
 * @advice: what an operator does about a packet that met it
 */
struct gmg_reason {
	const char *name;
	const char *rule;
	const char *clause;
	const char *meaning;
	const char *advice;
	bool drop;
};

/* By number, 1 .. GMGUARD_REASON_MAX; NULL for a number of a newer module. */
const struct gmg_reason *reason_get(uint32_t reason);

/* The number of a name, 0 if there is no such reason. */
uint32_t reason_find(const char *name);

/* The name, or the number as text. Valid until the next four calls. */
const char *reason_word(uint32_t reason);

#endif /* _GMG_REASONS_H */
