/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_NETLINK_WALK_H
#define _GMG_NETLINK_WALK_H

#include <linux/netlink.h>
#include <linux/rhashtable.h>

/* Dumps of what is in a hash table, in as many messages as it has elements. The
 * walk lives in cb->args[0] from the start of a dump to its end. A table that is
 * resized meanwhile is walked from its start again, and the reader is told to ask
 * anew.
 */

/* Writes a message about @obj if the filters of the dump let it through; -EMSGSIZE.
 * rcu_read_lock() held.
 */
typedef int (*gmg_netlink_put)(struct sk_buff *skb, struct netlink_callback *cb,
			       const void *obj);

/* So many elements are looked at without a break. */
enum { GMG_WALK_AT_ONCE = 256 };

int gmg_netlink_walk_start(struct netlink_callback *cb, struct rhashtable *table);
int gmg_netlink_walk(struct sk_buff *skb, struct netlink_callback *cb, gmg_netlink_put put);
int gmg_netlink_walk_done(struct netlink_callback *cb);

#endif /* _GMG_NETLINK_WALK_H */
