/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_NETLINK_H
#define _GMG_NETLINK_H

int gmg_netlink_init(void);
void gmg_netlink_exit(void);

#endif /* _GMG_NETLINK_H */
