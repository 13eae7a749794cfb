/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_XFRM_STAT_H
#define _GMG_XFRM_STAT_H

#include <stdint.h>

/**
 * struct gmg_xfrm_stat - a counter of the kernel's IPsec
 * @name:    in /proc/net/xfrm_stat
 * @meaning: on a P-CSCF
 * @advice:  what an operator does about it
 */
struct gmg_xfrm_stat {
	const char *name;
	const char *meaning;
	const char *advice;
};

/* Hands each counter of the namespace to @take, which returns 0 to go on. 0, an
 * errno, or what @take returned. A counter that this version does not know has
 * "-" for a meaning.
 */
int xfrm_stat_read(int (*take)(const struct gmg_xfrm_stat *stat, uint64_t count, void *arg),
		   void *arg);

#endif /* _GMG_XFRM_STAT_H */
