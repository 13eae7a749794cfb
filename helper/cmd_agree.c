// SPDX-License-Identifier: GPL-2.0
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd_agree.h"
#include "file.h"
#include "gnl.h"
#include "policy.h"
#include "print.h"
#include "secret.h"

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
	return agree_refused(opt, what, &r, NULL, NULL);
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
		  const struct gmg_agree *ours, json_t *mechanisms)
{
	json_t *doc;

	tell(what, r, ours);
	if (!opt->json)
		return exit_status(r);
	doc = refusal_json(r, ours);
	if (mechanisms)
		json_object_set_new(doc, "mechanisms", mechanisms);
	return print_json(doc) ? EXIT_KERNEL : exit_status(r);
}
