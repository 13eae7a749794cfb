/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_FLOOD_H
#define _GMG_FLOOD_H

#include <linux/netfilter.h>

struct gmg_net;
struct gmg_policy;

/* Each with a budget of its own. */
enum gmg_flood {
	GMG_FLOOD_REGISTER,
	GMG_FLOOD_EMERGENCY,	/* requests, of nobody we know */
	GMG_FLOOD_CALLS,	/* the same, of a UE that is registered for them */
};

/* Has @src, in a packet, sent more REGISTERs than limits.register-rate and
 * register-burst allow, or more emergency requests? Each of these counts as 16
 * REGISTERs, or as all of a smaller burst. Of IPv6 the first 64 bits are a source, for
 * a UE has all addresses below. Packet path.
 */
bool gmg_flood(struct gmg_net *gn, const struct gmg_policy *pol, u8 family,
	       const union nf_inet_addr *src, enum gmg_flood what);

/* With the first policy. gmg_net.lock held. */
int gmg_flood_prepare(struct gmg_net *gn);

/* When the namespace goes: nobody comes any more. */
void gmg_flood_free(struct gmg_net *gn);

#endif /* _GMG_FLOOD_H */
