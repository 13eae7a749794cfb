/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_BASE64_H
#define _GMG_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Characters of the base64 of n octets, with the zero octet at the end. */
#define GMG_BASE64_SIZE(n) (((n) + 2) / 3 * 4 + 1)

/* Writes GMG_BASE64_SIZE(@n) characters, RFC 4648 clause 4. */
void gmg_base64_encode(const uint8_t *octets, size_t n, char *text);

/* Reads all of @text, @len characters, and has no mercy with padding or white space.
 * False if it is no base64 or of more than @max octets, and there is no result.
 */
bool gmg_base64_decode(const char *text, size_t len, uint8_t *octets, size_t max, size_t *n);

#endif /* _GMG_BASE64_H */
