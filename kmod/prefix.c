// SPDX-License-Identifier: GPL-2.0
#include <linux/hash.h>
#include <linux/inetdevice.h>
#include <linux/log2.h>
#include <net/ipv6.h>

#include "prefix.h"

/* The keys of the table are the operator's, so no hash secret is needed: a
 * sender chooses what is looked up, not how long a chain is.
 */
static u32 hash4(const struct gmg_prefix_set *set, __be32 addr, u8 len)
{
	return hash_32((__force u32)addr ^ len, set->bits);
}

/* ipv6_addr_hash() folds by xor, which puts 2001:db8:7::7 and 2001:db8:8::8
 * into one chain; multiplying the halves first does not.
 */
static u32 hash6(const struct gmg_prefix_set *set, const struct in6_addr *addr,
		 const struct in6_addr *mask, u8 len)
{
	const u32 *a = (__force const u32 *)addr->s6_addr32;
	const u32 *m = (__force const u32 *)mask->s6_addr32;
	u64 high = (u64)(a[0] & m[0]) << 32 | (a[1] & m[1]);
	u64 low = (u64)(a[2] & m[2]) << 32 | (a[3] & m[3]);

	return hash_32(hash_64(high, 32) ^ hash_64(low ^ len, 32), set->bits);
}

u8 gmg_prefix_bits(u32 n)
{
	return max(order_base_2(n) + 1, 4);
}

bool gmg_prefix_valid(u8 family, const union nf_inet_addr *addr, u8 len)
{
	struct in6_addr masked;

	if (family == NFPROTO_IPV4)
		return len <= 32 && !(addr->ip & ~inet_make_mask(len));
	if (len > 128)
		return false;
	ipv6_addr_prefix(&masked, &addr->in6, len);
	return ipv6_addr_equal(&masked, &addr->in6);
}

static __always_inline const struct gmg_prefix *
longest4(const struct gmg_prefix_set *set, __be32 addr, u8 max_len)
{
	const struct gmg_prefix_len *l, *end = set->len4 + set->n4;
	const struct gmg_prefix *p;

	for (l = set->len4; l != end; l++) {
		__be32 key = addr & l->mask.ip;

		if (l->len > max_len)
			continue;
		hlist_for_each_entry(p, &set->bucket[hash4(set, key, l->len)],
				     node)
			if (p->addr.ip == key && p->len == l->len &&
			    p->family == NFPROTO_IPV4)
				return p;
	}
	return NULL;
}

static __always_inline const struct gmg_prefix *
longest6(const struct gmg_prefix_set *set, const struct in6_addr *addr,
	 u8 max_len)
{
	const struct gmg_prefix_len *l, *end = set->len6 + set->n6;
	const struct gmg_prefix *p;

	for (l = set->len6; l != end; l++) {
		u32 h;

		if (l->len > max_len)
			continue;
		h = hash6(set, addr, &l->mask.in6, l->len);
		hlist_for_each_entry(p, &set->bucket[h], node)
			if (p->len == l->len && p->family == NFPROTO_IPV6 &&
			    !ipv6_masked_addr_cmp(&p->addr.in6, &l->mask.in6,
						  addr))
				return p;
	}
	return NULL;
}

const struct gmg_prefix *gmg_prefix_cover4(const struct gmg_prefix_set *set,
					   __be32 addr, u8 max_len)
{
	return longest4(set, addr, max_len);
}

const struct gmg_prefix *gmg_prefix_cover6(const struct gmg_prefix_set *set,
					   const struct in6_addr *addr,
					   u8 max_len)
{
	return longest6(set, addr, max_len);
}

const struct gmg_prefix *gmg_prefix_lookup4(const struct gmg_prefix_set *set,
					    __be32 addr)
{
	return longest4(set, addr, U8_MAX);
}

const struct gmg_prefix *gmg_prefix_lookup6(const struct gmg_prefix_set *set,
					    const struct in6_addr *addr)
{
	return longest6(set, addr, U8_MAX);
}

/* Keeps @lens descending and without repeats. */
static void add_len(struct gmg_prefix_len *lens, u8 *n,
		    const struct gmg_prefix_len *new)
{
	u8 i, j;

	for (i = 0; i < *n && lens[i].len > new->len; i++)
		;
	if (i < *n && lens[i].len == new->len)
		return;
	for (j = *n; j > i; j--)
		lens[j] = lens[j - 1];
	lens[i] = *new;
	(*n)++;
}

int gmg_prefix_add(struct gmg_prefix_set *set, struct gmg_prefix *p)
{
	static const struct in6_addr ones = {
		.s6_addr = { [0 ... 15] = 0xff },
	};
	struct gmg_prefix_len l = { .len = p->len };
	const struct gmg_prefix *old;
	u32 h;

	old = gmg_prefix_cover(set, p->family, &p->addr, p->len);
	if (old && old->len == p->len)
		return -EEXIST;

	if (p->family == NFPROTO_IPV4) {
		l.mask.ip = inet_make_mask(p->len);
		h = hash4(set, p->addr.ip, p->len);
		add_len(set->len4, &set->n4, &l);
	} else {
		ipv6_addr_prefix(&l.mask.in6, &ones, p->len);
		h = hash6(set, &p->addr.in6, &l.mask.in6, p->len);
		add_len(set->len6, &set->n6, &l);
	}
	hlist_add_head(&p->node, &set->bucket[h]);
	return 0;
}

void gmg_prefix_finish(struct gmg_prefix_set *set)
{
	const struct gmg_prefix *p;
	u32 b;

	if (set->n4)
		set->short4 = set->len4[set->n4 - 1].mask.ip;
	if (set->n6)
		set->short6 = set->len6[set->n6 - 1].mask.in6;
	for (b = 0; b < 1U << set->bits; b++)
		hlist_for_each_entry(p, &set->bucket[b], node)
			if (p->family == NFPROTO_IPV4)
				__set_bit(gmg_prefix_hint4(set, p->addr.ip),
					  set->hint4);
			else
				__set_bit(gmg_prefix_hint6(set, &p->addr.in6),
					  set->hint6);
}
