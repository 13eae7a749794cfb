/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_SA_H
#define _GMG_SA_H

#include <linux/gmguard.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "keyexp.h"

struct gmg_gnl;
struct nlmsghdr;

/* Sets of SAs on their way to and from the kernel. A set is the four SAs of one
 * authentication (TS 33.203 7.1); spi_ps names it.
 */

/* The four SAs of a set, each by the port and the SPI of its receiver. */
enum gmg_sa_role { SA_PS, SA_PC, SA_UC, SA_US, SA_ROLES };

/**
 * struct gmg_sa_use - what went through one SA
 * @used: @idle is known: there was a packet
 * @idle: seconds since the last one
 */
struct gmg_sa_use {
	uint64_t packets;
	uint64_t octets;
	uint32_t idle;
	bool used;
};

/**
 * struct gmg_sa - a set; SPIs and ports in host order
 * @impi:     as the kernel has it in a request, printable in an answer
 * @digest:   all zero: there is none
 * @ending:   its registration has failed or is over
 * @over:     the set that protected SM1, 0: none did
 * @lifetime: seconds that are left
 */
struct gmg_sa {
	uint32_t spi_ps, spi_pc, spi_uc, spi_us;
	struct gmg_prefix ue;
	struct gmg_prefix pcscf;
	uint16_t port_uc, port_us, port_pc, port_ps;
	uint32_t alg;		/* enum gmguard_alg */
	uint32_t ealg;		/* enum gmguard_ealg */
	char impi[GMGUARD_IMPI_MAX + 1];
	uint8_t digest[GMGUARD_DIGEST_LEN];
	bool emergency;
	bool ending;
	uint32_t over;
	uint32_t state;		/* enum gmguard_sa_state */
	uint32_t lifetime;
	struct gmg_sa_use use[SA_ROLES];
};

/**
 * struct gmg_sa_filter - which sets; all zero: every one
 * @ue:    family 0: any
 * @impi:  "": any
 * @spi:   one of the four, 0: any
 * @state: matters if @by_state
 * @idle:  at least so many seconds
 */
struct gmg_sa_filter {
	struct gmg_prefix ue;
	const char *impi;
	uint32_t spi;
	bool by_state;
	uint32_t state;
	uint32_t idle;
};

/* Each of these returns 0 or an errno, with the details in @gnl. */

/* Installs the four SAs of @sa with these keys, or nothing, and fills in spi_ps
 * and spi_pc, which the kernel chooses. Where EEXIST has an owner of what is
 * taken, gnl->cookie is its spi_ps.
 */
int sa_new(struct gmg_gnl *gnl, struct gmg_sa *sa, const struct gmg_esp_keys *esp);

/* The same; an exit status, after a complaint that begins with @what and also says whose it
 * is what @sa wants, if that is taken.
 */
int sa_install(struct gmg_gnl *gnl, const char *what, struct gmg_sa *sa,
	       const struct gmg_esp_keys *esp);

/* The registration has succeeded, or was refreshed, for @lifetime seconds. */
int sa_establish(struct gmg_gnl *gnl, uint32_t spi_ps, uint32_t lifetime);

/* The network wants the UE authenticated anew: the set, which is established, lives at most
 * @lifetime seconds and the slack of the policy (TS 33.203 6.1.4).
 */
int sa_shorten(struct gmg_gnl *gnl, uint32_t spi_ps, uint32_t lifetime);

int sa_get(struct gmg_gnl *gnl, uint32_t spi_ps, struct gmg_sa *sa);

/* The sets that @filter lets through: how many, and unless @list is NULL an
 * array to be freed. A dump that a change interrupts starts again; if each try
 * was interrupted, gnl->interrupted says that sets may be missing or twice.
 */
int sa_list(struct gmg_gnl *gnl, const struct gmg_sa_filter *filter, struct gmg_sa **list,
	    uint32_t *n);

/* At once, or with @grace when the grace time is over. */
int sa_del(struct gmg_gnl *gnl, uint32_t spi_ps, bool grace);
int sa_flush(struct gmg_gnl *gnl, const struct gmg_sa_filter *filter);

/* Reads a set out of an answer or an event. 0 or EBADMSG. */
int sa_parse(struct nlmsghdr *hdr, struct gmg_sa *sa);

#define SPI_STRLEN sizeof("0x00000000 (4294967295)")

/* Writes "0x00001001 (4097)", as ip-xfrm(8) and as SIP have it; returns @buf. */
const char *spi_format(uint32_t spi, char buf[SPI_STRLEN]);

/* The SPI of one of the four. */
uint32_t sa_spi(const struct gmg_sa *sa, enum gmg_sa_role role);

#endif /* _GMG_SA_H */
