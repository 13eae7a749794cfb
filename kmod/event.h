/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_EVENT_H
#define _GMG_EVENT_H

#include "flow.h"
#include "net.h"

struct gmg_binding;
struct gmg_set;

/* Tells the group "events" that @flow matched @reason, as far as somebody
 * listens and the rate limit of the namespace allows. Packet path, any
 * context; what finds no memory counts as suppressed.
 */
void gmg_event_verdict(struct gmg_net *gn, const struct gmg_flow *flow,
		       u8 reason, enum gmguard_action action);

/* Events a second from now on; 0: none. gmg_net.lock held. */
void gmg_event_limit(struct gmg_net *gn, u32 rate);

/* Before anything else of event.h. */
void gmg_event_prepare(struct gmg_net *gn);

/* Tells the group that @set has changed. Sleeps; gmg_net.lock held. */
void gmg_event_sa(struct gmg_net *gn, const struct gmg_set *set,
		  enum gmguard_sa_change change);

/* Tells the group that what stands for an IMPI has changed. As above. */
void gmg_event_tmpi(struct gmg_net *gn, const struct gmg_binding *b,
		    enum gmguard_tmpi_change change);

/* Tells the group that xfrm policies were put back. As above. */
void gmg_event_restored(struct gmg_net *gn);

#endif /* _GMG_EVENT_H */
