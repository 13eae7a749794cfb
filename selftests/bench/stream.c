// SPDX-License-Identifier: GPL-2.0
/* What SIP over TCP costs between a UE and the P-CSCF, both ends of which are here.
 *
 *   stream segment KIND FILE    per segment of 1,460 octets, until it is read and acknowledged
 *   stream bulk KIND FILE MB    per 1,460 octets of so many MB, as fast as they go
 *
 * What is sent is the message of FILE, which has no body, again and again: KIND is whole (with
 * a body that makes a segment of it), pieces (as it is, cut anywhere) or body (each with a body
 * of 60,000 octets). All of it has to arrive. Prints "MEDIAN MEAN MIN MAX" of the time stamp
 * counter: in a guest under -icount instructions, and nanoseconds where there is time to wait.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>

#include "../netns.h"
#include "../udp.h"
#include "cost.h"

enum {
	SEGMENT = 1460, BODY = 60000, CHUNK = 1 << 16,
	/* segments of a sample, for not each is acknowledged */
	TOGETHER = 8,
	SAMPLES = 100,
	/* until the sender may have so many on their way */
	WARM = 20,
	/* of nothing that comes, ms of the guest */
	PATIENCE = 60000,
};

static char text[2 * (BODY + 4096) + CHUNK];	/* the message, as often as it fits */
static size_t len;				/* of one */
static int ue, pcscf;
static size_t said, heard;
static __u64 aside;				/* what looking at it took */

static void compose(const char *kind, const char *path)
{
	static const char body_len[] = "Content-Length: 0\r\n\r\n";
	FILE *f = fopen(path, "r");
	size_t body = 0, at;
	char *end;

	if (!f)
		err(1, "%s", path);
	len = fread(text, 1, 4096, f);
	fclose(f);
	end = memmem(text, len, body_len, strlen(body_len));
	if (!end)
		errx(1, "%s has to be without a body", path);
	if (!strcmp(kind, "whole"))
		body = SEGMENT - len - 2;	/* of three digits */
	else if (!strcmp(kind, "body"))
		body = BODY;
	len = end - text;
	len += sprintf(end, "Content-Length: %zu\r\n\r\n", body);
	memset(text + len, 'b', body);
	len += body;
	if (!strcmp(kind, "whole") && len != SEGMENT)
		errx(1, "%zu octets are no segment", len);
	for (at = len; at < sizeof(text); at++)
		text[at] = text[at - len];
}

static int make(const char *netns, const struct addr *a)
{
	struct sockaddr_storage name;
	socklen_t name_len = addr_name(&name, a);
	int fd, on = 1;

	if (!netns_join(netns))
		err(1, "network namespace %s", netns);
	fd = socket(a->family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&name, name_len))
		err(1, "bind");
	return fd;
}

static void open_both(void)
{
	struct addr from = addr_of("10.45.0.11", 0), to = addr_of("192.0.2.10", 5060);
	struct sockaddr_storage name;
	socklen_t name_len = addr_name(&name, &to);
	int listening = make("pcscf", &to);

	if (listen(listening, 1))
		err(1, "listen");
	ue = make("ue", &from);
	if (connect(ue, (struct sockaddr *)&name, name_len))
		err(1, "connect");
	pcscf = accept(listening, NULL, NULL);
	if (pcscf < 0)
		err(1, "accept");
	close(listening);
}

/* Sends at most @n octets, all of them in one segment if it has room for them. */
static bool say(size_t n)
{
	ssize_t sent = send(ue, text + said % len, n, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (sent < 0 && errno != EAGAIN)
		err(1, "send");
	said += sent > 0 ? sent : 0;
	return sent > 0;
}

static bool hear(void)
{
	static char room[CHUNK];
	ssize_t n = recv(pcscf, room, sizeof(room), MSG_DONTWAIT);

	if (!n || (n < 0 && errno != EAGAIN))
		err(1, "recv");
	if (n < 0)
		return false;
	aside -= __rdtsc();
	if (memcmp(room, text + heard % len, n))
		errx(1, "what is read is not what was sent");
	aside += __rdtsc();
	heard += n;
	return true;
}

static void segments(void)
{
	static __u64 cost[SAMPLES];
	int i, j;

	for (i = -WARM; i < SAMPLES; i++) {
		__u64 begin = __rdtsc();

		aside = 0;
		for (j = 0; j < TOGETHER; j++)
			if (!say(SEGMENT))
				errx(1, "a segment has to wait");
		while (hear())
			;
		if (i >= 0)
			cost[i] = (__rdtsc() - begin - aside) / TOGETHER;
	}
	/* the last message may not be whole */
	if (said - heard > len)
		errx(1, "%zu octets of %zu are read", heard, said);
	cost_print(cost, SAMPLES);
}

static void bulk(size_t octets)
{
	size_t all = octets / len * len;
	__u64 begin = __rdtsc(), cost;

	aside = 0;
	while (heard < all) {
		bool any = said < all && say(all - said < CHUNK ? all - said : CHUNK);
		struct pollfd p[] = {
			{ .fd = pcscf, .events = POLLIN },
			{ .fd = ue, .events = said < all ? POLLOUT : 0 },
		};

		any |= hear();
		if (!any && poll(p, 2, PATIENCE) <= 0)
			errx(1, "%zu octets of %zu are read", heard, all);
	}
	cost = (__rdtsc() - begin - aside) * SEGMENT / all;
	cost_print(&cost, 1);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	bool many = argc == 5 && !strcmp(what, "bulk");

	if (!many && (argc != 4 || strcmp(what, "segment")))
		errx(1, "the head of stream.c says how");
	compose(argv[2], argv[3]);
	open_both();
	if (many)
		bulk(atol(argv[4]) * 1000000);
	else
		segments();
	return 0;
}
