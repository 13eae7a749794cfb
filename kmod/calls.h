/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_CALLS_H
#define _GMG_CALLS_H

#include "dialog.h"

/**
 * DOC: Calls of an emergency registration
 *
 * Under its SAs a UE has emergencies and nothing else (TS 23.167 6.2.1). What of those
 * may go on is remembered with its contact, whose sets share it: a call goes on while
 * the UE is authenticated anew. By keys as in dialog.h, but in room of its own, which
 * nobody else can fill and with which it can take none of anybody's. Where that is
 * full any dialog may be one that was not remembered: the UE is known, and what it
 * goes on with may be an emergency. Packet path, but for the first three functions.
 */
struct gmg_calls;

/* One reference, or NULL. GFP_KERNEL. */
struct gmg_calls *gmg_calls_alloc(void);

/* Another reference; and one back, of which the last frees. Any context. */
struct gmg_calls *gmg_calls_get(struct gmg_calls *calls);
void gmg_calls_put(struct gmg_calls *calls);

enum gmg_dialog_state gmg_calls_find(struct gmg_calls *calls, u64 key);

/* As gmg_dialog_keep() and gmg_dialog_end(). */
void gmg_calls_keep(struct gmg_calls *calls, u64 key, u32 seconds);
void gmg_calls_end(struct gmg_calls *calls, u64 key, u32 seconds);

/* Was there one that found no room, and may be one yet? */
bool gmg_calls_lost(const struct gmg_calls *calls);

#endif /* _GMG_CALLS_H */
