// SPDX-License-Identifier: GPL-2.0
/* Fault injection: SA sets are made, told of, changed and ended, and carry packets,
 * each time with another allocation that fails (sweep.h). A set is there with all its
 * SAs or not at all, and what it carries arrives as it was sent or is lost.
 */
#define _GNU_SOURCE
#include <dirent.h>

#include "guard.h"

/* sets that last, so that no dump is like the next by accident */
#define SETS								\
	"mode enforce; marks 7 1 2 4; limits 100 10000 1000000" NO_FLOOD	\
	"lifetimes 100000 1000000 128; spi 0x10000 0xfffffffe;" SOS_DEFAULTS	\
	SIDES REST_OF("5100,5101")					\
	";algorithm 1 0; algorithm 1 2; algorithm 2 0; algorithm 3 3"
/* other protected ports, in one direction */
#define PORTS								\
	"mode enforce; marks 7 1 2 4; limits 100 10000 1000000" NO_FLOOD SA_DEFAULTS \
	"no-inbound-policy 1;" SIDES "pool access 10.45.0.0/16;"	\
	"endpoint 192.0.2.10 5060 6200,6300 5200"
enum { PORTS_POLICIES = 3, SETS_POLICIES = 2 * 2 * 3 };

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
	.emergency = true,
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

/* The same of a time that is cut short. */
static void sweep_shorten(struct __test_metadata *_metadata, struct bed *b, struct sweep *s)
{
	enum { SECONDS = 60, SLACK = 1000000 };	/* of SETS */
	bool dirty = true, done;
	enum outcome o;
	__s64 spi = 0;

	while (sweep_next(s)) {
		if (dirty) {
			spi = new_before(b, &set4, OVER);
			ASSERT_LT(0, spi);
			ASSERT_LT(SECONDS + SLACK, sa_get(&b->c, spi, GMGUARD_A_SA_LIFETIME));
		}
		start_sa(b, GMGUARD_CMD_SA_SHORTEN, spi, GMGUARD_A_SA_LIFETIME, SECONDS);
		o = try(s, &b->victim, &b->m);
		done = sa_get(&b->c, spi, GMGUARD_A_SA_LIFETIME) <= SECONDS + SLACK;
		o = known(s, o, done);
		ASSERT_NE(WRONG, o);
		EXPECT_EQ(o == DONE, done);
		EXPECT_TRUE(has_sets(b, 1));
		EXPECT_TRUE(has_set(b, spi, GMGUARD_SA_STATE_ESTABLISHED));
		dirty = done;
	}
	EXPECT_TRUE(judges(b, true));
	sweep_end(s, 3);
}

TEST_F_TIMEOUT(guard, sa_life, 300)
{
	struct bed *b = &self->bed;
	struct sweep establish = { .name = "sa-establish" };
	struct sweep del = { .name = "sa-del" }, grace = { .name = "sa-del-grace" };
	struct sweep flush = { .name = "sa-flush" }, shorten = { .name = "sa-shorten" };
	struct client events;

	ASSERT_EQ(0, policy_set(&b->c, SETS));
	/* who hears of it has it told */
	ASSERT_EQ(0, client_open(&events));
	ASSERT_EQ(0, join_events(&events));
	sweep_change(_metadata, b, &establish, GMGUARD_CMD_SA_ESTABLISH, true,
		     GMGUARD_A_SA_LIFETIME, 600, 1, GMGUARD_SA_STATE_ESTABLISHED);
	sweep_change(_metadata, b, &del, GMGUARD_CMD_SA_DEL, true, 0, 0, 1, ~0ULL);
	sweep_change(_metadata, b, &grace, GMGUARD_CMD_SA_DEL, true,
		     GMGUARD_A_SA_GRACE, 0, 2, GMGUARD_SA_STATE_TEMPORARY);
	sweep_change(_metadata, b, &flush, GMGUARD_CMD_SA_FLUSH, false, 0, 0, 0, ~0ULL);
	sweep_shorten(_metadata, b, &shorten);
	client_close(&events);
}

TEST_F_TIMEOUT(guard, sa_get, 300)
{
	struct sweep one = { .name = "sa-get" }, all = { .name = "sa-dump" };
	struct sweep some = { .name = "sa-dump-ue" };
	struct bed *b = &self->bed;
	char ue[32], impi[32];
	struct set set = set4;
	__u8 addr[64];
	__s64 spi = 0;
	int i;

	ASSERT_EQ(0, policy_set(&b->c, SETS));
	set.ue = ue;
	set.impi = impi;
	for (i = 0; i < 30; i++) {
		snprintf(ue, sizeof(ue), "10.45.0.%d", i < 15 ? 20 : i + 20);
		snprintf(impi, sizeof(impi), "%d@ims", i);
		set.port_uc += 2;
		set.port_us += 2;
		set.spi_uc += 2;
		set.spi_us += 2;
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
			EXPECT_EQ(set.spi_uc, attr_uint(attr_find(&b->victim.reply,
								  GMGUARD_A_SA_SPI_UC)));
	}
	EXPECT_EQ(1, b->victim.messages);
	sweep_end(&one, 4);
	dump(_metadata, b, &all, GMGUARD_CMD_SA_GET, 0, NULL, 0);
	sweep_end(&all, 10);
	/* of which there is more than one message */
	dump(_metadata, b, &some, GMGUARD_CMD_SA_GET, GMGUARD_A_SA_UE, addr,
	     policy_address(addr, "10.45.0.20"));
	sweep_end(&some, 4);
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
static const char *const impi[2] = { "4@ims", "6@ims" };

static void ue_make(struct __test_metadata *_metadata, struct bed *b, struct ue *ue)
{
	int v, home = netns_open(getpid());
	__u32 spi_ps[2], spi_pc[2];
	struct set set[2];
	struct xfrm x;

	for (v = 0; v < 2; v++) {
		set[v] = *set_of[v];
		set[v].impi = impi[v];
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
	struct sip m;
	ssize_t len;

	b->id++;
	m = sip_register(v6 ? UE6 : UE4, 40000, impi[v6], &b->id, sizeof(b->id));
	udp_send(ue->socket[v6][UC], v6 ? EP6 : EP4, 6100, m.text, m.len);
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
	double end = now() + 5;
	__u8 esp[2048];
	int n, clear = 0;
	struct sip m;
	ssize_t len;

	b->id++;
	m = sip_answer(v6 ? UE6 : UE4, 40001, &b->id, sizeof(b->id));
	arm(s);
	len = udp_send(ue->pcscf[v6], v6 ? UE6 : UE4, 40001, m.text, m.len);
	disarm(s);
	s->unsent += len < 0;
	/* parts of both ways are a tasklet's */
	do {
		while ((len = read_esp(b->tun[GM], esp, sizeof(esp), &clear)))
			if (write(ue->tun, esp, len) < 0)
				return -1;
		n = arrived(b, ue->socket[v6][US]);
	} while (!n && !clear && !s->hit && now() < end);
	return clear ? -1 : n;
}

/* Packets that any rule had something against. */
static __u64 objections(const struct counts *c)
{
	__u64 n = 0;
	int i, j;

	for (i = 0; i < SIDE_COUNT; i++)
		for (j = 1; j <= GMGUARD_REASON_MAX; j++)
			if (!is_pass(j))
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

TEST_HARNESS_MAIN
