// SPDX-License-Identifier: GPL-2.0
/* policy-set: a policy out of a message. */
#include <net/genetlink.h>

#include "net.h"
#include "netlink.h"
#include "netlink_policy.h"
#include "policy_nl.h"
#include "refusal.h"

static u32 *count_of(struct gmg_counts *n, const struct gmg_element *kind)
{
	return (void *)n + kind->n;
}

static int count(const struct genl_info *info, struct gmg_counts *n)
{
	const struct nlattr *attr, *in;
	const struct gmg_element *kind;
	int rem, rem_in;
	u32 patterns;

	memset(n, 0, sizeof(*n));
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		for (kind = gmg_elements; kind < gmg_elements + GMG_ELEMENTS; kind++) {
			if (nla_type(attr) != kind->attr)
				continue;
			if (++*count_of(n, kind) > kind->max)
				return gmg_refuse(info->extack, attr, -E2BIG,
						  "more of these than this module takes, see info-get");
		}
		if (nla_type(attr) != GMGUARD_A_POLICY_SIDE)
			continue;
		patterns = 0;
		nla_for_each_nested_type(in, GMGUARD_A_SIDE_INTERFACE, attr,
					 rem_in)
			patterns++;
		if (patterns > GMGUARD_PATTERNS_MAX)
			return gmg_refuse(info->extack, attr, -E2BIG,
					  "more interfaces on a side than patterns-max; use prefix*");
		n->patterns += patterns;
	}
	if (!n->sides || !n->endpoints)
		return gmg_refuse(info->extack, NULL, -EINVAL,
				  "a policy needs at least one side and one endpoint");
	return 0;
}

static int each(struct gmg_policy *pol, const struct genl_info *info, bool check)
{
	struct netlink_ext_ack *extack = info->extack;
	const struct gmg_element *kind;
	const struct nlattr *attr;
	int rem, err;
	u32 i;

	for (kind = gmg_elements; kind < gmg_elements + GMG_ELEMENTS; kind++) {
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
		return gmg_netlink_incomplete(nest, extack);
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
	if (tb[GMGUARD_A_LIMITS_PINHOLES])
		pol->max_pinholes = nla_get_u32(tb[GMGUARD_A_LIMITS_PINHOLES]);
	if (tb[GMGUARD_A_LIMITS_REGISTER_RATE])
		pol->register_rate =
			nla_get_u32(tb[GMGUARD_A_LIMITS_REGISTER_RATE]);
	if (tb[GMGUARD_A_LIMITS_REGISTER_BURST])
		pol->register_burst =
			nla_get_u32(tb[GMGUARD_A_LIMITS_REGISTER_BURST]);
	if (tb[GMGUARD_A_LIMITS_TMPI])
		pol->max_tmpis = nla_get_u32(tb[GMGUARD_A_LIMITS_TMPI]);
	if (tb[GMGUARD_A_LIMITS_STREAMS])
		pol->max_streams = nla_get_u32(tb[GMGUARD_A_LIMITS_STREAMS]);
	if (tb[GMGUARD_A_LIMITS_STREAM_OCTETS])
		pol->stream_octets =
			nla_get_u32(tb[GMGUARD_A_LIMITS_STREAM_OCTETS]);
	if (tb[GMGUARD_A_LIMITS_STREAM_MEMORY])
		pol->stream_memory =
			nla_get_u32(tb[GMGUARD_A_LIMITS_STREAM_MEMORY]);
	if (tb[GMGUARD_A_LIMITS_STREAM_IDLE])
		pol->stream_idle =
			nla_get_u32(tb[GMGUARD_A_LIMITS_STREAM_IDLE]);
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
		return gmg_netlink_incomplete(nest, extack);
	pol->spi_first = nla_get_u32(tb[GMGUARD_A_SPI_RANGE_FIRST]);
	pol->spi_last = nla_get_u32(tb[GMGUARD_A_SPI_RANGE_LAST]);
	if (pol->spi_last <= pol->spi_first)
		return gmg_refuse(extack, nest, -EINVAL,
				  "the last SPI must be above the first");
	return 0;
}

/* Of what is dialled the scanner has these octets and no visual separators. */
static bool get_number(struct gmg_sip_number *number, const struct nlattr *attr)
{
	char text[GMGUARD_NUMBER_LEN_MAX + 1];
	ssize_t len = nla_strscpy(text, attr, sizeof(text));

	if (len < 1 || strspn(text, "0123456789+*#") != len)
		return false;
	number->len = len;
	memcpy(number->digits, text, len);
	return true;
}

static int fill_emergency(struct gmg_policy *pol, const struct nlattr *nest,
			  struct netlink_ext_ack *extack)
{
	struct nlattr *tb[GMGUARD_A_EMERGENCY_MAX + 1], *attr;
	struct gmg_sip_number *number;
	int err, rem;
	u32 i;

	err = nla_parse_nested(tb, GMGUARD_A_EMERGENCY_MAX, nest,
			       gmguard_emergency_nl_policy, extack);
	if (err)
		return err;
	pol->emergency_refused = nla_get_flag(tb[GMGUARD_A_EMERGENCY_REFUSED]);
	nla_for_each_nested_type(attr, GMGUARD_A_EMERGENCY_NUMBER, nest, rem) {
		if (pol->n.numbers == GMGUARD_NUMBERS_MAX)
			return gmg_refuse(extack, attr, -E2BIG,
					  "more emergency numbers than numbers-max");
		number = &pol->numbers[pol->n.numbers];
		if (!get_number(number, attr))
			return gmg_refuse(extack, attr, -EINVAL,
					  "an emergency number is digits, + * and # only");
		for (i = 0; i < pol->n.numbers; i++)
			if (!memcmp(&pol->numbers[i], number, sizeof(*number)))
				return gmg_refuse(extack, attr, -EEXIST,
						  "the policy names this emergency number twice");
		pol->n.numbers++;
	}
	return 0;
}

static void default_emergency(struct gmg_policy *pol)
{
	BUILD_BUG_ON(GMG_SIP_NUMBERS_DEFAULT > GMGUARD_NUMBERS_MAX);
	pol->n.numbers = GMG_SIP_NUMBERS_DEFAULT;
	memcpy(pol->numbers, gmg_sip_numbers_default, sizeof(gmg_sip_numbers_default));
}

static int fill_tmpi(struct gmg_policy *pol, const struct nlattr *nest,
		     struct netlink_ext_ack *extack)
{
	enum { LOCAL = 0xff };	/* organisations of all others, TS 33.220 H.2 */
	struct nlattr *tb[GMGUARD_A_TMPI_POLICY_MAX + 1];
	const struct nlattr *name, *id;
	int err;

	err = nla_parse_nested(tb, GMGUARD_A_TMPI_POLICY_MAX, nest,
			       gmguard_tmpi_policy_nl_policy, extack);
	if (err)
		return err;
	name = tb[GMGUARD_A_TMPI_POLICY_PROFILE_NAME];
	id = tb[GMGUARD_A_TMPI_POLICY_PROFILE_ID];
	if (tb[GMGUARD_A_TMPI_POLICY_MODE])
		pol->tmpi_mode = nla_get_u32(tb[GMGUARD_A_TMPI_POLICY_MODE]);
	if (!name != !id)
		return gmg_refuse(extack, nest, -EINVAL,
				  "profile-name and profile-id go together");
	if (!name)
		return 0;
	if (nla_strscpy(pol->tmpi_name, name, sizeof(pol->tmpi_name)) < 1)
		return gmg_refuse(extack, name, -EINVAL,
				  "profile-name is a host name of 1 to 253 octets");
	nla_memcpy(pol->tmpi_id, id, sizeof(pol->tmpi_id));
	if (pol->tmpi_id[0] != LOCAL)
		return gmg_refuse(extack, id, -EINVAL,
				  "profile-id begins with 0xff: it is for local use, none of 3GPP's");
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
	pol->max_pinholes = 65536;
	pol->register_rate = 20;
	pol->register_burst = 60;
	pol->max_tmpis = 1000000;
	pol->max_streams = 65536;
	pol->stream_octets = 65536;
	pol->stream_memory = 64 << 20;
	pol->stream_idle = 7440;
	pol->temporary = 240;
	pol->slack = 30;
	pol->grace = 128;
	pol->spi_first = 0x00010000;
	pol->spi_last = 0xfffffffe;
	pol->matrix = gmg_sip_matrix_default;
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
	if (tb[GMGUARD_A_POLICY_SPI_RANGE]) {
		err = fill_spi_range(pol, tb[GMGUARD_A_POLICY_SPI_RANGE],
				     info->extack);
		if (err)
			return err;
	}
	if (tb[GMGUARD_A_POLICY_TMPI]) {
		err = fill_tmpi(pol, tb[GMGUARD_A_POLICY_TMPI], info->extack);
		if (err)
			return err;
	}
	if (tb[GMGUARD_A_POLICY_EMERGENCY])
		return fill_emergency(pol, tb[GMGUARD_A_POLICY_EMERGENCY],
				      info->extack);
	default_emergency(pol);
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
