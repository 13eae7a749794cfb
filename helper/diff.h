/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_DIFF_H
#define _GMG_DIFF_H

#include <jansson.h>
#include <stddef.h>

/* The lines that are only in @old ("-") or only in @new ("+"), in order, as a
 * list of objects {"op", "text"}; both texts end with a newline or are empty,
 * and are cut into lines in place. NULL without memory.
 */
json_t *diff_lines(char *old, char *new);

#endif /* _GMG_DIFF_H */
