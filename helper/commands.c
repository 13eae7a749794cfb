// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "array.h"
#include "commands.h"

#define FILTER (OPTION(UE) | OPTION(IMPI) | OPTION(STATE) | OPTION(IDLE))
#define LISTEN (OPTION(COUNT) | OPTION(TIMEOUT))
#define SET (OPTION(UE) | OPTION(PCSCF) | OPTION(PORT_UC) | OPTION(PORT_US) | OPTION(PORT_PC) | \
	     OPTION(PORT_PS) | OPTION(SPI_UC) | OPTION(SPI_US) | OPTION(ALG) | OPTION(KEYS) | \
	     OPTION(IMPI))
#define MESSAGE (OPTION(FILE) | OPTION(SIDE) | OPTION(PORT) | OPTION(SA) | OPTION(IMPI) | \
		 OPTION(TMPI) | OPTION(OUT))
#define AKA_VECTOR (OPTION(SQN) | OPTION(AMF) | OPTION(RAND) | OPTION(NONCE) | OPTION(AUTS))
#define AKA_CHALLENGE (OPTION(KEYS) | OPTION(NONCE) | OPTION(IMPI) | OPTION(REALM) | \
		       OPTION(URI))
#define AKA_ANSWER (OPTION(SQN) | OPTION(METHOD) | OPTION(ALGORITHM) | OPTION(QOP) | \
		    OPTION(CNONCE) | OPTION(NC) | OPTION(BODY) | OPTION(WRITE_KEYS))

static const struct gmg_command_row rows[] = {
	{ "policy", "check", "FILE", "read a policy file, without the kernel",
	  1, 1, 0, 0, cmd_policy_check, false },
	{ "policy", "apply", "FILE", "make it the policy; -c: only ask if it would do",
	  1, 1, 0, OPTION(CHECK), cmd_policy_apply, false },
	{ "policy", "diff", "FILE", "what applying it would change",
	  1, 1, 0, 0, cmd_policy_diff, false },
	{ "policy", "show", "", "print the running policy",
	  0, 0, 0, 0, cmd_policy_show, false },
	{ "policy", "clear", "", "take the policy away: guard nothing",
	  0, 0, 0, 0, cmd_policy_clear, false },
	{ "sa", "add", "", "install the four SAs of a set, or nothing",
	  0, 0, SET, OPTION(EALG) | OPTION(DIGEST) | OPTION(EMERGENCY) | OPTION(OVER),
	  cmd_sa_add, true },
	{ "sa", "establish", "SPI", "its registration has succeeded, or was refreshed",
	  1, 1, OPTION(EXPIRES), 0, cmd_sa_establish, true },
	{ "sa", "shorten", "SPI", "the network wants its UE authenticated anew",
	  1, 1, OPTION(EXPIRES), 0, cmd_sa_shorten, true },
	{ "sa", "get", "SPI", "print a set, whole",
	  1, 1, 0, 0, cmd_sa_get, false },
	{ "sa", "list", "", "print a line for each set",
	  0, 0, 0, FILTER | OPTION(SPI), cmd_sa_list, false },
	{ "sa", "count", "", "how many sets there are",
	  0, 0, 0, FILTER | OPTION(SPI), cmd_sa_count, false },
	{ "sa", "del", "SPI", "delete a set; --grace: when its grace time is over",
	  1, 1, 0, OPTION(GRACE), cmd_sa_del, true },
	{ "sa", "flush", "", "delete sets: with a filter, or all",
	  0, 0, 0, FILTER | OPTION(ALL), cmd_sa_flush, false },
	{ "sa", "monitor", "", "print sets as they change",
	  0, 0, 0, LISTEN, cmd_sa_monitor, false },
	{ "batch", NULL, "FILE", "commands of sa and agree, one a line",
	  1, 1, 0, OPTION(KEEP_GOING) | OPTION(POLICY), cmd_batch, false },
	{ "agree", "offer", "", "what a UE offers in its REGISTER, and what of it we take",
	  0, 0, OPTION(REGISTER), OPTION(SOURCE) | OPTION(POLICY) | OPTION(EXPLAIN),
	  cmd_agree_offer, false },
	{ "agree", "challenge", "", "install the set of a challenge, and print it without keys",
	  0, 0, OPTION(REGISTER) | OPTION(CHALLENGE) | OPTION(SOURCE) | OPTION(LOCAL),
	  OPTION(POLICY), cmd_agree_challenge, true },
	{ "agree", "verify", "", "hold a REGISTER against its set, and print it for the core",
	  0, 0, OPTION(REGISTER) | OPTION(SOURCE) | OPTION(LOCAL), OPTION(POLICY),
	  cmd_agree_verify, true },
	{ "agree", "accept", "SPI", "its REGISTER has succeeded: establish the set, or end it",
	  1, 1, OPTION(ANSWER), OPTION(KEEP), cmd_agree_accept, true },
	{ "agree", "reject", "SPI", "its REGISTER has failed: a temporary set goes",
	  1, 1, OPTION(ANSWER), 0, cmd_agree_reject, true },
	{ "agree", "conceal", "", "print an answer for the UE, with the TMPI that it came by",
	  0, 0, OPTION(REGISTER) | OPTION(IMPI) | OPTION(ANSWER), 0, cmd_agree_conceal, true },
	{ "aka", "expand", "", "make keys of ESP of CK and IK",
	  0, 0, OPTION(KEYS) | OPTION(ALG), OPTION(EALG) | OPTION(LEGACY), cmd_aka_expand, false },
	{ "aka", "vector", "", "for tests: be an AuC and make a challenge",
	  0, 0, OPTION(KEYS), AKA_VECTOR, cmd_aka_vector, false },
	{ "aka", "answer", "", "for tests: be an ISIM and answer one",
	  0, 0, AKA_CHALLENGE, AKA_ANSWER, cmd_aka_answer, false },
	{ "tmpi", "derive", "", "make the TMPI of an AKA run; --naf: keys of GBA, too",
	  0, 0, OPTION(KEYS) | OPTION(RAND) | OPTION(IMPI),
	  OPTION(BSF) | OPTION(POLICY) | OPTION(NAF) | OPTION(UA), cmd_tmpi_derive, false },
	{ "tmpi", "add", "TMPI", "it stands for an IMPI from now on",
	  1, 1, 0, OPTION(SPI) | OPTION(IMPI) | OPTION(UE) | OPTION(EXPIRES), cmd_tmpi_add, false },
	{ "tmpi", "get", "TMPI|IMPI", "print which TMPI stands for which IMPI",
	  1, 1, 0, 0, cmd_tmpi_get, false },
	{ "tmpi", "list", "", "print a line for each",
	  0, 0, 0, OPTION(UE) | OPTION(SPI), cmd_tmpi_list, false },
	{ "tmpi", "del", "TMPI|IMPI", "no TMPI stands for the IMPI any more",
	  1, 1, 0, 0, cmd_tmpi_del, false },
	{ "tmpi", "flush", "", "delete them: with a filter, or all",
	  0, 0, 0, OPTION(UE) | OPTION(SPI) | OPTION(ALL), cmd_tmpi_flush, false },
	{ "stats", "show", "[REASON...]", "packets by reason and side",
	  0, -1, 0, OPTION(ALL), cmd_stats_show, false },
	{ "stats", "reset", "", "count from zero",
	  0, 0, 0, 0, cmd_stats_reset, false },
	{ "stats", "xfrm", "", "what the kernel's IPsec refused, and why",
	  0, 0, 0, 0, cmd_stats_xfrm, false },
	{ "monitor", NULL, "", "print packets as rules match them, sets as they change",
	  0, 0, 0, LISTEN, cmd_monitor, false },
	{ "explain", NULL, "[REASON | SPI | PROTO SRC SPORT DST DPORT]",
	  "what a reason means; whose an SPI or a packet is; --file: how SIP is judged",
	  0, 5, 0, MESSAGE, cmd_explain, false },
	{ "check", NULL, "", "is this host fit and guarded?",
	  0, 0, 0, 0, cmd_check, false },
};

/* Columns of a usage: where a summary begins, and where a line ends. */
enum { INDENT = 2, SUMMARY = 44, WIDTH = 78 };

/* Writes @text in lines of at most WIDTH columns, each after the first beginning
 * with an option; returns the column it ends in.
 */
static int print_wrapped(FILE *out, const char *text)
{
	const char *end;
	int at = INDENT;

	fprintf(out, "%*s", INDENT, "");
	for (; *text; text = end) {
		for (end = text + 1; *end; end++)
			if (!strncmp(end, " -", 2) || !strncmp(end, " [-", 3))
				break;
		if (at + (end - text) > WIDTH) {
			fprintf(out, "\n%*s", 3 * INDENT - 1, "");
			at = 3 * INDENT - 1;
		}
		at += fprintf(out, "%.*s", (int)(end - text), text);
	}
	return at;
}

static void row_name(const struct gmg_command_row *row, char *name, size_t size)
{
	snprintf(name, size, "%s%s%s", row->object, row->verb ? " " : "",
		 row->verb ? row->verb : "");
}

static void usage_row(FILE *out, const struct gmg_command_row *row)
{
	char text[512], *at = text, *end = text + sizeof(text);
	unsigned int i;
	int column;

	row_name(row, text, sizeof(text));
	at += strlen(text);
	for (i = 0; i < N_OPTIONS; i++)
		if ((row->needs | row->takes) >> i & 1)
			at = option_usage(i, row->needs >> i & 1, at, end);
	if (*row->args)
		snprintf(at, end - at, " %s", row->args);
	column = print_wrapped(out, text);
	if (column >= SUMMARY) {
		fputc('\n', out);
		column = 0;
	}
	fprintf(out, "%*s%s\n", SUMMARY - column, "", row->summary);
}

bool commands_known(const char *object)
{
	size_t i;

	for (i = 0; object && i < ARRAY_SIZE(rows); i++)
		if (!strcmp(object, rows[i].object))
			return true;
	return false;
}

void commands_usage(FILE *out, const char *object)
{
	bool all = !commands_known(object);
	size_t i;

	fputs("usage: gmguard [-j] [-n NETNS] [-q] [-v] COMMAND\n\n", out);
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (all || !strcmp(object, rows[i].object))
			usage_row(out, &rows[i]);
	fputs("\n"
	      "  -j, --json         JSON on the standard output\n"
	      "  -n, --netns NETNS  in this network namespace: a name, a path or a process id\n"
	      "  -q, --quiet        no notes, no confirmation\n"
	      "  -v, --verbose      the versions of the module too\n"
	      "  -V, --version      print the version\n"
	      "  -h, --help         this text\n"
	      "\nFILE - is the standard input. See gmguard(8), gmguard-policy(5).\n", out);
}

static const struct gmg_command_row *find(char **words, int n)
{
	const struct gmg_command_row *row;
	size_t i;

	for (i = 0; n && i < ARRAY_SIZE(rows); i++) {
		row = &rows[i];
		if (strcmp(words[0], row->object))
			continue;
		if (!row->verb || (n > 1 && !strcmp(words[1], row->verb)))
			return row;
	}
	return NULL;
}

const struct gmg_command_row *commands_find(struct gmg_line *line, char *why, size_t size)
{
	const struct gmg_command_row *row = find(line->words, line->n_words);
	uint64_t missing, alien;
	char name[32];

	if (!row) {
		snprintf(why, size, line->n_words ? "no such command" : "which command?");
		return NULL;
	}
	line->words += row->verb ? 2 : 1;
	line->n_words -= row->verb ? 2 : 1;
	row_name(row, name, sizeof(name));
	missing = row->needs & ~line->opt.given;
	alien = line->opt.given & ~(row->needs | row->takes);
	if (missing)
		snprintf(why, size, "%s needs --%s", name, option_name(__builtin_ctzll(missing)));
	else if (alien)
		snprintf(why, size, "%s takes no --%s", name, option_name(__builtin_ctzll(alien)));
	else if (line->n_words < row->min)
		snprintf(why, size, "%s needs %s", name, row->args);
	else if (row->max >= 0 && line->n_words > row->max)
		snprintf(why, size, "%s takes no more words", name);	/* one may be a key */
	else
		return row;
	return NULL;
}
