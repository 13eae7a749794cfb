/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_STATS_H
#define _GMG_STATS_H

#include <linux/percpu.h>

#include "net.h"

enum gmg_count {
	GMG_COUNT_PACKETS,	/* dropped, or let through for a pass class */
	GMG_COUNT_OBSERVED,	/* matched in mode observe */
	GMG_COUNT_SCRUBBED,	/* let through without what the rule removes */
	GMG_COUNTS,
};

/* The counters of one slot. */
struct gmg_hits {
	u64 hit[GMGUARD_REASON_MAX + 1][GMG_COUNTS];
};

struct gmg_stats {
	struct gmg_hits slot[GMG_SLOTS];
};

/* Packet path, any context. */
static inline void gmg_stats_inc(const struct gmg_side *side, u8 reason,
				 enum gmg_count count)
{
	this_cpu_inc(side->hits->hit[reason][count]);
}

/* Since the last reset, over all CPUs. gmg_net.lock held. */
u64 gmg_stats_read(const struct gmg_net *gn, u8 slot, u8 reason,
		   enum gmg_count count);
void gmg_stats_reset(struct gmg_net *gn);

/* Gives each side of @pol its slot: the one its name has now, else one that no
 * side of @pol needs. What the namespace's slots are called is for the caller to
 * change, once @pol runs. gmg_net.lock held.
 */
int gmg_stats_bind(struct gmg_net *gn, struct gmg_policy *pol);
void gmg_stats_free(struct gmg_net *gn);

#endif /* _GMG_STATS_H */
