// SPDX-License-Identifier: GPL-2.0
#include <linux/ipv6.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/slab.h>

#include "flood.h"
#include "net.h"

enum {
	/* 65,536 sources at a time, in 512 KiB */
	ROW_BITS = 13,
	WAYS = 8,
	/* a place: tag of the source, and when it will have all of its burst again */
	TIME_BITS = 48,
	UNIT = 10 * NSEC_PER_USEC,
	/* of CPUs that race for a place */
	TRIES = 8,
	/* of an emergency request, in REGISTERs: it makes us remember */
	EMERGENCY_COST = 16,
};

/* Where a source is nobody else can say who has not the key. If all places of its row
 * are taken it gets that of the one that owes least: rather is one who has thousands
 * of addresses not held up than others refused for it.
 */
struct gmg_floods {
	siphash_key_t key;
	atomic64_t place[1 << ROW_BITS][WAYS];
};

static u64 time_of(u64 place)
{
	return place & GENMASK_ULL(TIME_BITS - 1, 0);
}

static u64 hash_of(const struct gmg_floods *floods, u8 family,
		   const union nf_inet_addr *src, enum gmg_flood what)
{
	return family == NFPROTO_IPV4 ?
	       siphash_2u32((__force u32)src->ip, what, &floods->key) :
	       siphash_3u32((__force u32)src->ip6[0], (__force u32)src->ip6[1],
			    what, &floods->key);
}

static atomic64_t *find(atomic64_t *row, u64 tag)
{
	atomic64_t *place = row, *p;

	for (p = row; p < row + WAYS; p++) {
		u64 there = atomic64_read(p);

		if (there >> TIME_BITS == tag)
			return p;
		if (time_of(there) < time_of(atomic64_read(place)))
			place = p;
	}
	return place;
}

/* The generic cell rate algorithm (ITU-T I.371): one number for a source. */
bool gmg_flood(struct gmg_net *gn, const struct gmg_policy *pol, u8 family,
	       const union nf_inet_addr *src, enum gmg_flood what)
{
	u64 now = div_u64(ktime_get_ns(), UNIT), each, cost, hash, tag;
	struct gmg_floods *floods = gn->floods;
	atomic64_t *place;
	int try;

	if (!pol->register_rate)
		return false;
	each = NSEC_PER_SEC / UNIT / pol->register_rate;
	/* one at least is what any burst allows */
	cost = each * (what == GMG_FLOOD_REGISTER ? 1 :
			min_t(u32, EMERGENCY_COST, pol->register_burst));
	hash = hash_of(floods, family, src, what);
	tag = hash >> TIME_BITS;
	place = find(floods->place[hash & GENMASK(ROW_BITS - 1, 0)], tag);
	for (try = 0; try < TRIES; try++) {
		s64 there = atomic64_read(place);
		u64 then = now;

		if ((u64)there >> TIME_BITS == tag)
			then = max(then, time_of(there));
		then += cost;
		if (then - now > each * pol->register_burst)
			return true;
		if (atomic64_try_cmpxchg(place, &there, tag << TIME_BITS | then))
			return false;
	}
	return true;
}

int gmg_flood_prepare(struct gmg_net *gn)
{
	struct gmg_floods *floods;

	lockdep_assert_held(&gn->lock);
	if (gn->floods)
		return 0;
	floods = kvzalloc(sizeof(*floods), GFP_KERNEL_ACCOUNT);
	if (!floods)
		return -ENOMEM;
	get_random_bytes(&floods->key, sizeof(floods->key));
	gn->floods = floods;
	return 0;
}

void gmg_flood_free(struct gmg_net *gn)
{
	kvfree(gn->floods);
	gn->floods = NULL;
}
