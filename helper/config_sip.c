// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "config_check.h"
#include "pure/sip_facts.h"

#define NAME(ID, word, ...) [GMG_SIP_ITEM_##ID] = (word),
#define PARAM(ID, word, ...) [GMG_SIP_ITEM_PARAM_##ID] = (word),
#define BOUNDARY(ID, TRANSITION, word) [GMG_SIP_##ID] = (word),

static const char *const item_word[GMG_SIP_ITEM_COUNT] = {
	GMG_SIP_ITEM_HEADERS(NAME)
	GMG_SIP_ITEM_PARAMS(PARAM)
};

static const char *const boundary_word[GMG_SIP_BOUNDARY_COUNT] = {
	GMG_SIP_BOUNDARIES(BOUNDARY)
};

static void add_defaults(struct gmg_emergency *e)
{
	const struct gmg_sip_number *number = gmg_sip_numbers_default;

	for (; e->n_numbers < GMG_SIP_NUMBERS_DEFAULT; e->n_numbers++, number++)
		memcpy(e->numbers[e->n_numbers].s, number->digits, number->len);
}

/* Takes visual separators out (RFC 3966 5.1.1): nobody dials them. */
static void strip(char *s)
{
	char *to = s;

	for (; *s; s++)
		if (!strchr("-.()", *s))
			*to++ = *s;
	*to = '\0';
}

static int check_number(struct gmg_emergency *e, struct gmg_doc *doc, uint32_t i)
{
	struct gmg_path path = doc_path("emergency.numbers[%u]", i);
	struct gmg_number *n = &e->numbers[i], was = *n;
	size_t len;
	uint32_t j;

	strip(n->s);
	len = strlen(n->s);
	if (!len || len > GMGUARD_NUMBER_LEN_MAX || n->s[strspn(n->s, "0123456789+*#")])
		return doc_fail(doc, path.s, "'%s' is no emergency number: write 1 to %u digits, '+', '*' or '#'",
				was.s, GMGUARD_NUMBER_LEN_MAX);
	for (j = 0; j < i; j++)
		if (!strcmp(n->s, e->numbers[j].s))
			return doc_fail(doc, path.s, "emergency number %s is listed twice", n->s);
	return 0;
}

/* Puts ue-to-core in the place of the two that it is a word for. */
static int take_ue_to_core(struct gmg_config *cfg, struct gmg_doc *doc, uint32_t item)
{
	struct gmg_header *h = cfg->headers.item[item];
	struct gmg_path path = doc_path("headers.%s.ue-to-core", item_word[item]);
	uint32_t *clear, *protected;

	if (!h->ue_to_core)
		return 0;
	if (h->action[GMG_SIP_FROM_UE_CLEAR] || h->action[GMG_SIP_FROM_UE])
		return doc_fail(doc, path.s, "ue-to-core is ue-to-core-clear and ue-to-core-protected: leave one out");
	clear = config_action(cfg, item, GMG_SIP_FROM_UE_CLEAR);
	protected = config_action(cfg, item, GMG_SIP_FROM_UE);
	if (!clear || !protected)
		return doc_fail(doc, "", "out of memory");
	*clear = *h->ue_to_core;
	*protected = *h->ue_to_core;
	free(h->ue_to_core);
	h->ue_to_core = NULL;
	return 0;
}

static int check_header(struct gmg_config *cfg, struct gmg_doc *doc, uint32_t item)
{
	struct gmg_header *h = cfg->headers.item[item];
	bool any = false;
	uint32_t i;

	if (take_ue_to_core(cfg, doc, item))
		return -1;
	for (i = 1; i < GMG_SIP_BOUNDARY_COUNT; i++) {
		if (!h->action[i])
			continue;
		any = true;
		if (!gmg_sip_matrix_may(item, i, *h->action[i]))
			return doc_fail(doc, doc_path("headers.%s.%s", item_word[item], boundary_word[i]).s,
					"%s cannot be kept: keys do not leave the trust domain (TS 33.203 6.1.1): write remove or drop",
					item_word[item]);
	}
	if (!any) {
		free(h);
		cfg->headers.item[item] = NULL;
	}
	return 0;
}

int config_check_sip(struct gmg_config *cfg, struct gmg_doc *doc)
{
	uint32_t i;

	for (i = 1; i <= GMGUARD_SIP_ITEM_MAX; i++)
		if (cfg->headers.item[i] && check_header(cfg, doc, i))
			return -1;

	if (!cfg->emergency.unauthenticated && !config_judges_tcp(cfg))
		doc_warn(doc, "emergency.unauthenticated",
			 "over TCP it refuses nothing: see rules: {stream-order}");
	if (!doc_has(doc, "emergency.numbers"))
		add_defaults(&cfg->emergency);
	for (i = 0; i < cfg->emergency.n_numbers; i++)
		if (check_number(&cfg->emergency, doc, i))
			return -1;
	return 0;
}
