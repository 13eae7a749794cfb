// SPDX-License-Identifier: GPL-2.0
/* Each command of the netlink family with each kind of wrong request, and from
 * whoever may not: errno, sentence, attribute at fault, and nothing changed. Every
 * test has a network namespace of its own.
 */
#define _GNU_SOURCE
#include <grp.h>

#include "module.h"
#include "state.h"

#define SIDES "side access untrusted - gm0,gtp*; side core trusted - mw0;"
#define POOLS "pool access 10.45.0.0/16; pool access 2001:db8:45::/48;"
#define ENDPOINT "endpoint 192.0.2.10 5060 6100 5100;"
#define BASE SIDES POOLS ENDPOINT
#define RUNNING SIDES "pool access 10.99.0.0/16;" ENDPOINT

enum { NOBODY = 65534 };

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
	struct refusal none = { text, ERANGE, RANGE };
	static const struct refusal table[] = {
		{ BASE "mode !3", ERANGE, RANGE },
		{ BASE "!rule - off", EINVAL, NEEDS },
		{ BASE "!rule 1 -", EINVAL, NEEDS },
		{ BASE "rule !0 off", ERANGE, RANGE },
		{ BASE "rule 1 !3", ERANGE, RANGE },
		{ BASE "rule 1 off; !rule 1 off", EEXIST, "two modes" },
		{ BASE "rule 1 off; !rule 1 enforce", EEXIST, "two modes" },
	};
	int reason;

	EXPECT_REFUSED(table);
	for (reason = 1; reason <= GMGUARD_REASON_MAX; reason++) {
		if (!is_pass(reason))
			continue;
		snprintf(text, sizeof(text), BASE "rule !%d off", reason);
		EXPECT_EQ(0, refuses_all(&self->c, &self->state, &pass, 1));
	}
	snprintf(text, sizeof(text), BASE "rule !%d off", GMGUARD_REASON_MAX + 1);
	EXPECT_EQ(0, refuses_all(&self->c, &self->state, &none, 1));
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
		{ BASE "limits !0 100 - - - - - - - - -", ERANGE, RANGE },
		{ BASE "limits !16385 100 - - - - - - - - -", ERANGE, RANGE },
		{ BASE "limits 4096 !10001 - - - - - - - - -", ERANGE, RANGE },
		{ BASE "limits - - !0 - - - - - - - -", ERANGE, RANGE },
		{ BASE "limits - - - !1048577 - - - - - - -", ERANGE, RANGE },
		{ BASE "limits - - - - !100001 - - - - - -", ERANGE, RANGE },
		{ BASE "limits - - - - - !0 - - - - -", ERANGE, RANGE },
		{ BASE "limits - - - - - !100001 - - - - -", ERANGE, RANGE },
		{ BASE "limits - - - - - - - !1048577 - - -", ERANGE, RANGE },
		{ BASE "limits - - - - - - - - !0 - -", ERANGE, RANGE },
		{ BASE "limits - - - - - - - - !262145 - -", ERANGE, RANGE },
		{ BASE "lifetimes !0 - -", ERANGE, RANGE },
		{ BASE "lifetimes - - !0", ERANGE, RANGE },
		{ BASE "spi !255 300", ERANGE, RANGE },
		{ BASE "spi 256 !255", ERANGE, RANGE },
		{ BASE "!spi 256 256", EINVAL, "must be above" },
		{ BASE "!spi 300 256", EINVAL, "must be above" },
		{ BASE "!spi 300 -", EINVAL, NEEDS },
		{ BASE "!spi - 300", EINVAL, NEEDS },
		{ BASE "!algorithm 1 -", EINVAL, NEEDS },
		{ BASE "!algorithm - 0", EINVAL, NEEDS },
		{ BASE "algorithm !4 0", ERANGE, RANGE },
		{ BASE "algorithm 0 !4", ERANGE, RANGE },
		{ BASE "!algorithm 3 0", EINVAL, "does not combine" },
		{ BASE "!algorithm 2 2", EINVAL, "does not combine" },
		{ BASE "!algorithm 1 3", EINVAL, "does not combine" },
		{ BASE "algorithm 1 0; !algorithm 1 0", EEXIST, "twice" },
	};

	EXPECT_REFUSED(table);
}

TEST_F(refusal, emergency)
{
	static const char octets[] = "digits, + * and # only";
	static const char twice[] = "this emergency number twice";
	static const struct refusal table[] = {
		{ BASE "emergency - !1a", EINVAL, octets },
		{ BASE "emergency - 112,!1.1", EINVAL, octets },
		{ BASE "emergency - !1-1", EINVAL, octets },
		{ BASE "emergency refused !(1)", EINVAL, octets },
		{ BASE "emergency - !1234567890123456", ERANGE, "policy" },
		{ BASE "emergency - 112,!112", EEXIST, twice },
		{ BASE "emergency - 112,911,*1,!911", EEXIST, twice },
		{ BASE "emergency - 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,!17",
		  E2BIG, "numbers-max" },
	};

	EXPECT_REFUSED(table);
}

TEST_F(refusal, tmpi)
{
	static const char together[] = "go together";
	static const char local[] = "begins with 0xff";
	static const struct refusal table[] = {
		{ BASE "tmpi !4 - -", ERANGE, RANGE },
		{ BASE "!tmpi 1 pcscf.example.org -", EINVAL, together },
		{ BASE "!tmpi 0 - xff00000001", EINVAL, together },
		{ BASE "tmpi 0 pcscf.example.org !x0100000100", EINVAL, local },
		{ BASE "tmpi 0 pcscf.example.org !x00ff000000", EINVAL, local },
		{ BASE "tmpi 0 pcscf.example.org !xff000000", ERANGE, "out of range" },
		{ BASE "tmpi 0 pcscf.example.org !xff0000000001", ERANGE, "out of range" },
	};

	EXPECT_REFUSED(table);
}

TEST_F(refusal, header)
{
	char text[256];
	struct refusal beyond = { text, ERANGE, RANGE };
	/* TS 33.203 6.1.1 */
	static const char keys[] = "ik and ck do not leave the trust domain";
	static const char two[] = "two actions for one transition";
	static const struct refusal table[] = {
		{ BASE "!header - to-ue keep", EINVAL, NEEDS },
		{ BASE "!header path - keep", EINVAL, NEEDS },
		{ BASE "!header path to-ue -", EINVAL, NEEDS },
		{ BASE "header !0 to-ue keep", ERANGE, RANGE },
		{ BASE "header path !0 keep", ERANGE, RANGE },
		{ BASE "header path to-ue !3", ERANGE, RANGE },
		{ BASE "header ik to-ue !keep", EINVAL, keys },
		{ BASE "header ck to-ue !keep", EINVAL, keys },
		{ BASE "header ik to-foreign !keep", EINVAL, keys },
		{ BASE "header ck to-foreign !keep", EINVAL, keys },
		{ BASE "header path to-ue drop; !header path to-ue drop",
		  EEXIST, two },
		{ BASE "header path to-ue drop; header path from-ue drop;"
		  "!header path to-ue keep", EEXIST, two },
	};

	EXPECT_REFUSED(table);
	snprintf(text, sizeof(text), BASE "header !%d to-ue keep",
		 GMGUARD_SIP_ITEM_MAX + 1);
	EXPECT_EQ(0, refuses_all(&self->c, &self->state, &beyond, 1));
	snprintf(text, sizeof(text), BASE "header path !%d keep",
		 GMGUARD_SIP_TRANSITION_MAX + 1);
	EXPECT_EQ(0, refuses_all(&self->c, &self->state, &beyond, 1));
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
	EXPECT_TRUE(too_many(c, s, "!header 1 1 1",
			     GMGUARD_SIP_ITEM_MAX * GMGUARD_SIP_TRANSITION_MAX + 1,
			     more));
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
	static const char digits[] = "digits, + * and # only";
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
		{ GMGUARD_A_POLICY_EMERGENCY,
		  { GMGUARD_A_EMERGENCY_REFUSED, x, 1, ERANGE, failed } },
		{ GMGUARD_A_POLICY_EMERGENCY,
		  { GMGUARD_A_EMERGENCY_NUMBER, x, 0, ERANGE, failed } },
		{ GMGUARD_A_POLICY_EMERGENCY,
		  { GMGUARD_A_EMERGENCY_NUMBER, x, 16, ERANGE, failed } },
		{ GMGUARD_A_POLICY_EMERGENCY,
		  { GMGUARD_A_EMERGENCY_NUMBER, "", 1, EINVAL, digits } },
		{ GMGUARD_A_POLICY_EMERGENCY,
		  { GMGUARD_A_EMERGENCY_NUMBER, "1\0002", 3, EINVAL, digits } },
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
	static const __u32 beyond = GMGUARD_REASON_MAX + 1;
	static const struct form table[] = {
		{ GMGUARD_A_STATS_REASON, "\0\0\0", 4, ERANGE, RANGE },
		{ GMGUARD_A_STATS_REASON, (const char *)&beyond, 4, ERANGE, RANGE },
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

FIXTURE(nobody) {
	struct client c;
};

FIXTURE_SETUP(nobody)
{
	NEED_ROOT_AND_MODULE(&self->c);
}

FIXTURE_TEARDOWN(nobody)
{
	client_close(&self->c);
}

TEST_F(nobody, may_nothing)
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
TEST_F(nobody, by_a_socket_in_the_hands_of_root)
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

TEST_F(nobody, as_root_of_a_user_namespace)
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

TEST_HARNESS_MAIN
