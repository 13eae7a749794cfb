/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_PREFIX_H
#define _GMG_PREFIX_H

#include <linux/netfilter.h>
#include <linux/types.h>

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
 * Complete before it is published and immutable after that.
 *
 * @bucket: 1 << @bits heads, owned by the policy that the set is part of
 * @bits:   size of @bucket
 * @n4:     lengths in @len4
 * @n6:     lengths in @len6
 * @len4:   the lengths of IPv4 that occur, descending
 * @len6:   those of IPv6
 */
struct gmg_prefix_set {
	struct hlist_head *bucket;
	u8 bits;
	u8 n4;
	u8 n6;
	struct gmg_prefix_len len4[33];
	struct gmg_prefix_len len6[129];
};

/* log2 of the buckets for @n prefixes. */
u8 gmg_prefix_bits(u32 n);

/* The host bits of @addr below @len are zero. */
bool gmg_prefix_valid(u8 family, const union nf_inet_addr *addr, u8 len);

/* Adds @p, which must stay where it is; -EEXIST if the very prefix is there. */
int gmg_prefix_add(struct gmg_prefix_set *set, struct gmg_prefix *p);

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

static inline const struct gmg_prefix *
gmg_prefix_lookup(const struct gmg_prefix_set *set, u8 family,
		  const union nf_inet_addr *addr)
{
	if (family == NFPROTO_IPV4)
		return set->n4 ? gmg_prefix_lookup4(set, addr->ip) : NULL;
	return set->n6 ? gmg_prefix_lookup6(set, &addr->in6) : NULL;
}

#endif /* _GMG_PREFIX_H */
