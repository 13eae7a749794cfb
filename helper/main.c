// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "cmd.h"
#include "print.h"
#include "version.h"

/* Long options without a letter. */
enum { OPT_ALL = 256, OPT_COUNT, OPT_TIMEOUT };

/* Bits of the options that only some commands take. */
enum { TAKES_DRY_RUN = 1, TAKES_ALL = 2, TAKES_COUNT = 4, TAKES_TIMEOUT = 8 };

/**
 * struct command - one line of the table
 * @object:  first word
 * @verb:    second word, NULL if the object is all
 * @args:    for the usage
 * @min:     words that must follow
 * @max:     words that may follow, -1: any number
 * @takes:   options of its own
 */
static const struct command {
	const char *object;
	const char *verb;
	const char *args;
	const char *summary;
	int min;
	int max;
	unsigned int takes;
	gmg_command run;
} commands[] = {
	{ "policy", "check", "FILE", "read a policy file, without the kernel",
	  1, 1, 0, cmd_policy_check },
	{ "policy", "apply", "[-c] FILE", "make it the policy; -c: only ask if it would do",
	  1, 1, TAKES_DRY_RUN, cmd_policy_apply },
	{ "policy", "diff", "FILE", "what applying it would change",
	  1, 1, 0, cmd_policy_diff },
	{ "policy", "show", "", "print the running policy",
	  0, 0, 0, cmd_policy_show },
	{ "policy", "clear", "", "take the policy away: guard nothing",
	  0, 0, 0, cmd_policy_clear },
	{ "stats", "show", "[--all] [REASON...]", "packets by reason and side",
	  0, -1, TAKES_ALL, cmd_stats_show },
	{ "stats", "reset", "", "count from zero",
	  0, 0, 0, cmd_stats_reset },
	{ "monitor", NULL, "[--count N] [--timeout SECONDS]", "print packets as rules match them",
	  0, 0, TAKES_COUNT | TAKES_TIMEOUT, cmd_monitor },
	{ "explain", NULL, "[REASON]", "what a reason means and what to do",
	  0, 1, 0, cmd_explain },
	{ "check", NULL, "", "is this host fit and guarded?",
	  0, 0, 0, cmd_check },
};

#define N_COMMANDS (ARRAY_SIZE(commands))

static void usage(FILE *out, const char *object)
{
	const struct command *c;
	char line[80];

	fputs("usage: gmguard [-j] [-n NETNS] [-q] [-v] COMMAND\n\n", out);
	for (c = commands; c < commands + N_COMMANDS; c++) {
		if (object && strcmp(object, c->object))
			continue;
		snprintf(line, sizeof(line), "%s%s%s %s", c->object, c->verb ? " " : "",
			 c->verb ? c->verb : "", c->args);
		fprintf(out, "  %-41s %s\n", line, c->summary);
	}
	fputs("\n"
	      "  -j, --json         JSON on the standard output\n"
	      "  -n, --netns NETNS  in this network namespace: a name, a path or a process id\n"
	      "  -q, --quiet        no notes, no confirmation\n"
	      "  -v, --verbose      the versions of the module too\n"
	      "  -V, --version      print the version\n"
	      "  -h, --help         this text\n"
	      "\nFILE - is the standard input. See gmguard(8), gmguard-policy(5).\n", out);
}

static const char *known_object(const char *word)
{
	size_t i;

	for (i = 0; word && i < N_COMMANDS; i++)
		if (!strcmp(word, commands[i].object))
			return word;
	return NULL;
}

static int wrong_usage(const char *object)
{
	usage(stderr, known_object(object));
	return EXIT_USAGE;
}

/* Decimal, 1 to 999999999. */
static bool number(const char *s, uint32_t *value)
{
	if (!*s || s[strspn(s, "0123456789")] || strlen(s) > 9)
		return false;
	*value = strtoul(s, NULL, 10);
	return *value > 0;
}

static int enter_netns(const char *name)
{
	char path[4096];
	int fd;

	if (strchr(name, '/'))
		snprintf(path, sizeof(path), "%s", name);
	else if (*name && !name[strspn(name, "0123456789")])
		snprintf(path, sizeof(path), "/proc/%s/ns/net", name);
	else
		snprintf(path, sizeof(path), "/run/netns/%s", name);

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		complain("network namespace %s: %s", path, strerror(errno));
		return errno == EACCES || errno == EPERM ? EXIT_PERMISSION : EXIT_NOT_FOUND;
	}
	if (setns(fd, CLONE_NEWNET)) {
		complain("network namespace %s: %s", path, strerror(errno));
		close(fd);
		return errno == EPERM ? EXIT_PERMISSION : EXIT_USAGE;
	}
	close(fd);
	return EXIT_OK;
}

/* Where getopt puts what it finds. */
struct line {
	struct gmg_options opt;
	const char *netns;
	unsigned int given;
	bool help;
	bool version;
};

static int parse(int argc, char **argv, struct line *l)
{
	static const struct option option[] = {
		{ "json",    no_argument,	NULL, 'j' },
		{ "netns",   required_argument, NULL, 'n' },
		{ "quiet",   no_argument,	NULL, 'q' },
		{ "verbose", no_argument,	NULL, 'v' },
		{ "version", no_argument,	NULL, 'V' },
		{ "help",    no_argument,	NULL, 'h' },
		{ "check",   no_argument,	NULL, 'c' },
		{ "all",     no_argument,	NULL, OPT_ALL },
		{ "count",   required_argument, NULL, OPT_COUNT },
		{ "timeout", required_argument, NULL, OPT_TIMEOUT },
		{ NULL, 0, NULL, 0 }
	};
	int c;

	while ((c = getopt_long(argc, argv, "jn:qvVhc", option, NULL)) != -1) {
		switch (c) {
		case 'j':
			l->opt.json = true;
			break;
		case 'n':
			l->netns = optarg;
			break;
		case 'q':
			l->opt.quiet = true;
			break;
		case 'v':
			l->opt.verbose = true;
			break;
		case 'V':
			l->version = true;
			break;
		case 'h':
			l->help = true;
			break;
		case 'c':
			l->opt.dry_run = true;
			l->given |= TAKES_DRY_RUN;
			break;
		case OPT_ALL:
			l->opt.all = true;
			l->given |= TAKES_ALL;
			break;
		case OPT_COUNT:
			l->given |= TAKES_COUNT;
			if (!number(optarg, &l->opt.count)) {
				complain("--count wants a number, not '%.40s'", optarg);
				return EXIT_USAGE;
			}
			break;
		case OPT_TIMEOUT:
			l->given |= TAKES_TIMEOUT;
			if (!number(optarg, &l->opt.timeout)) {
				complain("--timeout wants seconds, not '%.40s'", optarg);
				return EXIT_USAGE;
			}
			break;
		default:
			return EXIT_USAGE;
		}
	}
	return EXIT_OK;
}

static const struct command *find(char **words, int n)
{
	const struct command *c;

	for (c = commands; c < commands + N_COMMANDS; c++) {
		if (strcmp(words[0], c->object))
			continue;
		if (!c->verb || (n > 1 && !strcmp(words[1], c->verb)))
			return c;
	}
	return NULL;
}

int main(int argc, char **argv)
{
	struct line l = { .netns = NULL };
	const struct command *c;
	char **words;
	int n, ret;

	ret = parse(argc, argv, &l);
	words = argv + optind;
	n = argc - optind;
	if (l.help) {
		usage(stdout, known_object(n ? words[0] : NULL));
		return EXIT_OK;
	}
	if (ret)
		return wrong_usage(n > 0 ? words[0] : NULL);
	if (l.version) {
		puts("gmguard " GMG_VERSION);
		return EXIT_OK;
	}

	c = n > 0 ? find(words, n) : NULL;
	if (!c)
		return wrong_usage(n > 0 ? words[0] : NULL);
	words += c->verb ? 2 : 1;
	n -= c->verb ? 2 : 1;
	if (n < c->min || (c->max >= 0 && n > c->max) || l.given & ~c->takes)
		return wrong_usage(c->object);

	if (l.netns) {
		ret = enter_netns(l.netns);
		if (ret)
			return ret;
	}
	ret = c->run(&l.opt, words);
	if (fflush(stdout) && !ret) {
		complain("cannot write to the standard output: %s", strerror(errno));
		ret = EXIT_KERNEL;
	}
	return ret;
}
