// SPDX-License-Identifier: GPL-2.0
#include "sip_read.h"

/* A REGISTER makes no dialog and asks no service of those it names. */
#define NOT_OF_REGISTER (BIT_ULL(GMG_SIP_FROM) | BIT_ULL(GMG_SIP_TO))

void gmg_sip_start_ends(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;
	struct gmg_sip_event *e;

	s->in_start = false;
	s->header = GMG_SIP_OTHER;
	if (s->method == GMG_SIP_METHOD_COUNT) {
		e = report(r, GMG_SIP_RESPONSE);
		e->number = s->status;
	} else {
		if (s->resume != VERSION) {
			gmg_sip_bad(r, GMG_SIP_BAD_START, false);
			s->uri_len = s->line_end - s->uri;
		}
		e = report(r, GMG_SIP_REQUEST);
		e->id = s->method;
		e->start = s->uri;
		e->len = s->uri_len;
		e->number = s->uri_class;
	}
}

static void read_method(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;
	bool exact;

	if (!gather(r))
		return;
	if (*r->at != ' ' || !s->len) {
		s->state = METHOD_ODD;
		return;
	}
	r->at++;
	if (GATHERED(s, "sip/2.0")) {
		s->method = GMG_SIP_METHOD_COUNT;
		name_begins(r, STATUS);
		return;
	}
	s->method = gmg_sip_method_find(s->room, s->len, &exact);
	s->state = URI;
	if (s->method == GMG_SIP_REGISTER)
		s->wanted = s->params & ~NOT_OF_REGISTER;
	if (!exact)
		gmg_sip_bad(r, GMG_SIP_BAD_METHOD, false);
}

static void read_method_odd(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;

	for (; r->at < r->end; r->at++) {
		u8 c = *r->at;

		if (c == ' ' && offset(r, r->at) != s->begin) {
			r->at++;
			s->state = URI;
			return;
		}
		if (c <= ' ' || c >= 0x7f || c == ':' || c == '"') {
			gmg_sip_bad(r, GMG_SIP_BAD_START, true);
			return;
		}
	}
}

static void read_uri(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;

	if (is_line_end(*r->at)) {
		gmg_sip_bad(r, GMG_SIP_BAD_START, true);
	} else if (is_blank(*r->at)) {
		gmg_sip_bad(r, GMG_SIP_BAD_START, false);
		while (r->at < r->end && is_blank(*r->at))
			r->at++;
	} else {
		name_begins(r, SCHEME);
		s->uri = s->name;
		s->header = GMG_SIP_REQUEST_URI;
		s->in_uri = true;
		s->apart = true;
		s->assigned = 0;
		s->digest = false;
		s->how = GMG_SIP_VALUE_LIST;
		s->step = 0;
	}
}

static void read_scheme(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;

	if (!gather(r))
		return;
	s->state = PARAMS;
	if (*r->at != ':' || !s->len) {
		gmg_sip_bad(r, GMG_SIP_BAD_START, false);
		return;
	}
	r->at++;
	if (GATHERED(s, "urn")) {
		s->uri_class = GMG_SIP_URI_URN;
		name_begins(r, URN);
	} else if (GATHERED(s, "tel")) {
		s->uri_class = GMG_SIP_URI_TEL;
		s->state = DIALLED;
	} else if (GATHERED(s, "sip") || GATHERED(s, "sips")) {
		s->uri_class = GMG_SIP_URI_SIP;
		s->state = DIALLED;
	}
}

/* RFC 5031 4.1. Nothing but a whole service that ends here opens anything. */
static void read_urn(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;

	if (!gather(r))
		return;
	s->state = PARAMS;
	if (!s->step) {
		if (*r->at == ':' && GATHERED(s, "service")) {
			r->at++;
			s->step = 1;
			name_begins(r, URN);
		}
		return;
	}
	if (*r->at != ' ')
		return;
	if (s->len > 3 && s->room[3] == '.')
		s->len = 3;
	if (GATHERED(s, "sos"))
		s->uri_class = GMG_SIP_URI_SOS;
}

static void read_dialled(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;

	for (; r->at < r->end; r->at++) {
		u8 c = *r->at;

		if (is_digit(c) || c == '+' || c == '*' || c == '#') {
			if (s->dialled_len == GMG_SIP_DIALLED_MAX)
				break;
			s->dialled[s->dialled_len++] = c;
		} else if (c != '-' && c != '.' && c != '(' && c != ')') {
			break;
		}
	}
	if (r->at == r->end)
		return;
	if (*r->at != '@' && *r->at != ';' && *r->at != ' ')
		s->dialled_len = 0;
	s->state = PARAMS;
}

static void read_phone(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;

	if (!gather(r))
		return;
	s->state = PARAMS;
	if (s->uri_class == GMG_SIP_URI_SIP && GATHERED(s, "phone") &&
	    (*r->at == ' ' || *r->at == ';' || *r->at == '?'))
		s->uri_class = GMG_SIP_URI_PHONE;
}

static void read_version(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;

	if (!gather(r))
		return;
	if (is_line_end(*r->at)) {
		if (!GATHERED(s, "sip/2.0"))
			gmg_sip_bad(r, GMG_SIP_BAD_START, false);
		line_ends(r);
		return;
	}
	gmg_sip_bad(r, GMG_SIP_BAD_START, false);
	while (r->at < r->end && !is_line_end(*r->at) && ends_name(*r->at))
		r->at++;
	s->len = 0;
}

static void read_status(struct gmg_sip_reader *r)
{
	struct gmg_sip_scan *s = r->s;

	if (!gather(r))
		return;
	s->state = VALUE;
	if (s->len == 3 && *r->at <= ' ' && s->room[0] >= '1' && s->room[0] <= '6' &&
	    is_digit(s->room[1]) && is_digit(s->room[2]))
		s->status = (s->room[0] - '0') * 100 + (s->room[1] - '0') * 10 +
			    (s->room[2] - '0');
	else
		gmg_sip_bad(r, GMG_SIP_BAD_START, false);
}

void gmg_sip_read_start(struct gmg_sip_reader *r)
{
	do {
		switch (r->s->state) {
		case METHOD:
			read_method(r);
			break;
		case METHOD_ODD:
			read_method_odd(r);
			break;
		case URI:
			read_uri(r);
			break;
		case SCHEME:
			read_scheme(r);
			break;
		case URN:
			read_urn(r);
			break;
		case DIALLED:
			read_dialled(r);
			break;
		case PHONE:
			read_phone(r);
			break;
		case VERSION:
			read_version(r);
			break;
		default:
			read_status(r);
		}
	} while (r->s->state >= METHOD && r->s->state < NAME && may_go_on(r));
}
