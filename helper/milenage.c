// SPDX-License-Identifier: GPL-2.0
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#include "milenage.h"

enum { LEN = GMG_MILENAGE_LEN };

/* E[x] under K, block by block; NULL if OpenSSL has none. */
static EVP_CIPHER_CTX *cipher_new(const uint8_t k[LEN])
{
	EVP_CIPHER_CTX *e = EVP_CIPHER_CTX_new();

	if (e && EVP_EncryptInit_ex2(e, EVP_aes_128_ecb(), k, NULL, NULL) &&
	    EVP_CIPHER_CTX_set_padding(e, 0))
		return e;
	EVP_CIPHER_CTX_free(e);
	return NULL;
}

static bool encrypt(EVP_CIPHER_CTX *e, const uint8_t in[LEN], uint8_t out[LEN])
{
	int n;

	return EVP_EncryptUpdate(e, out, &n, in, LEN) && n == LEN;
}

static void xor(uint8_t to[LEN], const uint8_t a[LEN], const uint8_t b[LEN])
{
	int i;

	for (i = 0; i < LEN; i++)
		to[i] = a[i] ^ b[i];
}

/* TEMP = E[RAND xor OPc] */
static bool make_temp(EVP_CIPHER_CTX *e, const uint8_t opc[LEN], const uint8_t rand[LEN],
		      uint8_t temp[LEN])
{
	xor(temp, rand, opc);
	return encrypt(e, temp, temp);
}

/* OUT = E[rot(in xor OPc, r) xor c xor add] xor OPc, where r is @octets to the left
 * and c is zero but for its last octet; @add may be NULL.
 */
static bool make_out(EVP_CIPHER_CTX *e, const uint8_t opc[LEN], const uint8_t in[LEN], int octets,
		     uint8_t c, const uint8_t *add, uint8_t out[LEN])
{
	uint8_t block[LEN];
	bool ok;
	int i;

	for (i = 0; i < LEN; i++)
		block[i] = in[(i + octets) % LEN] ^ opc[(i + octets) % LEN];
	block[LEN - 1] ^= c;
	if (add)
		xor(block, block, add);
	ok = encrypt(e, block, out);
	xor(out, out, opc);
	OPENSSL_cleanse(block, sizeof(block));
	return ok;
}

bool gmg_milenage_opc(const uint8_t k[LEN], const uint8_t op[LEN], uint8_t opc[LEN])
{
	EVP_CIPHER_CTX *e = cipher_new(k);
	uint8_t block[LEN];
	bool ok;

	ok = e && encrypt(e, op, block);
	if (ok)
		xor(opc, block, op);
	EVP_CIPHER_CTX_free(e);
	OPENSSL_cleanse(block, sizeof(block));
	return ok;
}

bool gmg_milenage_f1(const uint8_t k[LEN], const uint8_t opc[LEN], const uint8_t rand[16],
		     const uint8_t sqn[6], const uint8_t amf[2], uint8_t mac_a[8], uint8_t mac_s[8])
{
	EVP_CIPHER_CTX *e = cipher_new(k);
	uint8_t temp[LEN], in[LEN], out[LEN];
	bool ok;

	memcpy(in, sqn, 6);
	memcpy(in + 6, amf, 2);
	memcpy(in + 8, in, 8);
	ok = e && make_temp(e, opc, rand, temp) && make_out(e, opc, in, 8, 0, temp, out);
	if (ok) {
		memcpy(mac_a, out, 8);
		memcpy(mac_s, out + 8, 8);
	}
	EVP_CIPHER_CTX_free(e);
	OPENSSL_cleanse(temp, sizeof(temp));
	OPENSSL_cleanse(out, sizeof(out));
	return ok;
}

bool gmg_milenage_f2345(const uint8_t k[LEN], const uint8_t opc[LEN], const uint8_t rand[16],
			uint8_t res[8], uint8_t ck[16], uint8_t ik[16], uint8_t ak[6],
			uint8_t ak_s[6])
{
	EVP_CIPHER_CTX *e = cipher_new(k);
	uint8_t temp[LEN], out2[LEN], out5[LEN];
	bool ok;

	ok = e && make_temp(e, opc, rand, temp) &&
	     make_out(e, opc, temp, 0, 1, NULL, out2) &&
	     make_out(e, opc, temp, 4, 2, NULL, ck) &&
	     make_out(e, opc, temp, 8, 4, NULL, ik) &&
	     make_out(e, opc, temp, 12, 8, NULL, out5);
	if (ok) {
		memcpy(res, out2 + 8, 8);
		memcpy(ak, out2, 6);
		memcpy(ak_s, out5, 6);
	}
	EVP_CIPHER_CTX_free(e);
	OPENSSL_cleanse(temp, sizeof(temp));
	OPENSSL_cleanse(out2, sizeof(out2));
	OPENSSL_cleanse(out5, sizeof(out5));
	return ok;
}
