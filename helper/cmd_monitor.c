// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/gmguard.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include "addr.h"
#include "cmd.h"
#include "gnl.h"
#include "print.h"
#include "reasons.h"
#include "words.h"

static volatile sig_atomic_t stopped;

/**
 * struct monitor - what is kept from event to event
 * @seq:  of the last event, 0 before the first
 * @seen: events shown
 */
struct monitor {
	const struct gmg_options *opt;
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

/* "192.0.2.1:5060", "[2001:db8::1]:5060", or without a port. */
static void format_end(const struct nlattr *addr, const struct nlattr *port, char *buf, size_t size)
{
	char text[GMG_PREFIX_STRLEN];
	struct gmg_prefix p;

	if (!addr || !prefix_from_octets(&p, nla_data(addr), nla_len(addr)))
		snprintf(buf, size, "-");
	else if (!port)
		snprintf(buf, size, "%s", addr_format(&p, text));
	else
		snprintf(buf, size, addr_octets(p.family) == 4 ? "%s:%u" : "[%s]:%u",
			 addr_format(&p, text), gnl_u16(port));
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

static void now(char time[32], bool json)
{
	struct timeval tv;
	struct tm tm;
	size_t n;

	gettimeofday(&tv, NULL);
	if (json)
		n = strftime(time, 32, "%Y-%m-%dT%H:%M:%S", gmtime_r(&tv.tv_sec, &tm));
	else
		n = strftime(time, 32, "%H:%M:%S", localtime_r(&tv.tv_sec, &tm));
	snprintf(time + n, 32 - n, ".%03d%s", (int)(tv.tv_usec / 1000), json ? "Z" : "");
}

static json_t *optional_port(const struct nlattr *attr)
{
	return attr ? json_integer(gnl_u16(attr)) : json_null();
}

static json_t *optional_address(const struct nlattr *attr)
{
	char text[GMG_PREFIX_STRLEN];
	struct gmg_prefix p;

	if (!attr || !prefix_from_octets(&p, nla_data(attr), nla_len(attr)))
		return json_null();
	return json_string(addr_format(&p, text));
}

static int show_json(struct nlattr **tb, const char *time, const char *side, const char *ifname)
{
	return print_json_line(json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:s,s:s,s:o,s:o,s:o,s:o,s:I,s:I}",
		"event", "verdict", "time", time,
		"action", action_word(gnl_u32(tb[GMGUARD_A_VERDICT_ACTION])),
		"reason", reason_word(gnl_u32(tb[GMGUARD_A_VERDICT_REASON])),
		"hook", hook_word(gnl_u32(tb[GMGUARD_A_VERDICT_HOOK])),
		"side", side, "ifindex", (json_int_t)gnl_u32(tb[GMGUARD_A_VERDICT_IFINDEX]),
		"ifname", ifname, "proto", proto_word(gnl_u8(tb[GMGUARD_A_VERDICT_PROTO])),
		"src", optional_address(tb[GMGUARD_A_VERDICT_SRC]),
		"sport", optional_port(tb[GMGUARD_A_VERDICT_SPORT]),
		"dst", optional_address(tb[GMGUARD_A_VERDICT_DST]),
		"dport", optional_port(tb[GMGUARD_A_VERDICT_DPORT]),
		"seq", (json_int_t)gnl_u64(tb[GMGUARD_A_VERDICT_SEQ]),
		"suppressed", (json_int_t)gnl_u64(tb[GMGUARD_A_VERDICT_SUPPRESSED])));
}

static void show_text(struct nlattr **tb, const char *time, const char *side, const char *ifname)
{
	char src[64], dst[64];

	format_end(tb[GMGUARD_A_VERDICT_SRC], tb[GMGUARD_A_VERDICT_SPORT], src, sizeof(src));
	format_end(tb[GMGUARD_A_VERDICT_DST], tb[GMGUARD_A_VERDICT_DPORT], dst, sizeof(dst));
	printf("%s %s %s %s %s %s %s > %s (%s) seq %llu suppressed %llu\n", time,
	       action_word(gnl_u32(tb[GMGUARD_A_VERDICT_ACTION])),
	       reason_word(gnl_u32(tb[GMGUARD_A_VERDICT_REASON])), side, ifname,
	       proto_word(gnl_u8(tb[GMGUARD_A_VERDICT_PROTO])), src, dst,
	       hook_word(gnl_u32(tb[GMGUARD_A_VERDICT_HOOK])),
	       (unsigned long long)gnl_u64(tb[GMGUARD_A_VERDICT_SEQ]),
	       (unsigned long long)gnl_u64(tb[GMGUARD_A_VERDICT_SUPPRESSED]));
}

/* ECANCELED: the output failed, which has been said. */
static int take(struct nlmsghdr *hdr, void *arg)
{
	struct nlattr *tb[GMGUARD_A_VERDICT_MAX + 1];
	char time[32], side[64], ifname[32];
	struct monitor *m = arg;
	uint64_t seq;

	if (gnl_parse(hdr, tb, GMGUARD_A_VERDICT_MAX))
		return EBADMSG;
	if (finished(m))
		return 0;
	seq = gnl_u64(tb[GMGUARD_A_VERDICT_SEQ]);
	if (m->seq && seq > m->seq + 1 && lost(m, seq - m->seq - 1, "a gap in the sequence"))
		return ECANCELED;
	m->seq = seq;
	m->seen++;

	now(time, m->opt->json);
	if (!gnl_string(tb[GMGUARD_A_VERDICT_SIDE], side, sizeof(side)))
		snprintf(side, sizeof(side), "-");
	if (!gnl_string(tb[GMGUARD_A_VERDICT_IFNAME], ifname, sizeof(ifname)))
		snprintf(ifname, sizeof(ifname), "-");
	if (m->opt->json)
		return show_json(tb, time, side, ifname) ? ECANCELED : 0;
	show_text(tb, time, side, ifname);
	return ferror(stdout) ? EIO : 0;
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

int cmd_monitor(const struct gmg_options *opt, char **words)
{
	const struct sigaction action = { .sa_handler = stop };
	struct monitor m = { .opt = opt };
	sigset_t blocked, open;
	struct gmg_gnl gnl;
	int ret;

	(void)words;
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
