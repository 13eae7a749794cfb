/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_PRINT_H
#define _GMG_PRINT_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "complain.h"
#include "config.h"

/* Writes @doc as a JSON document with "schema": 1, indented, or on one line
 * for a stream of them; takes the reference. An exit status.
 */
int print_json(json_t *doc);
int print_json_line(json_t *doc);

/* Writes one document with the number and a list of @n elements, which are made
 * one after the other: there may be a million. An exit status.
 */
int print_json_list(const char *key, json_t *(*element)(const void *list, uint32_t i),
		    const void *list, uint32_t n);

/* Writes octets in characters that a terminal may have; a line of the text for one of
 * theirs, which ends in CRLF.
 */
void print_octets(const void *octets, size_t n);

/* Octets in hexadecimal, as JSON has none. NULL without memory. */
json_t *octets_json(const void *octets, size_t n);

#define COLUMNS_MAX 8

/* A column of a table: the key of its value, and its heading. */
struct gmg_column {
	const char *key;
	const char *title;
};

/* Writes a list of objects as a table of at most COLUMNS_MAX columns; numbers
 * are right-aligned.
 */
void print_table(const json_t *rows, const struct gmg_column *column, size_t n);

/* A policy with the keys of its file; NULL without memory. */
json_t *print_config(const struct gmg_config *cfg);

#endif /* _GMG_PRINT_H */
