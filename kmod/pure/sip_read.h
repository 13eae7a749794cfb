/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_PURE_SIP_READ_H
#define _GMG_PURE_SIP_READ_H

#include "sip_scan.h"

/* What the files of the scanner share; nobody else includes this. */

/* What is being read: by sip_scan.c, ... */
enum gmg_sip_state {
	START,		/* line ends before a message */
	STUN,		/* the first eight octets of it */
	EMPTY_CR,	/* the line end of the empty line */
	BODY,
	DEAD,
	/* by sip_start.c, ... */
	METHOD,		/* or SIP/2.0 of a status line */
	METHOD_ODD,	/* one that is not known */
	URI,		/* spaces before it */
	SCHEME,
	URN,		/* "service", then the service */
	DIALLED,
	PHONE,		/* the value of its parameter user */
	VERSION,
	STATUS,
	/* by sip_line.c, ... */
	NAME,		/* a line begins */
	NAME_ODD,	/* the rest of a name that is not known */
	NAME_END,	/* white space before the colon */
	LEADING,	/* white space, and no line before that it could continue */
	CR,
	LF,		/* is the next line a continuation? */
	VALUE,		/* to be skipped; from here on a value is open */
	LENGTH,
	CSEQ,
	/* by sip_param.c */
	PROTOCOL,	/* of Via */
	SCHEME_NAME,	/* of credentials or a challenge */
	PARAMS,		/* between the names of parameters */
	QUOTED,
	QUOTED_END,	/* the octet behind the quotes */
	PARAM_NAME,
	PARAM_END,	/* white space before "=" */
	PARAM_VALUE,	/* white space after it, or before an address */
};

/* The input of one call; @at is the next octet, @base is what an address is to be
 * less for an offset. @out is the next event, and up to @full a step may begin.
 * @unsearched: the first octet of the value that gmg_sip_search() has not seen.
 */
struct gmg_sip_reader {
	struct gmg_sip_scan *s;
	struct gmg_sip_event *out;
	const struct gmg_sip_event *full;
	const u8 *first;
	const u8 *at;
	const u8 *end;
	const u8 *unsearched;
	unsigned long base;
};

/* So many events has a step at most. */
enum { STEP_EVENTS = 4 };

/* What a name or a line costs, in octets, and what is free: no message has more
 * of them for good, and so none costs more than its octets may.
 */
enum {
	WORK_NAME = 24,
	WORK_FREE = 1024,
};

/* Each reads on from r->at as long as the state is one of its own file and
 * may_go_on().
 */
void gmg_sip_read_start(struct gmg_sip_reader *r);
void gmg_sip_read_line(struct gmg_sip_reader *r);
void gmg_sip_read_param(struct gmg_sip_reader *r);

/* The start line, or that of a value, is over, and no continuation follows. */
void gmg_sip_start_ends(struct gmg_sip_reader *r);
void gmg_sip_value_ends(struct gmg_sip_reader *r);

/* CR or LF at r->at, in a value. Most often all that follows is another header. */
void gmg_sip_value_line_ends(struct gmg_sip_reader *r);

/* An octet below SP in a value, at r->at, no line end. */
void gmg_sip_read_control(struct gmg_sip_reader *r);

/* Reports @kind, if that is the first of it in the message. */
void gmg_sip_bad(struct gmg_sip_reader *r, u8 kind, bool dead);

/* For is_escaped(): do the octets before @at end in '\\', itself not escaped? */
bool gmg_sip_follows_escape(const struct gmg_sip_reader *r, const u8 *at);

/* Counts the word integrity-protected in credentials, as far as they are read. @over: that
 * is all of them.
 */
void gmg_sip_search(struct gmg_sip_reader *r, bool over);

static __always_inline bool in_credentials(const struct gmg_sip_scan *s)
{
	return s->header == GMG_SIP_AUTHORIZATION || s->header == GMG_SIP_PROXY_AUTHORIZATION;
}

/* Is @word, in lower case, what was gathered, in any case? */
#define GATHERED(s, word) gathered(s, (const u8 *)word "\0\0\0\0\0\0\0", sizeof(word) - 1)

/* @word: of @len octets, and readable in whole words */
static __always_inline bool gathered(const struct gmg_sip_scan *s, const u8 *word, u32 len)
{
	return s->len == len && gmg_sip_same(s->room, word, len, GMG_SIP_ANY_CASE);
}

#define EACH(octet) ((octet) * 0x0101010101010101ULL)

/* Where the blocks of @size octets end, a power of two, that fit between @at and @end. */
static __always_inline const u8 *whole(const u8 *at, const u8 *end, u32 size)
{
	return at + ((end - at) & -(long)size);
}

/* In all of these the lowest octet marked is right; those above it may not be. */
static __always_inline u64 controls(u64 x)
{
	return (x - EACH(0x20)) & ~x & EACH(0x80);
}

/* controls and '"' */
static __always_inline u64 quotes(u64 x)
{
	return ((x - EACH(0x20)) | ((x ^ EACH('"')) - EACH(1))) & ~x & EACH(0x80);
}

/* below '-', and ';' to '?' */
static __always_inline u64 separators(u64 x)
{
	return ((x - EACH(0x2d)) | ((x ^ EACH(0x3f)) - EACH(5))) & ~x & EACH(0x80);
}

/* below '-', ':' to '?', DEL and above */
static __always_inline u64 name_ends(u64 x)
{
	return ((x - EACH(0x2d)) | ((x ^ EACH(0x3f)) - EACH(6)) | (x + EACH(1)) | x) &
	       EACH(0x80);
}

static __always_inline bool ends_name(u8 c)
{
	return c < 0x2d || (c >= ':' && c <= '?') || c >= 0x7f;
}

static __always_inline bool ends_param(u8 c)
{
	return c < 64 && (BIT_ULL('\t') | BIT_ULL('\n') | BIT_ULL('\r') | BIT_ULL(' ') |
			  BIT_ULL('"') | BIT_ULL('&') | BIT_ULL(',') | BIT_ULL(';') |
			  BIT_ULL('<') | BIT_ULL('>') | BIT_ULL('?')) >> c & 1;
}

/* An octet of a token (RFC 3261 25.1), or of none, that ends what gather() takes. */
static __always_inline bool goes_on(u8 c)
{
	return c == '!' || c == '%' || c == '\'' || c == '*' || c == '+' || c == ':' || c >= 0x7f;
}

static __always_inline bool is_blank(u8 c)
{
	return c == ' ' || c == '\t';
}

static __always_inline bool is_digit(u8 c)
{
	return c >= '0' && c <= '9';
}

static __always_inline bool is_line_end(u8 c)
{
	return c == '\r' || c == '\n';
}

/* May the value of @param, read as @how, be of the userinfo of a URI, which may look as if it
 * had parameters (RFC 3261 25.1)? It ends at '@' then, so that no host is ever part of it.
 */
static __always_inline bool may_be_user(u8 how, u8 param)
{
	return how == GMG_SIP_VALUE_ADDRESS && param != GMG_SIP_PARAM_TAG;
}

static __always_inline u32 offset(const struct gmg_sip_reader *r, const u8 *at)
{
	return (u32)((unsigned long)at - r->base);
}

/* Is the octet at @at escaped, be it that of a quoted-pair (RFC 3261 25.1)? */
static __always_inline bool is_escaped(const struct gmg_sip_reader *r, const u8 *at)
{
	return unlikely(at == r->first || at[-1] == '\\') && gmg_sip_follows_escape(r, at);
}

/* Is there room for what a step says? */
static __always_inline bool has_room(const struct gmg_sip_reader *r)
{
	return r->out <= r->full;
}

/* Are there octets, and room for what a step says of them? */
static __always_inline bool may_go_on(const struct gmg_sip_reader *r)
{
	return r->at < r->end && has_room(r);
}

static __always_inline struct gmg_sip_event *report(struct gmg_sip_reader *r, u8 type)
{
	struct gmg_sip_event *e = r->out++;

	*e = (struct gmg_sip_event){ .type = type };
	return e;
}

/* A line or a name more. What is long may have many. */
static __always_inline void spend(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;
	u32 work = s->work + WORK_NAME;

	s->work = work;
	if (unlikely(work > WORK_FREE) && work - WORK_FREE > offset(r, r->at) - s->begin)
		gmg_sip_bad(r, GMG_SIP_BAD_LIMIT, true);
}

/* Puts what comes before the end of a name into the room. Is its end there? */
static __always_inline bool gather(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;
	const u8 *at = r->at;
	u32 len = s->len;

	while (r->end - at >= 8) {
		u64 x = gmg_octets_get(at), m = name_ends(x);
		u32 n = m ? __ffs64(m) / 8 : 8;

		if (len <= GMG_SIP_NAME_ROOM - 8)
			gmg_octets_put(s->room + len, x);
		len += n;
		at += n;
		if (m)
			goto out;
	}
	for (; at < r->end && !ends_name(*at); at++, len++)
		if (len < GMG_SIP_NAME_ROOM)
			s->room[len] = *at;
out:
	r->at = at;
	s->len = len;
	return at < r->end;
}

static __always_inline void name_begins(struct gmg_sip_reader *r, u8 state)
{
	struct gmg_sip_scan *s = r->s;

	s->name = offset(r, r->at);
	s->len = 0;
	s->state = state;
}

/* CR or LF at r->at, in a value, a start line or white space before a colon. */
static __always_inline void line_ends(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;

	s->resume = s->state;
	s->line_end = offset(r, r->at);
	s->state = *r->at++ == '\r' ? CR : LF;
}

/* May a name that begins with @c be one of those that begin with @first? All that are known
 * begin with a letter; what neither gather() takes nor goes_on() is for begins none.
 */
static __always_inline bool is_wanted(u32 first, u8 c)
{
	const u64 names = BIT_ULL('!') | BIT_ULL('%') | BIT_ULL('\'') | BIT_ULL('*') |
			  BIT_ULL('+') | (BIT_ULL(':' + 1) - BIT_ULL('-'));

	if (c >= 64 && c < 0x7f)
		return first >> (c & 31) & 1;
	return first == ~0U && (c >= 0x7f || names >> c & 1);
}

static __always_inline void param_begins(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;

	s->param = offset(r, r->at);
	s->len = 0;
	s->state = PARAM_NAME;
}

static __always_inline void param_ends(struct gmg_sip_reader *r, u32 end, u8 flags)
{
	struct gmg_sip_scan *s = r->s;

	*r->out++ = (struct gmg_sip_event){
		.type = GMG_SIP_PARAM, .id = s->header, .param = s->open,
		.flags = flags | (s->in_uri ? GMG_SIP_IN_URI : 0) |
			 (s->digest ? GMG_SIP_DIGEST : 0),
		.start = s->param, .len = s->open_len,
		.value = flags & GMG_SIP_VALUED ? s->param_value : 0,
		.value_len = flags & GMG_SIP_VALUED ? end - s->param_value : 0,
	};
	s->open = GMG_SIP_PARAM_NONE;
}

#endif /* _GMG_PURE_SIP_READ_H */
