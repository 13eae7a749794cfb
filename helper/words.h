/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_WORDS_H
#define _GMG_WORDS_H

#include <cyaml/cyaml.h>
#include <stddef.h>
#include <stdint.h>

/* The words for the enums of the uapi header: the policy file, JSON, text and
 * messages all take them from here.
 */
#define GMG_MODES 3
#define GMG_TRUSTS 3
#define GMG_ROLES 8
#define GMG_OPEN_PROTOS 3

extern const cyaml_strval_t mode_words[GMG_MODES];
extern const cyaml_strval_t trust_words[GMG_TRUSTS];
extern const cyaml_strval_t role_words[GMG_ROLES];
extern const cyaml_strval_t open_proto_words[GMG_OPEN_PROTOS];

/* The word for a value; a value that this version does not know comes back as
 * its number. The answer is valid until the next four calls.
 */
const char *mode_word(uint32_t mode);
const char *hook_word(uint32_t hook);
const char *action_word(uint32_t action);
const char *proto_word(uint32_t proto);
const char *number_word(uint32_t value);

#endif /* _GMG_WORDS_H */
