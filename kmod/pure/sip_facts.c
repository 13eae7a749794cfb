// SPDX-License-Identifier: GPL-2.0
#include "sip_facts.h"

/* Of a letter, names are tokens that nobody knows, and values are text, whatever
 * they were: a header x...: x... (RFC 3261 7.3.1), a parameter x...=x...
 */
enum { FILLER = 'x' };

void gmg_sip_facts_init(struct gmg_sip_facts *f, u64 items)
{
	*f = (struct gmg_sip_facts){ .watched = items };
}

/* An item that cannot be cut out. */
static void lose_item(struct gmg_sip_facts *f, u8 item)
{
	f->items |= f->watched & BIT_ULL(item);
	f->lost |= f->watched & BIT_ULL(item);
}

/* A cut of what only privacy may ask for, which is kept most often; or NULL. */
static struct gmg_sip_cut *give_up(struct gmg_sip_facts *f)
{
	const u64 some = GMG_SIP_ITEMS_OF_ID | GMG_SIP_ITEMS_OF_HISTORY;
	struct gmg_sip_cut *cut = f->cut + GMG_SIP_CUTS;

	while (cut-- > f->cut)
		if (some & BIT_ULL(cut->item)) {
			lose_item(f, cut->item);
			return cut;
		}
	return NULL;
}

static void take_item(struct gmg_sip_facts *f, u8 item, const struct gmg_sip_event *e)
{
	struct gmg_sip_cut *cut;

	if (!(f->watched & BIT_ULL(item)))
		return;
	f->items |= BIT_ULL(item);
	cut = f->cuts < GMG_SIP_CUTS ? &f->cut[f->cuts++] : give_up(f);
	if (cut)
		*cut = (struct gmg_sip_cut){
			.name = e->start, .name_len = e->len, .item = item,
			.value = e->value, .value_len = e->value_len,
		};
	else
		lose_item(f, item);
}

static void take_value(struct gmg_sip_extent *extent, const struct gmg_sip_event *e)
{
	if (!extent->len)
		*extent = (struct gmg_sip_extent){ e->value, e->value_len };
}

static void take_request(struct gmg_sip_facts *f, const struct gmg_sip_scan *s,
			 const struct gmg_sip_event *e)
{
	f->what = GMG_SIP_IS_REQUEST;
	f->method = e->id;
	f->uri = (struct gmg_sip_extent){ e->start, e->len };
	f->uri_class = e->number;
	f->dialled_len = s->dialled_len;
	memcpy(f->dialled, s->dialled, sizeof(f->dialled));
}

/* In two octets more than "supported" there is no other word (RFC 5009 8). */
static bool only_supported(const struct gmg_sip_facts *f, const struct gmg_sip_event *e)
{
	return f->supported && e->value_len <= f->supported + 2 &&
	       (f->method == GMG_SIP_INVITE || f->method == GMG_SIP_PRACK ||
		f->method == GMG_SIP_UPDATE);
}

static void take_header(struct gmg_sip_facts *f, const struct gmg_sip_event *e)
{
	u8 item = gmg_sip_item_of_header[e->id];

	f->headers |= BIT_ULL(e->id);
	switch (e->id) {
	case GMG_SIP_CALL_ID:
		take_value(&f->call_id, e);
		break;
	case GMG_SIP_CSEQ:
		f->cseq = e->number;
		break;
	case GMG_SIP_AUTHORIZATION:
	case GMG_SIP_PROXY_AUTHORIZATION:
		/* in quotes, too: there are cores that search the whole header for it */
		if (e->number > f->named)
			lose_item(f, GMG_SIP_ITEM_PARAM_INTEGRITY_PROTECTED);
		f->named = 0;
		break;
	case GMG_SIP_HISTORY_INFO:
		if (f->private)
			take_item(f, GMG_SIP_ITEM_PARAM_PRIVACY, e);
		f->private = false;
		break;
	case GMG_SIP_P_EARLY_MEDIA:
		if (only_supported(f, e))
			item = GMG_SIP_ITEM_PARAM_SUPPORTED;
		f->supported = 0;
		break;
	case GMG_SIP_REASON:
		if (f->what != GMG_SIP_IS_RESPONSE)
			return;
	}
	if (item != GMG_SIP_ITEM_NONE)
		take_item(f, item, e);
}

static void take_tag(struct gmg_sip_facts *f, const struct gmg_sip_event *e)
{
	if (e->flags & GMG_SIP_IN_URI)
		return;
	if (e->id == GMG_SIP_FROM)
		take_value(&f->from_tag, e);
	else if (e->id == GMG_SIP_TO)
		take_value(&f->to_tag, e);
}

static void take_param(struct gmg_sip_facts *f, const struct gmg_sip_event *e)
{
	if (e->id == GMG_SIP_PRIVACY) {
		f->privacy |= BIT(e->param);
		return;
	}
	switch (e->param) {
	case GMG_SIP_PARAM_SENT_BY:
		take_value(&f->sent_by, e);
		break;
	case GMG_SIP_PARAM_RECEIVED:
		take_value(&f->received, e);
		break;
	case GMG_SIP_PARAM_BRANCH:
		take_value(&f->branch, e);
		break;
	case GMG_SIP_PARAM_TAG:
		take_tag(f, e);
		break;
	case GMG_SIP_PARAM_SOS:
		f->sos |= e->id == GMG_SIP_CONTACT && e->flags & GMG_SIP_IN_URI;
		break;
	case GMG_SIP_PARAM_SUPPORTED:
		f->supported = e->len;
		break;
	case GMG_SIP_PARAM_PRIVACY:
		f->private = true;
		break;
	case GMG_SIP_PARAM_USERNAME:
		if (e->id != GMG_SIP_AUTHORIZATION || !(e->flags & GMG_SIP_DIGEST))
			break;
		take_value(&f->username, e);
		f->usernames += f->usernames < 2;
		break;
	default:
		f->named += e->param == GMG_SIP_PARAM_INTEGRITY_PROTECTED;
		if (gmg_sip_item_of_param[e->param] != GMG_SIP_ITEM_NONE)
			take_item(f, gmg_sip_item_of_param[e->param], e);
	}
}

static void take(struct gmg_sip_facts *f, const struct gmg_sip_scan *s,
		 const struct gmg_sip_event *e)
{
	switch (e->type) {
	case GMG_SIP_REQUEST:
		take_request(f, s, e);
		break;
	case GMG_SIP_RESPONSE:
		f->what = GMG_SIP_IS_RESPONSE;
		f->status = e->number;
		break;
	case GMG_SIP_HEADER:
		take_header(f, e);
		break;
	case GMG_SIP_PARAM:
		take_param(f, e);
		break;
	case GMG_SIP_HEADERS_END:
		f->headers_end = true;
		break;
	case GMG_SIP_END:
		f->ended = true;
		break;
	case GMG_SIP_MALFORMED:
		f->bad |= BIT(e->id);
		f->dead |= e->flags & GMG_SIP_DEAD;
		break;
	case GMG_SIP_KEEPALIVE:
	case GMG_SIP_STUN:
		f->what = GMG_SIP_IS_KEEPALIVE;
		break;
	case GMG_SIP_COMPRESSED:
		f->what = GMG_SIP_IS_COMPRESSED;
		break;
	}
}

void gmg_sip_facts_take(struct gmg_sip_facts *f, const struct gmg_sip_scan *s,
			const struct gmg_sip_batch *batch)
{
	const struct gmg_sip_event *e = batch->event, *end = e + batch->count;

	for (; e < end; e++)
		take(f, s, e);
}

void gmg_sip_facts_read(struct gmg_sip_facts *f, u64 items, const u8 *p, u32 len)
{
	struct gmg_sip_batch batch;
	struct gmg_sip_scan s;
	u32 at;

	gmg_sip_facts_init(f, items);
	gmg_sip_scan_init(&s, false, GMG_SIP_FACTS_PARAMS, 0);
	for (at = 0; at < len; gmg_sip_facts_take(f, &s, &batch))
		at += gmg_sip_scan(&s, p + at, len - at, &batch);
	gmg_sip_scan_end(&s, &batch);
	gmg_sip_facts_take(f, &s, &batch);
}

const struct gmg_sip_number gmg_sip_numbers_default[GMG_SIP_NUMBERS_DEFAULT] = {
	{ 3, "112" },
	{ 3, "911" },
};

bool gmg_sip_facts_emergency(const struct gmg_sip_facts *f,
			     const struct gmg_sip_number *numbers, u32 n)
{
	u32 i;

	if (f->what != GMG_SIP_IS_REQUEST)
		return false;
	if (f->uri_class == GMG_SIP_URI_SOS)
		return true;
	if (f->uri_class != GMG_SIP_URI_TEL && f->uri_class != GMG_SIP_URI_PHONE)
		return false;
	for (i = 0; i < n; i++)
		if (f->dialled_len && f->dialled_len == numbers[i].len &&
		    !memcmp(f->dialled, numbers[i].digits, f->dialled_len))
			return true;
	return false;
}

/* @len octets at @start, as far as they are among the @size octets at @p from @pos
 * on; all of them modulo 2^32.
 */
static void fill(u8 *p, u32 size, u32 pos, u32 start, u32 len)
{
	u32 at = start - pos;

	if (at >= 1U << 31) {
		/* it began before */
		if (len <= 0 - at)
			return;
		len += at;
		at = 0;
	}
	if (at >= size)
		return;
	memset(p + at, FILLER, min(len, size - at));
}

void gmg_sip_facts_scrub(const struct gmg_sip_facts *f, u64 items, u8 *p, u32 len, u32 pos)
{
	const struct gmg_sip_cut *cut;

	for (cut = f->cut; cut < f->cut + f->cuts; cut++) {
		if (!(items & BIT_ULL(cut->item)))
			continue;
		fill(p, len, pos, cut->name, cut->name_len);
		fill(p, len, pos, cut->value, cut->value_len);
	}
}

u32 gmg_sip_facts_scrub_len(const struct gmg_sip_facts *f, u64 items)
{
	const struct gmg_sip_cut *cut;
	u32 len = 0;

	for (cut = f->cut; cut < f->cut + f->cuts; cut++)
		if (items & BIT_ULL(cut->item))
			len = max(len, max(cut->name + cut->name_len,
					   cut->value + cut->value_len));
	return len;
}

/* The items that a header may become whose value is not over. */
static u64 may_become(const struct gmg_sip_facts *f, u8 header)
{
	switch (header) {
	case GMG_SIP_HISTORY_INFO:
		return GMG_SIP_ITEM(HISTORY_INFO) | GMG_SIP_ITEM(PARAM_PRIVACY);
	case GMG_SIP_P_EARLY_MEDIA:
		return GMG_SIP_ITEM(P_EARLY_MEDIA) | GMG_SIP_ITEM(PARAM_SUPPORTED);
	case GMG_SIP_REASON:
		if (f->what != GMG_SIP_IS_RESPONSE)
			return 0;
	}
	return BIT_ULL(gmg_sip_item_of_header[header]);
}

void gmg_sip_facts_scrub_open(const struct gmg_sip_facts *f, const struct gmg_sip_scan *s,
			      u64 items, u8 *p, u32 len, u32 pos)
{
	struct gmg_sip_event header, param, name;

	items &= ~BIT_ULL(GMG_SIP_ITEM_NONE);
	gmg_sip_facts_scrub(f, items, p, len, pos);
	if (gmg_sip_scan_open(s, &header, &param)) {
		if (items & may_become(f, header.id)) {
			fill(p, len, pos, header.start, header.len);
			fill(p, len, pos, header.value, header.value_len);
		}
		if (param.type && items & BIT_ULL(gmg_sip_item_of_param[param.param])) {
			fill(p, len, pos, param.start, param.len);
			fill(p, len, pos, param.value, param.value_len);
		}
	}
	if (gmg_sip_scan_name(s, &name) &&
	    items & (name.param ? BIT_ULL(gmg_sip_item_of_param[name.param]) :
				  may_become(f, name.id)))
		fill(p, len, pos, name.start, name.len);
}
