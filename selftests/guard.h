/* SPDX-License-Identifier: GPL-2.0 */
/* The fixture of what the guard is asked and shown: one allocation fails, or all from
 * one on.
 */
#ifndef _SELFTESTS_GUARD_H
#define _SELFTESTS_GUARD_H

#include "bed.h"

FIXTURE(guard) {
	struct bed bed;
};

FIXTURE_VARIANT(guard) {
	bool lasting;
};

FIXTURE_VARIANT_ADD(guard, once) {
	.lasting = false,
};

FIXTURE_VARIANT_ADD(guard, lasting) {
	.lasting = true,
};

FIXTURE_SETUP(guard)
{
	lasting = variant->lasting;
	bed_make(_metadata, &self->bed);
}

FIXTURE_TEARDOWN(guard)
{
	bed_unmake(_metadata, &self->bed);
}

static inline void start_set(struct bed *b, const char *text)
{
	client_start(&b->victim, &b->m, GMGUARD_CMD_POLICY_SET, NLM_F_ACK);
	policy_put(&b->m, text);
}

/* A dump that ends well is whole; one that does not says so. */
static inline void dump(struct __test_metadata *_metadata, struct bed *b,
			struct sweep *s, int cmd, int type, const void *data, size_t len)
{
	struct client c = {};
	struct msg want = {};
	int error;

	while (sweep_next(s)) {
		/* a dump that was cut off goes on where the socket is read next */
		client_close(&c);
		ASSERT_EQ(0, client_open(&c));
		client_start(&c, &b->m, cmd, NLM_F_DUMP);
		if (type)
			msg_attr(&b->m, type, data, len);
		if (!want.len) {
			ASSERT_EQ(0, client_ask(&c, &b->m));
			msg_put(&want, c.reply.at, c.reply.len);
		}
		error = answer(s, &c, &b->m);
		if (error) {
			ASSERT_TRUE(s->hit);
			ASSERT_TRUE(is_shortage(error) || error == -EFAULT) {
				TH_LOG("%s, fault %u: error %d", s->name, s->n, error);
			}
			s->refused += s->sent;
			s->unsent += !s->sent;
			continue;
		}
		EXPECT_FALSE(c.intr);
		ASSERT_EQ(want.len, c.reply.len);
		EXPECT_EQ(0, memcmp(want.at, c.reply.at, want.len));
	}
	client_close(&c);
	free(want.at);
	/* what was cut off held the module */
	EXPECT_TRUE(refcnt_becomes(1, 20));
	EXPECT_TRUE(judges(b, true));
}

#endif /* _SELFTESTS_GUARD_H */
