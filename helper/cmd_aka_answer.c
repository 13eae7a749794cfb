// SPDX-License-Identifier: GPL-2.0
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "base64.h"
#include "cmd.h"
#include "cmd_aka.h"
#include "digest.h"
#include "file.h"
#include "hex.h"
#include "options.h"
#include "print.h"
#include "secret.h"

enum { BODY_MAX = 65536 };

/* All that is secret, so that it is wiped at once. */
struct production {
	struct gmg_subscriber sub;
	struct gmg_aka_answer a;
	struct gmg_password password;
	char lines[128];	/* of a file of keys */
};

/* What the answer is, and what is said about it. */
static const struct {
	const char *word;
	const char *says;
} outcomes[] = {
	[GMG_AKA_OK] = { "answer", NULL },
	[GMG_AKA_MAC_WRONG] = {
		"mac-failure",
		"MAC-A is wrong: the challenge is of no AuC with these keys, or was changed; the response is empty"
	},
	[GMG_AKA_SQN_OLD] = {
		"sync-failure",
		"SQN is not above that of the ISIM: the response has AUTS and is of no RES"
	},
};

/* May it stand between quotes as it is, and end no header? */
static bool may_quote(const char *option, const char *text)
{
	const char *s;

	for (s = text; s && *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f || *s == '"' || *s == '\\') {
			complain("--%s wants text without quotes, backslashes, control characters",
				 option);
			return false;
		}
	return true;
}

static bool may_be(const struct gmg_options *opt)
{
	const struct gmg_aka_options *aka = &opt->aka;
	const char *nc = aka->nc;

	if (!may_quote("impi", opt->sa.impi) || !may_quote("realm", aka->realm) ||
	    !may_quote("uri", aka->uri) || !may_quote("method", aka->method) ||
	    !may_quote("cnonce", aka->cnonce))
		return false;
	if (nc && (strlen(nc) != 8 || nc[strspn(nc, "0123456789abcdef")]))
		complain("--nc wants 8 hexadecimal digits in lower case");
	else if (!aka->qop && (aka->cnonce || aka->nc || aka->body))
		complain("--cnonce, --nc and --body go with --qop");
	else if (aka->qop && !aka->cnonce)
		complain("--qop needs --cnonce");
	else if (aka->body && aka->qop != GMG_QOP_AUTH_INT)
		complain("--body goes with --qop auth-int");
	else if (aka->body && !strcmp(aka->body, "-") && !strcmp(opt->keys, "-"))
		complain("--keys and --body cannot both be the standard input");
	else
		return true;
	return false;
}

/* The value of an Authorization header, to be freed; NULL without memory. */
static char *format(const struct gmg_digest *d, const char *response, const char *auts)
{
	char *text = NULL;
	size_t size;
	FILE *f;

	f = open_memstream(&text, &size);
	if (!f)
		return NULL;
	fprintf(f, "Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"%s\"", d->username,
		d->realm, d->nonce, d->uri);
	fprintf(f, ", response=\"%s\", algorithm=%s", response,
		digest_algorithm_words[d->algorithm].str);
	if (d->qop)
		fprintf(f, ", qop=%s, nc=%s, cnonce=\"%s\"", gmg_qop_word(d->qop), d->nc,
			d->cnonce);
	if (*auts)
		fprintf(f, ", auts=\"%s\"", auts);
	if (!fclose(f))
		return text;
	free(text);
	return NULL;
}

/* The header for what the ISIM has found; NULL after a message. */
static char *respond(const struct gmg_digest *d, enum gmg_aka_result result,
		     struct production *p)
{
	char auts[GMG_BASE64_SIZE(GMG_AUTS_LEN)] = "", response[GMG_RESPONSE_SIZE] = "", *text;

	if (result == GMG_AKA_OK &&
	    !gmg_digest_password(d->algorithm, p->a.res, &p->a.keys, &p->password))
		result = GMG_AKA_FAILED;
	if (result == GMG_AKA_SQN_OLD)
		gmg_base64_encode(p->a.auts, sizeof(p->a.auts), auts);
	if (result == GMG_AKA_FAILED ||
	    (result != GMG_AKA_MAC_WRONG && !gmg_digest_response(d, &p->password, response))) {
		complain(BAD_OPENSSL);
		return NULL;
	}
	text = format(d, response, auts);
	if (!text)
		complain("out of memory");
	return text;
}

/* Writes the file of keys, which must not be there yet. An exit status. */
static int write_keys(const char *path, struct production *p)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	char *at = p->lines;
	bool written;

	if (fd < 0) {
		complain("%s: %s", secret_show(path), strerror(errno));
		return errno == EEXIST ? EXIT_CONFLICT : EXIT_USAGE;
	}
	at = hex_format(p->a.keys.ck, sizeof(p->a.keys.ck), stpcpy(at, "ck "));
	at = hex_format(p->a.keys.ik, sizeof(p->a.keys.ik), stpcpy(at, "\nik "));
	at = stpcpy(at, "\n");
	static_assert(sizeof("ck " "ik ") + 2 + 4UL * GMG_AKA_KEY_LEN <= sizeof(p->lines), "they fit");
	written = write(fd, p->lines, at - p->lines) == at - p->lines;
	if (!close(fd) && written)
		return EXIT_OK;
	complain("%s: %s", path, strerror(errno));
	unlink(path);
	return EXIT_KERNEL;
}

/* What is said, with the keys unless they have gone into a file. */
static json_t *describe(const char *header, enum gmg_aka_result result,
			const struct gmg_aka_answer *a, bool with_keys)
{
	json_t *doc = json_pack("{s:s,s:s}", "result", outcomes[result].word,
				"authorization", header);

	if (result == GMG_AKA_MAC_WRONG)
		return doc;
	if (aka_add(doc, "sqn", a->sqn, sizeof(a->sqn)) &&
	    (result != GMG_AKA_OK || !with_keys ||
	     (aka_add(doc, "ck", a->keys.ck, sizeof(a->keys.ck)) &&
	      aka_add(doc, "ik", a->keys.ik, sizeof(a->keys.ik)))))
		return doc;
	json_decref(doc);
	return NULL;
}

/* The keys come before what would have the network use them. */
static int tell(const struct gmg_options *opt, const struct gmg_digest *d,
		enum gmg_aka_result result, struct production *p)
{
	const char *path = opt->aka.write_keys;
	char *header = respond(d, result, p);
	int ret = EXIT_OK;

	if (!header)
		return EXIT_KERNEL;
	if (result == GMG_AKA_OK && path)
		ret = write_keys(path, p);
	if (!ret)
		ret = aka_print(opt->json, describe(header, result, &p->a, !path));
	free(header);
	if (ret || result == GMG_AKA_OK)
		return ret;
	complain("%s", outcomes[result].says);
	return EXIT_DIFFERENT;
}

static int answer(const struct gmg_options *opt, const struct gmg_digest *d, struct production *p)
{
	uint8_t rand[GMG_RAND_LEN], autn[GMG_AUTN_LEN];

	if (!gmg_nonce_split(d->nonce, strlen(d->nonce), rand, autn)) {
		complain(BAD_NONCE);
		return EXIT_USAGE;
	}
	if (secret_read_subscriber(opt->keys, &p->sub))
		return EXIT_USAGE;
	return tell(opt, d, gmg_aka_answer_make(&p->sub, rand, autn, opt->aka.sqn, &p->a), p);
}

/* Reads the body into @d, to be freed by who calls. An exit status. */
static int read_body(const char *path, struct gmg_digest *d, char **body)
{
	*body = NULL;
	if (!path)
		return EXIT_OK;
	*body = file_read(path, BODY_MAX, &d->body_len);
	if (!*body)
		return EXIT_USAGE;
	d->body = *body;
	if (d->body_len <= BODY_MAX)
		return EXIT_OK;
	complain("%s: more than %d octets: no SIP message has such a body", file_name(path),
		 BODY_MAX);
	return EXIT_USAGE;
}

int cmd_aka_answer(const struct gmg_options *opt, char **words)
{
	const struct gmg_aka_options *aka = &opt->aka;
	struct gmg_digest d = {
		.algorithm = aka->algorithm, .qop = aka->qop, .username = opt->sa.impi,
		.realm = aka->realm, .nonce = aka->nonce, .uri = aka->uri,
		.method = aka->method ?: "REGISTER", .nc = aka->nc ?: "00000001",
		.cnonce = aka->cnonce,
	};
	struct production *p = NULL;
	char *body;
	int ret;

	(void)words;
	if (!may_be(opt))
		return EXIT_USAGE;
	ret = aka_begin(!aka->write_keys);
	if (ret)
		return ret;
	ret = read_body(aka->body, &d, &body);
	if (!ret) {
		p = OPENSSL_secure_zalloc(sizeof(*p));
		if (!p)
			complain("out of memory");
		ret = p ? answer(opt, &d, p) : EXIT_KERNEL;
	}
	OPENSSL_secure_clear_free(p, sizeof(*p));
	free(body);
	return ret;
}
