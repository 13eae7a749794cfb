// SPDX-License-Identifier: GPL-2.0
/* Fault injection: TMPIs come, follow each other, are asked for and go, each time with
 * another allocation that fails (sweep.h). A TMPI stands for its IMPI or not at all.
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

TEST_HARNESS_MAIN
