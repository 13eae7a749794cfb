// SPDX-License-Identifier: GPL-2.0
#include "cmd_agree.h"
#include "print.h"
#include "sa.h"
#include "secret.h"

#define WHAT "agree challenge"

static json_t *installed_json(const struct gmguard_result *res)
{
	json_t *doc = json_pack("{s:s,s:I,s:I,s:i,s:i,s:s,s:s,s:o,s:o}", "result", "installed",
				"spi-ps", (json_int_t)res->spi_ps,
				"spi-pc", (json_int_t)res->spi_pc,
				"port-ps", res->port_ps, "port-pc", res->port_pc,
				"alg", res->alg, "ealg", res->ealg,
				"over", res->over ? json_integer(res->over) : json_null(),
				"message", octets_json(res->message, res->len));

	if (*res->tmpi)
		json_object_set_new(doc, "tmpi", json_string(res->tmpi));
	return doc;
}

static int tell(const struct gmg_options *opt, const struct gmguard_result *res)
{
	char ps[SPI_STRLEN];

	if (opt->json)
		return agree_answer(opt, installed_json(res));
	if (!opt->quiet)
		complain("set %s: installed, alg %s ealg %s", spi_format(res->spi_ps, ps),
			 res->alg, res->ealg);
	return agree_print(res);
}

/* The set is there and its SM6 on its way, or neither. */
static int challenge(const struct gmg_options *opt, struct gmguard *g,
		     const struct gmguard_register *sm1, const struct agree_message *sm4)
{
	const struct gmguard_result *res = gmguard_challenge(g, sm1, sm4->octets, sm4->len);
	int ret = agree_told(opt, WHAT, res, NULL);

	if (ret)
		return ret;
	ret = tell(opt, res);
	if (ret)
		gmguard_drop(g, res->spi_ps);
	return ret;
}

int cmd_agree_challenge(const struct gmg_options *opt, char **words)
{
	struct agree_message sm4 = { .keys = true };
	struct agree_register sm1 = { .message.keys = false };
	struct gmguard *g;
	int ret;

	(void)words;
	if (!agree_may_print(opt))
		return EXIT_USAGE;
	if (!secret_begin())
		return EXIT_KERNEL;
	g = agree_open(opt, &ret);
	if (!g)
		return ret;
	ret = agree_read_register(opt, &sm1) ?: agree_read(opt, opt->challenge, &sm4) ?:
	      challenge(opt, g, &sm1.reg, &sm4);
	agree_free(&sm4);
	agree_free(&sm1.message);
	agree_close(opt, g);
	return ret;
}
