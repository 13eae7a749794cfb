// SPDX-License-Identifier: GPL-2.0
#include "sip_header.h"

/* of letters in either case: bit 5 of them is not among the bits that are left */
#define SLOT(len, quarter, last) (((u32)(len) + (quarter) * 40 + (last) * 48) & 0xff)

static const u8 slots[256] = {
#define HEADER_SLOT(ID, name, quarter, last) \
	[SLOT(sizeof(name) - 1, quarter, last)] = GMG_SIP_##ID,
	GMG_SIP_HEADERS(HEADER_SLOT)
#undef HEADER_SLOT
};

/* padded with NULs, and so to be compared in whole words */
static const struct {
	u8 name[GMG_SIP_NAME_MAX + 1];
	u8 len;
} headers[GMG_SIP_HEADER_COUNT] = {
#define HEADER_NAME(ID, name, quarter, last) \
	[GMG_SIP_##ID] = { name, sizeof(name) - 1 },
	GMG_SIP_HEADERS(HEADER_NAME)
#undef HEADER_NAME
};

/* RFC 3261 20, 3515, 3892, 8224 */
static const u8 compact[32] = {
	['b' & 31] = GMG_SIP_REFERRED_BY,
	['f' & 31] = GMG_SIP_FROM,
	['i' & 31] = GMG_SIP_CALL_ID,
	['k' & 31] = GMG_SIP_SUPPORTED,
	['l' & 31] = GMG_SIP_CONTENT_LENGTH,
	['m' & 31] = GMG_SIP_CONTACT,
	['r' & 31] = GMG_SIP_REFER_TO,
	['t' & 31] = GMG_SIP_TO,
	['v' & 31] = GMG_SIP_VIA,
	['y' & 31] = GMG_SIP_IDENTITY,
};

#define PARAM(ID, name) { name, sizeof(name) - 1, GMG_SIP_PARAM_##ID }
#define FIRST(letter) BIT((letter) % 32)

static const struct gmg_sip_param_name params_via[] = {
	PARAM(BRANCH, "branch"), PARAM(RECEIVED, "received"),
};

static const struct gmg_sip_param_name params_dialog[] = {
	PARAM(TAG, "tag"), PARAM(CPC, "cpc"), PARAM(OLI, "oli"), PARAM(IOTL, "iotl"),
	PARAM(P_ASSERTED_IDENTITY, "p-asserted-identity"),
};

static const struct gmg_sip_param_name params_address[] = {
	PARAM(CPC, "cpc"), PARAM(OLI, "oli"), PARAM(IOTL, "iotl"),
	PARAM(P_ASSERTED_IDENTITY, "p-asserted-identity"),
};

/* iotl is the network's own there, and the UE's Route a copy of its Service-Route. */
static const struct gmg_sip_param_name params_route[] = {
	PARAM(CPC, "cpc"), PARAM(OLI, "oli"), PARAM(P_ASSERTED_IDENTITY, "p-asserted-identity"),
};

static const struct gmg_sip_param_name params_history[] = {
	PARAM(PRIVACY, "privacy"),
};

static const struct gmg_sip_param_name params_contact[] = {
	PARAM(EXPIRES, "expires"), PARAM(SOS, "sos"), PARAM(CPC, "cpc"), PARAM(OLI, "oli"),
	PARAM(IOTL, "iotl"), PARAM(P_ASSERTED_IDENTITY, "p-asserted-identity"),
};

static const struct gmg_sip_param_name params_uri[] = {
	PARAM(USER, "user"), PARAM(SOS, "sos"), PARAM(CPC, "cpc"), PARAM(OLI, "oli"),
	PARAM(IOTL, "iotl"), PARAM(P_ASSERTED_IDENTITY, "p-asserted-identity"),
};

static const struct gmg_sip_param_name params_credentials[] = {
	PARAM(USERNAME, "username"), PARAM(INTEGRITY_PROTECTED, "integrity-protected"),
};

static const struct gmg_sip_param_name params_challenge[] = {
	PARAM(IK, "ik"), PARAM(CK, "ck"),
};

static const struct gmg_sip_param_name params_access[] = {
	PARAM(NETWORK_PROVIDED, "network-provided"),
};

static const struct gmg_sip_param_name params_location[] = {
	PARAM(LOC_SRC, "loc-src"),
};

static const struct gmg_sip_param_name params_options[] = {
	PARAM(SEC_AGREE, "sec-agree"),
};

static const struct gmg_sip_param_name params_priority[] = {
	PARAM(PSAP_CALLBACK, "psap-callback"),
};

static const struct gmg_sip_param_name params_early_media[] = {
	PARAM(SUPPORTED, "supported"),
};

static const struct gmg_sip_param_name params_privacy[] = {
	PARAM(NONE_PRIVACY, "none"), PARAM(ID, "id"), PARAM(CRITICAL, "critical"),
	PARAM(HEADER, "header"), PARAM(SESSION, "session"), PARAM(USER, "user"),
	PARAM(HISTORY, "history"),
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define FIRST_ROUTE (FIRST('c') | FIRST('o') | FIRST('p'))
#define FIRST_ADDRESS (FIRST_ROUTE | FIRST('i'))
#define FIRST_DIALOG (FIRST_ADDRESS | FIRST('t'))

const struct gmg_sip_kind gmg_sip_kinds[GMG_SIP_HEADER_COUNT] = {
	[GMG_SIP_VIA] = {
		.value = GMG_SIP_VALUE_VIA, .params = params_via, .count = COUNT(params_via),
		.first = FIRST('b') | FIRST('r'),
	},
	[GMG_SIP_FROM] = {
		.value = GMG_SIP_VALUE_ADDRESS, .params = params_dialog,
		.count = COUNT(params_dialog), .first = FIRST_DIALOG, .once = true,
	},
	[GMG_SIP_TO] = {
		.value = GMG_SIP_VALUE_ADDRESS, .params = params_dialog,
		.count = COUNT(params_dialog), .first = FIRST_DIALOG, .once = true,
	},
	[GMG_SIP_ROUTE] = {
		.value = GMG_SIP_VALUE_ADDRESS, .params = params_route,
		.count = COUNT(params_route), .first = FIRST_ROUTE,
	},
	[GMG_SIP_RECORD_ROUTE] = {
		.value = GMG_SIP_VALUE_ADDRESS, .params = params_route,
		.count = COUNT(params_route), .first = FIRST_ROUTE,
	},
	[GMG_SIP_REFER_TO] = {
		.value = GMG_SIP_VALUE_ADDRESS, .params = params_address,
		.count = COUNT(params_address), .first = FIRST_ADDRESS,
	},
	[GMG_SIP_REFERRED_BY] = {
		.value = GMG_SIP_VALUE_ADDRESS, .params = params_address,
		.count = COUNT(params_address), .first = FIRST_ADDRESS,
	},
	[GMG_SIP_P_ASSERTED_IDENTITY] = {
		.value = GMG_SIP_VALUE_ADDRESS, .params = params_address,
		.count = COUNT(params_address), .first = FIRST_ADDRESS,
	},
	[GMG_SIP_P_ASSOCIATED_URI] = {
		.value = GMG_SIP_VALUE_ADDRESS, .params = params_address,
		.count = COUNT(params_address), .first = FIRST_ADDRESS,
	},
	[GMG_SIP_HISTORY_INFO] = {
		.value = GMG_SIP_VALUE_ADDRESS, .params = params_history,
		.count = COUNT(params_history), .first = FIRST('p'),
	},
	[GMG_SIP_CALL_ID] = { .once = true },
	[GMG_SIP_CSEQ] = { .value = GMG_SIP_VALUE_CSEQ, .once = true },
	[GMG_SIP_CONTENT_LENGTH] = { .value = GMG_SIP_VALUE_LENGTH },
	[GMG_SIP_CONTACT] = {
		.value = GMG_SIP_VALUE_ADDRESS, .params = params_contact,
		.count = COUNT(params_contact),
		.first = FIRST('e') | FIRST('s') | FIRST('c') | FIRST('o') | FIRST('i') |
			 FIRST('p'),
	},
	[GMG_SIP_REQUEST_URI] = {
		.value = GMG_SIP_VALUE_LIST, .params = params_uri, .count = COUNT(params_uri),
		.first = FIRST('u') | FIRST('s') | FIRST('c') | FIRST('o') | FIRST('i') |
			 FIRST('p'),
	},
	[GMG_SIP_AUTHORIZATION] = {
		.value = GMG_SIP_VALUE_AUTH, .params = params_credentials,
		.count = COUNT(params_credentials),
		.first = FIRST('u') | FIRST('i'),
	},
	[GMG_SIP_PROXY_AUTHORIZATION] = {
		.value = GMG_SIP_VALUE_AUTH, .params = params_credentials,
		.count = COUNT(params_credentials),
		.first = FIRST('u') | FIRST('i'),
	},
	[GMG_SIP_WWW_AUTHENTICATE] = {
		.value = GMG_SIP_VALUE_AUTH, .params = params_challenge, .count = COUNT(params_challenge),
		.first = FIRST('i') | FIRST('c'),
	},
	[GMG_SIP_PROXY_AUTHENTICATE] = {
		.value = GMG_SIP_VALUE_AUTH, .params = params_challenge, .count = COUNT(params_challenge),
		.first = FIRST('i') | FIRST('c'),
	},
	[GMG_SIP_P_ACCESS_NETWORK_INFO] = {
		.value = GMG_SIP_VALUE_LIST, .params = params_access, .count = COUNT(params_access),
		.first = FIRST('n'),
	},
	[GMG_SIP_GEOLOCATION] = {
		.value = GMG_SIP_VALUE_LIST, .params = params_location, .count = COUNT(params_location),
		.first = FIRST('l'),
	},
	[GMG_SIP_REQUIRE] = {
		.value = GMG_SIP_VALUE_LIST, .params = params_options, .count = COUNT(params_options),
		.first = FIRST('s'),
	},
	[GMG_SIP_PROXY_REQUIRE] = {
		.value = GMG_SIP_VALUE_LIST, .params = params_options, .count = COUNT(params_options),
		.first = FIRST('s'),
	},
	[GMG_SIP_SUPPORTED] = {
		.value = GMG_SIP_VALUE_LIST, .params = params_options, .count = COUNT(params_options),
		.first = FIRST('s'),
	},
	[GMG_SIP_PRIORITY] = {
		.value = GMG_SIP_VALUE_LIST, .params = params_priority, .count = COUNT(params_priority),
		.first = FIRST('p'),
	},
	[GMG_SIP_P_EARLY_MEDIA] = {
		.value = GMG_SIP_VALUE_LIST, .params = params_early_media,
		.count = COUNT(params_early_media),
		.first = FIRST('s'),
	},
	[GMG_SIP_PRIVACY] = {
		.value = GMG_SIP_VALUE_LIST, .params = params_privacy, .count = COUNT(params_privacy),
		.first = ~0U,
	},
};

/* in the order of enum gmg_sip_method */
static const struct {
	char name[GMG_SIP_METHOD_MAX + 1];
	u8 len;
} methods[GMG_SIP_METHOD_COUNT] = {
	[GMG_SIP_REGISTER] = { "REGISTER", 8 },
	[GMG_SIP_INVITE] = { "INVITE", 6 },
	[GMG_SIP_ACK] = { "ACK", 3 },
	[GMG_SIP_CANCEL] = { "CANCEL", 6 },
	[GMG_SIP_BYE] = { "BYE", 3 },
	[GMG_SIP_OPTIONS] = { "OPTIONS", 7 },
	[GMG_SIP_PRACK] = { "PRACK", 5 },
	[GMG_SIP_UPDATE] = { "UPDATE", 6 },
	[GMG_SIP_INFO] = { "INFO", 4 },
	[GMG_SIP_MESSAGE] = { "MESSAGE", 7 },
	[GMG_SIP_SUBSCRIBE] = { "SUBSCRIBE", 9 },
	[GMG_SIP_NOTIFY] = { "NOTIFY", 6 },
	[GMG_SIP_REFER] = { "REFER", 5 },
	[GMG_SIP_PUBLISH] = { "PUBLISH", 7 },
};

/* In any case of its letters, which have bit 6, and no octet else. */
static __always_inline bool is_header(const u8 *name, const u8 *known, u32 len)
{
	const u64 letters = 0x4040404040404040ULL;
	u64 x;

	for (; ; len -= 8, name += 8, known += 8) {
		x = gmg_octets_get(known);
		x = (gmg_octets_get(name) ^ x) & ~((x & letters) >> 1);
		if (len <= 8)
			return !(x << (64 - 8 * len));
		if (x)
			return false;
	}
}

u8 gmg_sip_header_find(const u8 *name, u32 len)
{
	u8 id;

	if (len - 1 >= GMG_SIP_NAME_MAX)
		return GMG_SIP_OTHER;
	if (len == 1)
		return (*name | 0x20) >= 'a' && (*name | 0x20) <= 'z' ?
		       compact[*name & 31] : GMG_SIP_OTHER;
	id = slots[SLOT(len, (u32)name[len / 4], (u32)name[len - 1])];
	if (headers[id].len != len || !is_header(name, headers[id].name, len))
		return GMG_SIP_OTHER;
	return id;
}

u8 gmg_sip_param_find(const struct gmg_sip_kind *kind, const u8 *name, u32 len)
{
	const struct gmg_sip_param_name *p = kind->params;
	u8 i;

	for (i = 0; i < kind->count; i++, p++)
		if (p->len == len && gmg_sip_same(name, p->name, len, GMG_SIP_ANY_CASE))
			return p->id;
	return GMG_SIP_PARAM_NONE;
}

u8 gmg_sip_method_find(const u8 *name, u32 len, bool *exact)
{
	u32 id;

	for (id = GMG_SIP_REGISTER; id < GMG_SIP_METHOD_COUNT; id++) {
		const u8 *known = (const u8 *)methods[id].name;

		if (methods[id].len != len || !gmg_sip_same(name, known, len, GMG_SIP_ANY_CASE))
			continue;
		*exact = gmg_sip_same(name, known, len, ~0ULL);
		return id;
	}
	*exact = true;
	return GMG_SIP_METHOD_OTHER;
}

const char *gmg_sip_method_name(u8 method)
{
	return method && method < GMG_SIP_METHOD_COUNT ? methods[method].name : NULL;
}
