/* SPDX-License-Identifier: GPL-2.0 */
/* What a network namespace's guard says of itself. */
#ifndef _SELFTESTS_STATE_H
#define _SELFTESTS_STATE_H

#include "policy_text.h"

/* The running policy. */
struct state {
	struct msg policy;
	__u32 generation;
};

static inline void state_want(struct state *s, const char *text, __u32 generation)
{
	s->policy.len = 0;
	policy_put(&s->policy, text);
	s->generation = generation;
}

static inline bool state_is(struct client *c, const struct state *s)
{
	struct state now = {};
	bool same;

	same = !policy_get(c, &now.policy, &now.generation) &&
	       now.generation == s->generation &&
	       now.policy.len == s->policy.len &&
	       (!now.policy.len ||
		!memcmp(now.policy.at, s->policy.at, now.policy.len));
	free(now.policy.at);
	return same;
}

static inline bool policy_is(struct client *c, const char *text)
{
	struct state want = {};
	struct msg now = {};
	bool same;

	policy_put(&want.policy, text);
	same = !policy_get(c, &now, &want.generation) && state_is(c, &want);
	free(want.policy.at);
	free(now.at);
	return same;
}

static inline int policy_clear(struct client *c)
{
	return client_command(c, GMGUARD_CMD_POLICY_CLEAR, NLM_F_ACK);
}

/* Attribute @type of info-get; ~0 where there is no answer. */
static inline __u64 info(struct client *c, int type)
{
	if (client_command(c, GMGUARD_CMD_INFO_GET, NLM_F_ACK))
		return ~0ULL;
	return attr_uint(attr_find(&c->reply, type));
}

/* stats-get by @reason (0: all) and @side (NULL: all): how many counters, or a
 * negative errno.
 */
static inline int stats(struct client *c, __u32 reason, const char *side)
{
	struct msg m = {};
	int error;

	client_start(c, &m, GMGUARD_CMD_STATS_GET, NLM_F_DUMP);
	if (reason)
		msg_u32(&m, GMGUARD_A_STATS_REASON, reason);
	if (side)
		msg_string(&m, GMGUARD_A_STATS_SIDE, side);
	error = client_ask(c, &m);
	free(m.at);
	return error ?: (int)c->messages;
}

/* One counter; ~0 where it is not there. */
static inline __u64 packets(struct client *c, __u32 reason, const char *side)
{
	if (stats(c, reason, side) != 1)
		return ~0ULL;
	return attr_uint(attr_find(&c->reply, GMGUARD_A_STATS_PACKETS));
}

static inline int join_events(struct client *c)
{
	return setsockopt(c->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &c->events,
			  sizeof(c->events)) ? -errno : 0;
}

/* Receives one message of the group: its command, and its attributes in @m; 0
 * where it is of somebody else, or a negative errno.
 */
static inline int notification(struct client *c, struct msg *m, int flags)
{
	__u8 data[4096] __aligned(8);
	const struct nlmsghdr *nlh = (void *)data;
	const struct genlmsghdr *genl = NLMSG_DATA(nlh);
	size_t head = NLMSG_SPACE(GENL_HDRLEN);
	ssize_t len = recv(c->fd, data, sizeof(data), flags);

	if (len < 0)
		return -errno;
	m->len = 0;
	if ((size_t)len < head || nlh->nlmsg_type != c->family)
		return 0;
	msg_put(m, data + head, nlh->nlmsg_len - head);
	return genl->cmd;
}

/* The same: 1 where it is an event of a packet. */
static inline int event_receive(struct client *c, struct msg *m, int flags)
{
	int cmd = notification(c, m, flags);

	return cmd < 0 ? cmd : cmd == GMGUARD_CMD_VERDICT_NTF;
}

#endif /* _SELFTESTS_STATE_H */
