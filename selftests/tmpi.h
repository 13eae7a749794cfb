/* SPDX-License-Identifier: GPL-2.0 */
/* Requests about TMPIs. */
#ifndef _SELFTESTS_TMPI_H
#define _SELFTESTS_TMPI_H

#include "sa.h"

#define REALM "@tmpi.bsf.3gppnetwork.org"
#define ONE "NdfNQvvGWK4SGbs7c17alrZHQXyhEcrW" REALM
#define TWO "uoTraPd86W/bBuMcSWOvKOVUNnooo5rj" REALM
#define THREE "7g8A0RHDuCXlCTm8IzQ29xYou4F13lIQ" REALM
#define FOUR "q0bTraPd86W/bBuMcSWOvKOVUNnooo5r" REALM
#define ALICE "001010000000001@ims.mnc001.mcc001.3gppnetwork.org"
#define BOB "001010000000002@ims.mnc001.mcc001.3gppnetwork.org"

/* What tmpi-new is asked for; what is NULL or 0 is left out. */
struct binding {
	const char *tmpi, *impi, *ue;
	__u32 spi_ps, lifetime;
};

static inline void binding_put(struct client *c, struct msg *m, int cmd, int flags,
			       const struct binding *b)
{
	client_start(c, m, cmd, flags);
	if (b->tmpi)
		msg_string(m, GMGUARD_A_TMPI_TMPI, b->tmpi);
	if (b->impi)
		msg_string(m, GMGUARD_A_TMPI_IMPI, b->impi);
	sa_address(m, GMGUARD_A_TMPI_UE, b->ue);
	if (b->spi_ps)
		msg_u32(m, GMGUARD_A_TMPI_SPI_PS, b->spi_ps);
	if (b->lifetime)
		msg_u32(m, GMGUARD_A_TMPI_LIFETIME, b->lifetime);
}

#endif /* _SELFTESTS_TMPI_H */
