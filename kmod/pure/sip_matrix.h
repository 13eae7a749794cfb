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
 * The lists expand X(ID, ue_clear, ue, to_ue, to_foreign, from_foreign), the
 * actions without GMG_SIP_; ID is that of the header, or of the parameter.
 */
#define GMG_SIP_ITEM_HEADERS(X) \
	X(P_ASSERTED_IDENTITY, REMOVE, REMOVE, KEEP, KEEP, REMOVE) \
	X(REMOTE_PARTY_ID, REMOVE, REMOVE, KEEP, KEEP, REMOVE) \
	X(P_PREFERRED_IDENTITY, KEEP, KEEP, REMOVE, REMOVE, REMOVE) \
	X(P_PREFERRED_SERVICE, KEEP, KEEP, REMOVE, REMOVE, REMOVE) \
	X(P_ACCESS_NETWORK_INFO, KEEP, KEEP, REMOVE, REMOVE, REMOVE) \
	X(P_CHARGING_VECTOR, REMOVE, REMOVE, REMOVE, KEEP, KEEP) \
	X(P_CHARGING_FUNCTION_ADDRESSES, REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(P_VISITED_NETWORK_ID, REMOVE, REMOVE, REMOVE, KEEP, REMOVE) \
	X(P_ASSOCIATED_URI, REMOVE, REMOVE, KEEP, KEEP, REMOVE) \
	X(PATH, REMOVE, REMOVE, KEEP, KEEP, REMOVE) \
	X(SERVICE_ROUTE, REMOVE, REMOVE, KEEP, KEEP, REMOVE) \
	X(P_SERVED_USER, REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(P_PROFILE_KEY, REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(P_ASSERTED_SERVICE, REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(P_PRIVATE_NETWORK_INDICATION, REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(P_EARLY_MEDIA, REMOVE, REMOVE, KEEP, REMOVE, REMOVE) \
	X(P_MEDIA_AUTHORIZATION, REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(RESTORATION_INFO, REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(RELAYED_CHARGE, REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(SERVICE_INTERACT_INFO, REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(CELLULAR_NETWORK_INFO, REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(RESPONSE_SOURCE, REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(ATTESTATION_INFO, REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(ORIGINATION_ID, REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(ADDITIONAL_IDENTITY, REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(PRIORITY_VERSTAT, REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(DC_INFO, REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(FEATURE_CAPS, REMOVE, REMOVE, KEEP, REMOVE, REMOVE) \
	X(HISTORY_INFO, REMOVE, REMOVE, KEEP, KEEP, KEEP) \
	X(REASON, KEEP, KEEP, REMOVE, REMOVE, REMOVE) \
	X(RESOURCE_PRIORITY, REMOVE, KEEP, KEEP, REMOVE, REMOVE) \
	X(SECURITY_CLIENT, KEEP, KEEP, REMOVE, REMOVE, REMOVE) \
	X(SECURITY_VERIFY, KEEP, KEEP, REMOVE, REMOVE, REMOVE) \
	X(SECURITY_SERVER, REMOVE, REMOVE, KEEP, REMOVE, REMOVE)

/* SUPPORTED and PRIVACY stand for the header: for a P-Early-Media that says nothing else
 * (of INVITE, PRACK or UPDATE), and a History-Info with an entry that has one (whatever it
 * asks for, the whole header: RFC 7044 10.1.2).
 */
#define GMG_SIP_ITEM_PARAMS(X) \
	X(SUPPORTED, KEEP, KEEP, KEEP, REMOVE, REMOVE) \
	X(PRIVACY, KEEP, KEEP, REMOVE, REMOVE, KEEP) \
	X(P_ASSERTED_IDENTITY, REMOVE, REMOVE, KEEP, KEEP, REMOVE) \
	X(INTEGRITY_PROTECTED, REMOVE, REMOVE, KEEP, REMOVE, REMOVE) \
	X(IK, KEEP, KEEP, REMOVE, REMOVE, DROP) \
	X(CK, KEEP, KEEP, REMOVE, REMOVE, DROP) \
	X(NETWORK_PROVIDED, REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(LOC_SRC, REMOVE, REMOVE, KEEP, KEEP, KEEP) \
	X(PSAP_CALLBACK, REMOVE, REMOVE, KEEP, REMOVE, REMOVE) \
	X(CPC, REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(OLI, REMOVE, REMOVE, REMOVE, REMOVE, REMOVE) \
	X(IOTL, REMOVE, REMOVE, REMOVE, REMOVE, REMOVE)

#define GMG_SIP_ITEMS(HEADER, PARAM) \
	GMG_SIP_ITEM_HEADERS(HEADER) \
	GMG_SIP_ITEM_PARAMS(PARAM)

enum gmg_sip_item {
	GMG_SIP_ITEM_NONE,
#define GMG_SIP_ITEM_ID(ID, ...) GMG_SIP_ITEM_##ID,
	GMG_SIP_ITEM_HEADERS(GMG_SIP_ITEM_ID)
#undef GMG_SIP_ITEM_ID
#define GMG_SIP_ITEM_ID(ID, ...) GMG_SIP_ITEM_PARAM_##ID,
	GMG_SIP_ITEM_PARAMS(GMG_SIP_ITEM_ID)
#undef GMG_SIP_ITEM_ID
	GMG_SIP_ITEM_COUNT,
};

#define GMG_SIP_ITEM(ID) BIT_ULL(GMG_SIP_ITEM_##ID)

/* What a message crosses where this host takes or sends it. */
enum gmg_sip_boundary {
	GMG_SIP_INSIDE,		/* none: core to core, or to ourselves */
	GMG_SIP_FROM_UE_CLEAR,
	GMG_SIP_FROM_UE,	/* under ESP */
	GMG_SIP_TO_UE,
	GMG_SIP_TO_FOREIGN,
	GMG_SIP_FROM_FOREIGN,
	GMG_SIP_BOUNDARY_COUNT,
};

enum gmg_sip_action {
	GMG_SIP_KEEP,
	GMG_SIP_REMOVE,		/* the item; the message goes on */
	GMG_SIP_DROP,		/* the message */
};

/* enum gmg_sip_action by enum gmg_sip_boundary and enum gmg_sip_item */
struct gmg_sip_matrix {
	u8 action[GMG_SIP_BOUNDARY_COUNT][GMG_SIP_ITEM_COUNT];
};

/* What a policy changes is a copy of this. */
extern const struct gmg_sip_matrix gmg_sip_matrix_default;

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
