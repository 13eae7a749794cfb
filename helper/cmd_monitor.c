// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/gmguard.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cmd.h"
#include "event.h"
#include "gnl.h"
#include "print.h"

static volatile sig_atomic_t stopped;

/**
 * struct monitor - what is kept from event to event
 * @sa_only: what becomes of packets is not shown
 * @seq:     of the last verdict, 0 before the first
 * @seen:    events shown
 */
struct monitor {
	const struct gmg_options *opt;
	bool sa_only;
	uint64_t seq;
	uint32_t seen;
};

static void stop(int sig)
{
	(void)sig;
	stopped = 1;
}

static bool finished(const struct monitor *m)
{
	return stopped || (m->opt->count && m->seen >= m->opt->count);
}

/* Says that @n events are missing; 0 if nobody knows how many. */
static int lost(const struct monitor *m, uint64_t n, const char *why)
{
	if (m->opt->json)
		return print_json_line(json_pack("{s:s,s:I,s:s}", "event", "lost",
						 "count", (json_int_t)n, "why", why));
	if (n)
		complain("monitor: %llu events lost: %s", (unsigned long long)n, why);
	else
		complain("monitor: events lost: %s", why);
	return EXIT_OK;
}

/* Tells of verdicts that are missing before this one. */
static int follow(struct monitor *m, struct nlmsghdr *hdr)
{
	struct nlattr *tb[GMGUARD_A_VERDICT_MAX + 1];
	uint64_t seq, last = m->seq;

	if (gnl_parse(hdr, tb, GMGUARD_A_VERDICT_MAX))
		return EBADMSG;
	seq = gnl_u64(tb[GMGUARD_A_VERDICT_SEQ]);
	m->seq = seq;
	if (last && seq > last + 1 && lost(m, seq - last - 1, "a gap in the sequence"))
		return ECANCELED;
	return 0;
}

/* An event that this version does not know is passed over. */
static int take(struct nlmsghdr *hdr, void *arg)
{
	struct monitor *m = arg;
	int err = 0;

	if (finished(m))
		return 0;
	switch (gnl_command(hdr)) {
	case GMGUARD_CMD_VERDICT_NTF:
		if (m->sa_only)
			return 0;
		err = follow(m, hdr);
		break;
	case GMGUARD_CMD_TMPI_NTF:
		if (m->sa_only)
			return 0;
		break;
	case GMGUARD_CMD_SA_NTF:
	case GMGUARD_CMD_PORT_POLICY_NTF:
		break;
	default:
		return 0;
	}
	m->seen++;
	return err ? err : event_print(hdr, m->opt->json);
}

static int64_t milliseconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Waits with the signals let in, so that one that comes just before is not
 * waited out.
 */
static int loop(struct gmg_gnl *gnl, struct monitor *m, const sigset_t *open)
{
	int64_t end = milliseconds() + (int64_t)m->opt->timeout * 1000;
	struct pollfd fd = { .fd = gnl_fd(gnl), .events = POLLIN };
	int err;

	while (!finished(m)) {
		int64_t left = end - milliseconds();
		struct timespec ts = { .tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000 };

		if (m->opt->timeout && left <= 0)
			return EXIT_OK;
		if (ppoll(&fd, 1, m->opt->timeout ? &ts : NULL, open) <= 0)
			continue;
		err = gnl_receive(gnl, take, m);
		if (err == ENOBUFS) {
			/* The sequence tells how many once the next one comes. */
			if (lost(m, 0, "they came faster than they were read"))
				return EXIT_KERNEL;
		} else if (err == ECANCELED) {
			return EXIT_KERNEL;
		} else if (err) {
			complain("monitor: %s", strerror(err));
			return EXIT_KERNEL;
		}
	}
	return EXIT_OK;
}

static int monitor(const struct gmg_options *opt, bool sa_only)
{
	const struct sigaction action = { .sa_handler = stop };
	struct monitor m = { .opt = opt, .sa_only = sa_only };
	sigset_t blocked, open;
	struct gmg_gnl gnl;
	int ret;

	ret = gnl_open(&gnl, opt);
	if (ret)
		return ret;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGINT);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_BLOCK, &blocked, &open);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);

	if (gnl_listen(&gnl)) {
		ret = gnl_complain(&gnl, "monitor", NULL);
	} else {
		fputs("listening\n", stderr);
		ret = loop(&gnl, &m, &open);
	}
	gnl_close(&gnl);
	return ret;
}

int cmd_monitor(const struct gmg_options *opt, char **words)
{
	(void)words;
	return monitor(opt, false);
}

int cmd_sa_monitor(const struct gmg_options *opt, char **words)
{
	(void)words;
	return monitor(opt, true);
}
