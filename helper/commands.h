/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_COMMANDS_H
#define _GMG_COMMANDS_H

#include <stdio.h>

#include "options.h"

/**
 * struct gmg_command_row - one line of the table
 * @object:  first word
 * @verb:    second word, NULL if the object is all
 * @args:    the words that follow, for the usage
 * @min:     how many at least
 * @max:     how many at most, -1: any number
 * @needs:   options that must be there, a mask of OPTION()
 * @takes:   options that may
 * @batch:   may be a line of a batch
 */
struct gmg_command_row {
	const char *object;
	const char *verb;
	const char *args;
	const char *summary;
	int min;
	int max;
	uint64_t needs;
	uint64_t takes;
	gmg_command run;
	bool batch;
};

/* Is it the first word of a command? */
bool commands_known(const char *object);

/* Writes how to use the commands of an object; of all if @object is NULL or
 * none.
 */
void commands_usage(FILE *out, const char *object);

/* The command that @line names, with the words and options it needs and no
 * other; its own name is taken off the words. NULL if there is none: then @why
 * says what is wrong.
 */
const struct gmg_command_row *commands_find(struct gmg_line *line, char *why, size_t size);

#endif /* _GMG_COMMANDS_H */
