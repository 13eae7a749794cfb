// SPDX-License-Identifier: GPL-2.0
#include <linux/icmp.h>
#include <linux/tcp.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/ndisc.h>

#include "flow.h"

/* More extension headers than any UE sends; each costs a look-up. */
enum { EXTHDRS_MAX = 8 };

/* Reassembly came before us: a fragment that is left is one nobody could put
 * together.
 */
static int walk4(const struct sk_buff *skb, struct gmg_flow *f)
{
	const struct iphdr *iph = ip_hdr(skb);

	f->proto = iph->protocol;
	f->ah = f->proto == IPPROTO_AH;
	/* the options are read from local input and forwarding on */
	if (ip_is_fragment(iph) || (iph->ihl > 5 && IPCB(skb)->opt.srr))
		return -1;
	return skb_network_offset(skb) + iph->ihl * 4;
}

static int walk6(const struct sk_buff *skb, struct gmg_flow *f)
{
	int off = skb_network_offset(skb) + sizeof(struct ipv6hdr);
	int n;

	f->proto = ipv6_hdr(skb)->nexthdr;
	for (n = 0; ipv6_ext_hdr(f->proto); n++) {
		union {
			struct ipv6_opt_hdr opt;
			struct ipv6_rt_hdr rt;
			struct frag_hdr frag;
		} buf;
		const struct ipv6_opt_hdr *opt;

		if (f->proto == NEXTHDR_NONE)
			return off;
		if (n == EXTHDRS_MAX)
			return -1;
		opt = skb_header_pointer(skb, off, sizeof(buf.opt), &buf.opt);
		if (!opt)
			return -1;
		switch (f->proto) {
		case NEXTHDR_FRAGMENT: {
			const struct frag_hdr *frag;

			frag = skb_header_pointer(skb, off, sizeof(buf.frag),
						  &buf.frag);
			if (!frag || frag->frag_off & htons(IP6_OFFSET | IP6_MF))
				return -1;
			f->proto = frag->nexthdr;
			off += sizeof(*frag);
			break;
		}
		case NEXTHDR_ROUTING: {
			const struct ipv6_rt_hdr *rt;
			u8 next;

			rt = skb_header_pointer(skb, off, sizeof(buf.rt),
						&buf.rt);
			/* a packet on its way to somewhere else still */
			if (!rt || rt->segments_left)
				return -1;
			next = rt->nexthdr;
			off += ipv6_optlen(rt);
			f->proto = next;
			break;
		}
		case NEXTHDR_AUTH:
			f->ah = true;
			off += ipv6_authlen(opt);
			f->proto = opt->nexthdr;
			break;
		default:
			off += ipv6_optlen(opt);
			f->proto = opt->nexthdr;
		}
	}
	return off;
}

static bool opens(const struct sk_buff *skb, int off)
{
	struct tcphdr buf;
	const struct tcphdr *th = skb_header_pointer(skb, off, sizeof(buf), &buf);

	return !th || (th->syn && !th->ack);
}

void gmg_flow_read(struct gmg_flow *f, const struct sk_buff *skb, u8 family)
{
	__be16 ports[2];
	const __be16 *p;
	const u8 *type;
	u8 buf;
	int off;

	memset(f, 0, sizeof(*f));
	f->src = gmg_flow_src(skb, family);
	f->dst = gmg_flow_dst(skb, family);
	f->family = family;

	off = family == NFPROTO_IPV4 ? walk4(skb, f) : walk6(skb, f);
	if (off < 0) {
		f->unread = true;
		return;
	}
	switch (f->proto) {
	case IPPROTO_UDP:
	case IPPROTO_TCP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		p = skb_header_pointer(skb, off, sizeof(ports), ports);
		f->unread = !p;
		if (!p)
			return;
		f->ports = true;
		f->transport = off;
		f->sport = ntohs(p[0]);
		f->dport = ntohs(p[1]);
		if (f->proto == IPPROTO_TCP)
			f->syn = opens(skb, off);
		return;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		type = skb_header_pointer(skb, off, sizeof(buf), &buf);
		f->unread = !type;
		f->icmp_type = type ? *type : 0;
	}
}

bool gmg_flow_icmp(const struct gmg_flow *f)
{
	return !f->unread && f->proto == (f->family == NFPROTO_IPV4 ?
					  IPPROTO_ICMP : IPPROTO_ICMPV6);
}

bool gmg_flow_icmp_error(const struct gmg_flow *f)
{
	if (!gmg_flow_icmp(f))
		return false;
	if (f->family == NFPROTO_IPV6)
		return f->icmp_type >= ICMPV6_DEST_UNREACH &&
		       f->icmp_type <= ICMPV6_PARAMPROB;
	return f->icmp_type == ICMP_DEST_UNREACH ||
	       f->icmp_type == ICMP_TIME_EXCEEDED ||
	       f->icmp_type == ICMP_PARAMETERPROB;
}

bool gmg_flow_icmp_neighbour(const struct gmg_flow *f)
{
	if (!gmg_flow_icmp(f) || f->family != NFPROTO_IPV6)
		return false;
	switch (f->icmp_type) {
	case ICMPV6_MGM_QUERY:
	case ICMPV6_MGM_REPORT:
	case ICMPV6_MGM_REDUCTION:
	case ICMPV6_MLD2_REPORT:
	case NDISC_ROUTER_SOLICITATION:
	case NDISC_NEIGHBOUR_SOLICITATION:
	case NDISC_NEIGHBOUR_ADVERTISEMENT:
		return true;
	}
	return false;
}

bool gmg_flow_icmp_echo(const struct gmg_flow *f)
{
	if (!gmg_flow_icmp(f))
		return false;
	if (f->family == NFPROTO_IPV6)
		return f->icmp_type == ICMPV6_ECHO_REQUEST ||
		       f->icmp_type == ICMPV6_ECHO_REPLY;
	return f->icmp_type == ICMP_ECHO || f->icmp_type == ICMP_ECHOREPLY;
}
