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
#include "file.h"
#include "hex.h"
#include "print.h"
#include "secret.h"

enum {
	FILE_SIZE_MAX = 4096,
	HEAP_SIZE = 32768,	/* a power of two */
	HEAP_CHUNK = 32,
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

const char *secret_show(const char *word)
{
	enum { HALF_A_KEY = GMG_AKA_KEY_LEN };
	const char *s = word;
	int digits = 0;

	if (!strncasecmp(word, "inline", strlen("inline")))
		return "...";
	for (; *s && digits < HALF_A_KEY; s++)
		digits = OPENSSL_hexchar2int(*s) < 0 ? 0 : digits + 1;
	return digits < HALF_A_KEY ? word : "...";
}

/**
 * struct field - a line that a file of keys may have
 * @octets:  where they go; fields of one place stand for each other
 * @len:     how many
 * @or_len:  or so many, too
 * @missing: what is said if none of its place is there
 * @got:     octets that were there, 0: none yet
 * @line:    where
 */
struct field {
	const char *name;
	uint8_t *octets;
	size_t len;
	size_t or_len;
	const char *missing;
	size_t got;
	size_t line;
};

/* The lines of a file of keys. */
struct form {
	const char *lines;	/* what a line may be, for a message */
	struct field *field;
	size_t n;
};

/* The field that has taken the place of @f, NULL: none has. */
static const struct field *find_taken(const struct form *form, const struct field *f)
{
	size_t i;

	for (i = 0; i < form->n; i++)
		if (form->field[i].octets == f->octets && form->field[i].line)
			return &form->field[i];
	return NULL;
}

static int fail_length(const struct text *t, const struct field *f, size_t digits)
{
	if (f->or_len != f->len)
		return fail(t, "%s has %zu hex digits, %zu or %zu are right", f->name, digits,
			    2 * f->len, 2 * f->or_len);
	return fail(t, "%s has %zu hex digits, %zu are right", f->name, digits, 2 * f->len);
}

static int parse_value(const struct text *t, const struct form *form, struct field *f,
		       const char *s, const char *end)
{
	const struct field *taken = find_taken(form, f);
	size_t n = end - s, i;

	if (taken == f)
		return fail(t, "a second %s: line %zu has one", f->name, f->line);
	if (taken)
		return fail(t, "%s beside %s, which line %zu has: one of them is right", f->name,
			    taken->name, taken->line);
	for (i = 0; i < n; i++)
		if (OPENSSL_hexchar2int(s[i]) < 0)
			return fail(t, "character %zu of %s is no hex digit, %zu are right",
				    i + 1, f->name, 2 * f->len);
	if (n != 2 * f->len && n != 2 * f->or_len)
		return fail_length(t, f, n);
	hex_parse(s, n, f->octets, n / 2);
	f->got = n / 2;
	f->line = t->line;
	return 0;
}

/* A line without its end and its comment. */
static int parse_line(const struct text *t, const struct form *form, const char *s,
		      const char *end)
{
	struct field *f;
	size_t n;

	while (s < end && blank(*s))
		s++;
	while (s < end && blank(end[-1]))
		end--;
	if (s == end)
		return 0;
	for (f = form->field; f < form->field + form->n; f++) {
		n = strlen(f->name);
		if ((size_t)(end - s) < n || memcmp(s, f->name, n) ||
		    (s + n < end && !blank(s[n])))
			continue;
		for (s += n; s < end && blank(*s);)
			s++;
		return parse_value(t, form, f, s, end);
	}
	return fail(t, "a line is %s, or a comment that begins with '#'", form->lines);
}

static int parse(const char *buf, size_t len, struct text *t, const struct form *form)
{
	const char *end = buf + len, *eol, *eot;
	size_t i;

	for (; buf < end; buf = eol + 1) {
		t->line++;
		eol = memchr(buf, '\n', end - buf);
		eol = eol ?: end;
		eot = memchr(buf, '#', eol - buf);
		if (parse_line(t, form, buf, eot ?: eol))
			return -1;
	}
	t->line += !t->line;
	for (i = 0; i < form->n; i++)
		if (!find_taken(form, &form->field[i]))
			return fail(t, "%s", form->field[i].missing);
	return 0;
}

int secret_parse(const char *buf, size_t len, const char *name, struct gmg_aka_keys *keys,
		 FILE *err)
{
	struct field f[] = {
		{ "ck", keys->ck, GMG_AKA_KEY_LEN, GMG_AKA_KEY_LEN,
		  "the line 'ck HEX' is missing, with 32 hex digits", 0, 0 },
		{ "ik", keys->ik, GMG_AKA_KEY_LEN, GMG_AKA_KEY_LEN,
		  "the line 'ik HEX' is missing, with 32 hex digits", 0, 0 },
	};
	const struct form form = { "'ck HEX' or 'ik HEX'", f, ARRAY_SIZE(f) };
	struct text t = { .name = name, .err = err };

	if (!parse(buf, len, &t, &form))
		return 0;
	OPENSSL_cleanse(keys, sizeof(*keys));
	return -1;
}

#define NO_OP \
	"one line of 'op HEX', 'opc HEX' with 32 hex digits, 'top HEX', 'topc HEX' with 64 is missing"

int secret_parse_subscriber(const char *buf, size_t len, const char *name,
			    struct gmg_subscriber *sub, FILE *err)
{
	enum { K = GMG_TOPC + 1, N };
	struct field f[N] = {
		[GMG_OP] = { "op", sub->op_value, 16, 16, NO_OP, 0, 0 },
		[GMG_OPC] = { "opc", sub->op_value, 16, 16, NO_OP, 0, 0 },
		[GMG_TOP] = { "top", sub->op_value, 32, 32, NO_OP, 0, 0 },
		[GMG_TOPC] = { "topc", sub->op_value, 32, 32, NO_OP, 0, 0 },
		[K] = { "k", sub->key, 16, 32,
			"the line 'k HEX' is missing, with 32 hex digits, of TUAK also 64", 0, 0 },
	};
	const struct form form = {
		"'k HEX' or one of 'op HEX', 'opc HEX', 'top HEX', 'topc HEX'", f, ARRAY_SIZE(f),
	};
	struct text t = { .name = name, .err = err };
	int ret = parse(buf, len, &t, &form);

	sub->key_len = f[K].got;
	for (sub->op = GMG_OP; !ret && !f[sub->op].line;)
		sub->op++;
	if (!ret && sub->op <= GMG_OPC && sub->key_len != 16) {
		t.line = f[K].line;
		ret = fail(&t, "k has 64 hex digits, with %s of MILENAGE 32 are right",
			   f[sub->op].name);
	}
	if (ret)
		OPENSSL_cleanse(sub, sizeof(*sub));
	return ret;
}

/* What reads a text into @to, and says on @err why it cannot. */
typedef int (*parser)(const char *buf, size_t len, const char *name, void *to, FILE *err);

static int parse_keys(const char *buf, size_t len, const char *name, void *to, FILE *err)
{
	return secret_parse(buf, len, name, to, err);
}

static int parse_subscriber(const char *buf, size_t len, const char *name, void *to, FILE *err)
{
	return secret_parse_subscriber(buf, len, name, to, err);
}

/* All there is to be read, at most @size octets; NULL after a message. */
static char *read_fd(int fd, const char *name, size_t size, size_t *len, bool warn)
{
	char *secret = OPENSSL_secure_malloc(size);
	ssize_t n = 1;
	struct stat st;

	if (!secret) {
		complain("out of memory");
		return NULL;
	}
	for (*len = 0; n > 0 && *len < size; *len += n > 0 ? n : 0)
		n = read(fd, secret + *len, size - *len);
	/* is there more? Then none of it is kept */
	if (n > 0)
		n = read(fd, secret, 1);
	if (n < 0 || fstat(fd, &st)) {
		complain("%s: %s", name, strerror(errno));
	} else if (n) {
		complain("%s: more than %zu octets", name, size);
	} else {
		if (warn && S_ISREG(st.st_mode) && st.st_mode & 0044)
			complain("warning: %s: others than its owner may read it: chmod 600", name);
		return secret;
	}
	OPENSSL_secure_clear_free(secret, size);
	return NULL;
}

char *secret_file(const char *path, size_t size, size_t *len, bool warn)
{
	char *secret;
	int fd;

	if (!strcmp(path, "-"))
		return read_fd(STDIN_FILENO, "stdin", size, len, warn);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		complain("%s: %s", secret_show(path), strerror(errno));
		return NULL;
	}
	secret = read_fd(fd, path, size, len, warn);
	close(fd);
	return secret;
}

static int read_path(const char *path, parser parse_text, void *to)
{
	char *secret;
	size_t len;
	int ret;

	/* whatever it is meant for, it is no path, and not to be shown as one */
	if (!strncmp(path, "inline:", strlen("inline:"))) {
		complain("keys in arguments are seen by others: give a file, or - for the standard input");
		return -1;
	}
	secret = secret_file(path, FILE_SIZE_MAX, &len, true);
	if (!secret)
		return -1;
	ret = parse_text(secret, len, file_name(path), to, stderr);
	OPENSSL_secure_clear_free(secret, FILE_SIZE_MAX);
	return ret;
}

int secret_read(const char *path, struct gmg_aka_keys *keys)
{
	return read_path(path, parse_keys, keys);
}

int secret_read_subscriber(const char *path, struct gmg_subscriber *sub)
{
	return read_path(path, parse_subscriber, sub);
}
