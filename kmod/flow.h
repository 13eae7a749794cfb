/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_FLOW_H
#define _GMG_FLOW_H

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <net/ipv6.h>

struct net_device;

/**
 * struct gmg_flow - what was read of one packet, for a verdict and its event
 * @src:       in the packet, network order
 * @dst:       in the packet, network order
 * @dev:       the interface the packet is judged by
 * @side_name: of that interface
 * @hook:      enum gmguard_hook
 * @family:    NFPROTO_IPV4 or NFPROTO_IPV6
 * @proto:     of the innermost header reached
 * @icmp_type: if @proto is ICMP of @family and it was there to be read
 * @ports:     @sport and @dport are there, host order
 * @transport: where the header is that has them, in the packet
 * @unread:    broken off before the ports: a fragment, a cut or unfinished
 *             header, or more extension headers than anybody needs
 * @ah:        an AH header was on the way
 * @method:    enum gmg_sip_method of SIP that was read; else 0
 * @status:    of a SIP response
 * @call_id:   hash of Call-ID and peer, of SIP that was read; 0: has none
 * @syn:       TCP that opens a connection, or cannot be seen not to
 */
struct gmg_flow {
	const union nf_inet_addr *src;
	const union nf_inet_addr *dst;
	const struct net_device *dev;
	const char *side_name;
	u8 hook;
	u8 family;
	u8 proto;
	u8 icmp_type;
	u16 sport;
	u16 dport;
	int transport;
	u64 call_id;
	u16 status;
	u8 method;
	bool ports;
	bool unread;
	bool ah;
	bool syn;
};

/* The addresses of an IP packet, in place; only .ip of an IPv4 one is there. */
static inline const union nf_inet_addr *
gmg_flow_src(const struct sk_buff *skb, u8 family)
{
	return family == NFPROTO_IPV4 ?
	       (const union nf_inet_addr *)&ip_hdr(skb)->saddr :
	       (const union nf_inet_addr *)&ipv6_hdr(skb)->saddr;
}

static inline const union nf_inet_addr *
gmg_flow_dst(const struct sk_buff *skb, u8 family)
{
	return family == NFPROTO_IPV4 ?
	       (const union nf_inet_addr *)&ip_hdr(skb)->daddr :
	       (const union nf_inet_addr *)&ipv6_hdr(skb)->daddr;
}

/* Is @addr, in a packet, @other, which is whole? */
static inline bool gmg_flow_same(u8 family, const union nf_inet_addr *addr,
				 const union nf_inet_addr *other)
{
	return family == NFPROTO_IPV4 ? addr->ip == other->ip :
	       ipv6_addr_equal(&addr->in6, &other->in6);
}

/* @addr, in a packet, made whole. */
static inline void gmg_flow_addr(union nf_inet_addr *to, u8 family,
				 const union nf_inet_addr *addr)
{
	if (family == NFPROTO_IPV4)
		*to = (union nf_inet_addr){ .all = { (__force __u32)addr->ip } };
	else
		to->in6 = addr->in6;
}

/* Reads @skb, a whole packet, as far as the ports or the ICMP type, or says
 * that it could not (@unread). Leaves @dev, @side_name and @hook alone, and what is
 * of SIP 0. The packet must outlive @f. Any context.
 */
void gmg_flow_read(struct gmg_flow *f, const struct sk_buff *skb, u8 family);

/* ICMP of the packet's own family whose type was there. */
bool gmg_flow_icmp(const struct gmg_flow *f);

/* Errors, which come from whatever router is on the way (RFC 1812 4.3.2.4). */
bool gmg_flow_icmp_error(const struct gmg_flow *f);

/* Neighbour and listener discovery. Neither redirects nor router
 * advertisements: nobody on the access side may tell this host where to send.
 */
bool gmg_flow_icmp_neighbour(const struct gmg_flow *f);

bool gmg_flow_icmp_echo(const struct gmg_flow *f);

#endif /* _GMG_FLOW_H */
