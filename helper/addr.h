/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_ADDR_H
#define _GMG_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* Room for any address with any prefix length as text, NUL included. */
#define GMG_PREFIX_STRLEN 50

/**
 * struct gmg_prefix - an address prefix; a host has all bits of its family
 * @family: AF_INET or AF_INET6
 * @len:    prefix length in bits
 * @addr:   network order; IPv4 in the first four octets, the others zero
 */
struct gmg_prefix {
	uint8_t family;
	uint8_t len;
	uint8_t addr[16];
};

/* Octets (4 or 16) and bits (32 or 128) of an address of this family. */
size_t addr_octets(uint8_t family);
uint8_t addr_bits(uint8_t family);

/* Reads "ADDRESS/LENGTH" or "ADDRESS". False if @text is neither. */
bool prefix_parse(struct gmg_prefix *p, const char *text);

/* Takes the 4 or 16 octets of a netlink attribute. False on another @n. */
bool prefix_from_octets(struct gmg_prefix *p, const void *octets, size_t n);

/* Clears the host bits; true if there were any. */
bool prefix_mask(struct gmg_prefix *p);

/* Writes "ADDRESS/LENGTH", or only the address, and returns @buf. */
const char *prefix_format(const struct gmg_prefix *p, char buf[GMG_PREFIX_STRLEN]);
const char *addr_format(const struct gmg_prefix *p, char buf[GMG_PREFIX_STRLEN]);

/* Room for an address and a port. */
#define GMG_ENDPOINT_STRLEN (GMG_PREFIX_STRLEN + 8)

/* Writes "192.0.2.1:5060" or "[2001:db8::1]:5060" and returns @buf. */
const char *endpoint_format(const struct gmg_prefix *p, uint16_t port,
			    char buf[GMG_ENDPOINT_STRLEN]);

/**
 * struct gmg_sockaddr - where a packet comes from or goes to
 * @port: host order, 0: it is not said
 */
struct gmg_sockaddr {
	struct gmg_prefix addr;
	uint16_t port;
};

/* Reads "192.0.2.1", "2001:db8::1", "[2001:db8::1]", and with a port "192.0.2.1:5060" or
 * "[2001:db8::1]:5060", of @n octets. An IPv4 address in an IPv6 one (::ffff:192.0.2.1) is
 * IPv4. False if it is none of these.
 */
bool sockaddr_parse(struct gmg_sockaddr *s, const char *text, size_t n);

/* The same of a struct sockaddr and back. False if it is NULL, neither of these or has no port. */
bool sockaddr_take(struct gmg_sockaddr *s, const struct sockaddr *from);
void sockaddr_give(const struct gmg_sockaddr *s, struct sockaddr_storage *to);

/* Orders by family, address, then the shorter prefix first, so that a prefix
 * directly follows those that contain it.
 */
int prefix_compare(const struct gmg_prefix *a, const struct gmg_prefix *b);

/* @b is @a or a part of it. */
bool prefix_covers(const struct gmg_prefix *a, const struct gmg_prefix *b);

/* What keeps an address from being a host's own unicast address ("a multicast
 * address"), or NULL if nothing does.
 */
const char *addr_unfit(const struct gmg_prefix *p);

#endif /* _GMG_ADDR_H */
