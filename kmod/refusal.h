/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_REFUSAL_H
#define _GMG_REFUSAL_H

#include <linux/netlink.h>

/* Says in @extack (NULL: nobody listens) @why a request is refused, and for which
 * attribute, if it is for one; returns @err. @why is a constant.
 */
static inline int gmg_refuse(struct netlink_ext_ack *extack,
			     const struct nlattr *attr, int err, const char *why)
{
	if (extack) {
		NL_SET_BAD_ATTR(extack, attr);
		extack->_msg = why;
	}
	return err;
}

#endif /* _GMG_REFUSAL_H */
