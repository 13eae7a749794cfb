// SPDX-License-Identifier: GPL-2.0
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <net/addrconf.h>
#include <net/ip6_route.h>
#include <net/ip_fib.h>
#include <net/ipv6_stubs.h>
#include <net/l3mdev.h>

#include "net.h"
#include "side.h"

static bool matches(const struct gmg_pattern *p, const char *name)
{
	return p->wild ? !strncmp(name, p->name, p->len) :
			 !strcmp(name, p->name);
}

const struct gmg_side *gmg_side_find(const struct gmg_policy *pol,
				     const struct net_device *dev)
{
	u32 i, j;

	if (dev->flags & IFF_LOOPBACK)
		return &pol->local;
	for (i = 0; i < pol->n.sides; i++) {
		const struct gmg_side *side = &pol->sides[i];

		for (j = side->first; j < side->first + side->n; j++)
			if (matches(&pol->patterns[j], dev->name))
				return side;
	}
	return &pol->none;
}

static struct hlist_head *bucket(struct gmg_policy *pol, int ifindex)
{
	return &pol->ifs[ifindex & (ARRAY_SIZE(pol->ifs) - 1)];
}

/* An interface that finds no room is looked up by its name for each packet:
 * dearer, but on its side all the same.
 */
static void add(struct gmg_policy *pol, const struct net_device *dev, gfp_t gfp)
{
	const struct gmg_side *side = gmg_side_find(pol, dev);
	struct gmg_side_if *i;

	if (side == &pol->none)
		return;
	i = side == &pol->local || pol->n_ifs < pol->max_interfaces ?
	    kmalloc(sizeof(*i), gfp) : NULL;
	if (!i) {
		WRITE_ONCE(pol->ifs_refused, pol->ifs_refused + 1);
		net_warn_ratelimited("gmguard: no room for interface %s, its packets cost more\n",
				     dev->name);
		return;
	}
	i->ifindex = dev->ifindex;
	i->side = side;
	hlist_add_head_rcu(&i->node, bucket(pol, dev->ifindex));
	pol->n_ifs += side != &pol->local;
}

static void del(struct gmg_policy *pol, const struct net_device *dev)
{
	struct gmg_side_if *i;

	hlist_for_each_entry(i, bucket(pol, dev->ifindex), node)
		if (i->ifindex == dev->ifindex) {
			hlist_del_rcu(&i->node);
			pol->n_ifs -= i->side != &pol->local;
			kfree_rcu(i, rcu);
			return;
		}
}

/* Without RTNL: an interface that comes, goes or is renamed meanwhile has its
 * notifier waiting for the lock, which then puts it right in @pol.
 */
void gmg_side_resolve(struct gmg_net *gn, struct gmg_policy *pol)
{
	struct net_device *dev;

	lockdep_assert_held(&gn->lock);

	rcu_read_lock();
	for_each_netdev_rcu(gn->net, dev)
		add(pol, dev, GFP_ATOMIC | __GFP_NOWARN);
	rcu_read_unlock();
}

static int notify(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct gmg_net *gn = gmg_net_get(dev_net(dev));
	struct gmg_policy *pol;

	switch (event) {
	case NETDEV_REGISTER:
	case NETDEV_CHANGENAME:
	case NETDEV_UNREGISTER:
		break;
	default:
		return NOTIFY_DONE;
	}

	mutex_lock(&gn->lock);
	pol = gmg_net_policy(gn);
	if (pol) {
		del(pol, dev);
		if (event != NETDEV_UNREGISTER)
			add(pol, dev, GFP_KERNEL);
	}
	mutex_unlock(&gn->lock);
	return NOTIFY_DONE;
}

static struct notifier_block netdev_nb = {
	.notifier_call = notify,
};

int __init gmg_side_init(void)
{
	return register_netdevice_notifier(&netdev_nb);
}

void gmg_side_exit(void)
{
	unregister_netdevice_notifier(&netdev_nb);
}

static bool leads_out(const struct gmg_policy *pol, const struct gmg_side *side,
		      const struct net_device *dev)
{
	return dev && gmg_side_get(pol, dev) == side;
}

static enum gmg_way way4(const struct gmg_policy *pol, struct net *net,
			 const struct gmg_side *side, __be32 src, __be32 dst,
			 const struct net_device *in)
{
	struct flowi4 fl4 = {
		.daddr = src,
		.saddr = dst,
		.flowi4_iif = LOOPBACK_IFINDEX,
		.flowi4_l3mdev = l3mdev_master_ifindex_rcu(in),
		.flowi4_scope = RT_SCOPE_UNIVERSE,
	};
	struct fib_result res;
	unsigned int i;

	if (fib_lookup(net, &fl4, &res, FIB_LOOKUP_IGNORE_LINKSTATE))
		return GMG_WAY_ASTRAY;
	if (res.type == RTN_LOCAL)
		return GMG_WAY_HERE;
	if (res.type != RTN_UNICAST)
		return GMG_WAY_ASTRAY;
	/* as many as the operator gave the route */
	for (i = 0; i < fib_info_num_path(res.fi); i++)
		if (leads_out(pol, side, fib_info_nhc(res.fi, i)->nhc_dev))
			return GMG_WAY_SIDE;
	return GMG_WAY_ASTRAY;
}

static enum gmg_way way6(const struct gmg_policy *pol, struct net *net,
			 const struct gmg_side *side,
			 const struct in6_addr *src, const struct in6_addr *dst,
			 const struct net_device *in)
{
	struct flowi6 fl6 = {
		.daddr = *src,
		.saddr = *dst,
		.flowi6_iif = LOOPBACK_IFINDEX,
		.flowi6_l3mdev = l3mdev_master_ifindex_rcu(in),
	};
	const struct fib6_info *sibling;
	struct fib6_result res = {};

	/* not ip6_route_lookup(), which may allocate a route for its answer */
	if (ipv6_stub->fib6_lookup(net, 0, &fl6, &res, 0) ||
	    IS_ERR_OR_NULL(res.f6i) || res.f6i == net->ipv6.fib6_null_entry)
		return GMG_WAY_ASTRAY;
	if (res.fib6_type == RTN_LOCAL || res.fib6_type == RTN_ANYCAST)
		return GMG_WAY_HERE;
	if (res.fib6_flags & RTF_REJECT || res.fib6_type != RTN_UNICAST)
		return GMG_WAY_ASTRAY;
	if (leads_out(pol, side, res.nh->fib_nh_dev))
		return GMG_WAY_SIDE;
	if (res.f6i->nh)
		return GMG_WAY_ASTRAY;
	/* as many as the operator gave the route */
	list_for_each_entry_rcu(sibling, &res.f6i->fib6_siblings, fib6_siblings)
		if (leads_out(pol, side, sibling->fib6_nh->fib_nh_dev))
			return GMG_WAY_SIDE;
	return GMG_WAY_ASTRAY;
}

enum gmg_way gmg_side_way(const struct gmg_policy *pol, struct net *net,
			  const struct gmg_side *side, u8 family,
			  const union nf_inet_addr *src,
			  const union nf_inet_addr *dst,
			  const struct net_device *in)
{
	return family == NFPROTO_IPV4 ?
	       way4(pol, net, side, src->ip, dst->ip, in) :
	       way6(pol, net, side, &src->in6, &dst->in6, in);
}

/* Link-local addresses count by the interface they came in on, which is not a
 * trusted one where this is asked.
 */
bool gmg_side_inside(const struct gmg_policy *pol, struct net *net, u8 family,
		     const union nf_inet_addr *addr)
{
	const struct net_device *dev;

	if (family == NFPROTO_IPV4)
		dev = __ip_dev_find(net, addr->ip, false);
	else if (ipv6_addr_type(&addr->in6) & IPV6_ADDR_LINKLOCAL)
		dev = NULL;
	else
		dev = ipv6_dev_find(net, &addr->in6, NULL);
	return dev && gmg_side_get(pol, dev)->trust == GMG_TRUST_TRUSTED;
}

bool gmg_side_here6(struct net *net, const struct in6_addr *addr,
		    const struct net_device *in)
{
	bool link = ipv6_addr_type(addr) & IPV6_ADDR_LINKLOCAL;

	return ipv6_chk_addr(net, addr, link ? in : NULL, link);
}
