/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_TEXT_H
#define _GMG_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* The value of a SIP header, in pieces: what the scanner has found and where it ends is
 * the scanner's to say, here it is only split. Nothing is copied and nothing ended by NUL.
 */

/* Octets of somebody else's; @p is NULL of what is not there. */
struct gmg_text {
	const char *p;
	size_t len;
};

/* The octets of a string. */
struct gmg_text text_of(const char *s);

/* Without white space, folds included (RFC 3261 7.3.1), at both ends. */
struct gmg_text text_trim(struct gmg_text t);

/* Takes from @rest what comes before the first octet of @separators, all of them below 64,
 * that is neither in quotes (RFC 3261 25.1) nor between < and >, trimmed, and the separator.
 * @ended_by, which may be NULL, is that octet, '\0' if the text ended. False, and @piece is
 * untouched, if @rest was not there: it is not once the last piece is taken.
 */
bool text_next(struct gmg_text *rest, const char *separators, struct gmg_text *piece,
	       char *ended_by);

/* Splits "name = value" or "name", both trimmed; @value is not there if "=" is not. */
void text_param(struct gmg_text piece, struct gmg_text *name, struct gmg_text *value);

/* Without its quotes, if it has them. Escapes stay as they are. */
struct gmg_text text_unquote(struct gmg_text t);

/* Splits the scheme of credentials or of a challenge off (RFC 3261 20.7). */
struct gmg_text text_scheme(struct gmg_text *value);

/* Is it this word, in any case? Here, so that the length of a literal is a constant. */
static inline bool text_is(struct gmg_text t, const char *word)
{
	return t.p && t.len == strlen(word) && !strncasecmp(t.p, word, t.len);
}

/* Are they the same, octet by octet? */
bool text_same(struct gmg_text a, struct gmg_text b);

/* Of 1 to @digits decimal digits (at most 19) and no more than @max. */
bool text_number(struct gmg_text t, size_t digits, uint64_t max, uint64_t *value);

/* How many octets of a token (RFC 3261 25.1) it begins with. */
size_t text_token_len(struct gmg_text t);

/* Takes NAME=VALUE from @rest, which is there, and the comma behind it: the value is a token or
 * in quotes, with them, and no stack reads it otherwise (RFC 3261 25.1, auth-param). False if
 * some may: if there is '\' in quotes, as some know no escapes, or "'" or '*' in a token, as to
 * some they quote or encode (RFC 7616 3.4). @rest is not there once the last one is taken.
 */
bool text_auth_next(struct gmg_text *rest, struct gmg_text *name, struct gmg_text *value);

/* A token of one octet or more. */
bool text_token(struct gmg_text t);

#endif /* _GMG_TEXT_H */
