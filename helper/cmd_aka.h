/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_CMD_AKA_H
#define _GMG_CMD_AKA_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the commands about AKA share: the only ones that show keys, to who has given
 * them the keys those are made of.
 */

#define BAD_NONCE \
	"--nonce wants base64 of RAND, AUTN and perhaps more: 44 characters or more, no white space"
#define BAD_OPENSSL "OpenSSL cannot compute AES, SHAKE256 or MD5"
#define NO_HMAC "OpenSSL cannot compute HMAC-SHA-256"

/* To be called before keys are read. JSON is in memory of keys from then on, and
 * the standard output has no buffer; with @shows it must be no terminal. An exit
 * status, after a message.
 */
int aka_begin(bool shows);

/* Adds @n octets in hex to an object. False without memory, or if @doc is NULL. */
bool aka_add(json_t *doc, const char *name, const uint8_t *octet, size_t n);

/* Writes @doc as JSON, or its strings as lines "name value"; takes the reference. An
 * exit status.
 */
int aka_print(bool json, json_t *doc);

#endif /* _GMG_CMD_AKA_H */
