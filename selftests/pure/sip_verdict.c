// SPDX-License-Identifier: GPL-2.0
/* The rules about what is in a message, row by row, what must hold for every one in
 * every context, and that nothing is left where something was removed. The very
 * objects that are in the module, in user space.
 */
#include "../../kmod/pure/sip_verdict.h"
#include "sip_events.h"

#define R(name) GMGUARD_REASON_##name

/* contexts */
#define UE .trust = GMG_TRUST_UNTRUSTED
#define CLEAR UE, .port = GMG_PORT_UNPROTECTED
#define ESP UE, .port = GMG_PORT_PROTECTED, .sa = GMG_SIP_SA_ESTABLISHED
#define TEMPORARY UE, .port = GMG_PORT_PROTECTED, .sa = GMG_SIP_SA_TEMPORARY
#define SA_SOS UE, .port = GMG_PORT_PROTECTED, .sa = GMG_SIP_SA_EMERGENCY
#define NOT_OURS UE, .port = GMG_PORT_PROTECTED
#define NOBODY .trust = GMG_TRUST_NONE, .port = GMG_PORT_UNPROTECTED
#define FOREIGN .trust = GMG_TRUST_FOREIGN
#define CORE .trust = GMG_TRUST_TRUSTED
#define LOOPBACK .trust = GMG_TRUST_LOCAL
#define OUT .out = true
#define RINGS .dialog = GMG_SIP_DIALOG_EARLY
#define CALL .dialog = GMG_SIP_DIALOG_CONFIRMED
#define LOST_CALL .dialog = GMG_SIP_DIALOG_LOST
#define TMPI(state) .identity = { .tmpi = GMG_SIP_TMPI_##state }
#define EXPOSED .identity = { .exposed = true }
#define BOUND .identity = { .exposed = true, .bound = true }

/* messages */
#define REQUEST(method, uri, lines) method " " uri " SIP/2.0\r\nCSeq: 1 " method "\r\n" lines "\r\n"
#define REGISTER(lines) REQUEST("REGISTER", "sip:h", lines)
#define MINE "Authorization: Digest username=\"me\"\r\n"
#define INVITE(lines) REQUEST("INVITE", "sip:b@h", lines)
#define SOS(lines) REQUEST("INVITE", "urn:service:sos", lines)
#define ANSWER(status, method, lines) "SIP/2.0 " status " x\r\nCSeq: 1 " method "\r\n" lines "\r\n"
#define PAI "P-Asserted-Identity: <sip:b@h>\r\n"
#define GONE "xxxxxxxxxxxxxxxxxxx:xxxxxxxxxx\r\n"
#define HISTORY_4 "History-Info: <sip:a>\r\nHistory-Info: <sip:a>\r\n" \
	"History-Info: <sip:a>\r\nHistory-Info: <sip:a>\r\n"
#define HISTORY HISTORY_4 HISTORY_4 HISTORY_4 HISTORY_4 "History-Info: <sip:a>\r\n"
#define KEYS "WWW-Authenticate: Digest ik=\"0011\", ck=\"2233\"\r\n"
#define NO_KEYS "WWW-Authenticate: Digest xx=\"xxxx\", xx=\"xxxx\"\r\n"

/* Under enforce: refused for .refused; or passing as .pass, with what .removed
 * removes gone and so being .after; or passing, though .seen matches.
 */
static const struct row {
	const char *what;
	struct gmg_sip_context c;
	const char *text;
	u32 len;
	u8 refused;
	u8 pass;
	u8 removed;
	const char *after;
	u8 seen;
} rows[] = {
#define REFUSED(what, context, text, reason) \
	{ what, { context }, text, sizeof(text) - 1, R(reason), 0, 0, NULL, 0 }
#define PASSES(what, context, text, reason) \
	{ what, { context }, text, sizeof(text) - 1, 0, R(reason), 0, NULL, 0 }
#define REMOVED(what, context, text, class, reason, after) \
	{ what, { context }, text, sizeof(text) - 1, 0, R(class), R(reason), after, 0 }
#define SEEN(what, context, text, class, reason) \
	{ what, { context }, text, sizeof(text) - 1, 0, R(class), 0, NULL, R(reason) }
#define A(...) __VA_ARGS__
	/* rule: N1 RFC 3261 7.5 */
	PASSES("line ends", A(CLEAR), "\r\n\r\n", PASS_KEEPALIVE),
	PASSES("STUN", A(CLEAR), "\0\1\0\0\x21\x12\xa4\x42", PASS_KEEPALIVE),
	PASSES("line ends under ESP", A(ESP), "\r\n", PASS_KEEPALIVE),
	PASSES("line ends to a UE", A(CLEAR, OUT), "\r\n", PASS_KEEPALIVE),
	/* rule: N2 TS 33.203 7.1 */
	PASSES("REGISTER", A(CLEAR), REGISTER(""), PASS_REGISTER),
	PASSES("REGISTER from no side", A(NOBODY), REGISTER(""), PASS_REGISTER),
	/* rule: N21 TS 33.203 6.1.1 */
	REFUSED("one REGISTER too many", A(CLEAR, .flooded = true), REGISTER(""), FLOOD),
	PASSES("one REGISTER too many, but protected", A(ESP, .flooded = true), REGISTER(MINE),
	       PASS_PROTECTED),
	REFUSED("one emergency too many", A(CLEAR, .flooded = true, .emergency = true,
		.anonymous = true), SOS(""), FLOOD),
	PASSES("a dialog of who has sent too many", A(CLEAR, .flooded = true, .emergency = true,
	       .anonymous = true, CALL), SOS(""), PASS_EMERGENCY),
	/* rule: N3 TS 33.203 Annex M */
	REFUSED("REGISTER by another's Via", A(CLEAR, .via_other = true), REGISTER(""), VIA_MISMATCH),
	/* rule: N17 TS 33.203 7.1 */
	REFUSED("INVITE", A(CLEAR), INVITE(""), METHOD_ON_UNPROTECTED),
	REFUSED("INVITE from no side", A(NOBODY), INVITE(""), METHOD_ON_UNPROTECTED),
	REFUSED("MESSAGE", A(CLEAR), REQUEST("MESSAGE", "sip:b", ""), METHOD_ON_UNPROTECTED),
	REFUSED("BYE", A(CLEAR), REQUEST("BYE", "sip:b", ""), METHOD_ON_UNPROTECTED),
	REFUSED("OPTIONS", A(CLEAR), REQUEST("OPTIONS", "sip:b", ""), METHOD_ON_UNPROTECTED),
	REFUSED("an escaped REGISTER", A(CLEAR), REQUEST("RE%47IST%45R", "sip:b", ""),
		METHOD_ON_UNPROTECTED),
	REFUSED("RREGISTER", A(CLEAR), REQUEST("RREGISTER", "sip:b", ""), METHOD_ON_UNPROTECTED),
	REFUSED("a CSeq of REGISTER in an INVITE", A(CLEAR),
		"INVITE sip:b SIP/2.0\r\nCSeq: 1 REGISTER\r\n\r\n", MALFORMED),
	/* rule: N11 TS 33.203 7.1 */
	PASSES("an emergency call", A(CLEAR, .emergency = true, .anonymous = true), SOS(""),
	       PASS_EMERGENCY),
	PASSES("an emergency call under ESP", A(ESP, .emergency = true), SOS(""), PASS_PROTECTED),
	PASSES("an emergency given up", A(CLEAR, .emergency = true, .anonymous = true),
	       REQUEST("CANCEL", "urn:service:sos", ""), PASS_EMERGENCY),
	PASSES("an emergency in words", A(CLEAR, .emergency = true, .anonymous = true),
	       REQUEST("MESSAGE", "urn:service:sos", ""), PASS_EMERGENCY),
	/* rule: N17 TS 33.203 Annex J */
	REFUSED("BYE of another's call, to an emergency", A(CLEAR, .emergency = true,
		.anonymous = true), REQUEST("BYE", "urn:service:sos", "To: <sip:b>;tag=1\r\n"),
		METHOD_ON_UNPROTECTED),
	REFUSED("BYE without a tag", A(CLEAR, .emergency = true, .anonymous = true),
		REQUEST("BYE", "urn:service:sos", ""), METHOD_ON_UNPROTECTED),
	REFUSED("a re-INVITE of another's call", A(CLEAR, .emergency = true, .anonymous = true),
		SOS("To: <sip:b>;tag=1\r\n"), METHOD_ON_UNPROTECTED),
	REFUSED("SUBSCRIBE to an emergency", A(CLEAR, .emergency = true, .anonymous = true),
		REQUEST("SUBSCRIBE", "urn:service:sos", ""), METHOD_ON_UNPROTECTED),
	/* rule: N12 TS 23.167 7.4 */
	REFUSED("an emergency call where that is forbidden", A(CLEAR, .emergency = true), SOS(""),
		EMERGENCY_REFUSED),
	/* rule: N13 TS 33.203 7.1 */
	PASSES("BYE of an emergency call", A(CLEAR, CALL), REQUEST("BYE", "sip:b", ""),
	       PASS_EMERGENCY),
	PASSES("PRACK of one that rings", A(CLEAR, RINGS), REQUEST("PRACK", "sip:b", ""),
	       PASS_EMERGENCY),
	PASSES("a hold of an emergency call", A(CLEAR, CALL), INVITE(""), PASS_EMERGENCY),
	REFUSED("another call where none is yet", A(CLEAR, RINGS), INVITE(""), METHOD_ON_UNPROTECTED),
	REFUSED("a call to a UE where none is yet", A(CLEAR, OUT, RINGS), INVITE(""), OUT_UNPROTECTED),
	REFUSED("MESSAGE in an emergency call", A(CLEAR, CALL), REQUEST("MESSAGE", "sip:b", ""),
		METHOD_ON_UNPROTECTED),
	REFUSED("REFER in an emergency call", A(CLEAR, CALL), REQUEST("REFER", "sip:b", ""),
		METHOD_ON_UNPROTECTED),
	REFUSED("an unknown method in an emergency call", A(CLEAR, CALL),
		REQUEST("X", "sip:b", ""), METHOD_ON_UNPROTECTED),
	REFUSED("NOTIFY of an emergency call", A(CLEAR, OUT, CALL), REQUEST("NOTIFY", "sip:b", ""),
		OUT_UNPROTECTED),
	PASSES("an answer in an emergency call", A(CLEAR, CALL), ANSWER("200", "UPDATE", ""),
	       PASS_EMERGENCY),
	/* rule: N14 TS 33.203 7.1 */
	PASSES("a refusal of what left in clear", A(CLEAR, .transaction = true),
	       ANSWER("481", "NOTIFY", ""), PASS_ERROR),
	/* rule: N15 RFC 3261 17.1.1.3 */
	PASSES("ACK of a refusal", A(CLEAR, .transaction = true), REQUEST("ACK", "sip:b", ""),
	       PASS_ERROR),
	/* rule: N16 TS 33.203 7.1 */
	REFUSED("a refusal of nothing", A(CLEAR), ANSWER("481", "NOTIFY", ""), RESPONSE_ON_UNPROTECTED),
	REFUSED("200 to what left in clear", A(CLEAR, .transaction = true), ANSWER("200", "NOTIFY", ""),
		RESPONSE_ON_UNPROTECTED),
	REFUSED("183 to what left in clear", A(CLEAR, .transaction = true), ANSWER("183", "INVITE", ""),
		RESPONSE_ON_UNPROTECTED),
	REFUSED("200 to a REGISTER", A(CLEAR), ANSWER("200", "REGISTER", ""), RESPONSE_ON_UNPROTECTED),
	/* rule: N18 RFC 3261 7 */
	REFUSED("SigComp", A(CLEAR), "\xf8..", COMPRESSED),
	REFUSED("SigComp under ESP", A(ESP), "\xff..", COMPRESSED),
	REFUSED("SigComp to a UE", A(ESP, OUT), "\xfc..", COMPRESSED),
	REFUSED("SigComp from abroad", A(FOREIGN), "\xf9..", COMPRESSED),
	PASSES("SigComp of the core", A(CORE), "\xf8..", PASS_CORE),
	REFUSED("what is no SIP", A(CLEAR), "\x16\3\1\2", MALFORMED),
	REFUSED("HTTP", A(CLEAR), "GET / HTTP/1.1\r\n\r\n", MALFORMED),
	REFUSED("a NUL in a REGISTER", A(CLEAR), REGISTER("Subject: x\0y\r\n"), MALFORMED),
	REFUSED("a bare CR in an INVITE under ESP", A(ESP), INVITE("Subject: x\rPath: y\r\n"), MALFORMED),
	REFUSED("two lengths from abroad", A(FOREIGN), INVITE("l: 0\r\nl: 1\r\n"), MALFORMED),
	REFUSED("a bare CR to a UE", A(ESP, OUT), INVITE("Subject: x\ry\r\n"), MALFORMED),
	REFUSED("a bare CR going abroad", A(FOREIGN, OUT), REQUEST("INVITE", "sip:b",
		"Authorization: Digest username=\"a\",x=\"\ry\",integrity-protected=yes\r\n"), MALFORMED),
	REFUSED("a bare CR in a history to a UE", A(ESP, OUT),
		INVITE("History-Info: <sip:a\rb?Privacy=history>;index=1\r\n"), MALFORMED),
	REFUSED("a bare CR in Privacy to a UE", A(ESP, OUT), INVITE(PAI "Privacy: none\r;id\r\n"),
		MALFORMED),
	PASSES("a NUL to a UE", A(ESP, OUT), INVITE("Subject: x\0y\r\n"), PASS_PROTECTED),
	REFUSED("what nobody can read to a UE", A(ESP, OUT), "\x16\3\1\2", MALFORMED),
	PASSES("a NUL of the core", A(CORE), INVITE("Subject: x\0y\r\n"), PASS_CORE),
	PASSES("a NUL of loopback", A(LOOPBACK), INVITE("Subject: x\0y\r\n"), PASS_OTHER),
	/* rule: O2 TS 33.203 7.1 */
	PASSES("an answer to a REGISTER", A(CLEAR, OUT), ANSWER("401", "REGISTER", ""), PASS_REGISTER),
	/* rule: O3 TS 33.203 7.1 */
	PASSES("180 of an emergency call", A(CLEAR, OUT, CALL), ANSWER("180", "INVITE", ""),
	       PASS_EMERGENCY),
	/* rule: O4 TS 33.203 7.1 */
	PASSES("403 to an INVITE in clear", A(CLEAR, OUT, .transaction = true),
	       ANSWER("403", "INVITE", ""), PASS_ERROR),
	/* rule: O5 TS 33.203 7.1 */
	REFUSED("403 to no INVITE in clear", A(CLEAR, OUT), ANSWER("403", "INVITE", ""), OUT_UNPROTECTED),
	REFUSED("180 to an INVITE in clear", A(CLEAR, OUT, .transaction = true),
		ANSWER("180", "INVITE", ""), OUT_UNPROTECTED),
	REFUSED("200 to a REGISTER in clear, to a port of an SA", A(CLEAR, OUT, .to_protected = true),
		ANSWER("200", "REGISTER", ""), OUT_UNPROTECTED),
	REFUSED("INVITE in clear to a UE", A(CLEAR, OUT), INVITE(""), OUT_UNPROTECTED),
	REFUSED("an emergency call to a UE", A(CLEAR, OUT, .emergency = true, .anonymous = true), SOS(""),
		OUT_UNPROTECTED),
	REFUSED("a REGISTER to a UE", A(CLEAR, OUT), REGISTER(""), OUT_UNPROTECTED),
	REFUSED("an ACK to a UE in clear", A(CLEAR, OUT, .transaction = true),
		REQUEST("ACK", "sip:b", ""), OUT_UNPROTECTED),
	/* rule: E12 TS 33.203 7.4.2a */
	PASSES("REGISTER on a temporary SA", A(TEMPORARY), REGISTER(MINE), PASS_PROTECTED),
	PASSES("its answer", A(TEMPORARY, OUT), ANSWER("200", "REGISTER", ""), PASS_PROTECTED),
	/* rule: E13 TS 33.203 7.4.2a */
	REFUSED("INVITE on a temporary SA", A(TEMPORARY), INVITE(""), SA_TEMPORARY),
	REFUSED("an emergency call on a temporary SA", A(TEMPORARY, .emergency = true, .anonymous = true),
		SOS(""), SA_TEMPORARY),
	REFUSED("an answer on a temporary SA", A(TEMPORARY), ANSWER("200", "REGISTER", ""), SA_TEMPORARY),
	REFUSED("line ends on a temporary SA", A(TEMPORARY), "\r\n", SA_TEMPORARY),
	REFUSED("NOTIFY out on a temporary SA", A(TEMPORARY, OUT), REQUEST("NOTIFY", "sip:b", ""),
		SA_TEMPORARY),
	REFUSED("200 to an INVITE out on a temporary SA", A(TEMPORARY, OUT), ANSWER("200", "INVITE", ""),
		SA_TEMPORARY),
	PASSES("INVITE on an SA that is not", A(ESP), INVITE(""), PASS_PROTECTED),
	/* rule: E20 TS 23.167 6.2.1 */
	REFUSED("a call on an SA for emergencies", A(SA_SOS), INVITE(""), EMERGENCY_ONLY),
	REFUSED("a message", A(SA_SOS), REQUEST("MESSAGE", "sip:b", ""), EMERGENCY_ONLY),
	REFUSED("BYE of another call", A(SA_SOS), REQUEST("BYE", "sip:b", ""), EMERGENCY_ONLY),
	REFUSED("a re-INVITE to an emergency that is in no call", A(SA_SOS, .emergency = true),
		SOS("To: <sip:b>;tag=1\r\n"), EMERGENCY_ONLY),
	REFUSED("MESSAGE in an emergency call on it", A(SA_SOS, CALL), REQUEST("MESSAGE", "sip:b", ""),
		EMERGENCY_ONLY),
	REFUSED("MESSAGE in what may be one", A(SA_SOS, LOST_CALL), REQUEST("MESSAGE", "sip:b", ""),
		EMERGENCY_ONLY),
	REFUSED("emergency calls on it without end", A(SA_SOS, .emergency = true, .flooded = true),
		SOS(""), FLOOD),
	PASSES("an emergency call on it", A(SA_SOS, .emergency = true), SOS(""), PASS_PROTECTED),
	PASSES("its BYE", A(SA_SOS, CALL), REQUEST("BYE", "sip:b", ""), PASS_PROTECTED),
	SEEN("a re-INVITE of what may be one", A(SA_SOS, LOST_CALL), INVITE("To: <sip:b>;tag=1\r\n"),
	     PASS_PROTECTED, EMERGENCY_ONLY),
	PASSES("the ACK of its refusal", A(SA_SOS, .transaction = true), REQUEST("ACK", "sip:b", ""),
	       PASS_PROTECTED),
	PASSES("REGISTER on it", A(SA_SOS), REGISTER(MINE), PASS_PROTECTED),
	PASSES("an answer on it", A(SA_SOS), ANSWER("200", "INVITE", ""), PASS_PROTECTED),
	PASSES("line ends on it", A(SA_SOS), "\r\n", PASS_KEEPALIVE),
	PASSES("a call to it", A(SA_SOS, OUT), INVITE(""), PASS_PROTECTED),
	PASSES("INVITE under an SA of somebody else's", A(NOT_OURS), INVITE(""), PASS_PROTECTED),
	/* rule: E15 TS 33.203 7.1 */
	REFUSED("a protected REGISTER by another's Via", A(ESP, .via_other = true), REGISTER(MINE),
		VIA_MISMATCH),
	PASSES("a protected INVITE by another's Via", A(ESP, .via_other = true), INVITE(""),
	       PASS_PROTECTED),
	/* rule: E17 TS 33.203 7.1 */
	PASSES("a REGISTER of who he is", A(ESP), REGISTER(MINE), PASS_PROTECTED),
	REFUSED("a REGISTER of somebody else", A(ESP, .user_other = true), REGISTER(MINE),
		IDENTITY_MISMATCH),
	REFUSED("a REGISTER of nobody", A(ESP), REGISTER(""), IDENTITY_MISMATCH),
	REFUSED("a REGISTER of another scheme", A(ESP), REGISTER("Authorization: Basic username=\"me\"\r\n"),
		IDENTITY_MISMATCH),
	PASSES("a REGISTER by a digest in another case", A(ESP),
	       REGISTER("Authorization: DIGEST username=\"me\"\r\n"), PASS_PROTECTED),
	REFUSED("a REGISTER of two", A(ESP), REGISTER(MINE MINE), IDENTITY_MISMATCH),
	REFUSED("a REGISTER of somebody else on a temporary SA", A(TEMPORARY, .user_other = true),
		REGISTER(MINE), IDENTITY_MISMATCH),
	PASSES("a REGISTER in clear of anybody", A(CLEAR, .user_other = true), REGISTER(MINE),
	       PASS_REGISTER),
	PASSES("a REGISTER under an SA of somebody else's", A(NOT_OURS, .user_other = true), REGISTER(""),
	       PASS_PROTECTED),
	/* rule: N22 TS 33.220 B.4 */
	PASSES("a REGISTER by its TMPI", A(CLEAR, TMPI(KNOWN)), REGISTER(MINE), PASS_REGISTER),
	REFUSED("a TMPI of nobody", A(CLEAR, TMPI(UNKNOWN)), REGISTER(MINE), TMPI_UNKNOWN),
	REFUSED("a TMPI that has expired", A(CLEAR, TMPI(EXPIRED)), REGISTER(MINE), TMPI_EXPIRED),
	REFUSED("a TMPI of nobody under ESP", A(ESP, TMPI(UNKNOWN)), INVITE(""), TMPI_UNKNOWN),
	PASSES("a TMPI of nobody to a UE", A(ESP, OUT, TMPI(UNKNOWN)), INVITE(""), PASS_PROTECTED),
	PASSES("a TMPI of nobody from abroad", A(FOREIGN, TMPI(UNKNOWN)), INVITE(""), PASS_OTHER),
	REFUSED("a REGISTER of who has a TMPI", A(CLEAR, BOUND), REGISTER(MINE), IMPI_EXPOSED),
	SEEN("one that may fall back", A(CLEAR, BOUND, .fallback = true), REGISTER(MINE),
	     PASS_REGISTER, IMPI_EXPOSED),
	SEEN("the first REGISTER of a UE", A(CLEAR, EXPOSED), REGISTER(MINE), PASS_REGISTER,
	     IMPI_EXPOSED),
	SEEN("the answer to it", A(CLEAR, OUT, EXPOSED), ANSWER("401", "REGISTER", ""), PASS_REGISTER,
	     IMPI_EXPOSED),
	REFUSED("an identity to a UE in clear", A(CLEAR, OUT, BOUND), ANSWER("200", "REGISTER", ""),
		IMPI_EXPOSED),
	REFUSED("an identity under ESP that encrypts nothing", A(ESP, OUT, BOUND), INVITE(""),
		IMPI_EXPOSED),
	SEEN("an emergency registration of who has a TMPI", A(CLEAR, BOUND),
	     REGISTER("Contact: <sip:a@h;sos>\r\n" MINE), PASS_REGISTER, IMPI_EXPOSED),
	SEEN("its answer", A(CLEAR, OUT, BOUND),
	     ANSWER("200", "REGISTER", "Contact: <sip:a@h;sos>\r\n"), PASS_REGISTER, IMPI_EXPOSED),
	SEEN("one by a TMPI of nobody", A(CLEAR, TMPI(UNKNOWN)),
	     REGISTER("Contact: <sip:a@h;sos>\r\n" MINE), PASS_REGISTER, TMPI_UNKNOWN),
	SEEN("one by a TMPI that has expired", A(CLEAR, TMPI(EXPIRED)),
	     REGISTER("Contact: <sip:a@h;sos>\r\n" MINE), PASS_REGISTER, TMPI_EXPIRED),
	REFUSED("but not what calls itself one elsewhere", A(CLEAR, BOUND),
		REGISTER("Contact: <sip:a@h>;sos\r\n" MINE), IMPI_EXPOSED),
	SEEN("an emergency of who has a TMPI", A(CLEAR, BOUND, .emergency = true, .anonymous = true), SOS(""),
	     PASS_EMERGENCY, IMPI_EXPOSED),
	SEEN("what goes on of it", A(CLEAR, BOUND, CALL), REQUEST("BYE", "sip:b", ""), PASS_EMERGENCY,
	     IMPI_EXPOSED),
	SEEN("and to the UE", A(CLEAR, OUT, BOUND, CALL), REQUEST("BYE", "sip:b", ""), PASS_EMERGENCY,
	     IMPI_EXPOSED),
	SEEN("one under an SA for emergencies", A(SA_SOS, BOUND, .emergency = true), SOS(""), PASS_PROTECTED, IMPI_EXPOSED),
	REFUSED("while another call is none", A(ESP, BOUND), INVITE(""), IMPI_EXPOSED),
	PASSES("an identity going abroad", A(FOREIGN, OUT, BOUND), INVITE(""), PASS_OTHER),
	PASSES("an identity of the core", A(CORE, BOUND), INVITE(""), PASS_CORE),
	/* rule: N9 RFC 3325 5 */
	REMOVED("an identity in a REGISTER", A(CLEAR), REGISTER(PAI), PASS_REGISTER, ASSERTED_IDENTITY,
		REGISTER(GONE)),
	/* rule: E19 RFC 3325 5 */
	REMOVED("an identity under ESP", A(ESP), INVITE(PAI), PASS_PROTECTED, ASSERTED_IDENTITY,
		INVITE(GONE)),
	REMOVED("two of them", A(ESP), INVITE(PAI PAI), PASS_PROTECTED, ASSERTED_IDENTITY,
		INVITE(GONE GONE)),
	REMOVED("one that Privacy: none is to protect", A(ESP), INVITE("Privacy: none\r\n" PAI),
		PASS_PROTECTED, ASSERTED_IDENTITY, INVITE("Privacy: none\r\n" GONE)),
	REMOVED("one in an answer", A(ESP), ANSWER("200", "INVITE", PAI), PASS_PROTECTED,
		ASSERTED_IDENTITY, ANSWER("200", "INVITE", GONE)),
	REMOVED("one in a URI", A(ESP), INVITE("Contact: <sip:a?P-Asserted-Identity=x%40y>\r\n"),
		PASS_PROTECTED, ASSERTED_IDENTITY,
		INVITE("Contact: <sip:a?xxxxxxxxxxxxxxxxxxx=xxxxx>\r\n")),
	REMOVED("one in folds", A(ESP), INVITE("p-asserted-identity\t:\r\n <sip:\r\n\tb@h>\r\n"),
		PASS_PROTECTED, ASSERTED_IDENTITY,
		INVITE("xxxxxxxxxxxxxxxxxxx\t:xxxxxxxxxxxxxxx\r\n")),
	REFUSED("more of them than can be removed", A(ESP), INVITE(PAI PAI PAI PAI PAI PAI PAI PAI PAI
		PAI PAI PAI PAI PAI PAI PAI PAI), ASSERTED_IDENTITY),
	PASSES("one in a body", A(ESP), INVITE("\r\n" PAI), PASS_PROTECTED),
	PASSES("one of the core", A(CORE), INVITE(PAI), PASS_CORE),
	REMOVED("one from abroad", A(FOREIGN), INVITE("Privacy: none\r\n" PAI), PASS_OTHER,
		ASSERTED_IDENTITY, INVITE("Privacy: none\r\n" GONE)),
	REMOVED("P-Charging-Vector of a UE", A(ESP), INVITE("P-Charging-Vector: icid-value=1\r\n"),
		PASS_PROTECTED, TRUST_HEADER, INVITE("xxxxxxxxxxxxxxxxx:xxxxxxxxxxxxx\r\n")),
	REMOVED("Path of a UE", A(CLEAR), REGISTER("Path: <sip:p>\r\n"), PASS_REGISTER, TRUST_HEADER,
		REGISTER("xxxx:xxxxxxxx\r\n")),
	REMOVED("network-provided of a UE", A(ESP),
		INVITE("P-Access-Network-Info: a; network-provided\r\n"), PASS_PROTECTED, TRUST_HEADER,
		INVITE("P-Access-Network-Info: a; xxxxxxxxxxxxxxxx\r\n")),
	PASSES("a UE's own access network", A(ESP), INVITE("P-Access-Network-Info: a\r\n"),
	       PASS_PROTECTED),
	PASSES("what the P-CSCF needs of a UE", A(CLEAR), REGISTER("P-Preferred-Identity: <sip:a>\r\n"
	       "Security-Client: x\r\nSecurity-Verify: x\r\nRequire: sec-agree\r\n"), PASS_REGISTER),
	REMOVED("psap-callback of a UE", A(ESP), INVITE("Priority: psap-callback\r\n"), PASS_PROTECTED,
		TRUST_HEADER, INVITE("Priority: xxxxxxxxxxxxx\r\n")),
	REMOVED("cpc in a userinfo", A(ESP), INVITE("From: <sip:+49;cpc=ordinary@host>\r\n"), PASS_PROTECTED,
		TRUST_HEADER, INVITE("From: <sip:+49;xxx=xxxxxxxx@host>\r\n")),
	PASSES("iotl of the Service-Route", A(ESP), INVITE("Route: <sip:a;iotl=b>\r\n"), PASS_PROTECTED),
	REMOVED("Resource-Priority in clear", A(CLEAR), REGISTER("Resource-Priority: ets.0\r\n"),
		PASS_REGISTER, TRUST_HEADER, REGISTER("xxxxxxxxxxxxxxxxx:xxxxxx\r\n")),
	PASSES("Resource-Priority under ESP", A(ESP), INVITE("Resource-Priority: ets.0\r\n"),
	       PASS_PROTECTED),
	REMOVED("early media from abroad", A(FOREIGN), INVITE("P-Early-Media: supported\r\n"), PASS_OTHER,
		TRUST_HEADER, INVITE("xxxxxxxxxxxxx:xxxxxxxxxx\r\n")),
	REMOVED("early media going abroad", A(FOREIGN, OUT), INVITE("P-Early-Media: supported\r\n"),
		PASS_OTHER, TRUST_HEADER, INVITE("xxxxxxxxxxxxx:xxxxxxxxxx\r\n")),
	PASSES("early media in an UPDATE", A(ESP), REQUEST("UPDATE", "sip:b", "P-Early-Media: supported\r\n"),
	       PASS_PROTECTED),
	REMOVED("cpc in a Request-URI", A(ESP), REQUEST("INVITE", "tel:1;cpc=operator;x=y", ""),
		PASS_PROTECTED, TRUST_HEADER, REQUEST("INVITE", "tel:1;xxx=xxxxxxxx;x=y", "")),
	PASSES("a UE's early media", A(ESP), INVITE("P-Early-Media: supported\r\n"), PASS_PROTECTED),
	REMOVED("a UE's other early media", A(ESP), INVITE("P-Early-Media: gated\r\n"), PASS_PROTECTED,
		TRUST_HEADER, INVITE("xxxxxxxxxxxxx:xxxxxx\r\n")),
	/* rule: N8 TS 24.229 7.2A.2 */
	REMOVED("integrity-protected of a UE", A(CLEAR), REGISTER("Authorization: Digest username=\"u\","
		"integrity-protected=auth-done\r\n"), PASS_REGISTER, INTEGRITY_PROTECTED,
		REGISTER("Authorization: Digest username=\"u\",xxxxxxxxxxxxxxxxxxx=xxxxxxxxx\r\n")),
	REMOVED("integrity-protected under ESP", A(ESP), REGISTER("Authorization: Digest username=\"u\","
		"Integrity-Protected =\r\n \"yes\"\r\n"), PASS_PROTECTED, INTEGRITY_PROTECTED,
		REGISTER("Authorization: Digest username=\"u\",xxxxxxxxxxxxxxxxxxx =\r\n \"xxx\"\r\n")),
	REFUSED("integrity-protected in quotes", A(CLEAR), REGISTER("Authorization: Digest "
		"username=\"u,Integrity-Protected=yes\"\r\n"), INTEGRITY_PROTECTED),
	REFUSED("integrity-protected in a longer name", A(ESP), INVITE("Proxy-Authorization: Digest "
		"x-integrity-protected=yes\r\n"), INTEGRITY_PROTECTED),
	REFUSED("integrity-protected between two quotes", A(CLEAR), REGISTER("Authorization: Digest "
		"opaque=a\"b, integrity-protected=auth-done, x=c\"d\r\n"), MALFORMED),
	PASSES("integrity-protected of the core", A(CORE), REGISTER("Authorization: Digest "
	       "integrity-protected=yes\r\n"), PASS_CORE),
	/* rule: O6 TS 33.203 6.1.1 */
	REMOVED("keys to a UE", A(CLEAR, OUT), ANSWER("401", "REGISTER", KEYS), PASS_REGISTER, KEY_LEAK,
		ANSWER("401", "REGISTER", NO_KEYS)),
	REMOVED("keys to a UE under ESP", A(ESP, OUT), ANSWER("401", "REGISTER", KEYS), PASS_PROTECTED,
		KEY_LEAK, ANSWER("401", "REGISTER", NO_KEYS)),
	REMOVED("keys to a UE in a 407", A(ESP, OUT), ANSWER("407", "INVITE",
		"Proxy-Authenticate: Digest IK = 0011\r\n"), PASS_PROTECTED, KEY_LEAK,
		ANSWER("407", "INVITE", "Proxy-Authenticate: Digest xx = xxxx\r\n")),
	REFUSED("keys to a UE between two quotes", A(ESP, OUT), ANSWER("401", "REGISTER",
		"WWW-Authenticate: Digest realm=a\"b, ik=\"0011\", ck=\"22\", x=\"d\"\r\n"), KEY_LEAK),
	REFUSED("a challenge abroad with a quote that opens nothing", A(FOREIGN, OUT), ANSWER("401", "INVITE",
		"Proxy-Authenticate: Digest realm=a\"b\r\n"), KEY_LEAK),
	PASSES("a quote that opens nothing to a UE, and no challenge", A(ESP, OUT),
	       ANSWER("200", "INVITE", "Priority: \"x\r\n"), PASS_PROTECTED),
	REFUSED("keys to a UE behind a bare CR", A(ESP, OUT), ANSWER("401", "REGISTER",
		"WWW-Authenticate:\rx Digest ik=\"0011\"\r\n"), MALFORMED),
	REFUSED("keys to a UE that end nowhere", A(ESP, OUT), ANSWER("401", "REGISTER",
		"WWW-Authenticate: Digest realm=\"\\\"\",ik=\"0011\"\r\n"), KEY_LEAK),
	REMOVED("keys going abroad", A(FOREIGN, OUT), ANSWER("401", "REGISTER", KEYS), PASS_OTHER,
		KEY_LEAK, ANSWER("401", "REGISTER", NO_KEYS)),
	REFUSED("keys from abroad", A(FOREIGN), ANSWER("401", "REGISTER", KEYS), KEY_LEAK),
	PASSES("keys of the core", A(CORE), ANSWER("401", "REGISTER", KEYS), PASS_CORE),
	PASSES("keys to the core", A(CORE, OUT), ANSWER("401", "REGISTER", KEYS), PASS_CORE),
	PASSES("keys by name only", A(ESP, OUT), ANSWER("401", "REGISTER",
	       "WWW-Authenticate: Digest realm=\"a,ik=0\",ikk=1,xck=2\r\n"), PASS_PROTECTED),
	/* rule: O7 TS 24.229 4.4 */
	REMOVED("P-Charging-Vector to a UE", A(ESP, OUT), INVITE("P-Charging-Vector: icid-value=1\r\n"),
		PASS_PROTECTED, TRUST_HEADER, INVITE("xxxxxxxxxxxxxxxxx:xxxxxxxxxxxxx\r\n")),
	REMOVED("P-Access-Network-Info to a UE", A(ESP, OUT),
		INVITE("P-Access-Network-Info: a;network-provided\r\n"), PASS_PROTECTED, TRUST_HEADER,
		INVITE("xxxxxxxxxxxxxxxxxxxxx:xxxxxxxxxxxxxxxxxxx\r\n")),
	REMOVED("Reason of an answer to a UE", A(ESP, OUT), ANSWER("487", "INVITE", "Reason: x\r\n"),
		PASS_PROTECTED, TRUST_HEADER, ANSWER("487", "INVITE", "xxxxxx:xx\r\n")),
	PASSES("Reason of a request to a UE", A(ESP, OUT), REQUEST("BYE", "sip:b", "Reason: x\r\n"),
	       PASS_PROTECTED),
	REMOVED("cpc of an identity to a UE", A(ESP, OUT), INVITE("P-Asserted-Identity: <tel:1;cpc=a>\r\n"),
		PASS_PROTECTED, TRUST_HEADER, INVITE("P-Asserted-Identity: <tel:1;xxx=x>\r\n")),
	REMOVED("P-Charging-Vector behind a long history", A(ESP, OUT), INVITE(HISTORY
		"P-Charging-Vector: icid-value=1\r\n"), PASS_PROTECTED, TRUST_HEADER,
		INVITE(HISTORY "xxxxxxxxxxxxxxxxx:xxxxxxxxxxxxx\r\n")),
	REMOVED("psap-callback going abroad", A(FOREIGN, OUT), INVITE("Priority: psap-callback\r\n"),
		PASS_OTHER, TRUST_HEADER, INVITE("Priority: xxxxxxxxxxxxx\r\n")),
	PASSES("what a UE needs", A(ESP, OUT), ANSWER("200", "REGISTER", "Service-Route: <sip:x>\r\n"
	       "P-Associated-URI: <sip:x>\r\nSecurity-Server: x\r\nPath: <sip:x>\r\n"), PASS_PROTECTED),
	/* rule: O8 RFC 3325 7 */
	PASSES("an identity to a UE", A(ESP, OUT), INVITE(PAI), PASS_PROTECTED),
	PASSES("with Privacy: none", A(ESP, OUT), INVITE("Privacy: none\r\n" PAI), PASS_PROTECTED),
	REMOVED("with Privacy: id", A(ESP, OUT), INVITE(PAI "Privacy: id\r\n"), PASS_PROTECTED, PRIVACY_ID,
		INVITE(GONE "Privacy: id\r\n")),
	REMOVED("with Privacy: id, critical", A(ESP, OUT), INVITE("Privacy: critical;id\r\n" PAI),
		PASS_PROTECTED, PRIVACY_ID, INVITE("Privacy: critical;id\r\n" GONE)),
	REMOVED("with Privacy: none and id", A(ESP, OUT), INVITE("Privacy: none;ID\r\n" PAI),
		PASS_PROTECTED, PRIVACY_ID, INVITE("Privacy: none;ID\r\n" GONE)),
	REMOVED("with Privacy: id before", A(ESP, OUT, .withheld = true), INVITE(PAI), PASS_PROTECTED,
		PRIVACY_ID, INVITE(GONE)),
	REMOVED("with Privacy: id, abroad", A(FOREIGN, OUT), INVITE("Privacy: id\r\n" PAI), PASS_OTHER,
		PRIVACY_ID, INVITE("Privacy: id\r\n" GONE)),
	REMOVED("another one with Privacy: id", A(ESP, OUT),
		INVITE("Privacy: id\r\nRemote-Party-ID: <sip:a>\r\n"), PASS_PROTECTED, PRIVACY_ID,
		INVITE("Privacy: id\r\nxxxxxxxxxxxxxxx:xxxxxxxx\r\n")),
	REMOVED("an entry of a history that asks for it", A(ESP, OUT),
		INVITE("History-Info: <sip:a?Privacy=history>;index=1\r\nHistory-Info: <sip:b>\r\n"),
		PASS_PROTECTED, PRIVACY_ID,
		INVITE("xxxxxxxxxxxx:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\nHistory-Info: <sip:b>\r\n")),
	REFUSED("a history longer than can be removed", A(ESP, OUT), INVITE("Privacy: history\r\n" HISTORY),
		PRIVACY_ID),
	REMOVED("a history with Privacy: history", A(ESP, OUT),
		INVITE("Privacy: history\r\nHistory-Info: <sip:a>\r\n"), PASS_PROTECTED, PRIVACY_ID,
		INVITE("Privacy: history\r\nxxxxxxxxxxxx:xxxxxxxx\r\n")),
	PASSES("a history with Privacy: id", A(ESP, OUT),
	       INVITE("Privacy: id\r\nHistory-Info: <sip:a>\r\n"), PASS_PROTECTED),
	PASSES("with Privacy: id, of a UE", A(ESP), INVITE("Privacy: id\r\n"), PASS_PROTECTED),
	REFUSED("critical header", A(ESP, OUT), INVITE("Privacy: header;critical\r\n"), PRIVACY_CRITICAL),
	REFUSED("critical session, in two lines", A(ESP, OUT),
		INVITE("Privacy: session\r\nPrivacy: critical\r\n"), PRIVACY_CRITICAL),
	REFUSED("critical user, abroad", A(FOREIGN, OUT), INVITE("Privacy: critical;user\r\n"),
		PRIVACY_CRITICAL),
	REFUSED("critical of what nobody knows", A(ESP, OUT), INVITE("Privacy: critical;9x\r\n"),
		PRIVACY_CRITICAL),
	REFUSED("critical of what nobody knows, escaped", A(ESP, OUT), INVITE("Privacy: critical;%75ser\r\n"),
		PRIVACY_CRITICAL),
	PASSES("a wish for what nobody knows", A(ESP, OUT), INVITE("Privacy: x\r\n"), PASS_PROTECTED),
	PASSES("critical of what is given", A(ESP, OUT), INVITE("Privacy: id ; history;critical\r\n"),
	       PASS_PROTECTED),
	PASSES("critical header in a BYE", A(ESP, OUT), REQUEST("BYE", "sip:b", "Privacy: header;critical\r\n"),
	       PASS_PROTECTED),
	PASSES("critical header in an ACK", A(ESP, OUT), REQUEST("ACK", "sip:b", "Privacy: header;critical\r\n"),
	       PASS_PROTECTED),
	PASSES("critical header in a CANCEL", A(ESP, OUT),
	       REQUEST("CANCEL", "sip:b", "Privacy: header;critical\r\n"), PASS_PROTECTED),
	PASSES("critical header in an answer", A(ESP, OUT),
	       ANSWER("200", "INVITE", "Privacy: header;critical\r\n"), PASS_PROTECTED),
	PASSES("a wish for header", A(ESP, OUT), INVITE("Privacy: header\r\n"), PASS_PROTECTED),
	PASSES("critical header of a UE", A(ESP), INVITE("Privacy: header;critical\r\n"), PASS_PROTECTED),
};

#define ROWS (sizeof(rows) / sizeof(*rows))

static u8 enforce[GMGUARD_REASON_MAX + 1], observe[GMGUARD_REASON_MAX + 1], off[GMGUARD_REASON_MAX + 1];
static int tests, failed;

static void result(bool good, const char *what)
{
	printf("%s %d %s\n", good ? "ok" : "not ok", ++tests, what);
	failed += !good;
}

static struct gmg_sip_verdict judge(const struct gmg_sip_facts *f, const struct gmg_sip_context *c,
				    const u8 *mode)
{
	return gmg_sip_verdict(f, c, &gmg_sip_matrix_default, mode);
}

static void read_message(struct gmg_sip_facts *f, const struct gmg_sip_context *c, const u8 *p,
			 u32 len)
{
	gmg_sip_facts_read(f, gmg_sip_matrix_items(&gmg_sip_matrix_default, gmg_sip_boundary(c)),
			   p, len);
}

static bool row_holds(const struct row *row)
{
	u64 bit = BIT_ULL(row->refused ? row->refused : row->removed);
	u64 seen = row->seen ? BIT_ULL(row->seen) : 0;
	struct gmg_sip_verdict e, o, n;
	struct gmg_sip_facts f;
	u8 p[2048];

	memcpy(p, row->text, row->len);
	read_message(&f, &row->c, p, row->len);
	e = judge(&f, &row->c, enforce);
	o = judge(&f, &row->c, observe);
	n = judge(&f, &row->c, off);
	if (n.v.drop || n.v.observed || n.scrub || o.v.drop || o.scrub || e.v.observed != seen)
		return false;
	if (row->refused)
		return e.v.drop && e.v.reason == row->refused && o.v.observed & bit && !e.scrub;
	if (e.v.drop || e.v.reason != row->pass || o.v.reason != row->pass)
		return false;
	if (!row->removed)
		return !e.scrub && !e.v.scrubbed && o.v.observed == seen;
	gmg_sip_facts_scrub(&f, e.scrub, p, row->len, 0);
	return e.v.scrubbed == bit && o.v.observed == bit && strlen(row->after) == row->len &&
	       !memcmp(p, row->after, row->len);
}

/* The matrix once more, as it is written down: what does not cross, by boundary. */
static const char *const removed[GMG_SIP_BOUNDARY_COUNT] = {
	[GMG_SIP_INSIDE] = " ",
#define NEVER "p-charging-function-addresses p-served-user p-profile-key p-asserted-service " \
	"p-private-network-indication p-media-authorization restoration-info relayed-charge " \
	"service-interact-info cellular-network-info response-source attestation-info " \
	"origination-id additional-identity priority-verstat dc-info " \
	";network-provided ;cpc ;oli ;iotl "
#define OF_UE NEVER "p-asserted-identity remote-party-id p-charging-vector p-visited-network-id " \
	"p-associated-uri path service-route p-early-media feature-caps history-info " \
	"security-server ;p-asserted-identity ;integrity-protected ;loc-src ;psap-callback "
	[GMG_SIP_FROM_UE_CLEAR] = " " OF_UE "resource-priority ",
	[GMG_SIP_FROM_UE] = " " OF_UE,
	[GMG_SIP_TO_UE] = " " NEVER "p-preferred-identity p-preferred-service p-access-network-info "
		"p-charging-vector p-visited-network-id reason security-client security-verify ;ik ;ck "
		";privacy ",
	[GMG_SIP_TO_FOREIGN] = " " NEVER "p-preferred-identity p-preferred-service "
		"p-access-network-info p-early-media feature-caps reason resource-priority "
		"security-client security-verify security-server ;integrity-protected ;ik ;ck "
		";psap-callback ;supported ;privacy ",
	[GMG_SIP_FROM_FOREIGN] = " " NEVER "p-asserted-identity remote-party-id p-preferred-identity "
		"p-preferred-service p-access-network-info p-visited-network-id p-associated-uri path "
		"service-route p-early-media feature-caps reason resource-priority security-client "
		"security-verify security-server ;p-asserted-identity ;integrity-protected "
		";psap-callback ;supported ;ik ;ck ",
};

/* Of each item " name " or " ;name ", and what @removed says as a mask. */
static char item_names[GMG_SIP_ITEM_COUNT][GMG_SIP_NAME_ROOM];
static u64 crosses_not[GMG_SIP_BOUNDARY_COUNT];

static void name_items(void)
{
	for (u32 i = 0; i < GMG_SIP_HEADER_COUNT; i++)
		snprintf(item_names[gmg_sip_item_of_header[i]], GMG_SIP_NAME_ROOM, " %s ",
			 header_names[i]);
	for (u32 i = 0; i < GMG_SIP_PARAM_COUNT; i++)
		if (gmg_sip_item_of_param[i])
			snprintf(item_names[gmg_sip_item_of_param[i]], GMG_SIP_NAME_ROOM, " ;%s ",
				 param_names[i]);
	for (u32 b = 0; b < GMG_SIP_BOUNDARY_COUNT; b++)
		for (u32 i = 1; i < GMG_SIP_ITEM_COUNT; i++)
			if (strstr(removed[b], item_names[i]))
				crosses_not[b] |= BIT_ULL(i);
}

static bool matrix_holds(void)
{
	u32 n[GMG_SIP_BOUNDARY_COUNT] = { 0 };

	for (u32 b = 0; b < GMG_SIP_BOUNDARY_COUNT; b++) {
		for (u32 i = 1; i < GMG_SIP_ITEM_COUNT; i++) {
			bool gone = gmg_sip_matrix_default.action[b][i] != GMG_SIP_KEEP;

			if (gone != (crosses_not[b] >> i & 1)) {
				printf("#%sat boundary %u\n", item_names[i], b);
				return false;
			}
			n[b] += gone;
		}
		for (const char *s = removed[b] + 1; *s; s = strchr(s, ' ') + 1)
			n[b]--;
		if (n[b])
			return false;
	}
	return true;
}

/* A policy's own matrix is the one that counts. */
static bool policy_holds(void)
{
	static const char text[] = INVITE(PAI "Reason: x\r\n" "P-Preferred-Identity: y\r\n");
	struct gmg_sip_context c = { ESP };
	struct gmg_sip_matrix m = gmg_sip_matrix_default;
	struct gmg_sip_verdict v;
	struct gmg_sip_facts f;

	m.action[GMG_SIP_FROM_UE][GMG_SIP_ITEM_P_ASSERTED_IDENTITY] = GMG_SIP_KEEP;
	m.action[GMG_SIP_FROM_UE][GMG_SIP_ITEM_P_PREFERRED_IDENTITY] = GMG_SIP_REMOVE;
	gmg_sip_facts_read(&f, gmg_sip_matrix_items(&m, GMG_SIP_FROM_UE), (const u8 *)text,
			   sizeof(text) - 1);
	v = gmg_sip_verdict(&f, &c, &m, enforce);
	if (v.v.drop || v.scrub != GMG_SIP_ITEM(P_PREFERRED_IDENTITY))
		return false;
	m.action[GMG_SIP_FROM_UE][GMG_SIP_ITEM_P_PREFERRED_IDENTITY] = GMG_SIP_DROP;
	v = gmg_sip_verdict(&f, &c, &m, enforce);
	return v.v.drop && v.v.reason == R(TRUST_HEADER) &&
	       !gmg_sip_verdict(&f, &c, &m, observe).v.drop;
}

/* The rules once more, each for itself and in no order: those that refuse the message,
 * and those that remove something from it. @seen: those that watch it at most. @blind:
 * something does not cross here, and that it is not there nobody can tell.
 */
struct matching {
	u64 refuse;
	u64 remove;
	u64 seen;
	bool blind;
};

static void match_item(struct matching *m, const struct gmg_sip_facts *f, u8 item, u8 reason,
		       bool drop)
{
	if (drop || f->lost >> item & 1)
		m->refuse |= BIT_ULL(reason);
	else
		m->remove |= BIT_ULL(reason);
}

static void match_items(struct matching *m, const struct gmg_sip_facts *f,
			const struct gmg_sip_context *c, u8 boundary)
{
	bool id = c->withheld || f->privacy & BIT(GMG_SIP_PARAM_ID);
	bool history = f->privacy & BIT(GMG_SIP_PARAM_HISTORY);

	for (u32 i = 1; i < GMG_SIP_ITEM_COUNT; i++) {
		const char *name = item_names[i];
		u8 reason = R(TRUST_HEADER);

		if (!(f->items >> i & 1))
			continue;
		if (strstr(name, "p-asserted-identity"))
			reason = R(ASSERTED_IDENTITY);
		else if (strstr(name, ";integrity-protected"))
			reason = R(INTEGRITY_PROTECTED);
		else if (!strcmp(name, " ;privacy "))
			reason = R(PRIVACY_ID);
		else if (!strcmp(name, " ;ik ") || !strcmp(name, " ;ck "))
			reason = R(KEY_LEAK);
		if (crosses_not[boundary] >> i & 1)
			match_item(m, f, i, reason, reason == R(KEY_LEAK) &&
				   boundary == GMG_SIP_FROM_FOREIGN);
		if (c->out && ((id && (strstr(name, "p-asserted-identity") ||
				       strstr(name, "remote-party-id"))) ||
			       (history && strstr(name, "history-info"))))
			match_item(m, f, i, R(PRIVACY_ID), false);
	}
}

static struct matching matching(const struct gmg_sip_facts *f, const struct gmg_sip_context *c)
{
	bool outside = c->trust != GMG_TRUST_TRUSTED && c->trust != GMG_TRUST_LOCAL;
	bool foreign = c->trust == GMG_TRUST_FOREIGN, ue = outside && !foreign;
	bool protected = ue && c->port == GMG_PORT_PROTECTED, in = !c->out;
	bool response = f->what == GMG_SIP_IS_RESPONSE, idle = f->what == GMG_SIP_IS_KEEPALIVE;
	bool request = f->what == GMG_SIP_IS_REQUEST;
	bool reg = request && f->method == GMG_SIP_REGISTER;
	bool answer = response && f->cseq == GMG_SIP_REGISTER;
	bool error = c->transaction && response && f->status >= 300;
	bool ack = c->transaction && request && f->method == GMG_SIP_ACK;
	bool critical = f->privacy & BIT(GMG_SIP_PARAM_CRITICAL);
	bool exposed = c->identity.exposed;
	bool service = f->privacy & (BIT(GMG_SIP_PARAM_USER) | BIT(GMG_SIP_PARAM_HEADER) |
				     BIT(GMG_SIP_PARAM_SESSION) | BIT(GMG_SIP_PARAM_TOKEN));
	bool ends = f->method == GMG_SIP_ACK || f->method == GMG_SIP_CANCEL || f->method == GMG_SIP_BYE;
	bool again = f->method == GMG_SIP_INVITE && c->dialog >= GMG_SIP_DIALOG_CONFIRMED;
	bool within = c->dialog && (response || (request && (ends || again ||
		      f->method == GMG_SIP_PRACK || f->method == GMG_SIP_UPDATE ||
		      f->method == GMG_SIP_INFO)));
	bool sos = c->emergency && request && in && !f->to_tag.len &&
		   (f->method == GMG_SIP_INVITE || f->method == GMG_SIP_MESSAGE ||
		    f->method == GMG_SIP_CANCEL);
	bool asks_sos = protected && c->sa == GMG_SIP_SA_EMERGENCY && in && request && !reg;
	bool challenge = f->headers & (BIT_ULL(GMG_SIP_WWW_AUTHENTICATE) |
				       BIT_ULL(GMG_SIP_PROXY_AUTHENTICATE));
	u8 boundary = !outside ? GMG_SIP_INSIDE : foreign ? in ? GMG_SIP_FROM_FOREIGN :
		      GMG_SIP_TO_FOREIGN : c->out ? GMG_SIP_TO_UE : protected ? GMG_SIP_FROM_UE :
		      GMG_SIP_FROM_UE_CLEAR;
	bool urgent = c->emergency || c->dialog || c->sa == GMG_SIP_SA_EMERGENCY ||
		      ((in ? reg : answer) && f->sos);
	struct matching m = { 0 };
	u64 tmpi;

#define RULE(name, condition) (m.refuse |= (condition) ? BIT_ULL(R(name)) : 0)
	if (!outside)
		return m;
	RULE(COMPRESSED, f->what == GMG_SIP_IS_COMPRESSED);
	RULE(MALFORMED, f->what != GMG_SIP_IS_COMPRESSED &&
			(f->dead || (in ? f->bad : f->bad & BIT(GMG_SIP_BAD_CR))));
	RULE(METHOD_ON_UNPROTECTED, ue && in && !protected && !response && !idle && !reg &&
				    !within && !sos && !ack);
	RULE(EMERGENCY_REFUSED, ue && !protected && !within && sos && !c->anonymous);
	RULE(RESPONSE_ON_UNPROTECTED, ue && in && !protected && response && !within && !error);
	RULE(OUT_UNPROTECTED, ue && c->out && !protected && !idle && !within && !error &&
			      (!answer || c->to_protected));
	RULE(FLOOD, ue && in && c->port == GMG_PORT_UNPROTECTED && c->flooded && !idle &&
		    (reg || (sos && c->anonymous && !within)));
	RULE(FLOOD, asks_sos && sos && !within && c->flooded);
	RULE(EMERGENCY_ONLY, asks_sos && !sos && !within && !ack);
	RULE(VIA_MISMATCH, ue && in && reg && c->via_other);
	RULE(IDENTITY_MISMATCH, protected && in && reg && c->sa &&
				(c->user_other || f->usernames != 1));
	RULE(SA_TEMPORARY, protected && c->sa == GMG_SIP_SA_TEMPORARY &&
			   !(in ? reg : answer));
	tmpi = !ue || !in ? 0 : c->identity.tmpi == GMG_SIP_TMPI_UNKNOWN ? BIT_ULL(R(TMPI_UNKNOWN)) :
	       c->identity.tmpi == GMG_SIP_TMPI_EXPIRED ? BIT_ULL(R(TMPI_EXPIRED)) : 0;
	m.refuse |= urgent ? 0 : tmpi;
	m.seen |= urgent ? tmpi : 0;
	RULE(IMPI_EXPOSED, ue && exposed && c->identity.bound && !c->fallback && !urgent);
	m.seen |= ue && exposed && !(m.refuse & BIT_ULL(R(IMPI_EXPOSED))) ?
		  BIT_ULL(R(IMPI_EXPOSED)) : 0;
	m.seen |= asks_sos && within && c->dialog == GMG_SIP_DIALOG_LOST ?
		  BIT_ULL(R(EMERGENCY_ONLY)) : 0;
	RULE(PRIVACY_CRITICAL, c->out && critical && service && request && !ends);
	RULE(KEY_LEAK, (foreign || c->out) && challenge &&
		       f->bad & (BIT(GMG_SIP_BAD_QUOTE) | BIT(GMG_SIP_BAD_CR)));
	m.blind = f->what == GMG_SIP_IS_COMPRESSED || (f->dead && !f->headers_end);

#undef RULE
	match_items(&m, f, c, boundary);
	return m;
}

/* What enforce refuses or removes, observe notes, and nothing else; watching the rule
 * that refuses opens no other, those about what nobody could read among them.
 */
static bool honest(const struct gmg_sip_facts *f, const struct gmg_sip_context *c)
{
	struct gmg_sip_verdict e = judge(f, c, enforce), o = judge(f, c, observe), w;
	struct matching m = matching(f, c);
	u8 mode[sizeof(enforce)];

	if (judge(f, c, off).v.observed || judge(f, c, off).v.drop || judge(f, c, off).scrub ||
	    o.v.drop || o.scrub || e.v.observed & ~m.seen ||
	    o.v.observed != (m.refuse | m.remove | m.seen))
		return false;
	if (e.v.drop != !!m.refuse)
		return false;
	if (!e.v.drop)
		return e.v.observed == m.seen && e.v.scrubbed == m.remove && !e.scrub == !m.remove &&
		       e.v.reason == o.v.reason;
	memcpy(mode, enforce, sizeof(mode));
	mode[e.v.reason] = GMGUARD_MODE_OBSERVE;
	w = judge(f, c, mode);
	return m.refuse & BIT_ULL(e.v.reason) && !e.scrub &&
	       w.v.drop == (m.blind || m.refuse & ~BIT_ULL(e.v.reason)) &&
	       (w.v.observed & ~m.seen) == BIT_ULL(e.v.reason);
}

/* Every identity that a context can have, ... */
static bool next_identity(struct gmg_sip_context *c)
{
	bool *flags[] = { &c->out, &c->fallback, &c->identity.exposed, &c->identity.bound };

	for (u32 i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		*flags[i] = !*flags[i];
		if (*flags[i])
			return true;
	}
	if (c->identity.tmpi++ < GMG_SIP_TMPI_UNKNOWN)
		return true;
	c->identity.tmpi = 0;
	if (c->port++ < GMG_PORT_PROTECTED)
		return true;
	c->port = 0;
	if (c->trust++ < GMG_TRUST_FOREIGN)
		return true;
	c->trust = 0;
	return false;
}

/* ... and every context without one. */
static bool next(struct gmg_sip_context *c)
{
	bool *flags[] = { &c->out, &c->emergency, &c->anonymous, &c->transaction, &c->to_protected,
			  &c->withheld, &c->flooded, &c->via_other, &c->user_other };
	u8 *enums[] = { &c->trust, &c->port, &c->sa, &c->dialog };
	static const u8 last[] = { GMG_TRUST_FOREIGN, GMG_PORT_PROTECTED, GMG_SIP_SA_EMERGENCY,
				   GMG_SIP_DIALOG_LOST };

	for (u32 i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		*flags[i] = !*flags[i];
		if (*flags[i])
			return true;
	}
	for (u32 i = 0; i < sizeof(enums) / sizeof(*enums); i++) {
		if ((*enums[i])++ < last[i])
			return true;
		*enums[i] = 0;
	}
	return false;
}

/* Each message of the table in every context that @next leads to. */
static bool contexts_hold(bool (*next)(struct gmg_sip_context *c))
{
	struct gmg_sip_facts f[GMG_SIP_BOUNDARY_COUNT];
	struct gmg_sip_context c = { 0 };

	for (size_t i = 0; i < ROWS; i++) {
		for (u32 b = 0; b < GMG_SIP_BOUNDARY_COUNT; b++)
			gmg_sip_facts_read(&f[b], gmg_sip_matrix_items(&gmg_sip_matrix_default, b),
					   (const u8 *)rows[i].text, rows[i].len);
		do {
			/* it asks for an emergency service or it does not */
			if (c.emergency != gmg_sip_facts_emergency(f, NULL, 0) ||
			    honest(&f[gmg_sip_boundary(&c)], &c))
				continue;
			printf("# %s: trust %u port %u sa %u out %u\n", rows[i].what, c.trust, c.port,
			       c.sa, c.out);
			return false;
		} while (next(&c));
	}
	return true;
}

int main(void)
{
	memset(enforce, GMGUARD_MODE_ENFORCE, sizeof(enforce));
	memset(observe, GMGUARD_MODE_OBSERVE, sizeof(observe));
	memset(off, GMGUARD_MODE_OFF, sizeof(off));

	name_items();
	puts("TAP version 13");
	for (size_t i = 0; i < ROWS; i++)
		result(row_holds(&rows[i]), rows[i].what);
	result(matrix_holds(), "the matrix is what is written down");
	result(policy_holds(), "a policy may change it");
	result(contexts_hold(next), "every message in every context: each rule by itself, watched and not");
	result(contexts_hold(next_identity), "the same with every identity in it");
	printf("1..%d\n", tests);
	return failed != 0;
}
