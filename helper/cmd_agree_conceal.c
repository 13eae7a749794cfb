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

int cmd_agree_conceal(const struct gmg_options *opt, char **words)
{
	struct agree_message message = { .keys = false };
	const struct gmguard_result *res;
	struct gmguard *g;
	int ret;

	(void)words;
	if (!agree_may_print(opt))
		return EXIT_USAGE;
	g = agree_open(opt, &ret);
	if (!g)
		return ret;
	ret = agree_read(opt, opt->file, &message);
	if (!ret) {
		res = gmguard_conceal(g, opt->sa.impi, message.octets, message.len);
		ret = agree_told(opt, WHAT, res, NULL);
		if (!ret)
			ret = opt->json ? agree_answer(opt, concealed_json(res)) : agree_print(res);
	}
	agree_free(&message);
	agree_close(opt, g);
	return ret;
}
