// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agree.h"
#include "complain.h"
#include "gnl.h"
#include "handle.h"
#include "policy.h"
#include "tmpi.h"
#include "words.h"

/* All that is secret and the library's, so that it is wiped at once. */
struct material {
	struct gmg_aka_keys aka;
	struct gmg_esp_keys esp;
};

/**
 * struct gmguard - what a handle keeps
 * @opt:       of the command, all zero of another program; borrowed
 * @connected: @gnl is
 * @has_policy: @cfg is one
 * @said:      complaints of a call, which become @text
 * @m:         in memory of secret.h, all zero between calls
 * @who:       the credentials of @request
 * @bare:      SM4 without keys; its octets are freed as the call ends
 * @resolved:  the octets of @request with an IMPI in the place of @by, or NULL; so are these
 * @by:        the TMPI that the REGISTER came by, or ""
 * @where:     in which of %SIPMSG_IDENTITIES it had that
 * @tmpi:      the result's
 * @message:   the result's, to be freed
 * @last:      that of the call before, which this one may be about; freed as it ends
 */
struct gmguard {
	const struct gmg_options *opt;
	struct gmg_gnl gnl;
	bool connected;
	struct gmg_config cfg;
	bool has_policy;
	FILE *said;
	char *text;
	size_t text_len;
	struct material *m;
	struct gmg_sipmsg request;
	struct gmg_credentials who;
	struct gmg_sipmsg answer;
	struct gmg_sipmsg bare;
	char *resolved;
	size_t resolved_len;
	char by[GMGUARD_IMPI_MAX + 1];
	uint64_t where;
	char tmpi[GMGUARD_TMPI_LEN + 1];
	char headers[SECAGREE_TEXT + 64];
	char *message;
	size_t len;
	char *last;
	size_t last_len;
	struct gmguard_result result;
};

struct gmguard *handle_new(const struct gmg_options *opt)
{
	struct gmguard *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->opt = opt;
	g->said = open_memstream(&g->text, &g->text_len);
	g->m = OPENSSL_secure_zalloc(sizeof(*g->m));
	if (g->said && g->m)
		return g;
	gmguard_free(g);
	return NULL;
}

struct gmguard *gmguard_new(void)
{
	static const struct gmg_options none;

	return handle_new(&none);
}

static void disconnect(struct gmguard *g)
{
	if (g->connected)
		gnl_close(&g->gnl);
	g->connected = false;
}

void gmguard_free(struct gmguard *g)
{
	if (!g)
		return;
	disconnect(g);
	config_free(&g->cfg);
	if (g->said)
		fclose(g->said);
	free(g->text);
	OPENSSL_secure_clear_free(g->m, sizeof(*g->m));
	OPENSSL_clear_free(g->message, g->len);
	free(g);
}

/* Every call begins and ends so, and between it complaints are the handle's. */
static FILE *begin(struct gmguard *g)
{
	g->last = g->message;
	g->last_len = g->len;
	g->message = NULL;
	*g->by = '\0';
	g->where = 0;
	g->result = (struct gmguard_result){ .why = "", .phrase = "", .headers = "", .tmpi = "" };
	return complain_to(g->said);
}

static const struct gmguard_result *end(struct gmguard *g, FILE *was, int code)
{
	struct gmguard_result *res = &g->result;

	complain_to(was);
	OPENSSL_clear_free(g->last, g->last_len);
	g->last = NULL;
	OPENSSL_cleanse(g->m, sizeof(*g->m));
	OPENSSL_clear_free((void *)g->bare.p, g->bare.len);
	g->bare.p = NULL;
	OPENSSL_clear_free(g->resolved, g->resolved_len);
	g->resolved = NULL;
	/* what an answer that comes late would be taken for nobody knows */
	if (g->connected && g->gnl.lost)
		disconnect(g);
	if (ftello(g->said) > 0) {
		fputc('\0', g->said);
		fflush(g->said);
		rewind(g->said);
		res->why = g->text ?: "";
	}
	res->code = code;
	res->message = g->message;
	res->len = g->message ? g->len : 0;
	return res;
}

int handle_connect(struct gmguard *g, struct gmg_gnl **gnl)
{
	int ret = EXIT_OK;

	*gnl = &g->gnl;
	if (g->connected)
		return ret;
	ret = gnl_open(&g->gnl, g->opt);
	if (ret)
		return ret;
	g->connected = true;
	ret = gnl_need_sa(&g->gnl, "SAs");
	if (ret)
		disconnect(g);
	return ret;
}

static int fetch(struct gmguard *g, struct gmg_config *cfg)
{
	uint32_t generation;
	struct gmg_gnl *gnl;
	int ret;

	ret = handle_connect(g, &gnl) ?: policy_fetch(gnl, cfg, &generation);
	/* one that changes is no conflict of a UE's with another */
	if (ret == EXIT_CONFLICT)
		return EXIT_KERNEL;
	if (ret || generation)
		return ret;
	complain("no policy runs here: apply one, or name the file of one");
	return EXIT_NOT_FOUND;
}

static int read_policy(struct gmguard *g, const char *path)
{
	struct gmg_config cfg;
	int ret = path ? policy_load(path, &cfg) : fetch(g, &cfg);

	if (ret)
		return ret;
	config_free(&g->cfg);
	g->cfg = cfg;
	g->has_policy = true;
	return ret;
}

static int need_policy(struct gmguard *g)
{
	return g->has_policy ? EXIT_OK : read_policy(g, NULL);
}

const struct gmguard_result *gmguard_policy(struct gmguard *g, const char *path)
{
	FILE *was = begin(g);

	return end(g, was, read_policy(g, path));
}

/* The headers of RFC 3329 2.3.1; the list is ours if we know one. */
static void set_headers(struct gmguard *g, const struct gmg_refusal *r)
{
	char *at = g->headers, text[SECAGREE_TEXT];

	*at = '\0';
	if (r->require)
		at = stpcpy(at, "Require: sec-agree\r\n");
	if (r->server && g->has_policy)
		sprintf(at, "Security-Server: %s\r\n", secagree_server(&g->cfg.agree, NULL, text));
	g->result.headers = g->headers;
}

static int code_of(uint16_t status)
{
	switch (status) {
	case AGREE_DISCARD:
		return EXIT_DISCARD;
	case AGREE_EXTENSION:
		return EXIT_EXTENSION;
	case AGREE_AGREEMENT:
		return EXIT_AGREEMENT;
	case AGREE_SERVER_ERROR:
		return EXIT_SERVER;
	default:
		return EXIT_ANSWER;
	}
}

static int answer_with(struct gmguard *g, uint16_t status, int code)
{
	g->result.status = status;
	g->result.phrase = status ? agree_phrase(status) : "";
	return code;
}

static int refuse(struct gmguard *g, const struct gmg_refusal *r)
{
	complain("%s", r->why);
	set_headers(g, r);
	return answer_with(g, r->status, code_of(r->status));
}

/* What else than a message is the reason. TS 33.203 7.1 rule 3: what another has is not for
 * this UE.
 */
static int ended(struct gmguard *g, int code)
{
	if (code < EXIT_KERNEL || code > EXIT_PERMISSION)
		return code;
	return answer_with(g, code == EXIT_CONFLICT ? AGREE_FORBIDDEN : AGREE_SERVER_ERROR, code);
}

static int read_message(struct gmguard *g, const char *what, const char *p, size_t len,
			uint16_t answer, struct gmg_sipmsg *m)
{
	struct gmg_refusal r = { .status = answer };
	char why[SIPMSG_WHY];

	if (sipmsg_read(m, p, len, why))
		return EXIT_OK;
	snprintf(r.why, sizeof(r.why), "the %s, %s", what, why);
	return refuse(g, &r);
}

static int read_offer(struct gmguard *g, const char *sm1, size_t len,
		      const struct gmg_sockaddr *source, struct gmg_offer *offer)
{
	struct gmg_refusal r;
	int ret;

	offer->client.n = 0;
	ret = need_policy(g) ?:
	      read_message(g, "REGISTER", sm1, len, AGREE_BAD_REQUEST, &g->request);
	if (ret || (agree_credentials(&g->request, &g->who, &r) &&
		    agree_offer(&g->request, &g->who, &g->cfg.agree, offer, &r) &&
		    (!source || agree_from(&g->request, &source->addr, &offer->client, &r))))
		return ret;
	return refuse(g, &r);
}

const struct gmguard_result *handle_offer(struct gmguard *g, const char *sm1, size_t len,
					  const struct gmg_sockaddr *source,
					  struct gmg_offer *offer)
{
	FILE *was = begin(g);

	return end(g, was, read_offer(g, sm1, len, source, offer));
}

static int read_register(struct gmguard *g, const struct gmguard_register *reg,
			 struct gmg_agree_way *way)
{
	if (sockaddr_take(&way->source, reg->source) && sockaddr_take(&way->local, reg->local))
		return read_message(g, "REGISTER", reg->message, reg->len, AGREE_BAD_REQUEST,
				    &g->request);
	complain("the source and the local end of a REGISTER are AF_INET or AF_INET6, with a port");
	return EXIT_USAGE;
}

const struct gmguard_result *gmguard_offer(struct gmguard *g, const struct gmguard_register *sm1)
{
	FILE *was = begin(g);
	struct gmg_agree_way way;
	struct gmg_offer offer;
	int ret;

	ret = read_register(g, sm1, &way) ?:
	      read_offer(g, sm1->message, sm1->len, &way.source, &offer);
	return end(g, was, ended(g, ret));
}

static int lost(struct gmguard *g)
{
	struct gmg_refusal r;

	agree_refuse(&r, AGREE_SERVER_ERROR,
		     "the identity of the UE cannot be put in the place of the other one");
	return refuse(g, &r);
}

/* From here on the REGISTER is that of the IMPI. */
static int put_impi(struct gmguard *g, const char *impi)
{
	char why[SIPMSG_WHY];
	struct gmg_refusal r;

	g->where = SIPMSG_IDENTITIES;
	g->resolved = agree_rename(&g->request, &g->where, g->by, impi, &g->resolved_len);
	if (g->resolved && sipmsg_read(&g->request, g->resolved, g->resolved_len, why) &&
	    agree_credentials(&g->request, &g->who, &r) && !strcmp(g->who.impi, impi))
		return EXIT_OK;
	return lost(g);
}

/* Reads the credentials, and in them the TMPI that the REGISTER came by. */
static bool read_credentials(struct gmguard *g, struct gmg_refusal *r)
{
	if (!agree_credentials(&g->request, &g->who, r))
		return false;
	if (agree_is_tmpi(g->who.impi))
		memcpy(g->by, g->who.impi, sizeof(g->by));
	return true;
}

/* Puts the IMPI that the TMPI which it came by stands for in the place of that. */
static int replace_tmpi(struct gmguard *g, const struct gmg_agree_way *way)
{
	struct gmg_refusal r;
	struct gmg_gnl *gnl;
	struct gmg_tmpi t;
	int ret = handle_connect(g, &gnl);

	if (ret)
		return ret;
	if (tmpi_get(gnl, g->by, &t) && gnl->error != ENOENT)
		return gnl_complain(gnl, "tmpi get", NULL);
	if (!gnl->error && agree_tmpi_stands(&t, g->by, &way->source.addr))
		return put_impi(g, t.impi);
	agree_refuse(&r, AGREE_FORBIDDEN,
		     "the username is a TMPI that stands for nobody at this UE, or no longer: it has to register by its IMPI");
	return refuse(g, &r);
}

/* Whoever reads the REGISTER after this knows of no TMPI, but for one in the URIs of an emergency
 * registration, which does not fail for that. By a username that stands for nobody none can
 * succeed.
 */
static int resolve(struct gmguard *g, const struct gmg_agree_way *way)
{
	struct gmg_refusal r;
	bool emergency;
	int ret;

	if (!read_credentials(g, &r))
		return refuse(g, &r);
	ret = *g->by ? replace_tmpi(g, way) : EXIT_OK;
	if (ret || !agree_has_tmpi(&g->request))
		return ret;
	if (!agree_emergency(&g->request, &emergency, &r))
		return refuse(g, &r);
	if (emergency)
		return EXIT_OK;
	agree_refuse(&r, AGREE_FORBIDDEN,
		     "the REGISTER has a TMPI that is not its username, or is escaped: the core knows of none");
	return refuse(g, &r);
}

/* All sets of the address that a REGISTER came from, to be freed. Nothing is decided by a
 * list that may lack one.
 */
static int list_sets(struct gmg_gnl *gnl, const struct gmg_agree_way *way, struct gmg_sa **sets,
		     uint32_t *n)
{
	const struct gmg_sa_filter filter = { .ue = way->source.addr, .impi = "" };

	if (sa_list(gnl, &filter, sets, n))
		return gnl_complain(gnl, "sa list", NULL);
	if (!gnl->interrupted)
		return EXIT_OK;
	free(*sets);
	complain("the sets change faster than they can be listed: try again");
	return EXIT_KERNEL;
}

/* Who has no TMPI goes on by its IMPI: nobody fails to register for want of one. */
static void add_tmpi(struct gmguard *g, struct gmg_gnl *gnl, const struct gmg_sa *sa)
{
	const struct gmg_tmpi_policy *pol = &g->cfg.tmpi;
	struct gmg_tmpi t = { .spi_ps = sa->spi_ps };

	if (!pol->profile || pol->mode == GMGUARD_TMPI_MODE_OFF || sa->emergency)
		return;
	if (!agree_tmpi_make(&g->answer, &g->m->aka, pol->profile, sa->impi, t.tmpi)) {
		complain("the UE gets no TMPI: that needs both CK and IK");
	} else if (tmpi_new(gnl, &t)) {
		gnl_complain(gnl, "the UE gets no TMPI", NULL);
	} else {
		memcpy(g->tmpi, t.tmpi, sizeof(g->tmpi));
		g->result.tmpi = g->tmpi;
	}
}

/* The set is there and its SM6 made, or neither. */
static int install(struct gmguard *g, struct gmg_gnl *gnl, struct gmg_sa *sa)
{
	int ret = sa_install(gnl, "sa add", sa, &g->m->esp);

	if (ret)
		return ret;
	g->message = agree_sm6(&g->bare, sa, &g->cfg.agree, g->where, g->by, &g->len);
	if (!g->message) {
		complain("out of memory");
		sa_del(gnl, sa->spi_ps, false);
		return EXIT_KERNEL;
	}
	add_tmpi(g, gnl, sa);
	g->result.outcome = GMGUARD_INSTALLED;
	g->result.spi_ps = sa->spi_ps;
	g->result.spi_pc = sa->spi_pc;
	g->result.port_ps = sa->port_ps;
	g->result.port_pc = sa->port_pc;
	g->result.alg = alg_word(sa->alg);
	g->result.ealg = ealg_word(sa->ealg);
	g->result.over = sa->over;
	return EXIT_OK;
}

static int place(struct gmguard *g, const struct gmg_agree_way *way, struct gmg_sa *sa)
{
	struct gmg_refusal r;
	struct gmg_gnl *gnl;
	struct gmg_sa *sets;
	bool placed;
	uint32_t n;
	int ret;

	ret = handle_connect(g, &gnl) ?: list_sets(gnl, way, &sets, &n);
	if (ret)
		return ret;
	placed = agree_place(&g->cfg, sets, n, way, sa, &r);
	free(sets);
	return placed ? install(g, gnl, sa) : refuse(g, &r);
}

/* Everything that needs no kernel, and so leaves nothing behind, comes first. */
static int challenge(struct gmguard *g, const struct gmguard_register *sm1, const char *sm4,
		     size_t len)
{
	struct gmg_agree_way way;
	struct gmg_refusal r;
	struct gmg_sa sa;
	int ret;

	ret = need_policy(g) ?: read_register(g, sm1, &way) ?:
	      read_message(g, "challenge", sm4, len, AGREE_SERVER_ERROR, &g->answer) ?:
	      resolve(g, &way);
	if (ret)
		return ret;
	if (!agree_challenge(&g->request, &g->who, &g->answer, &way, &g->cfg.agree, &sa, &g->m->aka, &r) ||
	    !agree_bare(&g->answer, &g->bare, &r))
		return refuse(g, &r);
	if (gmg_keys_expand(sa.alg, sa.ealg, &g->m->aka, &g->m->esp))
		return place(g, &way, &sa);
	complain("OpenSSL cannot compute HMAC-SHA-256");
	return EXIT_KERNEL;
}

const struct gmguard_result *gmguard_challenge(struct gmguard *g,
					       const struct gmguard_register *sm1,
					       const char *sm4, size_t len)
{
	FILE *was = begin(g);

	return end(g, was, ended(g, challenge(g, sm1, sm4, len)));
}

/* A set that has failed goes at once, or, if the answer goes by it, after that. */
static int end_failed(struct gmguard *g, struct gmg_gnl *gnl, const struct gmg_verified *v)
{
	if (!v->over)
		return EXIT_OK;
	/* it may have come to its end by itself meanwhile */
	if (sa_del(gnl, v->over->spi_ps, v->over == v->set) && gnl->error != ENOENT)
		return gnl_complain(gnl, "sa del", NULL);
	g->result.deleted = v->over->spi_ps;
	return EXIT_OK;
}

static int judge(struct gmguard *g, struct gmg_gnl *gnl, const struct gmg_agree_way *way,
		 const struct gmg_sa *sets, uint32_t n)
{
	static const int outcomes[AGREE_KINDS] = {
		[AGREE_INITIAL] = GMGUARD_INITIAL,
		[AGREE_REFRESH] = GMGUARD_REFRESH,
		[AGREE_RESPONSE] = GMGUARD_RESPONSE,
		[AGREE_NETWORK_FAILURE] = GMGUARD_NETWORK_FAILURE,
		[AGREE_SYNC_FAILURE] = GMGUARD_SYNC_FAILURE,
	};
	struct gmg_verified v;
	struct gmg_refusal r;
	char *forward;
	size_t len;
	int ret;

	/* if none runs, sets say which ports are protected, and a 494 has no list */
	ret = need_policy(g);
	if (ret && ret != EXIT_NOT_FOUND)
		return EXIT_KERNEL;
	rewind(g->said);
	if (!agree_verify(g->has_policy ? &g->cfg : NULL, &g->request, &g->who, way, sets, n, &v,
			  &r)) {
		g->result.spi_ps = v.set ? v.set->spi_ps : 0;
		return end_failed(g, gnl, &v) ?: refuse(g, &r);
	}
	forward = agree_forward(&g->request, v.protected, &len, &r);
	ret = end_failed(g, gnl, &v);
	if (ret) {
		OPENSSL_clear_free(forward, len);
		return ret;
	}
	if (!forward)
		return refuse(g, &r);
	g->message = forward;
	g->len = len;
	g->result.outcome = outcomes[v.kind];
	g->result.spi_ps = v.set ? v.set->spi_ps : 0;
	g->result.integrity_protected = v.protected;
	g->result.tmpi = g->by;
	return EXIT_OK;
}

static int verify(struct gmguard *g, const struct gmguard_register *sm7)
{
	struct gmg_agree_way way;
	struct gmg_gnl *gnl;
	struct gmg_sa *sets;
	uint32_t n;
	int ret;

	ret = read_register(g, sm7, &way) ?: resolve(g, &way) ?: handle_connect(g, &gnl) ?:
	      list_sets(gnl, &way, &sets, &n);
	if (ret)
		return ret;
	ret = judge(g, gnl, &way, sets, n);
	free(sets);
	return ret;
}

const struct gmguard_result *gmguard_verify(struct gmguard *g, const struct gmguard_register *sm7)
{
	FILE *was = begin(g);

	return end(g, was, ended(g, verify(g, sm7)));
}

/* The last error of the kernel, about the set @spi_ps. */
static int about_set(const struct gmg_gnl *gnl, uint32_t spi_ps)
{
	char text[64], spi[SPI_STRLEN];

	snprintf(text, sizeof(text), "set %s", spi_format(spi_ps, spi));
	return gnl_complain(gnl, text, NULL);
}

/* Seconds that the answer takes to leave by a set: 64*T1, TS 24.229 5.2.5. */
enum { ANSWER_TAKES = 128 };

/* The set that protected SM1, if it is there: its SPI may be another's by now. */
static int end_over(struct gmg_gnl *gnl, const struct gmg_sa *sa)
{
	struct gmg_sa over;

	if (!sa->over || sa_get(gnl, sa->over, &over) || !agree_same(over.impi, sa->impi))
		return 0;
	return sa_del(gnl, sa->over, true) && gnl->error != ENOENT ? gnl->error : 0;
}

/* The UE is registered no longer. The registration ends with all its sets, but a temporary
 * set is none of it yet: it was authenticated, which establishes it. As it takes over the time
 * that the sets before have left, those end first: should the last step fail, it lives no longer
 * than the answer takes.
 */
static int deregister(struct gmg_gnl *gnl, const struct gmg_sa *sa)
{
	if (sa->state == GMGUARD_SA_STATE_TEMPORARY &&
	    (end_over(gnl, sa) || sa_establish(gnl, sa->spi_ps, ANSWER_TAKES)))
		return gnl->error;
	/* the answer still leaves by the set that the REGISTER came by */
	return sa_del(gnl, sa->spi_ps, true);
}

/* The set that SM12 is about, and for how long it says that the UE is registered. */
static int read_accept(struct gmguard *g, struct gmg_gnl *gnl, uint32_t spi_ps,
		       struct gmg_sa *sa, uint32_t *seconds)
{
	struct gmg_refusal r;

	if (sa_get(gnl, spi_ps, sa))
		return about_set(gnl, spi_ps);
	return agree_accept(&g->answer, sa, seconds, &r) ? EXIT_OK : refuse(g, &r);
}

static int accept_answer(struct gmguard *g, struct gmg_gnl *gnl, uint32_t spi_ps)
{
	uint32_t seconds = 0;
	struct gmg_sa sa;
	int ret = read_accept(g, gnl, spi_ps, &sa, &seconds);

	if (ret)
		return ret;
	if (seconds ? sa_establish(gnl, spi_ps, seconds) : deregister(gnl, &sa))
		return about_set(gnl, spi_ps);
	g->result.outcome = seconds ? GMGUARD_ESTABLISHED : GMGUARD_DEREGISTERED;
	g->result.expires = seconds;
	return EXIT_OK;
}

/* Other identities of the user stay registered (TS 33.203 7.4.2a): a set that was there stays
 * as it is, and one that was authenticated takes over the time that those before it have.
 */
static int keep_registered(struct gmguard *g, struct gmg_gnl *gnl, uint32_t spi_ps)
{
	uint32_t seconds = 0;
	struct gmg_sa sa;
	int ret = read_accept(g, gnl, spi_ps, &sa, &seconds);

	if (ret)
		return ret;
	g->result.outcome = GMGUARD_KEPT;
	if (!seconds && sa.state != GMGUARD_SA_STATE_TEMPORARY)
		return EXIT_OK;
	if (sa_establish(gnl, spi_ps, seconds ?: ANSWER_TAKES))
		return about_set(gnl, spi_ps);
	g->result.outcome = GMGUARD_ESTABLISHED;
	g->result.expires = seconds;
	return EXIT_OK;
}

/* Nobody is deregistered because an authentication has failed (TS 33.203 6.1.1). */
static int reject_answer(struct gmguard *g, struct gmg_gnl *gnl, uint32_t spi_ps)
{
	struct gmg_refusal r;
	struct gmg_sa sa;

	if (sa_get(gnl, spi_ps, &sa))
		return about_set(gnl, spi_ps);
	if (!agree_reject(&g->answer, &sa, &r))
		return refuse(g, &r);
	g->result.outcome = GMGUARD_KEPT;
	if (sa.state != GMGUARD_SA_STATE_TEMPORARY)
		return EXIT_OK;
	if (sa_del(gnl, spi_ps, true))
		return about_set(gnl, spi_ps);
	g->result.outcome = GMGUARD_REJECTED;
	return EXIT_OK;
}

static int drop(struct gmguard *g, struct gmg_gnl *gnl, uint32_t spi_ps)
{
	(void)g;
	return sa_del(gnl, spi_ps, false) ? about_set(gnl, spi_ps) : EXIT_OK;
}

/* What is to be done about a set, once there is a connection. */
typedef int (*set_verb)(struct gmguard *g, struct gmg_gnl *gnl, uint32_t spi_ps);

static int with_set(struct gmguard *g, set_verb verb, uint32_t spi_ps)
{
	struct gmg_gnl *gnl;
	int ret;

	g->result.spi_ps = spi_ps;
	ret = handle_connect(g, &gnl) ?: verb(g, gnl, spi_ps);
	return ended(g, ret);
}

/* The same, by an answer. */
static const struct gmguard_result *conclude(struct gmguard *g, set_verb verb, uint32_t spi_ps,
					     const char *answer, size_t len)
{
	FILE *was = begin(g);
	int ret;

	ret = read_message(g, "answer", answer, len, AGREE_SERVER_ERROR, &g->answer) ?:
	      with_set(g, verb, spi_ps);
	return end(g, was, ret);
}

const struct gmguard_result *gmguard_accept(struct gmguard *g, uint32_t spi_ps, const char *sm12,
					    size_t len)
{
	return conclude(g, accept_answer, spi_ps, sm12, len);
}

const struct gmguard_result *gmguard_keep(struct gmguard *g, uint32_t spi_ps, const char *sm12,
					  size_t len)
{
	return conclude(g, keep_registered, spi_ps, sm12, len);
}

const struct gmguard_result *gmguard_reject(struct gmguard *g, uint32_t spi_ps, const char *answer,
					    size_t len)
{
	return conclude(g, reject_answer, spi_ps, answer, len);
}

/* What the answer says of the UE is what the core knew of its REGISTER. */
static int conceal(struct gmguard *g, const char *impi)
{
	struct gmg_sip_edits edits = { .n = 0 };
	struct gmg_refusal r;

	if (!agree_answers(&g->request, &g->answer, &r) || !agree_keyless(&g->answer, &r))
		return refuse(g, &r);
	if (read_credentials(g, &r) && *g->by) {
		g->where = sipmsg_put_nai(&g->request, &edits, SIPMSG_IDENTITIES, g->by, impi);
		g->result.tmpi = g->by;
		g->result.outcome = GMGUARD_CONCEALED;
	}
	g->message = agree_rename(&g->answer, &g->where, impi, g->by, &g->len);
	return g->message ? EXIT_OK : lost(g);
}

const struct gmguard_result *gmguard_conceal(struct gmguard *g, const char *request,
					     size_t request_len, const char *impi,
					     const char *answer, size_t len)
{
	FILE *was = begin(g);
	int ret = EXIT_USAGE;

	if (!impi || !*impi || strlen(impi) > GMGUARD_IMPI_MAX || agree_is_tmpi(impi))
		complain("an IMPI has 1 to %d octets, and is no TMPI", GMGUARD_IMPI_MAX);
	else
		ret = read_message(g, "REGISTER", request, request_len, AGREE_BAD_REQUEST,
				   &g->request) ?:
		      read_message(g, "answer", answer, len, AGREE_SERVER_ERROR, &g->answer) ?:
		      conceal(g, impi);
	return end(g, was, ret);
}

const struct gmguard_result *gmguard_drop(struct gmguard *g, uint32_t spi_ps)
{
	FILE *was = begin(g);

	return end(g, was, with_set(g, drop, spi_ps));
}
