/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_HEX_H
#define _GMG_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes 2 * @n lower-case digits and a zero octet, which is where it returns to. */
char *hex_format(const uint8_t *octet, size_t n, char *at);

/* Reads all of @text, which must be 2 * @n digits of any case. False, and @octet may have
 * some of them, if it is something else.
 */
bool hex_parse(const char *text, size_t len, uint8_t *octet, size_t n);

#endif /* _GMG_HEX_H */
