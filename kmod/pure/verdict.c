// SPDX-License-Identifier: GPL-2.0
#include "reason.h"
#include "refuse.h"

bool gmg_reason_is_rule(u8 reason)
{
	enum { PASS, DROP };
#define GMG_KIND(NAME, name, kind, rule, clause, meaning)		\
	[GMGUARD_REASON_##NAME] = (kind),
	static const u8 kind[GMGUARD_REASON_MAX + 1] = { GMG_REASONS(GMG_KIND) };
#undef GMG_KIND

	return reason <= GMGUARD_REASON_MAX && kind[reason] == DROP;
}

/* Only sources are judged before routing: what a packet is for is known for
 * sure once routing (and any DNAT) has decided where it goes.
 */
struct gmg_verdict gmg_verdict_prerouting(const struct gmg_pkt *p,
					  const u8 *mode)
{
	struct gmg_verdict v = {};

	switch (p->src) {
	case GMG_ADDR_POOL:
		return v;
	case GMG_ADDR_OTHER:
		if (p->roam)
			return v;
		break;
	case GMG_ADDR_ENDPOINT:
	case GMG_ADDR_CORE:
	case GMG_ADDR_HTTP:
	case GMG_ADDR_HOST:
		if (gmg_verdict_refuse(&v, mode, GMGUARD_REASON_SPOOF_CORE))
			return v;
		break;
	}
	if (p->trust == GMG_TRUST_UNTRUSTED || p->src == GMG_ADDR_ASTRAY)
		gmg_verdict_refuse(&v, mode, GMGUARD_REASON_SPOOF_POOL);
	return v;
}

/* What holds on a trusted side wherever the packet goes. */
static bool refuse_trusted(struct gmg_verdict *v, const struct gmg_pkt *p,
			   const u8 *mode)
{
	if (p->need_esp && !p->secpath &&
	    gmg_verdict_refuse(v, mode, GMGUARD_REASON_CORE_CLEAR))
		return true;
	return p->src == GMG_ADDR_ASTRAY &&
	       gmg_verdict_refuse(v, mode, GMGUARD_REASON_UE_ON_CORE);
}

/* What came (or leaves) under a UE's SA is that UE's. Whose SA it is matters
 * on protected ports only; an SA of ours is for nothing else.
 */
static bool refuse_sa(struct gmg_verdict *v, const struct gmg_pkt *p,
		      const u8 *mode)
{
	static const u8 reason[] = {
		[GMG_SA_FOREIGN] = GMGUARD_REASON_FOREIGN_SA,
		[GMG_SA_MISMATCH] = GMGUARD_REASON_SA_MISMATCH,
		[GMG_SA_TRANSPORT] = GMGUARD_REASON_SA_TRANSPORT,
		[GMG_SA_EXPIRED] = GMGUARD_REASON_SA_EXPIRED,
	};

	if (!p->secpath || p->sa == GMG_SA_OWN ||
	    (p->sa == GMG_SA_FOREIGN && p->port != GMG_PORT_PROTECTED))
		return false;
	return gmg_verdict_refuse(v, mode, reason[p->sa]);
}

static void input_inside(struct gmg_verdict *v, const struct gmg_pkt *p,
			 const u8 *mode)
{
	switch (p->trust) {
	case GMG_TRUST_UNTRUSTED:
	case GMG_TRUST_FOREIGN:
		if ((!p->open || p->dst == GMG_ADDR_CORE) &&
		    gmg_verdict_refuse(v, mode, GMGUARD_REASON_BYPASS_INSIDE))
			return;
		break;
	case GMG_TRUST_NONE:
		if (p->dst == GMG_ADDR_CORE &&
		    gmg_verdict_refuse(v, mode, GMGUARD_REASON_BYPASS_INSIDE))
			return;
		break;
	case GMG_TRUST_TRUSTED:
		if (refuse_trusted(v, p, mode))
			return;
		break;
	}
	gmg_verdict_pass(v, GMGUARD_REASON_PASS_OTHER);
}

static void input_endpoint_trusted(struct gmg_verdict *v,
				   const struct gmg_pkt *p, const u8 *mode)
{
	if (refuse_trusted(v, p, mode))
		return;
	if (p->src != GMG_ADDR_CORE && !p->open &&
	    gmg_verdict_refuse(v, mode, GMGUARD_REASON_CORE_UNKNOWN))
		return;
	if (p->esp)
		gmg_verdict_pass(v, GMGUARD_REASON_PASS_ESP);
	else
		gmg_verdict_pass(v, p->src == GMG_ADDR_CORE ? GMGUARD_REASON_PASS_CORE :
							      GMGUARD_REASON_PASS_OTHER);
}

/* The rules about content say more. */
static void pass_protected(struct gmg_verdict *v, const struct gmg_pkt *p)
{
	gmg_verdict_pass(v, p->secpath ? GMGUARD_REASON_PASS_PROTECTED :
					 GMGUARD_REASON_PASS_OTHER);
}

static void input_endpoint_outside(struct gmg_verdict *v,
				   const struct gmg_pkt *p, const u8 *mode)
{
	if (p->ah && gmg_verdict_refuse(v, mode, GMGUARD_REASON_AH))
		return;
	if (p->port == GMG_PORT_PROTECTED)
		pass_protected(v, p);
	else if (p->port == GMG_PORT_CLOSED && p->esp)
		gmg_verdict_pass(v, GMGUARD_REASON_PASS_ESP);
	else if (p->port == GMG_PORT_UNPROTECTED || p->open ||
		 !gmg_verdict_refuse(v, mode, GMGUARD_REASON_CLOSED_PORT))
		gmg_verdict_pass(v, GMGUARD_REASON_PASS_OTHER);
}

struct gmg_verdict gmg_verdict_input(const struct gmg_pkt *p, const u8 *mode)
{
	struct gmg_verdict v = {};

	if (p->dst != GMG_ADDR_ENDPOINT) {
		input_inside(&v, p, mode);
		return v;
	}

	/* Whoever sends it, loopback and core included: a protected port takes
	 * nothing in clear, and what cannot be read may be for one.
	 */
	if (p->unread && gmg_verdict_refuse(&v, mode, GMGUARD_REASON_UNWALKABLE))
		return v;
	if (p->port == GMG_PORT_PROTECTED && !p->secpath &&
	    gmg_verdict_refuse(&v, mode, GMGUARD_REASON_CLEAR_ON_PROTECTED))
		return v;
	if (refuse_sa(&v, p, mode))
		return v;

	switch (p->trust) {
	case GMG_TRUST_LOCAL:
		gmg_verdict_pass(&v, GMGUARD_REASON_PASS_OTHER);
		break;
	case GMG_TRUST_TRUSTED:
		input_endpoint_trusted(&v, p, mode);
		break;
	default:
		input_endpoint_outside(&v, p, mode);
	}
	return v;
}

struct gmg_verdict gmg_verdict_forward(const struct gmg_pkt *p,
				       const u8 *mode)
{
	struct gmg_verdict v = {};

	if (p->trust == GMG_TRUST_TRUSTED) {
		if (refuse_trusted(&v, p, mode))
			return v;
		if (p->sip && p->out_trust == GMG_TRUST_UNTRUSTED &&
		    gmg_verdict_refuse(&v, mode, GMGUARD_REASON_BYPASS_FORWARD))
			return v;
		gmg_verdict_pass(&v, GMGUARD_REASON_PASS_OTHER);
		return v;
	}

	/* an HTTP server is a core node but for its permitted ports */
	if (p->dst == GMG_ADDR_HTTP && p->http) {
		gmg_verdict_pass(&v, GMGUARD_REASON_PASS_HTTP);
		return v;
	}
	if (p->dst == GMG_ADDR_HTTP &&
	    gmg_verdict_refuse(&v, mode, GMGUARD_REASON_BYPASS_HTTP))
		return v;
	if ((p->dst == GMG_ADDR_HTTP || p->dst == GMG_ADDR_CORE ||
	     p->out_trust == GMG_TRUST_TRUSTED) &&
	    gmg_verdict_refuse(&v, mode, GMGUARD_REASON_BYPASS_CORE))
		return v;
	gmg_verdict_pass(&v, GMGUARD_REASON_PASS_OTHER);
	return v;
}

/* Called for packets that leave from a protected port of an endpoint. */
struct gmg_verdict gmg_verdict_postrouting(const struct gmg_pkt *p,
					   const u8 *mode)
{
	struct gmg_verdict v = {};

	if (refuse_sa(&v, p, mode))
		return v;
	if (p->secpath || !gmg_verdict_refuse(&v, mode, GMGUARD_REASON_CLEAR_FROM_PROTECTED))
		pass_protected(&v, p);
	return v;
}
