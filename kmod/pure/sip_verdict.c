// SPDX-License-Identifier: GPL-2.0
#include "refuse.h"
#include "sip_verdict.h"

/* Services of RFC 3323 that nobody here gives, what nobody here knows among them. */
#define NOT_GIVEN (BIT(GMG_SIP_PARAM_USER) | BIT(GMG_SIP_PARAM_HEADER) | \
		   BIT(GMG_SIP_PARAM_SESSION) | BIT(GMG_SIP_PARAM_TOKEN))

#define CHALLENGES (BIT_ULL(GMG_SIP_WWW_AUTHENTICATE) | BIT_ULL(GMG_SIP_PROXY_AUTHENTICATE))

#define KEYS (GMG_SIP_ITEM(PARAM_IK) | GMG_SIP_ITEM(PARAM_CK))

u8 gmg_sip_boundary(const struct gmg_sip_context *c)
{
	switch (c->trust) {
	case GMG_TRUST_TRUSTED:
	case GMG_TRUST_LOCAL:
		return GMG_SIP_INSIDE;
	case GMG_TRUST_FOREIGN:
		return c->out ? GMG_SIP_TO_FOREIGN : GMG_SIP_FROM_FOREIGN;
	default:
		if (c->out)
			return GMG_SIP_TO_UE;
		return c->port == GMG_PORT_PROTECTED ? GMG_SIP_FROM_UE : GMG_SIP_FROM_UE_CLEAR;
	}
}

u8 gmg_sip_item_reason(u8 item)
{
	switch (item) {
	case GMG_SIP_ITEM_P_ASSERTED_IDENTITY:
	case GMG_SIP_ITEM_PARAM_P_ASSERTED_IDENTITY:
		return GMGUARD_REASON_ASSERTED_IDENTITY;
	case GMG_SIP_ITEM_PARAM_INTEGRITY_PROTECTED:
		return GMGUARD_REASON_INTEGRITY_PROTECTED;
	case GMG_SIP_ITEM_PARAM_IK:
	case GMG_SIP_ITEM_PARAM_CK:
		return GMGUARD_REASON_KEY_LEAK;
	case GMG_SIP_ITEM_PARAM_PRIVACY:
		return GMGUARD_REASON_PRIVACY_ID;
	default:
		return GMGUARD_REASON_TRUST_HEADER;
	}
}

/* A REGISTER of a UE, or what by its CSeq is an answer to one? */
static bool registers(const struct gmg_sip_facts *f, const struct gmg_sip_context *c)
{
	if (c->out)
		return f->what == GMG_SIP_IS_RESPONSE && f->cseq == GMG_SIP_REGISTER;
	return f->what == GMG_SIP_IS_REQUEST && f->method == GMG_SIP_REGISTER;
}

/* A refusal of a request, or the ACK that goes with it (RFC 3261 17.1.1.3)? */
static bool ends_in_error(const struct gmg_sip_facts *f, const struct gmg_sip_context *c)
{
	if (f->what == GMG_SIP_IS_RESPONSE)
		return f->status >= 300;
	return !c->out && f->what == GMG_SIP_IS_REQUEST && f->method == GMG_SIP_ACK;
}

/* What an emergency call needs once it was let in. A re-INVITE holds it or hands it
 * over; where no call is, it would be another one.
 */
static bool within_call(const struct gmg_sip_facts *f, const struct gmg_sip_context *c)
{
	u32 methods = BIT(GMG_SIP_ACK) | BIT(GMG_SIP_PRACK) | BIT(GMG_SIP_UPDATE) |
		      BIT(GMG_SIP_CANCEL) | BIT(GMG_SIP_BYE) | BIT(GMG_SIP_INFO);

	if (c->dialog >= GMG_SIP_DIALOG_CONFIRMED)
		methods |= BIT(GMG_SIP_INVITE);
	return c->dialog && (f->what == GMG_SIP_IS_RESPONSE ||
			     (f->what == GMG_SIP_IS_REQUEST && methods & BIT(f->method)));
}

/* Where an emergency begins, or is given up: what has a To tag is of a dialog, whatever
 * its Request-URI, and may be of another's.
 */
static bool begins_emergency(const struct gmg_sip_facts *f, const struct gmg_sip_context *c)
{
	const u32 methods = BIT(GMG_SIP_INVITE) | BIT(GMG_SIP_MESSAGE) | BIT(GMG_SIP_CANCEL);

	return c->emergency && !c->out && methods & BIT(f->method) && !f->to_tag.len;
}

/* What it may pass as. On unprotected ports nothing passes as something else
 * (TS 33.203 7.1).
 */
static u8 pass_class(const struct gmg_sip_facts *f, const struct gmg_sip_context *c, u8 boundary)
{
	if (boundary == GMG_SIP_INSIDE)
		return c->trust == GMG_TRUST_TRUSTED ? GMGUARD_REASON_PASS_CORE :
						       GMGUARD_REASON_PASS_OTHER;
	if (f->what == GMG_SIP_IS_KEEPALIVE)
		return GMGUARD_REASON_PASS_KEEPALIVE;
	if (c->trust == GMG_TRUST_FOREIGN)
		return GMGUARD_REASON_PASS_OTHER;
	if (c->port == GMG_PORT_PROTECTED)
		return GMGUARD_REASON_PASS_PROTECTED;
	/* whoever asked from a port of his SAs did so under them */
	if (registers(f, c) && !(c->out && c->to_protected))
		return GMGUARD_REASON_PASS_REGISTER;
	if (within_call(f, c) || (begins_emergency(f, c) && c->anonymous))
		return GMGUARD_REASON_PASS_EMERGENCY;
	if (c->transaction && ends_in_error(f, c))
		return GMGUARD_REASON_PASS_ERROR;
	return GMGUARD_REASON_PASS_OTHER;
}

/* Are there headers, or may there be, that the scanner could not read? */
static bool unread(const struct gmg_sip_facts *f)
{
	return f->what == GMG_SIP_IS_COMPRESSED || (f->dead && !f->headers_end);
}

/* What outsiders send must be clear to all readers; what leaves to them must be
 * readable, and it must be clear where each header ends, as it may have what they are
 * not to get.
 */
static bool refuse_unread(struct gmg_verdict *v, const struct gmg_sip_facts *f,
			  const struct gmg_sip_context *c, const u8 *mode)
{
	u16 bad = c->out ? f->bad & BIT(GMG_SIP_BAD_CR) : f->bad;

	if (f->what == GMG_SIP_IS_COMPRESSED)
		return gmg_verdict_refuse(v, mode, GMGUARD_REASON_COMPRESSED);
	return (f->dead || bad) && gmg_verdict_refuse(v, mode, GMGUARD_REASON_MALFORMED);
}

static bool refuse_unprotected(struct gmg_verdict *v, const struct gmg_sip_facts *f,
			       const struct gmg_sip_context *c, const u8 *mode)
{
	if (c->out)
		return gmg_verdict_refuse(v, mode, GMGUARD_REASON_OUT_UNPROTECTED);
	if (f->what == GMG_SIP_IS_RESPONSE)
		return gmg_verdict_refuse(v, mode, GMGUARD_REASON_RESPONSE_ON_UNPROTECTED);
	if (begins_emergency(f, c))
		return gmg_verdict_refuse(v, mode, GMGUARD_REASON_EMERGENCY_REFUSED);
	return gmg_verdict_refuse(v, mode, GMGUARD_REASON_METHOD_ON_UNPROTECTED);
}

static bool refuse_register(struct gmg_verdict *v, const struct gmg_sip_facts *f,
			    const struct gmg_sip_context *c, const u8 *mode)
{
	if (c->via_other && gmg_verdict_refuse(v, mode, GMGUARD_REASON_VIA_MISMATCH))
		return true;
	/* of two usernames stacks take different ones */
	return c->port == GMG_PORT_PROTECTED && c->sa != GMG_SIP_SA_NONE &&
	       (c->user_other || f->usernames != 1) &&
	       gmg_verdict_refuse(v, mode, GMGUARD_REASON_IDENTITY_MISMATCH);
}

/* What costs us most: a REGISTER or a new emergency request of nobody we know. */
static bool asks_much(const struct gmg_sip_facts *f, const struct gmg_sip_context *c, u8 class)
{
	if (c->out || c->port != GMG_PORT_UNPROTECTED)
		return false;
	return class == GMGUARD_REASON_PASS_REGISTER ||
	       (class == GMGUARD_REASON_PASS_EMERGENCY && !within_call(f, c));
}

/* Seen whatever the mode, and nothing is refused for it. */
static void see(struct gmg_verdict *v, u8 reason, const u8 *mode)
{
	if (mode[reason] != GMGUARD_MODE_OFF)
		v->observed |= BIT_ULL(reason);
}

/* A UE that is registered for emergencies asks for something. Where its calls could not
 * all be remembered it may go on with any, which is seen whatever the mode.
 */
static bool refuse_no_emergency(struct gmg_verdict *v, const struct gmg_sip_facts *f,
				const struct gmg_sip_context *c, const u8 *mode)
{
	if (within_call(f, c)) {
		if (c->dialog == GMG_SIP_DIALOG_LOST)
			see(v, GMGUARD_REASON_EMERGENCY_ONLY, mode);
		return false;
	}
	if (begins_emergency(f, c))
		return c->flooded && gmg_verdict_refuse(v, mode, GMGUARD_REASON_FLOOD);
	return !(c->transaction && ends_in_error(f, c)) &&
	       gmg_verdict_refuse(v, mode, GMGUARD_REASON_EMERGENCY_ONLY);
}

/* Between a UE and us: which messages a port or an SA is for. */
static bool refuse_ue(struct gmg_verdict *v, const struct gmg_sip_facts *f,
		      const struct gmg_sip_context *c, u8 class, const u8 *mode)
{
	if (class == GMGUARD_REASON_PASS_OTHER && refuse_unprotected(v, f, c, mode))
		return true;
	if (c->flooded && asks_much(f, c, class) &&
	    gmg_verdict_refuse(v, mode, GMGUARD_REASON_FLOOD))
		return true;
	if (registers(f, c))
		return !c->out && refuse_register(v, f, c, mode);
	if (c->port != GMG_PORT_PROTECTED)
		return false;
	if (c->sa == GMG_SIP_SA_TEMPORARY)
		return gmg_verdict_refuse(v, mode, GMGUARD_REASON_SA_TEMPORARY);
	return c->sa == GMG_SIP_SA_EMERGENCY && !c->out && f->what == GMG_SIP_IS_REQUEST &&
	       refuse_no_emergency(v, f, c, mode);
}

/* Is it of an emergency: its registration, the request, what goes on of it, or anything
 * under such an SA?
 */
static bool urgent(const struct gmg_sip_facts *f, const struct gmg_sip_context *c)
{
	return (registers(f, c) && f->sos) || c->emergency || c->dialog ||
	       c->sa == GMG_SIP_SA_EMERGENCY;
}

/* What stands for a UE, and what should stand for it. Without a TMPI a UE has no other
 * way to register than in its own name, and no emergency waits for the right one.
 */
static bool refuse_identity(struct gmg_verdict *v, const struct gmg_sip_facts *f,
			    const struct gmg_sip_context *c, const u8 *mode)
{
	static const u8 reason[] = {
		[GMG_SIP_TMPI_UNKNOWN] = GMGUARD_REASON_TMPI_UNKNOWN,
		[GMG_SIP_TMPI_EXPIRED] = GMGUARD_REASON_TMPI_EXPIRED,
	};
	const struct gmg_sip_identity *id = &c->identity;

	if (!c->out && id->tmpi > GMG_SIP_TMPI_KNOWN) {
		if (urgent(f, c))
			see(v, reason[id->tmpi], mode);
		else if (gmg_verdict_refuse(v, mode, reason[id->tmpi]))
			return true;
	}
	if (!id->exposed)
		return false;
	if (id->bound && !c->fallback && !urgent(f, c))
		return gmg_verdict_refuse(v, mode, GMGUARD_REASON_IMPI_EXPOSED);
	see(v, GMGUARD_REASON_IMPI_EXPOSED, mode);
	return false;
}

/* The items that Privacy withholds from the other side of @boundary. */
static u64 withheld(const struct gmg_sip_facts *f, const struct gmg_sip_context *c)
{
	u64 items = 0;

	if (!c->out)
		return 0;
	if (c->withheld || f->privacy & BIT(GMG_SIP_PARAM_ID))
		items |= GMG_SIP_ITEMS_OF_ID;
	if (f->privacy & BIT(GMG_SIP_PARAM_HISTORY))
		items |= GMG_SIP_ITEMS_OF_HISTORY;
	return items;
}

/* Removes an item, or where it cannot be removed, refuses the message. */
static bool remove_item(struct gmg_sip_verdict *v, const struct gmg_sip_facts *f, u64 item,
			u8 reason, const u8 *mode)
{
	if (mode[reason] != GMGUARD_MODE_ENFORCE || f->lost & item)
		return gmg_verdict_refuse(&v->v, mode, reason);
	v->scrub |= item;
	v->v.scrubbed |= BIT_ULL(reason);
	return false;
}

/* Headers that are unread though nobody minds that may have any item. */
static bool refuse_any_item(struct gmg_verdict *v, const struct gmg_sip_facts *f,
			    const u8 *action, const u8 *mode)
{
	u64 items;

	for (items = f->watched; items; items &= items - 1) {
		u8 item = __ffs64(items);
		u8 reason = action[item] == GMG_SIP_KEEP ? GMGUARD_REASON_PRIVACY_ID :
							   gmg_sip_item_reason(item);

		if (mode[reason] == GMGUARD_MODE_ENFORCE)
			return gmg_verdict_refuse(v, mode, reason);
	}
	return false;
}

/* Is it a request that one may refuse (RFC 3323 4.2, RFC 3261 17.1.1.3, 9.1)? */
static bool refusable(const struct gmg_sip_facts *f)
{
	return f->what == GMG_SIP_IS_REQUEST && f->method != GMG_SIP_ACK &&
	       f->method != GMG_SIP_CANCEL && f->method != GMG_SIP_BYE;
}

static bool refuse_items(struct gmg_sip_verdict *v, const struct gmg_sip_facts *f,
			 const struct gmg_sip_context *c, const u8 *action, const u8 *mode)
{
	u64 private = withheld(f, c), items = f->items;

	if (unread(f) && refuse_any_item(&v->v, f, action, mode))
		return true;
	if (c->out && f->privacy & BIT(GMG_SIP_PARAM_CRITICAL) && f->privacy & NOT_GIVEN &&
	    refusable(f) && gmg_verdict_refuse(&v->v, mode, GMGUARD_REASON_PRIVACY_CRITICAL))
		return true;
	/* where quotes or the end of a line are in doubt, so is where the keys are */
	if (f->watched & KEYS && f->bad & (BIT(GMG_SIP_BAD_QUOTE) | BIT(GMG_SIP_BAD_CR)) &&
	    f->headers & CHALLENGES &&
	    gmg_verdict_refuse(&v->v, mode, GMGUARD_REASON_KEY_LEAK))
		return true;
	for (; items; items &= items - 1) {
		u8 item = __ffs64(items);
		u8 reason = gmg_sip_item_reason(item);

		if (action[item] == GMG_SIP_DROP && gmg_verdict_refuse(&v->v, mode, reason))
			return true;
		if (action[item] == GMG_SIP_REMOVE &&
		    remove_item(v, f, BIT_ULL(item), reason, mode))
			return true;
		if (private & BIT_ULL(item) &&
		    remove_item(v, f, BIT_ULL(item), GMGUARD_REASON_PRIVACY_ID, mode))
			return true;
	}
	return false;
}

struct gmg_sip_verdict gmg_sip_verdict(const struct gmg_sip_facts *f,
				       const struct gmg_sip_context *c,
				       const struct gmg_sip_matrix *m, const u8 *mode)
{
	u8 boundary = gmg_sip_boundary(c), class = pass_class(f, c, boundary);
	struct gmg_sip_verdict v = {};

	if (boundary != GMG_SIP_INSIDE &&
	    (refuse_unread(&v.v, f, c, mode) ||
	     (c->trust != GMG_TRUST_FOREIGN &&
	      (refuse_ue(&v.v, f, c, class, mode) || refuse_identity(&v.v, f, c, mode))) ||
	     refuse_items(&v, f, c, m->action[boundary], mode))) {
		v.scrub = 0;
		v.v.scrubbed = 0;
		return v;
	}
	gmg_verdict_pass(&v.v, class);
	return v;
}

u64 gmg_sip_verdict_items(const struct gmg_sip_context *c, const struct gmg_sip_matrix *m,
			  const u8 *mode)
{
	u8 boundary = gmg_sip_boundary(c);
	u64 items = 0;
	u32 item;

	if (c->out && mode[GMGUARD_REASON_PRIVACY_ID] == GMGUARD_MODE_ENFORCE)
		items = GMG_SIP_ITEMS_OF_ID | GMG_SIP_ITEMS_OF_HISTORY;
	for (item = 1; item < GMG_SIP_ITEM_COUNT; item++)
		if (m->action[boundary][item] != GMG_SIP_KEEP &&
		    mode[gmg_sip_item_reason(item)] == GMGUARD_MODE_ENFORCE)
			items |= BIT_ULL(item);
	return items;
}
