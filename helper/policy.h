/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_POLICY_H
#define _GMG_POLICY_H

#include <stdint.h>

#include "config.h"
#include "gnl.h"

/* A policy on its way from a file, and to and from the kernel. */

/* Reads the file @path, where "-" is the standard input, into @cfg, to be freed. An exit
 * status, after a message and with nothing to free if it is not EXIT_OK.
 */
int policy_load(const char *path, struct gmg_config *cfg);

/* Makes @cfg the policy of the namespace, or changes nothing. An exit status,
 * after a message if it is not EXIT_OK.
 */
int policy_send(struct gmg_gnl *gnl, const struct gmg_config *cfg);

/* Reads the running policy into @cfg, to be freed, and its number; 0 and an
 * empty @cfg if there is none. An exit status, with nothing in @cfg to free
 * unless it is EXIT_OK.
 */
int policy_fetch(struct gmg_gnl *gnl, struct gmg_config *cfg, uint32_t *generation);

#endif /* _GMG_POLICY_H */
