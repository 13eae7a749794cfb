// SPDX-License-Identifier: GPL-2.0
/* TMPIs through the netlink family: what is refused and why, whom a TMPI stands for,
 * what ends it, limits and events. What packets make of them is in tmpi.sh. Every test
 * has a network namespace of its own.
 *
 * rule: N22 TS 33.220 B.4
 */
#define _GNU_SOURCE
#include "link.h"
#include "module.h"
#include "sa.h"
#include "state.h"
#include "tmpi.h"

#define POLICY								\
	"side access untrusted - gm0; pool access 10.0.0.0/8;"		\
	"pool access 2001:db8:45::/48;"					\
	"endpoint 192.0.2.10 5060 6100 5100,5101;"			\
	"algorithm 1 0;"

#define UE1 "10.45.0.11"
#define UE2 "10.45.0.12"

static const struct set set_of_alice = {
	.ue = UE1, .pcscf = "192.0.2.10", .impi = ALICE,
	.spi_uc = 4001, .spi_us = 4002, .port_uc = 40000, .port_us = 40001,
	.port_pc = 5100, .port_ps = 6100,
	.alg = GMGUARD_ALG_HMAC_SHA_1_96, .ealg = GMGUARD_EALG_NULL,
};

static int ask(struct client *c, int cmd, int flags, const struct binding *b)
{
	struct msg m = {};
	int error;

	binding_put(c, &m, cmd, flags, b);
	error = client_ask(c, &m);
	free(m.at);
	return error;
}

#define NEW(c, ...) ask(c, GMGUARD_CMD_TMPI_NEW, NLM_F_ACK, &(struct binding){ __VA_ARGS__ })
#define GET(c, ...) ask(c, GMGUARD_CMD_TMPI_GET, NLM_F_ACK, &(struct binding){ __VA_ARGS__ })
#define DEL(c, ...) ask(c, GMGUARD_CMD_TMPI_DEL, NLM_F_ACK, &(struct binding){ __VA_ARGS__ })
#define FLUSH(c, ...) ask(c, GMGUARD_CMD_TMPI_FLUSH, NLM_F_ACK, &(struct binding){ __VA_ARGS__ })

/* How many a dump has, or a negative errno. */
static int dump(struct client *c, const struct binding *filter)
{
	return ask(c, GMGUARD_CMD_TMPI_GET, NLM_F_DUMP, filter) ?: (int)c->messages;
}

#define DUMP(c, ...) dump(c, &(struct binding){ __VA_ARGS__ })

/* Is a string of the last reply this one? NULL: it is not there. */
static bool says(const struct client *c, int type, const char *text)
{
	const struct nlattr *a = attr_find(&c->reply, type);

	return text ? a && !strcmp(attr_data(a), text) : !a;
}

/* Is this the address there, of IPv4? */
static bool is_at(const struct client *c, int type, const char *ue)
{
	const struct nlattr *a = attr_find(&c->reply, type);
	struct in_addr addr;

	return inet_pton(AF_INET, ue, &addr) == 1 && a &&
	       a->nla_len == NLA_HDRLEN + sizeof(addr) && !memcmp(attr_data(a), &addr, sizeof(addr));
}

FIXTURE(tmpi) {
	struct client c;
};

FIXTURE_SETUP(tmpi)
{
	NEED_ROOT_AND_MODULE(&self->c);
	ASSERT_EQ(0, policy_set(&self->c, POLICY)) {
		TH_LOG("%s", self->c.text);
	}
}

FIXTURE_TEARDOWN(tmpi)
{
	policy_clear(&self->c);
	EXPECT_EQ(0, info(&self->c, GMGUARD_A_INFO_TMPIS));
	client_close(&self->c);
}

TEST_F(tmpi, refusals)
{
	static const struct {
		int cmd;
		struct binding b;
		int error;
		const char *text;
	} table[] = {
		{ GMGUARD_CMD_TMPI_NEW, { NULL, ALICE, UE1, 0, 60 }, EINVAL, "tmpi must say" },
		{ GMGUARD_CMD_TMPI_NEW, { ONE, NULL, UE1, 0, 60 }, EINVAL, "either spi-ps, or" },
		{ GMGUARD_CMD_TMPI_NEW, { ONE, ALICE, NULL, 0, 60 }, EINVAL, "either spi-ps, or" },
		{ GMGUARD_CMD_TMPI_NEW, { ONE, ALICE, UE1, 0, 0 }, EINVAL, "either spi-ps, or" },
		{ GMGUARD_CMD_TMPI_NEW, { ONE, ALICE, UE1, 5, 60 }, EINVAL, "has no lifetime" },
		{ GMGUARD_CMD_TMPI_NEW, { ONE, NULL, NULL, 5, 0 }, ENOENT, "no set has" },
		{ GMGUARD_CMD_TMPI_NEW, { "a@tmpi.bsf.3gppnetwork.org", ALICE, UE1, 0, 60 }, EINVAL,
		  "32 digits of base64" },
		{ GMGUARD_CMD_TMPI_NEW, { ALICE, ALICE, UE1, 0, 60 }, EINVAL, "32 digits of base64" },
		{ GMGUARD_CMD_TMPI_NEW, { ONE "x", ALICE, UE1, 0, 60 }, EINVAL, "policy" },
		{ GMGUARD_CMD_TMPI_NEW, { ONE, "", UE1, 0, 60 }, EINVAL, "1 to 255 octets" },
		{ GMGUARD_CMD_TMPI_NEW, { ONE, TWO, UE1, 0, 60 }, EINVAL, "not for another TMPI" },
		{ GMGUARD_CMD_TMPI_NEW, { ONE, ALICE, "192.0.2.1", 0, 60 }, EINVAL, "no UE pool" },
		{ GMGUARD_CMD_TMPI_NEW, { ONE, ALICE, "224.0.0.1", 0, 60 }, EINVAL, "unicast" },
		{ GMGUARD_CMD_TMPI_NEW, { ONE, ALICE, "x0a2d00", 0, 60 }, EINVAL, "4 or 16 octets" },
		{ GMGUARD_CMD_TMPI_GET, { .tmpi = NULL }, EINVAL, "either tmpi or impi" },
		{ GMGUARD_CMD_TMPI_GET, { .tmpi = ONE, .impi = ALICE }, EINVAL, "either tmpi or impi" },
		{ GMGUARD_CMD_TMPI_GET, { .ue = UE1 }, EINVAL, "filters are for dumps" },
		{ GMGUARD_CMD_TMPI_GET, { .spi_ps = 1 }, EINVAL, "filters are for dumps" },
		{ GMGUARD_CMD_TMPI_GET, { .tmpi = ONE }, ENOENT, "stands for nobody" },
		{ GMGUARD_CMD_TMPI_GET, { .impi = ALICE }, ENOENT, "no TMPI stands for" },
		{ GMGUARD_CMD_TMPI_GET, { .tmpi = ALICE }, EINVAL, "32 digits of base64" },
		{ GMGUARD_CMD_TMPI_DEL, { .tmpi = NULL }, EINVAL, "either tmpi or impi" },
		{ GMGUARD_CMD_TMPI_DEL, { .tmpi = ONE, .impi = ALICE }, EINVAL, "either tmpi or impi" },
		{ GMGUARD_CMD_TMPI_DEL, { .tmpi = ONE }, ENOENT, "stands for nobody" },
		{ GMGUARD_CMD_TMPI_FLUSH, { .ue = "x00" }, EINVAL, "4 or 16 octets" },
		{ GMGUARD_CMD_TMPI_FLUSH, { .tmpi = ONE }, EINVAL, "Unsupported attribute" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		EXPECT_EQ(-table[i].error, ask(&self->c, table[i].cmd, NLM_F_ACK, &table[i].b)) {
			TH_LOG("row %zu", i);
		}
		EXPECT_NE(NULL, strstr(self->c.text, table[i].text)) {
			TH_LOG("row %zu: %s", i, self->c.text);
		}
	}
	EXPECT_EQ(0, info(&self->c, GMGUARD_A_INFO_TMPIS));
	EXPECT_EQ(-EINVAL, DUMP(&self->c, .tmpi = ALICE));
	EXPECT_EQ(-EINVAL, DUMP(&self->c, .ue = "x00"));
}

TEST_F(tmpi, stands_for)
{
	struct client *c = &self->c;

	ASSERT_EQ(0, NEW(c, ONE, ALICE, UE1, 0, 60)) {
		TH_LOG("%s", c->text);
	}
	ASSERT_EQ(0, GET(c, .tmpi = ONE));
	EXPECT_TRUE(says(c, GMGUARD_A_TMPI_TMPI, ONE));
	EXPECT_TRUE(says(c, GMGUARD_A_TMPI_IMPI, ALICE));
	EXPECT_TRUE(says(c, GMGUARD_A_TMPI_PREVIOUS, NULL));
	EXPECT_EQ(NULL, attr_find(&c->reply, GMGUARD_A_TMPI_SPI_PS));
	EXPECT_GE(60, attr_uint(attr_find(&c->reply, GMGUARD_A_TMPI_LIFETIME)));
	EXPECT_LE(58, attr_uint(attr_find(&c->reply, GMGUARD_A_TMPI_LIFETIME)));
	/* RFC 4282: realms in any case, users not */
	EXPECT_EQ(0, GET(c, .tmpi = "NdfNQvvGWK4SGbs7c17alrZHQXyhEcrW@TMPI.bsf.3GPPnetwork.org"));
	EXPECT_EQ(-ENOENT, GET(c, .tmpi = "ndfNQvvGWK4SGbs7c17alrZHQXyhEcrW" REALM));
	EXPECT_EQ(0, GET(c, .impi = "001010000000001@IMS.mnc001.mcc001.3gppnetwork.ORG"));
	EXPECT_TRUE(says(c, GMGUARD_A_TMPI_IMPI, ALICE));
	EXPECT_EQ(-ENOENT, GET(c, .impi = BOB));
	EXPECT_EQ(1, info(c, GMGUARD_A_INFO_TMPIS));
	EXPECT_EQ(0, DEL(c, .impi = ALICE));
	EXPECT_EQ(-ENOENT, GET(c, .tmpi = ONE));
	EXPECT_EQ(-ENOENT, GET(c, .impi = ALICE));
}

TEST_F(tmpi, octets_without_end)
{
	struct msg m = {};

	client_start(&self->c, &m, GMGUARD_CMD_TMPI_GET, NLM_F_ACK);
	msg_attr(&m, GMGUARD_A_TMPI_TMPI, ONE, GMGUARD_TMPI_LEN);
	EXPECT_EQ(-EINVAL, client_ask(&self->c, &m));
	client_start(&self->c, &m, GMGUARD_CMD_TMPI_GET, NLM_F_ACK);
	msg_attr(&m, GMGUARD_A_TMPI_TMPI, "", 0);
	EXPECT_EQ(-EINVAL, client_ask(&self->c, &m));
	client_start(&self->c, &m, GMGUARD_CMD_TMPI_GET, NLM_F_ACK);
	msg_attr(&m, GMGUARD_A_TMPI_TMPI, "", 1);
	EXPECT_EQ(-EINVAL, client_ask(&self->c, &m));
	free(m.at);
}

/* The one before stands for the IMPI for the grace time, the one before that not. */
TEST_F(tmpi, renewed)
{
	struct client *c = &self->c;

	ASSERT_EQ(0, NEW(c, ONE, ALICE, UE1, 0, 60));
	ASSERT_EQ(0, NEW(c, TWO, ALICE, UE1, 0, 60));
	EXPECT_EQ(1, info(c, GMGUARD_A_INFO_TMPIS));
	ASSERT_EQ(0, GET(c, .tmpi = ONE));
	EXPECT_TRUE(says(c, GMGUARD_A_TMPI_TMPI, TWO));
	EXPECT_TRUE(says(c, GMGUARD_A_TMPI_PREVIOUS, ONE));
	EXPECT_EQ(-EEXIST, NEW(c, ONE, ALICE, UE1, 0, 60));
	EXPECT_NE(NULL, strstr(c->text, "before the one"));
	EXPECT_EQ(-EEXIST, NEW(c, TWO, BOB, UE2, 0, 60));
	EXPECT_NE(NULL, strstr(c->text, "another IMPI"));
	EXPECT_EQ(-EEXIST, NEW(c, ONE, BOB, UE2, 0, 60));
	/* the same again, elsewhere and for longer */
	ASSERT_EQ(0, NEW(c, TWO, ALICE, UE2, 0, 600));
	ASSERT_EQ(0, GET(c, .tmpi = TWO));
	EXPECT_LT(500, attr_uint(attr_find(&c->reply, GMGUARD_A_TMPI_LIFETIME)));
	EXPECT_EQ(1, DUMP(c, .ue = UE2));
	EXPECT_EQ(0, DUMP(c, .ue = UE1));
	EXPECT_TRUE(says(c, GMGUARD_A_TMPI_PREVIOUS, NULL));
	ASSERT_EQ(0, NEW(c, THREE, ALICE, UE1, 0, 60));
	EXPECT_EQ(-ENOENT, GET(c, .tmpi = ONE));
	/* each where the UE was */
	ASSERT_EQ(0, GET(c, .tmpi = TWO));
	EXPECT_TRUE(is_at(c, GMGUARD_A_TMPI_UE, UE1));
	EXPECT_TRUE(is_at(c, GMGUARD_A_TMPI_PREVIOUS_UE, UE2));
	/* ONE is free again */
	EXPECT_EQ(0, NEW(c, ONE, BOB, UE2, 0, 60));
	EXPECT_EQ(2, info(c, GMGUARD_A_INFO_TMPIS));
}

TEST_F(tmpi, of_a_set)
{
	struct client *c = &self->c;
	__s64 spi = sa_new(c, &set_of_alice);

	ASSERT_LT(0, spi);
	ASSERT_EQ(0, sa_establish(c, spi, 600));
	EXPECT_EQ(-EINVAL, NEW(c, ONE, BOB, NULL, spi, 0));
	EXPECT_NE(NULL, strstr(c->text, "another impi"));
	EXPECT_EQ(-EINVAL, NEW(c, ONE, NULL, UE2, spi, 0));
	EXPECT_NE(NULL, strstr(c->text, "another ue"));
	EXPECT_EQ(0, info(c, GMGUARD_A_INFO_TMPIS));
	ASSERT_EQ(0, NEW(c, ONE, ALICE, UE1, spi, 0));
	ASSERT_EQ(0, NEW(c, ONE, NULL, NULL, spi, 0));
	ASSERT_EQ(0, GET(c, .tmpi = ONE));
	EXPECT_TRUE(says(c, GMGUARD_A_TMPI_IMPI, ALICE));
	EXPECT_EQ(spi, attr_uint(attr_find(&c->reply, GMGUARD_A_TMPI_SPI_PS)));
	EXPECT_EQ(NULL, attr_find(&c->reply, GMGUARD_A_TMPI_LIFETIME));
	EXPECT_EQ(1, DUMP(c, .spi_ps = spi));
	EXPECT_EQ(0, DUMP(c, .spi_ps = spi + 1));
	/* deregistered: it has the grace time of the set */
	ASSERT_EQ(0, sa_command(c, GMGUARD_CMD_SA_DEL, spi, GMGUARD_A_SA_GRACE, 0));
	EXPECT_EQ(-ESTALE, NEW(c, TWO, NULL, NULL, spi, 0));
	ASSERT_EQ(0, GET(c, .tmpi = ONE));
	EXPECT_GE(128, attr_uint(attr_find(&c->reply, GMGUARD_A_TMPI_LIFETIME)));
}

/* One of a set that is temporary waits for its registration. */
TEST_F(tmpi, waits)
{
	struct set next = set_of_alice, bobs = set_of_alice;
	struct client *c = &self->c;
	__s64 spi, new, bob;

	spi = sa_new(c, &set_of_alice);
	ASSERT_LT(0, spi);
	EXPECT_EQ(-EINVAL, NEW(c, ONE, BOB, NULL, spi, 0));
	ASSERT_EQ(0, NEW(c, TWO, NULL, NULL, spi, 0));
	ASSERT_EQ(0, NEW(c, ONE, NULL, NULL, spi, 0));
	EXPECT_EQ(0, info(c, GMGUARD_A_INFO_TMPIS));
	EXPECT_EQ(-ENOENT, GET(c, .tmpi = ONE));
	EXPECT_EQ(-ENOENT, GET(c, .impi = ALICE));
	ASSERT_EQ(0, sa_establish(c, spi, 600));
	ASSERT_EQ(0, GET(c, .tmpi = ONE));
	EXPECT_EQ(spi, attr_uint(attr_find(&c->reply, GMGUARD_A_TMPI_SPI_PS)));
	EXPECT_TRUE(says(c, GMGUARD_A_TMPI_PREVIOUS, NULL));
	EXPECT_EQ(1, info(c, GMGUARD_A_INFO_TMPIS));

	/* the next one, which fails; and one that does not */
	next.spi_uc += 10;
	next.spi_us += 10;
	next.port_uc += 10;
	next.port_pc++;
	next.over = spi;
	new = sa_new(c, &next);
	ASSERT_LT(0, new);
	ASSERT_EQ(0, NEW(c, TWO, NULL, NULL, new, 0));
	ASSERT_EQ(0, sa_command(c, GMGUARD_CMD_SA_DEL, new, GMGUARD_A_SA_GRACE, 0));
	EXPECT_EQ(-ESTALE, NEW(c, TWO, NULL, NULL, new, 0));
	EXPECT_EQ(-ESTALE, sa_establish(c, new, 600));
	ASSERT_EQ(0, sa_del(c, new));
	ASSERT_EQ(0, GET(c, .impi = ALICE));
	EXPECT_TRUE(says(c, GMGUARD_A_TMPI_TMPI, ONE));
	EXPECT_EQ(NULL, attr_find(&c->reply, GMGUARD_A_TMPI_LIFETIME));
	new = sa_new(c, &next);
	ASSERT_EQ(0, NEW(c, TWO, NULL, NULL, new, 0));
	ASSERT_EQ(0, sa_establish(c, new, 600));
	ASSERT_EQ(0, GET(c, .tmpi = ONE));
	EXPECT_TRUE(says(c, GMGUARD_A_TMPI_TMPI, TWO));
	EXPECT_TRUE(says(c, GMGUARD_A_TMPI_PREVIOUS, ONE));
	EXPECT_EQ(new, attr_uint(attr_find(&c->reply, GMGUARD_A_TMPI_SPI_PS)));
	/* which the set before does not take with it */
	ASSERT_EQ(0, sa_del(c, spi));
	ASSERT_EQ(0, GET(c, .tmpi = TWO));
	EXPECT_EQ(NULL, attr_find(&c->reply, GMGUARD_A_TMPI_LIFETIME));

	/* who cannot have it any more is registered all the same */
	bobs.impi = BOB;
	bobs.ue = UE2;
	bob = sa_new(c, &bobs);
	ASSERT_LT(0, bob);
	EXPECT_EQ(-EEXIST, NEW(c, TWO, NULL, NULL, bob, 0));
	ASSERT_EQ(0, NEW(c, THREE, NULL, NULL, bob, 0));
	ASSERT_EQ(0, NEW(c, THREE, ALICE, UE1, 0, 60));
	ASSERT_EQ(0, sa_establish(c, bob, 600));
	EXPECT_EQ(GMGUARD_SA_STATE_ESTABLISHED, sa_get(c, bob, GMGUARD_A_SA_STATE));
	ASSERT_EQ(0, GET(c, .tmpi = THREE));
	EXPECT_TRUE(says(c, GMGUARD_A_TMPI_IMPI, ALICE));
}

/* What waits has its room. */
TEST_F(tmpi, waits_in_the_limit)
{
	struct set bobs = set_of_alice;
	struct client *c = &self->c;
	__s64 spi, bob;

	ASSERT_EQ(0, policy_set(c, POLICY "limits - - - - - - 1 - - - -;"));
	bobs.impi = BOB;
	bobs.ue = UE2;
	spi = sa_new(c, &set_of_alice);
	bob = sa_new(c, &bobs);
	ASSERT_LT(0, bob);
	ASSERT_EQ(0, NEW(c, ONE, NULL, NULL, spi, 0));
	EXPECT_EQ(-ENOSPC, NEW(c, TWO, NULL, NULL, bob, 0));
	EXPECT_EQ(-ENOSPC, NEW(c, TWO, BOB, UE2, 0, 60));
	ASSERT_EQ(0, sa_del(c, spi));
	ASSERT_EQ(0, NEW(c, TWO, NULL, NULL, bob, 0));
	ASSERT_EQ(0, sa_establish(c, bob, 600));
	EXPECT_EQ(1, info(c, GMGUARD_A_INFO_TMPIS));
	/* of what is temporary a cleared policy leaves nothing */
	spi = sa_new(c, &set_of_alice);
	ASSERT_EQ(0, DEL(c, .impi = BOB));
	ASSERT_EQ(0, NEW(c, ONE, NULL, NULL, spi, 0));
	ASSERT_EQ(0, policy_clear(c));
	ASSERT_EQ(0, policy_set(c, POLICY "limits - - - - - - 1 - - - -;"));
	EXPECT_EQ(0, NEW(c, TWO, BOB, UE2, 0, 60));
}

/* A state of the binding of @tmpi: 0 it is not there, 1 it lives, 2 it has expired. */
static int life(struct client *c, const char *tmpi)
{
	if (GET(c, .tmpi = tmpi))
		return 0;
	return attr_find(&c->reply, GMGUARD_A_TMPI_EXPIRED) ? 2 : 1;
}

static bool becomes(struct client *c, const char *tmpi, int state)
{
	int i;

	for (i = 0; i < 200; i++) {
		if (life(c, tmpi) == state)
			return true;
		usleep(50000);
	}
	return false;
}

/* By itself, with a set that is deleted, and with one that expires: it has expired for
 * the grace time, and is no more.
 */
TEST_F_TIMEOUT(tmpi, ends, 120)
{
	struct client *c = &self->c;
	__s64 spi;

	ASSERT_EQ(0, policy_set(c, POLICY "lifetimes 240 0 3;"));
	ASSERT_EQ(0, NEW(c, ONE, ALICE, UE1, 0, 1));
	EXPECT_TRUE(becomes(c, ONE, 2));
	EXPECT_TRUE(becomes(c, ONE, 0));

	spi = sa_new(c, &set_of_alice);
	ASSERT_EQ(0, sa_establish(c, spi, 600));
	ASSERT_EQ(0, NEW(c, ONE, NULL, NULL, spi, 0));
	ASSERT_EQ(0, sa_del(c, spi));
	EXPECT_EQ(1, life(c, ONE));
	EXPECT_TRUE(becomes(c, ONE, 2));
	/* what has expired does not come back to life as the one before */
	ASSERT_EQ(0, NEW(c, TWO, ALICE, UE1, 0, 60));
	ASSERT_EQ(0, GET(c, .tmpi = TWO));
	EXPECT_TRUE(says(c, GMGUARD_A_TMPI_PREVIOUS, NULL));
	ASSERT_EQ(0, DEL(c, .tmpi = TWO));

	spi = sa_new(c, &set_of_alice);
	ASSERT_EQ(0, sa_establish(c, spi, 1));
	ASSERT_EQ(0, NEW(c, ONE, NULL, NULL, spi, 0));
	EXPECT_TRUE(becomes(c, ONE, 2));
	EXPECT_TRUE(becomes(c, ONE, 0));
}

/* A set that takes over from another, whose TMPI ends unless there is one of it. */
TEST_F(tmpi, of_the_next_set)
{
	struct set next = set_of_alice;
	struct client *c = &self->c;
	__s64 spi, new;

	spi = sa_new(c, &set_of_alice);
	ASSERT_EQ(0, sa_establish(c, spi, 600));
	ASSERT_EQ(0, NEW(c, ONE, NULL, NULL, spi, 0));
	next.spi_uc += 10;
	next.spi_us += 10;
	next.port_uc += 10;
	next.port_pc++;
	new = sa_new(c, &next);
	ASSERT_LT(0, new) {
		TH_LOG("%s", c->text);
	}
	ASSERT_EQ(0, GET(c, .tmpi = ONE));
	EXPECT_EQ(NULL, attr_find(&c->reply, GMGUARD_A_TMPI_LIFETIME));
	/* SM1 came in clear: the old set is gone */
	ASSERT_EQ(0, sa_establish(c, new, 600));
	ASSERT_EQ(0, GET(c, .tmpi = ONE));
	EXPECT_GE(128, attr_uint(attr_find(&c->reply, GMGUARD_A_TMPI_LIFETIME)));
	ASSERT_EQ(0, NEW(c, TWO, NULL, NULL, new, 0));
	ASSERT_EQ(0, GET(c, .tmpi = ONE));
	EXPECT_TRUE(says(c, GMGUARD_A_TMPI_TMPI, TWO));
	EXPECT_TRUE(says(c, GMGUARD_A_TMPI_PREVIOUS, ONE));
	EXPECT_EQ(NULL, attr_find(&c->reply, GMGUARD_A_TMPI_LIFETIME));
}

/* The @n-th of many. */
static int new_nth(struct client *c, unsigned int n)
{
	char tmpi[GMGUARD_TMPI_LEN + 1], impi[64], ue[32];

	snprintf(tmpi, sizeof(tmpi), "%032u" REALM, n);
	snprintf(impi, sizeof(impi), "%015u@ims.mnc001.mcc001.3gppnetwork.org", n);
	snprintf(ue, sizeof(ue), "10.%u.%u.%u", 46 + (n >> 16), n >> 8 & 255, n & 255);
	return NEW(c, tmpi, impi, ue, 0, 600);
}

TEST_F_TIMEOUT(tmpi, many, 120)
{
	struct client *c = &self->c;
	int i, n = access("/sys/kernel/debug/kmemleak", F_OK) ? 5000 : 500;

	for (i = 0; i < n; i++)
		ASSERT_EQ(0, new_nth(c, i));
	EXPECT_EQ(n, info(c, GMGUARD_A_INFO_TMPIS));
	do
		i = DUMP(c, .tmpi = NULL);
	while (c->intr);
	EXPECT_EQ(n, i);
	EXPECT_EQ(1, DUMP(c, .ue = "10.46.0.7"));
	EXPECT_EQ(0, FLUSH(c, .ue = "10.46.0.7"));
	EXPECT_EQ(n - 1, info(c, GMGUARD_A_INFO_TMPIS));
	EXPECT_EQ(0, FLUSH(c, .ue = "10.99.0.7"));
	EXPECT_EQ(n - 1, info(c, GMGUARD_A_INFO_TMPIS));
	EXPECT_EQ(0, FLUSH(c, .tmpi = NULL));
	EXPECT_EQ(0, info(c, GMGUARD_A_INFO_TMPIS));
	EXPECT_EQ(0, DUMP(c, .tmpi = NULL));
	/* and what a cleared policy takes away */
	for (i = 0; i < n; i++)
		ASSERT_EQ(0, new_nth(c, i));
	ASSERT_EQ(0, policy_clear(c));
	EXPECT_EQ(0, info(c, GMGUARD_A_INFO_TMPIS));
	EXPECT_EQ(-ENOENT, new_nth(c, 0));
	EXPECT_NE(NULL, strstr(c->text, "no policy runs"));
}

/* Renews a TMPI, deletes it, and begins anew, until it is killed. */
static void change(void)
{
	static const char *const tmpis[] = { ONE, TWO, THREE };
	struct client c;
	int i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (client_open(&c))
		_exit(1);
	for (i = 0; ; i++)
		if (i % 8 == 7 ? DEL(&c, .impi = ALICE) :
				 NEW(&c, tmpis[i % 3], ALICE, UE1, 0, 60))
			_exit(2);
}

/* What is read while it is changed is whole, and nothing that was given up is read. */
TEST_F_TIMEOUT(tmpi, read_while_it_changes, 60)
{
	int i, n, status, seen[2] = {};
	struct client *c = &self->c;
	pid_t pid = fork();

	ASSERT_LE(0, pid);
	if (!pid)
		change();
	for (i = 0; i < 100000 && (i < 500 || !seen[0] || !seen[1]); i++) {
		n = DUMP(c, .tmpi = NULL);
		ASSERT_TRUE(n == 0 || n == 1 || c->intr) {
			TH_LOG("%d", n);
		}
		seen[!!n]++;
		if (n == 1)
			ASSERT_TRUE(says(c, GMGUARD_A_TMPI_IMPI, ALICE));
	}
	EXPECT_LT(0, seen[0]);
	EXPECT_LT(0, seen[1]);
	EXPECT_EQ(0, waitpid(pid, &status, WNOHANG));
	kill(pid, SIGKILL);
	EXPECT_EQ(pid, waitpid(pid, &status, 0));
}

/* Who has one needs no room for the next, and room is kept once. */
TEST_F(tmpi, waits_in_its_own_room)
{
	struct set bobs = set_of_alice;
	struct client *c = &self->c;
	__s64 spi, bob;

	ASSERT_EQ(0, policy_set(c, POLICY "limits - - - - - - 2 - - - -;"));
	bobs.impi = BOB;
	bobs.ue = UE2;
	spi = sa_new(c, &set_of_alice);
	bob = sa_new(c, &bobs);
	ASSERT_LT(0, bob);
	ASSERT_EQ(0, NEW(c, ONE, ALICE, UE1, 0, 600));
	ASSERT_EQ(0, NEW(c, TWO, NULL, NULL, spi, 0));
	ASSERT_EQ(0, NEW(c, THREE, NULL, NULL, bob, 0)) {
		TH_LOG("%s", c->text);
	}
	/* what waits is another one now */
	ASSERT_EQ(0, NEW(c, FOUR, NULL, NULL, bob, 0)) {
		TH_LOG("%s", c->text);
	}
	EXPECT_EQ(-ENOSPC, NEW(c, THREE, "carol@ims", UE2, 0, 60));
	ASSERT_EQ(0, sa_establish(c, bob, 600));
	ASSERT_EQ(0, sa_establish(c, spi, 600));
	EXPECT_EQ(0, GET(c, .tmpi = TWO));
	EXPECT_EQ(0, GET(c, .tmpi = FOUR));
	EXPECT_EQ(-ENOENT, GET(c, .tmpi = THREE));
	EXPECT_EQ(2, info(c, GMGUARD_A_INFO_TMPIS));
	/* no room is kept any more */
	ASSERT_EQ(0, DEL(c, .impi = BOB));
	ASSERT_EQ(0, NEW(c, THREE, "carol@ims", UE2, 0, 60));

	/* who waited as the next, and is the first now, has what room there is */
	ASSERT_EQ(0, sa_del(c, spi));
	ASSERT_EQ(0, policy_clear(c));
	ASSERT_EQ(0, policy_set(c, POLICY "limits - - - - - - 1 - - - -;"));
	spi = sa_new(c, &set_of_alice);
	ASSERT_LT(0, spi);
	ASSERT_EQ(0, NEW(c, ONE, ALICE, UE1, 0, 600));
	ASSERT_EQ(0, NEW(c, TWO, NULL, NULL, spi, 0));
	ASSERT_EQ(0, DEL(c, .impi = ALICE));
	ASSERT_EQ(0, NEW(c, THREE, BOB, UE2, 0, 60));
	ASSERT_EQ(0, sa_establish(c, spi, 600));
	EXPECT_EQ(-ENOENT, GET(c, .tmpi = TWO));
	EXPECT_EQ(1, info(c, GMGUARD_A_INFO_TMPIS));
}

/* A registration and one for emergencies of the same user: what the one has the other
 * neither takes nor ends.
 */
TEST_F(tmpi, of_an_emergency)
{
	struct set emergency = set_of_alice;
	struct client *c = &self->c;
	__s64 spi, sos;

	spi = sa_new(c, &set_of_alice);
	ASSERT_EQ(0, NEW(c, ONE, NULL, NULL, spi, 0));
	ASSERT_EQ(0, sa_establish(c, spi, 600));
	emergency.spi_uc += 10;
	emergency.spi_us += 10;
	emergency.port_uc += 10;
	emergency.port_us += 10;
	emergency.port_pc++;
	emergency.emergency = true;
	sos = sa_new(c, &emergency);
	ASSERT_LT(0, sos) {
		TH_LOG("%s", c->text);
	}
	EXPECT_EQ(-EINVAL, NEW(c, TWO, NULL, NULL, sos, 0));
	EXPECT_NE(NULL, strstr(c->text, "emergency"));
	ASSERT_EQ(0, sa_establish(c, sos, 600));
	EXPECT_EQ(-EINVAL, NEW(c, TWO, NULL, NULL, sos, 0));
	ASSERT_EQ(0, sa_del(c, sos));
	ASSERT_EQ(0, GET(c, .tmpi = ONE));
	EXPECT_EQ(NULL, attr_find(&c->reply, GMGUARD_A_TMPI_LIFETIME));
	EXPECT_EQ(NULL, attr_find(&c->reply, GMGUARD_A_TMPI_EXPIRED));
	EXPECT_EQ(spi, attr_uint(attr_find(&c->reply, GMGUARD_A_TMPI_SPI_PS)));
}

TEST_F(tmpi, limit)
{
	struct client *c = &self->c;

	ASSERT_EQ(0, policy_set(c, POLICY "limits - - - - - - 1 - - - -;"));
	ASSERT_EQ(0, NEW(c, ONE, ALICE, UE1, 0, 60));
	EXPECT_EQ(-ENOSPC, NEW(c, TWO, BOB, UE2, 0, 60));
	EXPECT_NE(NULL, strstr(c->text, "limits: tmpi"));
	/* who has one may have another */
	EXPECT_EQ(0, NEW(c, TWO, ALICE, UE1, 0, 60));
	EXPECT_EQ(0, DEL(c, .tmpi = TWO));
	EXPECT_EQ(0, NEW(c, TWO, BOB, UE2, 0, 60));
	EXPECT_EQ(0, DEL(c, .tmpi = TWO));
	ASSERT_EQ(0, policy_set(c, POLICY "limits - - - - - - 0 - - - -;"));
	EXPECT_EQ(-ENOSPC, NEW(c, ONE, ALICE, UE1, 0, 60));
}

/* The next change of a TMPI that is told, or -1. */
static int told(struct client *listener, struct msg *m)
{
	int i;

	for (i = 0; i < 200; i++) {
		if (notification(listener, m, MSG_DONTWAIT) == GMGUARD_CMD_TMPI_NTF)
			return attr_uint(attr_find(m, GMGUARD_A_TMPI_CHANGE));
		usleep(50000);
	}
	return -1;
}

TEST_F_TIMEOUT(tmpi, events, 60)
{
	struct client listener, *c = &self->c;
	struct msg m = {};
	__s64 spi;

	ASSERT_EQ(0, policy_set(c, POLICY "lifetimes 240 0 1;"));
	ASSERT_EQ(0, client_open(&listener));
	ASSERT_EQ(0, join_events(&listener));
	ASSERT_EQ(0, NEW(c, ONE, BOB, UE2, 0, 600));
	EXPECT_EQ(GMGUARD_TMPI_CHANGE_NEW, told(&listener, &m));
	EXPECT_STREQ(ONE, attr_data(attr_find(&m, GMGUARD_A_TMPI_TMPI)));
	EXPECT_STREQ(BOB, attr_data(attr_find(&m, GMGUARD_A_TMPI_IMPI)));
	ASSERT_EQ(0, NEW(c, TWO, BOB, UE2, 0, 600));
	EXPECT_EQ(GMGUARD_TMPI_CHANGE_RENEWED, told(&listener, &m));
	EXPECT_STREQ(ONE, attr_data(attr_find(&m, GMGUARD_A_TMPI_PREVIOUS)));
	ASSERT_EQ(0, DEL(c, .impi = BOB));
	EXPECT_EQ(GMGUARD_TMPI_CHANGE_DELETED, told(&listener, &m));
	spi = sa_new(c, &set_of_alice);
	ASSERT_EQ(0, sa_establish(c, spi, 600));
	ASSERT_EQ(0, NEW(c, THREE, NULL, NULL, spi, 0));
	EXPECT_EQ(GMGUARD_TMPI_CHANGE_NEW, told(&listener, &m));
	ASSERT_EQ(0, sa_del(c, spi));
	EXPECT_EQ(GMGUARD_TMPI_CHANGE_ENDING, told(&listener, &m));
	EXPECT_EQ(GMGUARD_TMPI_CHANGE_EXPIRED, told(&listener, &m));
	free(m.at);
	client_close(&listener);
}

TEST_HARNESS_MAIN
