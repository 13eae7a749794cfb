/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_NETLINK_POLICY_H
#define _GMG_NETLINK_POLICY_H

#include "policy.h"

/**
 * struct gmg_element - a kind of elements that a policy has any number of
 * @attr:  of one element in the message
 * @n:     offset of their number in struct gmg_counts
 * @max:   at most this many
 * @fill:  puts element @index of @pol together; -E... with @extack
 * @check: what only the whole policy can show; NULL: nothing
 */
struct gmg_element {
	int attr;
	size_t n;
	u32 max;
	int (*fill)(struct gmg_policy *pol, const struct nlattr *nest, u32 index,
		    struct netlink_ext_ack *extack);
	int (*check)(const struct gmg_policy *pol, u32 index,
		     struct netlink_ext_ack *extack);
};

/* In the order in which they need each other. */
enum { GMG_ELEMENTS = 9 };
extern const struct gmg_element gmg_elements[GMG_ELEMENTS];

#endif /* _GMG_NETLINK_POLICY_H */
