// SPDX-License-Identifier: GPL-2.0
/* SIP messages in the command: the pieces of a value, what is found of a message, and
 * copies that differ in nothing but what was asked for. With arguments: the same of
 * messages in these files.
 */
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "octets.h"
#include "sipmsg.h"

static bool equals(struct gmg_text t, const char *s)
{
	return s ? t.p && text_same(t, text_of(s)) : !t.p;
}

/* Of what is between the pieces only '|' is left. */
static const struct pieces {
	const char *what;
	const char *value;
	const char *separators;
	const char *expected;
} pieces[] = {
	{ "one piece", "a", ",", "a" },
	{ "white space and folds around pieces", " a ,\r\n\t b\t, c \r\n", ",", "a|b|c" },
	{ "either separator", "a;b,c", ",;", "a|b|c" },
	{ "nothing", "", ",", "" },
	{ "nothing between separators", "a,,b,", ",", "a||b|" },
	{ "a separator in quotes", "a=\"x,y\",b", ",", "a=\"x,y\"|b" },
	{ "a quote that is escaped", "a=\"x\\\",y\",b", ",", "a=\"x\\\",y\"|b" },
	{ "a backslash outside of quotes", "a\\,b", ",", "a\\|b" },
	{ "a separator in a URI", "<sip:a,b;c>;d,e", ",;", "<sip:a,b;c>|d|e" },
	{ "the only separator in a URI", "x<sip:a,b>,c", ",", "x<sip:a,b>|c" },
	{ "quotes, then a URI", "\"x,<\" <sip:a,b>,\"y,\"", ",", "\"x,<\" <sip:a,b>|\"y,\"" },
	{ "a quote in a URI", "<sip:\">,b", ",", "<sip:\">|b" },
	{ "a URI in quotes", "\"<\",b", ",", "\"<\"|b" },
	{ "quotes that do not end", "a=\"x,b", ",", "a=\"x,b" },
};

static bool pieces_hold(const struct pieces *row)
{
	struct gmg_text rest = text_of(row->value), piece;
	char text[128] = "", *at = text;

	while (text_next(&rest, row->separators, &piece, NULL))
		at += sprintf(at, "%s%.*s", at == text ? "" : "|", (int)piece.len, piece.p);
	return !strcmp(text, row->expected);
}

static const struct param {
	const char *piece;
	const char *name;
	const char *value;	/* unquoted; NULL: there is none */
} params[] = {
	{ "a=b", "a", "b" },
	{ " a = \"b\" ", "a", "b" },
	{ "a=", "a", "" },
	{ "a=\"\"", "a", "" },
	{ "a=\"", "a", "\"" },
	{ "a", "a", NULL },
	{ "a=b=c", "a", "b=c" },
	{ "\"a=b\"", "\"a=b\"", NULL },
	{ "=b", "", "b" },
};

static bool param_holds(const struct param *row)
{
	struct gmg_text name, value;

	text_param(text_of(row->piece), &name, &value);
	return equals(name, row->name) && equals(value.p ? text_unquote(value) : value, row->value);
}

static const struct number {
	const char *text;
	bool good;
	uint64_t value;
} numbers[] = {
	{ "0", true, 0 },
	{ "0000004096", true, 4096 },
	{ "4294967295", true, 4294967295 },
	{ "4294967296", false, 0 },
	{ "00000004096", false, 0 },
	{ "", false, 0 },
	{ "-1", false, 0 },
	{ "+1", false, 0 },
	{ "0x10", false, 0 },
	{ "1 ", false, 0 },
	{ "12a", false, 0 },
};

static bool number_holds(const struct number *row)
{
	uint64_t value = 0;
	bool good = text_number(text_of(row->text), 10, UINT32_MAX, &value);

	return good == row->good && (!good || value == row->value);
}

static bool tokens_hold(void)
{
	return text_token(text_of("hmac-sha-1-96")) && text_token(text_of("a.!%*_+`'~Z9")) &&
	       !text_token(text_of("")) && !text_token(text_of("a b")) &&
	       !text_token(text_of("a\"")) && !text_token(text_of("\xe4")) &&
	       !text_token((struct gmg_text){ "a\0b", 3 });
}

#define START "REGISTER sip:h SIP/2.0\r\n"
#define CALL "Call-ID: 1\r\nContent-Length: 18\r\n"
#define END "\r\nbody: Require: x\r\n"

/* What becomes of a message when the names are cut out of all headers of @id, or those
 * headers, and when something is put in.
 */
static const struct edit {
	const char *what;
	uint8_t id;
	const char *const *names;	/* NULL: the whole header */
	const char *value;		/* put to the end of the first that is left */
	const char *headers;
	const char *message;
	const char *expected;
} edits[] = {
#define NAMES(...) ((const char *const []){ __VA_ARGS__, NULL })
#define KEYS NAMES("ik", "ck")
#define TAG NAMES("sec-agree")
	{ "nothing", GMG_SIP_REQUIRE, TAG, NULL, NULL,
	  START "Require: path\r\n" CALL END, START "Require: path\r\n" CALL END },
	{ "a line", GMG_SIP_REQUIRE, NULL, NULL, NULL, START "Require: a\r\n" CALL END, START CALL END },
	{ "the last line", GMG_SIP_REQUIRE, NULL, NULL, NULL,
	  START CALL "Require: a\r\n" END, START CALL END },
	{ "lines, in any case, with folds and white space", GMG_SIP_REQUIRE, NULL, NULL, NULL,
	  START "require \t: a\r\n b\r\n" CALL "REQUIRE:\r\n" END, START CALL END },
	{ "a line that ends in LF", GMG_SIP_REQUIRE, NULL, NULL, NULL,
	  START "Require: a\n" CALL END, START CALL END },
	{ "the first of a list", GMG_SIP_REQUIRE, TAG, NULL, NULL,
	  START "Require: sec-agree, path\r\n" CALL END, START "Require: path\r\n" CALL END },
	{ "one in the middle", GMG_SIP_REQUIRE, TAG, NULL, NULL,
	  START "Require: a ,Sec-Agree ,  b\r\n" CALL END, START "Require: a ,  b\r\n" CALL END },
	{ "the last", GMG_SIP_REQUIRE, TAG, NULL, NULL,
	  START "Require: a,\r\n\tsec-agree\r\n" CALL END, START "Require: a\r\n" CALL END },
	{ "it alone, and its line", GMG_SIP_REQUIRE, TAG, NULL, NULL,
	  START "Require: sec-agree\r\nRequire: a\r\n" CALL END, START "Require: a\r\n" CALL END },
	{ "it twice, and its line", GMG_SIP_REQUIRE, TAG, NULL, NULL,
	  START "Require: sec-agree,sec-agree\r\n" CALL END, START CALL END },
	{ "nothing that only begins so", GMG_SIP_REQUIRE, TAG, NULL, NULL,
	  START "Require: sec-agree2\r\n" CALL END, START "Require: sec-agree2\r\n" CALL END },
	{ "keys in the middle", GMG_SIP_WWW_AUTHENTICATE, KEYS, NULL, NULL,
	  START "WWW-Authenticate: Digest realm=\"r\", ck=\"1\", ik=\"2\", qop=\"auth,auth-int\"\r\n" CALL END,
	  START "WWW-Authenticate: Digest realm=\"r\", qop=\"auth,auth-int\"\r\n" CALL END },
	{ "keys at the front", GMG_SIP_WWW_AUTHENTICATE, KEYS, NULL, NULL,
	  START "WWW-Authenticate: Digest ik=\"2\",ck=\"1\", realm=\"r\"\r\n" CALL END,
	  START "WWW-Authenticate: Digest realm=\"r\"\r\n" CALL END },
	{ "keys at the end", GMG_SIP_WWW_AUTHENTICATE, KEYS, NULL, NULL,
	  START "WWW-Authenticate: Digest realm=\"r\", IK = \"2\" ,CK=1\r\n" CALL END,
	  START "WWW-Authenticate: Digest realm=\"r\"\r\n" CALL END },
	{ "keys around the rest", GMG_SIP_WWW_AUTHENTICATE, KEYS, NULL, NULL,
	  START "WWW-Authenticate: Digest ik=\"2\",realm=\"ik=1,ck=2\",ck=\"1\"\r\n" CALL END,
	  START "WWW-Authenticate: Digest realm=\"ik=1,ck=2\"\r\n" CALL END },
	{ "keys and nothing else", GMG_SIP_WWW_AUTHENTICATE, KEYS, NULL, NULL,
	  START "WWW-Authenticate: Digest ck=\"1\",ik=\"2\"\r\n" CALL END, START CALL END },
	{ "headers at the end", GMG_SIP_REQUIRE, NULL, NULL, "A: b\r\nC: d\r\n",
	  START CALL "Require: a\r\n" END, START CALL "A: b\r\nC: d\r\n" END },
	{ "the same before an empty line of LF", GMG_SIP_REQUIRE, NULL, NULL, "A: b\r\n",
	  START CALL "\nbody: Require: xxx", START CALL "A: b\r\n\nbody: Require: xxx" },
	{ "what follows the body", GMG_SIP_REQUIRE, NULL, NULL, "A: b\r\n",
	  START CALL END START CALL END, START CALL "A: b\r\n" END },
	{ "what follows no body", GMG_SIP_REQUIRE, NULL, NULL, "A: b\r\n",
	  START "l: 0\r\n\r\n\r\n", START "l: 0\r\nA: b\r\n\r\n" },
	{ "the end of a value", GMG_SIP_AUTHORIZATION, NAMES("integrity-protected"), ",x=\"y\"", NULL,
	  START "Authorization: Digest integrity-protected=\"yes\",a=b \r\n" CALL END,
	  START "Authorization: Digest a=b,x=\"y\" \r\n" CALL END },
};

static bool edit_holds(const struct edit *row)
{
	const struct gmg_sip_event *h = NULL;
	struct gmg_sip_edits changes = { 0 };
	static struct gmg_sipmsg m;
	char why[SIPMSG_WHY];
	bool good;
	char *copy;
	size_t len;

	if (!sipmsg_read(&m, row->message, strlen(row->message), why)) {
		printf("# %s\n", why);
		return false;
	}
	while ((h = sipmsg_header(&m, row->id, h)))
		if (row->names)
			sipmsg_cut_names(&m, &changes, h, row->names);
		else
			sipmsg_cut_header(&m, &changes, h);
	if (row->value)
		sipmsg_put_value(&m, &changes, sipmsg_header(&m, row->id, NULL), row->value);
	if (row->headers)
		sipmsg_put_headers(&m, &changes, row->headers);
	copy = sipmsg_copy(&m, &changes, &len);
	good = copy && len == strlen(row->expected) && !memcmp(copy, row->expected, len);
	if (copy && !good)
		printf("# %.*s", (int)len, copy);
	OPENSSL_clear_free(copy, len);
	return good;
}

/* What a message becomes with z@Z.x in the place of ab@C.d. */
static const struct named {
	const char *what;
	const char *headers;
	const char *expected;
} named[] = {
	{ "a username", "Authorization: Digest username=\"ab@C.d\"", "Authorization: Digest username=\"z@Z.x\"" },
	{ "a realm in any case", "To: <sip:ab@c.D>", "To: <sip:z@Z.x>" },
	{ "a user in another case", "To: <sip:Ab@C.d>", "To: <sip:Ab@C.d>" },
	{ "a longer user", "To: <sip:xab@C.d>", "To: <sip:xab@C.d>" },
	{ "and one with a mark", "To: <sip:%2Bab@C.d>", "To: <sip:%2Bab@C.d>" },
	{ "a longer realm", "To: <sip:ab@C.d.e>", "To: <sip:ab@C.d.e>" },
	{ "and one with a hyphen", "To: <sip:ab@C.d-e>", "To: <sip:ab@C.d-e>" },
	{ "a realm with the root", "To: <sip:ab@C.d.>", "To: <sip:z@Z.x.>" },
	{ "parameters behind it", "From: sip:ab@C.d;tag=1", "From: sip:z@Z.x;tag=1" },
	{ "a port behind it", "Contact: <sip:ab@C.d:5060>", "Contact: <sip:z@Z.x:5060>" },
	{ "an '@' before it", "To: <sip:x@ab@C.d>", "To: <sip:x@ab@C.d>" },
	{ "an '@' behind it", "To: <sip:ab@C.d@x>", "To: <sip:ab@C.d@x>" },
	{ "each of several", "Contact: <sip:ab@C.d>, <sip:x@y>,<sip:ab@C.d>",
	  "Contact: <sip:z@Z.x>, <sip:x@y>,<sip:z@Z.x>" },
	{ "not among public identities", "P-Associated-URI: <sip:ab@C.d>", "P-Associated-URI: <sip:ab@C.d>" },
	{ "in folds and compact forms", "t:\r\n <sip:ab@C.d>\r\nP-Preferred-Identity: <sip:ab@C.d>",
	  "t:\r\n <sip:z@Z.x>\r\nP-Preferred-Identity: <sip:z@Z.x>" },
	{ "not in other headers", "Subject: ab@C.d\r\nCall-ID: ab@C.d", "Subject: ab@C.d\r\nCall-ID: ab@C.d" },
	{ "at the very end of a value", "To: sip:ab@C.d", "To: sip:z@Z.x" },
	{ "half of it at the end", "To: sip:ab@C.", "To: sip:ab@C." },
};

static bool named_holds(const struct named *row)
{
	char text[512], expected[512], why[SIPMSG_WHY];
	struct gmg_sip_edits changes = { 0 };
	static struct gmg_sipmsg m;
	bool good;
	char *copy;
	size_t len;

	snprintf(text, sizeof(text), "REGISTER sip:ab@C.d SIP/2.0\r\n%s\r\nl: 6\r\n\r\nab@C.d",
		 row->headers);
	snprintf(expected, sizeof(expected), "REGISTER sip:z@Z.x SIP/2.0\r\n%s\r\nl: 6\r\n\r\nab@C.d",
		 row->expected);
	if (!sipmsg_read(&m, text, strlen(text), why)) {
		printf("# %s\n", why);
		return false;
	}
	sipmsg_put_nai(&m, &changes, SIPMSG_IDENTITIES, "ab@C.d", "z@Z.x");
	copy = sipmsg_copy(&m, &changes, &len);
	good = copy && !strcmp(copy, expected);
	if (copy && !good)
		printf("# %s\n", copy);
	OPENSSL_clear_free(copy, len);
	return good;
}

static const struct refused {
	const char *what;
	const char *message;
	const char *why;	/* NULL: it is read */
} refused[] = {
	{ "a message", START CALL END, NULL },
	{ "an answer", "SIP/2.0 401 No\r\nCSeq: 1 REGISTER\r\n\r\n", NULL },
	{ "no octet", "", "no SIP message" },
	{ "line ends", "\r\n\r\n", "no SIP message" },
	{ "SigComp", "\xf8xx", "no SIP message" },
	{ "no headers' end", START CALL, "empty line" },
	{ "no Content-Length, and no body", START "\r\n", NULL },
	{ "no Content-Length, but a body", START "\r\nx", "octet 26: a body without Content-Length" },
	{ "a Content-Length of less than is there", START "l: 1\r\n\r\nxREGISTER", NULL },
	{ "two Call-IDs", START "i: 1\r\n" CALL END, "octet 38: a header twice" },
	{ "an octet of no name", START "\x80: x\r\n" CALL END, "octet 24" },
	{ "a quote nobody closes", START "Authorization: Digest a=\"x\r\n" CALL END, "quotes" },
	{ "more octets than were sent", START "Content-Length: 99\r\n" END, "Content-Length" },
	{ "another method than that of CSeq", START "CSeq: 1 INVITE\r\n" CALL END, "CSeq" },
};

static bool refused_holds(const struct refused *row)
{
	static struct gmg_sipmsg m;
	char why[SIPMSG_WHY] = "";
	bool good = sipmsg_read(&m, row->message, strlen(row->message), why);

	if (good != !row->why || (row->why && !strstr(why, row->why)))
		printf("# %s\n", why);
	return good == !row->why && (good || strstr(why, row->why));
}

/* One header, or one octet, more than there is room for. */
static bool bounds_hold(void)
{
	size_t size = SIPMSG_MAX + 2, n;
	char why[SIPMSG_WHY], *text = malloc(size), *at;
	static struct gmg_sipmsg m;
	bool good = true;
	int headers;

	for (headers = SIPMSG_HEADERS; headers <= SIPMSG_HEADERS + 1; headers++) {
		at = stpcpy(text, START);
		for (int i = 0; i < headers; i++)
			at = stpcpy(at, "Require: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n");
		at = stpcpy(at, "\r\n");
		good &= sipmsg_read(&m, text, at - text, why) == (headers == SIPMSG_HEADERS);
	}
	for (n = SIPMSG_MAX; n <= SIPMSG_MAX + 1; n++) {
		at = stpcpy(text, START CALL "\r\n");
		memset(at, 'x', text + n - at);
		good &= sipmsg_read(&m, text, n, why) == (n == SIPMSG_MAX);
	}
	free(text);
	return good;
}

/* What is found of a message. */
static bool finds(void)
{
	static const char text[] =
		"SIP/2.0 401 No\r\nv: SIP/2.0/UDP [2001:db8::1]:5060;branch=x\r\nVia: SIP/2.0/UDP a\r\n"
		"CSeq: 7 REGISTER\r\nm: <sip:a;expires=1>;expires=60, <sip:b>\r\n"
		"WWW-Authenticate: Digest nonce=\"a,b\", Nonce=c, algorithm=AKAv1-MD5\r\n"
		"Require: a, sec-agree\r\nContent-Length: 4\r\n\r\nbody, and what is none";
	struct gmg_sip_auth auth[] = { { "nonce" }, { "algorithm" }, { "ik" } };
	const struct gmg_sip_event *h, *e;
	static struct gmg_sipmsg m;
	char why[SIPMSG_WHY];

	if (!sipmsg_read(&m, text, sizeof(text) - 1, why) || m.status != 401 ||
	    m.method != GMG_SIP_REGISTER || !equals(m.body, "body") ||
	    sipmsg_count(&m, GMG_SIP_VIA) != 2 || sipmsg_count(&m, GMG_SIP_TO) ||
	    !equals(sipmsg_first(&m, GMG_SIP_CSEQ), "7 REGISTER") ||
	    sipmsg_first(&m, GMG_SIP_TO).p)
		return false;
	h = sipmsg_header(&m, GMG_SIP_VIA, NULL);
	e = sipmsg_param(&m, h, GMG_SIP_PARAM_SENT_BY, NULL);
	if (!e || !equals(sipmsg_value(&m, e), "[2001:db8::1]:5060") ||
	    sipmsg_param(&m, sipmsg_header(&m, GMG_SIP_VIA, h), GMG_SIP_PARAM_SENT_BY, NULL))
		return false;
	h = sipmsg_header(&m, GMG_SIP_CONTACT, NULL);
	e = sipmsg_param(&m, h, GMG_SIP_PARAM_EXPIRES, NULL);
	e = e ? sipmsg_param(&m, h, GMG_SIP_PARAM_EXPIRES, e) : NULL;
	if (!e || e->flags & GMG_SIP_IN_URI || !equals(sipmsg_value(&m, e), "60"))
		return false;
	h = sipmsg_header(&m, GMG_SIP_WWW_AUTHENTICATE, NULL);
	sipmsg_auth(&m, h, auth, ARRAY_SIZE(auth));
	return auth[0].n == 2 && equals(auth[0].value, "c") &&
	       auth[1].n == 1 && equals(auth[1].value, "AKAv1-MD5") &&
	       !auth[2].n && !auth[2].value.p &&
	       sipmsg_has_tag(&m, GMG_SIP_REQUIRE, "sec-agree") &&
	       !sipmsg_has_tag(&m, GMG_SIP_REQUIRE, "sec");
}

/* Are credentials what every stack reads alike? */
static const struct auth {
	const char *value;
	bool plain;
	const char *what;	/* NULL: @value says it */
} auths[] = {
	{ "Digest a=b", true },
	{ "dIGEST a=\"b\"", true },
	{ "Digest a=\"\"", true },
	{ "Digest a=\"b,c=d;e<f>g@h 'i'\",j=k-1.2_3", true },
	{ "Digest\r\n\ta \r\n = \r\n \"b\" \r\n ,\r\n c=d ", true, "white space and folds" },
	{ "Digest", false },
	{ "Digest ", false },
	{ "Digest,a=b", false },
	{ "Digest=b", false },
	{ "Basic a=b", false },
	{ "Digesta=b", false },
	{ "Digest a", false },
	{ "Digest a=", false },
	{ "Digest =b", false },
	{ "Digest a=,c=d", false },
	{ "Digest a==b", false },
	{ "Digest a=b=", false },
	{ "Digest ,a=b", false },
	{ "Digest a=b,", false },
	{ "Digest a=b,,c=d", false },
	{ "Digest a=b;c=d", false },
	{ "Digest a=b c=d", false },
	{ "Digest a=\"b\" c=d", false },
	{ "Digest a=\"b\",c", false },
	{ "Digest a=\"b\",Digest c=d", false },
	{ "Digest \"a\"=b", false },
	{ "Digest a=b@c", false },
	{ "Digest a=<b>", false },
	{ "Digest a=<,b=c", false },
	{ "Digest a='b'", false },
	{ "Digest a='b,c=d'", false },
	{ "Digest a*=b", false },
	{ "Digest a=b\\", false },
	{ "Digest a=\"b\\c\"", false },
	{ "Digest a=\xe4", false },
};

static bool auth_holds(const struct auth *row)
{
	char why[SIPMSG_WHY], text[256];
	static struct gmg_sipmsg m;

	snprintf(text, sizeof(text), START "Authorization: %s\r\n\r\n", row->value);
	/* the scanner refuses some already */
	if (!sipmsg_read(&m, text, strlen(text), why))
		return !row->plain;
	return sipmsg_auth(&m, m.header, NULL, 0) == row->plain;
}

/* More edits than there is room for make no copy. */
static bool full_holds(void)
{
	static const char text[] = START CALL END;
	struct gmg_sip_edits changes = { 0 };
	static struct gmg_sipmsg m;
	char why[SIPMSG_WHY];
	size_t len;
	int i;

	if (!sipmsg_read(&m, text, sizeof(text) - 1, why))
		return false;
	for (i = 0; i <= SIPMSG_EDITS; i++)
		sipmsg_cut_header(&m, &changes, m.header);
	return !sipmsg_copy(&m, &changes, &len);
}

/* Nor do edits of which one lies in another, whichever came first. */
static bool overlaps_hold(void)
{
	static const char text[] = START "Authorization: Digest a=<,b\r\nRequire: x\r\n\r\n";
	const struct gmg_sip_edit bad[][2] = {
		{ { 40, 50, "" }, { 45, 45, ",x" } }, { { 45, 45, ",x" }, { 40, 50, "" } },
		{ { 40, 50, "" }, { 40, 45, "" } }, { { 40, 50, "" }, { 45, 55, "" } },
		{ { 50, 40, "" }, { 60, 60, "" } }, { { 40, 50, "" }, { 60, sizeof(text), "" } },
	}, good[][2] = {
		{ { 40, 50, "" }, { 50, 50, ",x" } }, { { 40, 50, "" }, { 40, 40, ",x" } },
		{ { 50, 60, "" }, { 40, 50, "" } }, { { 60, sizeof(text) - 1, "" }, { 0, 1, "" } },
	};
	static struct gmg_sipmsg m;
	char why[SIPMSG_WHY], *copy;
	struct gmg_sip_edits changes;
	bool holds;
	size_t len, i;

	holds = sipmsg_read(&m, text, sizeof(text) - 1, why);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		changes = (struct gmg_sip_edits){ .n = 2, .edit = { bad[i][0], bad[i][1] } };
		holds &= !sipmsg_copy(&m, &changes, &len);
	}
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		changes = (struct gmg_sip_edits){ .n = 2, .edit = { good[i][0], good[i][1] } };
		copy = sipmsg_copy(&m, &changes, &len);
		holds &= !!copy;
		OPENSSL_clear_free(copy, len);
	}
	return holds;
}

/* Without this nobody knows where the body ends. */
static bool ends_body(const struct gmg_sipmsg *m, uint32_t i)
{
	return i < m->n_headers && m->header[i].id == GMG_SIP_CONTENT_LENGTH && m->body.len;
}

/* Without any one of its headers it is the message without that line. */
static bool cuts_hold(const struct gmg_sipmsg *m)
{
	struct gmg_sip_edits changes;
	static struct gmg_sipmsg cut;
	char why[SIPMSG_WHY], *copy;
	bool good = true;
	uint32_t i, n;
	size_t len;

	for (i = 0; good && i <= m->n_headers; i++) {
		changes = (struct gmg_sip_edits){ 0 };
		if (i < m->n_headers)
			sipmsg_cut_header(m, &changes, &m->header[i]);
		n = i < m->n_headers ? changes.edit[0].end - changes.edit[0].at : 0;
		copy = sipmsg_copy(m, &changes, &len);
		good = copy && len == m->len - n;
		if (good && ends_body(m, i))
			good = !sipmsg_read(&cut, copy, len, why);
		else if (good)
			good = sipmsg_read(&cut, copy, len, why) &&
			       cut.n_headers == m->n_headers - !!n && text_same(cut.body, m->body);
		if (good && n)
			good = !memcmp(copy, m->p, changes.edit[0].at) &&
			       !memcmp(copy + changes.edit[0].at, m->p + changes.edit[0].end,
				       m->len - changes.edit[0].end);
		else if (good)
			good = !memcmp(copy, m->p, len);
		OPENSSL_clear_free(copy, len);
	}
	return good;
}

static bool file_holds(const char *path)
{
	static char text[SIPMSG_MAX + 1];
	static struct gmg_sipmsg m;
	char why[SIPMSG_WHY];
	FILE *f = fopen(path, "r");
	size_t len;

	if (!f)
		return false;
	len = fread(text, 1, sizeof(text), f);
	fclose(f);
	if (!sipmsg_read(&m, text, len, why)) {
		printf("# %s\n", why);
		return false;
	}
	return cuts_hold(&m);
}

int main(int argc, char **argv)
{
	size_t i;
	int f;

	printf("TAP version 13\n");
	for (f = 1; f < argc; f++)
		result(file_holds(argv[f]), argv[f]);
	if (argc > 1)
		goto out;
	for (i = 0; i < ARRAY_SIZE(pieces); i++)
		result(pieces_hold(&pieces[i]), pieces[i].what);
	for (i = 0; i < ARRAY_SIZE(params); i++)
		result(param_holds(&params[i]), params[i].piece);
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		result(number_holds(&numbers[i]), numbers[i].text);
	result(tokens_hold(), "tokens");
	for (i = 0; i < ARRAY_SIZE(refused); i++)
		result(refused_holds(&refused[i]), refused[i].what);
	result(bounds_hold(), "bounds");
	result(finds(), "what is in a message is found");
	for (i = 0; i < ARRAY_SIZE(edits); i++)
		result(edit_holds(&edits[i]), edits[i].what);
	for (i = 0; i < ARRAY_SIZE(named); i++)
		result(named_holds(&named[i]), named[i].what);
	result(full_holds(), "too many edits");
	result(overlaps_hold(), "edits that overlap");
	for (i = 0; i < ARRAY_SIZE(auths); i++)
		result(auth_holds(&auths[i]), auths[i].what ?: auths[i].value);
out:
	return finish();
}
