/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_NEED_H
#define _GMG_NEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config.h"
#include "host.h"

/**
 * struct gmg_need - a part of the kernel that SAs need
 * @alias:  of its module
 * @crypto: its name where it is registered, NULL: it is not registered there
 * @family: AF_INET, AF_INET6 or 0: either
 * @algs:   which algorithms need it, bits of enum gmguard_alg
 * @ealgs:  which ciphers do, bits of enum gmguard_ealg
 */
struct gmg_need {
	const char *alias, *crypto, *what;
	uint8_t family;
	unsigned int algs, ealgs;
};

/* The needs by number from 0; NULL after the last. */
const struct gmg_need *need_get(size_t i);

/* Do the endpoints or algorithms of @cfg need it? */
bool need_applies(const struct gmg_need *need, const struct gmg_config *cfg);

/* Does this host have it? */
enum host_answer need_met(const struct gmg_need *need);

#endif /* _GMG_NEED_H */
