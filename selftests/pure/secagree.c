// SPDX-License-Identifier: GPL-2.0
/* Security-Client, -Server and -Verify: how they are read, what of an offer is taken, and
 * which of them say the same. With arguments: how each of these values is read.
 */
#include <stdio.h>
#include <string.h>

#include "array.h"
#include "octets.h"
#include "secagree.h"
#include "words.h"

static const char *alg_text(uint32_t alg)
{
	return alg == SECAGREE_ABSENT ? "-" : alg == SECAGREE_UNKNOWN ? "?" : alg_word(alg);
}

/* "ipsec-3gpp alg/ealg mod q spi-c,spi-s,port-c,port-s", or the name of another. */
static void write_list(const struct gmg_secagree *a, char *at)
{
	const struct gmg_mechanism *m;

	*at = '\0';
	for (m = a->mechanism; m < a->mechanism + a->n; m++) {
		at += sprintf(at, "%s%.*s", m == a->mechanism ? "" : "|", (int)m->name.len, m->name.p);
		if (!m->ipsec)
			continue;
		at += sprintf(at, " %s/%s%s %.*s %d %u,%u,%u,%u", alg_text(m->alg),
			      m->ealg == SECAGREE_UNKNOWN ? "?" : ealg_word(m->ealg),
			      m->prot_esp ? "" : " ah", (int)m->mod.len, m->mod.p, m->q,
			      m->ends.spi_c, m->ends.spi_s, m->ends.port_c, m->ends.port_s);
	}
}

#define ENDS ";spi-c=1111;spi-s=2222;port-c=3333;port-s=4444"
#define READ " 1111,2222,3333,4444"
#define SHA "ipsec-3gpp;alg=hmac-sha-1-96"

static const struct value {
	const char *what;
	const char *value;
	const char *read;	/* or, if that is NULL, ... */
	const char *why;
} values[] = {
	{ "as a tablet has it", "ipsec-3gpp;prot=esp;mod=trans" ENDS ";alg=hmac-md5-96;ealg=null",
	  "ipsec-3gpp hmac-md5-96/null trans -1" READ, NULL },
	{ "white space, no prot and mod", "ipsec-3gpp ; alg = hmac-sha-1-96 ;\r\n ealg=aes-cbc; spi-c=1111; spi-s=2222; port-c=3333; port-s=4444",
	  "ipsec-3gpp hmac-sha-1-96/aes-cbc trans -1" READ, NULL },
	{ "no ealg, and a q", SHA ENDS ";q=0.1", "ipsec-3gpp hmac-sha-1-96/null trans 100" READ, NULL },
	{ "any case", "IPSEC-3GPP;ALG=HMAC-SHA-1-96;EALG=AES-CBC;PROT=ESP;MOD=UDP-ENC-TUN",
	  "IPSEC-3GPP hmac-sha-1-96/aes-cbc UDP-ENC-TUN -1 0,0,0,0", NULL },
	{ "ten digits of an SPI", SHA ";spi-c=0000004096;spi-s=4294967295",
	  "ipsec-3gpp hmac-sha-1-96/null trans -1 4096,4294967295,0,0", NULL },
	{ "two, and tls", SHA ENDS ", " SHA ";ealg=aes-cbc" ENDS ",tls;q=0.2",
	  "ipsec-3gpp hmac-sha-1-96/null trans -1" READ "|ipsec-3gpp hmac-sha-1-96/aes-cbc trans -1" READ "|tls", NULL },
	{ "algorithms of nobody's", "ipsec-3gpp;alg=hmac-sha-256-128;ealg=x", "ipsec-3gpp ?/? trans -1 0,0,0,0", NULL },
	{ "no algorithm", "ipsec-3gpp" ENDS, "ipsec-3gpp -/null trans -1" READ, NULL },
	{ "ah", SHA ";prot=ah", "ipsec-3gpp hmac-sha-1-96/null ah trans -1 0,0,0,0", NULL },
	{ "parameters of later, without a value or in quotes", "ipsec-ike;q=0.1;test=458;toto,digest;d-ver=\"0,1;2\"",
	  "ipsec-ike|digest", NULL },
	{ "ports 5059 and 5062", SHA ";port-c=5059;port-s=5062",
	  "ipsec-3gpp hmac-sha-1-96/null trans -1 0,0,5059,5062", NULL },
	{ "an escape in a string", "tls;x=\"\\\"\\\\\"", "tls", NULL },
	{ "q of 1", SHA ";q=1.000", "ipsec-3gpp hmac-sha-1-96/null trans 1000 0,0,0,0", NULL },
	{ "q of 0.05", SHA ";q=0.05", "ipsec-3gpp hmac-sha-1-96/null trans 50 0,0,0,0", NULL },
	{ "a number of tls that is none", "tls;spi-c=x", "tls", NULL },

	{ "nothing", "", NULL, "mechanism 1: it begins with its name" },
	{ "parameters without a mechanism", ";alg=test", NULL, "it begins with its name" },
	{ "nothing behind a comma", SHA ENDS ",", NULL, "mechanism 2: it begins with its name" },
	{ "nothing behind a semicolon", SHA ";", NULL, "there is NAME=VALUE" },
	{ "a value of nothing", SHA ";ealg=", NULL, "there is NAME=VALUE" },
	{ "text between two strings", "tls;x=\"a\"b\"c\"", NULL, "there is NAME=VALUE" },
	{ "a string that does not end", "tls;x=\"a\\\"", NULL, "there is NAME=VALUE" },
	{ "a line end in a string", "tls;x=\"a\r\n b\"", NULL, "there is NAME=VALUE" },
	{ "two words", SHA ";ealg=null aes-cbc", NULL, "there is NAME=VALUE" },
	{ "a name in quotes", "\"ipsec-3gpp\";alg=null", NULL, "it begins with its name" },
	{ "SPI 0", SHA ";spi-s=0", NULL, "spi-s has 1 to 10 decimal digits, 1 to 4294967295" },
	{ "SPI 2^32", SHA ";spi-c=4294967296", NULL, "spi-c has 1 to 10" },
	{ "an SPI of eleven digits", SHA ";spi-c=00000000001", NULL, "spi-c has 1 to 10" },
	{ "a hexadecimal SPI", SHA ";spi-c=0x1", NULL, "spi-c has 1 to 10" },
	{ "a negative SPI", SHA ";spi-c=-5", NULL, "spi-c has 1 to 10" },
	{ "an SPI without a value", SHA ";spi-c", NULL, "spi-c has 1 to 10" },
	{ "an SPI in quotes", SHA ";spi-c=\"5\"", NULL, "spi-c has 1 to 10" },
	{ "port 0", SHA ";port-c=0", NULL, "port-c is 1 to 65535, but neither 5060 nor 5061" },
	{ "port 65536", SHA ";port-s=65536", NULL, "port-s is 1 to 65535" },
	{ "port 5060", SHA ";port-s=5060", NULL, "port-s is 1 to 65535" },
	{ "port 5061", SHA ";port-c=05061", NULL, "port-c is 1 to 65535" },
	{ "one SPI for both ends", SHA ";spi-c=5;spi-s=05", NULL, "spi-c and spi-s must differ" },
	{ "one port for both ends", SHA ";port-c=5;port-s=5", NULL, "port-c and port-s must differ" },
	{ "q of 1.001", SHA ";q=1.001", NULL, "q is 0 to 1" },
	{ "q of 2", SHA ";q=2", NULL, "q is 0 to 1" },
	{ "q of four decimals", SHA ";q=0.0001", NULL, "q is 0 to 1" },
	{ "q without a value", SHA ";q", NULL, "q is 0 to 1" },
	{ "a parameter twice", SHA ";spi-c=5;SPI-C=5", NULL, "a parameter is there twice" },
	{ "a parameter of tls twice", "tls;x;x", NULL, "a parameter is there twice" },
};

static bool value_holds(const struct value *row)
{
	static struct gmg_secagree a;
	char why[SIPMSG_WHY] = "", text[1024];
	bool good;

	a.n = 0;
	good = secagree_parse(text_of(row->value), &a, why);
	write_list(&a, text);
	if (row->read ? good && !strcmp(text, row->read) : !good && strstr(why, row->why))
		return true;
	printf("# %s%s\n", good ? text : "refused: ", why);
	return false;
}

static const struct gmg_algorithm today[] = {
	{ GMGUARD_ALG_NULL, GMGUARD_EALG_AES_GCM },
	{ GMGUARD_ALG_HMAC_SHA_1_96, GMGUARD_EALG_AES_CBC },
	{ GMGUARD_ALG_AES_GMAC, GMGUARD_EALG_NULL },
	{ GMGUARD_ALG_HMAC_SHA_1_96, GMGUARD_EALG_NULL },
	{ GMGUARD_ALG_HMAC_MD5_96, GMGUARD_EALG_NULL },
};

#define GCM "ipsec-3gpp;alg=null;ealg=aes-gcm"
#define CBC SHA ";ealg=aes-cbc"
#define MD5 "ipsec-3gpp;alg=hmac-md5-96"

/* Which of an offer is taken of the first so many of our list, and why another is not. */
static const struct offer {
	const char *what;
	const char *offer;
	uint32_t ours;
	int taken;
	int other;		/* -1: none is asked for */
	const char *why;
} offers[] = {
	{ "the only one", SHA ENDS, 4, 0, 0, "the first of the policy's list" },
	{ "ours is the order", SHA ENDS "," CBC ENDS "," GCM ENDS, 4, 2, 0, "the policy prefers the one" },
	{ "not the UE's q", SHA ";q=0.9" ENDS "," CBC ";q=0.1" ENDS, 4, 1, 0, "the policy prefers the one" },
	{ "the best, wherever it is", CBC ENDS "," GCM ENDS "," SHA ENDS, 4, 1, 2, "the policy prefers the one" },
	{ "the first of two alike", CBC ENDS "," CBC ";x=y" ENDS, 4, 0, 1, "the policy prefers the one" },
	{ "none of the list", MD5 ENDS, 4, -1, 0, "the policy does not list it (agree.algorithms)" },
	{ "MD5 where it is listed", MD5 ENDS, 5, 0, -1, NULL },
	{ "a pair that may not be", "ipsec-3gpp;alg=null" ENDS "," SHA ENDS, 4, 1, 0, "integrity is mandatory" },
	{ "aes-gcm with an HMAC", SHA ";ealg=aes-gcm" ENDS, 4, -1, 0, "it goes with alg null only" },
	{ "no alg", "ipsec-3gpp;ealg=aes-cbc" ENDS "," SHA ENDS, 4, 1, 0, "alg is missing" },
	{ "an alg of nobody's", "ipsec-3gpp;alg=hmac-sha-256-128" ENDS "," SHA ENDS, 4, 1, 0, "nobody knows its alg" },
	{ "an ealg of nobody's", SHA ";ealg=aes-ctr" ENDS "," SHA ENDS, 4, 1, 0, "nobody knows its ealg" },
	{ "another mechanism", "tls;q=1.0," SHA ENDS, 4, 1, 0, "only ipsec-3gpp" },
	{ "ah", SHA ";prot=ah" ENDS "," SHA ENDS, 4, 1, 0, "prot must be esp" },
	{ "a UE behind a NAT", SHA ";mod=UDP-enc-tun" ENDS "," SHA ENDS, 4, 1, 0, "behind a NAT" },
	{ "tunnel mode", SHA ";mod=tun" ENDS, 4, -1, 0, "mod must be trans" },
	{ "no SPI", SHA ";spi-c=5;port-c=6;port-s=7," CBC ENDS, 4, 1, 0, "must all be there" },
	{ "no port", SHA ";spi-c=5;spi-s=6;port-s=7", 4, -1, 0, "must all be there" },
	{ "two SPIs", SHA ENDS "," CBC ";spi-c=1112;spi-s=2222;port-c=3333;port-s=4444", 4, -1, 0, "one pair of each" },
	{ "two ports", SHA ENDS "," CBC ";spi-c=1111;spi-s=2222;port-c=3333;port-s=4445", 4, -1, 1, "one pair of each" },
	{ "nothing of ours", SHA ENDS, 0, -1, 0, "the policy does not list it" },
};

static bool offer_holds(const struct offer *row)
{
	struct gmg_agree ours = { .algorithms = (void *)today, .n_algorithms = row->ours };
	static struct gmg_secagree a;
	struct gmg_choice choice;
	char why[SIPMSG_WHY];

	a.n = 0;
	if (!secagree_parse(text_of(row->offer), &a, why))
		return false;
	secagree_choose(&a, &ours, &choice);
	if (choice.taken == row->taken &&
	    (row->other < 0 || strstr(choice.why[row->other], row->why)))
		return true;
	printf("# %d is taken: %s\n", choice.taken, choice.why[row->other < 0 ? 0 : row->other]);
	return false;
}

/* Do the two say the same? And but for SPIs and ports? */
static const struct pair {
	const char *what;
	const char *one;
	const char *other;
	bool same;
	bool same_but_ends;
} pairs[] = {
	{ "it and itself", CBC ENDS, CBC ENDS, true, true },
	{ "white space, case and order of parameters", CBC ENDS,
	  "IPSEC-3gpp; SPI-S=2222;spi-c=1111;\r\n port-s=4444;ealg=AES-cbc;port-c=3333 ;alg=hmac-SHA-1-96", true, true },
	{ "defaults spelled out", SHA ENDS, SHA ";ealg=null;prot=esp;mod=trans" ENDS, true, true },
	{ "leading zeros", SHA ENDS, SHA ";spi-c=0000001111;spi-s=2222;port-c=03333;port-s=4444", true, true },
	{ "trailing zeros of q", SHA ";q=0.5" ENDS, SHA ";q=0.500" ENDS, true, true },
	{ "parameters of later, in any order", SHA ENDS ";b=c;A=1", SHA ENDS ";a=1;B=C", true, true },
	{ "another alg", CBC ENDS, MD5 ";ealg=aes-cbc" ENDS, false, false },
	{ "another alg that nobody knows", "ipsec-3gpp;alg=a" ENDS, "ipsec-3gpp;alg=b" ENDS, false, false },
	{ "another ealg that nobody knows", SHA ";ealg=a" ENDS, SHA ";ealg=b" ENDS, false, false },
	{ "one in another case", SHA ";ealg=a" ENDS, SHA ";ealg=A" ENDS, true, true },
	{ "another prot that nobody knows", SHA ";prot=a" ENDS, SHA ";prot=b" ENDS, false, false },
	{ "another mod that nobody knows", SHA ";mod=a" ENDS, SHA ";mod=b" ENDS, false, false },
	{ "another ealg", CBC ENDS, SHA ENDS, false, false },
	{ "another prot", SHA ENDS, SHA ";prot=ah" ENDS, false, false },
	{ "another mod", SHA ENDS, SHA ";mod=tun" ENDS, false, false },
	{ "another q", SHA ";q=0.5" ENDS, SHA ";q=0.501" ENDS, false, false },
	{ "no q", SHA ";q=1" ENDS, SHA ENDS, false, false },
	{ "another spi-c", SHA ENDS, SHA ";spi-c=1112;spi-s=2222;port-c=3333;port-s=4444", false, true },
	{ "another spi-s", SHA ENDS, SHA ";spi-c=1111;spi-s=2223;port-c=3333;port-s=4444", false, true },
	{ "another port-c", SHA ENDS, SHA ";spi-c=1111;spi-s=2222;port-c=3334;port-s=4444", false, true },
	{ "another port-s", SHA ENDS, SHA ";spi-c=1111;spi-s=2222;port-c=3333;port-s=4445", false, true },
	{ "ends that are swapped", SHA ENDS, SHA ";spi-c=2222;spi-s=1111;port-c=3333;port-s=4444", false, true },
	{ "one less", CBC ENDS "," SHA ENDS, SHA ENDS, false, false },
	{ "one more", SHA ENDS, SHA ENDS ",tls", false, false },
	{ "another order", CBC ENDS "," SHA ENDS, SHA ENDS "," CBC ENDS, false, false },
	{ "another mechanism", "tls", "ipsec-ike", false, false },
	{ "a parameter of later more", SHA ENDS, SHA ENDS ";x", false, false },
	{ "its value", SHA ENDS ";x", SHA ENDS ";x=y", false, false },
	{ "another value of it", SHA ENDS ";x=z", SHA ENDS ";x=y", false, false },
	{ "case in quotes", "tls;x=\"Y\"", "tls;x=\"y\"", false, false },
	{ "one mechanism or two", "tls;a", "tls,a", false, false },
	{ "SPIs of another mechanism", "tls;spi-c=1", "tls;spi-c=2", false, false },
};

static bool pair_holds(const struct pair *row)
{
	uint8_t one[SECAGREE_HASH], other[SECAGREE_HASH];
	static struct gmg_secagree a, b;
	char why[SIPMSG_WHY];
	bool same[2];
	int ends;

	a.n = 0;
	b.n = 0;
	if (!secagree_parse(text_of(row->one), &a, why) ||
	    !secagree_parse(text_of(row->other), &b, why))
		return false;
	for (ends = 0; ends <= 1; ends++) {
		if (!secagree_hash(&a, ends, one) || !secagree_hash(&b, ends, other))
			return false;
		same[ends] = !memcmp(one, other, sizeof(one));
	}
	return same[1] == row->same && same[0] == row->same_but_ends;
}

/* What we print we read, each with a q less than that of the one before. */
static bool server_holds(uint32_t n)
{
	struct gmg_agree ours = { .algorithms = (void *)today, .n_algorithms = n };
	const struct gmg_ends ends = { 4294967295, 4294967294, 65535, 65534 };
	static struct gmg_secagree a;
	char text[SECAGREE_TEXT], why[SIPMSG_WHY];
	struct gmg_ends read;
	uint32_t i;

	a.n = 0;
	if (!secagree_parse(text_of(secagree_server(&ours, &ends, text)), &a, why) || a.n != n ||
	    !secagree_ends(&a, &read) || memcmp(&read, &ends, sizeof(ends)))
		return false;
	for (i = 0; i < n; i++)
		if (a.mechanism[i].alg != today[i].alg || a.mechanism[i].ealg != today[i].ealg ||
		    a.mechanism[i].q < 1 || (i && a.mechanism[i].q >= a.mechanism[i - 1].q))
			return false;
	a.n = 0;
	return secagree_parse(text_of(secagree_server(&ours, NULL, text)), &a, why) &&
	       a.n == n && !secagree_ends(&a, &read);
}

/* All pairs that may be, and the longest numbers, fit. */
static bool server_fits(void)
{
	static const struct gmg_algorithm longest = {
		GMGUARD_ALG_HMAC_SHA_1_96, GMGUARD_EALG_DES_EDE3_CBC
	};
	const struct gmg_ends ends = { 4294967295, 4294967295, 65535, 65535 };
	struct gmg_algorithm list[8];
	struct gmg_agree ours = { .algorithms = list, .n_algorithms = ARRAY_SIZE(list) };
	char text[SECAGREE_TEXT];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(list); i++)
		list[i] = longest;
	return strlen(secagree_server(&ours, &ends, text)) < sizeof(text) - 1;
}

/* As many as there is room for, and one more. */
static bool bounds_hold(void)
{
	static struct gmg_secagree a;
	char text[2048], why[SIPMSG_WHY], *at;
	bool good = true;
	int n, i;

	for (n = SECAGREE_MECHANISMS; n <= SECAGREE_MECHANISMS + 1; n++) {
		at = text;
		for (i = 0; i < n; i++)
			at += sprintf(at, "%stls", i ? "," : "");
		a.n = 0;
		good &= secagree_parse(text_of(text), &a, why) == (n == SECAGREE_MECHANISMS);
	}
	for (n = SECAGREE_PARAMS; n <= SECAGREE_PARAMS + 1; n++) {
		at = text + sprintf(text, "tls");
		for (i = 0; i < n; i++)
			at += sprintf(at, ";p%d", i);
		a.n = 0;
		good &= secagree_parse(text_of(text), &a, why) == (n == SECAGREE_PARAMS);
	}
	return good;
}

int main(int argc, char **argv)
{
	static struct gmg_secagree a;
	char why[SIPMSG_WHY], text[8192];
	uint32_t n;
	size_t i;
	int v;

	for (v = 1; v < argc; v++) {
		a.n = 0;
		if (secagree_parse(text_of(argv[v]), &a, why))
			write_list(&a, text);
		else
			snprintf(text, sizeof(text), "refused: %s", why);
		puts(text);
	}
	if (argc > 1)
		return 0;
	printf("TAP version 13\n");
	for (i = 0; i < ARRAY_SIZE(values); i++)
		result(value_holds(&values[i]), values[i].what);
	for (i = 0; i < ARRAY_SIZE(offers); i++)
		result(offer_holds(&offers[i]), offers[i].what);
	for (i = 0; i < ARRAY_SIZE(pairs); i++)
		result(pair_holds(&pairs[i]), pairs[i].what);
	for (n = 1; n <= ARRAY_SIZE(today); n++)
		result(server_holds(n), "our list, printed and read");
	result(server_fits(), "our list fits");
	result(bounds_hold(), "bounds");
	return finish();
}
