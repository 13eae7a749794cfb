// SPDX-License-Identifier: GPL-2.0
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "cmd_agree.h"
#include "file.h"
#include "gnl.h"
#include "policy.h"
#include "print.h"
#include "sa_print.h"
#include "secret.h"
#include "words.h"

int agree_read(const struct gmg_options *opt, const char *what, enum gmg_option option,
	       const char *path, uint16_t answer, struct agree_message *msg)
{
	struct gmg_refusal r = { .status = answer };
	char why[SIPMSG_WHY];
	size_t len;

	msg->octets = msg->keys ? secret_file(path, SIPMSG_MAX, &len) :
		      file_read(path, SIPMSG_MAX, &len);
	if (!msg->octets)
		return EXIT_USAGE;
	if (sipmsg_read(&msg->m, msg->octets, len, why))
		return EXIT_OK;
	snprintf(r.why, sizeof(r.why), "--%s: %s", option_name(option), why);
	return agree_refused(opt, what, &r, NULL);
}

void agree_free(struct agree_message *msg)
{
	if (msg->keys)
		OPENSSL_secure_clear_free(msg->octets, SIPMSG_MAX);
	else
		free(msg->octets);
}

int agree_policy(const struct gmg_options *opt, struct gmg_config *cfg)
{
	uint32_t generation;
	struct gmg_gnl gnl;
	int ret;

	if (opt->policy)
		return policy_load(opt->policy, cfg);
	ret = gnl_open(&gnl, opt);
	if (ret)
		return ret;
	ret = policy_fetch(&gnl, cfg, &generation);
	gnl_close(&gnl);
	if (ret || generation)
		return ret;
	complain("no policy runs here: apply one, or give --policy");
	return EXIT_NOT_FOUND;
}

/* The headers that an answer needs; @text has room for one of them. */
static json_t *headers(const struct gmg_refusal *r, const struct gmg_agree *ours)
{
	char line[SECAGREE_TEXT + 32], text[SECAGREE_TEXT];
	json_t *rows = json_array();

	if (r->require)
		json_array_append_new(rows, json_string("Require: sec-agree"));
	if (r->server && ours) {
		snprintf(line, sizeof(line), "Security-Server: %s",
			 secagree_server(ours, NULL, text));
		json_array_append_new(rows, json_string(line));
	}
	return rows;
}

/* "status", "phrase", "why" and "headers". */
static json_t *refusal_json(const struct gmg_refusal *r, const struct gmg_agree *ours)
{
	return json_pack("{s:s,s:i,s:s,s:s,s:o}", "result", "refused", "status", r->status,
			 "phrase", r->status ? agree_phrase(r->status) : "", "why", r->why,
			 "headers", headers(r, ours));
}

static int exit_status(const struct gmg_refusal *r)
{
	switch (r->status) {
	case 0:
		return EXIT_DISCARD;
	case 421:
		return EXIT_EXTENSION;
	case 494:
		return EXIT_AGREEMENT;
	case 500:
		return EXIT_SERVER;
	default:
		return EXIT_ANSWER;
	}
}

static void tell_answer(const char *what, uint16_t status)
{
	if (status)
		complain("%s: the answer is %u %s", what, status, agree_phrase(status));
	else
		complain("%s: there is no answer: discard it", what);
}

/* TS 33.203 7.1 rule 3: what another has is not for this UE. */
int agree_ended(const char *what, int ret)
{
	if (ret >= EXIT_KERNEL && ret <= EXIT_PERMISSION)
		tell_answer(what, ret == EXIT_CONFLICT ? AGREE_FORBIDDEN : AGREE_SERVER_ERROR);
	return ret;
}

int agree_print(const char *p, size_t len)
{
	if (isatty(STDOUT_FILENO))
		print_octets(p, len);
	else
		fwrite(p, 1, len, stdout);
	if (!fflush(stdout) && !ferror(stdout))
		return EXIT_OK;
	complain("cannot write to the standard output");
	return EXIT_KERNEL;
}

static void tell(const char *what, const struct gmg_refusal *r, const struct gmg_agree *ours)
{
	json_t *rows = headers(r, ours);
	const json_t *row;
	size_t i;

	complain("%s: %s", what, r->why);
	tell_answer(what, r->status);
	json_array_foreach(rows, i, row)
		fprintf(stderr, "%s\n", json_string_value(row));
	json_decref(rows);
}

int agree_refused(const struct gmg_options *opt, const char *what, const struct gmg_refusal *r,
		  const struct gmg_agree *ours)
{
	tell(what, r, ours);
	if (opt->json && print_json(refusal_json(r, ours)))
		return EXIT_KERNEL;
	return exit_status(r);
}

/* Of an octet of somebody else's what a terminal, and JSON, may have. */
static json_t *text_json(struct gmg_text t)
{
	char text[64];
	size_t i, n = t.len < sizeof(text) ? t.len : sizeof(text);

	for (i = 0; i < n; i++)
		text[i] = t.p[i] >= ' ' && t.p[i] <= '~' ? t.p[i] : '?';
	return json_stringn(text, n);
}

static json_t *mechanism_json(const struct gmg_offer *o, uint32_t i)
{
	const struct gmg_mechanism *m = &o->client.mechanism[i];
	json_t *row = json_pack("{s:o,s:s,s:s}", "mechanism", text_json(m->name), "result",
				o->choice.taken == (int)i ? "taken" : "refused", "why",
				o->choice.why[i]);
	uint32_t p;

	for (p = 0; p < m->n_params; p++)
		if (text_is(m->param[p].name, "alg") || text_is(m->param[p].name, "ealg") ||
		    text_is(m->param[p].name, "mod") || text_is(m->param[p].name, "q"))
			json_object_set_new(row, text_is(m->param[p].name, "alg") ? "alg" :
					    text_is(m->param[p].name, "ealg") ? "ealg" :
					    text_is(m->param[p].name, "mod") ? "mod" : "q",
					    text_json(m->param[p].value));
	return row;
}

static json_t *mechanisms_json(const struct gmg_offer *o)
{
	json_t *rows = json_array();
	uint32_t i;

	for (i = 0; i < o->client.n; i++)
		json_array_append_new(rows, mechanism_json(o, i));
	return rows;
}

static void print_mechanisms(const struct gmg_offer *o)
{
	static const struct gmg_column column[] = {
		{ "mechanism", "MECHANISM" }, { "alg", "ALG" }, { "ealg", "EALG" },
		{ "mod", "MOD" }, { "q", "Q" }, { "result", "RESULT" }, { "why", "WHY" },
	};
	json_t *rows = mechanisms_json(o);

	print_table(rows, column, ARRAY_SIZE(column));
	json_decref(rows);
}

static json_t *taken_json(const struct gmg_offer *o)
{
	const struct gmg_text impi = text_of(o->impi);

	return json_pack("{s:s,s:s,s:s,s:I,s:I,s:i,s:i,s:o,s:b}", "result", "taken",
			 "alg", alg_word(o->choice.pair.alg),
			 "ealg", ealg_word(o->choice.pair.ealg),
			 "spi-uc", (json_int_t)o->ends.spi_c, "spi-us", (json_int_t)o->ends.spi_s,
			 "port-uc", o->ends.port_c, "port-us", o->ends.port_s,
			 "impi", text_json(impi), "emergency", o->emergency);
}

static int tell_taken(const struct gmg_options *opt, const struct gmg_offer *o)
{
	char uc[SPI_STRLEN], us[SPI_STRLEN];
	json_t *doc;

	if (opt->json) {
		doc = taken_json(o);
		if (opt->explain)
			json_object_set_new(doc, "mechanisms", mechanisms_json(o));
		return print_json(doc);
	}
	if (opt->explain)
		print_mechanisms(o);
	else
		printf("alg %s ealg %s spi_uc %s spi_us %s port_uc %u port_us %u\n",
		       alg_word(o->choice.pair.alg), ealg_word(o->choice.pair.ealg),
		       spi_format(o->ends.spi_c, uc), spi_format(o->ends.spi_s, us),
		       o->ends.port_c, o->ends.port_s);
	return EXIT_OK;
}

static int tell_refused(const struct gmg_options *opt, const struct gmg_offer *o,
			const struct gmg_refusal *r, const struct gmg_agree *ours)
{
	json_t *doc;

	if (!opt->explain || !o->client.n)
		return agree_refused(opt, "agree offer", r, ours);
	if (!opt->json) {
		print_mechanisms(o);
		return agree_refused(opt, "agree offer", r, ours);
	}
	doc = refusal_json(r, ours);
	json_object_set_new(doc, "mechanisms", mechanisms_json(o));
	tell("agree offer", r, ours);
	return print_json(doc) ? EXIT_KERNEL : exit_status(r);
}

static int judge(const struct gmg_options *opt, const struct gmg_agree *ours,
		 struct agree_message *sm1)
{
	struct gmg_refusal refusal;
	struct gmg_offer offer;
	int ret;

	ret = agree_read(opt, "agree offer", OPT_REGISTER, opt->sip, 400, sm1);
	if (ret)
		return ret;
	if (agree_offer(&sm1->m, ours, &offer, &refusal))
		return tell_taken(opt, &offer);
	return tell_refused(opt, &offer, &refusal, ours);
}

int cmd_agree_offer(const struct gmg_options *opt, char **words)
{
	struct agree_message sm1 = { .octets = NULL };
	struct gmg_config cfg;
	int ret;

	(void)words;
	ret = agree_policy(opt, &cfg);
	if (ret)
		return ret;
	ret = judge(opt, &cfg.agree, &sm1);
	agree_free(&sm1);
	config_free(&cfg);
	return ret;
}
