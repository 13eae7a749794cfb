/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_DIALOG_H
#define _GMG_DIALOG_H

#include <linux/types.h>

struct gmg_net;
struct gmg_policy;

/**
 * DOC: Dialogs
 *
 * What is to be remembered between messages: who may go on with an emergency
 * request on the unprotected ports, which request there may be answered with an
 * error (TS 33.203 7.1), in which dialog privacy was asked for (RFC 3325 7), who
 * was told that its TMPI is not known. Of each there is a key alone, the keyed hash
 * of what names it, so that nobody outside can say which there are or make two that
 * are the same. limits.pinholes bounds each kind: at the limit a new one is not
 * remembered. Packet path, but for the last two functions.
 */
enum gmg_dialog_kind {
	GMG_DIALOG_REQUEST,	/* what may be answered in clear */
	GMG_DIALOG_PINHOLE,	/* what of an emergency may come or leave in clear */
	GMG_DIALOG_PRIVACY,	/* what may not leave */
	GMG_DIALOG_FALLBACK,	/* who may register without a TMPI */
	GMG_DIALOG_KINDS,
};

/* Seconds that one which found no room may last. */
enum { GMG_DIALOG_LOST = 12 * 60 * 60 };

enum gmg_dialog_state {
	GMG_DIALOG_GONE,	/* or never there */
	GMG_DIALOG_OVER,	/* what is on its way may arrive */
	GMG_DIALOG_OPEN,
};

/* Adds @len octets at @p to the hash @h, first 0. */
u64 gmg_dialog_hash(const struct gmg_net *gn, u64 h, const void *p, size_t len);

enum gmg_dialog_state gmg_dialog_find(const struct gmg_net *gn, u64 key);

/* Remembers @key for @seconds from now on at least; one that is over stays so. */
void gmg_dialog_keep(struct gmg_net *gn, const struct gmg_policy *pol,
		     enum gmg_dialog_kind kind, u64 key, u32 seconds);

/* It is over, and @seconds from now at most it is forgotten. */
void gmg_dialog_end(struct gmg_net *gn, u64 key, u32 seconds);

/* Can no other of @kind be remembered, or was one not that might be one yet? */
bool gmg_dialog_full(const struct gmg_net *gn, const struct gmg_policy *pol,
		     enum gmg_dialog_kind kind);

/* With the first policy. gmg_net.lock held. */
int gmg_dialog_prepare(struct gmg_net *gn);

/* When the namespace goes: nobody comes any more. */
void gmg_dialog_free(struct gmg_net *gn);

#endif /* _GMG_DIALOG_H */
