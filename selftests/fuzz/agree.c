// SPDX-License-Identifier: GPL-2.0
/* Two messages, with a NUL between them: a REGISTER and the answer to it. Whatever they say,
 * no key leaves in SM6, nothing but our own word about integrity leaves in SM8, nobody is
 * taken for who has answered the challenge of a set but by what that set is of, and a UE that
 * comes by a TMPI in some headers and by its IMPI in others has an answer with its own words.
 */
#include <openssl/crypto.h>

#include "agree.h"
#include "fuzz.h"
#include "hex.h"

#define IMPI "ue1@ims.example"
#define NONCE "oJRMdf88TwhTovkQqh8QT8bi9GyPQoAAfzu5uEt8P/Y="
#define CLIENT "ipsec-3gpp;alg=hmac-sha-1-96;spi-c=25656;spi-s=25657;port-c=6301;port-s=6300"
#define SERVER "ipsec-3gpp;q=0.9;alg=hmac-sha-1-96;ealg=null;prot=esp;mod=trans"

static const struct gmg_algorithm list[] = { { GMGUARD_ALG_HMAC_SHA_1_96, GMGUARD_EALG_NULL } };
static const struct gmg_agree ours = { .algorithms = (void *)list, .n_algorithms = 1 };

static struct gmg_sockaddr at(const char *text)
{
	struct gmg_sockaddr s;

	HOLDS(sockaddr_parse(&s, text, strlen(text)));
	return s;
}

/* The set that a REGISTER of the corpus has made. */
static struct gmg_sa make_set(void)
{
	struct gmg_sa sa = {
		.spi_ps = 65537, .spi_pc = 65538, .spi_uc = 25656, .spi_us = 25657,
		.port_uc = 6301, .port_us = 6300, .port_pc = 5100, .port_ps = 6100,
		.alg = GMGUARD_ALG_HMAC_SHA_1_96, .impi = IMPI,
		.ue = at("10.45.0.11").addr, .pcscf = at("192.0.2.10").addr,
	};
	static struct gmg_secagree a;
	char why[SIPMSG_WHY];

	a.n = 0;
	HOLDS(secagree_parse(text_of(CLIENT), &a, why) && agree_digest_client(&a, sa.digest));
	a.n = 0;
	HOLDS(secagree_parse(text_of(SERVER), &a, why) && agree_digest_server(&a, sa.digest));
	HOLDS(agree_digest_nonce(text_of(NONCE), sa.digest));
	return sa;
}

/* A message of its own, for the sanitizer to watch its end. */
static bool take(struct gmg_sipmsg *m, const uint8_t *data, size_t size, char **octets)
{
	char why[SIPMSG_WHY] = "";

	*octets = malloc(size ?: 1);
	HOLDS(*octets);
	memcpy(*octets, data, size);
	if (sipmsg_read(m, *octets, size, why))
		return true;
	HOLDS(*why);
	return false;
}

/* Has it the IMPI with its realm in another case than ours? */
static bool has_other_case(const struct gmg_sipmsg *m)
{
	const size_t n = strlen(IMPI);
	uint32_t i;

	for (i = 0; i + n <= m->len; i++)
		if (!strncasecmp(m->p + i, IMPI, n) && memcmp(m->p + i, IMPI, n))
			return true;
	return false;
}

static void check_copy(const struct gmg_sipmsg *m)
{
	struct gmg_sip_edits none = { .n = 0 };
	size_t len;
	char *copy = sipmsg_copy(m, &none, &len);

	HOLDS(copy && len == m->len && !memcmp(copy, m->p, len));
	OPENSSL_free(copy);
}

static bool has(const char *p, size_t len, const char *word, size_t n)
{
	for (; len >= n; p++, len--)
		if (!strncasecmp(p, word, n))
			return true;
	return false;
}

static void check_sm6(const struct gmg_sipmsg *sm4, const struct gmg_sa *sa,
		      const struct gmg_aka_keys *keys)
{
	static const char server[] = "\nSecurity-Server: " SERVER ";spi-c=65538;spi-s=65537;";
	char hex[2 * GMG_AKA_KEY_LEN + 1], *sm6;
	static struct gmg_sipmsg bare;
	struct gmg_refusal r;
	size_t len;

	if (!agree_bare(sm4, &bare, &r))
		return;
	sm6 = agree_sm6(&bare, sa, &ours, 0, "", &len);
	HOLDS(sm6);
	hex_format(keys->ik, GMG_AKA_KEY_LEN, hex);
	HOLDS(!has(sm6, len, hex, strlen(hex)));
	HOLDS(has(sm6, len, server, strlen(server)));
	OPENSSL_free(sm6);
	/* not of who has too many identities */
	sm6 = agree_sm6(&bare, sa, &ours, SIPMSG_IDENTITIES, "t@tmpi", &len);
	HOLDS(!sm6 || !has(sm6, len, hex, strlen(hex)));
	OPENSSL_free((void *)bare.p);
	OPENSSL_free(sm6);
}

static void check_challenge(const struct gmg_sipmsg *sm1, const struct gmg_sipmsg *sm4,
			    const struct gmg_agree_way *way)
{
	struct gmg_aka_keys keys = { 0 };
	struct gmg_credentials who;
	struct gmg_refusal r;
	struct gmg_sa sa;

	if (!agree_credentials(sm1, &who, &r) ||
	    !agree_challenge(sm1, &who, sm4, way, &ours, &sa, &keys, &r)) {
		HOLDS(*r.why);
		return;
	}
	HOLDS(*sa.impi && sa.spi_uc && sa.spi_us && sa.port_uc && sa.port_us);
	HOLDS(sa.alg == list[0].alg && sa.ealg == list[0].ealg);
	sa.spi_ps = 65537;
	sa.spi_pc = 65538;
	check_sm6(sm4, &sa, &keys);
}

static void check_forward(const struct gmg_sipmsg *m, bool protected)
{
	static struct gmg_sipmsg sm8;
	const char *word = protected ? ",integrity-protected=\"yes\"" : ",integrity-protected=\"no\"";
	char why[SIPMSG_WHY], *copy;
	struct gmg_refusal r;
	size_t len;

	copy = agree_forward(m, protected, &len, &r);
	if (!copy)
		return;
	HOLDS(sipmsg_read(&sm8, copy, len, why));
	HOLDS(text_same(sm8.body, m->body));
	HOLDS(!sipmsg_count(&sm8, GMG_SIP_SECURITY_CLIENT));
	HOLDS(!sipmsg_count(&sm8, GMG_SIP_SECURITY_VERIFY));
	HOLDS(has(copy, len, word, strlen(word)));
	HOLDS(sm8.len == len);
	OPENSSL_free(copy);
}

static void check_verify(const struct gmg_sipmsg *m, const struct gmg_agree_way *way,
			 uint32_t state)
{
	struct gmg_sa sa = make_set();
	struct gmg_credentials who;
	struct gmg_verified v;
	struct gmg_refusal r;

	sa.state = state;
	if (!agree_credentials(m, &who, &r) || !agree_verify(NULL, m, &who, way, &sa, 1, &v, &r)) {
		HOLDS(*r.why);
		return;
	}
	HOLDS(v.kind < AGREE_KINDS && (!v.protected || v.set));
	HOLDS(!v.over || state == GMGUARD_SA_STATE_TEMPORARY);
	if (v.kind != AGREE_INITIAL && v.kind != AGREE_REFRESH)
		HOLDS(has(m->p, m->len, NONCE, strlen(NONCE)));
	if (v.kind == AGREE_RESPONSE)
		HOLDS(v.set && state == GMGUARD_SA_STATE_TEMPORARY &&
		      has(m->p, m->len, "65537", 5) && has(m->p, m->len, "65538", 5) &&
		      has(m->p, m->len, "25656", 5) && has(m->p, m->len, "25657", 5));
	check_forward(m, v.protected);
}

static bool is_renamed(const struct gmg_sipmsg *m, uint64_t *where, const char *from,
		       const char *to, const struct gmg_sipmsg *expected)
{
	size_t len;
	char *copy = agree_rename(m, where, from, to, &len);
	bool same = copy && len == expected->len && !memcmp(copy, expected->p, len);

	OPENSSL_free(copy);
	return same;
}

/* @m as the core knows a message, which a UE has sent with a TMPI in the headers @by: the core
 * has that again, and what it repeats in its answer the UE has as it was.
 */
static void check_names(const struct gmg_sipmsg *m, uint64_t by)
{
	static const char tmpi[] = "NdfNQvvGWK4SGbs7c17alrZHQXyhEcrW@tmpi.bsf.3gppnetwork.org";
	static struct gmg_sipmsg request;
	uint64_t where = SIPMSG_IDENTITIES, asked = by;
	char why[SIPMSG_WHY], *sent;
	size_t len;

	/* realms in another case come back in this one, and a length where there was none */
	if (has(m->p, m->len, tmpi, strlen(tmpi)) || has_other_case(m) ||
	    !sipmsg_header(m, GMG_SIP_CONTENT_LENGTH, NULL))
		return;
	sent = agree_rename(m, &by, IMPI, tmpi, &len);
	if (!sent)
		return;
	HOLDS(!(by & ~asked));
	if (sipmsg_read(&request, sent, len, why)) {
		HOLDS(is_renamed(&request, &where, tmpi, IMPI, m) && where == by);
		HOLDS(is_renamed(m, &where, IMPI, tmpi, &request));
	} else {
		/* it may have become too long */
		HOLDS(len > SIPMSG_MAX);
	}
	OPENSSL_free(sent);
}

static void check_answer(const struct gmg_sipmsg *m)
{
	struct gmg_sa sa = make_set();
	struct gmg_refusal r;
	uint32_t seconds;

	if (agree_accept(m, &sa, &seconds, &r))
		HOLDS(m->status >= 200 && m->status < 300 && !agree_reject(m, &sa, &r));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct gmg_agree_way clear = { at("10.45.0.11:5060"), at("192.0.2.10:5060") };
	const struct gmg_agree_way esp = { at("10.45.0.11:6301"), at("192.0.2.10:6100") };
	const uint8_t *nul = memchr(data, 0, size);
	size_t n = nul ? (size_t)(nul - data) : size;
	static struct gmg_sipmsg one, other;
	char *first, *second = NULL;
	uint32_t state;
	bool good;

	good = take(&one, data, n, &first);
	if (good) {
		check_copy(&one);
		check_names(&one, SIPMSG_IDENTITIES);
		check_names(&one, UINT64_C(1) << GMG_SIP_AUTHORIZATION);
		check_names(&one, SIPMSG_IDENTITIES & ~(UINT64_C(1) << GMG_SIP_TO));
		/* whatever agree_verify() says of it */
		check_forward(&one, true);
		for (state = 0; state <= GMGUARD_SA_STATE_OLD; state++) {
			check_verify(&one, &clear, state);
			check_verify(&one, &esp, state);
		}
	}
	if (nul && take(&other, nul + 1, size - n - 1, &second)) {
		check_answer(&other);
		if (good)
			check_challenge(&one, &other, &clear);
	}
	free(first);
	free(second);
	return 0;
}
