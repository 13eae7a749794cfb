/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_EXPLAIN_SA_H
#define _GMG_EXPLAIN_SA_H

#include "cmd.h"

/* Tell which SA an SPI or a packet belongs to, and which rules judge it. An exit
 * status; EXIT_NOT_FOUND, after all that could be told, if it belongs to none.
 */
int explain_spi(const struct gmg_options *opt, uint32_t spi);

/* @words: PROTO SRC SPORT DST DPORT */
int explain_flow(const struct gmg_options *opt, char **words);

#endif /* _GMG_EXPLAIN_SA_H */
