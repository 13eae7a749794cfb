// SPDX-License-Identifier: GPL-2.0
/* Fault injection: everything the module is asked or shown is done again and again,
 * and each time another allocation fails, from the first to the last. A request is
 * then done as a whole or not at all, and a packet that must be dropped is dropped.
 *
 *	UE  gm0 10.45.0.1, endpoint 192.0.2.10    mw0 198.51.100.1  core
 *	    2001:db8:45::1, 2001:db8:1::10            2001:db8:2::1
 *	                                          fn0 203.0.113.1   foreign
 *	                                              2001:db8:f::1
 *
 * All three are TUN devices: what is written to one is received, judged and
 * delivered in the context of the writer, where faults are injected.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <linux/if_tun.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "module.h"
#include "link.h"
#include "state.h"
#include "udp.h"
#include "xfrm.h"

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
	"marks 0xf0 0x10 0x20 0x40; limits 4096 10000 1000000;"			\
	SA_DEFAULTS
#define SIDES								\
	"side access untrusted - gm*; side core trusted - mw*;"		\
	"side foreign foreign - fn*;"
#define POLICY HEAD SIDES "side zb trusted esp zb*;" REST
#define OTHER "mode enforce; marks 7 1 2 4; limits 100 10000 1000000;"	\
	SA_DEFAULTS SIDES REST
/* no side of this name is in the others */
#define FORMER "side former trusted - mw*; endpoint 192.0.2.10 5060 6100 5100"
/* sets that last, so that no dump is like the next by accident */
#define SETS								\
	"mode enforce; marks 7 1 2 4; limits 100 10000 1000000;"	\
	"lifetimes 100000 1000000 128; spi 0x10000 0xfffffffe;"		\
	SIDES REST_OF("5100,5101")					\
	";algorithm 1 0; algorithm 1 2; algorithm 2 0; algorithm 3 3"
/* other protected ports, in one direction */
#define PORTS								\
	"mode enforce; marks 7 1 2 4; limits 100 10000 1000000;" SA_DEFAULTS \
	"no-inbound-policy 1;" SIDES "pool access 10.45.0.0/16;"	\
	"endpoint 192.0.2.10 5060 6200,6300 5200"
enum { PORTS_POLICIES = 3, SETS_POLICIES = 2 * 2 * 3 };

/* Injection */

static int fail_nth = -1, make_it_fail = -1;
static bool lasting;
static atomic_uint *total;	/* of all tests, which are processes */

/* The same done again and again. */
struct sweep {
	const char *name;
	unsigned int n;		/* the allocation that fails */
	bool hit;		/* there was one */
	bool sent;		/* the request has reached the kernel */
	unsigned int left;	/* of @n, if not */
	unsigned int points, unsent, refused, partial, unreported;
	double since;
};

/* From the first allocation to the last. */
static bool sweep_next(struct sweep *s)
{
	if (s->n && !s->hit)
		return false;
	if (!s->n++)
		s->since = now();
	return true;
}

/* From the last allocation back by @step, as far as @points of them: where most of
 * the way is the kernel's own, and the module's part the end of it.
 */
static bool sweep_back(struct sweep *s, unsigned int step, unsigned int points)
{
	enum { COUNT = 1 << 20 };

	if (!s->n) {
		s->since = s->since ?: now();
		s->n = COUNT;
		return true;
	}
	s->n = s->n == COUNT ? COUNT - s->left : s->n - step;
	return (int)s->n > 0 && s->points < points;
}

static void arm(const struct sweep *s)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", s->n);

	if (lasting)
		pwrite(make_it_fail, "1", 1, 0);
	pwrite(fail_nth, text, len, 0);
}

/* No fault from here on. One that hits the reading below hit nothing before. */
static void disarm(struct sweep *s)
{
	int error = errno;
	char text[16];

	s->left = 1;
	if (pread(fail_nth, text, sizeof(text), 0) > 0)
		s->left = strtoul(text, NULL, 10);
	s->hit = !s->left;
	s->points += s->hit;
	pwrite(fail_nth, "0", 1, 0);
	pwrite(make_it_fail, "0", 1, 0);
	errno = error;
}

#define sweep_end(s, floor) do {					\
	EXPECT_LE(floor, (s)->points) {					\
		TH_LOG("%s", (s)->name);				\
	}								\
	ksft_print_msg("fault points: %s%s %u (refused %u, not sent %u; %.1f s)\n", \
		       (s)->name, lasting ? "-lasting" : "", (s)->points, \
		       (s)->refused, (s)->unsent, now() - (s)->since);	\
	*total += (s)->points;						\
} while (0)

static pid_t main_pid;

static void __attribute__((constructor)) count_faults(void)
{
	total = mmap(NULL, sizeof(*total), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	main_pid = getpid();
}

static void __attribute__((destructor)) print_faults(void)
{
	if (getpid() == main_pid)
		printf("# fault points: total %u\n", *total);
}

/* Every allocation may fail, also one that could wait; the Nth of a task, and if it
 * was made to fail, all after that. Quietly: there are thousands.
 */
static bool can_fail(void)
{
	static const char *const settings[][2] = {
		{ "ignore-gfp-wait", "N" },
		{ "task-filter", "Y" },
		{ "probability", "100" },
		{ "times", "-1" },
		{ "verbose", "0" },
	};
	static const char *const what[] = { "failslab", "fail_page_alloc" };
	size_t i, j;
	char path[80];

	fail_nth = open("/proc/self/fail-nth", O_RDWR | O_CLOEXEC);
	make_it_fail = open("/proc/self/make-it-fail", O_RDWR | O_CLOEXEC);
	if (fail_nth < 0 || make_it_fail < 0)
		return false;
	for (i = 0; i < ARRAY_SIZE(what); i++)
		for (j = 0; j < ARRAY_SIZE(settings); j++) {
			snprintf(path, sizeof(path), "/sys/kernel/debug/%s/%s",
				 what[i], settings[j][0]);
			if (!write_file(path, settings[j][1]))
				return false;
		}
	write_file("/sys/kernel/debug/fail_usercopy/verbose", "0");
	/* a page fault for which there is no page is tried again for ever */
	return write_file("/sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem",
			  "N") &&
	       write_file("/sys/kernel/debug/fail_page_alloc/min-order", "0") &&
	       !mlockall(MCL_CURRENT | MCL_FUTURE);
}

/* Requests */

enum outcome { UNSENT, REFUSED, UNKNOWN, DONE, WRONG };

static bool is_shortage(int error)
{
	return error == -ENOMEM || error == -ENOBUFS;
}

static int answer(struct sweep *s, struct client *c, struct msg *m)
{
	bool dump = ((struct nlmsghdr *)m->at)->nlmsg_flags & NLM_F_DUMP;
	int error;

	arm(s);
	error = client_send(c, m);
	s->sent = !error;
	/* the answer to anything but a dump is there by now */
	if (!dump)
		disarm(s);
	while (s->sent && (error = client_receive(c)) == -EINPROGRESS)
		;
	if (dump)
		disarm(s);
	return error;
}

static enum outcome outcome(struct sweep *s, struct client *c, int error)
{
	if (!error)
		return DONE;
	if (s->hit && !s->sent && (is_shortage(error) || error == -EFAULT)) {
		s->unsent++;
		return UNSENT;
	}
	if (s->hit && s->sent && error == -ENOMEM) {
		s->refused++;
		return REFUSED;
	}
	/* no room for the acknowledgment, and for it alone if just one fault */
	if (s->hit && s->sent && error == -ENOBUFS)
		return lasting ? UNKNOWN : DONE;
	ksft_print_msg("%s, fault %u: error %d, '%s'\n", s->name, s->n, error,
		       c->text);
	return WRONG;
}

static enum outcome try(struct sweep *s, struct client *c, struct msg *m)
{
	return outcome(s, c, answer(s, c, m));
}

/* What only the result can tell. */
static enum outcome known(struct sweep *s, enum outcome o, bool done)
{
	if (o != UNKNOWN)
		return o;
	s->refused += !done;
	return done ? DONE : REFUSED;
}

/* Packets */

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

static int tun_open(const char *name, struct sweep *s)
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
	size_t len;
	int reason, out;
};

/* Fragments where @s is longer than a link takes. */
static int write_packets(struct bed *b, const struct shot *s)
{
	static struct buf whole, part;
	enum { SIZE = 1024 };
	bool v6 = strchr(s->dst, ':'), cuts = s->len > SIZE;
	static __u8 payload[4096];
	struct packet p = {
		.src = addr_of(s->src, s->sport), .dst = addr_of(s->dst, s->dport),
		.proto = IPPROTO_UDP, .ttl = 64, .truncate = -1, .id = b->id,
		.payload = payload, .payload_len = s->len,
		.headers = v6 && cuts ? "frag" : NULL,
	};
	size_t cut = 20, i, n;

	memcpy(payload + s->len - sizeof(b->id), &b->id, sizeof(b->id));
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

static int fire(struct bed *b, const struct shot *s)
{
	bool v6 = strchr(s->dst, ':');

	b->id++;
	if (s->in != HERE)
		return write_packets(b, s);
	return udp_send(b->socket[2 * v6 + (s->sport == 6100)], s->dst, s->dport,
			&b->id, sizeof(b->id)) < 0 ? -errno : 0;
}

/* How many of the last packet have come out at @fd. */
static int arrived(const struct bed *b, int fd)
{
	static __u8 data[8192];
	int n = 0;
	ssize_t len;

	while ((len = read(fd, data, sizeof(data))) > 0)
		n += len >= (ssize_t)sizeof(b->id) &&
		     !memcmp(data + len - sizeof(b->id), &b->id,
			     sizeof(b->id));
	return n;
}

struct arrivals {
	int at[NOWHERE];
};

static struct arrivals arrivals(const struct bed *b)
{
	struct arrivals a = {};
	int i;

	for (i = 0; i < TUNS; i++)
		a.at[i] = arrived(b, b->tun[i]);
	for (i = 0; i < SOCKETS; i++)
		a.at[HERE] += arrived(b, b->socket[i]);
	return a;
}

static int arrivals_sum(const struct arrivals *a)
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

static bool counts_get(struct client *c, struct counts *n)
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

/* How often @reason was counted on @side since; -1 if anything else was, too. */
static int counted(const struct counts *before, const struct counts *after,
		   int side, int reason)
{
	int i, j, n = 0;

	for (i = 0; i < SIDE_COUNT; i++)
		for (j = 1; j <= GMGUARD_REASON_MAX; j++) {
			if (before->packets[i][j] == after->packets[i][j])
				continue;
			if (i != side || j != reason)
				return -1;
			n = after->packets[i][j] - before->packets[i][j];
		}
	return n;
}

enum { CLEAR = GMGUARD_REASON_CLEAR_ON_PROTECTED };

static const struct shot protected = {
	"protected", GM, "10.45.0.11", "192.0.2.10", 40000, 6100, 32, CLEAR, NOWHERE
};

/* Does the guard do its work (or, without a policy, is there none)? */
static bool judges(struct bed *b, bool guarded)
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

static void bed_make(struct __test_metadata *_metadata, struct bed *b)
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
static void bed_unmake(struct __test_metadata *_metadata, struct bed *b)
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

static void state_want(struct state *s, const char *text, __u32 generation)
{
	s->policy.len = 0;
	policy_put(&s->policy, text);
	s->generation = generation;
}

static void start_set(struct bed *b, const char *text)
{
	client_start(&b->victim, &b->m, GMGUARD_CMD_POLICY_SET, NLM_F_ACK);
	policy_put(&b->m, text);
}

/* Those that are on a side, by the table or (who found no room there) by name.
 * Loopback is in the table, too, but counted only where it is refused.
 */
static __u64 interfaces(struct client *c, __u64 *refused)
{
	__u64 n = info(c, GMGUARD_A_INFO_INTERFACES);

	*refused = attr_uint(attr_find(&c->reply,
				       GMGUARD_A_INFO_INTERFACES_REFUSED));
	return n + *refused;
}

static bool has_interfaces(struct client *c)
{
	__u64 refused, n = interfaces(c, &refused);

	return n == TUNS || (refused && n == TUNS + 1 && (lasting || refused == 1));
}

/* What the counters are, octet for octet. */
static void stats_keep(struct client *c, struct msg *m)
{
	m->len = 0;
	if (stats(c, 0, NULL) > 0)
		msg_put(m, c->reply.at, c->reply.len);
}

static bool stats_same(struct client *c, const struct msg *m)
{
	return stats(c, 0, NULL) >= 0 && c->reply.len == m->len &&
	       !memcmp(c->reply.at, m->at, m->len);
}

/* What the guard is asked and shown: one allocation fails, or all from one on */

FIXTURE(guard) {
	struct bed bed;
};

FIXTURE_VARIANT(guard) {
	bool lasting;
};

FIXTURE_VARIANT_ADD(guard, once) {
	.lasting = false,
};

FIXTURE_VARIANT_ADD(guard, lasting) {
	.lasting = true,
};

FIXTURE_SETUP(guard)
{
	lasting = variant->lasting;
	bed_make(_metadata, &self->bed);
}

FIXTURE_TEARDOWN(guard)
{
	bed_unmake(_metadata, &self->bed);
}

TEST_F_TIMEOUT(guard, policy_set_first, 300)
{
	struct bed *b = &self->bed;
	struct sweep s = { .name = "policy-set-first" };
	struct state policy = {}, none = {};
	__u32 generation = 0;
	struct msg kept = {};
	bool former = false;
	enum outcome o;

	start_set(b, POLICY);
	while (sweep_next(&s)) {
		if (!former) {
			ASSERT_EQ(0, policy_set(&b->c, FORMER));
			ASSERT_EQ(0, policy_clear(&b->c));
			generation++;
			former = true;
		}
		stats_keep(&b->c, &kept);
		o = try(&s, &b->victim, &b->m);
		switch (known(&s, o, refcnt() == 1)) {
		case DONE:
			state_want(&policy, POLICY, ++generation);
			EXPECT_TRUE(state_is(&b->c, &policy));
			EXPECT_EQ(1, refcnt());
			EXPECT_TRUE(has_interfaces(&b->c));
			EXPECT_TRUE(judges(b, true));
			ASSERT_EQ(0, policy_clear(&b->c));
			EXPECT_EQ(0, refcnt());
			former = false;
			break;
		case REFUSED:
			EXPECT_TRUE(!*b->victim.text ||
				    strstr(b->victim.text,
					   "cannot register the netfilter hooks"));
			/* fall through */
		case UNSENT:
			EXPECT_TRUE(state_is(&b->c, &none));
			EXPECT_TRUE(stats_same(&b->c, &kept)) {
				TH_LOG("fault %u changes the counters", s.n);
			}
			EXPECT_EQ(0, refcnt());
			EXPECT_TRUE(judges(b, false));
			break;
		default:
			ASSERT_TRUE(false);
		}
	}
	sweep_end(&s, 20);
}

TEST_F_TIMEOUT(guard, policy_set_replacement, 300)
{
	struct bed *b = &self->bed;
	struct sweep s = { .name = "policy-set-replacement" };
	struct state policy = {}, other = {};
	enum outcome o;

	ASSERT_EQ(0, policy_set(&b->c, OTHER));
	state_want(&other, OTHER, 1);
	start_set(b, POLICY);
	while (sweep_next(&s)) {
		o = try(&s, &b->victim, &b->m);
		switch (known(&s, o, !state_is(&b->c, &other))) {
		case DONE:
			state_want(&policy, POLICY, other.generation + 1);
			EXPECT_TRUE(state_is(&b->c, &policy));
			EXPECT_TRUE(has_interfaces(&b->c));
			EXPECT_TRUE(judges(b, true));
			ASSERT_EQ(0, policy_set(&b->c, OTHER));
			other.generation += 2;
			break;
		case REFUSED:
			EXPECT_STREQ("", b->victim.text);
			/* fall through */
		case UNSENT:
			EXPECT_TRUE(state_is(&b->c, &other));
			EXPECT_TRUE(judges(b, true));
			break;
		default:
			ASSERT_TRUE(false);
		}
		EXPECT_EQ(1, refcnt());
	}
	sweep_end(&s, 10);
}

/* A policy that is more than kmalloc() has, so that all of it is pages. To spare
 * the time it takes to read, it is one that is refused when there is room for it.
 */
TEST_F_TIMEOUT(guard, policy_set_large, 300)
{
	struct bed *b = &self->bed;
	struct sweep s = { .name = "policy-set-large" };
	struct state other = {};
	char text[80];
	int i, error;

	ASSERT_EQ(0, policy_set(&b->c, OTHER));
	state_want(&other, OTHER, 1);
	start_set(b, SIDES "marks 0 0 0 0");
	for (i = 0; i < GMGUARD_ENDPOINTS_MAX; i++) {
		snprintf(text, sizeof(text), "endpoint 192.0.2.%d 5060 6100 5100",
			 i);
		policy_put(&b->m, text);
	}
	for (i = 0; i < GMGUARD_PREFIXES_MAX; i++) {
		size_t at = msg_nest(&b->m, GMGUARD_A_POLICY_CORE);

		msg_end(&b->m, at);
	}
	while (sweep_next(&s)) {
		error = answer(&s, &b->victim, &b->m);
		ASSERT_NE(0, error);
		if (error == -EINVAL) {
			EXPECT_NE(NULL, strstr(b->victim.text, "each mark must"));
		} else {
			ASSERT_NE(WRONG, outcome(&s, &b->victim, error));
		}
		EXPECT_TRUE(state_is(&b->c, &other));
	}
	EXPECT_TRUE(judges(b, true));
	sweep_end(&s, 20);
}

TEST_F_TIMEOUT(guard, policy_clear, 300)
{
	struct bed *b = &self->bed;
	struct sweep s = { .name = "policy-clear" };
	struct state policy = {}, none = {};
	enum outcome o;

	client_start(&b->victim, &b->m, GMGUARD_CMD_POLICY_CLEAR, NLM_F_ACK);
	ASSERT_EQ(0, policy_set(&b->c, POLICY));
	state_want(&policy, POLICY, 1);
	while (sweep_next(&s)) {
		o = try(&s, &b->victim, &b->m);
		switch (known(&s, o, !refcnt())) {
		case DONE:
			EXPECT_TRUE(state_is(&b->c, &none));
			EXPECT_EQ(0, refcnt());
			EXPECT_TRUE(judges(b, false));
			ASSERT_EQ(0, policy_set(&b->c, POLICY));
			policy.generation++;
			break;
		case REFUSED:
		case UNSENT:
			EXPECT_TRUE(state_is(&b->c, &policy));
			EXPECT_EQ(1, refcnt());
			EXPECT_TRUE(judges(b, true));
			break;
		default:
			ASSERT_TRUE(false);
		}
	}
	sweep_end(&s, 4);
}

TEST_F_TIMEOUT(guard, info_get, 300)
{
	struct bed *b = &self->bed;
	struct sweep s = { .name = "info-get" };
	struct client *c = &b->victim;

	ASSERT_EQ(0, policy_set(&b->c, POLICY));
	client_start(c, &b->m, GMGUARD_CMD_INFO_GET, NLM_F_ACK);
	while (sweep_next(&s)) {
		ASSERT_NE(WRONG, try(&s, c, &b->m));
		EXPECT_GE(1, c->messages);
		if (c->messages)
			EXPECT_EQ(1, attr_uint(attr_find(&c->reply,
							 GMGUARD_A_INFO_GENERATION)));
	}
	EXPECT_EQ(1, c->messages);
	sweep_end(&s, 4);
}

TEST_F_TIMEOUT(guard, stats_reset, 300)
{
	struct bed *b = &self->bed;
	struct sweep s = { .name = "stats-reset" };
	enum outcome o;

	ASSERT_EQ(0, policy_set(&b->c, POLICY));
	client_start(&b->victim, &b->m, GMGUARD_CMD_STATS_RESET, NLM_F_ACK);
	while (sweep_next(&s)) {
		EXPECT_TRUE(judges(b, true));
		o = try(&s, &b->victim, &b->m);
		switch (known(&s, o, !packets(&b->c, CLEAR, "access"))) {
		case DONE:
			EXPECT_EQ(0, packets(&b->c, CLEAR, "access"));
			break;
		case REFUSED:
		case UNSENT:
			EXPECT_LT(0, packets(&b->c, CLEAR, "access"));
			break;
		default:
			ASSERT_TRUE(false);
		}
	}
	sweep_end(&s, 3);
}

/* A dump that ends well is whole; one that does not says so. */
static void dump(struct __test_metadata *_metadata, struct bed *b,
		 struct sweep *s, int cmd, int type, const void *data, size_t len)
{
	struct client c = {};
	struct msg want = {};
	int error;

	while (sweep_next(s)) {
		/* a dump that was cut off goes on where the socket is read next */
		client_close(&c);
		ASSERT_EQ(0, client_open(&c));
		client_start(&c, &b->m, cmd, NLM_F_DUMP);
		if (type)
			msg_attr(&b->m, type, data, len);
		if (!want.len) {
			ASSERT_EQ(0, client_ask(&c, &b->m));
			msg_put(&want, c.reply.at, c.reply.len);
		}
		error = answer(s, &c, &b->m);
		if (error) {
			ASSERT_TRUE(s->hit);
			ASSERT_TRUE(is_shortage(error) || error == -EFAULT) {
				TH_LOG("%s, fault %u: error %d", s->name, s->n, error);
			}
			s->refused += s->sent;
			s->unsent += !s->sent;
			continue;
		}
		EXPECT_FALSE(c.intr);
		ASSERT_EQ(want.len, c.reply.len);
		EXPECT_EQ(0, memcmp(want.at, c.reply.at, want.len));
	}
	client_close(&c);
	free(want.at);
	/* what was cut off held the module */
	EXPECT_TRUE(refcnt_becomes(1, 20));
	EXPECT_TRUE(judges(b, true));
}

TEST_F_TIMEOUT(guard, policy_get, 300)
{
	struct bed *b = &self->bed;
	struct sweep s = { .name = "policy-get" };
	char text[80];
	int i;

	/* enough for several messages */
	start_set(b, POLICY);
	for (i = 0; i < 400; i++) {
		snprintf(text, sizeof(text), "core 2001:dba:%x::/48 as", i);
		policy_put(&b->m, text);
	}
	ASSERT_EQ(0, client_ask(&b->victim, &b->m));
	dump(_metadata, b, &s, GMGUARD_CMD_POLICY_GET, 0, NULL, 0);
	sweep_end(&s, 10);
}

TEST_F_TIMEOUT(guard, stats_get, 300)
{
	struct bed *b = &self->bed;
	struct sweep all = { .name = "stats-get" };
	struct sweep one = { .name = "stats-get-filter" };
	__u32 reason = CLEAR;

	ASSERT_EQ(0, policy_set(&b->c, POLICY));
	dump(_metadata, b, &all, GMGUARD_CMD_STATS_GET, 0, NULL, 0);
	sweep_end(&all, 10);
	dump(_metadata, b, &one, GMGUARD_CMD_STATS_GET, GMGUARD_A_STATS_REASON,
	     &reason, sizeof(reason));
	sweep_end(&one, 4);
}

TEST_F_TIMEOUT(guard, events_join, 300)
{
	struct bed *b = &self->bed;
	struct sweep s = { .name = "events-join" };
	struct msg event = {};
	struct client c;
	int error;

	ASSERT_EQ(0, policy_set(&b->c, POLICY));
	while (sweep_next(&s)) {
		ASSERT_EQ(0, client_open(&c));
		arm(&s);
		error = join_events(&c);
		disarm(&s);
		if (error)
			ASSERT_TRUE(s.hit && (error == -ENOMEM || error == -EFAULT));
		EXPECT_TRUE(judges(b, true));
		EXPECT_EQ(error ? -EAGAIN : 1,
			  event_receive(&c, &event, MSG_DONTWAIT));
		s.refused += !!error;
		client_close(&c);
	}
	sweep_end(&s, 1);
}

#define UE4 "10.45.0.11"
#define UE6 "2001:db8:45::11"
#define EP4 "192.0.2.10"
#define EP6 "2001:db8:1::10"

static const struct shot shots[] = {
	{ "protected-4", GM, UE4, EP4, 4, 6100, 32, CLEAR, NOWHERE },
	{ "protected-6", GM, UE6, EP6, 4, 6100, 32, CLEAR, NOWHERE },
	{ "protected-fragments-4", GM, UE4, EP4, 4, 6100, 2000, CLEAR, NOWHERE },
	{ "protected-fragments-6", GM, UE6, EP6, 4, 6100, 2000, CLEAR, NOWHERE },
	{ "forged-4", GM, "198.51.100.20", EP4, 4, 5060, 32,
	  GMGUARD_REASON_SPOOF_CORE, NOWHERE },
	{ "forged-6", GM, "2001:db8:2::20", EP6, 4, 5060, 32,
	  GMGUARD_REASON_SPOOF_CORE, NOWHERE },
	{ "bypass-4", GM, UE4, "198.51.100.20", 4, 5060, 32,
	  GMGUARD_REASON_BYPASS_CORE, NOWHERE },
	{ "bypass-6", GM, UE6, "2001:db8:2::20", 4, 5060, 32,
	  GMGUARD_REASON_BYPASS_CORE, NOWHERE },
	{ "bypass-fragments-4", GM, UE4, "198.51.100.20", 4, 5060, 2000,
	  GMGUARD_REASON_BYPASS_CORE, NOWHERE },
	{ "bypass-fragments-6", GM, UE6, "2001:db8:2::20", 4, 5060, 2000,
	  GMGUARD_REASON_BYPASS_CORE, NOWHERE },
	{ "sent-clear-4", HERE, EP4, UE4, 6100, 4, 4,
	  GMGUARD_REASON_CLEAR_FROM_PROTECTED, NOWHERE },
	{ "sent-clear-6", HERE, EP6, UE6, 6100, 4, 4,
	  GMGUARD_REASON_CLEAR_FROM_PROTECTED, NOWHERE },
	{ "open-4", GM, UE4, EP4, 4, 5060, 32, GMGUARD_REASON_PASS_UNREAD, HERE },
	{ "open-6", GM, UE6, EP6, 4, 5060, 32, GMGUARD_REASON_PASS_UNREAD, HERE },
	{ "open-fragments-4", GM, UE4, EP4, 4, 5060, 2000,
	  GMGUARD_REASON_PASS_UNREAD, HERE },
	{ "open-fragments-6", GM, UE6, EP6, 4, 5060, 2000,
	  GMGUARD_REASON_PASS_UNREAD, HERE },
	{ "forward-4", GM, UE4, "203.0.113.9", 4, 4, 32,
	  GMGUARD_REASON_PASS_OTHER, FN },
	{ "forward-6", GM, UE6, "2001:db8:f::9", 4, 4, 32,
	  GMGUARD_REASON_PASS_OTHER, FN },
	{ "sent-open-4", HERE, EP4, UE4, 5060, 4, 4, 0, GM },
	{ "sent-open-6", HERE, EP6, UE6, 5060, 4, 4, 0, GM },
};

/* @events has the event of the drop if it was sent and had room. */
static bool event_is_right(struct client *events, const struct shot *shot,
			   __u64 *seq, bool hit)
{
	struct msg m = {};
	bool ok;

	switch (event_receive(events, &m, MSG_DONTWAIT)) {
	case 1:
		ok = attr_uint(attr_find(&m, GMGUARD_A_VERDICT_REASON)) ==
		     (__u64)shot->reason &&
		     attr_uint(attr_find(&m, GMGUARD_A_VERDICT_SEQ)) == *seq;
		break;
	case -ENOBUFS:
	case -EAGAIN:
		ok = hit;
		break;
	default:
		ok = false;
	}
	free(m.at);
	return ok;
}

static void shoot(struct __test_metadata *_metadata, struct bed *b,
		  struct client *events, const struct shot *shot)
{
	struct sweep s = { .name = shot->name };
	struct counts before, after;
	struct arrivals a;
	int error, n, out;
	__u64 sent;

	ASSERT_TRUE(counts_get(&b->c, &after));
	while (sweep_next(&s)) {
		before = after;
		/* let routing look up, and allocate, again */
		write_file("/proc/sys/net/ipv4/route/flush", "1");
		arm(&s);
		error = fire(b, shot);
		disarm(&s);
		a = arrivals(b);
		ASSERT_TRUE(counts_get(&b->c, &after));
		n = counted(&before, &after, SIDE_ACCESS, shot->reason);
		out = arrivals_sum(&a);
		sent = after.sent - before.sent;

		/* misjudged? more than once? */
		ASSERT_LE(0, n);
		ASSERT_GE(1, n);
		ASSERT_GE(1, out);
		if (shot->out == NOWHERE) {
			EXPECT_EQ(0, out);
			EXPECT_EQ(n, sent + after.suppressed - before.suppressed);
			if (sent)
				EXPECT_TRUE(event_is_right(events, shot, &after.sent,
							   s.hit));
			EXPECT_TRUE(n || s.hit);
			if (shot->in == HERE)
				EXPECT_EQ(n, error == -EPERM);
		} else {
			EXPECT_EQ(out, a.at[shot->out]);
			EXPECT_TRUE(out || s.hit);
			if (out && shot->reason)
				EXPECT_EQ(1, n);
			EXPECT_EQ(before.sent, after.sent);
			EXPECT_EQ(before.suppressed, after.suppressed);
		}
		if (error && error != -EPERM) {
			/* IPv6 takes a route it has no room for as none */
			ASSERT_TRUE(s.hit && (is_shortage(error) ||
					      error == -EFAULT ||
					      error == -ENETUNREACH)) {
				TH_LOG("%s: error %d", s.name, error);
			}
			EXPECT_EQ(0, n);
			EXPECT_EQ(0, out);
			s.unsent++;
		}
		/* lost on the way to the judge, or from there */
		s.refused += !error && !n && !out;
	}
	sweep_end(&s, 3);
}

TEST_F_TIMEOUT(guard, packets, 500)
{
	struct bed *b = &self->bed;
	struct client events;
	double end = now() + 10;
	struct msg m = {};
	size_t i;

	ASSERT_EQ(0, policy_set(&b->c, POLICY));
	ASSERT_EQ(0, client_open(&events));
	/* links carry and neighbours are known before the first fault */
	for (i = 0; i < ARRAY_SIZE(shots); i++) {
		struct arrivals a = {};

		while (shots[i].out != NOWHERE && a.at[shots[i].out] != 1) {
			ASSERT_GT(end, now());
			fire(b, &shots[i]);
			a = arrivals(b);
		}
	}
	ASSERT_EQ(0, join_events(&events));
	ASSERT_EQ(-EAGAIN, event_receive(&events, &m, MSG_DONTWAIT));
	for (i = 0; i < ARRAY_SIZE(shots); i++)
		shoot(_metadata, b, &events, &shots[i]);
	client_close(&events);
}

/* SA sets */

static const struct set set4 = {
	.ue = UE4, .pcscf = EP4, .impi = "001010000000001@ims",
	.spi_uc = 4001, .spi_us = 4002, .port_uc = 40000, .port_us = 40001,
	.port_pc = 5100, .port_ps = 6100,
	.alg = GMGUARD_ALG_HMAC_SHA_1_96, .ealg = GMGUARD_EALG_NULL,
};

static const struct set set6 = {
	.ue = UE6, .pcscf = EP6, .impi = "001010000000001@ims",
	.spi_uc = 4001, .spi_us = 4002, .port_uc = 40000, .port_us = 40001,
	.port_pc = 5100, .port_ps = 6100,
	.alg = GMGUARD_ALG_NULL, .ealg = GMGUARD_EALG_AES_GCM,
};

/* A set of the same UE, beside the one that it is over. */
static struct set next_to(const struct set *first, __u32 over)
{
	struct set s = *first;

	s.spi_uc += 2;
	s.spi_us += 2;
	s.port_uc += 10;
	s.port_us += over ? 0 : 10;
	s.over = over;
	/* port_pc must be fresh, too, where port_us stays */
	s.port_pc = over ? 5101 : s.port_pc;
	return s;
}

/* @sets of ours are there, each whole, and no other state. */
static bool has_sets(struct bed *b, int sets)
{
	return info(&b->c, GMGUARD_A_INFO_SA_SETS) == (__u64)sets &&
	       xfrm_states(&b->x) == SAS * sets;
}

static bool has_set(struct bed *b, __u32 spi, __u32 state)
{
	return sa_get(&b->c, spi, GMGUARD_A_SA_STATE) == state;
}

/* The sets before the request: none; one pending, which it replaces; one
 * established, over which it comes.
 */
enum before { FRESH, PENDING, OVER };

static __s64 new_before(struct bed *b, const struct set *s, enum before before)
{
	__s64 spi;

	if (sa_command(&b->c, GMGUARD_CMD_SA_FLUSH, 0, 0, 0))
		return -1;
	if (before == FRESH)
		return 0;
	spi = sa_new(&b->c, s);
	if (before == OVER && spi > 0 && sa_establish(&b->c, spi, 600))
		return -1;
	return spi;
}

/* What the kernel has told of a new set, also when the acknowledgment had no room:
 * the answer to this request is there by now.
 */
static __u32 told(struct client *c)
{
	const struct nlattr *a;
	int error;

	do
		error = client_receive(c);
	while (error == -EINPROGRESS || error == -ENOBUFS);
	a = attr_find(&c->reply, GMGUARD_A_SA_SPI_PS);
	return a ? attr_uint(a) : 0;
}

static void sweep_new(struct __test_metadata *_metadata, struct bed *b,
		      struct sweep *s, const struct set *first, enum before before)
{
	struct set set = *first;
	__s64 old = 0, spi;
	bool dirty = true;
	enum outcome o;
	int error, sets = 0;

	/* algorithms are put together for the first that needs them */
	ASSERT_LT(0, sa_new(&b->c, first)) {
		TH_LOG("%s: %s", s->name, b->c.text);
	}
	while (sweep_next(s)) {
		if (dirty) {
			old = new_before(b, first, before);
			ASSERT_EQ(before == FRESH, !old);
			ASSERT_LE(0, old);
			sets = before != FRESH;
			if (before != FRESH)
				set = next_to(first, before == OVER ? old : 0);
			ASSERT_TRUE(has_sets(b, sets));
			dirty = false;
		}
		sa_put(&b->victim, &b->m, &set);
		error = answer(s, &b->victim, &b->m);
		o = outcome(s, &b->victim, error);
		ASSERT_NE(WRONG, o);
		spi = s->sent ? told(&b->victim) : 0;
		if (o == UNKNOWN)
			o = known(s, o, spi);
		/* a set is there if and only if its SPIs were told */
		if (o == DONE && !spi)
			s->unreported++;
		if (spi) {
			ASSERT_EQ(DONE, o);
			s->partial += !has_sets(b, sets + (before != PENDING)) ||
				      !has_set(b, spi, GMGUARD_SA_STATE_TEMPORARY);
			EXPECT_EQ(before == OVER,
				  old && has_set(b, old, GMGUARD_SA_STATE_ESTABLISHED));
			dirty = true;
			continue;
		}
		s->partial += !has_sets(b, sets);
		if (before != FRESH)
			EXPECT_TRUE(has_set(b, old, before == OVER ?
					    GMGUARD_SA_STATE_ESTABLISHED :
					    GMGUARD_SA_STATE_TEMPORARY));
	}
	EXPECT_EQ(0, s->partial);
	EXPECT_EQ(0, s->unreported);
	EXPECT_TRUE(judges(b, true));
	ASSERT_EQ(0, sa_command(&b->c, GMGUARD_CMD_SA_FLUSH, 0, 0, 0));
	EXPECT_TRUE(has_sets(b, 0));
	sweep_end(s, 40);
}

static void print_atomicity(const char *name, const struct sweep *s)
{
	ksft_print_msg("atomicity: %s%s: fault points %u, refused %u, not sent %u, partial %u, unreported %u\n",
		       name, lasting ? "-lasting" : "", s->points, s->refused,
		       s->unsent, s->partial, s->unreported);
}

static void sweep_add(struct sweep *to, const struct sweep *s)
{
	to->points += s->points;
	to->refused += s->refused;
	to->unsent += s->unsent;
	to->partial += s->partial;
	to->unreported += s->unreported;
}

static const struct {
	const char *name;
	__u32 alg, ealg;
} pairs[] = {
	{ "sha1-null", GMGUARD_ALG_HMAC_SHA_1_96, GMGUARD_EALG_NULL },
	{ "sha1-cbc", GMGUARD_ALG_HMAC_SHA_1_96, GMGUARD_EALG_AES_CBC },
	{ "gmac-null", GMGUARD_ALG_AES_GMAC, GMGUARD_EALG_NULL },
	{ "null-gcm", GMGUARD_ALG_NULL, GMGUARD_EALG_AES_GCM },
};

/* What was there before makes no other demands on memory with other algorithms:
 * each of it is tried with one pair in each IP version.
 */
static bool is_tried(size_t pair, bool v6, enum before before)
{
	return before == FRESH || pair == (before == PENDING ? 1 : 0) + 2U * v6;
}

TEST_F_TIMEOUT(guard, sa_new, 500)
{
	static const char *const word[] = { "fresh", "pending", "over" };
	struct bed *b = &self->bed;
	struct sweep all = {};
	char name[64];
	struct set set;
	size_t i;
	int v, k;

	ASSERT_EQ(0, policy_set(&b->c, SETS));
	ASSERT_EQ(0, fcntl(b->victim.fd, F_SETFL, O_NONBLOCK));
	for (i = 0; i < ARRAY_SIZE(pairs); i++)
		for (v = 0; v < 2; v++)
			for (k = FRESH; k <= OVER; k++) {
				struct sweep s = { .name = name };

				if (!is_tried(i, v, k))
					continue;
				snprintf(name, sizeof(name), "sa-new-%s-%d-%s",
					 pairs[i].name, v ? 6 : 4, word[k]);
				set = v ? set6 : set4;
				set.alg = pairs[i].alg;
				set.ealg = pairs[i].ealg;
				sweep_new(_metadata, b, &s, &set, k);
				sweep_add(&all, &s);
			}
	print_atomicity("sa-new", &all);
}

/* The same as a daemon does it with what the kernel has: four requests, and none
 * is taken back. Only for comparison.
 */
TEST_F_TIMEOUT(guard, stock, 300)
{
	struct bed *b = &self->bed;
	struct sweep s = { .name = "stock" };
	struct set set = set4;
	int i, n, error, states;
	struct xfrm x;
	struct sa sa;

	set.ealg = GMGUARD_EALG_AES_CBC;
	ASSERT_TRUE(xfrm_open(&x));
	ASSERT_EQ(0, fcntl(x.c.fd, F_SETFL, O_NONBLOCK));
	sa = sa_of(&set, 1000, 1001, 0);
	xfrm_put_state(&b->x.m, &sa);
	ASSERT_EQ(0, client_ask(&b->x.c, &b->x.m));
	while (sweep_next(&s)) {
		struct msg m[SAS] = {};

		ASSERT_EQ(0, xfrm_flush_states(&b->x));
		for (i = 0; i < SAS; i++) {
			sa = sa_of(&set, 1000, 1001, i);
			xfrm_put_state(&m[i], &sa);
		}
		arm(&s);
		for (n = 0, error = 0; n < SAS && !error; n += !error)
			error = client_ask(&x.c, &m[n]);
		disarm(&s);
		for (i = 0; i < SAS; i++)
			free(m[i].at);
		states = xfrm_states(&b->x);
		ASSERT_LE(0, states);
		s.refused += !!error && !states;
		s.partial += states && states < SAS;
		/* it is there, and the daemon was told that it is not */
		s.unreported += states == SAS && n < SAS;
	}
	EXPECT_EQ(0, xfrm_flush_states(&b->x));
	xfrm_close(&x);
	print_atomicity("stock netlink", &s);
}

static void start_sa(struct bed *b, int cmd, __u32 spi, int type, __u32 value)
{
	client_start(&b->victim, &b->m, cmd, NLM_F_ACK);
	if (spi)
		msg_u32(&b->m, GMGUARD_A_SA_SPI_PS, spi);
	if (type == GMGUARD_A_SA_GRACE)
		msg_attr(&b->m, type, NULL, 0);
	else if (type)
		msg_u32(&b->m, type, value);
}

/* A request that ends or changes sets of which there is one that is established,
 * and one pending over it: it is done when the sets are @after, and they are as
 * they were when it is not. @spi: it is about the pending one.
 */
static void sweep_change(struct __test_metadata *_metadata, struct bed *b,
			 struct sweep *s, int cmd, bool spi, int type, __u32 value,
			 int sets, __u64 state)
{
	bool dirty = true, done;
	__s64 old = 0, new = 0;
	struct set set;
	enum outcome o;

	while (sweep_next(s)) {
		if (dirty) {
			old = new_before(b, &set4, OVER);
			ASSERT_LT(0, old);
			set = next_to(&set4, 0);
			new = sa_new(&b->c, &set);
			ASSERT_LT(0, new);
		}
		start_sa(b, cmd, spi ? new : 0, type, value);
		o = try(s, &b->victim, &b->m);
		done = sa_get(&b->c, new, GMGUARD_A_SA_STATE) == state;
		switch (known(s, o, done)) {
		case DONE:
			EXPECT_TRUE(done);
			EXPECT_TRUE(has_sets(b, sets));
			dirty = true;
			break;
		case REFUSED:
		case UNSENT:
			EXPECT_TRUE(has_sets(b, 2));
			EXPECT_TRUE(has_set(b, old, GMGUARD_SA_STATE_ESTABLISHED));
			EXPECT_TRUE(has_set(b, new, GMGUARD_SA_STATE_TEMPORARY));
			dirty = false;
			break;
		default:
			ASSERT_TRUE(false);
		}
	}
	EXPECT_TRUE(judges(b, true));
	sweep_end(s, 3);
}

TEST_F_TIMEOUT(guard, sa_life, 300)
{
	struct bed *b = &self->bed;
	struct sweep establish = { .name = "sa-establish" };
	struct sweep del = { .name = "sa-del" }, grace = { .name = "sa-del-grace" };
	struct sweep flush = { .name = "sa-flush" };
	struct client events;

	ASSERT_EQ(0, policy_set(&b->c, SETS));
	/* who hears of it has it told */
	ASSERT_EQ(0, client_open(&events));
	ASSERT_EQ(0, join_events(&events));
	sweep_change(_metadata, b, &establish, GMGUARD_CMD_SA_ESTABLISH, true,
		     GMGUARD_A_SA_LIFETIME, 600, 1, GMGUARD_SA_STATE_ESTABLISHED);
	sweep_change(_metadata, b, &del, GMGUARD_CMD_SA_DEL, true, 0, 0, 1, ~0ULL);
	sweep_change(_metadata, b, &grace, GMGUARD_CMD_SA_DEL, true,
		     GMGUARD_A_SA_GRACE, 0, 2, GMGUARD_SA_STATE_OLD);
	sweep_change(_metadata, b, &flush, GMGUARD_CMD_SA_FLUSH, false, 0, 0, 0, ~0ULL);
	client_close(&events);
}

TEST_F_TIMEOUT(guard, sa_get, 300)
{
	struct sweep one = { .name = "sa-get" }, all = { .name = "sa-dump" };
	struct bed *b = &self->bed;
	char ue[32], impi[32];
	struct set set = set4;
	__s64 spi = 0;
	int i;

	ASSERT_EQ(0, policy_set(&b->c, SETS));
	set.ue = ue;
	set.impi = impi;
	for (i = 0; i < 30; i++) {
		snprintf(ue, sizeof(ue), "10.45.0.%d", i + 20);
		snprintf(impi, sizeof(impi), "%d@ims", i);
		spi = sa_new(&b->c, &set);
		ASSERT_LT(0, spi);
		/* so long that what is left is told as the most there is */
		ASSERT_EQ(0, sa_establish(&b->c, spi, ~0U));
	}
	start_sa(b, GMGUARD_CMD_SA_GET, spi, 0, 0);
	while (sweep_next(&one)) {
		ASSERT_NE(WRONG, try(&one, &b->victim, &b->m));
		EXPECT_GE(1, b->victim.messages);
		if (b->victim.messages)
			EXPECT_EQ(4001, attr_uint(attr_find(&b->victim.reply,
							    GMGUARD_A_SA_SPI_UC)));
	}
	EXPECT_EQ(1, b->victim.messages);
	sweep_end(&one, 4);
	dump(_metadata, b, &all, GMGUARD_CMD_SA_GET, 0, NULL, 0);
	sweep_end(&all, 10);
	EXPECT_TRUE(has_sets(b, 30));
}

/* Algorithms are tried and xfrm policies of protected ports exchanged: all or none. */
TEST_F_TIMEOUT(guard, policy_set_ports, 300)
{
	struct bed *b = &self->bed;
	struct sweep s = { .name = "policy-set-ports" };
	struct state policy = {}, other = {};
	enum outcome o;

	ASSERT_EQ(0, policy_set(&b->c, SETS));
	ASSERT_EQ(0, policy_set(&b->c, PORTS)) {
		TH_LOG("%s", b->c.text);
	}
	ASSERT_EQ(PORTS_POLICIES, xfrm_policies(&b->x));
	state_want(&other, PORTS, 2);
	start_set(b, SETS);
	while (sweep_next(&s)) {
		o = try(&s, &b->victim, &b->m);
		switch (known(&s, o, !state_is(&b->c, &other))) {
		case DONE:
			state_want(&policy, SETS, other.generation + 1);
			EXPECT_TRUE(state_is(&b->c, &policy));
			EXPECT_EQ(SETS_POLICIES, xfrm_policies(&b->x));
			ASSERT_EQ(0, policy_set(&b->c, PORTS));
			other.generation += 2;
			break;
		case REFUSED:
			EXPECT_STREQ("", b->victim.text);
			/* fall through */
		case UNSENT:
			EXPECT_TRUE(state_is(&b->c, &other));
			break;
		default:
			ASSERT_TRUE(false);
		}
		EXPECT_EQ(PORTS_POLICIES, xfrm_policies(&b->x));
	}
	sweep_end(&s, 30);
}

/* A UE behind gm0, whose packets are carried to and fro by hand. */
enum { UC, US, UE_PORTS };

struct ue {
	int tun;
	int socket[2][UE_PORTS];	/* of IPv4 and of IPv6 */
	int pcscf[2];			/* port_pc, which calls it */
};

static const struct set *const set_of[2] = { &set4, &set6 };

static void ue_make(struct __test_metadata *_metadata, struct bed *b, struct ue *ue)
{
	int v, home = netns_open(getpid());
	__u32 spi_ps[2], spi_pc[2];
	struct set set[2];
	struct xfrm x;

	for (v = 0; v < 2; v++) {
		set[v] = *set_of[v];
		set[v].impi = v ? "6@ims" : "4@ims";
		/* what needs no cipher is the same in each version */
		set[v].alg = GMGUARD_ALG_HMAC_SHA_1_96;
		set[v].ealg = v ? GMGUARD_EALG_AES_CBC : GMGUARD_EALG_NULL;
		spi_ps[v] = sa_new(&b->c, &set[v]);
		spi_pc[v] = attr_uint(attr_find(&b->c.reply, GMGUARD_A_SA_SPI_PC));
		ASSERT_EQ(0, sa_establish(&b->c, spi_ps[v], 6000)) {
			TH_LOG("%s", b->c.text);
		}
		ue->pcscf[v] = udp(set[v].pcscf, set[v].port_pc);
		ASSERT_LE(0, ue->pcscf[v]);
	}
	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	ue->tun = tun_open("ue0", NULL);
	ASSERT_LE(0, ue->tun);
	ASSERT_TRUE(ip("link set lo up\n"
		       "addr add " UE4 "/32 dev ue0\n"
		       "addr add " UE6 "/128 dev ue0 nodad\n"
		       "link set ue0 up\n"
		       "route add default dev ue0\n"
		       "route add ::/0 dev ue0\n"));
	ASSERT_TRUE(xfrm_open(&x));
	for (v = 0; v < 2; v++) {
		ASSERT_EQ(0, xfrm_add_ue(&x, &set[v], spi_ps[v], spi_pc[v]));
		ue->socket[v][UC] = udp(set[v].ue, set[v].port_uc);
		ue->socket[v][US] = udp(set[v].ue, set[v].port_us);
		ASSERT_LE(0, ue->socket[v][UC]);
		ASSERT_LE(0, ue->socket[v][US]);
		ASSERT_EQ(0, fcntl(ue->socket[v][US], F_SETFL, O_NONBLOCK));
	}
	xfrm_close(&x);
	ASSERT_EQ(0, setns(home, CLONE_NEWNET));
	close(home);
}

static void ue_unmake(struct ue *ue)
{
	int v;

	close(ue->tun);
	for (v = 0; v < 2; v++) {
		close(ue->socket[v][UC]);
		close(ue->socket[v][US]);
		close(ue->pcscf[v]);
	}
}

static int proto_of(const __u8 *packet)
{
	return packet[0] >> 4 == 4 ? packet[9] : packet[6];
}

/* The next ESP packet out of a TUN device, or 0; @clear counts what has ports. */
static ssize_t read_esp(int tun, __u8 *data, size_t room, int *clear)
{
	ssize_t len;

	while ((len = read(tun, data, room)) > 0) {
		if (proto_of(data) == IPPROTO_ESP)
			return len;
		*clear += proto_of(data) == IPPROTO_UDP;
	}
	return 0;
}

/* From the UE: how often the packet has arrived. */
static int fire_up(struct bed *b, const struct ue *ue, bool v6, struct sweep *s)
{
	double end = now() + 5;
	__u8 esp[2048];
	int n, clear = 0;
	ssize_t len;

	b->id++;
	udp_send(ue->socket[v6][UC], v6 ? EP6 : EP4, 6100, &b->id, sizeof(b->id));
	len = read_esp(ue->tun, esp, sizeof(esp), &clear);
	if (!len || clear)
		return -1;
	arm(s);
	n = write(b->tun[GM], esp, len);
	disarm(s);
	if (n < 0)
		s->unsent++;
	/* the second half of the way is a tasklet's */
	do {
		struct arrivals a = arrivals(b);

		n = arrivals_sum(&a);
	} while (!n && !s->hit && now() < end);
	return n;
}

/* To the UE: the same, and -1 for clear text on the wire. */
static int fire_down(struct bed *b, const struct ue *ue, bool v6, struct sweep *s)
{
	__u8 esp[2048];
	int clear = 0;
	ssize_t len;

	b->id++;
	arm(s);
	len = udp_send(ue->pcscf[v6], v6 ? UE6 : UE4, 40001, &b->id, sizeof(b->id));
	disarm(s);
	s->unsent += len < 0;
	while ((len = read_esp(b->tun[GM], esp, sizeof(esp), &clear)))
		if (write(ue->tun, esp, len) < 0)
			return -1;
	return clear ? -1 : arrived(b, ue->socket[v6][US]);
}

/* Packets that any rule had something against. */
static __u64 objections(const struct counts *c)
{
	__u64 n = 0;
	int i, j;

	for (i = 0; i < SIDE_COUNT; i++)
		for (j = 1; j <= GMGUARD_REASON_MAX; j++)
			if (j < GMGUARD_REASON_PASS_PROTECTED ||
			    j > GMGUARD_REASON_PASS_OTHER)
				n += c->packets[i][j];
	return n;
}

/* What goes by an SA arrives as it was sent, once, or is lost, whatever fails: no
 * rule takes it for something else, and nothing goes in clear.
 */
TEST_F_TIMEOUT(guard, sa_packets, 300)
{
	struct bed *b = &self->bed;
	struct counts before, after;
	char name[32];
	int v, up, n;
	struct ue ue;

	ASSERT_EQ(0, policy_set(&b->c, SETS));
	ue_make(_metadata, b, &ue);
	for (v = 0; v < 2; v++)
		for (up = 0; up < 2; up++) {
			struct sweep s = { .name = name };

			snprintf(name, sizeof(name), "sa-%s-%d", up ? "in" : "out",
				 v ? 6 : 4);
			/* the first may have to find its way */
			s.n = 1 << 20;
			for (n = 0; n < 10; n++)
				if (up ? fire_up(b, &ue, v, &s) :
					 fire_down(b, &ue, v, &s))
					break;
			ASSERT_GT(10, n) {
				TH_LOG("%s: nothing arrives", name);
			}
			s.n = 0;
			ASSERT_TRUE(counts_get(&b->c, &before));
			while (sweep_next(&s)) {
				write_file("/proc/sys/net/ipv4/route/flush", "1");
				n = up ? fire_up(b, &ue, v, &s) :
					 fire_down(b, &ue, v, &s);
				ASSERT_LE(0, n);
				ASSERT_GE(1, n);
				EXPECT_TRUE(n || s.hit);
				s.refused += !n;
			}
			ASSERT_TRUE(counts_get(&b->c, &after));
			EXPECT_EQ(objections(&before), objections(&after));
			sweep_end(&s, 2);
		}
	EXPECT_TRUE(has_sets(b, 2));
	EXPECT_TRUE(judges(b, true));
	ue_unmake(&ue);
}

/* Lets the allocation @n of each worker of the kernel fail: one of them does what
 * the module has put off. 0: none any more.
 */
static void arm_workers(unsigned int n)
{
	char path[64], text[16];
	struct dirent *d;
	DIR *proc = opendir("/proc");
	FILE *f;

	snprintf(text, sizeof(text), "%u", n);
	while (proc && (d = readdir(proc))) {
		snprintf(path, sizeof(path), "/proc/%.16s/comm", d->d_name);
		f = fopen(path, "re");
		if (!f)
			continue;
		if (fgets(path, sizeof(path), f) && !strncmp(path, "kworker/", 8)) {
			snprintf(path, sizeof(path), "/proc/%.16s/make-it-fail",
				 d->d_name);
			write_file(path, n && lasting ? "1" : "0");
			snprintf(path, sizeof(path), "/proc/%.16s/fail-nth",
				 d->d_name);
			write_file(path, text);
		}
		fclose(f);
	}
	closedir(proc);
}

/* Policies that somebody took away come back, if not at once. */
TEST_F_TIMEOUT(guard, policies_restored, 300)
{
	enum { POINTS = 16 };
	struct bed *b = &self->bed;
	struct sweep s = { .name = "policies-restored", .since = now() };
	struct client events;
	double start;

	ASSERT_EQ(0, policy_set(&b->c, SETS));
	ASSERT_EQ(0, client_open(&events));
	ASSERT_EQ(0, join_events(&events));
	ASSERT_EQ(SETS_POLICIES, xfrm_policies(&b->x));
	for (s.n = 1; s.n <= POINTS; s.n++) {
		arm_workers(s.n);
		start = now();
		EXPECT_EQ(0, xfrm_flush_policies(&b->x));
		while (now() < start + 0.2 && xfrm_policies(&b->x) != SETS_POLICIES)
			usleep(5000);
		arm_workers(0);
		/* what failed is tried again after a second */
		s.refused += xfrm_policies(&b->x) != SETS_POLICIES;
		while (now() < start + 30 && xfrm_policies(&b->x) != SETS_POLICIES)
			usleep(5000);
		EXPECT_EQ(SETS_POLICIES, xfrm_policies(&b->x));
		s.points++;
	}
	EXPECT_LT(0, s.refused);
	EXPECT_EQ(SETS_POLICIES * POINTS,
		  info(&b->c, GMGUARD_A_INFO_PORT_POLICIES_RESTORED));
	EXPECT_TRUE(judges(b, true));
	client_close(&events);
	sweep_end(&s, POINTS);
}

/* What the kernel is asked that the module has a part in: one allocation fails */

FIXTURE(system) {
	struct bed bed;
};

FIXTURE_SETUP(system)
{
	bed_make(_metadata, &self->bed);
}

FIXTURE_TEARDOWN(system)
{
	bed_unmake(_metadata, &self->bed);
}

/* A source of the core where no core node is: the side shows in the counter. */
static const struct shot forged = {
	"forged", GM, "198.51.100.20", "192.0.2.10", 40000, 5060, 32,
	GMGUARD_REASON_SPOOF_CORE, NOWHERE
};

/* Is what comes in by the TUN device @fd judged as of @side? */
static bool judges_by(struct bed *b, int fd, const char *side)
{
	__u64 before = packets(&b->c, forged.reason, side);
	int gm = b->tun[GM], error;
	struct arrivals a;

	b->tun[GM] = fd;
	error = fire(b, &forged);
	a = arrivals(b);
	b->tun[GM] = gm;
	return !error && !arrivals_sum(&a) &&
	       packets(&b->c, forged.reason, side) == before + 1;
}

/* Each part of the kernel has its own errno for want of memory. */
#define ASSERT_SHORTAGE(s, error) do {					\
	ASSERT_TRUE((s)->hit || !(error)) {				\
		TH_LOG("%s: error %d without a fault", (s)->name, error); \
	}								\
	(s)->refused += !!(error);					\
} while (0)

enum { LINK_POINTS = 30 };

/* The module is told of an interface near the end of making one. Which allocation
 * is its own changes with what the allocator has in stock: it is hit when there
 * is an interface that was @refused.
 */
static bool sweep_link(struct sweep *s, __u64 refused)
{
	if (s->hit && s->points % LINK_POINTS == 0) {
		if (refused || s->points == 20 * LINK_POINTS)
			return false;
		s->n = 0;
	}
	return sweep_back(s, 1, ~0U);
}

TEST_F_TIMEOUT(system, interface_new, 300)
{
	struct sweep s = { .name = "interface-new" };
	struct bed *b = &self->bed;
	__u64 before, refused = 0;
	int error;

	ASSERT_EQ(0, policy_set(&b->c, POLICY));
	while (sweep_link(&s, refused)) {
		before = interfaces(&b->c, &refused);
		link_start_add(&b->l, "gm7");
		error = answer(&s, &b->l.c, &b->l.m);
		ASSERT_SHORTAGE(&s, error);
		if (!if_nametoindex("gm7")) {
			EXPECT_NE(0, error);
			EXPECT_EQ(before, interfaces(&b->c, &refused));
			continue;
		}
		EXPECT_EQ(before + 1, interfaces(&b->c, &refused));
		ASSERT_EQ(0, link_del(&b->l, "gm7"));
	}
	EXPECT_LT(0, refused);
	EXPECT_TRUE(judges(b, true));
	sweep_end(&s, LINK_POINTS);
}

TEST_F_TIMEOUT(system, interface_new_judged, 300)
{
	struct sweep s = { .name = "interface-new-tun" };
	struct bed *b = &self->bed;
	__u64 before, refused = 0;
	int fd;

	ASSERT_EQ(0, policy_set(&b->c, POLICY));
	while (sweep_link(&s, refused)) {
		before = interfaces(&b->c, &refused);
		fd = tun_open("gm7", &s);
		ASSERT_SHORTAGE(&s, fd < 0 ? fd : 0);
		if (fd < 0) {
			EXPECT_EQ(before, interfaces(&b->c, &refused));
			continue;
		}
		EXPECT_EQ(before + 1, interfaces(&b->c, &refused));
		ASSERT_EQ(0, link_up(&b->l, "gm7"));
		EXPECT_TRUE(judges_by(b, fd, "access"));
		close(fd);
	}
	EXPECT_LT(0, refused);
	sweep_end(&s, LINK_POINTS);
}

TEST_F_TIMEOUT(system, interface_renamed, 300)
{
	struct sweep s = { .name = "interface-rename" };
	struct bed *b = &self->bed;
	__u64 refused = 0;
	bool renamed;
	int fd, error;

	ASSERT_EQ(0, policy_set(&b->c, POLICY));
	while (sweep_link(&s, refused)) {
		fd = tun_open("x7", NULL);
		ASSERT_LE(0, fd);
		link_start_rename(&b->l, "x7", "gm7");
		error = answer(&s, &b->l.c, &b->l.m);
		ASSERT_SHORTAGE(&s, error);
		renamed = if_nametoindex("gm7");
		if (!renamed)
			EXPECT_NE(0, error);
		ASSERT_EQ(0, link_up(&b->l, renamed ? "gm7" : "x7"));
		EXPECT_TRUE(judges_by(b, fd, renamed ? "access" : "none"));
		interfaces(&b->c, &refused);
		close(fd);
	}
	EXPECT_LT(0, refused);
	sweep_end(&s, LINK_POINTS);
}

TEST_F_TIMEOUT(system, interface_deleted, 300)
{
	struct sweep s = { .name = "interface-delete" };
	struct bed *b = &self->bed;
	__u64 before, refused;
	int error;

	ASSERT_EQ(0, policy_set(&b->c, POLICY));
	before = interfaces(&b->c, &refused);
	while (sweep_back(&s, 3, 15)) {
		if (!if_nametoindex("gm7"))
			ASSERT_EQ(0, link_add(&b->l, "gm7"));
		link_start_del(&b->l, "gm7");
		error = answer(&s, &b->l.c, &b->l.m);
		ASSERT_SHORTAGE(&s, error);
		EXPECT_EQ(before + !!if_nametoindex("gm7"),
			  interfaces(&b->c, &refused));
	}
	EXPECT_TRUE(judges(b, true));
	sweep_end(&s, 5);
}

TEST_F_TIMEOUT(system, namespace, 500)
{
	struct sweep s = { .name = "namespace" };
	int error, home = netns_open(getpid());
	struct client c;

	while (sweep_back(&s, 17, 60)) {
		arm(&s);
		error = unshare(CLONE_NEWNET) ? -errno : 0;
		disarm(&s);
		ASSERT_SHORTAGE(&s, error);
		if (error)
			continue;
		ASSERT_EQ(0, client_open(&c));
		EXPECT_EQ(0, policy_set(&c, POLICY));
		client_close(&c);
		ASSERT_EQ(0, setns(home, CLONE_NEWNET));
	}
	EXPECT_TRUE(refcnt_becomes(0, 60));
	sweep_end(&s, 20);
}

/* By a dump of all: who asks for one family by its name loads its module. */
static bool has_family(void)
{
	struct client ctrl = {};
	const struct nlattr *a;
	bool found = false;
	size_t at = 0;

	ctrl.head = GENL_HDRLEN;
	ctrl.family = GENL_ID_CTRL;
	ctrl.buffer = 1 << 16;
	ctrl.fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (client_command(&ctrl, CTRL_CMD_GETFAMILY, NLM_F_DUMP))
		found = true;
	while ((a = attr_next(&ctrl.reply, &at)))
		found |= (a->nla_type & NLA_TYPE_MASK) == CTRL_ATTR_FAMILY_NAME &&
			 !strcmp(attr_data(a), GMGUARD_FAMILY_NAME);
	client_close(&ctrl);
	return found;
}

/* Back from the end of loading, through our own part of it. Before that is sysfs,
 * and then tracing, where the kernel does not fail for a fault but warns.
 */
TEST_F_TIMEOUT(system, module_load, 500)
{
	struct sweep s = { .name = "module-load" };
	int error, file = module_file();
	struct bed *b = &self->bed;

	if (file < 0)
		SKIP(return, "no file of the module");
	client_close(&b->victim);
	while (sweep_back(&s, 1, 80)) {
		error = unload();
		ASSERT_TRUE(!error || (s.refused && error == -ENOENT));
		arm(&s);
		error = load(file);
		disarm(&s);
		ASSERT_SHORTAGE(&s, error);
		EXPECT_EQ(!error, has_family());
		EXPECT_EQ(error ? -1 : 0, refcnt());
		/* whoever listens to interfaces hears of these */
		ASSERT_EQ(0, link_add(&b->l, "gm7"));
		ASSERT_EQ(0, link_del(&b->l, "gm7"));
	}
	client_close(&b->c);
	ASSERT_EQ(0, client_open(&b->c));
	ASSERT_EQ(0, policy_set(&b->c, POLICY));
	EXPECT_TRUE(judges(b, true));
	EXPECT_LT(0, s.refused);
	sweep_end(&s, 80);
}

/* Unloading cannot fail for want of memory. */
TEST_F_TIMEOUT(system, module_unload, 300)
{
	struct sweep s = { .name = "module-unload" };
	int error, file = module_file();
	struct bed *b = &self->bed;

	if (file < 0)
		SKIP(return, "no file of the module");
	client_close(&b->victim);
	while (sweep_next(&s)) {
		arm(&s);
		error = unload();
		disarm(&s);
		if (error) {
			ASSERT_TRUE(s.hit && error == -EFAULT);
			s.unsent++;
			continue;
		}
		EXPECT_FALSE(has_family());
		ASSERT_EQ(0, load(file));
	}
	client_close(&b->c);
	ASSERT_EQ(0, client_open(&b->c));
	ASSERT_EQ(0, policy_set(&b->c, POLICY));
	EXPECT_TRUE(judges(b, true));
	sweep_end(&s, 3);
}

TEST_HARNESS_MAIN
