// SPDX-License-Identifier: GPL-2.0
#include <openssl/crypto.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd_agree.h"
#include "cmd_sa.h"
#include "file.h"
#include "print.h"
#include "secret.h"
#include "sipmsg.h"

int agree_read(const struct gmg_options *opt, const char *path, struct agree_message *msg)
{
	/* the standard input may be the batch itself */
	if (opt->batch && !strcmp(path, "-")) {
		complain("a message of - is not for batches: give a file");
		return EXIT_USAGE;
	}
	msg->octets = msg->keys ? secret_file(path, SIPMSG_MAX, &msg->len, !msg->mixed) :
		      file_read(path, SIPMSG_MAX, &msg->len);
	return msg->octets ? EXIT_OK : EXIT_USAGE;
}

void agree_free(struct agree_message *msg)
{
	if (msg->keys)
		OPENSSL_secure_clear_free(msg->octets, SIPMSG_MAX);
	else
		free(msg->octets);
}

int agree_read_register(const struct gmg_options *opt, struct agree_register *r)
{
	int ret = agree_read(opt, opt->sip, &r->message);

	sockaddr_give(&opt->source, &r->source);
	sockaddr_give(&opt->local, &r->local);
	r->reg = (struct gmguard_register){
		.message = r->message.octets, .len = r->message.len,
		.source = (const void *)&r->source, .local = (const void *)&r->local,
	};
	return ret;
}

struct gmguard *agree_open(const struct gmg_options *opt, int *ret)
{
	struct gmguard *g = opt->agree ?: handle_new(opt);

	*ret = EXIT_OK;
	/* who reads no more is a failure like others, after which no set stays */
	(void)signal(SIGPIPE, SIG_IGN);
	if (!g) {
		complain("out of memory");
		*ret = EXIT_KERNEL;
		return NULL;
	}
	if (opt->agree || !opt->policy)
		return g;
	*ret = agree_told(opt, NULL, gmguard_policy(g, opt->policy), NULL);
	if (!*ret)
		return g;
	gmguard_free(g);
	return NULL;
}

void agree_close(const struct gmg_options *opt, struct gmguard *g)
{
	if (g != opt->agree)
		gmguard_free(g);
}

/* The next of the lines of @text, which end in @end; false after the last. */
static bool next_line(const char **text, const char *end, const char **line, int *len)
{
	const char *to = strstr(*text, end);

	if (!to)
		return false;
	*line = *text;
	*len = to - *text;
	*text = to + strlen(end);
	return true;
}

static void tell(const char *what, const struct gmguard_result *res)
{
	const char *rest = res->why, *line;
	bool first = what && res->code;
	int len;

	for (; next_line(&rest, "\n", &line, &len); first = false)
		complain("%s%s%.*s", first ? what : "", first ? ": " : "", len, line);
	if (!what || !res->code)
		return;
	if (res->status)
		complain("%s: the answer is %u %s", what, res->status, res->phrase);
	else if (res->code == EXIT_DISCARD)
		complain("%s: there is no answer: discard it", what);
	for (rest = res->headers; next_line(&rest, "\r\n", &line, &len);)
		fprintf(stderr, "%.*s\n", len, line);
}

static json_t *headers_json(const char *rest)
{
	json_t *rows = json_array();
	const char *line;
	int len;

	while (next_line(&rest, "\r\n", &line, &len))
		json_array_append_new(rows, json_stringn(line, len));
	return rows;
}

static json_t *refusal_json(const struct gmguard_result *res)
{
	return json_pack("{s:s,s:i,s:s,s:s#,s:o}", "result", "refused", "status", res->status,
			 "phrase", res->phrase, "why", res->why, (int)strcspn(res->why, "\n"),
			 "headers", headers_json(res->headers));
}

int agree_told(const struct gmg_options *opt, const char *what, const struct gmguard_result *res,
	       json_t *mechanisms)
{
	json_t *doc;

	tell(what, res);
	if (!opt->json || (res->code < EXIT_ANSWER && !res->status)) {
		json_decref(mechanisms);
		return res->code;
	}
	if (opt->told)
		*opt->told = true;
	doc = refusal_json(res);
	if (res->spi_ps)
		json_object_set_new(doc, "spi-ps", json_integer(res->spi_ps));
	if (res->deleted)
		json_object_set_new(doc, "deleted", json_integer(res->deleted));
	if (mechanisms)
		json_object_set_new(doc, "mechanisms", mechanisms);
	return agree_answer(opt, doc) ?: res->code;
}

/* The next message may depend on what this one was answered with. */
static int flush(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return EXIT_OK;
	complain("cannot write to the standard output");
	return EXIT_KERNEL;
}

int agree_answer(const struct gmg_options *opt, json_t *doc)
{
	return sa_answer(opt, doc) ?: flush();
}

int agree_print(const struct gmguard_result *res)
{
	if (isatty(STDOUT_FILENO))
		print_octets(res->message, res->len);
	else
		fwrite(res->message, 1, res->len, stdout);
	return flush();
}

bool agree_may_print(const struct gmg_options *opt)
{
	if (!opt->batch || opt->json)
		return true;
	complain("a batch answers with messages in JSON only: gmguard -j batch");
	return false;
}

int agree_with_register(const struct gmg_options *opt, agree_verb verb)
{
	struct agree_register r = { .message.keys = false };
	struct gmguard *g;
	int ret;

	if (!agree_may_print(opt))
		return EXIT_USAGE;
	g = agree_open(opt, &ret);
	if (!g)
		return ret;
	ret = agree_read_register(opt, &r) ?: verb(opt, g, &r.reg);
	agree_free(&r.message);
	agree_close(opt, g);
	return ret;
}
