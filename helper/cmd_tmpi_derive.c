// SPDX-License-Identifier: GPL-2.0
#include <openssl/crypto.h>
#include <stdio.h>

#include "cmd.h"
#include "cmd_aka.h"
#include "gba.h"
#include "options.h"
#include "print.h"
#include "secret.h"

/* All that is secret, so that it is wiped at once. */
struct production {
	struct gmg_aka_keys keys;
	uint8_t ks_naf[GMG_KS_NAF_LEN];
	uint8_t ks_int_naf[GMG_KS_NAF_LEN];
};

static bool may_be(const struct gmg_options *opt)
{
	const struct gmg_gba_options *gba = &opt->gba;
	uint64_t naf = opt->given & (OPTION(NAF) | OPTION(UA));

	if (naf && naf != (OPTION(NAF) | OPTION(UA)))
		complain("--naf and --ua go together: a key is of one application at one NAF");
	else if (!gmg_fqdn_valid(gba->bsf))
		complain("--bsf wants " WANTS_FQDN);
	else if (gba->naf && !gmg_fqdn_valid(gba->naf))
		complain("--naf wants " WANTS_FQDN);
	else
		return true;
	return false;
}

static bool make(const struct gmg_options *opt, struct production *p, char tmpi[GMG_TMPI_SIZE])
{
	const struct gmg_gba run = { &p->keys, opt->aka.rand, opt->sa.impi };
	const struct gmg_gba_options *gba = &opt->gba;

	return gmg_tmpi_make(&run, gba->bsf, gmg_ua_tmpi, tmpi) &&
	       (!gba->naf ||
		(gmg_ks_naf_make(&run, GMG_GBA_ME, gba->naf, gba->ua, p->ks_naf) &&
		 gmg_ks_naf_make(&run, GMG_GBA_UICC, gba->naf, gba->ua, p->ks_int_naf)));
}

static json_t *describe(const struct gmg_options *opt, const struct production *p,
			const char *tmpi)
{
	char b_tid[GMG_B_TID_SIZE];
	json_t *doc;

	gmg_b_tid_make(opt->aka.rand, opt->gba.bsf, b_tid);
	doc = json_pack("{s:s,s:s}", "tmpi", tmpi, "b-tid", b_tid);
	if (!opt->gba.naf || (aka_add(doc, "ks-naf", p->ks_naf, sizeof(p->ks_naf)) &&
			      aka_add(doc, "ks-int-naf", p->ks_int_naf, sizeof(p->ks_int_naf))))
		return doc;
	json_decref(doc);
	return NULL;
}

int cmd_tmpi_derive(const struct gmg_options *opt, char **words)
{
	char tmpi[GMG_TMPI_SIZE];
	struct production *p;
	int ret;

	(void)words;
	if (!may_be(opt))
		return EXIT_USAGE;
	ret = aka_begin(opt->gba.naf);
	if (ret)
		return ret;
	p = OPENSSL_secure_zalloc(sizeof(*p));
	if (!p) {
		complain("out of memory");
		return EXIT_KERNEL;
	}
	if (secret_read(opt->keys, &p->keys)) {
		ret = EXIT_USAGE;
	} else if (!make(opt, p, tmpi)) {
		complain(NO_HMAC);
		ret = EXIT_KERNEL;
	} else {
		ret = aka_print(opt->json, describe(opt, p, tmpi));
	}
	OPENSSL_secure_clear_free(p, sizeof(*p));
	return ret;
}
