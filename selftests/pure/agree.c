// SPDX-License-Identifier: GPL-2.0
/* The agreement, from SM1 to SM12: what is installed, sent on or refused, whatever somebody
 * on the way has changed. With the arguments SM1 SM4 SM6 SM7 SM12 SOURCE LOCAL, files of a
 * registration that another P-CSCF has led: what ours would have made of it.
 */
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agree.h"
#include "array.h"
#include "octets.h"
#include "tmpi.h"
#include "words.h"

#define IMPI "001010000000001@ims.example"
#define SPELLED "001010000000001@IMS.Example"
#define CK "d53c02758b376066fad0af7daa6df765"
#define IK "e1763cf28cc2e584588800193137ec92"
/* RAND and AUTN */
#define NONCE "oJRMdf88TwhTovkQqh8QT8bi9GyPQoAAfzu5uEt8P/Y="
#define OTHER_NONCE "oJRMdf88TwhTovkQqh8QT8bi9GyPQoAAfzu5uEt8P/Z="

#define ENDS ";spi-c=25656;spi-s=25657;port-c=6301;port-s=6300"
#define CBC(ends) "ipsec-3gpp;alg=hmac-sha-1-96;ealg=aes-cbc" ends
#define SHA(ends) "ipsec-3gpp;alg=hmac-sha-1-96;prot=esp;mod=trans;ealg=null" ends
#define CLIENT SHA(ENDS) "," CBC(ENDS)

/* what we answer by the list below, and what a UE mirrors */
#define OUR_ENDS ";spi-c=65538;spi-s=65537;port-c=5100;port-s=6100"
#define SERVER_GCM(ends) "ipsec-3gpp;q=0.9;alg=null;ealg=aes-gcm;prot=esp;mod=trans" ends
#define SERVER_CBC(ends) "ipsec-3gpp;q=0.8;alg=hmac-sha-1-96;ealg=aes-cbc;prot=esp;mod=trans" ends
#define SERVER_SHA(ends) "ipsec-3gpp;q=0.7;alg=hmac-sha-1-96;ealg=null;prot=esp;mod=trans" ends
#define SERVER(ends) SERVER_GCM(ends) ", " SERVER_CBC(ends) ", " SERVER_SHA(ends)

static const struct gmg_algorithm list[] = {
	{ GMGUARD_ALG_NULL, GMGUARD_EALG_AES_GCM },
	{ GMGUARD_ALG_HMAC_SHA_1_96, GMGUARD_EALG_AES_CBC },
	{ GMGUARD_ALG_HMAC_SHA_1_96, GMGUARD_EALG_NULL },
};

static const struct gmg_agree ours = { .algorithms = (void *)list, .n_algorithms = ARRAY_SIZE(list) };

static const char *const sm1[] = {
	"REGISTER sip:ims.example SIP/2.0",
	"Via: SIP/2.0/UDP 10.45.0.11:5060;branch=z9hG4bK1",
	"Require: sec-agree",
	"Proxy-Require: path, sec-agree",
	"Contact: <sip:10.45.0.11:6300>",
	"From: <sip:" IMPI ">;tag=1",
	"Call-ID: 1",
	"CSeq: 1 REGISTER",
	"Authorization: Digest username=\"" IMPI "\",nonce=\"\",response=\"\"",
	"Security-Client: " CLIENT,
	"Content-Length: 0",
	NULL
};

static const char *const sm4[] = {
	"SIP/2.0 401 Unauthorized",
	"Via: SIP/2.0/UDP 10.45.0.11:5060;branch=z9hG4bK1",
	"From: <sip:" IMPI ">;tag=1",
	"Call-ID: 1",
	"CSeq: 1 REGISTER",
	"WWW-Authenticate: Digest realm=\"ims.example\", nonce=\"" NONCE "\", algorithm=AKAv1-MD5, ck=\"" CK "\", ik=\"" IK "\", qop=\"auth\"",
	"Content-Length: 4",
	NULL
};

#define CREDENTIALS(nonce, rest) \
	"Authorization: Digest username=\"" IMPI "\",nonce=\"" nonce "\"," rest

static const char *const sm7[] = {
	"REGISTER sip:ims.example SIP/2.0",
	"Via: SIP/2.0/UDP 10.45.0.11:6300;branch=z9hG4bK2",
	"Require: sec-agree",
	"Proxy-Require: sec-agree, path",
	"Contact: <sip:10.45.0.11:6300>",
	"Call-ID: 1",
	"CSeq: 2 REGISTER",
	CREDENTIALS(NONCE, "response=\"1234\""),
	"Security-Client: " CLIENT,
	"Security-Verify: " SERVER(OUR_ENDS),
	"Content-Length: 0",
	NULL
};

static const char *const sm12[] = {
	"SIP/2.0 200 OK",
	"CSeq: 2 REGISTER",
	"Contact: <sip:10.45.0.11:6300>;expires=3240",
	"Content-Length: 0",
	NULL
};

enum { CHANGES = 3, TEXT_MAX = 4096 };

static bool is_start(const char *line)
{
	const char *version = strstr(line, " SIP/2.0");

	return !strncmp(line, "SIP/2.0 ", 8) || (version && !version[8]);
}

/* Is @change to stand for @line? */
static bool is_for(const char *change, const char *line)
{
	size_t n = strcspn(change, ":");

	if (is_start(line) || is_start(change))
		return is_start(line) && is_start(change);
	return !strncmp(line, change, n) && line[n] == ':';
}

/* A message of @lines with each "Header: value" of @changes in the place of that header, or
 * at the end, "Header" without it, or a start line in that of the first.
 */
static size_t build(const char *const *lines, const char *const *changes, const char *body,
		    char *text)
{
	bool used[CHANGES] = { false };
	char *at = text;
	int i;

	for (; *lines; lines++) {
		const char *line = *lines;

		for (i = 0; i < CHANGES && changes[i]; i++)
			if (!used[i] && is_for(changes[i], *lines)) {
				line = changes[i];
				used[i] = true;
				break;
			}
		if (strchr(line, ':') || is_start(line))
			at += sprintf(at, "%s\r\n", line);
	}
	for (i = 0; i < CHANGES && changes[i]; i++)
		if (!used[i] && strchr(changes[i], ':'))
			at += sprintf(at, "%s\r\n", changes[i]);
	at += sprintf(at, "\r\n%s", body);
	return at - text;
}

/* Reads a message of the two; of a test's own there is none that cannot be read. */
static void read_message(struct gmg_sipmsg *m, const char *const *lines,
			 const char *const *changes, const char *body, char *text)
{
	size_t len = build(lines, changes, body, text);
	char why[SIPMSG_WHY];

	if (sipmsg_read(m, text, len, why))
		return;
	fprintf(stderr, "%s\n%s\n", why, text);
	abort();
}

static struct gmg_sockaddr at(const char *text)
{
	struct gmg_sockaddr s;

	if (!sockaddr_parse(&s, text, strlen(text)))
		abort();
	return s;
}

static struct gmg_agree_way way_of(const char *source, const char *local)
{
	return (struct gmg_agree_way){
		at(source ?: "10.45.0.11:5060"), at(local ?: "192.0.2.10:5060"),
	};
}

static bool says(const struct gmg_refusal *r, uint16_t status, const char *why)
{
	if (r->status == status && strstr(r->why, why))
		return true;
	printf("# %u: %s\n", r->status, r->why);
	return false;
}

/* As the library does: what a REGISTER is, it says by its credentials first. */
static bool challenge(const struct gmg_sipmsg *m1, const struct gmg_sipmsg *m4,
		      const struct gmg_agree_way *way, const struct gmg_agree *ours,
		      struct gmg_sa *sa, struct gmg_aka_keys *keys, struct gmg_refusal *r)
{
	struct gmg_credentials who;

	return agree_credentials(m1, &who, r) &&
	       agree_challenge(m1, &who, m4, way, ours, sa, keys, r);
}

static bool verify(const struct gmg_config *cfg, const struct gmg_sipmsg *m7,
		   const struct gmg_agree_way *way, const struct gmg_sa *sets, uint32_t n,
		   struct gmg_verified *v, struct gmg_refusal *r)
{
	struct gmg_credentials who;

	*v = (struct gmg_verified){ .kind = AGREE_INITIAL };
	return agree_credentials(m7, &who, r) &&
	       agree_verify(cfg, m7, &who, way, sets, n, v, r);
}

#define WWW(rest) "WWW-Authenticate: Digest realm=\"r\", " rest
#define AKA "algorithm=AKAv1-MD5, nonce=\"" NONCE "\""

static const struct challenge {
	const char *what;
	const char *sm1[CHANGES];
	const char *sm4[CHANGES];
	const char *source;
	uint16_t status;
	const char *why;	/* NULL: a set comes of it */
} challenges[] = {
	{ "a challenge", { 0 }, { 0 }, NULL, 0, NULL },
	{ "one with server data in its nonce", { 0 },
	  { WWW("algorithm=AKAv2-MD5, nonce=\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\", ik=\"" IK "\", ck=\"" CK "\"") },
	  NULL, 0, NULL },
	{ "keys in upper case", { 0 }, { WWW(AKA ", ik=\"E1763CF28CC2E584588800193137EC92\", ck=\"" CK "\"") }, NULL, 0, NULL },
	{ "no ck where no cipher is taken", { "Security-Client: " SHA(ENDS) }, { WWW(AKA ", ik=\"" IK "\"") }, NULL, 0, NULL },
	{ "Via without a port", { "Via: SIP/2.0/TCP 10.45.0.11;branch=1" }, { 0 }, NULL, 0, NULL },
	{ "Via with IPv4 in IPv6", { "Via: SIP/2.0/UDP [::ffff:10.45.0.11]:5060;branch=1" }, { 0 }, NULL, 0, NULL },
	{ "IPv6", { "Via: SIP/2.0/UDP [2001:db8:45::11]:5060;branch=1" }, { 0 }, "[2001:db8:45::11]:5060", 0, NULL },

	{ "what else may be escaped in Contact",
	  { "Contact: \"<sip:x;%73os>\" <sip:a;%73os@10.45.0.11:6300;x=%73os?b%3b=c>;%73=1" }, { 0 }, NULL, 0, NULL },
	{ "a name in Contact that is escaped", { "Contact: <sip:10.45.0.11:6300;%73os>" }, { 0 }, NULL, 400, "escaped" },
	{ "one in the second", { "Contact: <sip:10.45.0.11:6300>, \",\" <sip:a@b;x=y;s%6Fs=z>" }, { 0 }, NULL, 400, "escaped" },
	{ "one in another header", { "Contact: <sip:10.45.0.11:6300>\r\nm:<sips:b;so%73>" }, { 0 }, NULL, 400, "escaped" },

	{ "sos in a userinfo", { "Contact: <sip:a;sos=1@10.45.0.11:6300>" }, { 0 }, NULL, 400, "not every stack" },
	{ "sos behind ?", { "Contact: <sip:10.45.0.11:6300?sos>" }, { 0 }, NULL, 400, "not every stack" },
	{ "sos behind &", { "Contact: <sip:10.45.0.11:6300?a=b&sos>" }, { 0 }, NULL, 400, "not every stack" },
	{ "sos before &", { "Contact: <sip:10.45.0.11:6300;sos&x>" }, { 0 }, NULL, 400, "not every stack" },
	{ "sos behind a comma", { "Contact: <sip:10.45.0.11:6300;x=a,sos>" }, { 0 }, NULL, 400, "not every stack" },
	{ "sos of another scheme", { "Contact: <tel:+1;sos>" }, { 0 }, NULL, 400, "not every stack" },
	{ "sos in the second", { "Contact: <sip:10.45.0.11:6300>, <sip:a;sos=1@b>" }, { 0 }, NULL, 400, "not every stack" },

	/* rule: N5 RFC 3329 */
	{ "a REGISTER that asks for no agreement", { "Require", "Proxy-Require" }, { 0 }, NULL, 421, "the UE asks for no" },
	/* rule: N6 TS 33.203 Annex H */
	{ "nothing we could take", { "Security-Client: tls" }, { 0 }, NULL, 494, "we can take nothing" },
	{ "a UE behind a NAT", { 0 }, { 0 }, "10.45.0.12:5060", 0, "M.7.2" },
	{ "a UE behind a NAT that knows of it",
	  { "Security-Client: " CLIENT ",ipsec-3gpp;alg=hmac-sha-1-96;mod=UDP-enc-tun" ENDS }, { 0 }, "10.45.0.12:5060",
	  403, "has no UDP-enc-tun" },
	{ "a source of the other family", { 0 }, { 0 }, "[2001:db8:45::11]:5060", 0, "M.7.2" },
	{ "a name in Via", { "Via: SIP/2.0/UDP ue.example;branch=1" }, { 0 }, NULL, 403, "has no address" },
	{ "no Via", { "Via" }, { 0 }, NULL, 403, "has no address" },

	{ "an answer of another Call-ID", { 0 }, { "Call-ID: 2" }, NULL, 500, "another Call-ID" },
	{ "no Call-ID in either", { "Call-ID" }, { "Call-ID" }, NULL, 500, "another Call-ID" },
	{ "an answer of another CSeq", { 0 }, { "CSeq: 2 REGISTER" }, NULL, 500, "another CSeq" },
	{ "a 200", { 0 }, { "SIP/2.0 200 OK" }, NULL, 500, "no 401" },
	{ "a 401 to another method", { 0 }, { "CSeq: 1 INVITE" }, NULL, 500, "no 401" },
	{ "a request", { 0 }, { "REGISTER sip:x SIP/2.0" }, NULL, 500, "no 401" },
	{ "no challenge", { 0 }, { "WWW-Authenticate" }, NULL, 500, "one WWW-Authenticate" },
	{ "two challenges", { 0 }, { "WWW-Authenticate: Basic x", WWW(AKA) }, NULL, 500, "one WWW-Authenticate" },
	{ "a challenge without AKA", { 0 }, { WWW("algorithm=MD5, nonce=\"" NONCE "\"") }, NULL, 500, "none of AKA" },
	{ "a challenge of no algorithm", { 0 }, { WWW("nonce=\"" NONCE "\"") }, NULL, 500, "none of AKA" },
	{ "another scheme", { 0 }, { "WWW-Authenticate: Basic " AKA }, NULL, 500, "none of AKA" },
	{ "no nonce", { 0 }, { WWW("algorithm=AKAv1-MD5") }, NULL, 500, "nonce once" },
	{ "two nonces", { 0 }, { WWW(AKA ", nonce=\"x\"") }, NULL, 500, "nonce once" },
	{ "a nonce that is no base64", { 0 }, { WWW("algorithm=AKAv1-MD5, nonce=\"" "!JRMdf88TwhTovkQqh8QT8bi9GyPQoAAfzu5uEt8P/Y=" "\"") }, NULL, 500, "RAND and AUTN" },
	{ "a nonce of 31 octets", { 0 }, { WWW("algorithm=AKAv1-MD5, nonce=\"oJRMdf88TwhTovkQqh8QT8bi9GyPQoAAfzu5uEt8Pw==\"") }, NULL, 500, "RAND and AUTN" },
	{ "a nonce without its padding", { 0 }, { WWW("algorithm=AKAv1-MD5, nonce=\"oJRMdf88TwhTovkQqh8QT8bi9GyPQoAAfzu5uEt8P/Y\"") }, NULL, 500, "RAND and AUTN" },
	{ "a nonce with white space in its quotes", { 0 }, { WWW("algorithm=AKAv1-MD5, nonce=\"    " NONCE "\"") }, NULL, 500, "RAND and AUTN" },
	{ "an empty nonce", { 0 }, { WWW("algorithm=AKAv1-MD5, nonce=\"\"") }, NULL, 500, "RAND and AUTN" },
	/* rule: T8 TS 33.203 6.1.1 */
	{ "a challenge with a < that nobody closes", { 0 }, { WWW(AKA ", ik=\"" IK "\", ck=\"" CK "\", x=<, y=z") }, NULL, 500, "NAME=token" },
	{ "a challenge without a comma", { 0 }, { WWW(AKA ", ik=\"" IK "\", ck=\"" CK "\" qop=auth") }, NULL, 500, "NAME=token" },
	{ "a challenge of a proxy's that is not read", { 0 }, { "Proxy-Authenticate: Basic realm=\"r\"" }, NULL, 500, "NAME=token" },
	{ "no ik", { 0 }, { WWW(AKA ", ck=\"" CK "\"") }, NULL, 500, "no ik" },
	{ "no ck where a cipher is taken", { 0 }, { WWW(AKA ", ik=\"" IK "\"") }, NULL, 500, "no ck" },
	{ "no ik for the salt of aes-gcm", { "Security-Client: ipsec-3gpp;alg=null;ealg=aes-gcm" ENDS }, { WWW(AKA ", ck=\"" CK "\"") }, NULL, 500, "no ik" },
	{ "two ik", { 0 }, { WWW(AKA ", ck=\"" CK "\", ik=\"" IK "\", ik=\"" CK "\"") }, NULL, 500, "ik once" },
	{ "an ik of 31 digits", { 0 }, { WWW(AKA ", ck=\"" CK "\", ik=\"e1763cf28cc2e584588800193137ec9\"") }, NULL, 500, "32 hex digits" },
	{ "an ik of 34 digits", { 0 }, { WWW(AKA ", ck=\"" CK "\", ik=\"" IK "00\"") }, NULL, 500, "32 hex digits" },
	{ "an ik that is half hexadecimal", { 0 }, { WWW(AKA ", ck=\"" CK "\", ik=\"eg763cf28cc2e584588800193137ec92\"") }, NULL, 500, "32 hex digits" },
	{ "an ik that is not hexadecimal", { 0 }, { WWW(AKA ", ck=\"" CK "\", ik=\"g1763cf28cc2e584588800193137ec92\"") }, NULL, 500, "32 hex digits" },
	{ "a ck that is wrong though not needed", { "Security-Client: " SHA(ENDS) }, { WWW(AKA ", ck=\"\", ik=\"" IK "\"") }, NULL, 500, "ck once" },
};

static struct gmg_sipmsg m1, m4, m7;
static char t1[TEXT_MAX], t4[TEXT_MAX], t7[TEXT_MAX];

static bool challenge_holds(const struct challenge *row)
{
	static const struct gmg_aka_keys none;
	const struct gmg_agree_way way = way_of(row->source, NULL);
	struct gmg_aka_keys keys = none;
	struct gmg_refusal r;
	struct gmg_sa sa;
	bool good;

	read_message(&m1, sm1, row->sm1, "", t1);
	read_message(&m4, sm4, row->sm4, "bodySIP/2.0 200 OK", t4);
	good = challenge(&m1, &m4, &way, &ours, &sa, &keys, &r);
	if (row->why)
		return !good && says(&r, row->status, row->why);
	return good && !prefix_compare(&sa.ue, &way.source.addr) &&
	       !prefix_compare(&sa.pcscf, &way.local.addr) && sa.spi_uc == 25656 &&
	       sa.spi_us == 25657 && sa.port_uc == 6301 && sa.port_us == 6300 &&
	       !strcmp(sa.impi, IMPI) && keys.ik[0] == 0xe1 && keys.ik[15] == 0x92 &&
	       sa.alg == GMGUARD_ALG_HMAC_SHA_1_96;
}

/* The set of the messages as they are, with what the kernel has chosen. */
static struct gmg_sa set_of(const char *const *changes)
{
	const struct gmg_agree_way way = way_of(NULL, NULL);
	static const char *const no[CHANGES];
	struct gmg_aka_keys keys;
	struct gmg_refusal r;
	struct gmg_sa sa;

	read_message(&m1, sm1, changes ?: no, "", t1);
	read_message(&m4, sm4, no, "body", t4);
	if (!challenge(&m1, &m4, &way, &ours, &sa, &keys, &r))
		abort();
	sa.spi_ps = 65537;
	sa.spi_pc = 65538;
	sa.port_ps = 6100;
	sa.port_pc = 5100;
	sa.state = GMGUARD_SA_STATE_TEMPORARY;
	return sa;
}

/* SM6 is SM4 but for the keys and our list. */
static const struct sm6 {
	const char *what;
	const char *sm4[CHANGES];
	const char *sm6[CHANGES];	/* NULL: it is refused */
} sm6s[] = {
	/* rule: O6 TS 33.203 6.1.1 */
	{ "keys in the middle", { 0 },
	  { "WWW-Authenticate: Digest realm=\"ims.example\", nonce=\"" NONCE "\", algorithm=AKAv1-MD5, qop=\"auth\"",
	    "Security-Server: " SERVER(OUR_ENDS) } },
	{ "keys at the end, in another form", { WWW(AKA ",CK=" CK " ,\r\n IK = \"" IK "\"") },
	  { WWW(AKA), "Security-Server: " SERVER(OUR_ENDS) } },
	{ "a list of somebody else's", { "Security-Server: ipsec-3gpp;alg=hmac-md5-96" },
	  { "WWW-Authenticate: Digest realm=\"ims.example\", nonce=\"" NONCE "\", algorithm=AKAv1-MD5, qop=\"auth\"",
	    "Security-Server: " SERVER(OUR_ENDS) } },
	{ "keys of a proxy", { "Proxy-Authenticate: Digest realm=\"r\", ik=\"00\", ck=\"01\"" },
	  { "WWW-Authenticate: Digest realm=\"ims.example\", nonce=\"" NONCE "\", algorithm=AKAv1-MD5, qop=\"auth\"",
	    "Proxy-Authenticate: Digest realm=\"r\"", "Security-Server: " SERVER(OUR_ENDS) } },
	{ "a key that is none of ours, where it cannot be cut", { WWW("nonce=x ik=00") }, { 0 } },
	{ "a key in another header", { "X-Keys: " IK }, { 0 } },
	{ "the other key in another header", { "X-Keys: " CK }, { 0 } },
	{ "a key in upper case elsewhere", { "X-Keys: E1763CF28CC2E584588800193137EC92" }, { 0 } },
	{ "a key behind another word", { WWW(AKA ", ik=\"" IK "\", x=\"" IK "\"") }, { 0 } },
};

static bool sm6_holds(const struct sm6 *row, const char *body)
{
	struct gmg_sa sa = set_of(NULL);
	static struct gmg_sipmsg bare;
	char expected[TEXT_MAX], sent[128], *copy;
	struct gmg_refusal r;
	size_t len, n;
	bool good;

	snprintf(sent, sizeof(sent), "%sik=%s", body, IK);
	read_message(&m4, sm4, row->sm4, sent, t4);
	if (!agree_bare(&m4, &bare, &r))
		return !row->sm6[0] && !bare.p && says(&r, 500, "cannot be freed of its keys");
	copy = agree_sm6(&bare, &sa, &ours, 0, "", &len);
	n = build(sm4, row->sm6, body, expected);
	good = copy && len == n && !memcmp(copy, expected, n);
	if (!good)
		printf("# %s\n", copy);
	OPENSSL_free((void *)bare.p);
	OPENSSL_free(copy);
	return good;
}

/* SM6 to a UE that came by a TMPI has that where SM1 had it, and the IMPI elsewhere. */
static bool sm6_conceals(uint64_t where, const char *to)
{
	struct gmg_sa sa = set_of(NULL);
	static struct gmg_sipmsg bare;
	struct gmg_refusal r;
	bool good;
	char *copy;
	size_t len;

	snprintf(sa.impi, sizeof(sa.impi), "ue9@ims.example");
	read_message(&m4, sm4, (const char *const[CHANGES]){ "To: <sip:ue9@IMS.example>;tag=2" }, "body", t4);
	if (!agree_bare(&m4, &bare, &r))
		return false;
	copy = agree_sm6(&bare, &sa, &ours, where, "t@tmpi", &len);
	good = copy && strstr(copy, to);
	OPENSSL_free((void *)bare.p);
	OPENSSL_free(copy);
	return good;
}

/* For whom the kernel says that a TMPI stands. */
static bool stands_hold(void)
{
	struct gmg_prefix ue, other;
	struct gmg_tmpi t = {
		.tmpi = "A@tmpi.bsf", .previous = "B@tmpi.bsf", .impi = "a@ims",
	};
	bool good;

	prefix_parse(&ue, "10.45.0.11");
	prefix_parse(&other, "10.45.0.12");
	t.ue = ue;
	/* the UE has moved */
	t.previous_ue = other;
	good = agree_tmpi_stands(&t, "A@TMPI.bsf", &ue) && agree_tmpi_stands(&t, "B@tmpi.bsf", &other) &&
	       !agree_tmpi_stands(&t, "a@tmpi.bsf", &ue) && !agree_tmpi_stands(&t, "", &ue) &&
	       !agree_tmpi_stands(&t, "A@tmpi.bsf", &other) && !agree_tmpi_stands(&t, "B@tmpi.bsf", &ue);
	t.expired = true;
	return good && !agree_tmpi_stands(&t, "A@tmpi.bsf", &ue);
}

#define TMPI_USER "NdfNQvvGWK4SGbs7c17alrZHQXyhEc"	/* but for two */
#define TMPI_REALM "tmpi.bsf.3gppnetwork.org"

static const struct tmpi_row {
	const char *what;
	const char *line;
	bool has;
} tmpi_rows[] = {
	{ "a TMPI in To", "To: <sip:" TMPI_USER "r/@" TMPI_REALM ">", true },
	{ "its '@' escaped", "To: <sip:" TMPI_USER "rW%40" TMPI_REALM ">", true },
	{ "its '/' and its realm escaped", "Contact: <sip:" TMPI_USER "r%2F@%74mpi%2ebsf.3gppnetwork.org>", true },
	{ "its first octet escaped", "From: <sip:%4EdfNQvvGWK4SGbs7c17alrZHQXyhEcrW@" TMPI_REALM ">;tag=1", true },
	{ "with escapes of quotes", "To: \"" TMPI_USER "\\rW\\@" TMPI_REALM "\" <sip:a@h>", true },
	{ "behind an escape", "To: <sip:%20" TMPI_USER "rW@" TMPI_REALM ">", true },
	{ "an escape cut short behind it", "To: <sip:" TMPI_USER "rW@" TMPI_REALM "%4", true },
	{ "an escape that is none in it", "To: <sip:" TMPI_USER "%4Wr@" TMPI_REALM ">", false },
	{ "one octet less", "To: <sip:" TMPI_USER "%72@" TMPI_REALM ">", false },
	{ "where nobody looks", "X-To: <sip:" TMPI_USER "rW@" TMPI_REALM ">", false },
};

static bool tmpi_row_holds(const struct tmpi_row *row)
{
	static struct gmg_sipmsg m;
	char text[512], why[SIPMSG_WHY];

	snprintf(text, sizeof(text), "REGISTER sip:h SIP/2.0\r\n%s\r\nContent-Length: 0\r\n\r\n", row->line);
	if (sipmsg_read(&m, text, strlen(text), why))
		return agree_has_tmpi(&m) == row->has;
	printf("# %s\n", why);
	return false;
}

/* More lists of somebody else's than there are edits for: none may be left. */
static bool too_many_hold(void)
{
	static char many[(SIPMSG_EDITS + 1) * sizeof("Security-Server: tls\r\n")];
	char *at = many;
	int i;

	for (i = 0; i <= SIPMSG_EDITS; i++)
		at += sprintf(at, "%sSecurity-Server: tls", i ? "\r\n" : "");
	return sm6_holds(&(struct sm6){ "", { many }, { 0 } }, "body");
}

/* The salt of aes-gmac comes of CK. */
static bool salt_holds(void)
{
	static const struct gmg_algorithm gmac = { GMGUARD_ALG_AES_GMAC, GMGUARD_EALG_NULL };
	const struct gmg_agree agree = { .algorithms = (void *)&gmac, .n_algorithms = 1 };
	static const char *const offer[CHANGES] = { "Security-Client: ipsec-3gpp;alg=aes-gmac;ealg=null" ENDS };
	static const char *const no_ck[CHANGES] = { WWW(AKA ", ik=\"" IK "\"") }, *const no[CHANGES];
	const struct gmg_agree_way way = way_of(NULL, NULL);
	struct gmg_aka_keys keys;
	struct gmg_refusal r;
	struct gmg_sa sa;

	read_message(&m1, sm1, offer, "", t1);
	read_message(&m4, sm4, no, "body", t4);
	if (!challenge(&m1, &m4, &way, &agree, &sa, &keys, &r))
		return says(&r, 0, "a set");
	read_message(&m4, sm4, no_ck, "body", t4);
	return !challenge(&m1, &m4, &way, &agree, &sa, &keys, &r) && says(&r, 500, "no ck");
}

/* Where the new set is, of these sets of the UE. */
static const struct place {
	const char *what;
	const char *local;
	const char *source;
	struct {
		uint32_t state;
		uint16_t port_pc;
		const char *impi;
		bool emergency;
	} sets[3];
	uint16_t client;	/* ports of ours that there are, from 5100 */
	uint16_t port_pc;	/* 0: it is refused with ... */
	uint32_t over;
	uint16_t status;
	const char *why;
} places[] = {
#define NO_SETS { { 0, 0, NULL, false } }
#define TEMP GMGUARD_SA_STATE_TEMPORARY
#define IN_USE GMGUARD_SA_STATE_IN_USE
#define OLD GMGUARD_SA_STATE_OLD
#define PROTECTED "192.0.2.10:6100", "10.45.0.11:6301"
	{ "the first", NULL, NULL, NO_SETS, 2, 5100, 0, 0, NULL },
	{ "a port that is fresh", NULL, NULL, { { IN_USE, 5100, IMPI, false } }, 2, 5101, 0, 0, NULL },
	{ "a third set", NULL, NULL, { { IN_USE, 5100, IMPI, false }, { OLD, 5101, IMPI, false } }, 3, 5102, 0, 0, NULL },
	{ "in the place of one that is pending", NULL, NULL, { { TEMP, 5100, IMPI, false } }, 1, 5100, 0, 0, NULL },
	{ "in the place of one that is spelled otherwise", NULL, NULL, { { TEMP, 5100, SPELLED, false } }, 1, 5100, 0, 0, NULL },
	{ "over a set that is", PROTECTED, { { IN_USE, 5100, SPELLED, false } }, 2, 5101, 1000, 0, NULL },
	{ "beside that of another contact", NULL, NULL, { { TEMP, 5100, IMPI, true } }, 2, 5101, 0, 0, NULL },
	{ "beside that of another user", NULL, NULL, { { TEMP, 5100, "x", false } }, 2, 5101, 0, 0, NULL },
	{ "over the set that the REGISTER came by", PROTECTED, { { IN_USE, 5100, IMPI, false } }, 2, 5101, 1000, 0, NULL },
	{ "no port that is fresh", NULL, NULL, { { IN_USE, 5100, IMPI, false } }, 1, 0, 0, 500, "all client ports" },
	{ "over the set of another user", PROTECTED, { { IN_USE, 5100, "x", false } }, 2, 0, 0, 403, "the IMPI is not that" },
	{ "for emergencies over a set of none", PROTECTED, { { IN_USE, 5100, IMPI, true } }, 2, 0, 0, 403, "emergenc" },
	{ "over an old set", PROTECTED, { { OLD, 5100, IMPI, false } }, 2, 0, 0, 403, "is old" },
	{ "over no set", PROTECTED, NO_SETS, 2, 0, 0, 0, "no set is of its ports" },
	{ "over a temporary set", PROTECTED, { { TEMP, 5100, IMPI, false } }, 2, 0, 0, 403, "agree reject ends the set" },
	{ "over the set of other ports", "192.0.2.10:6100", "10.45.0.11:6302", { { IN_USE, 5100, IMPI, false } }, 2, 0, 0, 0,
	  "no set is of its ports" },
	{ "an address that is not Gm's", "192.0.2.11:5060", NULL, NO_SETS, 2, 0, 0, 500, "no endpoint of the policy" },
	{ "a port that is not Gm's", "192.0.2.10:5062", NULL, NO_SETS, 2, 0, 0, 500, "no port of the policy's endpoint" },
	{ "a client port", "192.0.2.10:5100", NULL, NO_SETS, 2, 0, 0, 0, "no set is of its ports" },
	{ "over a set by its second pair", "192.0.2.10:5100", "10.45.0.11:6300", { { IN_USE, 5100, IMPI, false } }, 2, 5101, 1000, 0, NULL },
	{ "by half of each pair", "192.0.2.10:6100", "10.45.0.11:6300", { { IN_USE, 5100, IMPI, false } }, 2, 0, 0, 0, "no set is of its ports" },
};

/* A policy with one endpoint, of so many client ports. */
static const struct gmg_config *policy_of(uint32_t n_client)
{
	static uint16_t unprotected[] = { 5060 }, server[] = { 6100, 6101 };
	static uint16_t client[] = { 5100, 5101, 5102 };
	static struct gmg_endpoint ep = {
		.address = { "192.0.2.10" }, .unprotected = unprotected, .n_unprotected = 1,
		.server = server, .n_server = 2, .client = client,
	};
	static const struct gmg_config cfg = { .endpoints = &ep, .n_endpoints = 1 };

	ep.n_client = n_client;
	return &cfg;
}

static bool place_holds(const struct place *row)
{
	const struct gmg_agree_way way = way_of(row->source, row->local);
	struct gmg_sa sa = set_of(NULL), sets[3];
	struct gmg_refusal r;
	uint32_t n;

	for (n = 0; n < 3 && row->sets[n].impi; n++) {
		sets[n] = sa;
		sets[n].spi_ps = 1000 + n;
		sets[n].state = row->sets[n].state;
		sets[n].port_pc = row->sets[n].port_pc;
		sets[n].emergency = row->sets[n].emergency;
		strcpy(sets[n].impi, row->sets[n].impi);
	}
	sa.port_pc = 0;
	sa.port_ps = 0;
	if (!agree_place(policy_of(row->client), sets, n, &way, &sa, &r))
		return !row->port_pc && says(&r, row->status, row->why);
	return sa.port_pc == row->port_pc && sa.over == row->over && sa.port_ps == 6100;
}

/* Of a UE that wants to be reached at another port than the set has that it came under. */
static bool port_stays(void)
{
	const struct gmg_agree_way way = way_of("10.45.0.11:6301", "192.0.2.10:6100");
	struct gmg_sa sa = set_of(NULL), other = sa;
	struct gmg_refusal r;

	other.state = GMGUARD_SA_STATE_IN_USE;
	sa.port_us++;
	return !agree_place(policy_of(2), &other, 1, &way, &sa, &r) && says(&r, 403, "another server port");
}

/* In clear, where it may have forgotten all, our client port need be fresh for its own port. */
static bool port_is_fresh_for(uint16_t port_us, uint16_t expected)
{
	const struct gmg_agree_way way = way_of(NULL, NULL);
	struct gmg_sa sa = set_of(NULL), other = sa;
	struct gmg_refusal r;

	other.state = GMGUARD_SA_STATE_IN_USE;
	other.port_us = port_us;
	return agree_place(policy_of(2), &other, 1, &way, &sa, &r) && sa.port_pc == expected;
}

/* The server port of a new set beside one at @address with @port. */
static bool server_port(const char *impi, const char *address, uint16_t port, uint32_t state,
			uint16_t expected)
{
	const struct gmg_agree_way way = way_of(NULL, NULL);
	struct gmg_sa sa = set_of(NULL), other = sa;
	struct gmg_refusal r;

	strcpy(other.impi, impi);
	other.pcscf = at(address).addr;
	other.port_ps = port;
	other.state = state;
	return agree_place(policy_of(2), &other, 1, &way, &sa, &r) && sa.port_ps == expected;
}

#define STRONG_LOST "Security-Client: " SHA(ENDS)
#define NOT_OURS 7

/* A REGISTER, and the set of this state that there is: its own, of a SM1 that may have
 * been changed before it arrived.
 */
static const struct verify {
	const char *what;
	uint32_t state;		/* NOT_OURS: there is none */
	const char *sm1[CHANGES];
	const char *sm7[CHANGES];
	const char *source;
	const char *local;
	enum agree_kind kind;
	bool protected;
	bool over;
	uint16_t status;
	const char *why;	/* NULL: it is taken */
} verifies[] = {
#define SM7_WAY "10.45.0.11:6301", "192.0.2.10:6100"
#define CLEAR_WAY NULL, NULL
#define YES true
#define NO false
#define SOS "Contact: <sip:10.45.0.11:6300;sos>"
	{ "SM7", TEMP, { 0 }, { 0 }, SM7_WAY, AGREE_RESPONSE, YES, false, 0, NULL },
	{ "SM7, written otherwise", TEMP, { 0 },
	  { "Security-Client: " SHA(";port-s=6300;port-c=6301;spi-s=0000025657;spi-c=25656") ", " CBC(ENDS),
	    "Security-Verify: " SERVER_GCM(OUR_ENDS) "\r\nsecurity-verify: " SERVER_CBC(OUR_ENDS) "," SERVER_SHA(OUR_ENDS) },
	  SM7_WAY, AGREE_RESPONSE, YES, false, 0, NULL },
	{ "SM7 of an emergency registration", TEMP, { SOS }, { SOS }, SM7_WAY, AGREE_RESPONSE, YES, false, 0, NULL },
	/* rule: E16 TS 33.203 7.2 */
	{ "sos in SM7 alone", TEMP, { 0 }, { SOS }, SM7_WAY, 0, NO, true, 494, "the first REGISTER did not when it arrived" },
	{ "sos in SM1 alone", TEMP, { SOS }, { 0 }, SM7_WAY, 0, NO, true, 494, "the first REGISTER did when it arrived" },
	{ "a name in Contact that is escaped", TEMP, { 0 }, { "Contact: <sip:10.45.0.11:6300;%73os>" }, SM7_WAY, 0, NO, false, 400,
	  "escaped" },
	{ "the strong algorithm removed from SM1", TEMP, { STRONG_LOST }, { 0 }, SM7_WAY, 0, NO, true, 494,
	  "Security-Client is not the list of the first REGISTER" },
	{ "SM1 in another order", TEMP, { "Security-Client: " CBC(ENDS) "," SHA(ENDS) }, { 0 }, SM7_WAY, 0, NO, true, 494,
	  "Security-Client is not the list of the first REGISTER" },
	{ "SM6 with a list that was altered", TEMP, { 0 }, { "Security-Verify: " SERVER_CBC(OUR_ENDS) ", " SERVER_SHA(OUR_ENDS) },
	  SM7_WAY, 0, NO, true, 494, "Security-Verify is not the list that was sent" },
	{ "SM6 with another algorithm", TEMP, { 0 },
	  { "Security-Verify: " "ipsec-3gpp;q=0.9;alg=hmac-md5-96" OUR_ENDS ", " SERVER_CBC(OUR_ENDS) ", " SERVER_SHA(OUR_ENDS) },
	  SM7_WAY, 0, NO, true, 494, "Security-Verify is not the list that was sent" },
	{ "SM6 in another order", TEMP, { 0 },
	  { "Security-Verify: " SERVER_SHA(OUR_ENDS) ", " SERVER_CBC(OUR_ENDS) ", " SERVER_GCM(OUR_ENDS) },
	  SM7_WAY, 0, NO, true, 494, "Security-Verify is in another order" },
	{ "another SPI of ours", TEMP, { 0 }, { "Security-Verify: " SERVER(";spi-c=65538;spi-s=65539;port-c=5100;port-s=6100") },
	  SM7_WAY, 0, NO, true, 494, "Security-Verify has other SPIs" },
	{ "our SPIs swapped", TEMP, { 0 }, { "Security-Verify: " SERVER(";spi-c=65537;spi-s=65538;port-c=5100;port-s=6100") },
	  SM7_WAY, 0, NO, true, 494, "Security-Verify has other SPIs" },
	{ "another port of ours", TEMP, { 0 }, { "Security-Verify: " SERVER(";spi-c=65538;spi-s=65537;port-c=5101;port-s=6100") },
	  SM7_WAY, 0, NO, true, 494, "Security-Verify has other ports" },
	{ "another SPI in one mechanism", TEMP, { 0 },
	  { "Security-Verify: " SERVER_GCM(OUR_ENDS) "," SERVER_CBC(";spi-c=1;spi-s=65537;port-c=5100;port-s=6100") },
	  SM7_WAY, 0, NO, true, 494, "Security-Verify has other SPIs" },
	{ "no SPI in one mechanism", TEMP, { 0 },
	  { "Security-Verify: " SERVER_GCM(OUR_ENDS) "," SERVER_CBC("") "," SERVER_SHA(OUR_ENDS) }, SM7_WAY, 0, NO, true, 494,
	  "Security-Verify has other SPIs" },
	{ "another port in one mechanism", TEMP, { 0 },
	  { "Security-Verify: " SERVER_GCM(OUR_ENDS) "," SERVER_CBC(OUR_ENDS) ","
	    SERVER_SHA(";spi-c=65538;spi-s=65537;port-c=5100;port-s=6101") }, SM7_WAY, 0, NO, true, 494,
	  "Security-Verify has other ports" },
	{ "a mechanism more", TEMP, { 0 }, { "Security-Verify: " SERVER(OUR_ENDS) ",tls" }, SM7_WAY, 0, NO, true, 494,
	  "Security-Verify has other SPIs" },
	{ "another SPI of the UE's", TEMP, { 0 }, { "Security-Client: " SHA(";spi-c=25650;spi-s=25657;port-c=6301;port-s=6300") },
	  SM7_WAY, 0, NO, true, 494, "Security-Client has other SPIs" },
	{ "another port of the UE's", TEMP, { 0 }, { "Security-Client: " SHA(";spi-c=25656;spi-s=25657;port-c=6301;port-s=6302") },
	  SM7_WAY, 0, NO, true, 494, "Security-Client has other ports" },
	{ "an old SM7", TEMP, { 0 }, { CREDENTIALS(OTHER_NONCE, "response=\"1234\"") }, SM7_WAY, 0, NO, true, 494,
	  "another challenge" },
	{ "an old SM7 of this nonce", TEMP, { 0 }, { "Security-Verify: " SERVER(";spi-c=70000;spi-s=70001;port-c=5101;port-s=6100") },
	  SM7_WAY, 0, NO, true, 494, "or this is an old REGISTER" },
	{ "no Security-Verify", TEMP, { 0 }, { "Security-Verify" }, SM7_WAY, 0, NO, true, 494, "there is no Security-Verify" },
	{ "no Security-Client", TEMP, { 0 }, { "Security-Client" }, SM7_WAY, 0, NO, true, 494, "there is no Security-Client" },
	{ "a Security-Verify that is none", TEMP, { 0 }, { "Security-Verify: ipsec-3gpp;spi-c=0" }, SM7_WAY, 0, NO, true, 494,
	  "Security-Verify, mechanism 1: spi-c" },
	/* rule: E17 TS 33.203 7.1 */
	{ "another IMPI", TEMP, { 0 }, { "Authorization: Digest username=\"x\",nonce=\"" NONCE "\",response=\"1\"" }, SM7_WAY,
	  0, NO, false, 403, "the IMPI is not that of the set" },
	/* rule: E15 TS 33.203 7.1 */
	{ "another address in Via", TEMP, { 0 }, { "Via: SIP/2.0/UDP 10.45.0.12;branch=1" }, SM7_WAY, 0, NO, false, 403,
	  "the topmost Via is not the source" },
	{ "a realm in another case", TEMP, { 0 },
	  { "Authorization: Digest username=\"" SPELLED "\",nonce=\"" NONCE "\",response=\"1\"" }, SM7_WAY, AGREE_RESPONSE, YES, false,
	  0, NULL },
	{ "a user in another case", TEMP, { "Authorization: Digest username=\"a@ims.example\"" },
	  { "Authorization: Digest username=\"A@ims.example\",nonce=\"" NONCE "\",response=\"1\"" }, SM7_WAY, 0, NO, false, 403,
	  "the IMPI is not that of the set" },
	{ "AUTS of a realm in another case", TEMP, { 0 },
	  { "Authorization: Digest username=\"" SPELLED "\",nonce=\"" NONCE "\",auts=\"x\"" }, CLEAR_WAY, AGREE_SYNC_FAILURE, NO, true,
	  0, NULL },
	{ "a name in Via", TEMP, { 0 }, { "Via: SIP/2.0/UDP ue.example;branch=1" }, SM7_WAY, 0, NO, false, 403,
	  "the topmost Via is not the source" },
	{ "another source port", TEMP, { 0 }, { 0 }, "10.45.0.11:6302", "192.0.2.10:6100", 0, NO, false, 0, "no set is of its ports" },
	{ "another local port", TEMP, { 0 }, { 0 }, "10.45.0.11:6301", "192.0.2.10:5060", 0, NO, false, 494, "other ports" },
	{ "another local address", TEMP, { 0 }, { 0 }, "10.45.0.11:6301", "192.0.2.11:6100", 0, NO, false, 500, "no endpoint of the policy" },
	{ "another user's address", TEMP, { 0 }, { 0 }, "10.45.0.12:6301", "192.0.2.10:6100", 0, NO, false, 0, "no set is of its ports" },
	{ "another user's address in clear", TEMP, { 0 }, { 0 }, "10.45.0.12:6301", NULL, AGREE_INITIAL, NO, false, 0, NULL },
	{ "SM7 by the second pair", TEMP, { 0 }, { 0 }, "10.45.0.11:6300", "192.0.2.10:5100", AGREE_RESPONSE, YES, false, 0, NULL },
	{ "a refresh by the second pair", IN_USE, { 0 }, { CREDENTIALS("", "response=\"\"") }, "10.45.0.11:6300", "192.0.2.10:5100",
	  AGREE_REFRESH, YES, false, 0, NULL },
	{ "another IMPI by the second pair", IN_USE, { 0 }, { "Authorization: Digest username=\"x\",response=\"\"" }, "10.45.0.11:6300",
	  "192.0.2.10:5100", 0, NO, false, 403, "the IMPI is not that of the set" },
	{ "no Security-Verify by the second pair", IN_USE, { 0 }, { CREDENTIALS("", "response=\"\""), "Security-Verify" },
	  "10.45.0.11:6300", "192.0.2.10:5100", 0, NO, false, 494, "there is no Security-Verify" },
	{ "another IMPI to the server port", IN_USE, { 0 }, { "Authorization: Digest username=\"x\",response=\"\"" }, "10.45.0.11:7777",
	  "192.0.2.10:6100", 0, NO, false, 0, "no set is of its ports" },
	{ "and to a client port", IN_USE, { 0 }, { "Authorization: Digest username=\"x\",response=\"\"" }, "10.45.0.11:7777",
	  "192.0.2.10:5102", 0, NO, false, 0, "no set is of its ports" },
	{ "half of each pair", IN_USE, { 0 }, { CREDENTIALS("", "response=\"\"") }, "10.45.0.11:6300", "192.0.2.10:6100", 0, NO, false,
	  0, "no set is of its ports" },
	{ "a port that is not Gm's", NOT_OURS, { 0 }, { CREDENTIALS("", "response=\"\"") }, NULL, "192.0.2.10:5062", 0, NO, false, 500,
	  "no port of the policy's endpoint" },
	{ "two responses", TEMP, { 0 }, { CREDENTIALS(NONCE, "response=\"1\",response=\"2\"") }, SM7_WAY, 0, NO, false, 400, "twice" },
	/* rule: T6 TS 33.203 6.1.5 */
	{ "a UE's word in a < that nobody closes", NOT_OURS, { 0 },
	  { "Authorization: Digest integrity-protected=<,username=a@b" }, CLEAR_WAY, 0, NO, false, 400, "NAME=token" },
	{ "a UE's word without a comma", NOT_OURS, { 0 }, { "Authorization: Digest integrity-protected=a username=a" }, CLEAR_WAY,
	  0, NO, false, 400, "NAME=token" },
	{ "an IMPI with white space in its quotes", IN_USE, { 0 }, { "Authorization: Digest username=\" " IMPI " \",nonce=\"\"" },
	  SM7_WAY, 0, NO, false, 400, "without spaces" },
	{ "an IMPI with white space around it", IN_USE, { 0 },
	  { "Authorization:  Digest \r\n username\t= \"" IMPI "\" , nonce=\"\" " }, SM7_WAY, AGREE_REFRESH, YES, false, 0, NULL },
	{ "a response behind <", IN_USE, { 0 }, { CREDENTIALS("", "x=<,response=abc") }, SM7_WAY, 0, NO, false, 400, "NAME=token" },
	{ "a response behind ;", IN_USE, { 0 }, { "Authorization: Digest username=\"" IMPI "\",nonce=\"\";response=abc" },
	  SM7_WAY, 0, NO, false, 400, "NAME=token" },
	{ "a response behind quotes", IN_USE, { 0 }, { "Authorization: Digest username=\"" IMPI "\",nonce=\"\" response=abc" },
	  SM7_WAY, 0, NO, false, 400, "NAME=token" },
	{ "a response behind a token", IN_USE, { 0 }, { "Authorization: Digest username=\"" IMPI "\",nonce=x response=abc" },
	  SM7_WAY, 0, NO, false, 400, "NAME=token" },
	{ "a response in a second challenge's", IN_USE, { 0 }, { CREDENTIALS("", "Digest response=\"abc\"") }, SM7_WAY, 0, NO, false,
	  400, "NAME=token" },
	{ "a response without a value", IN_USE, { 0 }, { CREDENTIALS("", "response") }, SM7_WAY, 0, NO, false, 400, "NAME=token" },
	{ "a response in quotes of C", IN_USE, { 0 }, { CREDENTIALS("", "response='a'") }, SM7_WAY, 0, NO, false, 400, "NAME=token" },
	{ "a fold in quotes", IN_USE, { 0 }, { CREDENTIALS("", "x=\"a\r\n b\"") }, SM7_WAY, 0, NO, false, 400, "NAME=token" },
	{ "two credentials", IN_USE, { 0 }, { CREDENTIALS("", "response=\"\"") "\r\nAuthorization: Digest username=\"x\"" }, SM7_WAY, 0,
	  NO, false, 400, "one Authorization" },
	{ "credentials to a proxy that are not read", IN_USE, { 0 }, { "Proxy-Authorization: Digest a=b;c=d" }, SM7_WAY, 0, NO, false,
	  400, "NAME=token" },
	{ "credentials to a proxy of another scheme", IN_USE, { 0 }, { "Proxy-Authorization: Basic a=b" }, SM7_WAY, 0, NO, false,
	  400, "NAME=token" },

	{ "AUTS in clear", TEMP, { 0 }, { CREDENTIALS(NONCE, "response=\"1\",auts=\"x\"") }, CLEAR_WAY, AGREE_SYNC_FAILURE, NO, true, 0, NULL },
	{ "AUTS under the set", TEMP, { 0 }, { CREDENTIALS(NONCE, "response=\"1\",auts=\"x\"") }, SM7_WAY, AGREE_SYNC_FAILURE, NO, true, 0, NULL },
	{ "no response in clear", TEMP, { 0 }, { CREDENTIALS(NONCE, "response=\"\"") }, CLEAR_WAY, AGREE_NETWORK_FAILURE, NO, true, 0, NULL },
	{ "no response under the set", TEMP, { 0 }, { CREDENTIALS(NONCE, "x=y") }, SM7_WAY, AGREE_NETWORK_FAILURE, NO, true, 0, NULL },
	{ "AUTS for another challenge under the set", TEMP, { 0 }, { CREDENTIALS(OTHER_NONCE, "auts=\"x\"") }, SM7_WAY, 0, NO, true, 494,
	  "another challenge" },
	{ "AUTS for another challenge", TEMP, { 0 }, { CREDENTIALS(OTHER_NONCE, "auts=\"x\"") }, CLEAR_WAY, AGREE_INITIAL, NO, false, 0, NULL },
	{ "AUTS of another user", TEMP, { 0 }, { "Authorization: Digest username=\"x\",nonce=\"" NONCE "\",auts=\"x\"" }, CLEAR_WAY,
	  AGREE_INITIAL, NO, false, 0, NULL },
	{ "AUTS from another address", TEMP, { 0 }, { CREDENTIALS(NONCE, "auts=\"x\"") }, "10.45.0.12:5060", NULL, AGREE_INITIAL, NO, false, 0, NULL },
	{ "a new REGISTER beside a challenge", TEMP, { 0 }, { CREDENTIALS("", "response=\"\"") }, CLEAR_WAY, AGREE_INITIAL, NO, false, 0, NULL },
	{ "a response in clear", TEMP, { 0 }, { 0 }, CLEAR_WAY, 0, NO, false, 494, "other ports" },
	{ "a response of earlier in clear", IN_USE, { 0 }, { 0 }, CLEAR_WAY, AGREE_INITIAL, NO, false, 0, NULL },
	{ "AUTS when all is over", IN_USE, { 0 }, { CREDENTIALS(NONCE, "auts=\"x\"") }, CLEAR_WAY, AGREE_INITIAL, NO, false, 0, NULL },

	{ "SM1 in clear", NOT_OURS, { 0 }, { CREDENTIALS("", "response=\"\"") }, CLEAR_WAY, AGREE_INITIAL, NO, false, 0, NULL },
	{ "SM1 with a name in Contact that is escaped", NOT_OURS, { 0 }, { "Contact: <tel:1;%73os>" }, CLEAR_WAY, 0, NO, false, 400,
	  "escaped" },
	{ "a refresh", IN_USE, { 0 }, { CREDENTIALS(NONCE, "response=\"\"") }, SM7_WAY, AGREE_REFRESH, YES, false, 0, NULL },
	{ "a refresh that offers a new set", IN_USE, { 0 },
	  { CREDENTIALS("", "response=\"\""), "Security-Client: " CBC(";spi-c=9;spi-s=8;port-c=7777;port-s=6300") }, SM7_WAY,
	  AGREE_REFRESH, YES, false, 0, NULL },
	{ "a refresh with a response", IN_USE, { 0 }, { 0 }, SM7_WAY, AGREE_INITIAL, NO, false, 0, NULL },
	{ "a refresh in clear", IN_USE, { 0 }, { CREDENTIALS(NONCE, "response=\"\"") }, CLEAR_WAY, AGREE_INITIAL, NO, false, 0, NULL },
	{ "a refresh under an old set", OLD, { 0 }, { CREDENTIALS(NONCE, "response=\"\"") }, SM7_WAY, AGREE_INITIAL, NO, false, 0, NULL },
	{ "a refresh that mirrors another list", IN_USE, { 0 },
	  { CREDENTIALS(NONCE, "response=\"\""), "Security-Verify: " SERVER_CBC(OUR_ENDS) }, SM7_WAY, 0, NO, false, 494,
	  "Security-Verify is not the list" },
	{ "a refresh that mirrors nothing", IN_USE, { 0 }, { CREDENTIALS(NONCE, "response=\"\""), "Security-Verify" }, SM7_WAY, 0, NO, false,
	  494, "there is no Security-Verify" },
	{ "a refresh for emergencies", IN_USE, { SOS }, { CREDENTIALS("", "response=\"\""), SOS }, SM7_WAY, AGREE_REFRESH, YES, false, 0,
	  NULL },
	{ "a refresh for emergencies of what is for none", IN_USE, { 0 }, { CREDENTIALS("", "response=\"\""), SOS }, SM7_WAY, 0, NO,
	  false, 403, "the set that the REGISTER came under is not" },
	{ "a refresh of what is for emergencies only", IN_USE, { SOS }, { CREDENTIALS("", "response=\"\"") }, SM7_WAY, 0, NO, false, 403,
	  "the set that the REGISTER came under is" },
	{ "a refresh of another user's", IN_USE, { 0 }, { "Authorization: Digest username=\"x\",response=\"\"" }, SM7_WAY, 0, NO, false, 403,
	  "the IMPI is not that" },
};

static bool verify_holds(const struct verify *row)
{
	struct gmg_sa sa = set_of(row->sm1);
	const struct gmg_agree_way way = way_of(row->source, row->local);
	struct gmg_verified v;
	struct gmg_refusal r;
	bool good;

	sa.state = row->state;
	read_message(&m7, sm7, row->sm7, "", t7);
	good = verify(policy_of(3), &m7, &way, &sa, row->state != NOT_OURS, &v, &r);
	if (row->why)
		return !good && says(&r, row->status, row->why) && !!v.over == row->over;
	if (!good)
		printf("# %u: %s\n", r.status, r.why);
	return good && v.kind == row->kind && v.protected == row->protected &&
	       !!v.over == row->over && (!v.set || v.set == &sa);
}

/* A key is found wherever it stands behind what it has no octet of. */
static bool leaks_found(void)
{
	static struct gmg_sipmsg bare;
	char line[128];
	const char *const changes[CHANGES] = { line };
	struct gmg_refusal r;
	int i;

	for (i = 0; i < 80; i++) {
		snprintf(line, sizeof(line), "X: %*s" IK, i, "");
		read_message(&m4, sm4, changes, "body", t4);
		if (agree_bare(&m4, &bare, &r))
			return false;
	}
	return true;
}

/* SM7 with such a Security-Verify, by a policy that may be another than that of SM6. */
static bool mirrors(const struct gmg_agree *policy, const char *list_of_sm7, const char *why)
{
	const struct gmg_agree_way way = way_of("10.45.0.11:6301", "192.0.2.10:6100");
	const char *const changes[CHANGES] = { list_of_sm7 };
	struct gmg_config cfg = *policy_of(3);
	struct gmg_sa sa = set_of(NULL);
	struct gmg_verified v;
	struct gmg_refusal r;
	bool good;

	cfg.agree = *policy;
	read_message(&m7, sm7, changes, "", t7);
	good = verify(&cfg, &m7, &way, &sa, 1, &v, &r);
	return why ? !good && says(&r, 494, why) : good && v.kind == AGREE_RESPONSE;
}

static bool mirrors_hold(void)
{
	static const struct gmg_agree changed = { .algorithms = (void *)(list + 1), .n_algorithms = 2 };
	static const struct gmg_ends ends = { 65538, 65537, 5100, 6100 };
	char text[SECAGREE_TEXT], sent_by_it[SECAGREE_TEXT + 32];

	sprintf(sent_by_it, "Security-Verify: %s", secagree_server(&changed, &ends, text));
	return mirrors(&ours, "Security-Verify: " SERVER(OUR_ENDS), NULL) &&
	       mirrors(&ours, "Security-Verify:" SERVER_GCM(OUR_ENDS) "," SERVER_CBC(OUR_ENDS) ","
		       SERVER_SHA(OUR_ENDS), NULL) &&
	       mirrors(&changed, "Security-Verify: " SERVER(OUR_ENDS), NULL) &&
	       mirrors(&changed, sent_by_it, "not the list that was sent") &&
	       mirrors(&ours, sent_by_it, "not the list that was sent") &&
	       mirrors(&ours, "Security-Verify: " SERVER(OUR_ENDS) "\r\nSecurity-Verify: "
		       SERVER_SHA(OUR_ENDS), "in another order") &&
	       mirrors(&ours, "Security-Verify: " SERVER(";spi-c=65538;spi-s=65539;port-c=5100;port-s=6100"),
		       "other SPIs");
}

/* Of two sets of a contact the later counts, whether it has been used or not. */
static bool latest_holds(void)
{
	static const char *const refresh[CHANGES] = { CREDENTIALS("", "response=\"\"") };
	const struct gmg_agree_way way = way_of("10.45.0.11:6301", "192.0.2.10:6100");
	struct gmg_sa sets[2] = { set_of(NULL), set_of(NULL) };
	struct gmg_verified v;
	struct gmg_refusal r;
	bool good;

	read_message(&m7, sm7, refresh, "", t7);
	sets[0].state = GMGUARD_SA_STATE_IN_USE;
	sets[1].port_uc = 7000;
	sets[1].over = sets[0].spi_ps;
	good = verify(NULL, &m7, &way, sets, 2, &v, &r) && v.protected;
	sets[1].state = GMGUARD_SA_STATE_ESTABLISHED;
	return good && verify(NULL, &m7, &way, sets, 2, &v, &r) && !v.protected &&
	       v.kind == AGREE_INITIAL;
}

/* A challenge fails under the set that SM1 came under: that stays, its integrity counts. */
static bool failure_holds(void)
{
	static const char *const auts[CHANGES] = { CREDENTIALS(NONCE, "response=\"\",auts=\"x\"") };
	const struct gmg_agree_way way = way_of("10.45.0.11:6301", "192.0.2.10:6100");
	struct gmg_sa sets[2] = { set_of(NULL), set_of(NULL) };
	struct gmg_verified v;
	struct gmg_refusal r;

	read_message(&m7, sm7, auts, "", t7);
	sets[0].state = GMGUARD_SA_STATE_IN_USE;
	memset(sets[0].digest, 1, 8);	/* that of an earlier nonce */
	sets[1].port_uc = 7000;
	sets[1].over = sets[0].spi_ps;
	return verify(NULL, &m7, &way, sets, 2, &v, &r) && v.kind == AGREE_SYNC_FAILURE &&
	       v.set == &sets[0] && v.over == &sets[1] && v.protected;
}

/* Without a policy, only the sets say what ports are protected. */
static bool ports_known(const char *source, const char *local, bool refused)
{
	static const char *const other[CHANGES] = { "Authorization: Digest username=\"x\",response=\"\"" };
	const struct gmg_agree_way way = way_of(source, local);
	struct gmg_sa sa = set_of(NULL);
	struct gmg_verified v;
	struct gmg_refusal r;

	read_message(&m7, sm7, other, "", t7);
	sa.state = GMGUARD_SA_STATE_IN_USE;
	if (verify(NULL, &m7, &way, &sa, 1, &v, &r))
		return !refused && v.kind == AGREE_INITIAL && !v.protected;
	return refused && says(&r, 0, "no set is of its ports");
}

/* What failed once is not mended by what is right. */
static bool ending_holds(void)
{
	static const char *const no[CHANGES];
	const struct gmg_agree_way way = way_of("10.45.0.11:6301", "192.0.2.10:6100");
	struct gmg_sa sa = set_of(NULL);
	struct gmg_verified v;
	struct gmg_refusal r;

	read_message(&m7, sm7, no, "", t7);
	if (!verify(NULL, &m7, &way, &sa, 1, &v, &r))
		return false;
	sa.ending = true;
	return !verify(NULL, &m7, &way, &sa, 1, &v, &r) && says(&r, 494, "has failed before") &&
	       v.over == &sa;
}

/* A set that sa add has installed. */
static bool digest_needed(void)
{
	static const char *const no[CHANGES];
	const struct gmg_agree_way way = way_of("10.45.0.11:6301", "192.0.2.10:6100");
	struct gmg_sa sa = set_of(NULL);
	struct gmg_verified v;
	struct gmg_refusal r;

	read_message(&m7, sm7, no, "", t7);
	memset(sa.digest, 0, sizeof(sa.digest));
	return !verify(NULL, &m7, &way, &sa, 1, &v, &r) && says(&r, 500, "did not install it") && !v.over;
}

static const struct forward {
	const char *what;
	bool protected;
	const char *sm7[CHANGES];
	const char *sm8[CHANGES];	/* besides Security-*; NULL: it is refused */
	const char *body;		/* of both */
	bool no_length;
} forwards[] = {
#define SENT "Authorization: Digest username=\"" IMPI "\",nonce=\"" NONCE "\",response=\"1234\""
	/* rule: T6 TS 33.203 6.1.5 */
	{ "SM8", true, { 0 }, { SENT ",integrity-protected=\"yes\"" } },
	{ "SM2", false, { 0 }, { SENT ",integrity-protected=\"no\"" } },
	{ "what the UE says of it", false, { "Authorization: Digest username=\"" IMPI "\", Integrity-Protected = yes ,nonce=\"\"" },
	  { "Authorization: Digest username=\"" IMPI "\" ,nonce=\"\",integrity-protected=\"no\"" } },
	{ "what it says twice", true,
	  { "Authorization: Digest integrity-protected=auth-done,username=\"" IMPI "\",integrity-protected=\"yes\"" },
	  { "Authorization: Digest username=\"" IMPI "\",integrity-protected=\"yes\"" } },
	{ "what it says to a proxy", true, { "Proxy-Authorization: Digest a=b,integrity-protected=yes" },
	  { SENT ",integrity-protected=\"yes\"", "Proxy-Authorization: Digest a=b" } },
	{ "a body", true, { "Content-Length: 4" }, { SENT ",integrity-protected=\"yes\"", "Content-Length: 4" }, "body" },
	/* by TCP nobody would know where it ends */
	{ "no body, and no length of it", true, { "Content-Length" }, { SENT ",integrity-protected=\"yes\"" }, "", true },
	{ "what it hides in <", false, { "Authorization: Digest integrity-protected=<,username=a@b" }, { 0 } },
	{ "its word and nothing else", false, { "Authorization: Digest integrity-protected=a username=a" }, { 0 } },
	{ "sec-agree with a parameter", true, { "Require: sec-agree;x=y" }, { 0 } },
	{ "what it hides in quotes", false, { "Authorization: Digest username=\"integrity-protected=yes\"" }, { 0 } },
	{ "what it hides there alone", false, { "Authorization", "Proxy-Authorization: integrity-protected=yes a=b" }, { 0 } },
	{ "what it hides in another's credentials", false, { "Proxy-Authorization: Digest a=\"integrity-protected\"" }, { 0 } },
};

static bool forward_holds(const struct forward *row)
{
	static const char *const lines[] = {
		"REGISTER sip:ims.example SIP/2.0",
		"Via: SIP/2.0/UDP 10.45.0.11:6300;branch=z9hG4bK2",
		"Proxy-Require: path",
		"Contact: <sip:10.45.0.11:6300>",
		"Call-ID: 1",
		"CSeq: 2 REGISTER",
		"Authorization: ",
		"Content-Length: 0",
		NULL
	};
	const char *body = row->body ?: "";
	char expected[TEXT_MAX], sent[64], *copy;
	struct gmg_refusal r = { 0 };
	size_t len, n;
	bool good;

	/* what follows the body is not of it: to a core behind TCP it is a message (RFC 3261 18.3) */
	snprintf(sent, sizeof(sent), "%s%s", body, row->no_length ? "" : "REGISTER sip:x SIP/2.0\r\n\r\n");
	read_message(&m7, sm7, row->sm7, sent, t7);
	copy = agree_forward(&m7, row->protected, &len, &r);
	n = build(lines, row->sm8, body, expected);
	good = row->sm8[0] ? copy && len == n && !memcmp(copy, expected, n) :
	       !copy && says(&r, 400, "cannot be taken out");
	if (!good)
		printf("# %s\n", copy ?: r.why);
	OPENSSL_clear_free(copy, len);
	return good;
}

/* Is SM1 with this Contact one for emergencies? */
static bool emergency_is(const char *contact, bool expected)
{
	const char *const changes[CHANGES] = { contact };
	struct gmg_refusal r;
	bool emergency;

	read_message(&m1, sm1, changes, "", t1);
	return agree_emergency(&m1, &emergency, &r) && emergency == expected;
}

static bool emergencies_hold(void)
{
	return emergency_is("Contact: <sip:10.45.0.11:6300;sos>", true) &&
	       emergency_is("Contact: <sips:a;b:c@10.45.0.11:6300;x=y;SOS=z?b=c>", true) &&
	       emergency_is("Contact: <sip:[2001:db8::1]:6300 ; sos >", true) &&
	       emergency_is("Contact: <sip:10.45.0.11:6300;sos>, <sip:b>", true) &&
	       emergency_is("Contact: <sip:b>, <sip:10.45.0.11:6300;sos>", true) &&
	       emergency_is("Contact: <sip:10.45.0.11:6300;sos>\r\nm: <sip:b>", true) &&
	       emergency_is("Contact: <sip:10.45.0.11:6300>;sos", false) &&
	       emergency_is("Contact: sip:10.45.0.11:6300;sos", false) &&
	       emergency_is("Contact: \"<sip:a;sos>\" <sip:10.45.0.11:6300;x=sos;sosx>", false) &&
	       emergency_is("Contact: <sip:a:p;sos@10.45.0.11:6300>", false) &&
	       emergency_is("Contact: *", false);
}

static const struct accept {
	const char *what;
	const char *sm12[CHANGES];
	uint32_t seconds;
	const char *why;	/* NULL: it is taken */
} accepts[] = {
	{ "a Contact that says for how long", { 0 }, 3240, NULL },
	{ "a Contact, and Expires", { "Expires: 60" }, 3240, NULL },
	{ "Expires", { "Contact: <sip:10.45.0.11:6300>", "Expires: 600000" }, 600000, NULL },
	{ "the Contact of this UE", { "Contact: <sip:10.45.0.12:6300>;expires=9, \"<,\" <sip:u@10.45.0.11:6300;x=y@z>;q=1;expires=\"77\"" }, 77, NULL },
	{ "a Contact in another header", { "Contact: <sip:10.45.0.12:6300>;expires=9", "m: sip:10.45.0.11:6300;expires=78" }, 78, NULL },
	{ "the longer of two", { "Contact: <sip:10.45.0.11:6300>;expires=5,<sip:10.45.0.11:6300;ob>;expires=6" }, 6, NULL },
	{ "the longer of two, first", { "Contact: <sip:10.45.0.11:6300>;expires=6,<sip:10.45.0.11:6300;ob>;expires=5" }, 6, NULL },
	{ "the shorter of its own and another's", { "Contact: <sip:10.45.0.11:6300>;expires=5,<sip:10.45.0.12:6300>;expires=6" }, 5, NULL },
	{ "what another has and this one has not", { "Contact: <sip:10.45.0.11:6300>,<sip:10.45.0.12:6300>;expires=9", "Expires: 60" }, 60,
	  NULL },
	{ "a parameter of the URI", { "Contact: <sip:10.45.0.11:6300;expires=5>;expires=6" }, 6, NULL },
	{ "a parameter of the URI alone", { "Contact: <sip:10.45.0.11:6300;expires=5>", "Expires: 60" }, 60, NULL },
	{ "a userinfo with parameters", { "Contact: <sip:a;b@10.45.0.11:6300>;expires=6" }, 6, NULL },
	{ "the address in an IPv6 one", { "Contact: <sip:[::ffff:10.45.0.11]:6300>;expires=8" }, 8, NULL },
	{ "another in one", { "Contact: <sip:[::ffff:10.45.0.12]:6300>;expires=8" }, 0, NULL },
	{ "the host of another scheme", { "Contact: <tel:10.45.0.11:6300>;expires=8" }, 0, "one may be the UE all the same" },
	{ "no Contact", { "Contact" }, 0, NULL },
	{ "0 seconds", { "Contact: <sip:10.45.0.11:6300>;expires=0" }, 0, NULL },
	{ "another UE of this user only", { "Contact: <sip:10.45.0.12:6300>;expires=9" }, 0, NULL },
	{ "another port", { "Contact: <sip:10.45.0.11:6301>;expires=9" }, 0, "one may be the UE all the same" },
	{ "a name", { "Contact: <sip:ue.example>;expires=9" }, 0, "one may be the UE all the same" },
	{ "nothing about seconds", { "Contact: <sip:10.45.0.11:6300>" }, 0, "says how long" },
	{ "seconds that are none", { "Contact: <sip:10.45.0.11:6300>;expires=x" }, 0, "says how long" },
	{ "a host that a parameter may hide", { "Contact: <sip:10.45.0.11:6300;x=@evil.example>;expires=9" }, 0,
	  "one may be the UE all the same" },
	{ "the emergency registration of this UE", { "Contact: <sip:10.45.0.11:6300;sos>;expires=9" }, 0, NULL },
	{ "at another port", { "Contact: <sip:10.45.0.11:7300;sos>;expires=9" }, 0, NULL },
	{ "beside its own", { "Contact: <sip:10.45.0.11:6300;sos>;expires=9, <sip:10.45.0.11:6300>;expires=5" }, 5, NULL },
	{ "more than 2^32 seconds", { "Contact: <sip:10.45.0.11:6300>;expires=4294967296" }, 0, "says how long" },
	{ "a 403", { "SIP/2.0 403 Forbidden" }, 0, "no 2xx" },
	{ "a 100", { "SIP/2.0 100 Trying" }, 0, "no 2xx" },
	{ "a 200 to another method", { "CSeq: 2 INVITE" }, 0, "no 2xx" },
};

static bool accept_holds(const struct accept *row)
{
	struct gmg_sa sa = set_of(NULL);
	struct gmg_refusal r;
	uint32_t seconds;

	read_message(&m7, sm12, row->sm12, "", t7);
	if (agree_accept(&m7, &sa, &seconds, &r))
		return !row->why && seconds == row->seconds;
	return row->why ? says(&r, 500, row->why) : says(&r, 0, "nothing");
}

/* Of a set for emergencies: without sos it is another registration. */
static bool accept_of_emergency(const char *contact, uint32_t expected)
{
	static const char *const sos[CHANGES] = { SOS };
	const char *const changes[CHANGES] = { contact };
	struct gmg_sa sa = set_of(sos);
	struct gmg_refusal r;
	uint32_t seconds;

	read_message(&m7, sm12, changes, "", t7);
	return agree_accept(&m7, &sa, &seconds, &r) && seconds == expected;
}

static bool reject_holds(const char *start, const char *cseq, uint32_t state, const char *why)
{
	const char *const changes[CHANGES] = { start, cseq };
	struct gmg_sa sa = set_of(NULL);
	struct gmg_refusal r;

	sa.state = state;
	read_message(&m7, sm12, changes, "", t7);
	if (agree_reject(&m7, &sa, &r))
		return !why;
	return why && says(&r, 500, why);
}

static bool rejects_hold(void)
{
	return reject_holds("SIP/2.0 403 Forbidden", NULL, TEMP, NULL) &&
	       reject_holds("SIP/2.0 403 Forbidden", NULL, IN_USE, NULL) &&
	       reject_holds("SIP/2.0 300 Multiple Choices", NULL, TEMP, NULL) &&
	       reject_holds("SIP/2.0 500 Server Internal Error", NULL, TEMP, NULL) &&
	       reject_holds("SIP/2.0 699 Decline", NULL, TEMP, NULL) &&
	       reject_holds("SIP/2.0 401 Unauthorized", NULL, TEMP, NULL) &&
	       reject_holds("SIP/2.0 407 Proxy Authentication Required", NULL, TEMP, NULL) &&
	       reject_holds("SIP/2.0 401 Unauthorized", NULL, IN_USE, "is a challenge") &&
	       reject_holds("SIP/2.0 401 Unauthorized", NULL, OLD, "is a challenge") &&
	       reject_holds("SIP/2.0 200 OK", NULL, TEMP, "no final answer") &&
	       reject_holds("SIP/2.0 180 Ringing", NULL, TEMP, "no final answer") &&
	       reject_holds("SIP/2.0 403 Forbidden", "CSeq: 1 INVITE", TEMP, "no final answer");
}

static void read_file(struct gmg_sipmsg *m, const char *path)
{
	char *text = malloc(SIPMSG_MAX), why[SIPMSG_WHY];
	FILE *f = fopen(path, "r");
	size_t len;

	if (!f || !text)
		abort();
	len = fread(text, 1, SIPMSG_MAX, f);
	fclose(f);
	if (sipmsg_read(m, text, len, why))
		return;
	printf("%s: %s\n", path, why);
	exit(1);
}

/* The set that the messages of @path make, between the addresses that follow, by a list of
 * hmac-md5-96 alone; then SM6, SM8 and what they are found to be.
 */
static int replay(char **path)
{
	const struct gmg_agree_way way = way_of(path[5], path[6]);
	const struct gmg_algorithm md5 = { GMGUARD_ALG_HMAC_MD5_96, GMGUARD_EALG_NULL };
	const struct gmg_agree legacy = { .algorithms = (void *)&md5, .n_algorithms = 1 };
	static struct gmg_sipmsg m6, m12, bare;
	struct gmg_secagree server;
	struct gmg_aka_keys keys;
	struct gmg_esp_keys esp;
	char why[SIPMSG_WHY], hex[2 * sizeof(esp.auth_key) + 1], *sm6, *sm8;
	struct gmg_verified v;
	struct gmg_refusal r;
	struct gmg_ends ends;
	struct gmg_sa sa;
	uint32_t seconds;
	size_t len;

	read_file(&m1, path[0]);
	read_file(&m4, path[1]);
	read_file(&m6, path[2]);
	read_file(&m7, path[3]);
	read_file(&m12, path[4]);
	if (!challenge(&m1, &m4, &way, &legacy, &sa, &keys, &r) ||
	    !gmg_keys_expand(sa.alg, sa.ealg, &keys, &esp) ||
	    !secagree_read(&m6, GMG_SIP_SECURITY_SERVER, &server, why) ||
	    !secagree_ends(&server, &ends) || !agree_digest_server(&server, sa.digest)) {
		printf("%s\n", r.why);
		return 1;
	}
	sa.spi_pc = ends.spi_c;
	sa.spi_ps = ends.spi_s;
	sa.port_pc = ends.port_c;
	sa.port_ps = ends.port_s;
	sa.state = GMGUARD_SA_STATE_TEMPORARY;
	printf("%s %s %s %u %u %u %u ", sa.impi, alg_word(sa.alg), ealg_word(sa.ealg), sa.spi_uc,
	       sa.spi_us, sa.port_uc, sa.port_us);
	hex_format(esp.auth_key, esp.auth_len, hex);
	printf("%s", hex);
	if (!agree_bare(&m4, &bare, &r)) {
		printf("%s\n", r.why);
		return 1;
	}
	sm6 = agree_sm6(&bare, &sa, &legacy, 0, "", &len);
	printf("\n%s", sm6);
	if (!verify(NULL, &m7, &(struct gmg_agree_way){ { sa.ue, sa.port_uc }, { sa.pcscf, sa.port_ps } },
			  &sa, 1, &v, &r) || !agree_accept(&m12, &sa, &seconds, &r)) {
		printf("%s\n", r.why);
		return 1;
	}
	sm8 = agree_forward(&m7, v.protected, &len, &r);
	printf("%s%d %s %u\n", sm8 ?: "", v.kind, v.protected ? "yes" : "no", seconds);
	OPENSSL_free((void *)bare.p);
	OPENSSL_free(sm6);
	OPENSSL_free(sm8);
	return 0;
}

/* Of each list its own, whichever came before. */
static bool ours_hold(void)
{
	const struct gmg_agree other = { .algorithms = (void *)(list + 1), .n_algorithms = 2 };
	const struct gmg_agree third = { .algorithms = (void *)list, .n_algorithms = 2 };
	uint8_t a[GMGUARD_DIGEST_LEN], b[GMGUARD_DIGEST_LEN], c[GMGUARD_DIGEST_LEN];
	uint8_t again[GMGUARD_DIGEST_LEN];

	return agree_digest_ours(&other, a) && agree_digest_ours(&third, b) &&
	       agree_digest_ours(&ours, c) && agree_digest_ours(&other, again) &&
	       !agree_digest_same(AGREE_SERVER, a, b) && !agree_digest_same(AGREE_SERVER, b, c) &&
	       !agree_digest_same(AGREE_SERVER, a, c) && agree_digest_same(AGREE_SERVER, a, again);
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc == 8)
		return replay(argv + 1);
	printf("TAP version 13\n");
	for (i = 0; i < ARRAY_SIZE(challenges); i++)
		result(challenge_holds(&challenges[i]), challenges[i].what);
	for (i = 0; i < ARRAY_SIZE(sm6s); i++)
		result(sm6_holds(&sm6s[i], "body"), sm6s[i].what);
	result(sm6_holds(&(struct sm6){ "", { "Content-Length: 35" }, { 0 } }, "ik " IK), "a key in the body");
	result(leaks_found(), "a key anywhere");
	result(sm6_conceals(SIPMSG_IDENTITIES, "\r\nTo: <sip:t@tmpi>;tag=2\r\n"),
	       "an IMPI where the UE has a TMPI");
	result(sm6_conceals(UINT64_C(1) << GMG_SIP_FROM, "\r\nTo: <sip:ue9@IMS.example>;tag=2\r\n"),
	       "and where it has its IMPI");
	result(stands_hold(), "whom a TMPI stands for");
	for (i = 0; i < ARRAY_SIZE(tmpi_rows); i++)
		result(tmpi_row_holds(&tmpi_rows[i]), tmpi_rows[i].what);
	result(too_many_hold(), "more than can be cut");
	result(salt_holds(), "no ck for the salt of aes-gmac");
	for (i = 0; i < ARRAY_SIZE(places); i++)
		result(place_holds(&places[i]), places[i].what);
	for (i = 0; i < ARRAY_SIZE(verifies); i++)
		result(verify_holds(&verifies[i]), verifies[i].what);
	result(mirrors_hold(), "a list mirrored octet for octet, by this policy and another");
	result(port_stays(), "another server port of the UE's");
	result(port_is_fresh_for(6300, 5101), "a client port that a set of its server port has");
	result(port_is_fresh_for(6302, 5100), "one that a set of another has");
	result(ours_hold(), "digests of our lists");
	result(latest_holds(), "the set of the latest authentication");
	result(failure_holds(), "a failure under the set before");
	result(server_port(IMPI, "192.0.2.10", 6101, GMGUARD_SA_STATE_IN_USE, 6101), "the server port that the UE has");
	result(server_port(IMPI, "192.0.2.10", 6101, GMGUARD_SA_STATE_TEMPORARY, 6100), "not of a temporary set");
	result(server_port(IMPI, "192.0.2.20", 6101, GMGUARD_SA_STATE_IN_USE, 6100), "not at another endpoint");
	result(server_port("x", "192.0.2.10", 6101, GMGUARD_SA_STATE_IN_USE, 6100), "not of another user");
	result(server_port(IMPI, "192.0.2.10", 7100, GMGUARD_SA_STATE_IN_USE, 6100), "not one that the policy has no more");
	result(ports_known("10.45.0.11:7777", "192.0.2.10:6100", true), "a server port without a policy");
	result(ports_known("10.45.0.11:7777", "192.0.2.10:5100", true), "a client port without one");
	result(ports_known("10.45.0.11:7777", "192.0.2.10:5060", false), "another port without one");
	result(ports_known("10.45.0.11:7777", "192.0.2.11:6100", false), "the port of another address");
	result(ending_holds(), "SM7 after one that has failed");
	result(digest_needed(), "a set of which nothing is kept");
	for (i = 0; i < ARRAY_SIZE(forwards); i++)
		result(forward_holds(&forwards[i]), forwards[i].what);
	for (i = 0; i < ARRAY_SIZE(accepts); i++)
		result(accept_holds(&accepts[i]), accepts[i].what);
	result(accept_of_emergency(SOS ";expires=9", 9), "the Contact of an emergency registration");
	result(accept_of_emergency("Contact: <sip:10.45.0.11:6300>;expires=9", 0), "the other Contact of its UE");
	result(accept_of_emergency(SOS ";expires=9, <sip:10.45.0.11:6300>;expires=99", 9), "both");
	result(emergencies_hold(), "what is for emergencies");
	result(rejects_hold(), "answers that failed");
	return finish();
}
