// SPDX-License-Identifier: GPL-2.0
#include "sip_read.h"

/* Lines as most are: all of one is there and what follows it, it ends in CRLF that nothing
 * continues, there is no control octet in it, and nothing that stacks part on. Such a line
 * needs no state but where it is read, and CR ends whatever is looked for in it. What is
 * said of it is what the other files would say, octet by octet. Any other line is left to
 * them as if nobody had looked at it.
 */

/* Octets that may be read from the last one of a value on. */
enum { BEHIND = 8 };

/**
 * struct line - the line that is being read
 * @r:        the input
 * @kind:     of its header
 * @end:      the CR behind its value
 * @param:    of the parameter that is open: where its name begins
 * @value:    and its value
 * @out:      the next event
 * @open_len: octets of the name
 * @work:     as in &struct gmg_sip_scan
 * @number:   of the header's event
 * @header:   enum gmg_sip_header
 * @open:     enum gmg_sip_param
 * @flags:    of the parameters
 * @assigned: as in &struct gmg_sip_scan
 * @begins:   a name may begin
 */
struct line {
	struct gmg_sip_reader *r;
	const struct gmg_sip_kind *kind;
	const u8 *end;
	const u8 *param;
	const u8 *value;
	struct gmg_sip_event *out;
	u32 open_len;
	u32 work;
	u32 number;
	u8 header;
	u8 open;
	u8 flags;
	u8 assigned;
	bool begins;
};

static __always_inline u64 colons(u64 x)
{
	x ^= EACH(':');
	return (x - EACH(1)) & ~x & EACH(0x80);
}

/* Octets before the first colon, or 0: there is none in so many as a name may have. */
static __always_inline u32 before_colon(const u8 *at)
{
	u64 m = colons(gmg_octets_get(at));
	u32 i;

	if (likely(m))
		return __ffs64(m) / 8;
	for (i = 8; i < GMG_SIP_NAME_MAX; i += 8) {
		m = colons(gmg_octets_get(at + i));
		if (likely(m))
			return i + __ffs64(m) / 8;
	}
	return 0;
}

/* Has a name of @len octets at @at none that ends names? */
static bool is_name(const u8 *at, u32 len)
{
	for (; len > 8; at += 8, len -= 8)
		if (name_ends(gmg_octets_get(at)))
			return false;
	/* what is marked above the first may be wrong */
	return !(name_ends(gmg_octets_get(at)) & ((1ULL << (8 * len - 1) << 1) - 1));
}

/* To the first control octet of the rest, or NULL: it is behind the 16 octets at @last. */
static __always_inline const u8 *to_control(const u8 *at, const u8 *last)
{
	for (; at <= last; at += 16) {
		u64 a = gmg_octets_get(at), b = gmg_octets_get(at + 8);

		/* what is no ASCII may stop it, too, and harms nothing */
		if (likely(!(((a - EACH(0x20)) | (b - EACH(0x20))) & EACH(0x80))))
			continue;
		a = controls(a);
		if (a)
			return at + __ffs64(a) / 8;
		b = controls(b);
		if (b)
			return at + 8 + __ffs64(b) / 8;
	}
	return NULL;
}

/* Are these octets CRLF, and what follows begins another line? */
static __always_inline bool ends_line(u64 octets)
{
	return (octets & 0xffff) == 0x0a0d && !is_blank(octets >> 16);
}

static __always_inline const u8 *to_quote(const u8 *at)
{
	u64 m;

	while (!(m = quotes(gmg_octets_get(at))))
		at += 8;
	return at + __ffs64(m) / 8;
}

static __always_inline const u8 *to_separator(const u8 *at)
{
	u64 m;

	while (!(m = separators(gmg_octets_get(at))))
		at += 8;
	return at + __ffs64(m) / 8;
}

static __always_inline const u8 *to_name_end(const u8 *at)
{
	u64 m;

	while (!(m = name_ends(gmg_octets_get(at))))
		at += 8;
	return at + __ffs64(m) / 8;
}

static __always_inline const u8 *behind_blanks(const u8 *at)
{
	while (*at == ' ')
		at++;
	return at;
}

/* As spend(), at @at. False: that would be too much. */
static __always_inline bool afford(struct line *l, const u8 *at)
{
	l->work += WORK_NAME;
	return likely(l->work <= WORK_FREE) ||
	       l->work - WORK_FREE <= offset(l->r, at) - l->r->s->begin;
}

/* The parameter that is open is over at @at. False: there is no room to say so. */
static __always_inline bool param_is_over(struct line *l, const u8 *at, u8 flags)
{
	if (unlikely(l->out == l->r->full + STEP_EVENTS - 1))
		return false;
	*l->out++ = (struct gmg_sip_event){
		.type = GMG_SIP_PARAM, .id = l->header, .param = l->open,
		.flags = flags | l->flags,
		.start = offset(l->r, l->param), .len = l->open_len,
		.value = flags & GMG_SIP_VALUED ? offset(l->r, l->value) : 0,
		.value_len = flags & GMG_SIP_VALUED ? at - l->value : 0,
	};
	l->open = GMG_SIP_PARAM_NONE;
	return true;
}

/* Each of these reads on from @at and returns how far, or NULL: it is not plain. */

/* behind the quotes that open */
static __always_inline const u8 *read_quoted(struct line *l, const u8 *at)
{
	l->value = at;
	at = to_quote(at);
	if (*at != '"' || at[-1] == '\\' || !afford(l, at))
		return NULL;
	if (l->open && !param_is_over(l, at, GMG_SIP_VALUED | GMG_SIP_QUOTED))
		return NULL;
	at++;
	if (l->kind->value == GMG_SIP_VALUE_AUTH && *at != ',' && *at != ';' && *at != ' ' &&
	    *at != '\r')
		return NULL;
	l->begins = true;
	return at;
}

/* the value of the parameter that is open, not in quotes */
static __always_inline const u8 *read_value(struct line *l, const u8 *at)
{
	l->value = at;
	if (may_be_user(l->kind->value, l->open)) {
		while (!ends_param(*at) && *at != '@')
			at++;
	} else {
		at = to_separator(at);
		while (!ends_param(*at))
			at = to_separator(at + 1);
	}
	return param_is_over(l, at, GMG_SIP_VALUED) ? at : NULL;
}

/* a name, and what is behind one that is wanted */
static __always_inline const u8 *read_param(struct line *l, const u8 *at)
{
	bool others = l->kind->first == ~0U, longer;
	const u8 *name = at;
	u32 len;

	at = to_name_end(at);
	len = at - name;
	longer = goes_on(*at);
	if (!len && !(others && longer))
		return at;
	if (!afford(l, at))
		return NULL;
	l->open = longer ? GMG_SIP_PARAM_NONE : gmg_sip_param_find(l->kind, name, len);
	if (!l->open && others)
		l->open = GMG_SIP_PARAM_TOKEN;
	if (!l->open)
		return at;
	l->param = name;
	l->open_len = len;
	if (longer) {
		l->assigned = 1;
		return read_value(l, at);
	}
	at = behind_blanks(at);
	if (*at != '=')
		return !is_wanted(l->kind->first, *at) && param_is_over(l, at, 0) ? at : NULL;
	at = behind_blanks(at + 1);
	l->assigned += l->assigned < 2;
	if (*at != '"')
		return read_value(l, at);
	return l->assigned < 2 && !(l->flags & GMG_SIP_IN_URI) ? read_quoted(l, at + 1) : NULL;
}

/* an address, to its parameters or its URI */
static __always_inline const u8 *read_address(struct line *l, const u8 *at)
{
	at = behind_blanks(at);
	return *at == '"' ? read_quoted(l, at + 1) : at;
}

/* "=", behind which quotes may open */
static __always_inline const u8 *read_assigned(struct line *l, const u8 *at)
{
	at++;
	if (l->assigned)
		return at;
	l->assigned = 1;
	if (*at == '"')
		return l->flags & GMG_SIP_IN_URI ? NULL : read_quoted(l, at + 1);
	return *at == ' ' ? NULL : at;
}

/* a separator, or what is taken for one */
static __always_inline const u8 *read_separator(struct line *l, const u8 *at)
{
	switch (*at) {
	case ';':
		l->assigned = 0;
		l->begins = true;
		return at + 1;
	case '=':
		return read_assigned(l, at);
	case '"':
		return NULL;
	case '<':
		l->flags |= GMG_SIP_IN_URI;
		return afford(l, at) ? at + 1 : NULL;
	case '>':
		l->flags &= ~GMG_SIP_IN_URI;
		return afford(l, at) ? at + 1 : NULL;
	case ',':
		l->assigned = 0;
		/* what follows is no longer the topmost Via */
		if (l->kind->value == GMG_SIP_VALUE_VIA)
			return l->end;
		if (l->kind->value == GMG_SIP_VALUE_ADDRESS && !(l->flags & GMG_SIP_IN_URI))
			return read_address(l, at + 1);
		break;
	}
	l->begins = ends_param(*at);
	return at + 1;
}

/* all parameters there are */
static const u8 *read_params(struct line *l, const u8 *at)
{
	u32 first = l->kind->first;

	while (at) {
		if (l->begins && is_wanted(first, *at)) {
			l->begins = false;
			at = read_param(l, at);
			continue;
		}
		l->begins = false;
		at = to_separator(at);
		if (at == l->end)
			break;
		at = read_separator(l, at);
	}
	return at;
}

/* RFC 3261 20.42: what begins a Via in the spelling that all use, and the host */
static const u8 *read_via(struct line *l, const u8 *at)
{
	static const u8 protocol[] = "SIP/2.0/";

	at = behind_blanks(at);
	if (gmg_octets_get(at) != gmg_octets_get(protocol))
		return NULL;
	at += sizeof(protocol) - 1;
	if (*at <= '/' || *at == ';')
		return NULL;
	while (*at > '/' && *at != ';')
		at++;
	if (*at != ' ')
		return NULL;
	at = behind_blanks(at);
	if (ends_param(*at))
		return NULL;
	l->open = GMG_SIP_PARAM_SENT_BY;
	l->open_len = 0;
	l->param = at;
	l->assigned = 1;
	at = read_value(l, at);
	return at ? read_params(l, at) : NULL;
}

/* RFC 2617 1.2 */
static const u8 *read_credentials(struct line *l, const u8 *at)
{
	static const u8 digest[8] = "digest";

	at = behind_blanks(at);
	if (!gmg_sip_same(at, digest, 6, GMG_SIP_ANY_CASE) || at[6] != ' ')
		return NULL;
	l->flags = GMG_SIP_DIGEST;
	return read_params(l, at + 6);
}

/* RFC 3261 20.16 */
static const u8 *read_cseq(struct line *l, const u8 *at)
{
	const u8 method = l->r->s->method, *digits = behind_blanks(at);
	bool exact;

	for (at = digits; is_digit(*at);)
		at++;
	if (at == digits || *at != ' ')
		return NULL;
	at = behind_blanks(at);
	if (at == l->end)
		return NULL;
	l->number = gmg_sip_method_find(at, l->end - at, &exact);
	if (!exact || l->number == GMG_SIP_METHOD_OTHER ||
	    (method != GMG_SIP_METHOD_COUNT && method != l->number))
		return NULL;
	return l->end;
}

/* RFC 3261 20.14 */
static const u8 *read_length(struct line *l, const u8 *at)
{
	enum { DIGITS_MAX = 9 };	/* fewer than LENGTH_MAX has */
	struct gmg_sip_scan *s = l->r->s;
	const u8 *digits = behind_blanks(at);

	for (at = digits; is_digit(*at); at++)
		l->number = l->number * 10 + (*at - '0');
	if (at == digits || at - digits > DIGITS_MAX || at != l->end ||
	    (s->has_length && s->length != l->number))
		return NULL;
	s->has_length = true;
	s->length = l->number;
	return at;
}

/* The value at @at, of which something is asked. */
static const u8 *read_asked(struct line *l, const u8 *at)
{
	l->open = GMG_SIP_PARAM_NONE;
	l->flags = 0;
	l->assigned = 0;
	l->begins = false;
	switch (l->kind->value) {
	case GMG_SIP_VALUE_ADDRESS:
		at = read_address(l, at);
		return at ? read_params(l, at) : NULL;
	case GMG_SIP_VALUE_LIST:
		l->begins = true;
		return read_params(l, at);
	case GMG_SIP_VALUE_AUTH:
		return read_credentials(l, at);
	case GMG_SIP_VALUE_VIA:
		return read_via(l, at);
	case GMG_SIP_VALUE_CSEQ:
		return read_cseq(l, at);
	default:
		return read_length(l, at);
	}
}

/* Counts the word integrity-protected in credentials from @at on. */
static void search(struct line *l, const u8 *at)
{
	struct gmg_sip_reader *r = l->r;
	const u8 *name = r->at;

	r->s->number = 0;
	r->s->match = 0;
	r->unsearched = at;
	r->at = l->end;
	gmg_sip_search(r, true);
	r->at = name;
	l->number = r->s->number;
}

/* The value at @at of a header of which more may be asked than where it is, or of one that
 * may be there once. @again: it is not the first one.
 */
static bool read_header(struct line *l, const u8 *at, bool again)
{
	const struct gmg_sip_kind *kind = &gmg_sip_kinds[l->header];
	const struct gmg_sip_scan *s = l->r->s;

	if (again && kind->once)
		return false;
	l->kind = kind;
	/* whose hop it was says the topmost Via alone */
	if (kind->value != GMG_SIP_VALUE_SKIP &&
	    !(again && kind->value == GMG_SIP_VALUE_VIA) &&
	    (!kind->count || s->wanted & BIT_ULL(l->header)) && !read_asked(l, at))
		return false;
	if (l->header == GMG_SIP_AUTHORIZATION || l->header == GMG_SIP_PROXY_AUTHORIZATION)
		search(l, at);
	return true;
}

void gmg_sip_read_plain(struct gmg_sip_reader *r)
{
	/* those that there may be twice, or whose value is read whoever asks for it */
	const u64 more = BIT_ULL(GMG_SIP_FROM) | BIT_ULL(GMG_SIP_TO) | BIT_ULL(GMG_SIP_CALL_ID) |
			 BIT_ULL(GMG_SIP_CSEQ) | BIT_ULL(GMG_SIP_CONTENT_LENGTH) |
			 BIT_ULL(GMG_SIP_AUTHORIZATION) | BIT_ULL(GMG_SIP_PROXY_AUTHORIZATION);
	struct gmg_sip_scan *s = r->s;
	u64 seen = s->seen, asked = s->wanted | more;
	const u8 *name = r->at, *end = r->end;
	struct line l = { .r = r };

	l.work = s->work;
	l.out = r->out;
	while (l.out <= r->full && end - name >= GMG_SIP_NAME_ROOM) {
		u32 len = before_colon(name);
		const u8 *value = name + len + 1;
		u64 bit;

		l.header = gmg_sip_header_find(name, len);
		if (l.header == GMG_SIP_OTHER && !(len && is_name(name, len)))
			break;
		l.end = to_control(value, end - 16 - BEHIND);
		if (!l.end || !ends_line(gmg_octets_get(l.end)))
			break;
		if (!afford(&l, l.end + 2))
			break;
		if (l.header != GMG_SIP_OTHER) {
			bit = BIT_ULL(l.header);
			l.number = 0;
			if (asked & bit && !read_header(&l, value, seen & bit))
				break;
			seen |= bit;
			*l.out++ = (struct gmg_sip_event){
				.type = GMG_SIP_HEADER, .id = l.header,
				.start = offset(r, name), .len = len,
				.value = offset(r, value), .value_len = l.end - value,
				.number = l.number,
			};
		}
		name = l.end + 2;
		s->work = l.work;
		r->out = l.out;
	}
	r->at = name;
	s->seen = seen;
	s->name = offset(r, name);
	s->header = GMG_SIP_OTHER;
}
