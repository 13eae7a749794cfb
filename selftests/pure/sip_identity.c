// SPDX-License-Identifier: GPL-2.0
/* Which private identities are in a message, and what they are to us: the very objects
 * that are in the module. Every message is read in one piece and split at every octet.
 */
#include <stdio.h>
#include <string.h>

#include "../../kmod/pure/sip_identity.h"

#define OF(text) (text), sizeof(text) - 1

#define L16 "eeeeeeeeeeeeeeee"
#define L64 L16 L16 L16 L16
#define LONGEST L64 L64 L64 L16 L16 L16	/* octets of a user, with its realm 255 */
#define REALM "@ims.mnc001.mcc001.3gppnetwork.org"
#define ALICE "001010000000001" REALM	/* a TMPI stands for her */
#define BOB "001010000000002" REALM	/* none stands for him */
#define CAROL "carol@ims.example.org"	/* has an ISIM, and a TMPI */
#define EVE LONGEST "@ims.example.or"	/* so has she */
#define TMPI "@tmpi.bsf.3gppnetwork.org"
#define HERS "NdfNQvvGWK4SGbs7c17alrZHQXyhEcrW"
#define OLD "uoTraPd86W/bBuMcSWOvKOVUNnooo5rj"
#define NOBODYS "7g8A0RHDuCXlCTm8IzQ29xYou4F13lIQ"

#define REQUEST(lines) "REGISTER sip:ims.example.org SIP/2.0\r\nCSeq: 1 REGISTER\r\n" lines "\r\n"
#define ANSWER(lines) "SIP/2.0 401 x\r\nCSeq: 1 REGISTER\r\n" lines "\r\n"
#define CREDENTIALS(user) "Authorization: Digest username=\"" user "\", realm=\"r\"\r\n"

#define NONE GMG_SIP_TMPI_NONE
#define KNOWN GMG_SIP_TMPI_KNOWN
#define EXPIRED GMG_SIP_TMPI_EXPIRED
#define UNKNOWN GMG_SIP_TMPI_UNKNOWN

#define X16 "xxxxxxxxxxxxxxxx"
#define X256 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16
#define S64 "                                                                "
#define S256 S64 S64 S64 S64
#define E16 "\\e\\e\\e\\e\\e\\e\\e\\e\\e\\e\\e\\e\\e\\e\\e\\e"
#define E32 E16 E16
#define E64 E32 E32
#define CONTACT "Contact: <sip:x@h>\r\n"
#define CONTACTS CONTACT CONTACT CONTACT CONTACT CONTACT CONTACT CONTACT CONTACT CONTACT

static const struct row {
	const char *what;
	const char *text;
	u32 len;
	u8 tmpi;
	bool exposed, bound, repeated;
} rows[] = {
	{ "nothing", OF(REQUEST("")), NONE, false, false },
	{ "an IMPI", OF(REQUEST(CREDENTIALS(BOB))), NONE, true, false },
	{ "one that a TMPI stands for", OF(REQUEST(CREDENTIALS(ALICE))), NONE, true, true },
	{ "one of no IMSI that a TMPI stands for", OF(REQUEST(CREDENTIALS(CAROL))), NONE, true, true },
	{ "another of no IMSI", OF(REQUEST(CREDENTIALS("dave@ims.example.org"))), NONE, false, false },
	{ "a realm in another case", OF(REQUEST(CREDENTIALS("carol@IMS.Example.org"))), NONE, true, true },
	{ "a user in another case", OF(REQUEST(CREDENTIALS("Carol@ims.example.org"))), NONE, false, false },
	{ "a TMPI", OF(REQUEST(CREDENTIALS(HERS TMPI))), KNOWN, false, false },
	{ "its domain in another case", OF(REQUEST(CREDENTIALS(HERS "@TMPI.bsf.3GPPnetwork.org"))),
	  KNOWN, false, false },
	{ "one that has expired", OF(REQUEST(CREDENTIALS(OLD TMPI))), EXPIRED, false, false },
	{ "one of nobody", OF(REQUEST(CREDENTIALS(NOBODYS TMPI))), UNKNOWN, false, false },
	{ "its user in another case", OF(REQUEST(CREDENTIALS("nDFnqVVgwk4sgBS7C17ALRzhqxYHeCRw" TMPI))),
	  UNKNOWN, false, false },
	{ "two: the worse counts", OF(REQUEST(CREDENTIALS(NOBODYS TMPI) CREDENTIALS(HERS TMPI))),
	  UNKNOWN, false, false },
	{ "a TMPI and an IMPI", OF(REQUEST(CREDENTIALS(HERS TMPI) CREDENTIALS(ALICE))), KNOWN, true, true },
	{ "a TMPI and the temporary identity", OF(REQUEST(CREDENTIALS(HERS TMPI) "From: <sip:" ALICE ">;tag=1\r\n")),
	  KNOWN, true, true },
	{ "credentials for a proxy", OF(REQUEST("Proxy-Authorization: Digest username=\"" ALICE "\"\r\n")),
	  NONE, true, true },
	{ "a TMPI for a proxy", OF(REQUEST("Proxy-Authorization: Digest username=\"" NOBODYS TMPI "\"\r\n")),
	  UNKNOWN, false, false },
	/* quoted, escaped, folded, repeated */
	{ "without quotes", OF(REQUEST("Authorization: Digest username=" ALICE ", realm=r\r\n")), NONE, true, true },
	{ "a TMPI without quotes", OF(REQUEST("Authorization: Digest username=" HERS TMPI "\r\n")), KNOWN, false, false },
	{ "escaped", OF(REQUEST(CREDENTIALS("\\0\\01010000000001\\@ims.mnc001.mcc\\001.3gppnetwork.org"))),
	  NONE, true, true },
	{ "an escaped TMPI", OF(REQUEST(CREDENTIALS("\\NdfNQvvGWK4SGbs7c17alrZHQXyhEcrW\\@tmpi.bsf.3gppnetwork.org"))),
	  KNOWN, false, false },
	{ "an escaped one of no IMSI", OF(REQUEST(CREDENTIALS("c\\arol@ims.example.org"))), NONE, true, true },
	{ "folded", OF(REQUEST("Authorization:\r\n Digest\r\n\tusername=\r\n \"" ALICE "\"\r\n")), NONE, true, true },
	{ "a TMPI with white space around it", OF(REQUEST(CREDENTIALS(" \t" HERS TMPI " "))), KNOWN, false, false },
	{ "behind another", OF(REQUEST(CREDENTIALS(BOB) CREDENTIALS(BOB) CREDENTIALS(ALICE))), NONE, true, true },
	{ "in another case", OF(REQUEST("AUTHORIZATION : digest USERNAME = \"" ALICE "\"\r\n")), NONE, true, true },
	{ "of another scheme", OF(REQUEST("Authorization: Basic username=\"" CAROL "\"\r\n")), NONE, true, true },
	{ "behind a quote that opens nothing", OF(REQUEST("Authorization: Digest a=b\"c, username=\"" ALICE "\"\r\n")),
	  NONE, true, true },
	/* as an identity in public */
	{ "From", OF(REQUEST("From: <sip:" ALICE ">;tag=1\r\n")), NONE, true, true },
	{ "From, compact", OF(REQUEST("f:sip:" BOB ";tag=1\r\n")), NONE, true, false },
	{ "To", OF(REQUEST("To: \"A\" <sip:" ALICE ">\r\n")), NONE, true, true },
	{ "Contact", OF(REQUEST("Contact: <sip:" ALICE ";transport=udp>;expires=1\r\n")), NONE, true, true },
	{ "the second address of a Contact", OF(REQUEST("m: <sip:a@h>, <sip:" ALICE ">\r\n")), NONE, true, true },
	{ "the user of a host's address", OF(REQUEST("Contact: <sip:001010000000001%40ims.mnc001.mcc001.3gppnetwork.org@10.45.0.1>\r\n")),
	  NONE, true, true },
	{ "P-Preferred-Identity", OF(REQUEST("P-Preferred-Identity: <sip:" ALICE ">\r\n")), NONE, true, true },
	{ "P-Asserted-Identity", OF(REQUEST("P-Asserted-Identity: \"A\" <sip:" ALICE ">\r\n")), NONE, true, false },
	{ "Remote-Party-ID", OF(REQUEST("Remote-Party-ID: <sip:" ALICE ">\r\n")), NONE, true, false },
	{ "P-Called-Party-ID", OF(REQUEST("P-Called-Party-ID: <sip:" ALICE ">\r\n")), NONE, true, true },
	{ "Refer-To", OF(REQUEST("Refer-To: <sip:" ALICE "?Replaces=1>\r\n")), NONE, true, true },
	{ "Refer-To, compact", OF(REQUEST("r: <sip:" BOB ">\r\n")), NONE, true, false },
	{ "Referred-By", OF(REQUEST("Referred-By: <sip:" ALICE ">\r\n")), NONE, true, true },
	{ "Reply-To", OF(REQUEST("Reply-To: \"A\" <sip:" ALICE ">\r\n")), NONE, true, true },
	{ "Referred-By, compact", OF(REQUEST("b:<sip:" ALICE ">\r\n")), NONE, true, true },
	{ "History-Info", OF(REQUEST("History-Info: <sip:b@h>;index=1, <sip:" ALICE ">;index=1.1\r\n")),
	  NONE, true, false },
	{ "their names beside others", OF(REQUEST("P-Called-Party: " ALICE "\r\nReferred: " ALICE "\r\nReply: " ALICE "\r\n")),
	  NONE, false, false },
	{ "a name in quotes", OF(REQUEST("From: \"" ALICE "\" <sip:a@h>;tag=1\r\n")), NONE, true, true },
	{ "an escaped name in quotes",
	  OF(REQUEST("From: \"\\0\\01010000000001\\@\\ims.mnc001.mcc\\001.3gppnetwork.org\" <sip:a@h>\r\n")),
	  NONE, true, true },
	{ "escaped in a URI", OF(REQUEST("From: <sip:%30%30%31010000000001@ims.mnc001.mcc001.3gppnetwork.org>\r\n")),
	  NONE, true, true },
	{ "escaped as a user, realm and all",
	  OF(REQUEST("From: <sip:001010000000001%40%69ms%2Emnc001%2emcc%3001.3gppnetwork.org@10.45.0.1>\r\n")),
	  NONE, true, true },
	{ "an escape that is none",
	  OF(REQUEST("From: <sip:001010000000001%40%6gms.mnc001.mcc001.3gppnetwork.org@10.45.0.1>\r\n")),
	  NONE, false, false },
	{ "the Request-URI", OF("REGISTER sip:" ALICE " SIP/2.0\r\n\r\n"), NONE, true, true },
	{ "a Request-URI without a user", OF("REGISTER sip:ims.mnc001.mcc001.3gppnetwork.org SIP/2.0\r\n\r\n"),
	  NONE, false, false },
	{ "a header that nobody asks for", OF(REQUEST("Subject: " ALICE "\r\n")), NONE, false, false },
	{ "a body", OF(REQUEST("\r\nFrom: <sip:" ALICE ">\r\n")), NONE, false, false },
	{ "behind much else", OF(REQUEST("From: \"" X256 X256 "\" <sip:" ALICE ">;tag=" X256 "\r\n")), NONE, true, true },
	{ "many addresses", OF(REQUEST(CONTACTS CONTACTS)), NONE, false, false },
	{ "an IMPI behind many addresses", OF(REQUEST(CONTACTS CONTACTS CREDENTIALS(ALICE))), NONE, true, true },
	{ "a TMPI behind many addresses", OF(REQUEST(CONTACTS CONTACTS CREDENTIALS(NOBODYS TMPI))),
	  UNKNOWN, false, false },
	{ "a TMPI behind much white space", OF(REQUEST(CREDENTIALS(S256 S64 S64 HERS TMPI))), KNOWN, false, false },
	{ "behind more than any username has", OF(REQUEST(CREDENTIALS(S256 S256 HERS TMPI))), UNKNOWN, false, false },
	{ "the longest IMPI, escaped", OF(REQUEST(CREDENTIALS(E64 E64 E64 E32 E16 "\\@ims.example.or"))),
	  NONE, true, true },
	/* what an answer repeats of its request is no news, nor is by what a UE is registered */
	{ "an answer", OF(ANSWER("From: <sip:" ALICE ">;tag=1\r\nTo: <sip:" ALICE ">;tag=2\r\n")),
	  NONE, true, false, true },
	{ "an answer to who has no TMPI", OF(ANSWER("From: <sip:" BOB ">;tag=1\r\n")), NONE, true, false },
	{ "an answer that says more", OF(ANSWER("From: <sip:a@h>\r\nContact: <sip:" ALICE ">\r\n")), NONE, true, true },
	{ "P-Associated-URI", OF(ANSWER("P-Associated-URI: <sip:a@h>, <sip:" ALICE ">\r\n")), NONE, true, false },
	{ "P-Associated-URI of others", OF(ANSWER("P-Associated-URI: <sip:a@h>\r\n")), NONE, false, false },
	/* what has not the form */
	{ "14 digits", OF(REQUEST("From: <sip:00101000000001" REALM ">\r\n")), NONE, true, false },
	{ "13 digits", OF(REQUEST("From: <sip:0010100000001" REALM ">\r\n")), NONE, false, false },
	{ "16 digits", OF(REQUEST("From: <sip:0001010000000001" REALM ">\r\n")), NONE, false, false },
	{ "a letter before", OF(REQUEST("From: <sip:a001010000000001" REALM ">\r\n")), NONE, false, false },
	{ "a dot before", OF(REQUEST("From: <sip:.001010000000001" REALM ">\r\n")), NONE, false, false },
	{ "MNC of two digits", OF(REQUEST("From: <sip:001010000000001@ims.mnc01.mcc001.3gppnetwork.org>\r\n")),
	  NONE, false, false },
	{ "a realm below it", OF(REQUEST("From: <sip:" ALICE ".example>\r\n")), NONE, false, false },
	{ "a longer realm", OF(REQUEST("From: <sip:" ALICE "x>\r\n")), NONE, false, false },
	{ "a dot behind", OF(REQUEST("From: <sip:" ALICE ".>\r\n")), NONE, true, true },
	{ "another realm", OF(REQUEST("From: <sip:001010000000001@ims.example.org>\r\n")), NONE, false, false },
	{ "cut short", OF(REQUEST("From: <sip:001010000000001@ims.mnc001.mcc001.3gppnetwork.or\r\n")), NONE, false, false },
	{ "no percent at its end", OF(REQUEST("From: <sip:001010000000001%4\r\n")), NONE, false, false },
};

static int tests, failed;

static void result(bool good, const char *what)
{
	printf("%s %d %s\n", good ? "ok" : "not ok", ++tests, what);
	failed += !good;
}

static bool copy(const void *arg, u32 start, u32 len, u8 *to)
{
	const struct row *row = arg;

	if (start > row->len || len > row->len - start)
		return false;
	memcpy(to, row->text + start, len);
	return true;
}

static u8 tmpi(const void *arg, const u8 *user)
{
	(void)arg;
	if (!memcmp(user, HERS, GMG_TMPI_USER))
		return KNOWN;
	return memcmp(user, OLD, GMG_TMPI_USER) ? UNKNOWN : EXPIRED;
}

static bool bound(const void *arg, const u8 *impi, u32 len)
{
	(void)arg;
	return gmg_sip_nai_same(impi, len, (const u8 *)OF(ALICE)) ||
	       gmg_sip_nai_same(impi, len, (const u8 *)OF(CAROL)) ||
	       gmg_sip_nai_same(impi, len, (const u8 *)OF(EVE));
}

/* The identities of a message that is split at @cut. */
static struct gmg_sip_identity read_row(const struct row *row, u32 cut)
{
	const struct gmg_sip_who who = { copy, tmpi, bound, row };
	const u8 *p = (const u8 *)row->text;
	const u32 ends[] = { cut, row->len };
	struct gmg_sip_identity id = { 0 };
	struct gmg_sip_batch batch;
	struct gmg_sip_scan s;
	u32 at = 0, i;

	gmg_sip_scan_init(&s, false, GMG_SIP_FACTS_PARAMS, 0);
	for (i = 0; i < 2; i++)
		while (at < ends[i]) {
			at += gmg_sip_scan(&s, p + at, ends[i] - at, &batch);
			gmg_sip_identity_take(&id, &batch, &who);
		}
	gmg_sip_scan_end(&s, &batch);
	gmg_sip_identity_take(&id, &batch, &who);
	return id;
}

static bool row_holds(const struct row *row)
{
	struct gmg_sip_identity id;
	u32 cut;

	for (cut = 0; cut <= row->len; cut++) {
		id = read_row(row, cut);
		if (id.tmpi == row->tmpi && id.exposed == row->exposed && id.bound == row->bound &&
		    id.repeated == row->repeated)
			continue;
		printf("# split at %u: tmpi %u exposed %u bound %u repeated %u\n", cut, id.tmpi,
		       id.exposed, id.bound, id.repeated);
		return false;
	}
	return true;
}

/* @impi is found, or not, wherever in a long value it is, also where a window ends. */
static bool windows_hold(const char *impi, bool found)
{
	static char text[4096];
	struct row row = { .text = text };
	u32 at;

	for (at = 0; at < 1500; at++) {
		row.len = snprintf(text, sizeof(text),
				   "REGISTER sip:h SIP/2.0\r\nFrom: \"%.*s\" <sip:%s>;tag=" X256 X256 "\r\n\r\n",
				   (int)at, X256 X256 X256 X256 X256 X256, impi);
		if (read_row(&row, row.len).bound != found || read_row(&row, row.len).exposed != found) {
			printf("# behind %u octets\n", at);
			return false;
		}
	}
	return true;
}

/* ALICE with all that may be escaped twice. */
static const char *escape_alice(void)
{
	static char text[4 * sizeof(ALICE)];
	const char *realm = strchr(ALICE, '@'), *p;
	char *to = text;

	for (p = ALICE; p < realm; p++)
		to += sprintf(to, "%%%02x", (u8)*p);
	for (; *p; p++)
		to += sprintf(to, "\\%%%02x", (u8)*p);
	return text;
}

static bool copy_nothing(const void *arg, u32 start, u32 len, u8 *to)
{
	(void)arg, (void)start, (void)len, (void)to;
	return false;
}

/* A username that cannot be read is nobody's. */
static bool unread_holds(void)
{
	const struct gmg_sip_who who = { copy_nothing, tmpi, bound, NULL };
	struct gmg_sip_identity id = { 0 };
	struct gmg_sip_batch batch;
	struct gmg_sip_scan s;
	u32 at = 0;

	gmg_sip_scan_init(&s, false, GMG_SIP_FACTS_PARAMS, 0);
	while (at < rows[2].len) {
		at += gmg_sip_scan(&s, (const u8 *)rows[2].text + at, rows[2].len - at, &batch);
		gmg_sip_identity_take(&id, &batch, &who);
	}
	return id.tmpi == UNKNOWN && !id.exposed;
}

/* Eight octets are looked at in one go: wherever in them an '@' is, and whatever is there. */
static bool places_hold(void)
{
	static const char impi[] = "<001010000000001@ims.mnc001.mcc001.3gppnetwork.org>";
	static const char fill[] = " A?$&%@\x7f\xc0\xa5";
	u8 text[32 + sizeof(impi)], found[GMG_SIP_IMSI_NAI_MAX];
	const char *f;
	u32 before, after, at, len;

	for (f = fill; *f; f++)
		for (before = 0; before < 16; before++)
			for (after = 0; after < 16; after++) {
				len = before + sizeof(impi) - 1 + after;
				memset(text, *f, sizeof(text));
				memcpy(text + before, impi, sizeof(impi) - 1);
				at = 0;
				if (!gmg_sip_imsi_find(text, len, &at, found) ||
				    at != before + sizeof(impi) - 2 ||
				    gmg_sip_imsi_find(text, len, &at, found) || at != len)
					return false;
			}
	return true;
}

int main(void)
{
	size_t i;

	printf("TAP version 13\n");
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		result(row_holds(&rows[i]), rows[i].what);
	result(windows_hold(ALICE, true), "wherever it is in a long value");
	result(windows_hold(escape_alice(), true), "escaped, wherever it is");
	result(windows_hold("0" ALICE, false) && windows_hold("00" ALICE, false) &&
	       windows_hold("+" ALICE, false),
	       "what is longer is none, wherever it is");
	result(unread_holds(), "octets that are not there");
	result(places_hold(), "wherever it is in eight octets");
	printf("1..%d\n", tests);
	return failed != 0;
}
