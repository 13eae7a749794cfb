/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_PURE_SIP_VERDICT_H
#define _GMG_PURE_SIP_VERDICT_H

#include "sip_identity.h"
#include "verdict.h"

/**
 * DOC: SIP verdict
 *
 * The rules about what is in a message, as one pure function of its facts and of
 * what a hook knows besides. Like those about addresses and ports: a rule that
 * matches while its mode is observe is noted, and the rules after it are still
 * asked.
 */

/* The SA set that a message came or leaves under. */
enum gmg_sip_sa {
	GMG_SIP_SA_NONE,	/* none, or none of ours */
	GMG_SIP_SA_TEMPORARY,
	GMG_SIP_SA_ESTABLISHED,	/* in use or not */
	GMG_SIP_SA_EMERGENCY,	/* the same, of an emergency registration */
};

/* The dialog of an emergency call that a message is of. */
enum gmg_sip_dialog {
	GMG_SIP_DIALOG_NONE,	/* none that was let in */
	GMG_SIP_DIALOG_EARLY,	/* not confirmed by a 2xx, or over */
	GMG_SIP_DIALOG_CONFIRMED,
	GMG_SIP_DIALOG_LOST,	/* any: not all could be remembered */
};

/**
 * struct gmg_sip_context - what a hook knows of a message besides its facts
 * @trust:       enum gmg_trust of the side it came from or leaves to
 * @port:        enum gmg_port of this host's port, on a side of UEs
 * @sa:          enum gmg_sip_sa
 * @out:         it leaves
 * @emergency:   what gmg_sip_facts_emergency() says
 * @anonymous:   unauthenticated emergency requests are allowed
 * @dialog:      enum gmg_sip_dialog
 * @transaction: the request that it answers, or acknowledges the refusal of, was
 *               between unprotected ports, or of a UE under such an SA set
 * @to_protected: it leaves in clear to a port of the UE's SAs, temporary ones apart
 * @withheld:    an earlier message of the same party of its dialog had Privacy: id
 * @flooded:     its source has sent too many REGISTERs or emergency requests such as it
 * @via_other:   its topmost Via is not its source address, where it should be
 * @user_other:  its username is neither the IMPI of the SA set nor a TMPI that stands for
 *               it; of the realm the P-CSCF judges
 * @fallback:    its source was just told that its TMPI is not known, and may register
 *               without once
 * @identity:    what gmg_sip_identity_take() says; without @exposed and @bound where it
 *               is encrypted, and all zero where nobody asks
 */
struct gmg_sip_context {
	u8 trust;
	u8 port;
	u8 sa;
	bool out;
	bool emergency;
	bool anonymous;
	u8 dialog;
	bool transaction;
	bool to_protected;
	bool withheld;
	bool flooded;
	bool via_other;
	bool user_other;
	bool fallback;
	struct gmg_sip_identity identity;
};

/**
 * struct gmg_sip_verdict - what is to be done with a message
 * @v:        as of any packet; @v.reason is the pass class if it goes on
 * @scrub:    what is to be removed before, for gmg_sip_facts_scrub()
 */
struct gmg_sip_verdict {
	struct gmg_verdict v;
	u64 scrub;
};

/* The boundary that such a message crosses, enum gmg_sip_boundary. */
u8 gmg_sip_boundary(const struct gmg_sip_context *c);

/* The rule that an item is removed or refused for, if no privacy asks for it. */
u8 gmg_sip_item_reason(u8 item);

/* @f: a message whose headers have ended, or that has; it has watched what
 * gmg_sip_matrix_items() says. @mode: enum gmguard_mode by reason,
 * GMGUARD_REASON_MAX + 1 entries. Any context.
 */
struct gmg_sip_verdict gmg_sip_verdict(const struct gmg_sip_facts *f,
				       const struct gmg_sip_context *c,
				       const struct gmg_sip_matrix *m, const u8 *mode);

/* The items that may be removed from a message of @c's, or for which it may be refused,
 * whatever else is in it.
 */
u64 gmg_sip_verdict_items(const struct gmg_sip_context *c, const struct gmg_sip_matrix *m,
			  const u8 *mode);

#endif /* _GMG_PURE_SIP_VERDICT_H */
