/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_PURE_SIP_HEADER_H
#define _GMG_PURE_SIP_HEADER_H

#include "pure.h"

/**
 * DOC: SIP headers
 *
 * The names that the scanner knows: headers (RFC 3261 7.3.1, 20), their
 * parameters and tokens, and methods. Everything else is skipped unread.
 *
 * GMG_SIP_HEADERS(X) expands X(ID, name, quarter, last): the name in lower
 * case, and its octets at a quarter of its length and at its end, of which the
 * slot in the table of names is made. Two names in one slot do not compile.
 */
#define GMG_SIP_HEADERS(X) \
	X(VIA, "via", 'v', 'a') \
	X(FROM, "from", 'r', 'm') \
	X(TO, "to", 't', 'o') \
	X(CALL_ID, "call-id", 'a', 'd') \
	X(CSEQ, "cseq", 's', 'q') \
	X(CONTACT, "contact", 'o', 't') \
	X(CONTENT_LENGTH, "content-length", 't', 'h') \
	X(EXPIRES, "expires", 'x', 's') \
	X(ROUTE, "route", 'o', 'e') \
	X(RECORD_ROUTE, "record-route", 'o', 'e') \
	X(PATH, "path", 'a', 'h') \
	X(SERVICE_ROUTE, "service-route", 'v', 'e') \
	X(REQUIRE, "require", 'e', 'e') \
	X(PROXY_REQUIRE, "proxy-require", 'x', 'e') \
	X(SUPPORTED, "supported", 'p', 'd') \
	X(AUTHORIZATION, "authorization", 'h', 'n') \
	X(PROXY_AUTHORIZATION, "proxy-authorization", 'y', 'n') \
	X(WWW_AUTHENTICATE, "www-authenticate", 'a', 'e') \
	X(PROXY_AUTHENTICATE, "proxy-authenticate", 'y', 'e') \
	X(SECURITY_CLIENT, "security-client", 'u', 't') \
	X(SECURITY_SERVER, "security-server", 'u', 'r') \
	X(SECURITY_VERIFY, "security-verify", 'u', 'y') \
	X(PRIVACY, "privacy", 'r', 'y') \
	X(P_ASSERTED_IDENTITY, "p-asserted-identity", 's', 'y') \
	X(P_PREFERRED_IDENTITY, "p-preferred-identity", 'f', 'y') \
	X(REMOTE_PARTY_ID, "remote-party-id", 'o', 'd') \
	X(P_ACCESS_NETWORK_INFO, "p-access-network-info", 'e', 'o') \
	X(P_CHARGING_VECTOR, "p-charging-vector", 'a', 'r') \
	X(P_CHARGING_FUNCTION_ADDRESSES, "p-charging-function-addresses", 'i', 's') \
	X(P_VISITED_NETWORK_ID, "p-visited-network-id", 'i', 'd') \
	X(P_ASSOCIATED_URI, "p-associated-uri", 's', 'i') \
	X(P_CALLED_PARTY_ID, "p-called-party-id", 'l', 'd') \
	X(P_SERVED_USER, "p-served-user", 'e', 'r') \
	X(P_PROFILE_KEY, "p-profile-key", 'r', 'y') \
	X(P_ASSERTED_SERVICE, "p-asserted-service", 's', 'e') \
	X(P_PREFERRED_SERVICE, "p-preferred-service", 'e', 'e') \
	X(P_PRIVATE_NETWORK_INDICATION, "p-private-network-indication", 't', 'n') \
	X(P_EARLY_MEDIA, "p-early-media", 'a', 'a') \
	X(P_MEDIA_AUTHORIZATION, "p-media-authorization", 'i', 'n') \
	X(RESTORATION_INFO, "restoration-info", 'o', 'o') \
	X(RELAYED_CHARGE, "relayed-charge", 'a', 'e') \
	X(SERVICE_INTERACT_INFO, "service-interact-info", 'c', 'o') \
	X(CELLULAR_NETWORK_INFO, "cellular-network-info", 'l', 'o') \
	X(RESPONSE_SOURCE, "response-source", 'p', 'e') \
	X(ATTESTATION_INFO, "attestation-info", 's', 'o') \
	X(ORIGINATION_ID, "origination-id", 'g', 'd') \
	X(ADDITIONAL_IDENTITY, "additional-identity", 't', 'y') \
	X(FEATURE_CAPS, "feature-caps", 't', 's') \
	X(HISTORY_INFO, "history-info", 't', 'o') \
	X(REASON, "reason", 'e', 'n') \
	X(RESOURCE_PRIORITY, "resource-priority", 'u', 'y') \
	X(PRIORITY, "priority", 'i', 'y') \
	X(PRIORITY_VERSTAT, "priority-verstat", 'r', 't') \
	X(DC_INFO, "dc-info", 'c', 'o') \
	X(GEOLOCATION, "geolocation", 'o', 'n') \
	X(REFER_TO, "refer-to", 'f', 'o') \
	X(REFERRED_BY, "referred-by", 'f', 'y') \
	X(REPLY_TO, "reply-to", 'p', 'o') \
	X(IDENTITY, "identity", 'e', 'y')

enum gmg_sip_header {
	GMG_SIP_OTHER,			/* none of these */
#define GMG_SIP_HEADER_ID(ID, name, quarter, last) GMG_SIP_##ID,
	GMG_SIP_HEADERS(GMG_SIP_HEADER_ID)
#undef GMG_SIP_HEADER_ID
	GMG_SIP_REQUEST_URI,		/* no header, but it has parameters */
	GMG_SIP_HEADER_COUNT,
};

/* Parameters, and tokens of headers that are lists of them. */
enum gmg_sip_param {
	GMG_SIP_PARAM_NONE,
	GMG_SIP_PARAM_SENT_BY,		/* Via: host and port, which has no name */
	GMG_SIP_PARAM_BRANCH,
	GMG_SIP_PARAM_RECEIVED,
	GMG_SIP_PARAM_TAG,
	GMG_SIP_PARAM_EXPIRES,
	GMG_SIP_PARAM_SOS,
	GMG_SIP_PARAM_USER,		/* of a URI; a privacy of RFC 3323 */
	GMG_SIP_PARAM_CPC,
	GMG_SIP_PARAM_OLI,
	GMG_SIP_PARAM_IOTL,
	GMG_SIP_PARAM_P_ASSERTED_IDENTITY,	/* a header in a URI */
	GMG_SIP_PARAM_USERNAME,
	GMG_SIP_PARAM_INTEGRITY_PROTECTED,
	GMG_SIP_PARAM_IK,
	GMG_SIP_PARAM_CK,
	GMG_SIP_PARAM_NETWORK_PROVIDED,
	GMG_SIP_PARAM_LOC_SRC,
	GMG_SIP_PARAM_SEC_AGREE,
	GMG_SIP_PARAM_PSAP_CALLBACK,
	GMG_SIP_PARAM_SUPPORTED,
	GMG_SIP_PARAM_NONE_PRIVACY,	/* the token "none" of Privacy */
	GMG_SIP_PARAM_ID,
	GMG_SIP_PARAM_CRITICAL,
	GMG_SIP_PARAM_HEADER,
	GMG_SIP_PARAM_SESSION,
	GMG_SIP_PARAM_HISTORY,
	GMG_SIP_PARAM_TOKEN,		/* any other token of Privacy */
	GMG_SIP_PARAM_PRIVACY,		/* a header in a URI of History-Info */
	GMG_SIP_PARAM_COUNT,
};

enum gmg_sip_method {
	GMG_SIP_METHOD_OTHER,
	GMG_SIP_REGISTER,
	GMG_SIP_INVITE,
	GMG_SIP_ACK,
	GMG_SIP_CANCEL,
	GMG_SIP_BYE,
	GMG_SIP_OPTIONS,
	GMG_SIP_PRACK,
	GMG_SIP_UPDATE,
	GMG_SIP_INFO,
	GMG_SIP_MESSAGE,
	GMG_SIP_SUBSCRIBE,
	GMG_SIP_NOTIFY,
	GMG_SIP_REFER,
	GMG_SIP_PUBLISH,
	GMG_SIP_METHOD_COUNT,
};

/* Octets that a name may have to be known, and the buffer it is looked up in:
 * its first octets count, so that no name is cleared before it is filled.
 */
enum {
	GMG_SIP_METHOD_MAX = 14,
	GMG_SIP_NAME_MAX = 30,
	GMG_SIP_NAME_ROOM = 40,
};

/* How a value is read. */
enum gmg_sip_value {
	GMG_SIP_VALUE_SKIP,	/* for where it ends */
	GMG_SIP_VALUE_LIST,	/* for parameters or tokens */
	GMG_SIP_VALUE_ADDRESS,	/* for those of an address and its URI */
	GMG_SIP_VALUE_AUTH,	/* for those of a challenge or its answer */
	GMG_SIP_VALUE_VIA,
	GMG_SIP_VALUE_CSEQ,
	GMG_SIP_VALUE_LENGTH,
};

struct gmg_sip_param_name {
	u8 name[24];
	u8 len;
	u8 id;
};

/**
 * struct gmg_sip_kind - what the scanner does with a header
 * @params: parameters to report, @count of them
 * @first:  BIT(octet & 31) of each one's first letter; all, if others are reported, too,
 *          as %GMG_SIP_PARAM_TOKEN
 * @value:  enum gmg_sip_value
 * @once:   stacks part on which one counts if it is there twice
 */
struct gmg_sip_kind {
	const struct gmg_sip_param_name *params;
	u32 first;
	u8 count;
	u8 value;
	bool once;
};

extern const struct gmg_sip_kind gmg_sip_kinds[GMG_SIP_HEADER_COUNT];

/* The bits of eight octets of a name that count if its letters may be in either case; no
 * other octet of a name becomes one of a name here ('-' would be made of CR only).
 */
#define GMG_SIP_ANY_CASE (~0x2020202020202020ULL)

/* Is @name @known, both of @len octets, 0 < @len, and readable in whole words from there
 * on? @bits of eight octets count.
 */
static __always_inline bool gmg_sip_same(const u8 *name, const u8 *known, u32 len, u64 bits)
{
	for (; len > 8; len -= 8, name += 8, known += 8)
		if ((gmg_octets_get(name) ^ gmg_octets_get(known)) & bits)
			return false;
	return !(((gmg_octets_get(name) ^ gmg_octets_get(known)) & bits) << (64 - 8 * len));
}

/* @name: GMG_SIP_NAME_ROOM octets, of which @len count (it may be more than
 * that): in any case, and none below '!' or above '~'. Any context.
 *
 * Returns enum gmg_sip_header, of compact forms (RFC 3261 7.3.3), too.
 */
u8 gmg_sip_header_find(const u8 *name, u32 len);

/* As above. Returns enum gmg_sip_param if it is one of @kind. */
u8 gmg_sip_param_find(const struct gmg_sip_kind *kind, const u8 *name, u32 len);

/* As above. Methods are in upper case (RFC 3261 7.1); yet Kamailio takes them
 * in any, so that one in another case is found, and @exact is false.
 */
u8 gmg_sip_method_find(const u8 *name, u32 len, bool *exact);

/* Of at most GMG_SIP_METHOD_MAX octets; NULL of one that is not known. */
const char *gmg_sip_method_name(u8 method);

#endif /* _GMG_PURE_SIP_HEADER_H */
