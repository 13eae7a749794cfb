// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "cmd.h"
#include "gnl.h"
#include "options.h"
#include "print.h"
#include "pure/sip_nai.h"
#include "secret.h"
#include "tmpi_print.h"

/* Carries out a command over one connection; @arg is its own. An exit status. */
typedef int (*verb)(struct gmg_gnl *gnl, const struct gmg_options *opt, const char *arg);

static int command(verb run, const char *what, const struct gmg_options *opt, const char *arg)
{
	struct gmg_gnl gnl;
	int ret = gnl_open(&gnl, opt);

	if (ret)
		return ret;
	if (gnl.info.features & GMGUARD_FEATURE_TMPI) {
		ret = run(&gnl, opt, arg);
	} else {
		complain("%s: module %s has no TMPIs: update the module", what, gnl.info.version);
		ret = EXIT_KERNEL;
	}
	gnl_close(&gnl);
	return ret;
}

static bool is_tmpi(const char *text)
{
	if (gmg_sip_nai_is_tmpi((const uint8_t *)text, strlen(text)))
		return true;
	complain("'%.60s' is no TMPI: that is 32 digits of base64 and " GMG_TMPI_REALM,
		 secret_show(text));
	return false;
}

/* A TMPI or an IMPI. */
static bool is_name(const char *text)
{
	if (*text && strlen(text) <= GMGUARD_IMPI_MAX)
		return true;
	complain("a TMPI or an IMPI has 1 to %d octets", GMGUARD_IMPI_MAX);
	return false;
}

static int add(struct gmg_gnl *gnl, const struct gmg_options *opt, const char *text)
{
	struct gmg_tmpi t = { .ue = opt->sa.ue, .spi_ps = opt->spi, .lifetime = opt->expires };

	snprintf(t.tmpi, sizeof(t.tmpi), "%s", text);
	snprintf(t.impi, sizeof(t.impi), "%s", opt->sa.impi);
	if (tmpi_new(gnl, &t))
		return gnl_complain(gnl, "tmpi add", NULL);
	if (opt->json)
		return print_json(json_pack("{s:s,s:s}", "result", "added", "tmpi", t.tmpi));
	if (!opt->quiet)
		printf("TMPI %s: added\n", t.tmpi);
	return EXIT_OK;
}

int cmd_tmpi_add(const struct gmg_options *opt, char **words)
{
	const uint64_t alone = OPTION(UE) | OPTION(IMPI) | OPTION(EXPIRES);

	if (!is_tmpi(words[0]))
		return EXIT_USAGE;
	if (opt->spi ? opt->given & OPTION(EXPIRES) : (opt->given & alone) != alone) {
		complain("tmpi add needs either --spi, of the set that it ends with, or --impi, --ue and --expires");
		return EXIT_USAGE;
	}
	return command(add, "tmpi add", opt, words[0]);
}

static int print_one(const struct gmg_tmpi *t)
{
	char ue[GMG_PREFIX_STRLEN];

	printf("tmpi      %s\nimpi      %s\nue        %s\n", t->tmpi, t->impi,
	       addr_format(&t->ue, ue));
	if (*t->previous)
		printf("previous  %s\n", t->previous);
	if (t->spi_ps)
		printf("set       0x%08x (%u)\n", t->spi_ps, t->spi_ps);
	if (t->expired)
		puts("left      nothing: it has expired");
	else if (t->lifetime)
		printf("left      %us\n", t->lifetime);
	return EXIT_OK;
}

static int get(struct gmg_gnl *gnl, const struct gmg_options *opt, const char *name)
{
	struct gmg_tmpi t;

	if (tmpi_get(gnl, name, &t))
		return gnl_complain(gnl, "tmpi get", NULL);
	return opt->json ? print_json(tmpi_json(&t)) : print_one(&t);
}

int cmd_tmpi_get(const struct gmg_options *opt, char **words)
{
	return is_name(words[0]) ? command(get, "tmpi get", opt, words[0]) : EXIT_USAGE;
}

static struct gmg_tmpi_filter filter_of(const struct gmg_options *opt)
{
	return (struct gmg_tmpi_filter){ .ue = opt->sa.ue, .spi_ps = opt->spi };
}

static json_t *element(const void *list, uint32_t i)
{
	return tmpi_json((const struct gmg_tmpi *)list + i);
}

/* One line each, and no rows in between: there may be a million. */
static void print_list(const struct gmg_tmpi *list, uint32_t n)
{
	char ue[GMG_PREFIX_STRLEN], left[16];
	uint32_t i;

	printf("%-*s  %-15s  %10s  %s\n", GMGUARD_TMPI_LEN, "TMPI", "UE", "LEFT", "IMPI");
	for (i = 0; i < n; i++) {
		const struct gmg_tmpi *t = &list[i];

		snprintf(left, sizeof(left), t->expired ? "expired" : t->lifetime ? "%us" : "set",
			 t->lifetime);
		printf("%-*s  %-15s  %10s  %s\n", GMGUARD_TMPI_LEN, t->tmpi,
		       addr_format(&t->ue, ue), left, t->impi);
	}
}

static int list(struct gmg_gnl *gnl, const struct gmg_options *opt, const char *arg)
{
	const struct gmg_tmpi_filter filter = filter_of(opt);
	struct gmg_tmpi *tmpis;
	int ret = EXIT_OK;
	uint32_t n;

	(void)arg;
	if (tmpi_list(gnl, &filter, &tmpis, &n))
		return gnl_complain(gnl, "tmpi list", NULL);
	if (opt->json)
		ret = print_json_list("tmpis", element, tmpis, n);
	else if (n)
		print_list(tmpis, n);
	else if (!opt->quiet)
		complain("no TMPIs");
	free(tmpis);
	if (!gnl->interrupted)
		return ret;
	complain("note: TMPIs came and went while they were read: some may be missing or there twice");
	return ret ? ret : EXIT_DIFFERENT;
}

int cmd_tmpi_list(const struct gmg_options *opt, char **words)
{
	(void)words;
	return command(list, "tmpi list", opt, NULL);
}

static int del(struct gmg_gnl *gnl, const struct gmg_options *opt, const char *name)
{
	if (tmpi_del(gnl, name))
		return gnl_complain(gnl, "tmpi del", NULL);
	if (opt->json)
		return print_json(json_pack("{s:s}", "result", "deleted"));
	if (!opt->quiet)
		puts("deleted");
	return EXIT_OK;
}

int cmd_tmpi_del(const struct gmg_options *opt, char **words)
{
	return is_name(words[0]) ? command(del, "tmpi del", opt, words[0]) : EXIT_USAGE;
}

static int flush(struct gmg_gnl *gnl, const struct gmg_options *opt, const char *arg)
{
	const struct gmg_tmpi_filter filter = filter_of(opt);

	(void)arg;
	if (tmpi_flush(gnl, &filter) || gnl_info(gnl))
		return gnl_complain(gnl, "tmpi flush", NULL);
	if (opt->json)
		return print_json(json_pack("{s:s,s:I}", "result", "flushed", "tmpis-left",
					    (json_int_t)gnl->info.tmpis));
	if (!opt->quiet)
		printf("flushed: %u TMPIs are left\n", gnl->info.tmpis);
	return EXIT_OK;
}

int cmd_tmpi_flush(const struct gmg_options *opt, char **words)
{
	(void)words;
	if (!opt->given || (opt->all && opt->given != OPTION(ALL))) {
		complain("tmpi flush wants a filter, or --all and no filter");
		return EXIT_USAGE;
	}
	return command(flush, "tmpi flush", opt, NULL);
}
