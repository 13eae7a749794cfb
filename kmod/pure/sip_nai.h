/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_PURE_SIP_NAI_H
#define _GMG_PURE_SIP_NAI_H

#include "pure.h"

/**
 * DOC: Private identities
 *
 * An IMPI is an NAI (RFC 4282, TS 23.003 13.3): a user, '@' and a realm. The user is
 * compared octet by octet, the realm, a domain name, in any case. A TMPI (TS 33.220 B.4)
 * is one with a realm of its own and 24 octets in base64 as its user.
 */
enum { GMG_TMPI_USER = 32 };	/* octets of the user of a TMPI, which name it */
#define GMG_TMPI_REALM "@tmpi.bsf.3gppnetwork.org"

/* Octets of the user of an NAI; all of one without '@'. */
u32 gmg_sip_nai_user(const u8 *nai, u32 len);

/* The same, but for the case of their realms? */
bool gmg_sip_nai_same(const u8 *a, u32 a_len, const u8 *b, u32 b_len);

/* Writes @nai, @len octets, with its realm in lower case to @to, which may be @nai: the
 * same NAIs become the same octets.
 */
void gmg_sip_nai_fold(const u8 *nai, u32 len, u8 *to);

/* Has it the form of a TMPI? Then its first GMG_TMPI_USER octets say which. */
bool gmg_sip_nai_is_tmpi(const u8 *nai, u32 len);

#endif /* _GMG_PURE_SIP_NAI_H */
