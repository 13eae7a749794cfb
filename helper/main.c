// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "print.h"
#include "version.h"

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

int main(int argc, char **argv)
{
	const struct gmg_command_row *command = NULL;
	struct gmg_line line = { .netns = NULL };
	char why[128] = "";
	int ret, object = 1;

	ret = options_parse(argc, argv, &line);
	/* Wherever it stands among the options. */
	while (object < argc && !commands_known(argv[object]))
		object++;
	if (line.help) {
		commands_usage(stdout, argv[object]);
		return EXIT_OK;
	}
	if (!ret && line.version) {
		puts("gmguard " GMG_VERSION);
		return EXIT_OK;
	}
	if (!ret)
		command = commands_find(&line, why, sizeof(why));
	if (!command) {
		if (*why)
			complain("%s", why);
		commands_usage(stderr, argv[object]);
		return EXIT_USAGE;
	}

	if (line.netns) {
		ret = enter_netns(line.netns);
		if (ret)
			return ret;
	}
	ret = command->run(&line.opt, line.words);
	if (fflush(stdout) && !ret) {
		complain("cannot write to the standard output: %s", strerror(errno));
		ret = EXIT_KERNEL;
	}
	return ret;
}
