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
		 u8 len)
{
	const u32 *w = (__force const u32 *)addr->s6_addr32;
	u64 high = (u64)w[0] << 32 | w[1];
	u64 low = (u64)w[2] << 32 | w[3];

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

const struct gmg_prefix *gmg_prefix_cover4(const struct gmg_prefix_set *set,
					   __be32 addr, u8 max_len)
{
	const struct gmg_prefix *p;
	u8 i;

	for (i = 0; i < set->n4; i++) {
		u8 len = set->len4[i];
		__be32 key;

		if (len > max_len)
			continue;
		key = addr & inet_make_mask(len);
		hlist_for_each_entry(p, &set->bucket[hash4(set, key, len)], node)
			if (p->addr.ip == key && p->len == len &&
			    p->family == NFPROTO_IPV4)
				return p;
	}
	return NULL;
}

const struct gmg_prefix *gmg_prefix_cover6(const struct gmg_prefix_set *set,
					   const struct in6_addr *addr,
					   u8 max_len)
{
	const struct gmg_prefix *p;
	struct in6_addr key;
	u8 i;

	for (i = 0; i < set->n6; i++) {
		u8 len = set->len6[i];

		if (len > max_len)
			continue;
		ipv6_addr_prefix(&key, addr, len);
		hlist_for_each_entry(p, &set->bucket[hash6(set, &key, len)],
				     node)
			if (p->len == len && p->family == NFPROTO_IPV6 &&
			    ipv6_addr_equal(&p->addr.in6, &key))
				return p;
	}
	return NULL;
}

/* Keeps @lens descending and without repeats. */
static void add_len(u8 *lens, u8 *n, u8 len)
{
	u8 i, j;

	for (i = 0; i < *n && lens[i] > len; i++)
		;
	if (i < *n && lens[i] == len)
		return;
	for (j = *n; j > i; j--)
		lens[j] = lens[j - 1];
	lens[i] = len;
	(*n)++;
}

int gmg_prefix_add(struct gmg_prefix_set *set, struct gmg_prefix *p)
{
	const struct gmg_prefix *old;
	u32 h;

	old = gmg_prefix_cover(set, p->family, &p->addr, p->len);
	if (old && old->len == p->len)
		return -EEXIST;

	if (p->family == NFPROTO_IPV4) {
		h = hash4(set, p->addr.ip, p->len);
		add_len(set->len4, &set->n4, p->len);
	} else {
		h = hash6(set, &p->addr.in6, p->len);
		add_len(set->len6, &set->n6, p->len);
	}
	hlist_add_head(&p->node, &set->bucket[h]);
	return 0;
}
