// SPDX-License-Identifier: GPL-2.0
#include <linux/gmguard.h>
#include <stdio.h>

#include "array.h"
#include "cmd.h"
#include "explain_sa.h"
#include "explain_sip.h"
#include "options.h"
#include "print.h"
#include "reasons.h"

static json_t *object(const struct gmg_reason *r)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "name", r->name,
			 "kind", r->drop ? "rule" : "pass", "rule", r->rule,
			 "clause", r->clause, "meaning", r->meaning, "advice", r->advice);
}

static int explain_all(const struct gmg_options *opt)
{
	static const struct gmg_column column[] = {
		{ "name", "REASON" }, { "kind", "KIND" }, { "rule", "RULE" },
		{ "clause", "CLAUSE" }, { "meaning", "MEANING" },
	};
	json_t *rows = json_array();
	uint32_t i;

	for (i = 1; i <= GMGUARD_REASON_MAX; i++)
		if (reason_get(i))
			json_array_append_new(rows, object(reason_get(i)));
	if (opt->json)
		return print_json(json_pack("{s:o}", "reasons", rows));
	print_table(rows, column, ARRAY_SIZE(column));
	json_decref(rows);
	return EXIT_OK;
}

int cmd_explain(const struct gmg_options *opt, char **words)
{
	const struct gmg_reason *r;
	uint32_t spi;

	if (opt->file && !words[0])
		return explain_sip(opt);
	if (opt->given) {
		complain("explain takes options for the message of --file only, and no words with it");
		return EXIT_USAGE;
	}
	if (!words[0])
		return explain_all(opt);
	if (words[1])
		return explain_flow(opt, words);
	if (spi_parse(words[0], &spi))
		return explain_spi(opt, spi);
	r = reason_get(reason_find(words[0]));
	if (!r) {
		complain("no reason is named '%.64s', and it is no SPI: gmguard explain lists the reasons", words[0]);
		return EXIT_NOT_FOUND;
	}
	if (opt->json)
		return print_json(object(r));
	printf("%s (%s)\n", r->name, r->drop ? "a rule: off, observe or enforce" :
					       "a class of accepted packets");
	printf("  meaning  %s\n", r->meaning);
	printf("  rule     %s, %s\n", r->rule, r->clause);
	printf("  to do    %s\n", r->advice);
	return EXIT_OK;
}
