// SPDX-License-Identifier: GPL-2.0
/* The load of the bench, and where it goes.
 *
 *   load raw DEV SRC SPORT DST DPORT [FILE]
 *                                      whole frames out of DEV, of what FILE says
 *   load socket SRC SPORT DST DPORT    an ordinary UDP socket
 *   load sink PORT...                  sockets that throw away what they get
 *
 * The first two print a line per repetition: median, mean, smallest and largest
 * count of the time stamp counter per packet sent. In a guest under -icount that
 * is instructions, and everything up to the sink (or the drop) runs inside the
 * system call that sends. A timer interrupt now and then falls into a packet;
 * that is why the median counts.
 */
#include <arpa/inet.h>
#include <err.h>
#include <linux/filter.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/udp.h>
#include <netpacket/packet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <x86intrin.h>

#include "../sip.h"

enum {
	PACKETS = 400,		/* of a repetition */
	REPETITIONS = 5,	/* after one that is thrown away */
};

/* every interface of the P-CSCF has it */
static const uint8_t mac[] = { 2, 0, 0, 0, 0, 1 };

union address {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_ll ll;
};

static socklen_t parse(union address *a, const char *text, const char *port)
{
	memset(a, 0, sizeof(*a));
	if (inet_pton(AF_INET, text, &a->in.sin_addr) == 1) {
		a->in.sin_family = AF_INET;
		a->in.sin_port = htons(atoi(port));
		return sizeof(a->in);
	}
	if (inet_pton(AF_INET6, text, &a->in6.sin6_addr) == 1) {
		a->in6.sin6_family = AF_INET6;
		a->in6.sin6_port = htons(atoi(port));
		return sizeof(a->in6);
	}
	errx(1, "%s is no address", text);
}

static uint32_t sum(uint32_t s, const void *data, size_t len)
{
	const uint8_t *p = data;
	size_t i;

	for (i = 0; i < len; i++)
		s += i & 1 ? p[i] : p[i] << 8;
	return s;
}

static uint16_t fold(uint32_t s)
{
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return htons(~s & 0xffff);
}

/* The IP packet into @buf; returns its size. */
static size_t build(uint8_t *buf, const union address *src,
		    const union address *dst, const struct sip *m)
{
	const size_t len = sizeof(struct udphdr) + m->len;
	struct udphdr *udp;
	struct iphdr *ip = (void *)buf;
	struct ip6_hdr *ip6 = (void *)buf;
	uint32_t s;

	if (src->sa.sa_family == AF_INET) {
		udp = (void *)(ip + 1);
		*ip = (struct iphdr){
			.version = 4, .ihl = 5, .ttl = 64,
			.protocol = IPPROTO_UDP,
			.tot_len = htons(sizeof(*ip) + len),
			.saddr = src->in.sin_addr.s_addr,
			.daddr = dst->in.sin_addr.s_addr,
		};
		ip->check = fold(sum(0, ip, sizeof(*ip)));
		s = sum(0, &ip->saddr, 8);
	} else {
		udp = (void *)(ip6 + 1);
		*ip6 = (struct ip6_hdr){
			.ip6_flow = htonl(6U << 28), .ip6_hlim = 64,
			.ip6_nxt = IPPROTO_UDP, .ip6_plen = htons(len),
			.ip6_src = src->in6.sin6_addr,
			.ip6_dst = dst->in6.sin6_addr,
		};
		s = sum(0, &ip6->ip6_src, 32);
	}
	/* the port is at the same place in both families */
	*udp = (struct udphdr){
		.source = src->in.sin_port, .dest = dst->in.sin_port,
		.len = htons(len),
	};
	memcpy(udp + 1, m->text, m->len);
	udp->check = fold(sum(s + IPPROTO_UDP + len, udp, len));
	return (uint8_t *)udp + len - buf;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void send_all(int fd, const void *data, size_t len,
		     const union address *to, socklen_t to_len)
{
	static uint64_t cost[PACKETS];
	uint64_t begin, total;
	int rep, i;

	for (rep = 0; rep <= REPETITIONS; rep++) {
		total = 0;
		for (i = 0; i < PACKETS; i++) {
			begin = __rdtsc();
			if (sendto(fd, data, len, 0, &to->sa, to_len) < 0)
				err(1, "send");
			cost[i] = __rdtsc() - begin;
			total += cost[i];
		}
		qsort(cost, PACKETS, sizeof(*cost), compare);
		if (rep)
			printf("%lu %lu %lu %lu\n", cost[PACKETS / 2],
			       total / PACKETS, cost[0], cost[PACKETS - 1]);
	}
}

static struct sip says(const char *src, const char *port, const char *path)
{
	struct sip m;
	FILE *f;

	if (path) {
		f = fopen(path, "r");
		if (!f)
			err(1, "%s", path);
		m.len = fread(m.text, 1, sizeof(m.text), f);
		fclose(f);
		return m;
	}
	return sip_register(src, atoi(port), "001010000000011@ims.mnc001.mcc001.3gppnetwork.org",
			    "", 0);
}

static void raw(char **arg)
{
	union address src, dst, to = {
		.ll = {
			.sll_family = AF_PACKET,
			.sll_ifindex = if_nametoindex(arg[0]),
			.sll_halen = sizeof(mac),
		},
	};
	struct sip m = says(arg[1], arg[2], arg[5]);
	uint8_t buf[sizeof(m.text) + 100];
	int fd;

	parse(&src, arg[1], arg[2]);
	parse(&dst, arg[3], arg[4]);
	to.ll.sll_protocol = htons(src.sa.sa_family == AF_INET ? 0x0800 : 0x86dd);
	memcpy(to.ll.sll_addr, mac, sizeof(mac));
	fd = socket(AF_PACKET, SOCK_DGRAM, 0);
	if (fd < 0 || !to.ll.sll_ifindex)
		err(1, "%s", arg[0]);
	send_all(fd, buf, build(buf, &src, &dst, &m), &to, sizeof(to.ll));
}

static void udp(char **arg)
{
	struct sip m = says(arg[0], arg[1], NULL);
	union address src, dst;
	socklen_t len;
	int fd;

	len = parse(&src, arg[0], arg[1]);
	parse(&dst, arg[2], arg[3]);
	fd = socket(src.sa.sa_family, SOCK_DGRAM, 0);
	if (fd < 0 || bind(fd, &src.sa, len))
		err(1, "%s", arg[0]);
	send_all(fd, m.text, m.len, &dst, len);
}

/* A filter that takes nothing costs the same for every packet, which a queue
 * that is read now and then does not.
 */
static void sink(const char *port)
{
	struct sock_filter ret = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog none = { .len = 1, .filter = &ret };
	union address any;
	socklen_t len;
	int fd;

	len = parse(&any, "::", port);
	fd = socket(AF_INET6, SOCK_DGRAM, 0);
	if (fd < 0 || bind(fd, &any.sa, len) ||
	    setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &none, sizeof(none)))
		err(1, "port %s", port);
}

int main(int argc, char **argv)
{
	int i;

	if ((argc == 7 || argc == 8) && !strcmp(argv[1], "raw")) {
		raw(argv + 2);
	} else if (argc == 6 && !strcmp(argv[1], "socket")) {
		udp(argv + 2);
	} else if (argc > 2 && !strcmp(argv[1], "sink")) {
		for (i = 2; i < argc; i++)
			sink(argv[i]);
		pause();
	} else {
		errx(1, "the head of load.c says how");
	}
	return 0;
}
