// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "complain.h"
#include "file.h"

static char *read_stream(FILE *f, const char *path, size_t max, size_t *len)
{
	char *buf = malloc(max + 1);

	if (!buf) {
		complain("out of memory");
		return NULL;
	}
	*len = fread(buf, 1, max + 1, f);
	if (ferror(f)) {
		complain("%s: %s", path, strerror(errno));
		free(buf);
		return NULL;
	}
	return buf;
}

char *file_read(const char *path, size_t max, size_t *len)
{
	char *buf;
	FILE *f;

	if (!strcmp(path, "-"))
		return read_stream(stdin, path, max, len);
	f = fopen(path, "re");
	if (!f) {
		complain("%s: %s", path, strerror(errno));
		return NULL;
	}
	buf = read_stream(f, path, max, len);
	fclose(f);
	return buf;
}

const char *file_name(const char *path)
{
	return strcmp(path, "-") ? path : "stdin";
}
