// SPDX-License-Identifier: GPL-2.0
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "cmd_aka.h"
#include "config.h"
#include "file.h"
#include "gba.h"
#include "hex.h"
#include "options.h"
#include "policy.h"
#include "print.h"
#include "secret.h"

/* All that is secret, so that it is wiped at once. */
struct production {
	struct gmg_aka_keys keys;
	uint8_t ks_naf[GMG_KS_NAF_LEN];
	uint8_t ks_int_naf[GMG_KS_NAF_LEN];
};

/* What stands where TS 33.220 B.4 has the BSF_Id. */
struct place {
	char name[GMG_FQDN_MAX + 1];
	uint8_t ua[GMG_UA_ID_LEN];
};

static bool may_be(const struct gmg_options *opt)
{
	const struct gmg_gba_options *gba = &opt->gba;

	if (!gba->bsf == !opt->policy)
		complain("tmpi derive needs either --bsf, or --policy for a profile of the operator's");
	else if (!gba->naf != !(opt->given & OPTION(UA)))
		complain("--naf and --ua go together: a key is of one application at one NAF");
	else if (gba->naf && opt->policy)
		complain("--naf goes with --bsf: without a BSF there is no NAF");
	else if (gba->bsf && !gmg_fqdn_valid(gba->bsf))
		complain("--bsf wants " WANTS_FQDN);
	else if (gba->naf && !gmg_fqdn_valid(gba->naf))
		complain("--naf wants " WANTS_FQDN);
	else
		return true;
	return false;
}

static int take_profile(const char *path, struct place *p)
{
	const struct gmg_tmpi_profile *profile;
	struct gmg_config cfg;
	int ret = policy_load(path, &cfg);

	if (ret)
		return ret;
	profile = cfg.tmpi.profile;
	if (!profile) {
		complain("%s: no TMPI of the operator's: 'tmpi: {non-3gpp-profile: {name: NAME, id: HEX}}' is missing",
			 file_name(path));
		ret = EXIT_USAGE;
	} else {
		memcpy(p->name, profile->name, sizeof(p->name));
		hex_parse(profile->id, strlen(profile->id), p->ua, sizeof(p->ua));
	}
	config_free(&cfg);
	return ret;
}

/* An exit status. */
static int find_place(const struct gmg_options *opt, struct place *p)
{
	if (opt->policy)
		return take_profile(opt->policy, p);
	memcpy(p->ua, gmg_ua_tmpi, sizeof(p->ua));
	snprintf(p->name, sizeof(p->name), "%s", opt->gba.bsf);
	return EXIT_OK;
}

static bool make(const struct gmg_options *opt, const struct place *place, struct production *p,
		 char tmpi[GMG_TMPI_SIZE])
{
	const struct gmg_gba run = { &p->keys, opt->aka.rand, opt->sa.impi };
	const struct gmg_gba_options *gba = &opt->gba;

	return gmg_tmpi_make(&run, place->name, place->ua, tmpi) &&
	       (!gba->naf ||
		(gmg_ks_naf_make(&run, GMG_GBA_ME, gba->naf, gba->ua, p->ks_naf) &&
		 gmg_ks_naf_make(&run, GMG_GBA_UICC, gba->naf, gba->ua, p->ks_int_naf)));
}

static json_t *describe(const struct gmg_options *opt, const struct production *p,
			const char *tmpi)
{
	json_t *doc = json_pack("{s:s}", "tmpi", tmpi);
	char b_tid[GMG_B_TID_SIZE];

	if (opt->policy)
		return doc;
	gmg_b_tid_make(opt->aka.rand, opt->gba.bsf, b_tid);
	if (!json_object_set_new(doc, "b-tid", json_string(b_tid)) &&
	    (!opt->gba.naf ||
	     (aka_add(doc, "ks-naf", p->ks_naf, sizeof(p->ks_naf)) &&
	      aka_add(doc, "ks-int-naf", p->ks_int_naf, sizeof(p->ks_int_naf)))))
		return doc;
	json_decref(doc);
	return NULL;
}

int cmd_tmpi_derive(const struct gmg_options *opt, char **words)
{
	char tmpi[GMG_TMPI_SIZE];
	struct production *p;
	struct place place;
	int ret;

	(void)words;
	if (!may_be(opt))
		return EXIT_USAGE;
	ret = find_place(opt, &place) ?: aka_begin(opt->gba.naf);
	if (ret)
		return ret;
	p = OPENSSL_secure_zalloc(sizeof(*p));
	if (!p) {
		complain("out of memory");
		return EXIT_KERNEL;
	}
	if (secret_read(opt->keys, &p->keys)) {
		ret = EXIT_USAGE;
	} else if (!make(opt, &place, p, tmpi)) {
		complain(NO_HMAC);
		ret = EXIT_KERNEL;
	} else {
		ret = aka_print(opt->json, describe(opt, p, tmpi));
	}
	OPENSSL_secure_clear_free(p, sizeof(*p));
	return ret;
}
