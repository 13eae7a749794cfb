/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_PURE_SIP_IDENTITY_H
#define _GMG_PURE_SIP_IDENTITY_H

#include "sip_facts.h"
#include "sip_nai.h"

/**
 * DOC: Private identities in a message
 *
 * A private identity stands in the username of credentials (TS 24.229 5.1.1.2), and where
 * a UE has no ISIM, with "sip:" before it also in URIs (TS 23.003 13.4B): of the request and
 * of the headers that name a user, be it to the UE. It is known by the realm that operators
 * have for IMS behind 14 or 15 digits, or by whoever knows it. The events of the scanner
 * say where to look; who has the octets and the tables says what is there. So this costs
 * nothing where nobody asks for it, and however much a message has all of it is looked at.
 */
enum {
	/* Octets of an IMPI made of an IMSI: <IMSI>@ims.mncNNN.mccNNN.3gppnetwork.org */
	GMG_SIP_IMSI_MIN = 14,
	GMG_SIP_IMSI_MAX = 15,
	GMG_SIP_IMSI_NAI_MAX = GMG_SIP_IMSI_MAX + sizeof("@ims.mncNNN.mccNNN.3gppnetwork.org") - 1,
};

/* What a TMPI is to us, of several what matters most. */
enum gmg_sip_tmpi {
	GMG_SIP_TMPI_NONE,	/* there is none */
	GMG_SIP_TMPI_KNOWN,	/* stands for an IMPI, at this UE */
	GMG_SIP_TMPI_EXPIRED,
	GMG_SIP_TMPI_UNKNOWN,	/* for nobody, or at another UE; or who can say for whom */
};

/**
 * struct gmg_sip_who - who knows octets and identities
 * @copy:  copies @len octets of the message from @start on; false: it cannot
 * @tmpi:  enum gmg_sip_tmpi of the TMPI with this user, of GMG_TMPI_USER octets
 * @bound: does a TMPI stand for this IMPI?
 * @arg:   of all three
 */
struct gmg_sip_who {
	bool (*copy)(const void *arg, u32 start, u32 len, u8 *to);
	u8 (*tmpi)(const void *arg, const u8 *user);
	bool (*bound)(const void *arg, const u8 *impi, u32 len);
	const void *arg;
};

/**
 * struct gmg_sip_identity - what is known of the private identities in a message
 * @tmpi:     enum gmg_sip_tmpi
 * @exposed:  there is one that is no TMPI: made of an IMSI, or @bound
 * @bound:    there is one that a TMPI stands for, where nobody has to have it
 * @repeated: there is one where an answer repeats its request
 * @answer:   the message is one: its From and To repeat those of the request (RFC 3261
 *            8.2.6.2)
 *
 * All zero at first.
 */
struct gmg_sip_identity {
	u8 tmpi;
	bool exposed;
	bool bound;
	bool repeated;
	bool answer;
};

/* Looks at the places that the scanner has just told of. */
void gmg_sip_identity_take(struct gmg_sip_identity *id, const struct gmg_sip_batch *batch,
			   const struct gmg_sip_who *who);

/* The octet at @at of the @len at @p, perhaps escaped as in a URI (%30), in quotes (\0) or both,
 * to @c. Returns behind it, or 0: there is none.
 */
u32 gmg_sip_octet(const u8 *p, u32 len, u32 at, u8 *c);

/* The next IMPI made of an IMSI among the @len octets at @p, from *@at on, behind which
 * *@at is then: as it would be without escapes, in lower case. Returns its octets, or 0:
 * there is none.
 */
u32 gmg_sip_imsi_find(const u8 *p, u32 len, u32 *at, u8 impi[GMG_SIP_IMSI_NAI_MAX]);

#endif /* _GMG_PURE_SIP_IDENTITY_H */
