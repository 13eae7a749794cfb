// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "cmd.h"
#include "cmd_sa.h"
#include "gnl.h"
#include "options.h"
#include "print.h"
#include "sa_print.h"
#include "secret.h"

int sa_command(sa_verb verb, const char *what, const struct gmg_options *opt, const void *arg)
{
	struct gmg_gnl gnl;
	int ret;

	if (opt->batch)
		return verb(opt->batch, opt, arg);
	ret = gnl_open(&gnl, opt);
	if (ret)
		return ret;
	ret = gnl_need_sa(&gnl, what);
	if (!ret)
		ret = verb(&gnl, opt, arg);
	gnl_close(&gnl);
	return ret;
}

bool sa_word(const char *text, uint32_t *spi)
{
	if (spi_parse(text, spi))
		return true;
	complain("'%.40s' is no SPI: write it decimal or 0x hexadecimal", secret_show(text));
	return false;
}

/* The same about the set that @text names. */
static int about_set(sa_verb verb, const char *what, const struct gmg_options *opt,
		     const char *text)
{
	uint32_t spi;

	return sa_word(text, &spi) ? sa_command(verb, what, opt, &spi) : EXIT_USAGE;
}

int sa_answer(const struct gmg_options *opt, json_t *doc)
{
	return opt->batch ? print_json_line(doc) : print_json(doc);
}

/* A confirmation about one set. */
static int confirm(const struct gmg_options *opt, const char *result, uint32_t spi_ps)
{
	char spi[SPI_STRLEN];

	if (opt->json)
		return sa_answer(opt, json_pack("{s:s,s:I}", "result", result,
						"spi-ps", (json_int_t)spi_ps));
	if (!opt->quiet)
		printf("set %s: %s\n", spi_format(spi_ps, spi), result);
	return EXIT_OK;
}

/* The last error, about the set @spi_ps. */
static int refused(const struct gmg_gnl *gnl, const char *what, uint32_t spi_ps)
{
	char text[64], spi[SPI_STRLEN];

	snprintf(text, sizeof(text), "%s %s", what, spi_format(spi_ps, spi));
	return gnl_complain(gnl, text, NULL);
}

static int establish(struct gmg_gnl *gnl, const struct gmg_options *opt, const void *arg)
{
	const uint32_t *spi = arg;

	if (sa_establish(gnl, *spi, opt->expires))
		return refused(gnl, "sa establish", *spi);
	return confirm(opt, "established", *spi);
}

int cmd_sa_establish(const struct gmg_options *opt, char **words)
{
	return about_set(establish, "sa establish", opt, words[0]);
}

static int shorten(struct gmg_gnl *gnl, const struct gmg_options *opt, const void *arg)
{
	const uint32_t *spi = arg;

	if (sa_shorten(gnl, *spi, opt->expires))
		return refused(gnl, "sa shorten", *spi);
	return confirm(opt, "shortened", *spi);
}

int cmd_sa_shorten(const struct gmg_options *opt, char **words)
{
	return about_set(shorten, "sa shorten", opt, words[0]);
}

static int get(struct gmg_gnl *gnl, const struct gmg_options *opt, const void *arg)
{
	const uint32_t *spi = arg;
	struct gmg_sa sa;

	if (sa_get(gnl, *spi, &sa))
		return refused(gnl, "sa get", *spi);
	if (opt->json)
		return print_json(sa_json(&sa));
	sa_print(&sa);
	return EXIT_OK;
}

int cmd_sa_get(const struct gmg_options *opt, char **words)
{
	return about_set(get, "sa get", opt, words[0]);
}

static struct gmg_sa_filter filter_of(const struct gmg_options *opt)
{
	return (struct gmg_sa_filter){
		.ue = opt->sa.ue, .impi = opt->sa.impi, .spi = opt->spi,
		.by_state = opt->given & OPTION(STATE), .state = opt->sa.state,
		.idle = opt->idle,
	};
}

/* What was read, if it is not all that there is, is still shown. */
static int disturbed(const struct gmg_gnl *gnl)
{
	if (!gnl->interrupted)
		return EXIT_OK;
	complain("note: sets came and went while they were read: some may be missing or there twice");
	return EXIT_DIFFERENT;
}

static json_t *element(const void *list, uint32_t i)
{
	return sa_json((const struct gmg_sa *)list + i);
}

static int list(struct gmg_gnl *gnl, const struct gmg_options *opt, const void *arg)
{
	const struct gmg_sa_filter filter = filter_of(opt);
	struct gmg_sa *sets;
	int ret = EXIT_OK;
	uint32_t n;

	(void)arg;
	if (sa_list(gnl, &filter, &sets, &n))
		return gnl_complain(gnl, "sa list", NULL);
	if (opt->json)
		ret = print_json_list("sets", element, sets, n);
	else if (n)
		sa_print_list(sets, n);
	else if (!opt->quiet)
		complain("no sets");
	free(sets);
	return ret ? ret : disturbed(gnl);
}

int cmd_sa_list(const struct gmg_options *opt, char **words)
{
	(void)words;
	return sa_command(list, "sa list", opt, NULL);
}

static int count(struct gmg_gnl *gnl, const struct gmg_options *opt, const void *arg)
{
	const struct gmg_sa_filter filter = filter_of(opt);
	uint32_t n = gnl->info.sa_sets;
	int ret;

	(void)arg;
	if (opt->given && sa_list(gnl, &filter, NULL, &n))
		return gnl_complain(gnl, "sa count", NULL);
	ret = opt->given ? disturbed(gnl) : EXIT_OK;
	if (opt->json)
		return print_json(json_pack("{s:I}", "count", (json_int_t)n)) ?: ret;
	printf("%u\n", n);
	return ret;
}

int cmd_sa_count(const struct gmg_options *opt, char **words)
{
	(void)words;
	return sa_command(count, "sa count", opt, NULL);
}

static int del(struct gmg_gnl *gnl, const struct gmg_options *opt, const void *arg)
{
	const uint32_t *spi = arg;

	if (sa_del(gnl, *spi, opt->grace))
		return refused(gnl, "sa del", *spi);
	return confirm(opt, opt->grace ? "deleted after its grace time" : "deleted", *spi);
}

int cmd_sa_del(const struct gmg_options *opt, char **words)
{
	return about_set(del, "sa del", opt, words[0]);
}

static int flush(struct gmg_gnl *gnl, const struct gmg_options *opt, const void *arg)
{
	const struct gmg_sa_filter filter = filter_of(opt);

	(void)arg;
	if (sa_flush(gnl, &filter) || gnl_info(gnl))
		return gnl_complain(gnl, "sa flush", NULL);
	if (opt->json)
		return print_json(json_pack("{s:s,s:I}", "result", "flushed",
					    "sets-left", (json_int_t)gnl->info.sa_sets));
	if (!opt->quiet)
		printf("flushed: %u sets are left\n", gnl->info.sa_sets);
	return EXIT_OK;
}

int cmd_sa_flush(const struct gmg_options *opt, char **words)
{
	(void)words;
	if (!opt->given || (opt->all && opt->given != OPTION(ALL))) {
		complain("sa flush wants a filter, or --all and no filter");
		return EXIT_USAGE;
	}
	return sa_command(flush, "sa flush", opt, NULL);
}
