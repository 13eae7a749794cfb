// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>

#include "agree.h"
#include "array.h"
#include "cmd_agree.h"
#include "print.h"
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

static int judge(const struct gmg_options *opt, struct gmguard *g, const struct agree_message *sm1)
{
	const struct gmguard_result *res;
	struct gmg_offer offer;
	bool rows;

	res = handle_offer(g, sm1->octets, sm1->len,
			   opt->given & OPTION(SOURCE) ? &opt->source : NULL, &offer);
	if (!res->code)
		return agree_told(opt, WHAT, res, NULL) ?: tell_taken(opt, &offer);
	rows = opt->explain && offer.client.n;
	if (rows && !opt->json)
		print_mechanisms(&offer);
	return agree_told(opt, WHAT, res, rows ? mechanisms_json(&offer) : NULL);
}

int cmd_agree_offer(const struct gmg_options *opt, char **words)
{
	struct agree_message sm1 = { .keys = false };
	struct gmguard *g;
	int ret;

	(void)words;
	g = agree_open(opt, &ret);
	if (!g)
		return ret;
	ret = agree_read(opt, opt->sip, &sm1) ?: judge(opt, g, &sm1);
	agree_free(&sm1);
	agree_close(opt, g);
	return ret;
}
