// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <linux/genetlink.h>
#include <linux/gmguard.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <string.h>

#include "fuzz.h"
#include "wire.h"

enum { GROUP = WIRE_FAMILY + 1, ROOM = 1 << 20 };

/* How a nlmsghdr begins. */
struct head {
	uint32_t len;
	uint16_t type;
	uint16_t flags;
};

static uint8_t queue[ROOM];
static size_t start, end;
static struct nlmsghdr *heard;
void (*wire_answer)(const struct nlmsghdr *hdr);

void wire_reset(void)
{
	start = 0;
	end = 0;
}

void wire_octets(const void *octets, size_t n)
{
	HOLDS(n <= ROOM - end);
	memcpy(queue + end, octets, n);
	end += n;
}

void wire_message(uint16_t type, uint16_t flags, const void *payload, size_t n)
{
	struct head head = { NLMSG_HDRLEN + n, type, flags };

	wire_octets(&head, sizeof(head));
	wire_octets(payload, n);
}

void wire_ack(void)
{
	struct nlmsgerr ack = { 0 };

	wire_message(NLMSG_ERROR, NLM_F_CAPPED, &ack, sizeof(ack));
}

void wire_done(void)
{
	int code = 0;

	wire_message(NLMSG_DONE, NLM_F_MULTI, &code, sizeof(code));
}

void wire_info(void)
{
	struct {
		struct genlmsghdr genl;
		struct nlattr abi_attr;
		uint32_t abi;
		struct nlattr features_attr;
		uint32_t features;
	} info = {
		{ .cmd = GMGUARD_CMD_INFO_GET, .version = GMGUARD_FAMILY_VERSION },
		{ NLA_HDRLEN + 4, GMGUARD_A_INFO_ABI_VERSION },
		GMGUARD_ABI_VERSION,
		{ NLA_HDRLEN + 4, GMGUARD_A_INFO_FEATURES },
		GMGUARD_FEATURE_SA,
	};

	wire_message(WIRE_FAMILY, 0, &info, sizeof(info));
	wire_ack();
}

const struct nlmsghdr *wire_heard(void)
{
	return heard;
}

/* One message a datagram, in memory of exactly its size. */
int nl_recv(struct nl_sock *sk, struct sockaddr_nl *from, unsigned char **buf,
	    struct ucred **creds)
{
	size_t left = end - start;
	struct nlmsghdr *hdr;
	struct head head;
	size_t n = 0;

	(void)sk;
	(void)from;
	(void)creds;
	if (left < sizeof(head)) {
		errno = ENOTCONN;
		return -NLE_FAILURE;
	}
	memcpy(&head, queue + start, sizeof(head));
	start += sizeof(head);
	left -= sizeof(head);
	if (!head.len) {
		errno = ENOBUFS;
		return -NLE_NOMEM;
	}
	if (head.len > NLMSG_HDRLEN)
		n = head.len - NLMSG_HDRLEN;
	if (n > left)
		n = left;

	hdr = malloc(NLMSG_HDRLEN + n);
	HOLDS(hdr);
	hdr->nlmsg_len = NLMSG_HDRLEN + n;
	hdr->nlmsg_type = head.type;
	hdr->nlmsg_flags = head.flags;
	hdr->nlmsg_seq = heard->nlmsg_seq;
	hdr->nlmsg_pid = heard->nlmsg_pid;
	memcpy(NLMSG_DATA(hdr), queue + start, n);
	start += n;
	*buf = (unsigned char *)hdr;
	return hdr->nlmsg_len;
}

int nl_send_iovec(struct nl_sock *sk, struct nl_msg *msg, struct iovec *iov, unsigned int n)
{
	size_t len = nlmsg_hdr(msg)->nlmsg_len, at = 0;
	unsigned int i;

	(void)sk;
	free(heard);
	heard = malloc(len);
	HOLDS(heard);
	for (i = 0; i < n; at += iov[i++].iov_len) {
		HOLDS(iov[i].iov_len <= len - at);
		memcpy((uint8_t *)heard + at, iov[i].iov_base, iov[i].iov_len);
	}
	HOLDS(at == len);
	if (start == end)
		wire_reset();
	if (wire_answer)
		wire_answer(heard);
	return len;
}

int genl_connect(struct nl_sock *sk)
{
	(void)sk;
	return 0;
}

int genl_ctrl_resolve(struct nl_sock *sk, const char *name)
{
	(void)sk;
	(void)name;
	return WIRE_FAMILY;
}

int genl_ctrl_resolve_grp(struct nl_sock *sk, const char *family, const char *name)
{
	(void)sk;
	(void)family;
	(void)name;
	return GROUP;
}

int nl_socket_add_membership(struct nl_sock *sk, int group)
{
	(void)sk;
	(void)group;
	return 0;
}

int nl_socket_set_nonblocking(const struct nl_sock *sk)
{
	(void)sk;
	return 0;
}

/* Something that is always readable and has no options. */
int nl_socket_get_fd(const struct nl_sock *sk)
{
	static int fd = -1;

	(void)sk;
	if (fd < 0)
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	HOLDS(fd >= 0);
	return fd;
}
