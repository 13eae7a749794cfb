/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_CMD_AGREE_H
#define _GMG_CMD_AGREE_H

#include <jansson.h>

#include "agree.h"
#include "options.h"

/* What the commands about an agreement share. */

/**
 * struct agree_message - a message of a file
 * @octets: from malloc(), or in memory of secret.h if it has @keys
 */
struct agree_message {
	char *octets;
	bool keys;
	struct gmg_sipmsg m;
};

/* Reads the message in the file @path, that of @option, with keys if msg->keys;
 * agree_free() it in any case. An exit status: of one that no stack should read, that of
 * @answer.
 */
int agree_read(const struct gmg_options *opt, const char *what, enum gmg_option option,
	       const char *path, uint16_t answer, struct agree_message *msg);
void agree_free(struct agree_message *msg);

/* The policy of --policy, or the running one; config_free() it. An exit status. */
int agree_policy(const struct gmg_options *opt, struct gmg_config *cfg);

/* Says what to answer and why, with our list @ours if it takes that, and in JSON with what
 * became of each mechanism, of which it takes the reference, unless NULL. Its exit status.
 */
int agree_refused(const struct gmg_options *opt, const char *what, const struct gmg_refusal *r,
		  const struct gmg_agree *ours, json_t *mechanisms);

/* What to answer where the kernel, or something else that is no message, was the reason,
 * which was said; returns @ret, which is the exit status.
 */
int agree_ended(const char *what, int ret);

/* Writes a message, octet for octet, but to a terminal in characters that harm none. An exit
 * status.
 */
int agree_print(const char *p, size_t len);

#endif /* _GMG_CMD_AGREE_H */
