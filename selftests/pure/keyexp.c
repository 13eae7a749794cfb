// SPDX-License-Identifier: GPL-2.0
/* Which algorithms go together, and the keys of ESP: the very object that is in
 * the command. The vector was made of MILENAGE test set 1 of TS 35.208 by the
 * rules of TS 33.203 Annex I and TS 33.220 B.2, apart from this code.
 */
#include <linux/gmguard.h>

#include "array.h"
#include "keyexp.h"
#include "octets.h"

#define A(name) GMGUARD_ALG_##name
#define E(name) GMGUARD_EALG_##name
#define OK GMG_PAIR_OK
#define LEGACY GMG_PAIR_LEGACY
#define REFUSED GMG_PAIR_REFUSED

#define CK "b40ba9a3c58b2a05bbf0d987b21bf8cb"
#define IK "f769bcd751044604127672711c6d3441"
#define DES "b50ba8a2c48a2a04baf1d986b31af8cbb50ba8a2c48a2a04"
#define SALT_GMAC "dbc2b1c2"
#define SALT_GCM "89273db6"

enum { ALGS = 5, EALGS = 5 };	/* one more of each than there are */

static const struct row {
	const char *what;
	uint32_t alg;
	uint32_t ealg;
	enum gmg_pair pair;
	const char *says;	/* or, of a pair that may be, ... */
	const char *auth;
	const char *enc;
} rows[] = {
	{ "hmac-sha-1-96, null", A(HMAC_SHA_1_96), E(NULL), OK, NULL, IK "00000000", "" },
	{ "hmac-sha-1-96, aes-cbc", A(HMAC_SHA_1_96), E(AES_CBC), OK, NULL, IK "00000000", CK },
	{ "hmac-sha-1-96, aes-gcm", A(HMAC_SHA_1_96), E(AES_GCM), REFUSED, "alg null" },
	{ "hmac-sha-1-96, des-ede3-cbc", A(HMAC_SHA_1_96), E(DES_EDE3_CBC), LEGACY,
	  "would be aes-cbc", IK "00000000", DES },
	{ "aes-gmac, null", A(AES_GMAC), E(NULL), OK, NULL, IK SALT_GMAC, "" },
	{ "aes-gmac, aes-cbc", A(AES_GMAC), E(AES_CBC), REFUSED, "ealg null" },
	{ "aes-gmac, aes-gcm", A(AES_GMAC), E(AES_GCM), REFUSED, "alg null" },
	{ "aes-gmac, des-ede3-cbc", A(AES_GMAC), E(DES_EDE3_CBC), REFUSED, "ealg null" },
	{ "null, null", A(NULL), E(NULL), REFUSED, "integrity is mandatory" },
	{ "null, aes-cbc", A(NULL), E(AES_CBC), REFUSED, "integrity is mandatory" },
	{ "null, aes-gcm", A(NULL), E(AES_GCM), OK, NULL, "", CK SALT_GCM },
	{ "null, des-ede3-cbc", A(NULL), E(DES_EDE3_CBC), REFUSED, "integrity is mandatory" },
	{ "hmac-md5-96, null", A(HMAC_MD5_96), E(NULL), LEGACY,
	  "would be hmac-sha-1-96", IK, "" },
	{ "hmac-md5-96, aes-cbc", A(HMAC_MD5_96), E(AES_CBC), LEGACY,
	  "would be hmac-sha-1-96", IK, CK },
	{ "hmac-md5-96, aes-gcm", A(HMAC_MD5_96), E(AES_GCM), REFUSED, "alg null" },
	{ "hmac-md5-96, des-ede3-cbc", A(HMAC_MD5_96), E(DES_EDE3_CBC), LEGACY,
	  "would be hmac-sha-1-96 with aes-cbc", IK, DES },
	{ "an alg of later", ALGS - 1, E(NULL), REFUSED, "does not know" },
	{ "an ealg of later", A(HMAC_SHA_1_96), EALGS - 1, REFUSED, "does not know" },
};

static const struct gmg_aka_keys vector = {
	.ck = { 0xb4, 0x0b, 0xa9, 0xa3, 0xc5, 0x8b, 0x2a, 0x05,
		0xbb, 0xf0, 0xd9, 0x87, 0xb2, 0x1b, 0xf8, 0xcb },
	.ik = { 0xf7, 0x69, 0xbc, 0xd7, 0x51, 0x04, 0x46, 0x04,
		0x12, 0x76, 0x72, 0x71, 0x1c, 0x6d, 0x34, 0x41 },
};

/* Octets that nothing was written to. */
static bool clear(const uint8_t *octet, const uint8_t *end)
{
	while (octet < end)
		if (*octet++)
			return false;
	return true;
}

static bool row_holds(const struct row *row)
{
	struct gmg_esp_keys esp;
	const char *why;
	bool made;

	memset(&esp, 0xa5, sizeof(esp));
	if (gmg_pair_check(row->alg, row->ealg, &why) != row->pair)
		return false;
	if (row->says ? !why || !strstr(why, row->says) : !!why)
		return false;
	made = gmg_keys_expand(row->alg, row->ealg, &vector, &esp);
	if (row->pair == REFUSED)
		return !made && clear((const uint8_t *)&esp, (const uint8_t *)(&esp + 1));
	return made && same(esp.auth_key, esp.auth_len, row->auth) &&
	       same(esp.enc_key, esp.enc_len, row->enc) &&
	       clear(esp.auth_key + esp.auth_len, esp.auth_key + sizeof(esp.auth_key)) &&
	       clear(esp.enc_key + esp.enc_len, esp.enc_key + sizeof(esp.enc_key));
}

/* A row for every pair, so that none is decided by accident. */
static bool all_rows(void)
{
	unsigned int seen = 0, i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].alg < ALGS - 1 && rows[i].ealg < EALGS - 1)
			seen |= 1U << (rows[i].alg * (EALGS - 1) + rows[i].ealg);
	return seen == 0xffff;
}

/* Every octet, at every place: DES has its seven bits and is odd. */
static bool parity_holds(void)
{
	struct gmg_aka_keys aka;
	struct gmg_esp_keys esp;
	unsigned int value, i;

	for (value = 0; value < 256; value++) {
		for (i = 0; i < sizeof(aka.ck); i++)
			aka.ck[i] = value + i;
		if (!gmg_keys_expand(A(HMAC_SHA_1_96), E(DES_EDE3_CBC), &aka, &esp))
			return false;
		for (i = 0; i < esp.enc_len; i++)
			if ((esp.enc_key[i] ^ aka.ck[i % sizeof(aka.ck)]) & 0xfe ||
			    !(__builtin_popcount(esp.enc_key[i]) & 1))
				return false;
	}
	return true;
}

int main(void)
{
	size_t i;

	printf("TAP version 13\n");
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		result(row_holds(&rows[i]), rows[i].what);
	result(all_rows(), "a row for every pair");
	result(parity_holds(), "DES keys have odd parity, and no other bit is changed");
	return finish();
}
