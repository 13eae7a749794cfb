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

/* The side of an interface; GMG_TRUST_NONE if no side names it. RCU. */
static inline const struct gmg_side *gmg_side_get(const struct gmg_policy *pol,
						  int ifindex)
{
	const struct gmg_side_if *i;

	hlist_for_each_entry_rcu(i, &pol->ifs[ifindex & ((1 << GMG_IF_BITS) - 1)],
				 node)
		if (i->ifindex == ifindex)
			return i->side;
	return &pol->none;
}

/* The way back to @addr, as far as sides go. */
enum gmg_way {
	GMG_WAY_SIDE,	/* leads out by @side */
	GMG_WAY_ASTRAY,	/* leads elsewhere or nowhere */
	GMG_WAY_HERE,	/* is an address of this host */
};

/* Asks routing for the way from this host to @addr. @in: where the packet
 * that bears @addr as its source arrived. RCU, softirq or process context.
 */
enum gmg_way gmg_side_way(const struct gmg_policy *pol, struct net *net,
			  const struct gmg_side *side, u8 family,
			  const union nf_inet_addr *addr,
			  const struct net_device *in);

/* Is @addr, an address of this host, one of an interface on a trusted side?
 * RCU.
 */
bool gmg_side_inside(const struct gmg_policy *pol, struct net *net, u8 family,
		     const union nf_inet_addr *addr);

/* Is @addr an address of this host? RCU. */
bool gmg_side_here(struct net *net, u8 family, const union nf_inet_addr *addr);

/* Puts every interface of @net on its side of a policy not yet published.
 * gmg_net.lock held.
 */
void gmg_side_resolve(struct gmg_net *gn, struct gmg_policy *pol);

int gmg_side_init(void);
void gmg_side_exit(void);

#endif /* _GMG_SIDE_H */
