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
	X(PASS_TCP_UNREAD, "pass-tcp-unread", PASS, "-", "TS 33.203 7.1", \
	  "TCP that is not read: stream-order is off, or stream-unknown lets it pass") \
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
	  "under an SA whose time is over or that was deleted") \
	X(MALFORMED, "malformed", DROP, "N18", "RFC 3261 7", \
	  "SIP that cannot be read, or that two readers would read differently") \
	X(COMPRESSED, "compressed", DROP, "N18", "RFC 3261 7", \
	  "compressed (SigComp), so that its content cannot be judged") \
	X(METHOD_ON_UNPROTECTED, "method-on-unprotected", DROP, "N17", "TS 33.203 7.1", \
	  "to an unprotected port, yet neither a REGISTER nor for an emergency") \
	X(RESPONSE_ON_UNPROTECTED, "response-on-unprotected", DROP, "N16", "TS 33.203 7.1", \
	  "an answer to an unprotected port that refuses no request that left from there") \
	X(EMERGENCY_REFUSED, "emergency-refused", DROP, "N12", "TS 23.167 7.4", \
	  "an unauthenticated emergency request, which the policy does not allow") \
	X(FLOOD, "flood", DROP, "N21", "TS 33.203 6.1.1", \
	  "more REGISTERs or emergency requests than the policy allows or has room for") \
	X(VIA_MISMATCH, "via-mismatch", DROP, "E15", "TS 33.203 7.1", \
	  "a REGISTER whose topmost Via is not its source address") \
	X(OUT_UNPROTECTED, "out-unprotected", DROP, "O5", "TS 33.203 7.1", \
	  "to a UE from an unprotected port, yet none of what may leave from there") \
	X(SA_TEMPORARY, "sa-temporary", DROP, "E13", "TS 33.203 7.4.2a", \
	  "under a temporary SA, but neither a REGISTER nor an answer to one") \
	X(IDENTITY_MISMATCH, "identity-mismatch", DROP, "E17", "TS 33.203 7.1", \
	  "a protected REGISTER without the private identity of its SA as its one Digest username") \
	X(ASSERTED_IDENTITY, "asserted-identity", DROP, "N9 E19", "RFC 3325 5", \
	  "an asserted identity from outside the trust domain") \
	X(INTEGRITY_PROTECTED, "integrity-protected", DROP, "N8", "TS 24.229 7.2A.2", \
	  "integrity-protected, be it in quotes, in credentials that are not of the P-CSCF") \
	X(TRUST_HEADER, "trust-header", DROP, "O7", "TS 24.229 4.4", \
	  "another header or parameter of the trust domain that crosses its boundary") \
	X(KEY_LEAK, "key-leak", DROP, "O6", "TS 33.203 6.1.1", \
	  "a challenge with ik or ck that crosses the boundary of the trust domain") \
	X(PRIVACY_ID, "privacy-id", DROP, "O8", "RFC 3325 7", \
	  "an identity leaving the trust domain though Privacy asks to withhold it") \
	X(PRIVACY_CRITICAL, "privacy-critical", DROP, "-", "RFC 3323 4.2", \
	  "critical privacy of a kind that is not given here") \
	X(PASS_REGISTER, "pass-register", PASS, "N2", "TS 33.203 7.1", \
	  "a REGISTER to an unprotected port, or from there what by its CSeq answers one") \
	X(PASS_EMERGENCY, "pass-emergency", PASS, "N11 N13 N14 O3", "TS 33.203 7.1", \
	  "of an emergency request or its dialog, on an unprotected port") \
	X(PASS_ERROR, "pass-error", PASS, "N15 O4", "TS 33.203 7.1", \
	  "a refusal of an unprotected request, on an unprotected port") \
	X(PASS_KEEPALIVE, "pass-keepalive", PASS, "N1", "RFC 3261 7.5", \
	  "no message: line ends or STUN that keep a flow alive") \
	X(IMPI_EXPOSED, "impi-exposed", DROP, "N22", "TS 33.220 B.4", \
	  "a private identity in clear; dropped at most if a TMPI stands for it") \
	X(TMPI_UNKNOWN, "tmpi-unknown", DROP, "N22", "TS 33.220 B.4", \
	  "a TMPI that stands for nobody, or for somebody at another address") \
	X(TMPI_EXPIRED, "tmpi-expired", DROP, "N22", "TS 33.220 B.4", \
	  "a TMPI whose registration is over, or that was replaced too long ago") \
	X(STREAM_ORDER, "stream-order", DROP, "N20", "RFC 3261 18.3", \
	  "TCP ahead of octets that have not come yet: its sender sends it again") \
	X(STREAM_UNKNOWN, "stream-unknown", DROP, "N20", "RFC 3261 18.3", \
	  "TCP of a connection whose beginning was not seen") \
	X(STREAM_LIMIT, "stream-limit", DROP, "N20", "RFC 3261 18.3", \
	  "TCP that there is no room for: connections, their octets, or headers too long") \
	X(EMERGENCY_ONLY, "emergency-only", DROP, "E20", "TS 23.167 6.2.1", \
	  "a request under the SA of an emergency registration that is of no emergency")

#endif /* _GMG_PURE_REASON_H */
