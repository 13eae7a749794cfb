/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_HEX_H
#define _GMG_HEX_H

#include <stddef.h>
#include <stdint.h>

/* Writes 2 * @n lower-case digits and a zero octet, which is where it returns to. */
char *hex_format(const uint8_t *octet, size_t n, char *at);

#endif /* _GMG_HEX_H */
