/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_SIP_EVENTS_H
#define _GMG_SIP_EVENTS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../kmod/pure/sip_scan.h"

enum { EVENTS_MAX = 32768 };

/* What the scanner said of one input. */
struct events {
	u32 count;
	struct gmg_sip_event event[EVENTS_MAX];
};

static inline void keep(struct events *to, const struct gmg_sip_batch *batch)
{
	for (u32 i = 0; i < batch->count && to->count < EVENTS_MAX; i++)
		to->event[to->count++] = batch->event[i];
}

/* Feeds octets that end where they end, for the sanitizer to watch. */
static inline void feed(struct gmg_sip_scan *s, const u8 *p, u32 len, struct events *to)
{
	struct gmg_sip_batch batch;
	u8 one[1], *copy = len > 1 ? malloc(len) : one;
	u32 at = 0;

	if (!copy)
		abort();
	memcpy(copy, p, len);
	while (at < len) {
		u32 n = gmg_sip_scan(s, copy + at, len - at, &batch);

		if (!n || n > len - at || batch.count > GMG_SIP_BATCH)
			abort();
		keep(to, &batch);
		at += n;
	}
	if (copy != one)
		free(copy);
}

static inline void finish(struct gmg_sip_scan *s, struct events *to)
{
	struct gmg_sip_batch batch;

	gmg_sip_scan_end(s, &batch);
	keep(to, &batch);
}

/* In pieces of @step octets, the first of @first. */
static inline void scan(const u8 *p, u32 len, bool stream, u32 first, u32 step,
			struct events *to)
{
	struct gmg_sip_scan s;
	u32 at = 0, n = first;

	to->count = 0;
	gmg_sip_scan_init(&s, stream, ~0ULL, 0);
	for (; at < len; at += n, n = step) {
		if (n > len - at)
			n = len - at;
		feed(&s, p + at, n, to);
	}
	finish(&s, to);
}

static inline bool same_events(const struct events *a, const struct events *b)
{
	return a->count == b->count &&
	       !memcmp(a->event, b->event, a->count * sizeof(*a->event));
}

static const char *const header_names[GMG_SIP_HEADER_COUNT] = {
#define HEADER_TEXT(ID, name, quarter, last) [GMG_SIP_##ID] = (name),
	GMG_SIP_HEADERS(HEADER_TEXT)
#undef HEADER_TEXT
};

static const char *const param_names[GMG_SIP_PARAM_COUNT] = {
	"?", "sent-by", "branch", "received", "tag", "expires", "sos", "user", "cpc", "oli",
	"iotl", "p-asserted-identity", "username", "integrity-protected", "ik", "ck",
	"network-provided", "loc-src", "sec-agree", "psap-callback", "supported", "none",
	"id", "critical", "header", "session", "history", "token", "privacy",
};

static const char *const method_names[GMG_SIP_METHOD_COUNT] = {
	"OTHER", "REGISTER", "INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "PRACK", "UPDATE",
	"INFO", "MESSAGE", "SUBSCRIBE", "NOTIFY", "REFER", "PUBLISH",
};

static const char *const uri_names[] = { "other", "sip", "phone", "tel", "urn", "sos" };

static const char *const bad_names[GMG_SIP_BAD_COUNT] = {
	"start", "method", "leading", "name", "empty", "colon", "fold", "control", "cr",
	"quote", "repeated", "length", "truncated", "limit",
};

/* The octets of the input at @start, without line ends and blanks around. */
static inline void write_octets(FILE *f, const u8 *p, u32 start, u32 len)
{
	while (len && strchr(" \t\r\n", p[start]) && p[start]) {
		start++;
		len--;
	}
	while (len && strchr(" \t\r\n", p[start + len - 1]) && p[start + len - 1])
		len--;
	for (u32 i = 0; i < len; i++)
		if (p[start + i] != '\r' && p[start + i] != '\n')
			fputc(p[start + i], f);
}

/* One word an event, in a form to be compared with what is expected:
 *
 *  INVITE/sip  200  name:value  param=value  |length  .  !bad  !!bad
 *
 * in this order request, response, header, parameter ("in quotes", <in a URI),
 * the empty line, the end, malformed and, twice marked, read no further.
 */
static inline void write_event(FILE *f, const u8 *p, const struct gmg_sip_event *e)
{
	switch (e->type) {
	case GMG_SIP_REQUEST:
		fprintf(f, "%s/%s", method_names[e->id], uri_names[e->number]);
		break;
	case GMG_SIP_RESPONSE:
		fprintf(f, "%u", e->number);
		break;
	case GMG_SIP_HEADER:
		fprintf(f, "%s:", header_names[e->id]);
		if (e->id == GMG_SIP_CSEQ)
			fputs(method_names[e->number], f);
		else
			write_octets(f, p, e->value, e->value_len);
		break;
	case GMG_SIP_PARAM:
		fprintf(f, "%s%s", e->flags & GMG_SIP_IN_URI ? "<" : "", param_names[e->param]);
		if (e->flags & GMG_SIP_VALUED)
			fputs(e->flags & GMG_SIP_QUOTED ? "=\"" : "=", f);
		write_octets(f, p, e->value, e->value_len);
		break;
	case GMG_SIP_HEADERS_END:
		fputc('|', f);
		if (e->flags & GMG_SIP_HAS_LENGTH)
			fprintf(f, "%u", e->number);
		break;
	case GMG_SIP_END:
		fputc('.', f);
		break;
	case GMG_SIP_MALFORMED:
		fprintf(f, "%s%s", e->flags & GMG_SIP_DEAD ? "!!" : "!", bad_names[e->id]);
		break;
	case GMG_SIP_KEEPALIVE:
		fputs("keepalive", f);
		break;
	case GMG_SIP_STUN:
		fputs("stun", f);
		break;
	case GMG_SIP_COMPRESSED:
		fputs("compressed", f);
		break;
	default:
		abort();
	}
}

static inline void write_events(FILE *f, const u8 *p, const struct events *from)
{
	for (u32 i = 0; i < from->count; i++) {
		if (i)
			fputc(' ', f);
		write_event(f, p, &from->event[i]);
	}
}

#endif /* _GMG_SIP_EVENTS_H */
