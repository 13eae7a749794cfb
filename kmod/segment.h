/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_SEGMENT_H
#define _GMG_SEGMENT_H

#include <linux/skbuff.h>

/**
 * struct gmg_segment - a packet of TCP, be it several segments (GRO, GSO)
 * @skb:   the packet, whole
 * @tcp:   where its TCP header is
 * @start: where its octets are
 * @len:   how many there are
 * @seq:   number of the first
 * @ack:   number that it acknowledges, if it does
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @syn:   flags of the header
 * @mptcp: it has options of MPTCP (RFC 8684); a SYN cookie's ACK asks for that as a SYN does
 */
struct gmg_segment {
	struct sk_buff *skb;
	u32 tcp;
	u32 start;
	u32 len;
	u32 seq;
	u32 ack;
	u8 family;
	bool syn;
	bool fin;
	bool rst;
	bool urg;
	bool mptcp;
};

/* Reads what is at @tcp of @skb. False: it is no TCP that anybody would take, for its
 * length or, if @in, its checksum. Packet path.
 */
bool gmg_segment_read(struct gmg_segment *g, struct sk_buff *skb, u32 tcp, u8 family,
		      bool in);

/* Makes it carry the @len octets at @octets, from @seq on, in the place of its own, with a
 * FIN if @fin, and without urgent data and @mptcp. What is more than @mss octets is as GRO
 * makes it, and cut up when it leaves. Its checksum is right then; pointers into the packet
 * are void. -ENOMEM: it is not to go on. Packet path.
 */
int gmg_segment_carry(const struct gmg_segment *g, u32 seq, const u8 *octets, u32 len,
		      bool fin, u32 mss);

#endif /* _GMG_SEGMENT_H */
