// SPDX-License-Identifier: GPL-2.0
/* pkt: sends one raw packet, as right or as odd as asked for, and receives.
 *
 * A packet goes to the link layer as it is (AF_PACKET), past the routing and
 * the filters of the sender, so any source address can be claimed. Checksums
 * are right and no packet but the asked one is sent (ARP or neighbour discovery
 * apart).
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netdb.h>
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

#include "client.h"
#include "netns.h"
#include "packet.h"
#include "sip.h"
#include "udp.h"

#ifndef SO_RCVMARK
#define SO_RCVMARK 75
#endif

static const char usage_text[] =
"usage: pkt [in NETNS] [OPTION]... SRC[:PORT] DST[:PORT]\n"
"       pkt [in NETNS] recv [-u|-T] [-t SECONDS] [-c COUNT] [-w FILE] ADDR PORT\n"
"       pkt [in NETNS] send SRC:PORT DST:PORT [TEXT|@FILE]\n"
"       pkt [in NETNS] clear SRC:PORT DST:PORT [TEXT|@FILE]\n"
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
"               the payload (default: of UDP a REGISTER of SRC's, of others \"gmguard\")\n"
"  -a           the default of UDP is the answer to a REGISTER of DST's\n"
"  -b N         the default of UDP has a body of N octets\n"
"  -e N         the last N octets of it are behind the end that UDP's header says\n"
"  -p           print the payload and send nothing\n"
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
"Its status is 0 after COUNT (1) of them, 1 after SECONDS (5) without. The octets of\n"
"the first datagram are then in FILE.1, those of the next in FILE.2, and so on.\n"
"\n"
"send sends a datagram (default: as by -a) from an ordinary socket. clear does so from\n"
"one that has an xfrm policy of its own, by which it needs no ESP whatever the policies\n"
"of the host say, and what happens to it on its way out is not looked at.\n";

static void __attribute__((noreturn)) usage(FILE *f)
{
	fputs(usage_text, f);
	exit(f == stdout ? 0 : 2);
}

enum { BODY_MAX = 3000 };
enum order { IN_ORDER, REVERSE, OVERLAP, FIRST_ONLY, REST_ONLY };

struct link {
	struct sockaddr_ll to;
	int fd;
};

/* Numbers and addresses of the command line */

static long to_number(const char *s, long min, long max)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(s, &end, 0);
	if (errno || end == s || *end || n < min || n > max)
		errx(2, "'%s' is not a number from %ld to %ld", s, min, max);
	return n;
}

static struct addr to_address(const char *s)
{
	struct addr a = { .family = AF_INET };
	char host[64], *port = NULL;

	if (strlen(s) >= sizeof(host))
		errx(2, "'%s' is not an address", s);
	memcpy(host, s, strlen(s) + 1);
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
		a.port = to_number(port, 0, 65535);
	return a;
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
		return to_number(s, 0, 255);
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

static void write_sip(struct packet *p, bool answers, size_t body)
{
	const struct addr *ue = answers ? &p->dst : &p->src;
	static const __u8 octets[BODY_MAX];
	static struct sip m;
	char host[INET6_ADDRSTRLEN];

	inet_ntop(ue->family, ue->at, host, sizeof(host));
	m = answers ? sip_answer(host, ue->port, octets, body) :
		      sip_register(host, ue->port, "ue1@ims.example", octets, body);
	p->payload = (__u8 *)m.text;
	p->payload_len = m.len;
}

/* Sending */

static void transmit(const struct link *l, const struct buf *b)
{
	if (sendto(l->fd, b->at, b->len, 0, (const struct sockaddr *)&l->to,
		   sizeof(l->to)) != (ssize_t)b->len)
		err(1, "send %zu octets", b->len);
}

static void send_fragments(const struct link *l, const struct buf *b, bool v6,
			   size_t cut, size_t size, enum order order)
{
	size_t n = fragments(b, v6, cut, size), i, at;

	if (n < 2)
		errx(2, "the packet fits one fragment of %zu octets", size);
	for (i = 0; i < n; i++) {
		struct buf f = { .len = 0 };

		at = order == REVERSE ? n - 1 - i : i;
		if ((order == FIRST_ONLY && at) || (order == REST_ONLY && !at))
			continue;
		put_fragment(&f, b, v6, cut, size, at, order == OVERLAP);
		transmit(l, &f);
	}
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

/* Asks rtnetlink for @type of @head and address @dst. */
static int ask(struct client *c, int type, int flags, const void *head,
	       size_t len, const struct addr *dst, int attr, int dev)
{
	struct nlmsghdr nlh = {
		.nlmsg_type = type,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags,
	};
	struct msg m = {};
	int error;

	memset(c, 0, sizeof(*c));
	c->head = len;
	c->buffer = 8192;
	c->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (c->fd < 0)
		err(1, "rtnetlink");
	msg_put(&m, &nlh, sizeof(nlh));
	msg_put(&m, head, len);
	msg_attr(&m, attr, dst->at, addr_len(dst));
	if (dev)
		msg_u32(&m, RTA_OIF, dev);
	error = client_ask(c, &m);
	free(m.at);
	close(c->fd);
	return error;
}

/* The interface (if *@dev is 0) and the next hop to @dst. */
static struct addr next_hop(const struct addr *dst, int *dev)
{
	struct rtmsg rtm = {
		.rtm_family = dst->family, .rtm_dst_len = addr_len(dst) * 8,
	};
	struct addr hop = *dst;
	const struct nlattr *a;
	struct client c;
	int error;

	error = ask(&c, RTM_GETROUTE, 0, &rtm, sizeof(rtm), dst, RTA_DST, *dev);
	if (error && !*dev)
		errx(1, "no route to DST: %s; give -i and -g", strerror(-error));
	if (!*dev)
		*dev = attr_uint(attr_find(&c.reply, RTA_OIF));
	a = attr_find(&c.reply, RTA_GATEWAY);
	if (a)
		memcpy(hop.at, attr_data(a), addr_len(dst));
	free(c.reply.at);
	return hop;
}

/* Is the neighbour known? If it is, its link address. */
static bool neighbour(const struct addr *hop, int dev, __u8 *mac)
{
	struct ndmsg ndm = { .ndm_family = hop->family, .ndm_ifindex = dev };
	const struct nlattr *a;
	struct client c;
	bool known;

	known = !ask(&c, RTM_GETNEIGH, 0, &ndm, sizeof(ndm), hop, NDA_DST, 0);
	a = attr_find(&c.reply, NDA_LLADDR);
	known = known && a && a->nla_len == NLA_HDRLEN + ETH_ALEN;
	if (known)
		memcpy(mac, attr_data(a), ETH_ALEN);
	free(c.reply.at);
	return known;
}

/* NTF_USE has the kernel ask for a neighbour without a packet to send it. */
static void resolve(const struct addr *hop, int dev, __u8 *mac)
{
	struct ndmsg ndm = {
		.ndm_family = hop->family, .ndm_ifindex = dev,
		.ndm_flags = NTF_USE,
	};
	struct timespec wait = { .tv_nsec = 20000000 };
	char text[INET6_ADDRSTRLEN];
	struct client c;
	int i;

	for (i = 0; i < 100; i++) {
		if (neighbour(hop, dev, mac))
			return;
		if (!i)
			ask(&c, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, &ndm,
			    sizeof(ndm), hop, NDA_DST, 0);
		nanosleep(&wait, NULL);
	}
	inet_ntop(hop->family, hop->at, text, sizeof(text));
	errx(1, "%s does not answer for its link address; give -m", text);
}

static void read_mac(__u8 *mac, const char *s)
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
	hop = next_hop(dst, &l.to.sll_ifindex);
	if (gateway)
		hop = to_address(gateway);
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
		       const __u32 *mark)
{
	char host[INET6_ADDRSTRLEN], port[8];

	getnameinfo((const struct sockaddr *)from, sizeof(*from), host,
		    sizeof(host), port, sizeof(port),
		    NI_NUMERICHOST | NI_NUMERICSERV);
	printf(from->ss_family == AF_INET ? "%s:%s %zu" : "[%s]:%s %zu", host,
	       port, len);
	if (mark)
		printf(" 0x%x", *mark);
	putchar('\n');
	fflush(stdout);
}

/* For its owner alone, as it may have keys. */
static void write_datagram(const char *file, long n, const char *data, size_t len)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s.%ld", file, n);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, data, len) != (ssize_t)len)
		err(1, "%s", path);
	close(fd);
}

/* The @n-th one goes to @file, if that is not NULL. */
static void receive_datagram(int fd, const char *file, long n)
{
	struct sockaddr_storage from = {};
	char data[65536], control[CMSG_SPACE(sizeof(__u32))];
	struct iovec iov = { data, sizeof(data) };
	struct msghdr msg = {
		.msg_name = &from, .msg_namelen = sizeof(from),
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	const __u32 *mark = NULL;
	struct cmsghdr *c;
	ssize_t len = recvmsg(fd, &msg, 0);

	if (len < 0)
		err(1, "receive");
	c = CMSG_FIRSTHDR(&msg);
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_MARK)
		mark = (const void *)CMSG_DATA(c);
	if (file)
		write_datagram(file, n, data, len);
	print_line(&from, len, mark);
}

/* The mark of a connection is that of its SYN where tcp_fwmark_accept is 1. */
static void receive_connection(int fd)
{
	struct sockaddr_storage from = {};
	socklen_t len = sizeof(from), mark_len = sizeof(__u32);
	__u32 mark;
	int in = accept(fd, (struct sockaddr *)&from, &len);

	if (in < 0)
		err(1, "accept");
	print_line(&from, 0, getsockopt(in, SOL_SOCKET, SO_MARK, &mark,
					&mark_len) ? NULL : &mark);
	close(in);
}

static int bind_to(const struct addr *a, int type)
{
	struct sockaddr_storage at;
	socklen_t len = addr_name(&at, a);
	int fd = socket(a->family, type | SOCK_CLOEXEC, 0), on = 1;

	if (fd < 0)
		err(1, "socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_RCVMARK, &on, sizeof(on));
	if (bind(fd, (const struct sockaddr *)&at, len))
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
	long seconds = 5, count = 1, n = 0;
	int type = SOCK_DGRAM, opt;
	const char *file = NULL;
	struct pollfd p = { .events = POLLIN };
	long long end, left;
	struct addr a;

	while ((opt = getopt(argc, argv, "uTt:c:w:h")) != -1) {
		switch (opt) {
		case 'u':
			type = SOCK_DGRAM;
			break;
		case 'T':
			type = SOCK_STREAM;
			break;
		case 't':
			seconds = to_number(optarg, 0, 86400);
			break;
		case 'c':
			count = to_number(optarg, 1, 1000000000);
			break;
		case 'w':
			file = optarg;
			break;
		default:
			usage(opt == 'h' ? stdout : stderr);
		}
	}
	if (argc - optind != 2)
		usage(stderr);
	a = to_address(argv[optind]);
	a.port = to_number(argv[optind + 1], 1, 65535);
	p.fd = bind_to(&a, type);
	puts("ready");
	fflush(stdout);

	end = now_ms() + seconds * 1000;
	while (n++ < count) {
		left = end - now_ms();
		if (left <= 0 || poll(&p, 1, left) == 0)
			return 1;
		if (type == SOCK_DGRAM)
			receive_datagram(p.fd, file, n);
		else
			receive_connection(p.fd);
	}
	return 0;
}

static void read_icmp(struct packet *p, char *s)
{
	char *code = strchr(s, ':');

	if (code) {
		*code = '\0';
		p->icmp_code = to_number(code + 1, 0, 255);
	}
	p->icmp_type = to_number(s, 0, 255);
}

static void complete(struct packet *p, size_t size, bool answers, size_t body)
{
	bool v6 = p->src.family == AF_INET6;

	if (p->src.family != p->dst.family)
		errx(2, "SRC and DST are not of one family");
	if (v6 && p->via.family)
		errx(2, "-O is for IPv4");
	if (p->icmp_type < 0)
		p->icmp_type = p->proto == IPPROTO_ICMPV6 ? 128 : 8;
	if (!p->payload && p->proto == IPPROTO_UDP)
		write_sip(p, answers, body);
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

static int run_send(int argc, char **argv, bool clear)
{
	struct sockaddr_storage to;
	struct packet p = {};
	socklen_t len;
	int fd;

	if (argc < 3 || argc > 4)
		usage(stderr);
	p.src = to_address(argv[1]);
	p.dst = to_address(argv[2]);
	if (argc > 3)
		read_payload(&p, argv[3]);
	else
		write_sip(&p, true, 0);
	fd = bind_to(&p.src, SOCK_DGRAM);
	if (clear && !bypass_xfrm(fd))
		err(1, "policy of a socket");
	len = addr_name(&to, &p.dst);
	if (sendto(fd, p.payload, p.payload_len, 0, (const struct sockaddr *)&to, len) < 0 &&
	    !clear)
		err(1, "send to %s", argv[2]);
	return 0;
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
	bool answers = false, prints = false;
	size_t size = 0, body = 0;
	struct link l;
	long n = 1;
	int opt;

	if (argc > 2 && !strcmp(argv[1], "in")) {
		if (!netns_join(argv[2]))
			err(1, "network namespace %s", argv[2]);
		argc -= 2;
		argv += 2;
	}
	if (argc > 1 && !strcmp(argv[1], "recv"))
		return run_recv(argc - 1, argv + 1);
	if (argc > 1 && (!strcmp(argv[1], "send") || !strcmp(argv[1], "clear")))
		return run_send(argc - 1, argv + 1, !strcmp(argv[1], "clear"));
	while ((opt = getopt(argc, argv,
			     "n:i:g:m:P:F:T:s:d:ab:e:pL:t:O:x:f:o:h")) != -1) {
		switch (opt) {
		case 'n':
			n = to_number(optarg, 1, 1000000000);
			break;
		case 'i':
			dev = optarg;
			break;
		case 'g':
			gateway = optarg;
			break;
		case 'm':
			mac = optarg;
			break;
		case 'P':
			p.proto = protocol(optarg);
			break;
		case 'F':
			p.flags = tcp_flags(optarg);
			break;
		case 'T':
			read_icmp(&p, optarg);
			break;
		case 's':
			p.spi = to_number(optarg, 0, 0xffffffff);
			break;
		case 'd':
			read_payload(&p, optarg);
			break;
		case 'a':
			answers = true;
			break;
		case 'b':
			body = to_number(optarg, 0, BODY_MAX);
			break;
		case 'p':
			prints = true;
			break;
		case 'e':
			p.beyond = to_number(optarg, 0, 65535);
			break;
		case 'L':
			p.truncate = to_number(optarg, 0, 65535);
			break;
		case 't':
			p.ttl = to_number(optarg, 0, 255);
			break;
		case 'O':
			if (strncmp(optarg, "lsrr:", 5))
				errx(2, "-O knows lsrr:ADDR");
			p.via = to_address(optarg + 5);
			break;
		case 'x':
			p.headers = optarg;
			break;
		case 'f':
			size = to_number(optarg, 8, 65528);
			break;
		case 'o':
			order = word("order", optarg, strlen(optarg), orders, NULL);
			break;
		default:
			usage(opt == 'h' ? stdout : stderr);
		}
	}
	if (argc - optind != 2)
		usage(stderr);
	if (size % 8)
		errx(2, "-f needs a multiple of 8");
	if (order != IN_ORDER && !size)
		errx(2, "-o needs -f");
	p.src = to_address(argv[optind]);
	p.dst = to_address(argv[optind + 1]);
	complete(&p, size, answers, body);
	if (p.beyond > p.payload_len)
		errx(2, "-e is more than the payload has");
	if (prints)
		return fwrite(p.payload, 1, p.payload_len, stdout) != p.payload_len;
	l = link_to(&p.dst, dev, gateway, mac);
	for (; n; n--, p.id++)
		send_packet(&l, &p, size, order);
	return 0;
}
