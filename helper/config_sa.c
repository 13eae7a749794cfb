// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "config_check.h"
#include "keyexp.h"
#include "words.h"

/* RFC 4303 2.1: 0 stays on the host, 1 to 255 are reserved. */
static int check_spi(const struct gmg_spi_range *r, struct gmg_doc *doc)
{
	if (r->min < GMGUARD_SPI_MIN)
		return doc_fail(doc, "spi.min", "SPIs below %u are reserved: min must be %u or more",
				GMGUARD_SPI_MIN, GMGUARD_SPI_MIN);
	if (r->max <= r->min)
		return doc_fail(doc, "spi.max", "max (%#x) must be above min (%#x)", r->max, r->min);
	return 0;
}

static int take_foreign_sa(struct gmg_config *cfg, struct gmg_doc *doc)
{
	uint32_t **mode = &cfg->rules.mode[GMGUARD_REASON_FOREIGN_SA];

	if (cfg->foreign_sa && *cfg->foreign_sa == GMG_FOREIGN_SA_ACCEPT) {
		if (*mode)
			return doc_fail(doc, "foreign-sa",
					"foreign-sa: accept turns a rule off that rules has on line %zu: leave one of them out",
					doc_line(doc, "rules.foreign-sa"));
		*mode = cfg->foreign_sa;
		**mode = GMGUARD_MODE_OFF;
	} else {
		free(cfg->foreign_sa);
	}
	cfg->foreign_sa = NULL;
	return 0;
}

/* What is offered where the file has no list; those of yesterday with legacy. */
static const struct gmg_algorithm today[] = {
	{ GMGUARD_ALG_NULL,	     GMGUARD_EALG_AES_GCM },
	{ GMGUARD_ALG_HMAC_SHA_1_96, GMGUARD_EALG_AES_CBC },
	{ GMGUARD_ALG_AES_GMAC,	     GMGUARD_EALG_NULL },
	{ GMGUARD_ALG_HMAC_SHA_1_96, GMGUARD_EALG_NULL },
};

static const struct gmg_algorithm yesterday[] = {
	{ GMGUARD_ALG_HMAC_SHA_1_96, GMGUARD_EALG_DES_EDE3_CBC },
	{ GMGUARD_ALG_HMAC_MD5_96,   GMGUARD_EALG_AES_CBC },
	{ GMGUARD_ALG_HMAC_MD5_96,   GMGUARD_EALG_DES_EDE3_CBC },
	{ GMGUARD_ALG_HMAC_MD5_96,   GMGUARD_EALG_NULL },
};

static int add_pairs(struct gmg_agree *a, const struct gmg_algorithm *pair, size_t n)
{
	struct gmg_algorithm *new;

	for (; n--; pair++) {
		new = config_add(&a->algorithms, &a->n_algorithms, sizeof(*new));
		if (!new)
			return -1;
		*new = *pair;
	}
	return 0;
}

static int add_defaults(struct gmg_agree *a, struct gmg_doc *doc)
{
	if (add_pairs(a, today, ARRAY_SIZE(today)) ||
	    (a->legacy && add_pairs(a, yesterday, ARRAY_SIZE(yesterday))))
		return doc_fail(doc, "", "out of memory");
	if (a->legacy)
		doc_warn(doc, "agree.legacy",
			 "UEs that offer no better get hmac-md5-96 or des-ede3-cbc, gone from TS 33.203 since Release 13");
	return 0;
}

/* Is the pair @i one that may be? */
static int check_pair(const struct gmg_agree *a, struct gmg_doc *doc, uint32_t i)
{
	const struct gmg_algorithm *pair = &a->algorithms[i];
	struct gmg_path path = doc_path("agree.algorithms[%u]", i);
	const char *why;
	uint32_t j;

	for (j = 0; j < i; j++)
		if (!memcmp(pair, &a->algorithms[j], sizeof(*pair)))
			return doc_fail(doc, path.s, "alg %s with ealg %s is listed twice",
					alg_word(pair->alg), ealg_word(pair->ealg));
	switch (gmg_pair_check(pair->alg, pair->ealg, &why)) {
	case GMG_PAIR_OK:
		return 0;
	case GMG_PAIR_LEGACY:
		if (!a->legacy)
			return doc_fail(doc, path.s, "%s, or set legacy: true", why);
		doc_warn(doc, path.s, "%s", why);
		return 0;
	default:
		return doc_fail(doc, path.s, "%s", why);
	}
}

/* Leaves in the list what encryption lets be offered: all, or one half. @listed: it is
 * that of the file.
 */
static int take_encryption(struct gmg_agree *a, struct gmg_doc *doc, bool listed)
{
	uint32_t which = a->encryption ? *a->encryption : GMG_ENCRYPTION_PREFER, i, n = 0;
	const char *why;

	free(a->encryption);
	a->encryption = NULL;
	a->legacy = false;
	for (i = 0; i < a->n_algorithms; i++) {
		const struct gmg_algorithm pair = a->algorithms[i];
		bool encrypts = pair.ealg != GMGUARD_EALG_NULL;

		if (which == (encrypts ? GMG_ENCRYPTION_NEVER : GMG_ENCRYPTION_REQUIRE)) {
			if (listed)
				doc_warn(doc, doc_path("agree.algorithms[%u]", i).s,
					 "left out: encryption is %s",
					 encrypts ? "never" : "require");
			continue;
		}
		a->legacy |= gmg_pair_check(pair.alg, pair.ealg, &why) == GMG_PAIR_LEGACY;
		a->algorithms[n++] = pair;
	}
	a->n_algorithms = n;
	if (!n)
		return doc_fail(doc, "agree.encryption",
				"encryption leaves nothing of algorithms: list a pair %s a cipher",
				which == GMG_ENCRYPTION_NEVER ? "without" : "with");
	return 0;
}

static int check_agree(struct gmg_agree *a, struct gmg_doc *doc)
{
	bool listed = a->n_algorithms;
	uint32_t i;

	if (!listed && add_defaults(a, doc))
		return -1;
	for (i = 0; listed && i < a->n_algorithms; i++)
		if (check_pair(a, doc, i))
			return -1;
	return take_encryption(a, doc, listed);
}

int config_check_sa(struct gmg_config *cfg, struct gmg_doc *doc)
{
	if (!cfg->limits.sa_sets)
		return doc_fail(doc, "limits.sa-sets", "the limit of SA sets must be 1 or more");
	if (!cfg->lifetimes.temporary)
		return doc_fail(doc, "lifetimes.temporary", "temporary must be 1 second or more");
	if (!cfg->lifetimes.grace)
		return doc_fail(doc, "lifetimes.grace", "grace must be 1 second or more");
	if (check_spi(&cfg->spi, doc) || take_foreign_sa(cfg, doc))
		return -1;
	return check_agree(&cfg->agree, doc);
}
