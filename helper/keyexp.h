/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_KEYEXP_H
#define _GMG_KEYEXP_H

#include <stdbool.h>
#include <stdint.h>

/* Key expansion, TS 33.203 Annex I: from the two keys of an AKA run to those of
 * ESP. Nothing here is read, kept or shown; who calls owns the keys and wipes
 * them.
 */
#define GMG_AKA_KEY_LEN 16
#define GMG_AUTH_KEY_MAX 20
#define GMG_ENC_KEY_MAX 24

/**
 * struct gmg_aka_keys - CK_IM and IK_IM
 *
 * In this order they are also the key of the TS 33.220 KDF.
 */
struct gmg_aka_keys {
	uint8_t ck[GMG_AKA_KEY_LEN];
	uint8_t ik[GMG_AKA_KEY_LEN];
};

/**
 * struct gmg_esp_keys - IK_ESP and CK_ESP as the kernel's transforms want them
 * @auth_len: octets of @auth_key; 0 for alg null
 * @enc_len:  octets of @enc_key; 0 for ealg null
 * @auth_key: of the HMAC; for aes-gmac IK and the 4 octets of salt
 * @enc_key:  of the cipher, that of DES with odd parity; for aes-gcm CK and the
 *            4 octets of salt
 */
struct gmg_esp_keys {
	uint8_t auth_len;
	uint8_t enc_len;
	uint8_t auth_key[GMG_AUTH_KEY_MAX];
	uint8_t enc_key[GMG_ENC_KEY_MAX];
};

enum gmg_pair {
	GMG_PAIR_OK,
	GMG_PAIR_LEGACY,	/* gone from TS 33.203 with Release 13, UEs offer it still */
	GMG_PAIR_REFUSED,
};

/* May an SA have @alg (enum gmguard_alg) with @ealg (enum gmguard_ealg)? TS 33.203
 * Annex H. Unless the answer is OK, @why is a sentence that says why and what
 * would be right.
 */
enum gmg_pair gmg_pair_check(uint32_t alg, uint32_t ealg, const char **why);

/* The keys of ESP for a pair that may be, legacy or not. False, and @esp is all
 * zero, for one that is refused, or if OpenSSL fails.
 */
bool gmg_keys_expand(uint32_t alg, uint32_t ealg, const struct gmg_aka_keys *aka,
		     struct gmg_esp_keys *esp);

#endif /* _GMG_KEYEXP_H */
