/* SPDX-License-Identifier: GPL-2.0 */
/* The packets that pkt sends, from the front to the back. */
#ifndef _SELFTESTS_PACKET_H
#define _SELFTESTS_PACKET_H

#include <endian.h>
#include <err.h>
#include <linux/types.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

enum { DCCP = 33, UDPLITE = 136, NONE = 59, FRAGMENT = 44 };
enum { TCP_SYN = 2, TCP_ACK = 16 };

struct addr {
	int family;
	__u8 at[16];
	__u16 port;
};

static inline size_t addr_len(const struct addr *a)
{
	return a->family == AF_INET ? 4 : 16;
}

struct packet {
	struct addr src, dst, via;
	const char *headers;		/* -x */
	__u8 *payload;
	size_t payload_len;
	int proto, icmp_type, icmp_code, flags, ttl;
	long truncate;			/* -1: not */
	size_t beyond;			/* octets of @payload behind what UDP says */
	__u32 spi, id;
};

/* The index of a word in a list, or the value that goes with it. */
static inline int word(const char *what, const char *s, size_t len,
		       const char *const *words, const int *values)
{
	size_t i;

	for (i = 0; words[i]; i++)
		if (strlen(words[i]) == len && !strncmp(words[i], s, len))
			return values ? values[i] : (int)i;
	errx(2, "'%.*s' is not a %s (see -h)", (int)len, s, what);
}

struct buf {
	__u8 at[70000];
	size_t len;
};

static inline __u8 *put(struct buf *b, const void *data, size_t len)
{
	__u8 *at = b->at + b->len;

	if (b->len + len > sizeof(b->at))
		errx(2, "the packet is too large");
	if (data)
		memcpy(at, data, len);
	else
		memset(at, 0, len);
	b->len += len;
	return at;
}

static inline void set16(__u8 *at, __u16 v)
{
	at[0] = v >> 8;
	at[1] = v;
}

static inline void set32(__u8 *at, __u32 v)
{
	set16(at, v >> 16);
	set16(at + 2, v);
}

static inline __u32 sum(__u32 s, const __u8 *at, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		s += i & 1 ? at[i] : at[i] << 8;
	return s;
}

static inline __u16 fold(__u32 s)
{
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return ~s;
}

/* RFC 768 and RFC 8200 8.1: the sum over the pseudo-header as well. The final
 * destination counts, which is what DST is: rt-left has only itself to visit.
 */
static inline __u16 checksum(const struct packet *p, const __u8 *at, size_t len)
{
	__u32 s = p->proto + len;

	s = sum(s, p->src.at, addr_len(&p->src));
	s = sum(s, p->dst.at, addr_len(&p->dst));
	return fold(sum(s, at, len));
}

static inline __u32 crc32c(const __u8 *at, size_t len)
{
	__u32 crc = ~0U;
	int bit;

	for (; len; len--) {
		crc ^= *at++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return ~crc;
}

static inline void put_ah(struct buf *b, const struct packet *p, __u8 next)
{
	__u8 *h = put(b, NULL, 24);	/* with an ICV of 96 bits */

	h[0] = next;
	h[1] = 24 / 4 - 2;
	set32(h + 4, p->spi);
	set32(h + 8, 1);
}

static inline void put_packet(struct buf *b, const struct packet *p);

static inline bool is_error(const struct packet *p)
{
	if (p->proto == IPPROTO_ICMPV6)
		return p->icmp_type < 128;
	return p->icmp_type == 3 || p->icmp_type == 11 || p->icmp_type == 12;
}

static inline void put_icmp(struct buf *b, const struct packet *p)
{
	size_t start = b->len;
	__u8 *h = put(b, NULL, 8);
	__u16 check;

	h[0] = p->icmp_type;
	h[1] = p->icmp_code;
	if (!is_error(p))
		set16(h + 4, p->src.port);
	if (is_error(p) && !p->payload) {
		struct packet in = {
			.src = p->dst, .dst = p->src, .proto = IPPROTO_UDP,
			.ttl = 63, .truncate = -1, .id = 1,
		};

		put_packet(b, &in);
	} else {
		put(b, p->payload, p->payload_len);
	}
	check = p->proto == IPPROTO_ICMPV6 ?
		checksum(p, h, b->len - start) :
		fold(sum(0, h, b->len - start));
	set16(h + 2, check);
}

/* UDP, UDP-Lite, TCP, DCCP (a request), SCTP (an INIT). */
static inline void put_ports(struct buf *b, const struct packet *p, size_t len)
{
	size_t start = b->len, check = p->proto == DCCP ? 6 :
				       p->proto == IPPROTO_TCP ? 16 : 6;
	__u8 *h = put(b, NULL, len);
	__u16 v;

	put(b, p->payload, p->payload_len);
	set16(h, p->src.port);
	set16(h + 2, p->dst.port);
	switch (p->proto) {
	case IPPROTO_UDP:
		set16(h + 4, len + p->payload_len);
		break;
	case IPPROTO_TCP:
		set32(h + 4, 1);
		set32(h + 8, p->flags & TCP_ACK ? 1 : 0);
		h[12] = len / 4 << 4;
		h[13] = p->flags;
		set16(h + 14, 65535);
		break;
	case DCCP:
		h[4] = len / 4;
		h[8] = 1;	/* long sequence numbers */
		h[15] = 1;
		break;
	case IPPROTO_SCTP: {
		__u32 crc;

		h[12] = 1;
		set16(h + 14, 20);
		set32(h + 16, p->id);
		set32(h + 20, 65535);
		set16(h + 24, 1);
		set16(h + 26, 1);
		set32(h + 28, 1);
		crc = htole32(crc32c(h, b->len - start));
		memcpy(h + 8, &crc, 4);
		return;
	}
	}
	v = checksum(p, h, b->len - start);
	set16(h + check, v ?: 0xffff);
}

static inline void put_transport(struct buf *b, const struct packet *p)
{
	size_t start = b->len;
	struct packet told;
	__u8 *h;

	switch (p->proto) {
	case IPPROTO_UDP:
		told = *p;
		told.payload_len -= p->beyond;
		put_ports(b, &told, 8);
		put(b, p->payload + told.payload_len, p->beyond);
		break;
	case UDPLITE:
		put_ports(b, p, 8);
		break;
	case IPPROTO_TCP:
	case DCCP:
		put_ports(b, p, 20);
		break;
	case IPPROTO_SCTP:
		put_ports(b, p, 32);
		break;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		put_icmp(b, p);
		break;
	case IPPROTO_ESP:
		h = put(b, NULL, 8);
		set32(h, p->spi);
		set32(h + 4, 1);
		put(b, p->payload, p->payload_len);
		break;
	case IPPROTO_AH:
		put_ah(b, p, NONE);
		break;
	default:
		put(b, p->payload, p->payload_len);
	}
	if (p->truncate >= 0 && b->len - start > (size_t)p->truncate)
		b->len = start + p->truncate;
}

enum { HBH, DST, RT, RT_LEFT, FRAG, AH, NO_NEXT };

static inline int next_header(const char **s)
{
	static const char *const name[] = {
		"hbh", "dst", "rt", "rt-left", "frag", "ah", "none", NULL
	};
	size_t len = strcspn(*s, ",");
	int kind = word("header", *s, len, name, NULL);

	*s += len + ((*s)[len] == ',');
	return kind;
}

static inline __u8 next_proto(const char *s, __u8 last)
{
	static const __u8 proto[] = { 0, 60, 43, 43, FRAGMENT, 51, NONE };

	return *s ? proto[next_header(&s)] : last;
}

/* The headers of @s, the transport header behind them; @cut is where in the
 * buffer the first fragment header is.
 */
static inline void put_headers(struct buf *b, const struct packet *p, const char *s,
			size_t *cut)
{
	__u8 *h, next;
	int kind;

	while (*s) {
		kind = next_header(&s);
		next = next_proto(s, p->proto);
		if (p->src.family == AF_INET && kind != AH)
			errx(2, "IPv4 has no header but ah to put in");
		switch (kind) {
		case HBH:
		case DST:
			h = put(b, "\0\0\1\4\0\0\0\0", 8);	/* PadN */
			*h = next;
			break;
		case RT:
		case RT_LEFT:
			h = put(b, NULL, 24);	/* type 0: hosts take it when */
			h[0] = next;		/* no segment is left */
			h[1] = 2;
			h[3] = kind == RT_LEFT;
			memcpy(h + 8, p->dst.at, 16);
			break;
		case FRAG:
			if (!*cut)
				*cut = b->len;
			h = put(b, NULL, 8);
			h[0] = next;
			set32(h + 4, p->id);
			break;
		case AH:
			put_ah(b, p, next);
			break;
		}
	}
	put_transport(b, p);
}

static inline void put_ip4(struct buf *b, const struct packet *p)
{
	size_t start = b->len, len = p->via.family ? 28 : 20, cut = 0;
	__u8 *h = put(b, NULL, len);

	h[0] = 0x40 | len / 4;
	set16(h + 4, p->id);
	h[8] = p->ttl;
	h[9] = next_proto(p->headers ?: "", p->proto);
	memcpy(h + 12, p->src.at, 4);
	memcpy(h + 16, p->via.family ? p->via.at : p->dst.at, 4);
	if (p->via.family) {
		memcpy(h + 20, "\1\x83\7\4", 4);	/* NOP, LSRR */
		memcpy(h + 24, p->dst.at, 4);
	}
	put_headers(b, p, p->headers ?: "", &cut);
	set16(h + 2, b->len - start);
	set16(h + 10, fold(sum(0, h, len)));
}

static inline size_t put_ip6(struct buf *b, const struct packet *p)
{
	size_t start = b->len, cut = 0;
	__u8 *h = put(b, NULL, 40);

	h[0] = 0x60;
	h[6] = next_proto(p->headers ?: "", p->proto);
	h[7] = p->ttl;
	memcpy(h + 8, p->src.at, 16);
	memcpy(h + 24, p->dst.at, 16);
	put_headers(b, p, p->headers ?: "", &cut);
	set16(h + 4, b->len - start - 40);
	return cut;
}

static inline void put_packet(struct buf *b, const struct packet *p)
{
	if (p->src.family == AF_INET)
		put_ip4(b, p);
	else
		put_ip6(b, p);
}

/* How many fragments of @size octets the packet @b makes that is cut at @cut.
 * What is before that is in all of them; IPv6 has its fragment header there.
 */
static inline size_t fragments(const struct buf *b, bool v6, size_t cut,
			       size_t size)
{
	return (b->len - cut - (v6 ? 8 : 0) + size - 1) / size;
}

/* Fragment @i; with @overlap it begins 8 octets before the last one ended. */
static inline void put_fragment(struct buf *f, const struct buf *b, bool v6,
				size_t cut, size_t size, size_t i, bool overlap)
{
	bool more = i + 1 < fragments(b, v6, cut, size);
	size_t body = cut + (v6 ? 8 : 0), from = i * size;
	size_t len = more ? size : b->len - body - from;

	if (overlap && i) {
		from -= 8;
		len += 8;
	}
	put(f, b->at, body);
	put(f, b->at + body + from, len);
	if (v6) {
		set16(f->at + 4, f->len - 40);
		set16(f->at + cut + 2, from | more);
	} else {
		set16(f->at + 2, f->len);
		set16(f->at + 6, from / 8 | more << 13);
		set16(f->at + 10, 0);
		set16(f->at + 10, fold(sum(0, f->at, cut)));
	}
}

#endif /* _SELFTESTS_PACKET_H */
