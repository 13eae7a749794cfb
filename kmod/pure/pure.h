/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_PURE_H
#define _GMG_PURE_H

/* The one seam between kmod/pure and its surroundings: the same objects are
 * built into the module and into user space programs.
 */

#ifdef __KERNEL__
#include <asm/byteorder.h>
#include <linux/bitops.h>
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/types.h>
#include <uapi/linux/gmguard.h>
#else
#include <assert.h>
#include <endian.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include "../../uapi/linux/gmguard.h"

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
#define BIT(n) (1UL << (n))
#define BIT_ULL(n) (1ULL << (n))
#define le64_to_cpu(x) le64toh(x)
#define cpu_to_le64(x) htole64(x)
#define __ffs64(x) ((unsigned long)__builtin_ctzll(x))
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define fallthrough __attribute__((__fallthrough__))
#endif

/* Eight octets at any address as a number whose lowest octet is the first. */
static __always_inline u64 gmg_octets_get(const u8 *p)
{
	__le64 x;

	memcpy(&x, p, sizeof(x));
	return le64_to_cpu(x);
}

static __always_inline void gmg_octets_put(u8 *p, u64 octets)
{
	__le64 x = cpu_to_le64(octets);

	memcpy(p, &x, sizeof(x));
}

#endif /* _GMG_PURE_H */
