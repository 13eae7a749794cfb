// SPDX-License-Identifier: GPL-2.0
#include <linux/gmguard.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

#include "array.h"
#include "explain_sa.h"
#include "gnl.h"
#include "options.h"
#include "policy.h"
#include "print.h"
#include "reasons.h"
#include "sa_print.h"
#include "words.h"

/* Most rules that judge one thing. */
#define RULES_MAX 4

/**
 * struct verdict - what there is to tell
 * @what:    the SPI or the packet, in words
 * @text:    a sentence about it
 * @sas:     SAs that it belongs to, as JSON; owned
 * @reasons: of the rules that judge it, ended by 0
 * @lost:    there should be an SA, and there is none
 */
struct verdict {
	const char *what;
	const char *text;
	json_t *sas;
	uint32_t reasons[RULES_MAX + 1];
	bool lost;
};

/* A packet as it is on the inside of ESP. */
struct flow {
	uint32_t proto;
	struct gmg_prefix src, dst;
	uint16_t sport, dport;
};

static json_t *rules_json(const struct verdict *v, const struct gmg_config *cfg)
{
	json_t *rows = json_array();
	const uint32_t *r;

	for (r = v->reasons; *r; r++)
		json_array_append_new(rows, json_pack("{s:s,s:s,s:s}",
			"reason", reason_word(*r), "mode", mode_word(config_mode(cfg, *r)),
			"meaning", reason_get(*r)->meaning));
	return rows;
}

static void print_sa(const json_t *sa)
{
	static const struct { const char *title, *key; } row[] = {
		{ "spi", "spi" }, { "set", "set" }, { "sa", "sa" }, { "way", "direction" },
		{ "from", "from" }, { "to", "to" }, { "ue", "ue" }, { "impi", "impi" },
		{ "state", "state" },
	};
	char spi[SPI_STRLEN];
	const json_t *value;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		value = json_object_get(sa, row[i].key);
		printf("  %-6s %s\n", row[i].title, json_is_integer(value) ?
		       spi_format(json_integer_value(value), spi) : json_string_value(value));
	}
	printf("  %-6s %" JSON_INTEGER_FORMAT "s\n", "left",
	       json_integer_value(json_object_get(sa, "left")));
}

static int tell(const struct gmg_options *opt, struct verdict *v, const struct gmg_config *cfg)
{
	static const struct gmg_column column[] = {
		{ "reason", "RULE" }, { "mode", "MODE" }, { "meaning", "REFUSES WHAT IS" },
	};
	json_t *rules = rules_json(v, cfg), *sa;
	int ret = EXIT_OK;
	size_t i;

	if (opt->json) {
		ret = print_json(json_pack("{s:s,s:s,s:O,s:O}", "what", v->what, "text", v->text,
					   "sas", v->sas, "rules", rules));
	} else {
		printf("%s: %s\n", v->what, v->text);
		json_array_foreach(v->sas, i, sa)
			print_sa(sa);
		if (json_array_size(rules)) {
			putchar('\n');
			print_table(rules, column, ARRAY_SIZE(column));
		}
	}
	json_decref(rules);
	if (ret || !v->lost)
		return ret;
	complain("%s: no SA is for it", v->what);
	return EXIT_NOT_FOUND;
}

/* One of the four SAs of a set. */
static void add_sa(struct verdict *v, const struct gmg_sa *sa, enum gmg_sa_role role)
{
	char src[GMG_ENDPOINT_STRLEN], dst[GMG_ENDPOINT_STRLEN], ue[GMG_PREFIX_STRLEN];
	struct gmg_sa_flow f = sa_flow(sa, role);

	json_array_append_new(v->sas, json_pack("{s:I,s:I,s:s#,s:s,s:s,s:s,s:s,s:s,s:s,s:I}",
		"spi", (json_int_t)sa_spi(sa, role), "set", (json_int_t)sa->spi_ps,
		"sa", &f.name, 1, "direction", f.in ? "in" : "out",
		"from", endpoint_format(f.src, f.sport, src),
		"to", endpoint_format(f.dst, f.dport, dst),
		"ue", addr_format(&sa->ue, ue), "impi", sa->impi,
		"state", sa_state_word(sa->state), "left", (json_int_t)sa->lifetime));
}

static void add_reasons(struct verdict *v, const uint32_t reasons[RULES_MAX + 1])
{
	size_t i;

	for (i = 0; i < RULES_MAX; i++)
		v->reasons[i] = reasons[i];
}

static const uint32_t of_sa_in[RULES_MAX + 1] = {
	GMGUARD_REASON_SA_MISMATCH, GMGUARD_REASON_SA_TRANSPORT, GMGUARD_REASON_SA_EXPIRED,
};

static const uint32_t of_sa_out[RULES_MAX + 1] = {
	GMGUARD_REASON_SA_TRANSPORT, GMGUARD_REASON_SA_EXPIRED,
};

static const uint32_t of_none_in[RULES_MAX + 1] = {
	GMGUARD_REASON_CLEAR_ON_PROTECTED, GMGUARD_REASON_FOREIGN_SA,
	GMGUARD_REASON_SA_MISMATCH, GMGUARD_REASON_SA_EXPIRED,
};

static const uint32_t of_none_out[RULES_MAX + 1] = {
	GMGUARD_REASON_CLEAR_FROM_PROTECTED, GMGUARD_REASON_FOREIGN_SA, GMGUARD_REASON_SA_EXPIRED,
};

static const uint32_t of_no_spi[RULES_MAX + 1] = {
	GMGUARD_REASON_FOREIGN_SA, GMGUARD_REASON_SA_EXPIRED,
};

static int judge_spi(struct gmg_gnl *gnl, uint32_t spi, struct verdict *v)
{
	const struct gmg_sa_filter filter = { .impi = "", .spi = spi };
	const uint32_t *reasons = of_no_spi;
	struct gmg_sa *list;
	uint32_t n, i;
	int role;

	if (sa_list(gnl, &filter, &list, &n))
		return gnl_complain(gnl, "explain", NULL);
	for (i = 0; i < n; i++) {
		for (role = 0; role < SA_ROLES; role++) {
			if (sa_spi(&list[i], role) != spi)
				continue;
			add_sa(v, &list[i], role);
			reasons = sa_flow(&list[i], role).in ? of_sa_in : of_sa_out;
		}
	}
	free(list);
	add_reasons(v, reasons);
	v->lost = !json_array_size(v->sas);
	v->text = v->lost ? "of no set: the kernel discards ESP with it (XfrmInNoStates), unless somebody else has installed an SA" :
			    "of this SA";
	return EXIT_OK;
}

static bool has_port(const uint16_t *ports, uint32_t n, uint16_t port)
{
	while (n--)
		if (*ports++ == port)
			return true;
	return false;
}

static bool is_protected(const struct gmg_config *cfg, const struct gmg_prefix *addr, uint16_t port)
{
	struct gmg_prefix p;
	uint32_t i;

	for (i = 0; i < cfg->n_endpoints; i++) {
		const struct gmg_endpoint *e = &cfg->endpoints[i];

		if (prefix_parse(&p, e->address.s) && !prefix_compare(&p, addr) &&
		    (has_port(e->server, e->n_server, port) ||
		     has_port(e->client, e->n_client, port)))
			return true;
	}
	return false;
}

static bool same_flow(const struct gmg_sa_flow *a, const struct flow *b)
{
	return a->sport == b->sport && a->dport == b->dport &&
	       !prefix_compare(a->src, &b->src) && !prefix_compare(a->dst, &b->dst);
}

/* What a packet may do on this SA, TS 33.203 7.1: A and C go from a client port
 * to a server port, B and D carry the other direction of TCP.
 */
static const char *use(uint32_t proto, char name)
{
	if (proto != IPPROTO_UDP && proto != IPPROTO_TCP)
		return "of this SA, which is for UDP and TCP only: sa-transport refuses it";
	if (name == 'A' || name == 'C')
		return "of this SA";
	if (proto == IPPROTO_UDP)
		return "of this SA, which UDP does not use: sa-transport refuses it";
	return "of this SA, if the other end has opened the connection: else sa-transport refuses it";
}

static int judge_flow(struct gmg_gnl *gnl, const struct flow *flow, const struct gmg_config *cfg,
		      struct verdict *v)
{
	bool in = is_protected(cfg, &flow->dst, flow->dport);
	struct gmg_sa_filter filter = { .ue = in ? flow->src : flow->dst, .impi = "" };
	struct gmg_sa *list;
	uint32_t n, i;
	int role;

	if (!in && !is_protected(cfg, &flow->src, flow->sport)) {
		v->text = "neither end is a protected port of the policy: no SA is for it";
		return EXIT_OK;
	}
	if (sa_list(gnl, &filter, &list, &n))
		return gnl_complain(gnl, "explain", NULL);
	v->lost = true;
	v->text = "no SA is for it: refused, in clear or under an SA of something else";
	add_reasons(v, in ? of_none_in : of_none_out);
	for (i = 0; i < n && v->lost; i++) {
		for (role = 0; role < SA_ROLES; role++) {
			struct gmg_sa_flow f = sa_flow(&list[i], role);

			if (!same_flow(&f, flow))
				continue;
			add_sa(v, &list[i], role);
			add_reasons(v, in ? of_sa_in : of_sa_out);
			v->text = use(flow->proto, f.name);
			v->lost = false;
		}
	}
	free(list);
	return EXIT_OK;
}

/* Of an SPI, or if @flow is not NULL of that. */
static int explain(const struct gmg_options *opt, const char *what, uint32_t spi,
		   const struct flow *flow)
{
	struct verdict v = { .what = what };
	struct gmg_config cfg;
	uint32_t generation;
	struct gmg_gnl gnl;
	int ret;

	ret = gnl_open(&gnl, opt);
	if (ret)
		return ret;
	ret = gnl_need_sa(&gnl, "explain");
	if (!ret)
		ret = policy_fetch(&gnl, &cfg, &generation);
	if (!ret) {
		v.sas = json_array();
		ret = flow ? judge_flow(&gnl, flow, &cfg, &v) : judge_spi(&gnl, spi, &v);
		if (!ret)
			ret = tell(opt, &v, &cfg);
		json_decref(v.sas);
		config_free(&cfg);
	}
	gnl_close(&gnl);
	return ret;
}

int explain_spi(const struct gmg_options *opt, uint32_t spi)
{
	char text[SPI_STRLEN];

	return explain(opt, spi_format(spi, text), spi, NULL);
}

int explain_flow(const struct gmg_options *opt, char **words)
{
	char src[GMG_ENDPOINT_STRLEN], dst[GMG_ENDPOINT_STRLEN], what[160];
	struct flow f;
	int n = 0;

	while (words[n])
		n++;
	if (n != 5 || !word_value(open_proto_words, GMG_OPEN_PROTOS, words[0], &f.proto) ||
	    !address_parse(words[1], &f.src) || !port_parse(words[2], &f.sport) ||
	    !address_parse(words[3], &f.dst) || !port_parse(words[4], &f.dport)) {
		complain("explain wants a packet as: udp 10.45.0.11 40000 192.0.2.10 6100");
		return EXIT_USAGE;
	}
	snprintf(what, sizeof(what), "%s %s > %s", proto_word(f.proto),
		 endpoint_format(&f.src, f.sport, src), endpoint_format(&f.dst, f.dport, dst));
	return explain(opt, what, 0, &f);
}
