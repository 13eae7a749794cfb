// SPDX-License-Identifier: GPL-2.0
#include <openssl/crypto.h>
#include <string.h>

#include "aka.h"
#include "milenage.h"
#include "tuak.h"

enum { MAC_LEN = 8 };

/* AMF* of AUTS is a dummy, TS 33.102 6.3.3. */
static const uint8_t amf_star[GMG_AMF_LEN];

/* A subscriber's MILENAGE or TUAK, ready for use. */
struct functions {
	const struct gmg_subscriber *sub;
	bool is_tuak;
	uint8_t opc[GMG_MILENAGE_LEN];
	struct gmg_tuak tuak;
};

/* What f2 to f5* make of RAND. */
struct outputs {
	uint8_t res[GMG_RES_LEN];
	struct gmg_aka_keys keys;
	uint8_t ak[GMG_SQN_LEN];
	uint8_t ak_s[GMG_SQN_LEN];
};

static bool begin(struct functions *f, const struct gmg_subscriber *sub)
{
	f->sub = sub;
	f->is_tuak = sub->op == GMG_TOP || sub->op == GMG_TOPC;
	if (sub->op == GMG_OP)
		return gmg_milenage_opc(sub->key, sub->op_value, f->opc);
	memcpy(f->opc, sub->op_value, sizeof(f->opc));
	f->tuak = (struct gmg_tuak){
		.key_len = sub->key_len, .mac_len = MAC_LEN, .res_len = GMG_RES_LEN,
		.ck_len = GMG_AKA_KEY_LEN, .ik_len = GMG_AKA_KEY_LEN, .iterations = 1,
	};
	memcpy(f->tuak.key, sub->key, sizeof(f->tuak.key));
	memcpy(f->tuak.topc, sub->op_value, sizeof(f->tuak.topc));
	return sub->op != GMG_TOP || gmg_tuak_topc(&f->tuak, sub->op_value);
}

static bool f1(const struct functions *f, const uint8_t *rand, const uint8_t *sqn,
	       const uint8_t *amf, uint8_t mac_a[MAC_LEN], uint8_t mac_s[MAC_LEN])
{
	if (f->is_tuak)
		return gmg_tuak_f1(&f->tuak, rand, sqn, amf, mac_a, mac_s);
	return gmg_milenage_f1(f->sub->key, f->opc, rand, sqn, amf, mac_a, mac_s);
}

static bool f2345(const struct functions *f, const uint8_t *rand, struct outputs *o)
{
	if (f->is_tuak)
		return gmg_tuak_f2345(&f->tuak, rand, o->res, o->keys.ck, o->keys.ik, o->ak,
				      o->ak_s);
	return gmg_milenage_f2345(f->sub->key, f->opc, rand, o->res, o->keys.ck, o->keys.ik,
				  o->ak, o->ak_s);
}

/* Puts AK on the @sqn that it hides, or takes it off. */
static void hide(uint8_t to[GMG_SQN_LEN], const uint8_t sqn[GMG_SQN_LEN],
		 const uint8_t ak[GMG_SQN_LEN])
{
	int i;

	for (i = 0; i < GMG_SQN_LEN; i++)
		to[i] = sqn[i] ^ ak[i];
}

bool gmg_aka_vector_make(const struct gmg_subscriber *sub, const uint8_t rand[GMG_RAND_LEN],
			 const uint8_t sqn[GMG_SQN_LEN], const uint8_t amf[GMG_AMF_LEN],
			 struct gmg_aka_vector *v)
{
	uint8_t mac_s[MAC_LEN];
	struct functions f;
	struct outputs o;
	bool ok;

	OPENSSL_cleanse(v, sizeof(*v));
	ok = begin(&f, sub) && f2345(&f, rand, &o) &&
	     f1(&f, rand, sqn, amf, v->autn + GMG_SQN_LEN + GMG_AMF_LEN, mac_s);
	if (ok) {
		memcpy(v->rand, rand, sizeof(v->rand));
		hide(v->autn, sqn, o.ak);
		memcpy(v->autn + GMG_SQN_LEN, amf, GMG_AMF_LEN);
		memcpy(v->xres, o.res, sizeof(v->xres));
		v->keys = o.keys;
	}
	OPENSSL_cleanse(&f, sizeof(f));
	OPENSSL_cleanse(&o, sizeof(o));
	return ok;
}

/* AUTS of @sqn_ms. */
static bool make_auts(const struct functions *f, const struct outputs *o, const uint8_t *rand,
		      const uint8_t *sqn_ms, uint8_t auts[GMG_AUTS_LEN])
{
	uint8_t mac_a[MAC_LEN];

	hide(auts, sqn_ms, o->ak_s);
	return f1(f, rand, sqn_ms, amf_star, mac_a, auts + GMG_SQN_LEN);
}

static enum gmg_aka_result answer(const struct functions *f, const struct outputs *o,
				  const uint8_t *rand, const uint8_t *autn, const uint8_t *sqn_ms,
				  struct gmg_aka_answer *a)
{
	const uint8_t *amf = autn + GMG_SQN_LEN;
	uint8_t xmac[MAC_LEN], mac_s[MAC_LEN], sqn[GMG_SQN_LEN];

	hide(sqn, autn, o->ak);
	if (!f1(f, rand, sqn, amf, xmac, mac_s))
		return GMG_AKA_FAILED;
	if (CRYPTO_memcmp(xmac, amf + GMG_AMF_LEN, MAC_LEN))
		return GMG_AKA_MAC_WRONG;
	/* only now it is known to be the AuC's */
	memcpy(a->sqn, sqn, sizeof(a->sqn));
	if (memcmp(sqn, sqn_ms, GMG_SQN_LEN) <= 0)
		return make_auts(f, o, rand, sqn_ms, a->auts) ? GMG_AKA_SQN_OLD : GMG_AKA_FAILED;
	memcpy(a->res, o->res, sizeof(a->res));
	a->keys = o->keys;
	return GMG_AKA_OK;
}

enum gmg_aka_result gmg_aka_answer_make(const struct gmg_subscriber *sub,
					const uint8_t rand[GMG_RAND_LEN],
					const uint8_t autn[GMG_AUTN_LEN],
					const uint8_t sqn_ms[GMG_SQN_LEN],
					struct gmg_aka_answer *a)
{
	enum gmg_aka_result result = GMG_AKA_FAILED;
	struct functions f;
	struct outputs o;

	OPENSSL_cleanse(a, sizeof(*a));
	if (begin(&f, sub) && f2345(&f, rand, &o))
		result = answer(&f, &o, rand, autn, sqn_ms, a);
	OPENSSL_cleanse(&f, sizeof(f));
	OPENSSL_cleanse(&o, sizeof(o));
	return result;
}

enum gmg_aka_result gmg_aka_resync(const struct gmg_subscriber *sub,
				   const uint8_t rand[GMG_RAND_LEN],
				   const uint8_t auts[GMG_AUTS_LEN], uint8_t sqn_ms[GMG_SQN_LEN])
{
	enum gmg_aka_result result = GMG_AKA_FAILED;
	uint8_t sqn[GMG_SQN_LEN], right[GMG_AUTS_LEN];
	struct functions f;
	struct outputs o;

	if (begin(&f, sub) && f2345(&f, rand, &o)) {
		hide(sqn, auts, o.ak_s);
		if (make_auts(&f, &o, rand, sqn, right))
			result = CRYPTO_memcmp(right, auts, sizeof(right)) ? GMG_AKA_MAC_WRONG :
									     GMG_AKA_OK;
	}
	if (result == GMG_AKA_OK)
		memcpy(sqn_ms, sqn, sizeof(sqn));
	OPENSSL_cleanse(&f, sizeof(f));
	OPENSSL_cleanse(&o, sizeof(o));
	return result;
}
