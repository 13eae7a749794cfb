// SPDX-License-Identifier: GPL-2.0
#include <linux/netdevice.h>
#include <net/genetlink.h>

#include "event.h"
#include "netlink_sa.h"
#include "netlink_tmpi.h"
#include "policy_nl.h"
#include "pure/sip_header.h"

void gmg_event_prepare(struct gmg_net *gn)
{
	ratelimit_state_init(&gn->event_rs, HZ, 0);
	/* what is held back is counted here, not printed */
	ratelimit_set_flags(&gn->event_rs, RATELIMIT_MSG_ON_RELEASE);
	spin_lock_init(&gn->event_lock);
	atomic64_set(&gn->event_suppressed, 0);
}

void gmg_event_limit(struct gmg_net *gn, u32 rate)
{
	lockdep_assert_held(&gn->lock);
	WRITE_ONCE(gn->event_rs.burst, rate);
}

static size_t event_size(const struct gmg_flow *flow)
{
	return nla_total_size_64bit(sizeof(u64)) * 2 +	/* seq, suppressed */
	       nla_total_size(sizeof(u32)) * 4 +	/* reason .. ifindex */
	       nla_total_size(GMGUARD_SIDE_NAME_MAX + 1) +
	       nla_total_size(IFNAMSIZ) +
	       nla_total_size(sizeof(u8)) +
	       nla_total_size(sizeof(struct in6_addr)) * 2 +
	       nla_total_size(sizeof(u16)) * 2 +
	       nla_total_size(GMG_SIP_METHOD_MAX + 1) +
	       nla_total_size(sizeof(u16)) +
	       nla_total_size_64bit(sizeof(u64));	/* call-id */
}

static int put_sip(struct sk_buff *skb, const struct gmg_flow *flow)
{
	const char *method = gmg_sip_method_name(flow->method);

	if (method && nla_put_string(skb, GMGUARD_A_VERDICT_METHOD, method))
		return -EMSGSIZE;
	if (flow->status && nla_put_u16(skb, GMGUARD_A_VERDICT_STATUS, flow->status))
		return -EMSGSIZE;
	return flow->call_id ? nla_put_u64_64bit(skb, GMGUARD_A_VERDICT_CALL_ID,
						 flow->call_id, GMGUARD_A_VERDICT_PAD) : 0;
}

static int fill(struct sk_buff *skb, struct gmg_net *gn, u64 seq,
		const struct gmg_flow *flow, u8 reason,
		enum gmguard_action action)
{
	int len = flow->family == NFPROTO_IPV4 ? 4 : 16;
	void *hdr;

	hdr = genlmsg_put(skb, 0, 0, &gmguard_nl_family, 0,
			  GMGUARD_CMD_VERDICT_NTF);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u64_64bit(skb, GMGUARD_A_VERDICT_SEQ, seq,
			      GMGUARD_A_VERDICT_PAD) ||
	    nla_put_u64_64bit(skb, GMGUARD_A_VERDICT_SUPPRESSED,
			      atomic64_read(&gn->event_suppressed),
			      GMGUARD_A_VERDICT_PAD) ||
	    nla_put_u32(skb, GMGUARD_A_VERDICT_REASON, reason) ||
	    nla_put_u32(skb, GMGUARD_A_VERDICT_ACTION, action) ||
	    nla_put_u32(skb, GMGUARD_A_VERDICT_HOOK, flow->hook) ||
	    nla_put_string(skb, GMGUARD_A_VERDICT_SIDE, flow->side_name) ||
	    nla_put_u32(skb, GMGUARD_A_VERDICT_IFINDEX, flow->dev->ifindex) ||
	    nla_put_string(skb, GMGUARD_A_VERDICT_IFNAME, flow->dev->name) ||
	    nla_put_u8(skb, GMGUARD_A_VERDICT_PROTO, flow->proto) ||
	    nla_put(skb, GMGUARD_A_VERDICT_SRC, len, flow->src) ||
	    nla_put(skb, GMGUARD_A_VERDICT_DST, len, flow->dst) ||
	    (flow->ports &&
	     (nla_put_u16(skb, GMGUARD_A_VERDICT_SPORT, flow->sport) ||
	      nla_put_u16(skb, GMGUARD_A_VERDICT_DPORT, flow->dport))))
		return -EMSGSIZE;
	if (put_sip(skb, flow))
		return -EMSGSIZE;
	genlmsg_end(skb, hdr);
	return 0;
}

void gmg_event_verdict(struct gmg_net *gn, const struct gmg_flow *flow,
		       u8 reason, enum gmguard_action action)
{
	struct sk_buff *skb;

	if (!genl_has_listeners(&gmguard_nl_family, gn->net,
				GMGUARD_NLGRP_EVENTS))
		return;
	if (!__ratelimit(&gn->event_rs))
		goto suppressed;
	skb = genlmsg_new(event_size(flow), GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		goto suppressed;

	spin_lock_bh(&gn->event_lock);
	if (fill(skb, gn, gn->event_seq + 1, flow, reason, action)) {
		spin_unlock_bh(&gn->event_lock);
		nlmsg_free(skb);
		goto suppressed;
	}
	WRITE_ONCE(gn->event_seq, gn->event_seq + 1);
	genlmsg_multicast_netns(&gmguard_nl_family, gn->net, skb, 0,
				GMGUARD_NLGRP_EVENTS, GFP_ATOMIC);
	spin_unlock_bh(&gn->event_lock);
	return;

suppressed:
	atomic64_inc(&gn->event_suppressed);
}

/* An event of configuration: rare, and not rate-limited. Lost if there is no
 * memory, as any event may be.
 */
static struct sk_buff *begin(struct gmg_net *gn, u8 cmd, void **hdr)
{
	struct sk_buff *skb;

	if (!genl_has_listeners(&gmguard_nl_family, gn->net,
				GMGUARD_NLGRP_EVENTS))
		return NULL;
	skb = genlmsg_new(GMG_SA_MSG_SIZE, GFP_KERNEL);
	if (!skb)
		return NULL;
	*hdr = genlmsg_put(skb, 0, 0, &gmguard_nl_family, 0, cmd);
	return skb;
}

static void end(struct gmg_net *gn, struct sk_buff *skb, void *hdr)
{
	genlmsg_end(skb, hdr);
	genlmsg_multicast_netns(&gmguard_nl_family, gn->net, skb, 0,
				GMGUARD_NLGRP_EVENTS, GFP_KERNEL);
}

void gmg_event_sa(struct gmg_net *gn, const struct gmg_set *set,
		  enum gmguard_sa_change change)
{
	struct sk_buff *skb;
	void *hdr;

	skb = begin(gn, GMGUARD_CMD_SA_NTF, &hdr);
	if (!skb)
		return;
	if (nla_put_u32(skb, GMGUARD_A_SA_CHANGE, change) ||
	    gmg_netlink_put_set(skb, set))
		nlmsg_free(skb);
	else
		end(gn, skb, hdr);
}

void gmg_event_tmpi(struct gmg_net *gn, const struct gmg_binding *b,
		    enum gmguard_tmpi_change change)
{
	struct sk_buff *skb;
	void *hdr;

	skb = begin(gn, GMGUARD_CMD_TMPI_NTF, &hdr);
	if (!skb)
		return;
	if (nla_put_u32(skb, GMGUARD_A_TMPI_CHANGE, change) ||
	    gmg_netlink_put_binding(skb, gn, b))
		nlmsg_free(skb);
	else
		end(gn, skb, hdr);
}

void gmg_event_restored(struct gmg_net *gn)
{
	struct sk_buff *skb;
	void *hdr;

	skb = begin(gn, GMGUARD_CMD_PORT_POLICY_NTF, &hdr);
	if (!skb)
		return;
	if (nla_put_u64_64bit(skb, GMGUARD_A_INFO_PORT_POLICIES_RESTORED,
			      gn->restored, GMGUARD_A_INFO_PAD))
		nlmsg_free(skb);
	else
		end(gn, skb, hdr);
}
