/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_NETLINK_H
#define _GMG_NETLINK_H

struct netlink_ext_ack;
struct nlmsghdr;

/* For commands without attributes, which have no policy to refuse any. */
int gmg_netlink_no_attrs(const struct nlmsghdr *nlh,
			 struct netlink_ext_ack *extack);

int gmg_netlink_init(void);
void gmg_netlink_exit(void);

#endif /* _GMG_NETLINK_H */
