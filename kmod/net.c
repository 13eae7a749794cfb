// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <net/netfilter/ipv4/nf_defrag_ipv4.h>
#include <net/netfilter/ipv6/nf_defrag_ipv6.h>
#include <net/netns/generic.h>

#include "dialog.h"
#include "esp.h"
#include "event.h"
#include "flood.h"
#include "hook.h"
#include "net.h"
#include "port.h"
#include "refusal.h"
#include "sa.h"
#include "side.h"
#include "stats.h"
#include "stream.h"
#include "tmpi.h"

/**
 * DOC: Locking
 *
 * gmg_net.lock (mutex, one per network namespace) serialises whatever changes
 * the policy, its interface table, the counter slots and the hooks. It is
 * taken in netlink handlers and, inside RTNL, in the netdevice notifier; so
 * RTNL is never taken inside it, and nobody holds it for long. Outside of it,
 * gmg_net.change lets one policy be set or cleared at a time.
 *
 * Packets hold nothing but rcu_read_lock(), and so do dumps of sets. A policy
 * is complete before rcu_assign_pointer() shows it and freed after a grace
 * period; only its interface table changes while it runs, by the RCU list rules.
 *
 * A namespace with a policy holds a reference to the module, so that the
 * hooks cannot outlive their text; the reference goes with the policy or with
 * the namespace.
 */

static unsigned int gmg_net_id;

struct gmg_net *gmg_net_get(const struct net *net)
{
	return net_generic(net, gmg_net_id);
}

/* Reassembly comes before our hooks, so that ports are there to be judged. */
static int hook_up(struct gmg_net *gn, struct netlink_ext_ack *extack)
{
	int err;

	err = nf_defrag_ipv4_enable(gn->net);
	if (err)
		goto err_out;
	err = nf_defrag_ipv6_enable(gn->net);
	if (err)
		goto err_defrag4;
	err = nf_register_net_hooks(gn->net, gn->ops, ARRAY_SIZE(gn->ops));
	if (err)
		goto err_defrag6;
	return 0;

err_defrag6:
	nf_defrag_ipv6_disable(gn->net);
err_defrag4:
	nf_defrag_ipv4_disable(gn->net);
err_out:
	return gmg_refuse(extack, NULL, err,
			  "cannot register the netfilter hooks of this namespace");
}

static void unhook(struct gmg_net *gn)
{
	nf_unregister_net_hooks(gn->net, gn->ops, ARRAY_SIZE(gn->ops));
	nf_defrag_ipv6_disable(gn->net);
	nf_defrag_ipv4_disable(gn->net);
}

static bool has_family(const struct gmg_policy *pol, u8 family)
{
	u32 i;

	for (i = 0; i < pol->n.endpoints; i++)
		if (pol->endpoints[i].at.family == family)
			return true;
	return false;
}

/* What this kernel cannot do is said now, not when the first UE asks for it. */
static int probe_algorithms(struct net *net, const struct gmg_policy *pol,
			    struct netlink_ext_ack *extack)
{
	static const u8 families[] = { NFPROTO_IPV4, NFPROTO_IPV6 };
	int f, err;
	u32 i;

	for (f = 0; f < ARRAY_SIZE(families); f++) {
		if (!has_family(pol, families[f]))
			continue;
		for (i = 0; i < pol->n.algorithms; i++) {
			err = gmg_esp_probe(net, families[f],
					    pol->algorithms[i].alg,
					    pol->algorithms[i].ealg, extack);
			if (err)
				return err;
		}
	}
	return 0;
}

int gmg_net_set_policy(struct gmg_net *gn, struct gmg_policy *pol,
		       struct netlink_ext_ack *extack)
{
	struct gmg_policy *old;
	int err;

	err = probe_algorithms(gn->net, pol, extack);
	if (err)
		return err;
	mutex_lock(&gn->change);
	mutex_lock(&gn->lock);
	old = gmg_net_policy(gn);

	err = gmg_stats_bind(gn, pol) ?: gmg_sa_prepare(gn) ?: gmg_dialog_prepare(gn) ?:
	      gmg_flood_prepare(gn) ?: gmg_tmpi_prepare(gn) ?: gmg_stream_prepare(gn);
	if (err)
		goto out;
	gmg_side_resolve(gn, pol);
	pol->generation = gn->generation + 1 ?: 1;

	err = gmg_port_set_policies(gn, pol, extack);
	if (err)
		goto out;
	if (!old && !try_module_get(THIS_MODULE)) {
		err = gmg_refuse(extack, NULL, -ENODEV, "the module is being unloaded");
		gmg_port_set_policies(gn, NULL, NULL);
		goto out;
	}

	/* ORDER: the policy is there before the first packet can ask for it */
	rcu_assign_pointer(gn->policy, pol);
	if (!old) {
		err = hook_up(gn, extack);
		if (err) {
			/* ORDER: some hooks were there for a moment and need
			 * the policy; a dump may have found it until it is gone
			 */
			synchronize_rcu();
			rcu_assign_pointer(gn->policy, NULL);
			synchronize_rcu();
			gmg_port_set_policies(gn, NULL, NULL);
			module_put(THIS_MODULE);
			goto out;
		}
	}
	gmg_event_limit(gn, pol->event_rate);
	gn->generation = pol->generation;
	gn->slots = pol->slots;
	if (old)
		gmg_policy_free_rcu(old);
out:
	mutex_unlock(&gn->lock);
	mutex_unlock(&gn->change);
	return err;
}

int gmg_net_clear_policy(struct gmg_net *gn)
{
	struct gmg_policy *old;

	mutex_lock(&gn->change);
	mutex_lock(&gn->lock);
	old = gmg_net_policy(gn);
	if (old) {
		/* ORDER: no packet may find hooks without a policy */
		unhook(gn);
		synchronize_rcu();
		rcu_assign_pointer(gn->policy, NULL);
		gmg_policy_free_rcu(old);
		/* without a policy no set and no TMPI can come meanwhile */
		while (gmg_sa_flush(gn)) {
			mutex_unlock(&gn->lock);
			cond_resched();
			mutex_lock(&gn->lock);
		}
		mutex_unlock(&gn->lock);
		gmg_tmpi_flush(gn, NULL, NULL);
		gmg_stream_flush(gn);
		mutex_lock(&gn->lock);
		gmg_port_set_policies(gn, NULL, NULL);
		module_put(THIS_MODULE);
	}
	mutex_unlock(&gn->lock);
	mutex_unlock(&gn->change);
	return old ? 0 : -ENOENT;
}

static int __net_init net_init(struct net *net)
{
	struct gmg_net *gn = gmg_net_get(net);

	gn->net = net;
	mutex_init(&gn->change);
	mutex_init(&gn->lock);
	gmg_hook_prepare(gn);
	gmg_event_prepare(gn);
	return 0;
}

static void __net_exit net_pre_exit(struct net *net)
{
	struct gmg_net *gn = gmg_net_get(net);

	mutex_lock(&gn->lock);
	if (gmg_net_policy(gn))
		unhook(gn);
	mutex_unlock(&gn->lock);
}

/* A grace period has passed since net_pre_exit(): no packet is in our hooks.
 * The interfaces of the namespace may still be on their way out, so the
 * notifier can still come; it finds no policy.
 */
static void __net_exit net_exit(struct net *net)
{
	struct gmg_net *gn = gmg_net_get(net);
	struct gmg_policy *pol;

	mutex_lock(&gn->lock);
	pol = gmg_net_policy(gn);
	rcu_assign_pointer(gn->policy, NULL);
	while (gmg_sa_flush(gn))
		cond_resched();
	gmg_port_set_policies(gn, NULL, NULL);
	mutex_unlock(&gn->lock);

	gmg_sa_free(gn);
	gmg_tmpi_free(gn);
	gmg_stream_free(gn);
	gmg_dialog_free(gn);
	gmg_flood_free(gn);
	if (pol) {
		gmg_policy_free_rcu(pol);
		module_put(THIS_MODULE);
	}
	gmg_stats_free(gn);
}

static struct pernet_operations net_ops = {
	.init = net_init,
	.pre_exit = net_pre_exit,
	.exit = net_exit,
	.id = &gmg_net_id,
	.size = sizeof(struct gmg_net),
};

int __init gmg_net_init(void)
{
	return register_pernet_subsys(&net_ops);
}

void gmg_net_exit(void)
{
	unregister_pernet_subsys(&net_ops);
}
