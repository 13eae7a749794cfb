// SPDX-License-Identifier: GPL-2.0
/* The scanner: the same events however the octets come in, all of them of octets
 * that were there, and in an order that makes sense. The first octet of the input
 * says how it is cut.
 */
#include "../../kmod/pure/sip_scan.h"
#include "../pure/sip_events.h"
#include "fuzz.h"

static struct events whole, split;

static void check_event(const struct gmg_sip_event *e, u32 len)
{
	HOLDS(e->start <= len && e->len <= len - e->start);
	HOLDS(e->value <= len && e->value_len <= len - e->value);
	switch (e->type) {
	case GMG_SIP_REQUEST:
		HOLDS(e->id < GMG_SIP_METHOD_COUNT && e->number <= GMG_SIP_URI_SOS);
		break;
	case GMG_SIP_RESPONSE:
		HOLDS(!e->number || (e->number >= 100 && e->number < 700));
		break;
	case GMG_SIP_HEADER:
		HOLDS(e->id > GMG_SIP_OTHER && e->id < GMG_SIP_REQUEST_URI);
		HOLDS(e->len && e->start + e->len < e->value);
		break;
	case GMG_SIP_PARAM:
		HOLDS(e->param > GMG_SIP_PARAM_NONE && e->param < GMG_SIP_PARAM_COUNT);
		HOLDS(e->id > GMG_SIP_OTHER && e->id <= GMG_SIP_REQUEST_URI);
		break;
	case GMG_SIP_MALFORMED:
		HOLDS(e->id < GMG_SIP_BAD_COUNT);
		break;
	default:
		HOLDS(e->type && e->type <= GMG_SIP_COMPRESSED);
	}
}

/* A message begins with its start line and ends once; a parameter is of the
 * header that follows, a length that a stream goes by was read.
 */
static void check_order(const struct events *from, u32 len, bool stream)
{
	bool started = false, headers = false;
	u32 end = 0, bad = 0, line = 0;

	for (u32 i = 0; i < from->count; i++) {
		const struct gmg_sip_event *e = &from->event[i];

		check_event(e, len);
		if (e->flags & GMG_SIP_DEAD)
			HOLDS(i + 1 == from->count && e->type == GMG_SIP_MALFORMED);
		switch (e->type) {
		case GMG_SIP_REQUEST:
		case GMG_SIP_RESPONSE:
			HOLDS(!started && !headers);
			started = true;
			break;
		case GMG_SIP_HEADER:
			HOLDS(started && !headers && e->start >= line);
			line = e->value + e->value_len;
			break;
		case GMG_SIP_PARAM:
			HOLDS(!headers && started == (e->id != GMG_SIP_REQUEST_URI));
			HOLDS(e->start >= line);
			break;
		case GMG_SIP_HEADERS_END:
			HOLDS(started && !headers && e->start >= line);
			headers = true;
			break;
		case GMG_SIP_END:
			HOLDS(e->start >= end);
			end = e->start + e->len;
			HOLDS(started || bad);
			HOLDS(headers || bad);
			started = false;
			headers = false;
			bad = 0;
			HOLDS(stream || i + 1 == from->count);
			break;
		case GMG_SIP_MALFORMED:
			HOLDS(!(bad & BIT(e->id)) || e->flags & GMG_SIP_DEAD);
			bad |= BIT(e->id);
			break;
		default:
			HOLDS(from->count == 1 || stream);
		}
	}
}

/* A header on a line of its own, where nothing was wrong before it, is found. */
static void check_found(const u8 *p, u32 len, const struct events *from)
{
	static const char line[] = "\r\nP-Asserted-Identity: ";
	bool seen = false;
	u32 at;

	for (u32 i = 0; i < from->count; i++) {
		const struct gmg_sip_event *e = &from->event[i];

		seen |= e->type == GMG_SIP_HEADER && e->id == GMG_SIP_P_ASSERTED_IDENTITY;
		if (e->type == GMG_SIP_MALFORMED || e->type == GMG_SIP_STUN ||
		    e->type == GMG_SIP_COMPRESSED)
			return;
		if (e->type == GMG_SIP_HEADERS_END)
			len = e->start;
	}
	for (at = 0; at + sizeof(line) - 1 <= len; at++)
		HOLDS(memcmp(p + at, line, sizeof(line) - 1) || seen);
}

static void check(const u8 *p, u32 len, u32 cut, bool stream)
{
	scan(p, len, stream, len, len, &whole);
	check_order(&whole, len, stream);
	if (!stream)
		check_found(p, len, &whole);
	scan(p, len, stream, 1, 1, &split);
	HOLDS(same_events(&whole, &split));
	scan(p, len, stream, cut + 1, cut % 31 + 1, &split);
	HOLDS(same_events(&whole, &split));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	check(data + 1, size - 1, data[0], false);
	check(data + 1, size - 1, data[0], true);
	return 0;
}
