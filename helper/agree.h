/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_AGREE_H
#define _GMG_AGREE_H

#include "sa.h"
#include "secagree.h"

struct gmg_tmpi;

/* The agreement of TS 33.203 7.2, as far as messages, a policy and sets of SAs say what to
 * do: nothing here reads files or asks the kernel. SM1 and so on are the names that TS
 * 33.203 6.1.1 has for the messages of a registration.
 */

/* The answers that refuse a message. */
enum {
	AGREE_DISCARD,		/* there is none */
	AGREE_BAD_REQUEST = 400,
	AGREE_FORBIDDEN = 403,
	AGREE_EXTENSION = 421,
	AGREE_AGREEMENT = 494,
	AGREE_SERVER_ERROR = 500,
};

/**
 * struct gmg_refusal - what the P-CSCF should answer, and why
 * @status: of the SIP answer, one of those above
 * @require: it needs Require: sec-agree
 * @server: it needs Security-Server with our whole list (RFC 3329 2.3.1)
 */
struct gmg_refusal {
	uint16_t status;
	bool require;
	bool server;
	char why[256];
};

/* Fills in @r; returns false. */
bool agree_refuse(struct gmg_refusal *r, uint16_t status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* "Bad Request" and so on. */
const char *agree_phrase(uint16_t status);

/* Where a message came from, and where on this host it arrived. */
struct gmg_agree_way {
	struct gmg_sockaddr source;
	struct gmg_sockaddr local;
};

/* Did it come under this set, by its addresses and one of its pairs of ports? */
bool agree_under(const struct gmg_agree_way *way, const struct gmg_sa *set);

/* Is it one of these @n? */
bool agree_has_port(const uint16_t *ports, uint32_t n, uint16_t port);

/* The endpoint of the policy that it came to, and at a port that is protected or not. NULL
 * after @r was filled in, if there is none, or that has no such port.
 */
const struct gmg_endpoint *agree_endpoint(const struct gmg_config *cfg,
					  const struct gmg_agree_way *way, bool *protected,
					  struct gmg_refusal *r);

/* The topmost Via has the address of the packet's source, another, or a name. */
enum agree_via { AGREE_VIA_SAME, AGREE_VIA_OTHER, AGREE_VIA_NAME };

enum agree_via agree_via(const struct gmg_sipmsg *m, const struct gmg_prefix *source);

/* Are all credentials and challenges such that no stack reads them otherwise? Of @known, which
 * may be NULL, that is known. False after @r was filled in, with @status.
 */
bool agree_auth_plain(const struct gmg_sipmsg *m, const struct gmg_sip_event *known,
		      uint16_t status, struct gmg_refusal *r);

/**
 * struct gmg_credentials - what the one Authorization of a REGISTER of IMS AKA says
 * @impi:     the username, of printable ASCII
 * @nonce:    "" if it is absent; borrows the octets of the REGISTER
 * @empty:    there is no response, or one of no octets
 * @auts:     there is one
 * @repeated: nonce or response are there more than once
 */
struct gmg_credentials {
	char impi[GMGUARD_IMPI_MAX + 1];
	struct gmg_text nonce;
	bool empty;
	bool auts;
	bool repeated;
};

/* False after @r was filled in. */
bool agree_credentials(const struct gmg_sipmsg *m, struct gmg_credentials *c,
		       struct gmg_refusal *r);

/* The same private identity: the case of its realm does not count (TS 23.003 13.3). Whoever
 * hashes it, as the response to a challenge does, has it as the UE spells it.
 */
bool agree_same(const char *a, const char *b);

/* The URI of one contact, without its angle brackets. */
struct gmg_text agree_uri(struct gmg_text contact);

/* Where the host of a SIP URI begins, RFC 3261 19.1.1; not there if it is another URI. */
struct gmg_text agree_host(struct gmg_text uri);

/* Has a SIP URI the parameter sos, by RFC 3261 19.1.1? */
bool agree_sos(struct gmg_text uri);

/* Is a REGISTER for emergencies: has a Contact the URI parameter sos (TS 24.229 5.1.6.2)?
 * False after @r was filled in, if stacks may part in that.
 */
bool agree_emergency(const struct gmg_sipmsg *m, bool *emergency, struct gmg_refusal *r);

/**
 * struct gmg_offer - what SM1 offers
 * @client:    Security-Client; borrows the octets of SM1
 * @choice:    what becomes of it by our list
 * @ends:      where the UE receives
 * @impi:      that of the credentials, borrowed
 * @emergency: it is for emergencies
 */
struct gmg_offer {
	struct gmg_secagree client;
	struct gmg_choice choice;
	struct gmg_ends ends;
	const char *impi;
	bool emergency;
};

/* Reads SM1, which has the credentials @who, and chooses. False after @refusal was filled in; then @offer has the list and
 * what became of it if there was one (client.n is not 0).
 */
bool agree_offer(const struct gmg_sipmsg *sm1, const struct gmg_credentials *who,
		 const struct gmg_agree *ours, struct gmg_offer *offer,
		 struct gmg_refusal *refusal);

/* TS 33.203 7.1 rule 2 and M.7.2: SAs go by the addresses of packets, so that SM1, which offers
 * @client, must say where it came from. False after @r was filled in.
 */
bool agree_from(const struct gmg_sipmsg *sm1, const struct gmg_prefix *source,
		const struct gmg_secagree *client, struct gmg_refusal *r);

/* What the kernel keeps with a set, so that the first protected REGISTER can be held
 * against SM1 and SM6 by who has seen neither: 8 octets of a hash of the nonce, which names
 * the challenge; SECAGREE_HASH octets of one of Security-Client; as many of one of the
 * Security-Server that was sent, without its SPIs and ports. These the kernel has only
 * chosen once it has the digest, and keeps anyway. Three hashes and not one, so that it can
 * be said what was changed; an attacker who changes a list has to find another one with
 * the same 96 bits.
 */
enum agree_part { AGREE_CHALLENGE, AGREE_CLIENT, AGREE_SERVER };

/* Each fills in its part of @digest. False if OpenSSL fails, or our list cannot be read. */
bool agree_digest_nonce(struct gmg_text nonce, uint8_t digest[GMGUARD_DIGEST_LEN]);
bool agree_digest_client(const struct gmg_secagree *client, uint8_t digest[GMGUARD_DIGEST_LEN]);
bool agree_digest_server(const struct gmg_secagree *server, uint8_t digest[GMGUARD_DIGEST_LEN]);

/* The last of them, of the list that we send by @ours. */
bool agree_digest_ours(const struct gmg_agree *ours, uint8_t digest[GMGUARD_DIGEST_LEN]);

/* Is the part the same in both? */
bool agree_digest_same(enum agree_part part, const uint8_t a[GMGUARD_DIGEST_LEN],
		       const uint8_t b[GMGUARD_DIGEST_LEN]);

/* Holds SM4 against SM1, which has the credentials @who, and chooses: fills in of @sa all but
 * port_ps, port_pc, over and what the kernel says, and @keys, which whoever calls wipes. False
 * after @r was filled in.
 */
bool agree_challenge(const struct gmg_sipmsg *sm1, const struct gmg_credentials *who,
		     const struct gmg_sipmsg *sm4, const struct gmg_agree_way *way,
		     const struct gmg_agree *ours, struct gmg_sa *sa,
		     struct gmg_aka_keys *keys, struct gmg_refusal *r);

/* Which set protected SM1, if any, and which of our ports the new one has, by the policy
 * and all @n sets of this UE address: fills in over, port_ps and port_pc.
 */
bool agree_place(const struct gmg_config *cfg, const struct gmg_sa *sets, uint32_t n,
		 const struct gmg_agree_way *way, struct gmg_sa *sa, struct gmg_refusal *r);

/* Has an answer no key where a stack would look for one? False after @r was filled in. */
bool agree_keyless(const struct gmg_sipmsg *answer, struct gmg_refusal *r);

/* SM4 without keys and Security-Server, read: bare->p is to be freed by OPENSSL_free().
 * False after @r was filled in, if it would still have a key anywhere; then that is NULL.
 */
bool agree_bare(const struct gmg_sipmsg *sm4, struct gmg_sipmsg *bare, struct gmg_refusal *r);

/* SM6: that with our Security-Server, and with @tmpi in the place of the IMPI where SM1 had it,
 * which @where says as for agree_rename(); to be freed by OPENSSL_free(). NULL without memory.
 */
char *agree_sm6(const struct gmg_sipmsg *bare, const struct gmg_sa *sa,
		const struct gmg_agree *ours, uint64_t where, const char *tmpi, size_t *len);

/* What a REGISTER is to the agreement. */
enum agree_kind {
	AGREE_INITIAL,		/* not under a set that was authenticated, no answer to it */
	AGREE_REFRESH,		/* under the set of the latest authentication */
	AGREE_RESPONSE,		/* SM7: to the challenge that its set is of */
	AGREE_NETWORK_FAILURE,	/* the UE does not accept AUTN (TS 33.203 6.1.2.2) */
	AGREE_SYNC_FAILURE,	/* it wants another SQN: AUTS (6.1.3) */
	AGREE_KINDS
};

/**
 * struct gmg_verified - what a REGISTER is found to be; sets are of the list
 * @set:       that it came under, NULL: none
 * @over:      temporary set that has failed with it, to be deleted, also if it is refused
 * @protected: what integrity-protected has to say (TS 33.203 6.1.5)
 */
struct gmg_verified {
	enum agree_kind kind;
	const struct gmg_sa *set;
	const struct gmg_sa *over;
	bool protected;
};

/* Holds a REGISTER, which has the credentials @who, against the @n sets of its source's
 * address. False after @r was filled in; then, too, @v says which set it came under, and which
 * is over. Without a policy (@cfg is NULL) only the ports of these sets are known to be
 * protected.
 */
bool agree_verify(const struct gmg_config *cfg, const struct gmg_sipmsg *m,
		  const struct gmg_credentials *who, const struct gmg_agree_way *way,
		  const struct gmg_sa *sets, uint32_t n, struct gmg_verified *v,
		  struct gmg_refusal *r);

/* The REGISTER as it goes to the core (SM2, SM8): without the UE's integrity-protected,
 * Security-* and sec-agree in Require and Proxy-Require, and with our integrity-protected;
 * to be freed by OPENSSL_clear_free(). NULL after @r was filled in.
 */
char *agree_forward(const struct gmg_sipmsg *m, bool protected, size_t *len,
		    struct gmg_refusal *r);

/* How long the final answer to a REGISTER under @sa lets the UE be registered, in seconds;
 * 0: no longer. False after @r was filled in, if it is no success or does not say.
 */
bool agree_accept(const struct gmg_sipmsg *answer, const struct gmg_sa *sa, uint32_t *seconds,
		  struct gmg_refusal *r);

/* Is it a failure of the REGISTER under @sa? False after @r was filled in. */
bool agree_reject(const struct gmg_sipmsg *answer, const struct gmg_sa *sa,
		  struct gmg_refusal *r);

/* Has the name the form of a TMPI? */
bool agree_is_tmpi(const char *name);

/* Does what has this form, whatever of it is escaped, stand anywhere that %SIPMSG_IDENTITIES
 * says?
 */
bool agree_has_tmpi(const struct gmg_sipmsg *m);

/* Does @tmpi stand for the IMPI of @t, by what the kernel says, at this UE? */
bool agree_tmpi_stands(const struct gmg_tmpi *t, const char *tmpi, const struct gmg_prefix *ue);

/* The TMPI that follows of SM4, which agree_challenge() has taken, by an operator's profile.
 * False if it has not both keys, or OpenSSL fails.
 */
bool agree_tmpi_make(const struct gmg_sipmsg *sm4, const struct gmg_aka_keys *keys,
		     const struct gmg_tmpi_profile *profile, const char *impi,
		     char tmpi[GMGUARD_TMPI_LEN + 1]);

/* Are they a request and an answer to it? False after @r was filled in. */
bool agree_answers(const struct gmg_sipmsg *request, const struct gmg_sipmsg *answer,
		   struct gmg_refusal *r);

/* The message with @to in the place of each private identity that is @from, to be freed by
 * OPENSSL_free(). NULL without memory, or if there are too many. @where says in which of
 * %SIPMSG_IDENTITIES, and then in which there was one. With what a request was renamed by and
 * where, the other way, its answer is as if nobody had renamed that.
 */
char *agree_rename(const struct gmg_sipmsg *m, uint64_t *where, const char *from, const char *to,
		   size_t *len);

#endif /* _GMG_AGREE_H */
