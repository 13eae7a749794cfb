/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_SECRET_H
#define _GMG_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "aka.h"

/* To be called before a secret is read, as often as one likes: from then on there
 * is no core dump, nobody else of this user may trace the process, and
 * OPENSSL_secure_malloc() gives memory that is not swapped (where RLIMIT_MEMLOCK
 * lets it) and is wiped as it is freed. False after a message.
 */
bool secret_begin(void);

/* Reads lines "ck HEX" and "ik HEX", each once and in any order, 32 hex digits
 * each; a '#' begins a comment. 0, or -1 after "NAME:LINE: ..." on @err, which
 * repeats nothing of the text; then @keys is all zero.
 */
int secret_parse(const char *buf, size_t len, const char *name, struct gmg_aka_keys *keys,
		 FILE *err);

/* The same of lines "k HEX" and "op HEX", "opc HEX", "top HEX" or "topc HEX", whose
 * number of digits is that of struct gmg_subscriber.
 */
int secret_parse_subscriber(const char *buf, size_t len, const char *name,
			    struct gmg_subscriber *sub, FILE *err);

/* The same of the file @path, where "-" is the standard input; they warn of one that
 * others may read. After secret_begin(). 0, or -1 after a message.
 */
int secret_read(const char *path, struct gmg_aka_keys *keys);
int secret_read_subscriber(const char *path, struct gmg_subscriber *sub);

/* All of the file @path, where "-" is the standard input: at most @size octets, in
 * memory of so many that goes by OPENSSL_secure_clear_free(); if @warn, warns of one that
 * others may read. After secret_begin(). NULL after a message.
 */
char *secret_file(const char *path, size_t size, size_t *len, bool warn);

/* A word of the user's as a message may show it: as it is, or "..." if it may be a key
 * that stands in the wrong place.
 */
const char *secret_show(const char *word);

#endif /* _GMG_SECRET_H */
