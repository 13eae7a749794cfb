/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_CMD_SA_H
#define _GMG_CMD_SA_H

#include <jansson.h>

#include "cmd.h"

/* What the commands about sets of SAs share. */

/* One of them, on a connection that somebody else closes. An exit status. */
typedef int (*sa_verb)(struct gmg_gnl *gnl, const struct gmg_options *opt, const void *arg);

/* Runs @verb on the connection of the batch, or on one of its own. */
int sa_command(sa_verb verb, const char *what, const struct gmg_options *opt, const void *arg);

/* Reads the SPI that names a set. False after a message. */
bool sa_word(const char *text, uint32_t *spi);

/* Writes @doc, in a batch on one line; takes the reference. An exit status. */
int sa_answer(const struct gmg_options *opt, json_t *doc);

#endif /* _GMG_CMD_SA_H */
