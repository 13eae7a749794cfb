// SPDX-License-Identifier: GPL-2.0
/* What refcount.cocci must report, at the lines that say so. */

static int on_all_ways(struct gmg_net *gn)
{
	int err = -EINVAL;

	mutex_lock(&gn->lock);
	rcu_read_lock();
	if (!gn->policy)
		goto out;
	err = 0;
out:
	rcu_read_unlock();
	mutex_unlock(&gn->lock);
	return err;
}

static int returns(struct gmg_net *gn)
{
	mutex_lock(&gn->lock);	/* bad */
	if (!gn->policy)
		return -ENOENT;
	mutex_unlock(&gn->lock);
	return 0;
}

static void ends(struct gmg_net *gn)
{
	rcu_read_lock();	/* bad */
	if (rcu_dereference(gn->policy))
		rcu_read_unlock();
}

static void goes_on(struct gmg_net *gn)
{
	for (; gn; gn = gn->next) {
		spin_lock_bh(&gn->event_lock);	/* bad */
		if (!gn->event_seq)
			continue;
		spin_unlock_bh(&gn->event_lock);
	}
}

static void another(struct gmg_net *gn)
{
	mutex_lock(&gn->lock);	/* bad */
	mutex_unlock(&gn->other->lock);
}

static void twice(struct gmg_net *gn)
{
	mutex_lock(&gn->lock);
	mutex_unlock(&gn->lock);
	rcu_read_lock();
	rcu_read_unlock();
	mutex_unlock(&gn->lock);	/* bad */
	rcu_read_unlock();	/* bad */
}

static int unwinds(struct gmg_net *gn)
{
	int err;

	err = nf_defrag_ipv4_enable(gn->net);
	if (err)
		goto err_out;
	err = nf_defrag_ipv6_enable(gn->net);
	if (err)
		goto err_defrag4;
	err = nf_register_net_hooks(gn->net, gn->ops, GMG_HOOKS);
	if (err)
		goto err_defrag6;
	return 0;

err_defrag6:
	nf_defrag_ipv6_disable(gn->net);
err_defrag4:
	nf_defrag_ipv4_disable(gn->net);
err_out:
	return err;
}

static void unhook(struct gmg_net *gn)
{
	nf_unregister_net_hooks(gn->net, gn->ops, GMG_HOOKS);
}

static int jumps_too_far(struct gmg_net *gn)
{
	int err;

	err = nf_defrag_ipv4_enable(gn->net);	/* bad */
	if (err)
		goto err_out;
	err = nf_defrag_ipv6_enable(gn->net);	/* bad */
	if (err)
		goto err_out;
	err = nf_register_net_hooks(gn->net, gn->ops, GMG_HOOKS);
	if (err)
		goto err_defrag4;
	return 0;

err_defrag4:
	nf_defrag_ipv4_disable(gn->net);
err_out:
	return err;
}

static int does_not_unwind(struct gmg_net *gn)
{
	int err;

	err = nf_defrag_ipv4_enable(gn->net);	/* bad */
	if (err)
		return err;
	err = nf_defrag_ipv6_enable(gn->net);
	if (err) {
		gn->failed++;
		return err;
	}
	return 0;
}

static int at_once(struct gmg_net *gn)
{
	int err = nf_defrag_ipv4_enable(gn->net);	/* bad */

	if (err)
		return err;
	if (!gn->policy)
		return -ENOENT;
	return 0;
}

static int keeps(struct gmg_net *gn, struct gmg_policy *pol)
{
	int err = 0;

	if (!gn->policy && !try_module_get(THIS_MODULE)) {
		err = -ENODEV;
		goto out;
	}
	if (!gn->policy) {
		err = hook_up(gn);
		if (err) {
			module_put(THIS_MODULE);
			goto out;
		}
	}
	gn->policy = pol;
out:
	return err;
}

static int keeps_though_it_fails(struct gmg_net *gn, struct gmg_policy *pol)
{
	int err;

	if (!gn->policy && !try_module_get(THIS_MODULE))	/* bad */
		return -ENODEV;
	err = hook_up(gn);
	if (err)
		goto out;
	gn->policy = pol;
out:
	return err;
}

static int holds(struct gmg_net *gn, struct net_device *dev)
{
	dev_hold(dev);	/* bad */
	if (!gn->policy)
		return -ENOENT;
	gn->dev = dev;
	return 0;
}

static int borrows(struct net *net, const char *name)
{
	struct net_device *dev = dev_get_by_name(net, name);	/* bad */

	if (!dev)
		return 0;
	return dev->ifindex;
}

static int forgets(struct net *net, const char *name)
{
	struct net_device *dev;
	int ifindex;

	dev = dev_get_by_name(net, name);	/* bad */
	if (!dev)
		return 0;
	ifindex = dev->ifindex;
	if (ifindex < 2)
		return ifindex;
	dev_put(dev);
	return ifindex;
}

static int __init never(void)
{
	return register_netdevice_notifier(&netdev_nb);	/* bad */
}
