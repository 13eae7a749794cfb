// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "agree.h"

bool agree_refuse(struct gmg_refusal *r, uint16_t status, const char *fmt, ...)
{
	va_list ap;

	*r = (struct gmg_refusal){
		.status = status,
		.require = status == AGREE_EXTENSION,
		.server = status == AGREE_EXTENSION || status == AGREE_AGREEMENT,
	};
	va_start(ap, fmt);
	vsnprintf(r->why, sizeof(r->why), fmt, ap);
	va_end(ap);
	return false;
}

const char *agree_phrase(uint16_t status)
{
	switch (status) {
	case AGREE_BAD_REQUEST:
		return "Bad Request";
	case AGREE_FORBIDDEN:
		return "Forbidden";
	case AGREE_EXTENSION:
		return "Extension Required";
	case AGREE_AGREEMENT:
		return "Security Agreement Required";
	default:
		return "Server Internal Error";
	}
}

bool agree_under(const struct gmg_agree_way *way, const struct gmg_sa *set)
{
	return set->port_uc == way->source.port && set->port_ps == way->local.port &&
	       !prefix_compare(&set->ue, &way->source.addr) &&
	       !prefix_compare(&set->pcscf, &way->local.addr);
}

const struct gmg_sip_event *agree_credentials(const struct gmg_sipmsg *m, struct gmg_refusal *r)
{
	const struct gmg_sip_event *h = sipmsg_header(m, GMG_SIP_AUTHORIZATION, NULL);
	struct gmg_text value;

	if (m->status || m->method != GMG_SIP_REGISTER) {
		agree_refuse(r, AGREE_BAD_REQUEST, "it is no REGISTER");
		return NULL;
	}
	if (sipmsg_count(m, GMG_SIP_AUTHORIZATION) != 1) {
		agree_refuse(r, AGREE_BAD_REQUEST, "a REGISTER of IMS AKA has one Authorization");
		return NULL;
	}
	value = sipmsg_value(m, h);
	if (text_is(text_scheme(&value), "Digest"))
		return h;
	agree_refuse(r, AGREE_BAD_REQUEST, "the credentials of IMS AKA are Digest");
	return NULL;
}

bool agree_impi(const struct gmg_sipmsg *m, char impi[GMGUARD_IMPI_MAX + 1],
		struct gmg_refusal *r)
{
	const struct gmg_sip_event *h = agree_credentials(m, r), *user;
	struct gmg_text t;
	size_t i;

	if (!h)
		return false;
	user = sipmsg_param(m, h, GMG_SIP_PARAM_USERNAME, NULL);
	if (!user || sipmsg_param(m, h, GMG_SIP_PARAM_USERNAME, user))
		return agree_refuse(r, AGREE_BAD_REQUEST, "the credentials name one username, the IMPI");
	t = sipmsg_value(m, user);
	if (!t.len || t.len > GMGUARD_IMPI_MAX)
		return agree_refuse(r, AGREE_BAD_REQUEST, "an IMPI has 1 to %d octets, this one %zu",
				    GMGUARD_IMPI_MAX, t.len);
	/* others come back from the kernel in a form that could be somebody else's */
	for (i = 0; i < t.len; i++)
		if (t.p[i] <= ' ' || t.p[i] > '~')
			return agree_refuse(r, AGREE_BAD_REQUEST,
					    "an IMPI is of printable ASCII without spaces");
	memcpy(impi, t.p, t.len);
	impi[t.len] = '\0';
	return true;
}

enum agree_via agree_via(const struct gmg_sipmsg *m, const struct gmg_prefix *source)
{
	const struct gmg_sip_event *h = sipmsg_header(m, GMG_SIP_VIA, NULL), *e;
	struct gmg_sockaddr sent_by;
	struct gmg_text t;

	e = h ? sipmsg_param(m, h, GMG_SIP_PARAM_SENT_BY, NULL) : NULL;
	if (!e)
		return AGREE_VIA_NAME;
	t = sipmsg_value(m, e);
	if (!sockaddr_parse(&sent_by, t.p, t.len))
		return AGREE_VIA_NAME;
	return prefix_compare(&sent_by.addr, source) ? AGREE_VIA_OTHER : AGREE_VIA_SAME;
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
	if (!agree_impi(sm1, offer->impi, refusal))
		return false;
	if (!sipmsg_has_tag(sm1, GMG_SIP_REQUIRE, "sec-agree") &&
	    !sipmsg_has_tag(sm1, GMG_SIP_PROXY_REQUIRE, "sec-agree"))
		return agree_refuse(refusal, AGREE_EXTENSION,
				    "neither Require nor Proxy-Require has sec-agree: the UE asks for no agreement");
	if (!secagree_read(sm1, GMG_SIP_SECURITY_CLIENT, &offer->client, why)) {
		offer->client.n = 0;
		return agree_refuse(refusal, AGREE_AGREEMENT, "Security-Client, %s", why);
	}
	if (!offer->client.n)
		return agree_refuse(refusal, AGREE_EXTENSION, "there is no Security-Client");
	offer->emergency = has_sos(sm1);
	secagree_choose(&offer->client, ours, &offer->choice);
	if (offer->choice.taken < 0)
		return agree_refuse(refusal, AGREE_AGREEMENT,
				    "of what the UE offers we can take nothing: gmguard agree offer --explain says why");
	offer->ends = offer->client.mechanism[offer->choice.taken].ends;
	return true;
}
