// SPDX-License-Identifier: GPL-2.0
/* What sleep.cocci must report, at the lines that say so. */

static int command(struct gmg_net *gn)
{
	mutex_lock(&gn->lock);
	gn->table = kvmalloc(sizeof(*gn->table), GFP_KERNEL);
	mutex_unlock(&gn->lock);
	synchronize_rcu();
	return 0;
}

static unsigned int hook(void *priv, struct sk_buff *skb)
{
	struct gmg_net *gn = priv;
	struct note *n;

	mutex_lock(&gn->lock);	/* bad */
	mutex_unlock(&gn->lock);
	if (!mutex_trylock(&gn->lock))
		return NF_ACCEPT;
	n = kmalloc(sizeof(*n), GFP_KERNEL);	/* bad */
	n = kmalloc(sizeof(*n), GFP_ATOMIC | __GFP_NOWARN);
	n = kmem_cache_alloc(gn->cache, gn->quick ? GFP_ATOMIC : GFP_KERNEL_ACCOUNT);	/* bad */
	n = kvmalloc(sizeof(*n), GFP_ATOMIC);	/* bad */
	n->table = vzalloc(4096);	/* bad */
	down_read(&gn->sem);	/* bad */
	rtnl_lock();	/* bad */
	msleep(1);	/* bad */
	usleep_range(1, 2);	/* bad */
	if (wait_event_interruptible(gn->wq, n->done))	/* bad */
		cond_resched();	/* bad */
	synchronize_rcu();	/* bad */
	synchronize_net();	/* bad */
	cancel_work_sync(&gn->work);	/* bad */
	queue_work(gn->wq, &gn->work);
	kfree_rcu(n, rcu);
	spin_lock_bh(&gn->event_lock);
	spin_unlock_bh(&gn->event_lock);
	return NF_ACCEPT;
}
