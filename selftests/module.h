/* SPDX-License-Identifier: GPL-2.0 */
/* The module and the network namespaces that a test has it in. */
#ifndef _SELFTESTS_MODULE_H
#define _SELFTESTS_MODULE_H

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

/* the harness compares what it is given, and jumps out of it */
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wclobbered"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include "kselftest_harness.h"

#include "client.h"

static inline double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* How many policies there are, or -1 without the module. */
static inline int refcnt(void)
{
	FILE *f = fopen("/sys/module/gmguard/refcnt", "re");
	int n = -1;

	if (!f)
		return -1;
	if (fscanf(f, "%d", &n) != 1)
		n = -1;
	fclose(f);
	return n;
}

/* Namespaces end in the background. */
static inline bool refcnt_becomes(int n, double seconds)
{
	double end = now() + seconds;

	while (refcnt() != n) {
		if (now() > end)
			return false;
		usleep(20000);
	}
	return true;
}

static inline int unload(void)
{
	return syscall(SYS_delete_module, "gmguard", O_NONBLOCK) ? -errno : 0;
}

/* The file of the module, to load it by; -1 where modprobe knows none. */
static inline int module_file(void)
{
	FILE *f = popen("modinfo -n gmguard 2>/dev/null", "re");
	char path[256] = "";
	int fd = -1;

	if (!f)
		return -1;
	if (fscanf(f, "%255s", path) == 1)
		fd = open(path, O_RDONLY | O_CLOEXEC);
	pclose(f);
	return fd;
}

static inline int load(int file)
{
	return syscall(SYS_finit_module, file, "", 0) ? -errno : 0;
}

static inline bool fresh_netns(struct client *c)
{
	return !unshare(CLONE_NEWNET) && !client_open(c);
}

/* A process whose network namespace is a new one; both end with the test. */
static inline pid_t netns_hold(void)
{
	int ready[2];
	pid_t pid;
	char octet;

	if (pipe(ready))
		return -1;
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (unshare(CLONE_NEWNET) || write(ready[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	if (pid > 0 && read(ready[0], &octet, 1) != 1)
		pid = -1;
	close(ready[0]);
	return pid;
}

static inline void netns_release(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static inline int netns_open(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static inline bool netns_enter(pid_t pid)
{
	int fd = netns_open(pid);
	bool ok = fd >= 0 && !setns(fd, CLONE_NEWNET);

	close(fd);
	return ok;
}

static inline bool write_file(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	close(fd);
	return ok;
}

/* What is not there is skipped on somebody's host, and a failure where it was
 * promised (run_all -r).
 */
#define NEED_ROOT_AND_MODULE(c) do {					\
	if (geteuid())							\
		SKIP(return, "needs root");				\
	if (!fresh_netns(c)) {						\
		ASSERT_EQ(NULL, getenv("GMGUARD_REQUIRED"));		\
		SKIP(return, "the module gmguard is not there");	\
	}								\
} while (0)

#define NEED_UNUSED_MODULE() do {					\
	if (!refcnt_becomes(0, 60)) {					\
		ASSERT_EQ(NULL, getenv("GMGUARD_REQUIRED"));		\
		SKIP(return, "the module is in use");			\
	}								\
} while (0)

#endif /* _SELFTESTS_MODULE_H */
