// SPDX-License-Identifier: GPL-2.0
/* The final answer to a REGISTER, and what becomes of its set. */
#include <stdio.h>

#include "cmd_agree.h"
#include "cmd_sa.h"
#include "print.h"
#include "sa.h"
#include "secret.h"

static const char *const outcome_words[] = {
	[GMGUARD_ESTABLISHED] = "established",
	[GMGUARD_DEREGISTERED] = "deregistered",
	[GMGUARD_REJECTED] = "rejected",
	[GMGUARD_KEPT] = "kept",
};

static int tell(const struct gmg_options *opt, const struct gmguard_result *res)
{
	const char *word = outcome_words[res->outcome];
	char spi[SPI_STRLEN];

	if (opt->json)
		return agree_answer(opt, json_pack("{s:s,s:I,s:I}", "result", word,
						   "spi-ps", (json_int_t)res->spi_ps,
						   "expires", (json_int_t)res->expires));
	if (!opt->quiet && res->expires)
		printf("set %s: %s for %u seconds\n", spi_format(res->spi_ps, spi), word,
		       res->expires);
	else if (!opt->quiet)
		printf("set %s: %s\n", spi_format(res->spi_ps, spi), word);
	return EXIT_OK;
}

typedef const struct gmguard_result *(*agree_call)(struct gmguard *g, uint32_t spi_ps,
						   const char *answer, size_t len);

static int conclude(const struct gmg_options *opt, const char *what, const char *word,
		    agree_call call)
{
	/* a 401 has some */
	struct agree_message answer = { .keys = true, .mixed = true };
	const struct gmguard_result *res;
	struct gmguard *g;
	uint32_t spi;
	int ret;

	if (!sa_word(word, &spi))
		return EXIT_USAGE;
	if (!secret_begin())
		return EXIT_KERNEL;
	g = agree_open(opt, &ret);
	if (!g)
		return ret;
	ret = agree_read(opt, opt->answer, &answer);
	if (!ret) {
		res = call(g, spi, answer.octets, answer.len);
		ret = agree_told(opt, what, res, NULL) ?: tell(opt, res);
	}
	agree_free(&answer);
	agree_close(opt, g);
	return ret;
}

int cmd_agree_accept(const struct gmg_options *opt, char **words)
{
	return conclude(opt, "agree accept", words[0], opt->keep ? gmguard_keep : gmguard_accept);
}

int cmd_agree_reject(const struct gmg_options *opt, char **words)
{
	return conclude(opt, "agree reject", words[0], gmguard_reject);
}
