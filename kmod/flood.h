/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_FLOOD_H
#define _GMG_FLOOD_H

#include <linux/netfilter.h>

struct gmg_net;
struct gmg_policy;

/* Has @src, in a packet, sent more REGISTERs than limits.register-rate and
 * register-burst allow, or (@emergency) more emergency requests? Each of these counts
 * as 16 REGISTERs, or as all of a smaller burst, out of a budget of their own. Of IPv6
 * the first 64 bits are a source, for a UE has all addresses below. Packet path.
 */
bool gmg_flood(struct gmg_net *gn, const struct gmg_policy *pol, u8 family,
	       const union nf_inet_addr *src, bool emergency);

/* With the first policy. gmg_net.lock held. */
int gmg_flood_prepare(struct gmg_net *gn);

/* When the namespace goes: nobody comes any more. */
void gmg_flood_free(struct gmg_net *gn);

#endif /* _GMG_FLOOD_H */
