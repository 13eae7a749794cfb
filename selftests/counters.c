// SPDX-License-Identifier: GPL-2.0
/* counters: what the guard of a network namespace has counted, asked for by tests that
 * are scripts. It stays, for where a CPU is emulated the start of a command takes longer
 * than what it does. A line "NETNS REASON SIDE KIND" on standard input (SIDE may be *,
 * KIND is packets, observed or scrubbed) is answered with the sum, or with "none".
 */
#define _GNU_SOURCE
#include "../kmod/pure/reason.h"
#include "netns.h"
#include "state.h"

static const char *const reason_name[] = {
#define NAME(id, name, ...) [GMGUARD_REASON_##id] = name,
	GMG_REASONS(NAME)
};

static __u32 reason_number(const char *name)
{
	__u32 i;

	for (i = 0; i < ARRAY_SIZE(reason_name); i++)
		if (reason_name[i] && !strcmp(reason_name[i], name))
			return i;
	return 0;
}

static int kind_type(const char *kind)
{
	if (!strcmp(kind, "observed"))
		return GMGUARD_A_STATS_OBSERVED;
	if (!strcmp(kind, "scrubbed"))
		return GMGUARD_A_STATS_SCRUBBED;
	return GMGUARD_A_STATS_PACKETS;
}

static bool sum(__u32 reason, const char *side, int type, unsigned long long *total)
{
	const struct nlattr *a;
	struct client c;
	size_t at = 0;
	bool got;

	*total = 0;
	got = !client_open(&c) && stats(&c, reason, side) >= 0;
	while (got && (a = attr_next(&c.reply, &at)))
		if ((a->nla_type & NLA_TYPE_MASK) == type)
			*total += attr_uint(a);
	client_close(&c);
	return got;
}

int main(void)
{
	char line[256], netns[64], name[64], side[64], kind[16];
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	unsigned long long total;
	__u32 reason;
	bool got;

	setvbuf(stdout, NULL, _IOLBF, 0);
	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "%63s %63s %63s %15s", netns, name, side, kind) != 4)
			errx(1, "no question: %s", line);
		reason = reason_number(name);
		got = reason && netns_join(netns) &&
		      sum(reason, strcmp(side, "*") ? side : NULL, kind_type(kind), &total);
		/* nothing of ours is there between two questions: one that is deleted goes */
		if (setns(home, CLONE_NEWNET))
			err(1, "the namespace it began in");
		if (got)
			printf("%llu\n", total);
		else
			puts("none");
	}
	return 0;
}
