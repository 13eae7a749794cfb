/* SPDX-License-Identifier: GPL-2.0 */
/* What is asked in one case, and what is heard of it. */
#ifndef _SELFTESTS_FUZZ_QUESTION_H
#define _SELFTESTS_FUZZ_QUESTION_H

#include "family.h"

enum {
	DATAGRAMS = 4,
	EACH = 3,	/* messages of a datagram */
};

/* Somebody who may do as he likes, and others who may do nothing. */
enum who { ROOT, ROOT_ELSEWHERE, ANYONE, CONTAINER };

/**
 * struct ask - a message as the kernel finds it in a datagram
 * @nlh:        a copy, since the message need not be aligned
 * @command:    that it names
 * @able:       it comes to the command, which can do or dump as it is asked
 * @awaited:    an answer must come, whether good or bad
 * @ended:      it came
 * @spi:        that the reply gave to a set
 * @generation: of the policy in the last reply
 * @mixed:      replies were of different policies
 * @intr:       and they said so
 */
struct ask {
	struct nlmsghdr nlh;
	const __u8 *at;
	const struct command *command;
	unsigned int datagram;
	bool able;
	bool awaited;
	bool ended;
	int error;
	char text[160];
	size_t offset;
	unsigned int replies;
	__u32 spi;
	__u32 generation;
	bool mixed;
	bool intr;
};

/* The last datagram is one that is always answered. */
struct question {
	enum who who;
	struct msg datagram[DATAGRAMS + 1];
	unsigned int n_datagrams;
	struct ask ask[DATAGRAMS * EACH + 1];
	unsigned int n;
};

/* As genl_family_rcv_msg() does. */
static void find_command(struct ask *a)
{
	__u16 flags = a->nlh.nlmsg_flags;
	bool dump = (flags & NLM_F_DUMP) == NLM_F_DUMP;
	struct genlmsghdr genl;
	size_t i;

	a->awaited = true;
	if (a->nlh.nlmsg_len < NLMSG_LENGTH(GENL_HDRLEN))
		return;
	memcpy(&genl, a->at + NLMSG_HDRLEN, sizeof(genl));
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (commands[i].number == genl.cmd)
			a->command = &commands[i];
	if (dump)
		flags &= ~NLM_F_DUMP;
	if (!a->command || genl.reserved || flags & ~(NLM_F_REQUEST | NLM_F_ACK | NLM_F_ECHO))
		return;
	a->able = dump ? a->command->dumps : a->command->does;
	a->awaited = !a->able || dump || flags & NLM_F_ACK;
}

/* As netlink_rcv_skb() does. */
static void find_asks(struct question *q, unsigned int datagram, __u16 family)
{
	const struct msg *m = &q->datagram[datagram];
	size_t at = 0;

	while (at + NLMSG_HDRLEN <= m->len && q->n < ARRAY_SIZE(q->ask)) {
		struct ask *a = &q->ask[q->n];

		memset(a, 0, sizeof(*a));
		a->at = m->at + at;
		a->datagram = datagram;
		memcpy(&a->nlh, a->at, sizeof(a->nlh));
		if (a->nlh.nlmsg_len < NLMSG_HDRLEN || a->nlh.nlmsg_len > m->len - at)
			return;
		if (!(a->nlh.nlmsg_flags & NLM_F_REQUEST) || a->nlh.nlmsg_type < NLMSG_MIN_TYPE)
			a->awaited = a->nlh.nlmsg_flags & NLM_F_ACK;
		else if (a->nlh.nlmsg_type == family)
			find_command(a);
		else
			a->awaited = true;
		q->n++;
		at += NLMSG_ALIGN(a->nlh.nlmsg_len);
	}
}

static void hear_reply(struct ask *a, const struct nlmsghdr *nlh)
{
	struct msg m = { (__u8 *)nlh + NLMSG_LENGTH(GENL_HDRLEN), 0, 0 };
	__u32 generation;

	m.len = nlh->nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN);
	if (a->command && a->command->number == GMGUARD_CMD_SA_NEW)
		a->spi = attr_uint(attr_find(&m, GMGUARD_A_SA_SPI_PS));
	if (a->command && a->command->number == GMGUARD_CMD_POLICY_GET) {
		generation = attr_uint(attr_find(&m, GMGUARD_A_POLICY_GENERATION));
		a->mixed |= a->replies && generation != a->generation;
		a->generation = generation;
	}
	a->replies++;
}

static bool hear(struct client *c, struct question *q, const struct nlmsghdr *nlh)
{
	struct ask *a = q->ask, *end = q->ask + q->n;

	while (a < end && a->nlh.nlmsg_seq != nlh->nlmsg_seq)
		a++;
	if (a == end || a->ended)
		return complain("an answer that nobody waits for, seq %u type %u",
				nlh->nlmsg_seq, nlh->nlmsg_type);
	a->intr |= nlh->nlmsg_type != NLMSG_ERROR && nlh->nlmsg_flags & NLM_F_DUMP_INTR;
	if (nlh->nlmsg_type != NLMSG_ERROR && nlh->nlmsg_type != NLMSG_DONE) {
		hear_reply(a, nlh);
		return true;
	}
	c->text[0] = '\0';
	c->offset = 0;
	a->error = client_end(c, nlh);
	strcpy(a->text, c->text);
	a->offset = c->offset;
	a->ended = true;
	return true;
}

/* All datagrams go out before an answer is read: a dump is under way while the
 * policy changes.
 */
static bool converse(struct client *c, struct question *q)
{
	static __u8 data[1 << 16] __aligned(8);
	unsigned int i;
	ssize_t len;

	for (i = 0; i < q->n_datagrams; i++) {
		struct msg *m = &q->datagram[i];
		struct ask *a;

		if (send(c->fd, m->at, m->len, 0) == (ssize_t)m->len)
			continue;
		/* only who may can have a larger send buffer */
		if (q->who < ANYONE || errno != EMSGSIZE)
			return complain("sending fails: %s", strerror(errno));
		for (a = q->ask; a < q->ask + q->n; a++)
			if (a->datagram == i) {
				a->ended = true;
				a->error = -EPERM;
			}
	}
	for (;;) {
		struct nlmsghdr *nlh = (void *)data;

		for (i = 0; i < q->n && (!q->ask[i].awaited || q->ask[i].ended); i++)
			;
		len = recv(c->fd, data, c->buffer, MSG_TRUNC | (i < q->n ? 0 : MSG_DONTWAIT));
		if (len < 0 && i == q->n && errno == EAGAIN)
			return true;
		if (len < 0)
			return complain("no answer to message %u: %s", i, strerror(errno));
		if ((size_t)len > c->buffer)
			return complain("an answer of %zd octets", len);
		for (; NLMSG_OK(nlh, len); nlh = NLMSG_NEXT(nlh, len))
			if (!hear(c, q, nlh))
				return false;
	}
}

#endif /* _SELFTESTS_FUZZ_QUESTION_H */
