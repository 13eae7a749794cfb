// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "config_check.h"
#include "gba.h"
#include "hex.h"

int config_check_tmpi(struct gmg_config *cfg, struct gmg_doc *doc)
{
	struct gmg_tmpi_profile *p = cfg->tmpi.profile;
	uint8_t id[GMG_UA_ID_LEN];

	if (cfg->tmpi.mode >= GMGUARD_TMPI_MODE_PREFER && !config_judges_tcp(cfg))
		doc_warn(doc, "tmpi.mode",
			 "over TCP it refuses nothing: see rules: {stream-order}");
	if (!p)
		return 0;
	if (!gmg_fqdn_valid(p->name))
		return doc_fail(doc, "tmpi.non-3gpp-profile.name", "'%s' is none: it must be " WANTS_FQDN,
				p->name);
	if (!hex_parse(p->id, strlen(p->id), id, sizeof(id)))
		return doc_fail(doc, "tmpi.non-3gpp-profile.id",
				"'%s' is no identifier: write 10 hexadecimal digits", p->id);
	if (id[0] != GMG_UA_LOCAL)
		return doc_fail(doc, "tmpi.non-3gpp-profile.id",
				"the identifier must begin with ff, for local use: %02x is an organisation's (TS 33.220 H.2)",
				id[0]);
	hex_format(id, sizeof(id), p->id);
	return 0;
}
