// SPDX-License-Identifier: GPL-2.0
/* What a policy has any number of: sides, pools, endpoints, ... out of a message. */
#include <linux/ctype.h>
#include <linux/netdevice.h>
#include <net/netlink.h>

#include "esp.h"
#include "netlink.h"
#include "netlink_policy.h"
#include "policy_nl.h"
#include "refusal.h"

/* @addr and how long its prefix is. */
static int get_prefix(struct gmg_prefix *p, const struct nlattr *addr,
		      const struct nlattr *len, struct netlink_ext_ack *extack)
{
	int err = gmg_netlink_address(&p->addr, &p->family, addr, extack);

	if (err)
		return err;
	p->len = nla_get_u8(len);
	if (p->len > gmg_prefix_host(p->family))
		return gmg_refuse(extack, len, -ERANGE,
				  "a prefix has at most 32 bits, or 128 in IPv6");
	if (!gmg_prefix_valid(p->family, &p->addr, p->len))
		return gmg_refuse(extack, addr, -EINVAL,
				  "the prefix has host bits set; they must be zero");
	return 0;
}

/* One of a host. */
static int get_host(struct gmg_prefix *p, const struct nlattr *addr,
		    struct netlink_ext_ack *extack)
{
	int err = gmg_netlink_host(&p->addr, &p->family, addr, extack);

	p->len = gmg_prefix_host(p->family);
	return err;
}

static int add_prefix(struct gmg_prefix_set *set, struct gmg_prefix *p,
		      const struct nlattr *nest, struct netlink_ext_ack *extack)
{
	int err = gmg_prefix_add(set, p);

	return err ? gmg_refuse(extack, nest, err, "the policy names this prefix twice") : 0;
}

static bool valid_name(const char *name)
{
	const char *c;

	for (c = name; *c; c++)
		if (!isalnum(*c) && !strchr("._-", *c))
			return false;
	return name[0] && strcmp(name, "none") && strcmp(name, "local");
}

/* An interface name, or its beginning followed by '*'. */
static bool get_pattern(struct gmg_pattern *p, const struct nlattr *attr)
{
	char *star;

	if (nla_strscpy(p->name, attr, sizeof(p->name)) < 0)
		return false;
	star = strchr(p->name, '*');
	if (star && star[1])
		return false;
	if (star) {
		*star = '\0';
		p->wild = true;
	}
	p->len = strlen(p->name);
	if (p->wild)
		return !p->len || dev_valid_name(p->name);
	return dev_valid_name(p->name);
}

static int fill_side(struct gmg_policy *pol, const struct nlattr *nest, u32 index,
		     struct netlink_ext_ack *extack)
{
	static const u8 trust[] = {
		[GMGUARD_TRUST_UNTRUSTED] = GMG_TRUST_UNTRUSTED,
		[GMGUARD_TRUST_TRUSTED] = GMG_TRUST_TRUSTED,
		[GMGUARD_TRUST_FOREIGN] = GMG_TRUST_FOREIGN,
	};
	struct nlattr *tb[GMGUARD_A_SIDE_MAX + 1], *attr;
	struct gmg_side *side = &pol->sides[index];
	int err, rem;

	err = nla_parse_nested(tb, GMGUARD_A_SIDE_MAX, nest,
			       gmguard_side_nl_policy, extack);
	if (err)
		return err;
	if (!tb[GMGUARD_A_SIDE_NAME] || !tb[GMGUARD_A_SIDE_TRUST] ||
	    !tb[GMGUARD_A_SIDE_INTERFACE])
		return gmg_netlink_incomplete(nest, extack);

	nla_strscpy(side->name, tb[GMGUARD_A_SIDE_NAME], sizeof(side->name));
	if (!valid_name(side->name))
		return gmg_refuse(extack, tb[GMGUARD_A_SIDE_NAME], -EINVAL,
				  "a side's name is letters, digits, . _ -; none and local are taken");
	side->trust = trust[nla_get_u32(tb[GMGUARD_A_SIDE_TRUST])];
	side->require_esp = nla_get_flag(tb[GMGUARD_A_SIDE_REQUIRE_ESP]);
	if (side->require_esp && side->trust != GMG_TRUST_TRUSTED)
		return gmg_refuse(extack, tb[GMGUARD_A_SIDE_REQUIRE_ESP], -EINVAL,
				  "require-esp is for trusted sides");
	side->index = index;
	side->first = index ? side[-1].first + side[-1].n : 0;
	nla_for_each_nested_type(attr, GMGUARD_A_SIDE_INTERFACE, nest, rem) {
		if (!get_pattern(&pol->patterns[side->first + side->n], attr))
			return gmg_refuse(extack, attr, -EINVAL,
					  "not an interface name, nor the beginning of one and a *");
		side->n++;
	}
	return 0;
}

static int fill_pool(struct gmg_policy *pol, const struct nlattr *nest, u32 index,
		     struct netlink_ext_ack *extack)
{
	struct nlattr *tb[GMGUARD_A_POOL_MAX + 1];
	struct gmg_prefix *p = &pol->pools[index];
	int err;
	u32 i;

	err = nla_parse_nested(tb, GMGUARD_A_POOL_MAX, nest,
			       gmguard_pool_nl_policy, extack);
	if (err)
		return err;
	if (!tb[GMGUARD_A_POOL_SIDE] || !tb[GMGUARD_A_POOL_ADDRESS] ||
	    !tb[GMGUARD_A_POOL_PREFIX_LEN])
		return gmg_netlink_incomplete(nest, extack);
	err = get_prefix(p, tb[GMGUARD_A_POOL_ADDRESS],
			 tb[GMGUARD_A_POOL_PREFIX_LEN], extack);
	if (err)
		return err;
	for (i = 0; i < pol->n.sides; i++)
		if (!nla_strcmp(tb[GMGUARD_A_POOL_SIDE], pol->sides[i].name))
			break;
	if (i == pol->n.sides)
		return gmg_refuse(extack, tb[GMGUARD_A_POOL_SIDE], -ENOENT,
				  "a pool must belong to a side of this policy");
	if (pol->sides[i].trust != GMG_TRUST_UNTRUSTED)
		return gmg_refuse(extack, tb[GMGUARD_A_POOL_SIDE], -EINVAL,
				  "UE pools are for untrusted sides");
	p->owner = i;
	return add_prefix(&pol->pool_set, p, nest, extack);
}

static int get_ports(unsigned long *bitmap, const struct nlattr *nest, int type,
		     struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	int rem, n = 0;

	nla_for_each_nested_type(attr, type, nest, rem) {
		if (++n > GMGUARD_PORTS_MAX)
			return gmg_refuse(extack, attr, -E2BIG,
					  "more ports than ports-max");
		if (__test_and_set_bit(nla_get_u16(attr), bitmap))
			return gmg_refuse(extack, attr, -EEXIST,
					  "the endpoint names this port twice");
	}
	return 0;
}

static int fill_endpoint(struct gmg_policy *pol, const struct nlattr *nest,
			 u32 index, struct netlink_ext_ack *extack)
{
	struct nlattr *tb[GMGUARD_A_ENDPOINT_MAX + 1];
	struct gmg_endpoint *ep = &pol->endpoints[index];
	int err;

	err = nla_parse_nested(tb, GMGUARD_A_ENDPOINT_MAX, nest,
			       gmguard_endpoint_nl_policy, extack);
	if (err)
		return err;
	if (!tb[GMGUARD_A_ENDPOINT_ADDRESS])
		return gmg_netlink_incomplete(nest, extack);
	err = get_host(&ep->at, tb[GMGUARD_A_ENDPOINT_ADDRESS], extack);
	if (err)
		return err;
	err = get_ports(ep->unprotected, nest, GMGUARD_A_ENDPOINT_UNPROTECTED,
			extack) ?:
	      get_ports(ep->server, nest, GMGUARD_A_ENDPOINT_SERVER, extack) ?:
	      get_ports(ep->client, nest, GMGUARD_A_ENDPOINT_CLIENT, extack);
	if (err)
		return err;
	ep->at.owner = index;
	return add_prefix(&pol->endpoint_set, &ep->at, nest, extack);
}

static int fill_core(struct gmg_policy *pol, const struct nlattr *nest, u32 index,
		     struct netlink_ext_ack *extack)
{
	struct nlattr *tb[GMGUARD_A_CORE_MAX + 1];
	struct gmg_prefix *p = &pol->core[index];
	int err;

	err = nla_parse_nested(tb, GMGUARD_A_CORE_MAX, nest,
			       gmguard_core_nl_policy, extack);
	if (err)
		return err;
	if (!tb[GMGUARD_A_CORE_ADDRESS] || !tb[GMGUARD_A_CORE_PREFIX_LEN])
		return gmg_netlink_incomplete(nest, extack);
	err = get_prefix(p, tb[GMGUARD_A_CORE_ADDRESS],
			 tb[GMGUARD_A_CORE_PREFIX_LEN], extack);
	if (err)
		return err;
	if (tb[GMGUARD_A_CORE_ROLE])
		p->owner = nla_get_u32(tb[GMGUARD_A_CORE_ROLE]);
	return add_prefix(&pol->core_set, p, nest, extack);
}

static int fill_http(struct gmg_policy *pol, const struct nlattr *nest, u32 index,
		     struct netlink_ext_ack *extack)
{
	struct nlattr *tb[GMGUARD_A_HTTP_MAX + 1], *attr;
	struct gmg_http *http = &pol->http[index];
	int err, rem;

	err = nla_parse_nested(tb, GMGUARD_A_HTTP_MAX, nest,
			       gmguard_http_nl_policy, extack);
	if (err)
		return err;
	if (!tb[GMGUARD_A_HTTP_ADDRESS])
		return gmg_netlink_incomplete(nest, extack);
	err = get_host(&http->at, tb[GMGUARD_A_HTTP_ADDRESS], extack);
	if (err)
		return err;
	nla_for_each_nested_type(attr, GMGUARD_A_HTTP_PORT, nest, rem) {
		if (http->n == GMGUARD_HTTP_PORTS_MAX)
			return gmg_refuse(extack, attr, -E2BIG,
					  "more ports than http-ports-max");
		http->port[http->n++] = nla_get_u16(attr);
	}
	http->at.owner = index;
	return add_prefix(&pol->http_set, &http->at, nest, extack);
}

static int fill_open_port(struct gmg_policy *pol, const struct nlattr *nest,
			  u32 index, struct netlink_ext_ack *extack)
{
	struct nlattr *tb[GMGUARD_A_OPEN_PORT_MAX + 1];
	struct gmg_open_port *open = &pol->open_ports[index];
	unsigned long *bitmap;
	int err;

	err = nla_parse_nested(tb, GMGUARD_A_OPEN_PORT_MAX, nest,
			       gmguard_open_port_nl_policy, extack);
	if (err)
		return err;
	if (!tb[GMGUARD_A_OPEN_PORT_PROTO] || !tb[GMGUARD_A_OPEN_PORT_PORT])
		return gmg_netlink_incomplete(nest, extack);
	open->proto = nla_get_u8(tb[GMGUARD_A_OPEN_PORT_PROTO]);
	open->port = nla_get_u16(tb[GMGUARD_A_OPEN_PORT_PORT]);
	switch (open->proto) {
	case IPPROTO_UDP:
		bitmap = pol->open_udp;
		break;
	case IPPROTO_TCP:
		bitmap = pol->open_tcp;
		break;
	case IPPROTO_SCTP:
		bitmap = pol->open_sctp;
		break;
	default:
		return gmg_refuse(extack, tb[GMGUARD_A_OPEN_PORT_PROTO], -EOPNOTSUPP,
				  "an open port is of UDP (17), TCP (6) or SCTP (132)");
	}
	if (__test_and_set_bit(open->port, bitmap))
		return gmg_refuse(extack, nest, -EEXIST,
				  "the policy names this open port twice");
	return 0;
}

static int fill_rule(struct gmg_policy *pol, const struct nlattr *nest, u32 index,
		     struct netlink_ext_ack *extack)
{
	struct nlattr *tb[GMGUARD_A_RULE_MAX + 1];
	u32 reason;
	int err;

	err = nla_parse_nested(tb, GMGUARD_A_RULE_MAX, nest,
			       gmguard_rule_nl_policy, extack);
	if (err)
		return err;
	if (!tb[GMGUARD_A_RULE_REASON] || !tb[GMGUARD_A_RULE_MODE])
		return gmg_netlink_incomplete(nest, extack);
	reason = nla_get_u32(tb[GMGUARD_A_RULE_REASON]);
	if (!gmg_reason_is_rule(reason))
		return gmg_refuse(extack, tb[GMGUARD_A_RULE_REASON], -EINVAL,
				  "a pass class has no mode; only rules have");
	if (pol->exception[reason])
		return gmg_refuse(extack, nest, -EEXIST,
				  "the policy gives this rule two modes");
	pol->exception[reason] = 1 + nla_get_u32(tb[GMGUARD_A_RULE_MODE]);
	return 0;
}

static int fill_algorithm(struct gmg_policy *pol, const struct nlattr *nest,
			  u32 index, struct netlink_ext_ack *extack)
{
	struct gmg_algorithm *a = &pol->algorithms[index];
	struct nlattr *tb[GMGUARD_A_ALGORITHM_MAX + 1];
	u32 i;
	int err;

	err = nla_parse_nested(tb, GMGUARD_A_ALGORITHM_MAX, nest,
			       gmguard_algorithm_nl_policy, extack);
	if (err)
		return err;
	if (!tb[GMGUARD_A_ALGORITHM_ALG] || !tb[GMGUARD_A_ALGORITHM_EALG])
		return gmg_netlink_incomplete(nest, extack);
	a->alg = nla_get_u32(tb[GMGUARD_A_ALGORITHM_ALG]);
	a->ealg = nla_get_u32(tb[GMGUARD_A_ALGORITHM_EALG]);
	if (!gmg_esp_pair_valid(a->alg, a->ealg))
		return gmg_refuse(extack, nest, -EINVAL,
				  "TS 33.203 Annex H does not combine these algorithms");
	for (i = 0; i < index; i++) {
		if (pol->algorithms[i].alg != a->alg ||
		    pol->algorithms[i].ealg != a->ealg)
			continue;
		return gmg_refuse(extack, nest, -EEXIST,
				  "the policy names these algorithms twice");
	}
	return 0;
}

static int fill_header(struct gmg_policy *pol, const struct nlattr *nest,
		       u32 index, struct netlink_ext_ack *extack)
{
	struct gmg_header *h = &pol->headers[index];
	struct nlattr *tb[GMGUARD_A_HEADER_MAX + 1];
	u32 i;
	int err;

	err = nla_parse_nested(tb, GMGUARD_A_HEADER_MAX, nest,
			       gmguard_header_nl_policy, extack);
	if (err)
		return err;
	if (!tb[GMGUARD_A_HEADER_ITEM] || !tb[GMGUARD_A_HEADER_TRANSITION] ||
	    !tb[GMGUARD_A_HEADER_ACTION])
		return gmg_netlink_incomplete(nest, extack);
	h->item = nla_get_u32(tb[GMGUARD_A_HEADER_ITEM]);
	h->boundary = nla_get_u32(tb[GMGUARD_A_HEADER_TRANSITION]);
	h->action = nla_get_u32(tb[GMGUARD_A_HEADER_ACTION]);
	if (!gmg_sip_matrix_may(h->item, h->boundary, h->action))
		return gmg_refuse(extack, tb[GMGUARD_A_HEADER_ACTION], -EINVAL,
				  "ik and ck do not leave the trust domain; remove them, or drop");
	for (i = 0; i < index; i++) {
		if (pol->headers[i].item != h->item ||
		    pol->headers[i].boundary != h->boundary)
			continue;
		return gmg_refuse(extack, nest, -EEXIST,
				  "the policy gives this header two actions for one transition");
	}
	pol->matrix.action[h->boundary][h->item] = h->action;
	return 0;
}

#define KIND(type, count, limit, fill_one, check_one) {			\
	.attr = GMGUARD_A_POLICY_##type,				\
	.n = offsetof(struct gmg_counts, count),			\
	.max = limit,							\
	.fill = fill_one,						\
	.check = check_one,						\
}

const struct gmg_element gmg_elements[GMG_ELEMENTS] = {
	KIND(SIDE, sides, GMGUARD_SIDES_MAX, fill_side, gmg_policy_check_side),
	KIND(POOL, pools, GMGUARD_PREFIXES_MAX, fill_pool,
	     gmg_policy_check_pool),
	KIND(ENDPOINT, endpoints, GMGUARD_ENDPOINTS_MAX, fill_endpoint,
	     gmg_policy_check_endpoint),
	KIND(CORE, core, GMGUARD_PREFIXES_MAX, fill_core,
	     gmg_policy_check_core),
	KIND(HTTP, http, GMGUARD_HTTP_MAX, fill_http, gmg_policy_check_http),
	KIND(OPEN_PORT, open_ports, GMGUARD_OPEN_PORTS_MAX, fill_open_port,
	     gmg_policy_check_open_port),
	KIND(RULE, rules, GMGUARD_REASON_MAX, fill_rule, NULL),
	KIND(ALGORITHM, algorithms, GMGUARD_ALGORITHMS_MAX, fill_algorithm, NULL),
	KIND(HEADER, headers, GMGUARD_SIP_ITEM_MAX * GMGUARD_SIP_TRANSITION_MAX,
	     fill_header, NULL),
};
