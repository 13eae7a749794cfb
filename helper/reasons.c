// SPDX-License-Identifier: GPL-2.0
#include <linux/gmguard.h>
#include <stddef.h>
#include <string.h>

#include "pure/reason.h"
#include "reasons.h"
#include "words.h"

enum { PASS, DROP };

/* What to do about each; a reason without does not compile. */
#define ADVICE_SPOOF_CORE \
	"trace the sender on the side's interface; if a core node really is there, its interface is on the wrong side"
#define ADVICE_SPOOF_POOL \
	"if the source is a real UE, add its prefix to ue-pools of the side, or give the host a route to it through that side"
#define ADVICE_BYPASS_CORE \
	"nothing outside the core may reach core nodes; a permitted HTTP server belongs in http"
#define ADVICE_BYPASS_HTTP \
	"if the service is meant to be reached, add its port to the server's ports in http"
#define ADVICE_BYPASS_INSIDE \
	"if this address speaks Gm, add it to endpoints; management belongs on a trusted side"
#define ADVICE_BYPASS_FORWARD \
	"find the core node that sends SIP to UEs directly and route it through the P-CSCF"
#define ADVICE_UE_ON_CORE \
	"a route or a cable leads UE traffic into the core side; or the pool is wider than it should be"
#define ADVICE_CORE_UNKNOWN \
	"if the node is a known IMS entity, add its prefix to core"
#define ADVICE_CORE_CLEAR \
	"set up IPsec with the node, or remove require-esp from the side"
#define ADVICE_CLOSED_PORT \
	"if UEs need the service, add it to open-ports; if it is Gm, add the port to the endpoint"
#define ADVICE_AH \
	"the UE must offer ESP; AH is not used on Gm"
#define ADVICE_UNWALKABLE \
	"capture the packet: extension headers or fragments like this do not come from a UE"
#define ADVICE_CLEAR_ON_PROTECTED \
	"the UE or its SA is gone, or somebody tries the protected port; gmguard sa list --ue ADDRESS shows what it has"
#define ADVICE_CLEAR_FROM_PROTECTED \
	"the SA to this UE is missing when the P-CSCF sends; gmguard sa list --ue ADDRESS shows what it has"
#define ADVICE_PASS_PROTECTED \
	"nothing: this is registered traffic"
#define ADVICE_PASS_TCP_UNREAD \
	"take stream-order: off out of rules; where it is not there, stream-unknown once this stops"
#define ADVICE_PASS_ESP \
	"nothing: compare with pass-protected; gmguard stats xfrm says what failed to decrypt"
#define ADVICE_PASS_HTTP \
	"nothing: this is the permitted exception"
#define ADVICE_PASS_CORE \
	"nothing: this is core traffic"
#define ADVICE_PASS_OTHER \
	"nothing: no rule speaks of it"
#define ADVICE_FOREIGN_SA \
	"find who installs it with ip xfrm monitor; if that is your P-CSCF itself, set foreign-sa: accept"
#define ADVICE_SA_MISMATCH \
	"compare the packet with gmguard explain SPI: another UE's SA was used, or the wrong pair of ports"
#define ADVICE_SA_TRANSPORT \
	"the UE sends what is no SIP over UDP or TCP, or uses an SA against its direction; gmguard explain SPI"
#define ADVICE_SA_EXPIRED \
	"nothing if it stops soon; else the registration was not refreshed: sa establish after each 200 OK"
#define ADVICE_MALFORMED \
	"capture the message: a UE that sends such SIP is broken or tries readers; explain --file says how it is read"
#define ADVICE_COMPRESSED \
	"switch SigComp off in the UE or the P-CSCF; or set the rule to observe and judge it there"
#define ADVICE_METHOD_ON_UNPROTECTED \
	"the UE must register and use its SAs; without IPsec there is no service but emergencies"
#define ADVICE_RESPONSE_ON_UNPROTECTED \
	"find what sends requests to UEs in clear; answers to such requests are refused but for errors"
#define ADVICE_EMERGENCY_REFUSED \
	"if unauthenticated emergency calls are to be served, let emergency say so"
#define ADVICE_FLOOD \
	"find the source; if many UEs share it, raise register-rate and register-burst in limits"
#define ADVICE_VIA_MISMATCH \
	"the UE is behind a NAT or uses an address that is not its own"
#define ADVICE_OUT_UNPROTECTED \
	"the P-CSCF must send it on the UE's SA; gmguard sa list --ue ADDRESS shows what it has"
#define ADVICE_SA_TEMPORARY \
	"nothing if it stops soon; else the registration never succeeded: sa establish after each 200 OK"
#define ADVICE_IDENTITY_MISMATCH \
	"compare the username with gmguard sa list --ue ADDRESS: one user's SA was used for another"
#define ADVICE_ASSERTED_IDENTITY \
	"nothing: a UE has no identity to assert; if another network may, its action belongs in headers"
#define ADVICE_INTEGRITY_PROTECTED \
	"nothing: only the P-CSCF says so; a UE that sends it tries to skip authentication"
#define ADVICE_TRUST_HEADER \
	"if the header may cross this boundary here, give it an action in headers"
#define ADVICE_KEY_LEAK \
	"the P-CSCF must take ik and ck out of the challenge: repair it, as it sends keys in clear"
#define ADVICE_PRIVACY_ID \
	"nothing: the user has asked for it; the P-CSCF should do it itself"
#define ADVICE_PRIVACY_CRITICAL \
	"the caller asks for a privacy that nobody here gives; a privacy service could"
#define ADVICE_PASS_REGISTER \
	"nothing: this is how a registration begins"
#define ADVICE_PASS_EMERGENCY \
	"nothing: emergency calls need no SA"
#define ADVICE_PASS_ERROR \
	"nothing: refusals of unprotected requests need no SA"
#define ADVICE_PASS_KEEPALIVE \
	"nothing: it keeps a flow alive"

#define ADVICE_IMPI_EXPOSED \
	"see gmguard tmpi list: who has no TMPI needs one; who has one should use it, or have encryption"
#define ADVICE_TMPI_UNKNOWN \
	"nothing if it registers without it next; else compare gmguard tmpi list with what the UE derives"
#define ADVICE_TMPI_EXPIRED \
	"nothing if it registers without it next; else gmguard tmpi add after each AKA run"
#define ADVICE_STREAM_ORDER \
	"nothing: networks lose and reorder; if it is most of TCP, look for loss on the way"
#define ADVICE_STREAM_UNKNOWN \
	"nothing if it stops soon: the connection is older than the policy or was idle too long"
#define ADVICE_STREAM_LIMIT \
	"find the source; if all of it is honest, raise streams, stream-octets or stream-memory in limits"
#define ADVICE_EMERGENCY_ONLY \
	"nothing, once the UE registers as usual; what it asks for is no emergency to the policy"

#define ROW(NAME, name_, kind_, rule_, clause_, meaning_) \
	[GMGUARD_REASON_##NAME] = { \
		.name = (name_), .rule = (rule_), .clause = (clause_), \
		.meaning = (meaning_), .advice = ADVICE_##NAME, \
		.drop = (kind_) == DROP, \
	},

static const struct gmg_reason table[GMGUARD_REASON_MAX + 1] = {
	GMG_REASONS(ROW)
};

const struct gmg_reason *reason_get(uint32_t reason)
{
	if (!reason || reason > GMGUARD_REASON_MAX || !table[reason].name)
		return NULL;
	return &table[reason];
}

uint32_t reason_find(const char *name)
{
	uint32_t i;

	for (i = 1; i <= GMGUARD_REASON_MAX; i++)
		if (table[i].name && !strcmp(table[i].name, name))
			return i;
	return 0;
}

const char *reason_word(uint32_t reason)
{
	const struct gmg_reason *r = reason_get(reason);

	return r ? r->name : number_word(reason);
}
