/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_DOCUMENT_H
#define _GMG_DOCUMENT_H

#include <cyaml/cyaml.h>
#include <stdbool.h>
#include <stdio.h>
#include <yaml.h>

/**
 * struct gmg_doc - a YAML text with its line numbers
 *
 * libcyaml turns YAML into structures but keeps no lines and stops at the first
 * surprise with a log line of its own. This reads the same text once more as a
 * tree, holds it against the same schema and so can say where and what.
 *
 * @yaml: the tree; owned
 * @name: of the file, for messages; borrowed
 * @err:  where messages go; borrowed
 */
struct gmg_doc {
	yaml_document_t yaml;
	const char *name;
	FILE *err;
};

/* Reads exactly one document without anchors and aliases. 0, or -1 after a
 * message on @err and with nothing to free.
 */
int doc_load(struct gmg_doc *doc, const char *buf, size_t len, const char *name,
	     FILE *err);
void doc_free(struct gmg_doc *doc);

/* Holds the document against @schema: known keys, once each, none missing, and
 * values of the right type, range and length. Warns of ignored keys. 0, or -1
 * after a message.
 */
int doc_check(struct gmg_doc *doc, const cyaml_schema_value_t *schema);

/* Where a value is: "sides[0].ue-pools[1]". No longer path exists than
 * "headers.P-Charging-Function-Addresses.ue-to-core-protected".
 */
struct gmg_path {
	char s[64];
};

struct gmg_path doc_path(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));

/* Is there a value at @path? */
bool doc_has(struct gmg_doc *doc, const char *path);

/* The line, from 1, of the value at @path or of the nearest one above it. */
size_t doc_line(struct gmg_doc *doc, const char *path);

/* Says "NAME:LINE: what" for the value at @path, or for a line; returns -1. */
int doc_fail(struct gmg_doc *doc, const char *path, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int doc_fail_line(struct gmg_doc *doc, size_t line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Says "NAME:LINE: warning: what" for the value at @path. */
void doc_warn(struct gmg_doc *doc, const char *path, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif /* _GMG_DOCUMENT_H */
