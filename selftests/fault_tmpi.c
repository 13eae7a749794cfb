// SPDX-License-Identifier: GPL-2.0
/* Fault injection: TMPIs come, wait for sets, follow each other, are asked for and go, each
 * time with another allocation that fails (sweep.h). A TMPI stands for its IMPI or not at
 * all.
 */
#define _GNU_SOURCE
#include "guard.h"
#include "tmpi.h"

#define LASTS 4000000000U

static int ask(struct bed *b, int cmd, const struct binding *x)
{
	binding_put(&b->c, &b->m, cmd, NLM_F_ACK, x);
	return client_ask(&b->c, &b->m);
}

static bool stands(struct bed *b, const char *tmpi)
{
	return !ask(b, GMGUARD_CMD_TMPI_GET, &(struct binding){ .tmpi = tmpi });
}

/* Which TMPI Alice has before the request, NULL: none; the request is for @tmpi. */
static void sweep_new(struct __test_metadata *_metadata, struct bed *b, struct sweep *s,
		      const char *before, const char *tmpi)
{
	const struct binding first = { before, ALICE, UE4, 0, LASTS };
	const struct binding next = { tmpi, ALICE, UE6, 0, LASTS };
	const struct binding at_next = { .ue = UE6 };
	enum outcome o;
	bool done;

	while (sweep_next(s)) {
		ASSERT_EQ(0, ask(b, GMGUARD_CMD_TMPI_FLUSH, &(struct binding){ .tmpi = NULL }));
		if (before)
			ASSERT_EQ(0, ask(b, GMGUARD_CMD_TMPI_NEW, &first));
		binding_put(&b->victim, &b->m, GMGUARD_CMD_TMPI_NEW, NLM_F_ACK, &next);
		o = try(s, &b->victim, &b->m);
		binding_put(&b->c, &b->m, GMGUARD_CMD_TMPI_GET, NLM_F_DUMP, &at_next);
		ASSERT_EQ(0, client_ask(&b->c, &b->m));
		done = b->c.messages == 1;
		switch (known(s, o, done)) {
		case DONE:
			EXPECT_TRUE(done);
			EXPECT_TRUE(stands(b, tmpi));
			EXPECT_EQ(1, info(&b->c, GMGUARD_A_INFO_TMPIS));
			break;
		case REFUSED:
		case UNSENT:
			EXPECT_FALSE(done);
			EXPECT_EQ(!!before, info(&b->c, GMGUARD_A_INFO_TMPIS));
			EXPECT_EQ(before && !strcmp(before, tmpi), stands(b, tmpi));
			break;
		default:
			ASSERT_TRUE(false);
		}
		if (before)
			EXPECT_TRUE(stands(b, before));
	}
	sweep_end(s, 3);
}

TEST_F_TIMEOUT(guard, tmpi_new, 300)
{
	struct sweep first = { .name = "tmpi-new" }, next = { .name = "tmpi-new-next" };
	struct sweep again = { .name = "tmpi-new-again" };
	struct bed *b = &self->bed;
	struct client events;

	/* who hears of it has it told */
	ASSERT_EQ(0, client_open(&events));
	ASSERT_EQ(0, join_events(&events));
	ASSERT_EQ(0, policy_set(&b->c, POLICY));
	sweep_new(_metadata, b, &first, NULL, ONE);
	sweep_new(_metadata, b, &next, ONE, TWO);
	sweep_new(_metadata, b, &again, ONE, ONE);
	client_close(&events);
}

TEST_F_TIMEOUT(guard, tmpi_get, 300)
{
	struct sweep one = { .name = "tmpi-get" };
	struct bed *b = &self->bed;
	char tmpi[GMGUARD_TMPI_LEN + 1], impi[32];
	int i;

	ASSERT_EQ(0, policy_set(&b->c, POLICY));
	for (i = 0; i < 30; i++) {
		snprintf(tmpi, sizeof(tmpi), "%032u" REALM, i);
		snprintf(impi, sizeof(impi), "%d@ims", i);
		ASSERT_EQ(0, ask(b, GMGUARD_CMD_TMPI_NEW,
				 &(struct binding){ tmpi, impi, UE4, 0, LASTS }));
	}
	binding_put(&b->victim, &b->m, GMGUARD_CMD_TMPI_GET, NLM_F_ACK,
		    &(struct binding){ .tmpi = tmpi });
	while (sweep_next(&one)) {
		ASSERT_NE(WRONG, try(&one, &b->victim, &b->m));
		EXPECT_GE(1, b->victim.messages);
	}
	EXPECT_EQ(1, b->victim.messages);
	sweep_end(&one, 4);
	binding_put(&b->victim, &b->m, GMGUARD_CMD_TMPI_DEL, NLM_F_ACK,
		    &(struct binding){ .tmpi = tmpi });
	EXPECT_EQ(0, client_ask(&b->victim, &b->m));
	EXPECT_EQ(29, info(&b->c, GMGUARD_A_INFO_TMPIS));
}

/* A set of the UE, of many. */
static struct set set_of(const char *impi, unsigned int n)
{
	return (struct set){
		.ue = UE4, .pcscf = EP4, .impi = impi,
		.spi_uc = 4001 + 2 * n, .spi_us = 4002 + 2 * n,
		.port_uc = 40000 + 2 * n, .port_us = 40001 + 2 * n,
		.port_pc = 5100, .port_ps = 6100,
		.alg = GMGUARD_ALG_HMAC_SHA_1_96, .ealg = GMGUARD_EALG_NULL,
	};
}

/* A temporary set of Alice, and nothing else. */
static __s64 begin_set(struct bed *b)
{
	const struct set set = set_of(ALICE, 0);

	if (sa_command(&b->c, GMGUARD_CMD_SA_FLUSH, 0, 0, 0) ||
	    ask(b, GMGUARD_CMD_TMPI_FLUSH, &(struct binding){ .tmpi = NULL }))
		return -1;
	return sa_new(&b->c, &set);
}

/* It is done, or was refused or never sent. */
static void settled(struct __test_metadata *_metadata, enum outcome o, bool done)
{
	ASSERT_TRUE(o == DONE || o == REFUSED || o == UNSENT);
	EXPECT_EQ(o == DONE, done);
}

/* What is said of a temporary set waits for it, or not. */
static void sweep_waiting(struct __test_metadata *_metadata, struct bed *b, struct sweep *s)
{
	enum outcome o;
	__s64 spi;
	bool done;

	while (sweep_next(s)) {
		spi = begin_set(b);
		ASSERT_LT(0, spi);
		binding_put(&b->victim, &b->m, GMGUARD_CMD_TMPI_NEW, NLM_F_ACK,
			    &(struct binding){ .tmpi = ONE, .spi_ps = spi });
		o = try(s, &b->victim, &b->m);
		EXPECT_FALSE(stands(b, ONE));
		ASSERT_EQ(0, sa_establish(&b->c, spi, 600));
		done = stands(b, ONE);
		settled(_metadata, known(s, o, done), done);
	}
	sweep_end(s, 2);
}

/* With the set is established what waits for it, or neither, and then both. */
static void sweep_establish(struct __test_metadata *_metadata, struct bed *b, struct sweep *s)
{
	enum outcome o;
	__s64 spi;
	bool done;

	while (sweep_next(s)) {
		spi = begin_set(b);
		ASSERT_LT(0, spi);
		ASSERT_EQ(0, ask(b, GMGUARD_CMD_TMPI_NEW,
				 &(struct binding){ .tmpi = ONE, .spi_ps = spi }));
		client_start(&b->victim, &b->m, GMGUARD_CMD_SA_ESTABLISH, NLM_F_ACK);
		msg_u32(&b->m, GMGUARD_A_SA_SPI_PS, spi);
		msg_u32(&b->m, GMGUARD_A_SA_LIFETIME, 600);
		o = try(s, &b->victim, &b->m);
		done = sa_get(&b->c, spi, GMGUARD_A_SA_STATE) == GMGUARD_SA_STATE_ESTABLISHED;
		settled(_metadata, known(s, o, done), done);
		EXPECT_EQ(done, stands(b, ONE));
		ASSERT_EQ(0, sa_establish(&b->c, spi, 600));
		EXPECT_TRUE(stands(b, ONE));
	}
	sweep_end(s, 4);
}

TEST_F_TIMEOUT(guard, tmpi_waits, 300)
{
	struct sweep new = { .name = "tmpi-new-waiting" };
	struct sweep establish = { .name = "tmpi-sa-establish" };
	struct bed *b = &self->bed;
	struct client events;

	ASSERT_EQ(0, client_open(&events));
	ASSERT_EQ(0, join_events(&events));
	ASSERT_EQ(0, policy_set(&b->c, POLICY ";algorithm 1 0"));
	sweep_waiting(_metadata, b, &new);
	sweep_establish(_metadata, b, &establish);
	client_close(&events);
}

/* Of two users one is taken away, by name or by a filter; the other stays. */
static void sweep_end_one(struct __test_metadata *_metadata, struct bed *b, struct sweep *s,
			  int cmd, const struct binding *which)
{
	const struct binding one = { ONE, ALICE, UE4, 0, LASTS }, two = { TWO, BOB, UE6, 0, LASTS };
	enum outcome o;
	bool done;

	while (sweep_next(s)) {
		ASSERT_EQ(0, ask(b, GMGUARD_CMD_TMPI_FLUSH, &(struct binding){ .tmpi = NULL }));
		ASSERT_EQ(0, ask(b, GMGUARD_CMD_TMPI_NEW, &one));
		ASSERT_EQ(0, ask(b, GMGUARD_CMD_TMPI_NEW, &two));
		binding_put(&b->victim, &b->m, cmd, NLM_F_ACK, which);
		o = try(s, &b->victim, &b->m);
		done = !stands(b, ONE);
		settled(_metadata, known(s, o, done), done);
		EXPECT_TRUE(stands(b, TWO));
		EXPECT_EQ(done ? 1 : 2, info(&b->c, GMGUARD_A_INFO_TMPIS));
	}
	sweep_end(s, 3);
}

TEST_F_TIMEOUT(guard, tmpi_end, 300)
{
	struct sweep del = { .name = "tmpi-del" }, flush = { .name = "tmpi-flush" };
	struct bed *b = &self->bed;
	struct client events;

	ASSERT_EQ(0, client_open(&events));
	ASSERT_EQ(0, join_events(&events));
	ASSERT_EQ(0, policy_set(&b->c, POLICY));
	sweep_end_one(_metadata, b, &del, GMGUARD_CMD_TMPI_DEL, &(struct binding){ .tmpi = ONE });
	sweep_end_one(_metadata, b, &flush, GMGUARD_CMD_TMPI_FLUSH,
		      &(struct binding){ .ue = UE4 });
	client_close(&events);
}

/* Those of sets, which say no time, so that each dump is as the one before. */
TEST_F_TIMEOUT(guard, tmpi_dump, 300)
{
	struct sweep all = { .name = "tmpi-dump" }, some = { .name = "tmpi-dump-impi" };
	struct bed *b = &self->bed;
	char tmpi[GMGUARD_TMPI_LEN + 1], impi[32] = "";
	struct set set;
	__s64 spi;
	int i;

	ASSERT_EQ(0, policy_set(&b->c, POLICY ";algorithm 1 0"));
	for (i = 0; i < 30; i++) {
		snprintf(tmpi, sizeof(tmpi), "%032u" REALM, i);
		snprintf(impi, sizeof(impi), "%d@ims", i);
		set = set_of(impi, i);
		spi = sa_new(&b->c, &set);
		ASSERT_LT(0, spi) {
			TH_LOG("%s", b->c.text);
		}
		ASSERT_EQ(0, ask(b, GMGUARD_CMD_TMPI_NEW,
				 &(struct binding){ .tmpi = tmpi, .spi_ps = spi }));
		ASSERT_EQ(0, sa_establish(&b->c, spi, 6000));
	}
	dump(_metadata, b, &all, GMGUARD_CMD_TMPI_GET, 0, NULL, 0);
	sweep_end(&all, 10);
	dump(_metadata, b, &some, GMGUARD_CMD_TMPI_GET, GMGUARD_A_TMPI_IMPI, impi,
	     strlen(impi) + 1);
	sweep_end(&some, 6);
	EXPECT_EQ(30, info(&b->c, GMGUARD_A_INFO_TMPIS));
}

TEST_HARNESS_MAIN
