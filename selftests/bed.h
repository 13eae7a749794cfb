/* SPDX-License-Identifier: GPL-2.0 */
/* A guard between three networks:
 *
 *	UE  gm0 10.45.0.1, endpoint 192.0.2.10    mw0 198.51.100.1  core
 *	    2001:db8:45::1, 2001:db8:1::10            2001:db8:2::1
 *	                                          fn0 203.0.113.1   foreign
 *	                                              2001:db8:f::1
 *
 * All three are TUN devices: what is written to one is received, judged and
 * delivered in the context of the writer, where faults are injected.
 */
#ifndef _SELFTESTS_BED_H
#define _SELFTESTS_BED_H

#include <linux/if_tun.h>
#include <sys/ioctl.h>

#include "sweep.h"
#include "link.h"
#include "sip.h"
#include "state.h"
#include "udp.h"
#include "xfrm.h"

/* a UE, and the endpoint */
#define UE4 "10.45.0.11"
#define UE6 "2001:db8:45::11"
#define EP4 "192.0.2.10"
#define EP6 "2001:db8:1::10"

/* policies for it */
#define REST_OF(client)							\
	"pool access 10.45.0.0/16; pool access 2001:db8:45::/48;"	\
	"endpoint 192.0.2.10 5060 6100 " client ";"			\
	"endpoint 2001:db8:1::10 5060 6100 " client ";"			\
	"core 198.51.100.0/24 cscf; core 2001:db8:2::/48 hss;"		\
	"http 198.51.100.80 80,443; http 2001:db8:2::80 80;"		\
	"open 17 53; open 6 53; open 132 53"
#define REST REST_OF("5100")
#define HEAD								\
	"mode enforce; rule 1 enforce; rule 13 enforce;"		\
	"marks 0xf0 0x10 0x20 0x40; limits 4096 10000 1000000" NO_FLOOD	\
	SA_DEFAULTS
#define SIDES								\
	"side access untrusted - gm*; side core trusted - mw*;"		\
	"side foreign foreign - fn*;"
#define POLICY HEAD SIDES "side zb trusted esp zb*;" REST

enum { GM, MW, FN, TUNS, SOCKETS = 4, HERE = TUNS, NOWHERE };

static const char *const tun_name[TUNS] = { "gm0", "mw0", "fn0" };

struct bed {
	struct client c;	/* never meets a fault */
	struct client victim;
	struct links l;
	struct xfrm x;		/* never meets one, either */
	struct msg m;
	int tun[TUNS];
	int socket[SOCKETS];	/* 5060 and 6100, of IPv4 and of IPv6 */
	__u32 id;		/* of the last packet */
};

static inline int tun_open(const char *name, struct sweep *s)
{
	struct ifreq ifr = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	int error;

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	if (s)
		arm(s);
	error = ioctl(fd, TUNSETIFF, &ifr) ? -errno : 0;
	if (s)
		disarm(s);
	if (!error)
		return fd;
	close(fd);
	return error;
}

/* A packet, and what has to become of it. */
struct shot {
	const char *name;
	int in;			/* HERE: this host sends it */
	const char *src, *dst;
	int sport, dport;
	size_t len;		/* of its body, which ends with its id */
	int reason, out;
	const struct sip_request *asks;	/* unless this host sends it */
	int spoilt;		/* why it is refused if nothing can be taken off it, or 0 */
};

/* What must not arrive. */
#define FORGED "P-Asserted-Identity"

/* Fragments where @s is longer than a link takes. */
static inline int write_packets(struct bed *b, const struct shot *s)
{
	static struct buf whole, part;
	enum { SIZE = 1024 };
	bool v6 = strchr(s->dst, ':'), cuts = s->len > SIZE;
	static __u8 body[2048];
	struct sip_request r;
	static struct sip m;
	struct packet p = {
		.src = addr_of(s->src, s->sport), .dst = addr_of(s->dst, s->dport),
		.proto = IPPROTO_UDP, .ttl = 64, .truncate = -1, .id = b->id,
		.headers = v6 && cuts ? "frag" : NULL,
	};
	size_t cut = 20, i, n;

	memcpy(body + s->len - sizeof(b->id), &b->id, sizeof(b->id));
	r = *s->asks;
	r.call = b->id;
	m = sip_ask(&r, s->src, s->sport, "ue@ims.example", body, s->len);
	p.payload = (__u8 *)m.text;
	p.payload_len = m.len;
	whole.len = 0;
	if (v6)
		cut = put_ip6(&whole, &p);
	else
		put_ip4(&whole, &p);
	if (!cuts)
		return write(b->tun[s->in], whole.at, whole.len) < 0 ? -errno : 0;
	n = fragments(&whole, v6, cut, SIZE);
	for (i = 0; i < n; i++) {
		part.len = 0;
		put_fragment(&part, &whole, v6, cut, SIZE, i, false);
		if (write(b->tun[s->in], part.at, part.len) < 0)
			return -errno;
	}
	return 0;
}

static inline int fire(struct bed *b, const struct shot *s)
{
	bool v6 = strchr(s->dst, ':');
	struct sip m;

	b->id++;
	if (s->in != HERE)
		return write_packets(b, s);
	m = sip_answer(s->dst, s->dport, &b->id, sizeof(b->id));
	return udp_send(b->socket[2 * v6 + (s->sport == 6100)], s->dst, s->dport,
			m.text, m.len) < 0 ? -errno : 0;
}

/* How many of the last packet have come out at @fd; none may be forged. */
static inline int arrived(const struct bed *b, int fd)
{
	static __u8 data[8192];
	int n = 0;
	ssize_t len;

	while ((len = read(fd, data, sizeof(data))) > 0) {
		if (len < (ssize_t)sizeof(b->id) ||
		    memcmp(data + len - sizeof(b->id), &b->id, sizeof(b->id)))
			continue;
		if (memmem(data, len, FORGED, strlen(FORGED)))
			return -1;
		n++;
	}
	return n;
}

struct arrivals {
	int at[NOWHERE];
};

static inline struct arrivals arrivals(const struct bed *b)
{
	struct arrivals a = {};
	int i;

	for (i = 0; i < TUNS; i++)
		a.at[i] = arrived(b, b->tun[i]);
	for (i = 0; i < SOCKETS; i++)
		a.at[HERE] += arrived(b, b->socket[i]);
	return a;
}

static inline int arrivals_sum(const struct arrivals *a)
{
	int i, n = 0;

	for (i = 0; i < NOWHERE; i++)
		n += a->at[i];
	return n;
}

/* All counters but those of what this host says to itself unasked. */
enum { SIDE_NONE, SIDE_ACCESS, SIDE_CORE, SIDE_FOREIGN, SIDE_COUNT };

struct counts {
	__u64 packets[SIDE_COUNT][GMGUARD_REASON_MAX + 1];
	__u64 sent, suppressed;
};

static inline bool counts_get(struct client *c, struct counts *n)
{
	static const char *const name[] = { "none", "access", "core", "foreign" };
	const struct nlattr *a;
	size_t at = 0;
	int reason = 0, side = -1;

	memset(n, 0, sizeof(*n));
	if (stats(c, 0, NULL) < 0)
		return false;
	while ((a = attr_next(&c->reply, &at)))
		switch (a->nla_type) {
		case GMGUARD_A_STATS_REASON:
			reason = attr_uint(a);
			break;
		case GMGUARD_A_STATS_SIDE:
			for (side = SIDE_COUNT - 1; side >= 0; side--)
				if (!strcmp(name[side], attr_data(a)))
					break;
			break;
		case GMGUARD_A_STATS_PACKETS:
			if (side >= 0)
				n->packets[side][reason] = attr_uint(a);
			break;
		}
	n->sent = info(c, GMGUARD_A_INFO_EVENTS_SENT);
	n->suppressed = attr_uint(attr_find(&c->reply,
					    GMGUARD_A_INFO_EVENTS_SUPPRESSED));
	return true;
}

enum { CLEAR = GMGUARD_REASON_CLEAR_ON_PROTECTED };

static const struct shot protected = {
	"protected", GM, "10.45.0.11", "192.0.2.10", 40000, 6100, 32, CLEAR, NOWHERE,
	&registering, 0
};

/* Does the guard do its work (or, without a policy, is there none)? */
static inline bool judges(struct bed *b, bool guarded)
{
	__u64 before = packets(&b->c, CLEAR, "access");
	struct arrivals a;

	if (fire(b, &protected))
		return false;
	a = arrivals(b);
	if (!guarded)
		return a.at[HERE] == 1;
	return !arrivals_sum(&a) &&
	       packets(&b->c, CLEAR, "access") == before + 1;
}

static inline void bed_make(struct __test_metadata *_metadata, struct bed *b)
{
	static const char *const address[] = { "192.0.2.10", "2001:db8:1::10" };
	int i;

	NEED_ROOT_AND_MODULE(&b->c);
	if (!can_fail()) {
		ASSERT_EQ(NULL, getenv("GMGUARD_REQUIRED"));
		SKIP(return, "this kernel has no fault injection");
	}
	NEED_UNUSED_MODULE();
	ASSERT_TRUE(write_file("/proc/sys/net/ipv4/ip_forward", "1"));
	ASSERT_TRUE(write_file("/proc/sys/net/ipv6/conf/all/forwarding", "1"));
	for (i = 0; i < TUNS; i++) {
		b->tun[i] = tun_open(tun_name[i], NULL);
		if (b->tun[i] == -EBADF) {
			ASSERT_EQ(NULL, getenv("GMGUARD_REQUIRED"));
			SKIP(return, "no TUN devices here");
		}
		ASSERT_LE(0, b->tun[i]);
	}
	ASSERT_TRUE(ip("link set lo up\n"
		       "addr add 10.45.0.1/16 dev gm0\n"
		       "addr add 192.0.2.10/32 dev gm0\n"
		       "addr add 2001:db8:45::1/48 dev gm0 nodad\n"
		       "addr add 2001:db8:1::10/128 dev gm0 nodad\n"
		       "addr add 198.51.100.1/24 dev mw0\n"
		       "addr add 2001:db8:2::1/64 dev mw0 nodad\n"
		       "addr add 203.0.113.1/24 dev fn0\n"
		       "addr add 2001:db8:f::1/64 dev fn0 nodad\n"
		       "link set gm0 up\n"
		       "link set mw0 up\n"
		       "link set fn0 up\n"));
	for (i = 0; i < SOCKETS; i++) {
		b->socket[i] = udp(address[i / 2], i & 1 ? 6100 : 5060);
		ASSERT_LE(0, b->socket[i]);
		ASSERT_TRUE(bypass_xfrm(b->socket[i]));
		ASSERT_EQ(0, fcntl(b->socket[i], F_SETFL, O_NONBLOCK));
	}
	ASSERT_TRUE(links_open(&b->l));
	ASSERT_TRUE(xfrm_open(&b->x));
	ASSERT_EQ(0, client_open(&b->victim));
	ASSERT_TRUE(judges(b, false));
}

/* The namespace is gone if nothing in it holds the module. */
static inline void bed_unmake(struct __test_metadata *_metadata, struct bed *b)
{
	int i;

	for (i = 0; i < TUNS; i++)
		close(b->tun[i]);
	for (i = 0; i < SOCKETS; i++)
		close(b->socket[i]);
	links_close(&b->l);
	xfrm_close(&b->x);
	client_close(&b->victim);
	client_close(&b->c);
	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	EXPECT_TRUE(refcnt_becomes(0, 60));
}

/* Those that are on a side, by the table or (who found no room there) by name.
 * Loopback is in the table, too, but counted only where it is refused.
 */
static inline __u64 interfaces(struct client *c, __u64 *refused)
{
	__u64 n = info(c, GMGUARD_A_INFO_INTERFACES);

	*refused = attr_uint(attr_find(&c->reply,
				       GMGUARD_A_INFO_INTERFACES_REFUSED));
	return n + *refused;
}

#endif /* _SELFTESTS_BED_H */
