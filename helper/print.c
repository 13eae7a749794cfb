// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "hex.h"
#include "print.h"

/* Version of the JSON documents: what is there keeps its name and meaning. */
#define SCHEMA 1

static int dump(json_t *body, size_t flags)
{
	json_t *doc = json_pack("{s:i}", "schema", SCHEMA);
	int ret = EXIT_KERNEL;

	if (!body || !doc || json_object_update(doc, body))
		complain("out of memory");
	else if (json_dumpf(doc, stdout, flags) || putchar('\n') == EOF)
		complain("cannot write to the standard output");
	else
		ret = EXIT_OK;
	json_decref(doc);
	json_decref(body);
	return ret;
}

int print_json(json_t *doc)
{
	return dump(doc, JSON_INDENT(2));
}

int print_json_line(json_t *doc)
{
	return dump(doc, JSON_COMPACT);
}

int print_json_list(const char *key, json_t *(*element)(const void *list, uint32_t i),
		    const void *list, uint32_t n)
{
	bool good = true;
	json_t *doc;
	uint32_t i;

	printf("{\n  \"schema\": %d,\n  \"count\": %u,\n  \"%s\": [", SCHEMA, n, key);
	for (i = 0; i < n && good; i++) {
		doc = element(list, i);
		printf("%s\n    ", i ? "," : "");
		good = doc && !json_dumpf(doc, stdout, JSON_COMPACT);
		json_decref(doc);
	}
	printf("%s]\n}\n", n ? "\n  " : "");
	if (good && !ferror(stdout))
		return EXIT_OK;
	complain("cannot write to the standard output");
	return EXIT_KERNEL;
}

json_t *octets_json(const void *octets, size_t n)
{
	char *text = malloc(2 * n + 1);
	json_t *hex;

	if (!text)
		return NULL;
	hex_format(octets, n, text);
	hex = json_stringn(text, 2 * n);
	free(text);
	return hex;
}

void print_octets(const void *octets, size_t n)
{
	const uint8_t *p = octets;
	size_t i;

	for (i = 0; i < n; i++) {
		uint8_t c = p[i];
		bool end = c == '\n' && i && p[i - 1] == '\r';

		if (c == '\r' && i + 1 < n && p[i + 1] == '\n')
			continue;
		if (end || (c >= ' ' && c <= '~' && c != '\\'))
			putchar(c);
		else
			printf("\\x%02x%s", c, c == '\n' ? "\n" : "");
	}
	if (n && p[n - 1] != '\n')
		putchar('\n');
}

/* The text of a cell, in @buf if it must be made. */
static const char *cell(const json_t *row, const char *key, char buf[24])
{
	const json_t *value = json_object_get(row, key);

	if (json_is_string(value))
		return json_string_value(value);
	if (!json_is_integer(value))
		return "-";
	snprintf(buf, 24, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	return buf;
}

static int width(const json_t *rows, const struct gmg_column *c)
{
	size_t i, n, max = strlen(c->title);
	const json_t *row;
	char buf[24];

	json_array_foreach(rows, i, row) {
		n = strlen(cell(row, c->key, buf));
		max = n > max ? n : max;
	}
	return max;
}

void print_table(const json_t *rows, const struct gmg_column *column, size_t n)
{
	int w[COLUMNS_MAX] = { 0 };
	bool right[COLUMNS_MAX] = { 0 };
	const json_t *row;
	char buf[24];
	size_t i, c;

	for (c = 0; c < n; c++) {
		w[c] = width(rows, &column[c]);
		right[c] = json_is_integer(json_object_get(json_array_get(rows, 0), column[c].key));
	}
	for (i = 0; i <= json_array_size(rows); i++) {
		row = i ? json_array_get(rows, i - 1) : NULL;
		for (c = 0; c < n; c++) {
			const char *s = row ? cell(row, column[c].key, buf) : column[c].title;

			/* The last column needs no padding. */
			if (right[c])
				printf("%s%*s", c ? "  " : "", w[c], s);
			else
				printf("%s%-*s", c ? "  " : "", c + 1 < n ? w[c] : 0, s);
		}
		putchar('\n');
	}
}

static uint64_t get_uint(const char *data, uint32_t size)
{
	uint64_t v64;
	uint32_t v32;
	uint16_t v16;

	switch (size) {
	case 1:
		return *(const uint8_t *)data;
	case 2:
		memcpy(&v16, data, size);
		return v16;
	case 4:
		memcpy(&v32, data, size);
		return v32;
	default:
		memcpy(&v64, data, sizeof(v64));
		return v64;
	}
}

static json_t *value(const cyaml_schema_value_t *schema, const char *data, uint64_t count);

static json_t *mapping(const cyaml_schema_field_t *f, const char *data)
{
	json_t *object = json_object();

	for (; f->key; f++) {
		const char *at = data + f->data_offset;
		uint64_t count = 0;

		if (f->value.type == CYAML_IGNORE)
			continue;
		if (f->value.type == CYAML_SEQUENCE)
			count = get_uint(data + f->count_offset, f->count_size);
		else if (f->value.flags & CYAML_FLAG_POINTER && !*(char *const *)at)
			continue;
		if (json_object_set_new(object, f->key, value(&f->value, at, count))) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static json_t *sequence(const cyaml_schema_value_t *entry, const char *data, uint64_t count)
{
	json_t *array = json_array();
	uint64_t i;

	for (i = 0; i < count; i++) {
		if (json_array_append_new(array, value(entry, data + i * entry->data_size, 0))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

/* Follows the schema of the policy file, so that both have the same keys. */
static json_t *value(const cyaml_schema_value_t *schema, const char *data, uint64_t count)
{
	uint32_t i;

	if (schema->flags & CYAML_FLAG_POINTER)
		data = *(char *const *)data;

	switch (schema->type) {
	case CYAML_MAPPING:
		return mapping(schema->mapping.fields, data);
	case CYAML_SEQUENCE:
		return sequence(schema->sequence.entry, data, count);
	case CYAML_STRING:
		return json_string(data);
	case CYAML_BOOL:
		return json_boolean(get_uint(data, schema->data_size));
	case CYAML_ENUM:
		for (i = 0; i < schema->enumeration.count; i++)
			if ((uint64_t)schema->enumeration.strings[i].val ==
			    get_uint(data, schema->data_size))
				return json_string(schema->enumeration.strings[i].str);
		/* fall through */
	default:
		return json_integer(get_uint(data, schema->data_size));
	}
}

json_t *print_config(const struct gmg_config *cfg)
{
	return value(&config_schema, (const char *)&cfg, 0);
}
