// SPDX-License-Identifier: GPL-2.0
#include "sip_read.h"

void gmg_sip_bad(struct gmg_sip_reader *r, u8 kind, bool dead)
{
	struct gmg_sip_scan *s = r->s;
	struct gmg_sip_event *e;

	if (dead)
		s->state = DEAD;
	if (s->bad & BIT(kind) && !dead)
		return;
	s->bad |= BIT(kind);
	e = report(r, GMG_SIP_MALFORMED);
	e->id = kind;
	e->start = offset(r, r->at);
	e->flags = dead ? GMG_SIP_DEAD : 0;
}

bool gmg_sip_follows_escape(const struct gmg_sip_reader *r, const u8 *at)
{
	const u8 *p = at;

	while (p > r->first && p[-1] == '\\')
		p--;
	return ((at - p) + (p == r->first && r->s->escape)) & 1;
}

/* To the '-' of "y-", or @end. The octet before @at is there. */
static const u8 *next_dash(const u8 *at, const u8 *end)
{
	const u8 *last = whole(at, end, 16);
	u64 x, m;

	/* what is no ASCII may stop this loop, too, and harms nothing */
	while (at < last && !((((gmg_octets_get(at) ^ EACH('-')) - EACH(1)) |
			       ((gmg_octets_get(at + 8) ^ EACH('-')) - EACH(1))) & EACH(0x80)))
		at += 16;
	while (end - at >= 8) {
		x = gmg_octets_get(at) ^ EACH('-');
		m = (x - EACH(1)) & ~x & EACH(0x80);
		at += m ? __ffs64(m) / 8 : 8;
		if (!m)
			continue;
		if ((at[-1] | 0x20) == 'y')
			return at;
		at++;
	}
	while (at < end && (*at != '-' || (at[-1] | 0x20) != 'y'))
		at++;
	return at;
}

/* Where the word may be, or the input ends in the value, is looked at octet by octet. */
void gmg_sip_search(struct gmg_sip_reader *r, bool over)
{
	enum { BEFORE = sizeof("integrity") - 1 };
	static const u8 word[] = "integrity-protected";
	const u8 *at = r->unsearched, *end = r->at;
	struct gmg_sip_scan *s = r->s;
	u8 n = s->match;

	for (; at < end; at++) {
		u8 c;

		if (!n) {
			const u8 *dash = end - at > BEFORE ? next_dash(at + BEFORE, end) : end;

			if (over && dash == end)
				break;
			if (dash - at > BEFORE)
				at = dash - BEFORE;
		}
		c = *at | 0x20;
		/* behind "integri" "in" may be the beginning of another one */
		n = c == word[n] ? n + 1 : n == 7 && c == 'n' ? 2 : c == 'i';
		if (n == sizeof(word) - 1) {
			s->number++;
			n = 0;
		}
	}
	s->match = n;
	r->unsearched = end;
}

static void message_begins(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;

	s->begin = offset(r, r->at);
	s->uri = s->begin;
	s->uri_len = 0;
	s->uri_class = GMG_SIP_URI_OTHER;
	s->dialled_len = 0;
	s->seen = 0;
	s->wanted = s->params;
	s->work = 0;
	s->bad = 0;
	s->status = 0;
	s->method = GMG_SIP_METHOD_OTHER;
	s->header = GMG_SIP_OTHER;
	s->open = GMG_SIP_PARAM_NONE;
	s->in_start = true;
	s->in_uri = false;
	s->has_length = false;
	s->length = 0;
	name_begins(r, METHOD);
}

/* RFC 3261 7.5: line ends before the start line are ignored. */
static void read_begin(struct gmg_sip_reader *r)
{
	while (r->at < r->end && is_line_end(*r->at))
		r->at++;
	if (r->at == r->end)
		return;
	message_begins(r);
	if (*r->at >= 0xf8) {
		report(r, GMG_SIP_COMPRESSED)->start = r->s->begin;
		r->s->state = DEAD;
	} else if (*r->at <= 1 && !r->s->stream) {
		r->s->state = STUN;
	}
}

/* RFC 5389 6: two zero bits, the type, the length, the magic cookie */
static void read_stun(struct gmg_sip_reader *r)
{
	static const u8 cookie[] = { 0x21, 0x12, 0xa4, 0x42 };
	struct gmg_sip_scan *s = r->s;

	while (r->at < r->end && s->len < 8)
		s->room[s->len++] = *r->at++;
	if (s->len < 8)
		return;
	if (memcmp(s->room + 4, cookie, sizeof(cookie))) {
		gmg_sip_bad(r, GMG_SIP_BAD_START, true);
		return;
	}
	report(r, GMG_SIP_STUN)->start = s->begin;
	s->state = DEAD;
}

static void message_ends(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;
	struct gmg_sip_event *e = report(r, GMG_SIP_END);

	e->start = s->begin;
	e->len = offset(r, r->at) - s->begin;
	s->state = START;
}

/* The empty line, RFC 3261 7.5, 18.3. */
static void read_empty(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;
	struct gmg_sip_event *e;

	if (*r->at != '\n') {
		gmg_sip_bad(r, GMG_SIP_BAD_CR, false);
		while (r->at < r->end && *r->at == '\r')
			r->at++;
		if (r->at < r->end && *r->at != '\n')
			name_begins(r, NAME);
		return;
	}
	r->at++;
	e = report(r, GMG_SIP_HEADERS_END);
	e->start = offset(r, r->at);
	e->number = s->length;
	e->flags = s->has_length ? GMG_SIP_HAS_LENGTH : 0;
	s->uri = e->start;
	s->state = BODY;
	s->left = s->length;
	if (s->stream && (!s->has_length || s->bad & BIT(GMG_SIP_BAD_LENGTH)))
		gmg_sip_bad(r, GMG_SIP_BAD_LENGTH, true);
	else if (s->stream && !s->left)
		message_ends(r);
}

static void read_body(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;
	u32 n = r->end - r->at;

	if (s->stream && n > s->left)
		n = s->left;
	r->at += n;
	s->left -= n;
	if (s->stream && !s->left)
		message_ends(r);
}

static void step(struct gmg_sip_reader *r)
{
	u8 state = r->s->state;

	if (state >= PROTOCOL)
		gmg_sip_read_param(r);
	else if (state >= NAME)
		gmg_sip_read_line(r);
	else if (state >= METHOD)
		gmg_sip_read_start(r);
	else if (state == START)
		read_begin(r);
	else if (state == BODY)
		read_body(r);
	else if (state == EMPTY_CR)
		read_empty(r);
	else if (state == STUN)
		read_stun(r);
	else
		r->at = r->end;
}

void gmg_sip_scan_init(struct gmg_sip_scan *s, bool stream, u64 params, u32 pos)
{
	*s = (struct gmg_sip_scan){
		.stream = stream, .params = params, .pos = pos, .begin = pos,
	};
}

u32 gmg_sip_scan(struct gmg_sip_scan *s, const u8 *p, u32 len,
		 struct gmg_sip_batch *batch)
{
	struct gmg_sip_reader r = {
		.s = s, .out = batch->event, .full = batch->event + GMG_SIP_BATCH - STEP_EVENTS,
		.first = p, .at = p, .end = p + len, .unsearched = p,
		.base = (unsigned long)p - s->pos,
	};

	while (may_go_on(&r) && (s->state != START || r.out == batch->event))
		step(&r);
	if (in_credentials(s))
		gmg_sip_search(&r, false);
	s->escape = is_escaped(&r, r.at);
	s->pos += r.at - p;
	batch->count = r.out - batch->event;
	return r.at - p;
}

void gmg_sip_scan_end(struct gmg_sip_scan *s, struct gmg_sip_batch *batch)
{
	struct gmg_sip_reader r = { .s = s, .out = batch->event, .base = 0UL - s->pos };

	switch (s->state) {
	case START:
		if (!s->stream)
			report(&r, GMG_SIP_KEEPALIVE)->start = s->begin;
		break;
	case DEAD:
		break;
	case BODY:
		if (s->has_length && s->length > s->pos - s->uri)
			gmg_sip_bad(&r, GMG_SIP_BAD_LENGTH, false);
		message_ends(&r);
		break;
	default:
		if (s->in_start && s->state != CR && s->state != LF) {
			gmg_sip_bad(&r, GMG_SIP_BAD_START, false);
		} else {
			gmg_sip_bad(&r, GMG_SIP_BAD_TRUNCATED, false);
			if (s->state != CR && s->state != LF) {
				s->resume = s->state;
				s->line_end = s->pos;
			}
			if (s->in_start || s->resume >= VALUE)
				gmg_sip_value_ends(&r);
		}
		message_ends(&r);
	}
	s->state = DEAD;
	batch->count = r.out - batch->event;
}

bool gmg_sip_scan_idle(const struct gmg_sip_scan *s)
{
	return s->state == START;
}

bool gmg_sip_scan_open(const struct gmg_sip_scan *s, struct gmg_sip_event *header,
		       struct gmg_sip_event *param)
{
	u8 state = s->state == CR || s->state == LF ? s->resume : s->state;

	if (s->in_start || s->header == GMG_SIP_OTHER || state < VALUE || state > PARAM_VALUE)
		return false;
	*header = (struct gmg_sip_event){
		.type = GMG_SIP_HEADER, .id = s->header, .start = s->name,
		.len = s->name_len, .value = s->value, .value_len = s->pos - s->value,
	};
	*param = (struct gmg_sip_event){
		.type = s->open ? GMG_SIP_PARAM : 0, .id = s->header, .param = s->open,
		.start = s->param, .len = s->open_len,
		.value = s->param_value, .value_len = s->pos - s->param_value,
	};
	return true;
}

u32 gmg_sip_scan_clear(const struct gmg_sip_scan *s)
{
	if (s->state == EMPTY_CR)
		return s->pos - 1;
	return s->state == CR || s->state == LF ? s->line_end : s->pos;
}

bool gmg_sip_scan_name(const struct gmg_sip_scan *s, struct gmg_sip_event *name)
{
	*name = (struct gmg_sip_event){ .len = s->len };
	switch (s->state) {
	case NAME:
	case NAME_END:
		name->start = s->name;
		name->id = gmg_sip_header_find(s->room, s->len);
		return name->id != GMG_SIP_OTHER;
	case PARAM_NAME:
	case PARAM_END:
		name->start = s->param;
		name->id = s->header;
		name->param = gmg_sip_param_find(&gmg_sip_kinds[s->header], s->room, s->len);
		return name->param != GMG_SIP_PARAM_NONE;
	}
	return false;
}
