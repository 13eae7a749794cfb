// SPDX-License-Identifier: GPL-2.0
#include <linux/netfilter.h>
#include <linux/tcp.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>
#include <net/tcp.h>

#include "segment.h"

/* Options of MPTCP become none. They are read as whoever asks for them reads them: nobody
 * goes on behind one that is wrong. Returns whether there were any.
 */
static bool hide_mptcp(u8 *header)
{
	u32 at, len, end = ((const struct tcphdr *)header)->doff * 4;
	bool any = false;

	for (at = sizeof(struct tcphdr); at < end && header[at] != TCPOPT_EOL; at += len) {
		len = 1;
		if (header[at] == TCPOPT_NOP)
			continue;
		len = at + 1 < end ? header[at + 1] : 0;
		if (len < 2 || len > end - at)
			break;
		if (header[at] != TCPOPT_MPTCP)
			continue;
		memset(header + at, TCPOPT_NOP, len);
		any = true;
	}
	return any;
}

bool gmg_segment_read(struct gmg_segment *g, struct sk_buff *skb, u32 tcp, u8 family,
		      bool in)
{
	u8 header[sizeof(struct tcphdr) + MAX_TCP_OPTION_SPACE];
	const struct tcphdr *th;
	struct tcphdr buf;

	th = skb_header_pointer(skb, tcp, sizeof(buf), &buf);
	if (!th || th->doff < sizeof(*th) / 4 || tcp + th->doff * 4 > skb->len)
		return false;
	*g = (struct gmg_segment){
		.skb = skb, .tcp = tcp, .start = tcp + th->doff * 4, .family = family,
		.seq = ntohl(th->seq), .ack = ntohl(th->ack_seq),
		.syn = th->syn, .fin = th->fin, .rst = th->rst, .urg = th->urg,
	};
	g->len = skb->len - g->start;
	g->mptcp = th->doff > sizeof(*th) / 4 &&
		   !skb_copy_bits(skb, tcp, header, th->doff * 4) && hide_mptcp(header);
	return !in || !nf_checksum(skb, NF_INET_LOCAL_IN, tcp, IPPROTO_TCP, family);
}

static void set_length(const struct gmg_segment *g)
{
	struct sk_buff *skb = g->skb;

	if (g->family == NFPROTO_IPV4) {
		ip_hdr(skb)->tot_len = htons(skb->len);
		ip_send_check(ip_hdr(skb));
	} else {
		ipv6_hdr(skb)->payload_len = htons(skb->len - sizeof(struct ipv6hdr));
	}
}

/* To be summed up by whoever needs it: it is right as it is for the socket of this host. */
static void set_checksum(const struct gmg_segment *g, struct tcphdr *th)
{
	struct sk_buff *skb = g->skb;
	u32 len = skb->len - g->tcp;

	if (g->family == NFPROTO_IPV4)
		th->check = ~tcp_v4_check(len, ip_hdr(skb)->saddr, ip_hdr(skb)->daddr, 0);
	else
		th->check = ~tcp_v6_check(len, &ipv6_hdr(skb)->saddr,
					  &ipv6_hdr(skb)->daddr, 0);
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + g->tcp;
	skb->csum_offset = offsetof(struct tcphdr, check);
}

static void set_gso(const struct gmg_segment *g, u32 len, u32 mss)
{
	struct sk_buff *skb = g->skb;

	skb_gso_reset(skb);
	if (len <= mss)
		return;
	skb_shinfo(skb)->gso_size = mss;
	skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(len, mss);
	skb_shinfo(skb)->gso_type = g->family == NFPROTO_IPV4 ? SKB_GSO_TCPV4 : SKB_GSO_TCPV6;
}

int gmg_segment_carry(const struct gmg_segment *g, u32 seq, const u8 *octets, u32 len,
		      bool fin, u32 mss)
{
	struct sk_buff *skb = g->skb;
	struct tcphdr *th;
	int more;

	if (skb_ensure_writable(skb, g->start) || pskb_trim(skb, g->start))
		return -ENOMEM;
	/* the socket that sends it has the octets of a clone still */
	more = len - skb_tailroom(skb);
	if ((more > 0 || skb_cloned(skb)) &&
	    pskb_expand_head(skb, 0, max(more, 0), GFP_ATOMIC))
		return -ENOMEM;
	skb_put_data(skb, octets, len);

	th = (struct tcphdr *)(skb->data + g->tcp);
	th->seq = htonl(seq);
	th->fin = fin;
	th->urg = 0;
	th->urg_ptr = 0;
	if (g->mptcp)
		hide_mptcp((u8 *)th);
	skb_set_transport_header(skb, g->tcp);
	set_gso(g, len, mss);
	set_length(g);
	set_checksum(g, th);
	return 0;
}
