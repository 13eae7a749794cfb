// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "cmd_agree.h"
#include "commands.h"
#include "file.h"
#include "print.h"
#include "secret.h"

/* Octets and words of a line at most. */
enum { LINE_SIZE = 4096, WORDS_MAX = 64 };

/**
 * struct batch - a file of commands, read line by line
 * @opt:    of the batch itself
 * @agree:  the handle of agree, which has the one connection
 * @gnl:    that
 * @secret: the line, which may have keys in it
 * @buffer: of the file, for the same reason
 * @cut:    the line goes on after what is in @secret
 * @told:   it was answered though it failed
 */
struct batch {
	const struct gmg_options *opt;
	const char *name;
	struct gmguard *agree;
	struct gmg_gnl *gnl;
	FILE *file;
	char *secret;
	char *buffer;
	bool cut;
	bool told;
	unsigned int line;
	unsigned int done;
	unsigned int failed;
};

/* Cuts the line into words after argv[0]; how many, or -1 if there are too many. */
static int split(char *line, char *argv[WORDS_MAX + 2])
{
	char *word, *rest = NULL;
	int n = 1;

	for (word = strtok_r(line, " \t\r\n", &rest); word;
	     word = strtok_r(NULL, " \t\r\n", &rest)) {
		if (n > WORDS_MAX)
			return -1;
		argv[n++] = word;
	}
	argv[n] = NULL;
	return n;
}

/* Runs the command of a line that is neither empty nor a comment. */
static int run(struct batch *b, const char *where, int argc, char **argv)
{
	struct gmg_line line = {
		.opt = {
			.batch = b->gnl, .agree = b->agree, .where = where, .told = &b->told,
			.json = b->opt->json, .quiet = b->opt->quiet,
		},
	};
	const struct gmg_command_row *command;
	char why[128];

	if (options_parse(argc, argv, &line))
		return EXIT_USAGE;
	command = commands_find(&line, why, sizeof(why));
	if (!command) {
		complain("%s", why);
		return EXIT_USAGE;
	}
	if (!command->batch || line.netns || line.help || line.version) {
		complain("not in a batch: a line is sa add, establish, shorten or del, or agree challenge, verify, accept, reject or conceal, with their options");
		return EXIT_USAGE;
	}
	if (line.opt.policy) {
		complain("a batch has one policy: gmguard batch --policy");
		return EXIT_USAGE;
	}
	return command->run(&line.opt, line.words);
}

/* An escape sequence must not get to a terminal by way of a message. */
static bool printable(const char *s)
{
	for (; *s; s++)
		if ((*s < ' ' && !strchr("\t\r\n", *s)) || *s > '~')
			return false;
	return true;
}

static int run_line(struct batch *b, char *where)
{
	char *argv[WORDS_MAX + 2] = { where, NULL };
	int argc;

	if (b->cut) {
		complain("more than %u octets: a line is one command", LINE_SIZE - 2);
		return EXIT_USAGE;
	}
	/* Of a line with a NUL no newline is seen. */
	if (!printable(b->secret) || (!strchr(b->secret, '\n') && !feof(b->file))) {
		complain("not printable ASCII text");
		return EXIT_USAGE;
	}
	argc = split(b->secret, argv);
	if (argc == 1 || (argc > 1 && argv[1][0] == '#'))
		return -1;
	if (argc < 0) {
		complain("more than %u words: a line is one command", WORDS_MAX);
		return EXIT_USAGE;
	}
	return run(b, where, argc, argv);
}

/* agree has answered itself where the P-CSCF has to answer. */
static int tell_failed(const struct batch *b, int status)
{
	if (!b->opt->json || b->told)
		return EXIT_OK;
	return print_json_line(json_pack("{s:s,s:I,s:i}", "result", "failed",
					 "line", (json_int_t)b->line, "status", status));
}

/* The rest of a line that was too long. */
static void skip_line(FILE *f)
{
	int c;

	do {
		c = getc(f);
	} while (c != EOF && c != '\n');
}

/* All lines, or those before the first that fails. */
static int run_lines(struct batch *b)
{
	char where[512];
	int ret;

	while (fgets(b->secret, LINE_SIZE, b->file)) {
		b->line++;
		b->cut = strlen(b->secret) == LINE_SIZE - 1 && b->secret[LINE_SIZE - 2] != '\n';
		snprintf(where, sizeof(where), "%s:%u", b->name, b->line);
		complain_at(where);
		b->told = false;
		ret = run_line(b, where);
		OPENSSL_cleanse(b->secret, LINE_SIZE);
		b->done += !ret;
		if (ret > 0) {
			b->failed++;
			if (tell_failed(b, ret))
				break;
			if (!b->opt->keep_going) {
				complain("stopped here: %u before it are done; --keep-going goes on",
					 b->done);
				break;
			}
			if (b->cut)
				skip_line(b->file);
		}
	}
	complain_at(NULL);
	if (!ferror(b->file))
		return b->failed ? EXIT_DIFFERENT : EXIT_OK;
	complain("%s: %s", b->name, strerror(errno));
	return EXIT_USAGE;
}

static int run_file(struct batch *b)
{
	int ret;

	b->secret = OPENSSL_secure_zalloc(LINE_SIZE);
	b->buffer = OPENSSL_secure_zalloc(LINE_SIZE);
	if (b->secret && b->buffer) {
		setvbuf(b->file, b->buffer, _IOFBF, LINE_SIZE);
		ret = run_lines(b);
	} else {
		complain("out of memory");
		ret = EXIT_KERNEL;
	}
	/* The file goes before its buffer. */
	fclose(b->file);
	OPENSSL_secure_clear_free(b->buffer, LINE_SIZE);
	OPENSSL_secure_clear_free(b->secret, LINE_SIZE);
	if (b->opt->keep_going && b->failed)
		complain("batch: %u done, %u failed", b->done, b->failed);
	return ret;
}

static int open_file(struct batch *b, const char *path)
{
	int ret = handle_connect(b->agree, &b->gnl);

	if (ret)
		return ret;
	b->file = strcmp(path, "-") ? fopen(path, "re") : stdin;
	if (b->file)
		return EXIT_OK;
	complain("%s: %s", path, strerror(errno));
	return EXIT_USAGE;
}

int cmd_batch(const struct gmg_options *opt, char **words)
{
	struct batch b = { .opt = opt, .name = file_name(words[0]) };
	int ret;

	if (!secret_begin())
		return EXIT_KERNEL;
	b.agree = agree_open(opt, &ret);
	if (!b.agree)
		return ret;
	ret = open_file(&b, words[0]) ?: run_file(&b);
	agree_close(opt, b.agree);
	return ret;
}
