// SPDX-License-Identifier: GPL-2.0
#include <assert.h>
#include <linux/gmguard.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <string.h>

#include "array.h"
#include "keyexp.h"

#define SALT_LEN 4

/* S = FC || P0 || L0 of TS 33.220 B.2, for the salts of TS 33.203 Annex I. */
static const char s_gmac[] = "\x58" "AES_GMAC_SALT" "\x00\x0d";
static const char s_gcm[] = "\x59" "AES_GCM_SALT" "\x00\x0c";

#define GONE " is gone from TS 33.203 since Release 13; right would be "

static const char no_integrity[] =
	"integrity is mandatory: alg null goes with ealg aes-gcm only (TS 33.203 Annex H)";
static const char own_integrity[] =
	"ealg aes-gcm has its own integrity: it goes with alg null only (TS 33.203 Annex H)";
static const char no_cipher[] =
	"alg aes-gmac encrypts nothing: it goes with ealg null only, or take aes-gcm (RFC 4543)";

static const struct {
	enum gmg_pair pair;
	const char *why;
} pairs[][GMGUARD_EALG_AES_GCM + 1] = {
	[GMGUARD_ALG_HMAC_MD5_96] = {
		[GMGUARD_EALG_NULL] = { GMG_PAIR_LEGACY, "hmac-md5-96" GONE "hmac-sha-1-96" },
		[GMGUARD_EALG_DES_EDE3_CBC] = {
			GMG_PAIR_LEGACY,
			"hmac-md5-96 with des-ede3-cbc" GONE "hmac-sha-1-96 with aes-cbc"
		},
		[GMGUARD_EALG_AES_CBC] = { GMG_PAIR_LEGACY, "hmac-md5-96" GONE "hmac-sha-1-96" },
		[GMGUARD_EALG_AES_GCM] = { GMG_PAIR_REFUSED, own_integrity },
	},
	[GMGUARD_ALG_HMAC_SHA_1_96] = {
		[GMGUARD_EALG_NULL] = { GMG_PAIR_OK, NULL },
		[GMGUARD_EALG_DES_EDE3_CBC] = { GMG_PAIR_LEGACY, "des-ede3-cbc" GONE "aes-cbc" },
		[GMGUARD_EALG_AES_CBC] = { GMG_PAIR_OK, NULL },
		[GMGUARD_EALG_AES_GCM] = { GMG_PAIR_REFUSED, own_integrity },
	},
	[GMGUARD_ALG_AES_GMAC] = {
		[GMGUARD_EALG_NULL] = { GMG_PAIR_OK, NULL },
		[GMGUARD_EALG_DES_EDE3_CBC] = { GMG_PAIR_REFUSED, no_cipher },
		[GMGUARD_EALG_AES_CBC] = { GMG_PAIR_REFUSED, no_cipher },
		[GMGUARD_EALG_AES_GCM] = { GMG_PAIR_REFUSED, own_integrity },
	},
	[GMGUARD_ALG_NULL] = {
		[GMGUARD_EALG_NULL] = { GMG_PAIR_REFUSED, no_integrity },
		[GMGUARD_EALG_DES_EDE3_CBC] = { GMG_PAIR_REFUSED, no_integrity },
		[GMGUARD_EALG_AES_CBC] = { GMG_PAIR_REFUSED, no_integrity },
		[GMGUARD_EALG_AES_GCM] = { GMG_PAIR_OK, NULL },
	},
};

enum gmg_pair gmg_pair_check(uint32_t alg, uint32_t ealg, const char **why)
{
	if (alg >= ARRAY_SIZE(pairs) || ealg >= ARRAY_SIZE(pairs[0])) {
		*why = "this version does not know the algorithm";
		return GMG_PAIR_REFUSED;
	}
	*why = pairs[alg][ealg].why;
	return pairs[alg][ealg].pair;
}

/* HMAC-SHA-256, but for its key: to look for it anew costs more than to use it. */
static EVP_MAC_CTX *hmac;

static void make_hmac(void)
{
	char digest[] = "SHA256";
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);

	hmac = EVP_MAC_CTX_new(mac);
	EVP_MAC_free(mac);
	if (hmac && EVP_MAC_CTX_set_params(hmac, params))
		return;
	EVP_MAC_CTX_free(hmac);
	hmac = NULL;
}

/* The 32 least significant bits of the KDF. */
static bool make_salt(uint8_t salt[SALT_LEN], const char *s, size_t len,
		      const struct gmg_aka_keys *aka)
{
	static CRYPTO_ONCE once = CRYPTO_ONCE_STATIC_INIT;
	EVP_MAC_CTX *ctx = NULL;
	uint8_t mac[32];
	size_t n = 0;
	bool ok;

	static_assert(sizeof(*aka) == sizeof(aka->ck) + sizeof(aka->ik), "CK || IK has no hole");
	if (CRYPTO_THREAD_run_once(&once, make_hmac) && hmac)
		ctx = EVP_MAC_CTX_dup(hmac);
	ok = ctx && EVP_MAC_init(ctx, (const void *)aka, sizeof(*aka), NULL) &&
	     EVP_MAC_update(ctx, (const void *)s, len) &&
	     EVP_MAC_final(ctx, mac, &n, sizeof(mac)) && n == sizeof(mac);
	if (ok)
		memcpy(salt, mac + sizeof(mac) - SALT_LEN, SALT_LEN);
	EVP_MAC_CTX_free(ctx);
	OPENSSL_cleanse(mac, sizeof(mac));
	return ok;
}

/* RFC 2451: the lowest bit of each octet makes its parity odd. */
static void set_odd_parity(uint8_t *octet, size_t n)
{
	for (; n--; octet++)
		*octet = (*octet & 0xfe) | !__builtin_parity(*octet & 0xfe);
}

static bool expand_auth(uint32_t alg, const struct gmg_aka_keys *aka, struct gmg_esp_keys *esp)
{
	if (alg == GMGUARD_ALG_NULL)
		return true;
	memcpy(esp->auth_key, aka->ik, GMG_AKA_KEY_LEN);
	esp->auth_len = GMG_AKA_KEY_LEN;
	if (alg == GMGUARD_ALG_HMAC_SHA_1_96)	/* || 32 zero bits */
		esp->auth_len = GMG_AUTH_KEY_MAX;
	if (alg != GMGUARD_ALG_AES_GMAC)
		return true;
	esp->auth_len += SALT_LEN;
	return make_salt(esp->auth_key + GMG_AKA_KEY_LEN, s_gmac, sizeof(s_gmac) - 1, aka);
}

static bool expand_enc(uint32_t ealg, const struct gmg_aka_keys *aka, struct gmg_esp_keys *esp)
{
	if (ealg == GMGUARD_EALG_NULL)
		return true;
	memcpy(esp->enc_key, aka->ck, GMG_AKA_KEY_LEN);
	esp->enc_len = GMG_AKA_KEY_LEN;
	if (ealg == GMGUARD_EALG_DES_EDE3_CBC) {	/* CK1 || CK2 || CK1 */
		memcpy(esp->enc_key + GMG_AKA_KEY_LEN, aka->ck, GMG_AKA_KEY_LEN / 2);
		esp->enc_len = GMG_ENC_KEY_MAX;
		set_odd_parity(esp->enc_key, esp->enc_len);
	}
	if (ealg != GMGUARD_EALG_AES_GCM)
		return true;
	esp->enc_len += SALT_LEN;
	return make_salt(esp->enc_key + GMG_AKA_KEY_LEN, s_gcm, sizeof(s_gcm) - 1, aka);
}

bool gmg_keys_expand(uint32_t alg, uint32_t ealg, const struct gmg_aka_keys *aka,
		     struct gmg_esp_keys *esp)
{
	const char *why;

	OPENSSL_cleanse(esp, sizeof(*esp));
	if (gmg_pair_check(alg, ealg, &why) == GMG_PAIR_REFUSED)
		return false;
	if (expand_auth(alg, aka, esp) && expand_enc(ealg, aka, esp))
		return true;
	OPENSSL_cleanse(esp, sizeof(*esp));
	return false;
}
