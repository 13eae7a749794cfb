// SPDX-License-Identifier: GPL-2.0
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "array.h"
#include "keyexp.h"
#include "secagree.h"
#include "words.h"

/* No protected port (TS 33.203 7.1). */
enum { SIP = 5060, SIPS = 5061, Q_ONE = 1000 };

#define IPSEC "ipsec-3gpp"

static bool fail(const struct gmg_secagree *a, char *why, const char *text)
{
	snprintf(why, SIPMSG_WHY, "mechanism %u: %s", a->n + 1, text);
	return false;
}

static bool take_spi(struct gmg_text value, uint32_t *spi)
{
	uint64_t n;

	if (!text_number(value, 10, UINT32_MAX, &n) || !n)
		return false;
	*spi = n;
	return true;
}

static bool take_port(struct gmg_text value, uint16_t *port)
{
	uint64_t n;

	if (!text_number(value, 10, UINT16_MAX, &n) || !n || n == SIP || n == SIPS)
		return false;
	*port = n;
	return true;
}

/* RFC 3261 25.1: 0 or 1, with up to three decimals. */
static bool take_q(struct gmg_text value, int16_t *q)
{
	uint64_t whole, part = 0;
	size_t i;

	if (!value.p || !text_number((struct gmg_text){ value.p, value.len ? 1 : 0 }, 1, 1, &whole))
		return false;
	if (value.len > 1 && value.p[1] != '.')
		return false;
	if (value.len > 2 &&
	    !text_number((struct gmg_text){ value.p + 2, value.len - 2 }, 3, Q_ONE - 1, &part))
		return false;
	for (i = value.len > 2 ? value.len - 2 : 3; i < 3; i++)
		part *= 10;
	*q = whole * Q_ONE + part;
	return *q <= Q_ONE;
}

static uint32_t algorithm(const cyaml_strval_t *words, size_t n, struct gmg_text value)
{
	for (; value.len && n--; words++)
		if ((*value.p | 0x20) == *words->str && text_is(value, words->str))
			return words->val;
	return SECAGREE_UNKNOWN;
}

#define SPI_WRONG " has 1 to 10 decimal digits, 1 to 4294967295"
#define PORT_WRONG " is 1 to 65535, but neither 5060 nor 5061"

static enum secagree_param param_id(struct gmg_text name)
{
	static const struct gmg_text names[] = {
#define NAME(id, word) [id] = { word, sizeof(word) - 1 }
		NAME(SECAGREE_ALG, "alg"), NAME(SECAGREE_EALG, "ealg"),
		NAME(SECAGREE_PROT, "prot"), NAME(SECAGREE_MOD, "mod"), NAME(SECAGREE_Q, "q"),
		NAME(SECAGREE_SPI_C, "spi-c"), NAME(SECAGREE_SPI_S, "spi-s"),
		NAME(SECAGREE_PORT_C, "port-c"), NAME(SECAGREE_PORT_S, "port-s"),
#undef NAME
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (name.len == names[i].len && (*name.p | 0x20) == *names[i].p &&
		    (name.p[name.len - 1] | 0x20) == names[i].p[name.len - 1] &&
		    !strncasecmp(name.p, names[i].p, name.len))
			break;
	return i;
}

/* NULL, or what is wrong with a parameter of ipsec-3gpp. */
static const char *take_param(struct gmg_mechanism *m, enum secagree_param id,
			      struct gmg_text value)
{
	switch (id) {
	case SECAGREE_ALG:
		m->alg = algorithm(alg_words, GMG_ALGS, value);
		return NULL;
	case SECAGREE_EALG:
		m->ealg = algorithm(ealg_words, GMG_EALGS, value);
		return NULL;
	case SECAGREE_PROT:
		m->prot_esp = text_is(value, "esp");
		return NULL;
	case SECAGREE_MOD:
		m->mod = value.p ? value : text_of("");
		return NULL;
	case SECAGREE_Q:
		return take_q(value, &m->q) ? NULL : "q is 0 to 1 with up to 3 decimals";
	case SECAGREE_SPI_C:
		return take_spi(value, &m->ends.spi_c) ? NULL : "spi-c" SPI_WRONG;
	case SECAGREE_SPI_S:
		return take_spi(value, &m->ends.spi_s) ? NULL : "spi-s" SPI_WRONG;
	case SECAGREE_PORT_C:
		return take_port(value, &m->ends.port_c) ? NULL : "port-c" PORT_WRONG;
	case SECAGREE_PORT_S:
		return take_port(value, &m->ends.port_s) ? NULL : "port-s" PORT_WRONG;
	default:
		return NULL;
	}
}

/* One string in quotes, and nothing behind its end (RFC 3261 25.1). */
static bool is_quoted(struct gmg_text value)
{
	const struct gmg_text inside = text_unquote(value);
	size_t i;

	for (i = 0; i < inside.len; i++) {
		if (inside.p[i] == '"')
			return false;
		i += inside.p[i] == '\\';
		if (i == inside.len || (inside.p[i] >= 0 && inside.p[i] < ' '))
			return false;
	}
	return inside.len != value.len;
}

static bool is_value(struct gmg_text value)
{
	return !value.p || text_token(value) || is_quoted(value);
}

static int compare_names(struct gmg_text a, struct gmg_text b)
{
	int order = strncasecmp(a.p, b.p, a.len < b.len ? a.len : b.len);

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

/* A token of @n octets that ';', ',' or the end follows directly? */
static bool take_token(struct gmg_text t, size_t n, struct gmg_text *token,
		       struct gmg_text *rest, char *ended_by)
{
	if (!n || (n < t.len && t.p[n] != ';' && t.p[n] != ','))
		return false;
	*token = (struct gmg_text){ t.p, n };
	*ended_by = n < t.len ? t.p[n] : '\0';
	*rest = n < t.len ? (struct gmg_text){ t.p + n + 1, t.len - n - 1 } :
		(struct gmg_text){ NULL, 0 };
	return true;
}

/* Most parameters are two tokens and no space: then one walk finds what text_next() and
 * text_param() would, and that they are tokens.
 */
static bool take_tokens(struct gmg_text *rest, struct gmg_text *name, struct gmg_text *value,
			char *ended_by)
{
	struct gmg_text t = *rest;
	size_t n = text_token_len(t);

	if (!n || n == t.len || t.p[n] != '=')
		return false;
	*name = (struct gmg_text){ t.p, n };
	t = (struct gmg_text){ t.p + n + 1, t.len - n - 1 };
	return take_token(t, text_token_len(t), value, rest, ended_by);
}

static bool is_repeated(const struct gmg_mechanism *m, enum secagree_param id,
			struct gmg_text name)
{
	uint32_t i;

	if (id != SECAGREE_OTHER)
		return m->known >> id & 1;
	for (i = 0; i < m->n_params; i++)
		if (m->param[i].id == id && !compare_names(m->param[i].name, name))
			return true;
	return false;
}

/* The next one of @rest. */
static bool parse_param(struct gmg_secagree *a, struct gmg_mechanism *m, struct gmg_text *rest,
			char *ended_by, char *why)
{
	struct gmg_text piece, name, value;
	enum secagree_param id;
	const char *wrong;
	uint32_t i;

	if (!take_tokens(rest, &name, &value, ended_by)) {
		text_next(rest, ";,", &piece, ended_by);
		text_param(piece, &name, &value);
		if (!text_token(name) || !is_value(value))
			return fail(a, why, "between ';' there is NAME=VALUE");
	}
	id = m->ipsec ? param_id(name) : SECAGREE_OTHER;
	if (is_repeated(m, id, name))
		return fail(a, why, "a parameter is there twice");
	i = m->n_params;
	if (i == SECAGREE_PARAMS)
		return fail(a, why, "more parameters than anybody needs");
	m->param[i].name = name;
	m->param[i].value = value;
	m->param[i].id = id;
	m->known |= 1U << id;
	m->n_params++;
	wrong = take_param(m, id, value);
	return !wrong || fail(a, why, wrong);
}

/* The next one of @rest, and the comma behind it. */
static bool parse_mechanism(struct gmg_secagree *a, struct gmg_text *rest, char *why)
{
	struct gmg_mechanism *m = &a->mechanism[a->n];
	struct gmg_text t;
	char ended_by;

	if (a->n == SECAGREE_MECHANISMS)
		return fail(a, why, "more mechanisms than anybody needs");
	/* parameters are there as far as they are counted */
	memset(m, 0, offsetof(struct gmg_mechanism, param));
	m->alg = SECAGREE_ABSENT;
	m->ealg = GMGUARD_EALG_NULL;
	m->prot_esp = true;
	m->mod = text_of("trans");
	m->q = -1;
	t = text_trim(*rest);
	if (!take_token(t, text_token_len(t), &m->name, rest, &ended_by)) {
		text_next(rest, ";,", &m->name, &ended_by);
		if (!text_token(m->name))
			return fail(a, why, "it begins with its name, a token");
	}
	m->ipsec = text_is(m->name, IPSEC);
	while (ended_by == ';')
		if (!parse_param(a, m, rest, &ended_by, why))
			return false;
	if (m->ends.spi_c && m->ends.spi_c == m->ends.spi_s)
		return fail(a, why, "spi-c and spi-s must differ");
	if (m->ends.port_c && m->ends.port_c == m->ends.port_s)
		return fail(a, why, "port-c and port-s must differ");
	a->n++;
	return true;
}

bool secagree_parse(struct gmg_text value, struct gmg_secagree *a, char *why)
{
	while (value.p)
		if (!parse_mechanism(a, &value, why))
			return false;
	return true;
}

bool secagree_read(const struct gmg_sipmsg *m, uint8_t id, struct gmg_secagree *a, char *why)
{
	const struct gmg_sip_event *h = NULL;

	a->n = 0;
	while ((h = sipmsg_header(m, id, h)))
		if (!secagree_parse(sipmsg_value(m, h), a, why))
			return false;
	return true;
}

static bool has_ends(const struct gmg_ends *e)
{
	return e->spi_c && e->spi_s && e->port_c && e->port_s;
}

static bool same_ends(const struct gmg_ends *a, const struct gmg_ends *b)
{
	return a->spi_c == b->spi_c && a->spi_s == b->spi_s && a->port_c == b->port_c &&
	       a->port_s == b->port_s;
}

bool secagree_ends(const struct gmg_secagree *a, struct gmg_ends *ends)
{
	const struct gmg_mechanism *m;

	*ends = (struct gmg_ends){ 0 };
	for (m = a->mechanism; m < a->mechanism + a->n; m++) {
		if (!m->ipsec || !has_ends(&m->ends))
			continue;
		if (!ends->spi_c)
			*ends = m->ends;
		else if (!same_ends(&m->ends, ends))
			return false;
	}
	return ends->spi_c;
}

/* Why a mechanism can be none of ours, NULL if it could. */
static const char *unfit(const struct gmg_mechanism *m)
{
	const char *why;

	if (!m->ipsec)
		return "only ipsec-3gpp makes SAs (TS 33.203 Annex H)";
	if (m->alg == SECAGREE_ABSENT)
		return "alg is missing: it is mandatory (TS 33.203 Annex H)";
	if (m->alg == SECAGREE_UNKNOWN)
		return "nobody knows its alg";
	if (m->ealg == SECAGREE_UNKNOWN)
		return "nobody knows its ealg";
	if (!m->prot_esp)
		return "prot must be esp (TS 33.203 Annex H)";
	if (text_is(m->mod, "UDP-enc-tun"))
		return "mod UDP-enc-tun is for a UE behind a NAT, which this version does not serve";
	if (!text_is(m->mod, "trans"))
		return "mod must be trans (TS 33.203 6.3)";
	if (gmg_pair_check(m->alg, m->ealg, &why) == GMG_PAIR_REFUSED)
		return why;
	if (!has_ends(&m->ends))
		return "spi-c, spi-s, port-c and port-s must all be there (TS 33.203 7.2)";
	return NULL;
}

/* Its place in our list, the length of that if it has none. */
static uint32_t place(const struct gmg_mechanism *m, const struct gmg_agree *ours)
{
	uint32_t i;

	for (i = 0; i < ours->n_algorithms; i++)
		if (ours->algorithms[i].alg == m->alg && ours->algorithms[i].ealg == m->ealg)
			break;
	return i;
}

void secagree_choose(const struct gmg_secagree *offer, const struct gmg_agree *ours,
		     struct gmg_choice *choice)
{
	uint32_t best = ours->n_algorithms, at, i;
	struct gmg_ends ends;
	bool agree = secagree_ends(offer, &ends);

	choice->taken = -1;
	for (i = 0; i < offer->n; i++) {
		choice->why[i] = unfit(&offer->mechanism[i]);
		if (choice->why[i])
			continue;
		at = place(&offer->mechanism[i], ours);
		if (!agree)
			choice->why[i] = "its SPIs or ports are not those of the others: one pair of each is right (TS 33.203 7.2)";
		else if (at == ours->n_algorithms)
			choice->why[i] = "the policy does not list it (agree.algorithms)";
		else if (at >= best)
			choice->why[i] = "the policy prefers the one that is taken";
		else
			best = at;
	}
	for (i = 0; i < offer->n; i++) {
		if (choice->why[i])
			continue;
		choice->why[i] = "the policy prefers the one that is taken";
		if (place(&offer->mechanism[i], ours) != best)
			continue;
		choice->why[i] = "the first of the policy's list that the UE offers";
		choice->taken = i;
		choice->pair = ours->algorithms[best];
	}
}

static char *put_number(char *to, const char *name, uint32_t value)
{
	char digits[10], *at = digits + sizeof(digits);

	do
		*--at = '0' + value % 10;
	while (value /= 10);
	to = stpcpy(to, name);
	return mempcpy(to, at, digits + sizeof(digits) - at);
}

/* No more than eight pairs may be (gmg_pair_check()), each once in the list. */
const char *secagree_server(const struct gmg_agree *ours, const struct gmg_ends *ends,
			    char text[SECAGREE_TEXT])
{
	enum { ROW = SECAGREE_TEXT / 9 };
	char at_ends[ROW / 2] = "", *at;
	uint32_t i;

	if (ends) {
		at = put_number(at_ends, ";spi-c=", ends->spi_c);
		at = put_number(at, ";spi-s=", ends->spi_s);
		at = put_number(at, ";port-c=", ends->port_c);
		*put_number(at, ";port-s=", ends->port_s) = '\0';
	}
	*text = '\0';
	at = text;
	for (i = 0; i < ours->n_algorithms && at - text < SECAGREE_TEXT - ROW; i++) {
		at = stpcpy(at, i ? ", " IPSEC ";q=0." : IPSEC ";q=0.");
		*at++ = '9' - i;
		at = stpcpy(stpcpy(at, ";alg="), alg_word(ours->algorithms[i].alg));
		at = stpcpy(stpcpy(at, ";ealg="), ealg_word(ours->algorithms[i].ealg));
		at = stpcpy(stpcpy(at, ";prot=esp;mod=trans"), at_ends);
	}
	return text;
}

/* What the list says, each mechanism in as few octets as can be taken for nothing else: what
 * this version knows as numbers of fixed sizes, everything else as tokens in lower case, each
 * ended by NUL. There is room for all that a message has, and for the numbers.
 */
struct digest {
	size_t n;
	char octet[SIPMSG_MAX + 128 * SECAGREE_MECHANISMS];
};

static void add(struct digest *d, char c)
{
	if (d->n < sizeof(d->octet))
		d->octet[d->n++] = c;
}

static void add_text(struct digest *d, struct gmg_text t)
{
	char lower = text_unquote(t).len == t.len ? 'a' ^ 'A' : 0;
	size_t room = sizeof(d->octet) - d->n, n = t.p ? t.len : 0, i;
	char *to = d->octet + d->n;

	n = n < room ? n : room;
	for (i = 0; i < n; i++)
		to[i] = t.p[i] >= 'A' && t.p[i] <= 'Z' ? t.p[i] | lower : t.p[i];
	d->n += n;
	add(d, '\0');
}

static void add_number(struct digest *d, uint32_t value, int octets)
{
	while (octets--)
		add(d, value >> 8 * octets);
}

/* The value of a parameter that is none that this version knows. */
static void add_value(struct digest *d, const struct gmg_mechanism *m, enum secagree_param id)
{
	uint32_t i;

	for (i = 0; i < m->n_params; i++)
		if (m->param[i].id == id)
			add_text(d, m->param[i].value);
}

enum { IS_IPSEC = 1, IS_ESP = 2, IS_TRANS = 4 };

static void add_ipsec(struct digest *d, const struct gmg_mechanism *m, bool ends)
{
	const bool trans = text_is(m->mod, "trans");

	add(d, IS_IPSEC | (m->prot_esp ? IS_ESP : 0) | (trans ? IS_TRANS : 0));
	add(d, m->alg);
	add(d, m->ealg);
	add_number(d, m->q, 2);
	if (ends) {
		add_number(d, m->ends.spi_c, 4);
		add_number(d, m->ends.spi_s, 4);
		add_number(d, m->ends.port_c, 2);
		add_number(d, m->ends.port_s, 2);
	}
	if (m->alg == SECAGREE_UNKNOWN)
		add_value(d, m, SECAGREE_ALG);
	if (m->ealg == SECAGREE_UNKNOWN)
		add_value(d, m, SECAGREE_EALG);
	if (!m->prot_esp)
		add_value(d, m, SECAGREE_PROT);
	if (!trans)
		add_value(d, m, SECAGREE_MOD);
}

/* Sorted by their names, no two of which are the same. */
static void add_others(struct digest *d, const struct gmg_mechanism *m)
{
	uint32_t i, next, last = m->n_params;

	do {
		next = m->n_params;
		for (i = 0; i < m->n_params; i++)
			if (m->param[i].id == SECAGREE_OTHER &&
			    (last == m->n_params ||
			     compare_names(m->param[i].name, m->param[last].name) > 0) &&
			    (next == m->n_params ||
			     compare_names(m->param[i].name, m->param[next].name) < 0))
				next = i;
		if (next < m->n_params) {
			add_text(d, m->param[next].name);
			add(d, m->param[next].value.p ? '=' : ' ');
			add_text(d, m->param[next].value);
		}
		last = next;
	} while (next < m->n_params);
	add(d, '\n');
}

/* To look for it anew costs more than to use it. */
static EVP_MD *sha256;

static void fetch_sha256(void)
{
	sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
}

bool secagree_sha256(const void *octets, size_t n, uint8_t hash[SECAGREE_SHA256])
{
	static CRYPTO_ONCE once = CRYPTO_ONCE_STATIC_INIT;

	return CRYPTO_THREAD_run_once(&once, fetch_sha256) && sha256 &&
	       EVP_Digest(octets, n, hash, NULL, sha256, NULL);
}

bool secagree_hash(const struct gmg_secagree *a, bool ends, uint8_t hash[SECAGREE_HASH])
{
	uint8_t whole[SECAGREE_SHA256];
	struct digest d;
	uint32_t i;

	d.n = 0;
	for (i = 0; i < a->n; i++) {
		if (a->mechanism[i].ipsec) {
			add_ipsec(&d, &a->mechanism[i], ends);
		} else {
			add(&d, 0);
			add_text(&d, a->mechanism[i].name);
		}
		add_others(&d, &a->mechanism[i]);
	}
	if (d.n == sizeof(d.octet) || !secagree_sha256(d.octet, d.n, whole))
		return false;
	memcpy(hash, whole, SECAGREE_HASH);
	return true;
}
