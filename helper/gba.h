/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_GBA_H
#define _GMG_GBA_H

#include <linux/gmguard.h>
#include <stdbool.h>
#include <stdint.h>

#include "aka.h"
#include "base64.h"

/* What both ends of an AKA run make of it by the KDF of TS 33.220 Annex B, bootstrapped
 * at a BSF or not: the TMPI, which stands for the IMPI, and keys for an application.
 * Nothing here is read, kept or shown; who calls owns the keys and wipes them.
 */
#define GMG_UA_ID_LEN GMGUARD_UA_ID_LEN	/* of a Ua security protocol identifier (H.1) */
#define GMG_KS_NAF_LEN 32
#define GMG_FQDN_MAX GMGUARD_FQDN_MAX
#define WANTS_FQDN "a host name as it is in the DNS, 1 to 253 letters, digits, '-' and '.'"
#define GMG_TMPI_TEMP_LEN 24
#define GMG_TMPI_DOMAIN "@tmpi.bsf.3gppnetwork.org"
/* characters of a TMPI, and of a B-TID, with the zero octet at the end */
#define GMG_TMPI_SIZE (GMG_BASE64_SIZE(GMG_TMPI_TEMP_LEN) + sizeof(GMG_TMPI_DOMAIN) - 1)
#define GMG_B_TID_SIZE (GMG_BASE64_SIZE(GMG_RAND_LEN) + sizeof("@") - 1 + GMG_FQDN_MAX)

/* That of "generation of TMPI" (H.3), and the organisation octet of all that is for
 * local use (H.2), so that nothing of 3GPP's ever comes out of the same keys.
 */
extern const uint8_t gmg_ua_tmpi[GMG_UA_ID_LEN];
enum { GMG_UA_LOCAL = 0xff };

/* Which end of GBA_U a key is for; without GBA_U there is that of the ME alone. */
enum gmg_gba_end {
	GMG_GBA_ME,	/* Ks_NAF, or Ks_ext_NAF */
	GMG_GBA_UICC,	/* Ks_int_NAF */
};

/**
 * struct gmg_gba - an AKA run
 * @keys: CK || IK is Ks
 * @rand: of the challenge
 * @impi: 1 to GMGUARD_IMPI_MAX octets
 */
struct gmg_gba {
	const struct gmg_aka_keys *keys;
	const uint8_t *rand;
	const char *impi;
};

/* 1 to GMG_FQDN_MAX octets: labels of letters, digits and hyphens with dots between? */
bool gmg_fqdn_valid(const char *name);

/* The TMPI (B.4) for the BSF @name and gmg_ua_tmpi, or by an operator's profile for
 * another name and identifier. False if OpenSSL fails.
 */
bool gmg_tmpi_make(const struct gmg_gba *run, const char *name, const uint8_t ua[GMG_UA_ID_LEN],
		   char tmpi[GMG_TMPI_SIZE]);

/* A key of the application @ua at the NAF @name (B.3). False if OpenSSL fails, and @key
 * is all zero.
 */
bool gmg_ks_naf_make(const struct gmg_gba *run, enum gmg_gba_end end, const char *name,
		     const uint8_t ua[GMG_UA_ID_LEN], uint8_t key[GMG_KS_NAF_LEN]);

/* What names the run between UE, NAF and the BSF @name (4.5.2). */
void gmg_b_tid_make(const uint8_t rand[GMG_RAND_LEN], const char *name,
		    char b_tid[GMG_B_TID_SIZE]);

#endif /* _GMG_GBA_H */
