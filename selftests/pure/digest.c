// SPDX-License-Identifier: GPL-2.0
/* Digest AKA, the very object that is in the command. The examples are those of RFC
 * 2617 and RFC 2069, whose passwords are text, and what TS 35.208 test set 1 makes,
 * computed apart from this code.
 *
 * digest WORD...: with others, as many words for each as a row has.
 */
#include "array.h"
#include "base64.h"
#include "digest.h"
#include "octets.h"

enum {
	WHAT, ALGORITHM, QOP, USERNAME, REALM, NONCE, URI, METHOD, NC, CNONCE,
	BODY,		/* in hex */
	RES, CK, IK,	/* "": the password is given */
	PASSWORD,	/* in hex */
	RESPONSE, WORDS
};

#define HOME "ims.mnc001.mcc001.3gppnetwork.org"
#define USER "001010123456789@ims.mnc001.mcc001.3gppnetwork.org"
#define OTHER "001010000000001@ims.mnc001.mcc001.3gppnetwork.org"
#define URI_1 "sip:ims.mnc001.mcc001.3gppnetwork.org"
#define SET_1 "I1U8vpY3qJ0hiuZNrke/NVXzKLQ1d7m5Sp/6w1Tfr7M="
#define KEYS "a54211d5e3ba50bf", "b40ba9a3c58b2a05bbf0d987b21bf8cb", \
	"f769bcd751044604127672711c6d3441"
#define RES_1 "a54211d5e3ba50bf"
#define V2_1 "73687a743371384357615a6e434157717333576d45513d3d"
#define MUFASA "Mufasa", "testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093", \
	"/dir/index.html", "GET"

static const char *const rows[][WORDS] = {
	{ "RFC 2617 3.5", "AKAv1-MD5", "auth", MUFASA, "00000001", "0a4f113b", "", "", "", "",
	  "436972636c65204f66204c696665", "6629fae49393a05397450978507c4ef1" },
	{ "RFC 2069 2.4, without qop", "AKAv1-MD5", "", MUFASA, "", "", "", "", "", "",
	  "436972636c654f664c696665", "1949323746fe6a43ef61f9606e7febea" },
	{ "AKAv1, without qop", "AKAv1-MD5", "", USER, HOME, SET_1, URI_1, "REGISTER",
	  "", "", "", KEYS, RES_1, "486f3ee163ac4a424493c7ee626d3794" },
	{ "AKAv1, auth", "AKAv1-MD5", "auth", USER, HOME, SET_1, URI_1, "REGISTER",
	  "00000001", "0a4f113b", "", KEYS, RES_1, "cbefdcc54c81aa658d67da2fba29638c" },
	{ "AKAv1, auth, a body does not matter", "AKAv1-MD5", "auth", USER, HOME, SET_1,
	  URI_1, "REGISTER", "00000001", "0a4f113b", "763d300d0a", KEYS, RES_1,
	  "cbefdcc54c81aa658d67da2fba29638c" },
	{ "AKAv1, auth-int", "AKAv1-MD5", "auth-int", OTHER, HOME, SET_1, URI_1,
	  "REGISTER", "00000001", "0a4f113b", "763d300d0a", KEYS, RES_1,
	  "de76020441cc301ff24633f46ab2efa5" },
	{ "AKAv1, auth, rspauth", "AKAv1-MD5", "auth", OTHER, HOME, SET_1, URI_1, "",
	  "00000001", "0a4f113b", "", KEYS, RES_1, "cae7bfcdd22912ec0ff1fb31b2a811c5" },
	{ "AKAv2, auth", "AKAv2-MD5", "auth", OTHER, HOME, SET_1, URI_1, "REGISTER",
	  "00000001", "0a4f113b", "", KEYS, V2_1, "6774a29ced9929f3dd734d9a97e04ebe" },
	{ "AKAv2, auth-int", "AKAv2-MD5", "auth-int", OTHER, HOME, SET_1, URI_1,
	  "REGISTER", "00000001", "0a4f113b", "763d300d0a", KEYS, V2_1,
	  "cceb9f09730f3786c1e4d5a59c2d19ce" },
	{ "AUTS: the empty password", "AKAv1-MD5", "", USER, HOME, SET_1, URI_1, "REGISTER",
	  "", "", "", "", "", "", "", "180933893eb8c4519e87ae2c9d5a1955" },
};

static bool value(const cyaml_strval_t *word, size_t n, const char *text, uint32_t *value)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!strcmp(word[i].str, text)) {
			*value = word[i].val;
			return true;
		}
	return !*text;
}

static bool password_holds(const char *const *row, uint32_t algorithm,
			   struct gmg_password *password)
{
	struct gmg_aka_keys keys;
	uint8_t res[8];

	password->len = octets(row[PASSWORD], password->octets, sizeof(password->octets));
	if (!*row[RES])
		return true;
	if (octets(row[RES], res, 8) != 8 || octets(row[CK], keys.ck, 16) != 16 ||
	    octets(row[IK], keys.ik, 16) != 16)
		return false;
	return gmg_digest_password(algorithm, res, &keys, password) &&
	       same(password->octets, password->len, row[PASSWORD]);
}

static bool row_holds(const char *const *row)
{
	char response[GMG_RESPONSE_SIZE];
	struct gmg_password password;
	uint8_t body[1024];
	struct gmg_digest d = {
		.qop = GMG_QOP_NONE, .username = row[USERNAME], .realm = row[REALM],
		.nonce = row[NONCE], .uri = row[URI], .method = row[METHOD], .nc = row[NC],
		.cnonce = row[CNONCE], .body = body,
	};

	d.body_len = octets(row[BODY], body, sizeof(body));
	return value(digest_algorithm_words, GMG_DIGEST_ALGORITHMS, row[ALGORITHM],
		     &d.algorithm) &&
	       value(qop_words, GMG_QOPS, row[QOP], &d.qop) &&
	       password_holds(row, d.algorithm, &password) &&
	       gmg_digest_response(&d, &password, response) && !strcmp(response, row[RESPONSE]);
}

/* Does the response change with each input? */
static bool inputs_hold(const char *const *row)
{
	const char *changed[WORDS];
	char text[128];
	int i;

	memcpy(changed, row, sizeof(changed));
	for (i = USERNAME; i <= PASSWORD; i++) {
		if (i == RES || i == CK || i == IK)
			continue;
		snprintf(text, sizeof(text), i < BODY ? "%sx" : "%s00", row[i]);
		changed[i] = text;
		changed[RES] = i == PASSWORD ? "" : row[RES];
		if (row_holds(changed))
			return false;
		memcpy(changed, row, sizeof(changed));
	}
	return row_holds(changed);
}

/* What is the nonce of test set 1 in its first 32 octets, and what is none. */
static const struct nonce {
	const char *what, *nonce;
	bool good;
} nonces[] = {
	{ "a nonce", SET_1, true },
	{ "data of the server's behind it", "I1U8vpY3qJ0hiuZNrke/NVXzKLQ1d7m5Sp/6w1Tfr7MB", true },
	{ "more of it", "I1U8vpY3qJ0hiuZNrke/NVXzKLQ1d7m5Sp/6w1Tfr7MBAgM=", true },
	{ "nothing", "", false },
	{ "31 octets", "I1U8vpY3qJ0hiuZNrke/NVXzKLQ1d7m5Sp/6w1Tfrw==", false },
	{ "no padding", "I1U8vpY3qJ0hiuZNrke/NVXzKLQ1d7m5Sp/6w1Tfr7M", false },
	{ "too much padding", SET_1 "=", false },
	{ "a group of padding", SET_1 "====", false },
	{ "padding, as RFC 3310 5 has it",
	  "CjPk9mRqNuT25eRkajM09uTl9nM09uTl9nMz5OX25PZz==", false },
	{ "padding within", "I1U8vpY3qJ0hiuZNrke/NV=zKLQ1d7m5Sp/6w1Tfr7MB", false },
	{ "white space before", "    " SET_1, false },
	{ "white space behind", SET_1 "\r\n\r\n", false },
	{ "white space within", "I1U8vpY3qJ0hiuZNrke/    NVXzKLQ1d7m5Sp/6w1Tfr7M=", false },
	{ "base64url", "I1U8vpY3qJ0hiuZNrke_NVXzKLQ1d7m5Sp_6w1Tfr7M=", false },
	{ "octets above 127", "\xc9\xc9\xc9\xc9vpY3qJ0hiuZNrke/NVXzKLQ1d7m5Sp/6w1Tfr7M=", false },
};

static bool nonce_holds(const struct nonce *nonce)
{
	uint8_t rand[16], autn[16];
	char text[GMG_NONCE_SIZE];

	if (gmg_nonce_split(nonce->nonce, strlen(nonce->nonce), rand, autn) != nonce->good)
		return false;
	if (!nonce->good)
		return true;
	gmg_nonce_make(rand, autn, text);
	return !strcmp(text, SET_1);
}

/* A nonce is as long as it may be, and no longer. */
static bool limit_holds(void)
{
	uint8_t octet[GMG_NONCE_MAX + 1] = { 1, 2, 3 }, rand[16], autn[16];
	char text[GMG_BASE64_SIZE(sizeof(octet))];
	size_t n;
	bool good;

	for (n = 0; n <= sizeof(octet); n++) {
		gmg_base64_encode(octet, n, text);
		good = gmg_nonce_split(text, strlen(text), rand, autn);
		if (good != (n >= 32 && n <= GMG_NONCE_MAX))
			return false;
		if (good && (memcmp(rand, octet, 16) || memcmp(autn, octet + 16, 16)))
			return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	size_t i;

	printf("TAP version 13\n");
	if (rows_given(argc, argv, WORDS, row_holds))
		return finish();
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		result(row_holds(rows[i]), rows[i][WHAT]);
	result(inputs_hold(rows[5]), "the response changes with every input");
	for (i = 0; i < ARRAY_SIZE(nonces); i++)
		result(nonce_holds(&nonces[i]), nonces[i].what);
	result(limit_holds(), "a nonce of every length");
	return finish();
}
