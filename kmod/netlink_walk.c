// SPDX-License-Identifier: GPL-2.0
#include <linux/slab.h>

#include "netlink_walk.h"

static struct rhashtable_iter *iter_of(struct netlink_callback *cb)
{
	return (struct rhashtable_iter *)cb->args[0];
}

int gmg_netlink_walk_start(struct netlink_callback *cb, struct rhashtable *table)
{
	struct rhashtable_iter *iter = kmalloc(sizeof(*iter), GFP_KERNEL);

	if (!iter)
		return -ENOMEM;
	rhashtable_walk_enter(table, iter);
	cb->args[0] = (long)iter;
	cb->seq = 1;
	return 0;
}

int gmg_netlink_walk_done(struct netlink_callback *cb)
{
	struct rhashtable_iter *iter = iter_of(cb);

	if (iter) {
		rhashtable_walk_exit(iter);
		kfree(iter);
	}
	return 0;
}

int gmg_netlink_walk(struct sk_buff *skb, struct netlink_callback *cb, gmg_netlink_put put)
{
	struct rhashtable_iter *iter = iter_of(cb);
	int err = 0, seen = 0;
	const void *obj;

	if (!iter)
		return 0;
	if (rhashtable_walk_start_check(iter) == -EAGAIN)
		cb->seq++;
	for (obj = rhashtable_walk_peek(iter); obj; obj = rhashtable_walk_next(iter)) {
		if (++seen == GMG_WALK_AT_ONCE) {
			seen = 0;
			rhashtable_walk_stop(iter);
			cond_resched();
			if (rhashtable_walk_start_check(iter) == -EAGAIN)
				cb->seq++;
		}
		if (IS_ERR(obj)) {
			cb->seq++;
			continue;
		}
		err = put(skb, cb, obj);
		if (err)
			break;
	}
	rhashtable_walk_stop(iter);
	return err && !skb->len ? err : skb->len;
}
