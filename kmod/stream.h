/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_STREAM_H
#define _GMG_STREAM_H

#include "sip.h"

/**
 * DOC: SIP over TCP
 *
 * Between this host and a side that rules about content speak of, TCP is taken in order, and
 * read before it goes on: what its receiver assembles is what was judged. A message waits
 * until its headers are over; then it goes on as over UDP, less what is to be removed, in one
 * packet with what it waited for, or it ends the connection: both ends get a reset. What its
 * sender sends again is what it was when it was approved.
 *
 * A sender that may send no more before what waits here has arrived sends it again. Then it goes
 * on without all that anything behind it could have removed, but for the last octets of the
 * headers: so no message that is refused is ever whole.
 *
 * Whether there is a connection, and what its receiver has, its socket says, so that nobody
 * else can. A stream lives as long as its socket, or until it is idle for too long;
 * limits.streams and limits.stream-memory bound all of them.
 *
 * The rule stream-order makes it so. Where it is off, TCP is not read. Where it is observed,
 * what TCP carries is watched only: nothing waits, and no rule about content refuses or removes
 * anything.
 */

/* As gmg_sip_judge(), of TCP. If it refuses what the packet had but the packet goes on
 * without, gmg_ctx.goes_on says so.
 */
void gmg_stream_judge(struct gmg_sip *sip, struct gmg_verdict *v);

/* With the first policy. gmg_net.lock held. */
int gmg_stream_prepare(struct gmg_net *gn);

/* There is no policy any more: no packet comes. */
void gmg_stream_flush(struct gmg_net *gn);

/* When the namespace goes: nobody comes any more. */
void gmg_stream_free(struct gmg_net *gn);

#endif /* _GMG_STREAM_H */
