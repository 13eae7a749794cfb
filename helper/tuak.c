// SPDX-License-Identifier: GPL-2.0
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#include "tuak.h"

/* The state that TUAK hands to Keccak-f[1600] (TS 35.231 clause 6 and Annex A) is
 * the one that SHAKE256 makes of the first MESSAGE octets of it: TUAK's fixed bits
 * 768 to 772 and 1087 are SHAKE's suffix and padding, and the capacity is zero.
 * What the state is after n iterations is the n-th block that SHAKE256 squeezes
 * out, as far as TUAK looks at it. So OpenSSL's SHAKE256 is all it takes.
 */
enum {
	MESSAGE = 96,
	RATE = 136,
};

/* Octets of the state where TUAK puts a value or takes it from. */
enum {
	AT_TOP = 0, AT_INSTANCE = 32, AT_NAME = 33, AT_RAND = 40, AT_AMF = 56, AT_SQN = 58,
	AT_KEY = 64,
	AT_MAC = 0, AT_RES = 0, AT_CK = 32, AT_IK = 64, AT_AK = 96,
};

/* Bits of INSTANCE, whose bit 0 is the most significant. */
enum {
	F1 = 0x00, F2345 = 0x40, F1_STAR = 0x80, F5_STAR = 0xc0,
	CK_IS_LONG = 0x04, IK_IS_LONG = 0x02, KEY_IS_LONG = 0x01,
};

static const uint8_t name[] = { 'T', 'U', 'A', 'K', '1', '.', '0' };

/* Bit i of a value of n bits is bit n - 1 - i of the state, which has the least
 * significant bit of an octet first: the octets from the last to the first.
 */
static void put(uint8_t *at, const uint8_t *value, size_t n)
{
	while (n--)
		*at++ = value[n];
}

/* Bits 2 to 4 of INSTANCE for MACs and RESs of 4, 8, 16 or 32 octets. */
static uint8_t length_bits(uint8_t len)
{
	return len == 4 ? 0 : len;
}

/* Makes the state of a function, where @t->topc or TOP is put in already, and leaves
 * what becomes of it.
 */
static bool permute(const struct gmg_tuak *t, uint8_t instance, uint8_t state[RATE])
{
	uint8_t blocks[GMG_TUAK_ITERATIONS_MAX * RATE];
	const size_t last = (t->iterations - 1UL) * RATE;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok;

	state[AT_INSTANCE] = instance | (t->key_len == GMG_TUAK_LEN ? KEY_IS_LONG : 0);
	put(state + AT_NAME, name, sizeof(name));
	put(state + AT_KEY, t->key, t->key_len);
	ok = ctx && EVP_DigestInit_ex2(ctx, EVP_shake256(), NULL) &&
	     EVP_DigestUpdate(ctx, state, MESSAGE) &&
	     EVP_DigestFinalXOF(ctx, blocks, last + RATE);
	if (ok)
		memcpy(state, blocks + last, RATE);
	EVP_MD_CTX_free(ctx);
	OPENSSL_cleanse(blocks, sizeof(blocks));
	return ok;
}

/* A function of RAND, SQN and AMF; f2 to f5* have no SQN and AMF but zeros. */
static bool run(const struct gmg_tuak *t, uint8_t instance, const uint8_t rand[16],
		const uint8_t sqn[6], const uint8_t amf[2], uint8_t state[RATE])
{
	memset(state, 0, RATE);
	put(state + AT_TOP, t->topc, GMG_TUAK_LEN);
	put(state + AT_RAND, rand, 16);
	put(state + AT_AMF, amf, 2);
	put(state + AT_SQN, sqn, 6);
	return permute(t, instance, state);
}

static bool is_one_of(uint8_t len, uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
	return len == a || len == b || len == c || len == d;
}

static bool lengths_hold(const struct gmg_tuak *t)
{
	return is_one_of(t->key_len, 16, 32, 32, 32) && is_one_of(t->mac_len, 8, 16, 32, 32) &&
	       is_one_of(t->res_len, 4, 8, 16, 32) && is_one_of(t->ck_len, 16, 32, 32, 32) &&
	       is_one_of(t->ik_len, 16, 32, 32, 32) && t->iterations >= 1 &&
	       t->iterations <= GMG_TUAK_ITERATIONS_MAX;
}

bool gmg_tuak_topc(struct gmg_tuak *t, const uint8_t top[GMG_TUAK_LEN])
{
	uint8_t state[RATE] = { 0 };
	bool ok;

	put(state + AT_TOP, top, GMG_TUAK_LEN);
	ok = lengths_hold(t) && permute(t, 0, state);
	if (ok)
		put(t->topc, state + AT_TOP, GMG_TUAK_LEN);
	OPENSSL_cleanse(state, sizeof(state));
	return ok;
}

bool gmg_tuak_f1(const struct gmg_tuak *t, const uint8_t rand[16], const uint8_t sqn[6],
		 const uint8_t amf[2], uint8_t *mac_a, uint8_t *mac_s)
{
	uint8_t a[RATE], s[RATE];
	bool ok;

	ok = lengths_hold(t) && run(t, F1 | length_bits(t->mac_len), rand, sqn, amf, a) &&
	     run(t, F1_STAR | length_bits(t->mac_len), rand, sqn, amf, s);
	if (ok) {
		put(mac_a, a + AT_MAC, t->mac_len);
		put(mac_s, s + AT_MAC, t->mac_len);
	}
	OPENSSL_cleanse(a, sizeof(a));
	OPENSSL_cleanse(s, sizeof(s));
	return ok;
}

bool gmg_tuak_f2345(const struct gmg_tuak *t, const uint8_t rand[16], uint8_t *res, uint8_t *ck,
		    uint8_t *ik, uint8_t ak[6], uint8_t ak_s[6])
{
	static const uint8_t none[6];
	uint8_t instance = F2345 | length_bits(t->res_len);
	uint8_t f2345[RATE], f5_star[RATE];
	bool ok;

	instance |= t->ck_len == GMG_TUAK_LEN ? CK_IS_LONG : 0;
	instance |= t->ik_len == GMG_TUAK_LEN ? IK_IS_LONG : 0;
	ok = lengths_hold(t) && run(t, instance, rand, none, none, f2345) &&
	     run(t, F5_STAR, rand, none, none, f5_star);
	if (ok) {
		put(res, f2345 + AT_RES, t->res_len);
		put(ck, f2345 + AT_CK, t->ck_len);
		put(ik, f2345 + AT_IK, t->ik_len);
		put(ak, f2345 + AT_AK, 6);
		put(ak_s, f5_star + AT_AK, 6);
	}
	OPENSSL_cleanse(f2345, sizeof(f2345));
	OPENSSL_cleanse(f5_star, sizeof(f5_star));
	return ok;
}
