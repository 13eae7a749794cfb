// SPDX-License-Identifier: GPL-2.0
/* What some of the kernel's own scripts must report, at the lines that say so. */

static int leaves(struct gmg_net *gn)
{
	spin_lock(&gn->event_lock);
	if (!gn->policy)
		return -ENOENT;	/* bad */
	spin_unlock(&gn->event_lock);
	return 0;
}

static void frees(struct gmg_policy *pol, struct gmg_ue *ue)
{
	struct gmg_side *side = kmalloc(sizeof(side), GFP_KERNEL);	/* bad */

	kfree(pol);
	pol->n = 0;	/* bad */
	if (side)
		kfree(side);	/* bad */
	memset(ue, 0, sizeof(*ue));
	kfree(ue);	/* bad */
}
