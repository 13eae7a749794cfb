// SPDX-License-Identifier: GPL-2.0
/* Any packet under any mixture of modes. What matches is asked of observe, rule
 * by rule in selftests/pure/verdict.c; here is what modes may and may not change,
 * and what an enforced rule promises whatever the others are.
 */
#include <string.h>

#include "../../kmod/pure/reason.h"
#include "../../kmod/pure/verdict.h"
#include "fuzz.h"

#define R(name) GMGUARD_REASON_##name
#define RULE(name) BIT_ULL(R(name))

enum { MODES = R(MAX) + 1 };

typedef struct gmg_verdict (*judge)(const struct gmg_pkt *p, const u8 *mode);

static u64 in_mode(const u8 *modes, u8 mode)
{
	u64 set = 0;
	u8 i;

	for (i = 1; i < MODES; i++)
		if (modes[i] == mode)
			set |= BIT_ULL(i);
	return set;
}

/* A rule is enforced, observed or off for itself, whatever the others are. */
static struct gmg_verdict check_modes(const struct gmg_pkt *p, judge ask, const u8 *modes)
{
	u64 enforced = in_mode(modes, GMGUARD_MODE_ENFORCE);
	u64 observed = in_mode(modes, GMGUARD_MODE_OBSERVE);
	struct gmg_verdict v = ask(p, modes), all;
	u8 observe[MODES];

	memset(observe, GMGUARD_MODE_OBSERVE, sizeof(observe));
	all = ask(p, observe);
	HOLDS(!all.drop);

	HOLDS(v.reason <= R(MAX) && gmg_reason_is_rule(v.reason) == v.drop);
	HOLDS(v.drop == !!(all.observed & enforced));
	HOLDS(!v.drop || all.observed & enforced & BIT_ULL(v.reason));
	HOLDS(!(v.observed & ~(all.observed & observed)));
	if (!v.drop)
		HOLDS(v.observed == (all.observed & observed) && v.reason == all.reason);
	return v;
}

static void check_prerouting(const struct gmg_pkt *p, u64 enforced, struct gmg_verdict v)
{
	bool known = p->src == GMG_ADDR_ENDPOINT || p->src == GMG_ADDR_CORE ||
		     p->src == GMG_ADDR_HTTP || p->src == GMG_ADDR_HOST;

	HOLDS(v.drop || !v.reason);
	if (enforced & RULE(SPOOF_CORE))
		HOLDS(!known || v.drop);
	if (enforced & RULE(SPOOF_POOL)) {
		HOLDS(p->src != GMG_ADDR_ASTRAY || v.drop);
		HOLDS(p->trust != GMG_TRUST_UNTRUSTED || p->src == GMG_ADDR_POOL ||
		      (p->src == GMG_ADDR_OTHER && p->roam) || v.drop);
	}
}

/* On a trusted side, wherever a packet goes. */
static void check_trusted(const struct gmg_pkt *p, u64 enforced, struct gmg_verdict v)
{
	if (p->trust != GMG_TRUST_TRUSTED)
		return;
	if (enforced & RULE(CORE_CLEAR))
		HOLDS(!p->need_esp || p->secpath || v.drop);
	if (enforced & RULE(UE_ON_CORE))
		HOLDS(p->src != GMG_ADDR_ASTRAY || v.drop);
}

static void check_input(const struct gmg_pkt *p, u64 enforced, struct gmg_verdict v)
{
	bool endpoint = p->dst == GMG_ADDR_ENDPOINT;
	bool outside = p->trust != GMG_TRUST_TRUSTED && p->trust != GMG_TRUST_LOCAL;

	check_trusted(p, enforced, v);
	if (enforced & RULE(CLEAR_ON_PROTECTED))
		HOLDS(!endpoint || p->port != GMG_PORT_PROTECTED || p->secpath || v.drop);
	if (enforced & RULE(UNWALKABLE))
		HOLDS(!endpoint || !p->unread || v.drop);
	if (enforced & RULE(AH))
		HOLDS(!endpoint || !outside || !p->ah || v.drop);
	if (enforced & RULE(CLOSED_PORT))
		HOLDS(!endpoint || !outside || p->port != GMG_PORT_CLOSED || p->open ||
		      p->esp || v.drop);
	if (enforced & RULE(BYPASS_INSIDE))
		HOLDS(!outside || p->dst != GMG_ADDR_CORE || v.drop);
	if (enforced & RULE(CORE_UNKNOWN))
		HOLDS(!endpoint || p->trust != GMG_TRUST_TRUSTED || p->src == GMG_ADDR_CORE ||
		      p->open || v.drop);

	HOLDS(v.reason != R(PASS_PROTECTED) ||
	      (endpoint && p->port == GMG_PORT_PROTECTED && p->secpath));
	HOLDS(v.reason != R(PASS_TCP_UNREAD));
	HOLDS(v.reason != R(PASS_ESP) || (endpoint && p->esp));
	HOLDS(v.reason != R(PASS_CORE) ||
	      (p->trust == GMG_TRUST_TRUSTED && p->src == GMG_ADDR_CORE));
	HOLDS(v.reason != R(PASS_HTTP));
}

static void check_forward(const struct gmg_pkt *p, u64 enforced, struct gmg_verdict v)
{
	bool permitted = p->dst == GMG_ADDR_HTTP && p->http;

	check_trusted(p, enforced, v);
	if (p->trust == GMG_TRUST_TRUSTED) {
		if (enforced & RULE(BYPASS_FORWARD))
			HOLDS(!p->sip || p->out_trust != GMG_TRUST_UNTRUSTED || v.drop);
		return;
	}
	if (enforced & RULE(BYPASS_CORE)) {
		HOLDS(p->dst != GMG_ADDR_CORE || v.drop);
		HOLDS(p->dst != GMG_ADDR_HTTP || permitted || v.drop);
		HOLDS(p->out_trust != GMG_TRUST_TRUSTED || permitted || v.drop);
	}
	if (enforced & RULE(BYPASS_HTTP))
		HOLDS(p->dst != GMG_ADDR_HTTP || permitted || v.drop);
	HOLDS(v.drop || v.reason == (permitted ? R(PASS_HTTP) : R(PASS_OTHER)));
}

static void check_postrouting(const struct gmg_pkt *p, u64 enforced, struct gmg_verdict v)
{
	if (enforced & RULE(CLEAR_FROM_PROTECTED))
		HOLDS(p->secpath || v.drop);
	HOLDS(p->secpath == (v.reason == R(PASS_PROTECTED)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t in[14 + MODES] = { 0 };
	u8 *modes = in + 14;
	struct gmg_pkt p;
	u64 enforced;
	int i;

	memcpy(in, data, size < sizeof(in) ? size : sizeof(in));
	p = (struct gmg_pkt){
		.trust = in[0] % (GMG_TRUST_FOREIGN + 1),
		.out_trust = in[1] % (GMG_TRUST_FOREIGN + 1),
		.src = in[2] % (GMG_ADDR_HOST + 1),
		.dst = in[3] % (GMG_ADDR_HOST + 1),
		.port = in[4] % (GMG_PORT_PROTECTED + 1),
		.unread = in[5] & 1, .secpath = in[6] & 1, .need_esp = in[7] & 1,
		.roam = in[8] & 1, .ah = in[9] & 1, .esp = in[10] & 1,
		.open = in[11] & 1, .http = in[12] & 1, .sip = in[13] & 1,
	};
	for (i = 0; i < MODES; i++)
		modes[i] %= GMGUARD_MODE_ENFORCE + 1;
	enforced = in_mode(modes, GMGUARD_MODE_ENFORCE);

	check_prerouting(&p, enforced, check_modes(&p, gmg_verdict_prerouting, modes));
	check_input(&p, enforced, check_modes(&p, gmg_verdict_input, modes));
	check_forward(&p, enforced, check_modes(&p, gmg_verdict_forward, modes));
	check_postrouting(&p, enforced, check_modes(&p, gmg_verdict_postrouting, modes));
	return 0;
}
