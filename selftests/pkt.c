// SPDX-License-Identifier: GPL-2.0
/* pkt: sends one raw packet, as right or as odd as asked for, and receives.
 *
 * A packet goes to the link layer as it is (AF_PACKET), past the routing and
 * the filters of the sender, so any source address can be claimed. Checksums
 * are right and no packet but the asked one is sent (ARP or neighbour discovery
 * apart).
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <net/if_arp.h>
#include <linux/if_packet.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef SO_RCVMARK
#define SO_RCVMARK 75
#endif

enum { DCCP = 33, UDPLITE = 136, NONE = 59, FRAGMENT = 44 };
enum { TCP_SYN = 2, TCP_ACK = 16 };

static const char usage_text[] =
"usage: pkt [OPTION]... SRC[:PORT] DST[:PORT]\n"
"       pkt recv [-u|-T] [-t SECONDS] [-c COUNT] ADDR PORT\n"
"\n"
"Sends a packet; IPv6 addresses with a port stand in brackets.\n"
"  -n COUNT     send it so often\n"
"  -i DEV       through this interface (default: the route's to DST)\n"
"  -g ADDR      by this next hop (default: the route's gateway, or DST)\n"
"  -m MAC       to this link address (default: the next hop's, from the\n"
"               kernel's neighbours; it asks if it is not known)\n"
"  -P PROTO     udp (default) tcp icmp icmp6 esp ah sctp udplite dccp or a number\n"
"  -F FLAGS     TCP: fin,syn,rst,psh,ack,urg (default syn)\n"
"  -T TYPE[:CODE]\n"
"               ICMP (default echo request); an error without -d carries the\n"
"               UDP datagram from DST to SRC that it answers\n"
"  -s SPI       ESP, AH (default 4096)\n"
"  -d TEXT|@FILE\n"
"               the payload (default \"gmguard\")\n"
"  -L N         leave only N octets of the transport header and payload\n"
"  -t TTL       hop limit (default 64)\n"
"  -O lsrr:ADDR IPv4 option: a loose source route by ADDR\n"
"  -x HEADER,...\n"
"               hbh dst rt rt-left frag ah none, in this order and any number;\n"
"               rt-left has a segment left; frag is an atomic fragment, or with\n"
"               -f where it is cut; IPv4 knows ah only\n"
"  -f SIZE      fragments of SIZE octets, a multiple of 8\n"
"  -o ORDER     reverse, overlap (by 8 octets), first-only, rest-only\n"
"\n"
"recv binds a UDP (-u, default) or listens on a TCP (-T) socket and prints\n"
"\"ready\", then a line \"SRC:PORT LENGTH MARK\" for each datagram or connection.\n"
"Its status is 0 after COUNT (1) of them, 1 after SECONDS (5) without.\n";

static void __attribute__((noreturn)) usage(FILE *f)
{
	fputs(usage_text, f);
	exit(f == stdout ? 0 : 2);
}

struct addr {
	int family;
	uint8_t at[16];
	uint16_t port;
};

static size_t addr_len(const struct addr *a)
{
	return a->family == AF_INET ? 4 : 16;
}

struct packet {
	struct addr src, dst, via;
	const char *headers;		/* -x */
	uint8_t *payload;
	size_t payload_len;
	int proto, icmp_type, icmp_code, flags, ttl;
	long truncate;			/* -1: not */
	uint32_t spi, id;
};

enum order { IN_ORDER, REVERSE, OVERLAP, FIRST_ONLY, REST_ONLY };

struct link {
	struct sockaddr_ll to;
	int fd;
};

/* Numbers and addresses of the command line */

static long number(const char *s, long min, long max)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(s, &end, 0);
	if (errno || end == s || *end || n < min || n > max)
		errx(2, "'%s' is not a number from %ld to %ld", s, min, max);
	return n;
}

static struct addr address(const char *s)
{
	struct addr a = { .family = AF_INET };
	char host[64], *port = NULL;

	if (strlen(s) >= sizeof(host))
		errx(2, "'%s' is not an address", s);
	strcpy(host, s);
	if (*host == '[') {
		char *end = strchr(host, ']');

		if (!end || (end[1] && end[1] != ':'))
			errx(2, "'%s' is not [ADDRESS] or [ADDRESS]:PORT", s);
		*end = '\0';
		port = end[1] ? end + 2 : NULL;
		memmove(host, host + 1, strlen(host));
	} else if (strchr(host, ':') == strrchr(host, ':')) {
		port = strchr(host, ':');
		if (port)
			*port++ = '\0';
	}
	if (inet_pton(AF_INET, host, a.at) != 1) {
		a.family = AF_INET6;
		if (inet_pton(AF_INET6, host, a.at) != 1)
			errx(2, "'%s' is not an address", s);
	}
	if (port)
		a.port = number(port, 0, 65535);
	return a;
}

static int word(const char *what, const char *s, size_t len,
		const char *const *words, const int *values)
{
	size_t i;

	for (i = 0; words[i]; i++)
		if (strlen(words[i]) == len && !strncmp(words[i], s, len))
			return values ? values[i] : (int)i;
	errx(2, "'%.*s' is not a %s (see -h)", (int)len, s, what);
}

static int protocol(const char *s)
{
	static const char *const name[] = {
		"udp", "tcp", "icmp", "icmp6", "esp", "ah", "sctp", "udplite",
		"dccp", NULL
	};
	static const int value[] = {
		IPPROTO_UDP, IPPROTO_TCP, IPPROTO_ICMP, IPPROTO_ICMPV6,
		IPPROTO_ESP, IPPROTO_AH, IPPROTO_SCTP, UDPLITE, DCCP
	};

	if (*s >= '0' && *s <= '9')
		return number(s, 0, 255);
	return word("protocol", s, strlen(s), name, value);
}

static int tcp_flags(const char *s)
{
	static const char *const name[] = {
		"fin", "syn", "rst", "psh", "ack", "urg", NULL
	};
	int flags = 0;
	size_t len;

	for (; *s; s += len + (s[len] == ',')) {
		len = strcspn(s, ",");
		flags |= 1 << word("TCP flag", s, len, name, NULL);
	}
	return flags;
}

static void read_payload(struct packet *p, const char *s)
{
	FILE *f;

	p->payload = malloc(65536);
	if (!p->payload)
		err(1, "payload");
	if (*s != '@') {
		p->payload_len = strnlen(s, 65536);
		memcpy(p->payload, s, p->payload_len);
		return;
	}
	f = fopen(s + 1, "r");
	if (!f)
		err(1, "%s", s + 1);
	p->payload_len = fread(p->payload, 1, 65536, f);
	fclose(f);
}

/* The packet, from the front to the back */

struct buf {
	uint8_t at[70000];
	size_t len;
};

static uint8_t *put(struct buf *b, const void *data, size_t len)
{
	uint8_t *at = b->at + b->len;

	if (b->len + len > sizeof(b->at))
		errx(2, "the packet is too large");
	if (data)
		memcpy(at, data, len);
	else
		memset(at, 0, len);
	b->len += len;
	return at;
}

static void set16(uint8_t *at, uint16_t v)
{
	at[0] = v >> 8;
	at[1] = v;
}

static void set32(uint8_t *at, uint32_t v)
{
	set16(at, v >> 16);
	set16(at + 2, v);
}

static uint32_t sum(uint32_t s, const uint8_t *at, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		s += i & 1 ? at[i] : at[i] << 8;
	return s;
}

static uint16_t fold(uint32_t s)
{
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return ~s;
}

/* RFC 768 and RFC 8200 8.1: the sum over the pseudo-header as well. The final
 * destination counts, which is what DST is: rt-left has only itself to visit.
 */
static uint16_t checksum(const struct packet *p, const uint8_t *at, size_t len)
{
	uint32_t s = p->proto + len;

	s = sum(s, p->src.at, addr_len(&p->src));
	s = sum(s, p->dst.at, addr_len(&p->dst));
	return fold(sum(s, at, len));
}

static uint32_t crc32c(const uint8_t *at, size_t len)
{
	uint32_t crc = ~0U;
	int bit;

	for (; len; len--) {
		crc ^= *at++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return ~crc;
}

static void put_ah(struct buf *b, const struct packet *p, uint8_t next)
{
	uint8_t *h = put(b, NULL, 24);	/* with an ICV of 96 bits */

	h[0] = next;
	h[1] = 24 / 4 - 2;
	set32(h + 4, p->spi);
	set32(h + 8, 1);
}

static void put_packet(struct buf *b, const struct packet *p);

static bool is_error(const struct packet *p)
{
	if (p->proto == IPPROTO_ICMPV6)
		return p->icmp_type < 128;
	return p->icmp_type == 3 || p->icmp_type == 11 || p->icmp_type == 12;
}

static void put_icmp(struct buf *b, const struct packet *p)
{
	size_t start = b->len;
	uint8_t *h = put(b, NULL, 8);
	uint16_t check;

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
static void put_ports(struct buf *b, const struct packet *p, size_t len)
{
	size_t start = b->len, check = p->proto == DCCP ? 6 :
				       p->proto == IPPROTO_TCP ? 16 : 6;
	uint8_t *h = put(b, NULL, len);
	uint16_t v;

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
		uint32_t crc;

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

static void put_transport(struct buf *b, const struct packet *p)
{
	size_t start = b->len;
	uint8_t *h;

	switch (p->proto) {
	case IPPROTO_UDP:
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

static int next_header(const char **s)
{
	static const char *const name[] = {
		"hbh", "dst", "rt", "rt-left", "frag", "ah", "none", NULL
	};
	size_t len = strcspn(*s, ",");
	int kind = word("header", *s, len, name, NULL);

	*s += len + ((*s)[len] == ',');
	return kind;
}

static uint8_t next_proto(const char *s, uint8_t last)
{
	static const uint8_t proto[] = { 0, 60, 43, 43, FRAGMENT, 51, NONE };

	return *s ? proto[next_header(&s)] : last;
}

/* The headers of @s, the transport header behind them; @cut is where in the
 * buffer the first fragment header is.
 */
static void put_headers(struct buf *b, const struct packet *p, const char *s,
			size_t *cut)
{
	uint8_t *h, next;
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

static void put_ip4(struct buf *b, const struct packet *p)
{
	size_t start = b->len, len = p->via.family ? 28 : 20, cut = 0;
	uint8_t *h = put(b, NULL, len);

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

static size_t put_ip6(struct buf *b, const struct packet *p)
{
	size_t start = b->len, cut = 0;
	uint8_t *h = put(b, NULL, 40);

	h[0] = 0x60;
	h[6] = next_proto(p->headers ?: "", p->proto);
	h[7] = p->ttl;
	memcpy(h + 8, p->src.at, 16);
	memcpy(h + 24, p->dst.at, 16);
	put_headers(b, p, p->headers ?: "", &cut);
	set16(h + 4, b->len - start - 40);
	return cut;
}

static void put_packet(struct buf *b, const struct packet *p)
{
	if (p->src.family == AF_INET)
		put_ip4(b, p);
	else
		put_ip6(b, p);
}

/* Sending */

static void transmit(const struct link *l, const struct buf *b)
{
	if (sendto(l->fd, b->at, b->len, 0, (const struct sockaddr *)&l->to,
		   sizeof(l->to)) != (ssize_t)b->len)
		err(1, "send %zu octets", b->len);
}

/* Fragment @i of @size octets each of the packet @b, cut at @cut: what is
 * before is in all of them. IPv6 has its fragment header there already.
 */
static bool fragment(const struct link *l, const struct buf *b, bool v6,
		     size_t cut, size_t size, size_t i, enum order order)
{
	size_t body = cut + (v6 ? 8 : 0), total = b->len - body;
	size_t from = i * size, len = size;
	struct buf f = { .len = 0 };
	bool more;

	if (from >= total)
		return false;
	if (len > total - from)
		len = total - from;
	more = from + len < total;
	if (order == OVERLAP && i) {
		from -= 8;
		len += 8;
	}
	put(&f, b->at, body);
	put(&f, b->at + body + from, len);
	if (v6) {
		set16(f.at + 4, f.len - 40);
		set16(f.at + cut + 2, from | more);
	} else {
		set16(f.at + 2, f.len);
		set16(f.at + 6, from / 8 | more << 13);
		set16(f.at + 10, 0);
		set16(f.at + 10, fold(sum(0, f.at, cut)));
	}
	if ((order != FIRST_ONLY || !i) && (order != REST_ONLY || i))
		transmit(l, &f);
	return true;
}

static void send_fragments(const struct link *l, const struct buf *b, bool v6,
			   size_t cut, size_t size, enum order order)
{
	size_t n = (b->len - cut - (v6 ? 8 : 0) + size - 1) / size, i;

	if (n < 2)
		errx(2, "the packet fits one fragment of %zu octets", size);
	for (i = 0; i < n; i++)
		fragment(l, b, v6, cut, size, order == REVERSE ? n - 1 - i : i,
			 order);
}

static void send_packet(const struct link *l, const struct packet *p,
			size_t size, enum order order)
{
	struct buf b = { .len = 0 };
	size_t cut;

	if (p->src.family == AF_INET) {
		put_ip4(&b, p);
		cut = (b.at[0] & 15) * 4;
	} else {
		cut = put_ip6(&b, p);
	}
	if (size)
		send_fragments(l, &b, p->src.family == AF_INET6, cut, size,
			       order);
	else
		transmit(l, &b);
}

/* Where to: routes and neighbours as the kernel knows them */

struct request {
	struct nlmsghdr nlh;
	union {
		struct rtmsg rtm;
		struct ndmsg ndm;
	};
	uint8_t attrs[64];
};

static void put_attr(struct request *r, int type, const void *data, size_t len)
{
	struct rtattr *a = (void *)((uint8_t *)r + NLMSG_ALIGN(r->nlh.nlmsg_len));

	a->rta_type = type;
	a->rta_len = RTA_LENGTH(len);
	memcpy(RTA_DATA(a), data, len);
	r->nlh.nlmsg_len = NLMSG_ALIGN(r->nlh.nlmsg_len) + RTA_ALIGN(a->rta_len);
}

/* Asks; returns 0 or a negative errno, and copies attribute @i of the answer to
 * out[i] (of @len[i] octets) where it is there.
 */
static int ask(struct request *r, size_t head, const int *types, void **out,
	       const size_t *len, int n)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), i;
	uint8_t answer[8192] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = (void *)answer;
	ssize_t size;

	if (fd < 0 || send(fd, r, r->nlh.nlmsg_len, 0) < 0)
		err(1, "rtnetlink");
	size = recv(fd, answer, sizeof(answer), 0);
	if (size < (ssize_t)NLMSG_HDRLEN)
		err(1, "rtnetlink");
	close(fd);
	if (nlh->nlmsg_type == NLMSG_ERROR)
		return ((struct nlmsgerr *)NLMSG_DATA(nlh))->error;

	struct rtattr *a = (void *)(answer + NLMSG_SPACE(head));
	int rest = nlh->nlmsg_len - NLMSG_SPACE(head);

	for (; RTA_OK(a, rest); a = RTA_NEXT(a, rest))
		for (i = 0; i < n; i++)
			if (a->rta_type == types[i] && RTA_PAYLOAD(a) <= len[i])
				memcpy(out[i], RTA_DATA(a), RTA_PAYLOAD(a));
	return 0;
}

/* The interface (if *@dev is 0) and the next hop to @dst. */
static struct addr route(const struct addr *dst, int *dev)
{
	struct request r = {
		.nlh = { .nlmsg_len = NLMSG_SPACE(sizeof(r.rtm)),
			 .nlmsg_type = RTM_GETROUTE, .nlmsg_flags = NLM_F_REQUEST },
		.rtm = { .rtm_family = dst->family,
			 .rtm_dst_len = addr_len(dst) * 8 },
	};
	static const int types[] = { RTA_OIF, RTA_GATEWAY };
	struct addr hop = *dst;
	void *out[] = { dev, hop.at };
	const size_t len[] = { sizeof(*dev), addr_len(dst) };
	int given = *dev, error;

	put_attr(&r, RTA_DST, dst->at, addr_len(dst));
	if (*dev)
		put_attr(&r, RTA_OIF, dev, sizeof(*dev));
	error = ask(&r, sizeof(r.rtm), types, out, len, 2);
	if (error && !given)
		errx(1, "no route to DST: %s; give -i and -g", strerror(-error));
	if (given)
		*dev = given;
	return hop;
}

static int neighbour(const struct addr *hop, int dev, uint8_t *mac, int type,
		     int flags, int ntf)
{
	struct request r = {
		.nlh = { .nlmsg_len = NLMSG_SPACE(sizeof(r.ndm)),
			 .nlmsg_type = type,
			 .nlmsg_flags = NLM_F_REQUEST | flags },
		.ndm = { .ndm_family = hop->family, .ndm_ifindex = dev,
			 .ndm_flags = ntf,
			 .ndm_state = ntf ? NUD_NONE : 0 },
	};
	static const int types[] = { NDA_LLADDR };
	void *out[] = { mac };
	const size_t len[] = { ETH_ALEN };

	put_attr(&r, NDA_DST, hop->at, addr_len(hop));
	return ask(&r, sizeof(r.ndm), types, out, len, 1);
}

/* NTF_USE has the kernel ask for a neighbour without a packet to send it. */
static void resolve(const struct addr *hop, int dev, uint8_t *mac)
{
	static const uint8_t none[ETH_ALEN];
	struct timespec wait = { .tv_nsec = 20000000 };
	char text[INET6_ADDRSTRLEN];
	int i;

	for (i = 0; i < 100; i++) {
		if (!neighbour(hop, dev, mac, RTM_GETNEIGH, 0, 0) &&
		    memcmp(mac, none, ETH_ALEN))
			return;
		if (!i)
			neighbour(hop, dev, mac, RTM_NEWNEIGH,
				  NLM_F_CREATE | NLM_F_REPLACE | NLM_F_ACK,
				  NTF_USE);
		nanosleep(&wait, NULL);
	}
	inet_ntop(hop->family, hop->at, text, sizeof(text));
	errx(1, "%s does not answer for its link address; give -m", text);
}

static void read_mac(uint8_t *mac, const char *s)
{
	if (sscanf(s, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx", mac, mac + 1,
		   mac + 2, mac + 3, mac + 4, mac + 5) != 6)
		errx(2, "'%s' is not a link address", s);
}

static struct link link_to(const struct addr *dst, const char *dev,
			   const char *gateway, const char *mac)
{
	struct link l = {
		.to = { .sll_family = AF_PACKET,
			.sll_protocol = htons(dst->family == AF_INET ?
					      ETH_P_IP : ETH_P_IPV6) },
	};
	struct ifreq ifr = {};
	struct addr hop;

	if (dev) {
		l.to.sll_ifindex = if_nametoindex(dev);
		if (!l.to.sll_ifindex)
			err(1, "%s", dev);
	}
	hop = route(dst, &l.to.sll_ifindex);
	if (gateway)
		hop = address(gateway);
	l.fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (l.fd < 0)
		err(1, "packet socket");
	if (!if_indextoname(l.to.sll_ifindex, ifr.ifr_name) ||
	    ioctl(l.fd, SIOCGIFHWADDR, &ifr))
		err(1, "interface %d", l.to.sll_ifindex);
	if (ifr.ifr_hwaddr.sa_family != ARPHRD_ETHER &&
	    ifr.ifr_hwaddr.sa_family != ARPHRD_LOOPBACK)
		return l;
	l.to.sll_halen = ETH_ALEN;
	if (mac)
		read_mac(l.to.sll_addr, mac);
	else if (ifr.ifr_hwaddr.sa_family == ARPHRD_ETHER)
		resolve(&hop, l.to.sll_ifindex, l.to.sll_addr);
	return l;
}

/* Receiving */

static void print_line(const struct sockaddr_storage *from, size_t len,
		       const uint32_t *mark)
{
	const struct sockaddr_in6 *in6 = (const void *)from;
	const struct sockaddr_in *in = (const void *)from;
	char text[INET6_ADDRSTRLEN];

	if (from->ss_family == AF_INET)
		printf("%s:%u", inet_ntop(AF_INET, &in->sin_addr, text,
					  sizeof(text)), ntohs(in->sin_port));
	else
		printf("[%s]:%u", inet_ntop(AF_INET6, &in6->sin6_addr, text,
					    sizeof(text)),
		       ntohs(in6->sin6_port));
	printf(" %zu", len);
	if (mark)
		printf(" 0x%x", *mark);
	putchar('\n');
	fflush(stdout);
}

static void receive_datagram(int fd)
{
	struct sockaddr_storage from = {};
	char data[65536], control[CMSG_SPACE(sizeof(uint32_t))];
	struct iovec iov = { data, sizeof(data) };
	struct msghdr msg = {
		.msg_name = &from, .msg_namelen = sizeof(from),
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	const uint32_t *mark = NULL;
	struct cmsghdr *c;
	ssize_t len = recvmsg(fd, &msg, 0);

	if (len < 0)
		err(1, "receive");
	c = CMSG_FIRSTHDR(&msg);
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_MARK)
		mark = (const void *)CMSG_DATA(c);
	print_line(&from, len, mark);
}

/* The mark of a connection is that of its SYN where tcp_fwmark_accept is 1. */
static void receive_connection(int fd)
{
	struct sockaddr_storage from = {};
	socklen_t len = sizeof(from), mark_len = sizeof(uint32_t);
	uint32_t mark;
	int in = accept(fd, (struct sockaddr *)&from, &len);

	if (in < 0)
		err(1, "accept");
	print_line(&from, 0, getsockopt(in, SOL_SOCKET, SO_MARK, &mark,
					&mark_len) ? NULL : &mark);
	close(in);
}

static int bind_to(const struct addr *a, int type)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in in = { .sin_family = AF_INET };
	int fd = socket(a->family, type | SOCK_CLOEXEC, 0), on = 1;

	if (fd < 0)
		err(1, "socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_RCVMARK, &on, sizeof(on));
	memcpy(&in.sin_addr, a->at, 4);
	memcpy(&in6.sin6_addr, a->at, 16);
	in.sin_port = htons(a->port);
	in6.sin6_port = htons(a->port);
	if (a->family == AF_INET ?
	    bind(fd, (const struct sockaddr *)&in, sizeof(in)) :
	    bind(fd, (const struct sockaddr *)&in6, sizeof(in6)))
		err(1, "bind port %u", a->port);
	if (type == SOCK_STREAM && listen(fd, 128))
		err(1, "listen on port %u", a->port);
	return fd;
}

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static int run_recv(int argc, char **argv)
{
	long seconds = 5, count = 1;
	int type = SOCK_DGRAM, opt;
	struct pollfd p = { .events = POLLIN };
	long long end, left;
	struct addr a;

	while ((opt = getopt(argc, argv, "uTt:c:h")) != -1) {
		switch (opt) {
		case 'u': type = SOCK_DGRAM; break;
		case 'T': type = SOCK_STREAM; break;
		case 't': seconds = number(optarg, 0, 86400); break;
		case 'c': count = number(optarg, 1, 1000000000); break;
		case 'h': usage(stdout);
		default: usage(stderr);
		}
	}
	if (argc - optind != 2)
		usage(stderr);
	a = address(argv[optind]);
	a.port = number(argv[optind + 1], 1, 65535);
	p.fd = bind_to(&a, type);
	puts("ready");
	fflush(stdout);

	end = now_ms() + seconds * 1000;
	while (count) {
		left = end - now_ms();
		if (left <= 0 || poll(&p, 1, left) == 0)
			return 1;
		if (type == SOCK_DGRAM)
			receive_datagram(p.fd);
		else
			receive_connection(p.fd);
		count--;
	}
	return 0;
}

static void read_icmp(struct packet *p, char *s)
{
	char *code = strchr(s, ':');

	if (code) {
		*code = '\0';
		p->icmp_code = number(code + 1, 0, 255);
	}
	p->icmp_type = number(s, 0, 255);
}

static void complete(struct packet *p, size_t size)
{
	bool v6 = p->src.family == AF_INET6;

	if (p->src.family != p->dst.family)
		errx(2, "SRC and DST are not of one family");
	if (v6 && p->via.family)
		errx(2, "-O is for IPv4");
	if (p->icmp_type < 0)
		p->icmp_type = p->proto == IPPROTO_ICMPV6 ? 128 : 8;
	if (!p->payload && !((p->proto == IPPROTO_ICMP ||
			      p->proto == IPPROTO_ICMPV6) && is_error(p)))
		read_payload(p, "gmguard");
	if (v6 && size && !strstr(p->headers ?: "", "frag")) {
		static char headers[256];

		/* hop-by-hop options come before a fragment header */
		snprintf(headers, sizeof(headers), "%s%s%s",
			 !strncmp(p->headers ?: "", "hbh", 3) ? "hbh," : "",
			 "frag,", !strncmp(p->headers ?: "", "hbh", 3) ?
			 p->headers + 3 + (p->headers[3] == ',') :
			 p->headers ?: "");
		p->headers = headers;
	}
	if (getrandom(&p->id, sizeof(p->id), 0) != sizeof(p->id))
		err(1, "getrandom");
}

int main(int argc, char **argv)
{
	static const char *const orders[] = {
		"in-order", "reverse", "overlap", "first-only", "rest-only", NULL
	};
	struct packet p = {
		.proto = IPPROTO_UDP, .icmp_type = -1, .flags = TCP_SYN,
		.ttl = 64, .truncate = -1, .spi = 4096,
	};
	const char *dev = NULL, *gateway = NULL, *mac = NULL;
	enum order order = IN_ORDER;
	size_t size = 0;
	struct link l;
	long n = 1;
	int opt;

	if (argc > 1 && !strcmp(argv[1], "recv"))
		return run_recv(argc - 1, argv + 1);
	while ((opt = getopt(argc, argv,
			     "n:i:g:m:P:F:T:s:d:L:t:O:x:f:o:h")) != -1) {
		switch (opt) {
		case 'n': n = number(optarg, 1, 1000000000); break;
		case 'i': dev = optarg; break;
		case 'g': gateway = optarg; break;
		case 'm': mac = optarg; break;
		case 'P': p.proto = protocol(optarg); break;
		case 'F': p.flags = tcp_flags(optarg); break;
		case 'T': read_icmp(&p, optarg); break;
		case 's': p.spi = number(optarg, 0, 0xffffffff); break;
		case 'd': read_payload(&p, optarg); break;
		case 'L': p.truncate = number(optarg, 0, 65535); break;
		case 't': p.ttl = number(optarg, 0, 255); break;
		case 'O':
			if (strncmp(optarg, "lsrr:", 5))
				errx(2, "-O knows lsrr:ADDR");
			p.via = address(optarg + 5);
			break;
		case 'x': p.headers = optarg; break;
		case 'f': size = number(optarg, 8, 65528); break;
		case 'o':
			order = word("order", optarg, strlen(optarg), orders, NULL);
			break;
		case 'h': usage(stdout);
		default: usage(stderr);
		}
	}
	if (argc - optind != 2)
		usage(stderr);
	if (size % 8)
		errx(2, "-f needs a multiple of 8");
	if (order != IN_ORDER && !size)
		errx(2, "-o needs -f");
	p.src = address(argv[optind]);
	p.dst = address(argv[optind + 1]);
	complete(&p, size);
	l = link_to(&p.dst, dev, gateway, mac);
	for (; n; n--, p.id++)
		send_packet(&l, &p, size, order);
	return 0;
}
