// SPDX-License-Identifier: GPL-2.0
/* Which private identities are the same, and which are a TMPI (RFC 4282, TS 33.220 B.4):
 * the very object that is in the module.
 */
#include <stdio.h>
#include <string.h>

#include "../../kmod/pure/sip_nai.h"

#define OF(text) (const u8 *)(text), sizeof(text) - 1

static const struct same {
	const char *what;
	const u8 *a;
	u32 a_len;
	const u8 *b;
	u32 b_len;
	bool same;
} same[] = {
	{ "the same", OF("user@realm.org"), OF("user@realm.org"), true },
	{ "a realm in another case", OF("user@realm.org"), OF("user@REALM.Org"), true },
	{ "a user in another case", OF("user@realm.org"), OF("User@realm.org"), false },
	{ "another realm", OF("user@realm.org"), OF("user@realm.com"), false },
	{ "a longer realm", OF("user@realm.org"), OF("user@realm.org."), false },
	{ "a shorter user", OF("user@realm.org"), OF("use@realm.org"), false },
	{ "'@' elsewhere", OF("user@realm"), OF("user_realm"), false },
	{ "'@' in another place", OF("ab@c"), OF("a@bc"), false },
	{ "a user with '@': the realm is behind the last", OF("a@B@c"), OF("a@b@c"), false },
	{ "the same with two", OF("a@B@c"), OF("a@B@C"), true },
	{ "without a realm", OF("user"), OF("user"), true },
	{ "without a realm, in another case", OF("user"), OF("USER"), false },
	{ "a realm alone", OF("@realm"), OF("@REALM"), true },
	{ "what only 32 parts from a letter", OF("u@[{"), OF("u@{["), false },
	{ "octets above 127", OF("u@\xc4"), OF("u@\xe4"), false },
	{ "nothing", OF(""), OF(""), true },
	{ "nothing and something", OF(""), OF("u"), false },
};

#define USER "NdfNQvvGWK4SGbs7c17alrZHQXyhEcrW"

static const struct tmpi {
	const char *what;
	const u8 *nai;
	u32 len;
	bool tmpi;
} tmpis[] = {
	{ "a TMPI", OF(USER "@tmpi.bsf.3gppnetwork.org"), true },
	{ "its domain in another case", OF(USER "@TMPI.BSF.3gppNetwork.ORG"), true },
	{ "every digit of base64", OF("ABCDEFGHIJKLMNOPQRSTUVWXYZabcd+/@tmpi.bsf.3gppnetwork.org"), true },
	{ "another domain", OF(USER "@tmpj.bsf.3gppnetwork.org"), false },
	{ "a domain below it", OF(USER "@tmpi.bsf.3gppnetwork.org.x"), false },
	{ "a user of 31", OF("dfNQvvGWK4SGbs7c17alrZHQXyhEcrW@tmpi.bsf.3gppnetwork.org"), false },
	{ "a user of 33", OF("A" USER "@tmpi.bsf.3gppnetwork.org"), false },
	{ "padding", OF("NdfNQvvGWK4SGbs7c17alrZHQXyhEcr=@tmpi.bsf.3gppnetwork.org"), false },
	{ "base64url", OF("NdfNQvvGWK4SGbs7c17alrZHQXyhEcr-@tmpi.bsf.3gppnetwork.org"), false },
	{ "white space", OF(" dfNQvvGWK4SGbs7c17alrZHQXyhEcrW@tmpi.bsf.3gppnetwork.org"), false },
	{ "'@' in the user", OF("NdfNQvvGWK4SGbs7c17alrZHQXyhEcr@@tmpi.bsf.3gppnetwork.org"), false },
	{ "NUL in the user", OF("NdfNQvvGWK4SGbs7c17alrZHQXyhEcr\0@tmpi.bsf.3gppnetwork.org"), false },
	{ "an octet above 127", OF("NdfNQvvGWK4SGbs7c17alrZHQXyhEcr\xd7@tmpi.bsf.3gppnetwork.org"), false },
	{ "an IMPI", OF("001010123456789@ims.mnc001.mcc001.3gppnetwork.org"), false },
	{ "nothing", OF(""), false },
};

static int tests, failed;

static void result(bool good, const char *what)
{
	printf("%s %d %s\n", good ? "ok" : "not ok", ++tests, what);
	failed += !good;
}

/* Both ways, and what was folded is the same octets exactly then. */
static bool row_holds(const struct same *row)
{
	u8 a[64], b[64];

	gmg_sip_nai_fold(row->a, row->a_len, a);
	gmg_sip_nai_fold(row->b, row->b_len, b);
	return gmg_sip_nai_same(row->a, row->a_len, row->b, row->b_len) == row->same &&
	       gmg_sip_nai_same(row->b, row->b_len, row->a, row->a_len) == row->same &&
	       (row->a_len == row->b_len && !memcmp(a, b, row->a_len)) == row->same;
}

/* In place, too. */
static bool fold_holds(void)
{
	u8 nai[] = "UsEr@ReAlM.Org";

	gmg_sip_nai_fold(nai, sizeof(nai) - 1, nai);
	return !strcmp((const char *)nai, "UsEr@realm.org");
}

int main(void)
{
	size_t i;

	printf("TAP version 13\n");
	for (i = 0; i < sizeof(same) / sizeof(*same); i++)
		result(row_holds(&same[i]), same[i].what);
	result(fold_holds(), "folded in place");
	for (i = 0; i < sizeof(tmpis) / sizeof(*tmpis); i++)
		result(gmg_sip_nai_is_tmpi(tmpis[i].nai, tmpis[i].len) == tmpis[i].tmpi, tmpis[i].what);
	printf("1..%d\n", tests);
	return failed != 0;
}
