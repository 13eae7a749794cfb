/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_COMPAT_H
#define _GMG_COMPAT_H

/* Forced into every file of the module by Kbuild: the only place that knows
 * kernel versions.
 */

#include <linux/version.h>
#include <net/genetlink.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "gmguard needs Linux 6.1 or later"
#endif

#ifndef CONFIG_64BIT
#error "gmguard needs a 64-bit kernel: its counters are single 64-bit words"
#endif

#ifndef GENL_MCAST_CAP_NET_ADMIN
#error "gmguard needs 6.1.68, 6.6.7 or later: events are for CAP_NET_ADMIN only"
#endif

#if !IS_ENABLED(CONFIG_NETFILTER) || !IS_ENABLED(CONFIG_IPV6) || \
	!IS_ENABLED(CONFIG_XFRM)
#error "gmguard needs CONFIG_NETFILTER, CONFIG_IPV6 and CONFIG_XFRM"
#endif

#ifndef nla_for_each_nested_type	/* 6.10 */
#define nla_for_each_nested_type(pos, type, nla, rem)			\
	nla_for_each_nested(pos, nla, rem)				\
		if (nla_type(pos) == (type))
#endif

/* Before 6.7 nla_policy.range is not const, though nobody writes there. */
#undef NLA_POLICY_FULL_RANGE
#define NLA_POLICY_FULL_RANGE(tp, _range) {				\
	.type = NLA_ENSURE_UINT_OR_BINARY_TYPE(tp),			\
	.validation_type = NLA_VALIDATE_RANGE_PTR,			\
	.range = (void *)(_range),					\
}

/* 6.7 moved the parsed attributes of a dump into a struct genl_info. */
static inline struct nlattr **gmg_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
	return genl_dumpit_info(cb)->attrs;
#else
	return genl_dumpit_info(cb)->info.attrs;
#endif
}

#endif /* _GMG_COMPAT_H */
