// SPDX-License-Identifier: GPL-2.0
#include "cmd_agree.h"
#include "print.h"
#include "sa.h"

#define WHAT "agree verify"

static const char *const kind_words[] = {
	[GMGUARD_INITIAL] = "initial",
	[GMGUARD_REFRESH] = "refresh",
	[GMGUARD_RESPONSE] = "response",
	[GMGUARD_NETWORK_FAILURE] = "network-failure",
	[GMGUARD_SYNC_FAILURE] = "sync-failure",
};

static json_t *verified_json(const struct gmguard_result *res)
{
	json_t *doc = json_pack("{s:s,s:b,s:o}", "result", kind_words[res->outcome],
				"integrity-protected", res->integrity_protected,
				"message", octets_json(res->message, res->len));

	if (res->spi_ps)
		json_object_set_new(doc, "spi-ps", json_integer(res->spi_ps));
	if (*res->tmpi)
		json_object_set_new(doc, "tmpi", json_string(res->tmpi));
	if (res->deleted)
		json_object_set_new(doc, "deleted", json_integer(res->deleted));
	return doc;
}

static int tell(const struct gmg_options *opt, const struct gmguard_result *res)
{
	char ps[SPI_STRLEN];

	if (opt->json)
		return agree_answer(opt, verified_json(res));
	if (!opt->quiet)
		complain("%s%s: %s, integrity-protected %s", res->spi_ps ? "set " : "in clear",
			 res->spi_ps ? spi_format(res->spi_ps, ps) : "",
			 kind_words[res->outcome], res->integrity_protected ? "yes" : "no");
	return agree_print(res);
}

static int verify(const struct gmg_options *opt, struct gmguard *g,
		  const struct gmguard_register *sm7)
{
	const struct gmguard_result *res = gmguard_verify(g, sm7);
	char ps[SPI_STRLEN];
	int ret;

	if (res->deleted && !opt->quiet)
		complain("set %s: over", spi_format(res->deleted, ps));
	ret = agree_told(opt, WHAT, res, NULL);
	return ret ? ret : tell(opt, res);
}

int cmd_agree_verify(const struct gmg_options *opt, char **words)
{
	(void)words;
	return agree_with_register(opt, verify);
}
