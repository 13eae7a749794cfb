/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_POLICY_NL_H
#define _GMG_POLICY_NL_H

#include <net/genetlink.h>
#include <uapi/linux/gmguard.h>

/* GENERATED from uapi/gmguard.yaml ("uapi-check --update") */
/* Common nested types */
extern const struct nla_policy gmguard_algorithm_nl_policy[GMGUARD_A_ALGORITHM_EALG + 1];
extern const struct nla_policy gmguard_core_nl_policy[GMGUARD_A_CORE_ROLE + 1];
extern const struct nla_policy gmguard_emergency_nl_policy[GMGUARD_A_EMERGENCY_NUMBER + 1];
extern const struct nla_policy gmguard_endpoint_nl_policy[GMGUARD_A_ENDPOINT_CLIENT + 1];
extern const struct nla_policy gmguard_header_nl_policy[GMGUARD_A_HEADER_ACTION + 1];
extern const struct nla_policy gmguard_http_nl_policy[GMGUARD_A_HTTP_PORT + 1];
extern const struct nla_policy gmguard_lifetimes_nl_policy[GMGUARD_A_LIFETIMES_GRACE + 1];
extern const struct nla_policy gmguard_limits_nl_policy[GMGUARD_A_LIMITS_STREAM_IDLE + 1];
extern const struct nla_policy gmguard_marks_nl_policy[GMGUARD_A_MARKS_PROTECTED + 1];
extern const struct nla_policy gmguard_open_port_nl_policy[GMGUARD_A_OPEN_PORT_PORT + 1];
extern const struct nla_policy gmguard_pool_nl_policy[GMGUARD_A_POOL_PREFIX_LEN + 1];
extern const struct nla_policy gmguard_rule_nl_policy[GMGUARD_A_RULE_MODE + 1];
extern const struct nla_policy gmguard_side_nl_policy[GMGUARD_A_SIDE_REQUIRE_ESP + 1];
extern const struct nla_policy gmguard_spi_range_nl_policy[GMGUARD_A_SPI_RANGE_LAST + 1];
extern const struct nla_policy gmguard_tmpi_policy_nl_policy[GMGUARD_A_TMPI_POLICY_PROFILE_ID + 1];

int gmguard_nl_info_get_doit(struct sk_buff *skb, struct genl_info *info);
int gmguard_nl_policy_set_doit(struct sk_buff *skb, struct genl_info *info);
int gmguard_nl_policy_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int gmguard_nl_policy_clear_doit(struct sk_buff *skb, struct genl_info *info);
int gmguard_nl_stats_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int gmguard_nl_stats_reset_doit(struct sk_buff *skb, struct genl_info *info);
int gmguard_nl_sa_new_doit(struct sk_buff *skb, struct genl_info *info);
int gmguard_nl_sa_establish_doit(struct sk_buff *skb, struct genl_info *info);
int gmguard_nl_sa_get_doit(struct sk_buff *skb, struct genl_info *info);
int gmguard_nl_sa_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int gmguard_nl_sa_del_doit(struct sk_buff *skb, struct genl_info *info);
int gmguard_nl_sa_flush_doit(struct sk_buff *skb, struct genl_info *info);
int gmguard_nl_tmpi_new_doit(struct sk_buff *skb, struct genl_info *info);
int gmguard_nl_tmpi_get_doit(struct sk_buff *skb, struct genl_info *info);
int gmguard_nl_tmpi_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int gmguard_nl_tmpi_del_doit(struct sk_buff *skb, struct genl_info *info);
int gmguard_nl_tmpi_flush_doit(struct sk_buff *skb, struct genl_info *info);
int gmguard_nl_sa_shorten_doit(struct sk_buff *skb, struct genl_info *info);

enum {
	GMGUARD_NLGRP_EVENTS,
};

extern struct genl_family gmguard_nl_family;
/* END GENERATED */

#endif /* _GMG_POLICY_NL_H */
