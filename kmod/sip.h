/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_SIP_H
#define _GMG_SIP_H

#include "facts.h"

struct gmg_set;

/**
 * struct gmg_sip - a packet of SIP over UDP at the boundary
 * @c:    packet, side and hook; is told what the message is
 * @f:    as read
 * @peer: the address on the other side, whole
 * @set:  the SA set it came (or leaves) under, NULL: none, or none of ours
 * @port: enum gmg_port of the port of this host
 * @out:  it leaves
 */
struct gmg_sip {
	struct gmg_ctx *c;
	const struct gmg_flow *f;
	union nf_inet_addr peer;
	struct gmg_set *set;
	u8 port;
	bool out;
};

/* Do the rules about content speak of packets between this host and such a side? */
static inline bool gmg_sip_crosses(const struct gmg_side *side)
{
	return side->trust != GMG_TRUST_TRUSTED && side->trust != GMG_TRUST_LOCAL;
}

/* Asks the rules about content, adds what they say to @v, and removes from the packet
 * what may not go on: pointers into it, those of @f too, are void. A packet may be
 * several datagrams (GSO); if one is refused all are. Packet path.
 */
void gmg_sip_judge(const struct gmg_sip *sip, struct gmg_verdict *v);

#endif /* _GMG_SIP_H */
