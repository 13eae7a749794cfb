/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_SIDE_H
#define _GMG_SIDE_H

#include "policy.h"

struct gmg_net;
struct net;
struct net_device;

/* An interface that is on a side, in gmg_policy.ifs. */
struct gmg_side_if {
	struct hlist_node node;
	int ifindex;
	const struct gmg_side *side;
	struct rcu_head rcu;
};

/* The side whose patterns name the interface, or that of none or of loopback.
 * Compares names; for interfaces that found no room in the table.
 */
const struct gmg_side *gmg_side_find(const struct gmg_policy *pol,
				     const struct net_device *dev);

/* The side of an interface in the table, or that of none. RCU. */
static inline const struct gmg_side *gmg_side_lookup(const struct gmg_policy *pol,
						     const struct net_device *dev)
{
	const struct gmg_side_if *i;
	int ifindex = dev->ifindex;

	hlist_for_each_entry_rcu(i, &pol->ifs[ifindex & ((1 << GMG_IF_BITS) - 1)],
				 node)
		if (i->ifindex == ifindex)
			return i->side;
	return &pol->none;
}

/* The side of an interface; GMG_TRUST_NONE if no side names it. RCU. */
static inline const struct gmg_side *gmg_side_get(const struct gmg_policy *pol,
						  const struct net_device *dev)
{
	const struct gmg_side *side = gmg_side_lookup(pol, dev);

	return side == &pol->none && READ_ONCE(pol->ifs_refused) ?
	       gmg_side_find(pol, dev) : side;
}

/* The way back to @addr, as far as sides go. */
enum gmg_way {
	GMG_WAY_SIDE,	/* leads out by @side */
	GMG_WAY_ASTRAY,	/* leads elsewhere or nowhere */
	GMG_WAY_HERE,	/* is an address of this host */
};

/* Asks routing for the way of an answer from @dst to @src, the addresses of a
 * packet that arrived by @in. RCU, softirq or process context.
 */
enum gmg_way gmg_side_way(const struct gmg_policy *pol, struct net *net,
			  const struct gmg_side *side, u8 family,
			  const union nf_inet_addr *src,
			  const union nf_inet_addr *dst,
			  const struct net_device *in);

/* Is @addr, an address of this host, one of an interface on a trusted side?
 * RCU.
 */
bool gmg_side_inside(const struct gmg_policy *pol, struct net *net, u8 family,
		     const union nf_inet_addr *addr);

/* Is @addr an IPv6 address of this host, link-local ones on @in? RCU. IPv4
 * itself takes no packet with a source of its own (RFC 1812 5.3.8).
 */
bool gmg_side_here6(struct net *net, const struct in6_addr *addr,
		    const struct net_device *in);

/* Puts every interface of @net on its side of a policy not yet published.
 * gmg_net.lock held.
 */
void gmg_side_resolve(struct gmg_net *gn, struct gmg_policy *pol);

int gmg_side_init(void);
void gmg_side_exit(void);

#endif /* _GMG_SIDE_H */
