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
#include <linux/if_tun.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "module.h"
#include "link.h"
#include "state.h"
#include "udp.h"

#define REST								\
	"pool access 10.45.0.0/16; pool access 2001:db8:45::/48;"	\
	"endpoint 192.0.2.10 5060 6100 5100;"				\
	"endpoint 2001:db8:1::10 5060 6100 5100;"			\
	"core 198.51.100.0/24 cscf; core 2001:db8:2::/48 hss;"		\
	"http 198.51.100.80 80,443; http 2001:db8:2::80 80;"		\
	"open 17 53; open 6 53; open 132 53"
#define HEAD								\
	"mode enforce; rule 1 enforce; rule 13 enforce;"		\
	"marks 0xf0 0x10 0x20 0x40; limits 4096 10000;"
#define SIDES								\
	"side access untrusted - gm*; side core trusted - mw*;"		\
	"side foreign foreign - fn*;"
#define POLICY HEAD SIDES "side zb trusted esp zb*;" REST
#define OTHER "mode enforce; marks 7 1 2 4; limits 100 10000;" SIDES REST
/* no side of this name is in the others */
#define FORMER "side former trusted - mw*; endpoint 192.0.2.10 5060 6100 5100"

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
	unsigned int points, unsent, refused;
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
		ASSERT_EQ(0, fcntl(b->socket[i], F_SETFL, O_NONBLOCK));
	}
	ASSERT_TRUE(links_open(&b->l));
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
