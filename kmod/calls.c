// SPDX-License-Identifier: GPL-2.0
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "calls.h"
#include "expiry.h"

/* A call is three at most, one more of each fork: there is room for ten at once. */
enum { CALLS = 32 };

/* @expires: a gmg_now(); until then it is taken */
struct call {
	u64 key;
	u32 expires;
	bool over;
};

/* @lost: until when one may last that found no room; @lock: held by whoever looks at
 * @call or changes it
 */
struct gmg_calls {
	refcount_t ref;
	spinlock_t lock;	/* of one UE: nobody waits for long */
	u32 lost;
	struct call call[CALLS];
};

struct gmg_calls *gmg_calls_alloc(void)
{
	struct gmg_calls *calls = kzalloc(sizeof(*calls), GFP_KERNEL_ACCOUNT);

	if (!calls)
		return NULL;
	refcount_set(&calls->ref, 1);
	spin_lock_init(&calls->lock);
	return calls;
}

struct gmg_calls *gmg_calls_get(struct gmg_calls *calls)
{
	refcount_inc(&calls->ref);
	return calls;
}

void gmg_calls_put(struct gmg_calls *calls)
{
	if (refcount_dec_and_test(&calls->ref))
		kfree(calls);
}

static struct call *lookup(struct gmg_calls *calls, u64 key)
{
	struct call *c;

	lockdep_assert_held(&calls->lock);
	for (c = calls->call; c < calls->call + CALLS; c++)
		if (c->key == key && !gmg_is_past(c->expires))
			return c;
	return NULL;
}

static struct call *take(struct gmg_calls *calls, u64 key)
{
	struct call *c;

	lockdep_assert_held(&calls->lock);
	for (c = calls->call; c < calls->call + CALLS; c++)
		if (gmg_is_past(c->expires)) {
			*c = (struct call){ .key = key };
			return c;
		}
	return NULL;
}

enum gmg_dialog_state gmg_calls_find(struct gmg_calls *calls, u64 key)
{
	enum gmg_dialog_state state = GMG_DIALOG_GONE;
	const struct call *c;

	spin_lock_bh(&calls->lock);
	c = lookup(calls, key);
	if (c)
		state = c->over ? GMG_DIALOG_OVER : GMG_DIALOG_OPEN;
	spin_unlock_bh(&calls->lock);
	return state;
}

void gmg_calls_keep(struct gmg_calls *calls, u64 key, u32 seconds)
{
	u32 now = gmg_now();
	struct call *c;

	spin_lock_bh(&calls->lock);
	c = lookup(calls, key) ?: take(calls, key);
	if (!c)
		WRITE_ONCE(calls->lost, now + GMG_DIALOG_LOST);
	else if (!c->over && (s32)(now + seconds - c->expires) > 0)
		c->expires = now + seconds;
	spin_unlock_bh(&calls->lock);
}

void gmg_calls_end(struct gmg_calls *calls, u64 key, u32 seconds)
{
	u32 at = gmg_now() + seconds;
	struct call *c;

	spin_lock_bh(&calls->lock);
	c = lookup(calls, key);
	if (c) {
		c->over = true;
		if ((s32)(at - c->expires) < 0)
			c->expires = at;
	}
	spin_unlock_bh(&calls->lock);
}

bool gmg_calls_lost(const struct gmg_calls *calls)
{
	return !gmg_is_past(READ_ONCE(calls->lost));
}
