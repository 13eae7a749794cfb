/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_WIRE_H
#define _GMG_WIRE_H

#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>

/* The kernel's end of the helper's socket, in memory: wire.c stands in for the
 * functions of libnl that would reach a socket, and what was queued here is
 * what the helper then receives, by libnl's own dispatcher.
 */

/* Empties the queue. */
void wire_reset(void);

/* Queues messages. Each is its nlmsghdr without sequence and port, which are
 * filled in, and its payload; a length that goes too far is cut. A length of
 * zero says that messages were lost, as a receive buffer that overflowed does.
 */
void wire_octets(const void *octets, size_t n);
void wire_message(uint16_t type, uint16_t flags, const void *payload, size_t n);

/* What ends a request, or a dump. */
void wire_ack(void);
void wire_done(void);

/* The answer to info-get that gnl_open() wants. */
void wire_info(void);

/* The last request. */
const struct nlmsghdr *wire_heard(void);

/* What answers a request as it is sent, NULL: what was queued before. */
extern void (*wire_answer)(const struct nlmsghdr *hdr);

/* The type of messages of the family. */
enum { WIRE_FAMILY = NLMSG_MIN_TYPE };

#endif /* _GMG_WIRE_H */
