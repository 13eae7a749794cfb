// SPDX-License-Identifier: GPL-2.0
/* The final answer to a REGISTER, and what becomes of its set. */
#include <stdio.h>

#include "cmd_agree.h"
#include "cmd_sa.h"
#include "gnl.h"
#include "print.h"
#include "sa_print.h"

/* An answer to a REGISTER under the set @spi. */
struct outcome {
	const char *what;
	uint32_t spi;
	const struct gmg_sipmsg *m;
};

static int refused(const struct gmg_gnl *gnl, const struct outcome *o)
{
	char text[64], spi[SPI_STRLEN];

	snprintf(text, sizeof(text), "%s %s", o->what, spi_format(o->spi, spi));
	return gnl_complain(gnl, text, NULL);
}

static int tell(const struct gmg_options *opt, const struct outcome *o, const char *result,
		uint32_t seconds)
{
	char spi[SPI_STRLEN];

	if (opt->json)
		return sa_answer(opt, json_pack("{s:s,s:I,s:I}", "result", result,
						"spi-ps", (json_int_t)o->spi,
						"expires", (json_int_t)seconds));
	if (!opt->quiet && seconds)
		printf("set %s: %s for %u seconds\n", spi_format(o->spi, spi), result, seconds);
	else if (!opt->quiet)
		printf("set %s: %s\n", spi_format(o->spi, spi), result);
	return EXIT_OK;
}

static int accept_answer(struct gmg_gnl *gnl, const struct gmg_options *opt, const void *arg)
{
	const struct outcome *o = arg;
	struct gmg_refusal r;
	struct gmg_sa sa;
	uint32_t seconds;

	if (sa_get(gnl, o->spi, &sa))
		return refused(gnl, o);
	if (!agree_accept(o->m, &sa, &seconds, &r))
		return agree_refused(opt, o->what, &r, NULL, NULL);
	/* the answer still leaves by the set that the REGISTER came by */
	if (seconds ? sa_establish(gnl, o->spi, seconds) : sa_del(gnl, o->spi, true))
		return refused(gnl, o);
	return tell(opt, o, seconds ? "established" : "deregistered", seconds);
}

/* Nobody is deregistered because an authentication has failed (TS 33.203 6.1.1). */
static int reject_answer(struct gmg_gnl *gnl, const struct gmg_options *opt, const void *arg)
{
	const struct outcome *o = arg;
	struct gmg_refusal r;
	struct gmg_sa sa;

	if (!agree_reject(o->m, &r))
		return agree_refused(opt, o->what, &r, NULL, NULL);
	if (sa_get(gnl, o->spi, &sa))
		return refused(gnl, o);
	if (sa.state != GMGUARD_SA_STATE_TEMPORARY)
		return tell(opt, o, "kept", 0);
	return sa_del(gnl, o->spi, true) ? refused(gnl, o) : tell(opt, o, "rejected", 0);
}

static int conclude(const struct gmg_options *opt, const char *what, const char *word,
		    sa_verb verb)
{
	struct agree_message answer = { .octets = NULL };
	struct outcome o = { .what = what, .m = &answer.m };
	int ret;

	if (!sa_word(word, &o.spi))
		return EXIT_USAGE;
	ret = agree_read(opt, what, OPT_ANSWER, opt->answer, AGREE_SERVER_ERROR, &answer);
	if (!ret)
		ret = sa_command(verb, what, opt, &o);
	agree_free(&answer);
	return ret;
}

int cmd_agree_accept(const struct gmg_options *opt, char **words)
{
	return conclude(opt, "agree accept", words[0], accept_answer);
}

int cmd_agree_reject(const struct gmg_options *opt, char **words)
{
	return conclude(opt, "agree reject", words[0], reject_answer);
}
