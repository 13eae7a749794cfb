/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_PURE_REFUSE_H
#define _GMG_PURE_REFUSE_H

#include "verdict.h"

/* How a rule that matches becomes a verdict; for those who state rules. */

/* True if @reason is enforced, and so decides. */
static inline bool gmg_verdict_refuse(struct gmg_verdict *v, const u8 *mode, u8 reason)
{
	if (mode[reason] == GMGUARD_MODE_ENFORCE) {
		v->reason = reason;
		v->drop = true;
		return true;
	}
	if (mode[reason] == GMGUARD_MODE_OBSERVE)
		v->observed |= BIT_ULL(reason);
	return false;
}

static inline void gmg_verdict_pass(struct gmg_verdict *v, u8 reason)
{
	v->reason = reason;
}

#endif /* _GMG_PURE_REFUSE_H */
