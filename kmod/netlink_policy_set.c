// SPDX-License-Identifier: GPL-2.0
/* policy-set: a policy out of a message. */
#include <linux/ctype.h>
#include <linux/netdevice.h>
#include <net/genetlink.h>
#include <net/ipv6.h>

#include "esp.h"
#include "net.h"
#include "policy_nl.h"

static int incomplete(struct netlink_ext_ack *extack, const struct nlattr *nest)
{
	NL_SET_ERR_MSG_ATTR(extack, nest,
			    "an attribute this element needs is not there");
	return -EINVAL;
}

/* An address of 4 or 16 octets, and how long its prefix is (0: a host). */
static int get_prefix(struct gmg_prefix *p, const struct nlattr *addr,
		      const struct nlattr *len, struct netlink_ext_ack *extack)
{
	switch (nla_len(addr)) {
	case 4:
		p->family = NFPROTO_IPV4;
		p->len = 32;
		break;
	case 16:
		p->family = NFPROTO_IPV6;
		p->len = 128;
		break;
	default:
		NL_SET_ERR_MSG_ATTR(extack, addr,
				    "an address has 4 or 16 octets");
		return -EINVAL;
	}
	nla_memcpy(&p->addr, addr, sizeof(p->addr));
	if (!len)
		return 0;
	if (nla_get_u8(len) > p->len) {
		NL_SET_ERR_MSG_ATTR(extack, len,
				    "a prefix has at most 32 bits, or 128 in IPv6");
		return -ERANGE;
	}
	p->len = nla_get_u8(len);
	if (!gmg_prefix_valid(p->family, &p->addr, p->len)) {
		NL_SET_ERR_MSG_ATTR(extack, addr,
				    "the prefix has host bits set; they must be zero");
		return -EINVAL;
	}
	return 0;
}

static int add_prefix(struct gmg_prefix_set *set, struct gmg_prefix *p,
		      const struct nlattr *nest, struct netlink_ext_ack *extack)
{
	int err = gmg_prefix_add(set, p);

	if (err)
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "the policy names this prefix twice");
	return err;
}

static bool valid_unicast(const struct gmg_prefix *p)
{
	if (p->family == NFPROTO_IPV4)
		return !ipv4_is_multicast(p->addr.ip) &&
		       !ipv4_is_loopback(p->addr.ip) &&
		       !ipv4_is_zeronet(p->addr.ip) &&
		       !ipv4_is_lbcast(p->addr.ip);
	return !ipv6_addr_is_multicast(&p->addr.in6) &&
	       !ipv6_addr_loopback(&p->addr.in6) &&
	       !ipv6_addr_any(&p->addr.in6) &&
	       !ipv6_addr_v4mapped(&p->addr.in6);
}

static int get_host(struct gmg_prefix *p, const struct nlattr *addr,
		    struct netlink_ext_ack *extack)
{
	int err = get_prefix(p, addr, NULL, extack);

	if (!err && !valid_unicast(p)) {
		NL_SET_ERR_MSG_ATTR(extack, addr, "a host needs a unicast address");
		return -EINVAL;
	}
	return err;
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
		return incomplete(extack, nest);

	nla_strscpy(side->name, tb[GMGUARD_A_SIDE_NAME], sizeof(side->name));
	if (!valid_name(side->name)) {
		NL_SET_ERR_MSG_ATTR(extack, tb[GMGUARD_A_SIDE_NAME],
				    "a side's name is letters, digits, . _ -; none and local are taken");
		return -EINVAL;
	}
	side->trust = trust[nla_get_u32(tb[GMGUARD_A_SIDE_TRUST])];
	side->require_esp = nla_get_flag(tb[GMGUARD_A_SIDE_REQUIRE_ESP]);
	if (side->require_esp && side->trust != GMG_TRUST_TRUSTED) {
		NL_SET_ERR_MSG_ATTR(extack, tb[GMGUARD_A_SIDE_REQUIRE_ESP],
				    "require-esp is for trusted sides");
		return -EINVAL;
	}
	side->index = index;
	side->first = index ? side[-1].first + side[-1].n : 0;
	nla_for_each_nested_type(attr, GMGUARD_A_SIDE_INTERFACE, nest, rem) {
		if (!get_pattern(&pol->patterns[side->first + side->n], attr)) {
			NL_SET_ERR_MSG_ATTR(extack, attr,
					    "not an interface name, nor the beginning of one and a *");
			return -EINVAL;
		}
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
		return incomplete(extack, nest);
	err = get_prefix(p, tb[GMGUARD_A_POOL_ADDRESS],
			 tb[GMGUARD_A_POOL_PREFIX_LEN], extack);
	if (err)
		return err;
	for (i = 0; i < pol->n.sides; i++)
		if (!nla_strcmp(tb[GMGUARD_A_POOL_SIDE], pol->sides[i].name))
			break;
	if (i == pol->n.sides) {
		NL_SET_ERR_MSG_ATTR(extack, tb[GMGUARD_A_POOL_SIDE],
				    "a pool must belong to a side of this policy");
		return -ENOENT;
	}
	if (pol->sides[i].trust != GMG_TRUST_UNTRUSTED) {
		NL_SET_ERR_MSG_ATTR(extack, tb[GMGUARD_A_POOL_SIDE],
				    "UE pools are for untrusted sides");
		return -EINVAL;
	}
	p->owner = i;
	return add_prefix(&pol->pool_set, p, nest, extack);
}

static int get_ports(unsigned long *bitmap, const struct nlattr *nest, int type,
		     struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	int rem, n = 0;

	nla_for_each_nested_type(attr, type, nest, rem) {
		if (++n > GMGUARD_PORTS_MAX) {
			NL_SET_ERR_MSG_ATTR(extack, attr,
					    "more ports than ports-max");
			return -E2BIG;
		}
		if (__test_and_set_bit(nla_get_u16(attr), bitmap)) {
			NL_SET_ERR_MSG_ATTR(extack, attr,
					    "the endpoint names this port twice");
			return -EEXIST;
		}
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
		return incomplete(extack, nest);
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
		return incomplete(extack, nest);
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
		return incomplete(extack, nest);
	err = get_host(&http->at, tb[GMGUARD_A_HTTP_ADDRESS], extack);
	if (err)
		return err;
	nla_for_each_nested_type(attr, GMGUARD_A_HTTP_PORT, nest, rem) {
		if (http->n == GMGUARD_HTTP_PORTS_MAX) {
			NL_SET_ERR_MSG_ATTR(extack, attr,
					    "more ports than http-ports-max");
			return -E2BIG;
		}
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
		return incomplete(extack, nest);
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
		NL_SET_ERR_MSG_ATTR(extack, tb[GMGUARD_A_OPEN_PORT_PROTO],
				    "an open port is of UDP (17), TCP (6) or SCTP (132)");
		return -EOPNOTSUPP;
	}
	if (__test_and_set_bit(open->port, bitmap)) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "the policy names this open port twice");
		return -EEXIST;
	}
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
		return incomplete(extack, nest);
	reason = nla_get_u32(tb[GMGUARD_A_RULE_REASON]);
	if (!gmg_reason_is_rule(reason)) {
		NL_SET_ERR_MSG_ATTR(extack, tb[GMGUARD_A_RULE_REASON],
				    "a pass class has no mode; only rules have");
		return -EINVAL;
	}
	if (pol->exception[reason]) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "the policy gives this rule two modes");
		return -EEXIST;
	}
	pol->exception[reason] = true;
	pol->rule[reason] = nla_get_u32(tb[GMGUARD_A_RULE_MODE]);
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
		return incomplete(extack, nest);
	a->alg = nla_get_u32(tb[GMGUARD_A_ALGORITHM_ALG]);
	a->ealg = nla_get_u32(tb[GMGUARD_A_ALGORITHM_EALG]);
	if (!gmg_esp_pair_valid(a->alg, a->ealg)) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "TS 33.203 Annex H does not combine these algorithms");
		return -EINVAL;
	}
	for (i = 0; i < index; i++) {
		if (pol->algorithms[i].alg != a->alg ||
		    pol->algorithms[i].ealg != a->ealg)
			continue;
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "the policy names these algorithms twice");
		return -EEXIST;
	}
	return 0;
}

/* The kinds of elements a policy has any number of, in the order in which
 * they need each other.
 */
#define KIND(type, count, limit, fill_one, check_one) {			\
	.attr = GMGUARD_A_POLICY_##type,				\
	.n = offsetof(struct gmg_counts, count),			\
	.max = limit,							\
	.fill = fill_one,						\
	.check = check_one,						\
}

static const struct kind {
	int attr;
	size_t n;
	u32 max;
	int (*fill)(struct gmg_policy *pol, const struct nlattr *nest, u32 index,
		    struct netlink_ext_ack *extack);
	int (*check)(const struct gmg_policy *pol, u32 index,
		     struct netlink_ext_ack *extack);
} kinds[] = {
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
};

static u32 *count_of(struct gmg_counts *n, const struct kind *kind)
{
	return (void *)n + kind->n;
}

static int count(const struct genl_info *info, struct gmg_counts *n)
{
	const struct nlattr *attr, *in;
	const struct kind *kind;
	int rem, rem_in;
	u32 patterns;

	memset(n, 0, sizeof(*n));
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		for (kind = kinds; kind < kinds + ARRAY_SIZE(kinds); kind++) {
			if (nla_type(attr) != kind->attr)
				continue;
			if (++*count_of(n, kind) > kind->max) {
				NL_SET_ERR_MSG_ATTR(info->extack, attr,
						    "more of these than this module takes, see info-get");
				return -E2BIG;
			}
		}
		if (nla_type(attr) != GMGUARD_A_POLICY_SIDE)
			continue;
		patterns = 0;
		nla_for_each_nested_type(in, GMGUARD_A_SIDE_INTERFACE, attr,
					 rem_in)
			patterns++;
		if (patterns > GMGUARD_PATTERNS_MAX) {
			NL_SET_ERR_MSG_ATTR(info->extack, attr,
					    "more interfaces on a side than patterns-max; use prefix*");
			return -E2BIG;
		}
		n->patterns += patterns;
	}
	if (!n->sides || !n->endpoints) {
		NL_SET_ERR_MSG(info->extack, "a policy needs at least one side and one endpoint");
		return -EINVAL;
	}
	return 0;
}

static int each(struct gmg_policy *pol, const struct genl_info *info, bool check)
{
	struct netlink_ext_ack *extack = info->extack;
	const struct kind *kind;
	const struct nlattr *attr;
	int rem, err;
	u32 i;

	for (kind = kinds; kind < kinds + ARRAY_SIZE(kinds); kind++) {
		i = 0;
		nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
			if (nla_type(attr) != kind->attr)
				continue;
			if (!check) {
				err = kind->fill(pol, attr, i++, extack);
			} else if (kind->check) {
				err = kind->check(pol, i++, extack);
				if (err)
					NL_SET_BAD_ATTR(extack, attr);
			} else {
				err = 0;
			}
			if (err)
				return err;
		}
	}
	return 0;
}

static int fill_marks(struct gmg_policy *pol, const struct nlattr *nest,
		      struct netlink_ext_ack *extack)
{
	struct nlattr *tb[GMGUARD_A_MARKS_MAX + 1];
	int err;

	err = nla_parse_nested(tb, GMGUARD_A_MARKS_MAX, nest,
			       gmguard_marks_nl_policy, extack);
	if (err)
		return err;
	if (!tb[GMGUARD_A_MARKS_MASK] || !tb[GMGUARD_A_MARKS_TRUSTED] ||
	    !tb[GMGUARD_A_MARKS_UNTRUSTED] || !tb[GMGUARD_A_MARKS_PROTECTED])
		return incomplete(extack, nest);
	pol->mark_mask = nla_get_u32(tb[GMGUARD_A_MARKS_MASK]);
	pol->mark_trusted = nla_get_u32(tb[GMGUARD_A_MARKS_TRUSTED]);
	pol->mark_untrusted = nla_get_u32(tb[GMGUARD_A_MARKS_UNTRUSTED]);
	pol->mark_protected = nla_get_u32(tb[GMGUARD_A_MARKS_PROTECTED]);
	err = gmg_policy_check_marks(pol, extack);
	if (err)
		NL_SET_BAD_ATTR(extack, nest);
	return err;
}

static int fill_limits(struct gmg_policy *pol, const struct nlattr *nest,
		       struct netlink_ext_ack *extack)
{
	struct nlattr *tb[GMGUARD_A_LIMITS_MAX + 1];
	int err;

	err = nla_parse_nested(tb, GMGUARD_A_LIMITS_MAX, nest,
			       gmguard_limits_nl_policy, extack);
	if (err)
		return err;
	if (tb[GMGUARD_A_LIMITS_INTERFACES])
		pol->max_interfaces =
			nla_get_u32(tb[GMGUARD_A_LIMITS_INTERFACES]);
	if (tb[GMGUARD_A_LIMITS_EVENT_RATE])
		pol->event_rate = nla_get_u32(tb[GMGUARD_A_LIMITS_EVENT_RATE]);
	if (tb[GMGUARD_A_LIMITS_SA_SETS])
		pol->max_sets = nla_get_u32(tb[GMGUARD_A_LIMITS_SA_SETS]);
	return 0;
}

static int fill_lifetimes(struct gmg_policy *pol, const struct nlattr *nest,
			  struct netlink_ext_ack *extack)
{
	struct nlattr *tb[GMGUARD_A_LIFETIMES_MAX + 1];
	int err;

	err = nla_parse_nested(tb, GMGUARD_A_LIFETIMES_MAX, nest,
			       gmguard_lifetimes_nl_policy, extack);
	if (err)
		return err;
	if (tb[GMGUARD_A_LIFETIMES_TEMPORARY])
		pol->temporary = nla_get_u32(tb[GMGUARD_A_LIFETIMES_TEMPORARY]);
	if (tb[GMGUARD_A_LIFETIMES_SLACK])
		pol->slack = nla_get_u32(tb[GMGUARD_A_LIFETIMES_SLACK]);
	if (tb[GMGUARD_A_LIFETIMES_GRACE])
		pol->grace = nla_get_u32(tb[GMGUARD_A_LIFETIMES_GRACE]);
	return 0;
}

static int fill_spi_range(struct gmg_policy *pol, const struct nlattr *nest,
			  struct netlink_ext_ack *extack)
{
	struct nlattr *tb[GMGUARD_A_SPI_RANGE_MAX + 1];
	int err;

	err = nla_parse_nested(tb, GMGUARD_A_SPI_RANGE_MAX, nest,
			       gmguard_spi_range_nl_policy, extack);
	if (err)
		return err;
	if (!tb[GMGUARD_A_SPI_RANGE_FIRST] || !tb[GMGUARD_A_SPI_RANGE_LAST])
		return incomplete(extack, nest);
	pol->spi_first = nla_get_u32(tb[GMGUARD_A_SPI_RANGE_FIRST]);
	pol->spi_last = nla_get_u32(tb[GMGUARD_A_SPI_RANGE_LAST]);
	if (pol->spi_last <= pol->spi_first) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "the last SPI must be above the first");
		return -EINVAL;
	}
	return 0;
}

static int fill_scalars(struct gmg_policy *pol, const struct genl_info *info)
{
	struct nlattr **tb = info->attrs;
	int err;

	pol->mode = GMGUARD_MODE_ENFORCE;
	pol->max_interfaces = 4096;
	pol->event_rate = 100;
	pol->mark_mask = 0xf0;
	pol->mark_trusted = 0x10;
	pol->mark_untrusted = 0x20;
	pol->mark_protected = 0x40;
	pol->max_sets = 1000000;
	pol->temporary = 240;
	pol->slack = 30;
	pol->grace = 128;
	pol->spi_first = 0x00010000;
	pol->spi_last = 0xfffffffe;
	pol->no_inbound_policy =
		nla_get_flag(tb[GMGUARD_A_POLICY_NO_INBOUND_POLICY]);

	if (tb[GMGUARD_A_POLICY_MODE])
		pol->mode = nla_get_u32(tb[GMGUARD_A_POLICY_MODE]);
	if (tb[GMGUARD_A_POLICY_MARKS]) {
		err = fill_marks(pol, tb[GMGUARD_A_POLICY_MARKS], info->extack);
		if (err)
			return err;
	}
	if (tb[GMGUARD_A_POLICY_LIMITS]) {
		err = fill_limits(pol, tb[GMGUARD_A_POLICY_LIMITS],
				  info->extack);
		if (err)
			return err;
	}
	if (tb[GMGUARD_A_POLICY_LIFETIMES]) {
		err = fill_lifetimes(pol, tb[GMGUARD_A_POLICY_LIFETIMES],
				     info->extack);
		if (err)
			return err;
	}
	if (tb[GMGUARD_A_POLICY_SPI_RANGE])
		return fill_spi_range(pol, tb[GMGUARD_A_POLICY_SPI_RANGE],
				      info->extack);
	return 0;
}

int gmguard_nl_policy_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gmg_policy *pol;
	struct gmg_counts n;
	int err;

	err = count(info, &n);
	if (err)
		return err;
	pol = gmg_policy_alloc(&n);
	if (!pol)
		return -ENOMEM;
	err = fill_scalars(pol, info) ?: each(pol, info, false) ?:
	      each(pol, info, true);
	if (err)
		goto err_destroy;
	gmg_policy_finish(pol);
	err = gmg_net_set_policy(gmg_net_get(genl_info_net(info)), pol,
				 info->extack);
	if (err)
		goto err_destroy;
	return 0;

err_destroy:
	gmg_policy_destroy(pol);
	return err;
}
