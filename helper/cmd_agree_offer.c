// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>

#include "array.h"
#include "cmd_agree.h"
#include "print.h"
#include "sa_print.h"
#include "words.h"

#define WHAT "agree offer"

/* What a terminal, and JSON, may have of somebody else's text. NULL without memory. */
static json_t *text_json(struct gmg_text t)
{
	char *text = malloc(t.len + 1);
	json_t *json;
	size_t i;

	if (!text)
		return NULL;
	for (i = 0; i < t.len; i++)
		text[i] = t.p[i] >= ' ' && t.p[i] <= '~' ? t.p[i] : '?';
	json = json_stringn(text, t.len);
	free(text);
	return json;
}

static json_t *mechanism_json(const struct gmg_offer *o, uint32_t i)
{
	const struct gmg_mechanism *m = &o->client.mechanism[i];
	json_t *row = json_pack("{s:o,s:s,s:s}", "mechanism", text_json(m->name), "result",
				o->choice.taken == (int)i ? "taken" : "refused", "why",
				o->choice.why[i]);
	uint32_t p;

	for (p = 0; p < m->n_params; p++)
		if (text_is(m->param[p].name, "alg") || text_is(m->param[p].name, "ealg") ||
		    text_is(m->param[p].name, "mod") || text_is(m->param[p].name, "q"))
			json_object_set_new(row, text_is(m->param[p].name, "alg") ? "alg" :
					    text_is(m->param[p].name, "ealg") ? "ealg" :
					    text_is(m->param[p].name, "mod") ? "mod" : "q",
					    text_json(m->param[p].value));
	return row;
}

static json_t *mechanisms_json(const struct gmg_offer *o)
{
	json_t *rows = json_array();
	uint32_t i;

	for (i = 0; i < o->client.n; i++)
		json_array_append_new(rows, mechanism_json(o, i));
	return rows;
}

static void print_mechanisms(const struct gmg_offer *o)
{
	static const struct gmg_column column[] = {
		{ "mechanism", "MECHANISM" }, { "alg", "ALG" }, { "ealg", "EALG" },
		{ "mod", "MOD" }, { "q", "Q" }, { "result", "RESULT" }, { "why", "WHY" },
	};
	json_t *rows = mechanisms_json(o);

	print_table(rows, column, ARRAY_SIZE(column));
	json_decref(rows);
}

static json_t *taken_json(const struct gmg_offer *o)
{
	const struct gmg_text impi = text_of(o->impi);

	return json_pack("{s:s,s:s,s:s,s:I,s:I,s:i,s:i,s:o,s:b}", "result", "taken",
			 "alg", alg_word(o->choice.pair.alg),
			 "ealg", ealg_word(o->choice.pair.ealg),
			 "spi-uc", (json_int_t)o->ends.spi_c, "spi-us", (json_int_t)o->ends.spi_s,
			 "port-uc", o->ends.port_c, "port-us", o->ends.port_s,
			 "impi", text_json(impi), "emergency", o->emergency);
}

static int tell_taken(const struct gmg_options *opt, const struct gmg_offer *o)
{
	char uc[SPI_STRLEN], us[SPI_STRLEN];
	json_t *doc;

	if (opt->json) {
		doc = taken_json(o);
		if (opt->explain)
			json_object_set_new(doc, "mechanisms", mechanisms_json(o));
		return print_json(doc);
	}
	if (opt->explain)
		print_mechanisms(o);
	else
		printf("alg %s ealg %s spi_uc %s spi_us %s port_uc %u port_us %u\n",
		       alg_word(o->choice.pair.alg), ealg_word(o->choice.pair.ealg),
		       spi_format(o->ends.spi_c, uc), spi_format(o->ends.spi_s, us),
		       o->ends.port_c, o->ends.port_s);
	return EXIT_OK;
}

static int tell_refused(const struct gmg_options *opt, const struct gmg_offer *o,
			const struct gmg_refusal *r, const struct gmg_agree *ours)
{
	if (!opt->explain || !o->client.n)
		return agree_refused(opt, WHAT, r, ours, NULL);
	if (opt->json)
		return agree_refused(opt, WHAT, r, ours, mechanisms_json(o));
	print_mechanisms(o);
	return agree_refused(opt, WHAT, r, ours, NULL);
}

static int judge(const struct gmg_options *opt, const struct gmg_agree *ours,
		 struct agree_message *sm1)
{
	struct gmg_refusal refusal;
	struct gmg_offer offer;
	int ret;

	ret = agree_read(opt, WHAT, OPT_REGISTER, opt->sip, 400, sm1);
	if (ret)
		return ret;
	if (agree_offer(&sm1->m, ours, &offer, &refusal))
		return tell_taken(opt, &offer);
	return tell_refused(opt, &offer, &refusal, ours);
}

int cmd_agree_offer(const struct gmg_options *opt, char **words)
{
	struct agree_message sm1 = { .octets = NULL };
	struct gmg_config cfg;
	int ret;

	(void)words;
	ret = agree_policy(opt, &cfg);
	if (ret)
		return ret;
	ret = judge(opt, &cfg.agree, &sm1);
	agree_free(&sm1);
	config_free(&cfg);
	return ret;
}
