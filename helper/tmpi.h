/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_TMPI_H
#define _GMG_TMPI_H

#include <linux/gmguard.h>
#include <stdbool.h>
#include <stdint.h>

#include "addr.h"

struct gmg_gnl;
struct nlmsghdr;

/* Which TMPI stands for which IMPI, on its way to and from the kernel. */

/**
 * struct gmg_tmpi - the TMPI of an IMPI
 * @tmpi:     as the kernel has it in a request, printable in an answer
 * @impi:     the same; "" in a request: that of the set
 * @ue:       family 0 in a request: that of the set
 * @spi_ps:   the SA set that it ends with, 0: none
 * @lifetime: seconds; in an answer those that are left, 0: it ends with its set
 * @previous: the one before, while it may still come, from @previous_ue; or ""
 * @expired:  its time is over
 */
struct gmg_tmpi {
	char tmpi[GMGUARD_TMPI_LEN + 1];
	char impi[GMGUARD_IMPI_MAX + 1];
	struct gmg_prefix ue;
	uint32_t spi_ps;
	uint32_t lifetime;
	char previous[GMGUARD_TMPI_LEN + 1];
	struct gmg_prefix previous_ue;
	bool expired;
};

/* Which of them; all zero: every one. @ue: family 0: any; @spi_ps: 0: any */
struct gmg_tmpi_filter {
	struct gmg_prefix ue;
	uint32_t spi_ps;
};

/* Each of these returns 0 or an errno, with the details in @gnl. */

/* @tmpi->tmpi stands for the IMPI from now on. */
int tmpi_new(struct gmg_gnl *gnl, const struct gmg_tmpi *tmpi);

/* @name: a TMPI, or if it has not the form of one an IMPI; at most GMGUARD_IMPI_MAX
 * octets.
 */
int tmpi_get(struct gmg_gnl *gnl, const char *name, struct gmg_tmpi *tmpi);
int tmpi_del(struct gmg_gnl *gnl, const char *name);

/* As sa_list(). */
int tmpi_list(struct gmg_gnl *gnl, const struct gmg_tmpi_filter *filter, struct gmg_tmpi **list,
	      uint32_t *n);
int tmpi_flush(struct gmg_gnl *gnl, const struct gmg_tmpi_filter *filter);

/* Reads one out of an answer or an event. 0 or EBADMSG. */
int tmpi_parse(struct nlmsghdr *hdr, struct gmg_tmpi *tmpi);

#endif /* _GMG_TMPI_H */
