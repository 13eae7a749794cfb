/* SPDX-License-Identifier: GPL-2.0 */
/* Interfaces by rtnetlink: a program for each would take minutes. */
#ifndef _SELFTESTS_LINK_H
#define _SELFTESTS_LINK_H

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include "client.h"

struct links {
	struct client c;	/* of rtnetlink */
	struct msg m;
};

static inline bool links_open(struct links *l)
{
	memset(l, 0, sizeof(*l));
	return client_socket(&l->c, NETLINK_ROUTE, 0);
}

static inline void links_close(struct links *l)
{
	free(l->m.at);
	client_close(&l->c);
}

static inline void links_start(struct links *l, int type, int flags, int ifindex,
			       unsigned int up)
{
	struct nlmsghdr nlh = {
		.nlmsg_type = type,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags,
	};
	struct ifinfomsg ifi = {
		.ifi_index = ifindex, .ifi_flags = up, .ifi_change = up,
	};

	l->m.len = 0;
	msg_put(&l->m, &nlh, sizeof(nlh));
	msg_put(&l->m, &ifi, sizeof(ifi));
}

static inline void link_start_add(struct links *l, const char *name)
{
	size_t at;

	links_start(l, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0, 0);
	msg_string(&l->m, IFLA_IFNAME, name);
	at = msg_nest(&l->m, IFLA_LINKINFO);
	msg_string(&l->m, IFLA_INFO_KIND, "dummy");
	msg_end(&l->m, at);
}

static inline int link_add(struct links *l, const char *name)
{
	link_start_add(l, name);
	return client_ask(&l->c, &l->m);
}

static inline void link_start_rename(struct links *l, const char *from,
				     const char *to)
{
	links_start(l, RTM_NEWLINK, 0, if_nametoindex(from), 0);
	msg_string(&l->m, IFLA_IFNAME, to);
}

static inline int link_rename(struct links *l, const char *from, const char *to)
{
	link_start_rename(l, from, to);
	return client_ask(&l->c, &l->m);
}

static inline int link_up(struct links *l, const char *name)
{
	links_start(l, RTM_NEWLINK, 0, if_nametoindex(name), IFF_UP);
	return client_ask(&l->c, &l->m);
}

static inline void link_start_del(struct links *l, const char *name)
{
	links_start(l, RTM_DELLINK, 0, if_nametoindex(name), 0);
}

static inline int link_del(struct links *l, const char *name)
{
	link_start_del(l, name);
	return client_ask(&l->c, &l->m);
}

/* What is dear but done once: lines for ip -batch. */
static inline bool ip(const char *lines)
{
	FILE *f = popen("ip -batch -", "we");

	if (!f)
		return false;
	fputs(lines, f);
	return !pclose(f);
}

#endif /* _SELFTESTS_LINK_H */
