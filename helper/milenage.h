/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_MILENAGE_H
#define _GMG_MILENAGE_H

#include <stdbool.h>
#include <stdint.h>

/* MILENAGE, TS 35.206, with the constants of its clause 4.1. Octets are in the
 * order of the specification. Nothing is kept; who calls owns the keys and wipes
 * them. False: OpenSSL failed, and there is no whole result.
 */
#define GMG_MILENAGE_LEN 16	/* of K, OP, OPc and RAND */

/* OPc of OP, clause 4.1. */
bool gmg_milenage_opc(const uint8_t k[GMG_MILENAGE_LEN], const uint8_t op[GMG_MILENAGE_LEN],
		      uint8_t opc[GMG_MILENAGE_LEN]);

/* f1, which is MAC-A, and f1*, MAC-S. */
bool gmg_milenage_f1(const uint8_t k[GMG_MILENAGE_LEN], const uint8_t opc[GMG_MILENAGE_LEN],
		     const uint8_t rand[16], const uint8_t sqn[6], const uint8_t amf[2],
		     uint8_t mac_a[8], uint8_t mac_s[8]);

/* f2, f3, f4, f5 and f5*. */
bool gmg_milenage_f2345(const uint8_t k[GMG_MILENAGE_LEN], const uint8_t opc[GMG_MILENAGE_LEN],
			const uint8_t rand[16], uint8_t res[8], uint8_t ck[16], uint8_t ik[16],
			uint8_t ak[6], uint8_t ak_s[6]);

#endif /* _GMG_MILENAGE_H */
