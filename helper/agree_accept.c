// SPDX-License-Identifier: GPL-2.0
/* SM12: for how long a UE is registered, TS 33.203 7.4. */
#include <string.h>

#include "agree.h"

static bool is_final(const struct gmg_sipmsg *m, uint16_t from, uint16_t to)
{
	return m->method == GMG_SIP_REGISTER && m->status >= from && m->status < to;
}

/* Where a SIP URI leads, RFC 3261 19.1.1; false if that is no address. */
static bool leads_to(struct gmg_text uri, struct gmg_sockaddr *to)
{
	struct gmg_text host, rest = agree_host(uri);

	return text_next(&rest, ";?", &host, NULL) && sockaddr_parse(to, host.p, host.len);
}

/* A UE is to be reached at its protected server port (TS 24.229 5.1.1.2.2). Its emergency
 * registration is another one, of which the contact has sos (TS 24.229 5.1.6.2).
 */
enum whose { OURS, ANOTHERS, NOBODY_KNOWS };

static enum whose whose_is(struct gmg_text contact, const struct gmg_sa *sa)
{
	const struct gmg_text uri = agree_uri(contact);
	struct gmg_sockaddr to;

	if (agree_host(uri).p && agree_sos(uri) != sa->emergency)
		return ANOTHERS;
	if (!leads_to(uri, &to))
		return NOBODY_KNOWS;
	if (prefix_compare(&to.addr, &sa->ue))
		return ANOTHERS;
	return to.port == sa->port_us ? OURS : NOBODY_KNOWS;
}

/* RFC 3261 10.2.4 and 20.10: of the contact, or of all of them. */
static bool expires_of(const struct gmg_sipmsg *m, const struct gmg_sip_event *h,
		       struct gmg_text contact, uint64_t *seconds)
{
	const struct gmg_sip_event *e = NULL;
	struct gmg_text value = sipmsg_first(m, GMG_SIP_EXPIRES);

	while ((e = sipmsg_param(m, h, GMG_SIP_PARAM_EXPIRES, e)))
		if (!(e->flags & GMG_SIP_IN_URI) && m->p + e->start >= contact.p &&
		    m->p + e->start < contact.p + contact.len)
			value = sipmsg_value(m, e);
	return text_number(value, 10, UINT32_MAX, seconds);
}

bool agree_accept(const struct gmg_sipmsg *answer, const struct gmg_sa *sa, uint32_t *seconds,
		  struct gmg_refusal *r)
{
	const struct gmg_sip_event *h = NULL;
	struct gmg_text rest, contact;
	bool ours = false, unknown = false;
	enum whose whose;
	uint64_t n;

	*seconds = 0;
	if (!is_final(answer, 200, 300))
		return agree_refuse(r, AGREE_SERVER_ERROR,
				    "it is no 2xx to a REGISTER: agree reject is for what failed");
	while ((h = sipmsg_header(answer, GMG_SIP_CONTACT, h))) {
		rest = sipmsg_value(answer, h);
		while (text_next(&rest, ",", &contact, NULL)) {
			whose = whose_is(contact, sa);
			unknown |= whose == NOBODY_KNOWS;
			if (whose != OURS)
				continue;
			ours = true;
			if (!expires_of(answer, h, contact, &n))
				return agree_refuse(r, AGREE_SERVER_ERROR,
						    "neither the Contact of the UE nor Expires says how long it is registered, in seconds below 2^32");
			if (n > *seconds)
				*seconds = n;
		}
	}
	/* others of the user may be registered, but not this UE */
	if (ours || !unknown)
		return true;
	return agree_refuse(r, AGREE_SERVER_ERROR,
			    "no Contact is at the UE's address and protected server port, and one may be the UE all the same");
}

bool agree_reject(const struct gmg_sipmsg *answer, const struct gmg_sa *sa,
		  struct gmg_refusal *r)
{
	if (!is_final(answer, 300, 700))
		return agree_refuse(r, AGREE_SERVER_ERROR,
				    "it is no final answer to a REGISTER that failed: agree accept is for 2xx");
	/* to SM7 it says that the response was wrong */
	if (answer->status == 401 && sa->state != GMGUARD_SA_STATE_TEMPORARY)
		return agree_refuse(r, AGREE_SERVER_ERROR,
				    "a 401 to a REGISTER under an established set is a challenge: agree challenge makes a set over that");
	return true;
}
