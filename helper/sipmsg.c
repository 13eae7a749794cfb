// SPDX-License-Identifier: GPL-2.0
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pure/sip_nai.h"
#include "sipmsg.h"

static const char *const bad_words[GMG_SIP_BAD_COUNT] = {
	[GMG_SIP_BAD_START] = "a start line as in RFC 3261 7.1 or 7.2 is right",
	[GMG_SIP_BAD_METHOD] = "the method is in upper case and that of CSeq",
	[GMG_SIP_BAD_LEADING] = "white space before the first header",
	[GMG_SIP_BAD_NAME] = "an octet that no name of a header has",
	[GMG_SIP_BAD_EMPTY] = "a header without a name",
	[GMG_SIP_BAD_COLON] = "a line without a colon",
	[GMG_SIP_BAD_FOLD] = "a fold before the colon",
	[GMG_SIP_BAD_CONTROL] = "a control octet in a value",
	[GMG_SIP_BAD_CR] = "a CR without LF",
	[GMG_SIP_BAD_QUOTE] = "quotes that stacks read differently",
	[GMG_SIP_BAD_REPEATED] = "a header twice that may be there once",
	[GMG_SIP_BAD_LENGTH] = "a Content-Length that does not fit",
	[GMG_SIP_BAD_TRUNCATED] = "the empty line is missing",
	[GMG_SIP_BAD_LIMIT] = "more lines and names than a message of this size has",
};

static bool fail(char *why, const char *text, uint32_t at)
{
	snprintf(why, SIPMSG_WHY, "octet %u: %s", at, text);
	return false;
}

/* RFC 3261 18.3: what follows the body is not of the message. A copy may go by TCP, where
 * without Content-Length nobody knows where it ends; see sipmsg_put_length().
 */
static bool take_body(struct gmg_sipmsg *m, const struct gmg_sip_event *e, char *why)
{
	m->end = e->start - 1;
	m->end -= m->p[m->end - 1] == '\r';
	m->body = (struct gmg_text){ m->p + e->start, m->len - e->start };
	if (!(e->flags & GMG_SIP_HAS_LENGTH))
		return !m->body.len || fail(why, "a body without Content-Length", e->start);
	if (m->body.len > e->number)
		m->body.len = e->number;
	m->len = e->start + m->body.len;
	return true;
}

/* One event; false after @why was written. */
static bool take(struct gmg_sipmsg *m, const struct gmg_sip_event *e, char *why)
{
	switch (e->type) {
	case GMG_SIP_REQUEST:
		m->method = e->id;
		m->uri = (struct gmg_text){ m->p + e->start, e->len };
		return true;
	case GMG_SIP_RESPONSE:
		m->status = e->number;
		return true;
	case GMG_SIP_HEADER:
		if (m->n_headers == SIPMSG_HEADERS)
			return fail(why, "more headers than there is room for", e->start);
		if (e->id == GMG_SIP_CSEQ && m->status)
			m->method = e->number;
		m->header[m->n_headers++] = *e;
		return true;
	case GMG_SIP_PARAM:
		if (e->id == GMG_SIP_REQUEST_URI)
			return true;
		if (m->n_params == SIPMSG_PARAMS)
			return fail(why, "more parameters than there is room for", e->start);
		m->param[m->n_params++] = *e;
		return true;
	case GMG_SIP_HEADERS_END:
		return take_body(m, e, why);
	case GMG_SIP_MALFORMED:
		return fail(why, bad_words[e->id], e->start);
	case GMG_SIP_END:
		return true;
	default:
		snprintf(why, SIPMSG_WHY, "it is no SIP message in clear");
		return false;
	}
}

static bool take_all(struct gmg_sipmsg *m, const struct gmg_sip_batch *batch, char *why)
{
	uint32_t i;

	for (i = 0; i < batch->count; i++)
		if (!take(m, &batch->event[i], why))
			return false;
	return true;
}

/* @params: BIT(enum gmg_sip_header) of the headers whose parameters are read */
static bool scan(struct gmg_sipmsg *m, const char *p, size_t len, uint64_t params, char *why)
{
	struct gmg_sip_batch batch;
	struct gmg_sip_scan s;
	uint32_t at = 0;

	/* events are there as far as they are counted */
	memset(m, 0, offsetof(struct gmg_sipmsg, header));
	if (len > SIPMSG_MAX) {
		snprintf(why, SIPMSG_WHY, "more than %d octets", SIPMSG_MAX);
		return false;
	}
	m->p = p;
	m->len = len;
	gmg_sip_scan_init(&s, false, params, 0);
	while (at < len) {
		at += gmg_sip_scan(&s, (const uint8_t *)p + at, len - at, &batch);
		if (!take_all(m, &batch, why))
			return false;
	}
	gmg_sip_scan_end(&s, &batch);
	return take_all(m, &batch, why);
}

bool sipmsg_read(struct gmg_sipmsg *m, const char *p, size_t len, char *why)
{
	return scan(m, p, len, UINT64_MAX, why);
}

bool sipmsg_read_copy(struct gmg_sipmsg *m, const char *p, size_t len, char *why)
{
	static const uint64_t edited = UINT64_C(1) << GMG_SIP_AUTHORIZATION |
				       UINT64_C(1) << GMG_SIP_PROXY_AUTHORIZATION |
				       UINT64_C(1) << GMG_SIP_WWW_AUTHENTICATE |
				       UINT64_C(1) << GMG_SIP_PROXY_AUTHENTICATE |
				       UINT64_C(1) << GMG_SIP_REQUIRE |
				       UINT64_C(1) << GMG_SIP_PROXY_REQUIRE;

	return scan(m, p, len, edited, why);
}

const struct gmg_sip_event *sipmsg_header(const struct gmg_sipmsg *m, uint8_t id,
					  const struct gmg_sip_event *prev)
{
	const struct gmg_sip_event *e = prev ? prev + 1 : m->header;

	for (; e < m->header + m->n_headers; e++)
		if (e->id == id)
			return e;
	return NULL;
}

uint32_t sipmsg_count(const struct gmg_sipmsg *m, uint8_t id)
{
	const struct gmg_sip_event *h = NULL;
	uint32_t n = 0;

	while ((h = sipmsg_header(m, id, h)))
		n++;
	return n;
}

const struct gmg_sip_event *sipmsg_param(const struct gmg_sipmsg *m,
					 const struct gmg_sip_event *h, uint8_t param,
					 const struct gmg_sip_event *prev)
{
	const struct gmg_sip_event *e = prev ? prev + 1 : m->param;

	for (; e < m->param + m->n_params; e++)
		if (e->param == param && e->start >= h->value &&
		    e->start < h->value + h->value_len)
			return e;
	return NULL;
}

struct gmg_text sipmsg_value(const struct gmg_sipmsg *m, const struct gmg_sip_event *e)
{
	return text_trim((struct gmg_text){ m->p + e->value, e->value_len });
}

struct gmg_text sipmsg_first(const struct gmg_sipmsg *m, uint8_t id)
{
	const struct gmg_sip_event *h = sipmsg_header(m, id, NULL);

	return h ? sipmsg_value(m, h) : (struct gmg_text){ NULL, 0 };
}

/* The list of a header: of credentials and challenges without the scheme. */
static struct gmg_text list_of(const struct gmg_sipmsg *m, const struct gmg_sip_event *h)
{
	struct gmg_text list = sipmsg_value(m, h);

	if (gmg_sip_kinds[h->id].value == GMG_SIP_VALUE_AUTH)
		text_scheme(&list);
	return list;
}

static void found(struct gmg_sip_auth *params, size_t n, struct gmg_text name,
		  struct gmg_text value)
{
	for (; n--; params++)
		if (name.len && (*name.p | 0x20) == *params->name && text_is(name, params->name)) {
			params->value = text_unquote(value);
			params->n++;
		}
}

static void forget(struct gmg_sip_auth *params, size_t n)
{
	for (; n--; params++) {
		params->n = 0;
		params->value = (struct gmg_text){ NULL, 0 };
	}
}

bool sipmsg_auth(const struct gmg_sipmsg *m, const struct gmg_sip_event *h,
		 struct gmg_sip_auth *params, size_t n)
{
	struct gmg_text all = sipmsg_value(m, h), rest, piece, name, value;
	const bool digest = text_is(text_scheme(&all), "Digest");

	forget(params, n);
	for (rest = all; rest.p && text_auth_next(&rest, &name, &value);)
		found(params, n, name, value);
	if (!rest.p)
		return digest;
	forget(params, n);
	for (rest = all; text_next(&rest, ",", &piece, NULL);) {
		text_param(piece, &name, &value);
		found(params, n, name, value);
	}
	return false;
}

bool sipmsg_has_tag(const struct gmg_sipmsg *m, uint8_t id, const char *tag)
{
	const struct gmg_sip_event *h = NULL;
	struct gmg_text rest, piece;

	while ((h = sipmsg_header(m, id, h)))
		for (rest = list_of(m, h); text_next(&rest, ",", &piece, NULL);)
			if (text_is(piece, tag))
				return true;
	return false;
}

static void add(struct gmg_sip_edits *edits, uint32_t at, uint32_t end, const char *text)
{
	if (edits->n == SIPMSG_EDITS)
		edits->full = true;
	else
		edits->edit[edits->n++] = (struct gmg_sip_edit){ at, end, text };
}

void sipmsg_cut_header(const struct gmg_sipmsg *m, struct gmg_sip_edits *edits,
		       const struct gmg_sip_event *h)
{
	uint32_t end = h->value + h->value_len;

	end += m->p[end] == '\r';
	add(edits, h->start, end + 1, "");
}

/* @names: in lower case */
static bool is_one_of(struct gmg_text piece, const char *const *names)
{
	struct gmg_text name, value;

	for (; *names; names++) {
		if (!piece.len || (*piece.p | 0x20) != **names)
			continue;
		text_param(piece, &name, &value);
		if (text_is(name, *names))
			return true;
	}
	return false;
}

void sipmsg_cut_names(const struct gmg_sipmsg *m, struct gmg_sip_edits *edits,
		      const struct gmg_sip_event *h, const char *const *names)
{
	struct gmg_text rest = list_of(m, h), piece, next;
	const char *before = NULL;	/* where the last piece ended, once one is kept */
	uint32_t first = edits->n;
	bool more, kept = false;

	for (more = text_next(&rest, ",", &piece, NULL); more; piece = next) {
		more = text_next(&rest, ",", &next, NULL);
		if (!is_one_of(piece, names))
			kept = true;
		else if (kept)
			add(edits, before - m->p, piece.p + piece.len - m->p, "");
		else if (more)
			add(edits, piece.p - m->p, next.p - m->p, "");
		else
			break;
		before = piece.p + piece.len;
	}
	if (kept)
		return;
	edits->n = first;
	sipmsg_cut_header(m, edits, h);
}

void sipmsg_put_value(const struct gmg_sipmsg *m, struct gmg_sip_edits *edits,
		      const struct gmg_sip_event *h, const char *text)
{
	struct gmg_text value = sipmsg_value(m, h);
	uint32_t at = value.p + value.len - m->p;

	add(edits, at, at, text);
}

void sipmsg_put_headers(const struct gmg_sipmsg *m, struct gmg_sip_edits *edits,
			const char *text)
{
	add(edits, m->end, m->end, text);
}

void sipmsg_put_length(const struct gmg_sipmsg *m, struct gmg_sip_edits *edits)
{
	if (!sipmsg_header(m, GMG_SIP_CONTENT_LENGTH, NULL))
		sipmsg_put_headers(m, edits, "Content-Length: 0\r\n");
}

/* Of what a user, an NAI or a domain name may go on with (RFC 3261 25.1, user). */
static bool goes_on(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("-_.!~*%&=+$/@", c)) || c & 0x80;
}

/* Is the NAI at @at of @t the whole of one? */
static bool is_whole(struct gmg_text t, size_t at, size_t len)
{
	const char *end = t.p + at + len, *last = t.p + t.len;

	if (at && goes_on(t.p[at - 1]))
		return false;
	return end == last || !goes_on(*end) ||
	       (*end == '.' && (end + 1 == last || !goes_on(end[1])));
}

/* Is there one in @t? */
static bool put_nai_in(const struct gmg_sipmsg *m, struct gmg_sip_edits *edits,
		       struct gmg_text t, const char *nai, const char *to)
{
	size_t len = strlen(nai), at;
	bool found = false;

	for (at = 0; at + len <= t.len; at++)
		if (t.p[at] == *nai &&
		    gmg_sip_nai_same((const uint8_t *)t.p + at, len, (const uint8_t *)nai, len) &&
		    is_whole(t, at, len)) {
			add(edits, t.p + at - m->p, t.p + at + len - m->p, to);
			found = true;
		}
	return found;
}

uint64_t sipmsg_put_nai(const struct gmg_sipmsg *m, struct gmg_sip_edits *edits, uint64_t where,
			const char *nai, const char *to)
{
	const struct gmg_sip_event *h;
	uint64_t found = 0;

	if (where >> GMG_SIP_REQUEST_URI & 1 && put_nai_in(m, edits, m->uri, nai, to))
		found = UINT64_C(1) << GMG_SIP_REQUEST_URI;
	for (h = m->header; h < m->header + m->n_headers; h++)
		if (where >> h->id & 1 && put_nai_in(m, edits, sipmsg_value(m, h), nai, to))
			found |= UINT64_C(1) << h->id;
	return found;
}

/* What is put to where a cut begins comes first. */
static int by_place(const void *a, const void *b)
{
	const struct gmg_sip_edit *ea = a, *eb = b;

	if (ea->at != eb->at)
		return ea->at > eb->at ? 1 : -1;
	return (ea->end > eb->end) - (ea->end < eb->end);
}

/* In order, and of octets of the message that no other edit is of? */
static bool are_apart(const struct gmg_sipmsg *m, const struct gmg_sip_edits *edits)
{
	const struct gmg_sip_edit *e;
	uint32_t at = 0;

	for (e = edits->edit; e < edits->edit + edits->n; at = e->end, e++)
		if (e->at < at || e->end < e->at || e->end > m->len)
			return false;
	return true;
}

char *sipmsg_copy(const struct gmg_sipmsg *m, struct gmg_sip_edits *edits, size_t *len)
{
	const struct gmg_sip_edit *e = edits->edit, *last = e + edits->n;
	uint32_t at = 0;
	char *copy, *to;

	qsort(edits->edit, edits->n, sizeof(*edits->edit), by_place);
	*len = m->len;
	for (; e < last; e++)
		*len += strlen(e->text);
	copy = edits->full || !are_apart(m, edits) ? NULL : OPENSSL_malloc(*len + 1);
	if (!copy)
		return NULL;
	for (to = copy, e = edits->edit; e < last; at = e->end, e++) {
		to = mempcpy(to, m->p + at, e->at - at);
		to = stpcpy(to, e->text);
	}
	to = mempcpy(to, m->p + at, m->len - at);
	*to = '\0';
	*len = to - copy;
	return copy;
}
