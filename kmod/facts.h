/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_FACTS_H
#define _GMG_FACTS_H

/* What the policy, routing and IPsec say of a packet: the facts that the pure
 * rules judge by. All of it in the packet path, under rcu_read_lock().
 */
#include "flow.h"
#include "policy.h"

struct gmg_net;
struct gmg_set;

/* One packet at one hook; @method to @call_id as in &struct gmg_flow. @goes_on: what is left
 * of one that is refused.
 */
struct gmg_ctx {
	struct gmg_net *gn;
	const struct gmg_policy *pol;
	const struct gmg_side *side;
	struct sk_buff *skb;
	const struct net_device *dev;
	u64 call_id;
	u16 status;
	u8 method;
	u8 hook;
	u8 family;
	bool goes_on;
};

static inline const struct gmg_endpoint *
gmg_facts_endpoint(const struct gmg_policy *pol, u8 family,
		   const union nf_inet_addr *addr)
{
	const struct gmg_prefix *p;

	p = gmg_prefix_lookup(&pol->endpoint_set, family, addr);
	return p ? container_of(p, struct gmg_endpoint, at) : NULL;
}

static inline const struct gmg_http *
gmg_facts_http(const struct gmg_policy *pol, u8 family,
	       const union nf_inet_addr *addr)
{
	const struct gmg_prefix *p;

	p = gmg_prefix_lookup(&pol->http_set, family, addr);
	return p ? container_of(p, struct gmg_http, at) : NULL;
}

static inline u8 gmg_facts_trusted_source(const struct gmg_ctx *c,
					  const union nf_inet_addr *src)
{
	return gmg_prefix_lookup(&c->pol->pool_set, c->family, src) ?
	       GMG_ADDR_ASTRAY : GMG_ADDR_OTHER;
}

/* To or from a SIP port, for all one can know. */
static inline bool gmg_facts_sip(const struct gmg_policy *pol,
				 const struct gmg_flow *f)
{
	return f->unread || (f->ports && (test_bit(f->sport, pol->sip) ||
					  test_bit(f->dport, pol->sip)));
}

static inline void gmg_facts_flow(const struct gmg_ctx *c, struct gmg_flow *f)
{
	gmg_flow_read(f, c->skb, c->family);
	f->dev = c->dev;
	f->side_name = c->side->name;
	f->hook = c->hook;
	f->call_id = c->call_id;
	f->status = c->status;
	f->method = c->method;
}

/* ICMP that stays usable, or to one of the open ports. */
bool gmg_facts_open(const struct gmg_policy *pol, const struct gmg_flow *f);
bool gmg_facts_read_open(const struct gmg_ctx *c);

/* On a side that requires ESP: this may not come in clear. */
bool gmg_facts_need_esp(const struct gmg_side *side, const struct gmg_flow *f);
bool gmg_facts_read_need_esp(const struct gmg_ctx *c);

/* TCP to a permitted port of an HTTP server. */
bool gmg_facts_http_open(const struct gmg_http *h, const struct gmg_flow *f);

/* The class of a source outside the core, enum gmg_addr. UE pools, core
 * prefixes and endpoints are disjoint, so a UE's source needs one look-up and
 * the way back.
 */
u8 gmg_facts_outside_source(const struct gmg_ctx *c,
			    const union nf_inet_addr *src);

/* Its source need not be in a pool. Link-local and unspecified ones belong to
 * neighbour discovery alone.
 */
bool gmg_facts_may_roam(const struct gmg_ctx *c);

/* It came under ESP; AH alone leaves it readable. */
bool gmg_facts_esp_in(const struct sk_buff *skb);

/* It will leave under ESP. */
bool gmg_facts_esp_out(const struct sk_buff *skb);

/* It came, or will leave, under ESP that encrypts: nobody on the way can read it. */
bool gmg_facts_hidden_in(const struct sk_buff *skb);
bool gmg_facts_hidden_out(const struct sk_buff *skb);

/* What its SA says of it, enum gmg_sa_fact; notes that the SA was used. One that
 * came in (or leaves) under several layers is nobody's we know. @set: the one it is
 * of, if it may be.
 */
u8 gmg_facts_sa_in(const struct gmg_ctx *c, const struct gmg_flow *f,
		   struct gmg_set **set);
u8 gmg_facts_sa_out(const struct gmg_ctx *c, const struct gmg_flow *f,
		    struct gmg_set **set);

/* It is for a protected port. */
bool gmg_facts_protected(const struct gmg_ctx *c);

#endif /* _GMG_FACTS_H */
