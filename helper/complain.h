/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_COMPLAIN_H
#define _GMG_COMPLAIN_H

#include <stdio.h>

/* What is wrong, in words: the command says it on stderr, the library returns it. */

/* "gmguard: ..." on stderr, or with what complain_at() said last instead of
 * "gmguard"; @where is borrowed, NULL ends it.
 */
void complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void complain_at(const char *where);

/* From now on complaints of this thread go to @to, without "gmguard: "; NULL: to stderr.
 * Returns where they went before.
 */
FILE *complain_to(FILE *to);

/* Where complaints go. */
FILE *complaints(void);

#endif /* _GMG_COMPLAIN_H */
