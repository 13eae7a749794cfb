/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_GNL_H
#define _GMG_GNL_H

#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "cmd.h"

/* The only file that opens netlink sockets, sends and receives. Attributes are
 * written and read with nla_*() where their meaning is known.
 */

/**
 * struct gmg_info - the answer to info-get, host order
 */
struct gmg_info {
	uint32_t abi;
	char version[32];
	uint32_t features;	/* enum gmguard_feature */
	uint32_t generation;	/* of the running policy, 0: none */
	uint32_t interfaces;
	uint64_t interfaces_refused;
	uint64_t events_sent;
	uint64_t events_suppressed;
	uint32_t sa_sets;
	uint64_t port_policies_restored;
	uint32_t tmpis;
};

/**
 * struct gmg_gnl - a connection to the family in the namespace of the process
 * @error:       errno of the last refused request
 * @text:        its extack sentence, "" if there was none
 * @offset:      of the attribute it was about in the request, 0: none
 * @cookie:      what the refusal points to, as its command has it; 0: nothing
 * @interrupted: what a dump told changed meanwhile
 * @room:        what the send buffer was asked to have, in octets
 * @lost:        the end of an answer was not received: nothing more is to be asked here
 */
struct gmg_gnl {
	struct nl_sock *sk;
	int family;
	int error;
	char text[256];
	uint32_t offset;
	uint32_t cookie;
	int room;
	bool interrupted;
	bool lost;
	struct gmg_info info;
};

/* Called for each message of an answer, which is valid only during the call.
 * Returns 0 or an errno, which gnl_request() then returns.
 */
typedef int (*gnl_handler)(struct nlmsghdr *hdr, void *arg);

/* Connects, resolves the family and asks info-get. EXIT_OK, or another exit
 * status after a message on stderr and with nothing to close.
 */
int gnl_open(struct gmg_gnl *gnl, const struct gmg_options *opt);
void gnl_close(struct gmg_gnl *gnl);

/* A request with room for @size octets of attributes, NULL without memory.
 * Ends in gnl_request().
 */
struct nl_msg *gnl_message(struct gmg_gnl *gnl, uint8_t cmd, int flags, size_t size);

/* Sends @msg, frees it unless @keep, and gives every answer to @handle until
 * the acknowledgement or the end of the dump. 0 or errno, with the details in
 * @gnl. A NULL @msg is ENOMEM.
 */
int gnl_request(struct gmg_gnl *gnl, struct nl_msg *msg, bool keep, gnl_handler handle, void *arg);

/* The same of a message that goes on with the attributes @more, which are secret and are copied
 * to nowhere but the kernel. It is freed.
 */
int gnl_request_secret(struct gmg_gnl *gnl, struct nl_msg *msg, struct iovec more,
		       gnl_handler handle, void *arg);

/* Asks info-get again. 0 or errno. */
int gnl_info(struct gmg_gnl *gnl);

/* EXIT_OK if the module has SAs, else EXIT_KERNEL after a message. */
int gnl_need_sa(const struct gmg_gnl *gnl, const char *what);

/* Says "gmguard: WHAT: kernel: ..." for the last error, with @where if that
 * says what it was about, and returns its exit status.
 */
int gnl_complain(const struct gmg_gnl *gnl, const char *what, const char *where);

/* Joins the group of events. 0 or errno. Only gnl_receive() after that. */
int gnl_listen(struct gmg_gnl *gnl);
int gnl_fd(const struct gmg_gnl *gnl);

/* Hands what has arrived to @handle. 0, ENOBUFS if events were lost because
 * they came faster than they were read, or another errno.
 */
int gnl_receive(struct gmg_gnl *gnl, gnl_handler handle, void *arg);

/* The command of an answer or an event, 0 if it is too short to have one. */
uint8_t gnl_command(const struct nlmsghdr *hdr);

/* Parses the attributes of an answer into @tb[0..max]. 0 or EBADMSG; unknown
 * attributes are skipped.
 */
int gnl_parse(struct nlmsghdr *hdr, struct nlattr **tb, int max);
int gnl_parse_nested(struct nlattr *nest, struct nlattr **tb, int max);

/* An attribute of exactly this type, 0 or "" if it is absent or too short. */
uint8_t gnl_u8(const struct nlattr *attr);
uint16_t gnl_u16(const struct nlattr *attr);
uint32_t gnl_u32(const struct nlattr *attr);
uint64_t gnl_u64(const struct nlattr *attr);

/* Copies a string attribute; false if it is absent or does not fit. Whoever may
 * name an interface chooses its octets: what is not printable ASCII becomes '?',
 * for the sake of terminals and of JSON.
 */
bool gnl_string(const struct nlattr *attr, char *buf, size_t size);

#endif /* _GMG_GNL_H */
