/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_CMD_H
#define _GMG_CMD_H

#include <stdbool.h>
#include <stdint.h>

/* Exit statuses, an interface to scripts like any other. */
enum {
	EXIT_OK,
	EXIT_USAGE,		/* wrong usage, bad input */
	EXIT_KERNEL,		/* the kernel refused */
	EXIT_NOT_FOUND,
	EXIT_CONFLICT,		/* EEXIST, EBUSY */
	EXIT_NO_MODULE,
	EXIT_PERMISSION,
	EXIT_DIFFERENT,		/* partial, drift */
};

/**
 * struct gmg_options - what the command line says besides its words
 * @json:    one JSON document, or one a line, on stdout
 * @quiet:   no notes and no confirmation
 * @verbose: also the versions of the module
 * @dry_run: policy apply -c
 * @all:     stats show --all
 * @count:   monitor --count, events; 0: no end
 * @timeout: monitor --timeout, seconds; 0: no end
 */
struct gmg_options {
	bool json;
	bool quiet;
	bool verbose;
	bool dry_run;
	bool all;
	uint32_t count;
	uint32_t timeout;
};

/* A command gets the words after its own name, ended by NULL, and returns an
 * exit status after having said what it has to say.
 */
typedef int (*gmg_command)(const struct gmg_options *opt, char **words);

int cmd_policy_check(const struct gmg_options *opt, char **words);
int cmd_policy_apply(const struct gmg_options *opt, char **words);
int cmd_policy_diff(const struct gmg_options *opt, char **words);
int cmd_policy_show(const struct gmg_options *opt, char **words);
int cmd_policy_clear(const struct gmg_options *opt, char **words);
int cmd_stats_show(const struct gmg_options *opt, char **words);
int cmd_stats_reset(const struct gmg_options *opt, char **words);
int cmd_monitor(const struct gmg_options *opt, char **words);
int cmd_explain(const struct gmg_options *opt, char **words);
int cmd_check(const struct gmg_options *opt, char **words);

#endif /* _GMG_CMD_H */
