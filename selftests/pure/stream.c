// SPDX-License-Identifier: GPL-2.0
/* Streams: the very objects that are in the module. Whatever segments come, in whatever
 * order and with whatever in them, what a receiver assembles of what goes on is what was
 * approved; and what goes on of a message before its headers are over never becomes what
 * may have to be removed.
 * rule: N20 RFC 3261 18.3
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../kmod/pure/sip_facts.h"
#include "../../kmod/pure/stream.h"

enum { LEN = 48, ROUNDS = 40000 };

static int tests, failed;

static void result(bool good, const char *what)
{
	printf("%s %d %s\n", good ? "ok" : "not ok", ++tests, what);
	failed += !good;
}

static const struct row {
	const char *what;
	struct gmg_stream_half half;
	u32 seq;
	u32 len;
	u8 kind;
	u32 fresh;
	struct gmg_stream_part part;	/* if nothing else is approved */
} rows[] = {
	{ "the octets that come next", { 10, 10, 10 }, 10, 5, GMG_STREAM_NEW, 5, { 10, 0 } },
	{ "a gap", { 10, 10, 10 }, 11, 5, GMG_STREAM_AHEAD, 0 },
	{ "a FIN behind a gap", { 10, 10, 10 }, 11, 0, GMG_STREAM_AHEAD, 0 },
	{ "a keep-alive of one octet", { 10, 10, 10 }, 9, 1, GMG_STREAM_OLD, 0, { 10, 0 } },
	{ "half of it is old", { 10, 10, 10 }, 8, 4, GMG_STREAM_NEW, 2, { 10, 0 } },
	{ "all of it is old, and more was approved", { 10, 20, 20 }, 5, 5, GMG_STREAM_OLD, 0, { 10, 0 } },
	{ "approved, and not acknowledged", { 10, 20, 20 }, 12, 5, GMG_STREAM_AGAIN, 0, { 12, 5 } },
	{ "partly acknowledged", { 10, 20, 20 }, 5, 10, GMG_STREAM_AGAIN, 0, { 10, 5 } },
	{ "approved, and held", { 10, 20, 30 }, 12, 18, GMG_STREAM_STALLED, 0, { 12, 8 } },
	{ "held", { 10, 20, 30 }, 20, 5, GMG_STREAM_STALLED, 0, { 20, 0 } },
	{ "held, but not the first of it", { 10, 20, 30 }, 25, 5, GMG_STREAM_AGAIN, 0, { 20, 0 } },
	{ "held, and new", { 10, 20, 30 }, 20, 15, GMG_STREAM_NEW, 5, { 20, 0 } },
	{ "new alone behind what is held", { 10, 20, 30 }, 30, 5, GMG_STREAM_NEW, 5, { 20, 0 } },
	{ "no octet", { 10, 20, 20 }, 20, 0, GMG_STREAM_AGAIN, 0, { 20, 0 } },
	{ "no octet, behind what is held", { 10, 20, 30 }, 30, 0, GMG_STREAM_AGAIN, 0, { 20, 0 } },
	{ "over the end of numbers", { -4U, -2U, 3 }, -4U, 10, GMG_STREAM_NEW, 3, { -4U, 2 } },
	{ "ahead over it", { -4U, -4U, -4U }, 1, 1, GMG_STREAM_AHEAD, 0 },
	{ "old over it", { 3, 3, 3 }, -5U, 8, GMG_STREAM_OLD, 0, { 3, 0 } },
};

static bool row_holds(const struct row *row)
{
	struct gmg_stream_part part;
	u32 fresh;

	if (gmg_stream_kind(&row->half, row->seq, row->len, &fresh) != row->kind ||
	    fresh != row->fresh)
		return false;
	if (row->kind == GMG_STREAM_AHEAD)
		return true;
	part = gmg_stream_part(&row->half, row->half.appr, row->seq, row->len);
	return part.seq == row->part.seq && part.len == row->part.len;
}

static bool acks_hold(void)
{
	struct gmg_stream_half h = { 10, 20, 30 };

	gmg_stream_acked(&h, 15);
	gmg_stream_acked(&h, 12);
	if (h.una != 15)
		return false;
	gmg_stream_acked(&h, 31);
	return h.una == 20 && h.appr == 20 && h.nxt == 30;
}

/* A receiver as odd as there may be: of octets that it has not read yet it takes the first or
 * the last that come, and reads when it likes.
 */
struct receiver {
	u32 begin;
	u32 nxt;
	u8 octets[LEN];
	bool there[LEN];
	bool last;
};

static bool receive(struct receiver *r, struct gmg_stream_part part, const u8 *octets)
{
	for (u32 i = 0; i < part.len; i++) {
		u32 at = part.seq + i - r->begin;

		if (at >= LEN)
			return false;
		if (gmg_stream_before(part.seq + i, r->nxt) || (r->there[at] && !r->last))
			continue;
		r->there[at] = true;
		r->octets[at] = octets[i];
	}
	if (random() % 2)
		while (r->nxt - r->begin < LEN && r->there[r->nxt - r->begin])
			r->nxt++;
	return true;
}

/* What a hook does, with a rule of its own: '.' ends what is to be judged, and one that had
 * '!' is refused. @came: all octets of the stream, as they came first.
 */
struct model {
	struct gmg_stream_half half;
	u32 begin;
	u8 came[LEN];
	bool refused;
};

static struct gmg_stream_part judge(struct model *m, u32 seq, u32 len, const u8 *octets)
{
	u32 fresh, appr = m->half.appr, i;
	bool bad = false;

	if (gmg_stream_kind(&m->half, seq, len, &fresh) == GMG_STREAM_AHEAD || m->refused)
		return (struct gmg_stream_part){ m->half.una, 0 };
	memcpy(m->came + (m->half.nxt - m->begin), octets + len - fresh, fresh);
	m->half.nxt += fresh;
	for (i = m->half.appr; i != m->half.nxt && !m->refused; i++) {
		u8 c = m->came[i - m->begin];

		bad |= c == '!';
		if (c != '.')
			continue;
		m->refused = bad;
		if (!bad)
			m->half.appr = i + 1;
	}
	return gmg_stream_part(&m->half, appr, seq, len);
}

/* Of @good and @bad octets, in any pieces and order, then the good ones in order until all
 * have arrived.
 */
static bool round_holds(u32 begin, const u8 *good, const u8 *bad)
{
	struct model m = { .begin = begin };
	struct receiver r = { .begin = begin, .nxt = begin, .last = random() % 2 };
	u32 i, at, len;

	gmg_stream_begin(&m.half, begin);
	for (i = 0; i < 4 * LEN; i++) {
		bool wild = i < 2 * LEN;
		struct gmg_stream_part part;

		at = wild ? (u32)random() % LEN : r.nxt - begin;
		if (at == LEN)
			break;
		len = wild ? (u32)random() % (LEN - at) + 1 : LEN - at;
		part = judge(&m, begin + at, len, (wild && random() % 2 ? bad : good) + at);
		if (gmg_stream_before(m.half.appr, part.seq + part.len) ||
		    gmg_stream_before(part.seq, m.half.una) ||
		    !receive(&r, part, m.came + (part.seq - begin)))
			return false;
		gmg_stream_acked(&m.half, r.nxt);
	}
	for (at = 0; at < r.nxt - begin; at++)
		if (r.octets[at] != m.came[at])
			return false;
	return !memchr(r.octets, '!', r.nxt - begin) &&
	       !gmg_stream_before(m.half.appr, r.nxt) &&
	       (m.refused || r.nxt == m.half.appr);
}

static bool rounds_hold(u32 begin)
{
	u8 good[LEN], bad[LEN];

	for (int n = 0; n < ROUNDS; n++) {
		for (u32 i = 0; i < LEN; i++) {
			good[i] = "abcdefg."[random() % 8];
			bad[i] = "ABCDEFG!."[random() % 9];
		}
		good[LEN - 1] = '.';
		if (!round_holds(begin, good, bad))
			return false;
	}
	return true;
}

/* Every order of three segments, and each once more. */
static bool orders_hold(u32 begin)
{
	static const u8 order[6][3] = {
		{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
	};
	static const u8 good[] = "one.two.three, four.";
	const u32 all = sizeof(good) - 1;

	for (u32 a = 1; a < all; a++)
		for (u32 b = a + 1; b < all; b++)
			for (int o = 0; o < 6; o++) {
				const u32 cut[] = { 0, a, b, all };
				struct model m = { .begin = begin };
				struct receiver r = { .begin = begin, .nxt = begin };

				gmg_stream_begin(&m.half, begin);
				for (int i = 0; i < 4 * 3; i++) {
					u32 from = cut[order[o][i % 3]], to = cut[order[o][i % 3] + 1];
					struct gmg_stream_part part;

					part = judge(&m, begin + from, to - from, good + from);
					receive(&r, part, m.came + (part.seq - begin));
				}
				if (m.half.appr - begin != all || memcmp(m.came, good, all))
					return false;
				for (u32 i = 0; i < all; i++)
					if (!r.there[i] || r.octets[i] != good[i])
						return false;
			}
	return true;
}

/* Lets a message go in pieces, as if its sender had waited after each; then no reader may
 * find any of @items in what went.
 */
static bool early_holds(const char *text, u64 items, u32 a, u32 b)
{
	struct gmg_sip_facts facts, seen;
	struct gmg_sip_batch batch;
	struct gmg_sip_scan s;
	u32 len = strlen(text), appr = 0, to, at;
	const u32 cut[] = { a, b, len };
	u8 octets[1024];

	memcpy(octets, text, len);
	gmg_sip_facts_init(&facts, items);
	gmg_sip_scan_init(&s, true, GMG_SIP_FACTS_PARAMS, 0);
	for (int i = 0; i < 3; i++) {
		u32 end = cut[i];

		for (at = s.pos; at < end; gmg_sip_facts_take(&facts, &s, &batch))
			at += gmg_sip_scan(&s, (const u8 *)text + at, end - at, &batch);
		if (end == len)
			break;
		to = gmg_sip_scan_clear(&s);
		if (to <= appr) {
			appr = end;
			continue;
		}
		gmg_sip_facts_scrub_open(&facts, &s, items, octets + appr, to - appr, appr);
		appr = to;
	}
	gmg_sip_facts_scrub(&facts, items, octets + appr, len - appr, appr);
	for (at = 0; at < len; at++)
		if (octets[at] != (u8)text[at] && octets[at] != 'x')
			return false;
	gmg_sip_facts_read(&seen, items, octets, len);
	if (!facts.headers_end || !seen.headers_end || seen.bad || seen.what != facts.what)
		return false;
	return !(seen.items & items);
}

#define MESSAGE(lines) \
	"INVITE sip:bob@ims.example SIP/2.0\r\nVia: SIP/2.0/TCP a;branch=b\r\n" lines \
	"CSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"

static const struct early {
	const char *what;
	const char *text;
	u64 items;
} early[] = {
	{ "nothing to remove", MESSAGE("Subject: x\r\n"), GMG_SIP_ITEM(P_ASSERTED_IDENTITY) },
	{ "a header", MESSAGE("P-Asserted-Identity: <sip:boss@ims.example>\r\nX: y\r\n"),
	  GMG_SIP_ITEM(P_ASSERTED_IDENTITY) },
	{ "with white space", MESSAGE("p-asserted-identity  : \t<sip:boss@ims.example>\r\nX: y\r\n"),
	  GMG_SIP_ITEM(P_ASSERTED_IDENTITY) },
	{ "two", MESSAGE("P-Asserted-Identity: <sip:a>\r\nRemote-Party-ID: <sip:b>\r\n"),
	  GMG_SIP_ITEM(P_ASSERTED_IDENTITY) | GMG_SIP_ITEM(REMOTE_PARTY_ID) },
	{ "a parameter", MESSAGE("Authorization: Digest username=\"u\", integrity-protected=\"yes\", uri=\"x\"\r\n"),
	  GMG_SIP_ITEM(PARAM_INTEGRITY_PROTECTED) },
	{ "a short one", MESSAGE("From: <sip:a@b;cpc=operator>;tag=1\r\n"), GMG_SIP_ITEM(PARAM_CPC) },
	{ "History-Info", MESSAGE("History-Info: <sip:a@b?Privacy=history>;index=1\r\n"),
	  GMG_SIP_ITEM(HISTORY_INFO) },
};

static bool every_cut_holds(const struct early *e)
{
	u32 len = strlen(e->text);

	for (u32 a = 1; a < len; a++)
		for (u32 b = a + 1; b < len; b++)
			if (!early_holds(e->text, e->items, a, b)) {
				printf("# cut at %u and %u\n", a, b);
				return false;
			}
	return true;
}

int main(void)
{
	size_t i;

	printf("TAP version 13\n");
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		result(row_holds(&rows[i]), rows[i].what);
	result(acks_hold(), "acknowledged is what was approved, and only ever more");
	result(orders_hold(1), "three segments in every order");
	result(orders_hold(-5U), "over the end of numbers");
	result(rounds_hold(1), "any segments: what is assembled is what was approved");
	result(rounds_hold(-20U), "over the end of numbers, too");
	for (i = 0; i < sizeof(early) / sizeof(*early); i++)
		result(every_cut_holds(&early[i]), early[i].what);
	printf("1..%d\n", tests);
	return failed != 0;
}
