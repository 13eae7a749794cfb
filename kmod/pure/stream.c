// SPDX-License-Identifier: GPL-2.0
#include "stream.h"

void gmg_stream_acked(struct gmg_stream_half *h, u32 una)
{
	/* a FIN comes behind all octets, and has a number too */
	if (gmg_stream_before(h->appr, una))
		una = h->appr;
	if (gmg_stream_before(h->una, una))
		h->una = una;
}

enum gmg_stream_kind gmg_stream_kind(const struct gmg_stream_half *h, u32 seq, u32 len,
				     u32 *fresh)
{
	u32 end = seq + len;

	*fresh = 0;
	if (gmg_stream_before(h->nxt, seq))
		return GMG_STREAM_AHEAD;
	if (gmg_stream_before(h->nxt, end)) {
		*fresh = end - h->nxt;
		return GMG_STREAM_NEW;
	}
	if (len && !gmg_stream_before(h->una, end))
		return GMG_STREAM_OLD;
	if (gmg_stream_before(h->appr, end) && !gmg_stream_before(h->appr, seq))
		return GMG_STREAM_STALLED;
	return GMG_STREAM_AGAIN;
}

struct gmg_stream_part gmg_stream_part(const struct gmg_stream_half *h, u32 appr, u32 seq,
				       u32 len)
{
	u32 from = seq, to = seq + len;

	if (gmg_stream_before(from, h->una))
		from = h->una;
	if (gmg_stream_before(appr, from))
		from = appr;
	/* what was held goes with what it waited for */
	if (gmg_stream_before(h->appr, to) || appr != h->appr)
		to = h->appr;
	if (gmg_stream_before(to, from))
		to = from;
	return (struct gmg_stream_part){ from, to - from };
}
