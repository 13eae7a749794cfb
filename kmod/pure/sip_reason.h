/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_PURE_SIP_REASON_H
#define _GMG_PURE_SIP_REASON_H

#include "pure.h"

/**
 * DOC: Reasons of SIP
 *
 * As in reason.h, for what no hook enforces yet: their numbers follow those of the
 * uapi header, and become part of it with the first hook that reads SIP.
 */
#define GMG_SIP_REASONS(X) \
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
	  "more REGISTERs of one source than the policy allows") \
	X(VIA_MISMATCH, "via-mismatch", DROP, "N3 E15", "TS 33.203 7.1", \
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
	X(TRUST_HEADER, "trust-header", DROP, "N9 E19 O7", "TS 24.229 4.4", \
	  "another header or parameter of the trust domain that crosses its boundary") \
	X(KEY_LEAK, "key-leak", DROP, "O6", "TS 33.203 6.1.1", \
	  "a challenge with ik or ck that crosses the boundary of the trust domain") \
	X(PRIVACY_ID, "privacy-id", DROP, "O8", "RFC 3325 7", \
	  "an identity leaving the trust domain though Privacy asks to withhold it") \
	X(PRIVACY_CRITICAL, "privacy-critical", DROP, "O8", "RFC 3323 4.2", \
	  "critical privacy of a kind that is not given here") \
	X(PASS_REGISTER, "pass-register", PASS, "N2", "TS 33.203 7.1", \
	  "a REGISTER to an unprotected port, or from there what by its CSeq answers one") \
	X(PASS_EMERGENCY, "pass-emergency", PASS, "N11 N13 O3", "TS 33.203 7.1", \
	  "of an emergency request or its dialog, on an unprotected port") \
	X(PASS_ERROR, "pass-error", PASS, "N14 O4", "TS 33.203 7.1", \
	  "a refusal of an unprotected request, on an unprotected port") \
	X(PASS_KEEPALIVE, "pass-keepalive", PASS, "N1", "RFC 3261 7.5", \
	  "no message: line ends or STUN that keep a flow alive")

enum gmg_sip_reason {
	GMG_SIP_REASON_BEFORE = GMGUARD_REASON_MAX,
#define GMG_SIP_REASON_ID(NAME, name, kind, rule, clause, meaning) GMGUARD_REASON_##NAME,
	GMG_SIP_REASONS(GMG_SIP_REASON_ID)
#undef GMG_SIP_REASON_ID
	GMG_SIP_REASON_COUNT,
};

#endif /* _GMG_PURE_SIP_REASON_H */
