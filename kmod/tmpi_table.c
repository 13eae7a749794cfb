// SPDX-License-Identifier: GPL-2.0
/* How TMPIs are found. */
#include <linux/jhash.h>
#include <linux/slab.h>

#include "tmpi.h"

struct impi_key {
	const u8 *impi;
	u32 len;
};

static u32 hash_impi(const u8 *impi, u32 len, u32 seed)
{
	u8 folded[GMGUARD_IMPI_MAX];

	gmg_sip_nai_fold(impi, len, folded);
	return jhash(folded, len, seed);
}

static u32 impi_hash(const void *data, u32 len, u32 seed)
{
	const struct impi_key *key = data;

	return hash_impi(key->impi, key->len, seed);
}

static u32 impi_obj_hash(const void *data, u32 len, u32 seed)
{
	const struct gmg_binding *b = data;

	return hash_impi((const u8 *)b->impi, b->len, seed);
}

static bool is_of(const struct gmg_binding *b, const u8 *impi, u32 len)
{
	return gmg_sip_nai_same((const u8 *)b->impi, b->len, impi, len);
}

static int impi_cmp(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct impi_key *key = arg->key;

	return !is_of(obj, key->impi, key->len);
}

static const struct rhashtable_params by_user = {
	.head_offset = offsetof(struct gmg_tmpi, by_user),
	.key_offset = offsetof(struct gmg_tmpi, user),
	.key_len = sizeof_field(struct gmg_tmpi, user),
	/* not jhash2(), which is for words: who asks has octets anywhere */
	.hashfn = jhash,
	.automatic_shrinking = true,
};

static const struct rhashtable_params by_impi = {
	.head_offset = offsetof(struct gmg_binding, by_impi),
	.hashfn = impi_hash,
	.obj_hashfn = impi_obj_hash,
	.obj_cmpfn = impi_cmp,
	.automatic_shrinking = true,
};

struct gmg_tmpis *gmg_tmpis(const struct gmg_net *gn)
{
	/* pairs with gmg_tmpi_prepare() */
	return smp_load_acquire(&gn->tmpis);
}

struct gmg_tmpi *gmg_tmpi_lookup(const struct gmg_net *gn, const u8 *user)
{
	struct gmg_tmpis *tmpis = gmg_tmpis(gn);
	struct gmg_tmpi *tmpi;

	if (!tmpis)
		return NULL;
	rcu_read_lock();
	tmpi = rhashtable_lookup(&tmpis->by_user, user, by_user);
	rcu_read_unlock();
	return tmpi;
}

struct gmg_binding *gmg_tmpi_binding(const struct gmg_net *gn, const u8 *impi, u32 len)
{
	const struct impi_key key = { .impi = impi, .len = len };
	struct gmg_tmpis *tmpis = gmg_tmpis(gn);
	struct gmg_binding *b;

	if (!tmpis)
		return NULL;
	rcu_read_lock();
	b = rhashtable_lookup(&tmpis->by_impi, &key, by_impi);
	rcu_read_unlock();
	return b;
}

u32 gmg_tmpi_count(const struct gmg_net *gn)
{
	struct gmg_tmpis *tmpis = gmg_tmpis(gn);

	return tmpis ? READ_ONCE(tmpis->n) : 0;
}

struct rhashtable *gmg_tmpi_table(const struct gmg_net *gn)
{
	struct gmg_tmpis *tmpis = gmg_tmpis(gn);

	return tmpis ? &tmpis->by_impi : NULL;
}

int gmg_tmpi_link(struct gmg_tmpis *tmpis, struct gmg_tmpi *tmpi)
{
	return rhashtable_insert_fast(&tmpis->by_user, &tmpi->by_user, by_user);
}

int gmg_tmpi_replace(struct gmg_tmpis *tmpis, struct gmg_tmpi *old, struct gmg_tmpi *tmpi)
{
	return rhashtable_replace_fast(&tmpis->by_user, &old->by_user, &tmpi->by_user, by_user);
}

void gmg_tmpi_unlink(struct gmg_tmpis *tmpis, struct gmg_tmpi *tmpi)
{
	rhashtable_remove_fast(&tmpis->by_user, &tmpi->by_user, by_user);
}

int gmg_tmpi_link_binding(struct gmg_tmpis *tmpis, struct gmg_binding *b)
{
	return rhashtable_insert_fast(&tmpis->by_impi, &b->by_impi, by_impi);
}

void gmg_tmpi_unlink_binding(struct gmg_tmpis *tmpis, struct gmg_binding *b)
{
	rhashtable_remove_fast(&tmpis->by_impi, &b->by_impi, by_impi);
}

int gmg_tmpi_init_tables(struct gmg_tmpis *tmpis)
{
	int err = rhashtable_init(&tmpis->by_user, &by_user);

	if (err)
		return err;
	err = rhashtable_init(&tmpis->by_impi, &by_impi);
	if (err)
		rhashtable_destroy(&tmpis->by_user);
	return err;
}

static void free_one(void *p, void *arg)
{
	kfree(p);
}

void gmg_tmpi_free_tables(struct gmg_tmpis *tmpis)
{
	rhashtable_free_and_destroy(&tmpis->by_user, free_one, NULL);
	rhashtable_free_and_destroy(&tmpis->by_impi, free_one, NULL);
}
