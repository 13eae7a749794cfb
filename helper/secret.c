// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdarg.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "array.h"
#include "print.h"
#include "secret.h"

enum {
	FILE_SIZE_MAX = 4096,
	HEAP_SIZE = 32768,	/* a power of two */
	HEAP_CHUNK = 32,
	KEY_DIGITS = 2 * GMG_AKA_KEY_LEN,
};

bool secret_begin(void)
{
	const struct rlimit none = { 0, 0 };

	/* A heap that cannot be locked comes into being all the same. */
	if (!setrlimit(RLIMIT_CORE, &none) && !prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) &&
	    (CRYPTO_secure_malloc_initialized() ||
	     CRYPTO_secure_malloc_init(HEAP_SIZE, HEAP_CHUNK)))
		return true;
	complain("cannot keep keys to itself: %s", strerror(errno));
	return false;
}

/* Where a reader of lines is. */
struct text {
	const char *name;
	size_t line;
	FILE *err;
};

static int fail(const struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static int fail(const struct text *t, const char *fmt, ...)
{
	va_list ap;

	fprintf(t->err, "%s:%zu: ", t->name, t->line);
	va_start(ap, fmt);
	vfprintf(t->err, fmt, ap);
	va_end(ap);
	fputc('\n', t->err);
	return -1;
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* -1 for what is no hex digit. */
static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 'a' ^ 'A';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

const char *secret_show(const char *word)
{
	enum { HALF_A_KEY = GMG_AKA_KEY_LEN };
	const char *s = word;
	int digits = 0;

	if (!strncasecmp(word, "inline", strlen("inline")))
		return "...";
	for (; *s && digits < HALF_A_KEY; s++)
		digits = digit(*s) < 0 ? 0 : digits + 1;
	return digits < HALF_A_KEY ? word : "...";
}

/* A key of the file, and the line that has it, 0: none yet. */
struct field {
	const char *name;
	uint8_t *octets;
	size_t line;
};

static int parse_value(const struct text *t, struct field *f, const char *s, const char *end)
{
	size_t n = end - s, i;

	if (f->line)
		return fail(t, "a second %s: line %zu has one", f->name, f->line);
	for (i = 0; i < n; i++)
		if (digit(s[i]) < 0)
			return fail(t, "character %zu of %s is no hex digit, %d are right",
				    i + 1, f->name, KEY_DIGITS);
	if (n != KEY_DIGITS)
		return fail(t, "%s has %zu hex digits, %d are right", f->name, n, KEY_DIGITS);
	for (i = 0; i < n; i += 2)
		f->octets[i / 2] = digit(s[i]) << 4 | digit(s[i + 1]);
	f->line = t->line;
	return 0;
}

/* A line without its end and its comment. */
static int parse_line(const struct text *t, struct field f[2], const char *s, const char *end)
{
	size_t i;

	while (s < end && blank(*s))
		s++;
	while (s < end && blank(end[-1]))
		end--;
	if (s == end)
		return 0;
	for (i = 0; i < 2; i++) {
		size_t n = strlen(f[i].name);

		if ((size_t)(end - s) < n || memcmp(s, f[i].name, n) ||
		    (s + n < end && !blank(s[n])))
			continue;
		for (s += n; s < end && blank(*s);)
			s++;
		return parse_value(t, &f[i], s, end);
	}
	return fail(t, "a line is 'ck HEX' or 'ik HEX', or a comment that begins with '#'");
}

static int parse(const char *buf, size_t len, struct text *t, struct gmg_aka_keys *keys)
{
	struct field f[] = { { "ck", keys->ck, 0 }, { "ik", keys->ik, 0 } };
	const char *end = buf + len, *eol, *eot;
	size_t i;

	for (; buf < end; buf = eol + 1) {
		t->line++;
		eol = memchr(buf, '\n', end - buf);
		eol = eol ?: end;
		eot = memchr(buf, '#', eol - buf);
		if (parse_line(t, f, buf, eot ?: eol))
			return -1;
	}
	t->line += !t->line;
	for (i = 0; i < ARRAY_SIZE(f); i++)
		if (!f[i].line)
			return fail(t, "the line '%s HEX' is missing, with %d hex digits",
				    f[i].name, KEY_DIGITS);
	return 0;
}

int secret_parse(const char *buf, size_t len, const char *name, struct gmg_aka_keys *keys,
		 FILE *err)
{
	struct text t = { .name = name, .err = err };

	if (!parse(buf, len, &t, keys))
		return 0;
	OPENSSL_cleanse(keys, sizeof(*keys));
	return -1;
}

static int read_fd(int fd, const char *name, struct gmg_aka_keys *keys)
{
	char *secret = OPENSSL_secure_malloc(FILE_SIZE_MAX + 1);
	ssize_t n = 1;
	struct stat st;
	size_t len;
	int ret = -1;

	if (!secret) {
		complain("out of memory");
		return -1;
	}
	for (len = 0; n > 0 && len <= FILE_SIZE_MAX; len += n > 0 ? n : 0)
		n = read(fd, secret + len, FILE_SIZE_MAX + 1 - len);
	if (n < 0 || fstat(fd, &st)) {
		complain("%s: %s", name, strerror(errno));
	} else if (len > FILE_SIZE_MAX) {
		complain("%s: more than %d octets: a file of keys has two lines", name,
			 FILE_SIZE_MAX);
	} else {
		if (S_ISREG(st.st_mode) && st.st_mode & 0044)
			complain("warning: %s: others than its owner may read it: chmod 600", name);
		ret = secret_parse(secret, len, name, keys, stderr);
	}
	OPENSSL_secure_clear_free(secret, FILE_SIZE_MAX + 1);
	return ret;
}

int secret_read(const char *path, struct gmg_aka_keys *keys)
{
	int fd, ret;

	/* whatever it is meant for, it is no path, and not to be shown as one */
	if (!strncmp(path, "inline:", strlen("inline:"))) {
		complain("keys in arguments are seen by others: give a file, or - for the standard input");
		return -1;
	}
	if (!strcmp(path, "-"))
		return read_fd(STDIN_FILENO, "stdin", keys);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		complain("%s: %s", secret_show(path), strerror(errno));
		return -1;
	}
	ret = read_fd(fd, path, keys);
	close(fd);
	return ret;
}
