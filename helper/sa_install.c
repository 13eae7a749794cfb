// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>

#include "complain.h"
#include "gnl.h"
#include "sa.h"

/* Whose the port or SPI is that the refused @sa wants. */
static void tell_owner(struct gmg_gnl *gnl)
{
	char spi[SPI_STRLEN], ue[GMG_PREFIX_STRLEN];
	uint32_t owner = gnl->cookie;
	struct gmg_sa sa;

	if (sa_get(gnl, owner, &sa))
		complain("it belongs to set %s", spi_format(owner, spi));
	else
		complain("it belongs to set %s of ue %s, impi %s", spi_format(owner, spi),
			 addr_format(&sa.ue, ue), sa.impi);
}

int sa_install(struct gmg_gnl *gnl, const char *what, struct gmg_sa *sa,
	       const struct gmg_esp_keys *esp)
{
	char ue[GMG_PREFIX_STRLEN], text[96];
	int ret;

	if (!sa_new(gnl, sa, esp))
		return EXIT_OK;
	snprintf(text, sizeof(text), "%s ue %s", what, addr_format(&sa->ue, ue));
	ret = gnl_complain(gnl, text, NULL);
	if (gnl->error == EEXIST && gnl->cookie)
		tell_owner(gnl);
	return ret;
}
