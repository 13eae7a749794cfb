// SPDX-License-Identifier: GPL-2.0
#include <net/ip.h>
#include <net/tcp.h>

#include "net.h"
#include "pure/refuse.h"
#include "sa.h"
#include "segment.h"
#include "stream.h"
#include "stream_table.h"

enum {
	/* the least room of a buffer, octets */
	ROOM_MIN = 512,
};

/* Nothing waits, and nothing is refused or removed? */
static bool is_watched(const struct gmg_sip *sip)
{
	return sip->mode[GMGUARD_REASON_STREAM_ORDER] != GMGUARD_MODE_ENFORCE;
}

static void watch_only(const u8 *mode, u8 *watching)
{
	int i;

	for (i = 0; i <= GMGUARD_REASON_MAX; i++)
		watching[i] = min_t(u8, mode[i], GMGUARD_MODE_OBSERVE);
}

/* Is a message being read whose headers are not over? */
static bool is_open(const struct gmg_half *h)
{
	return h->reading && !h->reading->judged && !gmg_sip_scan_idle(&h->reading->scan);
}

/* Does nothing come behind the segment, all of whose octets have been taken? */
static bool is_last(const struct gmg_half *h, const struct gmg_segment *g)
{
	return g->fin && g->seq + g->len == h->at.nxt;
}

/* The first octet that may be asked for again, by the receiver or by whoever judges. */
static u32 first_needed(const struct gmg_half *h)
{
	const struct gmg_reading *r = h->reading;
	u32 at = h->at.una;

	/* a message that is to be read anew is not begun yet */
	if (r && !r->judged)
		at = gmg_sip_scan_idle(&r->scan) ? r->scan.pos : r->scan.begin;
	return gmg_stream_before(at, h->at.una) ? at : h->at.una;
}

/* Keeps nothing that nobody needs. */
static void give_back(struct gmg_streams *streams, struct gmg_half *h)
{
	if (first_needed(h) != h->at.nxt)
		return;
	if (!h->reading || gmg_sip_scan_idle(&h->reading->scan))
		gmg_half_free(streams, h);
	else if (h->octets)
		gmg_half_free_octets(streams, h);
}

/* The receiver has what is before @una. */
static void acked(struct gmg_streams *streams, struct gmg_half *h, u32 una)
{
	/* but for a FIN it has nothing that did not pass here */
	if (gmg_stream_before(h->at.nxt + 1, una))
		h->lost = true;
	gmg_stream_acked(&h->at, una);
	give_back(streams, h);
}

static void both_acked(struct gmg_streams *streams, struct gmg_stream *s,
		       const struct gmg_view *w)
{
	lockdep_assert_held(&s->lock);
	if (w->phase == GMG_FRESH || w->phase == GMG_RUNS) {
		acked(streams, &s->in, w->in);
		acked(streams, &s->out, w->out);
	}
}

void gmg_stream_acknowledged(struct gmg_streams *streams, struct gmg_stream *s,
			     const struct gmg_view *w)
{
	spin_lock_bh(&s->lock);
	both_acked(streams, s, w);
	spin_unlock_bh(&s->lock);
}

/* Room for @more octets behind those that are needed, as far as there is some. Returns for
 * how many.
 */
static u32 make_room(struct gmg_streams *streams, const struct gmg_policy *pol,
		     struct gmg_half *h, u32 more)
{
	u32 first = h->octets ? first_needed(h) : h->at.nxt, have = h->at.nxt - first;
	u32 room;
	u8 *octets;

	if (have >= pol->stream_octets)
		return 0;
	more = min(more, pol->stream_octets - have);
	if (h->octets && have + more <= h->room) {
		/* what was freed before the first is taken up when it is needed */
		if (h->at.nxt - h->base + more > h->room) {
			memmove(h->octets, h->octets + (first - h->base), have);
			h->base = first;
		}
		return more;
	}
	room = roundup_pow_of_two(max_t(u32, have + more, ROOM_MIN));
	gmg_half_count(streams, h, room);
	if (!gmg_half_fits(streams, pol, h, 0))
		goto err_count;
	octets = kmalloc(room, GFP_ATOMIC | __GFP_NOWARN);
	if (!octets)
		goto err_count;
	if (have)
		memcpy(octets, h->octets + (first - h->base), have);
	gmg_half_free_octets(streams, h);
	h->octets = octets;
	h->room = room;
	h->base = first;
	return more;

err_count:
	gmg_half_count(streams, h, -(long)room);
	return 0;
}

static bool begin_reading(struct gmg_streams *streams, const struct gmg_sip *sip,
			  struct gmg_half *h)
{
	struct gmg_reading *r = h->reading;

	if (!r) {
		gmg_half_count(streams, h, GMG_READING_ROOM);
		if (gmg_half_fits(streams, sip->c->pol, h, 0))
			r = kzalloc(sizeof(*r), GFP_ATOMIC | __GFP_NOWARN);
		if (!r) {
			gmg_half_count(streams, h, -(long)GMG_READING_ROOM);
			return false;
		}
		gmg_sip_scan_init(&r->scan, true, GMG_SIP_FACTS_PARAMS, h->at.nxt);
		gmg_sip_message_begin(sip, &r->msg);
		h->reading = r;
	}
	return true;
}

/* A message that is not judged is read for the policy that it will be judged by. */
static void read_anew(const struct gmg_sip *sip, struct gmg_reading *r)
{
	if (r->judged || r->msg.generation == sip->c->pol->generation)
		return;
	if (!gmg_sip_scan_idle(&r->scan))
		gmg_sip_scan_init(&r->scan, true, GMG_SIP_FACTS_PARAMS, r->scan.begin);
	gmg_sip_message_begin(sip, &r->msg);
}

/* Takes the last @fresh octets of the segment, or as many as there is room for. */
static u32 take(struct gmg_streams *streams, const struct gmg_sip *sip, struct gmg_half *h,
		const struct gmg_segment *g, u32 fresh)
{
	u32 n, at = g->start + g->len - fresh;

	if (!begin_reading(streams, sip, h))
		return 0;
	n = make_room(streams, sip->c->pol, h, fresh);
	if (!n || skb_copy_bits(g->skb, at, h->octets + (h->at.nxt - h->base), n)) {
		give_back(streams, h);
		return 0;
	}
	h->at.nxt += n;
	return n;
}

static bool is_complete(const struct gmg_sip_facts *f)
{
	return f->headers_end || f->dead || f->what == GMG_SIP_IS_COMPRESSED;
}

/* The headers are over. False: the message is refused. */
static bool judge_message(struct gmg_sip *sip, struct gmg_half *h, struct gmg_verdict *v,
			  bool *changed)
{
	struct gmg_reading *r = h->reading;
	u64 scrub;

	gmg_sip_message_judge(sip, &r->msg, v, &scrub);
	if (v->drop)
		return false;
	gmg_sip_facts_scrub(&r->msg.facts, scrub, h->octets + (h->at.appr - h->base),
			    gmg_stream_held(&h->at), h->at.appr);
	*changed |= scrub;
	r->judged = true;
	return true;
}

/* Reads what has come; @last: nothing comes any more, as a datagram ends. False: a message is
 * refused. @changed: something was removed.
 */
static bool read(struct gmg_sip *sip, struct gmg_half *h, bool last, struct gmg_verdict *v,
		 bool *changed)
{
	struct gmg_reading *r = h->reading;
	struct gmg_sip_facts *f = &r->msg.facts;
	struct gmg_sip_batch batch;

	sip->octets = h->octets;
	sip->base = h->base;
	sip->len = h->at.nxt - h->base;
	read_anew(sip, r);
	while (r->scan.pos != h->at.nxt) {
		gmg_sip_scan(&r->scan, h->octets + (r->scan.pos - h->base),
			     h->at.nxt - r->scan.pos, &batch);
		gmg_sip_message_take(sip, &r->msg, &r->scan, &batch);
		if (!r->judged && is_complete(f) && !judge_message(sip, h, v, changed))
			return false;
		if (f->ended) {
			gmg_sip_message_begin(sip, &r->msg);
			r->judged = false;
			r->early = false;
		}
		if (!is_open(h))
			h->at.appr = r->scan.pos;
		else if (gmg_stream_before(h->at.appr, r->scan.begin))
			h->at.appr = r->scan.begin;
	}
	if (last && is_open(h)) {
		gmg_sip_scan_end(&r->scan, &batch);
		gmg_sip_message_take(sip, &r->msg, &r->scan, &batch);
		if (!judge_message(sip, h, v, changed))
			return false;
		h->at.appr = h->at.nxt;
	}
	if (!is_open(h) || h->at.nxt - r->scan.begin < sip->c->pol->stream_octets)
		return true;
	if (gmg_verdict_refuse(v, sip->mode, GMGUARD_REASON_STREAM_LIMIT))
		return false;
	h->lost = true;
	h->at.appr = h->at.nxt;
	return true;
}

/* What is held goes on, but for what may have to be removed. What is approved so never
 * changes, so what is recognised later is removed from there on.
 */
static void let_go_early(const struct gmg_sip *sip, struct gmg_half *h, bool *changed)
{
	struct gmg_reading *r = h->reading;
	u32 to = gmg_sip_scan_clear(&r->scan);
	u64 items;

	if (!gmg_sip_message_early(sip, &r->msg, &items))
		return;
	r->early = true;
	/* a line end alone: whatever comes of it, its sender waits for it */
	if (!gmg_stream_before(h->at.appr, to)) {
		h->at.appr = h->at.nxt;
		return;
	}
	gmg_sip_facts_scrub_open(&r->msg.facts, &r->scan, items,
				 h->octets + (h->at.appr - h->base), to - h->at.appr,
				 h->at.appr);
	*changed = true;
	h->at.appr = to;
}

/* Puts @part of what is approved, which lies at @octets, in the place of what the segment
 * had.
 */
static void carry(struct gmg_sip *sip, const struct gmg_segment *g,
		  struct gmg_stream_part part, const u8 *octets, bool fin,
		  const struct gmg_view *w, struct gmg_verdict *v)
{
	/* less options than any segment has, more than the socket has counted */
	u32 mss = w->mss > 2 * MAX_TCP_OPTION_SPACE ? w->mss - MAX_TCP_OPTION_SPACE :
						      max_t(u32, g->len, TCP_MSS_DEFAULT);

	if (skb_is_gso(g->skb))
		mss = skb_shinfo(g->skb)->gso_size;
	if (part.len > IP_MAX_MTU - g->start) {
		part.len = IP_MAX_MTU - g->start;
		fin = false;
	}
	if (gmg_segment_carry(g, part.seq, octets, part.len, fin, mss)) {
		v->reason = v->drop ? v->reason : GMGUARD_REASON_STREAM_LIMIT;
		v->drop = true;
	} else {
		sip->c->goes_on = v->drop;
	}
}

/* Nothing of it goes on but what it says of the other direction. */
static void strip(struct gmg_sip *sip, const struct gmg_segment *g, u32 seq,
		  struct gmg_verdict *v)
{
	const struct gmg_view none = {};

	if (g->len || g->fin || g->urg || g->mptcp)
		carry(sip, g, (struct gmg_stream_part){ seq }, NULL, false, &none, v);
}

/* The connection runs unread, or not at all. */
static void run_unread(struct gmg_streams *streams, const struct gmg_sip *sip, u8 reason,
		       const struct gmg_stream_key *key, int dif, struct gmg_verdict *v)
{
	if (gmg_verdict_refuse(v, sip->mode, reason))
		gmg_stream_reset(streams, key, dif);
	else
		gmg_verdict_pass(v, GMGUARD_REASON_PASS_TCP_UNREAD);
}

/* Where TCP is only watched: it is as it was, and what is not in order is not read. */
static void watch(struct gmg_streams *streams, struct gmg_sip *sip,
		  const struct gmg_segment *g, struct gmg_half *h, u32 fresh,
		  struct gmg_verdict *v)
{
	bool changed = false;

	if (fresh && take(streams, sip, h, g, fresh) != fresh) {
		gmg_verdict_refuse(v, sip->mode, GMGUARD_REASON_STREAM_LIMIT);
		h->lost = true;
	} else if (h->reading) {
		read(sip, h, is_last(h, g), v, &changed);
	}
	h->at.appr = h->at.nxt;
}

static void judge(struct gmg_streams *streams, struct gmg_sip *sip, struct gmg_stream *s,
		  const struct gmg_segment *g, const struct gmg_view *w, struct gmg_verdict *v)
{
	struct gmg_half *h = sip->out ? &s->out : &s->in;
	u32 fresh, appr = h->at.appr;
	bool changed = false, whole = true, fin;
	enum gmg_stream_kind kind;
	struct gmg_stream_part part;

	if (!g->len && !g->fin) {
		/* what it would make urgent is taken out of the octets that are read */
		if (g->urg && !is_watched(sip))
			strip(sip, g, g->seq, v);
		return;
	}
	kind = gmg_stream_kind(&h->at, g->seq, g->len, &fresh);
	if (kind == GMG_STREAM_AHEAD) {
		gmg_verdict_refuse(v, sip->mode, GMGUARD_REASON_STREAM_ORDER);
		return;
	}
	if (is_watched(sip)) {
		watch(streams, sip, g, h, fresh, v);
		return;
	}
	if (kind == GMG_STREAM_OLD && !sip->out && !g->fin && !g->urg)
		return;
	if (fresh) {
		u32 taken = take(streams, sip, h, g, fresh);

		if (!taken &&
		    gmg_verdict_refuse(v, sip->mode, GMGUARD_REASON_STREAM_LIMIT))
			return;
		whole = taken == fresh;
	}
	if (h->reading) {
		if (!read(sip, h, is_last(h, g), v, &changed)) {
			s->dead = true;
			gmg_stream_reset(streams, &s->key, s->dif);
		} else if (gmg_stream_held(&h->at) &&
			   (kind == GMG_STREAM_STALLED || h->reading->early)) {
			let_go_early(sip, h, &changed);
		}
	}
	fin = is_last(h, g) && !s->dead && !gmg_stream_held(&h->at);
	part = gmg_stream_part(&h->at, appr, g->seq, g->len);
	if (fresh == g->len && whole && !changed && !g->urg && fin == g->fin &&
	    part.seq == g->seq && part.len == g->len)
		return;
	carry(sip, g, part, part.len ? h->octets + (part.seq - h->base) : NULL, fin, w, v);
}

/* A SYN has no octets that anybody would take before the handshake is over; what its sender
 * has to say it sends again then. Nor does it ask for MPTCP, which has an order of its own and
 * several connections for one. What went by this name before is over.
 */
static void begin(struct gmg_streams *streams, struct gmg_sip *sip, struct gmg_stream *s,
		  const struct gmg_segment *g, const struct gmg_view *w,
		  struct gmg_verdict *v)
{
	if (s && (w->phase == GMG_NO_SOCKET || w->phase == GMG_HANDSHAKE))
		gmg_stream_forget(streams, s);
	if (!is_watched(sip))
		strip(sip, g, g->seq, v);
}

/* A connection that has no stream gets one if it has just begun. */
static struct gmg_stream *open_stream(struct gmg_streams *streams, struct gmg_sip *sip,
				      const struct gmg_stream_key *key, int dif,
				      const struct gmg_segment *g, const struct gmg_view *w,
				      struct gmg_verdict *v)
{
	struct gmg_stream *s;

	switch (w->phase) {
	case GMG_HANDSHAKE:
		/* the ACK of a SYN-ACK that was seen, and no octet too much */
		if (!sip->out && g->ack == w->out && g->seq == w->in)
			break;
		fallthrough;
	case GMG_NO_SOCKET:
		/* maybe the ACK of a SYN cookie: what it had is sent again */
		if (!is_watched(sip))
			strip(sip, g, g->seq, v);
		return NULL;
	case GMG_FRESH:
		break;
	case GMG_RUNS:
		run_unread(streams, sip, GMGUARD_REASON_STREAM_UNKNOWN, key, dif, v);
		return NULL;
	}
	s = gmg_stream_add(streams, sip->c->pol, key, dif, w, !sip->set);
	if (!s)
		run_unread(streams, sip, GMGUARD_REASON_STREAM_LIMIT, key, dif, v);
	return s;
}

static void judge_locked(struct gmg_streams *streams, struct gmg_sip *sip,
			 struct gmg_stream *s, const struct gmg_segment *g,
			 const struct gmg_view *w, struct gmg_verdict *v)
{
	struct gmg_half *h = sip->out ? &s->out : &s->in;

	lockdep_assert_held(&s->lock);
	WRITE_ONCE(s->used, gmg_now());
	both_acked(streams, s, w);
	if (w->ends)
		gmg_stream_ends(streams, s);
	if (s->dead) {
		strip(sip, g, h->at.appr, v);
	} else if (h->lost || s->gone) {
		/* nobody will read what is there */
		gmg_half_free(streams, h);
		run_unread(streams, sip, GMGUARD_REASON_STREAM_UNKNOWN, &s->key, s->dif, v);
	} else {
		judge(streams, sip, s, g, w, v);
	}
}

/* As a policy has it that does not ask for more. */
static void pass_unread(const struct gmg_sip *sip, struct gmg_verdict *v)
{
	if (sip->set && !sip->out)
		gmg_sa_used(sip->c->gn, sip->set);
	if (v->reason == GMGUARD_REASON_PASS_PROTECTED ||
	    (sip->port == GMG_PORT_UNPROTECTED && !sip->out))
		gmg_verdict_pass(v, GMGUARD_REASON_PASS_TCP_UNREAD);
}

void gmg_stream_judge(struct gmg_sip *sip, struct gmg_verdict *v)
{
	struct gmg_streams *streams = sip->c->gn->streams;
	u8 watching[GMGUARD_REASON_MAX + 1];
	struct sk_buff *skb = sip->c->skb;
	struct gmg_stream_key key = {
		.there = sip->peer, .family = sip->c->family,
		.here_port = sip->out ? sip->f->sport : sip->f->dport,
		.there_port = sip->out ? sip->f->dport : sip->f->sport,
	};
	int dif = sip->c->dev->ifindex;
	struct gmg_segment g;
	struct gmg_stream *s;
	struct gmg_view w;

	if (sip->mode[GMGUARD_REASON_STREAM_ORDER] == GMGUARD_MODE_OFF) {
		pass_unread(sip, v);
		return;
	}
	if (!gmg_segment_read(&g, skb, sip->f->transport, sip->c->family, !sip->out))
		return;
	gmg_flow_addr(&key.here, sip->c->family, sip->out ? sip->f->src : sip->f->dst);
	if (sip->out && skb->sk && sk_fullsock(skb->sk) && skb->sk->sk_bound_dev_if)
		dif = skb->sk->sk_bound_dev_if;
	if (is_watched(sip)) {
		watch_only(sip->mode, watching);
		sip->mode = watching;
	}
	s = gmg_stream_find(streams, &key);
	if (g.rst) {
		if (s)
			gmg_stream_ends(streams, s);
		return;
	}
	w = gmg_stream_look(sip->c->gn, &key, dif);
	if (g.syn) {
		begin(streams, sip, s, &g, &w, v);
		return;
	}
	if (!s)
		s = open_stream(streams, sip, &key, dif, &g, &w, v);
	if (!s)
		return;
	if (!gmg_half_fits(streams, sip->c->pol, &s->in, sip->c->pol->stream_octets))
		gmg_stream_make_room(streams);
	spin_lock_bh(&s->lock);
	judge_locked(streams, sip, s, &g, &w, v);
	spin_unlock_bh(&s->lock);
}
