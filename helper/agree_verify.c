// SPDX-License-Identifier: GPL-2.0
/* A REGISTER held against the sets of its UE, and as it goes on to the core: TS 33.203
 * 6.1.2, 6.1.3, 6.1.5, 7.1 and 7.3.2.3, TS 24.229 5.2.2.2.
 */
#include <openssl/crypto.h>
#include <string.h>

#include "agree.h"
#include "array.h"

static const struct gmg_sa *find_set(const struct gmg_sa *sets, uint32_t n,
				     const struct gmg_agree_way *way)
{
	const struct gmg_sa *set;

	for (set = sets; set < sets + n; set++)
		if (agree_under(way, set))
			return set;
	return NULL;
}

/* Of our ports, by what sets of this UE have. */
static bool is_of_sets(const struct gmg_sa *sets, uint32_t n, const struct gmg_sockaddr *local)
{
	const struct gmg_sa *set;

	for (set = sets; set < sets + n; set++)
		if ((set->port_ps == local->port || set->port_pc == local->port) &&
		    !prefix_compare(&set->pcscf, &local->addr))
			return true;
	return false;
}

/* TS 33.203 7.1: in clear is only what comes to a port that is for that. */
static bool check_clear(const struct gmg_config *cfg, const struct gmg_sa *sets, uint32_t n,
			const struct gmg_agree_way *way, struct gmg_refusal *r)
{
	bool protected = false;

	if (cfg && !agree_endpoint(cfg, way, &protected, r))
		return false;
	if (!protected && !is_of_sets(sets, n, &way->local))
		return true;
	return agree_refuse(r, AGREE_DISCARD,
			    "the REGISTER came to a protected port, and no set is of its ports");
}

/**
 * struct response - what the REGISTER says
 * @digest:    of the nonce only
 * @emergency: it is for emergencies
 */
struct response {
	const struct gmg_credentials *who;
	uint8_t digest[GMGUARD_DIGEST_LEN];
	bool emergency;
};

static bool read_response(const struct gmg_credentials *who, struct response *resp,
			  struct gmg_refusal *r)
{
	if (who->repeated)
		return agree_refuse(r, AGREE_BAD_REQUEST,
				    "the credentials have a nonce or a response twice");
	resp->who = who;
	if (agree_digest_nonce(who->nonce, resp->digest))
		return true;
	return agree_refuse(r, AGREE_SERVER_ERROR, "OpenSSL cannot compute SHA-256");
}

static bool answers(const struct response *resp, const struct gmg_sa *set)
{
	return resp->who->nonce.len && agree_digest_same(AGREE_CHALLENGE, resp->digest, set->digest);
}

/* What failed, AGREE_INITIAL if nothing did, of the challenge that @set is of. The nonce
 * counts: nobody ends the registration of others with what has never been a challenge.
 */
static enum agree_kind failure(const struct response *resp, const struct gmg_sa *set)
{
	if (!answers(resp, set))
		return AGREE_INITIAL;
	if (resp->who->auts)
		return AGREE_SYNC_FAILURE;
	return resp->who->empty ? AGREE_NETWORK_FAILURE : AGREE_INITIAL;
}

/* The temporary set of this UE whose challenge is answered, wherever the REGISTER came. */
static const struct gmg_sa *find_answered(const struct gmg_sa *sets, uint32_t n,
					  const struct gmg_agree_way *way,
					  const struct response *resp)
{
	const struct gmg_sa *set;

	for (set = sets; set < sets + n; set++)
		if (set->state == GMGUARD_SA_STATE_TEMPORARY &&
		    agree_same(set->impi, resp->who->impi) &&
		    !prefix_compare(&set->ue, &way->source.addr) && answers(resp, set))
			return set;
	return NULL;
}

static bool mismatch(struct gmg_refusal *r, const char *why)
{
	return agree_refuse(r, AGREE_AGREEMENT, "%s", why);
}

/* Most UEs mirror our header octet for octet. Then the list is ours, with the SPIs and ports of
 * this set, and need not be read; was it ours when SM6 was sent?
 */
static bool is_mirror(const struct gmg_config *cfg, const struct gmg_sipmsg *m,
		      const struct gmg_sa *set)
{
	const struct gmg_ends ends = { set->spi_pc, set->spi_ps, set->port_pc, set->port_ps };
	uint8_t digest[GMGUARD_DIGEST_LEN];
	char text[SECAGREE_TEXT];

	return cfg && sipmsg_count(m, GMG_SIP_SECURITY_VERIFY) == 1 &&
	       text_same(sipmsg_first(m, GMG_SIP_SECURITY_VERIFY),
			 text_of(secagree_server(&cfg->agree, &ends, text))) &&
	       agree_digest_ours(&cfg->agree, digest) &&
	       agree_digest_same(AGREE_SERVER, digest, set->digest);
}

/* The list in SM7 is the one that was sent in SM6, whatever SM6 said when it arrived. */
static bool check_server(const struct gmg_config *cfg, const struct gmg_sipmsg *m,
			 const struct gmg_sa *set, struct gmg_refusal *r)
{
	uint8_t digest[GMGUARD_DIGEST_LEN];
	const struct gmg_ends *ends;
	struct gmg_secagree list;
	char why[SIPMSG_WHY];
	uint32_t i;

	if (is_mirror(cfg, m, set))
		return true;
	if (!secagree_read(m, GMG_SIP_SECURITY_VERIFY, &list, why))
		return agree_refuse(r, AGREE_AGREEMENT, "Security-Verify, %s", why);
	if (!list.n)
		return mismatch(r, "there is no Security-Verify: the UE must mirror Security-Server");
	for (i = 0; i < list.n; i++) {
		ends = &list.mechanism[i].ends;
		if (ends->spi_c != set->spi_pc || ends->spi_s != set->spi_ps)
			return mismatch(r, "Security-Verify has other SPIs than this set: Security-Server was changed on its way, or this is an old REGISTER");
		if (ends->port_c != set->port_pc || ends->port_s != set->port_ps)
			return mismatch(r, "Security-Verify has other ports than this set: Security-Server was changed on its way, or this is an old REGISTER");
	}
	if (!agree_digest_server(&list, digest))
		return agree_refuse(r, AGREE_SERVER_ERROR, "OpenSSL cannot compute SHA-256");
	if (agree_digest_same(AGREE_SERVER, digest, set->digest))
		return true;
	for (i = 1; i < list.n; i++)
		if (list.mechanism[i].q >= list.mechanism[i - 1].q)
			return mismatch(r, "Security-Verify is in another order than our list: Security-Server was changed on its way");
	return mismatch(r, "Security-Verify is not the list that was sent: Security-Server was changed on its way");
}

/* So is its Security-Client that of SM1, whatever SM1 said when it arrived. */
static bool check_client(const struct gmg_sipmsg *m, const struct gmg_sa *set,
			 struct gmg_refusal *r)
{
	uint8_t digest[GMGUARD_DIGEST_LEN];
	struct gmg_secagree list;
	char why[SIPMSG_WHY];
	struct gmg_ends ends;

	if (!secagree_read(m, GMG_SIP_SECURITY_CLIENT, &list, why))
		return agree_refuse(r, AGREE_AGREEMENT, "Security-Client, %s", why);
	if (!list.n)
		return mismatch(r, "there is no Security-Client: the UE must repeat that of its first REGISTER");
	if (!secagree_ends(&list, &ends) || ends.spi_c != set->spi_uc || ends.spi_s != set->spi_us)
		return mismatch(r, "Security-Client has other SPIs than the first REGISTER had when it arrived");
	if (ends.port_c != set->port_uc || ends.port_s != set->port_us)
		return mismatch(r, "Security-Client has other ports than the first REGISTER had when it arrived");
	if (!agree_digest_client(&list, digest))
		return agree_refuse(r, AGREE_SERVER_ERROR, "OpenSSL cannot compute SHA-256");
	if (agree_digest_same(AGREE_CLIENT, digest, set->digest))
		return true;
	return mismatch(r, "Security-Client is not the list of the first REGISTER: that was changed on its way, or the UE offers something else now");
}

static bool has_digest(const struct gmg_sa *set)
{
	static const uint8_t none[GMGUARD_DIGEST_LEN];

	return memcmp(set->digest, none, sizeof(none));
}

/* Nothing in the lists says so: it is SM1's Contact that made the set one for emergencies. */
static bool check_purpose(const struct gmg_sa *set, bool emergency, struct gmg_refusal *r)
{
	if (emergency == set->emergency)
		return true;
	if (set->state != GMGUARD_SA_STATE_TEMPORARY)
		return agree_refuse(r, AGREE_FORBIDDEN, emergency ?
				    "the REGISTER is for emergencies, the set that the REGISTER came under is not" :
				    "the REGISTER is not for emergencies, the set that the REGISTER came under is");
	return mismatch(r, emergency ?
			"Contact has sos, and that of the first REGISTER did not when it arrived" :
			"Contact has no sos, and that of the first REGISTER did when it arrived");
}

/* SM7, TS 33.203 7.2 and 7.3.2.3: what does not fit ends what the set is for. */
static bool check_temporary(const struct gmg_config *cfg, const struct gmg_sipmsg *m,
			    const struct response *resp, struct gmg_verified *v,
			    struct gmg_refusal *r)
{
	const struct gmg_sa *set = v->set;

	v->kind = failure(resp, set);
	v->over = set;
	if (v->kind != AGREE_INITIAL)
		return true;
	if (set->ending)
		return mismatch(r, "the authentication that this set is of has failed before");
	if (!answers(resp, set))
		return mismatch(r, "the response is to another challenge than that of this set: it is an old REGISTER");
	if (!check_server(cfg, m, set, r) || !check_client(m, set, r) ||
	    !check_purpose(set, resp->emergency, r))
		return false;
	v->kind = AGREE_RESPONSE;
	v->protected = true;
	v->over = NULL;
	return true;
}

/* No later authentication has made another set over this one. */
static bool is_latest(const struct gmg_sa *set, const struct gmg_sa *sets, uint32_t n)
{
	const struct gmg_sa *other;

	if (set->state == GMGUARD_SA_STATE_OLD)
		return false;
	for (other = sets; other < sets + n; other++)
		if (other->over == set->spi_ps && other->state != GMGUARD_SA_STATE_TEMPORARY)
			return false;
	return true;
}

static bool check_set(const struct gmg_config *cfg, const struct gmg_sipmsg *m,
		      const struct gmg_agree_way *way, const struct response *resp,
		      struct gmg_verified *v, struct gmg_refusal *r)
{
	if (agree_via(m, &way->source.addr) != AGREE_VIA_SAME)
		return agree_refuse(r, AGREE_FORBIDDEN,
				    "the topmost Via is not the source (TS 33.203 7.1 rule 2)");
	if (!has_digest(v->set))
		return agree_refuse(r, AGREE_SERVER_ERROR,
				    "nothing of the agreement is kept with this set: agree challenge did not install it");
	if (v->set->state == GMGUARD_SA_STATE_TEMPORARY)
		return check_temporary(cfg, m, resp, v, r);
	return check_server(cfg, m, v->set, r) && check_purpose(v->set, resp->emergency, r);
}

bool agree_verify(const struct gmg_config *cfg, const struct gmg_sipmsg *m,
		  const struct gmg_credentials *who, const struct gmg_agree_way *way,
		  const struct gmg_sa *sets, uint32_t n, struct gmg_verified *v,
		  struct gmg_refusal *r)
{
	const struct gmg_sa *answered;
	struct response resp;

	*v = (struct gmg_verified){ .kind = AGREE_INITIAL };
	if (!agree_emergency(m, &resp.emergency, r) || !read_response(who, &resp, r))
		return false;
	v->set = find_set(sets, n, way);
	if (!v->set && !check_clear(cfg, sets, n, way, r))
		return false;
	if (v->set && !agree_same(v->set->impi, who->impi))
		return agree_refuse(r, AGREE_FORBIDDEN,
				    "the IMPI is not that of the set that the REGISTER came under (TS 33.203 7.1)");
	if (v->set && !check_set(cfg, m, way, &resp, v, r))
		return false;
	if (v->set && v->set->state == GMGUARD_SA_STATE_TEMPORARY)
		return true;
	answered = find_answered(sets, n, way, &resp);
	if (answered) {
		v->kind = failure(&resp, answered);
		/* SM7 comes under its set (TS 33.203 7.4.2a); of others it ends nothing */
		if (v->kind == AGREE_INITIAL)
			return mismatch(r, "the response comes from or to other ports than those of the set that its challenge is of");
		v->over = answered;
	}
	/* TS 33.203 6.1.5 (b) */
	v->protected = v->set && who->empty && is_latest(v->set, sets, n);
	if (v->protected && !v->over)
		v->kind = AGREE_REFRESH;
	return true;
}

/* Does it still say what no UE may say, or our own word not once? */
static bool is_clean(const char *copy, size_t len)
{
	const struct gmg_sip_event *h;
	struct gmg_sipmsg m;
	char why[SIPMSG_WHY];
	uint32_t words = 0;

	if (!sipmsg_read_copy(&m, copy, len, why))
		return false;
	for (h = m.header; h < m.header + m.n_headers; h++) {
		switch (h->id) {
		case GMG_SIP_AUTHORIZATION:
			words += h->number;
			break;
		case GMG_SIP_PROXY_AUTHORIZATION:
			if (h->number)
				return false;
			break;
		case GMG_SIP_SECURITY_CLIENT:
		case GMG_SIP_SECURITY_SERVER:
		case GMG_SIP_SECURITY_VERIFY:
			return false;
		case GMG_SIP_REQUIRE:
		case GMG_SIP_PROXY_REQUIRE:
			if (sipmsg_param(&m, h, GMG_SIP_PARAM_SEC_AGREE, NULL))
				return false;
			break;
		default:
			break;
		}
	}
	return words == 1;
}

char *agree_forward(const struct gmg_sipmsg *m, bool protected, size_t *len,
		    struct gmg_refusal *r)
{
	static const char *const word[] = { "integrity-protected", NULL };
	static const char *const tag[] = { "sec-agree", NULL };
	struct gmg_sip_edits edits = { .n = 0 };
	const struct gmg_sip_event *h;
	char *copy;

	for (h = m->header; h < m->header + m->n_headers; h++) {
		switch (h->id) {
		case GMG_SIP_AUTHORIZATION:
		case GMG_SIP_PROXY_AUTHORIZATION:
			/* how often it is there, anywhere */
			if (h->number)
				sipmsg_cut_names(m, &edits, h, word);
			break;
		case GMG_SIP_SECURITY_CLIENT:
		case GMG_SIP_SECURITY_SERVER:
		case GMG_SIP_SECURITY_VERIFY:
			sipmsg_cut_header(m, &edits, h);
			break;
		case GMG_SIP_REQUIRE:
		case GMG_SIP_PROXY_REQUIRE:
			sipmsg_cut_names(m, &edits, h, tag);
			break;
		default:
			break;
		}
		if (h->id == GMG_SIP_AUTHORIZATION)
			sipmsg_put_value(m, &edits, h, protected ? ",integrity-protected=\"yes\"" :
					 ",integrity-protected=\"no\"");
	}
	sipmsg_put_length(m, &edits);
	copy = sipmsg_copy(m, &edits, len);
	if (copy && is_clean(copy, *len))
		return copy;
	OPENSSL_clear_free(copy, *len);
	agree_refuse(r, AGREE_BAD_REQUEST,
		     "the word integrity-protected, or sec-agree, is where it cannot be taken out");
	return NULL;
}
