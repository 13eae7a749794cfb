// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "document.h"

/* Most characters of the user's own text in a message. */
#define QUOTE 48

/* No mapping of a schema has more keys. */
#define KEYS_MAX 64

static const char *text(const yaml_node_t *node)
{
	return (const char *)node->data.scalar.value;
}

static size_t line_of(const yaml_node_t *node)
{
	return node->start_mark.line + 1;
}

static bool printable(const yaml_node_t *node)
{
	size_t i;

	for (i = 0; i < node->data.scalar.length; i++)
		if (text(node)[i] < ' ' || text(node)[i] > '~')
			return false;
	return true;
}

/* What a value of this schema looks like, for "... must be ...". */
static void describe(FILE *out, const cyaml_schema_value_t *schema)
{
	uint32_t i;

	switch (schema->type) {
	case CYAML_MAPPING:
		fputs("a mapping (key: value)", out);
		break;
	case CYAML_SEQUENCE:
		fputs("a list", out);
		break;
	case CYAML_BOOL:
		fputs("true or false", out);
		break;
	case CYAML_UINT:
		fprintf(out, "a number from 0 to %u, decimal or 0x hexadecimal",
			schema->data_size == 2 ? UINT16_MAX : UINT32_MAX);
		break;
	case CYAML_ENUM:
		for (i = 0; i < schema->enumeration.count; i++)
			fprintf(out, "%s%s", i ? ", " : "one of ",
				schema->enumeration.strings[i].str);
		break;
	default:
		fprintf(out, "text of 1 to %u characters", schema->string.max);
	}
}

static int wrong(struct gmg_doc *doc, const yaml_node_t *node,
		 const cyaml_schema_value_t *schema, const char *name)
{
	static const char *const kind[] = {
		[YAML_NO_NODE] = "nothing",
		[YAML_SEQUENCE_NODE] = "a list",
		[YAML_MAPPING_NODE] = "a mapping",
	};

	fprintf(doc->err, "%s:%zu: %s must be ", doc->name, line_of(node), name);
	describe(doc->err, schema);
	if (node->type != YAML_SCALAR_NODE)
		fprintf(doc->err, ", not %s\n", kind[node->type]);
	else if (!node->data.scalar.length)
		fputs(", not empty\n", doc->err);
	else if (!printable(node))
		fputs(", not text\n", doc->err);
	else
		fprintf(doc->err, ", not '%.*s'\n", QUOTE, text(node));
	return -1;
}

/* Decimal without leading zeros or 0x: libcyaml would read 010 as 8. */
static bool number(const char *s, uint64_t max)
{
	bool hex = s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
	const char *digits = hex ? s + 2 : s;
	size_t n = strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789");

	if (!n || digits[n] || n > 16 || (!hex && n > 1 && *digits == '0'))
		return false;
	return strtoull(digits, NULL, hex ? 16 : 10) <= max;
}

static bool scalar_fits(const yaml_node_t *node,
			const cyaml_schema_value_t *schema)
{
	const char *s = text(node);
	uint32_t i;

	switch (schema->type) {
	case CYAML_UINT:
		return number(s, schema->data_size == 2 ? UINT16_MAX : UINT32_MAX);
	case CYAML_BOOL:
		return !strcmp(s, "true") || !strcmp(s, "false");
	case CYAML_ENUM:
		for (i = 0; i < schema->enumeration.count; i++)
			if (!strcmp(s, schema->enumeration.strings[i].str))
				return true;
		return false;
	default:
		return node->data.scalar.length >= schema->string.min &&
		       node->data.scalar.length <= schema->string.max;
	}
}

static int unknown_key(struct gmg_doc *doc, const yaml_node_t *key,
		       const cyaml_schema_field_t *fields, const char *name)
{
	const char *comma = "";

	fprintf(doc->err, "%s:%zu: unknown key '%.*s' in %s: known are ",
		doc->name, line_of(key), QUOTE, text(key), name);
	for (; fields->key; fields++) {
		if (fields->value.type == CYAML_IGNORE)
			continue;
		fprintf(doc->err, "%s%s", comma, fields->key);
		comma = ", ";
	}
	fputc('\n', doc->err);
	return -1;
}

static int check_value(struct gmg_doc *doc, yaml_node_t *node,
		       const cyaml_schema_value_t *schema, const char *name);

static int check_pair(struct gmg_doc *doc, const yaml_node_pair_t *pair,
		      const cyaml_schema_value_t *schema, const char *name,
		      size_t seen[KEYS_MAX])
{
	bool any_case = schema->flags & CYAML_FLAG_CASE_INSENSITIVE;
	const cyaml_schema_field_t *fields = schema->mapping.fields;
	yaml_node_t *key = yaml_document_get_node(&doc->yaml, pair->key);
	size_t i;

	if (key->type != YAML_SCALAR_NODE || !printable(key))
		return doc_fail_line(doc, line_of(key), "a key in %s must be a plain word", name);
	for (i = 0; fields[i].key && (any_case ? strcasecmp : strcmp)(fields[i].key, text(key)); i++)
		;
	if (!fields[i].key)
		return unknown_key(doc, key, fields, name);
	if (seen[i])
		return doc_fail_line(doc, line_of(key), "duplicate key '%s': first on line %zu",
			       fields[i].key, seen[i]);
	seen[i] = line_of(key);
	if (fields[i].value.type == CYAML_IGNORE) {
		fprintf(doc->err, "%s:%zu: warning: '%s' is not enforced by this version\n",
			doc->name, seen[i], fields[i].key);
		return 0;
	}
	return check_value(doc, yaml_document_get_node(&doc->yaml, pair->value),
			   &fields[i].value, fields[i].key);
}

static int check_mapping(struct gmg_doc *doc, yaml_node_t *node,
			 const cyaml_schema_value_t *schema, const char *name)
{
	const cyaml_schema_field_t *fields = schema->mapping.fields;
	size_t i, seen[KEYS_MAX] = { 0 };
	yaml_node_pair_t *pair;

	for (pair = node->data.mapping.pairs.start;
	     pair < node->data.mapping.pairs.top; pair++)
		if (check_pair(doc, pair, schema, name, seen))
			return -1;
	for (i = 0; fields[i].key; i++) {
		if (seen[i] || fields[i].value.flags & CYAML_FLAG_OPTIONAL)
			continue;
		fprintf(doc->err, "%s:%zu: '%s' is missing in %s: it must be ",
			doc->name, line_of(node), fields[i].key, name);
		describe(doc->err, &fields[i].value);
		fputc('\n', doc->err);
		return -1;
	}
	return 0;
}

static int check_sequence(struct gmg_doc *doc, yaml_node_t *node,
			  const cyaml_schema_value_t *schema, const char *name)
{
	size_t n = node->data.sequence.items.top - node->data.sequence.items.start;
	yaml_node_item_t *item;

	if (n < schema->sequence.min)
		return doc_fail_line(doc, line_of(node), "%s is empty: it needs at least %u",
			       name, schema->sequence.min);
	if (n > schema->sequence.max)
		return doc_fail_line(doc, line_of(node), "%s has %zu entries: the most is %u",
			       name, n, schema->sequence.max);
	for (item = node->data.sequence.items.start;
	     item < node->data.sequence.items.top; item++)
		if (check_value(doc, yaml_document_get_node(&doc->yaml, *item),
				schema->sequence.entry, name))
			return -1;
	return 0;
}

static int check_value(struct gmg_doc *doc, yaml_node_t *node,
		       const cyaml_schema_value_t *schema, const char *name)
{
	if (schema->type == CYAML_MAPPING) {
		if (node->type != YAML_MAPPING_NODE)
			return wrong(doc, node, schema, name);
		return check_mapping(doc, node, schema, name);
	}
	if (schema->type == CYAML_SEQUENCE) {
		if (node->type != YAML_SEQUENCE_NODE)
			return wrong(doc, node, schema, name);
		return check_sequence(doc, node, schema, name);
	}
	if (node->type == YAML_SCALAR_NODE && !printable(node))
		return doc_fail_line(doc, line_of(node), "unprintable characters in %s: only ASCII text is accepted",
			       name);
	if (node->type != YAML_SCALAR_NODE || !scalar_fits(node, schema))
		return wrong(doc, node, schema, name);
	return 0;
}

int doc_check(struct gmg_doc *doc, const cyaml_schema_value_t *schema)
{
	return check_value(doc, yaml_document_get_root_node(&doc->yaml), schema,
			   "the policy");
}
