// SPDX-License-Identifier: GPL-2.0
/* SM1 and SM4 to a set of SAs and SM6, TS 33.203 7.2. */
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "agree.h"
#include "array.h"
#include "digest.h"
#include "hex.h"

enum {
	KEY_DIGITS = 2 * GMG_AKA_KEY_LEN,
	UNAUTHORIZED = 401,
};

static const char *const key_names[] = { "ik", "ck", NULL };

bool agree_from(const struct gmg_sipmsg *sm1, const struct gmg_prefix *source,
		const struct gmg_secagree *client, struct gmg_refusal *r)
{
	uint32_t i;

	switch (agree_via(sm1, source)) {
	case AGREE_VIA_SAME:
		return true;
	case AGREE_VIA_NAME:
		return agree_refuse(r, AGREE_FORBIDDEN,
				    "the topmost Via has no address: the UE must write the one it sends from");
	default:
		break;
	}
	for (i = 0; i < client->n; i++)
		if (text_is(client->mechanism[i].mod, "UDP-enc-tun"))
			return agree_refuse(r, AGREE_FORBIDDEN,
					    "the topmost Via is not the source: the UE is behind a NAT, for which this version has no UDP-enc-tun: give UEs addresses that reach the P-CSCF untranslated");
	return agree_refuse(r, AGREE_DISCARD,
			    "the topmost Via is not the source, and the UE offers no UDP-enc-tun for a NAT (TS 33.203 M.7.2): give UEs addresses that reach the P-CSCF untranslated");
}

static bool same_first(const struct gmg_sipmsg *a, const struct gmg_sipmsg *b, uint8_t id)
{
	struct gmg_text ta = sipmsg_first(a, id), tb = sipmsg_first(b, id);

	return ta.p && tb.p && text_same(ta, tb);
}

/* The number of CSeq, without its method; not there if there is none. */
static struct gmg_text cseq(const struct gmg_sipmsg *m)
{
	struct gmg_text t = sipmsg_first(m, GMG_SIP_CSEQ);

	return t.p ? text_scheme(&t) : t;
}

bool agree_answers(const struct gmg_sipmsg *request, const struct gmg_sipmsg *answer,
		   struct gmg_refusal *r)
{
	struct gmg_text a = cseq(request), b = cseq(answer);

	if (!answer->status)
		return agree_refuse(r, AGREE_SERVER_ERROR, "the answer is a request");
	if (!same_first(request, answer, GMG_SIP_CALL_ID))
		return agree_refuse(r, AGREE_SERVER_ERROR,
				    "the answer has another Call-ID than the request: they do not belong together");
	if (!a.p || !b.p || !text_same(a, b))
		return agree_refuse(r, AGREE_SERVER_ERROR,
				    "the answer has another CSeq than the request: they do not belong together");
	return true;
}

static bool check_answer(const struct gmg_sipmsg *sm1, const struct gmg_sipmsg *sm4,
			 struct gmg_refusal *r)
{
	if (sm4->status != UNAUTHORIZED || sm4->method != GMG_SIP_REGISTER)
		return agree_refuse(r, AGREE_SERVER_ERROR, "the challenge is no 401 to a REGISTER");
	return agree_answers(sm1, sm4, r);
}

/* What is asked for of a challenge. */
enum { ALGORITHM, NONCE, IK, CK, PARAMS };

/* The challenge of AKA, RFC 3310 3.2. */
static bool read_challenge(const struct gmg_sipmsg *sm4, struct gmg_sip_auth p[PARAMS],
			   struct gmg_refusal *r)
{
	const struct gmg_sip_event *h = sipmsg_header(sm4, GMG_SIP_WWW_AUTHENTICATE, NULL);
	struct gmg_text value, algorithm;
	bool plain;

	if (sipmsg_count(sm4, GMG_SIP_WWW_AUTHENTICATE) != 1)
		return agree_refuse(r, AGREE_SERVER_ERROR,
				    "a challenge of IMS AKA has one WWW-Authenticate");
	value = sipmsg_value(sm4, h);
	plain = sipmsg_auth(sm4, h, p, PARAMS);
	algorithm = p[ALGORITHM].value;
	if (!text_is(text_scheme(&value), "Digest") || p[ALGORITHM].n != 1 ||
	    algorithm.len <= 4 || strncasecmp(algorithm.p, "AKAv", 4))
		return agree_refuse(r, AGREE_SERVER_ERROR,
				    "the challenge is none of AKA: its algorithm must be AKAv1-MD5 or a later one");
	if (p[NONCE].n == 1 && p[NONCE].value.p)
		return agree_auth_plain(sm4, plain ? h : NULL, AGREE_SERVER_ERROR, r);
	return agree_refuse(r, AGREE_SERVER_ERROR, "the challenge must have nonce once");
}

static bool check_nonce(struct gmg_text nonce, struct gmg_refusal *r)
{
	uint8_t rand[GMG_RAND_LEN], autn[GMG_AUTN_LEN];

	if (gmg_nonce_split(nonce.p, nonce.len, rand, autn))
		return true;
	return agree_refuse(r, AGREE_SERVER_ERROR,
			    "the nonce is no base64 of RAND and AUTN, %d octets or more (RFC 3310 3.2)",
			    GMG_RAND_LEN + GMG_AUTN_LEN);
}

/* TS 24.229 7.2A.1. A key that is not needed may be absent, but none may be wrong. */
static bool take_keys(const struct gmg_sip_auth p[PARAMS], const struct gmg_algorithm *pair,
		      struct gmg_aka_keys *aka, struct gmg_refusal *r)
{
	bool salt = pair->alg == GMGUARD_ALG_AES_GMAC || pair->ealg == GMGUARD_EALG_AES_GCM;
	const struct {
		const struct gmg_sip_auth *param;
		uint8_t *key;
		bool needed;
	} keys[] = {
		{ &p[IK], aka->ik, salt || pair->alg != GMGUARD_ALG_NULL },
		{ &p[CK], aka->ck, salt || pair->ealg != GMGUARD_EALG_NULL },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		if (!keys[i].param->n && keys[i].needed)
			return agree_refuse(r, AGREE_SERVER_ERROR,
					    "the challenge has no %s: the S-CSCF must send it (TS 33.203 6.1.1)",
					    keys[i].param->name);
		if (keys[i].param->n > 1 ||
		    (keys[i].param->n &&
		     !hex_parse(keys[i].param->value.p, keys[i].param->value.len, keys[i].key,
				GMG_AKA_KEY_LEN)))
			return agree_refuse(r, AGREE_SERVER_ERROR,
					    "the challenge must have %s once, with %d hex digits",
					    keys[i].param->name, KEY_DIGITS);
	}
	return true;
}

static void fill(struct gmg_sa *sa, const struct gmg_offer *offer, const struct gmg_agree_way *way)
{
	*sa = (struct gmg_sa){
		.ue = way->source.addr, .pcscf = way->local.addr,
		.spi_uc = offer->ends.spi_c, .spi_us = offer->ends.spi_s,
		.port_uc = offer->ends.port_c, .port_us = offer->ends.port_s,
		.alg = offer->choice.pair.alg, .ealg = offer->choice.pair.ealg,
		.emergency = offer->emergency,
	};
	memcpy(sa->impi, offer->impi, strlen(offer->impi) + 1);
}

bool agree_challenge(const struct gmg_sipmsg *sm1, const struct gmg_credentials *who,
		     const struct gmg_sipmsg *sm4, const struct gmg_agree_way *way,
		     const struct gmg_agree *ours, struct gmg_sa *sa,
		     struct gmg_aka_keys *keys, struct gmg_refusal *r)
{
	struct gmg_sip_auth p[PARAMS] = {
		[ALGORITHM] = { .name = "algorithm" }, [NONCE] = { .name = "nonce" },
		[IK] = { .name = "ik" }, [CK] = { .name = "ck" },
	};
	struct gmg_offer offer;

	if (!agree_offer(sm1, who, ours, &offer, r) ||
	    !agree_from(sm1, &way->source.addr, &offer.client, r) ||
	    !check_answer(sm1, sm4, r) || !read_challenge(sm4, p, r) ||
	    !check_nonce(p[NONCE].value, r) || !take_keys(p, &offer.choice.pair, keys, r))
		return false;
	fill(sa, &offer, way);
	if (agree_digest_nonce(p[NONCE].value, sa->digest) &&
	    agree_digest_client(&offer.client, sa->digest) && agree_digest_ours(ours, sa->digest))
		return true;
	return agree_refuse(r, AGREE_SERVER_ERROR, "OpenSSL cannot compute SHA-256");
}

/* The set that SM1 came under, which is what its ports say (TS 33.203 7.1 rule 4). */
static bool find_over(const struct gmg_sa *sets, uint32_t n, const struct gmg_agree_way *way,
		      struct gmg_sa *sa, struct gmg_refusal *r)
{
	const struct gmg_sa *set;

	for (set = sets; set < sets + n; set++)
		if (agree_under(way, set))
			break;
	if (set == sets + n)
		return agree_refuse(r, AGREE_DISCARD,
				    "the REGISTER came to a protected port, and no set is of its ports");
	/* the UE has the keys of one challenge at a time, and those of this one did not do */
	if (set->state == GMGUARD_SA_STATE_TEMPORARY)
		return agree_refuse(r, AGREE_FORBIDDEN,
				    "the REGISTER came under a temporary set: the response to a challenge that is answered by another one has failed, agree reject ends the set");
	if (!agree_same(set->impi, sa->impi))
		return agree_refuse(r, AGREE_FORBIDDEN,
				    "the IMPI is not that of the set that the REGISTER came under (TS 33.203 7.1)");
	if (set->emergency != sa->emergency)
		return agree_refuse(r, AGREE_FORBIDDEN,
				    "of the REGISTER and the set that it came under one is for emergencies");
	if (set->state == GMGUARD_SA_STATE_OLD || set->ending)
		return agree_refuse(r, AGREE_FORBIDDEN,
				    "the set that the REGISTER came under is old: the UE has another one, or has to begin in clear");
	if (set->port_us != sa->port_us)
		return agree_refuse(r, AGREE_FORBIDDEN,
				    "the UE offers another server port than that of the set that the REGISTER came under: it stays while the UE is registered (TS 33.203 7.1)");
	sa->over = set->spi_ps;
	sa->port_ps = set->port_ps;
	return true;
}

/* One that no set of this UE has: it changes with each authentication (TS 33.203 7.4). A
 * pending set of the same contact goes as the new one comes.
 */
static uint16_t fresh_port(const struct gmg_endpoint *ep, const struct gmg_sa *sets, uint32_t n,
			   const struct gmg_sa *sa)
{
	const struct gmg_sa *set;
	uint32_t i;

	for (i = 0; i < ep->n_client; i++) {
		for (set = sets; set < sets + n; set++)
			if (set->port_pc == ep->client[i] && set->port_us == sa->port_us &&
			    (set->state != GMGUARD_SA_STATE_TEMPORARY ||
			     set->emergency != sa->emergency || !agree_same(set->impi, sa->impi)))
				break;
		if (set == sets + n)
			return ep->client[i];
	}
	return 0;
}

/* It stays as it is while the UE is registered there (TS 33.203 7.1). */
static uint16_t server_port(const struct gmg_endpoint *ep, const struct gmg_sa *sets, uint32_t n,
			    const struct gmg_sa *sa)
{
	const struct gmg_sa *set;
	uint16_t port = ep->server[0];

	for (set = sets; set < sets + n; set++)
		if (agree_same(set->impi, sa->impi) && set->state != GMGUARD_SA_STATE_TEMPORARY &&
		    !prefix_compare(&set->pcscf, &sa->pcscf) &&
		    agree_has_port(ep->server, ep->n_server, set->port_ps))
			port = set->port_ps;
	return port;
}

bool agree_place(const struct gmg_config *cfg, const struct gmg_sa *sets, uint32_t n,
		 const struct gmg_agree_way *way, struct gmg_sa *sa, struct gmg_refusal *r)
{
	const struct gmg_endpoint *ep;
	bool protected;

	ep = agree_endpoint(cfg, way, &protected, r);
	if (!ep)
		return false;
	if (protected) {
		if (!find_over(sets, n, way, sa, r))
			return false;
	} else {
		sa->port_ps = server_port(ep, sets, n, sa);
	}
	sa->port_pc = fresh_port(ep, sets, n, sa);
	if (sa->port_pc)
		return true;
	return agree_refuse(r, AGREE_SERVER_ERROR,
			    "the sets of this UE have all client ports: list more of them in the policy's endpoints");
}

/* Is @hex anywhere in what leaves, in any case? It goes from place to place where its last octet
 * could be: an octet that it does not have is in none of it.
 */
static bool holds(const char *copy, size_t len, struct gmg_text hex)
{
	bool has[256] = { false };
	size_t i, last;

	for (i = 0; i < hex.len; i++) {
		has[(uint8_t)hex.p[i]] = true;
		has[(uint8_t)hex.p[i] ^ ('a' ^ 'A')] = true;
	}
	for (last = hex.len - 1; hex.len && last < len; last++)
		if (!has[(uint8_t)copy[last]])
			last += hex.len - 1;
		else if (((copy[last - (hex.len - 1)] ^ *hex.p) & ~('a' ^ 'A')) == 0 &&
			 !strncasecmp(copy + last - (hex.len - 1), hex.p, hex.len))
			return true;
	return false;
}

/* The next parameter of a key, ik or ck, after @prev, wherever a stack would look. */
static const struct gmg_sip_event *next_key(const struct gmg_sipmsg *m,
					    const struct gmg_sip_event *prev)
{
	const struct gmg_sip_event *e = prev ? prev + 1 : m->param;

	for (; e < m->param + m->n_params; e++)
		if (e->param == GMG_SIP_PARAM_IK || e->param == GMG_SIP_PARAM_CK)
			return e;
	return NULL;
}

bool agree_keyless(const struct gmg_sipmsg *answer, struct gmg_refusal *r)
{
	return !next_key(answer, NULL) ||
	       agree_refuse(r, AGREE_SERVER_ERROR,
			    "the answer has ik or ck: it is for agree challenge");
}

/* Whatever was cut, nothing may leave that has a key where any stack would look, or that has
 * the digits of ours at all.
 */
static bool leaks(const struct gmg_sipmsg *sm4, const struct gmg_sipmsg *bare)
{
	const struct gmg_sip_event *key = NULL;

	if (next_key(bare, NULL))
		return true;
	while ((key = next_key(sm4, key)))
		if (key->id == GMG_SIP_WWW_AUTHENTICATE &&
		    holds(bare->p, bare->len, sipmsg_value(sm4, key)))
			return true;
	return false;
}

bool agree_bare(const struct gmg_sipmsg *sm4, struct gmg_sipmsg *bare, struct gmg_refusal *r)
{
	struct gmg_sip_edits edits = { .n = 0 };
	const struct gmg_sip_event *h;
	char why[SIPMSG_WHY], *copy;
	size_t len;

	for (h = sm4->header; h < sm4->header + sm4->n_headers; h++)
		if (h->id == GMG_SIP_WWW_AUTHENTICATE || h->id == GMG_SIP_PROXY_AUTHENTICATE)
			sipmsg_cut_names(sm4, &edits, h, key_names);
		else if (h->id == GMG_SIP_SECURITY_SERVER)
			sipmsg_cut_header(sm4, &edits, h);
	copy = sipmsg_copy(sm4, &edits, &len);
	if (copy && sipmsg_read_copy(bare, copy, len, why) && !leaks(sm4, bare))
		return true;
	OPENSSL_clear_free(copy, len);
	bare->p = NULL;
	return agree_refuse(r, AGREE_SERVER_ERROR,
			    "the challenge cannot be freed of its keys: they belong into one WWW-Authenticate");
}

char *agree_sm6(const struct gmg_sipmsg *bare, const struct gmg_sa *sa,
		const struct gmg_agree *ours, uint64_t where, const char *tmpi, size_t *len)
{
	const struct gmg_ends ends = { sa->spi_pc, sa->spi_ps, sa->port_pc, sa->port_ps };
	char line[SECAGREE_TEXT + 32], *list = stpcpy(line, "Security-Server: ");
	struct gmg_sip_edits edits = { .n = 0 };

	secagree_server(ours, &ends, list);
	memcpy(list + strlen(list), "\r\n", sizeof("\r\n"));
	sipmsg_put_headers(bare, &edits, line);
	sipmsg_put_length(bare, &edits);
	sipmsg_put_nai(bare, &edits, where, sa->impi, tmpi);
	return sipmsg_copy(bare, &edits, len);
}
