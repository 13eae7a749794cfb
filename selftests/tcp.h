/* SPDX-License-Identifier: GPL-2.0 */
/* One end of a TCP connection that says what it is told to, segment by segment, and keeps
 * what the other end says. It is a raw socket, so that IPsec applies to it; the host's own
 * TCP knows nothing of the connection, and its resets are to be kept off (what the raw
 * socket sends has the mark TCP_MARK).
 */
#ifndef _SELFTESTS_TCP_H
#define _SELFTESTS_TCP_H

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "packet.h"
#include "udp.h"

enum { TCP_FIN = 1, TCP_RST = 4, TCP_PSH = 8, TCP_URG = 32 };
enum { TCP_MARK = 1, TCP_ROOM = 1 << 17 };

/* Numbers of sequence are those of the wire; all of them wrap. */
struct tcp {
	int fd;
	struct packet p;	/* from whom to whom */
	__u32 iss, irs;		/* where each end began */
	__u32 una, top;		/* of ours: not yet acknowledged; not yet sent */
	__u32 next;		/* of theirs: what comes next */
	__u32 window, room;	/* how much we take, and how much they do; unscaled */
	__u32 stamp, echo;	/* our clock, and what we have of theirs */
	bool stamps;		/* both ends have timestamps */
	bool offers;		/* we can MPTCP (RFC 8684) */
	bool multipath;		/* so can they */
	bool begun;		/* their SYN is there */
	bool over;		/* their FIN is there */
	bool reset;		/* their RST is, just where it has to be */
	bool astray;		/* or elsewhere */
	bool torn;		/* an octet came twice and was not the same */
	bool talks;		/* prints what comes and goes */
	size_t count;		/* of octets in @got */
	__u8 got[TCP_ROOM];
	bool have[TCP_ROOM];
};

struct segment {
	__u32 seq;
	int flags;		/* beside ACK */
	const __u8 *data;
	size_t len;
	__u16 urgent;
	__u32 ack;		/* added to what is to be acknowledged */
	__u32 older;		/* taken off the timestamp */
	__u16 spoil;		/* added to the checksum */
	bool no_ack;
};

static inline bool before(__u32 a, __u32 b)
{
	return (__s32)(a - b) < 0;
}

static inline void tcp_show(const struct tcp *t, const char *way, __u32 seq, __u32 ack,
			    int flags, size_t len)
{
	static const char letters[] = "FSRPAU";
	char text[8] = "";
	int i, n = 0;

	if (!t->talks)
		return;
	for (i = 0; letters[i]; i++)
		if (flags & 1 << i)
			text[n++] = letters[i];
	text[n] = '\0';
	printf("#   %s %-4s %d:%d ack %d\n", way, text, seq, seq + (__u32)len, ack);
}

static inline void tcp_send(struct tcp *t, const struct segment *s)
{
	int flags = s->flags | (s->no_ack ? 0 : TCP_ACK);
	/* MP_CAPABLE has our key as well where it is an answer */
	size_t offer = !t->offers || !(flags & TCP_SYN) ? 0 : s->no_ack ? 4 : 12;
	size_t options = flags & TCP_SYN ? 16 + offer : t->stamps ? 12 : 0;
	__u32 end = s->seq + s->len + !!(flags & TCP_SYN) + !!(flags & TCP_FIN);
	static struct buf b;
	__u8 *h;

	b.len = 0;
	h = put(&b, NULL, 20 + options);
	put(&b, s->data, s->len);
	set16(h, t->p.src.port);
	set16(h + 2, t->p.dst.port);
	set32(h + 4, s->seq);
	set32(h + 8, s->no_ack ? 0 : t->next + s->ack);
	h[12] = (20 + options) / 4 << 4;
	h[13] = flags;
	set16(h + 14, t->window);
	set16(h + 18, s->urgent);
	if (s->flags & TCP_SYN) {
		__u8 *at = h + 20;

		if (offer) {
			memcpy(at, "\36\14\1\1 key of 8", 12);
			at[1] = offer;
			at += offer;
		}
		memcpy(at, "\2\4\5\xb4\1\1\10\12", 8);	/* MSS 1460 */
		if (!t->stamps)
			memset(at + 6, 1, 10);
	} else if (t->stamps) {
		memcpy(h + 20, "\1\1\10\12", 4);
	}
	if (t->stamps) {
		set32(h + 20 + options - 8, t->stamp++ - s->older);
		set32(h + 20 + options - 4, t->echo);
	}
	set16(h + 16, checksum(&t->p, h, b.len) + s->spoil);
	tcp_show(t, ">", s->seq - t->iss - 1, s->no_ack ? 0 : t->next + s->ack - t->irs - 1,
		 flags, s->len);
	if (!s->spoil && before(t->top, end))
		t->top = end;
	while (send(t->fd, h, b.len, 0) != (ssize_t)b.len) {
		/* the other end's queue is full for a moment */
		if (errno != ENOBUFS)
			err(1, "send a segment");
		usleep(1000);
	}
}

static inline __u32 get32(const __u8 *at)
{
	return (__u32)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
}

static inline void tcp_options(struct tcp *t, const __u8 *at, const __u8 *end)
{
	bool stamped = false;

	while (at < end && *at) {
		size_t len = *at == 1 ? 1 : end - at > 1 ? at[1] : 0;

		if (!len || len > (size_t)(end - at))
			return;
		if (*at == 8 && len == 10) {
			t->echo = get32(at + 2);
			stamped = true;
		}
		t->multipath |= *at == 30;
		at += len;
	}
	if (!t->begun)
		t->stamps = t->stamps && stamped;
}

/* What each octet was the first time it has to be every time. */
static inline void tcp_keep(struct tcp *t, __u32 at, const __u8 *data, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		__u32 to = at + i;

		if (to >= TCP_ROOM)
			continue;
		if (t->have[to] && t->got[to] != data[i])
			t->torn = true;
		if (!t->have[to])
			t->got[to] = data[i];
		t->have[to] = true;
	}
	while (t->count < TCP_ROOM && t->have[t->count])
		t->count++;
}

static inline void tcp_read(struct tcp *t, const __u8 *h, size_t len)
{
	size_t head = len < 20 ? 20 : (h[12] >> 4) * 4;
	__u32 seq, ack;
	int flags;

	if (len < head || (h[0] << 8 | h[1]) != t->p.dst.port ||
	    (h[2] << 8 | h[3]) != t->p.src.port)
		return;
	seq = get32(h + 4);
	ack = get32(h + 8);
	flags = h[13];
	t->irs = t->begun ? t->irs : seq;
	tcp_show(t, "<", seq - t->irs - 1, ack - t->iss - 1, flags, len - head);
	if (flags & TCP_RST) {
		bool fits = t->begun ? seq == t->next : ack == t->iss + 1;

		t->reset |= fits;
		t->astray |= !fits;
		return;
	}
	t->room = h[14] << 8 | h[15];
	if (flags & TCP_SYN) {
		tcp_options(t, h + 20, h + head);
		t->next = t->begun ? t->next : seq + 1;
		t->begun = true;
	} else if (t->begun) {
		tcp_options(t, h + 20, h + head);
		tcp_keep(t, seq - t->irs - 1, h + head, len - head);
		if (flags & TCP_FIN && seq + len - head == t->irs + 1 + t->count)
			t->over = true;
		t->next = t->irs + 1 + t->count + t->over;
	}
	if (flags & TCP_ACK && before(t->una, ack) && !before(t->top, ack))
		t->una = ack;
}

/* All that has come, or comes within @ms: is there anything? */
static inline bool tcp_take(struct tcp *t, int ms)
{
	struct pollfd p = { .fd = t->fd, .events = POLLIN };
	static __u8 packet[70000];
	bool any = false;
	ssize_t len;

	while (poll(&p, 1, any ? 0 : ms) > 0) {
		size_t head = 0;

		len = recv(t->fd, packet, sizeof(packet), MSG_DONTWAIT);
		if (len < 0)
			continue;
		if (t->p.src.family == AF_INET)
			head = (packet[0] & 15) * 4;
		if ((size_t)len > head)
			tcp_read(t, packet + head, len - head);
		any = true;
	}
	return any;
}

/* From @from to @to, whose ports say which connection it is. */
static inline void tcp_open(struct tcp *t, const struct addr *from, const struct addr *to)
{
	struct sockaddr_storage name;
	struct addr a = *from;
	int size = 8 << 20, mark = TCP_MARK;

	memset(t, 0, sizeof(*t));
	t->p = (struct packet){ .src = *from, .dst = *to, .proto = IPPROTO_TCP };
	t->window = 65535;
	t->fd = socket(from->family, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_TCP);
	if (t->fd < 0)
		err(1, "raw socket");
	/* of a raw socket the port is a protocol */
	a.port = 0;
	if (bind(t->fd, (struct sockaddr *)&name, addr_name(&name, &a)))
		err(1, "bind");
	a = *to;
	a.port = 0;
	if (connect(t->fd, (struct sockaddr *)&name, addr_name(&name, &a)))
		err(1, "connect");
	setsockopt(t->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	setsockopt(t->fd, SOL_SOCKET, SO_MARK, &mark, sizeof(mark));
}

#endif /* _SELFTESTS_TCP_H */
