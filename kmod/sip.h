/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_SIP_H
#define _GMG_SIP_H

#include "facts.h"
#include "pure/sip_identity.h"

struct gmg_set;

/**
 * struct gmg_sip - a packet of SIP at the boundary
 * @c:    packet, side and hook; is told what the message is
 * @f:    as read
 * @peer: the address on the other side, whole
 * @set:  the SA set it came (or leaves) under, NULL: none, or none of ours
 * @mode: enum gmguard_mode by reason
 * @octets: of the stream that the packet is of, @len of them from @base on; NULL: it is a
 *        datagram
 * @base: their offset, that of gmg_sip_scan_init()
 * @len:  how many there are
 * @port: enum gmg_port of the port of this host
 * @out:  it leaves
 */
struct gmg_sip {
	struct gmg_ctx *c;
	const struct gmg_flow *f;
	union nf_inet_addr peer;
	struct gmg_set *set;
	const u8 *mode;
	const u8 *octets;
	u32 base;
	u32 len;
	u8 port;
	bool out;
};

/**
 * struct gmg_sip_message - a message of a stream, as far as it was read
 * @facts:      of it, whose offsets are those of the stream
 * @identity:   the private identities in it
 * @identities: somebody asks for them
 * @generation: of the policy that it is read for
 */
struct gmg_sip_message {
	struct gmg_sip_facts facts;
	struct gmg_sip_identity identity;
	bool identities;
	u32 generation;
};

/* Do the rules about content speak of packets between this host and such a side? */
static inline bool gmg_sip_crosses(const struct gmg_side *side)
{
	return side->trust != GMG_TRUST_TRUSTED && side->trust != GMG_TRUST_LOCAL;
}

/* Of UDP: asks the rules about content, adds what they say to @v, and removes from the packet
 * what may not go on: pointers into it, those of @f too, are void. A packet may be
 * several datagrams (GSO); if one is refused all are. Packet path.
 */
void gmg_sip_judge(const struct gmg_sip *sip, struct gmg_verdict *v);

/* Copies @len octets at the offset @at of the packet, or of the stream, if they are there. */
bool gmg_sip_copy(const struct gmg_sip *sip, u32 at, u32 len, u8 *to);

/* A message of a stream begins; what the scanner has just said of it; and, its headers being
 * over, what the rules say, added to @v. @scrub: what is to be removed of it if it goes on,
 * for gmg_sip_facts_scrub(). Packet path.
 */
void gmg_sip_message_begin(const struct gmg_sip *sip, struct gmg_sip_message *msg);
void gmg_sip_message_take(const struct gmg_sip *sip, struct gmg_sip_message *msg,
			  const struct gmg_sip_scan *s, const struct gmg_sip_batch *batch);
void gmg_sip_message_judge(const struct gmg_sip *sip, const struct gmg_sip_message *msg,
			   struct gmg_verdict *v, u64 *scrub);

/* What is to be removed of a message whose headers are not over, for
 * gmg_sip_facts_scrub_open(), if it goes on as far as it came. False: it may not.
 */
bool gmg_sip_message_early(const struct gmg_sip *sip, const struct gmg_sip_message *msg,
			   u64 *scrub);

#endif /* _GMG_SIP_H */
