/* SPDX-License-Identifier: GPL-2.0 */
/* UDP sockets, of the family that the address is of. */
#ifndef _SELFTESTS_UDP_H
#define _SELFTESTS_UDP_H

#include <arpa/inet.h>
#include <err.h>
#include <linux/netlink.h>
#include <linux/xfrm.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "packet.h"

static inline struct addr addr_of(const char *address, int port)
{
	struct addr a = { .family = AF_INET, .port = port };

	if (inet_pton(AF_INET, address, a.at) == 1)
		return a;
	a.family = AF_INET6;
	if (inet_pton(AF_INET6, address, a.at) != 1)
		errx(1, "what is the address '%s'?", address);
	return a;
}

static inline socklen_t addr_name(struct sockaddr_storage *to, const struct addr *a)
{
	struct sockaddr_in6 *in6 = (void *)to;
	struct sockaddr_in *in = (void *)to;

	memset(to, 0, sizeof(*to));
	to->ss_family = a->family;
	in->sin_port = htons(a->port);
	if (a->family == AF_INET) {
		memcpy(&in->sin_addr, a->at, 4);
		return sizeof(*in);
	}
	memcpy(&in6->sin6_addr, a->at, 16);
	return sizeof(*in6);
}

static inline socklen_t udp_name(struct sockaddr_storage *to, const char *address,
				 int port)
{
	struct addr a = addr_of(address, port);

	return addr_name(to, &a);
}

/* Gives @fd an xfrm policy of its own: it sends without ESP, whatever those of the
 * host say.
 */
static inline bool bypass_xfrm(int fd)
{
	struct xfrm_userpolicy_info policy = {
		.dir = XFRM_POLICY_OUT, .action = XFRM_POLICY_ALLOW,
		.lft = { XFRM_INF, XFRM_INF, XFRM_INF, XFRM_INF },
	};
	socklen_t len = sizeof(int);
	int family;

	/* loads what knows the policies of sockets */
	close(socket(AF_NETLINK, SOCK_RAW, NETLINK_XFRM));
	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &len))
		return false;
	policy.sel.family = family;
	return !setsockopt(fd, family == AF_INET ? SOL_IP : SOL_IPV6,
			   family == AF_INET ? IP_XFRM_POLICY : IPV6_XFRM_POLICY,
			   &policy, sizeof(policy));
}

/* Bound to @address and @port (0: any); -1 if it cannot be. */
static inline int udp(const char *address, int port)
{
	struct sockaddr_storage at;
	socklen_t len = udp_name(&at, address, port);
	int fd = socket(at.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0), size = 8 << 20;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (bind(fd, (struct sockaddr *)&at, len)) {
		close(fd);
		return -1;
	}
	return fd;
}

static inline ssize_t udp_send(int fd, const char *address, int port,
			       const void *data, size_t len)
{
	struct sockaddr_storage to;
	socklen_t to_len = udp_name(&to, address, port);

	return sendto(fd, data, len, MSG_DONTWAIT, (struct sockaddr *)&to, to_len);
}

#endif /* _SELFTESTS_UDP_H */
