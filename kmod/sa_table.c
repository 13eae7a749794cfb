// SPDX-License-Identifier: GPL-2.0
/* How SA sets are found. */
#include <linux/jhash.h>
#include <net/xfrm.h>

#include "pure/sip_nai.h"
#include "sa.h"

struct ue_key {
	const union nf_inet_addr *addr;
	u16 port;
	u8 family;
};

static u32 hash_ue(const union nf_inet_addr *addr, u16 port, u8 family, u32 seed)
{
	return jhash2((const u32 *)addr, sizeof(*addr) / sizeof(u32),
		      seed ^ (port << 8 | family));
}

static struct ue_key key_of(const struct gmg_set *set, u16 ue_port)
{
	return (struct ue_key) {
		.addr = &set->ue, .port = ue_port, .family = set->family,
	};
}

static u32 ue_hash(const void *data, u32 len, u32 seed)
{
	const struct ue_key *key = data;

	return hash_ue(key->addr, key->port, key->family, seed);
}

static u32 ue_obj_hash(const void *data, u32 len, u32 seed)
{
	const struct gmg_pair *pair = data;
	const struct gmg_set *set = gmg_pair_set(pair);

	return hash_ue(&set->ue, pair->ue_port, set->family, seed);
}

static int ue_cmp(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct ue_key *key = arg->key;
	const struct gmg_pair *pair = obj;
	const struct gmg_set *set = gmg_pair_set(pair);

	return pair->ue_port != key->port || set->family != key->family ||
	       !nf_inet_addr_cmp(&set->ue, key->addr);
}

static u32 impi_hash(const void *data, u32 len, u32 seed)
{
	const struct gmg_user *user = data;
	u8 folded[GMGUARD_IMPI_MAX];

	gmg_sip_nai_fold((const u8 *)user->impi, user->len, folded);
	return jhash(folded, user->len, seed);
}

static u32 impi_obj_hash(const void *data, u32 len, u32 seed)
{
	const struct gmg_set *set = data;

	return impi_hash(set->user, len, seed);
}

bool gmg_sa_same_impi(const struct gmg_user *a, const struct gmg_user *b)
{
	return gmg_sip_nai_same((const u8 *)a->impi, a->len, (const u8 *)b->impi, b->len);
}

static int impi_cmp(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct gmg_set *set = obj;

	return !gmg_sa_same_impi(set->user, arg->key);
}

static const struct rhashtable_params by_spi = {
	.head_offset = offsetof(struct gmg_pair, by_spi),
	.key_offset = offsetof(struct gmg_pair, in.spi),
	.key_len = sizeof_field(struct gmg_pair, in.spi),
	.automatic_shrinking = true,
};

static const struct rhashtable_params by_ue = {
	.head_offset = offsetof(struct gmg_pair, by_ue),
	.hashfn = ue_hash,
	.obj_hashfn = ue_obj_hash,
	.obj_cmpfn = ue_cmp,
	.automatic_shrinking = true,
};

static const struct rhashtable_params by_impi = {
	.head_offset = offsetof(struct gmg_set, by_impi),
	.hashfn = impi_hash,
	.obj_hashfn = impi_obj_hash,
	.obj_cmpfn = impi_cmp,
	.automatic_shrinking = true,
};

struct gmg_pair *gmg_sa_by_spi(const struct gmg_net *gn, u32 spi)
{
	/* pairs with gmg_sa_prepare() and gmg_sa_free() */
	struct gmg_sas *sas = smp_load_acquire(&gn->sas);
	struct gmg_pair *pair;

	if (!sas)
		return NULL;
	rcu_read_lock();
	pair = rhashtable_lookup(&sas->by_spi, &spi, by_spi);
	rcu_read_unlock();
	return pair;
}

struct gmg_pair *gmg_sa_by_flow(const struct gmg_net *gn, u8 family,
				const union nf_inet_addr *ue, u16 ue_port,
				const union nf_inet_addr *pcscf, u16 port)
{
	const struct ue_key key = { .addr = ue, .port = ue_port, .family = family };
	/* as above */
	struct gmg_sas *sas = smp_load_acquire(&gn->sas);
	struct rhlist_head *list, *pos;
	struct gmg_pair *pair, *found = NULL;

	if (!sas)
		return NULL;
	rcu_read_lock();
	list = rhltable_lookup(&sas->by_ue, &key, by_ue);
	rhl_for_each_entry_rcu(pair, pos, list, by_ue) {
		if (pair->port == port &&
		    nf_inet_addr_cmp(&gmg_pair_set(pair)->pcscf, pcscf)) {
			found = pair;
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

bool gmg_sa_has_port(const struct gmg_net *gn, u8 family, const union nf_inet_addr *ue,
		     u16 ue_port)
{
	const struct ue_key key = { .addr = ue, .port = ue_port, .family = family };
	/* as above */
	struct gmg_sas *sas = smp_load_acquire(&gn->sas);
	struct rhlist_head *list, *pos;
	struct gmg_pair *pair;

	list = sas ? rhltable_lookup(&sas->by_ue, &key, by_ue) : NULL;
	rhl_for_each_entry_rcu(pair, pos, list, by_ue)
		if (READ_ONCE(gmg_pair_set(pair)->state) != GMGUARD_SA_STATE_TEMPORARY)
			return true;
	return false;
}

/* Where @set is of these: below 0 if before, above 0 if behind. */
static int compare(const struct gmg_set *set, u8 family, const union nf_inet_addr *ue, u32 spi_ps)
{
	int diff = set->family - family ?: memcmp(&set->ue, ue, sizeof(*ue));
	u32 spi = gmg_set_spi(set);

	return diff ?: (spi > spi_ps) - (spi < spi_ps);
}

static bool comes_before(struct rb_node *a, const struct rb_node *b)
{
	const struct gmg_set *set = rb_entry(a, struct gmg_user, by_addr)->set;
	const struct gmg_set *other = rb_entry(b, struct gmg_user, by_addr)->set;

	return compare(set, other->family, &other->ue, gmg_set_spi(other)) < 0;
}

struct gmg_set *gmg_sa_after(const struct gmg_net *gn, u8 family,
			     const union nf_inet_addr *ue, u32 spi_ps)
{
	struct gmg_set *set, *found = NULL;
	struct rb_node *node;

	lockdep_assert_held(&gn->lock);
	for (node = gn->sas ? gn->sas->by_addr.rb_node : NULL; node;) {
		set = rb_entry(node, struct gmg_user, by_addr)->set;
		if (compare(set, family, ue, spi_ps) > 0) {
			found = set;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	/* it may be another address's first */
	return found && !compare(found, family, ue, gmg_set_spi(found)) ? found : NULL;
}

int gmg_sa_link(struct gmg_sas *sas, struct gmg_set *set)
{
	struct gmg_pair *pair;
	int i, err;

	for (i = 0; i < GMG_PAIRS; i++) {
		struct ue_key key = key_of(set, set->pair[i].ue_port);

		pair = &set->pair[i];
		err = rhashtable_insert_fast(&sas->by_spi, &pair->by_spi, by_spi);
		if (err)
			goto err_undo;
		err = rhltable_insert_key(&sas->by_ue, &key, &pair->by_ue, by_ue);
		if (err) {
			rhashtable_remove_fast(&sas->by_spi, &pair->by_spi, by_spi);
			goto err_undo;
		}
	}
	err = rhltable_insert_key(&sas->by_impi, set->user, &set->by_impi, by_impi);
	if (err)
		goto err_undo;
	rb_add(&set->user->by_addr, &sas->by_addr, comes_before);
	return 0;

err_undo:
	while (i--) {
		pair = &set->pair[i];
		rhltable_remove(&sas->by_ue, &pair->by_ue, by_ue);
		rhashtable_remove_fast(&sas->by_spi, &pair->by_spi, by_spi);
	}
	return err;
}

void gmg_sa_unlink(struct gmg_sas *sas, struct gmg_set *set)
{
	int i;

	rb_erase(&set->user->by_addr, &sas->by_addr);
	rhltable_remove(&sas->by_impi, &set->by_impi, by_impi);
	for (i = 0; i < GMG_PAIRS; i++) {
		rhltable_remove(&sas->by_ue, &set->pair[i].by_ue, by_ue);
		rhashtable_remove_fast(&sas->by_spi, &set->pair[i].by_spi, by_spi);
	}
}

bool gmg_sa_has(const struct gmg_net *gn, const struct xfrm_state *x)
{
	const struct xfrm_selector *sel = &x->sel;
	union nf_inet_addr ue, pcscf;
	struct gmg_pair *pair;

	pair = gmg_sa_by_spi(gn, ntohl(x->id.spi));
	if (pair && pair->in.x == x)
		return true;
	ue.in6 = sel->daddr.in6;
	pcscf.in6 = sel->saddr.in6;
	pair = gmg_sa_by_flow(gn, x->props.family == AF_INET ? NFPROTO_IPV4 : NFPROTO_IPV6,
			      &ue, ntohs(sel->dport), &pcscf, ntohs(sel->sport));
	return pair && pair->out.x == x;
}

struct gmg_contact gmg_sa_contact(struct gmg_sas *sas, const struct gmg_set *set)
{
	struct gmg_contact c = {};
	struct rhlist_head *list, *pos;
	struct gmg_set *other;

	rcu_read_lock();
	list = rhltable_lookup(&sas->by_impi, set->user, by_impi);
	rhl_for_each_entry_rcu(other, pos, list, by_impi)
		if (other != set && other->emergency == set->emergency &&
		    c.n < ARRAY_SIZE(c.set))
			c.set[c.n++] = other;
	rcu_read_unlock();
	return c;
}

struct rhlist_head *gmg_sa_by_ue(struct gmg_sas *sas, const struct gmg_set *set,
				 u16 ue_port)
{
	const struct ue_key key = key_of(set, ue_port);

	return rhltable_lookup(&sas->by_ue, &key, by_ue);
}

int gmg_sa_init_tables(struct gmg_sas *sas)
{
	int err;

	err = rhashtable_init(&sas->by_spi, &by_spi);
	if (err)
		return err;
	err = rhltable_init(&sas->by_ue, &by_ue);
	if (err)
		goto err_spi;
	err = rhltable_init(&sas->by_impi, &by_impi);
	if (err)
		goto err_ue;
	sas->by_addr = RB_ROOT;
	return 0;

err_ue:
	rhltable_destroy(&sas->by_ue);
err_spi:
	rhashtable_destroy(&sas->by_spi);
	return err;
}

void gmg_sa_destroy_tables(struct gmg_sas *sas)
{
	rhltable_destroy(&sas->by_impi);
	rhltable_destroy(&sas->by_ue);
	rhashtable_destroy(&sas->by_spi);
}
