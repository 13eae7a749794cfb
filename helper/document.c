// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"

static int fail_va(struct gmg_doc *doc, size_t line, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));

static int fail_va(struct gmg_doc *doc, size_t line, const char *fmt, va_list ap)
{
	fprintf(doc->err, "%s:%zu: ", doc->name, line);
	vfprintf(doc->err, fmt, ap);
	fputc('\n', doc->err);
	return -1;
}

int doc_fail_line(struct gmg_doc *doc, size_t line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fail_va(doc, line, fmt, ap);
	va_end(ap);
	return -1;
}

int doc_fail(struct gmg_doc *doc, const char *path, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fail_va(doc, doc_line(doc, path), fmt, ap);
	va_end(ap);
	return -1;
}

void doc_warn(struct gmg_doc *doc, const char *path, const char *fmt, ...)
{
	va_list ap;

	fprintf(doc->err, "%s:%zu: warning: ", doc->name, doc_line(doc, path));
	va_start(ap, fmt);
	vfprintf(doc->err, fmt, ap);
	va_end(ap);
	fputc('\n', doc->err);
}

struct gmg_path doc_path(const char *fmt, ...)
{
	struct gmg_path path;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(path.s, sizeof(path.s), fmt, ap);
	va_end(ap);
	return path;
}

static int syntax(struct gmg_doc *doc, const yaml_parser_t *parser,
		  const char *buf, size_t len)
{
	size_t i, line = parser->problem_mark.line + 1;

	if (parser->error == YAML_READER_ERROR) {
		/* The reader knows only an offset. */
		line = 1;
		for (i = 0; i < parser->problem_offset && i < len; i++)
			line += buf[i] == '\n';
		return doc_fail_line(doc, line, "not printable UTF-8 text (%s)",
			       parser->problem);
	}
	return doc_fail_line(doc, line, "not YAML: %s%s%s",
		       parser->problem ? parser->problem : "out of memory",
		       parser->context ? " " : "",
		       parser->context ? parser->context : "");
}

/* How deep lists and mappings may lie in each other; the format needs five. */
#define DEPTH 16

/* One pass over the events, in constant memory, before a tree is built: an
 * alias can make a small text a huge tree, and libyaml takes the square of the
 * depth in time.
 */
static int scan(struct gmg_doc *doc, yaml_parser_t *parser, const char *buf,
		size_t len)
{
	yaml_event_type_t type = YAML_NO_EVENT;
	unsigned int documents = 0, depth = 0;

	while (type != YAML_STREAM_END_EVENT) {
		const yaml_char_t *anchor = NULL;
		yaml_event_t event;
		size_t line;

		if (!yaml_parser_parse(parser, &event))
			return syntax(doc, parser, buf, len);
		type = event.type;
		line = event.start_mark.line + 1;
		if (type == YAML_SCALAR_EVENT)
			anchor = event.data.scalar.anchor;
		else if (type == YAML_SEQUENCE_START_EVENT)
			anchor = event.data.sequence_start.anchor;
		else if (type == YAML_MAPPING_START_EVENT)
			anchor = event.data.mapping_start.anchor;
		else if (type == YAML_ALIAS_EVENT)
			anchor = event.data.alias.anchor;
		yaml_event_delete(&event);

		if (anchor)
			return doc_fail_line(doc, line, "anchors and aliases are not accepted: write the value out");
		if (type == YAML_SEQUENCE_START_EVENT || type == YAML_MAPPING_START_EVENT)
			depth++;
		else if (type == YAML_SEQUENCE_END_EVENT || type == YAML_MAPPING_END_EVENT)
			depth--;
		if (depth > DEPTH)
			return doc_fail_line(doc, line, "nested more than %u deep", DEPTH);
		if (type == YAML_DOCUMENT_START_EVENT && ++documents > 1)
			return doc_fail_line(doc, line, "a second document: a policy is one document");
	}
	if (!documents)
		return doc_fail_line(doc, 1, "the file is empty: a policy needs at least sides and endpoints");
	return 0;
}

static bool parser_open(yaml_parser_t *parser, const char *buf, size_t len)
{
	if (!yaml_parser_initialize(parser))
		return false;
	yaml_parser_set_input_string(parser, (const unsigned char *)buf, len);
	return true;
}

int doc_load(struct gmg_doc *doc, const char *buf, size_t len, const char *name,
	     FILE *err)
{
	yaml_parser_t parser;
	int ret;

	doc->name = name;
	doc->err = err;

	if (!parser_open(&parser, buf, len))
		return doc_fail_line(doc, 1, "out of memory");
	ret = scan(doc, &parser, buf, len);
	yaml_parser_delete(&parser);
	if (ret)
		return ret;

	if (!parser_open(&parser, buf, len))
		return doc_fail_line(doc, 1, "out of memory");
	if (!yaml_parser_load(&parser, &doc->yaml))
		ret = syntax(doc, &parser, buf, len);
	yaml_parser_delete(&parser);
	return ret;
}

void doc_free(struct gmg_doc *doc)
{
	yaml_document_delete(&doc->yaml);
}

/* One step of a path: ".key" or "[index]". No two keys differ in their case only. */
static yaml_node_t *step(struct gmg_doc *doc, yaml_node_t *node, const char *key,
			 size_t n)
{
	yaml_node_pair_t *pair;

	if (*key == '[') {
		size_t index = strtoul(key + 1, NULL, 10);

		if (node->type != YAML_SEQUENCE_NODE ||
		    index >= (size_t)(node->data.sequence.items.top -
				      node->data.sequence.items.start))
			return NULL;
		return yaml_document_get_node(&doc->yaml,
					      node->data.sequence.items.start[index]);
	}
	if (node->type != YAML_MAPPING_NODE)
		return NULL;
	for (pair = node->data.mapping.pairs.start;
	     pair < node->data.mapping.pairs.top; pair++) {
		const yaml_node_t *k = yaml_document_get_node(&doc->yaml, pair->key);

		if (k->type == YAML_SCALAR_NODE && k->data.scalar.length == n &&
		    !strncasecmp((const char *)k->data.scalar.value, key, n))
			return yaml_document_get_node(&doc->yaml, pair->value);
	}
	return NULL;
}

/* Walks @path as far as there are nodes; @whole says if that was all of it. */
static yaml_node_t *walk(struct gmg_doc *doc, const char *path, bool *whole)
{
	yaml_node_t *next, *node = yaml_document_get_root_node(&doc->yaml);

	*whole = false;
	while (*path) {
		size_t n = strcspn(path + 1, ".[") + 1;

		next = step(doc, node, path, n);
		if (!next)
			return node;
		node = next;
		path += n;
		if (*path == '.')
			path++;
	}
	*whole = true;
	return node;
}

bool doc_has(struct gmg_doc *doc, const char *path)
{
	bool whole;

	walk(doc, path, &whole);
	return whole;
}

size_t doc_line(struct gmg_doc *doc, const char *path)
{
	bool whole;

	return walk(doc, path, &whole)->start_mark.line + 1;
}
