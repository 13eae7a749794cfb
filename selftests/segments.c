// SPDX-License-Identifier: GPL-2.0
/* segments: sends octets over TCP in every way in which they can be cut, and looks at what
 * is read at the other end.
 *
 * One end is raw (tcp.h), or both are sockets. The ends are in network namespaces of their
 * own, and one process holds both, so that a case takes no longer than its packets.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <time.h>

#include "netns.h"
#include "sip.h"
#include "tcp.h"

static const char usage_text[] =
"usage: segments [OPTION]... NETNS/FROM:PORT NETNS/TO:PORT\n"
"\n"
"Octets go FROM one address TO another, which reads them and must read what it has to.\n"
"FROM is raw, opens the connection and goes one port up with each case.\n"
"  -S           both are sockets, and the cases run all at once\n"
"  -t           TO is raw\n"
"  -o           TO opens the connection (one case with -S)\n"
"  -n CASES     (default 1)\n"
"  -s SEED      of the first case; the next has the next\n"
"  -k KIND,...  beside octets in order:\n"
"               at         two segments, the first one octet longer in each case\n"
"               one        one octet a segment\n"
"               whole      as few segments as can be\n"
"               reorder    neighbours in any order\n"
"               duplicate  sent again\n"
"               overlap    again in part, or ahead (-c: of the other octets)\n"
"               larger     again, with more behind\n"
"               probe      keep-alives, and a window that shuts\n"
"               urgent     with an urgent pointer\n"
"               syn        SYNs, and octets in them\n"
"               fin        the end, before it is there\n"
"               sum        wrong checksums\n"
"               old        old timestamps\n"
"               reset      resets, not where they must be\n"
"               ack        what is acknowledged was never sent\n"
"               window     ahead of the window\n"
"               both       both ends open at once\n"
"               partial    a raw TO acknowledges less than it has, late and again\n"
"               all        all from reorder to window but urgent\n"
"  -f FILE      the octets (default: a REGISTER of FROM's)\n"
"  -c FILE      as many others, which FROM sends in their place now and then\n"
"  -w FILE      what has to be read (default: the octets)\n"
"  -l           or at any place an 'x' or the octet sent\n"
"  -N TEXT      which nothing that is read may have\n"
"  -x           the connection has to be reset, and what is behind -w (default: nothing)\n"
"               must not be whole\n"
"  -m WORD      what each message read begins with (default REGISTER; - for any)\n"
"  -a FILE      with -S: what TO answers, and\n"
"  -A FILE      what FROM has to read of it\n"
"  -p MS        pause between two pieces\n"
"  -g FILE      with -S: the second piece waits until this is there\n"
"  -i NUMBER    where FROM's sequence numbers begin (default: any, often just below 2^32)\n"
"  -b OCTETS    buffer of TO's\n"
"  -M           sockets ask for MPTCP, and so does the raw end, which must not get it\n"
"  -H NUMBER    with -S: so many other connections are begun before, and nothing more\n"
"  -O NUMBER    instead: so many are opened and stay until -g is there; then all are\n"
"               accepted, each 256th says what it has to (from FROM's ports 25000 to\n"
"               64999, and of the next addresses; so does -H)\n"
"  -F OCTETS    with -O: each says so many of them at first (default 0)\n"
"  -T SECONDS   of patience with what does not come (default 10)\n"
"  -v           each segment; with -S how long each case took\n"
"\n"
"With -c what is read must have no message that begins otherwise, nor a header line\n"
"P-Asserted-Identity; that the connection is reset is right as well.\n";

enum kind {
	AT, ONE, WHOLE, REORDER, DUPLICATE, OVERLAP, LARGER, PROBE, URGENT, SYN, FIN, SUM,
	OLD, RESET, ACK, WINDOW, BOTH, PARTIAL, ALL,
};

static const char *const kinds[] = {
	"at", "one", "whole", "reorder", "duplicate", "overlap", "larger", "probe", "urgent",
	"syn", "fin", "sum", "old", "reset", "ack", "window", "both", "partial", "all", NULL
};

enum { FLOWS_MAX = 512, MSS = 1400, PORT = 25000, PORTS = 40000, CROWD_MAX = 10 * PORTS };

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

/* what is said between the octets */
static const unsigned int noises = (1U << (WINDOW + 1)) - (1U << DUPLICATE);

struct octets {
	size_t len;
	__u8 *at;
};

struct place {
	char netns[64];
	struct addr addr;
};

/* What a socket has read, and how that ended. */
struct reader {
	int fd;
	size_t len;
	bool end, reset;
	__u8 *at;
};

static struct {
	struct place from, to;
	struct octets sent, other, wanted, answer, answer_wanted;
	bool sockets, raw_reads, to_opens, loosely, refused, conflicts, talks, fixed_iss, mptcp;
	unsigned int kinds;
	const char *word, *never, *gate;
	__u32 iss, seed;
	size_t differs;		/* the first octet that may be another, or 0 */
	int pause, buffer, patience, cases, half_open, crowd, first;
} opt = { .cases = 1, .patience = 10, .word = "REGISTER", .seed = 1 };

static struct tcp raw;
static __u64 state;

static void __attribute__((noreturn)) usage(FILE *f)
{
	fputs(usage_text, f);
	exit(f == stdout ? 0 : 2);
}

/* xorshift*: the same case each time */
static __u32 any(__u32 n)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return n ? (state * 0x2545f4914f6cdd1dULL >> 32) % n : 0;
}

static bool is(enum kind k)
{
	return opt.kinds & 1U << k;
}

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void rest(int ms)
{
	poll(NULL, 0, ms);
}

/* Places and sockets */

static void enter(const struct place *p)
{
	if (!netns_join(p->netns))
		err(1, "network namespace %s", p->netns);
}

static void place(struct place *p, const char *text)
{
	const char *slash = strchr(text, '/'), *colon = strrchr(text, ':');
	char host[64] = "";
	size_t len;

	if (!slash || !colon || slash - text >= (long)sizeof(p->netns))
		usage(stderr);
	memcpy(p->netns, text, slash - text);
	len = colon - slash - 1;
	if (slash[1] == '[' && len > 2) {
		slash++;
		len -= 2;
	}
	if (len >= sizeof(host))
		usage(stderr);
	memcpy(host, slash + 1, len);
	p->addr = addr_of(host, strtoul(colon + 1, NULL, 10));
}

static int make_socket(const struct addr *a)
{
	struct sockaddr_storage name;
	socklen_t len = addr_name(&name, a);
	int fd, on = 1;

	fd = socket(a->family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
		    opt.mptcp ? IPPROTO_MPTCP : 0);
	if (fd < 0)
		err(1, "socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (opt.buffer)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &opt.buffer, sizeof(opt.buffer));
	if (bind(fd, (struct sockaddr *)&name, len))
		err(1, "bind port %u", a->port);
	return fd;
}

static int listener(const struct place *p)
{
	int fd;

	enter(p);
	fd = make_socket(&p->addr);
	/* as many as the host has room for */
	if (listen(fd, CROWD_MAX))
		err(1, "listen on port %u", p->addr.port);
	return fd;
}

static int connecting(const struct place *p, const struct addr *from, const struct addr *to)
{
	struct sockaddr_storage name;
	socklen_t len = addr_name(&name, to);
	int fd;

	enter(p);
	fd = make_socket(from);
	if (connect(fd, (struct sockaddr *)&name, len) && errno != EINPROGRESS)
		err(1, "connect to port %u", to->port);
	return fd;
}

static struct addr name_addr(const struct sockaddr_storage *name)
{
	const struct sockaddr_in6 *in6 = (const void *)name;
	const struct sockaddr_in *in = (const void *)name;
	struct addr a = { .family = name->ss_family, .port = ntohs(in->sin_port) };

	memcpy(a.at, a.family == AF_INET ? (const void *)&in->sin_addr : &in6->sin6_addr,
	       addr_len(&a));
	return a;
}

/* @peer: the other end, if that is not NULL; a socket that is reset does not say it. */
static int accepted(int fd, int ms, struct addr *peer)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct sockaddr_storage name;
	socklen_t len = sizeof(name);
	int in, on = 1;

	if (poll(&p, 1, ms) <= 0)
		return -1;
	in = accept4(fd, (struct sockaddr *)&name, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (in >= 0 && peer)
		*peer = name_addr(&name);
	if (in >= 0)
		setsockopt(in, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return in;
}

/* Closed without what it has still to say: its port is free again. */
static void drop(int fd)
{
	struct linger now = { .l_onoff = 1 };

	if (fd < 0)
		return;
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(fd);
}

static void drain(struct reader *r)
{
	int on = 1;
	ssize_t n;

	while (r->fd >= 0 && !r->end && !r->reset) {
		n = recv(r->fd, r->at + r->len, TCP_ROOM - r->len, 0);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			break;
		r->end = !n;
		r->reset = n < 0;
		r->len += n > 0 ? n : 0;
	}
	setsockopt(r->fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
}

/* What was read */

static bool begins(const __u8 *p, const __u8 *end, const char *word)
{
	size_t len = strlen(word);

	return len <= (size_t)(end - p) && !strncasecmp((const char *)p, word, len);
}

/* Read as a P-CSCF would: what is there that must not be, in a message that is whole?
 * NULL: nothing.
 */
static const char *wrong(const __u8 *p, size_t len)
{
	const __u8 *end = p + len, *line, *next;

	for (;;) {
		unsigned long body = 0;
		bool forged = false, other = false;

		while (p < end && (*p == '\r' || *p == '\n'))
			p++;
		for (line = p;; line = next) {
			next = memchr(line, '\n', end - line);
			if (!next)
				return NULL;
			next++;
			if (line == p)
				other = strcmp(opt.word, "-") &&
					(!begins(line, end, opt.word) ||
					 line[strlen(opt.word)] != ' ');
			else if (next - line == 1 || (next - line == 2 && *line == '\r'))
				break;
			else if (begins(line, next, "P-Asserted-Identity"))
				forged = true;
			else if (begins(line, next, "Content-Length:"))
				body = strtoul((const char *)line + 15, NULL, 10);
		}
		if (other)
			return "a message that must not be is whole";
		if (forged)
			return "P-Asserted-Identity in a message";
		if (body > (size_t)(end - next))
			return NULL;
		p = next + body;
	}
}

/* Is it what it has to be of @sent, as far as it came? If not, @at is where. */
static bool same(const struct octets *wanted, const struct octets *sent, const __u8 *got,
		 size_t len, size_t *at)
{
	for (*at = 0; *at < len && *at < wanted->len; ++*at) {
		__u8 c = got[*at];

		if (c == wanted->at[*at])
			continue;
		if (!opt.loosely || (c != 'x' && c != sent->at[*at]))
			return false;
	}
	return true;
}

static bool has_never(const __u8 *got, size_t len)
{
	return opt.never && memmem(got, len, opt.never, strlen(opt.never));
}

/* What is wrong with what TO has read, NULL if nothing is. @reset: and then? */
static const char *judge(const __u8 *got, size_t len, bool reset)
{
	static char text[128];
	const char *bad = opt.conflicts || opt.loosely ? wrong(got, len) : NULL;
	size_t at;

	if (has_never(got, len))
		return "what must never be is read";
	if (bad || opt.conflicts)
		return bad;
	if (!same(&opt.wanted, &opt.sent, got, len, &at)) {
		snprintf(text, sizeof(text), "octet %zu is %02x, not %02x", at, got[at],
			 opt.wanted.at[at]);
		return text;
	}
	if (opt.refused != reset)
		return reset ? "it is reset" : "it is not reset";
	if (len < opt.wanted.len) {
		snprintf(text, sizeof(text), "%zu octets of %zu are read", len, opt.wanted.len);
		return text;
	}
	if (len > opt.wanted.len && !opt.refused)
		return "more is read than was sent";
	got += opt.wanted.len;
	len -= opt.wanted.len;
	if (memmem(got, len, "\r\n\r\n", 4) || memmem(got, len, "\n\n", 2))
		return "what is refused is whole";
	return NULL;
}

/* The raw end sends */

static struct segment data(const struct octets *o, size_t at, size_t len)
{
	if (at > o->len)
		at = o->len;
	if (len > o->len - at)
		len = o->len - at;
	if (len > MSS)
		len = MSS;
	return (struct segment){
		.seq = raw.iss + 1 + at, .flags = TCP_PSH, .data = o->at + at, .len = len,
	};
}

static void say(const struct octets *o, size_t at, size_t len)
{
	struct segment s = data(o, at, len);

	tcp_send(&raw, &s);
}

static size_t piece(size_t at)
{
	static const __u32 most[] = { 1, 8, 80, 600, MSS };

	if (is(ONE))
		return 1;
	if (is(WHOLE))
		return MSS;
	if (is(AT))
		return at ? MSS : 1 + (opt.seed - 1) % (opt.sent.len - 1);
	/* what differs is to begin just here, for it is little */
	if (at < opt.differs && !any(2))
		return opt.differs - at;
	return 1 + any(most[any(5)]);
}

/* Octets of which no receiver takes any notice, as they are. */
static struct octets spoilt(void)
{
	static __u8 at[TCP_ROOM];
	size_t i;

	for (i = 0; i < opt.sent.len; i++)
		at[i] = opt.sent.at[i] ^ 0x15;
	return (struct octets){ .len = opt.sent.len, .at = at };
}

/* What else is said, when @at octets have been. */
static void say_else(size_t at)
{
	const struct octets *other = any(4) ? &opt.other : &opt.sent;
	size_t len = opt.sent.len, back = any(at < 40 ? at + 1 : 40), una = raw.una - raw.iss - 1;
	struct segment s = data(other, at, 1 + any(200));
	struct octets noise;
	enum kind k;

	if (!(opt.kinds & noises))
		return;
	do {
		k = DUPLICATE + any(WINDOW - DUPLICATE + 1);
	} while (!is(k));
	switch (k) {
	case DUPLICATE:
		at = any(at + 1);
		say(&opt.sent, at, 1 + any(400));
		return;
	case OVERLAP:
		if (any(2))
			s = data(other, at - back, 1 + any(200));
		else
			s = data(other, at + 1 + any(20), 1 + any(100));
		break;
	case LARGER:
		say(&opt.sent, una, at + any(200) - una);
		return;
	case PROBE:
		s.seq = raw.una - 1;
		s.len = any(2);
		s.data = (const __u8 *)"Z";
		break;
	case URGENT:
		/* it is heeded in a segment without octets, too */
		if (!any(3))
			s.len = 0;
		else if (any(2))
			s = data(&opt.sent, any(at + 1), 1 + any(40));
		s.flags |= TCP_URG;
		s.urgent = any(2 * MSS);
		if (any(2))
			s.urgent = any(s.len + 10);
		break;
	case SYN:
		s = (struct segment){ .flags = TCP_SYN, .no_ack = any(2) };
		s.seq = any(2) ? raw.iss : raw.top + 1 + any(1000);
		if (any(2)) {
			s.data = other->at;
			s.len = len < 100 ? len : 100;
		}
		break;
	case FIN:
		/* a stream that ends here and goes on there is two */
		if (!opt.conflicts || any(2))
			s = data(&opt.sent, len - any(len - at + 1), len);
		else
			s = data(other, at + 1 + any(100), any(100));
		s.flags |= TCP_FIN;
		break;
	case SUM:
		noise = opt.conflicts ? opt.other : spoilt();
		s = data(&noise, at, 1 + any(200));
		s.spoil = 1 + any(1000);
		break;
	case OLD:
		if (!raw.stamps)
			return;
		s.older = 1 << 20;
		break;
	case RESET:
		s = (struct segment){ .flags = TCP_RST, .no_ack = any(2) };
		s.seq = any(2) ? raw.top + 1 + any(1000) : raw.una - 1 - any(1000);
		break;
	case ACK:
		s.ack = any(2) ? 100000 : -100000;
		break;
	case WINDOW:
		s.seq += 66000 + any(1000);
		break;
	default:
		return;
	}
	tcp_send(&raw, &s);
	/* what is never taken does not count as sent */
	if (k == WINDOW || k == SYN || k == RESET)
		raw.top = raw.iss + 1 + len + 1;
}

static void say_out_of_order(size_t *at)
{
	size_t from[4], len[4], n = 2 + any(3), i;

	for (i = 0; i < n; i++) {
		from[i] = *at;
		len[i] = piece(*at);
		*at += data(&opt.sent, *at, len[i]).len;
	}
	for (; n; n--) {
		i = any(n);
		say(&opt.sent, from[i], len[i]);
		from[i] = from[n - 1];
		len[i] = len[n - 1];
	}
}

static size_t acknowledged(void)
{
	return raw.una - raw.iss - 1;
}

static bool hold_back(struct reader *r)
{
	/* the window shuts before what is there is read */
	return is(PROBE) && opt.buffer && raw.room && r->len < opt.sent.len / 2 && any(8);
}

static void say_all(struct reader *r)
{
	size_t at = 0;

	while (at < opt.sent.len && !raw.reset) {
		if (any(2))
			say_else(at);
		if (at + MSS > acknowledged() + raw.room && opt.buffer)
			break;
		if (is(REORDER) && any(2)) {
			say_out_of_order(&at);
		} else {
			size_t n = piece(at);

			say(&opt.sent, at, n);
			at += data(&opt.sent, at, n).len;
		}
		if (any(2))
			say_else(at);
		if (opt.pause)
			rest(opt.pause);
		tcp_take(&raw, 0);
		if (!hold_back(r))
			drain(r);
	}
}

/* As senders do whose segments are not acknowledged: all again, or the first. */
static bool say_again(struct reader *r)
{
	long long end = now_ms() + opt.patience * 1000;
	size_t how = any(4), idle = 0, una;

	while (acknowledged() < opt.sent.len && !raw.reset) {
		size_t at = una = acknowledged(), n = how == 1 ? 1 + any(400) : MSS;

		if (now_ms() > end)
			return false;
		if (how == 3 && opt.sent.len - at < 200)
			n = 1;
		if (!raw.room) {
			struct segment s = data(&opt.sent, at, any(2));

			s.seq -= !s.len;
			tcp_send(&raw, &s);
		} else if (how) {
			say(&opt.sent, at, n);
		} else {
			for (; at < opt.sent.len; at += MSS)
				say(&opt.sent, at, MSS);
		}
		tcp_take(&raw, idle > 5 ? 20 : 2);
		drain(r);
		tcp_take(&raw, 0);
		idle = acknowledged() > una ? 0 : idle + 1;
	}
	return true;
}

static bool say_end(struct reader *r)
{
	struct segment s = { .seq = raw.iss + 1 + opt.sent.len, .flags = TCP_FIN };
	long long end = now_ms() + opt.patience * 1000;

	while (!raw.reset && !r->end && !r->reset) {
		if (now_ms() > end)
			return false;
		tcp_send(&raw, &s);
		tcp_take(&raw, 5);
		drain(r);
	}
	return true;
}

/* Where a case with a raw end begins: its port, its numbers. */
static void raw_start(struct place *me, const struct place *peer, int n)
{
	struct addr own = me->addr;

	own.port += n;
	if (raw.fd > 0)
		close(raw.fd);
	enter(me);
	tcp_open(&raw, &own, &peer->addr);
	raw.talks = opt.talks;
	raw.offers = opt.mptcp;
	raw.stamps = is(OLD) || any(2);
	raw.stamp = any(0xffffffff) | 1;
	raw.iss = opt.fixed_iss ? opt.iss : any(3) ? any(0xffffffff) : -1U - any(opt.sent.len + 2);
	raw.una = raw.iss;
	raw.top = raw.iss + 1;
}

/* The raw end opens the connection. Returns the socket of the other, or -1. */
static int raw_opens(int listening)
{
	struct segment syn = { .seq = raw.iss, .flags = TCP_SYN, .no_ack = true };
	struct segment ack = { .seq = raw.iss + 1 };
	struct segment s;
	int i, fd = -1;

	for (i = 0; i < 100 && !raw.begun; i++) {
		s = syn;
		if (is(SYN) && !i && any(2)) {
			s.data = opt.other.at;
			s.len = opt.sent.len < 100 ? opt.sent.len : 100;
		}
		tcp_send(&raw, &s);
		raw.top = raw.iss + 1;
		tcp_take(&raw, 20);
	}
	for (i = 0; i < 100 && fd < 0 && !raw.reset; i++) {
		s = any(3) || i ? ack : data(&opt.sent, 0, piece(0));
		if (is(URGENT)) {
			s.flags |= TCP_URG;
			s.urgent = any(opt.sent.len);
		}
		tcp_send(&raw, &s);
		fd = accepted(listening, i ? 20 : 2, NULL);
		tcp_take(&raw, 0);
	}
	return fd;
}

/* The other end opens it, with the socket @fd. */
static bool raw_answers(int fd)
{
	struct segment syn = { .seq = raw.iss, .flags = TCP_SYN };
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	struct segment s;
	int i;

	for (i = 0; i < 100 && !raw.begun; i++)
		tcp_take(&raw, 20);
	for (i = 0; i < 100 && raw.begun && !raw.reset; i++) {
		s = syn;
		if (is(URGENT)) {
			s.flags |= TCP_URG;
			s.urgent = any(opt.sent.len);
		}
		s.no_ack = is(BOTH) && !i;
		if (is(SYN) && !i && any(2)) {
			s.data = opt.other.at;
			s.len = opt.sent.len < 100 ? opt.sent.len : 100;
		}
		tcp_send(&raw, &s);
		raw.top = raw.iss + 1;
		tcp_take(&raw, 10);
		if (raw.una == raw.iss + 1) {
			s = (struct segment){ .seq = raw.iss + 1 };
			tcp_send(&raw, &s);
		}
		if (poll(&p, 1, 10) > 0)
			return true;
	}
	return false;
}

static const char *raw_sends(int n, int listening)
{
	static __u8 room[TCP_ROOM];
	struct reader r = { .fd = -1, .at = room };
	struct addr own = opt.from.addr;
	const char *bad = NULL;
	long long end;
	bool whole;

	raw_start(&opt.from, &opt.to, n);
	own.port += n;
	if (opt.to_opens) {
		r.fd = connecting(&opt.to, &opt.to.addr, &own);
		if (!raw_answers(r.fd))
			bad = "no connection";
	} else {
		r.fd = raw_opens(listening);
	}
	if (r.fd < 0)
		return !raw.reset ? "no connection" : opt.refused ? NULL : "reset at once";
	if (!bad) {
		say_all(&r);
		whole = say_again(&r) && say_end(&r);
		if (!whole && !opt.conflicts)
			bad = "not all of it is acknowledged";
	}
	/* the other end may not have heard of it yet */
	end = now_ms() + opt.patience * 1000;
	while (r.reset && !raw.reset && !raw.astray && now_ms() < end)
		tcp_take(&raw, 5);
	if (raw.reset && !r.reset) {
		struct pollfd p = { .fd = r.fd, .events = POLLIN };

		poll(&p, 1, opt.patience * 1000);
		drain(&r);
	}
	if (!bad && raw.reset && !r.reset && !r.end)
		bad = "reset at the sender alone";
	if (!bad && r.reset && !raw.reset)
		bad = raw.astray ? "the reset is not where it must be" :
				   "reset at the reader alone";
	bad = judge(r.at, r.len, r.reset) ?: bad;
	drop(r.fd);
	return bad;
}

/* Between sockets, and from a socket to the raw end */

/* Writes the next piece: is it over, because all is written or the connection is? */
static bool write_piece(int fd, const struct octets *o, size_t *at, bool *reset)
{
	size_t n = piece(*at);
	ssize_t len;

	if (n > o->len - *at)
		n = o->len - *at;
	len = send(fd, o->at + *at, n, MSG_NOSIGNAL);
	if (len < 0 && errno != EAGAIN && errno != EINTR && errno != ENOTCONN) {
		*reset = true;
		return true;
	}
	*at += len > 0 ? len : 0;
	return *at == o->len;
}

static const char *raw_reads(int n, int listening)
{
	struct segment s = { .flags = TCP_SYN };
	long long end = now_ms() + opt.patience * 1000;
	bool wrote = false, reset = false;
	struct addr own = opt.to.addr;
	const char *bad = NULL;
	__u32 told;
	size_t at = 0;
	int fd;

	raw_start(&opt.to, &opt.from, n);
	raw.window = is(PARTIAL) ? 200 + any(2000) : 65535;
	own.port += n;
	if (opt.to_opens) {
		fd = raw_opens(listening);
	} else {
		fd = connecting(&opt.from, &opt.from.addr, &own);
		if (!raw_answers(fd)) {
			drop(fd);
			fd = -1;
		}
	}
	if (fd < 0)
		return "no connection";
	told = raw.next;
	s = (struct segment){ .seq = raw.top };
	while (!bad && !raw.over && !raw.reset) {
		if (!wrote && write_piece(fd, &opt.sent, &at, &reset)) {
			wrote = true;
			shutdown(fd, SHUT_WR);
		}
		tcp_take(&raw, wrote ? 20 : opt.pause);
		s.ack = 0;
		if (is(PARTIAL) && any(8)) {
			if (any(2))
				s.ack = told - raw.next + any(raw.next - told + 1);
			raw.window = any(4) ? 50 + any(3000) : 65535;
		}
		told = raw.next + s.ack;
		tcp_send(&raw, &s);
		if (now_ms() > end)
			bad = "not all of it comes";
	}
	s.ack = 0;
	tcp_send(&raw, &s);
	if (raw.torn)
		bad = "an octet comes as two";
	bad = judge(raw.got, raw.count, raw.reset) ?: bad;
	drop(fd);
	return bad;
}

struct flow {
	struct reader at_to, at_from;
	size_t wrote, answered;
	bool done, reset, shut;
	int late;
	long long again, took;
};

static bool waits(const struct flow *f)
{
	return opt.gate && f->wrote && access(opt.gate, F_OK);
}

static bool flow_step(struct flow *f)
{
	int i;

	for (i = 0; i < 64 && !f->shut && now_ms() >= f->again && !waits(f); i++) {
		if (write_piece(f->at_from.fd, &opt.sent, &f->wrote, &f->reset)) {
			f->shut = true;
			if (!opt.answer.len)
				shutdown(f->at_from.fd, SHUT_WR);
		}
		f->again = now_ms() + opt.pause;
	}
	drain(&f->at_to);
	drain(&f->at_from);
	for (i = 0; i < 64 && f->at_to.fd >= 0 && f->at_to.len >= opt.wanted.len &&
	     f->answered < opt.answer.len; i++)
		write_piece(f->at_to.fd, &opt.answer, &f->answered, &f->reset);
	if (opt.answer.len && f->at_from.len >= opt.answer_wanted.len && f->shut)
		shutdown(f->at_from.fd, SHUT_WR);
	/* each end knows how it ended; one that was reset before it was accepted never is */
	if (f->at_to.fd < 0 && f->at_from.reset)
		return f->late++ > 100;
	return (f->at_to.reset && f->at_from.reset) || (f->at_to.end && !opt.refused);
}

static const char *flow_judge(struct flow *f)
{
	bool reset = f->at_to.reset || (f->at_to.fd < 0 && f->at_from.reset);
	const char *bad = judge(f->at_to.at, f->at_to.len, reset);
	const struct reader *r = &f->at_from;
	size_t at;

	if (bad || opt.refused)
		return bad ?: f->at_from.reset || f->reset ? NULL : "the sender is not reset";
	if (has_never(r->at, r->len))
		return "what must never be is in the answer";
	if (r->len != opt.answer_wanted.len)
		return "the answer is not whole";
	return same(&opt.answer_wanted, &opt.answer, r->at, r->len, &at) ?
	       NULL : "the answer is not what it has to be";
}

/* The raw end is one of many, from a port of its own. */
static void become(int n)
{
	static int sockets[CROWD_MAX / PORTS];
	struct place me = opt.from;
	int at = n / PORTS;

	me.addr.at[addr_len(&me.addr) - 1] += at;
	if (!sockets[at]) {
		raw.fd = 0;
		raw_start(&me, &opt.to, 0);
		sockets[at] = raw.fd;
	}
	raw.fd = sockets[at];
	raw.p.src = me.addr;
	raw.p.src.port = PORT + n % PORTS;
	raw.stamps = false;
	raw.begun = false;
}

/* Which of them has this address? -1: none. */
static int who(const struct addr *a)
{
	size_t last = addr_len(a) - 1;
	int at = (__u8)(a->at[last] - opt.from.addr.at[last]);

	if (memcmp(a->at, opt.from.addr.at, last) || a->port < PORT || a->port >= PORT + PORTS)
		return -1;
	return at * PORTS + a->port - PORT;
}

/* SYNs from ports of their own, no more at a time than a queue takes. */
static void open_half(void)
{
	struct segment s = { .flags = TCP_SYN, .no_ack = true };
	int i, tries = 0;

	for (i = 0; i < opt.half_open; i++) {
		become(i);
		s.seq = any(0xffffffff);
		tcp_send(&raw, &s);
		while (i % 100 == 99 && !raw.begun && tries++ < opt.half_open)
			tcp_take(&raw, 1);
	}
}

static int run_sockets(void)
{
	static struct flow flows[FLOWS_MAX];
	int n = opt.cases, i, fd, failed = 0, left = n;
	long long begin, end;
	__u32 seed = opt.seed;
	struct addr peer;
	int listening;

	listening = listener(opt.to_opens ? &opt.from : &opt.to);
	if (opt.half_open)
		open_half();
	begin = now_ms();
	for (i = 0; i < n; i++) {
		struct addr own = opt.from.addr;

		own.port += i;
		flows[i].at_to.at = malloc(TCP_ROOM);
		flows[i].at_from.at = malloc(TCP_ROOM);
		if (!flows[i].at_to.at || !flows[i].at_from.at)
			err(1, "buffers");
		flows[i].at_to.fd = -1;
		flows[i].at_from.fd = -1;
		if (opt.to_opens)
			flows[i].at_to.fd = connecting(&opt.to, &opt.to.addr, &opt.from.addr);
		else
			flows[i].at_from.fd = connecting(&opt.from, &own, &opt.to.addr);
	}
	end = begin + opt.patience * 1000;
	while (left && now_ms() < end) {
		while ((fd = accepted(listening, 0, &peer)) >= 0) {
			struct reader *r;

			i = opt.to_opens ? 0 : peer.port - opt.from.addr.port;
			r = i < 0 || i >= n ? NULL :
			    opt.to_opens ? &flows[i].at_from : &flows[i].at_to;
			if (r && r->fd < 0)
				r->fd = fd;
			else
				close(fd);
		}
		for (i = 0; i < n; i++) {
			if (flows[i].done || flows[i].at_from.fd < 0)
				continue;
			opt.seed = seed + i;
			state = opt.seed * 0x9e3779b97f4a7c15ULL + flows[i].wrote + 1;
			flows[i].done = flow_step(&flows[i]);
			left -= flows[i].done;
			flows[i].took = now_ms() - begin;
		}
		rest(1);
	}
	for (i = 0; i < n; i++) {
		const char *bad = flow_judge(&flows[i]);

		if (opt.talks && !bad)
			printf("# seed %u: %lld ms\n", seed + i, flows[i].took);
		if (bad) {
			printf("# seed %u: %s\n", seed + i, bad);
			failed++;
		}
		drop(flows[i].at_from.fd);
		drop(flows[i].at_to.fd);
	}
	return failed;
}

/* Many connections at a time, of which hardly anybody makes use. */
static int run_crowd(void)
{
	int listening = listener(&opt.to), failed = 0, n = 0, i, fd;
	struct { __u32 iss, next; } *end = calloc(opt.crowd, sizeof(*end));
	static __u8 room[TCP_ROOM];
	struct addr peer;

	if (!end)
		err(1, "ends of connections");
	for (i = 0; i < opt.crowd; i++) {
		struct segment s = { .flags = TCP_SYN, .no_ack = true };
		int tries = 0;

		become(i);
		raw.iss = any(0xffffffff);
		end[i].iss = raw.iss;
		s.seq = raw.iss;
		do {
			tcp_send(&raw, &s);
			tcp_take(&raw, 20);
		} while (!raw.begun && tries++ < 100);
		if (!raw.begun)
			errx(1, "connection %d does not begin", i);
		end[i].next = raw.next;
		say(&opt.sent, 0, 0);
		if (opt.first)
			say(&opt.sent, 0, opt.first);
	}
	printf("# %d are open\n", opt.crowd);
	fflush(stdout);
	/* what else comes, SYN-ACKs for one, would take memory */
	while (opt.gate && access(opt.gate, F_OK)) {
		for (i = 0; i < opt.crowd; i += PORTS) {
			become(i);
			tcp_take(&raw, 10);
		}
	}
	for (; (fd = accepted(listening, 100, &peer)) >= 0; n++) {
		struct reader r = { .fd = fd, .at = room };
		long long late = now_ms() + opt.patience * 1000;
		const char *bad;

		i = who(&peer);
		if (i >= 0 && i < opt.crowd && i % 256 == 0) {
			become(i);
			raw.begun = true;
			raw.iss = end[i].iss;
			raw.irs = end[i].next - 1;
			raw.next = end[i].next;
			do {
				say(&opt.sent, 0, MSS);
				tcp_take(&raw, 5);
				drain(&r);
			} while (r.len < opt.sent.len && !r.reset && now_ms() < late);
			bad = judge(r.at, r.len, r.reset);
			if (bad) {
				printf("# connection %d: %s\n", i, bad);
				failed++;
			}
		}
		drop(fd);
	}
	printf("# %d were accepted\n", n);
	return failed;
}

static int run_raw(void)
{
	int i, failed = 0, resets = 0, listening = -1;
	const char *bad;

	if (opt.to_opens == opt.raw_reads)
		listening = listener(opt.raw_reads ? &opt.from : &opt.to);
	for (i = 0; i < opt.cases; i++, opt.seed++) {
		state = opt.seed * 0x9e3779b97f4a7c15ULL + 1;
		bad = opt.raw_reads ? raw_reads(i, listening) : raw_sends(i, listening);
		bad = raw.multipath ? "there is MPTCP" : bad;
		resets += raw.reset;
		if (bad) {
			printf("# seed %u: %s\n", opt.seed, bad);
			failed++;
		}
	}
	printf("# %d cases, %d reset, %d wrong\n", opt.cases, resets, failed);
	return failed;
}

static void octets(struct octets *o, const char *file)
{
	FILE *f = fopen(file, "r");

	o->at = malloc(TCP_ROOM);
	if (!f || !o->at)
		err(1, "%s", file);
	o->len = fread(o->at, 1, TCP_ROOM, f);
	fclose(f);
}

static void which(const char *text)
{
	size_t len;

	for (; *text; text += len + (text[len] == ',')) {
		len = strcspn(text, ",");
		opt.kinds |= 1U << word("kind", text, len, kinds, NULL);
	}
	if (is(ALL))
		opt.kinds |= (noises | 1U << REORDER) & ~(1U << URGENT);
}

static void options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "Stn:os:k:f:c:w:lxm:N:a:A:p:g:i:b:MH:O:F:T:vh")) != -1) {
		switch (c) {
		case 'S':
			opt.sockets = true;
			break;
		case 't':
			opt.raw_reads = true;
			break;
		case 'o':
			opt.to_opens = true;
			break;
		case 'n':
			opt.cases = strtol(optarg, NULL, 10);
			break;
		case 's':
			opt.seed = strtoul(optarg, NULL, 10);
			break;
		case 'k':
			which(optarg);
			break;
		case 'f':
			octets(&opt.sent, optarg);
			break;
		case 'c':
			octets(&opt.other, optarg);
			opt.conflicts = true;
			break;
		case 'w':
			octets(&opt.wanted, optarg);
			break;
		case 'l':
			opt.loosely = true;
			break;
		case 'x':
			opt.refused = true;
			break;
		case 'm':
			opt.word = optarg;
			break;
		case 'N':
			opt.never = optarg;
			break;
		case 'a':
			octets(&opt.answer, optarg);
			break;
		case 'A':
			octets(&opt.answer_wanted, optarg);
			break;
		case 'p':
			opt.pause = strtol(optarg, NULL, 10);
			break;
		case 'g':
			opt.gate = optarg;
			break;
		case 'i':
			opt.iss = strtoul(optarg, NULL, 0);
			opt.fixed_iss = true;
			break;
		case 'b':
			opt.buffer = strtol(optarg, NULL, 10);
			break;
		case 'M':
			opt.mptcp = true;
			break;
		case 'H':
			opt.half_open = strtol(optarg, NULL, 10);
			break;
		case 'O':
			opt.crowd = strtol(optarg, NULL, 10);
			break;
		case 'F':
			opt.first = strtol(optarg, NULL, 10);
			break;
		case 'T':
			opt.patience = strtol(optarg, NULL, 10);
			break;
		case 'v':
			opt.talks = true;
			break;
		default:
			usage(c == 'h' ? stdout : stderr);
		}
	}
}

int main(int argc, char **argv)
{
	static struct sip m;

	options(argc, argv);
	if (argc - optind != 2 || opt.cases < 1 || opt.seed < 1)
		usage(stderr);
	if (opt.crowd > CROWD_MAX || opt.half_open > CROWD_MAX)
		errx(2, "too many connections");
	if (opt.sockets && (opt.cases > FLOWS_MAX || (opt.to_opens && opt.cases > 1)))
		errx(2, "too many cases at once");
	place(&opt.from, argv[optind]);
	place(&opt.to, argv[optind + 1]);
	if (!opt.sent.at) {
		char host[INET6_ADDRSTRLEN];

		inet_ntop(opt.from.addr.family, opt.from.addr.at, host, sizeof(host));
		m = sip_register(host, opt.from.addr.port, "ue1@ims.example", NULL, 0);
		opt.sent = (struct octets){ .len = m.len, .at = (__u8 *)m.text };
	}
	if (!opt.other.at)
		opt.other = opt.sent;
	if (!opt.wanted.at)
		opt.wanted = opt.refused ? (struct octets){ .at = opt.sent.at } : opt.sent;
	if (opt.answer.at && !opt.answer_wanted.at)
		opt.answer_wanted = opt.answer;
	if (opt.other.len != opt.sent.len || opt.sent.len < 2)
		errx(2, "-c has to be as long as what is sent, two octets at least");
	state = opt.seed * 0x9e3779b97f4a7c15ULL + 1;
	while (opt.conflicts && opt.differs < opt.sent.len &&
	       opt.sent.at[opt.differs] == opt.other.at[opt.differs])
		opt.differs++;
	return (opt.crowd ? run_crowd() : opt.sockets ? run_sockets() : run_raw()) != 0;
}
