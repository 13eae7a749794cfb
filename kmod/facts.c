// SPDX-License-Identifier: GPL-2.0
#include <net/ipv6.h>
#include <net/xfrm.h>

#include "esp.h"
#include "facts.h"
#include "net.h"
#include "sa.h"
#include "side.h"

/* IKE, RFC 7296 2: what must come in clear before ESP can. */
enum { IKE = 500, IKE_NATT = 4500 };

bool gmg_facts_open(const struct gmg_policy *pol, const struct gmg_flow *f)
{
	if (!f->ports)
		return gmg_flow_icmp_error(f) || gmg_flow_icmp_neighbour(f) ||
		       gmg_flow_icmp_echo(f);
	switch (f->proto) {
	case IPPROTO_UDP:
		return test_bit(f->dport, pol->open_udp);
	case IPPROTO_TCP:
		return test_bit(f->dport, pol->open_tcp);
	case IPPROTO_SCTP:
		return test_bit(f->dport, pol->open_sctp);
	}
	return false;
}

bool gmg_facts_need_esp(const struct gmg_side *side, const struct gmg_flow *f)
{
	if (!side->require_esp || f->proto == IPPROTO_ESP || gmg_flow_icmp(f))
		return false;
	return !(f->proto == IPPROTO_UDP && f->ports &&
		 (f->dport == IKE || f->dport == IKE_NATT));
}

bool gmg_facts_read_open(const struct gmg_ctx *c)
{
	struct gmg_flow f;

	gmg_facts_flow(c, &f);
	return gmg_facts_open(c->pol, &f);
}

bool gmg_facts_read_need_esp(const struct gmg_ctx *c)
{
	struct gmg_flow f;

	gmg_facts_flow(c, &f);
	return gmg_facts_need_esp(c->side, &f);
}

bool gmg_facts_http_open(const struct gmg_http *h, const struct gmg_flow *f)
{
	u16 i;

	if (!f->ports || f->proto != IPPROTO_TCP)
		return false;
	for (i = 0; i < h->n; i++)
		if (h->port[i] == f->dport)
			return true;
	return false;
}

/* A source that never sends: it can only be forged. */
static bool is_bogus(u8 family, const union nf_inet_addr *addr)
{
	if (family == NFPROTO_IPV4)
		return ipv4_is_loopback(addr->ip) ||
		       ipv4_is_multicast(addr->ip) ||
		       ipv4_is_lbcast(addr->ip);
	return ipv6_addr_loopback(&addr->in6) ||
	       ipv6_addr_is_multicast(&addr->in6) ||
	       ipv6_addr_v4mapped(&addr->in6);
}

static bool is_here(const struct gmg_ctx *c, const union nf_inet_addr *src)
{
	return c->family == NFPROTO_IPV6 &&
	       gmg_side_here6(c->gn->net, &src->in6, c->dev);
}

u8 gmg_facts_outside_source(const struct gmg_ctx *c, const union nf_inet_addr *src)
{
	const struct gmg_policy *pol = c->pol;
	const struct gmg_prefix *p;

	p = gmg_prefix_lookup(&pol->pool_set, c->family, src);
	if (p) {
		if (c->side->trust != GMG_TRUST_UNTRUSTED ||
		    p->owner != c->side->index)
			return GMG_ADDR_ASTRAY;
		/* the way back is the dearest question: not asked in vain */
		if (pol->rule[GMGUARD_REASON_SPOOF_POOL] == GMGUARD_MODE_OFF)
			return is_here(c, src) ? GMG_ADDR_HOST : GMG_ADDR_POOL;
		switch (gmg_side_way(pol, c->gn->net, c->side, c->family, src,
				     gmg_flow_dst(c->skb, c->family), c->dev)) {
		case GMG_WAY_SIDE:
			return GMG_ADDR_POOL;
		case GMG_WAY_HERE:
			return GMG_ADDR_HOST;
		case GMG_WAY_ASTRAY:
			return GMG_ADDR_ASTRAY;
		}
	}
	if (gmg_facts_endpoint(pol, c->family, src))
		return GMG_ADDR_ENDPOINT;
	if (gmg_facts_http(pol, c->family, src))
		return GMG_ADDR_HTTP;
	if (gmg_prefix_lookup(&pol->core_set, c->family, src))
		return GMG_ADDR_CORE;
	if (is_bogus(c->family, src) || is_here(c, src))
		return GMG_ADDR_HOST;
	return GMG_ADDR_OTHER;
}

bool gmg_facts_may_roam(const struct gmg_ctx *c)
{
	struct gmg_flow f;

	gmg_facts_flow(c, &f);
	if (gmg_flow_icmp_error(&f))
		return true;
	return gmg_flow_icmp_neighbour(&f) &&
	       (ipv6_addr_any(&f.src->in6) ||
		ipv6_addr_type(&f.src->in6) & IPV6_ADDR_LINKLOCAL);
}

bool gmg_facts_esp_in(const struct sk_buff *skb)
{
	const struct sec_path *sp = skb_sec_path(skb);
	int i;

	for (i = 0; sp && i < sp->len; i++)
		if (sp->xvec[i]->id.proto == IPPROTO_ESP)
			return true;
	return false;
}

bool gmg_facts_esp_out(const struct sk_buff *skb)
{
	const struct dst_entry *dst;

	for (dst = skb_dst(skb); dst && dst->xfrm; dst = xfrm_dst_child(dst))
		if (dst->xfrm->id.proto == IPPROTO_ESP)
			return true;
	return false;
}

/* Whoever has made it; some ciphers have no number of PF_KEY. */
static bool is_encrypting(const struct xfrm_state *x)
{
	return x->id.proto == IPPROTO_ESP && x->props.ealgo != SADB_EALG_NULL &&
	       x->props.ealgo != SADB_X_EALG_NULL_AES_GMAC;
}

bool gmg_facts_hidden_in(const struct sk_buff *skb)
{
	const struct sec_path *sp = skb_sec_path(skb);
	int i;

	for (i = 0; sp && i < sp->len; i++)
		if (is_encrypting(sp->xvec[i]))
			return true;
	return false;
}

bool gmg_facts_hidden_out(const struct sk_buff *skb)
{
	const struct dst_entry *dst;

	for (dst = skb_dst(skb); dst && dst->xfrm; dst = xfrm_dst_child(dst))
		if (is_encrypting(dst->xfrm))
			return true;
	return false;
}

static bool is_dead(const struct xfrm_state *x)
{
	return x->props.reqid == GMG_ESP_REQID &&
	       READ_ONCE(x->km.state) == XFRM_STATE_DEAD;
}

/* A UE sends UDP from port_uc alone and opens no connection to a client port,
 * nor does the P-CSCF send UDP from its server port (TS 33.203 7.1).
 */
static bool is_role(const struct gmg_pair *pair, const struct gmg_flow *f, bool in)
{
	switch (f->proto) {
	case IPPROTO_UDP:
		return pair->role == (in ? GMG_PAIR_CLIENT : GMG_PAIR_SERVER);
	case IPPROTO_TCP:
		return !f->syn || pair->role == (in ? GMG_PAIR_CLIENT :
						      GMG_PAIR_SERVER);
	}
	return false;
}

static u8 judge(const struct gmg_ctx *c, struct gmg_pair *pair, struct gmg_sa *sa,
		const struct gmg_flow *f, struct gmg_set **set)
{
	if (!gmg_set_left(gmg_pair_set(pair)))
		return GMG_SA_EXPIRED;
	if (!is_role(pair, f, sa == &pair->in))
		return GMG_SA_TRANSPORT;
	*set = gmg_pair_set(pair);
	gmg_sa_passed(sa);
	return GMG_SA_OWN;
}

u8 gmg_facts_sa_in(const struct gmg_ctx *c, const struct gmg_flow *f,
		   struct gmg_set **found)
{
	const struct sec_path *sp = skb_sec_path(c->skb);
	const struct xfrm_state *x;
	const struct gmg_set *set;
	struct gmg_pair *pair;

	if (!sp || !sp->len)
		return GMG_SA_OWN;
	x = sp->xvec[sp->len - 1];
	pair = gmg_sa_by_spi(c->gn, ntohl(x->id.spi));
	if (sp->len != 1 || !pair || pair->in.x != x)
		return is_dead(x) ? GMG_SA_EXPIRED : GMG_SA_FOREIGN;
	set = gmg_pair_set(pair);
	if (set->family != c->family ||
	    !gmg_flow_same(c->family, f->src, &set->ue) ||
	    !gmg_flow_same(c->family, f->dst, &set->pcscf) ||
	    (f->ports && (f->sport != pair->ue_port || f->dport != pair->port)))
		return GMG_SA_MISMATCH;
	return judge(c, pair, &pair->in, f, found);
}

u8 gmg_facts_sa_out(const struct gmg_ctx *c, const struct gmg_flow *f,
		    struct gmg_set **found)
{
	const struct dst_entry *dst = skb_dst(c->skb);
	union nf_inet_addr src, dst_addr;
	const struct xfrm_state *x;
	struct gmg_pair *pair;

	if (!dst || !dst->xfrm)
		return GMG_SA_OWN;
	x = dst->xfrm;
	gmg_flow_addr(&dst_addr, c->family, f->dst);
	gmg_flow_addr(&src, c->family, f->src);
	pair = gmg_sa_by_flow(c->gn, c->family, &dst_addr, f->dport, &src, f->sport);
	if (!pair || pair->out.x != x)
		return is_dead(x) ? GMG_SA_EXPIRED : GMG_SA_FOREIGN;
	return judge(c, pair, &pair->out, f, found);
}

bool gmg_facts_protected(const struct gmg_ctx *c)
{
	const struct gmg_endpoint *ep;
	struct gmg_flow f;

	ep = gmg_facts_endpoint(c->pol, c->family, gmg_flow_dst(c->skb, c->family));
	if (!ep)
		return false;
	gmg_facts_flow(c, &f);
	return f.ports && gmg_endpoint_protects(ep, f.dport);
}
