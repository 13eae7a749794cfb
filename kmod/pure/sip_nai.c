// SPDX-License-Identifier: GPL-2.0
#include "sip_nai.h"

static const u8 tmpi_realm[] = GMG_TMPI_REALM;

static u8 lower(u8 c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

static bool same_in_any_case(const u8 *a, const u8 *b, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

u32 gmg_sip_nai_user(const u8 *nai, u32 len)
{
	u32 i;

	for (i = len; i > 0; i--)
		if (nai[i - 1] == '@')
			return i - 1;
	return len;
}

bool gmg_sip_nai_same(const u8 *a, u32 a_len, const u8 *b, u32 b_len)
{
	u32 user = gmg_sip_nai_user(a, a_len);

	return a_len == b_len && !memcmp(a, b, user) &&
	       gmg_sip_nai_user(b, b_len) == user &&
	       same_in_any_case(a + user, b + user, a_len - user);
}

void gmg_sip_nai_fold(const u8 *nai, u32 len, u8 *to)
{
	u32 user = gmg_sip_nai_user(nai, len), i;

	if (to != nai)
		memcpy(to, nai, user);
	for (i = user; i < len; i++)
		to[i] = lower(nai[i]);
}

static bool is_base64(u8 c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '+' || c == '/';
}

bool gmg_sip_nai_is_tmpi(const u8 *nai, u32 len)
{
	const u32 realm = sizeof(tmpi_realm) - 1;
	u32 i;

	static_assert(GMG_TMPI_USER + sizeof(tmpi_realm) - 1 == GMGUARD_TMPI_LEN,
		      "the length of the uapi");
	if (len != GMGUARD_TMPI_LEN || !same_in_any_case(nai + GMG_TMPI_USER, tmpi_realm, realm))
		return false;
	for (i = 0; i < GMG_TMPI_USER; i++)
		if (!is_base64(nai[i]))
			return false;
	return true;
}
