/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_EXPIRY_H
#define _GMG_EXPIRY_H

#include <linux/timekeeping.h>
#include <linux/timerqueue.h>
#include <linux/workqueue.h>

struct gmg_net;

/* So many end in one go; gmg_net.lock, which interfaces need, is free in between. */
enum { GMG_ENDS_AT_ONCE = 256 };

/* Seconds since boot, sleep included, as all times of what ends by itself are. */
static inline u32 gmg_now(void)
{
	return ktime_get_boottime_seconds();
}

/* Is it, or was it, the time of such seconds? Of times less than 68 years away. */
static inline bool gmg_is_past(u32 at)
{
	return (s32)(at - gmg_now()) <= 0;
}

/**
 * struct gmg_expiry - what ends when its time is over
 * @queue: of nodes whose .expires is a gmg_now(), in order (gmg_net.lock)
 * @work:  wakes up for the first of them
 * @end:   is called for one whose time is over, and takes it off or moves it;
 *         gmg_net.lock held
 */
struct gmg_expiry {
	struct timerqueue_head queue;
	struct delayed_work work;
	struct gmg_net *gn;
	void (*end)(struct gmg_net *gn, struct timerqueue_node *node);
};

/* Of these all but the first and the last: gmg_net.lock held. */
void gmg_expiry_init(struct gmg_expiry *e, struct gmg_net *gn,
		     void (*end)(struct gmg_net *gn, struct timerqueue_node *node));

/* Is it on its way to its end? */
static inline bool gmg_expiry_runs(const struct timerqueue_node *node)
{
	return !RB_EMPTY_NODE(&node->node);
}

/* Lets the time of @node run, to node->expires. */
void gmg_expiry_start(struct gmg_expiry *e, struct timerqueue_node *node);

/* The same to @at, whether it ran or not. */
void gmg_expiry_move(struct gmg_expiry *e, struct timerqueue_node *node, s64 at);

/* It has no end any more. */
void gmg_expiry_stop(struct gmg_expiry *e, struct timerqueue_node *node);

/* Who ends first, or NULL. */
struct timerqueue_node *gmg_expiry_next(struct gmg_expiry *e);

/* Nobody else comes any more. */
void gmg_expiry_cancel(struct gmg_expiry *e);

#endif /* _GMG_EXPIRY_H */
