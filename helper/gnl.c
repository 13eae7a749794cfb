// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/gmguard.h>
#include <linux/netlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "complain.h"
#include "gnl.h"

/* The kernel makes its dump messages as large as our reads, up to 32 KiB; an
 * endpoint with all its ports needs most of that.
 */
#define READ_SIZE 65536

/* How much can wait for a slow monitor, in octets. */
#define EVENT_BUFFER (4 << 20)

/* The kernel has no errno above it. */
#define ERRNO_MAX 4095

/* State of one request; @seq is 0 of a listener, for whom there is no answer. */
struct pending {
	struct gmg_gnl *gnl;
	gnl_handler handle;
	void *arg;
	uint32_t seq;
	bool done;
	int error;
};

uint8_t gnl_command(const struct nlmsghdr *hdr)
{
	const struct genlmsghdr *genl = nlmsg_data(hdr);

	return nlmsg_datalen(hdr) >= (int)sizeof(*genl) ? genl->cmd : 0;
}

int gnl_parse(struct nlmsghdr *hdr, struct nlattr **tb, int max)
{
	return nlmsg_parse(hdr, GENL_HDRLEN, tb, max, NULL) < 0 ? EBADMSG : 0;
}

int gnl_parse_nested(struct nlattr *nest, struct nlattr **tb, int max)
{
	return nla_parse_nested(tb, max, nest, NULL) < 0 ? EBADMSG : 0;
}

static bool at_least(const struct nlattr *attr, int octets)
{
	return attr && nla_len(attr) >= octets;
}

uint8_t gnl_u8(const struct nlattr *attr)
{
	return at_least(attr, 1) ? nla_get_u8(attr) : 0;
}

uint16_t gnl_u16(const struct nlattr *attr)
{
	return at_least(attr, 2) ? nla_get_u16(attr) : 0;
}

uint32_t gnl_u32(const struct nlattr *attr)
{
	return at_least(attr, 4) ? nla_get_u32(attr) : 0;
}

uint64_t gnl_u64(const struct nlattr *attr)
{
	return at_least(attr, 8) ? nla_get_u64(attr) : 0;
}

bool gnl_string(const struct nlattr *attr, char *buf, size_t size)
{
	size_t i, n = attr ? strnlen(nla_data(attr), nla_len(attr)) : 0;
	const char *s = attr ? nla_data(attr) : NULL;

	buf[0] = '\0';
	if (!attr || n >= size)
		return false;
	for (i = 0; i < n; i++)
		buf[i] = s[i] >= ' ' && s[i] <= '~' ? s[i] : '?';
	buf[n] = '\0';
	return true;
}

/* The TLVs of an extended acknowledgement lie behind the error code and the
 * request that it quotes, of which NETLINK_CAP_ACK leaves only the header.
 */
static void take_extack(struct gmg_gnl *gnl, const struct nlmsghdr *hdr, size_t skip)
{
	struct nlattr *tb[NLMSGERR_ATTR_MAX + 1];
	size_t len = nlmsg_datalen(hdr);

	if (!(hdr->nlmsg_flags & NLM_F_ACK_TLVS) || skip > len)
		return;
	if (nla_parse(tb, NLMSGERR_ATTR_MAX, (struct nlattr *)((char *)nlmsg_data(hdr) + skip),
		      len - skip, NULL) < 0)
		return;
	if (tb[NLMSGERR_ATTR_MSG])
		gnl_string(tb[NLMSGERR_ATTR_MSG], gnl->text, sizeof(gnl->text));
	gnl->offset = gnl_u32(tb[NLMSGERR_ATTR_OFFS]);
	gnl->cookie = gnl_u32(tb[NLMSGERR_ATTR_COOKIE]);
}

/* The errno that a message carries negated, EBADMSG if it is none. */
static int errno_of(int code)
{
	return code < 0 && code >= -ERRNO_MAX ? -code : EBADMSG;
}

static bool take_error(struct pending *p, struct nlmsghdr *hdr)
{
	const struct nlmsgerr *err = nlmsg_data(hdr);
	size_t skip = sizeof(*err);

	if (nlmsg_datalen(hdr) < (int)sizeof(*err))
		return false;
	p->done = true;
	if (!err->error)
		return true;
	if (!(hdr->nlmsg_flags & NLM_F_CAPPED))
		skip += NLMSG_ALIGN(err->msg.nlmsg_len) - NLMSG_HDRLEN;
	take_extack(p->gnl, hdr, skip);
	p->error = errno_of(err->error);
	return true;
}

/* The end of a dump carries its error code. */
static bool take_end(struct pending *p, struct nlmsghdr *hdr)
{
	int code = 0;

	if (nlmsg_datalen(hdr) >= (int)sizeof(code))
		memcpy(&code, nlmsg_data(hdr), sizeof(code));
	if (code < 0) {
		p->error = errno_of(code);
		take_extack(p->gnl, hdr, sizeof(code));
	}
	p->done = true;
	return true;
}

/* False of what cannot be of this answer. After a handler has failed it is still read to its
 * end.
 */
static bool take(struct pending *p, struct nlmsghdr *hdr)
{
	if (p->seq && hdr->nlmsg_seq != p->seq)
		return false;
	if (hdr->nlmsg_flags & NLM_F_DUMP_INTR)
		p->gnl->interrupted = true;
	switch (hdr->nlmsg_type) {
	case NLMSG_NOOP:
		return true;
	case NLMSG_OVERRUN:
		return false;
	case NLMSG_ERROR:
		return take_error(p, hdr);
	case NLMSG_DONE:
		return take_end(p, hdr);
	}
	if (p->handle && !p->error)
		p->error = p->handle(hdr, p->arg);
	return true;
}

/* What has arrived at once. 0 or errno. */
static int receive(struct pending *p)
{
	struct sockaddr_nl from;
	unsigned char *buf = NULL;
	struct nlmsghdr *hdr;
	int n, ret = 0;

	errno = 0;
	n = nl_recv(p->gnl->sk, &from, &buf, NULL);
	if (n <= 0)
		return errno ? errno : EIO;
	for (hdr = (struct nlmsghdr *)buf; !ret && !p->done && nlmsg_ok(hdr, n);
	     hdr = nlmsg_next(hdr, &n))
		ret = take(p, hdr) ? 0 : EIO;
	free(buf);
	return ret;
}

struct nl_msg *gnl_message(struct gmg_gnl *gnl, uint8_t cmd, int flags, size_t size)
{
	struct nl_msg *msg = nlmsg_alloc_size(NLMSG_HDRLEN + GENL_HDRLEN + size);

	if (msg && !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, gnl->family, 0, flags, cmd,
				GMGUARD_FAMILY_VERSION)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

/* A message must fit into the send buffer, whose usual limit a large policy
 * exceeds. The kernel accounts for more than the octets themselves.
 */
static void make_room(struct gmg_gnl *gnl, size_t len)
{
	int have = 0, want = 2 * len + READ_SIZE;
	socklen_t n = sizeof(have);

	if (gnl->room >= want)
		return;
	if (!getsockopt(nl_socket_get_fd(gnl->sk), SOL_SOCKET, SO_SNDBUF, &have, &n) && have < want)
		setsockopt(nl_socket_get_fd(gnl->sk), SOL_SOCKET, SO_SNDBUFFORCE, &want,
			   sizeof(want));
	gnl->room = want;
}

static int exchange(struct gmg_gnl *gnl, struct nl_msg *msg, struct iovec more, struct pending *p)
{
	struct iovec iov[] = { { nlmsg_hdr(msg), nlmsg_hdr(msg)->nlmsg_len }, more };

	nlmsg_hdr(msg)->nlmsg_len += more.iov_len;
	make_room(gnl, nlmsg_hdr(msg)->nlmsg_len);
	nl_complete_msg(gnl->sk, msg);
	p->seq = nlmsg_hdr(msg)->nlmsg_seq;
	errno = 0;
	if (nl_send_iovec(gnl->sk, msg, iov, more.iov_len ? 2 : 1) < 0)
		return errno ? errno : EIO;
	while (!p->done) {
		int ret = receive(p);

		if (ret && !p->done) {
			gnl->lost = true;
			return ret;
		}
	}
	return p->error;
}

static int request(struct gmg_gnl *gnl, struct nl_msg *msg, struct iovec more, gnl_handler handle,
		   void *arg)
{
	struct pending p = { .gnl = gnl, .handle = handle, .arg = arg };

	gnl->text[0] = '\0';
	gnl->offset = 0;
	gnl->cookie = 0;
	gnl->interrupted = false;
	gnl->error = msg ? exchange(gnl, msg, more, &p) : ENOMEM;
	return gnl->error;
}

int gnl_request(struct gmg_gnl *gnl, struct nl_msg *msg, bool keep, gnl_handler handle, void *arg)
{
	request(gnl, msg, (struct iovec){ .iov_len = 0 }, handle, arg);
	if (!keep)
		nlmsg_free(msg);
	return gnl->error;
}

int gnl_request_secret(struct gmg_gnl *gnl, struct nl_msg *msg, struct iovec more,
		       gnl_handler handle, void *arg)
{
	request(gnl, msg, more, handle, arg);
	nlmsg_free(msg);
	return gnl->error;
}

static int take_info(struct nlmsghdr *hdr, void *arg)
{
	struct nlattr *tb[GMGUARD_A_INFO_MAX + 1];
	struct gmg_info *info = arg;

	if (gnl_parse(hdr, tb, GMGUARD_A_INFO_MAX))
		return EBADMSG;
	info->abi = gnl_u32(tb[GMGUARD_A_INFO_ABI_VERSION]);
	gnl_string(tb[GMGUARD_A_INFO_MODULE_VERSION], info->version, sizeof(info->version));
	info->features = gnl_u32(tb[GMGUARD_A_INFO_FEATURES]);
	info->generation = gnl_u32(tb[GMGUARD_A_INFO_GENERATION]);
	info->interfaces = gnl_u32(tb[GMGUARD_A_INFO_INTERFACES]);
	info->interfaces_refused = gnl_u64(tb[GMGUARD_A_INFO_INTERFACES_REFUSED]);
	info->events_sent = gnl_u64(tb[GMGUARD_A_INFO_EVENTS_SENT]);
	info->events_suppressed = gnl_u64(tb[GMGUARD_A_INFO_EVENTS_SUPPRESSED]);
	info->sa_sets = gnl_u32(tb[GMGUARD_A_INFO_SA_SETS]);
	info->tmpis = gnl_u32(tb[GMGUARD_A_INFO_TMPIS]);
	info->port_policies_restored = gnl_u64(tb[GMGUARD_A_INFO_PORT_POLICIES_RESTORED]);
	return 0;
}

int gnl_info(struct gmg_gnl *gnl)
{
	memset(&gnl->info, 0, sizeof(gnl->info));
	return gnl_request(gnl, gnl_message(gnl, GMGUARD_CMD_INFO_GET, 0, 0), false, take_info,
			   &gnl->info);
}

static int connect_family(struct gmg_gnl *gnl)
{
	/* not what NLCB in the environment asks for: that would print messages */
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	const int on = 1;
	int fd;

	gnl->sk = cb ? nl_socket_alloc_cb(cb) : NULL;
	nl_cb_put(cb);
	if (!gnl->sk || genl_connect(gnl->sk) < 0) {
		complain("netlink: cannot open a generic netlink socket");
		return EXIT_KERNEL;
	}
	gnl->family = genl_ctrl_resolve(gnl->sk, GMGUARD_FAMILY_NAME);
	if (gnl->family < 0) {
		complain("the kernel module is not loaded: modprobe gmguard");
		return EXIT_NO_MODULE;
	}
	/* what take() has counted libnl has not */
	nl_socket_disable_seq_check(gnl->sk);
	fd = nl_socket_get_fd(gnl->sk);
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	nl_socket_set_msg_buf_size(gnl->sk, READ_SIZE);
	return EXIT_OK;
}

static int open_family(struct gmg_gnl *gnl, const struct gmg_options *opt)
{
	int ret = connect_family(gnl);

	if (ret)
		return ret;
	if (gnl_info(gnl))
		return gnl_complain(gnl, "info", NULL);
	if (gnl->info.abi != GMGUARD_ABI_VERSION) {
		complain("the module speaks ABI %u, this program %u: update %s", gnl->info.abi,
			 GMGUARD_ABI_VERSION,
			 gnl->info.abi > GMGUARD_ABI_VERSION ? "this program" : "the module");
		return EXIT_KERNEL;
	}
	if (opt->verbose)
		complain("module %s, ABI %u, policy generation %u", gnl->info.version,
			 gnl->info.abi, gnl->info.generation);
	return EXIT_OK;
}

int gnl_open(struct gmg_gnl *gnl, const struct gmg_options *opt)
{
	int ret;

	memset(gnl, 0, sizeof(*gnl));
	ret = open_family(gnl, opt);
	if (ret)
		gnl_close(gnl);
	return ret;
}

void gnl_close(struct gmg_gnl *gnl)
{
	nl_socket_free(gnl->sk);
	gnl->sk = NULL;
}

int gnl_complain(const struct gmg_gnl *gnl, const char *what, const char *where)
{
	const char *sep = where && where[0] ? " at " : "";

	/* what the policy does not allow has a reason of its own */
	if (gnl->error == EPERM && !gnl->text[0]) {
		complain("%s: needs CAP_NET_ADMIN in the initial user namespace", what);
		return EXIT_PERMISSION;
	}
	if (gnl->error == ENOMEM) {
		complain("%s: out of memory", what);
		return EXIT_KERNEL;
	}
	if (gnl->text[0])
		complain("%s: kernel: %s (%s)%s%s", what, gnl->text, strerror(gnl->error), sep,
			 where ? where : "");
	else
		complain("%s: kernel: %s%s%s", what, strerror(gnl->error), sep, where ? where : "");

	switch (gnl->error) {
	case ENOENT:
		return EXIT_NOT_FOUND;
	case EEXIST:
	case EBUSY:
		return EXIT_CONFLICT;
	default:
		return EXIT_KERNEL;
	}
}

int gnl_need_sa(const struct gmg_gnl *gnl, const char *what)
{
	if (gnl->info.features & GMGUARD_FEATURE_SA)
		return EXIT_OK;
	complain("%s: module %s has no SAs: update the module", what, gnl->info.version);
	return EXIT_KERNEL;
}

int gnl_listen(struct gmg_gnl *gnl)
{
	const int size = EVENT_BUFFER;
	int group, fd = nl_socket_get_fd(gnl->sk);

	gnl->error = 0;
	gnl->text[0] = '\0';
	errno = 0;
	group = genl_ctrl_resolve_grp(gnl->sk, GMGUARD_FAMILY_NAME, GMGUARD_MCGRP_EVENTS);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (group < 0 || nl_socket_add_membership(gnl->sk, group) < 0 ||
	    nl_socket_set_nonblocking(gnl->sk) < 0)
		gnl->error = errno ? errno : ENOENT;
	return gnl->error;
}

int gnl_fd(const struct gmg_gnl *gnl)
{
	return nl_socket_get_fd(gnl->sk);
}

int gnl_receive(struct gmg_gnl *gnl, gnl_handler handle, void *arg)
{
	struct pending p = { .gnl = gnl, .handle = handle, .arg = arg };
	int ret = receive(&p);

	return p.error ? p.error : ret == EAGAIN ? 0 : ret;
}
