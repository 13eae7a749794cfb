// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "config.h"
#include "diff.h"
#include "policy.h"
#include "print.h"
#include "reasons.h"
#include "words.h"

/* A summary on stdout, and which rules let pass what they match on stderr. */
static int report(const struct gmg_options *opt, const struct gmg_config *cfg, const char *what,
		  uint32_t generation)
{
	size_t pools = config_pools(cfg);
	bool any = false;
	uint32_t i;

	if (opt->json)
		return print_json(json_pack("{s:s,s:I,s:s,s:I,s:I,s:I,s:I,s:I}", "result", what,
					    "generation", (json_int_t)generation,
					    "mode", mode_word(cfg->mode),
					    "sides", (json_int_t)cfg->n_sides,
					    "endpoints", (json_int_t)cfg->n_endpoints,
					    "ue-pools", (json_int_t)pools,
					    "core", (json_int_t)cfg->n_core,
					    "http", (json_int_t)cfg->n_http));
	if (opt->quiet)
		return EXIT_OK;

	printf("%s: %u sides, %u endpoints, %zu UE pools, %u core prefixes, mode %s\n", what,
	       cfg->n_sides, cfg->n_endpoints, pools, cfg->n_core, mode_word(cfg->mode));
	if (cfg->mode != GMGUARD_MODE_ENFORCE)
		complain("note: mode %s: what the rules match goes on%s", mode_word(cfg->mode),
			 cfg->mode == GMGUARD_MODE_OFF ? " and is not counted" : "");
	for (i = 1; i <= GMGUARD_REASON_MAX; i++) {
		if (!cfg->rules.mode[i] || *cfg->rules.mode[i] == cfg->mode)
			continue;
		fprintf(stderr, "%s%s %s", any ? ", " : "gmguard: note: other than mode: ",
			reason_word(i), mode_word(*cfg->rules.mode[i]));
		any = true;
	}
	if (any)
		fputc('\n', stderr);
	return EXIT_OK;
}

int cmd_policy_check(const struct gmg_options *opt, char **words)
{
	struct gmg_config cfg;
	char what[256];
	int ret;

	ret = policy_load(words[0], &cfg);
	if (ret)
		return ret;
	/* A path may be no UTF-8, which JSON must be. */
	snprintf(what, sizeof(what), "%s%sok", opt->json ? "" : words[0], opt->json ? "" : ": ");
	ret = report(opt, &cfg, what, 0);
	config_free(&cfg);
	return ret;
}

static int apply(const struct gmg_options *opt, const struct gmg_config *cfg)
{
	struct gmg_gnl gnl;
	char what[64];
	int ret;

	ret = gnl_open(&gnl, opt);
	if (ret)
		return ret;
	if (opt->dry_run) {
		snprintf(what, sizeof(what), "policy is good and was not applied");
	} else {
		ret = policy_send(&gnl, cfg);
		if (!ret && gnl_info(&gnl))
			ret = gnl_complain(&gnl, "info", NULL);
		snprintf(what, sizeof(what), "policy generation %u applied", gnl.info.generation);
	}
	if (!ret)
		ret = report(opt, cfg, what, gnl.info.generation);
	gnl_close(&gnl);
	return ret;
}

int cmd_policy_apply(const struct gmg_options *opt, char **words)
{
	struct gmg_config cfg;
	int ret;

	ret = policy_load(words[0], &cfg);
	if (ret)
		return ret;
	ret = apply(opt, &cfg);
	config_free(&cfg);
	return ret;
}

/* The running policy, EXIT_OK with generation 0 if there is none. */
static int fetch(const struct gmg_options *opt, struct gmg_config *cfg, uint32_t *generation)
{
	struct gmg_gnl gnl;
	int ret;

	ret = gnl_open(&gnl, opt);
	if (ret)
		return ret;
	ret = policy_fetch(&gnl, cfg, generation);
	gnl_close(&gnl);
	return ret;
}

/* As a string; empty if there is none. NULL after a message. */
static char *text_of(const struct gmg_config *cfg)
{
	size_t len = 0;
	char *text = cfg->n_sides ? config_text(cfg, &len) : NULL;
	char *string = malloc(len + 1);

	if (!string || (cfg->n_sides && !text)) {
		complain("cannot write the policy as text");
		free(string);
		string = NULL;
	} else {
		if (len)
			memcpy(string, text, len);
		string[len] = '\0';
	}
	free(text);
	return string;
}

static int tell_diff(const struct gmg_options *opt, json_t *lines)
{
	size_t n = json_array_size(lines), i;
	const json_t *line;
	int ret = EXIT_OK;

	if (!lines) {
		complain("out of memory");
		return EXIT_KERNEL;
	}
	if (opt->json) {
		ret = print_json(json_pack("{s:b,s:O}", "same", !n, "lines", lines));
	} else {
		json_array_foreach(lines, i, line)
			printf("%s%s\n", json_string_value(json_object_get(line, "op")),
			       json_string_value(json_object_get(line, "text")));
	}
	json_decref(lines);
	return !ret && n ? EXIT_DIFFERENT : ret;
}

int cmd_policy_diff(const struct gmg_options *opt, char **words)
{
	struct gmg_config file, running;
	char *old, *new;
	uint32_t generation;
	int ret;

	ret = policy_load(words[0], &file);
	if (ret)
		return ret;
	ret = fetch(opt, &running, &generation);
	if (ret)
		goto out_file;

	old = text_of(&running);
	new = text_of(&file);
	ret = old && new ? tell_diff(opt, diff_lines(old, new)) : EXIT_KERNEL;
	free(old);
	free(new);
	config_free(&running);
out_file:
	config_free(&file);
	return ret;
}

int cmd_policy_show(const struct gmg_options *opt, char **words)
{
	struct gmg_config cfg;
	uint32_t generation;
	char *text;
	int ret;

	(void)words;
	ret = fetch(opt, &cfg, &generation);
	if (ret)
		return ret;
	if (opt->json) {
		json_t *policy = generation ? print_config(&cfg) : json_null();

		ret = print_json(json_pack("{s:I,s:o}", "generation", (json_int_t)generation,
					   "policy", policy));
	} else if (!generation) {
		if (!opt->quiet)
			complain("no policy");
	} else {
		text = text_of(&cfg);
		ret = text && fputs(text, stdout) >= 0 ? EXIT_OK : EXIT_KERNEL;
		free(text);
	}
	config_free(&cfg);
	return ret;
}

int cmd_policy_clear(const struct gmg_options *opt, char **words)
{
	struct gmg_gnl gnl;
	int ret;

	(void)words;
	ret = gnl_open(&gnl, opt);
	if (ret)
		return ret;
	if (gnl_request(&gnl, gnl_message(&gnl, GMGUARD_CMD_POLICY_CLEAR, 0, 0), false, NULL, NULL))
		ret = gnl_complain(&gnl, "policy clear", NULL);
	else if (opt->json)
		ret = print_json(json_pack("{s:s}", "result", "policy cleared"));
	else if (!opt->quiet)
		puts("policy cleared: the namespace is not guarded");
	gnl_close(&gnl);
	return ret;
}
