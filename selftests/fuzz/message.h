/* SPDX-License-Identifier: GPL-2.0 */
/* Messages of the family, made from a tape. What they are made of is known from
 * uapi/gmguard.yaml alone, but for emergency numbers, TMPIs and SA sets, which must fit
 * the running policy and each other; zeros make a right request.
 */
#ifndef _SELFTESTS_FUZZ_MESSAGE_H
#define _SELFTESTS_FUZZ_MESSAGE_H

#include <stddef.h>

#include "../policy_text.h"
#include "family.h"
#include "tape.h"

enum {
	ATTRIBUTES = 300000,	/* of a case; more than the most pools have */
	DEPTH = 40,
	LIVE = 16,		/* sets that are known */
};

/* An element that is called so, its first number, and does another refer to it? */
struct name {
	char text[40];
	__u64 rank;
	bool used;
};

/* An address, or with the first @len bits of it a prefix. */
struct address {
	__u8 octet[16];
	unsigned int size;
	unsigned int len;
};

/* A set that may be there, and whose it is. */
struct live {
	__u32 spi;
	unsigned int user;
};

/* What the requests of a message about a set are of. */
struct sa {
	struct address pool;
	struct address pcscf;
	__u16 server;
	__u16 client;
	__u8 pair;
	struct live of;
};

/**
 * struct gen - a message in the making
 * @budget:    attributes still to be had, for all messages of the case
 * @quiet:     the tape is not asked: one of many alike
 * @deep:      nests still to open
 * @addresses: how many were invented, as @ports and @strings
 * @devices:   that are really there, how many were named
 * @bits:      numbers of this element that are bits
 * @beside:    the address of this element, if it has a size
 * @naming:    the element of which the name was just given
 * @numbers:   that were invented
 * @policy:    that runs
 * @live:      sets that were made, a ring
 * @n_live:    how many ever
 */
struct gen {
	struct tape *tape;
	struct msg *m;
	int budget;
	bool quiet;
	unsigned int deep;
	unsigned int addresses;
	unsigned int ports;
	unsigned int strings;
	unsigned int devices;
	unsigned int bits;
	struct address beside;
	struct address seen[16];
	unsigned int n_seen;
	struct name *naming;
	struct name names[32];
	unsigned int n_names;
	unsigned int numbers;
	const struct msg *policy;
	const struct live *live;
	unsigned int n_live;
	struct sa sa;
};

static unsigned int draw(struct gen *g)
{
	struct tape *t = g->tape;

	return !g->quiet && t->at < t->len ? t->octet[t->at++] : 0;
}

static unsigned int draw16(struct gen *g)
{
	unsigned int b = draw(g);

	return b << 8 | draw(g);
}

/* Is something malformed here (WILD), or does a value not fit the others (WHIM)?
 * One octet set to 255 makes it so, in an otherwise right message.
 */
enum { WILD = 255, WHIM = 254 };

static bool chance(struct gen *g, unsigned int least)
{
	return draw(g) >= least;
}

static bool has(const struct set *set, size_t flag)
{
	unsigned int i;

	for (i = 0; i < set->n; i++)
		if (*((const bool *)&set->attr[i] + flag))
			return true;
	return false;
}

#define HAS(set, flag) has(set, offsetof(struct attr, flag))

static struct name *wanting(struct gen *g)
{
	unsigned int i;

	for (i = 0; i < g->n_names; i++)
		if (!g->names[i].rank && !g->names[i].used)
			return &g->names[i];
	return NULL;
}

/* One that nobody else has: of 32 in a row no two share their first octet, so that
 * prefixes do not overlap.
 */
static void invent_address(struct gen *g, const struct set *set, unsigned int i)
{
	static const char * const odd[] = {
		"0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255", "::",
		"::1", "ff02::1", "::ffff:192.0.2.1", "fe80::1", "169.254.0.1",
	};
	struct address *a = &g->beside;
	unsigned int b = draw(g), n = g->addresses++, bit;

	memset(a, 0, sizeof(*a));
	a->size = (b + i) & 1 ? 16 : 4;
	a->len = b < 128 ? a->size * 8 - 8 : 8 + draw(g) % (a->size * 8 - 7);
	a->octet[0] = 32 + n % 32;
	a->octet[1] = n >> 13;
	a->octet[2] = n >> 5;
	a->octet[a->size - 1] = 1;
	if (chance(g, WHIM)) {
		b = draw(g);
		if (b < 128 && g->n_seen)
			*a = g->seen[b % g->n_seen];
		else
			a->size = policy_address(a->octet, odd[b % ARRAY_SIZE(odd)]);
		a->len = draw(g) % (a->size * 8 + 1);
	}
	if (HAS(set, prefix_len) && !chance(g, WILD))
		for (bit = a->len; bit < a->size * 8; bit++)
			a->octet[bit / 8] &= ~(0x80 >> bit % 8);
	if (g->n_seen < ARRAY_SIZE(g->seen))
		g->seen[g->n_seen++] = *a;
}

static __u64 odd_number(struct gen *g, const struct attr *a, __u64 top)
{
	unsigned int b = draw(g), n = g->ports ?: 1, any = draw16(g);
	const __u64 odd[] = {
		0, 1, a->min - 1, a->min, a->max, a->max + 1, top, top / 2,
		top / 2 + 1, 1ULL << any % 64, any, any << 16, 32, 33, 128, 129,
	};

	if (b < 96)
		return odd[b % ARRAY_SIZE(odd)];
	if (a->kind != KIND_U16)
		return a->min + any % (a->max - a->min ?: 1);
	/* the ports of SIP, or one that is taken */
	return b < 128 ? 5060 + b % 2 : a->max - (n - 1 - any % n);
}

static __u64 number(struct gen *g, const struct attr *a, unsigned int i)
{
	static const __u8 protos[] = { 17, 6, 132 };
	__u64 top = ~0ULL >> (64 - a->size * 8);

	if (chance(g, WHIM))
		return odd_number(g, a, top);
	if (a->prefix_len)
		return g->beside.len;
	i += draw(g) % 3;
	if (a->kind == KIND_U8)
		return protos[i % ARRAY_SIZE(protos)];
	if (a->kind == KIND_U16)
		return a->max - g->ports++ % (a->max - a->min);
	if (a->max < top)
		return a->min + i % (a->max - a->min + 1);
	if (a->min)
		return a->min + (++g->numbers << 8);
	/* all bits, then one after the other */
	return g->bits++ ? 1ULL << (g->bits - 2) % 32 : top;
}

static size_t odd_string(struct gen *g, const struct attr *a, char *to)
{
	static const char * const odd[] = {
		"", "none", "local", "*", "gm*", "g*m", "**", "lo", ".", "..",
		"a b", "a/b", "a:b", "%d", "\xc3\xa9", "all", "default", "gm0",
	};
	unsigned int b = draw(g);
	size_t len = a->max + b % 4 - 1;

	/* one that is taken */
	if (b >= 128 && g->strings)
		return sprintf(to, "n%ux%s", draw(g) % g->strings, b % 4 ? "" : "*") + 1;
	if (b < 96 || len > 40)
		return sprintf(to, "%s", odd[b % ARRAY_SIZE(odd)]) + draw(g) % 3;
	memset(to, 'x', len);
	return len + draw(g) % 2;
}

static size_t reference(struct gen *g, unsigned int i, char *to)
{
	struct name *name = wanting(g);
	unsigned int j;

	i += draw(g);
	for (j = 0; !name && j < g->n_names; j++)
		if (!g->names[(i + j) % g->n_names].rank)
			name = &g->names[(i + j) % g->n_names];
	if (name)
		name->used = true;
	return sprintf(to, "%s", name ? name->text : i & 1 ? "n0x" : "none") + 1;
}

static size_t string(struct gen *g, const struct attr *a, unsigned int i, char *to)
{
	static const char * const devices[] = { "gm0", "gm1", "mw0", "mw1" };
	unsigned int b;
	size_t len;

	if (chance(g, WHIM))
		return odd_string(g, a, to);
	if (a->refers)
		return reference(g, i, to);
	b = a->named ? 0 : draw(g) % 4;
	if (b == 2 && g->devices < ARRAY_SIZE(devices))
		return sprintf(to, "%s", devices[g->devices++]) + 1;
	len = sprintf(to, "n%ux%s", g->strings++, b == 1 ? "*" : "");
	if (a->named && g->n_names < ARRAY_SIZE(g->names)) {
		g->naming = &g->names[g->n_names++];
		memset(g->naming, 0, sizeof(*g->naming));
		strcpy(g->naming->text, to);
	}
	return len + 1;
}

/* Pairs of algorithms that go together, and octets of their keys. */
static const struct {
	__u32 alg, ealg;
	size_t auth, enc;
} pairs[] = {
	{ GMGUARD_ALG_HMAC_SHA_1_96, GMGUARD_EALG_NULL, 20, 0 },
	{ GMGUARD_ALG_HMAC_SHA_1_96, GMGUARD_EALG_AES_CBC, 20, 16 },
	{ GMGUARD_ALG_AES_GMAC, GMGUARD_EALG_NULL, 20, 0 },
	{ GMGUARD_ALG_NULL, GMGUARD_EALG_AES_GCM, 0, 20 },
	{ GMGUARD_ALG_HMAC_MD5_96, GMGUARD_EALG_NULL, 16, 0 },
	{ GMGUARD_ALG_HMAC_MD5_96, GMGUARD_EALG_DES_EDE3_CBC, 16, 24 },
	{ GMGUARD_ALG_HMAC_MD5_96, GMGUARD_EALG_AES_CBC, 16, 16 },
	{ GMGUARD_ALG_HMAC_SHA_1_96, GMGUARD_EALG_DES_EDE3_CBC, 20, 24 },
};

/* One of the attributes @type of @m, or NULL. */
static const struct nlattr *one_of(struct gen *g, const struct msg *m, int type)
{
	const struct nlattr *a, *found = NULL;
	unsigned int n = 0, b = draw(g);
	size_t at;

	for (at = 0; (a = attr_next(m, &at));)
		n += (a->nla_type & NLA_TYPE_MASK) == type;
	for (b = n ? b % n : 0, at = 0; n && (a = attr_next(m, &at));)
		if ((a->nla_type & NLA_TYPE_MASK) == type && !b--)
			found = a;
	return found;
}

/* Where no policy runs. */
static const struct sa no_sa = {
	.pool = { { 10 }, 4, 8 }, .pcscf = { { 192, 0, 2, 10 }, 4 },
	.server = 6100, .client = 5100,
};

static void take_address(struct address *to, const struct nlattr *a)
{
	to->size = a->nla_len - NLA_HDRLEN;
	memcpy(to->octet, attr_data(a), to->size);
}

/* A pool, an endpoint, most often of its address family, and algorithms of the
 * running policy, and a set that is there or the user of another one.
 */
static void choose_sa(struct gen *g, bool another)
{
	const struct nlattr *pool = one_of(g, g->policy, GMGUARD_A_POLICY_POOL);
	const struct nlattr *endpoint = one_of(g, g->policy, GMGUARD_A_POLICY_ENDPOINT);
	const struct nlattr *algorithm = one_of(g, g->policy, GMGUARD_A_POLICY_ALGORITHM);
	struct sa *sa = &g->sa;
	struct msg m;
	int tries;

	*sa = no_sa;
	if (pool) {
		m = inside(pool);
		take_address(&sa->pool, attr_find(&m, GMGUARD_A_POOL_ADDRESS));
		sa->pool.len = attr_uint(attr_find(&m, GMGUARD_A_POOL_PREFIX_LEN));
	}
	for (tries = 4; endpoint && tries--;
	     endpoint = one_of(g, g->policy, GMGUARD_A_POLICY_ENDPOINT)) {
		m = inside(endpoint);
		take_address(&sa->pcscf, attr_find(&m, GMGUARD_A_ENDPOINT_ADDRESS));
		sa->server = attr_uint(one_of(g, &m, GMGUARD_A_ENDPOINT_SERVER));
		sa->client = attr_uint(one_of(g, &m, GMGUARD_A_ENDPOINT_CLIENT));
		if (sa->pcscf.size == sa->pool.size)
			break;
	}
	if (algorithm) {
		m = inside(algorithm);
		while (sa->pair < ARRAY_SIZE(pairs) - 1 &&
		       (pairs[sa->pair].alg != attr_uint(attr_find(&m, GMGUARD_A_ALGORITHM_ALG)) ||
			pairs[sa->pair].ealg != attr_uint(attr_find(&m, GMGUARD_A_ALGORITHM_EALG))))
			sa->pair++;
	}
	if (another)
		sa->of.user = draw(g) % 8;
	else if (g->n_live)
		sa->of = g->live[(g->n_live - 1 - draw(g) % 4) % LIVE];
}

static size_t sa_value(struct gen *g, const struct attr *a, __u8 *to)
{
	const struct sa *sa = &g->sa;
	unsigned int user = sa->of.user;
	__u32 v;

	switch (a->type) {
	case GMGUARD_A_SA_SPI_UC:
		v = 1000 + draw(g);
		break;
	case GMGUARD_A_SA_SPI_US:
		v = 2000 + draw(g);
		break;
	case GMGUARD_A_SA_UE:
		memcpy(to, sa->pool.octet, 16);
		if (sa->pool.len <= sa->pool.size * 8 - 8)
			to[sa->pool.size - 1] = 1 + user;
		return sa->pool.size;
	case GMGUARD_A_SA_PCSCF:
		memcpy(to, sa->pcscf.octet, 16);
		return sa->pcscf.size;
	case GMGUARD_A_SA_PORT_UC:
		v = 40000 + draw(g);
		break;
	case GMGUARD_A_SA_PORT_US:
		v = 41000 + user;
		break;
	case GMGUARD_A_SA_PORT_PC:
		v = sa->client;
		break;
	case GMGUARD_A_SA_PORT_PS:
		v = sa->server;
		break;
	case GMGUARD_A_SA_ALG:
		v = pairs[sa->pair].alg;
		break;
	case GMGUARD_A_SA_EALG:
		v = pairs[sa->pair].ealg;
		break;
	case GMGUARD_A_SA_AUTH_KEY:
		return pairs[sa->pair].auth;
	case GMGUARD_A_SA_ENC_KEY:
		return pairs[sa->pair].enc;
	case GMGUARD_A_SA_IMPI:
		return sprintf((char *)to, "u%u", user) + 1;
	case GMGUARD_A_SA_DIGEST:
		return GMGUARD_DIGEST_LEN;
	case GMGUARD_A_SA_STATE:
		v = draw(g) % 4;
		break;
	case GMGUARD_A_SA_LIFETIME:
		v = 1 + draw(g);
		break;
	case GMGUARD_A_SA_IDLE:
		v = draw(g) / 64;
		break;
	default:
		/* an SPI that names a set */
		v = sa->of.spi;
	}
	memcpy(to, &v, a->size);
	return a->size;
}

/* One of 16 TMPIs for the user of a set, or for nobody's. */
static size_t tmpi_value(struct gen *g, const struct attr *a, __u8 *to)
{
	static const int like[] = {
		[GMGUARD_A_TMPI_IMPI] = GMGUARD_A_SA_IMPI, [GMGUARD_A_TMPI_UE] = GMGUARD_A_SA_UE,
		[GMGUARD_A_TMPI_SPI_PS] = GMGUARD_A_SA_SPI_PS,
		[GMGUARD_A_TMPI_LIFETIME] = GMGUARD_A_SA_LIFETIME,
	};
	struct attr of_sa = *a;

	if (a->type == GMGUARD_A_TMPI_TMPI)
		return sprintf((char *)to, "%032u@tmpi.bsf.3gppnetwork.org", draw(g) % 16) + 1;
	of_sa.type = like[a->type];
	return sa_value(g, &of_sa, to);
}

static size_t value(struct gen *g, const struct set *set, const struct attr *a,
		    unsigned int i, __u8 *to)
{
	__u64 v;

	if (set->attr == attrs_sa && !chance(g, WHIM))
		return sa_value(g, a, to);
	if (set->attr == attrs_tmpi_policy && a->kind == KIND_BINARY && !chance(g, WHIM)) {
		memset(to, 0xff, GMGUARD_UA_ID_LEN);
		return GMGUARD_UA_ID_LEN;
	}
	if (set->attr == attrs_tmpi && !chance(g, WHIM))
		return tmpi_value(g, a, to);
	if (set->attr == attrs_algorithm && !chance(g, WHIM)) {
		i %= ARRAY_SIZE(pairs);
		memcpy(to, a->type == GMGUARD_A_ALGORITHM_ALG ? &pairs[i].alg : &pairs[i].ealg, 4);
		return 4;
	}
	if (set->attr == attrs_emergency && a->kind == KIND_STRING && !chance(g, WHIM))
		return sprintf((char *)to, "+*#%u", i) + 1;
	if ((a->kind == KIND_BINARY || a->prefix_len) && !g->beside.size)
		invent_address(g, set, i);
	switch (a->kind) {
	case KIND_FLAG:
	case KIND_PAD:
		return 0;
	case KIND_STRING:
		return string(g, a, i, (char *)to);
	case KIND_BINARY:
		memcpy(to, g->beside.octet, 16);
		return chance(g, WHIM) ? draw(g) % 21 : g->beside.size;
	default:
		v = number(g, a, i);
		if (g->naming && a->kind == KIND_U32) {
			g->naming->rank = v;
			g->naming = NULL;
		}
		memcpy(to, &v, a->size);
		return a->size;
	}
}

static void put_set(struct gen *g, const struct set *set, __u64 which,
		    unsigned int i, unsigned int depth);

static void put_attr(struct gen *g, const struct set *set, const struct attr *a,
		     unsigned int i, unsigned int depth)
{
	enum { TWICE = 1, LEFT_OUT, TYPE, FLAGS, OTHER_SET, LENGTH, HEADER, DEEP,
	       ODDITIES };
	int type = a->type | (a->kind == KIND_NEST ? NLA_F_NESTED : 0);
	const struct set *nested = a->nested;
	__u8 octets[64] = {};
	unsigned int odd = 0;
	size_t at, len;

	if (g->deep)
		odd = DEEP;
	else if (chance(g, WILD))
		odd = 1 + draw(g) % (ODDITIES - 1);
	if (g->budget-- <= 0 || depth > DEPTH || odd == LEFT_OUT)
		return;
	if (odd == TYPE)
		type = draw(g) % 2 ? draw(g) : set->n + 1;
	else if (odd == FLAGS)
		type ^= draw(g) % 2 ? NLA_F_NESTED : NLA_F_NET_BYTEORDER;
	else if (odd == OTHER_SET)
		nested = &sets[draw(g) % SETS];

	if (odd == DEEP) {
		at = msg_attr(g->m, type | NLA_F_NESTED, NULL, 0);
		g->deep = g->deep ? g->deep - 1 : draw(g) % DEPTH;
		put_attr(g, set, a, i, depth + 1);
		msg_end(g->m, at);
	} else if (nested) {
		at = msg_attr(g->m, type, NULL, 0);
		put_set(g, nested, ~0ULL, i, depth + 1);
		msg_end(g->m, at);
	} else {
		len = value(g, set, a, i, octets);
		if (odd == LENGTH)
			len = draw(g) % sizeof(octets);
		at = msg_attr(g->m, type, octets, len);
	}
	if (odd == HEADER) {
		struct nlattr *header = (void *)(g->m->at + at);
		const __u16 odd_len[] = {
			0, 1, 3, 4, 5, header->nla_len - 1, header->nla_len + 1,
			header->nla_len + 4, header->nla_len + 64, 0x7fff, 0xffff,
		};

		header->nla_len = odd_len[draw(g) % ARRAY_SIZE(odd_len)];
	}
	if (odd == TWICE && draw(g) % 2) {
		put_attr(g, set, a, i, depth);
	} else if (odd == TWICE) {
		len = g->m->len - at;
		msg_put(g->m, NULL, len);
		memcpy(g->m->at + at + len, g->m->at + at, len);
	}
}

static unsigned int count(struct gen *g, const struct attr *a)
{
	unsigned int b = draw(g), n = 0, i;

	if (a->kind == KIND_FLAG)
		return b >= 224;
	if (a->most == 1)
		return b < WILD;
	/* few, several, many, and what is the most and one more */
	if (b < 224)
		n = b < 160 ? 1 + b % 3 : b % 8;
	else if (b < 253)
		n = draw(g) % (b < 248 ? 20 : 200);
	else if (a->most > 2000 && draw(g) < 250)
		n = draw16(g) % 1000;
	else
		n = a->most + draw(g) % 3 - 1;
	/* of those who refer to elements, at least one for each */
	if (!a->nested || !HAS(a->nested, refers) || chance(g, WHIM))
		return n;
	for (i = b = 0; i < g->n_names; i++)
		b += !g->names[i].rank;
	return b > n || !b ? b : n;
}

static void put_set(struct gen *g, const struct set *set, __u64 which,
		    unsigned int i, unsigned int depth)
{
	bool backwards = chance(g, WILD), loud = !g->quiet;
	struct address beside = g->beside;
	unsigned int j, k, n, bits = g->bits;
	const struct attr *a;

	g->bits = g->beside.size = 0;
	g->naming = NULL;
	for (j = 0; j < set->n; j++) {
		a = &set->attr[backwards ? set->n - 1 - j : j];
		if (!(which >> (a - set->attr) & 1) && !chance(g, WILD))
			continue;
		n = count(g, a);
		for (k = 0; k < n; k++) {
			/* many tell no more than a few, and would use up the tape */
			g->quiet = !loud || (k > 7 && k < n - 1);
			put_attr(g, set, a, a->most > 1 ? k : i, depth);
		}
		g->quiet = !loud;
	}
	g->bits = bits;
	g->beside = beside;
}

/* The more a command takes, the more often it is asked; one about a set needs more,
 * since many find none.
 */
static unsigned int weight(const struct command *command)
{
	return command->n + (command->n && command->set->attr == attrs_sa ? 6 :
			     command->n && command->set->attr == attrs_tmpi ? 2 : 1);
}

static const struct command *choose(struct gen *g)
{
	unsigned int i, sum = 0, b = draw(g);

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		sum += weight(&commands[i]);
	/* zero: a policy */
	for (i = 0; !b; i++)
		if (commands[i].number == GMGUARD_CMD_POLICY_SET)
			return &commands[i];
	for (b %= sum, i = 0; b >= weight(&commands[i]); i++)
		b -= weight(&commands[i]);
	return &commands[i];
}

/* All that the command takes, or some of it. Of what a set may go without, and of
 * filters, few: but to flush, most.
 */
static __u64 choose_attrs(struct gen *g, const struct command *command, bool dumps)
{
	__u64 which = command->request & (chance(g, 240) ? draw16(g) : ~0U);
	__u64 some = 0;
	unsigned int i;

	switch (command->number) {
	case GMGUARD_CMD_SA_NEW:
		some = 1 << (GMGUARD_A_SA_OVER - 1) | 1 << (GMGUARD_A_SA_DIGEST - 1);
		break;
	case GMGUARD_CMD_SA_GET:
		if (!dumps)
			return 1 << (GMGUARD_A_SA_SPI_PS - 1);
		some = ~0ULL;
		break;
	case GMGUARD_CMD_TMPI_NEW:
		/* with a set, or without */
		if (draw(g) < 128)
			return 1 << (GMGUARD_A_TMPI_TMPI - 1) | 1 << (GMGUARD_A_TMPI_SPI_PS - 1);
		return which & ~(1ULL << (GMGUARD_A_TMPI_SPI_PS - 1));
	case GMGUARD_CMD_TMPI_GET:
	case GMGUARD_CMD_TMPI_DEL:
		if (!dumps)
			return 1 << (draw(g) % 2 ? GMGUARD_A_TMPI_TMPI - 1 : GMGUARD_A_TMPI_IMPI - 1);
		some = ~0ULL;
		break;
	case GMGUARD_CMD_SA_FLUSH:
	case GMGUARD_CMD_TMPI_FLUSH:
		some = ~0ULL;
	}
	some &= which;
	for (i = 0; some >> i; i++)
		if (some >> i & 1 &&
		    (draw(g) < 160) == (command->number != GMGUARD_CMD_SA_FLUSH &&
					command->number != GMGUARD_CMD_TMPI_FLUSH))
			which &= ~(1ULL << i);
	return which;
}

static void put_message(struct gen *g, __u16 family, bool last)
{
	const struct command *command = choose(g);
	struct genlmsghdr genl = { .cmd = command->number, .version = 1 };
	size_t at, start = g->m->len;
	struct nlmsghdr nlh = {};
	unsigned int b;
	__u64 which;
	bool dumps;

	g->addresses = g->ports = g->strings = g->devices = 0;
	g->n_seen = g->n_names = g->numbers = 0;
	b = draw(g);
	dumps = command->dumps && (!command->does || b < 128);
	nlh.nlmsg_type = family;
	nlh.nlmsg_flags = NLM_F_REQUEST | (b < 224 ? NLM_F_ACK : 0) |
			  (b % 8 == 7 ? NLM_F_ECHO : 0) |
			  (dumps ? NLM_F_DUMP : 0);
	if (chance(g, WILD)) {
		b = draw(g);
		nlh.nlmsg_flags ^= 1 << b % 16;
		if (b >= 128)
			nlh.nlmsg_flags ^= NLM_F_DUMP;
	}
	if (chance(g, WILD))
		genl.cmd = draw(g);
	if (chance(g, WILD))
		genl.version = draw(g);
	if (chance(g, WILD))
		genl.reserved = draw16(g);
	if (chance(g, WILD))
		nlh.nlmsg_type = (const int []){ 0, 1, 15, 0xffff }[draw(g) % 4];
	at = msg_put(g->m, &nlh, sizeof(nlh));
	msg_put(g->m, &genl, sizeof(genl));
	which = choose_attrs(g, command, dumps);
	if (command->set->attr == attrs_sa || command->set->attr == attrs_tmpi)
		choose_sa(g, command->number == GMGUARD_CMD_SA_NEW &&
			  !(which >> (GMGUARD_A_SA_OVER - 1) & 1));
	put_set(g, command->set, which, 0, 0);
	if (chance(g, WILD))
		msg_put(g->m, "garbage garbage", draw(g) % 16);
	nlh.nlmsg_len = g->m->len - start;
	/* beyond the end, no header, or the message ends there: what followed it
	 * would be read as one more
	 */
	if (last && chance(g, WILD)) {
		b = draw(g) % 4;
		if (b == 0)
			nlh.nlmsg_len += 1 + draw(g);
		else if (b == 1)
			nlh.nlmsg_len = draw(g) % NLMSG_HDRLEN;
		else
			nlh.nlmsg_len = NLMSG_HDRLEN + draw16(g) %
					(nlh.nlmsg_len - NLMSG_HDRLEN + 1);
		if (b > 1)
			g->m->len = start + nlh.nlmsg_len;
	}
	memcpy(g->m->at + at, &nlh, sizeof(nlh));
}

#endif /* _SELFTESTS_FUZZ_MESSAGE_H */
