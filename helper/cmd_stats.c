// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/gmguard.h>
#include <stdio.h>
#include <string.h>

#include "array.h"
#include "cmd.h"
#include "gnl.h"
#include "policy.h"
#include "print.h"
#include "reasons.h"
#include "words.h"
#include "xfrm_stat.h"

/* A dump that a new policy interrupts starts again, at most this often. */
#define TRIES 8

/* What UEs and we have sent each other that may have a private identity in it, of a side. */
struct exposure {
	char side[64];
	uint64_t messages;
	uint64_t exposed;
};

/* Sides of a policy, and the two that every one has. */
enum { SIDES_MAX = GMGUARD_SIDES_MAX + 2 };

struct counters {
	json_t *rows;
	const struct gmg_config *cfg;
	bool all;
	uint32_t n_sides;
	struct exposure side[SIDES_MAX];
};

static struct exposure *exposure_of(struct counters *c, const char *side)
{
	uint32_t i;

	for (i = 0; i < c->n_sides; i++)
		if (!strcmp(c->side[i].side, side))
			return &c->side[i];
	if (i == SIDES_MAX)
		return NULL;
	c->n_sides++;
	snprintf(c->side[i].side, sizeof(c->side[i].side), "%s", side);
	return &c->side[i];
}

/* A message has passed as one of these, or was dropped for one of those; or was to be, and went
 * on as something else. Whether it exposes something is asked before what is to be removed of it.
 */
static void count_exposure(struct counters *c, const char *side, uint32_t reason,
			   uint64_t packets, uint64_t observed)
{
	struct exposure *e = exposure_of(c, side);

	if (!e)
		return;
	switch (reason) {
	case GMGUARD_REASON_IMPI_EXPOSED:
		e->exposed += packets + observed;
		e->messages += packets;
		break;
	case GMGUARD_REASON_METHOD_ON_UNPROTECTED:
	case GMGUARD_REASON_RESPONSE_ON_UNPROTECTED:
	case GMGUARD_REASON_EMERGENCY_REFUSED:
	case GMGUARD_REASON_OUT_UNPROTECTED:
		e->messages += observed;
		break;
	case GMGUARD_REASON_TMPI_UNKNOWN:
	case GMGUARD_REASON_TMPI_EXPIRED:
	case GMGUARD_REASON_ASSERTED_IDENTITY:
	case GMGUARD_REASON_INTEGRITY_PROTECTED:
	case GMGUARD_REASON_TRUST_HEADER:
	case GMGUARD_REASON_KEY_LEAK:
	case GMGUARD_REASON_PRIVACY_ID:
	case GMGUARD_REASON_PRIVACY_CRITICAL:
	case GMGUARD_REASON_PASS_REGISTER:
	case GMGUARD_REASON_PASS_EMERGENCY:
	case GMGUARD_REASON_PASS_ERROR:
	case GMGUARD_REASON_PASS_PROTECTED:
		e->messages += packets;
		break;
	default:
		break;
	}
}

static int take(struct nlmsghdr *hdr, void *arg)
{
	struct nlattr *tb[GMGUARD_A_STATS_MAX + 1];
	const struct gmg_reason *reason;
	struct counters *c = arg;
	uint64_t packets, observed, scrubbed;
	char side[64];
	uint32_t n;

	if (gnl_parse(hdr, tb, GMGUARD_A_STATS_MAX) ||
	    !gnl_string(tb[GMGUARD_A_STATS_SIDE], side, sizeof(side)))
		return EBADMSG;
	n = gnl_u32(tb[GMGUARD_A_STATS_REASON]);
	packets = gnl_u64(tb[GMGUARD_A_STATS_PACKETS]);
	observed = gnl_u64(tb[GMGUARD_A_STATS_OBSERVED]);
	scrubbed = gnl_u64(tb[GMGUARD_A_STATS_SCRUBBED]);
	if (!packets && !observed && !scrubbed && !c->all)
		return 0;

	count_exposure(c, side, n, packets, observed);
	reason = reason_get(n);
	return json_array_append_new(c->rows,
		json_pack("{s:s,s:s,s:s,s:I,s:I,s:I,s:s,s:s}",
			  "reason", reason_word(n), "side", side,
			  "mode", reason && !reason->drop ? "-" : mode_word(config_mode(c->cfg, n)),
			  "packets", (json_int_t)packets, "observed", (json_int_t)observed,
			  "scrubbed", (json_int_t)scrubbed,
			  "rule", reason ? reason->rule : "-",
			  "clause", reason ? reason->clause : "-")) ? ENOMEM : 0;
}

/* One reason, or all of them if @reason is 0. */
static int dump(struct gmg_gnl *gnl, struct counters *c, uint32_t reason)
{
	size_t before = json_array_size(c->rows);
	struct nl_msg *msg;
	int i;

	for (i = 0; i < TRIES; i++) {
		msg = gnl_message(gnl, GMGUARD_CMD_STATS_GET, NLM_F_DUMP, 16);
		if (msg && reason && nla_put_u32(msg, GMGUARD_A_STATS_REASON, reason) < 0) {
			nlmsg_free(msg);
			msg = NULL;
		}
		if (gnl_request(gnl, msg, false, take, c))
			return gnl_complain(gnl, "stats show", NULL);
		if (!gnl->interrupted)
			return EXIT_OK;
		while (json_array_size(c->rows) > before)
			json_array_remove(c->rows, before);
		memset(c->side, 0, sizeof(c->side));
		c->n_sides = 0;
	}
	complain("stats show: the policy changes faster than the counters can be read: try again");
	return EXIT_CONFLICT;
}

/* What passes by a rule that is off nobody has counted, but what it exposes. */
static uint64_t messages(const struct exposure *e)
{
	return e->messages > e->exposed ? e->messages : e->exposed;
}

/* Of messages, which are not 0. */
static double share(const struct exposure *e)
{
	return (double)e->exposed / (double)messages(e);
}

static json_t *exposure_json(const struct counters *c)
{
	json_t *rows = json_array();
	const struct exposure *e;

	for (e = c->side; e < c->side + c->n_sides; e++)
		if (messages(e))
			json_array_append_new(rows,
				json_pack("{s:s,s:I,s:I,s:f}", "side", e->side,
					  "messages", (json_int_t)messages(e),
					  "exposed", (json_int_t)e->exposed,
					  "share", share(e)));
	return rows;
}

static void print_exposure(const struct counters *c)
{
	const struct exposure *e;

	for (e = c->side; e < c->side + c->n_sides; e++)
		if (messages(e))
			printf("private identities in clear: %s: %llu of %llu messages (%.1f %%)\n",
			       e->side, (unsigned long long)e->exposed,
			       (unsigned long long)messages(e), 100 * share(e));
}

static int print(const struct gmg_options *opt, const struct gmg_info *info,
		 const struct counters *c, bool exposure)
{
	static const struct gmg_column column[] = {
		{ "reason", "REASON" }, { "side", "SIDE" }, { "mode", "MODE" },
		{ "packets", "PACKETS" }, { "observed", "OBSERVED" }, { "scrubbed", "SCRUBBED" },
		{ "clause", "CLAUSE" },
	};

	if (opt->json)
		return print_json(json_pack("{s:I,s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:o,s:O}",
			"generation", (json_int_t)info->generation,
			"mode", info->generation ? mode_word(c->cfg->mode) : "none",
			"interfaces", (json_int_t)info->interfaces,
			"interfaces-refused", (json_int_t)info->interfaces_refused,
			"events-sent", (json_int_t)info->events_sent,
			"events-suppressed", (json_int_t)info->events_suppressed,
			"sa-sets", (json_int_t)info->sa_sets,
			"port-policies-restored", (json_int_t)info->port_policies_restored,
			"tmpis", (json_int_t)info->tmpis,
			"exposure", exposure ? exposure_json(c) : json_null(),
			"counters", c->rows));

	if (info->generation)
		printf("policy generation %u, mode %s\n", info->generation,
		       mode_word(c->cfg->mode));
	else
		puts("no policy");
	printf("interfaces: %u on a side, %llu refused\n", info->interfaces,
	       (unsigned long long)info->interfaces_refused);
	printf("events: %llu sent, %llu suppressed\n", (unsigned long long)info->events_sent,
	       (unsigned long long)info->events_suppressed);
	printf("SA sets: %u; xfrm policies of ports: %llu put back\n", info->sa_sets,
	       (unsigned long long)info->port_policies_restored);
	if (info->tmpis)
		printf("TMPIs: %u\n", info->tmpis);
	if (exposure)
		print_exposure(c);
	if (json_array_size(c->rows)) {
		putchar('\n');
		print_table(c->rows, column, ARRAY_SIZE(column));
	}
	return EXIT_OK;
}

static int show(const struct gmg_options *opt, struct gmg_gnl *gnl, char **words)
{
	struct counters c = { .all = opt->all };
	struct gmg_config cfg;
	uint32_t generation;
	bool exposure;
	int ret;

	ret = policy_fetch(gnl, &cfg, &generation);
	if (ret)
		return ret;
	c.cfg = &cfg;
	c.rows = json_array();
	/* which takes all counters, of rules that are asked */
	exposure = !*words && cfg.tmpi.mode != GMGUARD_TMPI_MODE_OFF;
	do {
		ret = dump(gnl, &c, *words ? reason_find(*words) : 0);
	} while (!ret && *words && *++words);
	if (!ret)
		ret = print(opt, &gnl->info, &c, exposure);
	json_decref(c.rows);
	config_free(&cfg);
	return ret;
}

int cmd_stats_show(const struct gmg_options *opt, char **words)
{
	struct gmg_gnl gnl;
	char **word;
	int ret;

	for (word = words; *word; word++) {
		if (reason_find(*word))
			continue;
		complain("no reason is named '%.64s': gmguard explain lists them", *word);
		return EXIT_NOT_FOUND;
	}
	ret = gnl_open(&gnl, opt);
	if (ret)
		return ret;
	ret = show(opt, &gnl, words);
	gnl_close(&gnl);
	return ret;
}

int cmd_stats_reset(const struct gmg_options *opt, char **words)
{
	struct gmg_gnl gnl;
	int ret;

	(void)words;
	ret = gnl_open(&gnl, opt);
	if (ret)
		return ret;
	if (gnl_request(&gnl, gnl_message(&gnl, GMGUARD_CMD_STATS_RESET, 0, 0), false, NULL, NULL))
		ret = gnl_complain(&gnl, "stats reset", NULL);
	else if (opt->json)
		ret = print_json(json_pack("{s:s}", "result", "counters reset"));
	else if (!opt->quiet)
		puts("counters reset");
	gnl_close(&gnl);
	return ret;
}

static int take_xfrm(const struct gmg_xfrm_stat *stat, uint64_t count, void *arg)
{
	struct counters *c = arg;

	if (!count && !c->all)
		return 0;
	return json_array_append_new(c->rows,
		json_pack("{s:s,s:I,s:s,s:s}", "name", stat->name, "count", (json_int_t)count,
			  "meaning", stat->meaning, "advice", stat->advice)) ? ENOMEM : 0;
}

static int print_xfrm(const struct gmg_options *opt, json_t *rows)
{
	const json_t *row;
	size_t i;

	if (opt->json)
		return print_json(json_pack("{s:O}", "counters", rows));
	if (!json_array_size(rows) && !opt->quiet)
		complain("all counters of the kernel's IPsec are zero");
	json_array_foreach(rows, i, row) {
		printf("%s %" JSON_INTEGER_FORMAT "\n",
		       json_string_value(json_object_get(row, "name")),
		       json_integer_value(json_object_get(row, "count")));
		printf("  meaning  %s\n", json_string_value(json_object_get(row, "meaning")));
		printf("  to do    %s\n", json_string_value(json_object_get(row, "advice")));
	}
	return EXIT_OK;
}

int cmd_stats_xfrm(const struct gmg_options *opt, char **words)
{
	struct counters c = { .rows = json_array(), .all = opt->verbose };
	int err, ret;

	(void)words;
	err = xfrm_stat_read(take_xfrm, &c);
	if (err) {
		complain("/proc/net/xfrm_stat: %s%s", strerror(err),
			 err == ENOENT ? ": this kernel has no CONFIG_XFRM_STATISTICS" : "");
		ret = err == ENOENT ? EXIT_NOT_FOUND : EXIT_KERNEL;
	} else {
		ret = print_xfrm(opt, c.rows);
	}
	json_decref(c.rows);
	return ret;
}
