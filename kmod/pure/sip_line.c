// SPDX-License-Identifier: GPL-2.0
#include "sip_read.h"

enum { LENGTH_MAX = 0x7fffffff };

static void cseq_ends(struct gmg_sip_reader *r, struct gmg_sip_event *e)
{
	struct gmg_sip_scan *s = r->s;

	e->number = s->number;
	if (s->method != GMG_SIP_METHOD_COUNT && s->number != s->method)
		gmg_sip_bad(r, GMG_SIP_BAD_METHOD, false);
}

static void length_ends(struct gmg_sip_reader *r, struct gmg_sip_event *e)
{
	struct gmg_sip_scan *s = r->s;

	e->number = s->number;
	if (!s->step || (s->has_length && s->length != s->number))
		gmg_sip_bad(r, GMG_SIP_BAD_LENGTH, false);
	s->has_length = true;
	s->length = s->number;
}

static __always_inline void value_ends(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;
	struct gmg_sip_event *e;

	if (s->open)
		param_ends(r, s->line_end, s->resume == PARAM_END ? 0 : GMG_SIP_VALUED);
	if (s->in_start) {
		gmg_sip_start_ends(r);
		return;
	}
	if (s->header == GMG_SIP_OTHER)
		return;
	if (s->resume == QUOTED)
		gmg_sip_bad(r, GMG_SIP_BAD_QUOTE, false);
	if (in_credentials(s))
		gmg_sip_search(r, true);
	e = r->out++;
	*e = (struct gmg_sip_event){
		.type = GMG_SIP_HEADER, .id = s->header, .start = s->name,
		.len = s->name_len, .value = s->value,
		.value_len = s->line_end - s->value,
	};
	if (s->resume == CSEQ)
		cseq_ends(r, e);
	else if (s->resume == LENGTH)
		length_ends(r, e);
	else
		e->number = s->number;
}

void gmg_sip_value_ends(struct gmg_sip_reader *r)
{
	value_ends(r);
}

/* A name and its colon are read: the value begins. */
static __always_inline void value_begins(struct gmg_sip_reader *r, const u8 *name, u32 len)
{
	static const u8 states[] = {
		[GMG_SIP_VALUE_SKIP] = VALUE,
		[GMG_SIP_VALUE_LIST] = PARAMS,
		[GMG_SIP_VALUE_ADDRESS] = PARAM_VALUE,
		[GMG_SIP_VALUE_AUTH] = SCHEME_NAME,
		[GMG_SIP_VALUE_VIA] = PROTOCOL,
		[GMG_SIP_VALUE_CSEQ] = CSEQ,
		[GMG_SIP_VALUE_LENGTH] = LENGTH,
	};
	struct gmg_sip_scan *s = r->s;
	const struct gmg_sip_kind *kind;
	bool again;

	s->header = gmg_sip_header_find(name, len);
	s->state = VALUE;
	if (s->header == GMG_SIP_OTHER)
		return;

	s->name_len = len;
	s->value = offset(r, r->at);
	s->number = 0;
	s->match = 0;
	r->unsearched = r->at;
	kind = &gmg_sip_kinds[s->header];
	again = s->seen & BIT_ULL(s->header);
	s->seen |= BIT_ULL(s->header);
	if (again && kind->once)
		gmg_sip_bad(r, GMG_SIP_BAD_REPEATED, false);
	if (kind->value == GMG_SIP_VALUE_SKIP)
		return;
	/* whose hop it was says the topmost Via alone */
	if ((again && kind->value == GMG_SIP_VALUE_VIA) ||
	    (kind->count && !(s->wanted & BIT_ULL(s->header))))
		return;
	s->how = kind->value;
	s->state = states[s->how];
	s->len = 0;
	s->step = 0;
	s->in_uri = false;
	s->apart = false;
	s->assigned = 0;
	s->digest = false;
	if (s->state == PARAMS && (r->at == r->end || is_wanted(kind->first, *r->at)))
		param_begins(r);
}

/* Octets of the name that begins at @at and ends in its first 24, or 0. */
static __always_inline u32 name_length(const u8 *at)
{
	u64 m = name_ends(gmg_octets_get(at));

	if (m)
		return __ffs64(m) / 8;
	m = name_ends(gmg_octets_get(at + 8));
	if (m)
		return 8 + __ffs64(m) / 8;
	m = name_ends(gmg_octets_get(at + 16));
	return m ? 16 + __ffs64(m) / 8 : 0;
}

/* A line begins. */
static __always_inline void read_name(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;
	u8 c;

	if (likely(r->end - r->at >= GMG_SIP_NAME_ROOM && !s->len)) {
		const u8 *name = r->at;
		u32 len = name_length(name);

		if (likely(len && name[len] == ':')) {
			r->at += len + 1;
			value_begins(r, name, len);
			return;
		}
	}
	if (!gather(r))
		return;
	c = *r->at;
	if (likely(c == ':' && s->len)) {
		r->at++;
		value_begins(r, s->room, s->len);
		return;
	}
	if (s->len) {
		s->state = is_blank(c) || is_line_end(c) ? NAME_END : NAME_ODD;
		return;
	}
	switch (c) {
	case '\r':
		r->at++;
		s->state = EMPTY_CR;
		return;
	case '\n':
		s->state = EMPTY_CR;
		return;
	case ' ':
	case '\t':
		gmg_sip_bad(r, GMG_SIP_BAD_LEADING, false);
		s->header = GMG_SIP_OTHER;
		s->state = LEADING;
		return;
	case ':':
		gmg_sip_bad(r, GMG_SIP_BAD_EMPTY, false);
		r->at++;
		s->header = GMG_SIP_OTHER;
		s->state = VALUE;
		return;
	default:
		s->state = NAME_ODD;
	}
}

static void read_name_odd(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;

	s->len = GMG_SIP_NAME_MAX + 1;
	for (; r->at < r->end; r->at++) {
		u8 c = *r->at;

		if (c == ':' || is_blank(c) || is_line_end(c)) {
			s->state = NAME_END;
			return;
		}
		if ((c < ' ' || c >= 0x7f) && !(s->bad & BIT(GMG_SIP_BAD_NAME)))
			gmg_sip_bad(r, GMG_SIP_BAD_NAME, false);
	}
}

static void read_name_end(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;

	while (r->at < r->end && is_blank(*r->at))
		r->at++;
	if (r->at == r->end)
		return;
	if (*r->at == ':') {
		r->at++;
		value_begins(r, s->room, s->len);
	} else if (is_line_end(*r->at)) {
		line_ends(r);
	} else {
		gmg_sip_bad(r, GMG_SIP_BAD_NAME, false);
		s->state = NAME_ODD;
	}
}

/* Nothing else on a line is no empty line to all: they read more headers behind it. */
static void read_leading(struct gmg_sip_reader *r)
{
	while (r->at < r->end && is_blank(*r->at))
		r->at++;
	if (r->at == r->end)
		return;
	if (is_line_end(*r->at))
		line_ends(r);
	else
		name_begins(r, NAME);
}

/* After a line end that a continuation may follow. */
static void read_lf(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;
	bool fold = is_blank(*r->at) && !s->in_start;

	if (s->resume == NAME_END)
		gmg_sip_bad(r, fold ? GMG_SIP_BAD_FOLD : GMG_SIP_BAD_COLON, false);
	if (fold) {
		s->state = s->resume;
		spend(r);
		return;
	}
	if (s->resume != NAME_END)
		gmg_sip_value_ends(r);
	name_begins(r, NAME);
	spend(r);
}

/* sofia-sip and osip2 end a line here, Kamailio does not: it does. */
static void read_cr(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;

	if (*r->at == '\n') {
		r->at++;
		s->state = LF;
		return;
	}
	gmg_sip_bad(r, GMG_SIP_BAD_CR, false);
	while (r->at < r->end && *r->at == '\r')
		r->at++;
	if (r->at < r->end && *r->at != '\n')
		s->state = LF;
}

void gmg_sip_read_control(struct gmg_sip_reader *r)
{
	for (; r->at < r->end && *r->at < ' ' && !is_line_end(*r->at); r->at++) {
		/* a separator there */
		if (*r->at == '\t' && (r->s->state == PARAMS || r->s->state == PROTOCOL))
			return;
		if (*r->at == '\t' || r->s->bad & BIT(GMG_SIP_BAD_CONTROL))
			continue;
		if (!is_escaped(r, r->at)) {
			gmg_sip_bad(r, GMG_SIP_BAD_CONTROL, false);
			continue;
		}
		r->at++;
		spend(r);
		return;
	}
}

/* The line ends at @at in nothing but CRLF, and another line begins. */
static __always_inline bool plain_end(const struct gmg_sip_reader *r, const u8 *at)
{
	return r->end - at > 2 && at[0] == '\r' && at[1] == '\n' && !is_blank(at[2]);
}

static __always_inline void value_line_ends(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;

	if (unlikely(!plain_end(r, r->at))) {
		line_ends(r);
		return;
	}
	s->resume = s->state;
	s->line_end = offset(r, r->at);
	r->at += 2;
	value_ends(r);
	name_begins(r, NAME);
	spend(r);
}

void gmg_sip_value_line_ends(struct gmg_sip_reader *r)
{
	value_line_ends(r);
}

/* To the first octet of the rest that controls() marks. */
static __always_inline const u8 *skip(const u8 *at, const u8 *end)
{
	const u8 *last = whole(at, end, 16);

	/* what is no ASCII may stop the first loop, too, and harms nothing */
	while (at < last &&
	       !(((gmg_octets_get(at) - EACH(0x20)) | (gmg_octets_get(at + 8) - EACH(0x20))) &
		 EACH(0x80)))
		at += 16;
	for (last = whole(at, end, 8); at < last; at += 8) {
		u64 m = controls(gmg_octets_get(at));

		if (m)
			return at + __ffs64(m) / 8;
	}
	while (at < end && *at >= ' ')
		at++;
	return at;
}

static __always_inline void read_value(struct gmg_sip_reader *r)
{
	r->at = skip(r->at, r->end);
	if (r->at == r->end)
		return;
	if (is_line_end(*r->at))
		value_line_ends(r);
	else
		gmg_sip_read_control(r);
}

/* RFC 3261 20.14: one number that fits, and nothing else. */
static void read_length(struct gmg_sip_reader *r)
{
	enum { BEFORE, DIGITS, AFTER };
	struct gmg_sip_scan *s = r->s;

	for (; r->at < r->end; r->at++) {
		u8 c = *r->at;

		if (is_digit(c) && s->step != AFTER && s->number < LENGTH_MAX / 10) {
			s->step = DIGITS;
			s->number = s->number * 10 + (c - '0');
		} else if (is_line_end(c)) {
			gmg_sip_value_line_ends(r);
			return;
		} else if (!is_blank(c)) {
			if (!(s->bad & BIT(GMG_SIP_BAD_LENGTH)))
				gmg_sip_bad(r, GMG_SIP_BAD_LENGTH, false);
		} else if (s->step == DIGITS) {
			s->step = AFTER;
		}
	}
}

/* RFC 3261 20.16: a number and a method, which white space ends. */
static void read_cseq(struct gmg_sip_reader *r)
{
	enum { SEQUENCE, METHOD_NAME, DONE };
	struct gmg_sip_scan *s = r->s;
	bool exact;

	if (s->step == DONE) {
		/* white space only, or it is no method */
		for (; r->at < r->end && !is_line_end(*r->at); r->at++) {
			if (is_blank(*r->at))
				continue;
			s->number = GMG_SIP_METHOD_OTHER;
			if (*r->at < ' ' && !(s->bad & BIT(GMG_SIP_BAD_CONTROL)))
				gmg_sip_bad(r, GMG_SIP_BAD_CONTROL, false);
		}
		if (r->at < r->end)
			gmg_sip_value_line_ends(r);
		return;
	}
	if (!s->len)
		while (r->at < r->end && is_blank(*r->at))
			r->at++;
	if (!gather(r))
		return;
	if (!is_blank(*r->at) && !is_line_end(*r->at)) {
		s->step = DONE;
		return;
	}
	if (s->step == METHOD_NAME && s->len) {
		s->number = gmg_sip_method_find(s->room, s->len, &exact);
		if (!exact)
			gmg_sip_bad(r, GMG_SIP_BAD_METHOD, false);
	}
	s->step += s->len != 0;
	s->len = 0;
	if (is_line_end(*r->at))
		gmg_sip_value_line_ends(r);
}

/* Lines, for as long as their values are skipped, as most are. */
static __always_inline void read_lines(struct gmg_sip_reader *r)
{
	do {
		read_name(r);
		if (r->s->state == VALUE)
			read_value(r);
	} while (r->s->state == NAME && may_go_on(r));
}

void gmg_sip_read_line(struct gmg_sip_reader *r)
{
	do {
		switch (r->s->state) {
		case NAME:
			read_lines(r);
			break;
		case VALUE:
			read_value(r);
			break;
		case NAME_ODD:
			read_name_odd(r);
			break;
		case NAME_END:
			read_name_end(r);
			break;
		case LEADING:
			read_leading(r);
			break;
		case CR:
			read_cr(r);
			break;
		case LF:
			read_lf(r);
			break;
		case LENGTH:
			read_length(r);
			break;
		default:
			read_cseq(r);
		}
	} while (r->s->state >= NAME && r->s->state < PROTOCOL && may_go_on(r));
}
