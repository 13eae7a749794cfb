// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "agree.h"
#include "pure/sip_nai.h"

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
	const uint16_t source = way->source.port, local = way->local.port;

	return ((set->port_uc == source && set->port_ps == local) ||
		(set->port_us == source && set->port_pc == local)) &&
	       !prefix_compare(&set->ue, &way->source.addr) &&
	       !prefix_compare(&set->pcscf, &way->local.addr);
}

bool agree_has_port(const uint16_t *ports, uint32_t n, uint16_t port)
{
	while (n--)
		if (*ports++ == port)
			return true;
	return false;
}

static const struct gmg_endpoint *endpoint_at(const struct gmg_config *cfg,
					      const struct gmg_prefix *addr)
{
	struct gmg_prefix p;
	uint32_t i;

	for (i = 0; i < cfg->n_endpoints; i++)
		if (prefix_parse(&p, cfg->endpoints[i].address.s) && !prefix_compare(&p, addr))
			return &cfg->endpoints[i];
	return NULL;
}

const struct gmg_endpoint *agree_endpoint(const struct gmg_config *cfg,
					  const struct gmg_agree_way *way, bool *protected,
					  struct gmg_refusal *r)
{
	const struct gmg_endpoint *ep = endpoint_at(cfg, &way->local.addr);
	const uint16_t port = way->local.port;

	if (!ep) {
		agree_refuse(r, AGREE_SERVER_ERROR,
			     "the REGISTER came to an address that is no endpoint of the policy");
		return NULL;
	}
	*protected = agree_has_port(ep->server, ep->n_server, port) ||
		     agree_has_port(ep->client, ep->n_client, port);
	if (*protected || agree_has_port(ep->unprotected, ep->n_unprotected, port))
		return ep;
	agree_refuse(r, AGREE_SERVER_ERROR,
		     "the REGISTER came to port %u, which is no port of the policy's endpoint",
		     port);
	return NULL;
}

bool agree_auth_plain(const struct gmg_sipmsg *m, const struct gmg_sip_event *known,
		      uint16_t status, struct gmg_refusal *r)
{
	const struct gmg_sip_event *h;

	for (h = m->header; h < m->header + m->n_headers; h++)
		if (gmg_sip_kinds[h->id].value == GMG_SIP_VALUE_AUTH && h != known &&
		    !sipmsg_auth(m, h, NULL, 0))
			return agree_refuse(r, status,
					    "octet %u: stacks could read it in different ways: credentials and challenges are Digest NAME=token, NAME=\"text\" and so on, without \\ * and '",
					    h->start);
	return true;
}

static bool take_impi(const struct gmg_sip_auth *user, char impi[GMGUARD_IMPI_MAX + 1],
		      struct gmg_refusal *r)
{
	const struct gmg_text t = user->value;
	size_t i;

	if (user->n != 1)
		return agree_refuse(r, AGREE_BAD_REQUEST, "the credentials name one username, the IMPI");
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

bool agree_credentials(const struct gmg_sipmsg *m, struct gmg_credentials *c,
		       struct gmg_refusal *r)
{
	enum { USERNAME, NONCE, RESPONSE, AUTS, PARAMS };
	const struct gmg_sip_event *h = sipmsg_header(m, GMG_SIP_AUTHORIZATION, NULL);
	struct gmg_sip_auth p[PARAMS] = {
		[USERNAME] = { .name = "username" }, [NONCE] = { .name = "nonce" },
		[RESPONSE] = { .name = "response" }, [AUTS] = { .name = "auts" },
	};
	struct gmg_text value;
	bool plain;

	if (m->status || m->method != GMG_SIP_REGISTER)
		return agree_refuse(r, AGREE_BAD_REQUEST, "it is no REGISTER");
	if (sipmsg_count(m, GMG_SIP_AUTHORIZATION) != 1)
		return agree_refuse(r, AGREE_BAD_REQUEST,
				    "a REGISTER of IMS AKA has one Authorization");
	value = sipmsg_value(m, h);
	if (!text_is(text_scheme(&value), "Digest"))
		return agree_refuse(r, AGREE_BAD_REQUEST, "the credentials of IMS AKA are Digest");
	plain = sipmsg_auth(m, h, p, PARAMS);
	c->nonce = p[NONCE].value.p ? p[NONCE].value : text_of("");
	c->empty = !p[RESPONSE].value.len;
	c->auts = p[AUTS].n;
	c->repeated = p[NONCE].n > 1 || p[RESPONSE].n > 1;
	return agree_auth_plain(m, plain ? h : NULL, AGREE_BAD_REQUEST, r) &&
	       take_impi(&p[USERNAME], c->impi, r);
}

bool agree_same(const char *a, const char *b)
{
	return gmg_sip_nai_same((const uint8_t *)a, strlen(a), (const uint8_t *)b, strlen(b));
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

/* The URI of a contact: between < and >, or all there is up to its parameters. */
struct gmg_text agree_uri(struct gmg_text contact)
{
	const char *open = memchr(contact.p, '<', contact.len), *end;
	struct gmg_text uri = contact, rest = contact;

	/* a name in quotes may have one, too */
	if (contact.len && *contact.p == '"') {
		end = contact.p + contact.len;
		for (open = contact.p + 1; open < end && *open != '"'; open++)
			open += *open == '\\';
		open = open < end ? memchr(open, '<', end - open) : NULL;
	}
	if (!open) {
		text_next(&rest, ";", &uri, NULL);
		return uri;
	}
	uri.p = open + 1;
	uri.len = contact.p + contact.len - uri.p;
	end = memchr(uri.p, '>', uri.len);
	uri.len = end ? (size_t)(end - uri.p) : uri.len;
	return uri;
}

struct gmg_text agree_host(struct gmg_text uri)
{
	const struct gmg_text none = { NULL, 0 };
	struct gmg_text scheme;
	const char *at;

	if (!text_next(&uri, ":", &scheme, NULL) || !uri.p ||
	    (!text_is(scheme, "sip") && !text_is(scheme, "sips")))
		return none;
	/* a userinfo may have ';' in it */
	at = memchr(uri.p, '@', uri.len);
	if (!at)
		return uri;
	return (struct gmg_text){ at + 1, uri.len - (at + 1 - uri.p) };
}

/* Names of parameters may be escaped (RFC 3261 19.1.4), which the scanner does not undo. */
static bool has_escaped_name(struct gmg_text uri)
{
	const struct gmg_text host = agree_host(uri), all = host.p ? host : uri;
	bool in_name = false;
	size_t i;

	for (i = 0; i < all.len && all.p[i] != '?'; i++)
		if (all.p[i] == ';')
			in_name = true;
		else if (all.p[i] == '=')
			in_name = false;
		else if (all.p[i] == '%' && in_name)
			return true;
	return false;
}

bool agree_sos(struct gmg_text uri)
{
	struct gmg_text rest = agree_host(uri), params, param, name, value;

	/* RFC 3261 19.1.1: behind the host, and before the headers */
	if (!rest.p || !text_next(&rest, "?", &params, NULL) ||
	    !text_next(&params, ";", &param, NULL))
		return false;
	while (text_next(&params, ";", &param, NULL)) {
		text_param(param, &name, &value);
		if (text_is(name, "sos"))
			return true;
	}
	return false;
}

/* Is sos wherever a stack could look for a parameter of a URI? */
static bool could_be_sos(const struct gmg_sipmsg *m, const struct gmg_sip_event *h)
{
	const struct gmg_sip_event *e = NULL;

	while ((e = sipmsg_param(m, h, GMG_SIP_PARAM_SOS, e)))
		if (e->flags & GMG_SIP_IN_URI)
			return true;
	return false;
}

/* Most have neither the letters nor an escape, and so are not for emergencies. */
static bool may_be_sos(struct gmg_text contact)
{
	const char *o;

	for (o = contact.p + 1; o + 1 < contact.p + contact.len; o++)
		if ((*o | 0x20) == 'o' && (o[-1] | 0x20) == 's' && (o[1] | 0x20) == 's')
			return true;
	return memchr(contact.p, '%', contact.len);
}

bool agree_emergency(const struct gmg_sipmsg *m, bool *emergency, struct gmg_refusal *r)
{
	const struct gmg_sip_event *h = NULL;
	struct gmg_text rest, contact;
	bool sos;

	*emergency = false;
	while ((h = sipmsg_header(m, GMG_SIP_CONTACT, h))) {
		sos = false;
		if (!may_be_sos(sipmsg_value(m, h)))
			continue;
		for (rest = sipmsg_value(m, h); text_next(&rest, ",", &contact, NULL);) {
			if (has_escaped_name(agree_uri(contact)))
				return agree_refuse(r, AGREE_BAD_REQUEST,
						    "the URI of Contact has a parameter whose name is escaped: it could be any");
			sos |= agree_sos(agree_uri(contact));
		}
		if (sos != could_be_sos(m, h))
			return agree_refuse(r, AGREE_BAD_REQUEST,
					    "the URI of Contact has sos where not every stack reads a parameter");
		*emergency |= sos;
	}
	return true;
}

bool agree_offer(const struct gmg_sipmsg *sm1, const struct gmg_credentials *who,
		 const struct gmg_agree *ours, struct gmg_offer *offer,
		 struct gmg_refusal *refusal)
{
	char why[SIPMSG_WHY];

	offer->client.n = 0;
	offer->impi = who->impi;
	if (!agree_emergency(sm1, &offer->emergency, refusal))
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
		return agree_refuse(refusal, AGREE_AGREEMENT,
				    "the UE asks for an agreement, and there is no Security-Client");
	secagree_choose(&offer->client, ours, &offer->choice);
	if (offer->choice.taken < 0)
		return agree_refuse(refusal, AGREE_AGREEMENT,
				    "of what the UE offers we can take nothing: gmguard agree offer --explain says why");
	offer->ends = offer->client.mechanism[offer->choice.taken].ends;
	return true;
}
