// SPDX-License-Identifier: GPL-2.0
#include "expiry.h"
#include "net.h"

/* Jiffies that are left. */
static unsigned long delay(const struct timerqueue_node *node)
{
	s64 left = READ_ONCE(node->expires) - gmg_now();

	return (unsigned long)clamp_t(s64, left, 0, U32_MAX) * HZ;
}

static void wake(struct gmg_expiry *e, const struct timerqueue_node *node)
{
	mod_delayed_work(system_power_efficient_wq, &e->work, delay(node));
}

/* Whoever ends first sets the clock. */
void gmg_expiry_start(struct gmg_expiry *e, struct timerqueue_node *node)
{
	lockdep_assert_held(&e->gn->lock);
	if (timerqueue_add(&e->queue, node))
		wake(e, node);
}

void gmg_expiry_move(struct gmg_expiry *e, struct timerqueue_node *node, s64 at)
{
	gmg_expiry_stop(e, node);
	WRITE_ONCE(node->expires, at);
	gmg_expiry_start(e, node);
}

void gmg_expiry_stop(struct gmg_expiry *e, struct timerqueue_node *node)
{
	lockdep_assert_held(&e->gn->lock);
	if (gmg_expiry_runs(node))
		timerqueue_del(&e->queue, node);
}

struct timerqueue_node *gmg_expiry_next(struct gmg_expiry *e)
{
	lockdep_assert_held(&e->gn->lock);
	return timerqueue_getnext(&e->queue);
}

static void do_ends(struct work_struct *w)
{
	struct gmg_expiry *e = container_of(to_delayed_work(w), struct gmg_expiry, work);
	struct timerqueue_node *node;
	int n;

	mutex_lock(&e->gn->lock);
	for (n = 0; (node = gmg_expiry_next(e)); n++) {
		if (delay(node) || n == GMG_ENDS_AT_ONCE) {
			wake(e, node);
			break;
		}
		e->end(e->gn, node);
	}
	mutex_unlock(&e->gn->lock);
}

void gmg_expiry_init(struct gmg_expiry *e, struct gmg_net *gn,
		     void (*end)(struct gmg_net *gn, struct timerqueue_node *node))
{
	timerqueue_init_head(&e->queue);
	INIT_DELAYED_WORK(&e->work, do_ends);
	e->gn = gn;
	e->end = end;
}

void gmg_expiry_cancel(struct gmg_expiry *e)
{
	cancel_delayed_work_sync(&e->work);
}
