// SPDX-License-Identifier: GPL-2.0
/* Any octets as a Security-Client: refused with a reason, or a list in which every number is
 * one, of which we take what we list or nothing, and that says the same when it is written
 * in another way.
 */
#include <ctype.h>

#include "fuzz.h"
#include "keyexp.h"
#include "secagree.h"

static const struct gmg_algorithm list[] = {
	{ GMGUARD_ALG_NULL, GMGUARD_EALG_AES_GCM },
	{ GMGUARD_ALG_HMAC_SHA_1_96, GMGUARD_EALG_AES_CBC },
	{ GMGUARD_ALG_HMAC_SHA_1_96, GMGUARD_EALG_NULL },
};

static const struct gmg_agree ours = {
	.algorithms = (void *)list, .n_algorithms = sizeof(list) / sizeof(*list),
};

static void check_list(const struct gmg_secagree *a)
{
	const struct gmg_mechanism *m;

	HOLDS(a->n && a->n <= SECAGREE_MECHANISMS);
	for (m = a->mechanism; m < a->mechanism + a->n; m++) {
		HOLDS(m->name.len && m->n_params <= SECAGREE_PARAMS);
		HOLDS(m->q >= -1 && m->q <= 1000);
		HOLDS(!m->ends.spi_c || m->ends.spi_c != m->ends.spi_s);
		HOLDS(!m->ends.port_c || m->ends.port_c != m->ends.port_s);
		HOLDS(m->ends.port_c != 5060 && m->ends.port_c != 5061);
		HOLDS(m->ends.port_s != 5060 && m->ends.port_s != 5061);
		HOLDS(m->ipsec || (!m->ends.spi_c && !m->ends.port_s));
	}
}

/* What is taken could be made. */
static void check_choice(const struct gmg_secagree *a)
{
	const struct gmg_mechanism *m;
	struct gmg_choice choice;
	struct gmg_ends ends;
	const char *why;
	uint32_t i;

	secagree_choose(a, &ours, &choice);
	for (i = 0; i < a->n; i++)
		HOLDS(choice.why[i] && *choice.why[i]);
	HOLDS(choice.taken >= -1 && choice.taken < (int)a->n);
	if (choice.taken < 0)
		return;
	m = &a->mechanism[choice.taken];
	HOLDS(m->ipsec && m->prot_esp && text_is(m->mod, "trans"));
	HOLDS(m->alg == choice.pair.alg && m->ealg == choice.pair.ealg);
	HOLDS(gmg_pair_check(m->alg, m->ealg, &why) == GMG_PAIR_OK);
	HOLDS(secagree_ends(a, &ends) && !memcmp(&ends, &m->ends, sizeof(ends)));
	HOLDS(ends.spi_c && ends.spi_s && ends.port_c && ends.port_s);
}

/* Parameters the other way round, in upper case, with white space around. */
static size_t rewrite(const struct gmg_secagree *a, char *to)
{
	const struct gmg_mechanism *m;
	char *at = to;
	uint32_t i;
	size_t n;

	for (m = a->mechanism; m < a->mechanism + a->n; m++) {
		at += sprintf(at, "%s%.*s", m == a->mechanism ? "" : " ,\t",
			      (int)m->name.len, m->name.p);
		for (i = m->n_params; i--;) {
			at += sprintf(at, " ; ");
			for (n = 0; n < m->param[i].name.len; n++)
				*at++ = toupper((unsigned char)m->param[i].name.p[n]);
			if (!m->param[i].value.p)
				continue;
			at = mempcpy(stpcpy(at, "\r\n = "), m->param[i].value.p,
				     m->param[i].value.len);
		}
	}
	return at - to;
}

static void check_same(const struct gmg_secagree *a)
{
	static char text[16384];
	uint8_t one[SECAGREE_HASH], other[SECAGREE_HASH];
	static struct gmg_secagree again;
	char why[SIPMSG_WHY];
	size_t len;
	int ends;

	len = rewrite(a, text);
	again.n = 0;
	HOLDS(secagree_parse((struct gmg_text){ text, len }, &again, why) && again.n == a->n);
	for (ends = 0; ends <= 1; ends++) {
		HOLDS(secagree_hash(a, ends, one) && secagree_hash(&again, ends, other));
		HOLDS(!memcmp(one, other, sizeof(one)));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct gmg_secagree a;
	char why[SIPMSG_WHY] = "";

	a.n = 0;
	if (!secagree_parse((struct gmg_text){ (const char *)data, size }, &a, why)) {
		HOLDS(!strncmp(why, "mechanism ", 10));
		return 0;
	}
	check_list(&a);
	check_choice(&a);
	check_same(&a);
	return 0;
}
