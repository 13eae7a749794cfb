// SPDX-License-Identifier: GPL-2.0
#include "sip_read.h"

/* Of those, the ones that read_special() is for: SP in a Request-URI only, ',' where it
 * ends the topmost Via, or an address.
 */
#define SPECIALS (BIT_ULL('\n') | BIT_ULL('\r') | BIT_ULL('"') | BIT_ULL('<') | BIT_ULL('>'))

static __always_inline u64 specials(const struct gmg_sip_scan *s)
{
	static const u64 of[] = {
		[GMG_SIP_VALUE_LIST] = SPECIALS,
		[GMG_SIP_VALUE_AUTH] = SPECIALS,
		[GMG_SIP_VALUE_ADDRESS] = SPECIALS | BIT_ULL(','),
		[GMG_SIP_VALUE_VIA] = SPECIALS | BIT_ULL(','),
	};

	return s->in_start ? SPECIALS | BIT_ULL(' ') : of[s->how];
}

/* RFC 3261 20.42: name / version / transport LWS sent-by */
static void read_protocol(struct gmg_sip_reader *r)
{
	enum { SLASHES = 2, TRANSPORT, SPACE };
	struct gmg_sip_scan *s = r->s;

	for (; r->at < r->end; r->at++) {
		u8 c = *r->at;

		/* of a word whose first octet was read */
		if (c > '/' && c != ';' && s->step != SLASHES && s->step != SPACE)
			continue;
		if (is_line_end(c)) {
			s->step += s->step == TRANSPORT;
			line_ends(r);
			return;
		}
		if (c == ';' || c == ',') {
			s->state = PARAMS;
			return;
		}
		if (c < ' ' && c != '\t') {
			gmg_sip_read_control(r);
			return;
		}
		if (is_blank(c)) {
			s->step += s->step == TRANSPORT;
		} else if (s->step == SPACE) {
			s->open = GMG_SIP_PARAM_SENT_BY;
			s->open_len = 0;
			s->param = offset(r, r->at);
			s->param_value = s->param;
			s->assigned = 1;
			s->state = PARAMS;
			return;
		} else if (s->step == SLASHES) {
			s->step = TRANSPORT;
		} else if (c == '/') {
			s->step++;
		}
	}
}

/* RFC 2617 1.2. It may be no scheme, but already the name of a parameter. */
static void read_scheme_name(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;

	if (!s->len) {
		while (r->at < r->end && is_blank(*r->at))
			r->at++;
		if (r->at == r->end)
			return;
		if (is_line_end(*r->at)) {
			line_ends(r);
			return;
		}
		s->param = offset(r, r->at);
	}
	if (!gather(r))
		return;
	s->digest = GATHERED(s, "digest") && (is_blank(*r->at) || is_line_end(*r->at) ||
					      *r->at == ',');
	s->state = PARAM_NAME;
}

/* The octet at r->at separates; a name may follow it. */
static __always_inline void read_separator(struct gmg_sip_reader *r,
					   const struct gmg_sip_kind *kind)
{
	r->at++;
	if (r->at == r->end || is_wanted(kind->first, *r->at))
		param_begins(r);
}

/* A quote that none of RFC 3261 25.1 is, or on which stacks part, as Kamailio's digest
 * parser knows no escapes: from there to the end of the header quotes hide nothing.
 */
static void bad_quote(struct gmg_sip_reader *r)
{
	gmg_sip_bad(r, GMG_SIP_BAD_QUOTE, false);
	r->s->apart = true;
}

/* Behind the quotes of credentials, to which some stacks read on and others do not. */
static __always_inline void read_quoted_end(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;
	u8 c = *r->at;

	if (!is_blank(c) && !is_line_end(c) && c != ',' && c != ';')
		bad_quote(r);
	s->state = PARAMS;
	if (is_wanted(gmg_sip_kinds[s->header].first, c))
		param_begins(r);
}

/* To the first octet of the rest that quotes() marks. */
static __always_inline const u8 *skip_quoted(const u8 *at, const u8 *end)
{
	const u8 *last = whole(at, end, 8);

	for (; at < last; at += 8) {
		u64 m = quotes(gmg_octets_get(at));

		if (m)
			return at + __ffs64(m) / 8;
	}
	while (at < end && *at >= ' ' && *at != '"')
		at++;
	return at;
}

/* In quotes there are no parameters. */
static void read_quoted(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;
	const struct gmg_sip_kind *kind = &gmg_sip_kinds[s->header];
	const u8 *at = skip_quoted(r->at, r->end);
	bool escaped;

	r->at = at;
	if (at == r->end)
		return;
	if (is_line_end(*at)) {
		gmg_sip_value_line_ends(r);
		return;
	}
	if (*at < ' ') {
		gmg_sip_read_control(r);
		return;
	}
	spend(r);
	if (s->state == DEAD)
		return;
	escaped = is_escaped(r, at);
	if (escaped && kind->value != GMG_SIP_VALUE_AUTH) {
		r->at++;
		return;
	}
	if (escaped)
		bad_quote(r);
	if (s->open)
		param_ends(r, offset(r, at), GMG_SIP_VALUED | GMG_SIP_QUOTED);
	if (kind->value == GMG_SIP_VALUE_AUTH) {
		r->at++;
		s->state = QUOTED_END;
		if (r->at < r->end)
			read_quoted_end(r);
	} else {
		s->state = PARAMS;
		read_separator(r, kind);
	}
}

static void read_param_value(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;
	u8 c = *r->at;

	if (is_blank(c) && !s->in_start) {
		while (r->at < r->end && is_blank(*r->at))
			r->at++;
		s->param_value = offset(r, r->at);
		if (r->at == r->end)
			return;
		c = *r->at;
	}
	if (is_line_end(c)) {
		line_ends(r);
		return;
	}
	if (c == '"' && !s->apart && !s->in_uri && s->assigned < 2) {
		r->at++;
		s->param_value = offset(r, r->at);
		s->state = QUOTED;
		read_quoted(r);
		return;
	}
	if (s->in_start && s->open == GMG_SIP_PARAM_USER) {
		s->len = 0;
		s->state = PHONE;
	} else {
		s->state = PARAMS;
	}
	s->param_value = offset(r, r->at);
}

/* A separator at r->at that does more than separate. */
static void read_special(struct gmg_sip_reader *r, u8 c)
{
	struct gmg_sip_scan *s = r->s;

	switch (c) {
	case '\r':
	case '\n':
		gmg_sip_value_line_ends(r);
		return;
	case '"':
		/* those that may open quotes are read behind what they follow */
		if (!s->apart)
			bad_quote(r);
		break;
	case ' ':
		s->uri_len = offset(r, r->at) - s->uri;
		r->at++;
		name_begins(r, VERSION);
		return;
	case ',':
		if (s->how == GMG_SIP_VALUE_VIA) {
			/* what follows is no longer the topmost Via */
			s->state = VALUE;
			return;
		}
		if (!s->in_uri) {
			/* the next address may begin with a name in quotes */
			r->at++;
			s->state = PARAM_VALUE;
			if (r->at < r->end)
				read_param_value(r);
			return;
		}
		break;
	default:
		s->in_uri = c == '<';
		spend(r);
		r->at++;
		return;
	}
	read_separator(r, &gmg_sip_kinds[s->header]);
}

/* Does separators() mark it? */
static __always_inline bool stops(u8 c)
{
	return c < '-' || (c >= ';' && c <= '?');
}

/* To the first octet of the rest that separators() marks. */
static __always_inline const u8 *skip(const u8 *at, const u8 *end)
{
	const u8 *last = whole(at, end, 8);

	/* often there are several */
	if (at < end && stops(*at))
		return at;
	for (; at < last; at += 8) {
		u64 m = separators(gmg_octets_get(at));

		if (m)
			return at + __ffs64(m) / 8;
	}
	while (at < end && !stops(*at))
		at++;
	return at;
}

/* Between names. */
static void read_params(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;
	const struct gmg_sip_kind *kind = &gmg_sip_kinds[s->header];
	const u8 *at = r->at, *end = r->end;
	bool user = s->open && may_be_user(s->in_start ? GMG_SIP_VALUE_ADDRESS : s->how, s->open);
	u64 special = specials(s);
	u32 first = kind->first;

	while (at < end) {
		u8 c = *at;
		bool ends = ends_param(c);

		if (s->open && (ends || (user && c == '@'))) {
			param_ends(r, offset(r, at), GMG_SIP_VALUED);
			user = false;
			if (!has_room(r))
				break;
		}
		if (!ends) {
			if (c < ' ') {
				r->at = at;
				if (s->bad & BIT(GMG_SIP_BAD_CONTROL))
					r->at++;
				else
					gmg_sip_read_control(r);
				if (s->state == DEAD)
					return;
				/* who ignores it has a name behind it */
				if (!s->open && (r->at == end || is_wanted(first, *r->at))) {
					param_begins(r);
					return;
				}
				if (!has_room(r))
					return;
				at = r->at;
				continue;
			}
			if (c == '=' && !s->assigned) {
				/* only what directly follows it may be in quotes */
				s->assigned = 1;
				at++;
				if (at < end && *at > ' ' && *at != '"')
					continue;
				r->at = at;
				s->state = PARAM_VALUE;
				if (at == end || *at != '"')
					return;
				read_param_value(r);
				if (s->state != PARAMS || !may_go_on(r))
					return;
				at = r->at;
				continue;
			}
			at = user ? at + 1 : skip(at + 1, end);
			continue;
		}
		if (c == ';' || c == ',')
			s->assigned = 0;
		if (special >> c & 1) {
			/* an address that begins without white space or a name in quotes */
			if (c == ',' && s->how == GMG_SIP_VALUE_ADDRESS && !s->in_uri &&
			    end - at > 1 && at[1] > ' ' && at[1] != '"') {
				at++;
				continue;
			}
			r->at = at;
			read_special(r, c);
			if (s->state != PARAMS || !has_room(r))
				return;
			at = r->at;
			continue;
		}
		at++;
		if (at == end || is_wanted(first, *at)) {
			r->at = at;
			param_begins(r);
			return;
		}
	}
	r->at = at;
}

static void read_param_end(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;
	u8 c = *r->at;

	if (is_line_end(c)) {
		line_ends(r);
	} else if (is_blank(c) && !s->in_start) {
		while (r->at < r->end && is_blank(*r->at))
			r->at++;
	} else if (c == '=') {
		r->at++;
		s->state = PARAM_VALUE;
		s->assigned += s->assigned < 2;
		s->param_value = offset(r, r->at);
		if (r->at < r->end)
			read_param_value(r);
	} else {
		param_ends(r, 0, 0);
		s->state = PARAMS;
		/* after white space, which separates, too */
		if (is_wanted(gmg_sip_kinds[s->header].first, c))
			param_begins(r);
	}
}

static __always_inline void read_param_name(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;
	const struct gmg_sip_kind *kind = &gmg_sip_kinds[s->header];
	bool others = kind->first == ~0U, longer;

	if (!gather(r))
		return;
	s->state = PARAMS;
	longer = goes_on(*r->at);
	if (!(s->len ? is_wanted(kind->first, s->room[0]) : others && longer))
		return;
	spend(r);
	if (s->state == DEAD)
		return;
	if (!longer)
		s->open = gmg_sip_param_find(kind, s->room, s->len);
	if (!s->open && others)
		s->open = GMG_SIP_PARAM_TOKEN;
	if (!s->open)
		return;
	s->open_len = s->len;
	s->param_value = offset(r, r->at);
	if (longer) {
		s->assigned = 1;	/* all that follows is of it */
	} else {
		s->state = PARAM_END;
		read_param_end(r);
	}
}

/* Whatever is open but for what is between names. */
static __always_inline void read_around_params(struct gmg_sip_reader *r)
{
	switch (r->s->state) {
	case PROTOCOL:
		read_protocol(r);
		break;
	case SCHEME_NAME:
		read_scheme_name(r);
		break;
	case QUOTED:
		read_quoted(r);
		break;
	case QUOTED_END:
		read_quoted_end(r);
		break;
	case PARAM_NAME:
		read_param_name(r);
		break;
	case PARAM_END:
		read_param_end(r);
		break;
	default:
		read_param_value(r);
	}
}

void gmg_sip_read_param(struct gmg_sip_reader *r)
{
	do {
		if (r->s->state == PARAMS)
			read_params(r);
		else
			read_around_params(r);
	} while (r->s->state >= PROTOCOL && may_go_on(r));
}
