// SPDX-License-Identifier: GPL-2.0
/* The rules, row by row, and what must hold for every packet there can be.
 * The very object that is in the module, in user space.
 */
#include <stdio.h>
#include <string.h>

#include "../../kmod/pure/reason.h"
#include "../../kmod/pure/verdict.h"

#define R(name) GMGUARD_REASON_##name
#define UE .trust = GMG_TRUST_UNTRUSTED
#define CORE .trust = GMG_TRUST_TRUSTED
#define FOREIGN .trust = GMG_TRUST_FOREIGN
#define NOBODY .trust = GMG_TRUST_NONE
#define LOOPBACK .trust = GMG_TRUST_LOCAL
#define EP .dst = GMG_ADDR_ENDPOINT
#define PROTECTED .port = GMG_PORT_PROTECTED
#define UNPROTECTED .port = GMG_PORT_UNPROTECTED

typedef struct gmg_verdict (*judge)(const struct gmg_pkt *p, const u8 *mode);

/* Under enforce: refused for .refused, or passing as .pass. */
static const struct row {
	const char *what;
	judge judge;
	struct gmg_pkt p;
	u8 refused;
	u8 pass;
} rows[] = {
#define PRE gmg_verdict_prerouting
	/* rule: U1 TS 33.203 Annex J */
	{ "UE with a core source", PRE, { UE, .src = GMG_ADDR_CORE }, R(SPOOF_CORE) },
	{ "UE with the P-CSCF's source", PRE, { UE, .src = GMG_ADDR_ENDPOINT }, R(SPOOF_CORE) },
	{ "UE with the HTTP server's source", PRE, { UE, .src = GMG_ADDR_HTTP }, R(SPOOF_CORE) },
	{ "UE with a source that never sends", PRE, { UE, .src = GMG_ADDR_HOST }, R(SPOOF_CORE) },
	{ "no side, core source", PRE, { NOBODY, .src = GMG_ADDR_CORE }, R(SPOOF_CORE) },
	{ "foreign, core source", PRE, { FOREIGN, .src = GMG_ADDR_CORE }, R(SPOOF_CORE) },
	{ "core source is no excuse to roam", PRE, { UE, .src = GMG_ADDR_CORE, .roam = true }, R(SPOOF_CORE) },
	/* rule: U2 TS 33.203 Annex J */
	{ "UE with its own source", PRE, { UE, .src = GMG_ADDR_POOL } },
	{ "UE with another pool's source", PRE, { UE, .src = GMG_ADDR_ASTRAY }, R(SPOOF_POOL) },
	{ "UE outside all pools", PRE, { UE, .src = GMG_ADDR_OTHER }, R(SPOOF_POOL) },
	{ "ICMP error from outside all pools", PRE, { UE, .src = GMG_ADDR_OTHER, .roam = true } },
	{ "foreign with a UE's source", PRE, { FOREIGN, .src = GMG_ADDR_ASTRAY }, R(SPOOF_POOL) },
	{ "foreign with its own source", PRE, { FOREIGN, .src = GMG_ADDR_OTHER } },
	{ "no side with a UE's source", PRE, { NOBODY, .src = GMG_ADDR_ASTRAY }, R(SPOOF_POOL) },
	{ "no side with any source", PRE, { NOBODY, .src = GMG_ADDR_OTHER } },
#define IN gmg_verdict_input
	/* rule: M1 TS 33.203 7.1 */
	{ "UE, clear to protected", IN, { UE, EP, PROTECTED }, R(CLEAR_ON_PROTECTED) },
	{ "core, clear to protected", IN, { CORE, EP, PROTECTED, .src = GMG_ADDR_CORE }, R(CLEAR_ON_PROTECTED) },
	{ "foreign, clear to protected", IN, { FOREIGN, EP, PROTECTED }, R(CLEAR_ON_PROTECTED) },
	{ "no side, clear to protected", IN, { NOBODY, EP, PROTECTED }, R(CLEAR_ON_PROTECTED) },
	{ "loopback, clear to protected", IN, { LOOPBACK, EP, PROTECTED }, R(CLEAR_ON_PROTECTED) },
	{ "open-ports opens no protected port", IN, { UE, EP, PROTECTED, .open = true }, R(CLEAR_ON_PROTECTED) },
	{ "UE, ESP to protected", IN, { UE, EP, PROTECTED, .secpath = true }, 0, R(PASS_PROTECTED) },
	/* rule: E1 TS 33.203 7.1 */
	{ "SA of somebody else's", IN, { UE, EP, PROTECTED, .secpath = true, .sa = GMG_SA_FOREIGN }, R(FOREIGN_SA) },
	{ "SA of somebody else's, port 5060", IN, { UE, EP, UNPROTECTED, .secpath = true, .sa = GMG_SA_FOREIGN }, 0, R(PASS_OTHER) },
	/* rule: E6 TS 33.203 7.1 */
	{ "SA of other ends", IN, { UE, EP, PROTECTED, .secpath = true, .sa = GMG_SA_MISMATCH }, R(SA_MISMATCH) },
	{ "SA of other ends, port 5060", IN, { UE, EP, UNPROTECTED, .secpath = true, .sa = GMG_SA_MISMATCH }, R(SA_MISMATCH) },
	/* rule: E9 TS 33.203 7.1 */
	{ "SA for something else", IN, { UE, EP, PROTECTED, .secpath = true, .sa = GMG_SA_TRANSPORT }, R(SA_TRANSPORT) },
	/* rule: E22 TS 33.203 7.4.2a */
	{ "SA that is over", IN, { UE, EP, PROTECTED, .secpath = true, .sa = GMG_SA_EXPIRED }, R(SA_EXPIRED) },
	/* rule: U8 TS 33.203 Annex H */
	{ "AH", IN, { UE, EP, .ah = true }, R(AH) },
	{ "AH before an unprotected port", IN, { UE, EP, UNPROTECTED, .ah = true }, R(AH) },
	/* rule: U9 TS 33.203 7.1 */
	{ "unread", IN, { UE, EP, .unread = true }, R(UNWALKABLE) },
	{ "unread from the core", IN, { CORE, EP, .unread = true, .src = GMG_ADDR_CORE }, R(UNWALKABLE) },
	{ "unread, no endpoint", IN, { CORE, .unread = true }, 0, R(PASS_OTHER) },
	/* rule: U12 TS 33.203 7.1 */
	{ "closed port", IN, { UE, EP }, R(CLOSED_PORT) },
	{ "closed port, no side", IN, { NOBODY, EP }, R(CLOSED_PORT) },
	{ "open port", IN, { UE, EP, .open = true }, 0, R(PASS_OTHER) },
	{ "unprotected port", IN, { UE, EP, UNPROTECTED }, 0, R(PASS_OTHER) },
	{ "closed port on loopback", IN, { LOOPBACK, EP }, 0, R(PASS_OTHER) },
	/* rule: U6 TS 33.203 6.3 */
	{ "ESP", IN, { UE, EP, .esp = true }, 0, R(PASS_ESP) },
	/* rule: U10 TS 33.203 Annex J */
	{ "UE to a core-side address", IN, { UE, .dst = GMG_ADDR_CORE, .open = true }, R(BYPASS_INSIDE) },
	{ "UE to another own address", IN, { UE }, R(BYPASS_INSIDE) },
	{ "UE to an open port of another own address", IN, { UE, .open = true }, 0, R(PASS_OTHER) },
	{ "foreign to another own address", IN, { FOREIGN }, R(BYPASS_INSIDE) },
	{ "no side to a core-side address", IN, { NOBODY, .dst = GMG_ADDR_CORE }, R(BYPASS_INSIDE) },
	{ "no side to another own address", IN, { NOBODY }, 0, R(PASS_OTHER) },
	/* rule: T1 RFC 3325 5 */
	{ "core to an endpoint", IN, { CORE, EP, UNPROTECTED, .src = GMG_ADDR_CORE }, 0, R(PASS_CORE) },
	{ "core to any port of it", IN, { CORE, EP, .src = GMG_ADDR_CORE }, 0, R(PASS_CORE) },
	{ "ESP of the core", IN, { CORE, EP, .src = GMG_ADDR_CORE, .esp = true }, 0, R(PASS_ESP) },
	{ "core elsewhere", IN, { CORE }, 0, R(PASS_OTHER) },
	/* rule: T2 TS 33.203 4 */
	{ "clear on a side that needs ESP", IN, { CORE, EP, .src = GMG_ADDR_CORE, .need_esp = true }, R(CORE_CLEAR) },
	{ "clear on such a side, elsewhere", IN, { CORE, .need_esp = true }, R(CORE_CLEAR) },
	{ "ESP on such a side", IN, { CORE, EP, .src = GMG_ADDR_CORE, .need_esp = true, .secpath = true }, 0, R(PASS_CORE) },
	/* rule: T3 TS 33.203 5.4 */
	{ "unknown core node", IN, { CORE, EP, UNPROTECTED }, R(CORE_UNKNOWN) },
	{ "echo of an unknown core node", IN, { CORE, EP, .open = true }, 0, R(PASS_OTHER) },
	/* rule: T4 TS 33.203 Annex J */
	{ "UE's source on the core side", IN, { CORE, EP, .src = GMG_ADDR_ASTRAY }, R(UE_ON_CORE) },
	{ "UE's source on the core side, elsewhere", IN, { CORE, .src = GMG_ADDR_ASTRAY }, R(UE_ON_CORE) },
#define FWD gmg_verdict_forward
	/* rule: U3 TS 33.203 Annex J */
	{ "UE to a core node", FWD, { UE, .dst = GMG_ADDR_CORE }, R(BYPASS_CORE) },
	{ "UE out by a core side", FWD, { UE, .out_trust = GMG_TRUST_TRUSTED }, R(BYPASS_CORE) },
	{ "foreign to a core node", FWD, { FOREIGN, .dst = GMG_ADDR_CORE }, R(BYPASS_CORE) },
	{ "no side to a core node", FWD, { NOBODY, .dst = GMG_ADDR_CORE }, R(BYPASS_CORE) },
	{ "UE to elsewhere", FWD, { UE }, 0, R(PASS_OTHER) },
	/* rule: U4 TS 33.203 Annex J */
	{ "UE to an HTTP server", FWD, { UE, .dst = GMG_ADDR_HTTP, .http = true, .out_trust = GMG_TRUST_TRUSTED }, 0, R(PASS_HTTP) },
	/* rule: U5 TS 33.203 Annex J */
	{ "UE to an HTTP server otherwise", FWD, { UE, .dst = GMG_ADDR_HTTP }, R(BYPASS_HTTP) },
	/* rule: T5 TS 33.203 7.1 */
	{ "core to a UE's SIP port", FWD, { CORE, .out_trust = GMG_TRUST_UNTRUSTED, .sip = true }, R(BYPASS_FORWARD) },
	{ "core to a UE", FWD, { CORE, .out_trust = GMG_TRUST_UNTRUSTED }, 0, R(PASS_OTHER) },
	{ "core to core on a SIP port", FWD, { CORE, .out_trust = GMG_TRUST_TRUSTED, .sip = true }, 0, R(PASS_OTHER) },
	{ "clear, forwarded from a side that needs ESP", FWD, { CORE, .need_esp = true }, R(CORE_CLEAR) },
	{ "UE's source on the core side, forwarded", FWD, { CORE, .src = GMG_ADDR_ASTRAY }, R(UE_ON_CORE) },
#define POST gmg_verdict_postrouting
	/* rule: O1 TS 33.203 7.1 */
	{ "clear from a protected port", POST, { PROTECTED }, R(CLEAR_FROM_PROTECTED) },
	{ "under an SA of somebody else's", POST, { PROTECTED, .secpath = true, .sa = GMG_SA_FOREIGN }, R(FOREIGN_SA) },
	/* rule: O9 TS 33.203 7.1 */
	{ "under an SA for something else", POST, { PROTECTED, .secpath = true, .sa = GMG_SA_TRANSPORT }, R(SA_TRANSPORT) },
	{ "ESP from a protected port", POST, { PROTECTED, .secpath = true }, 0, R(PASS_PROTECTED) },
};

static const judge judges[] = { PRE, IN, FWD, POST };

static u8 enforce[GMGUARD_REASON_MAX + 1], observe[GMGUARD_REASON_MAX + 1];
static u8 off[GMGUARD_REASON_MAX + 1];
static int tests, failed;

static void result(int good, const char *what)
{
	printf("%s %d %s\n", good ? "ok" : "not ok", ++tests, what);
	failed += !good;
}

static int row_holds(const struct row *row)
{
	struct gmg_verdict e = row->judge(&row->p, enforce);
	struct gmg_verdict o = row->judge(&row->p, observe);
	struct gmg_verdict n = row->judge(&row->p, off);

	if (n.drop || n.observed || o.drop || e.observed)
		return 0;
	if (row->refused)
		return e.drop && e.reason == row->refused &&
		       o.observed & BIT_ULL(row->refused);
	return !e.drop && e.reason == row->pass && !o.observed;
}

/* Every packet there can be, one by one. */
static int next(struct gmg_pkt *p)
{
	bool *flags[] = { &p->unread, &p->secpath, &p->need_esp, &p->roam, &p->ah,
			  &p->esp, &p->open, &p->http, &p->sip };
	u8 *enums[] = { &p->trust, &p->out_trust, &p->src, &p->dst, &p->port, &p->sa };
	static const u8 last[] = { GMG_TRUST_FOREIGN, GMG_TRUST_FOREIGN,
				   GMG_ADDR_HOST, GMG_ADDR_HOST,
				   GMG_PORT_PROTECTED, GMG_SA_EXPIRED };
	unsigned int i;

	for (i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		*flags[i] = !*flags[i];
		if (*flags[i])
			return 1;
	}
	for (i = 0; i < sizeof(enums) / sizeof(*enums); i++) {
		if ((*enums[i])++ < last[i])
			return 1;
		*enums[i] = 0;
	}
	return 0;
}

/* Nothing in clear to a protected port, whatever else is true of it. */
static int closed(const struct gmg_pkt *p)
{
	return p->dst != GMG_ADDR_ENDPOINT || p->port != GMG_PORT_PROTECTED ||
	       p->secpath || IN(p, enforce).drop;
}

/* Nobody but the core to a core node past the P-CSCF, HTTP apart. */
static int guarded(const struct gmg_pkt *p)
{
	return p->trust == GMG_TRUST_TRUSTED || p->dst != GMG_ADDR_CORE ||
	       (FWD(p, enforce).drop &&
		(p->trust == GMG_TRUST_LOCAL || IN(p, enforce).drop));
}

/* The rules once more, each for itself and in no order: whatever of them holds
 * must be noted under observe, and nothing else.
 */
static u64 matching(const struct gmg_pkt *p, judge judge)
{
	int ue = p->trust == GMG_TRUST_UNTRUSTED;
	int core = p->trust == GMG_TRUST_TRUSTED;
	int foreign = p->trust == GMG_TRUST_FOREIGN;
	int nobody = p->trust == GMG_TRUST_NONE;
	int outside = ue || foreign || nobody;
	int endpoint = p->dst == GMG_ADDR_ENDPOINT;
	int sa = p->secpath ? p->sa : GMG_SA_OWN;
	u64 m = 0;

#define RULE(name, condition) (m |= (condition) ? BIT_ULL(R(name)) : 0)
	if (judge == PRE) {
		RULE(SPOOF_CORE, p->src == GMG_ADDR_ENDPOINT || p->src == GMG_ADDR_CORE ||
				 p->src == GMG_ADDR_HTTP || p->src == GMG_ADDR_HOST);
		RULE(SPOOF_POOL, p->src == GMG_ADDR_ASTRAY ? 1 :
				 ue && p->src != GMG_ADDR_POOL &&
				 !(p->src == GMG_ADDR_OTHER && p->roam));
		/* a roaming source is none of these */
		if (p->src == GMG_ADDR_OTHER && p->roam)
			m = 0;
		return m;
	}
	if (judge == POST || (judge == IN && endpoint)) {
		RULE(FOREIGN_SA, sa == GMG_SA_FOREIGN && p->port == GMG_PORT_PROTECTED);
		RULE(SA_MISMATCH, sa == GMG_SA_MISMATCH);
		RULE(SA_TRANSPORT, sa == GMG_SA_TRANSPORT);
		RULE(SA_EXPIRED, sa == GMG_SA_EXPIRED);
	}
	if (judge == POST) {
		RULE(CLEAR_FROM_PROTECTED, !p->secpath);
		return m;
	}
	RULE(CORE_CLEAR, core && p->need_esp && !p->secpath);
	RULE(UE_ON_CORE, core && p->src == GMG_ADDR_ASTRAY);
	if (judge == FWD) {
		int permitted = p->dst == GMG_ADDR_HTTP && p->http;

		RULE(BYPASS_FORWARD, core && p->sip && p->out_trust == GMG_TRUST_UNTRUSTED);
		RULE(BYPASS_HTTP, !core && p->dst == GMG_ADDR_HTTP && !permitted);
		RULE(BYPASS_CORE, !core && !permitted &&
				  (p->dst == GMG_ADDR_CORE || p->dst == GMG_ADDR_HTTP ||
				   p->out_trust == GMG_TRUST_TRUSTED));
		return m;
	}
	RULE(UNWALKABLE, endpoint && p->unread);
	RULE(CLEAR_ON_PROTECTED, endpoint && p->port == GMG_PORT_PROTECTED && !p->secpath);
	RULE(CORE_UNKNOWN, endpoint && core && p->src != GMG_ADDR_CORE && !p->open);
	RULE(AH, endpoint && outside && p->ah);
	RULE(CLOSED_PORT, endpoint && outside && p->port == GMG_PORT_CLOSED &&
			  !p->esp && !p->open);
	RULE(BYPASS_INSIDE, !endpoint &&
			    (((ue || foreign) && (!p->open || p->dst == GMG_ADDR_CORE)) ||
			     (nobody && p->dst == GMG_ADDR_CORE)));
#undef RULE
	return m;
}

/* What the hooks let pass without asking: from the core, no ESP required, no
 * UE's source, not for an endpoint, not for a SIP port; and a UE's own source.
 */
static int plain(const struct gmg_pkt *p)
{
	if (PRE(p, observe).observed && p->src == GMG_ADDR_POOL)
		return 0;
	if (p->trust != GMG_TRUST_TRUSTED || p->need_esp ||
	    p->src == GMG_ADDR_ASTRAY || p->dst == GMG_ADDR_ENDPOINT)
		return 1;
	return !IN(p, observe).observed && IN(p, enforce).reason == R(PASS_OTHER) &&
	       (p->sip || (!FWD(p, observe).observed &&
			   FWD(p, enforce).reason == R(PASS_OTHER)));
}

/* Observe and off let everything pass; what enforce refuses, observe notes. */
static int honest(const struct gmg_pkt *p, judge judge)
{
	struct gmg_verdict e = judge(p, enforce), o = judge(p, observe);
	struct gmg_verdict n = judge(p, off);

	if (o.drop || n.drop || n.observed || e.observed)
		return 0;
	if (o.observed != matching(p, judge))
		return 0;
	if (e.drop)
		return gmg_reason_is_rule(e.reason) &&
		       o.observed & BIT_ULL(e.reason);
	return !o.observed && e.reason == o.reason && e.reason == n.reason &&
	       !gmg_reason_is_rule(e.reason);
}

/* Watching the rule that refuses does not open what a later rule refuses. */
static int tight(const struct gmg_pkt *p, judge judge)
{
	struct gmg_verdict e = judge(p, enforce), o = judge(p, observe), w;
	u8 mode[sizeof(enforce)];

	if (!e.drop)
		return 1;
	memcpy(mode, enforce, sizeof(mode));
	mode[e.reason] = GMGUARD_MODE_OBSERVE;
	w = judge(p, mode);
	if (w.observed != BIT_ULL(e.reason))
		return 0;
	return w.drop == !!(o.observed & ~BIT_ULL(e.reason));
}

int main(void)
{
	int all_closed = 1, all_guarded = 1, all_plain = 1;
	int all_honest = 1, all_tight = 1;
	struct gmg_pkt p = {};
	unsigned int i;

	memset(enforce, GMGUARD_MODE_ENFORCE, sizeof(enforce));
	memset(observe, GMGUARD_MODE_OBSERVE, sizeof(observe));
	memset(off, GMGUARD_MODE_OFF, sizeof(off));

	puts("TAP version 13");
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		result(row_holds(&rows[i]), rows[i].what);
	do {
		all_closed &= closed(&p);
		all_guarded &= guarded(&p);
		all_plain &= plain(&p);
		for (i = 0; i < sizeof(judges) / sizeof(*judges); i++) {
			all_honest &= honest(&p, judges[i]);
			all_tight &= tight(&p, judges[i]);
		}
	} while (next(&p));
	result(all_closed, "every packet: none in clear to a protected port");
	result(all_guarded, "every packet: none from outside to a core node");
	result(all_plain, "every packet: no rule speaks of what is not asked about");
	result(all_honest, "every packet: observe notes every rule that matches, and no other");
	result(all_tight, "every packet: watching a rule opens no other");
	printf("1..%d\n", tests);
	return failed != 0;
}
