// SPDX-License-Identifier: GPL-2.0
#include "sip_matrix.h"

const u8 gmg_sip_item_of_header[GMG_SIP_HEADER_COUNT] = {
#define ITEM(ID, ...) \
	[GMG_SIP_##ID] = GMG_SIP_ITEM_##ID,
	GMG_SIP_ITEM_HEADERS(ITEM)
#undef ITEM
};

const u8 gmg_sip_item_of_param[GMG_SIP_PARAM_COUNT] = {
#define ITEM(ID, ...) \
	[GMG_SIP_PARAM_##ID] = GMG_SIP_ITEM_PARAM_##ID,
	GMG_SIP_ITEM_PARAMS(ITEM)
#undef ITEM
};

const struct gmg_sip_matrix gmg_sip_matrix_default = {
	.action = {
#define ACTIONS(item, word, clear, ue, to_ue, to_foreign, from_foreign) \
		[GMG_SIP_FROM_UE_CLEAR][item] = GMG_SIP_##clear, \
		[GMG_SIP_FROM_UE][item] = GMG_SIP_##ue, \
		[GMG_SIP_TO_UE][item] = GMG_SIP_##to_ue, \
		[GMG_SIP_TO_FOREIGN][item] = GMG_SIP_##to_foreign, \
		[GMG_SIP_FROM_FOREIGN][item] = GMG_SIP_##from_foreign,
#define HEADER(ID, ...) ACTIONS(GMG_SIP_ITEM_##ID, __VA_ARGS__)
#define PARAM(ID, ...) ACTIONS(GMG_SIP_ITEM_PARAM_##ID, __VA_ARGS__)
		GMG_SIP_ITEMS(HEADER, PARAM)
#undef PARAM
#undef HEADER
#undef ACTIONS
	},
};

bool gmg_sip_matrix_may(u8 item, u8 boundary, u8 action)
{
	if (item != GMG_SIP_ITEM_PARAM_IK && item != GMG_SIP_ITEM_PARAM_CK)
		return true;
	return action != GMG_SIP_KEEP ||
	       (boundary != GMG_SIP_TO_UE && boundary != GMG_SIP_TO_FOREIGN);
}

u64 gmg_sip_matrix_items(const struct gmg_sip_matrix *m, u8 boundary)
{
	u64 items = 0;
	u32 i;

	for (i = 1; i < GMG_SIP_ITEM_COUNT; i++)
		if (m->action[boundary][i] != GMG_SIP_KEEP)
			items |= BIT_ULL(i);
	if (boundary == GMG_SIP_TO_UE || boundary == GMG_SIP_TO_FOREIGN)
		items |= GMG_SIP_ITEMS_OF_ID | GMG_SIP_ITEMS_OF_HISTORY;
	return items;
}
