/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_HANDLE_H
#define _GMG_HANDLE_H

#include "libgmguard.h"

struct gmg_gnl;
struct gmg_offer;
struct gmg_options;
struct gmg_sockaddr;

/* What of a handle of libgmguard.h only the command uses. */

/* gmguard_new() with the options of the command, which must outlive it. */
struct gmguard *handle_new(const struct gmg_options *opt);

/* The connection that the handle keeps, made now if there is none. An exit status, after a
 * complaint unless EXIT_OK.
 */
int handle_connect(struct gmguard *g, struct gmg_gnl **gnl);

/* What SM1 offers, and what of it is taken; without the kernel, but for its policy. @offer
 * borrows the octets of SM1, and has no mechanisms if it was not read so far. If @source is not
 * NULL, SM1 came from there.
 */
const struct gmguard_result *handle_offer(struct gmguard *g, const char *sm1, size_t len,
					  const struct gmg_sockaddr *source,
					  struct gmg_offer *offer);

#endif /* _GMG_HANDLE_H */
