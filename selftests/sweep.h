/* SPDX-License-Identifier: GPL-2.0 */
/* Fault injection: the same is done again and again, and each time another allocation
 * fails, from the first to the last. A request is then done as a whole or not at all.
 */
#ifndef _SELFTESTS_SWEEP_H
#define _SELFTESTS_SWEEP_H

#include <stdatomic.h>
#include <sys/mman.h>

#include "module.h"

static int fail_nth = -1, make_it_fail = -1;
static bool lasting;
static atomic_uint *total;	/* of all tests, which are processes */

/* The same done again and again. */
struct sweep {
	const char *name;
	unsigned int n;		/* the allocation that fails */
	bool hit;		/* there was one */
	bool sent;		/* the request has reached the kernel */
	unsigned int left;	/* of @n, if not */
	unsigned int points, unsent, refused, partial, unreported;
	double since;
};

/* From the first allocation to the last. */
static inline bool sweep_next(struct sweep *s)
{
	if (s->n && !s->hit)
		return false;
	if (!s->n++)
		s->since = now();
	return true;
}

/* From the last allocation back by @step, as far as @points of them: where most of
 * the way is the kernel's own, and the module's part the end of it.
 */
static inline bool sweep_back(struct sweep *s, unsigned int step, unsigned int points)
{
	enum { COUNT = 1 << 20 };

	if (!s->n) {
		s->since = s->since ?: now();
		s->n = COUNT;
		return true;
	}
	s->n = s->n == COUNT ? COUNT - s->left : s->n - step;
	return (int)s->n > 0 && s->points < points;
}

static inline void arm(const struct sweep *s)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", s->n);

	if (lasting)
		pwrite(make_it_fail, "1", 1, 0);
	pwrite(fail_nth, text, len, 0);
}

/* No fault from here on. One that hits the reading below hit nothing before. */
static inline void disarm(struct sweep *s)
{
	int error = errno;
	char text[16];

	s->left = 1;
	if (pread(fail_nth, text, sizeof(text), 0) > 0)
		s->left = strtoul(text, NULL, 10);
	s->hit = !s->left;
	s->points += s->hit;
	pwrite(fail_nth, "0", 1, 0);
	pwrite(make_it_fail, "0", 1, 0);
	errno = error;
}

#define sweep_end(s, floor) do {					\
	EXPECT_LE(floor, (s)->points) {					\
		TH_LOG("%s", (s)->name);				\
	}								\
	ksft_print_msg("fault points: %s%s %u (refused %u, not sent %u; %.1f s)\n", \
		       (s)->name, lasting ? "-lasting" : "", (s)->points, \
		       (s)->refused, (s)->unsent, now() - (s)->since);	\
	*total += (s)->points;						\
} while (0)

static pid_t main_pid;

static void __attribute__((constructor)) count_faults(void)
{
	total = mmap(NULL, sizeof(*total), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	main_pid = getpid();
}

static void __attribute__((destructor)) print_faults(void)
{
	if (getpid() == main_pid)
		printf("# fault points: total %u\n", *total);
}

/* Every allocation may fail, also one that could wait; the Nth of a task, and if it
 * was made to fail, all after that. Quietly: there are thousands.
 */
static inline bool can_fail(void)
{
	static const char *const settings[][2] = {
		{ "ignore-gfp-wait", "N" },
		{ "task-filter", "Y" },
		{ "probability", "100" },
		{ "times", "-1" },
		{ "verbose", "0" },
	};
	static const char *const what[] = { "failslab", "fail_page_alloc" };
	size_t i, j;
	char path[80];

	fail_nth = open("/proc/self/fail-nth", O_RDWR | O_CLOEXEC);
	make_it_fail = open("/proc/self/make-it-fail", O_RDWR | O_CLOEXEC);
	if (fail_nth < 0 || make_it_fail < 0)
		return false;
	for (i = 0; i < ARRAY_SIZE(what); i++)
		for (j = 0; j < ARRAY_SIZE(settings); j++) {
			snprintf(path, sizeof(path), "/sys/kernel/debug/%s/%s",
				 what[i], settings[j][0]);
			if (!write_file(path, settings[j][1]))
				return false;
		}
	write_file("/sys/kernel/debug/fail_usercopy/verbose", "0");
	/* a page fault for which there is no page is tried again for ever */
	return write_file("/sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem",
			  "N") &&
	       write_file("/sys/kernel/debug/fail_page_alloc/min-order", "0") &&
	       !mlockall(MCL_CURRENT | MCL_FUTURE);
}

/* Requests */

enum outcome { UNSENT, REFUSED, UNKNOWN, DONE, WRONG };

static inline bool is_shortage(int error)
{
	return error == -ENOMEM || error == -ENOBUFS;
}

static inline int answer(struct sweep *s, struct client *c, struct msg *m)
{
	bool dump = ((struct nlmsghdr *)m->at)->nlmsg_flags & NLM_F_DUMP;
	int error;

	arm(s);
	error = client_send(c, m);
	s->sent = !error;
	/* the answer to anything but a dump is there by now */
	if (!dump)
		disarm(s);
	while (s->sent && (error = client_receive(c)) == -EINPROGRESS)
		;
	if (dump)
		disarm(s);
	return error;
}

static inline enum outcome outcome(struct sweep *s, struct client *c, int error)
{
	if (!error)
		return DONE;
	if (s->hit && !s->sent && (is_shortage(error) || error == -EFAULT)) {
		s->unsent++;
		return UNSENT;
	}
	if (s->hit && s->sent && error == -ENOMEM) {
		s->refused++;
		return REFUSED;
	}
	/* no room for the acknowledgment, and for it alone if just one fault */
	if (s->hit && s->sent && error == -ENOBUFS)
		return lasting ? UNKNOWN : DONE;
	ksft_print_msg("%s, fault %u: error %d, '%s'\n", s->name, s->n, error,
		       c->text);
	return WRONG;
}

static inline enum outcome try(struct sweep *s, struct client *c, struct msg *m)
{
	return outcome(s, c, answer(s, c, m));
}

/* What only the result can tell. */
static inline enum outcome known(struct sweep *s, enum outcome o, bool done)
{
	if (o != UNKNOWN)
		return o;
	s->refused += !done;
	return done ? DONE : REFUSED;
}

#endif /* _SELFTESTS_SWEEP_H */
