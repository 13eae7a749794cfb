// SPDX-License-Identifier: GPL-2.0
#include "cmd_agree.h"
#include "print.h"

#define WHAT "agree conceal"

static json_t *concealed_json(const struct gmguard_result *res)
{
	return json_pack("{s:s,s:o,s:o}", "result", *res->tmpi ? "concealed" : "unchanged",
			 "tmpi", *res->tmpi ? json_string(res->tmpi) : json_null(),
			 "message", octets_json(res->message, res->len));
}

static int conceal(const struct gmg_options *opt, struct gmguard *g,
		   const struct gmguard_register *reg)
{
	struct agree_message answer = { .keys = false };
	const struct gmguard_result *res;
	int ret = agree_read(opt, opt->answer, &answer);

	if (!ret) {
		res = gmguard_conceal(g, reg->message, reg->len, opt->sa.impi, answer.octets,
				      answer.len);
		ret = agree_told(opt, WHAT, res, NULL);
		if (!ret)
			ret = opt->json ? agree_answer(opt, concealed_json(res)) : agree_print(res);
	}
	agree_free(&answer);
	return ret;
}

int cmd_agree_conceal(const struct gmg_options *opt, char **words)
{
	(void)words;
	return agree_with_register(opt, conceal);
}
