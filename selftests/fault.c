// SPDX-License-Identifier: GPL-2.0
/* Fault injection: everything the module is asked or shown is done again and again,
 * and each time another allocation fails, from the first to the last. A request is
 * then done as a whole or not at all, and a packet that must be dropped is dropped.
 * Here: policies, what is asked of the guard, and packets. SAs are in fault_sa.c,
 * interfaces, namespaces and the module itself in fault_system.c.
 */
#define _GNU_SOURCE
#include "guard.h"

#define OTHER "mode enforce; marks 7 1 2 4; limits 100 10000 1000000" NO_FLOOD	\
	SA_DEFAULTS SIDES REST
/* no side of this name is in the others */
#define FORMER "side former trusted - mw*; endpoint 192.0.2.10 5060 6100 5100"

static bool has_interfaces(struct client *c)
{
	__u64 refused, n = interfaces(c, &refused);

	return n == TUNS || (refused && n == TUNS + 1 && (lasting || refused == 1));
}

/* What the counters are, octet for octet. */
static void stats_keep(struct client *c, struct msg *m)
{
	m->len = 0;
	if (stats(c, 0, NULL) > 0)
		msg_put(m, c->reply.at, c->reply.len);
}

static bool stats_same(struct client *c, const struct msg *m)
{
	return stats(c, 0, NULL) >= 0 && c->reply.len == m->len &&
	       !memcmp(c->reply.at, m->at, m->len);
}

TEST_F_TIMEOUT(guard, policy_set_first, 300)
{
	struct bed *b = &self->bed;
	struct sweep s = { .name = "policy-set-first" };
	struct state policy = {}, none = {};
	__u32 generation = 0;
	struct msg kept = {};
	bool former = false;
	enum outcome o;

	start_set(b, POLICY);
	while (sweep_next(&s)) {
		if (!former) {
			ASSERT_EQ(0, policy_set(&b->c, FORMER));
			ASSERT_EQ(0, policy_clear(&b->c));
			generation++;
			former = true;
		}
		stats_keep(&b->c, &kept);
		o = try(&s, &b->victim, &b->m);
		switch (known(&s, o, refcnt() == 1)) {
		case DONE:
			state_want(&policy, POLICY, ++generation);
			EXPECT_TRUE(state_is(&b->c, &policy));
			EXPECT_EQ(1, refcnt());
			EXPECT_TRUE(has_interfaces(&b->c));
			EXPECT_TRUE(judges(b, true));
			ASSERT_EQ(0, policy_clear(&b->c));
			EXPECT_EQ(0, refcnt());
			former = false;
			break;
		case REFUSED:
			EXPECT_TRUE(!*b->victim.text ||
				    strstr(b->victim.text,
					   "cannot register the netfilter hooks"));
			/* fall through */
		case UNSENT:
			EXPECT_TRUE(state_is(&b->c, &none));
			EXPECT_TRUE(stats_same(&b->c, &kept)) {
				TH_LOG("fault %u changes the counters", s.n);
			}
			EXPECT_EQ(0, refcnt());
			EXPECT_TRUE(judges(b, false));
			break;
		default:
			ASSERT_TRUE(false);
		}
	}
	sweep_end(&s, 20);
}

TEST_F_TIMEOUT(guard, policy_set_replacement, 300)
{
	struct bed *b = &self->bed;
	struct sweep s = { .name = "policy-set-replacement" };
	struct state policy = {}, other = {};
	enum outcome o;

	ASSERT_EQ(0, policy_set(&b->c, OTHER));
	state_want(&other, OTHER, 1);
	start_set(b, POLICY);
	while (sweep_next(&s)) {
		o = try(&s, &b->victim, &b->m);
		switch (known(&s, o, !state_is(&b->c, &other))) {
		case DONE:
			state_want(&policy, POLICY, other.generation + 1);
			EXPECT_TRUE(state_is(&b->c, &policy));
			EXPECT_TRUE(has_interfaces(&b->c));
			EXPECT_TRUE(judges(b, true));
			ASSERT_EQ(0, policy_set(&b->c, OTHER));
			other.generation += 2;
			break;
		case REFUSED:
			EXPECT_STREQ("", b->victim.text);
			/* fall through */
		case UNSENT:
			EXPECT_TRUE(state_is(&b->c, &other));
			EXPECT_TRUE(judges(b, true));
			break;
		default:
			ASSERT_TRUE(false);
		}
		EXPECT_EQ(1, refcnt());
	}
	sweep_end(&s, 10);
}

/* A policy that is more than kmalloc() has, so that all of it is pages. To spare
 * the time it takes to read, it is one that is refused when there is room for it.
 */
TEST_F_TIMEOUT(guard, policy_set_large, 300)
{
	struct bed *b = &self->bed;
	struct sweep s = { .name = "policy-set-large" };
	struct state other = {};
	char text[80];
	int i, error;

	ASSERT_EQ(0, policy_set(&b->c, OTHER));
	state_want(&other, OTHER, 1);
	start_set(b, SIDES "marks 0 0 0 0");
	for (i = 0; i < GMGUARD_ENDPOINTS_MAX; i++) {
		snprintf(text, sizeof(text), "endpoint 192.0.2.%d 5060 6100 5100",
			 i);
		policy_put(&b->m, text);
	}
	for (i = 0; i < GMGUARD_PREFIXES_MAX; i++) {
		size_t at = msg_nest(&b->m, GMGUARD_A_POLICY_CORE);

		msg_end(&b->m, at);
	}
	while (sweep_next(&s)) {
		error = answer(&s, &b->victim, &b->m);
		ASSERT_NE(0, error);
		if (error == -EINVAL) {
			EXPECT_NE(NULL, strstr(b->victim.text, "each mark must"));
		} else {
			ASSERT_NE(WRONG, outcome(&s, &b->victim, error));
		}
		EXPECT_TRUE(state_is(&b->c, &other));
	}
	EXPECT_TRUE(judges(b, true));
	sweep_end(&s, 20);
}

TEST_F_TIMEOUT(guard, policy_clear, 300)
{
	struct bed *b = &self->bed;
	struct sweep s = { .name = "policy-clear" };
	struct state policy = {}, none = {};
	enum outcome o;

	client_start(&b->victim, &b->m, GMGUARD_CMD_POLICY_CLEAR, NLM_F_ACK);
	ASSERT_EQ(0, policy_set(&b->c, POLICY));
	state_want(&policy, POLICY, 1);
	while (sweep_next(&s)) {
		o = try(&s, &b->victim, &b->m);
		switch (known(&s, o, !refcnt())) {
		case DONE:
			EXPECT_TRUE(state_is(&b->c, &none));
			EXPECT_EQ(0, refcnt());
			EXPECT_TRUE(judges(b, false));
			ASSERT_EQ(0, policy_set(&b->c, POLICY));
			policy.generation++;
			break;
		case REFUSED:
		case UNSENT:
			EXPECT_TRUE(state_is(&b->c, &policy));
			EXPECT_EQ(1, refcnt());
			EXPECT_TRUE(judges(b, true));
			break;
		default:
			ASSERT_TRUE(false);
		}
	}
	sweep_end(&s, 4);
}

TEST_F_TIMEOUT(guard, info_get, 300)
{
	struct bed *b = &self->bed;
	struct sweep s = { .name = "info-get" };
	struct client *c = &b->victim;

	ASSERT_EQ(0, policy_set(&b->c, POLICY));
	client_start(c, &b->m, GMGUARD_CMD_INFO_GET, NLM_F_ACK);
	while (sweep_next(&s)) {
		ASSERT_NE(WRONG, try(&s, c, &b->m));
		EXPECT_GE(1, c->messages);
		if (c->messages)
			EXPECT_EQ(1, attr_uint(attr_find(&c->reply,
							 GMGUARD_A_INFO_GENERATION)));
	}
	EXPECT_EQ(1, c->messages);
	sweep_end(&s, 4);
}

TEST_F_TIMEOUT(guard, stats_reset, 300)
{
	struct bed *b = &self->bed;
	struct sweep s = { .name = "stats-reset" };
	enum outcome o;

	ASSERT_EQ(0, policy_set(&b->c, POLICY));
	client_start(&b->victim, &b->m, GMGUARD_CMD_STATS_RESET, NLM_F_ACK);
	while (sweep_next(&s)) {
		EXPECT_TRUE(judges(b, true));
		o = try(&s, &b->victim, &b->m);
		switch (known(&s, o, !packets(&b->c, CLEAR, "access"))) {
		case DONE:
			EXPECT_EQ(0, packets(&b->c, CLEAR, "access"));
			break;
		case REFUSED:
		case UNSENT:
			EXPECT_LT(0, packets(&b->c, CLEAR, "access"));
			break;
		default:
			ASSERT_TRUE(false);
		}
	}
	sweep_end(&s, 3);
}

TEST_F_TIMEOUT(guard, policy_get, 300)
{
	struct bed *b = &self->bed;
	struct sweep s = { .name = "policy-get" };
	char text[80];
	int i;

	/* enough for several messages */
	start_set(b, POLICY);
	for (i = 0; i < 400; i++) {
		snprintf(text, sizeof(text), "core 2001:dba:%x::/48 as", i);
		policy_put(&b->m, text);
	}
	ASSERT_EQ(0, client_ask(&b->victim, &b->m));
	dump(_metadata, b, &s, GMGUARD_CMD_POLICY_GET, 0, NULL, 0);
	sweep_end(&s, 10);
}

TEST_F_TIMEOUT(guard, stats_get, 300)
{
	struct bed *b = &self->bed;
	struct sweep all = { .name = "stats-get" };
	struct sweep one = { .name = "stats-get-filter" };
	__u32 reason = CLEAR;

	ASSERT_EQ(0, policy_set(&b->c, POLICY));
	dump(_metadata, b, &all, GMGUARD_CMD_STATS_GET, 0, NULL, 0);
	sweep_end(&all, 10);
	dump(_metadata, b, &one, GMGUARD_CMD_STATS_GET, GMGUARD_A_STATS_REASON,
	     &reason, sizeof(reason));
	sweep_end(&one, 4);
}

TEST_F_TIMEOUT(guard, events_join, 300)
{
	struct bed *b = &self->bed;
	struct sweep s = { .name = "events-join" };
	struct msg event = {};
	struct client c;
	int error;

	ASSERT_EQ(0, policy_set(&b->c, POLICY));
	while (sweep_next(&s)) {
		ASSERT_EQ(0, client_open(&c));
		arm(&s);
		error = join_events(&c);
		disarm(&s);
		if (error)
			ASSERT_TRUE(s.hit && (error == -ENOMEM || error == -EFAULT));
		EXPECT_TRUE(judges(b, true));
		EXPECT_EQ(error ? -EAGAIN : 1,
			  event_receive(&c, &event, MSG_DONTWAIT));
		s.refused += !!error;
		client_close(&c);
	}
	sweep_end(&s, 1);
}

/* An identity that no UE may assert, in the first fragment and behind it, and a call
 * that the guard remembers
 */
#define LINE FORGED ": <sip:boss@ims.example>\r\n"
#define FOUR(text) text text text text
#define FILLER FOUR(FOUR(FOUR("Supported: path, gruu, 100rel\r\n")))

static const struct sip_request forging = { "REGISTER", "sip:ims.example", LINE, 0 };
static const struct sip_request forging_late = {
	"REGISTER", "sip:ims.example", FILLER LINE, 0
};

static const struct sip_request emergency = { "INVITE", "urn:service:sos", "", 0 };

static const struct shot shots[] = {
	{ "protected-4", GM, UE4, EP4, 4, 6100, 32, CLEAR, NOWHERE, &registering, 0 },
	{ "protected-6", GM, UE6, EP6, 4, 6100, 32, CLEAR, NOWHERE, &registering, 0 },
	{ "protected-fragments-4", GM, UE4, EP4, 4, 6100, 2000, CLEAR, NOWHERE, &registering, 0 },
	{ "protected-fragments-6", GM, UE6, EP6, 4, 6100, 2000, CLEAR, NOWHERE, &registering, 0 },
	{ "forged-4", GM, "198.51.100.20", EP4, 4, 5060, 32,
	  GMGUARD_REASON_SPOOF_CORE, NOWHERE, &registering, 0 },
	{ "forged-6", GM, "2001:db8:2::20", EP6, 4, 5060, 32,
	  GMGUARD_REASON_SPOOF_CORE, NOWHERE, &registering, 0 },
	{ "bypass-4", GM, UE4, "198.51.100.20", 4, 5060, 32,
	  GMGUARD_REASON_BYPASS_CORE, NOWHERE, &registering, 0 },
	{ "bypass-6", GM, UE6, "2001:db8:2::20", 4, 5060, 32,
	  GMGUARD_REASON_BYPASS_CORE, NOWHERE, &registering, 0 },
	{ "bypass-fragments-4", GM, UE4, "198.51.100.20", 4, 5060, 2000,
	  GMGUARD_REASON_BYPASS_CORE, NOWHERE, &registering, 0 },
	{ "bypass-fragments-6", GM, UE6, "2001:db8:2::20", 4, 5060, 2000,
	  GMGUARD_REASON_BYPASS_CORE, NOWHERE, &registering, 0 },
	{ "sent-clear-4", HERE, EP4, UE4, 6100, 4, 4,
	  GMGUARD_REASON_CLEAR_FROM_PROTECTED, NOWHERE, &registering, 0 },
	{ "sent-clear-6", HERE, EP6, UE6, 6100, 4, 4,
	  GMGUARD_REASON_CLEAR_FROM_PROTECTED, NOWHERE, &registering, 0 },
	{ "open-4", GM, UE4, EP4, 4, 5060, 32,
	  GMGUARD_REASON_PASS_REGISTER, HERE, &registering, 0 },
	{ "open-6", GM, UE6, EP6, 4, 5060, 32,
	  GMGUARD_REASON_PASS_REGISTER, HERE, &registering, 0 },
	{ "open-fragments-4", GM, UE4, EP4, 4, 5060, 2000,
	  GMGUARD_REASON_PASS_REGISTER, HERE, &registering, 0 },
	{ "open-fragments-6", GM, UE6, EP6, 4, 5060, 2000,
	  GMGUARD_REASON_PASS_REGISTER, HERE, &registering, 0 },
	{ "forging-4", GM, UE4, EP4, 4, 5060, 32, GMGUARD_REASON_PASS_REGISTER, HERE,
	  &forging, GMGUARD_REASON_ASSERTED_IDENTITY },
	{ "forging-fragments-4", GM, UE4, EP4, 4, 5060, 1100,
	  GMGUARD_REASON_PASS_REGISTER, HERE, &forging_late,
	  GMGUARD_REASON_ASSERTED_IDENTITY },
	{ "forging-fragments-6", GM, UE6, EP6, 4, 5060, 1100,
	  GMGUARD_REASON_PASS_REGISTER, HERE, &forging_late,
	  GMGUARD_REASON_ASSERTED_IDENTITY },
	{ "emergency-4", GM, UE4, EP4, 4, 5060, 32, GMGUARD_REASON_PASS_EMERGENCY, HERE,
	  &emergency, 0 },
	{ "emergency-6", GM, UE6, EP6, 4, 5060, 32, GMGUARD_REASON_PASS_EMERGENCY, HERE,
	  &emergency, 0 },
	{ "forward-4", GM, UE4, "203.0.113.9", 4, 4, 32,
	  GMGUARD_REASON_PASS_OTHER, FN, &registering, 0 },
	{ "forward-6", GM, UE6, "2001:db8:f::9", 4, 4, 32,
	  GMGUARD_REASON_PASS_OTHER, FN, &registering, 0 },
	{ "sent-open-4", HERE, EP4, UE4, 5060, 4, 4,
	  GMGUARD_REASON_PASS_REGISTER, GM, &registering, 0 },
	{ "sent-open-6", HERE, EP6, UE6, 5060, 4, 4,
	  GMGUARD_REASON_PASS_REGISTER, GM, &registering, 0 },
};

/* How often @reason was counted on @side since; -1 if anything else was, too. */
static int counted(const struct counts *before, const struct counts *after,
		   int side, int reason)
{
	int i, j, n = 0;

	for (i = 0; i < SIDE_COUNT; i++)
		for (j = 1; j <= GMGUARD_REASON_MAX; j++) {
			if (before->packets[i][j] == after->packets[i][j])
				continue;
			if (i != side || j != reason)
				return -1;
			n = after->packets[i][j] - before->packets[i][j];
		}
	return n;
}

/* @events has the event of the drop if it was sent and had room. */
static bool event_is_right(struct client *events, const struct shot *shot,
			   __u64 *seq, bool hit)
{
	struct msg m = {};
	bool ok;

	switch (event_receive(events, &m, MSG_DONTWAIT)) {
	case 1:
		ok = attr_uint(attr_find(&m, GMGUARD_A_VERDICT_REASON)) ==
		     (__u64)shot->reason &&
		     attr_uint(attr_find(&m, GMGUARD_A_VERDICT_SEQ)) == *seq;
		break;
	case -ENOBUFS:
	case -EAGAIN:
		ok = hit;
		break;
	default:
		ok = false;
	}
	free(m.at);
	return ok;
}

static void shoot(struct __test_metadata *_metadata, struct bed *b,
		  struct client *events, const struct shot *shot)
{
	struct sweep s = { .name = shot->name };
	struct counts before, after;
	struct msg event = {};
	struct arrivals a;
	int error, n, out;
	int spoilt = 0;
	__u64 sent;

	ASSERT_TRUE(counts_get(&b->c, &after));
	while (sweep_next(&s)) {
		before = after;
		/* let routing look up, and allocate, again */
		write_file("/proc/sys/net/ipv4/route/flush", "1");
		arm(&s);
		error = fire(b, shot);
		disarm(&s);
		a = arrivals(b);
		ASSERT_TRUE(counts_get(&b->c, &after));
		out = arrivals_sum(&a);
		sent = after.sent - before.sent;
		n = counted(&before, &after, SIDE_ACCESS, shot->reason);
		if (n < 0 && shot->spoilt) {
			/* what cannot be taken off it is not delivered with it */
			EXPECT_TRUE(s.hit);
			EXPECT_EQ(1, counted(&before, &after, SIDE_ACCESS, shot->spoilt));
			EXPECT_EQ(0, out);
			EXPECT_EQ(1, sent + after.suppressed - before.suppressed);
			while (event_receive(events, &event, MSG_DONTWAIT) == 1)
				;
			spoilt++;
			continue;
		}

		/* misjudged? more than once? */
		ASSERT_LE(0, n);
		ASSERT_GE(1, n);
		ASSERT_GE(1, out);
		ASSERT_LE(0, out);
		if (shot->out == NOWHERE) {
			EXPECT_EQ(0, out);
			EXPECT_EQ(n, sent + after.suppressed - before.suppressed);
			if (sent)
				EXPECT_TRUE(event_is_right(events, shot, &after.sent,
							   s.hit));
			EXPECT_TRUE(n || s.hit);
			if (shot->in == HERE)
				EXPECT_EQ(n, error == -EPERM);
		} else {
			EXPECT_EQ(out, a.at[shot->out]);
			EXPECT_TRUE(out || s.hit);
			if (out && shot->reason)
				EXPECT_EQ(1, n);
			/* what is taken off is told of, too */
			EXPECT_EQ(shot->spoilt ? n : 0,
				  sent + after.suppressed - before.suppressed);
		}
		if (error && error != -EPERM) {
			/* IPv6 takes a route it has no room for as none */
			ASSERT_TRUE(s.hit && (is_shortage(error) ||
					      error == -EFAULT ||
					      error == -ENETUNREACH)) {
				TH_LOG("%s: error %d", s.name, error);
			}
			EXPECT_EQ(0, n);
			EXPECT_EQ(0, out);
			s.unsent++;
		}
		/* lost on the way to the judge, or from there */
		s.refused += !error && !n && !out;
	}
	/* octets that lie in several buffers must be copied before they are changed */
	EXPECT_EQ(spoilt > 0, shot->asks == &forging_late);
	free(event.at);
	sweep_end(&s, 3);
}

TEST_F_TIMEOUT(guard, packets, 500)
{
	struct bed *b = &self->bed;
	struct client events;
	double end = now() + 10;
	struct msg m = {};
	size_t i;

	ASSERT_EQ(0, policy_set(&b->c, POLICY));
	ASSERT_EQ(0, client_open(&events));
	/* links carry and neighbours are known before the first fault */
	for (i = 0; i < ARRAY_SIZE(shots); i++) {
		struct arrivals a = {};

		while (shots[i].out != NOWHERE && a.at[shots[i].out] != 1) {
			ASSERT_GT(end, now());
			fire(b, &shots[i]);
			a = arrivals(b);
		}
	}
	ASSERT_EQ(0, join_events(&events));
	ASSERT_EQ(-EAGAIN, event_receive(&events, &m, MSG_DONTWAIT));
	for (i = 0; i < ARRAY_SIZE(shots); i++)
		shoot(_metadata, b, &events, &shots[i]);
	client_close(&events);
}

TEST_HARNESS_MAIN
