/* SPDX-License-Identifier: GPL-2.0 */
/* Network namespaces that "ip netns" has named. */
#ifndef _SELFTESTS_NETNS_H
#define _SELFTESTS_NETNS_H

#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

/* This thread goes there. */
static inline bool netns_join(const char *name)
{
	char path[128];
	bool there;
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	there = !setns(fd, CLONE_NEWNET);
	close(fd);
	return there;
}

#endif /* _SELFTESTS_NETNS_H */
