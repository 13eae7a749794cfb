// SPDX-License-Identifier: GPL-2.0
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "digest.h"
#include "explain_sip.h"
#include "hex.h"
#include "options.h"
#include "print.h"
#include "secret.h"
#include "words.h"

/* Types of the values, and of the members of struct gmg_line they go to. */
enum kind {
	FLAG,		/* bool */
	TEXT,		/* const char * */
	NUMBER,		/* uint32_t, 1 to 999999999 */
	PORT,		/* uint16_t */
	SPI,		/* uint32_t */
	ADDRESS,	/* struct gmg_prefix */
	SOCKADDR,	/* struct gmg_sockaddr, with a port */
	WORD,		/* uint32_t, a value of a list of words */
	IMPI,		/* char[GMGUARD_IMPI_MAX + 1] */
	DIGEST,		/* uint8_t[GMGUARD_DIGEST_LEN] */
	SQN,		/* uint8_t[GMG_SQN_LEN] */
	AMF,		/* uint8_t[GMG_AMF_LEN] */
	RAND,		/* uint8_t[GMG_RAND_LEN] */
	UA,		/* uint8_t[GMG_UA_ID_LEN] */
};

/**
 * struct row - an option
 * @letter: 0: it has none
 * @offset: in struct gmg_line
 * @value:  its value in a usage, NULL for a FLAG
 * @wants:  its value in a message
 * @words:  of a WORD
 */
struct row {
	const char *name;
	char letter;
	enum kind kind;
	size_t offset;
	const char *value;
	const char *wants;
	const cyaml_strval_t *words;
	size_t n_words;
};

#define AT(member) offsetof(struct gmg_line, member)
#define PORT_OPTION(name, member) \
	{ name, 0, PORT, AT(opt.sa.member), "PORT", "a port, 1 to 65535", NULL, 0 }
#define SPI_OPTION(name, member) \
	{ name, 0, SPI, AT(opt.member), "SPI", "an SPI, decimal or 0x hexadecimal", NULL, 0 }
#define SOCKADDR_OPTION(name, member) \
	{ name, 0, SOCKADDR, AT(opt.member), "ADDRESS:PORT", \
	  "an address and a port, 192.0.2.1:5060 or [2001:db8::1]:5060", NULL, 0 }

/* Those of enum gmg_option come first. */
static const struct row rows[] = {
	[OPT_CHECK] = { "check", 'c', FLAG, AT(opt.dry_run), NULL, NULL, NULL, 0 },
	[OPT_ALL] = { "all", 0, FLAG, AT(opt.all), NULL, NULL, NULL, 0 },
	[OPT_COUNT] = { "count", 0, NUMBER, AT(opt.count), "N", "a number", NULL, 0 },
	[OPT_TIMEOUT] = { "timeout", 0, NUMBER, AT(opt.timeout), "SECONDS", "seconds", NULL, 0 },
	[OPT_UE] = { "ue", 0, ADDRESS, AT(opt.sa.ue), "ADDRESS", "an address", NULL, 0 },
	[OPT_PCSCF] = { "pcscf", 0, ADDRESS, AT(opt.sa.pcscf), "ADDRESS", "an address", NULL, 0 },
	[OPT_PORT_UC] = PORT_OPTION("port-uc", port_uc),
	[OPT_PORT_US] = PORT_OPTION("port-us", port_us),
	[OPT_PORT_PC] = PORT_OPTION("port-pc", port_pc),
	[OPT_PORT_PS] = PORT_OPTION("port-ps", port_ps),
	[OPT_SPI_UC] = SPI_OPTION("spi-uc", sa.spi_uc),
	[OPT_SPI_US] = SPI_OPTION("spi-us", sa.spi_us),
	[OPT_ALG] = { "alg", 0, WORD, AT(opt.sa.alg), "ALG", NULL, alg_words, GMG_ALGS },
	[OPT_EALG] = { "ealg", 0, WORD, AT(opt.sa.ealg), "EALG", NULL, ealg_words, GMG_EALGS },
	[OPT_KEYS] = { "keys", 0, TEXT, AT(opt.keys), "FILE", NULL, NULL, 0 },
	[OPT_IMPI] = { "impi", 0, IMPI, AT(opt.sa.impi), "IMPI", "1 to 255 octets", NULL, 0 },
	[OPT_DIGEST] = { "digest", 0, DIGEST, AT(opt.sa.digest), "HEX",
			 "64 hexadecimal digits", NULL, 0 },
	[OPT_EMERGENCY] = { "emergency", 0, FLAG, AT(opt.sa.emergency), NULL, NULL, NULL, 0 },
	[OPT_OVER] = SPI_OPTION("over", sa.over),
	[OPT_EXPIRES] = { "expires", 0, NUMBER, AT(opt.expires), "SECONDS", "seconds", NULL, 0 },
	[OPT_SPI] = SPI_OPTION("spi", spi),
	[OPT_STATE] = { "state", 0, WORD, AT(opt.sa.state), "STATE", NULL,
			sa_state_words, GMG_SA_STATES },
	[OPT_IDLE] = { "idle", 0, NUMBER, AT(opt.idle), "SECONDS", "seconds", NULL, 0 },
	[OPT_GRACE] = { "grace", 0, FLAG, AT(opt.grace), NULL, NULL, NULL, 0 },
	[OPT_LEGACY] = { "legacy", 0, FLAG, AT(opt.legacy), NULL, NULL, NULL, 0 },
	[OPT_KEEP] = { "keep", 0, FLAG, AT(opt.keep), NULL, NULL, NULL, 0 },
	[OPT_KEEP_GOING] = { "keep-going", 0, FLAG, AT(opt.keep_going), NULL, NULL, NULL, 0 },
	[OPT_FILE] = { "file", 0, TEXT, AT(opt.file), "FILE", NULL, NULL, 0 },
	[OPT_SIDE] = { "side", 0, WORD, AT(opt.side), "SIDE", NULL, trust_words, GMG_TRUSTS },
	[OPT_PORT] = { "port", 0, WORD, AT(opt.port), "PORT", NULL,
		       sip_port_words, GMG_SIP_PORT_WORDS },
	[OPT_SA] = { "sa", 0, WORD, AT(opt.under), "STATE", NULL, sip_sa_words, GMG_SIP_SA_WORDS },
	[OPT_OUT] = { "out", 0, FLAG, AT(opt.out), NULL, NULL, NULL, 0 },
	[OPT_SQN] = { "sqn", 0, SQN, AT(opt.aka.sqn), "HEX", "12 hexadecimal digits", NULL, 0 },
	[OPT_AMF] = { "amf", 0, AMF, AT(opt.aka.amf), "HEX", "4 hexadecimal digits", NULL, 0 },
	[OPT_RAND] = { "rand", 0, RAND, AT(opt.aka.rand), "HEX", "32 hexadecimal digits", NULL, 0 },
	[OPT_AUTS] = { "auts", 0, TEXT, AT(opt.aka.auts), "BASE64", NULL, NULL, 0 },
	[OPT_NONCE] = { "nonce", 0, TEXT, AT(opt.aka.nonce), "BASE64", NULL, NULL, 0 },
	[OPT_REALM] = { "realm", 0, TEXT, AT(opt.aka.realm), "REALM", NULL, NULL, 0 },
	[OPT_URI] = { "uri", 0, TEXT, AT(opt.aka.uri), "URI", NULL, NULL, 0 },
	[OPT_METHOD] = { "method", 0, TEXT, AT(opt.aka.method), "METHOD", NULL, NULL, 0 },
	[OPT_ALGORITHM] = { "algorithm", 0, WORD, AT(opt.aka.algorithm), "ALGORITHM", NULL,
			    digest_algorithm_words, GMG_DIGEST_ALGORITHMS },
	[OPT_QOP] = { "qop", 0, WORD, AT(opt.aka.qop), "QOP", NULL, qop_words, GMG_QOPS },
	[OPT_CNONCE] = { "cnonce", 0, TEXT, AT(opt.aka.cnonce), "TEXT", NULL, NULL, 0 },
	[OPT_NC] = { "nc", 0, TEXT, AT(opt.aka.nc), "HEX", NULL, NULL, 0 },
	[OPT_BODY] = { "body", 0, TEXT, AT(opt.aka.body), "FILE", NULL, NULL, 0 },
	[OPT_WRITE_KEYS] = { "write-keys", 0, TEXT, AT(opt.aka.write_keys), "FILE", NULL, NULL, 0 },
	[OPT_POLICY] = { "policy", 0, TEXT, AT(opt.policy), "FILE", NULL, NULL, 0 },
	[OPT_REGISTER] = { "register", 0, TEXT, AT(opt.sip), "FILE", NULL, NULL, 0 },
	[OPT_CHALLENGE] = { "challenge", 0, TEXT, AT(opt.challenge), "FILE", NULL, NULL, 0 },
	[OPT_ANSWER] = { "answer", 0, TEXT, AT(opt.answer), "FILE", NULL, NULL, 0 },
	[OPT_SOURCE] = SOCKADDR_OPTION("source", source),
	[OPT_LOCAL] = SOCKADDR_OPTION("local", local),
	[OPT_EXPLAIN] = { "explain", 0, FLAG, AT(opt.explain), NULL, NULL, NULL, 0 },
	[OPT_BSF] = { "bsf", 0, TEXT, AT(opt.gba.bsf), "NAME", NULL, NULL, 0 },
	[OPT_NAF] = { "naf", 0, TEXT, AT(opt.gba.naf), "NAME", NULL, NULL, 0 },
	[OPT_UA] = { "ua", 0, UA, AT(opt.gba.ua), "HEX", "10 hexadecimal digits", NULL, 0 },
	[OPT_TMPI] = { "tmpi", 0, TEXT, AT(opt.tmpi), "TMPI", NULL, NULL, 0 },
	/* any command */
	{ "json", 'j', FLAG, AT(opt.json), NULL, NULL, NULL, 0 },
	{ "netns", 'n', TEXT, AT(netns), NULL, NULL, NULL, 0 },
	{ "quiet", 'q', FLAG, AT(opt.quiet), NULL, NULL, NULL, 0 },
	{ "verbose", 'v', FLAG, AT(opt.verbose), NULL, NULL, NULL, 0 },
	{ "version", 'V', FLAG, AT(version), NULL, NULL, NULL, 0 },
	{ "help", 'h', FLAG, AT(help), NULL, NULL, NULL, 0 },
};

#define N_ROWS ARRAY_SIZE(rows)

/* What getopt_long() returns for row i; no letter is so high. */
#define RETURNED 256

_Static_assert(N_OPTIONS <= 64, "a mask of options has 64 bits");

/* Decimal, 1 to 999999999. */
static bool number(const char *s, uint32_t *value)
{
	if (!*s || s[strspn(s, "0123456789")] || strlen(s) > 9)
		return false;
	*value = strtoul(s, NULL, 10);
	return *value > 0;
}

bool spi_parse(const char *text, uint32_t *spi)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	const char *digits = hex ? text + 2 : text;
	size_t n = strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789");
	unsigned long long value;

	if (!n || digits[n] || n > 10)
		return false;
	value = strtoull(digits, NULL, hex ? 16 : 10);
	*spi = value;
	return value && value <= UINT32_MAX;
}

bool port_parse(const char *text, uint16_t *port)
{
	uint32_t value;

	if (!number(text, &value) || value > UINT16_MAX)
		return false;
	*port = value;
	return true;
}

bool address_parse(const char *text, struct gmg_prefix *address)
{
	return !strchr(text, '/') && prefix_parse(address, text);
}

/* Takes the value @s of an option to where it belongs. */
static bool take(const struct row *row, const char *s, void *at)
{
	switch (row->kind) {
	case FLAG:
		*(bool *)at = true;
		return true;
	case TEXT:
		*(const char **)at = s;
		return true;
	case NUMBER:
		return number(s, at);
	case PORT:
		return port_parse(s, at);
	case SPI:
		return spi_parse(s, at);
	case ADDRESS:
		return address_parse(s, at);
	case SOCKADDR:
		return sockaddr_parse(at, s, strlen(s)) && ((struct gmg_sockaddr *)at)->port;
	case WORD:
		return word_value(row->words, row->n_words, s, at);
	case IMPI:
		if (!*s || strlen(s) > GMGUARD_IMPI_MAX)
			return false;
		memcpy(at, s, strlen(s) + 1);
		return true;
	case DIGEST:
		return hex_parse(s, strlen(s), at, GMGUARD_DIGEST_LEN);
	case SQN:
		return hex_parse(s, strlen(s), at, GMG_SQN_LEN);
	case AMF:
		return hex_parse(s, strlen(s), at, GMG_AMF_LEN);
	case RAND:
		return hex_parse(s, strlen(s), at, GMG_RAND_LEN);
	case UA:
		return hex_parse(s, strlen(s), at, GMG_UA_ID_LEN);
	}
	return false;
}

static int wrong(const struct row *row, const char *s)
{
	char list[128] = "one of";
	size_t i, n;

	for (i = 0; i < row->n_words; i++) {
		n = strlen(list);
		snprintf(list + n, sizeof(list) - n, "%s %s", i ? "," : "", row->words[i].str);
	}
	complain("--%s wants %s, not '%.40s'", row->name, row->wants ? row->wants : list,
		 secret_show(s));
	return EXIT_USAGE;
}

/* What getopt would say itself shows the value, too. */
static int unknown(const char *word, int c)
{
	char name[41];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, "="), word);
	complain(c == ':' ? "option '%s' wants a value" :
		 "option '%s' is unknown, could be several, or takes no value",
		 secret_show(name));
	return EXIT_USAGE;
}

int options_parse(int argc, char **argv, struct gmg_line *line)
{
	struct option option[N_ROWS + 1] = { 0 };
	char letters[2 * N_ROWS + 2] = ":";
	int c, ret = EXIT_OK;
	size_t i, n = 1;

	for (i = 0; i < N_ROWS; i++) {
		option[i].name = rows[i].name;
		option[i].has_arg = rows[i].kind == FLAG ? no_argument : required_argument;
		option[i].val = RETURNED + (int)i;
		if (!rows[i].letter)
			continue;
		letters[n++] = rows[i].letter;
		if (option[i].has_arg)
			letters[n++] = ':';
	}

	optind = 0;	/* anew, for the lines of a batch */
	opterr = 0;
	while ((c = getopt_long(argc, argv, letters, option, NULL)) != -1) {
		for (i = 0; i < N_ROWS; i++)
			if (c == RETURNED + (int)i || c == rows[i].letter)
				break;
		if (i == N_ROWS) {
			ret = unknown(argv[optind - 1], c);
			break;
		}
		if (i < N_OPTIONS)
			line->opt.given |= UINT64_C(1) << i;
		if (!take(&rows[i], optarg, (char *)line + rows[i].offset)) {
			ret = wrong(&rows[i], optarg);
			break;
		}
	}
	line->words = argv + optind;
	line->n_words = argc - optind;
	return ret;
}

char *option_usage(enum gmg_option option, bool needed, char *at, const char *end)
{
	const struct row *row = &rows[option];
	int n;

	if (row->letter)
		n = snprintf(at, end - at, " [-%c]", row->letter);
	else
		n = snprintf(at, end - at, " %s--%s%s%s%s", needed ? "" : "[", row->name,
			     row->value ? " " : "", row->value ? row->value : "",
			     needed ? "" : "]");
	return n < end - at ? at + n : at;
}

const char *option_name(enum gmg_option option)
{
	return rows[option].name;
}
