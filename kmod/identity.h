/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_IDENTITY_H
#define _GMG_IDENTITY_H

#include "pure/sip_identity.h"
#include "sip.h"

/* What the octets of a packet and the table of TMPIs say of the private identities in a
 * message between a UE and us. Packet path.
 */

/* Looks at what the scanner has just told of in the datagram at @start, or, with 0, in
 * the stream.
 */
void gmg_identity_take(struct gmg_sip_identity *id, const struct gmg_sip *sip, u32 start,
		       const struct gmg_sip_batch *batch);

/* @id without what nobody on the way can read. */
struct gmg_sip_identity gmg_identity_in_clear(const struct gmg_sip_identity *id,
					      const struct gmg_sip *sip);

/* Is @username, of @n octets, the IMPI of @sip's set, or a TMPI that stands for it there? */
bool gmg_identity_is_user(const struct gmg_sip *sip, const u8 *username, u32 n);

#endif /* _GMG_IDENTITY_H */
