/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LIBGMGUARD_H
#define LIBGMGUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The agreement of a registration (RFC 3329, TS 33.203 7.2) for a P-CSCF: of the text of its
 * SIP messages the library makes the SAs in the kernel, and the messages that go on. SM1,
 * SM4, SM6, SM7, SM8 and SM12 are the names of TS 33.203 6.1.1.
 *
 *	REGISTER (SM1) comes	 gmguard_verify(), its message goes to the core (SM2); before that
 *				 gmguard_offer() of SM1 if it is GMGUARD_INITIAL
 *	401 (SM4) comes		 gmguard_challenge() of both, its message to the UE (SM6)
 *	REGISTER (SM7) comes	 gmguard_verify(), its message goes to the core (SM8)
 *	2xx (SM12) comes	 gmguard_accept(), or gmguard_keep(); or what else is final,
 *				 gmguard_reject(), also of a 401 to SM7
 *	an answer goes to a UE	 gmguard_conceal() before, where TMPIs are used; SM6 is as it is
 *
 * A program needs CAP_NET_ADMIN in the initial user namespace and the module gmguard. The
 * network namespace is that of the thread that makes the first call which asks the kernel.
 *
 * Numbers (SPIs, ports, seconds) are in host order. Addresses are struct sockaddr, whose
 * port is in network order as everywhere.
 *
 * Threads: a handle is used by one thread at a time, which need not always be the same;
 * handles share nothing, so that each thread may have its own. A child of fork() makes
 * its own.
 *
 * Nothing is printed, no signal is handled, and the program is never ended.
 *
 * Secrets: SM4 has CK and IK. The buffer that it is in belongs to whoever calls, who wipes
 * it. The library's own copies of keys are in OPENSSL_secure_malloc() memory, which is locked
 * and in no core file if the program has called CRYPTO_secure_malloc_init(), and are wiped
 * before a call returns; what else of the process a core file has is the program's to see to
 * (prctl(2) PR_SET_DUMPABLE).
 */

/* Whether a call did what it is for; these are also the exit statuses of gmguard(8). */
enum gmguard_code {
	GMGUARD_OK = 0,
	GMGUARD_INPUT = 1,		/* an argument, or the policy, is not right */
	GMGUARD_KERNEL = 2,		/* the kernel refused, or something else is out of order */
	GMGUARD_NOT_FOUND = 3,		/* no such set, no policy runs */
	GMGUARD_CONFLICT = 4,		/* a port or SPI is another's */
	GMGUARD_NO_MODULE = 5,
	GMGUARD_PERMISSION = 6,
	/* The message is refused, and the answer is ... */
	GMGUARD_REFUSED_4XX = 8,	/* one of 4xx that is none of the next two */
	GMGUARD_REFUSED_421 = 9,
	GMGUARD_REFUSED_494 = 10,
	GMGUARD_REFUSED_500 = 11,
	GMGUARD_DISCARD = 12,		/* none */
};

enum {
	GMGUARD_MESSAGE_MAX = 16384,	/* octets of a SIP message that a call reads */
};

/* What a call has found or done. */
enum gmguard_outcome {
	GMGUARD_NOTHING,
	GMGUARD_INSTALLED,		/* a temporary set */
	GMGUARD_INITIAL,		/* not under a set that is authenticated, no answer to it */
	GMGUARD_REFRESH,		/* under the set of the latest authentication */
	GMGUARD_RESPONSE,		/* SM7: to the challenge that its set is of */
	GMGUARD_NETWORK_FAILURE,	/* the UE refuses AUTN (TS 33.203 6.1.2.2) */
	GMGUARD_SYNC_FAILURE,		/* it wants another SQN: AUTS (TS 33.203 6.1.3) */
	GMGUARD_ESTABLISHED,		/* until @expires has passed */
	GMGUARD_DEREGISTERED,		/* the set goes when its grace time is over */
	GMGUARD_REJECTED,		/* so does this temporary one */
	GMGUARD_KEPT,			/* it is as it was */
	GMGUARD_CONCEALED,		/* a TMPI stands in the place of the IMPI, where it did */
};

/**
 * struct gmguard_result - what became of a call
 *
 * Belongs to the handle, as all it points to does: it is as it is until the next call with
 * that handle. Later versions may add members to its end.
 *
 * @code:    enum gmguard_code
 * @why:     lines that each end in '\n': why not; or, if @code is 0, warnings or ""
 * @status:  if @code is not 0: the SIP answer that fits, 0: discard the message, or it was
 *           no call about one
 * @phrase:  the reason phrase of that, or ""
 * @headers: lines that each end in CRLF: what that answer needs besides (RFC 3329 2.3.1), or ""
 * @outcome: enum gmguard_outcome
 * @message: what is to be sent on, @len octets and a NUL; NULL: there is none
 * @spi_ps:  names the set that it is about, 0: none
 * @deleted: spi_ps of the temporary set that has failed with the message and is deleted, also
 *           if @code is not 0; 0: none
 *
 * Of gmguard_challenge():
 * @spi_pc:  with @spi_ps our SPIs; the kernel has chosen both, 256 to 2^32 - 1
 * @port_ps: our protected server port, 1 to 65535
 * @port_pc: our protected client port
 * @alg:     a word of TS 33.203 Annex H, static; so is @ealg
 * @over:    spi_ps of the set that SM1 came under, 0: none
 *
 * Of gmguard_verify():
 * @integrity_protected: what it says in @message: yes or no (TS 33.203 6.1.5)
 *
 * Of gmguard_accept() and gmguard_keep():
 * @expires: seconds, 0: it is registered no longer, or not by this answer
 *
 * @tmpi: of gmguard_verify() and gmguard_conceal(), which of the UE's the REGISTER came by; of
 *           gmguard_challenge(), which stands for it once the set is established; "": none
 */
struct gmguard_result {
	int code;
	const char *why;
	uint16_t status;
	const char *phrase;
	const char *headers;
	int outcome;
	const char *message;
	size_t len;
	uint32_t spi_ps;
	uint32_t deleted;
	uint32_t spi_pc;
	uint16_t port_ps;
	uint16_t port_pc;
	const char *alg;
	const char *ealg;
	uint32_t over;
	bool integrity_protected;
	uint32_t expires;
	const char *tmpi;
};

/**
 * struct gmguard_register - a REGISTER as it has arrived
 * @message: its octets, at most GMGUARD_MESSAGE_MAX; they need no NUL. It may be @message of
 *           the last result
 * @source:  where its packet came from, after IPsec: AF_INET or AF_INET6, also with an IPv4
 *           address in it (::ffff:192.0.2.1), and the port
 * @local:   address and port of this host where it arrived
 *
 * All of it is only read.
 */
struct gmguard_register {
	const char *message;
	size_t len;
	const struct sockaddr *source;
	const struct sockaddr *local;
};

/* A handle: a policy and one connection to the kernel, which is made once it is needed and
 * kept. NULL without memory.
 */
struct gmguard *gmguard_new(void);

/* Wipes and frees it and all its results. @g may be NULL. The sets stay in the kernel. */
void gmguard_free(struct gmguard *g);

/* Reads the policy of the file @path, gmguard-policy(5), or if that is NULL the one that runs
 * in the kernel, to be used from now on; if it cannot, the handle keeps the one it had. A call
 * that needs a policy and has none reads the running one. What runs may change later: then
 * call this again.
 */
const struct gmguard_result *gmguard_policy(struct gmguard *g, const char *path);

/* TS 33.203 7.2, TS 24.229 5.2.2.2: could SM1 be challenged, by its Security-Client, the policy
 * and where it came from? What could not need not be asked of the core. Nothing is made or
 * kept. A TMPI is as good as an IMPI here.
 */
const struct gmguard_result *gmguard_offer(struct gmguard *g, const struct gmguard_register *sm1);

/* TS 33.203 7.2 and 6.1.1: holds SM4, the 401 of @len octets (at most GMGUARD_MESSAGE_MAX),
 * against SM1, chooses algorithms, installs the temporary set of SAs and makes SM6: SM4
 * without ik and ck and with Security-Server, each other octet as it was up to the end of its
 * body. What the library makes has a Content-Length, also where there is no body. All of that, or nothing. If the policy has a profile for TMPIs and a mode but off, the
 * TMPI of this AKA run is said to the kernel, to stand for the UE once the set is established;
 * a reason why not is a warning, as the UE can then go on by its IMPI. An emergency registration
 * makes none. A UE that came by a TMPI gets that as from gmguard_conceal().
 */
const struct gmguard_result *gmguard_challenge(struct gmguard *g,
					       const struct gmguard_register *sm1,
					       const char *sm4, size_t len);

/* TS 33.203 6.1.5, 7.1 and 7.2: holds a REGISTER against the sets of its source and makes what
 * goes on to the core (SM2, SM8): without Security-Client, Security-Verify, sec-agree and what
 * the UE says of integrity-protected, and with ours. A temporary set that fails with it is
 * deleted (6.1.2, 6.1.3): when the grace time is over if the answer goes by it, else at once.
 * What came to a protected port under no set is refused; ports are those of the policy, or if
 * none runs of the sets. In the place of a TMPI the core gets the IMPI that it stands for at
 * this UE; one that stands for none is refused. The response to a challenge stays as it is, and
 * is good only if the UE has computed it over the IMPI.
 */
const struct gmguard_result *gmguard_verify(struct gmguard *g, const struct gmguard_register *sm7);

/* TS 33.203 7.4: SM12, the 2xx to the REGISTER under the set @spi_ps, establishes that for as
 * long as it says that the UE is registered, or ends it if it no longer is, with all sets of its
 * contact: not for a deregistration of one identity of several, see gmguard_keep().
 */
const struct gmguard_result *gmguard_accept(struct gmguard *g, uint32_t spi_ps, const char *sm12,
					    size_t len);

/* The same, if other identities of the user stay registered with this UE, which only whoever
 * keeps the registrations knows (TS 33.203 7.4.2a, TS 24.229 5.2.5): as gmguard_accept() as long
 * as it says that the UE is registered. If it does not, nothing ends: @outcome is GMGUARD_KEPT,
 * or GMGUARD_ESTABLISHED with @expires 0 for a temporary set, which then has the time that the
 * sets before it have left.
 */
const struct gmguard_result *gmguard_keep(struct gmguard *g, uint32_t spi_ps, const char *sm12,
					  size_t len);

/* TS 33.203 6.1.1: a final answer that is no success to the REGISTER under the set @spi_ps. A
 * temporary set ends when its grace time is over, in which the answer leaves by it; others
 * stay. A 401 to SM7 says that the response was wrong: it is no answer for the UE, as it has
 * keys, and the UE none of the sets that they would make. That gets a 403 and begins anew; so
 * says gmguard_challenge(), too. A 401 to a REGISTER under an established set is a challenge
 * like that in clear, and refused here.
 */
const struct gmguard_result *gmguard_reject(struct gmguard *g, uint32_t spi_ps, const char *answer,
					    size_t len);

/* The answer to a REGISTER as the UE is to have it: where that, as the UE has sent it, had the
 * TMPI that it came by, in From, To or Contact, with this in the place of @impi, which
 * gmguard_verify() has put there. So the UE has its own words back (RFC 3261 8.2.6.2), and an
 * IMPI that is a public identity, too, is one where the UE or the core means that: nothing else
 * is changed. GMGUARD_NOTHING if it came by no TMPI. The kernel is not asked.
 */
const struct gmguard_result *gmguard_conceal(struct gmguard *g, const char *request,
					     size_t request_len, const char *impi,
					     const char *answer, size_t len);

/* Deletes the set @spi_ps at once: SM6 could not be sent. */
const struct gmguard_result *gmguard_drop(struct gmguard *g, uint32_t spi_ps);

#ifdef __cplusplus
}
#endif

#endif /* LIBGMGUARD_H */
