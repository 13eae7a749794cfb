/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_TUAK_H
#define _GMG_TUAK_H

#include <stdbool.h>
#include <stdint.h>

/* TUAK, TS 35.231. Octets are in the order of the specification. Nothing is kept;
 * who calls owns the keys and wipes them. False: OpenSSL failed or a length is none
 * of TUAK's, and there is no result.
 */
#define GMG_TUAK_LEN 32			/* the longest K, MAC, RES, CK and IK; TOP and TOPc */
#define GMG_TUAK_ITERATIONS_MAX 8	/* so many here; TUAK itself has no limit */

/**
 * struct gmg_tuak - what a subscription has fixed
 * @topc:       made by gmg_tuak_topc(), or known
 * @key_len:    octets of @key: 16 or 32
 * @mac_len:    of MAC-A and MAC-S: 8, 16 or 32
 * @res_len:    4, 8, 16 or 32
 * @ck_len:     16 or 32
 * @ik_len:     16 or 32
 * @iterations: of Keccak-f[1600]: 1 to GMG_TUAK_ITERATIONS_MAX
 */
struct gmg_tuak {
	uint8_t key[GMG_TUAK_LEN];
	uint8_t topc[GMG_TUAK_LEN];
	uint8_t key_len;
	uint8_t mac_len;
	uint8_t res_len;
	uint8_t ck_len;
	uint8_t ik_len;
	uint8_t iterations;
};

/* Makes @t->topc of TOP, clause 6.1. */
bool gmg_tuak_topc(struct gmg_tuak *t, const uint8_t top[GMG_TUAK_LEN]);

/* f1, which is MAC-A, and f1*, MAC-S: @t->mac_len octets each. */
bool gmg_tuak_f1(const struct gmg_tuak *t, const uint8_t rand[16], const uint8_t sqn[6],
		 const uint8_t amf[2], uint8_t *mac_a, uint8_t *mac_s);

/* f2, f3, f4, f5 and f5*: as many octets as @t says, of AK and AK* 6. */
bool gmg_tuak_f2345(const struct gmg_tuak *t, const uint8_t rand[16], uint8_t *res, uint8_t *ck,
		    uint8_t *ik, uint8_t ak[6], uint8_t ak_s[6]);

#endif /* _GMG_TUAK_H */
