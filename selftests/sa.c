// SPDX-License-Identifier: GPL-2.0
/* SA sets through the netlink family: what is refused and why, the life cycle of
 * TS 33.203 7.4, limits, and that nothing is left. What packets make of them is
 * in sa.sh. Every test has a network namespace of its own.
 *
 * rule: E22 TS 33.203 7.4.2a
 */
#define _GNU_SOURCE
#include <sys/prctl.h>

#include "link.h"
#include "module.h"
#include "sa.h"
#include "sip.h"
#include "state.h"
#include "udp.h"
#include "xfrm.h"

#define POLICY								\
	"side access untrusted - gm0; pool access 10.0.0.0/8;"		\
	"pool access 2001:db8:45::/48;"					\
	"endpoint 192.0.2.10 5060 6100 5100,5101,5102,5103,5104;"	\
	"endpoint 2001:db8:1::10 5060 6100 5100;"			\
	"algorithm 1 0; algorithm 1 2; algorithm 2 0; algorithm 3 3;"

static const struct set ue1 = {
	.ue = "10.45.0.11", .pcscf = "192.0.2.10", .impi = "001010000000001@ims",
	.spi_uc = 4001, .spi_us = 4002, .port_uc = 40000, .port_us = 40001,
	.port_pc = 5100, .port_ps = 6100,
	.alg = GMGUARD_ALG_HMAC_SHA_1_96, .ealg = GMGUARD_EALG_NULL,
};

/* What xfrm has, "ip xfrm WHAT count". */
static int xfrm_count(const char *what)
{
	char line[256] = "";
	int n = -1, in, out, fwd;
	FILE *f;

	snprintf(line, sizeof(line), "ip xfrm %s count", what);
	f = popen(line, "re");
	if (!f)
		return -1;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, " SAD count %d", &n) == 1)
			break;
		if (sscanf(line, " SPD IN %d OUT %d FWD %d", &in, &out, &fwd) == 3)
			n = in + out + fwd;
	}
	pclose(f);
	return n;
}

/* Lines of "ip xfrm WHAT" with @text. */
static int xfrm_lines(const char *what, const char *text)
{
	char line[512];
	int n = 0;
	FILE *f;

	snprintf(line, sizeof(line), "ip xfrm %s", what);
	f = popen(line, "re");
	if (!f)
		return -1;
	while (fgets(line, sizeof(line), f))
		n += !!strstr(line, text);
	pclose(f);
	return n;
}

FIXTURE(sa) {
	struct client c;
};

FIXTURE_SETUP(sa)
{
	NEED_ROOT_AND_MODULE(&self->c);
	ASSERT_EQ(0, policy_set(&self->c, POLICY)) {
		TH_LOG("%s", self->c.text);
	}
}

FIXTURE_TEARDOWN(sa)
{
	policy_clear(&self->c);
	client_close(&self->c);
	EXPECT_EQ(0, xfrm_count("state"));
	EXPECT_EQ(0, xfrm_count("policy"));
}

/* As many, but fewer where each takes ten times as long. */
static int many(int n)
{
	return access("/sys/kernel/debug/kmemleak", F_OK) ? n : n / 8;
}

/* A set like ue1 but for its UE address. */
static struct set nth(unsigned int n)
{
	static char ue[32], impi[32];
	struct set s = ue1;

	snprintf(ue, sizeof(ue), "10.%u.%u.%u", 46 + (n >> 16), n >> 8 & 255, n & 255);
	snprintf(impi, sizeof(impi), "%u@ims", n);
	s.ue = ue;
	s.impi = impi;
	return s;
}

TEST_F(sa, installs_all)
{
	__s64 spi = sa_new(&self->c, &ue1);

	ASSERT_LT(0, spi) {
		TH_LOG("%s", self->c.text);
	}
	EXPECT_LE(0x10000, spi);
	EXPECT_EQ(4, xfrm_count("state"));
	EXPECT_EQ(1, sa_count(&self->c, 0, 0));
	EXPECT_EQ(1, info(&self->c, GMGUARD_A_INFO_SA_SETS));
	EXPECT_EQ(GMGUARD_SA_STATE_TEMPORARY,
		  sa_get(&self->c, spi, GMGUARD_A_SA_STATE));
	EXPECT_LE(238, sa_get(&self->c, spi, GMGUARD_A_SA_LIFETIME));
	EXPECT_GE(240, sa_get(&self->c, spi, GMGUARD_A_SA_LIFETIME));
	EXPECT_EQ(4001, sa_get(&self->c, spi, GMGUARD_A_SA_SPI_UC));
	EXPECT_EQ(40001, sa_get(&self->c, spi, GMGUARD_A_SA_PORT_US));
	EXPECT_NE(spi, sa_get(&self->c, spi, GMGUARD_A_SA_SPI_PC));
	EXPECT_EQ(0, sa_del(&self->c, spi));
	EXPECT_EQ(0, xfrm_count("state"));
	EXPECT_EQ(-ENOENT, sa_del(&self->c, spi));
}

TEST_F(sa, all_pairs)
{
	static const char legacy[] = POLICY
		"algorithm 0 0; algorithm 0 2; algorithm 0 1; algorithm 1 1;";
	struct set s = ue1;
	__s64 spi;

	ASSERT_EQ(0, policy_set(&self->c, legacy)) {
		TH_LOG("%s", self->c.text);
	}
	for (s.alg = 0; s.alg <= GMGUARD_ALG_NULL; s.alg++) {
		for (s.ealg = 0; s.ealg <= GMGUARD_EALG_AES_GCM; s.ealg++) {
			bool valid = s.alg == GMGUARD_ALG_NULL ?
				     s.ealg == GMGUARD_EALG_AES_GCM :
				     s.alg == GMGUARD_ALG_AES_GMAC ?
				     s.ealg == GMGUARD_EALG_NULL :
				     s.ealg != GMGUARD_EALG_AES_GCM;

			s.ue = "10.45.0.11";
			s.pcscf = "192.0.2.10";
			spi = sa_new(&self->c, &s);
			EXPECT_EQ(valid, spi > 0) {
				TH_LOG("%u %u: %lld %s", s.alg, s.ealg, spi,
				       self->c.text);
			}
			if (!valid) {
				EXPECT_EQ(-EINVAL, spi);
				continue;
			}
			EXPECT_EQ(4, xfrm_count("state"));
			EXPECT_EQ(0, sa_del(&self->c, spi));
			s.ue = "2001:db8:45::11";
			s.pcscf = "2001:db8:1::10";
			spi = sa_new(&self->c, &s);
			EXPECT_LT(0, spi);
			EXPECT_EQ(0, sa_del(&self->c, spi));
		}
	}
}

/* each case is right but for one thing */
#pragma GCC diagnostic ignored "-Woverride-init"
TEST_F(sa, refusals)
{
	static const struct refusal {
		const char *what;
		struct set s;
		int error;
		const char *text;
	} table[] = {
#define CASE(what, error, text, ...) {					\
	what, { .ue = "10.45.0.11", .pcscf = "192.0.2.10",		\
		.impi = "a@ims", .spi_uc = 1, .spi_us = 2,		\
		.port_uc = 3, .port_us = 4, .port_pc = 5100,		\
		.port_ps = 6100, .alg = 1, .ealg = 0, __VA_ARGS__ },	\
	error, text }
		CASE("no UE", EINVAL, "that every set needs", .ue = NULL),
		CASE("no P-CSCF", EINVAL, "that every set needs", .pcscf = NULL),
		CASE("no IMPI", EINVAL, "that every set needs", .impi = NULL),
		CASE("empty IMPI", EINVAL, "1 to 255 octets", .impi = ""),
		CASE("SPI 0", ERANGE, "out of range", .spi_uc = 0),
		CASE("equal SPIs", EINVAL, "spi-uc and spi-us must differ", .spi_us = 1),
		CASE("port 0", ERANGE, "out of range", .port_us = 0),
		CASE("equal ports", EINVAL, "port-uc and port-us must differ", .port_us = 3),
		CASE("port-uc 5060", EINVAL, "never protected", .port_uc = 5060),
		CASE("port-us 5061", EINVAL, "never protected", .port_us = 5061),
		CASE("port-ps 5060", EINVAL, "never protected", .port_ps = 5060),
		CASE("three octets", EINVAL, "4 or 16 octets", .ue = "x010203"),
		CASE("two families", EINVAL, "one address family", .ue = "2001:db8::1"),
		CASE("multicast UE", EINVAL, "unicast", .ue = "224.0.0.1"),
		CASE("loopback UE", EINVAL, "unicast", .ue = "127.0.0.1"),
		CASE("no endpoint", EINVAL, "no endpoint", .pcscf = "192.0.2.11"),
		CASE("no UE", EINVAL, "in no UE pool", .ue = "11.0.0.1"),
		CASE("the P-CSCF", EINVAL, "in no UE pool", .ue = "192.0.2.10"),
		CASE("another server port", EINVAL, "no server port", .port_ps = 6101),
		CASE("another client port", EINVAL, "no client port", .port_pc = 6100),
		CASE("unknown algorithm", ERANGE, "out of range", .alg = 4),
		CASE("null and null", EINVAL, "does not combine", .alg = 3),
		CASE("gmac and cbc", EINVAL, "does not combine", .alg = 2, .ealg = 2),
		CASE("not of the policy", EPERM, "does not allow", .alg = 0),
		CASE("over nothing", ENOENT, "no established set", .over = 77),
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		__s64 seen = sa_new(&self->c, &table[i].s);

		EXPECT_EQ(-table[i].error, seen) {
			TH_LOG("%s: %s", table[i].what, self->c.text);
		}
		EXPECT_NE(NULL, strstr(self->c.text, table[i].text)) {
			TH_LOG("%s: %s", table[i].what, self->c.text);
		}
	}
	EXPECT_EQ(0, xfrm_count("state"));
	EXPECT_EQ(0, info(&self->c, GMGUARD_A_INFO_SA_SETS));
}

/* A NUL within an IMPI would make it another's. */
TEST_F(sa, impi_octets)
{
	static const struct {
		const char *octets;
		int len;
	} table[] = { { "", 1 }, { "\0", 2 }, { "alice\0bob", 10 }, { "alice\0", 7 } };
	static const int cmds[] = { GMGUARD_CMD_SA_GET, GMGUARD_CMD_SA_FLUSH };
	struct set s = ue1;
	struct msg m = {};
	size_t i, j;

	s.impi = NULL;
	for (i = 0; i < ARRAY_SIZE(table); i++) {
		sa_put(&self->c, &m, &s);
		msg_attr(&m, GMGUARD_A_SA_IMPI, table[i].octets, table[i].len);
		EXPECT_EQ(-EINVAL, client_ask(&self->c, &m));
		EXPECT_NE(NULL, strstr(self->c.text, "1 to 255 octets"));
		for (j = 0; j < ARRAY_SIZE(cmds); j++) {
			client_start(&self->c, &m, cmds[j],
				     j ? NLM_F_ACK : NLM_F_DUMP);
			msg_attr(&m, GMGUARD_A_SA_IMPI, table[i].octets, table[i].len);
			EXPECT_EQ(-EINVAL, client_ask(&self->c, &m));
		}
	}
	free(m.at);
}

/* An address of another length is no filter that nobody passes. */
TEST_F(sa, filter_addresses)
{
	static const int lengths[] = { 0, 3, 5, 8, 15 };
	struct msg m = {};
	size_t i;

	ASSERT_LT(0, sa_new(&self->c, &ue1));
	for (i = 0; i < 2 * ARRAY_SIZE(lengths); i++) {
		client_start(&self->c, &m, i % 2 ? GMGUARD_CMD_SA_FLUSH : GMGUARD_CMD_SA_GET,
			     i % 2 ? NLM_F_ACK : NLM_F_DUMP);
		msg_attr(&m, GMGUARD_A_SA_UE, "0123456789abcdef", lengths[i / 2]);
		EXPECT_EQ(-EINVAL, client_ask(&self->c, &m));
	}
	EXPECT_EQ(1, sa_count(&self->c, 0, 0));
	free(m.at);
}

/* Asks for the sets of the address @ue. */
static int start_list(struct client *c, struct msg *m, const char *ue)
{
	client_start(c, m, GMGUARD_CMD_SA_GET, NLM_F_DUMP);
	sa_address(m, GMGUARD_A_SA_UE, ue);
	return client_send(c, m);
}

/* The rest of a dump; 0 or a negative errno. */
static int end_list(struct client *c)
{
	int error;

	do
		error = client_receive(c);
	while (error == -EINPROGRESS);
	return error;
}

/* Of what a dump has told: how often the set @spi, and how many sets of @ue. */
static int listed(const struct client *c, __u32 spi)
{
	const struct nlattr *a;
	size_t at = 0;
	int n = 0;

	while ((a = attr_next(&c->reply, &at)))
		n += a->nla_type == GMGUARD_A_SA_SPI_PS && attr_uint(a) == spi;
	return n;
}

static unsigned int listed_of(const struct client *c, const char *ue)
{
	const struct nlattr *a;
	unsigned int n = 0;
	size_t at = 0, len;
	__u8 addr[64];

	len = policy_address(addr, ue);
	while ((a = attr_next(&c->reply, &at)))
		n += a->nla_type == GMGUARD_A_SA_UE && a->nla_len == NLA_HDRLEN + len &&
		     !memcmp(attr_data(a), addr, len);
	return n;
}

/* The sets of one UE address, never those of another: not of one that begins as it does in
 * the other IP version, either.
 */
TEST_F(sa, sets_of_an_address)
{
	static const struct {
		const char *ue, *pcscf;
		int sets;
	} table[] = {
		{ "10.45.0.11", "192.0.2.10", 3 },
		{ "a2d:b::", "2001:db8:1::10", 2 },
		{ "10.45.0.10", "192.0.2.10", 1 },
		{ "10.45.0.12", "192.0.2.10", 1 },
		{ "10.45.1.11", "192.0.2.10", 0 },
		{ "2001:db8:45::11", "2001:db8:1::10", 4 },
		{ "2001:db8:45::1:11", "2001:db8:1::10", 1 },
		{ "2001:db8:45::", "2001:db8:1::10", 0 },
		{ "255.255.255.255", "192.0.2.10", 0 },
		{ "::", "2001:db8:1::10", 0 },
	};
	__s64 spi = 0, other = 0;
	struct msg m = {};
	struct set s = ue1;
	char impi[32];
	size_t i;
	int j;

	ASSERT_EQ(0, policy_set(&self->c, POLICY "pool access a2d:b::/128"));
	s.impi = impi;
	for (i = 0; i < ARRAY_SIZE(table); i++)
		for (j = 0; j < table[i].sets; j++) {
			snprintf(impi, sizeof(impi), "%zu-%d@ims", i, j);
			s.ue = table[i].ue;
			s.pcscf = table[i].pcscf;
			s.port_uc = 40000 + 2 * j;
			s.port_us = 40001 + 2 * j;
			s.spi_uc = 4001 + 2 * j;
			s.spi_us = 4002 + 2 * j;
			other = sa_new(&self->c, &s);
			ASSERT_LT(0, other) {
				TH_LOG("%s: %s", s.ue, self->c.text);
			}
			spi = i ? spi : other;
		}
	for (i = 0; i < ARRAY_SIZE(table); i++) {
		ASSERT_EQ(0, start_list(&self->c, &m, table[i].ue));
		EXPECT_EQ(0, end_list(&self->c));
		EXPECT_EQ(table[i].sets, (int)self->c.messages) {
			TH_LOG("%s", table[i].ue);
		}
		EXPECT_EQ(self->c.messages, listed_of(&self->c, table[i].ue));
		EXPECT_FALSE(self->c.intr);
	}
	/* and what else is asked for */
	ASSERT_EQ(0, sa_establish(&self->c, spi, 600));
	client_start(&self->c, &m, GMGUARD_CMD_SA_GET, NLM_F_DUMP);
	sa_address(&m, GMGUARD_A_SA_UE, "10.45.0.11");
	msg_u32(&m, GMGUARD_A_SA_STATE, GMGUARD_SA_STATE_ESTABLISHED);
	EXPECT_EQ(0, client_ask(&self->c, &m));
	EXPECT_EQ(1, (int)self->c.messages);
	EXPECT_EQ(1, listed(&self->c, spi));
	msg_u32(&m, GMGUARD_A_SA_SPI_PS, other);
	EXPECT_EQ(0, client_ask(&self->c, &m));
	EXPECT_EQ(0, (int)self->c.messages);
	free(m.at);
}

static int compare_spis(const void *a, const void *b)
{
	__u32 x = *(const __u32 *)a, y = *(const __u32 *)b;

	return (x > y) - (x < y);
}

/* A set like ue1 but for its ports, SPIs and IMPI. */
static struct set nth_of_ue1(unsigned int n)
{
	struct set s = nth(n);

	s.ue = ue1.ue;
	s.port_uc = 20000 + 2 * n;
	s.port_us = 20001 + 2 * n;
	s.spi_uc = 4001 + 2 * n;
	s.spi_us = 4002 + 2 * n;
	return s;
}

/* They come in more messages than one, by their spi_ps. Meanwhile those go that have come or
 * are about to, and the last, and others come, also so many that the tables grow: what is
 * there all the time comes once all the same, and the list is none to be asked for anew.
 */
TEST_F_TIMEOUT(sa, sets_of_an_address_that_change, 120)
{
	enum { SETS = 200, MORE = 20 };
	const int others = many(1500);
	struct msg m = {};
	__u32 spis[SETS];
	struct client c;
	struct set s;
	int i, gone;
	__s64 spi;

	ASSERT_EQ(0, client_open(&c));
	for (i = 0; i < SETS; i++) {
		s = nth_of_ue1(i);
		spi = sa_new(&self->c, &s);
		ASSERT_LT(0, spi);
		spis[i] = spi;
	}
	qsort(spis, SETS, sizeof(spis[0]), compare_spis);
	ASSERT_EQ(0, start_list(&c, &m, ue1.ue));
	ASSERT_EQ(-EINPROGRESS, client_receive(&c));
	/* the kernel has made one more message than was read */
	gone = 3 * c.messages;
	ASSERT_LT(0, gone);
	ASSERT_GT(SETS - 1, gone);
	for (i = 0; i < gone; i++)
		ASSERT_EQ(0, sa_del(&self->c, spis[i]));
	ASSERT_EQ(0, sa_del(&self->c, spis[SETS - 1]));
	for (i = 0; i < MORE + others; i++) {
		s = i < MORE ? nth_of_ue1(SETS + i) : nth(SETS + i);
		ASSERT_LT(0, sa_new(&self->c, &s));
	}
	EXPECT_EQ(0, end_list(&c));
	EXPECT_FALSE(c.intr);
	EXPECT_EQ(c.messages, listed_of(&c, ue1.ue));
	for (i = 0; i < gone; i++)
		EXPECT_GE(1, listed(&c, spis[i]));
	for (; i < SETS - 1; i++)
		EXPECT_EQ(1, listed(&c, spis[i]));
	EXPECT_EQ(0, listed(&c, spis[i]));
	free(m.at);
	client_close(&c);
}

/* What a flush ends is just what the filter says, however many there are. */
TEST_F_TIMEOUT(sa, flush_of_many, 120)
{
	int i, n = many(2000);
	struct set s;
	__s64 spi;

	for (i = 0; i < n; i++) {
		s = nth(i);
		spi = sa_new(&self->c, &s);
		ASSERT_LT(0, spi);
		if (i % 2)
			ASSERT_EQ(0, sa_establish(&self->c, spi, 600));
	}
	EXPECT_EQ(0, sa_command(&self->c, GMGUARD_CMD_SA_FLUSH, 0, GMGUARD_A_SA_STATE,
				GMGUARD_SA_STATE_OLD));
	EXPECT_EQ(n, info(&self->c, GMGUARD_A_INFO_SA_SETS));
	EXPECT_EQ(0, sa_command(&self->c, GMGUARD_CMD_SA_FLUSH, 0, GMGUARD_A_SA_STATE,
				GMGUARD_SA_STATE_ESTABLISHED));
	EXPECT_EQ(n - n / 2, info(&self->c, GMGUARD_A_INFO_SA_SETS));
	EXPECT_EQ(4 * (n - n / 2), xfrm_count("state"));
	EXPECT_EQ(0, sa_command(&self->c, GMGUARD_CMD_SA_FLUSH, 0, GMGUARD_A_SA_STATE,
				GMGUARD_SA_STATE_TEMPORARY));
	EXPECT_EQ(0, info(&self->c, GMGUARD_A_INFO_SA_SETS));
}

/* Adds sets until it is killed, each of a UE of its own. */
static pid_t keep_adding(int who)
{
	struct client c;
	unsigned int i;
	pid_t child = fork();

	if (child)
		return child;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || client_open(&c))
		_exit(1);
	for (i = 0;; i++) {
		struct set s = nth(who * 100000 + i);

		if (sa_new(&c, &s) < 0)
			_exit(2);
	}
}

/* A flush is over, be it that others come each time that it walks over thousands, of
 * which it ends none.
 */
TEST_F_TIMEOUT(sa, flush_while_sets_come, 120)
{
	int i, status, n = many(10000);
	pid_t child[8];
	__s64 spi;

	for (i = 0; i < n; i++) {
		struct set s = nth(i);

		spi = sa_new(&self->c, &s);
		ASSERT_LT(0, spi);
		ASSERT_EQ(0, sa_establish(&self->c, spi, 600));
	}
	for (i = 0; i < (int)ARRAY_SIZE(child); i++) {
		child[i] = keep_adding(i + 1);
		ASSERT_LT(0, child[i]);
	}
	while (info(&self->c, GMGUARD_A_INFO_SA_SETS) < n + 50U)
		usleep(1000);
	EXPECT_EQ(0, sa_command(&self->c, GMGUARD_CMD_SA_FLUSH, 0, GMGUARD_A_SA_STATE,
				GMGUARD_SA_STATE_TEMPORARY));
	for (i = 0; i < (int)ARRAY_SIZE(child); i++) {
		EXPECT_EQ(0, waitpid(child[i], &status, WNOHANG));
		kill(child[i], SIGKILL);
		EXPECT_EQ(child[i], waitpid(child[i], &status, 0));
	}
	EXPECT_EQ(n, sa_count(&self->c, GMGUARD_A_SA_STATE, GMGUARD_SA_STATE_ESTABLISHED));
}

TEST_F(sa, key_lengths)
{
	struct set s = ue1;
	struct msg m = {};
	size_t len, alg;

	for (alg = 0; alg < 2; alg++) {
		for (len = 0; len < 300; len++) {
			s.ealg = alg ? GMGUARD_EALG_AES_CBC : GMGUARD_EALG_NULL;
			sa_put(&self->c, &m, &s);
			/* the last one counts */
			msg_attr(&m, GMGUARD_A_SA_ENC_KEY, NULL, len);
			if (len == (alg ? 16 : 0))
				continue;
			EXPECT_EQ(-EINVAL, client_ask(&self->c, &m));
			EXPECT_NE(NULL, strstr(self->c.text, "Annex I"));
		}
	}
	free(m.at);
	EXPECT_EQ(0, xfrm_count("state"));
}

TEST_F(sa, digest_and_impi)
{
	char impi[GMGUARD_IMPI_MAX + 2] = "";
	__u8 digest[GMGUARD_DIGEST_LEN + 1];
	struct set s = ue1;
	struct msg m = {};
	__s64 spi;

	memset(digest, 0xa5, sizeof(digest));
	sa_put(&self->c, &m, &s);
	msg_attr(&m, GMGUARD_A_SA_DIGEST, digest, GMGUARD_DIGEST_LEN + 1);
	EXPECT_EQ(-ERANGE, client_ask(&self->c, &m));
	sa_put(&self->c, &m, &s);
	msg_attr(&m, GMGUARD_A_SA_DIGEST, digest, GMGUARD_DIGEST_LEN - 1);
	EXPECT_EQ(-ERANGE, client_ask(&self->c, &m));
	sa_put(&self->c, &m, &s);
	msg_attr(&m, GMGUARD_A_SA_DIGEST, digest, GMGUARD_DIGEST_LEN);
	ASSERT_EQ(0, client_ask(&self->c, &m));
	spi = attr_uint(attr_find(&self->c.reply, GMGUARD_A_SA_SPI_PS));
	ASSERT_NE(~0ULL, sa_get(&self->c, spi, GMGUARD_A_SA_STATE));
	EXPECT_EQ(0, memcmp(digest, attr_data(attr_find(&self->c.reply,
							GMGUARD_A_SA_DIGEST)),
			    GMGUARD_DIGEST_LEN));
	free(m.at);

	memset(impi, 'i', GMGUARD_IMPI_MAX + 1);
	s = nth(1);
	s.impi = impi;
	EXPECT_EQ(-EINVAL, sa_new(&self->c, &s));
	impi[GMGUARD_IMPI_MAX] = '\0';
	spi = sa_new(&self->c, &s);
	ASSERT_LT(0, spi);
	ASSERT_NE(~0ULL, sa_get(&self->c, spi, GMGUARD_A_SA_STATE));
	EXPECT_STREQ(impi, attr_data(attr_find(&self->c.reply, GMGUARD_A_SA_IMPI)));
}

/* The owner of what collides is told in the cookie. */
TEST_F(sa, collisions)
{
	struct set s = ue1;
	__s64 first = sa_new(&self->c, &ue1);

	ASSERT_LT(0, first);
	s.impi = "other@ims";
	EXPECT_EQ(-EEXIST, sa_new(&self->c, &s));
	EXPECT_EQ(first, self->c.cookie);
	EXPECT_STREQ("port-uc is in use at this UE address", self->c.text);
	s.port_uc = 40002;
	EXPECT_EQ(-EEXIST, sa_new(&self->c, &s));
	EXPECT_EQ(first, self->c.cookie);
	EXPECT_STREQ("port-us is in use by another at this UE address", self->c.text);
	s.port_us = 40003;
	EXPECT_EQ(-EEXIST, sa_new(&self->c, &s));
	EXPECT_EQ(first, self->c.cookie);
	EXPECT_STREQ("spi-uc is in use at this UE address", self->c.text);
	s.spi_uc = 4003;
	EXPECT_EQ(-EEXIST, sa_new(&self->c, &s));
	EXPECT_STREQ("spi-us is in use at this UE address", self->c.text);
	s.spi_us = 4004;
	EXPECT_EQ(4, xfrm_count("state"));
	EXPECT_LT(0, sa_new(&self->c, &s));
	/* the same behind another address */
	s = ue1;
	s.ue = "10.45.0.12";
	s.impi = "third@ims";
	EXPECT_LT(0, sa_new(&self->c, &s));
	EXPECT_EQ(12, xfrm_count("state"));
	/* a client port of one may be no server port of another */
	s = nth(9);
	s.ue = "10.45.0.12";
	s.port_uc = 40001;
	s.port_us = 40000;
	EXPECT_EQ(-EEXIST, sa_new(&self->c, &s));
}

/* An SPI that xfrm has from somebody else. */
TEST_F(sa, foreign_spi)
{
	ASSERT_EQ(0, system("ip xfrm state add src 192.0.2.10 dst 10.45.0.11 proto esp "
			    "spi 4001 mode transport enc 'ecb(cipher_null)' '' "
			    "auth 'hmac(md5)' 0x00112233445566778899aabbccddeeff"));
	EXPECT_EQ(-EEXIST, sa_new(&self->c, &ue1));
	EXPECT_STREQ("spi-uc is in use at this UE address", self->c.text);
	EXPECT_EQ(0, self->c.cookie);
	ASSERT_EQ(0, system("ip xfrm state flush"));
}

/* Whoever does not hear that a set is there has none. */
TEST_F(sa, reply_is_lost)
{
	struct msg m = {};
	int i, small = 1, told = 0;
	struct client c;
	struct set s;
	__u8 data[4096] __aligned(8);
	ssize_t len;

	ASSERT_EQ(0, client_open(&c));
	ASSERT_EQ(0, setsockopt(c.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)));
	for (i = 0; i < 20; i++) {
		s = nth(i);
		sa_put(&c, &m, &s);
		/* no acknowledgment, just the reply */
		((struct nlmsghdr *)m.at)->nlmsg_flags = NLM_F_REQUEST;
		ASSERT_EQ(0, client_send(&c, &m));
	}
	/* ENOBUFS tells what is known already */
	for (;;) {
		len = recv(c.fd, data, sizeof(data), MSG_DONTWAIT);
		if (len > 0)
			told += ((struct nlmsghdr *)data)->nlmsg_type == c.family;
		else if (errno != ENOBUFS)
			break;
	}
	EXPECT_LT(0, told);
	EXPECT_GT(20, told);
	EXPECT_EQ(told, info(&self->c, GMGUARD_A_INFO_SA_SETS));
	EXPECT_EQ(4 * told, xfrm_count("state"));
	free(m.at);
	client_close(&c);
}

/* Nor is a dump that was disturbed taken for a whole one. */
TEST_F_TIMEOUT(sa, dump_while_the_table_grows, 120)
{
	const int before = many(1300), all = many(2300);
	struct client c;
	struct msg m = {};
	struct set s;
	int i, error;

	ASSERT_EQ(0, client_open(&c));
	for (i = 0; i < before; i++) {
		s = nth(i);
		ASSERT_LT(0, sa_new(&self->c, &s));
	}
	client_start(&c, &m, GMGUARD_CMD_SA_GET, NLM_F_DUMP);
	ASSERT_EQ(0, client_send(&c, &m));
	ASSERT_EQ(-EINPROGRESS, client_receive(&c));
	for (; i < all; i++) {
		s = nth(i);
		ASSERT_LT(0, sa_new(&self->c, &s));
	}
	do
		error = client_receive(&c);
	while (error == -EINPROGRESS);
	EXPECT_EQ(0, error);
	EXPECT_TRUE(c.intr || c.messages <= (unsigned int)all) {
		TH_LOG("%u messages of %d sets", c.messages, all);
	}
	EXPECT_TRUE(c.intr);
	free(m.at);
	client_close(&c);
}

/* Life, TS 33.203 7.3 and 7.4 */

/* A new challenge voids the pending one, whose ports and SPIs it may have. */
TEST_F(sa, second_challenge)
{
	__s64 first = sa_new(&self->c, &ue1), second;

	ASSERT_LT(0, first);
	second = sa_new(&self->c, &ue1);
	ASSERT_LT(0, second) {
		TH_LOG("%s", self->c.text);
	}
	EXPECT_NE(first, second);
	EXPECT_EQ(~0ULL, sa_get(&self->c, first, GMGUARD_A_SA_STATE));
	EXPECT_EQ(4, xfrm_count("state"));
	EXPECT_EQ(1, sa_count(&self->c, 0, 0));
}

/* One that is refused leaves the pending one alone. */
TEST_F(sa, refused_second_challenge)
{
	__s64 first = sa_new(&self->c, &ue1);
	struct set s = ue1;

	s.port_pc = 1;
	EXPECT_EQ(-EINVAL, sa_new(&self->c, &s));
	EXPECT_EQ(GMGUARD_SA_STATE_TEMPORARY,
		  sa_get(&self->c, first, GMGUARD_A_SA_STATE));
	EXPECT_EQ(4, xfrm_count("state"));
}

static struct set again(__u32 over, int n)
{
	struct set s = ue1;

	s.spi_uc += 2 * n;
	s.spi_us += 2 * n;
	s.port_uc += 10 * n;
	s.port_pc += n;
	s.over = over;
	return s;
}

/* Clear SM1 while sets are there: they go when it succeeds. */
TEST_F(sa, clear_reregistration)
{
	__s64 first = sa_new(&self->c, &ue1), second;
	struct set s = again(0, 1);

	ASSERT_EQ(0, sa_establish(&self->c, first, 600));
	s.port_us = 41001;	/* it may have forgotten everything */
	second = sa_new(&self->c, &s);
	ASSERT_LT(0, second);
	EXPECT_EQ(2, sa_count(&self->c, 0, 0));
	ASSERT_EQ(0, sa_establish(&self->c, second, 60));
	EXPECT_EQ(~0ULL, sa_get(&self->c, first, GMGUARD_A_SA_STATE));
	EXPECT_EQ(GMGUARD_SA_STATE_ESTABLISHED,
		  sa_get(&self->c, second, GMGUARD_A_SA_STATE));
	/* never shorter than the old one */
	EXPECT_LE(628, sa_get(&self->c, second, GMGUARD_A_SA_LIFETIME));
	EXPECT_EQ(4, xfrm_count("state"));
}

/* One user is one, however the realm of its IMPI is spelled (RFC 4282, TS 23.003 13.3). */
TEST_F(sa, spellings_of_an_impi)
{
	static const char *const spellings[] = {
		"001010000000001@IMS", "001010000000001@Ims", "001010000000001@iMs",
	};
	__s64 first = sa_new(&self->c, &ue1), spi = first;
	struct msg m = {};
	struct set s;
	size_t i;

	ASSERT_EQ(0, sa_establish(&self->c, first, 600));
	for (i = 0; i < ARRAY_SIZE(spellings); i++) {
		s = again(i ? 0 : first, i + 1);
		s.impi = spellings[i];
		spi = sa_new(&self->c, &s);
		ASSERT_LT(0, spi) {
			TH_LOG("%s: %s", s.impi, self->c.text);
		}
		/* what was pending is replaced */
		EXPECT_EQ(2, sa_count(&self->c, 0, 0));
	}
	/* it is told as the UE has spelled it, and found by any spelling */
	ASSERT_NE(~0ULL, sa_get(&self->c, spi, GMGUARD_A_SA_STATE));
	EXPECT_STREQ(s.impi, attr_data(attr_find(&self->c.reply, GMGUARD_A_SA_IMPI)));
	client_start(&self->c, &m, GMGUARD_CMD_SA_GET, NLM_F_DUMP);
	msg_string(&m, GMGUARD_A_SA_IMPI, "001010000000001@IMs");
	EXPECT_EQ(0, client_ask(&self->c, &m));
	EXPECT_EQ(2, (int)self->c.messages);
	/* the old one goes */
	ASSERT_EQ(0, sa_establish(&self->c, spi, 60));
	EXPECT_EQ(~0ULL, sa_get(&self->c, first, GMGUARD_A_SA_STATE));
	/* but users are in one case only */
	s = nth(1);
	s.impi = "a@ims";
	ASSERT_LT(0, sa_new(&self->c, &s));
	s.ue = "10.45.0.12";
	s.impi = "A@ims";
	ASSERT_LT(0, sa_new(&self->c, &s));
	EXPECT_EQ(3, sa_count(&self->c, 0, 0));
	/* a deregistration ends the sets of each spelling */
	s = again(spi, 4);
	first = sa_new(&self->c, &s);
	ASSERT_EQ(0, sa_establish(&self->c, first, 60));
	ASSERT_EQ(0, sa_command(&self->c, GMGUARD_CMD_SA_DEL, first, GMGUARD_A_SA_GRACE, 0));
	EXPECT_EQ(GMGUARD_SA_STATE_OLD, sa_get(&self->c, spi, GMGUARD_A_SA_STATE));
	free(m.at);
}

/* Protected SM1: the set that protected it stays until the new one is used, any
 * other goes.
 */
TEST_F(sa, protected_reregistration)
{
	__s64 first = sa_new(&self->c, &ue1), second, third;
	struct set s;

	ASSERT_EQ(0, sa_establish(&self->c, first, 600));
	s = again(first, 1);
	second = sa_new(&self->c, &s);
	ASSERT_LT(0, second) {
		TH_LOG("%s", self->c.text);
	}
	ASSERT_EQ(0, sa_establish(&self->c, second, 600));
	EXPECT_EQ(2, sa_count(&self->c, 0, 0));
	s = again(second, 2);
	third = sa_new(&self->c, &s);
	ASSERT_LT(0, third);
	EXPECT_EQ(12, xfrm_count("state"));
	s = again(second, 3);
	s.emergency = true;	/* another contact, which over is not of */
	EXPECT_EQ(-ENOENT, sa_new(&self->c, &s));
	ASSERT_EQ(0, sa_establish(&self->c, third, 600));
	EXPECT_EQ(~0ULL, sa_get(&self->c, first, GMGUARD_A_SA_STATE));
	EXPECT_EQ(GMGUARD_SA_STATE_ESTABLISHED,
		  sa_get(&self->c, second, GMGUARD_A_SA_STATE));
	EXPECT_EQ(2, sa_count(&self->c, 0, 0));
}

/* SAs that protected SM1 were between the same addresses. */
TEST_F(sa, addresses_of_a_reregistration)
{
	struct set s;
	__s64 spi;

	ASSERT_EQ(0, policy_set(&self->c, POLICY "endpoint 192.0.2.11 5060 6100 5101"));
	spi = sa_new(&self->c, &ue1);
	ASSERT_EQ(0, sa_establish(&self->c, spi, 600));
	s = again(spi, 1);
	s.pcscf = "192.0.2.11";
	EXPECT_EQ(-EINVAL, sa_new(&self->c, &s));
	EXPECT_NE(NULL, strstr(self->c.text, "between other addresses"));
	s = again(spi, 1);
	s.ue = "10.45.0.12";
	EXPECT_EQ(-EINVAL, sa_new(&self->c, &s));
	EXPECT_NE(NULL, strstr(self->c.text, "between other addresses"));
	s = again(spi, 1);
	EXPECT_LT(0, sa_new(&self->c, &s));
}

TEST_F(sa, ports_of_a_reregistration)
{
	__s64 first = sa_new(&self->c, &ue1);
	struct set s;

	ASSERT_EQ(0, sa_establish(&self->c, first, 600));
	s = again(first, 1);
	s.port_us++;
	EXPECT_EQ(-EINVAL, sa_new(&self->c, &s));
	EXPECT_NE(NULL, strstr(self->c.text, "port-us and port-ps stay"));
	s = again(first, 1);
	s.port_pc = ue1.port_pc;
	EXPECT_EQ(-EEXIST, sa_new(&self->c, &s));
	EXPECT_NE(NULL, strstr(self->c.text, "port-pc must be fresh"));
	s = again(first, 1);
	s.port_uc = ue1.port_uc;
	EXPECT_EQ(-EEXIST, sa_new(&self->c, &s));
	EXPECT_EQ(4, xfrm_count("state"));
}

/* Six SAs a direction and IMPI; an emergency registration is a contact of its
 * own.
 */
TEST_F(sa, sets_of_an_impi)
{
	struct set s;
	__s64 spi = 0;
	int i;

	for (i = 0; i < 3; i++) {
		s = again(spi, i);
		spi = sa_new(&self->c, &s);
		ASSERT_LT(0, spi) {
			TH_LOG("%d: %s", i, self->c.text);
		}
		if (i == 2)
			break;
		ASSERT_EQ(0, sa_establish(&self->c, spi, 600));
	}
	EXPECT_EQ(3, sa_count(&self->c, 0, 0));
	/* the third is pending and is replaced by the next, the first goes when
	 * it is established: there are never more
	 */
	s = again(sa_get(&self->c, spi, GMGUARD_A_SA_OVER), 3);
	spi = sa_new(&self->c, &s);
	ASSERT_LT(0, spi);
	EXPECT_EQ(3, sa_count(&self->c, 0, 0));
	ASSERT_EQ(0, sa_establish(&self->c, spi, 600));
	EXPECT_EQ(2, sa_count(&self->c, 0, 0));
	s = again(spi, 4);
	ASSERT_LT(0, sa_new(&self->c, &s));
	EXPECT_EQ(3, sa_count(&self->c, 0, 0));
	EXPECT_EQ(3 * 4, xfrm_count("state"));
	/* a contact of its own */
	s = again(0, 5);
	s.port_us += 10;
	s.port_pc = ue1.port_pc;
	s.emergency = true;
	EXPECT_LT(0, sa_new(&self->c, &s)) {
		TH_LOG("%s", self->c.text);
	}
}

TEST_F(sa, refresh_never_shortens)
{
	__s64 spi = sa_new(&self->c, &ue1);

	ASSERT_EQ(0, sa_establish(&self->c, spi, 600));
	EXPECT_LE(628, sa_get(&self->c, spi, GMGUARD_A_SA_LIFETIME));
	EXPECT_GE(630, sa_get(&self->c, spi, GMGUARD_A_SA_LIFETIME));
	ASSERT_EQ(0, sa_establish(&self->c, spi, 60));
	EXPECT_LE(628, sa_get(&self->c, spi, GMGUARD_A_SA_LIFETIME));
	ASSERT_EQ(0, sa_establish(&self->c, spi, 6000));
	EXPECT_LE(6028, sa_get(&self->c, spi, GMGUARD_A_SA_LIFETIME));
	ASSERT_EQ(0, sa_establish(&self->c, spi, 0xffffffff));
	EXPECT_LE(0xfffffff0, sa_get(&self->c, spi, GMGUARD_A_SA_LIFETIME));
}

/* TS 33.203 6.1.4 */
TEST_F(sa, shorten_never_prolongs)
{
	__s64 spi = sa_new(&self->c, &ue1);

	EXPECT_EQ(-EBUSY, sa_shorten(&self->c, spi, 60));
	EXPECT_NE(NULL, strstr(self->c.text, "temporary"));
	EXPECT_LE(238, sa_get(&self->c, spi, GMGUARD_A_SA_LIFETIME));
	ASSERT_EQ(0, sa_establish(&self->c, spi, 600));
	ASSERT_EQ(0, sa_shorten(&self->c, spi, 6000));
	EXPECT_GE(630, sa_get(&self->c, spi, GMGUARD_A_SA_LIFETIME));
	EXPECT_LE(628, sa_get(&self->c, spi, GMGUARD_A_SA_LIFETIME));
	ASSERT_EQ(0, sa_shorten(&self->c, spi, 60));
	EXPECT_GE(90, sa_get(&self->c, spi, GMGUARD_A_SA_LIFETIME));
	EXPECT_LE(88, sa_get(&self->c, spi, GMGUARD_A_SA_LIFETIME));
	EXPECT_EQ(GMGUARD_SA_STATE_ESTABLISHED, sa_get(&self->c, spi, GMGUARD_A_SA_STATE));
	/* the UE has been authenticated anew by the set that it had */
	ASSERT_EQ(0, sa_establish(&self->c, spi, 600));
	EXPECT_LE(628, sa_get(&self->c, spi, GMGUARD_A_SA_LIFETIME));
	/* what is old goes no later for it */
	ASSERT_EQ(0, sa_command(&self->c, GMGUARD_CMD_SA_DEL, spi,
				GMGUARD_A_SA_GRACE, 0));
	EXPECT_EQ(0, sa_shorten(&self->c, spi, 600));
	EXPECT_GE(128, sa_get(&self->c, spi, GMGUARD_A_SA_LIFETIME));
	EXPECT_EQ(-ENOENT, sa_shorten(&self->c, 1, 1));
}

TEST_F(sa, deregistration)
{
	__s64 spi = sa_new(&self->c, &ue1);

	ASSERT_EQ(0, sa_establish(&self->c, spi, 600));
	ASSERT_EQ(0, sa_command(&self->c, GMGUARD_CMD_SA_DEL, spi,
				GMGUARD_A_SA_GRACE, 0));
	EXPECT_EQ(GMGUARD_SA_STATE_OLD, sa_get(&self->c, spi, GMGUARD_A_SA_STATE));
	EXPECT_GE(128, sa_get(&self->c, spi, GMGUARD_A_SA_LIFETIME));
	EXPECT_EQ(4, xfrm_count("state"));
	EXPECT_EQ(-ESTALE, sa_establish(&self->c, spi, 600));
	EXPECT_GE(128, sa_get(&self->c, spi, GMGUARD_A_SA_LIFETIME));
	/* and what has less left keeps it */
	EXPECT_EQ(0, sa_command(&self->c, GMGUARD_CMD_SA_DEL, spi,
				GMGUARD_A_SA_GRACE, 0));
}

/* With the set that it is said of all go that the UE is registered by, but for one
 * of which the registration is still under way.
 */
TEST_F(sa, deregistration_of_all)
{
	__s64 first = sa_new(&self->c, &ue1), second, third;
	struct set s;

	ASSERT_EQ(0, sa_establish(&self->c, first, 600));
	s = again(first, 1);
	second = sa_new(&self->c, &s);
	ASSERT_EQ(0, sa_establish(&self->c, second, 600));
	s = again(second, 2);
	third = sa_new(&self->c, &s);
	ASSERT_LT(0, third);
	EXPECT_EQ(0, sa_command(&self->c, GMGUARD_CMD_SA_DEL, second,
				GMGUARD_A_SA_GRACE, 0));
	EXPECT_EQ(GMGUARD_SA_STATE_OLD, sa_get(&self->c, first, GMGUARD_A_SA_STATE));
	EXPECT_GE(128, sa_get(&self->c, first, GMGUARD_A_SA_LIFETIME));
	EXPECT_EQ(GMGUARD_SA_STATE_OLD, sa_get(&self->c, second, GMGUARD_A_SA_STATE));
	EXPECT_EQ(GMGUARD_SA_STATE_TEMPORARY,
		  sa_get(&self->c, third, GMGUARD_A_SA_STATE));
	EXPECT_LT(128, sa_get(&self->c, third, GMGUARD_A_SA_LIFETIME));
}

/* An authentication that failed: the answer still gets to the UE (7.3.1.1), which is
 * no former registered user by that.
 */
TEST_F(sa, failed_authentication)
{
	__s64 spi = sa_new(&self->c, &ue1), next;
	struct set s = again(0, 1);

	EXPECT_LT(128, sa_get(&self->c, spi, GMGUARD_A_SA_LIFETIME));
	EXPECT_EQ(NULL, attr_find(&self->c.reply, GMGUARD_A_SA_GRACE));
	EXPECT_EQ(0, sa_command(&self->c, GMGUARD_CMD_SA_DEL, spi,
				GMGUARD_A_SA_GRACE, 0));
	EXPECT_EQ(GMGUARD_SA_STATE_TEMPORARY,
		  sa_get(&self->c, spi, GMGUARD_A_SA_STATE));
	EXPECT_NE(NULL, attr_find(&self->c.reply, GMGUARD_A_SA_GRACE));
	EXPECT_GE(128, sa_get(&self->c, spi, GMGUARD_A_SA_LIFETIME));
	/* what has failed does not succeed later */
	EXPECT_EQ(-ESTALE, sa_establish(&self->c, spi, 600));
	EXPECT_GE(128, sa_get(&self->c, spi, GMGUARD_A_SA_LIFETIME));
	EXPECT_EQ(4, xfrm_count("state"));
	/* the next challenge voids it as any */
	next = sa_new(&self->c, &s);
	ASSERT_LT(0, next);
	EXPECT_EQ(1, sa_count(&self->c, 0, 0));
}

TEST_F(sa, longest_lifetimes)
{
	__s64 spi;

	ASSERT_EQ(0, policy_set(&self->c, POLICY "lifetimes 4294967295 4294967295 4294967295;"));
	spi = sa_new(&self->c, &ue1);
	ASSERT_LT(0, spi);
	EXPECT_LE(0xfffffff0, sa_get(&self->c, spi, GMGUARD_A_SA_LIFETIME));
	ASSERT_EQ(0, sa_establish(&self->c, spi, 1));
	EXPECT_LE(0xfffffff0, sa_get(&self->c, spi, GMGUARD_A_SA_LIFETIME));
	ASSERT_EQ(0, sa_command(&self->c, GMGUARD_CMD_SA_DEL, spi,
				GMGUARD_A_SA_GRACE, 0));
	EXPECT_LE(0xfffffff0, sa_get(&self->c, spi, GMGUARD_A_SA_LIFETIME));
}

static bool sets_become(struct client *c, int n, double seconds)
{
	double end = now() + seconds;

	while (info(c, GMGUARD_A_INFO_SA_SETS) != (__u64)n) {
		if (now() > end)
			return false;
		usleep(20000);
	}
	return true;
}

/* Each state ends by itself: temporary, established, old. */
TEST_F_TIMEOUT(sa, expiry, 90)
{
	struct set s;
	__s64 spi;
	int i;

	/* long enough for all to be there at a time */
	ASSERT_EQ(0, policy_set(&self->c, POLICY "lifetimes 10 0 10;"));
	for (i = 0; i < 3; i++) {
		s = nth(i);
		spi = sa_new(&self->c, &s);
		ASSERT_LT(0, spi);
		if (i)
			EXPECT_EQ(0, sa_establish(&self->c, spi, i == 1 ? 10 : 600));
		if (i == 2)
			EXPECT_EQ(0, sa_command(&self->c, GMGUARD_CMD_SA_DEL, spi,
						GMGUARD_A_SA_GRACE, 0));
	}
	EXPECT_EQ(12, xfrm_count("state"));
	EXPECT_TRUE(sets_become(&self->c, 0, 60));
	EXPECT_EQ(0, xfrm_count("state"));
}

/* Thousands in the same second, without anybody asking. */
TEST_F_TIMEOUT(sa, many_end_at_once, 120)
{
	const int n = many(2000);
	struct set s;
	int i;

	ASSERT_EQ(0, policy_set(&self->c, POLICY "lifetimes 600 0 1;"));
	for (i = 0; i < n; i++) {
		s = nth(i);
		ASSERT_LT(0, sa_new(&self->c, &s));
	}
	EXPECT_EQ(n, sa_count(&self->c, 0, 0));
	EXPECT_FALSE(self->c.intr);
	EXPECT_EQ(1, sa_count(&self->c, GMGUARD_A_SA_SPI,
			      attr_uint(attr_find(&self->c.reply, GMGUARD_A_SA_SPI_PC))));
	EXPECT_EQ(n, sa_count(&self->c, GMGUARD_A_SA_STATE, GMGUARD_SA_STATE_TEMPORARY));
	EXPECT_EQ(0, sa_count(&self->c, GMGUARD_A_SA_STATE, GMGUARD_SA_STATE_OLD));
	EXPECT_EQ(4 * n, xfrm_count("state"));
	ASSERT_EQ(0, policy_set(&self->c, POLICY "lifetimes 1 0 1;"));
	/* their time stays as it was, and a flush has no need of it */
	EXPECT_EQ(n, info(&self->c, GMGUARD_A_INFO_SA_SETS));
	ASSERT_EQ(0, sa_command(&self->c, GMGUARD_CMD_SA_FLUSH, 0,
				GMGUARD_A_SA_STATE, GMGUARD_SA_STATE_IN_USE));
	EXPECT_EQ(n, info(&self->c, GMGUARD_A_INFO_SA_SETS));
	for (i = 0; i < n; i++) {
		s = nth(i);
		ASSERT_LT(0, sa_new(&self->c, &s));
	}
	EXPECT_TRUE(sets_become(&self->c, 0, 60));
	EXPECT_EQ(0, xfrm_count("state"));
}

/* What comes between the end of a set's time and its deletion, which takes its turn
 * behind those of thousands of others, is refused.
 */
TEST_F_TIMEOUT(sa, over_but_still_there, 240)
{
	enum { MOST = 3000 };
	const int n = many(MOST);
	const struct sip m = sip_register(ue1.ue, ue1.port_uc, ue1.impi, "", 0);
	int home = netns_open(getpid()), fd = -1, i;
	static __s64 spi[MOST];
	char lines[1024];
	__u64 seen = 0;
	double end;
	struct set s;
	pid_t ue;

	ue = netns_hold();
	ASSERT_LT(0, ue);
	snprintf(lines, sizeof(lines), "link set lo up\n"
		 "link add gm0 type veth peer name e0 netns %d\n"
		 "addr add 10.45.0.1/24 dev gm0\naddr add 192.0.2.10/32 dev gm0\n"
		 "link set gm0 up\n", ue);
	ASSERT_TRUE(ip(lines));
	ASSERT_EQ(0, policy_set(&self->c, POLICY "lifetimes 600 0 1;"));
	for (i = 0; i < n; i++) {
		s = i == n - 1 ? ue1 : nth(i);
		spi[i] = sa_new(&self->c, &s);
		ASSERT_LT(0, spi[i]);
	}
	ASSERT_TRUE(netns_enter(ue));
	snprintf(lines, sizeof(lines),
		 "addr add 10.45.0.11/24 dev e0\nlink set e0 up\n"
		 "route add default via 10.45.0.1\n"
		 "xfrm state add src 10.45.0.11 dst 192.0.2.10 proto esp spi %lld "
		 "reqid 9 mode transport auth-trunc hmac(sha1) "
		 "0x%02x%02x%02x%02x%02x%02x%02x%02x%02x%02x%02x%02x%02x%02x%02x%02x%02x%02x%02x%02x"
		 " 96 enc ecb(cipher_null) \"\"\n"
		 "xfrm policy add src 10.45.0.11 dst 192.0.2.10 dir out "
		 "tmpl src 10.45.0.11 dst 192.0.2.10 proto esp reqid 9 mode transport\n",
		 spi[n - 1], sa_key[0], sa_key[1], sa_key[2], sa_key[3], sa_key[4],
		 sa_key[5], sa_key[6], sa_key[7], sa_key[8], sa_key[9], sa_key[10],
		 sa_key[11], sa_key[12], sa_key[13], sa_key[14], sa_key[15],
		 sa_key[16], sa_key[17], sa_key[18], sa_key[19]);
	ASSERT_TRUE(ip(lines));
	fd = udp("10.45.0.11", 40000);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, setns(home, CLONE_NEWNET));
	for (i = 0; i < n; i++)
		ASSERT_EQ(0, sa_establish(&self->c, spi[i], 3));
	udp_send(fd, "192.0.2.10", 6100, m.text, m.len);
	for (end = now() + 60; !seen && now() < end;) {
		udp_send(fd, "192.0.2.10", 6100, m.text, m.len);
		if (!info(&self->c, GMGUARD_A_INFO_SA_SETS))
			break;
		seen = packets(&self->c, GMGUARD_REASON_SA_EXPIRED, "access");
	}
	EXPECT_LT(0, packets(&self->c, GMGUARD_REASON_PASS_PROTECTED, "access"));
	EXPECT_LT(0, packets(&self->c, GMGUARD_REASON_SA_EXPIRED, "access"));
	EXPECT_TRUE(sets_become(&self->c, 0, 60));
	close(home);
	close(fd);
	netns_release(ue);
}

TEST_F(sa, limits)
{
	struct set s = nth(0);

	ASSERT_EQ(0, policy_set(&self->c, POLICY "limits - - 2 - - - - - - - -;"));
	ASSERT_LT(0, sa_new(&self->c, &s));
	s = nth(1);
	ASSERT_LT(0, sa_new(&self->c, &s));
	/* one that takes the place of another needs no room */
	ASSERT_LT(0, sa_new(&self->c, &s));
	s = nth(2);
	EXPECT_EQ(-ENOSPC, sa_new(&self->c, &s));
	EXPECT_NE(NULL, strstr(self->c.text, "limits: sa-sets"));
	EXPECT_EQ(2, sa_count(&self->c, 0, 0));
	ASSERT_EQ(0, sa_command(&self->c, GMGUARD_CMD_SA_FLUSH, 0, 0, 0));
	EXPECT_EQ(0, sa_count(&self->c, 0, 0));

	ASSERT_EQ(0, policy_set(&self->c, POLICY "spi 256 259;"));
	ASSERT_LT(0, sa_new(&self->c, &s));
	s = nth(1);
	ASSERT_LT(0, sa_new(&self->c, &s));
	s = nth(2);
	EXPECT_EQ(-ENOSPC, sa_new(&self->c, &s));
	EXPECT_NE(NULL, strstr(self->c.text, "no SPI is free"));
	EXPECT_EQ(8, xfrm_count("state"));
}


/* xfrm */

/* Somebody else deletes one of the four, or all there are: the set is over, whole,
 * and the others stay.
 */
TEST_F(sa, others_delete)
{
	__s64 spi = sa_new(&self->c, &ue1);
	struct set s = nth(1);
	char del[128];

	ASSERT_LT(0, spi);
	ASSERT_LT(0, sa_new(&self->c, &s));
	snprintf(del, sizeof(del), "ip xfrm state del src 10.45.0.11 dst 192.0.2.10 "
		 "proto esp spi %lld", spi);
	EXPECT_EQ(0, system(del));
	EXPECT_TRUE(sets_become(&self->c, 1, 30));
	EXPECT_EQ(-ENOENT, sa_del(&self->c, spi));
	EXPECT_EQ(4, xfrm_count("state"));
	EXPECT_EQ(0, system("ip xfrm state flush"));
	EXPECT_TRUE(sets_become(&self->c, 0, 30));
	EXPECT_LT(0, sa_new(&self->c, &s));
	EXPECT_EQ(4, xfrm_count("state"));
}

static bool policies_become(int n, double seconds)
{
	double end = now() + seconds;

	while (xfrm_count("policy") != n) {
		if (now() > end)
			return false;
		usleep(20000);
	}
	return true;
}

/* One policy a protected port and direction, whatever the number of UEs, and
 * they come back.
 */
TEST_F(sa, port_policies)
{
	struct set s;
	int i;

	EXPECT_EQ(2 * (6 + 2), xfrm_count("policy"));
	for (i = 0; i < 10; i++) {
		s = nth(i);
		ASSERT_LT(0, sa_new(&self->c, &s));
	}
	EXPECT_EQ(2 * (6 + 2), xfrm_count("policy"));
	ASSERT_EQ(0, system("ip xfrm policy flush"));
	EXPECT_TRUE(policies_become(2 * (6 + 2), 30));
	EXPECT_EQ(2 * (6 + 2), info(&self->c, GMGUARD_A_INFO_PORT_POLICIES_RESTORED));
	ASSERT_EQ(0, system("ip xfrm policy del src 192.0.2.10/32 dst 0.0.0.0/0 "
			    "sport 6100 dir out"));
	EXPECT_TRUE(policies_become(2 * (6 + 2), 30));
	EXPECT_EQ(2 * (6 + 2) + 1, info(&self->c, GMGUARD_A_INFO_PORT_POLICIES_RESTORED));

	ASSERT_EQ(0, policy_set(&self->c, POLICY "no-inbound-policy 1;"));
	EXPECT_EQ(6 + 2, xfrm_count("policy"));
	/* what no rule refuses, no xfrm policy does */
	ASSERT_EQ(0, policy_set(&self->c, POLICY "mode observe"));
	EXPECT_EQ(6 + 2, xfrm_count("policy"));
	EXPECT_EQ(6 + 2, xfrm_lines("policy", "level use"));
	ASSERT_EQ(0, policy_set(&self->c, POLICY "mode observe; rule 13 enforce; rule 14 enforce"));
	EXPECT_EQ(2 * (6 + 2), xfrm_count("policy"));
	EXPECT_EQ(0, xfrm_lines("policy", "level use"));
	ASSERT_EQ(0, policy_set(&self->c,
				"side access untrusted - gm0; pool access 10.0.0.0/8;"
				"endpoint 192.0.2.10 5060 6100 5101"));
	EXPECT_EQ(4, xfrm_count("policy"));
	/* sets do not depend on the policy that made them */
	EXPECT_EQ(10, sa_count(&self->c, 0, 0));
	ASSERT_EQ(0, policy_clear(&self->c));
	EXPECT_EQ(0, xfrm_count("policy"));
	EXPECT_EQ(0, xfrm_count("state"));
}

/* One that somebody else has replaced stays theirs; what is taken besides comes
 * back, and theirs is ours again when they let go.
 */
TEST_F(sa, replaced_port_policy)
{
	static const char in5100[] = "src 0.0.0.0/0 dst 192.0.2.10/32 dport 5100 dir in";
	char line[160];

	snprintf(line, sizeof(line), "ip xfrm policy update %s action block", in5100);
	ASSERT_EQ(0, system(line));
	ASSERT_EQ(0, system("ip xfrm policy del src 192.0.2.10/32 dst 0.0.0.0/0 "
			    "sport 6100 dir out"));
	EXPECT_TRUE(policies_become(2 * (6 + 2), 30));
	EXPECT_EQ(1, info(&self->c, GMGUARD_A_INFO_PORT_POLICIES_RESTORED));
	EXPECT_EQ(1, xfrm_lines("policy", "action block"));
	EXPECT_EQ(-EEXIST, policy_set(&self->c, POLICY));
	snprintf(line, sizeof(line), "ip xfrm policy del %s", in5100);
	ASSERT_EQ(0, system(line));
	EXPECT_TRUE(policies_become(2 * (6 + 2), 30));
	EXPECT_EQ(0, xfrm_lines("policy", "action block"));
	EXPECT_EQ(0, policy_set(&self->c, POLICY));
}

/* What somebody else has for the very same is not overwritten. */
TEST_F(sa, foreign_policy)
{
	ASSERT_EQ(0, policy_clear(&self->c));
	ASSERT_EQ(0, system("ip xfrm policy add src 192.0.2.10/32 dst 0.0.0.0/0 "
			    "sport 6100 dir out action block"));
	EXPECT_EQ(-EEXIST, policy_set(&self->c, POLICY));
	EXPECT_NE(NULL, strstr(self->c.text, "somebody else has an xfrm policy"));
	EXPECT_EQ(1, xfrm_count("policy"));
	ASSERT_EQ(0, system("ip xfrm policy flush"));
	EXPECT_EQ(0, policy_set(&self->c, POLICY));
}

/* No key comes back, whoever asks. */
TEST_F(sa, keys_stay_inside)
{
	char line[4096], hex[2 * sizeof(sa_key)];
	struct set s = ue1;
	size_t i, len;
	bool seen = false;
	FILE *f;

	s.ealg = GMGUARD_EALG_AES_CBC;
	ASSERT_LT(0, sa_new(&self->c, &s));
	/* eight octets of it are enough */
	for (i = 0; i < 8; i++)
		sprintf(hex + 2 * i, "%02x", sa_key[i]);
	f = popen("ip -d -s xfrm state", "re");
	ASSERT_NE(NULL, f);
	while (fgets(line, sizeof(line), f)) {
		seen |= !!strstr(line, "0x00000000000000000000000000000000");
		EXPECT_EQ(NULL, strstr(line, hex));
	}
	pclose(f);
	EXPECT_TRUE(seen);
	ASSERT_EQ(1, sa_count(&self->c, 0, 0));
	for (i = 0, len = self->c.reply.len; i + 8 <= len; i++)
		ASSERT_NE(0, memcmp(self->c.reply.at + i, sa_key, 8));
}

/* A namespace that goes takes its sets along; what others have in its xfrm, of which
 * we are told, goes later.
 */
TEST_F_TIMEOUT(sa, namespace_goes, 120)
{
	int references = refcnt(), home = netns_open(getpid());
	struct client c;
	struct xfrm x;
	struct set s;
	int i;

	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	ASSERT_EQ(0, client_open(&c));
	ASSERT_EQ(0, policy_set(&c, POLICY));
	for (i = 0; i < many(2000); i++) {
		s = nth(i);
		ASSERT_LT(0, sa_new(&c, &s));
	}
	ASSERT_TRUE(xfrm_open(&x));
	s = nth(i);
	EXPECT_EQ(0, xfrm_add_ue(&x, &s, 1, 2));
	EXPECT_EQ(0, system("ip xfrm policy add src 10.0.0.1/32 dst 10.0.0.2/32 dir out"));
	xfrm_close(&x);
	client_close(&c);
	ASSERT_EQ(0, setns(home, CLONE_NEWNET));
	close(home);
	EXPECT_TRUE(refcnt_becomes(references, 60));
}

/* The next change of a set that is told. */
static int told(struct client *listener, struct msg *m)
{
	int i, cmd;

	for (i = 0; i < 300; i++) {
		cmd = notification(listener, m, MSG_DONTWAIT);
		if (cmd == GMGUARD_CMD_SA_NTF)
			return attr_uint(attr_find(m, GMGUARD_A_SA_CHANGE));
		if (cmd == GMGUARD_CMD_PORT_POLICY_NTF)
			return -cmd;
		usleep(100000);
	}
	return 0;
}

/* Events tell of what nobody has asked for, too. */
TEST_F(sa, events_of_others)
{
	struct client listener;
	struct msg m = {};

	ASSERT_EQ(0, policy_set(&self->c, POLICY "lifetimes 1 0 1;"));
	ASSERT_EQ(0, client_open(&listener));
	ASSERT_EQ(0, join_events(&listener));
	ASSERT_LT(0, sa_new(&self->c, &ue1));
	EXPECT_EQ(GMGUARD_SA_CHANGE_NEW, told(&listener, &m));
	EXPECT_EQ(GMGUARD_SA_CHANGE_EXPIRED, told(&listener, &m));
	ASSERT_EQ(0, policy_set(&self->c, POLICY));
	ASSERT_LT(0, sa_new(&self->c, &ue1));
	EXPECT_EQ(GMGUARD_SA_CHANGE_NEW, told(&listener, &m));
	ASSERT_EQ(0, system("ip xfrm state flush"));
	EXPECT_EQ(GMGUARD_SA_CHANGE_LOST, told(&listener, &m));
	ASSERT_EQ(0, system("ip xfrm policy flush"));
	EXPECT_EQ(-GMGUARD_CMD_PORT_POLICY_NTF, told(&listener, &m));
	free(m.at);
	client_close(&listener);
}

/* Events tell of every change. */
TEST_F(sa, events)
{
	static const enum gmguard_sa_change want[] = {
		GMGUARD_SA_CHANGE_NEW, GMGUARD_SA_CHANGE_ESTABLISHED,
		GMGUARD_SA_CHANGE_NEW, GMGUARD_SA_CHANGE_REPLACED,
		GMGUARD_SA_CHANGE_ESTABLISHED, GMGUARD_SA_CHANGE_OLD,
		GMGUARD_SA_CHANGE_DELETED,
	};
	struct client listener;
	struct msg m = {};
	struct set s;
	__s64 spi;
	size_t i;

	ASSERT_EQ(0, client_open(&listener));
	ASSERT_EQ(0, join_events(&listener));
	spi = sa_new(&self->c, &ue1);
	ASSERT_EQ(0, sa_establish(&self->c, spi, 60));
	s = again(0, 1);
	spi = sa_new(&self->c, &s);
	ASSERT_EQ(0, sa_establish(&self->c, spi, 60));
	ASSERT_EQ(0, sa_command(&self->c, GMGUARD_CMD_SA_DEL, spi,
				GMGUARD_A_SA_GRACE, 0));
	ASSERT_EQ(0, sa_del(&self->c, spi));
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		ASSERT_EQ(GMGUARD_CMD_SA_NTF, notification(&listener, &m, MSG_DONTWAIT));
		EXPECT_EQ(want[i], attr_uint(attr_find(&m, GMGUARD_A_SA_CHANGE)));
		EXPECT_STREQ(ue1.impi, attr_data(attr_find(&m, GMGUARD_A_SA_IMPI)));
	}
	free(m.at);
	client_close(&listener);
}

/* Without a policy there is nothing to have sets for. */
TEST_F(sa, no_policy)
{
	ASSERT_EQ(0, policy_clear(&self->c));
	EXPECT_EQ(-ENOENT, sa_new(&self->c, &ue1));
	EXPECT_EQ(-ENOENT, sa_establish(&self->c, 1, 1));
	EXPECT_EQ(-ENOENT, sa_del(&self->c, 1));
	EXPECT_EQ(0, sa_command(&self->c, GMGUARD_CMD_SA_FLUSH, 0, 0, 0));
	EXPECT_EQ(0, sa_count(&self->c, 0, 0));
}

TEST_HARNESS_MAIN
