/* SPDX-License-Identifier: GPL-2.0 */
/* A client of the netlink family, for the tests: it can say what no sane client
 * would, and reads the whole answer to it.
 */
#ifndef _SELFTESTS_CLIENT_H
#define _SELFTESTS_CLIENT_H

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../uapi/linux/gmguard.h"

#ifndef __aligned
#define __aligned(n) __attribute__((__aligned__(n)))
#endif

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#endif

/* Is it a class of what passes? The other reasons are rules. */
static inline bool is_pass(int reason)
{
	return (reason >= GMGUARD_REASON_PASS_PROTECTED && reason <= GMGUARD_REASON_PASS_OTHER) ||
	       (reason >= GMGUARD_REASON_PASS_REGISTER && reason <= GMGUARD_REASON_PASS_KEEPALIVE);
}

/* A message, or any run of attributes; it grows. */
struct msg {
	__u8 *at;
	size_t len;
	size_t room;
};

static inline size_t msg_put(struct msg *m, const void *data, size_t len)
{
	size_t at = m->len, end = at + NLMSG_ALIGN(len);

	if (end > m->room) {
		m->room = end * 2 + 4096;
		m->at = realloc(m->at, m->room);
		if (!m->at)
			err(1, "message");
	}
	memset(m->at + at, 0, end - at);
	if (data)
		memcpy(m->at + at, data, len);
	m->len = end;
	return at;
}

/* Each returns where in the message the attribute is. */
static inline size_t msg_attr(struct msg *m, int type, const void *data,
			      size_t len)
{
	struct nlattr a = { .nla_len = NLA_HDRLEN + len, .nla_type = type };
	size_t at = msg_put(m, &a, sizeof(a));

	msg_put(m, data, len);
	return at;
}

static inline size_t msg_u32(struct msg *m, int type, __u32 v)
{
	return msg_attr(m, type, &v, sizeof(v));
}

static inline size_t msg_string(struct msg *m, int type, const char *s)
{
	return msg_attr(m, type, s, strlen(s) + 1);
}

static inline size_t msg_nest(struct msg *m, int type)
{
	return msg_attr(m, type | NLA_F_NESTED, NULL, 0);
}

static inline void msg_end(struct msg *m, size_t nest)
{
	((struct nlattr *)(m->at + nest))->nla_len = m->len - nest;
}

static inline const struct nlattr *attr_next(const struct msg *m, size_t *at)
{
	const struct nlattr *a = (const void *)(m->at + *at);

	if (*at + NLA_HDRLEN > m->len || a->nla_len < NLA_HDRLEN)
		return NULL;
	*at += NLA_ALIGN(a->nla_len);
	return a;
}

/* The first attribute @type, or NULL. */
static inline const struct nlattr *attr_find(const struct msg *m, int type)
{
	const struct nlattr *a;
	size_t at = 0;

	while ((a = attr_next(m, &at)))
		if ((a->nla_type & NLA_TYPE_MASK) == type)
			return a;
	return NULL;
}

static inline const void *attr_data(const struct nlattr *a)
{
	return (const __u8 *)a + NLA_HDRLEN;
}

/* ~0 where the attribute is not there. */
static inline __u64 attr_uint(const struct nlattr *a)
{
	__u64 v = 0;

	if (!a)
		return ~0ULL;
	memcpy(&v, attr_data(a), a->nla_len - NLA_HDRLEN > 8 ? 8 :
				 a->nla_len - NLA_HDRLEN);
	return v;
}

/**
 * struct client - a socket, and what the last answer was
 * @fd:       of the socket
 * @head:     octets of the family's own header in a message
 * @family:   of gmguard
 * @events:   its multicast group
 * @buffer:   octets a receive may take
 * @text:     the sentence of a refusal, or ""
 * @offset:   of the attribute at fault, or 0
 * @cookie:   of a refusal: the set in the way, or 0
 * @reply:    attributes of all messages that were not the acknowledgment
 * @messages: how many of them
 * @intr:     one of them, or the end, said NLM_F_DUMP_INTR
 */
struct client {
	int fd;
	size_t head;
	__u16 family;
	__u32 events;
	__u32 seq;
	size_t buffer;
	char text[160];
	size_t offset;
	__u32 cookie;
	struct msg reply;
	unsigned int messages;
	bool intr;
};

static inline void client_start(const struct client *c, struct msg *m, int cmd,
				int flags)
{
	struct nlmsghdr nlh = {
		.nlmsg_type = c->family,
		.nlmsg_flags = NLM_F_REQUEST | flags,
	};
	struct genlmsghdr genl = { .cmd = cmd, .version = 1 };

	m->len = 0;
	msg_put(m, &nlh, sizeof(nlh));
	msg_put(m, &genl, sizeof(genl));
}

/* The end of an answer: its errno, negative, and what is said about it. */
static inline int client_end(struct client *c, const struct nlmsghdr *nlh)
{
	size_t head = nlh->nlmsg_type == NLMSG_DONE ? sizeof(int) :
		      sizeof(struct nlmsgerr);
	struct msg tlvs = { (__u8 *)nlh + NLMSG_SPACE(head), 0, 0 };
	const struct nlattr *a;
	int error;

	memcpy(&error, NLMSG_DATA(nlh), sizeof(error));
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS) ||
	    nlh->nlmsg_len < NLMSG_SPACE(head))
		return error;
	tlvs.len = nlh->nlmsg_len - NLMSG_SPACE(head);
	a = attr_find(&tlvs, NLMSGERR_ATTR_MSG);
	if (a)
		snprintf(c->text, sizeof(c->text), "%s",
			 (const char *)attr_data(a));
	a = attr_find(&tlvs, NLMSGERR_ATTR_OFFS);
	if (a)
		c->offset = attr_uint(a);
	a = attr_find(&tlvs, NLMSGERR_ATTR_COOKIE);
	if (a)
		c->cookie = attr_uint(a);
	return error;
}

static inline int client_send(struct client *c, struct msg *m)
{
	struct nlmsghdr *nlh = (void *)m->at;

	nlh->nlmsg_len = m->len;
	nlh->nlmsg_seq = ++c->seq;
	c->text[0] = '\0';
	c->offset = 0;
	c->cookie = 0;
	c->reply.len = 0;
	c->messages = 0;
	c->intr = false;
	return send(c->fd, m->at, m->len, 0) == (ssize_t)m->len ? 0 : -errno;
}

/* Receives once; -EINPROGRESS unless the answer is over, then its errno. */
static inline int client_receive(struct client *c)
{
	static __thread __u8 data[1 << 16] __aligned(8);
	struct nlmsghdr *nlh = (void *)data;
	ssize_t len = recv(c->fd, data, c->buffer, MSG_TRUNC);

	if (len < 0)
		return -errno;
	if ((size_t)len > c->buffer)
		return -EMSGSIZE;
	for (; NLMSG_OK(nlh, len); nlh = NLMSG_NEXT(nlh, len)) {
		if (nlh->nlmsg_seq != c->seq)
			continue;
		if (nlh->nlmsg_flags & NLM_F_DUMP_INTR &&
		    nlh->nlmsg_type != NLMSG_ERROR)
			c->intr = true;
		if (nlh->nlmsg_type == NLMSG_ERROR ||
		    nlh->nlmsg_type == NLMSG_DONE)
			return client_end(c, nlh);
		c->messages++;
		msg_put(&c->reply, (__u8 *)nlh + NLMSG_SPACE(c->head),
			nlh->nlmsg_len - NLMSG_SPACE(c->head));
	}
	return -EINPROGRESS;
}

/* Sends and waits for the end of the answer: 0 or a negative errno. */
static inline int client_ask(struct client *c, struct msg *m)
{
	int error = client_send(c, m);

	if (error)
		return error;
	do
		error = client_receive(c);
	while (error == -EINPROGRESS);
	return error;
}

static inline int client_command(struct client *c, int cmd, int flags)
{
	struct msg m = {};
	int error;

	client_start(c, &m, cmd, flags);
	error = client_ask(c, &m);
	free(m.at);
	return error;
}

static inline void client_close(struct client *c)
{
	close(c->fd);
	free(c->reply.at);
	memset(c, 0, sizeof(*c));
	c->fd = -1;
}

/* The number of the family and of its group; 0 or a negative errno. */
static inline int client_resolve(struct client *c)
{
	const struct nlattr *a;
	struct msg m = {}, group;
	int error;

	c->family = GENL_ID_CTRL;
	client_start(c, &m, CTRL_CMD_GETFAMILY, NLM_F_ACK);
	msg_string(&m, CTRL_ATTR_FAMILY_NAME, GMGUARD_FAMILY_NAME);
	error = client_ask(c, &m);
	free(m.at);
	if (error)
		return error;
	c->family = attr_uint(attr_find(&c->reply, CTRL_ATTR_FAMILY_ID));
	a = attr_find(&c->reply, CTRL_ATTR_MCAST_GROUPS);
	if (!a)
		return -ENOENT;
	/* the only group: an array of one nest */
	group.at = (__u8 *)attr_data(a) + NLA_HDRLEN;
	group.len = a->nla_len - 2 * NLA_HDRLEN;
	c->events = attr_uint(attr_find(&group, CTRL_ATTR_MCAST_GRP_ID));
	return 0;
}

/* A socket of a netlink @protocol, in the network namespace of this thread; false if
 * there is none.
 */
static inline bool client_socket(struct client *c, int protocol, size_t head)
{
	memset(c, 0, sizeof(*c));
	c->head = head;
	/* the kernel makes no message longer than the longest asked for */
	c->buffer = 4096;
	c->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	return c->fd >= 0;
}

/* The same of gmguard's family; 0 or a negative errno. */
static inline int client_open(struct client *c)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	int on = 1, size = 16 << 20;

	if (!client_socket(c, NETLINK_GENERIC, GENL_HDRLEN))
		return -errno;
	if (setsockopt(c->fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on)) ||
	    setsockopt(c->fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on)) ||
	    connect(c->fd, (struct sockaddr *)&kernel, sizeof(kernel)))
		return -errno;
	/* for the largest policy; who may not has none to send */
	setsockopt(c->fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	return client_resolve(c);
}

#endif /* _SELFTESTS_CLIENT_H */
