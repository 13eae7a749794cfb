// SPDX-License-Identifier: GPL-2.0
#include <openssl/crypto.h>
#include <stdlib.h>

#include "cmd_agree.h"
#include "cmd_sa.h"
#include "gnl.h"
#include "print.h"
#include "sa_print.h"
#include "secret.h"
#include "words.h"

#define WHAT "agree challenge"

/* All that is secret but SM4, so that it is wiped at once. */
struct material {
	struct gmg_aka_keys aka;
	struct gmg_esp_keys esp;
};

/* What there is to do, and of what. */
struct job {
	struct agree_message sm1;
	struct agree_message sm4;
	struct gmg_sipmsg bare;
	struct gmg_config cfg;
	struct gmg_agree_way way;
	struct gmg_sa sa;
	struct material *m;
};

static json_t *installed_json(const struct gmg_sa *sa, const char *sm6, size_t len)
{
	return json_pack("{s:s,s:I,s:I,s:i,s:i,s:s,s:s,s:o,s:o}", "result", "installed",
			 "spi-ps", (json_int_t)sa->spi_ps, "spi-pc", (json_int_t)sa->spi_pc,
			 "port-ps", sa->port_ps, "port-pc", sa->port_pc,
			 "alg", alg_word(sa->alg), "ealg", ealg_word(sa->ealg),
			 "over", sa->over ? json_integer(sa->over) : json_null(),
			 "message", octets_json(sm6, len));
}

static int tell(const struct gmg_options *opt, const struct gmg_sa *sa, const char *sm6,
		size_t len)
{
	char ps[SPI_STRLEN];

	if (opt->json)
		return sa_answer(opt, installed_json(sa, sm6, len));
	if (!opt->quiet)
		complain("set %s: installed, alg %s ealg %s", spi_format(sa->spi_ps, ps),
			 alg_word(sa->alg), ealg_word(sa->ealg));
	return agree_print(sm6, len);
}

/* The set is there and its SM6 on its way, or neither. */
static int install(struct gmg_gnl *gnl, const struct gmg_options *opt, struct job *job)
{
	size_t len;
	char *sm6;
	int ret;

	ret = sa_install(gnl, WHAT, &job->sa, &job->m->esp);
	if (ret)
		return ret;
	sm6 = agree_sm6(&job->bare, &job->sa, &job->cfg.agree, &len);
	if (sm6) {
		ret = tell(opt, &job->sa, sm6, len);
	} else {
		complain("out of memory");
		ret = EXIT_KERNEL;
	}
	OPENSSL_free(sm6);
	if (ret)
		sa_del(gnl, job->sa.spi_ps, false);
	return ret;
}

static int run(struct gmg_gnl *gnl, const struct gmg_options *opt, const void *arg)
{
	const struct gmg_sa_filter filter = { .ue = opt->source.addr, .impi = "" };
	struct job *job = *(struct job *const *)arg;
	struct gmg_refusal r;
	struct gmg_sa *sets;
	bool placed;
	uint32_t n;

	if (sa_list(gnl, &filter, &sets, &n))
		return gnl_complain(gnl, WHAT, NULL);
	placed = agree_place(&job->cfg, sets, n, &job->way, &job->sa, &r);
	free(sets);
	return placed ? install(gnl, opt, job) : agree_refused(opt, WHAT, &r, NULL, NULL);
}

/* Everything that needs no kernel, and so leaves nothing behind. */
static int prepare(const struct gmg_options *opt, struct job *job)
{
	struct gmg_refusal r;
	int ret;

	job->way = (struct gmg_agree_way){ opt->source, opt->local };
	ret = agree_read(opt, WHAT, OPT_REGISTER, opt->sip, AGREE_BAD_REQUEST, &job->sm1) ?:
	      agree_read(opt, WHAT, OPT_CHALLENGE, opt->challenge, AGREE_SERVER_ERROR, &job->sm4);
	if (ret)
		return ret;
	if (!agree_challenge(&job->sm1.m, &job->sm4.m, &job->way, &job->cfg.agree, &job->sa,
			     &job->m->aka, &r))
		return agree_refused(opt, WHAT, &r, &job->cfg.agree, NULL);
	if (!agree_bare(&job->sm4.m, &job->bare, &r))
		return agree_refused(opt, WHAT, &r, NULL, NULL);
	if (gmg_keys_expand(job->sa.alg, job->sa.ealg, &job->m->aka, &job->m->esp))
		return EXIT_OK;
	complain("OpenSSL cannot compute HMAC-SHA-256");
	return EXIT_KERNEL;
}

int cmd_agree_challenge(const struct gmg_options *opt, char **words)
{
	struct job job = { .sm4 = { .keys = true } }, *at = &job;
	int ret;

	(void)words;
	if (!secret_begin())
		return EXIT_KERNEL;
	ret = agree_policy(opt, &job.cfg);
	if (ret)
		return ret;
	job.m = OPENSSL_secure_zalloc(sizeof(*job.m));
	if (job.m) {
		ret = prepare(opt, &job) ?: sa_command(run, WHAT, opt, &at);
	} else {
		complain("out of memory");
		ret = EXIT_KERNEL;
	}
	OPENSSL_secure_clear_free(job.m, sizeof(*job.m));
	OPENSSL_free((void *)job.bare.p);
	agree_free(&job.sm4);
	agree_free(&job.sm1);
	config_free(&job.cfg);
	return agree_ended(WHAT, ret);
}
