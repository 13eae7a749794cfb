/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_PURE_SIP_MATRIX_H
#define _GMG_PURE_SIP_MATRIX_H

#include "sip_header.h"

/**
 * DOC: Header matrix
 *
 * What may not cross a boundary of the trust domain (TS 24.229 4.4, 5.2.1,
 * RFC 3325 5, TS 33.203 6.1.1): items, each a header or a parameter wherever the
 * scanner reports it, by boundaries, to an action. What the P-CSCF needs to do
 * its work, such as P-Preferred-Identity of a UE, is kept on its way in.
 *
 * The lists expand X(ID, word, ue_clear, ue, to_ue, to_foreign, from_foreign): the
 * ID is that of the header, or of the parameter, the word what the policy file
 * calls it, and the actions are without GMG_SIP_. Numbers of items, boundaries and
 * actions are those of the uapi.
 */
#define GMG_SIP_ITEM_HEADERS(X) \
	X(P_ASSERTED_IDENTITY, "P-Asserted-Identity", REMOVE, REMOVE, KEEP, KEEP, REMOVE) \
	X(REMOTE_PARTY_ID, "Remote-Party-ID", REMOVE, REMOVE, KEEP, KEEP, REMOVE) \
	X(P_PREFERRED_IDENTITY, "P-Preferred-Identity", KEEP, KEEP, REMOVE, REMOVE, REMOVE) \
	X(P_PREFERRED_SERVICE, "P-Preferred-Service", KEEP, KEEP, REMOVE, REMOVE, REMOVE) \
	X(P_ACCESS_NETWORK_INFO, "P-Access-Network-Info", KEEP, KEEP, REMOVE, REMOVE, REMOVE) \
	X(P_CHARGING_VECTOR, "P-Charging-Vector", REMOVE, REMOVE, REMOVE, KEEP, KEEP) \
	X(P_CHARGING_FUNCTION_ADDRESSES, "P-Charging-Function-Addresses", \
	  REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(P_VISITED_NETWORK_ID, "P-Visited-Network-ID", REMOVE, REMOVE, REMOVE, KEEP, REMOVE) \
	X(P_ASSOCIATED_URI, "P-Associated-URI", REMOVE, REMOVE, KEEP, KEEP, REMOVE) \
	X(PATH, "Path", REMOVE, REMOVE, KEEP, KEEP, REMOVE) \
	X(SERVICE_ROUTE, "Service-Route", REMOVE, REMOVE, KEEP, KEEP, REMOVE) \
	X(P_SERVED_USER, "P-Served-User", REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(P_PROFILE_KEY, "P-Profile-Key", REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(P_ASSERTED_SERVICE, "P-Asserted-Service", REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(P_PRIVATE_NETWORK_INDICATION, "P-Private-Network-Indication", \
	  REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(P_EARLY_MEDIA, "P-Early-Media", REMOVE, REMOVE, KEEP, REMOVE, REMOVE) \
	X(P_MEDIA_AUTHORIZATION, "P-Media-Authorization", REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(RESTORATION_INFO, "Restoration-Info", REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(RELAYED_CHARGE, "Relayed-Charge", REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(SERVICE_INTERACT_INFO, "Service-Interact-Info", REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(CELLULAR_NETWORK_INFO, "Cellular-Network-Info", REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(RESPONSE_SOURCE, "Response-Source", REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(ATTESTATION_INFO, "Attestation-Info", REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(ORIGINATION_ID, "Origination-Id", REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(ADDITIONAL_IDENTITY, "Additional-Identity", REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(PRIORITY_VERSTAT, "Priority-Verstat", REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(DC_INFO, "DC-Info", REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(FEATURE_CAPS, "Feature-Caps", REMOVE, REMOVE, KEEP, REMOVE, REMOVE) \
	X(HISTORY_INFO, "History-Info", REMOVE, REMOVE, KEEP, KEEP, KEEP) \
	X(REASON, "Reason", KEEP, KEEP, REMOVE, REMOVE, REMOVE) \
	X(RESOURCE_PRIORITY, "Resource-Priority", REMOVE, KEEP, KEEP, REMOVE, REMOVE) \
	X(SECURITY_CLIENT, "Security-Client", KEEP, KEEP, REMOVE, REMOVE, REMOVE) \
	X(SECURITY_VERIFY, "Security-Verify", KEEP, KEEP, REMOVE, REMOVE, REMOVE) \
	X(SECURITY_SERVER, "Security-Server", REMOVE, REMOVE, KEEP, REMOVE, REMOVE)

/* SUPPORTED and PRIVACY stand for the header: for a P-Early-Media that says nothing else
 * (of INVITE, PRACK or UPDATE), and a History-Info with an entry that has one (whatever it
 * asks for, the whole header: RFC 7044 10.1.2).
 */
#define GMG_SIP_ITEM_PARAMS(X) \
	X(SUPPORTED, "early-media-supported", KEEP, KEEP, KEEP, REMOVE, REMOVE) \
	X(PRIVACY, "history-privacy", KEEP, KEEP, REMOVE, REMOVE, KEEP) \
	X(P_ASSERTED_IDENTITY, "uri-p-asserted-identity", REMOVE, REMOVE, KEEP, KEEP, REMOVE) \
	X(INTEGRITY_PROTECTED, "integrity-protected", REMOVE, REMOVE, KEEP, REMOVE, REMOVE) \
	X(IK, "ik", KEEP, KEEP, REMOVE, REMOVE, DROP) \
	X(CK, "ck", KEEP, KEEP, REMOVE, REMOVE, DROP) \
	X(NETWORK_PROVIDED, "network-provided", REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(LOC_SRC, "loc-src", REMOVE, REMOVE, KEEP, KEEP, KEEP) \
	X(PSAP_CALLBACK, "psap-callback", REMOVE, REMOVE, KEEP, REMOVE, REMOVE) \
	X(CPC, "cpc", REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(OLI, "oli", REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(IOTL, "iotl", REMOVE, REMOVE, REMOVE, REMOVE, REMOVE)

#define GMG_SIP_ITEMS(HEADER, PARAM) \
	GMG_SIP_ITEM_HEADERS(HEADER) \
	GMG_SIP_ITEM_PARAMS(PARAM)

enum gmg_sip_item {
	GMG_SIP_ITEM_NONE,
#define GMG_SIP_ITEM_ID(ID, ...) GMG_SIP_ITEM_##ID = GMGUARD_SIP_ITEM_##ID,
	GMG_SIP_ITEM_HEADERS(GMG_SIP_ITEM_ID)
#undef GMG_SIP_ITEM_ID
#define GMG_SIP_ITEM_ID(ID, ...) GMG_SIP_ITEM_PARAM_##ID = GMGUARD_SIP_ITEM_PARAM_##ID,
	GMG_SIP_ITEM_PARAMS(GMG_SIP_ITEM_ID)
#undef GMG_SIP_ITEM_ID
	GMG_SIP_ITEM_COUNT = GMGUARD_SIP_ITEM_MAX + 1,
};

/* No item is in the uapi only, and a u64 has a bit for each. */
#define GMG_SIP_ITEM_ONE(ID, ...) 1,
static_assert(sizeof((u8[]){ GMG_SIP_ITEM_HEADERS(GMG_SIP_ITEM_ONE)
			     GMG_SIP_ITEM_PARAMS(GMG_SIP_ITEM_ONE) }) == GMGUARD_SIP_ITEM_MAX,
	      "items of the uapi");
static_assert(GMG_SIP_ITEM_COUNT <= 64, "items of a mask");
#undef GMG_SIP_ITEM_ONE

#define GMG_SIP_ITEM(ID) BIT_ULL(GMG_SIP_ITEM_##ID)

/* What a message crosses where this host takes or sends it: X(ID, transition of the
 * uapi, word).
 */
#define GMG_SIP_BOUNDARIES(X) \
	X(FROM_UE_CLEAR, UE_TO_CORE_CLEAR, "ue-to-core-clear") \
	X(FROM_UE, UE_TO_CORE_PROTECTED, "ue-to-core-protected")	/* under ESP */ \
	X(TO_UE, CORE_TO_UE, "core-to-ue") \
	X(TO_FOREIGN, CORE_TO_FOREIGN, "core-to-foreign") \
	X(FROM_FOREIGN, FOREIGN_TO_CORE, "foreign-to-core")

enum gmg_sip_boundary {
	GMG_SIP_INSIDE,		/* none: core to core, or to ourselves */
#define GMG_SIP_BOUNDARY_ID(ID, TRANSITION, word) \
	GMG_SIP_##ID = GMGUARD_SIP_TRANSITION_##TRANSITION,
	GMG_SIP_BOUNDARIES(GMG_SIP_BOUNDARY_ID)
#undef GMG_SIP_BOUNDARY_ID
	GMG_SIP_BOUNDARY_COUNT = GMGUARD_SIP_TRANSITION_MAX + 1,
};

enum gmg_sip_action {
	GMG_SIP_KEEP = GMGUARD_SIP_ACTION_KEEP,
	GMG_SIP_REMOVE = GMGUARD_SIP_ACTION_REMOVE,	/* the item; the message goes on */
	GMG_SIP_DROP = GMGUARD_SIP_ACTION_DROP,		/* the message */
};

/* enum gmg_sip_action by enum gmg_sip_boundary and enum gmg_sip_item */
struct gmg_sip_matrix {
	u8 action[GMG_SIP_BOUNDARY_COUNT][GMG_SIP_ITEM_COUNT];
};

/* What a policy changes is a copy of this. */
extern const struct gmg_sip_matrix gmg_sip_matrix_default;

/* May a policy have @action for @item at @boundary? Keys do not leave the trust
 * domain (TS 33.203 6.1.1).
 */
bool gmg_sip_matrix_may(u8 item, u8 boundary, u8 action);

/* enum gmg_sip_item of a header or of a parameter, by enum gmg_sip_header and enum
 * gmg_sip_param.
 */
extern const u8 gmg_sip_item_of_header[GMG_SIP_HEADER_COUNT];
extern const u8 gmg_sip_item_of_param[GMG_SIP_PARAM_COUNT];

/* The items that matter at @boundary, BIT_ULL(enum gmg_sip_item): all that are not
 * kept, and those that privacy may ask for.
 */
u64 gmg_sip_matrix_items(const struct gmg_sip_matrix *m, u8 boundary);

/* Those of them that privacy may ask for (RFC 3323, 3325 7, 7044 10.1.2). */
#define GMG_SIP_ITEMS_OF_ID ( \
	GMG_SIP_ITEM(P_ASSERTED_IDENTITY) | GMG_SIP_ITEM(REMOTE_PARTY_ID) | \
	GMG_SIP_ITEM(PARAM_P_ASSERTED_IDENTITY))
#define GMG_SIP_ITEMS_OF_HISTORY GMG_SIP_ITEM(HISTORY_INFO)

#endif /* _GMG_PURE_SIP_MATRIX_H */
