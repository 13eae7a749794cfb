// SPDX-License-Identifier: GPL-2.0
/* The attribute policies come from uapi/gmguard.yaml; the tables after them are
 * written by hand, since Linux 6.1 has no split ops.
 */
#include <linux/module.h>
#include <net/genetlink.h>
#include <net/netlink.h>

#include "netlink_sa.h"
#include "netlink_tmpi.h"
#include "netlink_walk.h"
#include "policy_nl.h"

/* GENERATED from uapi/gmguard.yaml ("uapi-check --update") */
/* Integer value ranges */
static const struct netlink_range_validation gmguard_a_limits_pinholes_range = {
	.max	= GMGUARD_PINHOLES_MAX,
};

static const struct netlink_range_validation gmguard_a_limits_register_rate_range = {
	.max	= GMGUARD_REGISTER_RATE_MAX,
};

static const struct netlink_range_validation gmguard_a_limits_register_burst_range = {
	.min	= 1ULL,
	.max	= GMGUARD_REGISTER_BURST_MAX,
};

static const struct netlink_range_validation gmguard_a_limits_streams_range = {
	.max	= GMGUARD_STREAMS_MAX,
};

static const struct netlink_range_validation gmguard_a_limits_stream_octets_range = {
	.min	= 1ULL,
	.max	= GMGUARD_STREAM_OCTETS_MAX,
};

/* Common nested types */
const struct nla_policy gmguard_algorithm_nl_policy[GMGUARD_A_ALGORITHM_EALG + 1] = {
	[GMGUARD_A_ALGORITHM_ALG] = NLA_POLICY_MAX(NLA_U32, 3),
	[GMGUARD_A_ALGORITHM_EALG] = NLA_POLICY_MAX(NLA_U32, 3),
};

const struct nla_policy gmguard_core_nl_policy[GMGUARD_A_CORE_ROLE + 1] = {
	[GMGUARD_A_CORE_ADDRESS] = { .type = NLA_BINARY, },
	[GMGUARD_A_CORE_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, GMGUARD_PREFIX_LEN_MAX),
	[GMGUARD_A_CORE_ROLE] = NLA_POLICY_MAX(NLA_U32, 7),
};

const struct nla_policy gmguard_emergency_nl_policy[GMGUARD_A_EMERGENCY_NUMBER + 1] = {
	[GMGUARD_A_EMERGENCY_REFUSED] = { .type = NLA_FLAG, },
	[GMGUARD_A_EMERGENCY_NUMBER] = { .type = NLA_STRING, .len = GMGUARD_NUMBER_LEN_MAX, },
};

const struct nla_policy gmguard_endpoint_nl_policy[GMGUARD_A_ENDPOINT_CLIENT + 1] = {
	[GMGUARD_A_ENDPOINT_ADDRESS] = { .type = NLA_BINARY, },
	[GMGUARD_A_ENDPOINT_UNPROTECTED] = NLA_POLICY_MIN(NLA_U16, 1),
	[GMGUARD_A_ENDPOINT_SERVER] = NLA_POLICY_MIN(NLA_U16, 1),
	[GMGUARD_A_ENDPOINT_CLIENT] = NLA_POLICY_MIN(NLA_U16, 1),
};

const struct nla_policy gmguard_header_nl_policy[GMGUARD_A_HEADER_ACTION + 1] = {
	[GMGUARD_A_HEADER_ITEM] = NLA_POLICY_RANGE(NLA_U32, 1, 46),
	[GMGUARD_A_HEADER_TRANSITION] = NLA_POLICY_RANGE(NLA_U32, 1, 5),
	[GMGUARD_A_HEADER_ACTION] = NLA_POLICY_MAX(NLA_U32, 2),
};

const struct nla_policy gmguard_http_nl_policy[GMGUARD_A_HTTP_PORT + 1] = {
	[GMGUARD_A_HTTP_ADDRESS] = { .type = NLA_BINARY, },
	[GMGUARD_A_HTTP_PORT] = NLA_POLICY_MIN(NLA_U16, 1),
};

const struct nla_policy gmguard_lifetimes_nl_policy[GMGUARD_A_LIFETIMES_GRACE + 1] = {
	[GMGUARD_A_LIFETIMES_TEMPORARY] = NLA_POLICY_MIN(NLA_U32, 1),
	[GMGUARD_A_LIFETIMES_SLACK] = { .type = NLA_U32, },
	[GMGUARD_A_LIFETIMES_GRACE] = NLA_POLICY_MIN(NLA_U32, 1),
};

const struct nla_policy gmguard_limits_nl_policy[GMGUARD_A_LIMITS_STREAM_IDLE + 1] = {
	[GMGUARD_A_LIMITS_INTERFACES] = NLA_POLICY_RANGE(NLA_U32, 1, GMGUARD_INTERFACES_MAX),
	[GMGUARD_A_LIMITS_EVENT_RATE] = NLA_POLICY_MAX(NLA_U32, GMGUARD_EVENT_RATE_MAX),
	[GMGUARD_A_LIMITS_SA_SETS] = NLA_POLICY_MIN(NLA_U32, 1),
	[GMGUARD_A_LIMITS_PINHOLES] = NLA_POLICY_FULL_RANGE(NLA_U32, &gmguard_a_limits_pinholes_range),
	[GMGUARD_A_LIMITS_REGISTER_RATE] = NLA_POLICY_FULL_RANGE(NLA_U32, &gmguard_a_limits_register_rate_range),
	[GMGUARD_A_LIMITS_REGISTER_BURST] = NLA_POLICY_FULL_RANGE(NLA_U32, &gmguard_a_limits_register_burst_range),
	[GMGUARD_A_LIMITS_TMPI] = { .type = NLA_U32, },
	[GMGUARD_A_LIMITS_STREAMS] = NLA_POLICY_FULL_RANGE(NLA_U32, &gmguard_a_limits_streams_range),
	[GMGUARD_A_LIMITS_STREAM_OCTETS] = NLA_POLICY_FULL_RANGE(NLA_U32, &gmguard_a_limits_stream_octets_range),
	[GMGUARD_A_LIMITS_STREAM_MEMORY] = { .type = NLA_U32, },
	[GMGUARD_A_LIMITS_STREAM_IDLE] = { .type = NLA_U32, },
};

const struct nla_policy gmguard_marks_nl_policy[GMGUARD_A_MARKS_PROTECTED + 1] = {
	[GMGUARD_A_MARKS_MASK] = { .type = NLA_U32, },
	[GMGUARD_A_MARKS_TRUSTED] = { .type = NLA_U32, },
	[GMGUARD_A_MARKS_UNTRUSTED] = { .type = NLA_U32, },
	[GMGUARD_A_MARKS_PROTECTED] = { .type = NLA_U32, },
};

const struct nla_policy gmguard_open_port_nl_policy[GMGUARD_A_OPEN_PORT_PORT + 1] = {
	[GMGUARD_A_OPEN_PORT_PROTO] = { .type = NLA_U8, },
	[GMGUARD_A_OPEN_PORT_PORT] = NLA_POLICY_MIN(NLA_U16, 1),
};

const struct nla_policy gmguard_pool_nl_policy[GMGUARD_A_POOL_PREFIX_LEN + 1] = {
	[GMGUARD_A_POOL_SIDE] = { .type = NLA_NUL_STRING, .len = GMGUARD_SIDE_NAME_MAX, },
	[GMGUARD_A_POOL_ADDRESS] = { .type = NLA_BINARY, },
	[GMGUARD_A_POOL_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, GMGUARD_PREFIX_LEN_MAX),
};

const struct nla_policy gmguard_rule_nl_policy[GMGUARD_A_RULE_MODE + 1] = {
	[GMGUARD_A_RULE_REASON] = NLA_POLICY_RANGE(NLA_U32, 1, 51),
	[GMGUARD_A_RULE_MODE] = NLA_POLICY_MAX(NLA_U32, 2),
};

const struct nla_policy gmguard_side_nl_policy[GMGUARD_A_SIDE_REQUIRE_ESP + 1] = {
	[GMGUARD_A_SIDE_NAME] = { .type = NLA_NUL_STRING, .len = GMGUARD_SIDE_NAME_MAX, },
	[GMGUARD_A_SIDE_TRUST] = NLA_POLICY_MAX(NLA_U32, 2),
	[GMGUARD_A_SIDE_INTERFACE] = { .type = NLA_STRING, .len = GMGUARD_IFNAME_MAX, },
	[GMGUARD_A_SIDE_REQUIRE_ESP] = { .type = NLA_FLAG, },
};

const struct nla_policy gmguard_spi_range_nl_policy[GMGUARD_A_SPI_RANGE_LAST + 1] = {
	[GMGUARD_A_SPI_RANGE_FIRST] = NLA_POLICY_MIN(NLA_U32, GMGUARD_SPI_MIN),
	[GMGUARD_A_SPI_RANGE_LAST] = NLA_POLICY_MIN(NLA_U32, GMGUARD_SPI_MIN),
};

const struct nla_policy gmguard_tmpi_policy_nl_policy[GMGUARD_A_TMPI_POLICY_PROFILE_ID + 1] = {
	[GMGUARD_A_TMPI_POLICY_MODE] = NLA_POLICY_MAX(NLA_U32, 3),
	[GMGUARD_A_TMPI_POLICY_PROFILE_NAME] = { .type = NLA_NUL_STRING, .len = GMGUARD_FQDN_MAX, },
	[GMGUARD_A_TMPI_POLICY_PROFILE_ID] = NLA_POLICY_EXACT_LEN(GMGUARD_UA_ID_LEN),
};

/* GMGUARD_CMD_POLICY_SET - do */
static const struct nla_policy gmguard_policy_set_nl_policy[GMGUARD_A_POLICY_TMPI + 1] = {
	[GMGUARD_A_POLICY_MODE] = NLA_POLICY_MAX(NLA_U32, 2),
	[GMGUARD_A_POLICY_SIDE] = NLA_POLICY_NESTED(gmguard_side_nl_policy),
	[GMGUARD_A_POLICY_POOL] = NLA_POLICY_NESTED(gmguard_pool_nl_policy),
	[GMGUARD_A_POLICY_ENDPOINT] = NLA_POLICY_NESTED(gmguard_endpoint_nl_policy),
	[GMGUARD_A_POLICY_CORE] = NLA_POLICY_NESTED(gmguard_core_nl_policy),
	[GMGUARD_A_POLICY_HTTP] = NLA_POLICY_NESTED(gmguard_http_nl_policy),
	[GMGUARD_A_POLICY_OPEN_PORT] = NLA_POLICY_NESTED(gmguard_open_port_nl_policy),
	[GMGUARD_A_POLICY_RULE] = NLA_POLICY_NESTED(gmguard_rule_nl_policy),
	[GMGUARD_A_POLICY_MARKS] = NLA_POLICY_NESTED(gmguard_marks_nl_policy),
	[GMGUARD_A_POLICY_LIMITS] = NLA_POLICY_NESTED(gmguard_limits_nl_policy),
	[GMGUARD_A_POLICY_LIFETIMES] = NLA_POLICY_NESTED(gmguard_lifetimes_nl_policy),
	[GMGUARD_A_POLICY_SPI_RANGE] = NLA_POLICY_NESTED(gmguard_spi_range_nl_policy),
	[GMGUARD_A_POLICY_ALGORITHM] = NLA_POLICY_NESTED(gmguard_algorithm_nl_policy),
	[GMGUARD_A_POLICY_NO_INBOUND_POLICY] = { .type = NLA_FLAG, },
	[GMGUARD_A_POLICY_EMERGENCY] = NLA_POLICY_NESTED(gmguard_emergency_nl_policy),
	[GMGUARD_A_POLICY_HEADER] = NLA_POLICY_NESTED(gmguard_header_nl_policy),
	[GMGUARD_A_POLICY_TMPI] = NLA_POLICY_NESTED(gmguard_tmpi_policy_nl_policy),
};

/* GMGUARD_CMD_STATS_GET - dump */
static const struct nla_policy gmguard_stats_get_nl_policy[GMGUARD_A_STATS_SIDE + 1] = {
	[GMGUARD_A_STATS_REASON] = NLA_POLICY_RANGE(NLA_U32, 1, 51),
	[GMGUARD_A_STATS_SIDE] = { .type = NLA_NUL_STRING, .len = GMGUARD_SIDE_NAME_MAX, },
};

/* GMGUARD_CMD_SA_NEW - do */
static const struct nla_policy gmguard_sa_new_nl_policy[GMGUARD_A_SA_OVER + 1] = {
	[GMGUARD_A_SA_SPI_UC] = NLA_POLICY_MIN(NLA_U32, 1),
	[GMGUARD_A_SA_SPI_US] = NLA_POLICY_MIN(NLA_U32, 1),
	[GMGUARD_A_SA_UE] = { .type = NLA_BINARY, },
	[GMGUARD_A_SA_PCSCF] = { .type = NLA_BINARY, },
	[GMGUARD_A_SA_PORT_UC] = NLA_POLICY_MIN(NLA_U16, 1),
	[GMGUARD_A_SA_PORT_US] = NLA_POLICY_MIN(NLA_U16, 1),
	[GMGUARD_A_SA_PORT_PC] = NLA_POLICY_MIN(NLA_U16, 1),
	[GMGUARD_A_SA_PORT_PS] = NLA_POLICY_MIN(NLA_U16, 1),
	[GMGUARD_A_SA_ALG] = NLA_POLICY_MAX(NLA_U32, 3),
	[GMGUARD_A_SA_EALG] = NLA_POLICY_MAX(NLA_U32, 3),
	[GMGUARD_A_SA_AUTH_KEY] = { .type = NLA_BINARY, },
	[GMGUARD_A_SA_ENC_KEY] = { .type = NLA_BINARY, },
	[GMGUARD_A_SA_IMPI] = { .type = NLA_NUL_STRING, .len = GMGUARD_IMPI_MAX, },
	[GMGUARD_A_SA_DIGEST] = NLA_POLICY_EXACT_LEN(GMGUARD_DIGEST_LEN),
	[GMGUARD_A_SA_EMERGENCY] = { .type = NLA_FLAG, },
	[GMGUARD_A_SA_OVER] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* GMGUARD_CMD_SA_ESTABLISH - do */
static const struct nla_policy gmguard_sa_establish_nl_policy[GMGUARD_A_SA_LIFETIME + 1] = {
	[GMGUARD_A_SA_SPI_PS] = NLA_POLICY_MIN(NLA_U32, 1),
	[GMGUARD_A_SA_LIFETIME] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* GMGUARD_CMD_SA_GET - do */
static const struct nla_policy gmguard_sa_get_nl_policy[GMGUARD_A_SA_SPI + 1] = {
	[GMGUARD_A_SA_SPI_PS] = NLA_POLICY_MIN(NLA_U32, 1),
	[GMGUARD_A_SA_UE] = { .type = NLA_BINARY, },
	[GMGUARD_A_SA_IMPI] = { .type = NLA_NUL_STRING, .len = GMGUARD_IMPI_MAX, },
	[GMGUARD_A_SA_STATE] = NLA_POLICY_MAX(NLA_U32, 3),
	[GMGUARD_A_SA_IDLE] = { .type = NLA_U32, },
	[GMGUARD_A_SA_SPI] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* GMGUARD_CMD_SA_DEL - do */
static const struct nla_policy gmguard_sa_del_nl_policy[GMGUARD_A_SA_GRACE + 1] = {
	[GMGUARD_A_SA_SPI_PS] = NLA_POLICY_MIN(NLA_U32, 1),
	[GMGUARD_A_SA_GRACE] = { .type = NLA_FLAG, },
};

/* GMGUARD_CMD_SA_FLUSH - do */
static const struct nla_policy gmguard_sa_flush_nl_policy[GMGUARD_A_SA_IDLE + 1] = {
	[GMGUARD_A_SA_UE] = { .type = NLA_BINARY, },
	[GMGUARD_A_SA_IMPI] = { .type = NLA_NUL_STRING, .len = GMGUARD_IMPI_MAX, },
	[GMGUARD_A_SA_STATE] = NLA_POLICY_MAX(NLA_U32, 3),
	[GMGUARD_A_SA_IDLE] = { .type = NLA_U32, },
};

/* GMGUARD_CMD_TMPI_NEW - do */
static const struct nla_policy gmguard_tmpi_new_nl_policy[GMGUARD_A_TMPI_LIFETIME + 1] = {
	[GMGUARD_A_TMPI_TMPI] = { .type = NLA_NUL_STRING, .len = GMGUARD_TMPI_LEN, },
	[GMGUARD_A_TMPI_IMPI] = { .type = NLA_NUL_STRING, .len = GMGUARD_IMPI_MAX, },
	[GMGUARD_A_TMPI_UE] = { .type = NLA_BINARY, },
	[GMGUARD_A_TMPI_SPI_PS] = NLA_POLICY_MIN(NLA_U32, 1),
	[GMGUARD_A_TMPI_LIFETIME] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* GMGUARD_CMD_TMPI_GET - do */
static const struct nla_policy gmguard_tmpi_get_nl_policy[GMGUARD_A_TMPI_SPI_PS + 1] = {
	[GMGUARD_A_TMPI_TMPI] = { .type = NLA_NUL_STRING, .len = GMGUARD_TMPI_LEN, },
	[GMGUARD_A_TMPI_IMPI] = { .type = NLA_NUL_STRING, .len = GMGUARD_IMPI_MAX, },
	[GMGUARD_A_TMPI_UE] = { .type = NLA_BINARY, },
	[GMGUARD_A_TMPI_SPI_PS] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* GMGUARD_CMD_TMPI_DEL - do */
static const struct nla_policy gmguard_tmpi_del_nl_policy[GMGUARD_A_TMPI_IMPI + 1] = {
	[GMGUARD_A_TMPI_TMPI] = { .type = NLA_NUL_STRING, .len = GMGUARD_TMPI_LEN, },
	[GMGUARD_A_TMPI_IMPI] = { .type = NLA_NUL_STRING, .len = GMGUARD_IMPI_MAX, },
};

/* GMGUARD_CMD_TMPI_FLUSH - do */
static const struct nla_policy gmguard_tmpi_flush_nl_policy[GMGUARD_A_TMPI_SPI_PS + 1] = {
	[GMGUARD_A_TMPI_UE] = { .type = NLA_BINARY, },
	[GMGUARD_A_TMPI_SPI_PS] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* GMGUARD_CMD_SA_SHORTEN - do */
static const struct nla_policy gmguard_sa_shorten_nl_policy[GMGUARD_A_SA_LIFETIME + 1] = {
	[GMGUARD_A_SA_SPI_PS] = NLA_POLICY_MIN(NLA_U32, 1),
	[GMGUARD_A_SA_LIFETIME] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* END GENERATED */

/* Every command needs CAP_NET_ADMIN in the initial user namespace, whatever
 * namespace it acts on: unprivileged user namespaces get no say here.
 */
static const struct genl_ops gmguard_nl_ops[] = {
	{
		.cmd		= GMGUARD_CMD_INFO_GET,
		.doit		= gmguard_nl_info_get_doit,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= GMGUARD_CMD_POLICY_SET,
		.doit		= gmguard_nl_policy_set_doit,
		.policy		= gmguard_policy_set_nl_policy,
		.maxattr	= GMGUARD_A_POLICY_TMPI,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= GMGUARD_CMD_POLICY_GET,
		.dumpit		= gmguard_nl_policy_get_dumpit,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= GMGUARD_CMD_POLICY_CLEAR,
		.doit		= gmguard_nl_policy_clear_doit,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= GMGUARD_CMD_STATS_GET,
		.dumpit		= gmguard_nl_stats_get_dumpit,
		.policy		= gmguard_stats_get_nl_policy,
		.maxattr	= GMGUARD_A_STATS_SIDE,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= GMGUARD_CMD_STATS_RESET,
		.doit		= gmguard_nl_stats_reset_doit,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= GMGUARD_CMD_SA_NEW,
		.doit		= gmguard_nl_sa_new_doit,
		.policy		= gmguard_sa_new_nl_policy,
		.maxattr	= GMGUARD_A_SA_OVER,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= GMGUARD_CMD_SA_ESTABLISH,
		.doit		= gmguard_nl_sa_establish_doit,
		.policy		= gmguard_sa_establish_nl_policy,
		.maxattr	= GMGUARD_A_SA_LIFETIME,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= GMGUARD_CMD_SA_GET,
		.start		= gmguard_nl_sa_get_start,
		.dumpit		= gmguard_nl_sa_get_dumpit,
		.done		= gmg_netlink_walk_done,
		.doit		= gmguard_nl_sa_get_doit,
		.policy		= gmguard_sa_get_nl_policy,
		.maxattr	= GMGUARD_A_SA_SPI,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= GMGUARD_CMD_SA_DEL,
		.doit		= gmguard_nl_sa_del_doit,
		.policy		= gmguard_sa_del_nl_policy,
		.maxattr	= GMGUARD_A_SA_GRACE,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= GMGUARD_CMD_SA_FLUSH,
		.doit		= gmguard_nl_sa_flush_doit,
		.policy		= gmguard_sa_flush_nl_policy,
		.maxattr	= GMGUARD_A_SA_IDLE,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= GMGUARD_CMD_TMPI_NEW,
		.doit		= gmguard_nl_tmpi_new_doit,
		.policy		= gmguard_tmpi_new_nl_policy,
		.maxattr	= GMGUARD_A_TMPI_LIFETIME,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= GMGUARD_CMD_TMPI_GET,
		.start		= gmguard_nl_tmpi_get_start,
		.dumpit		= gmguard_nl_tmpi_get_dumpit,
		.done		= gmg_netlink_walk_done,
		.doit		= gmguard_nl_tmpi_get_doit,
		.policy		= gmguard_tmpi_get_nl_policy,
		.maxattr	= GMGUARD_A_TMPI_SPI_PS,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= GMGUARD_CMD_TMPI_DEL,
		.doit		= gmguard_nl_tmpi_del_doit,
		.policy		= gmguard_tmpi_del_nl_policy,
		.maxattr	= GMGUARD_A_TMPI_IMPI,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= GMGUARD_CMD_TMPI_FLUSH,
		.doit		= gmguard_nl_tmpi_flush_doit,
		.policy		= gmguard_tmpi_flush_nl_policy,
		.maxattr	= GMGUARD_A_TMPI_SPI_PS,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= GMGUARD_CMD_SA_SHORTEN,
		.doit		= gmguard_nl_sa_shorten_doit,
		.policy		= gmguard_sa_shorten_nl_policy,
		.maxattr	= GMGUARD_A_SA_LIFETIME,
		.flags		= GENL_ADMIN_PERM,
	},
};

static const struct genl_multicast_group gmguard_nl_mcgrps[] = {
	[GMGUARD_NLGRP_EVENTS] = {
		.name	= GMGUARD_MCGRP_EVENTS,
		.flags	= GENL_MCAST_CAP_NET_ADMIN,
	},
};

struct genl_family gmguard_nl_family __ro_after_init = {
	.name		= GMGUARD_FAMILY_NAME,
	.version	= GMGUARD_FAMILY_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.ops		= gmguard_nl_ops,
	.n_ops		= ARRAY_SIZE(gmguard_nl_ops),
	.mcgrps		= gmguard_nl_mcgrps,
	.n_mcgrps	= ARRAY_SIZE(gmguard_nl_mcgrps),
};
