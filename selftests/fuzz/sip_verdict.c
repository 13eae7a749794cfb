// SPDX-License-Identifier: GPL-2.0
/* Facts, verdict and what is removed: whatever comes, in whatever context, what is
 * delivered has nothing in it that would be removed again, and is the same but for
 * what was. Private identities are found in one piece as octet by octet, and wherever they are
 * plainly written. The first three octets of the input are the context and the modes.
 */
#include "../../kmod/pure/sip_verdict.h"
#include "fuzz.h"

enum { SIZE = 8192 };

static struct gmg_sip_context context(const u8 *octets)
{
	u32 bits = octets[1];

	return (struct gmg_sip_context){
		.trust = octets[0] % (GMG_TRUST_FOREIGN + 1), .port = octets[0] / 5 % 3,
		.sa = octets[0] / 15 % 4, .out = octets[0] >> 7, .anonymous = bits & 1,
		.dialog = bits & 2 ? GMG_SIP_DIALOG_EARLY + (bits >> 7) + (octets[0] >> 6 & 1) : 0,
		.to_protected = octets[0] >> 5 & 1, .transaction = bits & 4, .withheld = bits & 8,
		.flooded = bits & 16, .via_other = bits & 32, .user_other = bits & 64,
	};
}

/* An IMPI of an IMSI without any escape, with nothing but white space around it. */
static bool is_plain(const u8 *p, u32 len)
{
	static const u8 pattern[] = " ###############@ims.mnc###.mcc###.3gppnetwork.org ";
	u32 i;

	for (i = 0; i < sizeof(pattern) - 1; i++)
		if (i >= len || (pattern[i] == '#' ? p[i] < '0' || p[i] > '9' : p[i] != pattern[i]))
			return false;
	return true;
}

/* @plain: there is one in what was asked for */
struct octets {
	const u8 *p;
	u32 len;
	bool *plain;
};

static bool copy(const void *arg, u32 start, u32 len, u8 *to)
{
	const struct octets *o = arg;

	HOLDS(start <= o->len && len <= o->len - start);
	memcpy(to, o->p + start, len);
	for (u32 at = 0; at < len; at++)
		*o->plain |= is_plain(to + at, len - at);
	return true;
}

static u8 tmpi(const void *arg, const u8 *user)
{
	(void)arg;
	return GMG_SIP_TMPI_KNOWN + *user % 3;
}

static bool bound(const void *arg, const u8 *impi, u32 len)
{
	(void)arg;
	HOLDS(len && len <= GMGUARD_IMPI_MAX);
	return impi[len / 2] & 1;
}

static struct gmg_sip_identity read_identity(const u8 *p, u32 len, u32 piece, bool *plain)
{
	const struct octets o = { p, len, plain };
	const struct gmg_sip_who who = { copy, tmpi, bound, &o };
	struct gmg_sip_identity id = { 0 };
	struct gmg_sip_batch batch;
	struct gmg_sip_scan s;
	u32 at, end;

	gmg_sip_scan_init(&s, false, GMG_SIP_FACTS_PARAMS, 0);
	for (at = 0; at < len;)
		for (end = len - at < piece ? len : at + piece; at < end;) {
			at += gmg_sip_scan(&s, p + at, end - at, &batch);
			gmg_sip_identity_take(&id, &batch, &who);
		}
	gmg_sip_scan_end(&s, &batch);
	gmg_sip_identity_take(&id, &batch, &who);
	return id;
}

static struct gmg_sip_identity check_identity(const u8 *p, u32 len)
{
	bool plain = false;
	struct gmg_sip_identity whole = read_identity(p, len, len, &plain);
	struct gmg_sip_identity pieces = read_identity(p, len, 1, &plain);

	HOLDS(!memcmp(&whole, &pieces, sizeof(whole)));
	HOLDS(whole.exposed || (!whole.bound && !plain));
	return whole;
}

static void check_extent(struct gmg_sip_extent x, u32 len)
{
	HOLDS(x.start <= len && x.len <= len - x.start);
}

static void check_facts(const struct gmg_sip_facts *f, u32 len)
{
	check_extent(f->uri, len);
	check_extent(f->sent_by, len);
	check_extent(f->received, len);
	check_extent(f->branch, len);
	check_extent(f->call_id, len);
	check_extent(f->from_tag, len);
	check_extent(f->to_tag, len);
	check_extent(f->username, len);
	HOLDS(f->cuts <= GMG_SIP_CUTS && f->usernames <= 2);
	HOLDS(f->dialled_len <= GMG_SIP_DIALLED_MAX);
	HOLDS(!(f->items & ~f->watched) && !(f->lost & ~f->items));
	for (const struct gmg_sip_cut *c = f->cut; c < f->cut + f->cuts; c++) {
		check_extent((struct gmg_sip_extent){ c->name, c->name_len }, len);
		check_extent((struct gmg_sip_extent){ c->value, c->value_len }, len);
		HOLDS(f->items >> c->item & 1);
	}
}

static void check_verdict(const struct gmg_sip_facts *f, const struct gmg_sip_verdict *v,
			  const u8 *mode)
{
	HOLDS(v->v.reason && v->v.reason <= GMGUARD_REASON_MAX);
	HOLDS(!v->v.drop || mode[v->v.reason] == GMGUARD_MODE_ENFORCE);
	HOLDS(!v->v.drop || (!v->scrub && !v->v.scrubbed));
	HOLDS(!v->scrub == !v->v.scrubbed);
	HOLDS(!(v->scrub & ~f->items) && !(v->scrub & f->lost));
	for (u32 i = 1; i <= GMGUARD_REASON_MAX; i++) {
		HOLDS(!(v->v.observed >> i & 1) || mode[i] == GMGUARD_MODE_OBSERVE ||
		      ((i == GMGUARD_REASON_IMPI_EXPOSED || i == GMGUARD_REASON_EMERGENCY_ONLY) &&
		       mode[i] == GMGUARD_MODE_ENFORCE));
		HOLDS(!(v->v.scrubbed >> i & 1) || mode[i] == GMGUARD_MODE_ENFORCE);
	}
}

/* What is of no item is as it was. */
static void check_rest(const struct gmg_sip_facts *f, u64 items, const u8 *a, const u8 *b, u32 len)
{
	static u8 cut[SIZE];

	memset(cut, 0, len);
	for (const struct gmg_sip_cut *c = f->cut; c < f->cut + f->cuts; c++) {
		if (!(items >> c->item & 1))
			continue;
		memset(cut + c->name, 1, c->name_len);
		memset(cut + c->value, 1, c->value_len);
	}
	for (u32 i = 0; i < len; i++)
		HOLDS(cut[i] ? b[i] == 'x' : a[i] == b[i]);
}

static void check(const u8 *p, u32 len, struct gmg_sip_context *c, const u8 *mode)
{
	const struct gmg_sip_matrix *m = &gmg_sip_matrix_default;
	u64 items = gmg_sip_matrix_items(m, gmg_sip_boundary(c));
	static struct gmg_sip_facts f, left;
	struct gmg_sip_verdict v, again;
	static u8 out[SIZE];

	gmg_sip_facts_read(&f, items, p, len);
	check_facts(&f, len);
	c->emergency = gmg_sip_facts_emergency(&f, NULL, 0);
	v = gmg_sip_verdict(&f, c, m, mode);
	check_verdict(&f, &v, mode);
	if (v.v.drop)
		return;
	memcpy(out, p, len);
	gmg_sip_facts_scrub(&f, v.scrub, out, len, 0);
	check_rest(&f, v.scrub, p, out, len);

	gmg_sip_facts_read(&left, items, out, len);
	again = gmg_sip_verdict(&left, c, m, mode);
	HOLDS(!again.v.drop && !again.scrub && again.v.reason == v.v.reason);
	HOLDS(left.what == f.what && left.method == f.method && left.status == f.status);
	HOLDS(left.headers_end == f.headers_end && !(left.bad & ~f.bad));
	HOLDS(left.privacy == f.privacy && left.usernames == f.usernames);
	/* with a header goes what is in its value */
	HOLDS(!(left.items & ~f.items));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static u8 mode[GMGUARD_REASON_MAX + 1];
	struct gmg_sip_context c;

	if (size < 3 || size > SIZE)
		return 0;
	c = context(data);
	c.identity = check_identity(data + 3, size - 3);
	if (data[1] & 0x80)
		c.identity = (struct gmg_sip_identity){ 0 };
	c.fallback = data[2] & 0x40;
	for (u32 i = 0; i <= GMGUARD_REASON_MAX; i++)
		mode[i] = data[2] & 0x80 ? (data[2] + i) % 3 : GMGUARD_MODE_ENFORCE;
	check(data + 3, size - 3, &c, mode);
	/* what is malformed, and all else, let pass but for what is removed */
	memset(mode, GMGUARD_MODE_OBSERVE, sizeof(mode));
	for (u32 i = 1; i < GMG_SIP_ITEM_COUNT; i++)
		mode[gmg_sip_item_reason(i)] = GMGUARD_MODE_ENFORCE;
	check(data + 3, size - 3, &c, mode);
	return 0;
}
