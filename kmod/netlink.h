/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_NETLINK_H
#define _GMG_NETLINK_H

#include <linux/netfilter.h>
#include <net/netlink.h>

int gmg_netlink_init(void);
void gmg_netlink_exit(void);

/* Refuses @nest, of which a part is missing; -EINVAL. */
int gmg_netlink_incomplete(const struct nlattr *nest,
			   struct netlink_ext_ack *extack);

/* An address of 4 or 16 octets and its family, NFPROTO_*; or -EINVAL. */
int gmg_netlink_address(union nf_inet_addr *addr, u8 *family,
			const struct nlattr *attr,
			struct netlink_ext_ack *extack);

/* One that a host can have; or -EINVAL. */
int gmg_netlink_host(union nf_inet_addr *addr, u8 *family,
		     const struct nlattr *attr, struct netlink_ext_ack *extack);

#endif /* _GMG_NETLINK_H */
