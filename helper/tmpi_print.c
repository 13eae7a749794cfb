// SPDX-License-Identifier: GPL-2.0
#include "tmpi_print.h"

json_t *tmpi_json(const struct gmg_tmpi *t)
{
	char ue[GMG_PREFIX_STRLEN], previous_ue[GMG_PREFIX_STRLEN];

	return json_pack("{s:s,s:s,s:s,s:o,s:o,s:o,s:o,s:b}", "tmpi", t->tmpi, "impi", t->impi,
			 "ue", addr_format(&t->ue, ue),
			 "spi-ps", t->spi_ps ? json_integer(t->spi_ps) : json_null(),
			 "left", t->lifetime ? json_integer(t->lifetime) : json_null(),
			 "previous", *t->previous ? json_string(t->previous) : json_null(),
			 "previous-ue", *t->previous ?
				json_string(addr_format(&t->previous_ue, previous_ue)) : json_null(),
			 "expired", t->expired);
}
