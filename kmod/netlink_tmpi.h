/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_NETLINK_TMPI_H
#define _GMG_NETLINK_TMPI_H

#include <net/netlink.h>

struct gmg_binding;
struct gmg_net;
struct netlink_callback;

/* What stands for whom, and for how long; -EMSGSIZE. gmg_net.lock or rcu_read_lock()
 * held.
 */
int gmg_netlink_put_binding(struct sk_buff *skb, const struct gmg_net *gn,
			    const struct gmg_binding *b);

/* Before a dump of TMPIs. */
int gmguard_nl_tmpi_get_start(struct netlink_callback *cb);

#endif /* _GMG_NETLINK_TMPI_H */
