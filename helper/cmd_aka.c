// SPDX-License-Identifier: GPL-2.0
#include <openssl/crypto.h>
#include <stdio.h>
#include <unistd.h>

#include "cmd.h"
#include "cmd_aka.h"
#include "hex.h"
#include "print.h"
#include "secret.h"

static void *secure_malloc(size_t size)
{
	return OPENSSL_secure_malloc(size);
}

static void secure_free(void *p)
{
	OPENSSL_secure_free(p);
}

int aka_begin(bool shows)
{
	if (shows && isatty(STDOUT_FILENO)) {
		complain("no keys on a terminal: redirect the output, to a file or a pipe");
		return EXIT_USAGE;
	}
	/* no copy of a key in the buffer of a stream or in what JSON is made of */
	if (!secret_begin() || setvbuf(stdout, NULL, _IONBF, 0))
		return EXIT_KERNEL;
	json_set_alloc_funcs(secure_malloc, secure_free);
	return EXIT_OK;
}

bool aka_add(json_t *doc, const char *name, const uint8_t *octet, size_t n)
{
	char *hex = OPENSSL_secure_malloc(2 * n + 1);
	bool added = false;

	if (hex) {
		hex_format(octet, n, hex);
		added = !json_object_set_new(doc, name, json_string(hex));
	}
	OPENSSL_secure_clear_free(hex, 2 * n + 1);
	return added;
}

int aka_print(bool json, json_t *doc)
{
	const char *name;
	json_t *value;

	if (json || !doc)
		return print_json(doc);
	json_object_foreach(doc, name, value) {
		/* printf() would leave a copy of a key on its stack */
		fputs(name, stdout);
		putchar(' ');
		fputs(json_string_value(value), stdout);
		putchar('\n');
	}
	json_decref(doc);
	if (!ferror(stdout))
		return EXIT_OK;
	complain("cannot write to the standard output");
	return EXIT_KERNEL;
}
