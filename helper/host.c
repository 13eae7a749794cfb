// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "host.h"

/* States of /proc/net/{tcp,udp}: a listening TCP, an unconnected UDP socket. */
enum { TCP_LISTENING = 0x0a, UDP_UNCONNECTED = 0x07 };

/* Does a file of lines, or of strings ended by NUL, have one in which @text is
 * followed by a space or the end?
 */
static enum host_answer file_has(const char *path, int separator, const char *text)
{
	FILE *f = fopen(path, "re");
	char *line = NULL, *at;
	size_t size = 0;
	ssize_t n;
	bool found = false;

	if (!f)
		return HOST_UNKNOWN;
	while (!found && (n = getdelim(&line, &size, separator, f)) > 0) {
		if (line[n - 1] == '\n')
			line[n - 1] = '\0';
		at = strstr(line, text);
		found = at && (!at[strlen(text)] || at[strlen(text)] == ' ');
	}
	free(line);
	fclose(f);
	return found ? HOST_YES : HOST_NO;
}

enum host_answer host_has_alias(const char *alias)
{
	enum host_answer modules, builtin;
	struct utsname u;
	char path[512], text[96];

	uname(&u);
	snprintf(path, sizeof(path), "/lib/modules/%s/modules.alias", u.release);
	snprintf(text, sizeof(text), "alias %s", alias);
	modules = file_has(path, '\n', text);
	snprintf(path, sizeof(path), "/lib/modules/%s/modules.builtin.modinfo", u.release);
	snprintf(text, sizeof(text), "alias=%s", alias);
	builtin = file_has(path, '\0', text);

	if (modules == HOST_YES || builtin == HOST_YES)
		return HOST_YES;
	return modules == HOST_UNKNOWN ? HOST_UNKNOWN : HOST_NO;
}

bool host_has_crypto(const char *name)
{
	char text[96];

	snprintf(text, sizeof(text), ": %s", name);
	return file_has("/proc/crypto", '\n', text) == HOST_YES;
}

long host_sysctl(const char *path)
{
	char full[256];
	long value = -1;
	FILE *f;

	snprintf(full, sizeof(full), "/proc/sys/%s", path);
	f = fopen(full, "re");
	if (!f)
		return -1;
	if (fscanf(f, "%ld", &value) != 1)
		value = -1;
	fclose(f);
	return value;
}

char **host_interfaces(void)
{
	struct if_nameindex *list = if_nameindex();
	size_t i, n = 0;
	char **names;

	while (list && list[n].if_name)
		n++;
	names = calloc(n + 1, sizeof(*names));
	for (i = 0; names && i < n; i++) {
		names[i] = strdup(list[i].if_name);
		if (!names[i])
			break;
	}
	if (list)
		if_freenameindex(list);
	return names;
}

void host_names_free(char **names)
{
	size_t i;

	for (i = 0; names && names[i]; i++)
		free(names[i]);
	free(names);
}

bool host_owns(const struct gmg_prefix *addr)
{
	struct ifaddrs *list, *i;
	bool found = false;

	if (getifaddrs(&list))
		return false;
	for (i = list; i && !found; i = i->ifa_next) {
		const struct sockaddr *sa = i->ifa_addr;

		if (!sa || sa->sa_family != addr->family)
			continue;
		if (sa->sa_family == AF_INET)
			found = !memcmp(&((const struct sockaddr_in *)sa)->sin_addr, addr->addr, 4);
		else
			found = !memcmp(&((const struct sockaddr_in6 *)sa)->sin6_addr, addr->addr,
					16);
	}
	freeifaddrs(list);
	return found;
}

/* "0100007F:13C4": the address in words of 32 bits, each in host order. */
static bool read_local(const char *text, struct gmg_listener *l)
{
	size_t i, words = strcspn(text, ":") / 8;
	unsigned int port;
	uint32_t word;

	if (words != 1 && words != 4)
		return false;
	memset(l, 0, sizeof(*l));
	l->address.family = words == 1 ? AF_INET : AF_INET6;
	l->address.len = addr_bits(l->address.family);
	l->any = true;
	for (i = 0; i < words; i++) {
		char hex[9] = { 0 };

		memcpy(hex, text + 8 * i, 8);
		word = strtoul(hex, NULL, 16);
		l->any &= !word;
		memcpy(l->address.addr + 4 * i, &word, 4);
	}
	if (sscanf(text + 8 * words, ":%4x", &port) != 1)
		return false;
	l->port = port;
	return true;
}

static void read_sockets(const char *path, uint8_t proto, unsigned int wanted,
			 struct gmg_listener **list, size_t *n)
{
	FILE *f = fopen(path, "re");
	struct gmg_listener l, *more;
	char line[512], local[64];
	unsigned int state;

	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, " %*d: %63s %*s %x", local, &state) != 2 || state != wanted ||
		    !read_local(local, &l))
			continue;
		more = reallocarray(*list, *n + 1, sizeof(**list));
		if (!more)
			break;
		l.proto = proto;
		more[(*n)++] = l;
		*list = more;
	}
	fclose(f);
}

struct gmg_listener *host_listeners(size_t *n)
{
	struct gmg_listener *list = NULL;

	*n = 0;
	read_sockets("/proc/net/tcp", IPPROTO_TCP, TCP_LISTENING, &list, n);
	read_sockets("/proc/net/tcp6", IPPROTO_TCP, TCP_LISTENING, &list, n);
	read_sockets("/proc/net/udp", IPPROTO_UDP, UDP_UNCONNECTED, &list, n);
	read_sockets("/proc/net/udp6", IPPROTO_UDP, UDP_UNCONNECTED, &list, n);
	return list;
}
