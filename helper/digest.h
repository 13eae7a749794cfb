/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_DIGEST_H
#define _GMG_DIGEST_H

#include <cyaml/cyaml.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aka.h"

/* Digest AKA: RFC 2617 with the passwords of RFC 3310 (AKAv1) and RFC 4169 (AKAv2). */
enum gmg_digest_algorithm {
	GMG_AKAV1_MD5,
	GMG_AKAV2_MD5,
};

enum gmg_qop {
	GMG_QOP_NONE,	/* of RFC 2069: the challenge has no qop */
	GMG_QOP_AUTH,
	GMG_QOP_AUTH_INT,
};

#define GMG_DIGEST_ALGORITHMS 2
#define GMG_QOPS 2	/* that have a word */

extern const cyaml_strval_t digest_algorithm_words[GMG_DIGEST_ALGORITHMS];
extern const cyaml_strval_t qop_words[GMG_QOPS];

#define GMG_RESPONSE_SIZE 33	/* 32 hex digits and the zero octet */
#define GMG_NONCE_SIZE 45	/* base64 of RAND || AUTN and the zero octet */
#define GMG_NONCE_MAX 384	/* octets of a nonce, with data of the server's */
#define GMG_PASSWORD_MAX 24

/**
 * struct gmg_digest - what a response is made of
 * @algorithm: enum gmg_digest_algorithm
 * @qop:       enum gmg_qop
 * @username:  the private identity, IMPI; like the next two as it stands between quotes
 * @method:    "" for the rspauth of an answer (RFC 2617 3.2.3)
 * @nc:        8 hex digits; with a qop only, as @cnonce
 * @body:      with GMG_QOP_AUTH_INT only
 */
struct gmg_digest {
	uint32_t algorithm;
	uint32_t qop;
	const char *username;
	const char *realm;
	const char *nonce;
	const char *uri;
	const char *method;
	const char *nc;
	const char *cnonce;
	const void *body;
	size_t body_len;
};

/* A password in binary: RES of AKAv1 has any octets. */
struct gmg_password {
	uint8_t octets[GMG_PASSWORD_MAX];
	size_t len;
};

/* The password of an AKA run; with AUTS it is the empty one instead (RFC 3310 3.4).
 * False if OpenSSL fails.
 */
bool gmg_digest_password(uint32_t algorithm, const uint8_t res[GMG_RES_LEN],
			 const struct gmg_aka_keys *keys, struct gmg_password *password);

/* The response, RFC 2617 3.2.2. False if OpenSSL fails. */
bool gmg_digest_response(const struct gmg_digest *d, const struct gmg_password *password,
			 char response[GMG_RESPONSE_SIZE]);

/* The word of a qop that is not GMG_QOP_NONE. */
const char *gmg_qop_word(uint32_t qop);

/* The nonce of a challenge, RFC 3310 3.2, and back. False if the @len characters of
 * @nonce are no base64 of RAND, AUTN and perhaps data of the server's.
 */
void gmg_nonce_make(const uint8_t rand[GMG_RAND_LEN], const uint8_t autn[GMG_AUTN_LEN],
		    char nonce[GMG_NONCE_SIZE]);
bool gmg_nonce_split(const char *nonce, size_t len, uint8_t rand[GMG_RAND_LEN],
		     uint8_t autn[GMG_AUTN_LEN]);

#endif /* _GMG_DIGEST_H */
