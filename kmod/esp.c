// SPDX-License-Identifier: GPL-2.0
#include <linux/slab.h>
#include <net/xfrm.h>

#include "esp.h"
#include "refusal.h"
#include "sa.h"

/* Packets that may arrive late: as many as the bitmap has bits. */
enum { REPLAY_WORDS = 4, REPLAY_WINDOW = REPLAY_WORDS * 32 };

/* TS 33.203 Annex H and I, in the words of the kernel. @aead: the row is both,
 * cipher and integrity. @missing: what is said where the kernel has it not.
 */
struct algorithm {
	const char *name;
	const char *missing;
	u8 key;			/* octets, salt included */
	u16 icv;		/* bits */
	bool aead;
};

static const struct algorithm algs[] = {
	[GMGUARD_ALG_HMAC_MD5_96] = {
		"hmac(md5)", "this kernel has no hmac-md5-96: modprobe md5 hmac authenc",
		.key = 16, .icv = 96,
	},
	[GMGUARD_ALG_HMAC_SHA_1_96] = {
		"hmac(sha1)", "this kernel has no hmac-sha-1-96: modprobe sha1_generic hmac authenc",
		.key = 20, .icv = 96,
	},
	[GMGUARD_ALG_AES_GMAC] = {
		"rfc4543(gcm(aes))", "this kernel has no aes-gmac: modprobe gcm seqiv",
		.key = 20, .icv = 128, .aead = true,
	},
	[GMGUARD_ALG_NULL] = {},
};

static const struct algorithm ealgs[] = {
	[GMGUARD_EALG_NULL] = {
		"ecb(cipher_null)", "this kernel has no null cipher: modprobe crypto_null authenc",
	},
	[GMGUARD_EALG_DES_EDE3_CBC] = {
		"cbc(des3_ede)", "this kernel has no des-ede3-cbc: modprobe des_generic cbc echainiv",
		.key = 24,
	},
	[GMGUARD_EALG_AES_CBC] = {
		"cbc(aes)", "this kernel has no aes-cbc: modprobe aes_generic cbc echainiv",
		.key = 16,
	},
	[GMGUARD_EALG_AES_GCM] = {
		"rfc4106(gcm(aes))", "this kernel has no aes-gcm: modprobe gcm seqiv",
		.key = 20, .icv = 128, .aead = true,
	},
};

bool gmg_esp_pair_valid(u8 alg, u8 ealg)
{
	switch (alg) {
	case GMGUARD_ALG_HMAC_MD5_96:
	case GMGUARD_ALG_HMAC_SHA_1_96:
		return ealg != GMGUARD_EALG_AES_GCM;
	case GMGUARD_ALG_AES_GMAC:
		return ealg == GMGUARD_EALG_NULL;
	default:
		return ealg == GMGUARD_EALG_AES_GCM;
	}
}

bool gmg_esp_keys_valid(u8 alg, u8 ealg, const struct gmg_esp_keys *keys)
{
	return keys->auth_len == algs[alg].key && keys->enc_len == ealgs[ealg].key;
}

static void set_addr(xfrm_address_t *to, const union nf_inet_addr *from)
{
	to->in6 = from->in6;
}

/* Each of these ends in the key, and none of them shows it any more once the
 * cipher context has it.
 */
static int attach_auth(struct xfrm_state *x, const struct algorithm *a,
		       const u8 *key)
{
	const struct xfrm_algo_desc *desc = xfrm_aalg_get_byname(a->name, 1);

	if (!desc)
		return -EPROTONOSUPPORT;
	x->aalg = kzalloc(struct_size(x->aalg, alg_key, a->key), GFP_KERNEL);
	if (!x->aalg)
		return -ENOMEM;
	strscpy(x->aalg->alg_name, desc->name, sizeof(x->aalg->alg_name));
	x->aalg->alg_key_len = a->key * 8;
	x->aalg->alg_trunc_len = a->icv;
	memcpy(x->aalg->alg_key, key, a->key);
	x->props.aalgo = desc->desc.sadb_alg_id;
	return 0;
}

static int attach_cipher(struct xfrm_state *x, const struct algorithm *a,
			 const u8 *key)
{
	const struct xfrm_algo_desc *desc = xfrm_ealg_get_byname(a->name, 1);

	if (!desc)
		return -EPROTONOSUPPORT;
	x->ealg = kzalloc(struct_size(x->ealg, alg_key, a->key), GFP_KERNEL);
	if (!x->ealg)
		return -ENOMEM;
	strscpy(x->ealg->alg_name, desc->name, sizeof(x->ealg->alg_name));
	x->ealg->alg_key_len = a->key * 8;
	memcpy(x->ealg->alg_key, key, a->key);
	x->props.ealgo = desc->desc.sadb_alg_id;
	x->geniv = desc->uinfo.encr.geniv;
	return 0;
}

static int attach_aead(struct xfrm_state *x, const struct algorithm *a,
		       const u8 *key)
{
	const struct xfrm_algo_desc *desc = xfrm_aead_get_byname(a->name, a->icv, 1);

	if (!desc)
		return -EPROTONOSUPPORT;
	x->aead = kzalloc(struct_size(x->aead, alg_key, a->key), GFP_KERNEL);
	if (!x->aead)
		return -ENOMEM;
	strscpy(x->aead->alg_name, desc->name, sizeof(x->aead->alg_name));
	x->aead->alg_key_len = a->key * 8;
	x->aead->alg_icv_len = a->icv;
	memcpy(x->aead->alg_key, key, a->key);
	x->props.ealgo = desc->desc.sadb_alg_id;
	x->geniv = desc->uinfo.aead.geniv;
	return 0;
}

static void forget_keys(struct xfrm_state *x)
{
	if (x->aalg)
		memzero_explicit(x->aalg->alg_key, x->aalg->alg_key_len / 8);
	if (x->ealg)
		memzero_explicit(x->ealg->alg_key, x->ealg->alg_key_len / 8);
	if (x->aead)
		memzero_explicit(x->aead->alg_key, x->aead->alg_key_len / 8);
}

static int attach_keys(struct xfrm_state *x, const struct gmg_set *set,
		       const struct gmg_esp_keys *keys,
		       struct netlink_ext_ack *extack)
{
	const struct algorithm *alg = &algs[set->alg], *ealg = &ealgs[set->ealg];
	const struct algorithm *missing = ealg;
	int err;

	if (alg->aead) {
		missing = alg;
		err = attach_aead(x, alg, keys->auth);
	} else if (ealg->aead) {
		err = attach_aead(x, ealg, keys->enc);
	} else {
		err = attach_cipher(x, ealg, keys->enc);
		if (!err) {
			missing = alg;
			err = attach_auth(x, alg, keys->auth);
		}
	}
	if (!err) {
		err = __xfrm_init_state(x, false, false, NULL);
		if (err == -EPROTONOSUPPORT || err == -EAFNOSUPPORT)
			return gmg_refuse(extack, NULL, -EPROTONOSUPPORT,
					  set->family == NFPROTO_IPV4 ?
					  "this kernel has no ESP for IPv4: modprobe esp4" :
					  "this kernel has no ESP for IPv6: modprobe esp6");
	}
	if (err == -ENOENT || err == -EPROTONOSUPPORT)
		return gmg_refuse(extack, NULL, -EPROTONOSUPPORT, missing->missing);
	return err;
}

/* Packets may arrive out of order, but each once; no ESN, which UEs have not. */
static int attach_replay(struct xfrm_state *x)
{
	struct xfrm_replay_state_esn *esn;
	size_t size = struct_size(esn, bmp, REPLAY_WORDS);

	esn = kzalloc(size, GFP_KERNEL);
	if (!esn)
		return -ENOMEM;
	esn->bmp_len = REPLAY_WORDS;
	esn->replay_window = REPLAY_WINDOW;
	x->replay_esn = esn;
	x->preplay_esn = kmemdup(esn, size, GFP_KERNEL);
	return x->preplay_esn ? 0 : -ENOMEM;
}

/* Never installed, so nobody else has it. */
static void drop_state(struct xfrm_state *x)
{
	forget_keys(x);
	x->km.state = XFRM_STATE_DEAD;
	xfrm_state_put(x);
}

static struct xfrm_state *make_state(struct net *net, const struct gmg_set *set,
				     const struct gmg_pair *pair, bool in,
				     const struct gmg_esp_keys *keys,
				     struct netlink_ext_ack *extack)
{
	struct xfrm_state *x = xfrm_state_alloc(net);
	u8 bits = set->family == NFPROTO_IPV4 ? 32 : 128;
	int err;

	if (!x)
		return ERR_PTR(-ENOMEM);
	x->props.family = gmg_esp_family(set->family);
	x->props.mode = XFRM_MODE_TRANSPORT;
	x->props.reqid = GMG_ESP_REQID;
	x->id.proto = IPPROTO_ESP;
	set_addr(&x->id.daddr, in ? &set->pcscf : &set->ue);
	set_addr(&x->props.saddr, in ? &set->ue : &set->pcscf);
	x->sel.family = x->props.family;
	x->sel.daddr = x->id.daddr;
	x->sel.saddr = x->props.saddr;
	x->sel.prefixlen_d = bits;
	x->sel.prefixlen_s = bits;
	x->sel.dport = htons(in ? pair->port : pair->ue_port);
	x->sel.sport = htons(in ? pair->ue_port : pair->port);
	x->sel.dport_mask = htons(0xffff);
	x->sel.sport_mask = htons(0xffff);

	err = attach_keys(x, set, keys, extack);
	if (!err && in)
		err = attach_replay(x);
	if (!err)
		err = xfrm_init_replay(x, extack);
	x->km.state = XFRM_STATE_VALID;
	forget_keys(x);
	if (err) {
		drop_state(x);
		return ERR_PTR(err);
	}
	return x;
}

/* The states of a set in the order in which they are installed: what the UE
 * may send first, last.
 */
static struct gmg_sa *sa_of(struct gmg_set *set, int i)
{
	struct gmg_pair *pair = &set->pair[i % GMG_PAIRS];

	return i < GMG_PAIRS ? &pair->out : &pair->in;
}

enum { STATES = 2 * GMG_PAIRS };

int gmg_esp_make(struct net *net, struct gmg_set *set,
		 const struct gmg_esp_keys *keys, struct netlink_ext_ack *extack)
{
	struct xfrm_state *x;
	int i;

	for (i = 0; i < STATES; i++) {
		x = make_state(net, set, &set->pair[i % GMG_PAIRS],
			       i >= GMG_PAIRS, keys, extack);
		if (IS_ERR(x)) {
			gmg_esp_put(set);
			return PTR_ERR(x);
		}
		sa_of(set, i)->x = x;
	}
	return 0;
}

int gmg_esp_probe(struct net *net, u8 family, u8 alg, u8 ealg,
		  struct netlink_ext_ack *extack)
{
	static const u8 key[] = "gmguard: no key, but a probe";
	const struct gmg_esp_keys keys = { .auth = key, .enc = key };
	const struct gmg_set set = { .family = family, .alg = alg, .ealg = ealg };
	struct xfrm_state *x;

	x = make_state(net, &set, &set.pair[0], true, &keys, extack);
	if (IS_ERR(x))
		return PTR_ERR(x);
	drop_state(x);
	return 0;
}

int gmg_esp_install(struct gmg_set *set)
{
	struct xfrm_state *x;
	int i, err;

	for (i = 0; i < STATES; i++) {
		x = sa_of(set, i)->x;
		x->id.spi = htonl(sa_of(set, i)->spi);
		/* one reference for xfrm, one stays ours */
		xfrm_state_hold(x);
		err = xfrm_state_add(x);
		if (err) {
			xfrm_state_put(x);
			goto err_undo;
		}
	}
	return 0;

err_undo:
	while (i--)
		xfrm_state_delete(sa_of(set, i)->x);
	return err;
}

void gmg_esp_remove(struct gmg_set *set)
{
	int i;

	for (i = STATES; i--;)
		xfrm_state_delete(sa_of(set, i)->x);
}

void gmg_esp_put(struct gmg_set *set)
{
	struct gmg_sa *sa;
	int i;

	for (i = 0; i < STATES; i++) {
		sa = sa_of(set, i);
		if (!sa->x)
			continue;
		/* as xfrm wants it of a state that was never installed */
		sa->x->km.state = XFRM_STATE_DEAD;
		xfrm_state_put(sa->x);
		sa->x = NULL;
	}
}

struct xfrm_state *gmg_esp_find(struct net *net, u8 family,
				const union nf_inet_addr *daddr, u32 spi)
{
	xfrm_address_t to;

	set_addr(&to, daddr);
	return xfrm_state_lookup(net, 0, &to, htonl(spi), IPPROTO_ESP,
				 gmg_esp_family(family));
}

bool gmg_esp_lost(const struct gmg_set *set)
{
	int i;

	for (i = 0; i < GMG_PAIRS; i++)
		if (READ_ONCE(set->pair[i].in.x->km.state) != XFRM_STATE_VALID ||
		    READ_ONCE(set->pair[i].out.x->km.state) != XFRM_STATE_VALID)
			return true;
	return false;
}

void gmg_esp_counters(struct xfrm_state *x, u64 *packets, u64 *octets)
{
	spin_lock_bh(&x->lock);
	*packets = x->curlft.packets;
	*octets = x->curlft.bytes;
	spin_unlock_bh(&x->lock);
}
