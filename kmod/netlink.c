// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <net/genetlink.h>
#include <net/ipv6.h>
#include <net/sock.h>

#include "net.h"
#include "netlink.h"
#include "policy_nl.h"
#include "refusal.h"
#include "sa.h"
#include "stats.h"
#include "tmpi.h"
#include "version.h"

/* Attributes */

int gmg_netlink_incomplete(const struct nlattr *nest,
			   struct netlink_ext_ack *extack)
{
	return gmg_refuse(extack, nest, -EINVAL,
			  "an attribute this element needs is not there");
}

int gmg_netlink_address(union nf_inet_addr *addr, u8 *family,
			const struct nlattr *attr,
			struct netlink_ext_ack *extack)
{
	switch (nla_len(attr)) {
	case 4:
		*family = NFPROTO_IPV4;
		break;
	case 16:
		*family = NFPROTO_IPV6;
		break;
	default:
		return gmg_refuse(extack, attr, -EINVAL,
				  "an address has 4 or 16 octets");
	}
	nla_memcpy(addr, attr, sizeof(*addr));
	return 0;
}

static bool is_unicast(u8 family, const union nf_inet_addr *addr)
{
	if (family == NFPROTO_IPV4)
		return !ipv4_is_multicast(addr->ip) &&
		       !ipv4_is_loopback(addr->ip) &&
		       !ipv4_is_zeronet(addr->ip) &&
		       !ipv4_is_lbcast(addr->ip);
	return !ipv6_addr_is_multicast(&addr->in6) &&
	       !ipv6_addr_loopback(&addr->in6) &&
	       !ipv6_addr_any(&addr->in6) &&
	       !ipv6_addr_v4mapped(&addr->in6);
}

int gmg_netlink_host(union nf_inet_addr *addr, u8 *family,
		     const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	int err = gmg_netlink_address(addr, family, attr, extack);

	if (!err && !is_unicast(*family, addr))
		return gmg_refuse(extack, attr, -EINVAL,
				  "a host needs a unicast address");
	return err;
}

/* Commands */

static int fill_info(struct sk_buff *skb, struct gmg_net *gn)
{
	const struct gmg_policy *pol = gmg_net_policy(gn);
	u32 features = GMGUARD_FEATURE_ADDRESSES |
		       GMGUARD_FEATURE_PROTECTED_PORTS | GMGUARD_FEATURE_EVENTS |
		       GMGUARD_FEATURE_SA | GMGUARD_FEATURE_TMPI;

	if (nla_put_u32(skb, GMGUARD_A_INFO_ABI_VERSION, GMGUARD_ABI_VERSION) ||
	    nla_put_string(skb, GMGUARD_A_INFO_MODULE_VERSION, GMG_VERSION) ||
	    nla_put_u32(skb, GMGUARD_A_INFO_FEATURES, features) ||
	    nla_put_u32(skb, GMGUARD_A_INFO_GENERATION,
			pol ? pol->generation : 0) ||
	    nla_put_u32(skb, GMGUARD_A_INFO_REASONS, GMGUARD_REASON_MAX) ||
	    nla_put_u32(skb, GMGUARD_A_INFO_SIDES_MAX, GMGUARD_SIDES_MAX) ||
	    nla_put_u32(skb, GMGUARD_A_INFO_ENDPOINTS_MAX,
			GMGUARD_ENDPOINTS_MAX) ||
	    nla_put_u32(skb, GMGUARD_A_INFO_PREFIXES_MAX,
			GMGUARD_PREFIXES_MAX) ||
	    nla_put_u32(skb, GMGUARD_A_INFO_INTERFACES, pol ? pol->n_ifs : 0) ||
	    nla_put_u64_64bit(skb, GMGUARD_A_INFO_INTERFACES_REFUSED,
			      pol ? pol->ifs_refused : 0,
			      GMGUARD_A_INFO_PAD) ||
	    nla_put_u64_64bit(skb, GMGUARD_A_INFO_EVENTS_SENT,
			      READ_ONCE(gn->event_seq),
			      GMGUARD_A_INFO_PAD) ||
	    nla_put_u64_64bit(skb, GMGUARD_A_INFO_EVENTS_SUPPRESSED,
			      atomic64_read(&gn->event_suppressed),
			      GMGUARD_A_INFO_PAD) ||
	    nla_put_u32(skb, GMGUARD_A_INFO_SA_SETS,
			gn->sas ? gn->sas->n : 0) ||
	    nla_put_u64_64bit(skb, GMGUARD_A_INFO_PORT_POLICIES_RESTORED,
			      gn->restored, GMGUARD_A_INFO_PAD) ||
	    nla_put_u32(skb, GMGUARD_A_INFO_TMPIS, gmg_tmpi_count(gn)))
		return -EMSGSIZE;
	return 0;
}

int gmguard_nl_info_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gmg_net *gn = gmg_net_get(genl_info_net(info));
	struct sk_buff *msg;
	void *hdr;
	int err;

	msg = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &gmguard_nl_family, 0,
				GMGUARD_CMD_INFO_GET);
	err = -EMSGSIZE;
	if (!hdr)
		goto err_free;
	mutex_lock(&gn->lock);
	err = fill_info(msg, gn);
	mutex_unlock(&gn->lock);
	if (err)
		goto err_free;
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);

err_free:
	nlmsg_free(msg);
	return err;
}

int gmguard_nl_policy_clear_doit(struct sk_buff *skb, struct genl_info *info)
{
	int err = gmg_net_clear_policy(gmg_net_get(genl_info_net(info)));

	return err ? gmg_refuse(info->extack, NULL, err,
				"no policy runs in this namespace") : 0;
}

int gmguard_nl_stats_reset_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gmg_net *gn = gmg_net_get(genl_info_net(info));

	mutex_lock(&gn->lock);
	if (gn->stats)
		gmg_stats_reset(gn);
	mutex_unlock(&gn->lock);
	return 0;
}

static int fill_stats(struct sk_buff *skb, struct netlink_callback *cb,
		      const struct gmg_net *gn, u8 slot, u8 reason)
{
	void *hdr;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &gmguard_nl_family, NLM_F_MULTI,
			  GMGUARD_CMD_STATS_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(skb, GMGUARD_A_STATS_REASON, reason) ||
	    nla_put_string(skb, GMGUARD_A_STATS_SIDE, gn->slots.name[slot]) ||
	    nla_put_u64_64bit(skb, GMGUARD_A_STATS_PACKETS,
			      gmg_stats_read(gn, slot, reason,
					     GMG_COUNT_PACKETS),
			      GMGUARD_A_STATS_PAD) ||
	    nla_put_u64_64bit(skb, GMGUARD_A_STATS_OBSERVED,
			      gmg_stats_read(gn, slot, reason,
					     GMG_COUNT_OBSERVED),
			      GMGUARD_A_STATS_PAD) ||
	    nla_put_u64_64bit(skb, GMGUARD_A_STATS_SCRUBBED,
			      gmg_stats_read(gn, slot, reason,
					     GMG_COUNT_SCRUBBED),
			      GMGUARD_A_STATS_PAD)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/* Resumes at slot args[0], reason args[1]. */
int gmguard_nl_stats_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb)
{
	struct gmg_net *gn = gmg_net_get(sock_net(skb->sk));
	struct nlattr **attrs = gmg_dump_attrs(cb);
	const struct nlattr *side = attrs[GMGUARD_A_STATS_SIDE];
	u32 only = 0;
	int err = 0;

	if (attrs[GMGUARD_A_STATS_REASON])
		only = nla_get_u32(attrs[GMGUARD_A_STATS_REASON]);

	mutex_lock(&gn->lock);
	/* a policy that came between has moved the slots */
	cb->seq = gn->generation;
	for (; gn->stats && cb->args[0] < GMG_SLOTS; cb->args[0]++) {
		const char *name = gn->slots.name[cb->args[0]];

		if (!name[0] || (side && nla_strcmp(side, name)))
			continue;
		for (; cb->args[1] < GMGUARD_REASON_MAX; cb->args[1]++) {
			if (only && only != cb->args[1] + 1)
				continue;
			err = fill_stats(skb, cb, gn, cb->args[0],
					 cb->args[1] + 1);
			if (err)
				goto out;
			nl_dump_check_consistent(cb, nlmsg_hdr(skb));
		}
		cb->args[1] = 0;
	}
out:
	mutex_unlock(&gn->lock);
	return err && !skb->len ? err : skb->len;
}

int __init gmg_netlink_init(void)
{
	return genl_register_family(&gmguard_nl_family);
}

void gmg_netlink_exit(void)
{
	genl_unregister_family(&gmguard_nl_family);
}
