/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_PREFIX_H
#define _GMG_PREFIX_H

#include <linux/bitmap.h>
#include <linux/hash.h>
#include <linux/netfilter.h>
#include <linux/types.h>

/* log2 of the bits of a hint */
#define GMG_HINT_BITS 8

/**
 * struct gmg_prefix - one address prefix of a policy
 * @node:   in its set
 * @addr:   network order, host bits zero
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @len:    0..32 or 0..128
 * @owner:  what it stands for in its set (index of a side or an endpoint, a
 *          role, ...)
 */
struct gmg_prefix {
	struct hlist_node node;
	union nf_inet_addr addr;
	u8 family;
	u8 len;
	u16 owner;
};

/* A prefix length that occurs in a set. */
struct gmg_prefix_len {
	union nf_inet_addr mask;
	u8 len;
};

/**
 * struct gmg_prefix_set - longest-prefix look-up
 *
 * One hash over all prefixes; a look-up probes it once for each prefix length
 * that occurs, longest first, so at most 33 or 129 times whatever its size.
 * Most addresses are in none of the prefixes, and a hint tells so beforehand:
 * a bit for each hash of the first @short4 or @short6 bits, as many as the
 * shortest prefix has.
 * Complete before it is published and immutable after that.
 *
 * @hint4:  bits of gmg_prefix_hint4()
 * @hint6:  bits of gmg_prefix_hint6()
 * @short4: mask of the shortest IPv4 prefix
 * @short6: mask of the shortest IPv6 prefix
 * @bucket: 1 << @bits heads, owned by the policy that the set is part of
 * @bits:   size of @bucket
 * @n4:     lengths in @len4
 * @n6:     lengths in @len6
 * @len4:   the lengths of IPv4 that occur, descending
 * @len6:   those of IPv6
 */
struct gmg_prefix_set {
	DECLARE_BITMAP(hint4, 1 << GMG_HINT_BITS);
	DECLARE_BITMAP(hint6, 1 << GMG_HINT_BITS);
	__be32 short4;
	struct in6_addr short6;
	struct hlist_head *bucket;
	u8 bits;
	u8 n4;
	u8 n6;
	struct gmg_prefix_len len4[33];
	struct gmg_prefix_len len6[129];
};

static inline u32 gmg_prefix_hint4(const struct gmg_prefix_set *set, __be32 addr)
{
	return hash_32((__force u32)(addr & set->short4), GMG_HINT_BITS);
}

static inline u32 gmg_prefix_hint6(const struct gmg_prefix_set *set,
				   const struct in6_addr *addr)
{
	const u32 *a = (__force const u32 *)addr->s6_addr32;
	const u32 *m = (__force const u32 *)set->short6.s6_addr32;
	u64 high = (u64)(a[1] & m[1]) << 32 | (a[0] & m[0]);
	u64 low = (u64)(a[3] & m[3]) << 32 | (a[2] & m[2]);

	return hash_64(high * GOLDEN_RATIO_64 + low, GMG_HINT_BITS);
}

/* log2 of the buckets for @n prefixes. */
u8 gmg_prefix_bits(u32 n);

/* The length of a single address. */
static inline u8 gmg_prefix_host(u8 family)
{
	return family == NFPROTO_IPV4 ? 32 : 128;
}

/* The host bits of @addr below @len are zero. */
bool gmg_prefix_valid(u8 family, const union nf_inet_addr *addr, u8 len);

/* Adds @p, which must stay where it is; -EEXIST if the very prefix is there. */
int gmg_prefix_add(struct gmg_prefix_set *set, struct gmg_prefix *p);

/* Sets the hints; after the last gmg_prefix_add(), before any look-up. */
void gmg_prefix_finish(struct gmg_prefix_set *set);

/* The longest prefix of at most @max_len bits that holds @addr, or NULL. */
const struct gmg_prefix *gmg_prefix_cover4(const struct gmg_prefix_set *set,
					   __be32 addr, u8 max_len);
const struct gmg_prefix *gmg_prefix_cover6(const struct gmg_prefix_set *set,
					   const struct in6_addr *addr,
					   u8 max_len);

static inline const struct gmg_prefix *
gmg_prefix_cover(const struct gmg_prefix_set *set, u8 family,
		 const union nf_inet_addr *addr, u8 max_len)
{
	return family == NFPROTO_IPV4 ?
	       gmg_prefix_cover4(set, addr->ip, max_len) :
	       gmg_prefix_cover6(set, &addr->in6, max_len);
}

/* The longest prefix that holds @addr, or NULL. */
const struct gmg_prefix *gmg_prefix_lookup4(const struct gmg_prefix_set *set,
					    __be32 addr);
const struct gmg_prefix *gmg_prefix_lookup6(const struct gmg_prefix_set *set,
					    const struct in6_addr *addr);

/* Can @addr be in one of the prefixes? No is certain. */
static inline bool gmg_prefix_maybe(const struct gmg_prefix_set *set, u8 family,
				    const union nf_inet_addr *addr)
{
	return family == NFPROTO_IPV4 ?
	       test_bit(gmg_prefix_hint4(set, addr->ip), set->hint4) :
	       test_bit(gmg_prefix_hint6(set, &addr->in6), set->hint6);
}

static inline const struct gmg_prefix *
gmg_prefix_lookup(const struct gmg_prefix_set *set, u8 family,
		  const union nf_inet_addr *addr)
{
	if (!gmg_prefix_maybe(set, family, addr))
		return NULL;
	return family == NFPROTO_IPV4 ? gmg_prefix_lookup4(set, addr->ip) :
					gmg_prefix_lookup6(set, &addr->in6);
}

#endif /* _GMG_PREFIX_H */
