// SPDX-License-Identifier: GPL-2.0
/* Any octets as what the kernel says to the commands: no harm, an exit status
 * with its reason, and output that a terminal or a reader of JSON can bear.
 *
 * The input: which command, its options, and messages as wire_octets() has them.
 */
#include <jansson.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>

#include "array.h"
#include "cmd.h"
#include "fuzz.h"
#include "host.h"
#include "options.h"
#include "wire.h"

enum { JSON = 1, QUIET = 2, VERBOSE = 4, ALL = 8, COUNT = 16, INFO = 32, DRY_RUN = 64 };

enum { WORDS_MAX = 5 };

static const struct {
	gmg_command run;
	char *words[WORDS_MAX];
} commands[] = {
	{ cmd_policy_show, { NULL } },
	{ cmd_policy_diff, { "-" } },
	{ cmd_policy_apply, { "-" } },
	{ cmd_policy_clear, { NULL } },
	{ cmd_stats_show, { NULL } },
	{ cmd_stats_show, { "spoof-core" } },
	{ cmd_stats_reset, { NULL } },
	{ cmd_monitor, { NULL } },
	{ cmd_check, { NULL } },
	{ cmd_sa_get, { "4097" } },
	{ cmd_sa_list, { NULL } },
	{ cmd_sa_count, { NULL } },
	{ cmd_sa_establish, { "4097" } },
	{ cmd_sa_del, { "0x1001" } },
	{ cmd_sa_flush, { NULL } },
	{ cmd_sa_monitor, { NULL } },
	{ cmd_explain, { "4097" } },
	{ cmd_explain, { "udp", "10.45.0.11", "40000", "192.0.2.10", "6100" } },
};

static char policy[] =
	"sides:\n"
	"  - {name: a, trust: untrusted, interfaces: [gm0], ue-pools: [10.45.0.0/16]}\n"
	"endpoints:\n"
	"  - {address: 192.0.2.10, unprotected: [5060], server: [6100], client: [5100]}\n"
	"core: [{prefix: 198.51.100.0/24}]\n";

/* The same host every time. */
enum host_answer host_has_alias(const char *alias)
{
	return alias[0] == 'x' ? HOST_NO : HOST_UNKNOWN;
}

bool host_has_crypto(const char *name)
{
	return name[0] == 'c';
}

long host_sysctl(const char *path)
{
	return !!strstr(path, "gm0");
}

char **host_interfaces(void)
{
	static char *names[] = { "lo", "gm0", NULL };

	return names;
}

void host_names_free(char **names)
{
	(void)names;
}

bool host_owns(const struct gmg_prefix *addr)
{
	return addr->addr[0] & 1;
}

struct gmg_listener *host_listeners(size_t *n)
{
	static const struct gmg_listener listeners[] = {
		{ { AF_INET6, 0, { 0 } }, 5060, IPPROTO_UDP, true },
		{ { AF_INET, 32, { 192, 0, 2, 10 } }, 22, IPPROTO_TCP, false },
	};
	void *l = malloc(sizeof(listeners));

	HOLDS(l);
	*n = ARRAY_SIZE(listeners);
	return memcpy(l, listeners, sizeof(listeners));
}

/* Runs a command with its streams in memory. */
static int run(gmg_command command, const struct gmg_options *opt, char **words,
	       char **out, char **err)
{
	FILE *in_was = stdin, *out_was = stdout, *err_was = stderr;
	struct sigaction int_was, term_was;
	size_t out_len, err_len;
	sigset_t mask;
	int ret;

	/* monitor takes the signals that stop the fuzzer */
	sigprocmask(SIG_SETMASK, NULL, &mask);
	sigaction(SIGINT, NULL, &int_was);
	sigaction(SIGTERM, NULL, &term_was);
	stdin = fmemopen(policy, strlen(policy), "r");
	stdout = open_memstream(out, &out_len);
	stderr = open_memstream(err, &err_len);
	HOLDS(stdin && stdout && stderr);

	ret = command(opt, words);

	fclose(stdin);
	fclose(stdout);
	fclose(stderr);
	stdin = in_was;
	stdout = out_was;
	stderr = err_was;
	sigaction(SIGINT, &int_was, NULL);
	sigaction(SIGTERM, &term_was, NULL);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	HOLDS(strlen(*out) == out_len && strlen(*err) == err_len);
	return ret;
}

/* Does a line of @s begin so? */
static bool has_line(const char *s, const char *begin)
{
	for (; *s; s += strcspn(s, "\n"), s += *s == '\n')
		if (!strncmp(s, begin, strlen(begin)))
			return true;
	return false;
}

static void check_text(const char *s)
{
	for (; *s; s++)
		HOLDS(*s == '\n' || (*s >= ' ' && *s <= '~'));
}

/* One document after the other. */
static void check_json(const char *s)
{
	while (*s) {
		json_error_t error;
		json_t *json = json_loads(s, JSON_DISABLE_EOF_CHECK, &error);

		HOLDS(json_is_integer(json_object_get(json, "schema")));
		json_decref(json);
		s += error.position;
		s += strspn(s, "\n");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gmg_options opt = { 0 };
	char *words[WORDS_MAX + 1] = { NULL };
	char *out, *err;
	int ret, i;

	if (size < 2)
		return 0;
	i = data[0] % ARRAY_SIZE(commands);
	memcpy(words, commands[i].words, sizeof(commands[i].words));
	opt.json = data[1] & JSON;
	opt.quiet = data[1] & QUIET;
	opt.verbose = data[1] & VERBOSE;
	opt.all = data[1] & ALL;
	opt.given = opt.all ? OPTION(ALL) : OPTION(STATE);
	opt.dry_run = data[1] & DRY_RUN;
	opt.count = data[1] & COUNT ? 1 : 0;
	wire_reset();
	if (!(data[1] & INFO))
		wire_info();
	wire_octets(data + 2, size - 2);

	ret = run(commands[i].run, &opt, words, &out, &err);
	HOLDS(ret >= EXIT_OK && ret <= EXIT_DIFFERENT);
	HOLDS(ret == EXIT_OK || ret == EXIT_DIFFERENT || has_line(err, "gmguard: "));
	HOLDS(!has_line(err, "gmguard: out of memory"));
	check_text(err);
	if (opt.json)
		check_json(out);
	else
		check_text(out);
	free(out);
	free(err);
	return 0;
}
