/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_EVENT_H
#define _GMG_EVENT_H

#include <netlink/msg.h>
#include <stdbool.h>

/* Writes a line for an event of the module: what became of a packet, a change of
 * a set of SAs, or xfrm policies of ports that were put back. 0 or an errno;
 * ECANCELED: the output failed, which has been said.
 */
int event_print(struct nlmsghdr *hdr, bool json);

#endif /* _GMG_EVENT_H */
