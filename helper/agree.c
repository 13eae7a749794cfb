// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "agree.h"

/* What a refusal says. */
enum answer { BAD_REQUEST, FORBIDDEN, EXTENSION, AGREEMENT, SERVER_ERROR, DISCARD };

static const struct gmg_refusal answers[] = {
	[BAD_REQUEST] = { .status = 400 },
	[FORBIDDEN] = { .status = 403 },
	[EXTENSION] = { .status = 421, .require = true, .server = true },
	[AGREEMENT] = { .status = 494, .server = true },
	[SERVER_ERROR] = { .status = 500 },
	[DISCARD] = { .status = 0 },
};

static bool refuse(struct gmg_refusal *r, enum answer answer, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static bool refuse(struct gmg_refusal *r, enum answer answer, const char *fmt, ...)
{
	va_list ap;

	*r = answers[answer];
	va_start(ap, fmt);
	vsnprintf(r->why, sizeof(r->why), fmt, ap);
	va_end(ap);
	return false;
}

const char *agree_phrase(uint16_t status)
{
	switch (status) {
	case 400:
		return "Bad Request";
	case 403:
		return "Forbidden";
	case 421:
		return "Extension Required";
	case 494:
		return "Security Agreement Required";
	default:
		return "Server Internal Error";
	}
}

/* The one credentials of an AKA REGISTER; NULL after @r. */
static const struct gmg_sip_event *credentials(const struct gmg_sipmsg *m, struct gmg_refusal *r)
{
	const struct gmg_sip_event *h = sipmsg_header(m, GMG_SIP_AUTHORIZATION, NULL);
	struct gmg_text value;

	if (m->status || m->method != GMG_SIP_REGISTER) {
		refuse(r, BAD_REQUEST, "it is no REGISTER");
		return NULL;
	}
	if (sipmsg_count(m, GMG_SIP_AUTHORIZATION) != 1) {
		refuse(r, BAD_REQUEST, "a REGISTER of IMS AKA has one Authorization");
		return NULL;
	}
	value = sipmsg_value(m, h);
	if (text_is(text_scheme(&value), "Digest"))
		return h;
	refuse(r, BAD_REQUEST, "the credentials of IMS AKA are Digest");
	return NULL;
}

static bool take_impi(const struct gmg_sipmsg *m, char impi[GMGUARD_IMPI_MAX + 1],
		      struct gmg_refusal *r)
{
	const struct gmg_sip_event *h = credentials(m, r), *user;
	struct gmg_text t;

	if (!h)
		return false;
	user = sipmsg_param(m, h, GMG_SIP_PARAM_USERNAME, NULL);
	if (!user || sipmsg_param(m, h, GMG_SIP_PARAM_USERNAME, user))
		return refuse(r, BAD_REQUEST, "the credentials name one username, the IMPI");
	t = sipmsg_value(m, user);
	if (!t.len || t.len > GMGUARD_IMPI_MAX)
		return refuse(r, BAD_REQUEST, "an IMPI has 1 to %d octets, this one %zu",
			      GMGUARD_IMPI_MAX, t.len);
	memcpy(impi, t.p, t.len);
	impi[t.len] = '\0';
	return true;
}

/* Is it a registration for emergency calls (TS 24.229 5.1.6.2)? */
static bool has_sos(const struct gmg_sipmsg *m)
{
	const struct gmg_sip_event *h = NULL, *e;

	while ((h = sipmsg_header(m, GMG_SIP_CONTACT, h)))
		for (e = NULL; (e = sipmsg_param(m, h, GMG_SIP_PARAM_SOS, e));)
			if (e->flags & GMG_SIP_IN_URI)
				return true;
	return false;
}

bool agree_offer(const struct gmg_sipmsg *sm1, const struct gmg_agree *ours,
		 struct gmg_offer *offer, struct gmg_refusal *refusal)
{
	char why[SIPMSG_WHY];

	offer->client.n = 0;
	if (!take_impi(sm1, offer->impi, refusal))
		return false;
	if (!sipmsg_has_tag(sm1, GMG_SIP_REQUIRE, "sec-agree") &&
	    !sipmsg_has_tag(sm1, GMG_SIP_PROXY_REQUIRE, "sec-agree"))
		return refuse(refusal, EXTENSION,
			      "neither Require nor Proxy-Require has sec-agree: the UE asks for no agreement");
	if (!secagree_read(sm1, GMG_SIP_SECURITY_CLIENT, &offer->client, why)) {
		offer->client.n = 0;
		return refuse(refusal, AGREEMENT, "Security-Client, %s", why);
	}
	if (!offer->client.n)
		return refuse(refusal, EXTENSION, "there is no Security-Client");
	offer->emergency = has_sos(sm1);
	secagree_choose(&offer->client, ours, &offer->choice);
	if (offer->choice.taken < 0)
		return refuse(refusal, AGREEMENT,
			      "of what the UE offers we can take nothing: gmguard agree offer --explain says why");
	offer->ends = offer->client.mechanism[offer->choice.taken].ends;
	return true;
}
