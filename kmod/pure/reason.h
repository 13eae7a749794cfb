/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_PURE_REASON_H
#define _GMG_PURE_REASON_H

/**
 * DOC: Reasons
 *
 * Every verdict has one reason. This list is the only place where a reason's
 * texts stand: kernel, helper, man page and conformance table read them from
 * here. Numbers are enum gmguard_reason of the uapi header, which
 * "make uapi-check" holds against uapi/gmguard.yaml and this list.
 *
 * GMG_REASONS(X) expands X(NAME, name, kind, rule, clause, meaning) in number
 * order:
 *  @NAME:    suffix of GMGUARD_REASON_
 *  @name:    the word used in stats, JSON, events, policy and documentation
 *  @kind:    DROP (a rule that a policy can set to off, observe or enforce) or
 *            PASS (a class of accepted packets)
 *  @rule:    id in the conformance table, selftests/RULES.md
 *  @clause:  the clause that asks for it
 *  @meaning: one line for an operator
 */
#define GMG_REASONS(X) \
	X(SPOOF_CORE, "spoof-core", DROP, "U1", "TS 33.203 Annex J", \
	  "not from the core, yet its source is a core node, this host, loopback or multicast") \
	X(SPOOF_POOL, "spoof-pool", DROP, "U2", "TS 33.203 Annex J", \
	  "source outside the UE pools of its side, or the way back to it leads elsewhere") \
	X(BYPASS_CORE, "bypass-core", DROP, "U3", "TS 33.203 Annex J", \
	  "a packet from outside the core that would reach a core node past the P-CSCF") \
	X(BYPASS_HTTP, "bypass-http", DROP, "U5", "TS 33.203 Annex J", \
	  "to a permitted HTTP server, but not TCP to one of its permitted ports") \
	X(BYPASS_INSIDE, "bypass-inside", DROP, "U10", "TS 33.203 Annex J", \
	  "from outside the core to an address of this host that is no Gm endpoint") \
	X(BYPASS_FORWARD, "bypass-forward", DROP, "T5", "TS 33.203 7.1", \
	  "forwarded from the core straight to a UE on a SIP port, past the P-CSCF") \
	X(UE_ON_CORE, "ue-on-core", DROP, "T4", "TS 33.203 Annex J", \
	  "a source out of a UE pool arriving on a trusted side") \
	X(CORE_UNKNOWN, "core-unknown", DROP, "T3", "TS 33.203 5.4", \
	  "to a Gm endpoint from a trusted side, but the source is no known core node") \
	X(CORE_CLEAR, "core-clear", DROP, "T2", "TS 33.203 4", \
	  "in clear on a trusted side that requires ESP (Zb)") \
	X(CLOSED_PORT, "closed-port", DROP, "U12", "TS 33.203 7.1", \
	  "to a Gm endpoint on a port or protocol that is not open to UEs") \
	X(AH, "ah", DROP, "U8", "TS 33.203 Annex H", \
	  "AH to a Gm endpoint: IMS uses ESP only") \
	X(UNWALKABLE, "unwalkable", DROP, "U9", "TS 33.203 7.1", \
	  "headers that cannot be read as far as the ports, an unfinished source route, or a fragment") \
	X(CLEAR_ON_PROTECTED, "clear-on-protected", DROP, "M1", "TS 33.203 7.1", \
	  "clear text to a protected port") \
	X(CLEAR_FROM_PROTECTED, "clear-from-protected", DROP, "O1", "TS 33.203 7.1", \
	  "clear text leaving from a protected port") \
	X(PASS_PROTECTED, "pass-protected", PASS, "E11", "TS 33.203 7.1", \
	  "to or from a protected port under ESP") \
	X(PASS_UNREAD, "pass-unread", PASS, "-", "TS 33.203 7.1", \
	  "to an unprotected port; its content is not judged by this version") \
	X(PASS_ESP, "pass-esp", PASS, "U6", "TS 33.203 6.3", \
	  "ESP to a Gm endpoint; judged again when it is decrypted") \
	X(PASS_HTTP, "pass-http", PASS, "U4", "TS 33.203 Annex J", \
	  "to a permitted HTTP server on a permitted port") \
	X(PASS_CORE, "pass-core", PASS, "T1", "RFC 3325 5", \
	  "from a core node to a Gm endpoint") \
	X(PASS_OTHER, "pass-other", PASS, "-", "-", \
	  "nothing that a rule speaks of") \
	X(FOREIGN_SA, "foreign-sa", DROP, "E1", "TS 33.203 7.1", \
	  "to or from a protected port under an SA that gmguard has not installed") \
	X(SA_MISMATCH, "sa-mismatch", DROP, "E2 E6 E7", "TS 33.203 7.1", \
	  "under a UE's SA, but not between the addresses and ports of that SA") \
	X(SA_TRANSPORT, "sa-transport", DROP, "E5 E9 E10 O9", "TS 33.203 7.1", \
	  "under a UE's SA, but no UDP or TCP, or in a role that this SA has not") \
	X(SA_EXPIRED, "sa-expired", DROP, "E22", "TS 33.203 7.4.2a", \
	  "under an SA whose time is over or that was deleted")

#endif /* _GMG_PURE_REASON_H */
