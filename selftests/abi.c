// SPDX-License-Identifier: GPL-2.0
/* The netlink family as its header describes it: each command with each kind of
 * wrong request (errno, sentence, attribute at fault, and nothing changed), and
 * what right requests do. Every test has a network namespace of its own.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <linux/sched.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>

/* the harness compares what it is given, and jumps out of it */
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wclobbered"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include "kselftest_harness.h"

#include "policy_text.h"

#define SIDES "side access untrusted - gm0,gtp*; side core trusted - mw0;"
#define POOLS "pool access 10.45.0.0/16; pool access 2001:db8:45::/48;"
#define ENDPOINT "endpoint 192.0.2.10 5060 6100 5100;"
#define DEFAULTS "mode enforce; marks 0xf0 0x10 0x20 0x40; limits 4096 100;"
#define BASE SIDES POOLS ENDPOINT
#define RUNNING SIDES "pool access 10.99.0.0/16;" ENDPOINT

enum { NOBODY = 65534, GENL_END = NLMSG_LENGTH(GENL_HDRLEN) };

static bool fresh_netns(struct client *c)
{
	return !unshare(CLONE_NEWNET) && !client_open(c);
}

#define NEED_ROOT_AND_MODULE(c) do {					\
	if (geteuid())							\
		SKIP(return, "needs root");				\
	if (!fresh_netns(c))						\
		SKIP(return, "the module gmguard is not there");	\
} while (0)

/* What must not change by a refusal. */
struct state {
	struct msg policy;
	__u32 generation;
};

static bool state_is(struct client *c, const struct state *s)
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

static bool policy_is(struct client *c, const char *text)
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

/* Was the last request refused as it should? */
static bool answer_is(struct client *c, int seen, int error, const char *text,
		      size_t bad, const char *what)
{
	if (seen == error && strstr(c->text, text) && c->offset == bad)
		return true;
	ksft_print_msg("%s\n", what);
	ksft_print_msg("  expected %d at %zu: %s\n", error, bad, text);
	ksft_print_msg("  seen     %d at %zu: %s\n", seen, c->offset, c->text);
	return false;
}

struct refusal {
	const char *policy;
	int error;
	const char *text;
};

static bool refuses_message(struct client *c, struct state *s, struct msg *m,
			    int error, const char *text, size_t bad,
			    const char *what)
{
	int seen = client_ask(c, m);

	if (!answer_is(c, seen, error, text, bad, what))
		return false;
	if (state_is(c, s))
		return true;
	ksft_print_msg("%s\n  changed the policy\n", what);
	return false;
}

static int refuses_all(struct client *c, struct state *s,
		       const struct refusal *r, size_t n)
{
	struct msg m = {};
	int wrong = 0;
	size_t bad;

	for (; n; n--, r++) {
		client_start(c, &m, GMGUARD_CMD_POLICY_SET, NLM_F_ACK);
		bad = policy_put(&m, r->policy);
		wrong += !refuses_message(c, s, &m, -r->error, r->text, bad,
					  r->policy);
	}
	free(m.at);
	return wrong;
}

#define EXPECT_REFUSED(table)						\
	EXPECT_EQ(0, refuses_all(&self->c, &self->state, table,		\
				 ARRAY_SIZE(table)))

/* Refusals, while there is no policy and while there is one */

FIXTURE(refusal) {
	struct client c;
	struct state state;
};

FIXTURE_VARIANT(refusal) {
	const char *running;
};

FIXTURE_VARIANT_ADD(refusal, first) {
	.running = NULL,
};

FIXTURE_VARIANT_ADD(refusal, replacement) {
	.running = RUNNING,
};

FIXTURE_SETUP(refusal)
{
	NEED_ROOT_AND_MODULE(&self->c);
	if (variant->running)
		ASSERT_EQ(0, policy_set(&self->c, variant->running));
	ASSERT_EQ(0, policy_get(&self->c, &self->state.policy,
				&self->state.generation));
	ASSERT_EQ(variant->running ? 1 : 0, self->state.generation);
}

FIXTURE_TEARDOWN(refusal)
{
	client_close(&self->c);
}

#define NEEDS "an attribute this element needs is not there"
#define TWICE "the policy names this prefix twice"
#define RANGE "integer out of range"
#define OCTETS "an address has 4 or 16 octets"
#define HOST_BITS "the prefix has host bits set"

TEST_F(refusal, empty)
{
	static const char need[] = "at least one side and one endpoint";
	static const struct refusal table[] = {
		{ "", EINVAL, need },
		{ SIDES POOLS, EINVAL, need },
		{ ENDPOINT, EINVAL, need },
	};

	EXPECT_REFUSED(table);
}

TEST_F(refusal, side)
{
	static const char name[] = "none and local are taken";
	static const char ifname[] = "not an interface name";
	static const char earlier[] = "an interface is on an earlier side too";
	static const struct refusal table[] = {
		{ BASE "!side - trusted - x0", EINVAL, NEEDS },
		{ BASE "!side x - - x0", EINVAL, NEEDS },
		{ BASE "!side x trusted - -", EINVAL, NEEDS },
		{ BASE "side x !3 - x0", ERANGE, RANGE },
		{ BASE "side !a/b trusted - x0", EINVAL, name },
		{ BASE "side !none trusted - x0", EINVAL, name },
		{ BASE "side !local trusted - x0", EINVAL, name },
		{ BASE "side x foreign !esp x0", EINVAL, "for trusted sides" },
		{ BASE "side x untrusted !esp x0", EINVAL, "for trusted sides" },
		{ BASE "side x trusted - x0,!a/b", EINVAL, ifname },
		{ BASE "side x trusted - x0,!x*y", EINVAL, ifname },
		{ BASE "side x trusted - !x**", EINVAL, ifname },
		{ BASE "side x trusted - !..", EINVAL, ifname },
		{ BASE "side x trusted - !a:b", EINVAL, ifname },
		{ BASE "side x trusted - !abcdefghijklmnop", ERANGE, "policy" },
		{ BASE "side x trusted - !abcdefghijklmno*", ERANGE, "policy" },
		{ BASE "!side core trusted - x0", EEXIST, "this name" },
		{ BASE "!side x trusted - mw0", EEXIST, earlier },
		{ BASE "!side x trusted - gtp0", EEXIST, earlier },
		{ BASE "!side x trusted - x0,gtpx*", EEXIST, earlier },
		{ BASE "!side x trusted - m*", EEXIST, earlier },
		{ BASE "!side x trusted - gt*", EEXIST, earlier },
		{ BASE "!side x trusted - *", EEXIST, earlier },
		{ BASE "!side x untrusted - x0", EINVAL, "one UE pool" },
	};

	EXPECT_REFUSED(table);
}

TEST_F(refusal, pool)
{
	static const char inside[] = "the pool lies in a core prefix";
	static const struct refusal table[] = {
		{ BASE "!pool - 10.1.0.0/16", EINVAL, NEEDS },
		{ BASE "!pool access -/16", EINVAL, NEEDS },
		{ BASE "!pool access 10.1.0.0", EINVAL, NEEDS },
		{ BASE "pool access !x0a01/16", EINVAL, OCTETS },
		{ BASE "pool access !x0a01020304/16", EINVAL, OCTETS },
		{ BASE "pool access !10.1.0.1/16", EINVAL, HOST_BITS },
		{ BASE "pool access !10.0.0.0/0", EINVAL, HOST_BITS },
		{ BASE "pool access !10.1.0.1/31", EINVAL, HOST_BITS },
		{ BASE "pool access !2001:db8::1/127", EINVAL, HOST_BITS },
		{ BASE "pool access !2001:db8::1/32", EINVAL, HOST_BITS },
		{ BASE "pool access !8000::/0", EINVAL, HOST_BITS },
		{ BASE "pool access 10.1.0.0/!33", ERANGE, "at most 32 bits" },
		{ BASE "pool access 2001:db8::/!129", ERANGE, RANGE },
		{ BASE "pool !nobody 10.1.0.0/16", ENOENT, "a side of this policy" },
		{ BASE "pool !acces 10.1.0.0/16", ENOENT, "a side of this policy" },
		{ BASE "pool !core 10.1.0.0/16", EINVAL, "for untrusted sides" },
		{ BASE "!pool access 10.45.0.0/16", EEXIST, TWICE },
		{ BASE "!pool access 2001:db8:45::/48", EEXIST, TWICE },
		{ BASE "side two untrusted - x0; !pool two 10.45.0.0/16", EEXIST,
		  TWICE },
		{ BASE "side two untrusted - x0; !pool two 10.45.1.0/24", EINVAL,
		  "lies in one of another side" },
		{ SIDES "side two untrusted - x0; !pool access 10.45.0.0/16;"
		  "pool two 10.0.0.0/8;" ENDPOINT, EINVAL,
		  "lies in one of another side" },
		{ SIDES "!" POOLS ENDPOINT "core 10.0.0.0/8 cscf", EINVAL, inside },
		{ SIDES "!" POOLS ENDPOINT "core 10.45.0.0/16 cscf", EINVAL, inside },
		{ SIDES "!" POOLS ENDPOINT "core 0.0.0.0/0 cscf", EINVAL, inside },
		{ SIDES "pool access 10.45.0.0/16; !pool access 2001:db8:45::/48;"
		  ENDPOINT "core ::/0 cscf", EINVAL, inside },
		{ BASE "!pool access 192.0.2.10/32", EINVAL, inside },
		{ BASE "!pool access 10.1.0.1/32; http 10.1.0.1 80", EINVAL, inside },
	};

	EXPECT_REFUSED(table);
}

TEST_F(refusal, endpoint)
{
	static const char unicast[] = "needs a unicast address";
	static const char lists[] = "an unprotected, a server and a client port";
	static const char uses[] = "a port has two uses";
	static const char inside[] = "lies in a pool or core prefix";
	/* TS 33.203 7.1 */
	static const char sip[] = "5060 and 5061 cannot be protected";
	static const struct refusal table[] = {
		{ BASE "!endpoint - 5060 6100 5100", EINVAL, NEEDS },
		{ BASE "endpoint !xc000 5060 6100 5100", EINVAL, OCTETS },
		{ BASE "endpoint !xc000020a00 5060 6100 5100", EINVAL, OCTETS },
		{ BASE "endpoint !224.0.0.1 5060 6100 5100", EINVAL, unicast },
		{ BASE "endpoint !127.0.0.1 5060 6100 5100", EINVAL, unicast },
		{ BASE "endpoint !0.0.0.0 5060 6100 5100", EINVAL, unicast },
		{ BASE "endpoint !255.255.255.255 5060 1 2", EINVAL, unicast },
		{ BASE "endpoint !ff02::1 5060 6100 5100", EINVAL, unicast },
		{ BASE "endpoint !::1 5060 6100 5100", EINVAL, unicast },
		{ BASE "endpoint !:: 5060 6100 5100", EINVAL, unicast },
		{ BASE "endpoint !::ffff:1.2.3.4 5060 6100 5100", EINVAL, unicast },
		{ BASE "endpoint 192.0.2.11 !0 6100 5100", ERANGE, RANGE },
		{ BASE "endpoint 192.0.2.11 5060 6100,!0 5100", ERANGE, RANGE },
		{ BASE "endpoint 192.0.2.11 5060 6100 !0", ERANGE, RANGE },
		{ BASE "endpoint 192.0.2.11 5060,!5060 6100 5100", EEXIST, "twice" },
		{ BASE "endpoint 192.0.2.11 5060 6,7,!6 5100", EEXIST, "twice" },
		{ BASE "endpoint 192.0.2.11 5060 6100 1,!1", EEXIST, "twice" },
		{ BASE "!endpoint 192.0.2.10 5060 6100 5100", EEXIST, TWICE },
		{ BASE "!endpoint 192.0.2.11 - 6100 5100", EINVAL, lists },
		{ BASE "!endpoint 192.0.2.11 5060 - 5100", EINVAL, lists },
		{ BASE "!endpoint 192.0.2.11 5060 6100 -", EINVAL, lists },
		{ BASE "!endpoint 192.0.2.11 5060,1 1 5100", EINVAL, uses },
		{ BASE "!endpoint 192.0.2.11 5060,1 2 3,1", EINVAL, uses },
		{ BASE "!endpoint 192.0.2.11 5060 2,1 3,1", EINVAL, uses },
		{ BASE "!endpoint 192.0.2.11 1 5060 5100", EINVAL, sip },
		{ BASE "!endpoint 192.0.2.11 1 6100 5060", EINVAL, sip },
		{ BASE "!endpoint 192.0.2.11 1 5061 5100", EINVAL, sip },
		{ BASE "!endpoint 192.0.2.11 1 6100 7,5061", EINVAL, sip },
		{ BASE "!endpoint 10.45.1.1 5060 6100 5100", EINVAL, inside },
		{ BASE "!endpoint 2001:db8:45::1 5060 6100 5100", EINVAL, inside },
		{ SIDES POOLS "!" ENDPOINT "core 192.0.2.0/24 -", EINVAL, inside },
		{ SIDES POOLS "!" ENDPOINT "core 192.0.2.10/32 -", EINVAL, inside },
	};

	EXPECT_REFUSED(table);
}

TEST_F(refusal, core)
{
	static const struct refusal table[] = {
		{ BASE "!core -/24 cscf", EINVAL, NEEDS },
		{ BASE "!core 198.51.100.0 cscf", EINVAL, NEEDS },
		{ BASE "core !xc6/24 cscf", EINVAL, OCTETS },
		{ BASE "core !198.51.100.1/24 cscf", EINVAL, HOST_BITS },
		{ BASE "core 198.51.100.0/!40 cscf", ERANGE, "at most 32 bits" },
		{ BASE "core 2001:db8:2::/!200 cscf", ERANGE, RANGE },
		{ BASE "core 198.51.100.0/24 !8", ERANGE, RANGE },
		{ BASE "core 198.51.100.0/24 cscf; !core 198.51.100.0/24 cscf",
		  EEXIST, TWICE },
		{ BASE "core 198.51.100.0/24 cscf; !core 198.51.100.0/24 hss",
		  EEXIST, TWICE },
		{ BASE "core 198.51.100.0/24 cscf; !core 198.51.100.8/29 hss",
		  EINVAL, "one of another role" },
		{ BASE "!core 198.51.100.8/29 cscf; core 198.51.0.0/16 hss",
		  EINVAL, "one of another role" },
		{ BASE "!core 10.45.7.0/24 cscf", EINVAL, "lies in a UE pool" },
		{ BASE "!core 2001:db8:45:1::/64 cscf", EINVAL, "lies in a UE pool" },
	};

	EXPECT_REFUSED(table);
}

TEST_F(refusal, http)
{
	static const char inside[] = "is in a UE pool or an endpoint";
	static const struct refusal table[] = {
		{ BASE "!http - 80", EINVAL, NEEDS },
		{ BASE "http !x01 80", EINVAL, OCTETS },
		{ BASE "http !224.0.0.1 80", EINVAL, "needs a unicast address" },
		{ BASE "http !:: 80", EINVAL, "needs a unicast address" },
		{ BASE "http 198.51.100.80 !0", ERANGE, RANGE },
		{ BASE "!http 198.51.100.80 -", EINVAL, "at least one port" },
		{ BASE "http 1.2.3.4 80; !http 1.2.3.4 443", EEXIST, TWICE },
		{ BASE "http 1.2.3.4 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,!17",
		  E2BIG, "http-ports-max" },
		{ BASE "!http 10.45.9.9 80", EINVAL, inside },
		{ BASE "!http 192.0.2.10 80", EINVAL, inside },
	};

	EXPECT_REFUSED(table);
}

TEST_F(refusal, open_port)
{
	static const char gm[] = "the open port is a Gm port";
	static const struct refusal table[] = {
		{ BASE "!open - 53", EINVAL, NEEDS },
		{ BASE "!open 17 -", EINVAL, NEEDS },
		{ BASE "open 17 !0", ERANGE, RANGE },
		{ BASE "open !1 53", EOPNOTSUPP, "UDP (17), TCP (6) or SCTP (132)" },
		{ BASE "open !136 53", EOPNOTSUPP, "UDP (17), TCP (6) or SCTP" },
		{ BASE "open 17 53; !open 17 53", EEXIST, "this open port twice" },
		{ BASE "!open 17 5060", EINVAL, gm },
		{ BASE "!open 6 6100", EINVAL, gm },
		{ BASE "!open 132 5100", EINVAL, gm },
	};

	EXPECT_REFUSED(table);
}

TEST_F(refusal, rule)
{
	char text[256];
	struct refusal pass = { text, EINVAL, "only rules have" };
	static const struct refusal table[] = {
		{ BASE "mode !3", ERANGE, RANGE },
		{ BASE "!rule - off", EINVAL, NEEDS },
		{ BASE "!rule 1 -", EINVAL, NEEDS },
		{ BASE "rule !0 off", ERANGE, RANGE },
		{ BASE "rule !21 off", ERANGE, RANGE },
		{ BASE "rule 1 !3", ERANGE, RANGE },
		{ BASE "rule 1 off; !rule 1 off", EEXIST, "two modes" },
		{ BASE "rule 1 off; !rule 1 enforce", EEXIST, "two modes" },
	};
	int reason;

	EXPECT_REFUSED(table);
	for (reason = GMGUARD_REASON_PASS_PROTECTED;
	     reason <= GMGUARD_REASON_PASS_OTHER; reason++) {
		snprintf(text, sizeof(text), BASE "rule !%d off", reason);
		EXPECT_EQ(0, refuses_all(&self->c, &self->state, &pass, 1));
	}
}

TEST_F(refusal, marks_and_limits)
{
	static const char bits[] = "each mark must be bits of the mask";
	static const char share[] = "two marks share bits";
	static const struct refusal table[] = {
		{ BASE "!marks - 1 2 4", EINVAL, NEEDS },
		{ BASE "!marks 7 - 2 4", EINVAL, NEEDS },
		{ BASE "!marks 7 1 - 4", EINVAL, NEEDS },
		{ BASE "!marks 7 1 2 -", EINVAL, NEEDS },
		{ BASE "!marks 0 1 2 4", EINVAL, bits },
		{ BASE "!marks 7 0 2 4", EINVAL, bits },
		{ BASE "!marks 7 1 0 4", EINVAL, bits },
		{ BASE "!marks 7 1 2 0", EINVAL, bits },
		{ BASE "!marks 7 9 2 4", EINVAL, bits },
		{ BASE "!marks 7 1 10 4", EINVAL, bits },
		{ BASE "!marks 7 1 2 0x80000004", EINVAL, bits },
		{ BASE "!marks 7 1 1 4", EINVAL, share },
		{ BASE "!marks 7 1 2 3", EINVAL, share },
		{ BASE "!marks 7 5 2 4", EINVAL, share },
		{ BASE "limits !0 100", ERANGE, RANGE },
		{ BASE "limits !16385 100", ERANGE, RANGE },
		{ BASE "limits 4096 !10001", ERANGE, RANGE },
	};

	EXPECT_REFUSED(table);
}

/* One more than there may be: @n elements, of which the last is at fault. */
static bool too_many(struct client *c, struct state *s, const char *format, int n,
		     const char *text)
{
	struct msg m = {};
	char line[160];
	size_t bad = 0;
	bool ok;
	int i;

	client_start(c, &m, GMGUARD_CMD_POLICY_SET, NLM_F_ACK);
	policy_put(&m, BASE);
	for (i = 0; i < n; i++) {
		snprintf(line, sizeof(line), format, i / 65536, i / 256 % 256,
			 i % 256);
		bad = policy_put(&m, line);
	}
	ok = refuses_message(c, s, &m, -E2BIG, text, bad, format);
	free(m.at);
	return ok;
}

TEST_F_TIMEOUT(refusal, too_many, 120)
{
	static const char more[] = "more of these than this module takes";
	struct client *c = &self->c;
	struct state *s = &self->state;

	/* BASE has two sides, two pools and an endpoint already */
	EXPECT_TRUE(too_many(c, s, "!side x%d.%d.%d foreign - x0",
			     GMGUARD_SIDES_MAX - 1, more));
	EXPECT_TRUE(too_many(c, s, "!endpoint 20.%d.%d.%d 5060 6100 5100",
			     GMGUARD_ENDPOINTS_MAX, more));
	EXPECT_TRUE(too_many(c, s, "!pool access 20.%d.%d.%d/32",
			     GMGUARD_PREFIXES_MAX - 1, more));
	EXPECT_TRUE(too_many(c, s, "!core 20.%d.%d.%d/32 -",
			     GMGUARD_PREFIXES_MAX + 1, more));
	EXPECT_TRUE(too_many(c, s, "!http 20.%d.%d.%d 80",
			     GMGUARD_HTTP_MAX + 1, more));
	EXPECT_TRUE(too_many(c, s, "!open %d%d%d 6",
			     GMGUARD_OPEN_PORTS_MAX + 1, more));
	EXPECT_TRUE(too_many(c, s, "!rule 1 off", GMGUARD_REASON_MAX + 1, more));
}

/* One more interface or port than an element may have. */
static bool too_many_in(struct client *c, struct state *s, const char *element,
			int nest, int type, const void *value, size_t len, int n,
			bool whole, const char *text)
{
	size_t at, bad = 0;
	struct msg m = {};
	__u16 port;
	bool ok;
	int i;

	client_start(c, &m, GMGUARD_CMD_POLICY_SET, NLM_F_ACK);
	policy_put(&m, BASE);
	at = m.len;
	policy_put(&m, element);
	for (i = 0; i < n; i++) {
		port = 10000 + i;
		bad = msg_attr(&m, type, value ?: &port, len);
	}
	msg_end(&m, at);
	ok = refuses_message(c, s, &m, -E2BIG, text, whole ? at : bad, element);
	free(m.at);
	return ok && nest;
}

TEST_F(refusal, too_many_within)
{
	static const char endpoint[] = "endpoint 192.0.2.11 - - -";
	static const char text[] = "more ports than ports-max";
	int type;

	EXPECT_TRUE(too_many_in(&self->c, &self->state, "side x trusted - -",
				GMGUARD_A_POLICY_SIDE, GMGUARD_A_SIDE_INTERFACE,
				"x0", 3, GMGUARD_PATTERNS_MAX + 1, true,
				"patterns-max"));
	for (type = GMGUARD_A_ENDPOINT_UNPROTECTED;
	     type <= GMGUARD_A_ENDPOINT_CLIENT; type++)
		EXPECT_TRUE(too_many_in(&self->c, &self->state, endpoint,
					GMGUARD_A_POLICY_ENDPOINT, type, NULL, 2,
					GMGUARD_PORTS_MAX + 1, false, text));
}

/* Attributes that are wrong by their form */

struct form {
	int type;		/* of the attribute, flags included */
	const void *data;
	size_t len;
	int error;
	const char *text;
};

/* @f alone in a nest of type @nest (0: in none) behind a right policy. */
static bool refuses_form(struct client *c, struct state *s, int nest,
			 const struct form *f)
{
	size_t at = 0, bad;
	struct msg m = {};
	char what[80];
	bool ok;

	snprintf(what, sizeof(what), "attribute %#x of %zu octets in nest %d",
		 f->type, f->len, nest);
	client_start(c, &m, GMGUARD_CMD_POLICY_SET, NLM_F_ACK);
	policy_put(&m, BASE);
	if (nest)
		at = msg_nest(&m, nest);
	bad = msg_attr(&m, f->type, f->data, f->len);
	if (nest)
		msg_end(&m, at);
	ok = refuses_message(c, s, &m, -f->error, f->text, bad, what);
	free(m.at);
	return ok;
}

TEST_F(refusal, number_of_another_length)
{
	static const char length[] = "invalid attribute length";
	static const __u8 one[16] = { 1 };
	const struct kind *k;
	struct form f;
	int i, how, nest;

	for (k = kinds; k < kinds + ARRAY_SIZE(kinds); k++)
		for (i = 0; i < FIELDS && k->field[i].how; i++) {
			how = k->field[i].how == 'p' ? 1 : k->field[i].how;
			if (how > 4)
				continue;
			nest = k->field[i].type ? k->type : 0;
			f = (struct form) {
				.type = (nest ? k->field[i].type : k->type) +
					(k->field[i].how == 'p'),
				.data = one, .error = EINVAL, .text = length,
			};
			f.len = how - 1;
			EXPECT_TRUE(refuses_form(&self->c, &self->state, nest, &f));
			f.len = how + 1;
			EXPECT_TRUE(refuses_form(&self->c, &self->state, nest, &f));
			f.len = 0;
			EXPECT_TRUE(refuses_form(&self->c, &self->state, nest, &f));
			f.len = 16;
			EXPECT_TRUE(refuses_form(&self->c, &self->state, nest, &f));
		}
}

TEST_F(refusal, string_or_flag_of_another_form)
{
	static const char failed[] = "Attribute failed policy validation";
	static const char x[40] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
	static const char early[40] = "x";
	static const struct {
		int nest;
		struct form form;
	} table[] = {
		{ GMGUARD_A_POLICY_SIDE,
		  { GMGUARD_A_SIDE_NAME, x, 0, EINVAL, failed } },
		{ GMGUARD_A_POLICY_SIDE,
		  { GMGUARD_A_SIDE_NAME, x, 5, EINVAL, failed } },
		{ GMGUARD_A_POLICY_SIDE,
		  { GMGUARD_A_SIDE_NAME, x, 40, EINVAL, failed } },
		{ GMGUARD_A_POLICY_SIDE,
		  { GMGUARD_A_SIDE_NAME, early, 40, ERANGE, failed } },
		{ GMGUARD_A_POLICY_SIDE,
		  { GMGUARD_A_SIDE_INTERFACE, x, 0, ERANGE, failed } },
		{ GMGUARD_A_POLICY_SIDE,
		  { GMGUARD_A_SIDE_INTERFACE, x, 16, ERANGE, failed } },
		{ GMGUARD_A_POLICY_SIDE,
		  { GMGUARD_A_SIDE_INTERFACE, x, 40, ERANGE, failed } },
		{ GMGUARD_A_POLICY_SIDE,
		  { GMGUARD_A_SIDE_REQUIRE_ESP, x, 1, ERANGE, failed } },
		{ GMGUARD_A_POLICY_POOL,
		  { GMGUARD_A_POOL_SIDE, x, 0, EINVAL, failed } },
		{ GMGUARD_A_POLICY_POOL,
		  { GMGUARD_A_POOL_SIDE, x, 31, EINVAL, failed } },
		{ GMGUARD_A_POLICY_POOL,
		  { GMGUARD_A_POOL_SIDE, early, 33, ERANGE, failed } },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(table); i++)
		EXPECT_TRUE(refuses_form(&self->c, &self->state, table[i].nest,
					 &table[i].form));
}

TEST_F(refusal, nesting)
{
	static const char missing[] = "NLA_F_NESTED is missing";
	static const char unexpected[] = "NLA_F_NESTED not expected";
	const struct kind *k;
	struct msg m = {};
	size_t at, bad;
	struct form f;
	int i, nest;

	for (k = kinds; k < kinds + ARRAY_SIZE(kinds); k++) {
		nest = k->field[0].type ? k->type : 0;
		for (i = 0; i < FIELDS && k->field[i].how; i++) {
			f = (struct form) {
				(nest ? k->field[i].type : k->type) | NLA_F_NESTED,
				"\0\0\0", k->field[i].how % 'f', EINVAL, unexpected
			};
			if (f.len > 4)
				f.len = 4;
			EXPECT_TRUE(refuses_form(&self->c, &self->state, nest, &f));
		}
		if (!nest)
			continue;
		f = (struct form) { nest, "", 0, EINVAL, missing };
		EXPECT_TRUE(refuses_form(&self->c, &self->state, 0, &f));
		/* shorter than an attribute can be */
		f = (struct form) {
			nest | NLA_F_NESTED, "x", 2, ERANGE, "policy validation"
		};
		EXPECT_TRUE(refuses_form(&self->c, &self->state, 0, &f));
	}

	/* deep: side in side in side ... */
	client_start(&self->c, &m, GMGUARD_CMD_POLICY_SET, NLM_F_ACK);
	policy_put(&m, BASE);
	at = msg_nest(&m, GMGUARD_A_POLICY_SIDE);
	bad = m.len;
	for (i = 0; i < 5000; i++)
		msg_nest(&m, GMGUARD_A_POLICY_SIDE);
	for (; at < m.len; at += NLA_HDRLEN)
		msg_end(&m, at);
	EXPECT_TRUE(refuses_message(&self->c, &self->state, &m, -EINVAL,
				    unexpected, bad, "nests in nests"));
	free(m.at);
}

TEST_F(refusal, unknown_attribute)
{
	static const char unknown[] = "Unknown attribute type";
	struct form f = { .error = EINVAL, .text = unknown };
	static const int types[] = { 0, 100, NLA_TYPE_MASK };
	const struct kind *k;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		f.type = types[i];
		EXPECT_TRUE(refuses_form(&self->c, &self->state, 0, &f));
		f.type |= NLA_F_NESTED;
		EXPECT_TRUE(refuses_form(&self->c, &self->state, 0, &f));
		for (k = kinds; k < kinds + ARRAY_SIZE(kinds); k++)
			if (k->field[0].type) {
				f.type = types[i];
				EXPECT_TRUE(refuses_form(&self->c, &self->state,
							 k->type, &f));
			}
	}
	/* only the kernel says the generation */
	f = (struct form) {
		GMGUARD_A_POLICY_GENERATION, "\1\0\0", 4, EINVAL,
		"Unsupported attribute"
	};
	EXPECT_TRUE(refuses_form(&self->c, &self->state, 0, &f));
}

TEST_F(refusal, octets_left_over)
{
	static const char left[] = "bytes leftover after parsing attributes";
	struct client *c = &self->c;
	struct msg m = {};
	size_t at;

	client_start(c, &m, GMGUARD_CMD_POLICY_SET, NLM_F_ACK);
	policy_put(&m, BASE);
	at = msg_u32(&m, GMGUARD_A_POLICY_MODE, 0);
	((struct nlattr *)(m.at + at))->nla_len = 200;
	EXPECT_TRUE(refuses_message(c, &self->state, &m, -EINVAL, left, 0,
				    "an attribute longer than the message"));

	client_start(c, &m, GMGUARD_CMD_POLICY_SET, NLM_F_ACK);
	policy_put(&m, BASE);
	at = msg_nest(&m, GMGUARD_A_POLICY_LIMITS);
	((struct nlattr *)(m.at + msg_u32(&m, GMGUARD_A_LIMITS_INTERFACES, 1)))
		->nla_len = 60;
	msg_end(&m, at);
	EXPECT_TRUE(refuses_message(c, &self->state, &m, -EINVAL, left, 0,
				    "an attribute longer than its nest"));

	client_start(c, &m, GMGUARD_CMD_POLICY_SET, NLM_F_ACK);
	policy_put(&m, BASE);
	at = msg_u32(&m, GMGUARD_A_POLICY_MODE, 0);
	((struct nlattr *)(m.at + at))->nla_len = 3;
	EXPECT_TRUE(refuses_message(c, &self->state, &m, -EINVAL, left, 0,
				    "an attribute shorter than its header"));
	free(m.at);
}

static const struct {
	int cmd, flags;
	const char *name;
} commands[] = {
	{ GMGUARD_CMD_INFO_GET, NLM_F_ACK, "info-get" },
	{ GMGUARD_CMD_POLICY_SET, NLM_F_ACK, "policy-set" },
	{ GMGUARD_CMD_POLICY_GET, NLM_F_DUMP, "policy-get" },
	{ GMGUARD_CMD_POLICY_CLEAR, NLM_F_ACK, "policy-clear" },
	{ GMGUARD_CMD_STATS_GET, NLM_F_DUMP, "stats-get" },
	{ GMGUARD_CMD_STATS_RESET, NLM_F_ACK, "stats-reset" },
};

TEST_F(refusal, attribute_where_none_is_taken)
{
	static const struct {
		int type;
		const char *text;
	} table[] = {
		{ 0, "Unknown attribute type" },
		{ 1, "Attribute failed policy validation" },
		{ 2, "Unknown attribute type" },
		{ 100, "Unknown attribute type" },
		{ 1 | NLA_F_NESTED, "" },
	};
	struct client *c = &self->c;
	struct msg m = {};
	size_t i, j, bad;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (commands[i].cmd == GMGUARD_CMD_POLICY_SET ||
		    commands[i].cmd == GMGUARD_CMD_STATS_GET)
			continue;
		for (j = 0; j < ARRAY_SIZE(table); j++) {
			client_start(c, &m, commands[i].cmd, commands[i].flags);
			bad = msg_u32(&m, table[j].type, 1);
			EXPECT_TRUE(refuses_message(c, &self->state, &m, -EINVAL,
						    table[j].text, bad,
						    commands[i].name));
		}
		/* not even the beginning of one */
		client_start(c, &m, commands[i].cmd, commands[i].flags);
		msg_put(&m, "\1", 1);
		EXPECT_TRUE(refuses_message(c, &self->state, &m, -EINVAL,
					    "bytes leftover", 0,
					    commands[i].name));
	}
	free(m.at);
}

TEST_F(refusal, stats_filter)
{
	static const char x[40] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
	static const struct form table[] = {
		{ GMGUARD_A_STATS_REASON, "\0\0\0", 4, ERANGE, RANGE },
		{ GMGUARD_A_STATS_REASON, "\25\0\0", 4, ERANGE, RANGE },
		{ GMGUARD_A_STATS_REASON, "\1", 2, EINVAL, "length" },
		{ GMGUARD_A_STATS_REASON, "\1\0\0\0\0\0\0", 8, EINVAL, "length" },
		{ GMGUARD_A_STATS_SIDE, x, 4, EINVAL, "validation" },
		{ GMGUARD_A_STATS_SIDE, x, 40, EINVAL, "validation" },
		{ GMGUARD_A_STATS_PACKETS, x, 8, EINVAL, "Unknown" },
		{ 100, x, 4, EINVAL, "Unknown" },
		{ GMGUARD_A_STATS_REASON | NLA_F_NESTED, "\1\0\0", 4, EINVAL,
		  "not expected" },
	};
	struct client *c = &self->c;
	struct msg m = {};
	size_t i, bad;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		client_start(c, &m, GMGUARD_CMD_STATS_GET, NLM_F_DUMP);
		bad = msg_attr(&m, table[i].type, table[i].data, table[i].len);
		EXPECT_TRUE(refuses_message(c, &self->state, &m, -table[i].error,
					    table[i].text, bad, "stats-get"));
	}
	free(m.at);
}

TEST_F(refusal, command)
{
	static const int unknown[] = {
		0, GMGUARD_CMD_VERDICT_NTF, GMGUARD_CMD_MAX + 1, 255
	};
	struct client *c = &self->c;
	struct nlmsghdr *nlh;
	struct msg m = {};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(unknown); i++) {
		client_start(c, &m, unknown[i], NLM_F_ACK);
		EXPECT_TRUE(refuses_message(c, &self->state, &m, -EOPNOTSUPP, "",
					    0, "unknown command"));
		client_start(c, &m, unknown[i], NLM_F_DUMP);
		EXPECT_TRUE(refuses_message(c, &self->state, &m, -EOPNOTSUPP, "",
					    0, "dump of an unknown command"));
	}
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		/* do for dump, dump for do */
		client_start(c, &m, commands[i].cmd, commands[i].flags == NLM_F_DUMP ?
						     NLM_F_ACK : NLM_F_DUMP);
		if (commands[i].cmd == GMGUARD_CMD_POLICY_SET)
			policy_put(&m, BASE);
		EXPECT_TRUE(refuses_message(c, &self->state, &m, -EOPNOTSUPP, "",
					    0, commands[i].name));

		client_start(c, &m, commands[i].cmd, commands[i].flags);
		((struct genlmsghdr *)(m.at + NLMSG_HDRLEN))->reserved = 1;
		EXPECT_TRUE(refuses_message(c, &self->state, &m, -EINVAL,
					    "reserved field is not 0", 0,
					    commands[i].name));

		client_start(c, &m, commands[i].cmd,
			     commands[i].flags | NLM_F_ACK | 0x80);
		EXPECT_TRUE(refuses_message(c, &self->state, &m, -EINVAL,
					    "reserved bits set in nlmsg_flags", 0,
					    commands[i].name));

		client_start(c, &m, commands[i].cmd, commands[i].flags);
		nlh = (struct nlmsghdr *)m.at;
		m.len = NLMSG_HDRLEN + 2;
		nlh->nlmsg_len = m.len;
		EXPECT_TRUE(refuses_message(c, &self->state, &m, -EINVAL, "", 0,
					    "half a header"));
	}
	free(m.at);
}

/* Who may */

static void become_nobody(void)
{
	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		err(1, "become nobody");
	prctl(PR_SET_DUMPABLE, 1);
}

/* How many commands answer something else than EPERM. */
static int permitted(struct client *c)
{
	struct msg m = {};
	int n = 0, error;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		client_start(c, &m, commands[i].cmd, commands[i].flags);
		if (commands[i].cmd == GMGUARD_CMD_POLICY_SET)
			policy_put(&m, BASE);
		error = client_ask(c, &m);
		if (error == -EPERM && !c->messages)
			continue;
		ksft_print_msg("%s: %d instead of EPERM\n", commands[i].name,
			       error);
		n++;
	}
	free(m.at);
	return n;
}

static int join_events(struct client *c)
{
	return setsockopt(c->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &c->events,
			  sizeof(c->events)) ? -errno : 0;
}

FIXTURE(abi) {
	struct client c;
};

FIXTURE_SETUP(abi)
{
	NEED_ROOT_AND_MODULE(&self->c);
}

FIXTURE_TEARDOWN(abi)
{
	client_close(&self->c);
}

TEST_F(abi, nobody_may_nothing)
{
	struct client own;

	ASSERT_EQ(0, policy_set(&self->c, RUNNING));
	become_nobody();
	ASSERT_EQ(0, client_open(&own));
	EXPECT_EQ(0, permitted(&own));
	EXPECT_EQ(-EPERM, join_events(&own));
	/* a socket that root has opened makes no difference */
	EXPECT_EQ(0, permitted(&self->c));
	client_close(&own);
}

/* A socket of nobody in the hands of root: both must be privileged. */
TEST_F(abi, socket_of_nobody_may_nothing)
{
	struct client own;
	int status, fd[2];
	struct msghdr msg = {};
	char control[CMSG_SPACE(sizeof(int))] = {}, octet = 0;
	struct iovec iov = { &octet, 1 };
	struct cmsghdr *cm;
	pid_t pid;

	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	msg.msg_control = control;
	msg.msg_controllen = sizeof(control);
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, fd));
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		become_nobody();
		if (client_open(&own))
			_exit(1);
		cm = CMSG_FIRSTHDR(&msg);
		cm->cmsg_level = SOL_SOCKET;
		cm->cmsg_type = SCM_RIGHTS;
		cm->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(cm), &own.fd, sizeof(int));
		_exit(sendmsg(fd[1], &msg, 0) != 1);
	}
	ASSERT_EQ(1, recvmsg(fd[0], &msg, 0));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	ASSERT_EQ(0, status);
	own = self->c;
	memset(&own.reply, 0, sizeof(own.reply));
	memcpy(&own.fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(int));
	EXPECT_EQ(0, permitted(&own));
	client_close(&own);
}

static bool write_file(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	close(fd);
	return ok;
}

TEST_F(abi, root_of_a_user_namespace_may_nothing)
{
	struct client own;

	become_nobody();
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		SKIP(return, "no unprivileged user namespaces here");
	ASSERT_TRUE(write_file("/proc/self/setgroups", "deny"));
	ASSERT_TRUE(write_file("/proc/self/uid_map", "0 65534 1"));
	ASSERT_TRUE(write_file("/proc/self/gid_map", "0 65534 1"));
	ASSERT_EQ(0, geteuid());
	/* it is root there: it could set up interfaces */
	ASSERT_EQ(0, system("ip link set lo up"));
	ASSERT_EQ(0, client_open(&own));
	EXPECT_EQ(0, permitted(&own));
	client_close(&own);
}

/* Right requests */

TEST_F(abi, info)
{
	static const struct {
		int type;
		__u32 value;
	} table[] = {
		{ GMGUARD_A_INFO_ABI_VERSION, GMGUARD_ABI_VERSION },
		{ GMGUARD_A_INFO_GENERATION, 0 },
		{ GMGUARD_A_INFO_REASONS, GMGUARD_REASON_MAX },
		{ GMGUARD_A_INFO_SIDES_MAX, GMGUARD_SIDES_MAX },
		{ GMGUARD_A_INFO_ENDPOINTS_MAX, GMGUARD_ENDPOINTS_MAX },
		{ GMGUARD_A_INFO_PREFIXES_MAX, GMGUARD_PREFIXES_MAX },
		{ GMGUARD_A_INFO_INTERFACES, 0 },
		{ GMGUARD_A_INFO_INTERFACES_REFUSED, 0 },
		{ GMGUARD_A_INFO_EVENTS_SENT, 0 },
		{ GMGUARD_A_INFO_EVENTS_SUPPRESSED, 0 },
	};
	const struct nlattr *a;
	size_t i;

	ASSERT_EQ(0, client_command(&self->c, GMGUARD_CMD_INFO_GET, NLM_F_ACK));
	EXPECT_EQ(1, self->c.messages);
	for (i = 0; i < ARRAY_SIZE(table); i++)
		EXPECT_EQ(table[i].value,
			  attr_uint(attr_find(&self->c.reply, table[i].type)));
	a = attr_find(&self->c.reply, GMGUARD_A_INFO_FEATURES);
	EXPECT_EQ(GMGUARD_FEATURE_ADDRESSES | GMGUARD_FEATURE_PROTECTED_PORTS |
		  GMGUARD_FEATURE_EVENTS,
		  attr_uint(a) & (GMGUARD_FEATURE_ADDRESSES |
				  GMGUARD_FEATURE_PROTECTED_PORTS |
				  GMGUARD_FEATURE_EVENTS));
	a = attr_find(&self->c.reply, GMGUARD_A_INFO_MODULE_VERSION);
	ASSERT_NE(NULL, a);
	EXPECT_GE(NLA_HDRLEN + GMGUARD_VERSION_MAX + 1, a->nla_len);
	EXPECT_EQ(a->nla_len - NLA_HDRLEN - 1, strlen(attr_data(a)));
	EXPECT_LT(0, strlen(attr_data(a)));
}

static __u64 info(struct client *c, int type)
{
	if (client_command(c, GMGUARD_CMD_INFO_GET, NLM_F_ACK))
		return ~0ULL;
	return attr_uint(attr_find(&c->reply, type));
}

TEST_F(abi, generation)
{
	struct msg m = {};
	__u32 generation;
	int i;

	for (i = 1; i < 5; i++) {
		ASSERT_EQ(0, policy_set(&self->c, i & 1 ? BASE : RUNNING));
		EXPECT_EQ(i, info(&self->c, GMGUARD_A_INFO_GENERATION));
		EXPECT_EQ(0, policy_get(&self->c, &m, &generation));
		EXPECT_EQ(i, generation);
	}
	/* it does not begin anew, so that no two policies share a number */
	ASSERT_EQ(0, client_command(&self->c, GMGUARD_CMD_POLICY_CLEAR, NLM_F_ACK));
	EXPECT_EQ(0, info(&self->c, GMGUARD_A_INFO_GENERATION));
	ASSERT_EQ(0, policy_set(&self->c, BASE));
	EXPECT_EQ(5, info(&self->c, GMGUARD_A_INFO_GENERATION));
	free(m.at);
}

TEST_F(abi, clear)
{
	struct msg m = {};
	__u32 generation;
	int i;

	for (i = 0; i < 2; i++) {
		EXPECT_EQ(-ENOENT, client_command(&self->c, GMGUARD_CMD_POLICY_CLEAR,
						  NLM_F_ACK));
		EXPECT_STREQ("no policy runs in this namespace", self->c.text);
		ASSERT_EQ(0, policy_set(&self->c, BASE));
		EXPECT_EQ(0, client_command(&self->c, GMGUARD_CMD_POLICY_CLEAR,
					    NLM_F_ACK));
		EXPECT_EQ(0, policy_get(&self->c, &m, &generation));
		EXPECT_EQ(0, generation);
		EXPECT_EQ(0, self->c.messages);
	}
	free(m.at);
}

TEST_F(abi, namespaces_do_not_share)
{
	struct client other;

	ASSERT_EQ(0, policy_set(&self->c, BASE));
	ASSERT_TRUE(fresh_netns(&other));
	EXPECT_EQ(0, info(&other, GMGUARD_A_INFO_GENERATION));
	EXPECT_EQ(-ENOENT, client_command(&other, GMGUARD_CMD_POLICY_CLEAR,
					  NLM_F_ACK));
	EXPECT_EQ(0, policy_set(&other, RUNNING));
	EXPECT_TRUE(policy_is(&self->c, DEFAULTS BASE));
	EXPECT_TRUE(policy_is(&other, DEFAULTS RUNNING));
	client_close(&other);
	EXPECT_TRUE(policy_is(&self->c, DEFAULTS BASE));
}

TEST_F(abi, policies_that_come_back)
{
	/* what is set, and what the dump says; NULL: the same, and the defaults */
	static const char *const table[][2] = {
		{ "side core trusted - mw0;" ENDPOINT,
		  DEFAULTS "side core trusted - mw0;" ENDPOINT },
		{ BASE "core 198.51.100.0/24 -", DEFAULTS BASE
		  "core 198.51.100.0/24 other" },
		{ "mode off;" BASE, "mode off; marks 0xf0 0x10 0x20 0x40;"
		  "limits 4096 100;" BASE },
		{ BASE "limits - 0; marks 0xffffffff 0x80000000 1 0x7ffffffe",
		  "mode enforce; marks 0xffffffff 0x80000000 1 0x7ffffffe;"
		  "limits 4096 0;" BASE },
		{ BASE "limits 1 -", "mode enforce; marks 0xf0 0x10 0x20 0x40;"
		  "limits 1 100;" BASE },
		/* the order of a request does not matter but within a kind */
		{ "open 132 70; rule 14 off; http 198.51.100.80 443,80;"
		  "core ::/0 as; endpoint 192.0.2.10 5,4 7,6 9,8;"
		  "core 1.0.0.0/8 -; rule 1 observe; open 17 70;" SIDES
		  "pool access 10.45.0.0/16",
		  "mode enforce; rule 1 observe; rule 14 off;"
		  "marks 0xf0 0x10 0x20 0x40; limits 4096 100;" SIDES
		  "pool access 10.45.0.0/16; endpoint 192.0.2.10 4,5 6,7 8,9;"
		  "core ::/0 as; core 1.0.0.0/8 other;"
		  "http 198.51.100.80 443,80; open 132 70; open 17 70" },
		/* of an attribute that does not repeat the last one counts */
		{ "mode off; mode observe; limits 7 8; limits 9 -;"
		  "marks 15 1 2 4; marks 7 4 2 1; side first,core trusted - mw0;"
		  "rule 3,4 off,enforce; endpoint 192.0.2.1,192.0.2.10 1 2 3;"
		  "core 10.0.0.0/8,11.0.0.0/8 cscf,hss; open 6,17 80,90",
		  "mode observe; rule 4 enforce; marks 7 4 2 1; limits 9 100;"
		  "side core trusted - mw0; endpoint 192.0.2.10 1 2 3;"
		  "core 11.0.0.0/8 hss; open 17 90" },
		/* what may overlap: pools of a side, core prefixes of a role, names
		 * within a side; a server may be in a core prefix
		 */
		{ "side access untrusted - *,gm*,gm0,gm0; pool access 10.0.0.0/8;"
		  "pool access 10.1.0.0/16; pool access 2000::/3;"
		  "endpoint 192.0.2.10 5060,5061 6100 5100;"
		  "core 1.0.0.0/8 cscf; core 1.1.0.0/16 cscf; http 1.1.1.1 80,80",
		  NULL },
		/* the longest of everything */
		{ "side abcdefghijklmnopqrstuvwxyz._-12 trusted esp "
		  "abcdefghijklmno,abcdefghijklmn*,lo;" ENDPOINT
		  "endpoint 2001:db8:1::10 65535 1 2; core 128.0.0.0/2 hss;"
		  "core 1.2.3.4/32 as; core 8000::/1 as; core ::2/128 other;"
		  "http 223.255.255.255 65535; open 6 65534",
		  NULL },
		{ "side core trusted - mw0;" ENDPOINT "endpoint fe80::1 1 2 3;"
		  "core 0.0.0.0/1 other; core ff00::/8 other", NULL },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		char text[1024];

		EXPECT_EQ(0, policy_set(&self->c, table[i][0])) {
			TH_LOG("%s: %s", table[i][0], self->c.text);
		}
		snprintf(text, sizeof(text), "%s%s",
			 table[i][1] ? "" : DEFAULTS, table[i][1] ?: table[i][0]);
		EXPECT_TRUE(policy_is(&self->c, text)) {
			TH_LOG("%s", text);
		}
	}
}

/* Everything there can be, in the order of the dump. */
static void put_maximum(struct msg *m)
{
	char text[200];
	size_t at;
	int i, j;

	policy_put(m, "mode observe");
	for (i = 1; i <= GMGUARD_REASON_CLEAR_FROM_PROTECTED; i++) {
		snprintf(text, sizeof(text), "rule %d %d", i, i % 3);
		policy_put(m, text);
	}
	policy_put(m, "marks 0xffff0000 0x10000 0x20000 0x40000;"
		   "limits 16384 10000");
	for (i = 0; i < GMGUARD_SIDES_MAX; i++) {
		at = msg_nest(m, GMGUARD_A_POLICY_SIDE);
		snprintf(text, sizeof(text), "%s%02d",
			 "a-side.with_a_name.as-long.as", i);
		msg_string(m, GMGUARD_A_SIDE_NAME, text);
		msg_u32(m, GMGUARD_A_SIDE_TRUST, i % 2 ? GMGUARD_TRUST_TRUSTED :
							 GMGUARD_TRUST_UNTRUSTED);
		if (i % 2)
			msg_attr(m, GMGUARD_A_SIDE_REQUIRE_ESP, NULL, 0);
		for (j = 0; j < GMGUARD_PATTERNS_MAX; j++) {
			snprintf(text, sizeof(text), "if%02d-pattern-%02d", i, j);
			msg_string(m, GMGUARD_A_SIDE_INTERFACE, text);
		}
		msg_end(m, at);
	}
	for (i = 0; i < GMGUARD_PREFIXES_MAX; i++) {
		snprintf(text, sizeof(text), "pool %s%02d ",
			 "a-side.with_a_name.as-long.as", i % 8 * 2);
		snprintf(text + strlen(text), 100, i & 1 ?
			 "2001:db8:%x:%x::/64" : "10.%d.%d.0/24", i / 256 % 256,
			 i % 256);
		policy_put(m, text);
	}
	for (i = 0; i < GMGUARD_ENDPOINTS_MAX; i++) {
		at = m->len;
		snprintf(text, sizeof(text), i & 1 ? "endpoint 2001:db9::%x - - -" :
						     "endpoint 192.0.2.%d - - -", i);
		policy_put(m, text);
		for (j = 0; j < GMGUARD_PORTS_MAX * 3; j++) {
			__u16 port = 5062 + i * 400 + j;

			msg_attr(m, GMGUARD_A_ENDPOINT_UNPROTECTED +
				    j / GMGUARD_PORTS_MAX, &port, sizeof(port));
		}
		msg_end(m, at);
	}
	for (i = 0; i < GMGUARD_PREFIXES_MAX; i++) {
		snprintf(text, sizeof(text), i & 1 ?
			 "core 2001:dba:%x:%x::/64 %d" : "core 11.%d.%d.0/24 %d",
			 i / 256 % 256, i % 256, i / 4096 % 8);
		policy_put(m, text);
	}
	for (i = 0; i < GMGUARD_HTTP_MAX; i++) {
		at = m->len;
		snprintf(text, sizeof(text), "http 12.0.%d.%d -", i / 256, i % 256);
		policy_put(m, text);
		for (j = 0; j < GMGUARD_HTTP_PORTS_MAX; j++) {
			__u16 port = 80 + j;

			msg_attr(m, GMGUARD_A_HTTP_PORT, &port, sizeof(port));
		}
		msg_end(m, at);
	}
	for (i = 0; i < GMGUARD_OPEN_PORTS_MAX; i++) {
		snprintf(text, sizeof(text), "open %d %d", i % 2 ? 17 : 132,
			 40000 + i);
		policy_put(m, text);
	}
}

TEST_F_TIMEOUT(abi, largest_policy, 200)
{
	struct client other, *c = &self->c;
	struct state maximum = {};
	int small = 1;
	struct msg m = {};
	int error;

	c->buffer = 1 << 15;
	put_maximum(&maximum.policy);
	maximum.generation = 1;
	client_start(c, &m, GMGUARD_CMD_POLICY_SET, NLM_F_ACK);
	msg_put(&m, maximum.policy.at, maximum.policy.len);
	error = client_ask(c, &m);
	ASSERT_EQ(0, error) {
		TH_LOG("%s at %zu of %zu", c->text, c->offset, m.len);
	}
	EXPECT_TRUE(state_is(c, &maximum));

	/* through the smallest receive buffer, in the smallest pieces */
	ASSERT_EQ(0, client_open(&other));
	ASSERT_EQ(0, setsockopt(other.fd, SOL_SOCKET, SO_RCVBUF, &small,
				sizeof(small)));
	EXPECT_TRUE(state_is(&other, &maximum));
	client_close(&other);

	/* and what came back can be set again */
	ASSERT_EQ(0, policy_get(c, &maximum.policy, &maximum.generation));
	client_start(c, &m, GMGUARD_CMD_POLICY_SET, NLM_F_ACK);
	msg_put(&m, maximum.policy.at, maximum.policy.len);
	ASSERT_EQ(0, client_ask(c, &m));
	maximum.generation = 2;
	EXPECT_TRUE(state_is(c, &maximum));
	EXPECT_EQ(0, client_command(c, GMGUARD_CMD_POLICY_CLEAR, NLM_F_ACK));
	free(maximum.policy.at);
	free(m.at);
}

/* BASE and @n core prefixes in @first.0.0.0. */
static void start_many(struct client *c, struct msg *m, int first, int n)
{
	char text[64];
	int i;

	client_start(c, m, GMGUARD_CMD_POLICY_SET, NLM_F_ACK);
	policy_put(m, DEFAULTS BASE);
	for (i = 0; i < n; i++) {
		snprintf(text, sizeof(text), "core %d.%d.%d.0/24 other", first,
			 i / 256, i % 256);
		policy_put(m, text);
	}
}

/* The rest of a dump whose beginning has been received. */
static int dump_rest(struct client *c)
{
	int error;

	do
		error = client_receive(c);
	while (error == -EINPROGRESS);
	return error;
}

FIXTURE(dump) {
	struct client c, writer;
	struct msg one, two, get;
};

FIXTURE_SETUP(dump)
{
	NEED_ROOT_AND_MODULE(&self->c);
	ASSERT_EQ(0, client_open(&self->writer));
	start_many(&self->c, &self->one, 20, 3000);
	start_many(&self->c, &self->two, 21, 2000);
	ASSERT_EQ(0, client_ask(&self->writer, &self->one));
	client_start(&self->c, &self->get, GMGUARD_CMD_POLICY_GET, NLM_F_DUMP);
}

FIXTURE_TEARDOWN(dump)
{
	client_close(&self->c);
	client_close(&self->writer);
}

TEST_F(dump, undisturbed)
{
	ASSERT_EQ(0, client_ask(&self->c, &self->get));
	EXPECT_FALSE(self->c.intr);
	EXPECT_LT(3000, self->c.messages);
}

TEST_F(dump, policy_replaced)
{
	ASSERT_EQ(0, client_send(&self->c, &self->get));
	ASSERT_EQ(-EINPROGRESS, client_receive(&self->c));
	ASSERT_EQ(0, client_ask(&self->writer, &self->two));
	EXPECT_EQ(0, dump_rest(&self->c));
	EXPECT_TRUE(self->c.intr);
}

TEST_F(dump, policy_replaced_twice)
{
	ASSERT_EQ(0, client_send(&self->c, &self->get));
	ASSERT_EQ(-EINPROGRESS, client_receive(&self->c));
	ASSERT_EQ(0, client_ask(&self->writer, &self->two));
	ASSERT_EQ(0, client_ask(&self->writer, &self->one));
	EXPECT_EQ(0, dump_rest(&self->c));
	EXPECT_TRUE(self->c.intr);
}

TEST_F(dump, policy_cleared)
{
	ASSERT_EQ(0, client_send(&self->c, &self->get));
	ASSERT_EQ(-EINPROGRESS, client_receive(&self->c));
	ASSERT_EQ(0, client_command(&self->writer, GMGUARD_CMD_POLICY_CLEAR,
				    NLM_F_ACK));
	EXPECT_EQ(0, dump_rest(&self->c));
	EXPECT_TRUE(self->c.intr);
}

TEST_F(dump, policy_cleared_and_set)
{
	ASSERT_EQ(0, client_send(&self->c, &self->get));
	ASSERT_EQ(-EINPROGRESS, client_receive(&self->c));
	ASSERT_EQ(0, client_command(&self->writer, GMGUARD_CMD_POLICY_CLEAR,
				    NLM_F_ACK));
	ASSERT_EQ(0, client_ask(&self->writer, &self->one));
	EXPECT_EQ(0, dump_rest(&self->c));
	EXPECT_TRUE(self->c.intr);
}

TEST_F(dump, stats_of_a_policy_replaced)
{
	struct msg m = {};

	/* enough sides that it takes more than one message */
	ASSERT_EQ(0, policy_set(&self->writer, BASE "side b foreign - b; "
				"side c foreign - c; side d foreign - d; "
				"side e foreign - e; side f foreign - f"));
	client_start(&self->c, &m, GMGUARD_CMD_STATS_GET, NLM_F_DUMP);
	ASSERT_EQ(0, client_send(&self->c, &m));
	ASSERT_EQ(-EINPROGRESS, client_receive(&self->c));
	ASSERT_EQ(0, client_ask(&self->writer, &self->two));
	EXPECT_EQ(0, dump_rest(&self->c));
	EXPECT_TRUE(self->c.intr);
	free(m.at);
}

/* Reads while another process writes: what is not marked is all of one policy. */
TEST_F_TIMEOUT(dump, while_a_writer_writes, 120)
{
	struct msg now = {};
	int status, i, whole = 0, none = 0;
	__u32 generation;
	const struct msg *want;
	pid_t pid;

	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (i = 0;; i++) {
			if (i % 5 == 4)
				client_command(&self->writer,
					       GMGUARD_CMD_POLICY_CLEAR, NLM_F_ACK);
			else
				client_ask(&self->writer,
					   i & 1 ? &self->two : &self->one);
			/* leave room for a dump that is not disturbed */
			if (i % 3 == 0)
				usleep(100000);
		}
	}
	for (i = 0; i < 300; i++) {
		int error = policy_get(&self->c, &now, &generation);

		if (error == -EAGAIN)
			continue;
		ASSERT_EQ(0, error);
		if (!now.len) {
			none++;
			continue;
		}
		want = now.len == self->one.len - GENL_END ? &self->one : &self->two;
		ASSERT_EQ(want->len - GENL_END, now.len);
		ASSERT_EQ(0, memcmp(want->at + GENL_END, now.at, now.len));
		whole++;
	}
	kill(pid, SIGKILL);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	TH_LOG("%d whole, %d none, %d interrupted", whole, none,
	       300 - whole - none);
	EXPECT_LT(0, whole);
	free(now.at);
}

/* Counters and events, by packets over loopback to a protected port */

static bool loopback_endpoint(void)
{
	return !system("ip link set lo up && ip addr add 192.0.2.10/32 dev lo");
}

/* rule: M1 TS 33.203 7.1 */
static bool send_clear(int n)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(6100) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool ok = fd >= 0;

	inet_pton(AF_INET, "192.0.2.10", &to.sin_addr);
	for (; n && ok; n--)
		ok = sendto(fd, "x", 1, 0, (struct sockaddr *)&to,
			    sizeof(to)) == 1;
	close(fd);
	return ok;
}

/* stats-get by @reason (0: all) and @side (NULL: all). */
static int stats(struct client *c, __u32 reason, const char *side)
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

/* Counter @type (PACKETS or OBSERVED), which should be @n: what was sent is on
 * its way for a moment.
 */
static __u64 counter(struct client *c, int type, const char *side, __u64 n)
{
	__u64 seen = ~0ULL;
	int i;

	for (i = 0; i < 200; i++) {
		if (stats(c, GMGUARD_REASON_CLEAR_ON_PROTECTED, side) != 1)
			break;
		seen = attr_uint(attr_find(&c->reply, type));
		if (seen >= n)
			break;
		usleep(10000);
	}
	return seen;
}

#define EXPECT_PACKETS(n, side)						\
	EXPECT_EQ(n, counter(c, GMGUARD_A_STATS_PACKETS, side, n))
#define EXPECT_OBSERVED(n, side)					\
	EXPECT_EQ(n, counter(c, GMGUARD_A_STATS_OBSERVED, side, n))

enum { CLEAR = GMGUARD_REASON_CLEAR_ON_PROTECTED };

TEST_F(abi, stats_filters)
{
	struct client *c = &self->c;

	EXPECT_EQ(0, stats(c, 0, NULL));
	EXPECT_EQ(0, client_command(c, GMGUARD_CMD_STATS_RESET, NLM_F_ACK));
	ASSERT_EQ(0, policy_set(c, BASE));
	/* none and local besides the two */
	EXPECT_EQ(4 * GMGUARD_REASON_MAX, stats(c, 0, NULL));
	EXPECT_EQ(4, stats(c, CLEAR, NULL));
	EXPECT_EQ(4, stats(c, GMGUARD_REASON_MAX, NULL));
	EXPECT_EQ(GMGUARD_REASON_MAX, stats(c, 0, "core"));
	EXPECT_EQ(GMGUARD_REASON_MAX, stats(c, 0, "local"));
	EXPECT_EQ(1, stats(c, CLEAR, "access"));
	EXPECT_STREQ("access",
		     attr_data(attr_find(&c->reply, GMGUARD_A_STATS_SIDE)));
	EXPECT_EQ(CLEAR, attr_uint(attr_find(&c->reply, GMGUARD_A_STATS_REASON)));
	EXPECT_EQ(0, attr_uint(attr_find(&c->reply, GMGUARD_A_STATS_PACKETS)));
	EXPECT_EQ(0, attr_uint(attr_find(&c->reply, GMGUARD_A_STATS_OBSERVED)));
	EXPECT_EQ(0, stats(c, 0, "nobody"));
	EXPECT_EQ(0, stats(c, 0, "acces"));
	EXPECT_EQ(0, stats(c, 0, "accesss"));
	EXPECT_EQ(0, stats(c, 0, ""));
	/* the counters outlive the policy */
	ASSERT_EQ(0, client_command(c, GMGUARD_CMD_POLICY_CLEAR, NLM_F_ACK));
	EXPECT_EQ(4 * GMGUARD_REASON_MAX, stats(c, 0, NULL));
}

TEST_F(abi, stats_count)
{
	struct client *c = &self->c;

	ASSERT_TRUE(loopback_endpoint());
	ASSERT_EQ(0, policy_set(c, BASE));
	ASSERT_TRUE(send_clear(7));
	EXPECT_PACKETS(7, "local");
	EXPECT_PACKETS(0, "none");
	/* kept by a new policy and without one */
	ASSERT_EQ(0, policy_set(c, RUNNING));
	EXPECT_PACKETS(7, "local");
	ASSERT_EQ(0, client_command(c, GMGUARD_CMD_POLICY_CLEAR, NLM_F_ACK));
	ASSERT_TRUE(send_clear(2));
	usleep(100000);
	EXPECT_PACKETS(7, "local");
	ASSERT_EQ(0, client_command(c, GMGUARD_CMD_STATS_RESET, NLM_F_ACK));
	EXPECT_PACKETS(0, "local");

	ASSERT_EQ(0, policy_set(c, "mode observe;" BASE));
	ASSERT_TRUE(send_clear(3));
	EXPECT_OBSERVED(3, "local");
	EXPECT_PACKETS(0, "local");
	ASSERT_EQ(0, policy_set(c, "mode off;" BASE));
	ASSERT_TRUE(send_clear(3));
	usleep(100000);
	EXPECT_OBSERVED(3, "local");
	EXPECT_PACKETS(0, "local");
}

/* The attributes of the next event in @m; false if none comes. */
static bool next_event(struct client *c, struct msg *m, int timeout)
{
	static __u8 data[8192] __aligned(8);
	struct pollfd p = { .fd = c->fd, .events = POLLIN };
	const struct nlmsghdr *nlh = (void *)data;
	const struct genlmsghdr *genl = NLMSG_DATA(nlh);
	ssize_t len;

	if (poll(&p, 1, timeout) != 1)
		return false;
	len = recv(c->fd, data, sizeof(data), 0);
	if (len < GENL_END || nlh->nlmsg_type != c->family ||
	    genl->cmd != GMGUARD_CMD_VERDICT_NTF)
		return false;
	m->len = 0;
	msg_put(m, data + GENL_END, nlh->nlmsg_len - GENL_END);
	return true;
}

TEST_F(abi, events)
{
	static const struct {
		int type;
		__u64 value;
	} table[] = {
		{ GMGUARD_A_VERDICT_SUPPRESSED, 0 },
		{ GMGUARD_A_VERDICT_REASON, CLEAR },
		{ GMGUARD_A_VERDICT_ACTION, GMGUARD_ACTION_DROP },
		{ GMGUARD_A_VERDICT_HOOK, GMGUARD_HOOK_INPUT },
		{ GMGUARD_A_VERDICT_PROTO, IPPROTO_UDP },
		{ GMGUARD_A_VERDICT_DPORT, 6100 },
	};
	struct client events, *c = &self->c;
	struct msg m = {};
	size_t i;

	ASSERT_TRUE(loopback_endpoint());
	ASSERT_EQ(0, policy_set(c, BASE "limits - 5"));
	/* nobody listens: nothing is sent and nothing suppressed */
	ASSERT_TRUE(send_clear(9));
	EXPECT_PACKETS(9, "local");
	EXPECT_EQ(0, info(c, GMGUARD_A_INFO_EVENTS_SENT));
	EXPECT_EQ(0, info(c, GMGUARD_A_INFO_EVENTS_SUPPRESSED));

	ASSERT_EQ(0, client_open(&events));
	ASSERT_EQ(0, join_events(&events));
	EXPECT_FALSE(next_event(&events, &m, 300));

	ASSERT_TRUE(send_clear(1));
	ASSERT_TRUE(next_event(&events, &m, 2000));
	for (i = 0; i < ARRAY_SIZE(table); i++)
		EXPECT_EQ(table[i].value,
			  attr_uint(attr_find(&m, table[i].type)));
	EXPECT_EQ(1, attr_uint(attr_find(&m, GMGUARD_A_VERDICT_SEQ)));
	EXPECT_EQ(if_nametoindex("lo"),
		  attr_uint(attr_find(&m, GMGUARD_A_VERDICT_IFINDEX)));
	EXPECT_STREQ("lo", attr_data(attr_find(&m, GMGUARD_A_VERDICT_IFNAME)));
	EXPECT_STREQ("local", attr_data(attr_find(&m, GMGUARD_A_VERDICT_SIDE)));
	EXPECT_EQ(inet_addr("192.0.2.10"),
		  attr_uint(attr_find(&m, GMGUARD_A_VERDICT_SRC)));
	EXPECT_EQ(inet_addr("192.0.2.10"),
		  attr_uint(attr_find(&m, GMGUARD_A_VERDICT_DST)));
	EXPECT_NE(NULL, attr_find(&m, GMGUARD_A_VERDICT_SPORT));
	EXPECT_FALSE(next_event(&events, &m, 300));

	/* a second of its own, so that all of it is one second's */
	usleep(1100000);
	ASSERT_TRUE(send_clear(20));
	for (i = 0; i < 5; i++) {
		ASSERT_TRUE(next_event(&events, &m, 2000));
		EXPECT_EQ(i + 2, attr_uint(attr_find(&m, GMGUARD_A_VERDICT_SEQ)));
	}
	EXPECT_FALSE(next_event(&events, &m, 300));
	EXPECT_EQ(6, info(c, GMGUARD_A_INFO_EVENTS_SENT));
	EXPECT_EQ(15, info(c, GMGUARD_A_INFO_EVENTS_SUPPRESSED));

	ASSERT_EQ(0, policy_set(c, BASE "limits - 0"));
	ASSERT_TRUE(send_clear(2));
	EXPECT_PACKETS(32, "local");
	EXPECT_FALSE(next_event(&events, &m, 300));
	EXPECT_EQ(6, info(c, GMGUARD_A_INFO_EVENTS_SENT));
	EXPECT_EQ(17, info(c, GMGUARD_A_INFO_EVENTS_SUPPRESSED));
	client_close(&events);
	free(m.at);
}

TEST_F(abi, interfaces)
{
	struct client *c = &self->c;

	ASSERT_EQ(0, system("ip link set lo up && ip link add gm0 type dummy && "
			    "ip link add mw0 type dummy && "
			    "ip link add x0 type dummy"));
	ASSERT_EQ(0, policy_set(c, BASE));
	EXPECT_EQ(2, info(c, GMGUARD_A_INFO_INTERFACES));
	ASSERT_EQ(0, system("ip link add gtp7 type dummy"));
	EXPECT_EQ(3, info(c, GMGUARD_A_INFO_INTERFACES));
	ASSERT_EQ(0, system("ip link set gtp7 name x7"));
	EXPECT_EQ(2, info(c, GMGUARD_A_INFO_INTERFACES));
	ASSERT_EQ(0, system("ip link del mw0"));
	EXPECT_EQ(1, info(c, GMGUARD_A_INFO_INTERFACES));
	EXPECT_EQ(0, info(c, GMGUARD_A_INFO_INTERFACES_REFUSED));
	ASSERT_EQ(0, system("ip link set x0 name mw0"));
	ASSERT_EQ(0, policy_set(c, BASE "limits 1 100"));
	EXPECT_EQ(1, info(c, GMGUARD_A_INFO_INTERFACES));
	EXPECT_EQ(1, info(c, GMGUARD_A_INFO_INTERFACES_REFUSED));
	ASSERT_EQ(0, client_command(c, GMGUARD_CMD_POLICY_CLEAR, NLM_F_ACK));
	EXPECT_EQ(0, info(c, GMGUARD_A_INFO_INTERFACES));
}

TEST_HARNESS_MAIN
