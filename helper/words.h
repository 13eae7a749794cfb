/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_WORDS_H
#define _GMG_WORDS_H

#include <cyaml/cyaml.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The words for the enums of the uapi header: the policy file, JSON, text and
 * messages all take them from here.
 */
#define GMG_MODES 3
#define GMG_TRUSTS 3
#define GMG_ROLES 8
#define GMG_OPEN_PROTOS 3
#define GMG_ALGS 4
#define GMG_EALGS 4
#define GMG_SA_STATES 4
#define GMG_SIP_ACTIONS 3
#define GMG_TMPI_MODES 4

extern const cyaml_strval_t mode_words[GMG_MODES];
extern const cyaml_strval_t trust_words[GMG_TRUSTS];
extern const cyaml_strval_t role_words[GMG_ROLES];
extern const cyaml_strval_t open_proto_words[GMG_OPEN_PROTOS];
extern const cyaml_strval_t alg_words[GMG_ALGS];
extern const cyaml_strval_t ealg_words[GMG_EALGS];
extern const cyaml_strval_t sa_state_words[GMG_SA_STATES];
extern const cyaml_strval_t sip_action_words[GMG_SIP_ACTIONS];
extern const cyaml_strval_t tmpi_mode_words[GMG_TMPI_MODES];

/* The word for a value; a value that this version does not know comes back as
 * its number. The answer is valid until the next four calls.
 */
const char *mode_word(uint32_t mode);
const char *hook_word(uint32_t hook);
const char *action_word(uint32_t action);
const char *proto_word(uint32_t proto);
const char *alg_word(uint32_t alg);
const char *ealg_word(uint32_t ealg);
const char *sa_state_word(uint32_t state);
const char *sa_change_word(uint32_t change);
const char *tmpi_change_word(uint32_t change);
const char *number_word(uint32_t value);

/* The value of the word @text in a table of @n; false if it is not there. */
bool word_value(const cyaml_strval_t *row, size_t n, const char *text, uint32_t *value);

#endif /* _GMG_WORDS_H */
