// SPDX-License-Identifier: GPL-2.0
#include <linux/slab.h>
#include <linux/string.h>

#include "stats.h"

static u64 sum(const struct gmg_net *gn, u8 slot, u8 reason,
	       enum gmg_count count)
{
	u64 n = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		n += READ_ONCE(per_cpu_ptr(gn->stats, cpu)->slot[slot].hit[reason][count]);
	return n;
}

u64 gmg_stats_read(const struct gmg_net *gn, u8 slot, u8 reason,
		   enum gmg_count count)
{
	lockdep_assert_held(&gn->lock);
	return sum(gn, slot, reason, count) - gn->base->slot[slot].hit[reason][count];
}

/* A CPU owns its counters: nobody else may write them, or a count is lost.
 * Starting from zero is remembering where they stand.
 */
static void reset_slot(struct gmg_net *gn, u8 slot)
{
	u8 reason, count;

	for (reason = 1; reason <= GMGUARD_REASON_MAX; reason++)
		for (count = 0; count < GMG_COUNTS; count++)
			gn->base->slot[slot].hit[reason][count] =
				sum(gn, slot, reason, count);
}

void gmg_stats_reset(struct gmg_net *gn)
{
	u8 slot;

	lockdep_assert_held(&gn->lock);
	for (slot = 0; slot < GMG_SLOTS; slot++)
		reset_slot(gn, slot);
}

static int find_slot(const struct gmg_slots *slots, const char *name)
{
	int slot;

	for (slot = GMG_SLOT_SIDE; slot < GMG_SLOTS; slot++)
		if (!strcmp(slots->name[slot], name))
			return slot;
	return -1;
}

/* There is one, for there are as many as a policy may have sides. Rather one that
 * is nobody's now: @then may come to nothing.
 */
static int free_slot(const struct gmg_slots *now, const struct gmg_slots *then)
{
	int slot, found = -1;

	for (slot = GMG_SLOT_SIDE; slot < GMG_SLOTS; slot++) {
		if (then->name[slot][0])
			continue;
		if (!now->name[slot][0])
			return slot;
		found = slot;
	}
	return found;
}

static bool names_side(const struct gmg_policy *pol, const char *name)
{
	u32 i;

	for (i = 0; i < pol->n.sides; i++)
		if (!strcmp(pol->sides[i].name, name))
			return true;
	return false;
}

int gmg_stats_bind(struct gmg_net *gn, struct gmg_policy *pol)
{
	int slot;
	u32 i;

	lockdep_assert_held(&gn->lock);

	if (!gn->stats) {
		gn->base = kvzalloc(sizeof(*gn->base), GFP_KERNEL_ACCOUNT);
		gn->stats = alloc_percpu_gfp(struct gmg_stats,
					     GFP_KERNEL_ACCOUNT);
		if (!gn->base || !gn->stats) {
			gmg_stats_free(gn);
			return -ENOMEM;
		}
		strscpy(gn->slots.name[GMG_SLOT_NONE], pol->none.name,
			sizeof(gn->slots.name[0]));
		strscpy(gn->slots.name[GMG_SLOT_LOCAL], pol->local.name,
			sizeof(gn->slots.name[0]));
	}

	pol->slots = gn->slots;
	for (slot = GMG_SLOT_SIDE; slot < GMG_SLOTS; slot++)
		if (!names_side(pol, pol->slots.name[slot]))
			pol->slots.name[slot][0] = '\0';

	for (i = 0; i < pol->n.sides; i++) {
		slot = find_slot(&pol->slots, pol->sides[i].name);
		if (slot < 0) {
			slot = free_slot(&gn->slots, &pol->slots);
			strscpy(pol->slots.name[slot], pol->sides[i].name,
				sizeof(pol->slots.name[slot]));
			reset_slot(gn, slot);
		}
		pol->sides[i].slot = slot;
		pol->sides[i].hits = &gn->stats->slot[slot];
	}
	pol->none.hits = &gn->stats->slot[GMG_SLOT_NONE];
	pol->local.hits = &gn->stats->slot[GMG_SLOT_LOCAL];
	return 0;
}

void gmg_stats_free(struct gmg_net *gn)
{
	free_percpu(gn->stats);
	gn->stats = NULL;
	kvfree(gn->base);
	gn->base = NULL;
}
