/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_HOST_H
#define _GMG_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"

/* What this host and namespace are like, read from /proc, /lib/modules and the
 * C library; nothing here needs the module.
 */

/* A socket that waits for packets: bound to an address, or to any (@any). */
struct gmg_listener {
	struct gmg_prefix address;
	uint16_t port;		/* host order */
	uint8_t proto;		/* IPPROTO_UDP or IPPROTO_TCP */
	bool any;
};

enum host_answer { HOST_NO, HOST_YES, HOST_UNKNOWN };

/* Is the module alias @alias ("crypto-gcm", "xfrm-type-2-50") loadable or built
 * in? UNKNOWN without the lists of the running kernel.
 */
enum host_answer host_has_alias(const char *alias);

/* Is an algorithm registered already? */
bool host_has_crypto(const char *name);

/* The number in /proc/sys/@path, -1 if there is none. */
long host_sysctl(const char *path);

/* Names of the network interfaces; NULL-terminated, host_names_free(). */
char **host_interfaces(void);
void host_names_free(char **names);

/* Is @addr an address of an interface? */
bool host_owns(const struct gmg_prefix *addr);

/* TCP listeners and unconnected UDP sockets; free(). NULL if there are none. */
struct gmg_listener *host_listeners(size_t *n);

#endif /* _GMG_HOST_H */
