/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_AKA_H
#define _GMG_AKA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keyexp.h"

/* The two ends of AKA, TS 33.102 6.3: what an AuC makes and an ISIM answers. For
 * tests: there is no store of subscribers, and SQN is whatever who calls says.
 * Nothing is kept; who calls owns the keys and wipes them.
 */
#define GMG_RAND_LEN 16
#define GMG_AUTN_LEN 16		/* SQN xor AK || AMF || MAC-A */
#define GMG_AUTS_LEN 14		/* SQN_MS xor AK* || MAC-S */
#define GMG_SQN_LEN 6
#define GMG_AMF_LEN 2
#define GMG_RES_LEN 8
#define GMG_KEY_MAX 32
#define GMG_OP_MAX 32

enum gmg_op {
	GMG_OP,		/* of MILENAGE */
	GMG_OPC,
	GMG_TOP,	/* of TUAK, with RES of 64 bits and one iteration */
	GMG_TOPC,
};

/**
 * struct gmg_subscriber - what an ISIM and its AuC share
 * @key_len:  octets of @key: 16, with TUAK also 32
 * @op:       what is in @op_value: 16 octets, of TUAK 32
 */
struct gmg_subscriber {
	uint8_t key[GMG_KEY_MAX];
	size_t key_len;
	enum gmg_op op;
	uint8_t op_value[GMG_OP_MAX];
};

/* An authentication vector, TS 33.102 6.3.2. */
struct gmg_aka_vector {
	uint8_t rand[GMG_RAND_LEN];
	uint8_t autn[GMG_AUTN_LEN];
	uint8_t xres[GMG_RES_LEN];
	struct gmg_aka_keys keys;
};

/**
 * struct gmg_aka_answer - what an ISIM makes of RAND and AUTN
 * @sqn:  that of AUTN
 * @auts: for the AuC, if @sqn is too old
 */
struct gmg_aka_answer {
	uint8_t sqn[GMG_SQN_LEN];
	uint8_t res[GMG_RES_LEN];
	struct gmg_aka_keys keys;
	uint8_t auts[GMG_AUTS_LEN];
};

enum gmg_aka_result {
	GMG_AKA_OK,
	GMG_AKA_MAC_WRONG,	/* by somebody who does not know K, or changed on the way */
	GMG_AKA_SQN_OLD,	/* not above that of the ISIM: TS 33.102 6.3.5 */
	GMG_AKA_FAILED,		/* OpenSSL did */
};

/* The AuC makes a vector. False if OpenSSL fails. */
bool gmg_aka_vector_make(const struct gmg_subscriber *sub, const uint8_t rand[GMG_RAND_LEN],
			 const uint8_t sqn[GMG_SQN_LEN], const uint8_t amf[GMG_AMF_LEN],
			 struct gmg_aka_vector *v);

/* The ISIM, which has taken @sqn_ms last, answers. Of @a there is with GMG_AKA_OK all
 * but AUTS, with GMG_AKA_SQN_OLD SQN and AUTS, and else nothing; the rest is zero.
 */
enum gmg_aka_result gmg_aka_answer_make(const struct gmg_subscriber *sub,
					const uint8_t rand[GMG_RAND_LEN],
					const uint8_t autn[GMG_AUTN_LEN],
					const uint8_t sqn_ms[GMG_SQN_LEN],
					struct gmg_aka_answer *a);

/* The AuC learns SQN_MS from the AUTS for a RAND of its own, TS 33.102 6.3.5. If
 * the answer is not GMG_AKA_OK, there is none.
 */
enum gmg_aka_result gmg_aka_resync(const struct gmg_subscriber *sub,
				   const uint8_t rand[GMG_RAND_LEN],
				   const uint8_t auts[GMG_AUTS_LEN], uint8_t sqn_ms[GMG_SQN_LEN]);

#endif /* _GMG_AKA_H */
