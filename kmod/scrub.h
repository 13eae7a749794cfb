/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_SCRUB_H
#define _GMG_SCRUB_H

#include <linux/skbuff.h>

#include "pure/sip_facts.h"

/* Removes the items @items of a message, see gmg_sip_facts_scrub(), that begins at
 * @start of @skb, in the datagram whose UDP header is at @udp. No octet moves and
 * checksums that were right stay so, wrong ones wrong. Only what comes before the
 * last octet that changes is made linear and writable; pointers into the packet are
 * void. -ENOMEM: nothing was changed. Packet path.
 */
int gmg_scrub(struct sk_buff *skb, u32 udp, u32 start, const struct gmg_sip_facts *f,
	      u64 items);

#endif /* _GMG_SCRUB_H */
