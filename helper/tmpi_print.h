/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_TMPI_PRINT_H
#define _GMG_TMPI_PRINT_H

#include <jansson.h>

#include "tmpi.h"

/* NULL without memory. */
json_t *tmpi_json(const struct gmg_tmpi *tmpi);

#endif /* _GMG_TMPI_PRINT_H */
