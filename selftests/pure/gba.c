// SPDX-License-Identifier: GPL-2.0
/* The TMPI, B-TID and the keys of GBA, the very object that is in the command. No
 * specification has vectors: these were computed apart from this code of MILENAGE test
 * set 1 of TS 35.208.
 *
 * gba WORD...: with others, as many words for each as a row has.
 */
#include <linux/gmguard.h>

#include "array.h"
#include "gba.h"
#include "octets.h"

enum {
	WHAT, CK, IK, RAND, IMPI, NAME,
	UA,	/* in hex */
	TMPI, KS_NAF, KS_INT_NAF,	/* "": not looked at */
	WORDS
};

#define CK_1 "b40ba9a3c58b2a05bbf0d987b21bf8cb"
#define IK_1 "f769bcd751044604127672711c6d3441"
#define RAND_1 "23553cbe9637a89d218ae64dae47bf35"
#define RUN CK_1, IK_1, RAND_1
#define USER "001010123456789@ims.mnc001.mcc001.3gppnetwork.org"
#define BSF "bsf.mnc001.mcc001.pub.3gppnetwork.org"
#define NAF "xcap.ims.mnc001.mcc001.pub.3gppnetwork.org"
#define UA_TMPI "0100000100"

static const char *const rows[][WORDS] = {
	{ "TS 33.220 B.4", RUN, USER, BSF, UA_TMPI, "NdfNQvvGWK4SGbs7c17alrZHQXyhEcrW",
	  "35d7cd42fbc658ae1219bb3b735eda96b647417ca111cad698ae0cd029c2591c", "" },
	{ "IK || CK is no Ks", IK_1, CK_1, RAND_1, USER, BSF, UA_TMPI,
	  "8BrpW7I5bJzUOOubusjo0FpMj8a/hrFL", "", "" },
	{ "the identifier of HTTP Digest", RUN, USER, BSF, "0100000002",
	  "mzvLdS9G9J5mmtKPyPCV3+8gGanllgaq", "", "" },
	{ "another RAND", CK_1, IK_1, "23553cbe9637a89d218ae64dae47bf34", USER, BSF, UA_TMPI,
	  "tLstbD5yggFyiD8vjs7aGm+QMvE4LQBC", "", "" },
	{ "another user", RUN, "001010123456788@ims.mnc001.mcc001.3gppnetwork.org", BSF, UA_TMPI,
	  "v7ZxlnrzKdRclzEUo0yPtUtUWar2PU7K", "", "" },
	{ "a realm in another case: octets count", RUN,
	  "001010123456789@IMS.mnc001.mcc001.3gppnetwork.org", BSF, UA_TMPI,
	  "N2sDQAnwYkqE9kPsKjIm5R9dOmNG17T5", "", "" },
	{ "another BSF", RUN, USER, "bsf.mnc002.mcc001.pub.3gppnetwork.org", UA_TMPI,
	  "3x/JF52RpAy6rOlMverNobOmx5MyV0Be", "", "" },
	{ "an operator's profile", RUN, USER, "pcscf1.ims.example.org", "ff00000001",
	  "uoTraPd86W/bBuMcSWOvKOVUNnooo5rj", "", "" },
	{ "the shortest identity and name", RUN, "a", "b", UA_TMPI,
	  "1lNKqdeZdyTM6bW09bdpcWmzr7Gnvse4", "", "" },
	{ "HTTP Digest at a NAF", RUN, USER, NAF, "0100000002", "",
	  "fd1ac8d09e974a83d864e40f158ddb173379a13316de75a7f659d3b4ab4dffab",
	  "1d6da35624584c90c0e53b45f35a56576125b95c43afb75a0bc65678b4506459" },
	{ "TLS at a NAF", RUN, USER, NAF, "010001002f", "",
	  "b72e7ceecdf2106ff120c7f2d6d91911210578d97c4fd5315e5c9441000f57d7",
	  "7908fb1339b39242af12ff3d220c2f69ad1ee70c3f1339824eb1c645f01fbf38" },
};

static bool tmpi_holds(const struct gmg_gba *run, const char *const *row, const uint8_t *ua)
{
	char tmpi[GMG_TMPI_SIZE];
	size_t n = strlen(row[TMPI]);

	return gmg_tmpi_make(run, row[NAME], ua, tmpi) && strlen(tmpi) == 57 &&
	       (!n || (!strncmp(tmpi, row[TMPI], n) && !strcmp(tmpi + 32, "@tmpi.bsf.3gppnetwork.org")));
}

static bool key_holds(const struct gmg_gba *run, enum gmg_gba_end end, const char *const *row,
		      const uint8_t *ua, const char *hex)
{
	uint8_t key[GMG_KS_NAF_LEN];

	return gmg_ks_naf_make(run, end, row[NAME], ua, key) &&
	       (!*hex || same(key, sizeof(key), hex));
}

static bool row_holds(const char *const *row)
{
	struct gmg_aka_keys keys;
	uint8_t rand[GMG_RAND_LEN], ua[GMG_UA_ID_LEN];
	const struct gmg_gba run = { &keys, rand, row[IMPI] };

	return octets(row[CK], keys.ck, 16) == 16 && octets(row[IK], keys.ik, 16) == 16 &&
	       octets(row[RAND], rand, 16) == 16 && octets(row[UA], ua, 5) == 5 &&
	       tmpi_holds(&run, row, ua) &&
	       key_holds(&run, GMG_GBA_ME, row, ua, row[KS_NAF]) &&
	       key_holds(&run, GMG_GBA_UICC, row, ua, row[KS_INT_NAF]);
}

/* No two rows come to the same TMPI, so that no input is without effect. */
static bool inputs_hold(void)
{
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		for (j = 0; j < i; j++)
			if (*rows[i][TMPI] && !strcmp(rows[i][TMPI], rows[j][TMPI]))
				return false;
	return true;
}

/* A TMPI has the first 24 octets of what the KDF gives, and not the last. */
static bool end_holds(void)
{
	uint8_t kdf[GMG_KS_NAF_LEN];
	char first[33], last[33];

	octets(rows[0][KS_NAF], kdf, sizeof(kdf));
	gmg_base64_encode(kdf, 24, first);
	gmg_base64_encode(kdf + 8, 24, last);
	return !strcmp(first, rows[0][TMPI]) && strcmp(last, rows[0][TMPI]);
}

/* All that goes in has the length it may have at most. */
static bool limit_holds(void)
{
	static char impi[GMGUARD_IMPI_MAX + 1], name[GMG_FQDN_MAX + 1];
	const char *const row[WORDS] = {
		"", RUN, impi, name, UA_TMPI, "FKD50HZug0qdhYsbZMSNSSxMVzEWCXZX", "", "",
	};
	uint8_t rand[GMG_RAND_LEN];
	char b_tid[GMG_B_TID_SIZE];
	size_t i;

	memset(impi, 'a', sizeof(impi) - 1);
	for (i = 0; i < sizeof(name) - 1; i++)
		name[i] = i % 64 == 63 ? '.' : "bbbc"[i / 64];
	octets(RAND_1, rand, sizeof(rand));
	gmg_b_tid_make(rand, name, b_tid);
	return row_holds(row) && strlen(b_tid) == sizeof(b_tid) - 1;
}

static bool b_tid_holds(void)
{
	uint8_t rand[GMG_RAND_LEN];
	char b_tid[GMG_B_TID_SIZE];

	octets(RAND_1, rand, sizeof(rand));
	gmg_b_tid_make(rand, BSF, b_tid);
	return !strcmp(b_tid, "I1U8vpY3qJ0hiuZNrke/NQ==@" BSF);
}

#define L61 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define L63 L61 "aa"

static const struct name {
	const char *what, *name;
	bool good;
} names[] = {
	{ "a name", BSF, true },
	{ "a label", "bsf", true },
	{ "upper case, digits, hyphens", "BSF-1.Example.ORG", true },
	{ "a name of 253 octets", L63 "." L63 "." L63 "." L61, true },
	{ "a name of 254 octets", L63 "." L63 "." L63 "." L61 "a", false },
	{ "nothing", "", false },
	{ "a dot", ".", false },
	{ "a dot before", ".bsf", false },
	{ "a dot behind", "bsf.", false },
	{ "two dots", "bsf..org", false },
	{ "a port", "bsf:8080", false },
	{ "white space", "bsf org", false },
	{ "a user", "x@bsf", false },
	{ "octets above 127", "b\xc3\xa4r", false },
};

int main(int argc, char **argv)
{
	size_t i;
	int at;

	printf("TAP version 13\n");
	for (at = 1; at + WORDS <= argc; at += WORDS)
		result(row_holds((const char *const *)argv + at), argv[at]);
	if (argc > 1)
		return finish();
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		result(row_holds(rows[i]), rows[i][WHAT]);
	result(inputs_hold(), "each input makes another TMPI");
	result(end_holds(), "a TMPI is of the first 24 octets, not of the last");
	result(limit_holds(), "the longest identity and name");
	result(b_tid_holds(), "a B-TID");
	for (i = 0; i < ARRAY_SIZE(names); i++)
		result(gmg_fqdn_valid(names[i].name) == names[i].good, names[i].what);
	return finish();
}
