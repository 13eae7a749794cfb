// SPDX-License-Identifier: GPL-2.0
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/netfilter/nf_conntrack.h>

#include "event.h"
#include "facts.h"
#include "hook.h"
#include "net.h"
#include "side.h"
#include "sip.h"
#include "stats.h"
#include "stream.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

/* The side a packet comes from. What this host sent to itself, looped back to
 * the interface it was sent by (multicast, VRF), comes from no network.
 */
static const struct gmg_side *side_of(const struct gmg_policy *pol,
				      const struct sk_buff *skb,
				      const struct net_device *in)
{
	return skb->pkt_type == PACKET_LOOPBACK ? &pol->local :
						  gmg_side_get(pol, in);
}

static struct gmg_ctx make_ctx(struct gmg_net *gn, struct sk_buff *skb,
			       const struct nf_hook_state *state, u8 family)
{
	const struct gmg_policy *pol = rcu_dereference(gn->policy);

	return (struct gmg_ctx) {
		.gn = gn, .pol = pol, .side = side_of(pol, skb, state->in),
		.skb = skb, .dev = state->in, .family = family,
	};
}

/* A rule matches, and the packet goes on. */
static void tell(const struct gmg_ctx *c, const struct gmg_flow *f, u8 reason,
		 enum gmg_count count, enum gmguard_action action)
{
	gmg_stats_inc(c->side, reason, count);
	gmg_event_verdict(c->gn, f, reason, action);
	trace_gmguard_verdict(f, reason, false);
}

/* Counts, reports and carries out a verdict that has more to it than letting
 * pass.
 */
static noinline unsigned int conclude_slow(const struct gmg_ctx *c,
					   const struct gmg_verdict *v)
{
	struct gmg_flow f;
	u8 reason;

	gmg_facts_flow(c, &f);
	for (reason = 1; reason <= GMGUARD_REASON_MAX; reason++) {
		if (v->observed & BIT_ULL(reason))
			tell(c, &f, reason, GMG_COUNT_OBSERVED, GMGUARD_ACTION_OBSERVE);
		if (v->scrubbed & BIT_ULL(reason))
			tell(c, &f, reason, GMG_COUNT_SCRUBBED, GMGUARD_ACTION_SCRUB);
	}
	if (!v->reason)
		return NF_ACCEPT;
	gmg_stats_inc(c->side, v->reason, GMG_COUNT_PACKETS);
	trace_gmguard_verdict(&f, v->reason, v->drop);
	if (!v->drop)
		return NF_ACCEPT;
	gmg_event_verdict(c->gn, &f, v->reason, GMGUARD_ACTION_DROP);
	return c->goes_on ? NF_ACCEPT : NF_DROP;
}

static __always_inline unsigned int conclude(const struct gmg_ctx *c,
					     const struct gmg_verdict *v)
{
	if (unlikely(v->observed || v->scrubbed || v->drop || trace_gmguard_verdict_enabled()))
		return conclude_slow(c, v);
	if (v->reason)
		gmg_stats_inc(c->side, v->reason, GMG_COUNT_PACKETS);
	return NF_ACCEPT;
}

static void set_mark(struct sk_buff *skb, const struct gmg_policy *pol,
		     u32 mark)
{
	skb->mark = (skb->mark & pol->mark_others) | mark;
}

static noinline unsigned int prerouting_slow(struct gmg_net *gn,
					     struct sk_buff *skb,
					     const struct nf_hook_state *state,
					     u8 family)
{
	struct gmg_ctx c = make_ctx(gn, skb, state, family);
	const struct gmg_policy *pol = c.pol;
	struct gmg_pkt p = { .trust = c.side->trust };
	u32 mark = pol->mark_untrusted;
	struct gmg_verdict v;

	c.hook = GMGUARD_HOOK_PREROUTING;
	if (p.trust == GMG_TRUST_LOCAL)
		return NF_ACCEPT;
	if (p.trust == GMG_TRUST_TRUSTED) {
		set_mark(skb, pol, c.side->require_esp && !gmg_facts_esp_in(skb) ?
				   pol->mark_untrusted : pol->mark_trusted);
		return NF_ACCEPT;
	}

	if (gmg_facts_esp_in(skb) && gmg_facts_protected(&c))
		mark |= pol->mark_protected;
	set_mark(skb, pol, mark);

	p.src = gmg_facts_outside_source(&c, gmg_flow_src(skb, family));
	if (p.src == GMG_ADDR_POOL)
		return NF_ACCEPT;
	if (p.src == GMG_ADDR_OTHER && p.trust == GMG_TRUST_UNTRUSTED)
		p.roam = gmg_facts_may_roam(&c);
	v = gmg_verdict_prerouting(&p, pol->rule);
	return conclude(&c, &v);
}

static __always_inline unsigned int prerouting(struct gmg_net *gn,
					       struct sk_buff *skb,
					       const struct nf_hook_state *state,
					       u8 family)
{
	const struct gmg_policy *pol = rcu_dereference(gn->policy);

	if (!gmg_side_lookup(pol, state->in)->plain)
		return prerouting_slow(gn, skb, state, family);
	set_mark(skb, pol, pol->mark_trusted);
	return NF_ACCEPT;
}

/* Most of what the core sends is neither for a Gm endpoint nor forged in a
 * UE's name, and no rule speaks of that (selftests/pure: "plain").
 */
static __always_inline bool is_plain(const struct gmg_policy *pol,
				     const struct gmg_side *side,
				     const struct sk_buff *skb, u8 family)
{
	return side->plain &&
	       !gmg_prefix_maybe(&pol->pool_set, family,
				 gmg_flow_src(skb, family)) &&
	       !trace_gmguard_verdict_enabled();
}

/* Packets on the ports of an endpoint that no other rule refuses. */
static void judge_content(struct gmg_ctx *c, const struct gmg_flow *f,
			  const union nf_inet_addr *peer, struct gmg_set *set, u8 port,
			  bool out, struct gmg_verdict *v)
{
	struct gmg_sip sip = {
		.c = c, .f = f, .set = set, .mode = c->pol->rule, .port = port, .out = out,
	};

	if (!f->ports || !gmg_sip_crosses(c->side))
		return;
	gmg_flow_addr(&sip.peer, c->family, peer);
	if (f->proto == IPPROTO_UDP)
		gmg_sip_judge(&sip, v);
	else if (f->proto == IPPROTO_TCP)
		gmg_stream_judge(&sip, v);
}

static __always_inline unsigned int
input_endpoint(struct gmg_ctx *c, const struct gmg_endpoint *ep)
{
	struct gmg_pkt p = {
		.trust = c->side->trust,
		.dst = GMG_ADDR_ENDPOINT,
		.secpath = gmg_facts_esp_in(c->skb),
	};
	struct gmg_set *set = NULL;
	struct gmg_verdict v;
	struct gmg_flow f;

	gmg_facts_flow(c, &f);
	p.unread = f.unread;
	p.ah = f.ah;
	p.esp = f.proto == IPPROTO_ESP;
	if (f.ports) {
		if (gmg_endpoint_protects(ep, f.dport))
			p.port = GMG_PORT_PROTECTED;
		else if (test_bit(f.dport, ep->unprotected) &&
			 (f.proto == IPPROTO_UDP || f.proto == IPPROTO_TCP))
			p.port = GMG_PORT_UNPROTECTED;
	}
	if (p.secpath)
		p.sa = gmg_facts_sa_in(c, &f, &set);
	if (p.port == GMG_PORT_CLOSED)
		p.open = gmg_facts_open(c->pol, &f);
	if (p.trust == GMG_TRUST_TRUSTED) {
		p.need_esp = gmg_facts_need_esp(c->side, &f);
		p.src = gmg_facts_trusted_source(c, f.src);
		if (p.src == GMG_ADDR_OTHER &&
		    gmg_prefix_lookup(&c->pol->core_set, c->family, f.src))
			p.src = GMG_ADDR_CORE;
	}
	v = gmg_verdict_input(&p, c->pol->rule);
	if (p.port != GMG_PORT_CLOSED && !v.drop)
		judge_content(c, &f, f.src, set, p.port, false, &v);
	return conclude(c, &v);
}

static noinline unsigned int input_inside(const struct gmg_ctx *c,
					  const union nf_inet_addr *dst)
{
	struct gmg_pkt p = {
		.trust = c->side->trust,
		.secpath = gmg_facts_esp_in(c->skb),
	};
	struct gmg_verdict v;

	switch (p.trust) {
	case GMG_TRUST_TRUSTED:
		p.src = gmg_facts_trusted_source(c, gmg_flow_src(c->skb, c->family));
		if (c->side->require_esp)
			p.need_esp = gmg_facts_read_need_esp(c);
		break;
	case GMG_TRUST_UNTRUSTED:
	case GMG_TRUST_FOREIGN:
		p.open = gmg_facts_read_open(c);
		if (p.open && gmg_side_inside(c->pol, c->gn->net, c->family, dst))
			p.dst = GMG_ADDR_CORE;
		fallthrough;
	case GMG_TRUST_NONE:
		if (gmg_prefix_lookup(&c->pol->core_set, c->family, dst))
			p.dst = GMG_ADDR_CORE;
		break;
	}
	v = gmg_verdict_input(&p, c->pol->rule);
	return conclude(c, &v);
}

static noinline unsigned int input_slow(struct gmg_net *gn,
					struct sk_buff *skb,
					const struct nf_hook_state *state,
					u8 family)
{
	const union nf_inet_addr *dst = gmg_flow_dst(skb, family);
	struct gmg_ctx c = make_ctx(gn, skb, state, family);
	const struct gmg_endpoint *ep = gmg_facts_endpoint(c.pol, family, dst);

	c.hook = GMGUARD_HOOK_INPUT;
	return ep ? input_endpoint(&c, ep) : input_inside(&c, dst);
}

static __always_inline unsigned int input(struct gmg_net *gn,
					  struct sk_buff *skb,
					  const struct nf_hook_state *state,
					  u8 family)
{
	const struct gmg_policy *pol = rcu_dereference(gn->policy);
	const struct gmg_side *side = gmg_side_lookup(pol, state->in);

	if (!is_plain(pol, side, skb, family) ||
	    gmg_prefix_maybe(&pol->endpoint_set, family,
			     gmg_flow_dst(skb, family)))
		return input_slow(gn, skb, state, family);
	gmg_stats_inc(side, GMGUARD_REASON_PASS_OTHER, GMG_COUNT_PACKETS);
	return NF_ACCEPT;
}

static noinline unsigned int forward_slow(struct gmg_net *gn,
					  struct sk_buff *skb,
					  const struct nf_hook_state *state,
					  u8 family)
{
	struct gmg_ctx c = make_ctx(gn, skb, state, family);
	const struct gmg_policy *pol = c.pol;
	struct gmg_pkt p = {
		.trust = c.side->trust,
		.out_trust = gmg_side_get(pol, state->out)->trust,
		.secpath = gmg_facts_esp_in(skb),
	};
	const struct gmg_http *server;
	struct gmg_verdict v;
	struct gmg_flow f;

	c.hook = GMGUARD_HOOK_FORWARD;
	gmg_facts_flow(&c, &f);
	if (p.trust == GMG_TRUST_TRUSTED) {
		p.src = gmg_facts_trusted_source(&c, f.src);
		p.need_esp = gmg_facts_need_esp(c.side, &f);
		p.sip = gmg_facts_sip(pol, &f);
	} else {
		server = gmg_facts_http(pol, family, f.dst);
		if (server) {
			p.dst = GMG_ADDR_HTTP;
			p.http = gmg_facts_http_open(server, &f);
		} else if (gmg_prefix_lookup(&pol->core_set, family, f.dst)) {
			p.dst = GMG_ADDR_CORE;
		}
	}
	v = gmg_verdict_forward(&p, pol->rule);
	return conclude(&c, &v);
}

static __always_inline unsigned int forward(struct gmg_net *gn,
					    struct sk_buff *skb,
					    const struct nf_hook_state *state,
					    u8 family)
{
	const struct gmg_policy *pol = rcu_dereference(gn->policy);
	const struct gmg_side *side = gmg_side_lookup(pol, state->in);
	struct gmg_flow f;

	if (!is_plain(pol, side, skb, family))
		return forward_slow(gn, skb, state, family);
	gmg_flow_read(&f, skb, family);
	if (gmg_facts_sip(pol, &f))
		return forward_slow(gn, skb, state, family);
	gmg_stats_inc(side, GMGUARD_REASON_PASS_OTHER, GMG_COUNT_PACKETS);
	return NF_ACCEPT;
}

static noinline unsigned int postrouting_slow(struct gmg_net *gn,
					      struct sk_buff *skb,
					      const struct nf_hook_state *state,
					      u8 family)
{
	const struct gmg_policy *pol = rcu_dereference(gn->policy);
	struct gmg_ctx c = {
		.gn = gn, .pol = pol, .skb = skb, .dev = state->out,
		.side = gmg_side_get(pol, state->out),
		.hook = GMGUARD_HOOK_POSTROUTING, .family = family,
	};
	const struct gmg_endpoint *ep;
	struct gmg_set *set = NULL;
	struct gmg_verdict v = {};
	struct gmg_pkt p = {};
	struct gmg_flow f;

	ep = gmg_facts_endpoint(pol, family, gmg_flow_src(skb, family));
	if (!ep)
		return NF_ACCEPT;
	gmg_facts_flow(&c, &f);
	/* what cannot be read may be from one */
	if (f.unread || (f.ports && gmg_endpoint_protects(ep, f.sport))) {
		p.port = GMG_PORT_PROTECTED;
		p.secpath = gmg_facts_esp_out(skb);
		if (p.secpath)
			p.sa = gmg_facts_sa_out(&c, &f, &set);
		v = gmg_verdict_postrouting(&p, pol->rule);
	} else if (f.ports && test_bit(f.sport, ep->unprotected)) {
		p.port = GMG_PORT_UNPROTECTED;
	}
	if (p.port != GMG_PORT_CLOSED && !v.drop)
		judge_content(&c, &f, f.dst, set, p.port, true, &v);
	return conclude(&c, &v);
}

/* Judged as this host made it, before SNAT, ... */
static __always_inline unsigned int
postrouting(struct gmg_net *gn, struct sk_buff *skb,
	    const struct nf_hook_state *state, u8 family)
{
	const struct gmg_policy *pol = rcu_dereference(gn->policy);

	return gmg_prefix_maybe(&pol->endpoint_set, family,
				gmg_flow_src(skb, family)) ?
	       postrouting_slow(gn, skb, state, family) : NF_ACCEPT;
}

/* What left from an endpoint before SNAT was read then, and its octets come once. */
static bool was_read(const struct gmg_policy *pol, const struct nf_conn *ct,
		     enum ip_conntrack_info info, u8 family)
{
	const struct nf_conntrack_tuple *made = &ct->tuplehash[CTINFO2DIR(info)].tuple;

	return made->dst.protonum == IPPROTO_TCP &&
	       gmg_facts_endpoint(pol, family, &made->src.u3);
}

/* ... and again as SNAT has made it. */
static __always_inline unsigned int
translated(struct gmg_net *gn, struct sk_buff *skb,
	   const struct nf_hook_state *state, u8 family)
{
	enum ip_conntrack_info info;
	const struct nf_conn *ct = nf_ct_get(skb, &info);

	if (!ct || !(ct->status & IPS_NAT_MASK) ||
	    was_read(rcu_dereference(gn->policy), ct, info, family))
		return NF_ACCEPT;
	return postrouting(gn, skb, state, family);
}

#define GMG_HOOK(name, fam)						\
static unsigned int name##_##fam(void *priv, struct sk_buff *skb,	\
				 const struct nf_hook_state *state)	\
{									\
	return name(priv, skb, state, NFPROTO_##fam);			\
}

GMG_HOOK(prerouting, IPV4)
GMG_HOOK(prerouting, IPV6)
GMG_HOOK(input, IPV4)
GMG_HOOK(input, IPV6)
GMG_HOOK(forward, IPV4)
GMG_HOOK(forward, IPV6)
GMG_HOOK(postrouting, IPV4)
GMG_HOOK(postrouting, IPV6)
GMG_HOOK(translated, IPV4)
GMG_HOOK(translated, IPV6)

/* Sources are judged and marked right after reassembly, before conntrack, NAT
 * and routing can act on them; destinations after routing and DNAT, ahead of
 * other filters; what leaves before SNAT and, if that touched it, last of all.
 */
#define GMG_OP(name, fam, num, prio) {					\
	.hook = name##_##fam, .pf = NFPROTO_##fam, .hooknum = num,	\
	.priority = prio,						\
}

static const struct nf_hook_ops hooks[GMG_HOOKS] = {
	GMG_OP(prerouting, IPV4, NF_INET_PRE_ROUTING,
	       NF_IP_PRI_CONNTRACK_DEFRAG + 1),
	GMG_OP(prerouting, IPV6, NF_INET_PRE_ROUTING,
	       NF_IP6_PRI_CONNTRACK_DEFRAG + 1),
	GMG_OP(input, IPV4, NF_INET_LOCAL_IN, NF_IP_PRI_FIRST),
	GMG_OP(input, IPV6, NF_INET_LOCAL_IN, NF_IP6_PRI_FIRST),
	GMG_OP(forward, IPV4, NF_INET_FORWARD, NF_IP_PRI_FIRST),
	GMG_OP(forward, IPV6, NF_INET_FORWARD, NF_IP6_PRI_FIRST),
	GMG_OP(postrouting, IPV4, NF_INET_POST_ROUTING, NF_IP_PRI_NAT_SRC - 1),
	GMG_OP(postrouting, IPV6, NF_INET_POST_ROUTING, NF_IP6_PRI_NAT_SRC - 1),
	GMG_OP(translated, IPV4, NF_INET_POST_ROUTING, NF_IP_PRI_LAST - 1),
	GMG_OP(translated, IPV6, NF_INET_POST_ROUTING, NF_IP6_PRI_LAST - 1),
};

void gmg_hook_prepare(struct gmg_net *gn)
{
	int i;

	for (i = 0; i < GMG_HOOKS; i++) {
		gn->ops[i] = hooks[i];
		gn->ops[i].priv = gn;
	}
}
