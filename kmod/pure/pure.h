/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_PURE_H
#define _GMG_PURE_H

/* The one seam between kmod/pure and its surroundings: the same objects are
 * built into the module and into user space programs.
 */

#ifdef __KERNEL__
#include <linux/bits.h>
#include <linux/types.h>
#include <uapi/linux/gmguard.h>
#else
#include <stdbool.h>
#include <stdint.h>
#include "../../uapi/linux/gmguard.h"

typedef uint8_t u8;
typedef uint64_t u64;
#define BIT_ULL(n) (1ULL << (n))
#endif

#endif /* _GMG_PURE_H */
