/* SPDX-License-Identifier: GPL-2.0 */
/* A tape is the octets from which a case is made: whatever is to be decided is read
 * from there, so that a changed tape is a changed case. One that has ended reads as
 * zeros. Those that reach new places of the module are kept, to be changed further.
 */
#ifndef _SELFTESTS_FUZZ_TAPE_H
#define _SELFTESTS_FUZZ_TAPE_H

#include <err.h>
#include <fcntl.h>
#include <linux/kcov.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

enum {
	TAPE = 600,
	PLACES = 1 << 20,	/* octets of the module's text */
	TRACE = 1 << 18,	/* calls that one case is traced for */
};

struct tape {
	size_t len;
	size_t at;
	__u8 octet[TAPE];
};

static __u64 random_state;

static __u64 rnd(void)
{
	__u64 z = random_state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* Says what is wrong. */
static bool complain(const char *format, ...)
{
	va_list args;

	printf("# ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	return false;
}

static struct tape *kept;
static unsigned int n_kept;
static const char *out;

static void keep(const struct tape *t)
{
	char path[300];
	FILE *f;

	if (!(n_kept & (n_kept + 1)))
		kept = realloc(kept, (2 * n_kept + 2) * sizeof(*kept));
	if (!kept)
		err(1, "tapes");
	kept[n_kept] = *t;
	/* what was not read tells nothing */
	kept[n_kept++].len = t->at;
	if (!out)
		return;
	snprintf(path, sizeof(path), "%s/%03zu-%u", out, t->at, n_kept);
	f = fopen(path, "we");
	if (!f || fwrite(t->octet, 1, t->at, f) != t->at || fclose(f))
		err(1, "%s", path);
}

static void invent(struct tape *t)
{
	unsigned int zeros = (const int []){ 0, 4, 6, 7 }[rnd() % 4];
	size_t i;

	t->len = rnd() % TAPE;
	for (i = 0; i < t->len; i++)
		t->octet[i] = rnd() % 8 < zeros ? 0 : rnd();
}

static void mutate(struct tape *t)
{
	unsigned int n = 1 + rnd() % 6;
	const struct tape *other;
	size_t at, len, i;

	*t = kept[rnd() % n_kept];
	while (n--) {
		other = &kept[rnd() % n_kept];
		at = rnd() % (t->len + 1);
		len = 1 + rnd() % 16;
		if (at + len > TAPE)
			continue;
		switch (rnd() % 6) {
		case 0:
			t->octet[at] ^= 1 << rnd() % 8;
			break;
		case 1:
			t->octet[at] = rnd();
			break;
		case 2:
			t->octet[at] = rnd() % 2 ? 0 : 255;
			break;
		case 3:
			memmove(t->octet + at + len, t->octet + at, TAPE - at - len);
			t->len = t->len + len < TAPE ? t->len + len : TAPE;
			for (i = 0; i < len; i++)
				t->octet[at + i] = rnd();
			break;
		case 4:
			memmove(t->octet + at, t->octet + at + len, TAPE - at - len);
			t->len -= len < t->len - at ? len : t->len - at;
			break;
		default:
			len = rnd() % (other->len + 1);
			if (at + len > TAPE)
				break;
			memcpy(t->octet + at, other->octet + other->len - len, len);
			t->len = at + len > t->len ? at + len : t->len;
		}
		if (at == t->len && t->len < TAPE)
			t->len++;
	}
}

static void print_tape(const char *what, const struct tape *t)
{
	size_t i;

	printf("# %s: ", what);
	for (i = 0; i < t->len; i++)
		printf("%02x", t->octet[i]);
	printf("\n");
}

/* KCOV: of a kernel built for it, which traces our module only */

static __u64 *trace, traced, text;
static bool reached[PLACES];
static unsigned int n_reached;

static void trace_open(void)
{
	FILE *f = fopen("/proc/modules", "re");
	int fd = open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);
	char line[256];

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, "gmguard ", 8))
			sscanf(line, "%*s %*s %*s %*s %*s %llx", &text);
	if (f)
		fclose(f);
	if (fd < 0 || !text || ioctl(fd, KCOV_INIT_TRACE, TRACE))
		return;
	trace = mmap(NULL, TRACE * sizeof(*trace), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (trace == MAP_FAILED || ioctl(fd, KCOV_ENABLE, KCOV_TRACE_PC))
		err(1, "kcov");
}

static bool new_places(void)
{
	unsigned int before = n_reached;
	__u64 i, at;

	for (i = 1; i <= traced; i++) {
		at = trace[i] - text;
		if (at < PLACES && !reached[at]) {
			reached[at] = true;
			n_reached++;
		}
	}
	return n_reached > before;
}

#endif /* _SELFTESTS_FUZZ_TAPE_H */
