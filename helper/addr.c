// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "addr.h"
#include "array.h"

size_t addr_octets(uint8_t family)
{
	return family == AF_INET ? 4 : 16;
}

uint8_t addr_bits(uint8_t family)
{
	return 8 * addr_octets(family);
}

static bool length_parse(uint8_t *len, const char *text, uint8_t max)
{
	unsigned int value = 0;
	size_t i;

	for (i = 0; text[i] >= '0' && text[i] <= '9' && i < 3; i++)
		value = value * 10 + (text[i] - '0');
	if (!i || text[i] || value > max || (text[0] == '0' && i > 1))
		return false;
	*len = value;
	return true;
}

bool prefix_parse(struct gmg_prefix *p, const char *text)
{
	const char *slash = strchr(text, '/');
	size_t n = slash ? (size_t)(slash - text) : strlen(text);
	char addr[INET6_ADDRSTRLEN];

	if (n >= sizeof(addr))
		return false;
	memcpy(addr, text, n);
	addr[n] = '\0';

	memset(p, 0, sizeof(*p));
	if (inet_pton(AF_INET, addr, p->addr) == 1)
		p->family = AF_INET;
	else if (inet_pton(AF_INET6, addr, p->addr) == 1)
		p->family = AF_INET6;
	else
		return false;
	p->len = addr_bits(p->family);
	return !slash || length_parse(&p->len, slash + 1, p->len);
}

bool prefix_from_octets(struct gmg_prefix *p, const void *octets, size_t n)
{
	memset(p, 0, sizeof(*p));
	if (n != 4 && n != 16)
		return false;
	p->family = n == 4 ? AF_INET : AF_INET6;
	p->len = addr_bits(p->family);
	memcpy(p->addr, octets, n);
	return true;
}

bool prefix_mask(struct gmg_prefix *p)
{
	size_t i, n = addr_octets(p->family);
	bool any = false;

	for (i = p->len / 8; i < n; i++) {
		uint8_t keep = i == p->len / 8 ? ~(0xff >> p->len % 8) : 0;

		any |= p->addr[i] & ~keep;
		p->addr[i] &= keep;
	}
	return any;
}

const char *addr_format(const struct gmg_prefix *p, char buf[GMG_PREFIX_STRLEN])
{
	if (!inet_ntop(p->family, p->addr, buf, GMG_PREFIX_STRLEN))
		buf[0] = '\0';
	return buf;
}

const char *prefix_format(const struct gmg_prefix *p, char buf[GMG_PREFIX_STRLEN])
{
	size_t n;

	addr_format(p, buf);
	n = strlen(buf);
	snprintf(buf + n, GMG_PREFIX_STRLEN - n, "/%u", p->len);
	return buf;
}

const char *endpoint_format(const struct gmg_prefix *p, uint16_t port,
			    char buf[GMG_ENDPOINT_STRLEN])
{
	char text[GMG_PREFIX_STRLEN];

	snprintf(buf, GMG_ENDPOINT_STRLEN, addr_octets(p->family) == 4 ? "%s:%u" : "[%s]:%u",
		 addr_format(p, text), port);
	return buf;
}

/* 1 to 65535, decimal. */
static bool port_of(const char *text, size_t n, uint16_t *port)
{
	uint32_t value = 0;
	size_t i;

	for (i = 0; i < n && i < 5 && text[i] >= '0' && text[i] <= '9'; i++)
		value = value * 10 + (text[i] - '0');
	*port = value;
	return n && i == n && value && value <= UINT16_MAX;
}

/* Of an IPv4 address in an IPv6 one only the former is left. */
static void unmap(struct gmg_prefix *p)
{
	struct in6_addr in6;

	memcpy(&in6, p->addr, sizeof(in6));
	if (p->family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&in6))
		prefix_from_octets(p, in6.s6_addr + 12, 4);
}

bool sockaddr_parse(struct gmg_sockaddr *s, const char *text, size_t n)
{
	bool bracket = n && *text == '[';
	const char *host = text + bracket, *end = text + n, *after;
	char addr[INET6_ADDRSTRLEN];

	*s = (struct gmg_sockaddr){ .port = 0 };
	after = memchr(host, bracket ? ']' : ':', end - host);
	/* more than one colon is of an address that stands alone */
	if (!bracket && after && memchr(after + 1, ':', end - after - 1))
		after = NULL;
	if (!after && bracket)
		return false;
	after = after ?: end;
	if ((size_t)(after - host) >= sizeof(addr) || memchr(host, '/', after - host))
		return false;
	*(char *)mempcpy(addr, host, after - host) = '\0';
	if (!prefix_parse(&s->addr, addr) || (bracket && s->addr.family != AF_INET6))
		return false;
	unmap(&s->addr);
	after += bracket;
	return after == end || (*after == ':' && port_of(after + 1, end - after - 1, &s->port));
}

static void take_octets(struct gmg_sockaddr *s, const void *octets, size_t n, in_port_t port)
{
	prefix_from_octets(&s->addr, octets, n);
	unmap(&s->addr);
	s->port = ntohs(port);
}

bool sockaddr_take(struct gmg_sockaddr *s, const struct sockaddr *from)
{
	const struct sockaddr_in6 *in6 = (const void *)from;
	const struct sockaddr_in *in = (const void *)from;

	*s = (struct gmg_sockaddr){ .port = 0 };
	if (!from)
		return false;
	if (from->sa_family == AF_INET)
		take_octets(s, &in->sin_addr, 4, in->sin_port);
	else if (from->sa_family == AF_INET6)
		take_octets(s, &in6->sin6_addr, 16, in6->sin6_port);
	return s->port;
}

void sockaddr_give(const struct gmg_sockaddr *s, struct sockaddr_storage *to)
{
	struct sockaddr_in6 *in6 = (void *)to;
	struct sockaddr_in *in = (void *)to;

	memset(to, 0, sizeof(*to));
	to->ss_family = s->addr.family;
	if (s->addr.family == AF_INET) {
		memcpy(&in->sin_addr, s->addr.addr, 4);
		in->sin_port = htons(s->port);
	} else {
		memcpy(&in6->sin6_addr, s->addr.addr, 16);
		in6->sin6_port = htons(s->port);
	}
}

int prefix_compare(const struct gmg_prefix *a, const struct gmg_prefix *b)
{
	int diff;

	if (a->family != b->family)
		return a->family == AF_INET ? -1 : 1;
	diff = memcmp(a->addr, b->addr, sizeof(a->addr));
	return diff ? diff : a->len - b->len;
}

bool prefix_covers(const struct gmg_prefix *a, const struct gmg_prefix *b)
{
	struct gmg_prefix part = *b;

	if (a->family != b->family || a->len > b->len)
		return false;
	part.len = a->len;
	prefix_mask(&part);
	return !memcmp(a->addr, part.addr, sizeof(a->addr));
}

const char *addr_unfit(const struct gmg_prefix *p)
{
	static const struct { const char *prefix, *what; } row[] = {
		{ "0.0.0.0/8",		"an unspecified address" },
		{ "127.0.0.0/8",	"a loopback address" },
		{ "224.0.0.0/4",	"a multicast address" },
		{ "255.255.255.255/32",	"the broadcast address" },
		{ "::/128",		"the unspecified address" },
		{ "::1/128",		"the loopback address" },
		{ "::ffff:0:0/96",	"an IPv4-mapped address" },
		{ "ff00::/8",		"a multicast address" },
	};
	struct gmg_prefix no;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		if (prefix_parse(&no, row[i].prefix) && prefix_covers(&no, p))
			return row[i].what;
	return NULL;
}
