/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_PORT_H
#define _GMG_PORT_H

/* The xfrm policies of protected ports: one a port and direction, and none of a
 * UE's own. In transport mode the template takes the addresses of the flow, and
 * the UE's state is found by its selector.
 */
struct gmg_net;
struct gmg_policy;
struct netlink_ext_ack;

/* Gives the namespace the xfrm policies that @pol wants, instead of those it
 * has; on failure it has those it had. @pol NULL: none. gmg_net.lock held.
 */
int gmg_port_set_policies(struct gmg_net *gn, const struct gmg_policy *pol,
			  struct netlink_ext_ack *extack);

/* Puts back and counts policies that somebody deleted; false: some it could not,
 * as long as somebody else's are in their places. gmg_net.lock held.
 */
bool gmg_port_restore_policies(struct gmg_net *gn);

/* Watches what others do to xfrm. */
void gmg_port_init(void);
void gmg_port_exit(void);

#endif /* _GMG_PORT_H */
