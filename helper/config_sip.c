// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "config_check.h"
#include "pure/sip_facts.h"

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

int config_check_sip(struct gmg_config *cfg, struct gmg_doc *doc)
{
	uint32_t i;

	if (!doc_has(doc, "emergency.numbers"))
		add_defaults(&cfg->emergency);
	for (i = 0; i < cfg->emergency.n_numbers; i++)
		if (check_number(&cfg->emergency, doc, i))
			return -1;
	return 0;
}
