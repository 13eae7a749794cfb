/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_AGREE_H
#define _GMG_AGREE_H

#include "sa.h"
#include "secagree.h"

/* The agreement of TS 33.203 7.2, as far as messages, a policy and sets of SAs say what to
 * do: nothing here reads files or asks the kernel. SM1 and so on are the names that TS
 * 33.203 6.1.1 has for the messages of a registration.
 */

/**
 * struct gmg_refusal - what the P-CSCF should answer, and why
 * @status: of the SIP answer, 0: none, the request is to be discarded
 * @require: it needs Require: sec-agree
 * @server: it needs Security-Server with our whole list (RFC 3329 2.3.1)
 */
struct gmg_refusal {
	uint16_t status;
	bool require;
	bool server;
	char why[256];
};

/* "Bad Request" and so on. */
const char *agree_phrase(uint16_t status);

/**
 * struct gmg_offer - what SM1 offers
 * @client:    Security-Client; borrows the octets of SM1
 * @choice:    what becomes of it by our list
 * @ends:      where the UE receives
 * @impi:      the username of its credentials
 * @emergency: a Contact has the URI parameter sos
 */
struct gmg_offer {
	struct gmg_secagree client;
	struct gmg_choice choice;
	struct gmg_ends ends;
	char impi[GMGUARD_IMPI_MAX + 1];
	bool emergency;
};

/* Reads SM1 and chooses. False after @refusal was filled in; then @offer has the list and
 * what became of it if there was one (client.n is not 0).
 */
bool agree_offer(const struct gmg_sipmsg *sm1, const struct gmg_agree *ours,
		 struct gmg_offer *offer, struct gmg_refusal *refusal);

#endif /* _GMG_AGREE_H */
