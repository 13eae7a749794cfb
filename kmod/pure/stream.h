/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_PURE_STREAM_H
#define _GMG_PURE_STREAM_H

#include "pure.h"

/**
 * DOC: Streams
 *
 * Whoever reads TCP assembles it out of segments, and of octets that come twice it takes
 * the first or the last, as it likes (Ptacek, Newsham 1998). So segments are taken in order
 * only: what has come once is what counts, and nothing goes on but what was approved. All
 * numbers are TCP sequence numbers, modulo 2^32.
 */

/**
 * struct gmg_stream_half - one direction of a connection
 * @una:  the receiver has all octets before this one, and takes none of them again
 * @appr: all octets before this one are approved: they may go on, again and again, and none
 *        of them changes any more
 * @nxt:  the octet that comes next; those from @appr on are held
 *
 * @una <= @appr <= @nxt.
 */
struct gmg_stream_half {
	u32 una;
	u32 appr;
	u32 nxt;
};

/* Octets: @len from @seq on. */
struct gmg_stream_part {
	u32 seq;
	u32 len;
};

enum gmg_stream_kind {
	GMG_STREAM_OLD,		/* octets, all of which the receiver has */
	GMG_STREAM_AGAIN,	/* nothing new, and none of what is held */
	GMG_STREAM_STALLED,	/* the same, with some of what is held: its sender waits */
	GMG_STREAM_NEW,		/* the octets that come next, and maybe others before them */
	GMG_STREAM_AHEAD,	/* behind octets that have not come */
};

/* @a before @b? */
static inline bool gmg_stream_before(u32 a, u32 b)
{
	return (a - b) >> 31;
}

static inline u32 gmg_stream_held(const struct gmg_stream_half *h)
{
	return h->nxt - h->appr;
}

/* The connection begins; its first octet is @seq. */
static inline void gmg_stream_begin(struct gmg_stream_half *h, u32 seq)
{
	*h = (struct gmg_stream_half){ seq, seq, seq };
}

/* The receiver has what is before @una; what was not approved it cannot have. */
void gmg_stream_acked(struct gmg_stream_half *h, u32 una);

/* What a segment of @len octets at @seq is. @fresh: how many of the octets at its end are
 * new. A FIN behind them is no octet.
 */
enum gmg_stream_kind gmg_stream_kind(const struct gmg_stream_half *h, u32 seq, u32 len,
				     u32 *fresh);

/* What of the octets that are approved now goes on in the place of such a segment, which
 * is not ahead: what of them it had, and, if it was new or stalled, all that had to wait for
 * it. @appr: what was approved before it.
 */
struct gmg_stream_part gmg_stream_part(const struct gmg_stream_half *h, u32 appr, u32 seq,
				       u32 len);

#endif /* _GMG_PURE_STREAM_H */
