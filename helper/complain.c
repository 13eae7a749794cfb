// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>

#include "complain.h"

/* A program that uses the library has threads. */
static __thread const char *prefix;
static __thread FILE *stream;

void complain_at(const char *where)
{
	prefix = where;
}

FILE *complain_to(FILE *to)
{
	FILE *was = stream;

	stream = to;
	return was;
}

FILE *complaints(void)
{
	return stream ? stream : stderr;
}

void complain(const char *fmt, ...)
{
	va_list ap;

	if (!stream)
		fprintf(stderr, "%s: ", prefix ? prefix : "gmguard");
	va_start(ap, fmt);
	vfprintf(complaints(), fmt, ap);
	va_end(ap);
	fputc('\n', complaints());
}
