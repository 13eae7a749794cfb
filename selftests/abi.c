// SPDX-License-Identifier: GPL-2.0
/* The netlink family as its header describes it: what right requests do. Every
 * test has a network namespace of its own.
 */
#define _GNU_SOURCE
#include <net/if.h>
#include <poll.h>

#include "module.h"
#include "sip.h"
#include "state.h"
#include "udp.h"

#define SIDES "side access untrusted - gm0,gtp*; side core trusted - mw0;"
#define POOLS "pool access 10.45.0.0/16; pool access 2001:db8:45::/48;"
#define ENDPOINT "endpoint 192.0.2.10 5060 6100 5100;"
#define ONE_OFS "mode enforce; marks 0xf0 0x10 0x20 0x40; limits 4096 100 1000000" SIP_LIMITS
#define DEFAULTS ONE_OFS SA_DEFAULTS
#define BASE SIDES POOLS ENDPOINT
#define RUNNING SIDES "pool access 10.99.0.0/16;" ENDPOINT

enum { GENL_END = NLMSG_LENGTH(GENL_HDRLEN) };

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
	ASSERT_EQ(0, policy_clear(&self->c));
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
		EXPECT_EQ(-ENOENT, policy_clear(&self->c));
		EXPECT_STREQ("no policy runs in this namespace", self->c.text);
		ASSERT_EQ(0, policy_set(&self->c, BASE));
		EXPECT_EQ(0, policy_clear(&self->c));
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
	EXPECT_EQ(-ENOENT, policy_clear(&other));
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
		  "limits 4096 100 1000000" SIP_LIMITS SA_DEFAULTS BASE },
		{ BASE "limits - 0 - - - - - - - - -; marks 0xffffffff 0x80000000 1 0x7ffffffe",
		  "mode enforce; marks 0xffffffff 0x80000000 1 0x7ffffffe;"
		  "limits 4096 0 1000000" SIP_LIMITS SA_DEFAULTS BASE },
		{ BASE "limits 1 - - - - - - - - - -", "mode enforce; marks 0xf0 0x10 0x20 0x40;"
		  "limits 1 100 1000000" SIP_LIMITS SA_DEFAULTS BASE },
		/* without numbers is not the same as without a word of them */
		{ BASE "emergency - -", ONE_OFS SET_DEFAULTS "emergency - -;" BASE },
		{ BASE "emergency refused -", ONE_OFS SET_DEFAULTS "emergency refused -;" BASE },
		{ BASE "emergency - 9,*#06#,+4930123456789,911",
		  ONE_OFS SET_DEFAULTS "emergency - 9,*#06#,+4930123456789,911;" BASE },
		{ BASE "tmpi 3 - -", DEFAULTS "tmpi 3 - -;" BASE },
		{ BASE "tmpi 1 pcscf.example.org xff00000001",
		  DEFAULTS "tmpi 1 pcscf.example.org xff00000001;" BASE },
		{ BASE "tmpi - a xffffffffff", DEFAULTS "tmpi 0 a xffffffffff;" BASE },
		{ BASE "tmpi 0 - -", DEFAULTS BASE },
		{ BASE "limits - - - - - - 0 - - - -", "mode enforce; marks 0xf0 0x10 0x20 0x40;"
		  "limits 4096 100 1000000 65536 20 60 0" STREAM_LIMITS SA_DEFAULTS BASE },
		/* what is as it would be anyway is an exception, too */
		{ BASE "header path to-ue keep; header ik from-foreign remove;"
		  "header path from-ue drop; header ck to-ue drop;"
		  "header ik to-ue remove", DEFAULTS BASE
		  "header path to-ue keep; header ik from-foreign remove;"
		  "header path from-ue drop; header ck to-ue drop;"
		  "header ik to-ue remove" },
		/* the order of a request does not matter but within a kind */
		{ "open 132 70; rule 14 off; http 198.51.100.80 443,80;"
		  "core ::/0 as; endpoint 192.0.2.10 5,4 7,6 9,8;"
		  "core 1.0.0.0/8 -; rule 1 observe; open 17 70;" SIDES
		  "pool access 10.45.0.0/16",
		  "mode enforce; rule 1 observe; rule 14 off;"
		  "marks 0xf0 0x10 0x20 0x40; limits 4096 100 1000000" SIP_LIMITS SA_DEFAULTS SIDES
		  "pool access 10.45.0.0/16; endpoint 192.0.2.10 4,5 6,7 8,9;"
		  "core ::/0 as; core 1.0.0.0/8 other;"
		  "http 198.51.100.80 443,80; open 132 70; open 17 70" },
		/* of an attribute that does not repeat the last one counts */
		{ "mode off; mode observe; limits 7 8 9 1 2 3 4 5 6 7 8; limits 9 - 1 0 0 1 7 0 - 1 0; spi 300 400;"
		  "lifetimes 1 2 3; lifetimes - 0 -; emergency - 110,112;"
		  "emergency refused 999;"
		  "marks 15 1 2 4; marks 7 4 2 1; side first,core trusted - mw0;"
		  "rule 3,4 off,enforce; endpoint 192.0.2.1,192.0.2.10 1 2 3;"
		  "core 10.0.0.0/8,11.0.0.0/8 cscf,hss; open 6,17 80,90;"
		  "header ik,path to-ue,from-ue keep,drop",
		  "mode observe; rule 4 enforce; marks 7 4 2 1; limits 9 100 1 0 0 1 7 0 65536 1 0;"
		  "lifetimes 240 0 128; spi 300 400; emergency refused 999;"
		  "side core trusted - mw0; endpoint 192.0.2.10 1 2 3;"
		  "core 11.0.0.0/8 hss; open 17 90; header path from-ue drop" },
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
	for (i = 1; i <= GMGUARD_REASON_MAX; i++) {
		if (is_pass(i))
			continue;
		snprintf(text, sizeof(text), "rule %d %d", i, i % 3);
		policy_put(m, text);
	}
	policy_put(m, "marks 0xffff0000 0x10000 0x20000 0x40000;"
		   "limits 16384 10000 4294967295 1048576 100000 100000 4294967295"
		   " 1048576 262144 4294967295 4294967295;"
		   "lifetimes 4294967295 4294967295 4294967295;"
		   "spi 256 4294967295");
	at = msg_nest(m, GMGUARD_A_POLICY_EMERGENCY);
	msg_attr(m, GMGUARD_A_EMERGENCY_REFUSED, NULL, 0);
	for (i = 0; i < GMGUARD_NUMBERS_MAX; i++) {
		snprintf(text, sizeof(text), "+*#%0*d", GMGUARD_NUMBER_LEN_MAX - 3, i);
		msg_string(m, GMGUARD_A_EMERGENCY_NUMBER, text);
	}
	msg_end(m, at);
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
	for (i = 1; i <= GMGUARD_SIP_ITEM_MAX; i++)
		for (j = 1; j <= GMGUARD_SIP_TRANSITION_MAX; j++) {
			snprintf(text, sizeof(text), "header %d %d drop", i, j);
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
	EXPECT_EQ(0, policy_clear(c));
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
	ASSERT_EQ(0, policy_clear(&self->writer));
	EXPECT_EQ(0, dump_rest(&self->c));
	EXPECT_TRUE(self->c.intr);
}

TEST_F(dump, policy_cleared_and_set)
{
	ASSERT_EQ(0, client_send(&self->c, &self->get));
	ASSERT_EQ(-EINPROGRESS, client_receive(&self->c));
	ASSERT_EQ(0, policy_clear(&self->writer));
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
				policy_clear(&self->writer);
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
	struct sip m = sip_register("192.0.2.10", 40000, "ue@ims.example", "", 0);
	int fd = udp("192.0.2.10", 40000);
	bool ok = fd >= 0;

	for (; n && ok; n--)
		ok = udp_send(fd, "192.0.2.10", 6100, m.text, m.len) == (ssize_t)m.len;
	close(fd);
	return ok;
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
	ASSERT_EQ(0, policy_clear(c));
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
	ASSERT_EQ(0, policy_clear(c));
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
	struct pollfd p = { .fd = c->fd, .events = POLLIN };

	return poll(&p, 1, timeout) == 1 && event_receive(c, m, 0) == 1;
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
	ASSERT_EQ(0, policy_set(c, BASE "limits - 5 - - - - - - - - -"));
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

	/* one that is refused at the very end changes no rate */
	ASSERT_EQ(0, system("ip xfrm policy add src 192.0.2.10/32 dst 0.0.0.0/0 "
			    "sport 5199 dir out action block"));
	EXPECT_EQ(-EEXIST, policy_set(c, SIDES POOLS
				      "endpoint 192.0.2.10 5060 6100 5199;"
				      "limits - 0 - - - - - - - - -"));

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

	ASSERT_EQ(0, policy_set(c, BASE "limits - 0 - - - - - - - - -"));
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
	ASSERT_EQ(0, policy_set(c, BASE "limits 1 100 - - - - - - - - -"));
	EXPECT_EQ(1, info(c, GMGUARD_A_INFO_INTERFACES));
	EXPECT_EQ(1, info(c, GMGUARD_A_INFO_INTERFACES_REFUSED));
	ASSERT_EQ(0, policy_clear(c));
	EXPECT_EQ(0, info(c, GMGUARD_A_INFO_INTERFACES));
}

TEST_HARNESS_MAIN
