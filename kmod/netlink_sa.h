/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_NETLINK_SA_H
#define _GMG_NETLINK_SA_H

#include <net/netlink.h>

struct genl_info;
struct gmg_net;
struct gmg_set;
struct netlink_callback;

/* Room enough for one set, IMPI and counters included. */
#define GMG_SA_MSG_SIZE 1024

/* An IMPI of 1 to 255 octets, none of which is NUL; or -EINVAL. */
int gmg_netlink_check_impi(const struct nlattr *attr,
			   struct netlink_ext_ack *extack);

/* A reply to be filled, *@hdr its header; NULL: no memory. */
struct sk_buff *gmg_netlink_reply(struct genl_info *info, u8 cmd, void **hdr);

/* The set that a request names, or an error. gmg_net.lock held. */
struct gmg_set *gmg_netlink_find_set(struct gmg_net *gn, struct genl_info *info);

/* Who @set is of and how it stands, without counters; -EMSGSIZE. gmg_net.lock or
 * rcu_read_lock() held.
 */
int gmg_netlink_put_set(struct sk_buff *skb, const struct gmg_set *set);

/* Before a dump of sets. */
int gmguard_nl_sa_get_start(struct netlink_callback *cb);

#endif /* _GMG_NETLINK_SA_H */
