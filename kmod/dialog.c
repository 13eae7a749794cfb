// SPDX-License-Identifier: GPL-2.0
#include <linux/random.h>
#include <linux/rhashtable.h>
#include <linux/siphash.h>
#include <linux/workqueue.h>

#include "dialog.h"
#include "expiry.h"
#include "net.h"

/* How often those that are over are looked for: until then they only take room. */
#define SWEEP_EVERY (10 * HZ)

/* So many are looked at without a break. */
enum { AT_ONCE = 1024 };

/* @expires: seconds since boot, sleep included; @kind: enum gmg_dialog_kind */
struct dialog {
	struct rhash_head by_key;
	u64 key;
	u32 expires;
	u8 kind;
	bool over;
	struct rcu_head rcu;
};

/* Those of a namespace. @n: how many of each kind there are or are being added; @lost:
 * until when one of privacy may last that found no room; @sweep frees those that are
 * over.
 */
struct gmg_dialogs {
	struct rhashtable by_key;
	siphash_key_t key;
	atomic_t n[GMG_DIALOG_KINDS];
	u32 lost;
	struct delayed_work sweep;
};

static const struct rhashtable_params by_key = {
	.head_offset = offsetof(struct dialog, by_key),
	.key_offset = offsetof(struct dialog, key),
	.key_len = sizeof_field(struct dialog, key),
	.automatic_shrinking = true,
};

static bool is_forgotten(const struct dialog *d)
{
	return gmg_is_past(READ_ONCE(d->expires));
}

u64 gmg_dialog_hash(const struct gmg_net *gn, u64 h, const void *p, size_t len)
{
	siphash_key_t key = gn->dialogs->key;

	key.key[0] ^= h;
	return siphash(p, len, &key);
}

enum gmg_dialog_state gmg_dialog_find(const struct gmg_net *gn, u64 key)
{
	const struct dialog *d = rhashtable_lookup(&gn->dialogs->by_key, &key, by_key);

	if (!d || is_forgotten(d))
		return GMG_DIALOG_GONE;
	return READ_ONCE(d->over) ? GMG_DIALOG_OVER : GMG_DIALOG_OPEN;
}

bool gmg_dialog_full(const struct gmg_net *gn, const struct gmg_policy *pol,
		     enum gmg_dialog_kind kind)
{
	return atomic_read(&gn->dialogs->n[kind]) >= pol->max_pinholes ||
	       (kind == GMG_DIALOG_PRIVACY && !gmg_is_past(READ_ONCE(gn->dialogs->lost)));
}

/* Two CPUs may be at it: one of the two times is as good as the other. */
static void prolong(struct dialog *d, u32 seconds)
{
	u32 at = gmg_now() + seconds;

	if (!READ_ONCE(d->over) && (s32)(at - READ_ONCE(d->expires)) > 0)
		WRITE_ONCE(d->expires, at);
}

static void forget(struct gmg_dialogs *dialogs, struct dialog *d)
{
	if (rhashtable_remove_fast(&dialogs->by_key, &d->by_key, by_key))
		return;
	atomic_dec(&dialogs->n[d->kind]);
	kfree_rcu(d, rcu);
}

void gmg_dialog_keep(struct gmg_net *gn, const struct gmg_policy *pol,
		     enum gmg_dialog_kind kind, u64 key, u32 seconds)
{
	struct gmg_dialogs *dialogs = gn->dialogs;
	struct dialog *d = rhashtable_lookup(&dialogs->by_key, &key, by_key);
	int err = -ENOSPC;

	if (d && !is_forgotten(d)) {
		prolong(d, seconds);
		return;
	}
	if (d)
		forget(dialogs, d);
	if (atomic_inc_return(&dialogs->n[kind]) > pol->max_pinholes)
		goto err_count;
	d = kzalloc(sizeof(*d), GFP_ATOMIC | __GFP_NOWARN);
	if (!d)
		goto err_count;
	d->key = key;
	d->kind = kind;
	d->expires = gmg_now() + seconds;
	err = rhashtable_lookup_insert_fast(&dialogs->by_key, &d->by_key, by_key);
	if (err)
		goto err_free;
	queue_delayed_work(system_power_efficient_wq, &dialogs->sweep, SWEEP_EVERY);
	return;

err_free:
	kfree(d);
err_count:
	atomic_dec(&dialogs->n[kind]);
	/* -EEXIST: another CPU has just added it, for as long */
	if (kind == GMG_DIALOG_PRIVACY && err != -EEXIST)
		WRITE_ONCE(dialogs->lost, gmg_now() + GMG_DIALOG_LOST);
}

void gmg_dialog_end(struct gmg_net *gn, u64 key, u32 seconds)
{
	struct dialog *d = rhashtable_lookup(&gn->dialogs->by_key, &key, by_key);
	u32 at = gmg_now() + seconds;

	if (!d)
		return;
	/* privacy may be asked for again, by another leg of a forked call */
	WRITE_ONCE(d->over, d->kind != GMG_DIALOG_PRIVACY);
	if ((s32)(at - READ_ONCE(d->expires)) < 0)
		WRITE_ONCE(d->expires, at);
}

/* A table that is growing may show one twice, or not at all this time. */
static void sweep(struct work_struct *work)
{
	struct gmg_dialogs *dialogs =
		container_of(to_delayed_work(work), struct gmg_dialogs, sweep);
	struct rhashtable_iter iter;
	struct dialog *d;

	rhashtable_walk_enter(&dialogs->by_key, &iter);
	do {
		u32 n = 0;

		rhashtable_walk_start(&iter);
		while (n++ < AT_ONCE && (d = rhashtable_walk_next(&iter)))
			if (!IS_ERR(d) && is_forgotten(d))
				forget(dialogs, d);
		rhashtable_walk_stop(&iter);
		cond_resched();
	} while (d);
	rhashtable_walk_exit(&iter);
	if (atomic_read(&dialogs->by_key.nelems))
		queue_delayed_work(system_power_efficient_wq, &dialogs->sweep,
				   SWEEP_EVERY);
}

int gmg_dialog_prepare(struct gmg_net *gn)
{
	struct gmg_dialogs *dialogs;
	int err;

	lockdep_assert_held(&gn->lock);
	if (gn->dialogs)
		return 0;
	dialogs = kzalloc(sizeof(*dialogs), GFP_KERNEL_ACCOUNT);
	if (!dialogs)
		return -ENOMEM;
	err = rhashtable_init(&dialogs->by_key, &by_key);
	if (err) {
		kfree(dialogs);
		return err;
	}
	get_random_bytes(&dialogs->key, sizeof(dialogs->key));
	INIT_DELAYED_WORK(&dialogs->sweep, sweep);
	gn->dialogs = dialogs;
	return 0;
}

static void free_dialog(void *p, void *arg)
{
	kfree(p);
}

void gmg_dialog_free(struct gmg_net *gn)
{
	struct gmg_dialogs *dialogs = gn->dialogs;

	if (!dialogs)
		return;
	cancel_delayed_work_sync(&dialogs->sweep);
	rhashtable_free_and_destroy(&dialogs->by_key, free_dialog, NULL);
	kfree(dialogs);
	gn->dialogs = NULL;
}
