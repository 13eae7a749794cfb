// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <openssl/crypto.h>
#include <stdlib.h>

#include "cmd_agree.h"
#include "cmd_sa.h"
#include "gnl.h"
#include "print.h"
#include "sa_print.h"

#define WHAT "agree verify"

static const char *const kind_words[AGREE_KINDS] = {
	[AGREE_INITIAL] = "initial",
	[AGREE_REFRESH] = "refresh",
	[AGREE_RESPONSE] = "response",
	[AGREE_NETWORK_FAILURE] = "network-failure",
	[AGREE_SYNC_FAILURE] = "sync-failure",
};

static json_t *verified_json(const struct gmg_verified *v, const char *sm8, size_t len)
{
	json_t *doc = json_pack("{s:s,s:b,s:o}", "result", kind_words[v->kind],
				"integrity-protected", v->protected,
				"message", octets_json(sm8, len));

	if (v->set)
		json_object_set_new(doc, "spi-ps", json_integer(v->set->spi_ps));
	if (v->over)
		json_object_set_new(doc, "deleted", json_integer(v->over->spi_ps));
	return doc;
}

static int tell(const struct gmg_options *opt, const struct gmg_verified *v, const char *sm8,
		size_t len)
{
	char ps[SPI_STRLEN];

	if (opt->json)
		return sa_answer(opt, verified_json(v, sm8, len));
	if (!opt->quiet)
		complain("%s%s: %s, integrity-protected %s", v->set ? "set " : "in clear",
			 v->set ? spi_format(v->set->spi_ps, ps) : "", kind_words[v->kind],
			 v->protected ? "yes" : "no");
	return agree_print(sm8, len);
}

/* A set that has failed goes at once, or, if the answer goes by it, after that. */
static int end(struct gmg_gnl *gnl, const struct gmg_options *opt, const struct gmg_verified *v)
{
	char ps[SPI_STRLEN];

	if (!v->over)
		return EXIT_OK;
	/* it may have come to its end by itself meanwhile */
	if (sa_del(gnl, v->over->spi_ps, v->over == v->set) && gnl->error != ENOENT)
		return gnl_complain(gnl, WHAT, NULL);
	if (!opt->quiet)
		complain("set %s: over", spi_format(v->over->spi_ps, ps));
	return EXIT_OK;
}

/* A 494 needs our list, which nothing else here does. */
static int refused(const struct gmg_options *opt, const struct gmg_refusal *r)
{
	struct gmg_config cfg;
	int ret;

	if (!r->server || agree_policy(opt, &cfg))
		return agree_refused(opt, WHAT, r, NULL, NULL);
	ret = agree_refused(opt, WHAT, r, &cfg.agree, NULL);
	config_free(&cfg);
	return ret;
}

static int judge(struct gmg_gnl *gnl, const struct gmg_options *opt, const struct gmg_sipmsg *m,
		 const struct gmg_sa *sets, uint32_t n)
{
	const struct gmg_agree_way way = { opt->source, opt->local };
	struct gmg_verified v;
	struct gmg_refusal r;
	size_t len;
	char *sm8;
	int ret;

	if (!agree_verify(m, &way, sets, n, &v, &r))
		return end(gnl, opt, &v) ?: refused(opt, &r);
	sm8 = agree_forward(m, v.protected, &len, &r);
	ret = end(gnl, opt, &v);
	if (!ret)
		ret = sm8 ? tell(opt, &v, sm8, len) : agree_refused(opt, WHAT, &r, NULL, NULL);
	OPENSSL_clear_free(sm8, len);
	return ret;
}

static int run(struct gmg_gnl *gnl, const struct gmg_options *opt, const void *arg)
{
	const struct gmg_sa_filter filter = { .ue = opt->source.addr, .impi = "" };
	const struct gmg_sipmsg *m = arg;
	struct gmg_sa *sets;
	uint32_t n;
	int ret;

	if (sa_list(gnl, &filter, &sets, &n))
		return gnl_complain(gnl, WHAT, NULL);
	ret = judge(gnl, opt, m, sets, n);
	free(sets);
	return ret;
}

int cmd_agree_verify(const struct gmg_options *opt, char **words)
{
	struct agree_message sm7 = { .octets = NULL };
	int ret;

	(void)words;
	ret = agree_read(opt, WHAT, OPT_REGISTER, opt->sip, AGREE_BAD_REQUEST, &sm7);
	if (!ret)
		ret = sa_command(run, WHAT, opt, &sm7.m);
	agree_free(&sm7);
	return agree_ended(WHAT, ret);
}
