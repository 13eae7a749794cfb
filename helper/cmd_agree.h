/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_CMD_AGREE_H
#define _GMG_CMD_AGREE_H

#include <jansson.h>

#include "handle.h"
#include "options.h"

/* What the commands about an agreement share: they are the library's calls, of files. */

/**
 * struct agree_message - a message of a file
 * @octets: from malloc(), or in memory of secret.h if it may have @keys
 * @mixed:  most have none: its file need be no secret
 */
struct agree_message {
	char *octets;
	size_t len;
	bool keys;
	bool mixed;
};

/* Reads the file @path, with keys if msg->keys; agree_free() it in any case. An exit status. */
int agree_read(const struct gmg_options *opt, const char *path, struct agree_message *msg);
void agree_free(struct agree_message *msg);

/**
 * struct agree_register - a REGISTER as the library wants it
 * @reg: borrows the rest
 */
struct agree_register {
	struct agree_message message;
	struct sockaddr_storage source;
	struct sockaddr_storage local;
	struct gmguard_register reg;
};

/* Reads what --register, --source and --local say; agree_free() its message in any case. An
 * exit status.
 */
int agree_read_register(const struct gmg_options *opt, struct agree_register *r);

/* Does @verb with that REGISTER and with a handle, and answers with a message. Exit statuses. */
typedef int (*agree_verb)(const struct gmg_options *opt, struct gmguard *g,
			  const struct gmguard_register *reg);
int agree_with_register(const struct gmg_options *opt, agree_verb verb);

/* A handle with the policy of --policy, or in a batch the batch's; agree_close() it. NULL after
 * a message, and @ret is the exit status.
 */
struct gmguard *agree_open(const struct gmg_options *opt, int *ret);
void agree_close(const struct gmg_options *opt, struct gmguard *g);

/* Says what a call has to say: warnings; or why not, and what to answer, in JSON with what
 * became of each mechanism, of which it takes the reference, unless NULL. Its exit status.
 */
int agree_told(const struct gmg_options *opt, const char *what, const struct gmguard_result *res,
	       json_t *mechanisms);

/* Writes @doc at once, in a batch on one line; takes the reference. An exit status. */
int agree_answer(const struct gmg_options *opt, json_t *doc);

/* Answers with a message, octet for octet, but to a terminal in characters that harm none. An
 * exit status.
 */
int agree_print(const struct gmguard_result *res);

/* May this command answer with a message? Not in a batch without JSON; false after a message. */
bool agree_may_print(const struct gmg_options *opt);

#endif /* _GMG_CMD_AGREE_H */
