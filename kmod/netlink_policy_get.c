// SPDX-License-Identifier: GPL-2.0
/* policy-get: the running policy as messages. */
#include <net/genetlink.h>
#include <net/sock.h>

#include "net.h"
#include "policy_nl.h"

static int put_ports(struct sk_buff *skb, int type, const unsigned long *bitmap)
{
	unsigned long port;

	for_each_set_bit(port, bitmap, GMG_PORTS)
		if (nla_put_u16(skb, type, port))
			return -EMSGSIZE;
	return 0;
}

static int put_addr(struct sk_buff *skb, int type, const struct gmg_prefix *p)
{
	return nla_put(skb, type, p->family == NFPROTO_IPV4 ? 4 : 16, &p->addr);
}

static int put_side(struct sk_buff *skb, const struct gmg_policy *pol, u32 i)
{
	static const u32 trust[] = {
		[GMG_TRUST_UNTRUSTED] = GMGUARD_TRUST_UNTRUSTED,
		[GMG_TRUST_TRUSTED] = GMGUARD_TRUST_TRUSTED,
		[GMG_TRUST_FOREIGN] = GMGUARD_TRUST_FOREIGN,
	};
	const struct gmg_side *side = &pol->sides[i];
	char name[IFNAMSIZ + 1];
	u32 j;

	if (nla_put_string(skb, GMGUARD_A_SIDE_NAME, side->name) ||
	    nla_put_u32(skb, GMGUARD_A_SIDE_TRUST, trust[side->trust]) ||
	    (side->require_esp && nla_put_flag(skb, GMGUARD_A_SIDE_REQUIRE_ESP)))
		return -EMSGSIZE;
	for (j = side->first; j < side->first + side->n; j++) {
		snprintf(name, sizeof(name), "%s%s", pol->patterns[j].name,
			 pol->patterns[j].wild ? "*" : "");
		if (nla_put_string(skb, GMGUARD_A_SIDE_INTERFACE, name))
			return -EMSGSIZE;
	}
	return 0;
}

static int put_pool(struct sk_buff *skb, const struct gmg_policy *pol, u32 i)
{
	const struct gmg_prefix *p = &pol->pools[i];

	return nla_put_string(skb, GMGUARD_A_POOL_SIDE,
			      pol->sides[p->owner].name) ?:
	       put_addr(skb, GMGUARD_A_POOL_ADDRESS, p) ?:
	       nla_put_u8(skb, GMGUARD_A_POOL_PREFIX_LEN, p->len);
}

static int put_endpoint(struct sk_buff *skb, const struct gmg_policy *pol, u32 i)
{
	const struct gmg_endpoint *ep = &pol->endpoints[i];

	return put_addr(skb, GMGUARD_A_ENDPOINT_ADDRESS, &ep->at) ?:
	       put_ports(skb, GMGUARD_A_ENDPOINT_UNPROTECTED,
			 ep->unprotected) ?:
	       put_ports(skb, GMGUARD_A_ENDPOINT_SERVER, ep->server) ?:
	       put_ports(skb, GMGUARD_A_ENDPOINT_CLIENT, ep->client);
}

static int put_core(struct sk_buff *skb, const struct gmg_policy *pol, u32 i)
{
	const struct gmg_prefix *p = &pol->core[i];

	return put_addr(skb, GMGUARD_A_CORE_ADDRESS, p) ?:
	       nla_put_u8(skb, GMGUARD_A_CORE_PREFIX_LEN, p->len) ?:
	       nla_put_u32(skb, GMGUARD_A_CORE_ROLE, p->owner);
}

static int put_http(struct sk_buff *skb, const struct gmg_policy *pol, u32 i)
{
	const struct gmg_http *http = &pol->http[i];
	u16 j;

	if (put_addr(skb, GMGUARD_A_HTTP_ADDRESS, &http->at))
		return -EMSGSIZE;
	for (j = 0; j < http->n; j++)
		if (nla_put_u16(skb, GMGUARD_A_HTTP_PORT, http->port[j]))
			return -EMSGSIZE;
	return 0;
}

static int put_open_port(struct sk_buff *skb, const struct gmg_policy *pol, u32 i)
{
	return nla_put_u8(skb, GMGUARD_A_OPEN_PORT_PROTO,
			  pol->open_ports[i].proto) ?:
	       nla_put_u16(skb, GMGUARD_A_OPEN_PORT_PORT,
			   pol->open_ports[i].port);
}

static int put_algorithm(struct sk_buff *skb, const struct gmg_policy *pol, u32 i)
{
	return nla_put_u32(skb, GMGUARD_A_ALGORITHM_ALG,
			   pol->algorithms[i].alg) ?:
	       nla_put_u32(skb, GMGUARD_A_ALGORITHM_EALG,
			   pol->algorithms[i].ealg);
}

static int put_header(struct sk_buff *skb, const struct gmg_policy *pol, u32 i)
{
	const struct gmg_header *h = &pol->headers[i];

	return nla_put_u32(skb, GMGUARD_A_HEADER_ITEM, h->item) ?:
	       nla_put_u32(skb, GMGUARD_A_HEADER_TRANSITION, h->boundary) ?:
	       nla_put_u32(skb, GMGUARD_A_HEADER_ACTION, h->action);
}

static int put_number(struct sk_buff *skb, const struct gmg_sip_number *number)
{
	char text[GMGUARD_NUMBER_LEN_MAX + 1];

	snprintf(text, sizeof(text), "%.*s", number->len, number->digits);
	return nla_put_string(skb, GMGUARD_A_EMERGENCY_NUMBER, text);
}

static int put_emergency(struct sk_buff *skb, const struct gmg_policy *pol)
{
	struct nlattr *nest = nla_nest_start(skb, GMGUARD_A_POLICY_EMERGENCY);
	u32 i;

	if (!nest || (pol->emergency_refused &&
		      nla_put_flag(skb, GMGUARD_A_EMERGENCY_REFUSED)))
		return -EMSGSIZE;
	for (i = 0; i < pol->n.numbers; i++)
		if (put_number(skb, &pol->numbers[i]))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_tmpi(struct sk_buff *skb, const struct gmg_policy *pol)
{
	struct nlattr *nest;

	if (pol->tmpi_mode == GMGUARD_TMPI_MODE_OFF && !pol->tmpi_name[0])
		return 0;
	nest = nla_nest_start(skb, GMGUARD_A_POLICY_TMPI);
	if (!nest ||
	    nla_put_u32(skb, GMGUARD_A_TMPI_POLICY_MODE, pol->tmpi_mode) ||
	    (pol->tmpi_name[0] &&
	     (nla_put_string(skb, GMGUARD_A_TMPI_POLICY_PROFILE_NAME, pol->tmpi_name) ||
	      nla_put(skb, GMGUARD_A_TMPI_POLICY_PROFILE_ID, sizeof(pol->tmpi_id),
		      pol->tmpi_id))))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* What the policy has one of; the first message of a dump. */
static int put_head(struct sk_buff *skb, const struct gmg_policy *pol)
{
	struct nlattr *nest;
	u32 reason;

	if (nla_put_u32(skb, GMGUARD_A_POLICY_MODE, pol->mode))
		return -EMSGSIZE;
	for (reason = 1; reason <= GMGUARD_REASON_MAX; reason++) {
		if (!pol->exception[reason])
			continue;
		nest = nla_nest_start(skb, GMGUARD_A_POLICY_RULE);
		if (!nest ||
		    nla_put_u32(skb, GMGUARD_A_RULE_REASON, reason) ||
		    nla_put_u32(skb, GMGUARD_A_RULE_MODE, pol->exception[reason] - 1))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	nest = nla_nest_start(skb, GMGUARD_A_POLICY_MARKS);
	if (!nest ||
	    nla_put_u32(skb, GMGUARD_A_MARKS_MASK, pol->mark_mask) ||
	    nla_put_u32(skb, GMGUARD_A_MARKS_TRUSTED, pol->mark_trusted) ||
	    nla_put_u32(skb, GMGUARD_A_MARKS_UNTRUSTED, pol->mark_untrusted) ||
	    nla_put_u32(skb, GMGUARD_A_MARKS_PROTECTED, pol->mark_protected))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	nest = nla_nest_start(skb, GMGUARD_A_POLICY_LIMITS);
	if (!nest ||
	    nla_put_u32(skb, GMGUARD_A_LIMITS_INTERFACES,
			pol->max_interfaces) ||
	    nla_put_u32(skb, GMGUARD_A_LIMITS_EVENT_RATE, pol->event_rate) ||
	    nla_put_u32(skb, GMGUARD_A_LIMITS_SA_SETS, pol->max_sets) ||
	    nla_put_u32(skb, GMGUARD_A_LIMITS_PINHOLES, pol->max_pinholes) ||
	    nla_put_u32(skb, GMGUARD_A_LIMITS_REGISTER_RATE,
			pol->register_rate) ||
	    nla_put_u32(skb, GMGUARD_A_LIMITS_REGISTER_BURST,
			pol->register_burst) ||
	    nla_put_u32(skb, GMGUARD_A_LIMITS_TMPI, pol->max_tmpis) ||
	    nla_put_u32(skb, GMGUARD_A_LIMITS_STREAMS, pol->max_streams) ||
	    nla_put_u32(skb, GMGUARD_A_LIMITS_STREAM_OCTETS,
			pol->stream_octets) ||
	    nla_put_u32(skb, GMGUARD_A_LIMITS_STREAM_MEMORY,
			pol->stream_memory) ||
	    nla_put_u32(skb, GMGUARD_A_LIMITS_STREAM_IDLE, pol->stream_idle))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	nest = nla_nest_start(skb, GMGUARD_A_POLICY_LIFETIMES);
	if (!nest ||
	    nla_put_u32(skb, GMGUARD_A_LIFETIMES_TEMPORARY, pol->temporary) ||
	    nla_put_u32(skb, GMGUARD_A_LIFETIMES_SLACK, pol->slack) ||
	    nla_put_u32(skb, GMGUARD_A_LIFETIMES_GRACE, pol->grace))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	nest = nla_nest_start(skb, GMGUARD_A_POLICY_SPI_RANGE);
	if (!nest ||
	    nla_put_u32(skb, GMGUARD_A_SPI_RANGE_FIRST, pol->spi_first) ||
	    nla_put_u32(skb, GMGUARD_A_SPI_RANGE_LAST, pol->spi_last))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	if (put_emergency(skb, pol) || put_tmpi(skb, pol))
		return -EMSGSIZE;
	return pol->no_inbound_policy ?
	       nla_put_flag(skb, GMGUARD_A_POLICY_NO_INBOUND_POLICY) : 0;
}

#define KIND(type, count, put_one) {					\
	.attr = GMGUARD_A_POLICY_##type,				\
	.n = offsetof(struct gmg_policy, n.count),			\
	.put = put_one,							\
}

static const struct kind {
	int attr;
	size_t n;
	int (*put)(struct sk_buff *skb, const struct gmg_policy *pol, u32 i);
} kinds[] = {
	KIND(SIDE, sides, put_side),
	KIND(POOL, pools, put_pool),
	KIND(ENDPOINT, endpoints, put_endpoint),
	KIND(CORE, core, put_core),
	KIND(HTTP, http, put_http),
	KIND(OPEN_PORT, open_ports, put_open_port),
	KIND(ALGORITHM, algorithms, put_algorithm),
	KIND(HEADER, headers, put_header),
};

static int put_element(struct sk_buff *skb, const struct gmg_policy *pol,
		       const struct kind *kind, u32 i)
{
	struct nlattr *nest = nla_nest_start(skb, kind->attr);

	if (!nest || kind->put(skb, pol, i))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* One message: the head (@kind NULL) or element @i of @kind. */
static int put_message(struct sk_buff *skb, struct netlink_callback *cb,
		       const struct gmg_policy *pol, const struct kind *kind,
		       u32 i)
{
	void *hdr;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &gmguard_nl_family, NLM_F_MULTI,
			  GMGUARD_CMD_POLICY_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(skb, GMGUARD_A_POLICY_GENERATION, pol->generation) ||
	    (kind ? put_element(skb, pol, kind, i) : put_head(skb, pol))) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genl_dump_check_consistent(cb, hdr);
	genlmsg_end(skb, hdr);
	return 0;
}

/* Resumes at kind args[0] - 1 (0: the head), element args[1]. A policy that
 * was replaced meanwhile shows in cb->seq: the reader starts again.
 */
static int put_messages(struct sk_buff *skb, struct netlink_callback *cb,
			const struct gmg_policy *pol)
{
	const struct kind *kind;
	const u32 *n;
	int err;

	if (!cb->args[0]) {
		err = put_message(skb, cb, pol, NULL, 0);
		if (err)
			return err;
		cb->args[0] = 1;
	}
	for (; cb->args[0] <= ARRAY_SIZE(kinds); cb->args[0]++) {
		kind = &kinds[cb->args[0] - 1];
		n = (const void *)pol + kind->n;
		for (; cb->args[1] < *n; cb->args[1]++) {
			err = put_message(skb, cb, pol, kind, cb->args[1]);
			if (err)
				return err;
		}
		cb->args[1] = 0;
	}
	return 0;
}

int gmguard_nl_policy_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb)
{
	const struct gmg_net *gn = gmg_net_get(sock_net(skb->sk));
	const struct gmg_policy *pol;
	int err = 0;

	rcu_read_lock();
	pol = rcu_dereference(gn->policy);
	/* a policy that was cleared meanwhile shows as well */
	cb->seq = pol ? pol->generation : 0;
	if (pol)
		err = put_messages(skb, cb, pol);
	rcu_read_unlock();
	return err && !skb->len ? err : skb->len;
}
