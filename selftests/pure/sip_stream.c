// SPDX-License-Identifier: GPL-2.0
/* Messages over TCP, read by the very objects that are in the module: however a stream is
 * cut, in whatever order and with whatever sent in the place of what was there, what arrives
 * is what the whole message would have been, less what is to be removed.
 *
 * Arguments are files, each a stream; without any, some of our own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../kmod/pure/sip_facts.h"
#include "../../kmod/pure/stream.h"

enum { LEN_MAX = 1 << 16, ROUNDS = 24 };

static const u64 all = (1ULL << GMG_SIP_ITEM_COUNT) - 1;

/* One direction, as kmod/stream.c has it; @octets: all of them from the first on. */
struct half {
	struct gmg_stream_half at;
	u32 begin;
	struct gmg_sip_scan scan;
	struct gmg_sip_facts facts;
	bool judged;
	bool early;
	u8 octets[LEN_MAX];
};

/* What has arrived: the first copy of each octet counts. */
struct receiver {
	u32 next;
	u8 octets[LEN_MAX];
	bool there[LEN_MAX];
};

static int tests, failed, waiting;

static void result(bool good, const char *what)
{
	printf("%s %d %s\n", good ? "ok" : "not ok", ++tests, what);
	failed += !good;
}

/* The same numbers each time. */
static u32 any(u32 n)
{
	static u32 x = 1;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x % n;
}

static void begin(struct half *h, u32 at)
{
	gmg_stream_begin(&h->at, at);
	h->begin = at;
	h->judged = false;
	h->early = false;
	gmg_sip_scan_init(&h->scan, true, GMG_SIP_FACTS_PARAMS, at);
	gmg_sip_facts_init(&h->facts, all);
}

static bool is_open(const struct half *h)
{
	return !h->judged && !gmg_sip_scan_idle(&h->scan);
}

/* Reads what has come, as the module does, but refuses nothing. */
static void read_on(struct half *h)
{
	struct gmg_sip_batch batch;

	while (h->scan.pos != h->at.nxt) {
		gmg_sip_scan(&h->scan, h->octets + (h->scan.pos - h->begin),
			     h->at.nxt - h->scan.pos, &batch);
		gmg_sip_facts_take(&h->facts, &h->scan, &batch);
		if (!h->judged && (h->facts.headers_end || h->facts.dead ||
				   h->facts.what == GMG_SIP_IS_COMPRESSED)) {
			gmg_sip_facts_scrub(&h->facts, all,
					    h->octets + (h->at.appr - h->begin),
					    gmg_stream_held(&h->at), h->at.appr);
			h->judged = true;
		}
		if (h->facts.ended) {
			gmg_sip_facts_init(&h->facts, all);
			h->judged = false;
			h->early = false;
		}
		if (!is_open(h))
			h->at.appr = h->scan.pos;
		else if (gmg_stream_before(h->at.appr, h->scan.begin))
			h->at.appr = h->scan.begin;
	}
}

static void let_go(struct half *h)
{
	u32 to = gmg_sip_scan_clear(&h->scan);

	h->early = true;
	if (!gmg_stream_before(h->at.appr, to)) {
		h->at.appr = h->at.nxt;
		return;
	}
	gmg_sip_facts_scrub_open(&h->facts, &h->scan, all,
				 h->octets + (h->at.appr - h->begin), to - h->at.appr,
				 h->at.appr);
	h->at.appr = to;
}

/* A segment of @len octets, @at behind the first. */
static void segment(struct half *h, struct receiver *r, const u8 *p, u32 at, u32 len)
{
	u32 fresh, appr = h->at.appr, i;
	struct gmg_stream_part part;
	enum gmg_stream_kind kind;

	kind = gmg_stream_kind(&h->at, h->begin + at, len, &fresh);
	if (kind == GMG_STREAM_AHEAD)
		return;
	memcpy(h->octets + (h->at.nxt - h->begin), p + len - fresh, fresh);
	h->at.nxt += fresh;
	read_on(h);
	if (gmg_stream_held(&h->at) && (kind == GMG_STREAM_STALLED || h->early))
		let_go(h);
	part = gmg_stream_part(&h->at, appr, h->begin + at, len);
	for (i = 0; i < part.len; i++) {
		u32 to = part.seq + i - h->begin;

		if (!r->there[to])
			r->octets[to] = h->octets[to];
		r->there[to] = true;
	}
	while (r->next < LEN_MAX && r->there[r->next])
		r->next++;
	gmg_stream_acked(&h->at, h->begin + r->next);
}

static void forget(struct receiver *r, u32 len)
{
	r->next = 0;
	memset(r->there, 0, len + 1);
}

static bool arrived(const struct receiver *r, const u8 *wanted, u32 len, const char *how, u32 at)
{
	if (r->next == len && !memcmp(r->octets, wanted, len))
		return true;
	printf("# %s at %u: %u octets of %u, or others\n", how, at, r->next, len);
	return false;
}

/* Has it, read as a datagram, an item, or other octets than @p but for 'x'? */
static bool is_clean(const u8 *got, const u8 *p, u32 len)
{
	static struct gmg_sip_facts f;
	u32 i;

	for (i = 0; i < len; i++)
		if (got[i] != p[i] && got[i] != 'x')
			return false;
	gmg_sip_facts_read(&f, all, got, len);
	return !(f.items & all);
}

/* One @len octets long, numbered from @from on. */
static bool stream_holds(const u8 *p, u32 len, u32 from)
{
	static const u8 orders[6][3] = {
		{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
	};
	static u8 whole[LEN_MAX], other[LEN_MAX];
	static struct receiver r;
	static struct half h;
	bool cuts;
	u32 i, n;

	begin(&h, from);
	forget(&r, len);
	segment(&h, &r, p, 0, len);
	/* what ends within the headers of a message waits */
	if (r.next != len) {
		waiting++;
		return true;
	}
	memcpy(whole, r.octets, len);
	/* more than there is room for is refused */
	cuts = !h.facts.lost;
	for (i = 0; i < len; i++)
		other[i] = p[i] ^ 0x11;

	for (i = 1; i < len; i++) {
		/* in order; what was there is sent again, and is another */
		begin(&h, from);
		forget(&r, len);
		segment(&h, &r, p, 0, i);
		segment(&h, &r, other, 0, r.next);
		segment(&h, &r, p + i, i, len - i);
		segment(&h, &r, other, 0, len);
		if (!arrived(&r, whole, len, "cut", i))
			return false;
		/* its sender waits for each of them */
		begin(&h, from);
		forget(&r, len);
		for (n = 0; n < len; n += i) {
			u32 some = i < len - n ? i : len - n;

			segment(&h, &r, p + n, n, some);
			if (r.next <= n)
				segment(&h, &r, other + n, n, some);
		}
		for (n = 0; r.next < len && n < len; n++)
			segment(&h, &r, other + r.next, r.next, len - r.next);
		if (r.next != len || (cuts && !is_clean(r.octets, p, len))) {
			printf("# waits every %u: %u of %u\n", i, r.next, len);
			return false;
		}
	}
	for (i = 0; i < ROUNDS * 6; i++) {
		u32 a = any(len), b = a + any(len - a), cut[] = { 0, a, b, len };

		begin(&h, from);
		forget(&r, len);
		for (n = 0; n < 9; n++) {
			u32 k = orders[i % 6][n % 3];

			segment(&h, &r, p + cut[k], cut[k], cut[k + 1] - cut[k]);
		}
		/* what was held may have been let go */
		if (r.next != len)
			return false;
	}
	return true;
}

static const struct {
	const char *what;
	const char *text;
} rows[] = {
#define HEAD "INVITE sip:bob@ims.example SIP/2.0\r\nVia: SIP/2.0/TCP a;branch=b\r\n"
#define TAIL "CSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"
	{ "a message", HEAD TAIL },
	{ "two", HEAD TAIL HEAD TAIL },
	{ "one with a body", HEAD "CSeq: 1 INVITE\r\nContent-Length: 4\r\n\r\na\r\n\r" HEAD TAIL },
	{ "keep-alives about it", "\r\n\r\n" HEAD TAIL "\r\n\r\n" HEAD TAIL },
	{ "P-Asserted-Identity", HEAD "P-Asserted-Identity: <sip:boss@ims.example>\r\n" TAIL },
	{ "in folds", HEAD "p-asserted-identity :\r\n <sip:boss@ims.example>,\r\n <tel:1>\r\n" TAIL },
	{ "parameters", HEAD "Authorization: Digest username=\"u\", integrity-protected=\"yes\", ik=1\r\n" TAIL },
};

static int files_hold(int n, char **files)
{
	static u8 p[LEN_MAX];
	int wrong = 0, count = n;

	while (n--) {
		FILE *f = fopen(*files, "rb");
		size_t len;

		if (!f) {
			perror(*files);
			return 1;
		}
		len = fread(p, 1, LEN_MAX - 1, f);
		fclose(f);
		if (len && !stream_holds(p, len, -50U)) {
			printf("# %s\n", *files);
			wrong++;
		}
		files++;
	}
	printf("%d streams, of %d the end waits\n", count, waiting);
	return wrong != 0;
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return files_hold(argc - 1, argv + 1);
	puts("TAP version 13");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const u8 *p = (const u8 *)rows[i].text;
		u32 len = strlen(rows[i].text);

		result(stream_holds(p, len, 1) && stream_holds(p, len, -len / 2), rows[i].what);
	}
	printf("1..%d\n", tests);
	return failed != 0;
}
