// SPDX-License-Identifier: GPL-2.0
#include <assert.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#include "array.h"
#include "base64.h"
#include "digest.h"
#include "hex.h"

enum { MD5_LEN = 16 };

const cyaml_strval_t digest_algorithm_words[GMG_DIGEST_ALGORITHMS] = {
	{ "AKAv1-MD5", GMG_AKAV1_MD5 },
	{ "AKAv2-MD5", GMG_AKAV2_MD5 },
};

const cyaml_strval_t qop_words[GMG_QOPS] = {
	{ "auth", GMG_QOP_AUTH },
	{ "auth-int", GMG_QOP_AUTH_INT },
};

/* A part of what is hashed. */
struct part {
	const void *at;
	size_t len;
};

/* An MD5 in hex, as a part. */
#define HASH(hex) { hex, GMG_RESPONSE_SIZE - 1 }

static struct part text(const char *s)
{
	return (struct part){ s, strlen(s) };
}

/* H(): MD5 of the parts with colons between them, in hex. */
static bool hash(const struct part *part, size_t n, char hex[GMG_RESPONSE_SIZE])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t md[MD5_LEN];
	size_t i;
	bool ok;

	ok = ctx && EVP_DigestInit_ex2(ctx, EVP_md5(), NULL);
	for (i = 0; i < n && ok; i++)
		ok = (!i || EVP_DigestUpdate(ctx, ":", 1)) &&
		     EVP_DigestUpdate(ctx, part[i].at, part[i].len);
	ok = ok && EVP_DigestFinal_ex(ctx, md, NULL);
	if (ok)
		hex_format(md, sizeof(md), hex);
	EVP_MD_CTX_free(ctx);
	OPENSSL_cleanse(md, sizeof(md));
	return ok;
}

/* H(A1) */
static bool hash_a1(const struct gmg_digest *d, const struct gmg_password *password,
		    char hex[GMG_RESPONSE_SIZE])
{
	const struct part a1[] = {
		text(d->username), text(d->realm), { password->octets, password->len },
	};

	return hash(a1, ARRAY_SIZE(a1), hex);
}

/* H(A2) */
static bool hash_a2(const struct gmg_digest *d, char hex[GMG_RESPONSE_SIZE])
{
	char entity[GMG_RESPONSE_SIZE];
	const struct part body = { d->body, d->body_len };
	const struct part a2[] = { text(d->method), text(d->uri), HASH(entity) };

	if (d->qop != GMG_QOP_AUTH_INT)
		return hash(a2, ARRAY_SIZE(a2) - 1, hex);
	return hash(&body, 1, entity) && hash(a2, ARRAY_SIZE(a2), hex);
}

const char *gmg_qop_word(uint32_t qop)
{
	return qop_words[qop - GMG_QOP_AUTH].str;
}

static bool hash_all(const struct gmg_digest *d, const char *a1, const char *a2, char *response)
{
	const struct part old[] = { HASH(a1), text(d->nonce), HASH(a2) };

	if (d->qop == GMG_QOP_NONE)
		return hash(old, ARRAY_SIZE(old), response);

	const struct part all[] = {
		HASH(a1), text(d->nonce), text(d->nc), text(d->cnonce),
		text(gmg_qop_word(d->qop)), HASH(a2),
	};

	return hash(all, ARRAY_SIZE(all), response);
}

bool gmg_digest_response(const struct gmg_digest *d, const struct gmg_password *password,
			 char response[GMG_RESPONSE_SIZE])
{
	char a1[GMG_RESPONSE_SIZE], a2[GMG_RESPONSE_SIZE];
	bool ok;

	ok = hash_a1(d, password, a1) && hash_a2(d, a2) && hash_all(d, a1, a2, response);
	OPENSSL_cleanse(a1, sizeof(a1));
	return ok;
}

/* base64(HMAC-MD5(RES || IK || CK, text)), RFC 4169 clause 3 */
static bool make_v2(const uint8_t *res, const struct gmg_aka_keys *keys,
		    struct gmg_password *password)
{
	static const char what[] = "http-digest-akav2-password";
	uint8_t key[GMG_RES_LEN + 2 * GMG_AKA_KEY_LEN], mac[MD5_LEN];
	char base64[GMG_BASE64_SIZE(MD5_LEN)];
	bool ok;

	static_assert(sizeof(base64) - 1 == sizeof(password->octets), "it fits");
	memcpy(key, res, GMG_RES_LEN);
	memcpy(key + GMG_RES_LEN, keys->ik, GMG_AKA_KEY_LEN);
	memcpy(key + GMG_RES_LEN + GMG_AKA_KEY_LEN, keys->ck, GMG_AKA_KEY_LEN);
	ok = EVP_Q_mac(NULL, "HMAC", NULL, "MD5", NULL, key, sizeof(key),
		       (const unsigned char *)what, sizeof(what) - 1, mac, sizeof(mac), NULL);
	if (ok) {
		gmg_base64_encode(mac, sizeof(mac), base64);
		password->len = sizeof(base64) - 1;
		memcpy(password->octets, base64, password->len);
	}
	OPENSSL_cleanse(key, sizeof(key));
	OPENSSL_cleanse(mac, sizeof(mac));
	OPENSSL_cleanse(base64, sizeof(base64));
	return ok;
}

bool gmg_digest_password(uint32_t algorithm, const uint8_t res[GMG_RES_LEN],
			 const struct gmg_aka_keys *keys, struct gmg_password *password)
{
	if (algorithm == GMG_AKAV2_MD5)
		return make_v2(res, keys, password);
	memcpy(password->octets, res, GMG_RES_LEN);
	password->len = GMG_RES_LEN;
	return true;
}

void gmg_nonce_make(const uint8_t rand[GMG_RAND_LEN], const uint8_t autn[GMG_AUTN_LEN],
		    char nonce[GMG_NONCE_SIZE])
{
	uint8_t octets[GMG_RAND_LEN + GMG_AUTN_LEN];

	static_assert(GMG_BASE64_SIZE(sizeof(octets)) == GMG_NONCE_SIZE, "it fits");
	memcpy(octets, rand, GMG_RAND_LEN);
	memcpy(octets + GMG_RAND_LEN, autn, GMG_AUTN_LEN);
	gmg_base64_encode(octets, sizeof(octets), nonce);
}

bool gmg_nonce_split(const char *nonce, size_t len, uint8_t rand[GMG_RAND_LEN],
		     uint8_t autn[GMG_AUTN_LEN])
{
	uint8_t octets[GMG_NONCE_MAX];
	size_t n;

	if (!gmg_base64_decode(nonce, len, octets, sizeof(octets), &n) ||
	    n < GMG_RAND_LEN + GMG_AUTN_LEN)
		return false;
	memcpy(rand, octets, GMG_RAND_LEN);
	memcpy(autn, octets + GMG_RAND_LEN, GMG_AUTN_LEN);
	return true;
}
