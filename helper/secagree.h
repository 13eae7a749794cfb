/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_SECAGREE_H
#define _GMG_SECAGREE_H

#include "config.h"
#include "sipmsg.h"

/* Security-Client, Security-Server and Security-Verify (RFC 3329, TS 33.203 Annex H): what
 * they say, which of it we take, and whether two of them say the same.
 */

enum {
	SECAGREE_MECHANISMS = 48,	/* in one message */
	SECAGREE_PARAMS = 16,		/* of one mechanism */
	SECAGREE_TEXT = 2048,		/* room for a Security-Server of ours, NUL included */
	SECAGREE_HASH = 12,		/* octets */
	SECAGREE_SHA256 = 32,
};

/**
 * struct gmg_ends - where one side receives; host order, 0: the mechanism does not say
 * @spi_c:  SPI of the inbound SA at its protected client port
 * @spi_s:  at its protected server port
 * @port_c: its protected client port
 */
struct gmg_ends {
	uint32_t spi_c;
	uint32_t spi_s;
	uint16_t port_c;
	uint16_t port_s;
};

/* An algorithm that is not there, or that this version does not know. */
enum { SECAGREE_ABSENT = UINT32_MAX, SECAGREE_UNKNOWN = UINT32_MAX - 1 };

/* The parameters of ipsec-3gpp (TS 33.203 Annex H). */
enum secagree_param {
	SECAGREE_ALG,
	SECAGREE_EALG,
	SECAGREE_PROT,
	SECAGREE_MOD,
	SECAGREE_Q,
	SECAGREE_SPI_C,
	SECAGREE_SPI_S,
	SECAGREE_PORT_C,
	SECAGREE_PORT_S,
	SECAGREE_OTHER
};

/**
 * struct gmg_mechanism - one mechanism of a list
 * @ipsec:    it is ipsec-3gpp; the members up to @ends are of no other
 * @alg:      enum gmguard_alg, or one of those above
 * @ealg:     enum gmguard_ealg, or SECAGREE_UNKNOWN; null if it is absent
 * @prot_esp: prot is esp, or absent
 * @mod:      "trans" if it is absent
 * @q:        in thousandths, -1: absent
 * @name:     of the mechanism, as it was written; so are the parameters
 * @known:    1 << enum secagree_param of those that it has
 * @id:       of a parameter: enum secagree_param, of no ipsec-3gpp always SECAGREE_OTHER
 */
struct gmg_mechanism {
	bool ipsec;
	uint32_t alg;
	uint32_t ealg;
	bool prot_esp;
	struct gmg_text mod;
	int16_t q;
	struct gmg_ends ends;
	struct gmg_text name;
	uint32_t known;
	uint32_t n_params;
	struct {
		struct gmg_text name;
		struct gmg_text value;
		enum secagree_param id;
	} param[SECAGREE_PARAMS];
};

/* The mechanisms of all headers of one name in a message, in order; borrows its octets. */
struct gmg_secagree {
	uint32_t n;
	struct gmg_mechanism mechanism[SECAGREE_MECHANISMS];
};

/* Adds the mechanisms of one header. A number that is none, a repeated parameter or a bad
 * character spoils all: false, and @why (SIPMSG_WHY octets) says what is wrong and what
 * would be right. SPIs have 1 to 10 decimal digits, 1 to 2^32-1, ports are neither 5060
 * nor 5061, and those of the server end are others than those of the client end.
 */
bool secagree_parse(struct gmg_text value, struct gmg_secagree *a, char *why);

/* The same of all headers @id of @m; no mechanisms if there are none. */
bool secagree_read(const struct gmg_sipmsg *m, uint8_t id, struct gmg_secagree *a, char *why);

/* The first ends in the list; false if none has all four, or another ipsec-3gpp differs
 * (TS 33.203 7.2: one pair of SPIs and of ports).
 */
bool secagree_ends(const struct gmg_secagree *a, struct gmg_ends *ends);

/**
 * struct gmg_choice - what becomes of an offer
 * @taken: the mechanism of the UE's, -1: none
 * @pair:  and ours that it is
 * @why:   of each mechanism, why it is taken or refused: a sentence
 */
struct gmg_choice {
	int taken;
	struct gmg_algorithm pair;
	const char *why[SECAGREE_MECHANISMS];
};

/* Takes the first pair of our list that the UE has offered, whatever its order or q. */
void secagree_choose(const struct gmg_secagree *offer, const struct gmg_agree *ours,
		     struct gmg_choice *choice);

/* Writes the value of Security-Server: our whole list, first what we like most, each with
 * a q of its own (RFC 3329 2.2), without SPIs and ports if @ends is NULL. Returns @text.
 */
const char *secagree_server(const struct gmg_agree *ours, const struct gmg_ends *ends,
			    char text[SECAGREE_TEXT]);

/* A hash of what the list says: order counts, but not case, white space, leading zeros,
 * the order of parameters, or whether a default is spelled out. @ends: of SPIs and ports,
 * too. The first SECAGREE_HASH octets of SHA-256. False if OpenSSL fails.
 */
bool secagree_hash(const struct gmg_secagree *a, bool ends, uint8_t hash[SECAGREE_HASH]);

/* SHA-256 of octets. False if OpenSSL fails. */
bool secagree_sha256(const void *octets, size_t n, uint8_t hash[SECAGREE_SHA256]);

#endif /* _GMG_SECAGREE_H */
