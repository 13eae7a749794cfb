// SPDX-License-Identifier: GPL-2.0
/* Everything at once for a bounded time: policies that change, traffic, listeners,
 * namespaces, interfaces, CPUs and the module itself. STORM_SECONDS (20) are shared
 * by three acts:
 *
 *	hold	a policy runs all the time, so that nothing gets past the guard
 *	clear	policies go, too: hooks come and go while packets flow
 *	reload	so does the module, whenever nobody holds it
 *
 *	ue0 10.45.0.11, 198.51.100.20 ---- gm0 +
 *	    2001:db8:45::11, 2001:db8:2::20    |  endpoint 192.0.2.10
 *	ue1 10.45.1.11, 198.51.100.21 ---- gm1 +	   2001:db8:1::10
 *	    2001:db8:45:1::11, 2001:db8:2::21  |
 *	core 198.51.100.30 --------------- mw0 +
 *	    2001:db8:2::30
 */
#define _GNU_SOURCE
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/mman.h>

#include "module.h"
#include "link.h"
#include "sip.h"
#include "state.h"
#include "tmpi.h"
#include "udp.h"
#include "xfrm.h"

/* Policies as they are dumped; each keeps 6100 shut and the core out of reach. */
#define MARKS "marks 0xf0 0x10 0x20 0x40;"
#define SIDES "side access untrusted - gm*; side core trusted - mw0;"
#define POOLS "pool access 10.45.0.0/16; pool access 2001:db8:45::/48;"
#define CORE "core 198.51.100.0/24 cscf; core 2001:db8:2::/48 cscf;"
#define SHUT "rule 3 enforce; rule 13 enforce; rule 14 enforce;"
#define ALGORITHMS ";algorithm 1 0; algorithm 3 3"
/* so that sets end by themselves, too */
#define SHORT_LIVES "lifetimes 1 0 1; spi 0x10000 0xfffffffe;" SOS_DEFAULTS
/* an IMPI goes on whatever stands for it */
#define PREFER "tmpi 2 - -;"
#define OBSERVE "tmpi 1 - -;"

static const char *const policies[] = {
	"mode enforce;" MARKS "limits 4096 10000 1000000" NO_FLOOD SA_DEFAULTS PREFER SIDES POOLS
	"endpoint 192.0.2.10 5060 6100 5100,5101;"
	"endpoint 2001:db8:1::10 5060 6100 5100,5101;" CORE ALGORITHMS,

	"mode observe;" SHUT MARKS "limits 1 10000 1000000" NO_FLOOD SHORT_LIVES OBSERVE
	"side core trusted - mw*; side access untrusted - gm0,gm1,gm7;"
	"pool access 10.0.0.0/8; pool access 2001:db8:45::/48;"
	"endpoint 192.0.2.11 5060 6101 5101;"
	"endpoint 192.0.2.10 5060,5070 4000 6100,6101;"
	"endpoint 2001:db8:1::10 5060 4000,6100 5100;"
	"core 198.51.0.0/16 hss; core 2001:db8:2::/48 cscf;"
	"http 203.0.113.1 80; open 17 53" ALGORITHMS,

	"mode off;" SHUT "marks 7 1 2 4; limits 4096 5 1000000" NO_FLOOD SHORT_LIVES SIDES
	"side other foreign - fn0;" POOLS "endpoint 192.0.2.10 5060 6100 5100,5101;"
	"endpoint 2001:db8:1::10 5060 6100 5100,5101;" CORE ALGORITHMS,
};

enum { HOLD = 1, CLEAR = 2, RELOAD = 4, ALWAYS = HOLD | CLEAR | RELOAD };
enum { UES = 2, SOCKETS = 4, ACTORS_MAX = 32, PATIENCE = 20 };

static struct {
	atomic_bool over;
	atomic_bool unloading;	/* policies stay away */
	atomic_uint resets_begun, resets_over;
	atomic_ulong by_sa;	/* packets that came to a protected port by an SA */
	struct {
		atomic_ulong done;
		char wrong[160];
	} actor[ACTORS_MAX];
} *shared;

FIXTURE(storm) {
	struct client c;
	pid_t ue[UES], core;
	int socket[SOCKETS];	/* 5060 and 6100, of IPv4 and of IPv6 */
	int module;		/* its file */
};

/* A process of an actor. */
struct me {
	const FIXTURE_DATA(storm) *at;
	int actor, nth, act;
	unsigned long done;
};

static bool goes_on(void)
{
	return !shared->over;
}

static void did(struct me *me)
{
	me->done++;
	shared->actor[me->actor].done++;
}

/* The first thing that went wrong is told, and ends the actor. */
static void __attribute__((format(printf, 3, 4)))
right(const struct me *me, bool ok, const char *format, ...)
{
	va_list args;

	if (ok)
		return;
	va_start(args, format);
	vsnprintf(shared->actor[me->actor].wrong,
		  sizeof(shared->actor[me->actor].wrong), format, args);
	va_end(args);
	_exit(1);
}

/* The module may be gone or on its way, but only where it is taken away. */
static bool answered(const struct me *me, int error)
{
	if (me->act == RELOAD && (error == -ENOENT || error == -ENODEV ||
				  error == -EPROTONOSUPPORT))
		return false;
	right(me, !error, "error %d", error);
	return true;
}

/* A new client. Not while there is no module: asking for its family has the kernel
 * start a program to load it.
 */
static bool opened(struct me *me, struct client *c)
{
	client_close(c);
	if (refcnt() >= 0 && answered(me, client_open(c)))
		return true;
	client_close(c);
	usleep(20000);
	return false;
}

/* The same where the family may be a new one. */
static bool reopened(struct me *me, struct client *c)
{
	return (c->family && me->act != RELOAD) || opened(me, c);
}

static void set_policies(struct me *me)
{
	struct client c = { .fd = -1 };
	unsigned int i;

	for (i = me->nth; goes_on(); i++) {
		if (shared->unloading) {
			policy_clear(&c);
			while (shared->unloading && goes_on())
				usleep(10000);
			continue;
		}
		if (reopened(me, &c) &&
		    answered(me, policy_set(&c, policies[i % ARRAY_SIZE(policies)])))
			did(me);
	}
}

static void clear_policies(struct me *me)
{
	struct client c = { .fd = -1 };
	int error;

	while (goes_on()) {
		if (!reopened(me, &c))
			continue;
		error = policy_clear(&c);
		if (error != -ENOENT && answered(me, error))
			did(me);
	}
}

/* A dump that was not disturbed is one of the policies, or there is none. */
static void get_policies(struct me *me)
{
	struct msg want[ARRAY_SIZE(policies)] = {}, seen = {};
	struct client c = { .fd = -1 };
	__u32 generation, last = 0;
	unsigned int i;
	int error;

	for (i = 0; i < ARRAY_SIZE(policies); i++)
		policy_put(&want[i], policies[i]);
	while (goes_on()) {
		if (!reopened(me, &c))
			continue;
		error = policy_get(&c, &seen, &generation);
		if (error == -EAGAIN || !answered(me, error))
			continue;
		for (i = 0; i < ARRAY_SIZE(policies); i++)
			if (seen.len == want[i].len &&
			    !memcmp(seen.at, want[i].at, seen.len))
				break;
		right(me, i < ARRAY_SIZE(policies) || (!seen.len && me->act != HOLD),
		      "a policy of %zu octets that nobody has set", seen.len);
		right(me, generation >= last || me->act != HOLD,
		      "generation %u after %u", generation, last);
		last = generation;
		did(me);
	}
}

/* Each counter of @reason is at least what it was, if nobody reset it meanwhile. */
static void get_stats(struct me *me)
{
	struct client c = { .fd = -1 };
	const struct nlattr *a, *b;
	struct msg before = {};
	unsigned int begun, i;
	size_t at, to;
	int n;

	for (i = 0; goes_on(); i++) {
		if (!reopened(me, &c))
			continue;
		begun = shared->resets_begun;
		if (begun != shared->resets_over)
			continue;
		n = stats(&c, 1 + i % GMGUARD_REASON_MAX, NULL);
		/* before the first policy there are none */
		if (!answered(me, n < 0 ? n : 0) || !n)
			continue;
		before.len = 0;
		msg_put(&before, c.reply.at, c.reply.len);
		stats(&c, 1 + i % GMGUARD_REASON_MAX, NULL);
		at = 0;
		to = 0;
		while (begun == shared->resets_begun && before.len == c.reply.len &&
		       (a = attr_next(&before, &at)) &&
		       (b = attr_next(&c.reply, &to)))
			if (a->nla_type == GMGUARD_A_STATS_PACKETS ||
			    a->nla_type == GMGUARD_A_STATS_OBSERVED)
				right(me, attr_uint(a) <= attr_uint(b) ||
				      begun != shared->resets_begun,
				      "reason %u: %llu after %llu",
				      1 + i % GMGUARD_REASON_MAX,
				      (unsigned long long)attr_uint(b),
				      (unsigned long long)attr_uint(a));
		did(me);
	}
}

static void reset_stats(struct me *me)
{
	struct client c = { .fd = -1 };
	int error;

	while (goes_on()) {
		if (!reopened(me, &c))
			continue;
		shared->resets_begun++;
		error = client_command(&c, GMGUARD_CMD_STATS_RESET, NLM_F_ACK);
		shared->resets_over++;
		if (answered(me, error))
			did(me);
		/* leave room for somebody to see counters grow */
		usleep(5000);
	}
}

/* Events are numbered upwards, whatever is lost in between. */
static void read_events(struct me *me, struct client *c, unsigned int n,
			useconds_t pause)
{
	struct pollfd p = { .fd = c->fd, .events = POLLIN };
	__u64 seq, suppressed, last_seq = 0, last_suppressed = 0;
	struct msg m = {};

	for (; n && goes_on() && poll(&p, 1, 50) == 1; n--) {
		if (event_receive(c, &m, MSG_DONTWAIT) != 1)
			continue;
		seq = attr_uint(attr_find(&m, GMGUARD_A_VERDICT_SEQ));
		suppressed = attr_uint(attr_find(&m, GMGUARD_A_VERDICT_SUPPRESSED));
		right(me, seq > last_seq && suppressed >= last_suppressed,
		      "event %llu after %llu, suppressed %llu after %llu",
		      (unsigned long long)seq, (unsigned long long)last_seq,
		      (unsigned long long)suppressed,
		      (unsigned long long)last_suppressed);
		last_seq = seq;
		last_suppressed = suppressed;
		did(me);
		usleep(pause);
	}
	free(m.at);
}

static void listen_briefly(struct me *me)
{
	struct client c = { .fd = -1 };

	while (goes_on()) {
		if (opened(me, &c) && answered(me, join_events(&c)))
			read_events(me, &c, 20, 0);
	}
}

static void listen_slowly(struct me *me)
{
	struct client c = { .fd = -1 };
	int small = 1;

	while (goes_on()) {
		if (!opened(me, &c))
			continue;
		setsockopt(c.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
		if (answered(me, join_events(&c)))
			read_events(me, &c, ~0U, 50000);
	}
}

/* Traffic */

static const char *const ue[UES][2] = {
	{ "10.45.0.11", "2001:db8:45::11" }, { "10.45.1.11", "2001:db8:45:1::11" },
};

static const char *const forged[UES][2] = {
	{ "198.51.100.20", "2001:db8:2::20" }, { "198.51.100.21", "2001:db8:2::21" },
};

static const char *const endpoint[2] = { "192.0.2.10", "2001:db8:1::10" };
static const char *const core[2] = { "198.51.100.30", "2001:db8:2::30" };

enum { ANSWERS = 7000, ASKS };

/* so that a message needs fragments */
enum { LONG = 2600 };
static const __u8 body[LONG];

static const struct set sa_set = {
	.ue = "10.45.0.11", .pcscf = "192.0.2.10", .impi = "0@ims",
	.spi_uc = 4001, .spi_us = 4002, .port_uc = 40000, .port_us = 40001,
	.port_pc = 5100, .port_ps = 6100,
	.alg = GMGUARD_ALG_HMAC_SHA_1_96, .ealg = GMGUARD_EALG_NULL,
};

/* Packets come in bursts, now from one CPU, now from another. */
static void begin_burst(unsigned int packet)
{
	enum { BURST = 32 };
	cpu_set_t set;

	if (packet % BURST)
		return;
	usleep(1000);
	CPU_ZERO(&set);
	CPU_SET(packet / BURST % 2, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* Only what has an SA to go by ends with this. */
static const char by_sa = 'E';

static void send_one(struct me *me, int fd, const char *address, int port,
		     const struct sip *m)
{
	if (udp_send(fd, address, port, m->text, m->len) > 0)
		did(me);
}

/* IMPIs that have TMPIs, and so many of each. */
enum { NAMED = 40, TMPIS = 3 };

static void tmpi_of(char tmpi[GMGUARD_TMPI_LEN + 1], unsigned int user, unsigned int nth)
{
	snprintf(tmpi, GMGUARD_TMPI_LEN + 1, "%032u" REALM, user + NAMED * (nth % TMPIS));
}

/* A UE, or the core; each other time by a TMPI that may be the UE's. */
static void ask(struct me *me, int fd, const char *from, int sport, const char *address,
		int port, size_t len)
{
	char tmpi[GMGUARD_TMPI_LEN + 1];
	struct sip m;

	tmpi_of(tmpi, me->done % NAMED, me->done / NAMED);
	m = sip_register(from, sport, me->done & 1 ? tmpi : sa_set.impi, body, len);
	send_one(me, fd, address, port, &m);
}

/* To open and protected ports and past the P-CSCF, in the UE's own and in another's
 * name, whole and in fragments.
 */
static void send_as_ue(struct me *me)
{
	static const int ports[] = { 5060, 6100, 5100, 6101, 53 };
	int own[2], other[2];
	unsigned int i, v;

	right(me, netns_enter(me->at->ue[me->nth % UES]), "cannot enter");
	for (v = 0; v < 2; v++) {
		own[v] = udp(ue[me->nth % UES][v], ASKS);
		other[v] = udp(forged[me->nth % UES][v], ASKS);
		right(me, own[v] >= 0 && other[v] >= 0, "no socket");
	}
	for (i = 0; goes_on(); i++) {
		begin_burst(i);
		v = i % 2;
		ask(me, own[v], ue[me->nth % UES][v], ASKS, endpoint[v],
		    ports[i % ARRAY_SIZE(ports)], i % 7 ? 0 : LONG);
		ask(me, own[v], ue[me->nth % UES][v], ASKS, core[v], 5060,
		    i % 5 ? 0 : LONG);
		ask(me, other[v], forged[me->nth % UES][v], ASKS, endpoint[v],
		    5060 + i % 3 * 520, 0);
	}
}

/* Receives all there is at @fd; from @port nothing may come. */
static void receive(struct me *me, int fd, int port, const char *what)
{
	struct sockaddr_in6 from;
	socklen_t len = sizeof(from);
	struct sip m;
	ssize_t n;

	while ((n = recvfrom(fd, m.text, sizeof(m.text), MSG_DONTWAIT,
			     (struct sockaddr *)&from, &len)) > 0) {
		shared->by_sa += m.text[n - 1] == by_sa;
		right(me, me->act != HOLD || m.text[n - 1] == by_sa ||
		      (port && ntohs(from.sin6_port) != port), "%s", what);
		did(me);
		len = sizeof(from);
	}
}

static void wait_for(const int *fd, int n)
{
	struct pollfd p[SOCKETS];
	int i;

	for (i = 0; i < n; i++)
		p[i] = (struct pollfd) { .fd = fd[i], .events = POLLIN };
	poll(p, n, 20);
}

static void receive_at_pcscf(struct me *me)
{
	int i;

	while (goes_on()) {
		wait_for(me->at->socket, SOCKETS);
		for (i = 0; i < SOCKETS; i++)
			receive(me, me->at->socket[i], i & 1 ? 0 : -1,
				"clear text to a protected port was delivered");
	}
}

/* From open and protected ports. */
static void answer_from_pcscf(struct me *me)
{
	const char *to;
	unsigned int i;
	struct sip m;

	for (i = 0; goes_on(); i++) {
		begin_burst(i);
		to = ue[i / 4 % UES][i / 2 % 2];
		m = sip_answer(to, ANSWERS, body, i % 9 ? 0 : LONG);
		send_one(me, me->at->socket[i % SOCKETS], to, ANSWERS, &m);
	}
}

static void receive_at_ue(struct me *me)
{
	int fd[2], v;

	right(me, netns_enter(me->at->ue[me->nth % UES]), "cannot enter");
	for (v = 0; v < 2; v++) {
		fd[v] = udp(ue[me->nth % UES][v], ANSWERS);
		right(me, fd[v] >= 0, "no socket");
	}
	while (goes_on()) {
		wait_for(fd, 2);
		for (v = 0; v < 2; v++)
			receive(me, fd[v], 6100,
				"clear text from a protected port was delivered");
	}
}

static void send_as_core(struct me *me)
{
	unsigned int i, v;
	int fd[2];

	right(me, netns_enter(me->at->core), "cannot enter");
	for (v = 0; v < 2; v++) {
		fd[v] = udp(core[v], 5060);
		right(me, fd[v] >= 0, "no socket");
	}
	for (i = 0; goes_on(); i++) {
		begin_burst(i);
		v = i % 2;
		ask(me, fd[v], core[v], 5060, endpoint[v], i % 3 ? 5060 : 6100, 0);
		receive(me, fd[v], 0, "a UE reached the core past the P-CSCF");
	}
}

/* SA sets */

/* Policies with other ports, or none, and others who take away what there is, may
 * be in the way.
 */
static bool sa_answered(const struct me *me, __s64 error)
{
	switch (error) {
	case -ENOENT:
	case -ESTALE:
	case -EINVAL:
	case -EEXIST:
		return false;
	}
	return answered(me, error < 0 ? error : 0);
}

/* Life and death of the same UEs from several processes. */
static void register_ues(struct me *me)
{
	struct client c = { .fd = -1 };
	struct set set = sa_set;
	__u32 last[50] = { 0 };
	char ue[40], impi[16], tmpi[GMGUARD_TMPI_LEN + 1];
	struct msg m = {};
	unsigned int i, n;
	__u64 spi_uc;
	__s64 spi;

	set.ue = ue;
	set.impi = impi;
	for (i = me->nth * 7; goes_on(); i++) {
		if (!reopened(me, &c))
			continue;
		n = i % ARRAY_SIZE(last);
		snprintf(ue, sizeof(ue), n & 1 ? "2001:db8:45:2::%u" : "10.45.2.%u", n);
		snprintf(impi, sizeof(impi), "%u@ims", n);
		set.pcscf = endpoint[n & 1];
		set.alg = i & 2 ? GMGUARD_ALG_NULL : sa_set.alg;
		set.ealg = i & 2 ? GMGUARD_EALG_AES_GCM : sa_set.ealg;
		set.port_uc = 40000 + i % 3;
		set.port_us = 41000 + n;
		set.port_pc = 5100 + i / ARRAY_SIZE(last) % 2;
		set.over = i % 4 ? last[n] : 0;
		set.spi_uc = 4000 + i % 100;
		set.spi_us = 5000 + i % 100;
		spi = sa_new(&c, &set);
		if (!sa_answered(me, spi))
			continue;
		spi_uc = sa_get(&c, spi, GMGUARD_A_SA_SPI_UC);
		right(me, spi_uc == set.spi_uc || spi_uc == ~0ULL,
		      "set %lld is another's", (long long)spi);
		did(me);
		if (i % 3 == 1) {
			snprintf(tmpi, sizeof(tmpi), "%032u" REALM, 1000 + i);
			binding_put(&c, &m, GMGUARD_CMD_TMPI_NEW, NLM_F_ACK,
				    &(struct binding){ .tmpi = tmpi, .spi_ps = spi });
			sa_answered(me, client_ask(&c, &m));
		}
		if (!(i % 5) || !sa_answered(me, sa_establish(&c, spi, 1)))
			continue;
		last[n] = spi;
		if (i % 3)
			sa_answered(me, sa_command(&c, GMGUARD_CMD_SA_DEL, spi,
						   i & 1 ? GMGUARD_A_SA_GRACE : 0, 0));
	}
}

static void dump_sets(struct me *me)
{
	struct client c = { .fd = -1 };
	int n;

	while (goes_on()) {
		if (!reopened(me, &c))
			continue;
		n = sa_count(&c, 0, 0);
		if (answered(me, n < 0 ? n : 0))
			did(me);
	}
}

/* TMPIs that follow each other, end by themselves, are taken away one by one and all. */
static void change_tmpis(struct me *me)
{
	char tmpi[GMGUARD_TMPI_LEN + 1], impi[16];
	struct client c = { .fd = -1 };
	struct binding b = { tmpi, impi, NULL, 0, 0 };
	struct msg m = {};
	unsigned int i, n;
	int cmd;

	for (i = me->nth * 7; goes_on(); i++) {
		if (!reopened(me, &c))
			continue;
		n = i % NAMED;
		tmpi_of(tmpi, n, i / NAMED);
		snprintf(impi, sizeof(impi), "%u@tmpi", n);
		b.ue = ue[n / 2 % UES][n % 2];
		b.lifetime = i % 3 ? 600 : 1;
		cmd = i % 11 == 7 ? GMGUARD_CMD_TMPI_DEL : GMGUARD_CMD_TMPI_NEW;
		binding_put(&c, &m, cmd, NLM_F_ACK, cmd == GMGUARD_CMD_TMPI_NEW ? &b :
			    &(struct binding){ .impi = impi });
		if (!sa_answered(me, client_ask(&c, &m)))
			continue;
		did(me);
		if (i % 64 == 63) {
			binding_put(&c, &m, GMGUARD_CMD_TMPI_FLUSH, NLM_F_ACK,
				    &(struct binding){ .ue = i % 128 == 63 ? b.ue : NULL });
			answered(me, client_ask(&c, &m));
		}
	}
}

static void dump_tmpis(struct me *me)
{
	struct client c = { .fd = -1 };
	struct msg m = {};

	while (goes_on()) {
		if (!reopened(me, &c))
			continue;
		binding_put(&c, &m, GMGUARD_CMD_TMPI_GET, NLM_F_DUMP,
			    &(struct binding){ .tmpi = NULL });
		if (answered(me, client_ask(&c, &m)))
			did(me);
	}
}

/* By xfrm's own means, as anybody may, and by ours. */
static void flush_all(struct me *me)
{
	struct client c = { .fd = -1 };
	struct xfrm x;
	unsigned int i;

	right(me, xfrm_open(&x), "no socket of xfrm");
	for (i = 0; goes_on(); i++) {
		if (i & 1)
			right(me, !xfrm_flush_states(&x), "flush of states");
		else
			right(me, !xfrm_flush_policies(&x), "flush of policies");
		if (i % 4 == 3 && reopened(me, &c))
			answered(me, sa_command(&c, GMGUARD_CMD_SA_FLUSH, 0, 0, 0));
		did(me);
		/* a slow machine has to get something through in between */
		usleep(1000000);
	}
}

/* A UE that registers and talks by its SAs, as long as they last. */
static void send_by_sa(struct me *me)
{
	struct client c = { .fd = -1 };
	struct set set = sa_set;
	struct xfrm x;
	struct sip m;
	__s64 spi;
	int fd, i;

	right(me, !client_open(&c) && netns_enter(me->at->ue[0]) && xfrm_open(&x),
	      "cannot enter");
	fd = udp(set.ue, set.port_uc);
	right(me, fd >= 0, "no socket");
	m = sip_register(set.ue, set.port_uc, set.impi, &by_sa, 1);
	for (spi = 0; goes_on();) {
		if (spi > 0)
			sa_answered(me, sa_del(&c, spi));
		spi = sa_new(&c, &set);
		if (!sa_answered(me, spi))
			continue;
		right(me, !xfrm_flush_states(&x) && !xfrm_flush_policies(&x) &&
		      !xfrm_add_ue(&x, &set, spi,
				   attr_uint(attr_find(&c.reply, GMGUARD_A_SA_SPI_PC))),
		      "the SAs of the UE");
		sa_answered(me, sa_establish(&c, spi, 600));
		for (i = 0; i < 64 && goes_on(); i++) {
			begin_burst(i);
			send_one(me, fd, set.pcscf, i % 8 ? 6100 : 5100, &m);
		}
	}
}

/* What the guard stands on */

static void make_namespaces(struct me *me)
{
	const struct binding b = { ONE, ALICE, "10.45.0.11", 0, 600 };
	struct client c = { .fd = -1 };
	struct links l;
	unsigned int i;
	struct msg m = {};
	__s64 spi;

	/* the module cannot go while a namespace comes */
	if (me->act == RELOAD && me->nth)
		return;
	for (i = 0; goes_on(); i++) {
		right(me, !unshare(CLONE_NEWNET), "unshare: %s", strerror(errno));
		right(me, links_open(&l), "rtnetlink: %s", strerror(errno));
		if (opened(me, &c)) {
			if (i & 1)
				right(me, !link_add(&l, "gm0"), "gm0");
			if (!shared->unloading &&
			    answered(me, policy_set(&c, policies[0]))) {
				spi = sa_new(&c, &sa_set);
				right(me, spi > 0, "no set: %s", c.text);
				/* one that stands for somebody, and one that waits */
				binding_put(&c, &m, GMGUARD_CMD_TMPI_NEW, NLM_F_ACK, &b);
				right(me, !client_ask(&c, &m), "no TMPI: %s", c.text);
				binding_put(&c, &m, GMGUARD_CMD_TMPI_NEW, NLM_F_ACK,
					    &(struct binding){ .tmpi = TWO, .spi_ps = spi });
				right(me, !client_ask(&c, &m), "none waits: %s", c.text);
			}
			if (!(i & 1))
				right(me, !link_add(&l, "gm0"), "gm0");
			/* the end of a namespace takes its time */
			if (me->act == RELOAD || i % 3 == 0)
				policy_clear(&c);
		}
		links_close(&l);
		did(me);
		if (me->act == RELOAD)
			usleep(500000);
	}
}

static void change_interfaces(struct me *me)
{
	struct links l;

	right(me, links_open(&l), "rtnetlink: %s", strerror(errno));
	while (goes_on()) {
		right(me, !link_add(&l, "gm7"), "new gm7");
		right(me, !link_rename(&l, "gm7", "x7"), "gm7 to x7");
		right(me, !link_rename(&l, "x7", "mw7"), "x7 to mw7");
		right(me, !link_del(&l, "mw7"), "no mw7");
		did(me);
	}
}

static const char cpu_online[] = "/sys/devices/system/cpu/cpu1/online";

static void change_cpus(struct me *me)
{
	while (goes_on()) {
		if (write_file(cpu_online, "0") && write_file(cpu_online, "1"))
			did(me);
		usleep(300000);
	}
}

static void fail_to_unload(struct me *me)
{
	int error;

	while (goes_on()) {
		error = unload();
		right(me, error == -EAGAIN, "unloading in use: error %d", error);
		did(me);
		usleep(1000);
	}
}

static void unload_and_load(struct me *me)
{
	int error;

	while (goes_on()) {
		shared->unloading = true;
		error = unload();
		right(me, !error || error == -EAGAIN || error == -ENOENT ||
		      error == -EBUSY, "unloading: error %d", error);
		if (error == -EAGAIN) {
			usleep(1000);
			continue;
		}
		if (!error)
			did(me);
		error = load(me->at->module);
		right(me, !error || error == -EEXIST || error == -EBUSY,
		      "loading: error %d", error);
		shared->unloading = false;
		/* leave room for policies */
		usleep(300000);
	}
}

/* @floor: what all processes together do at least, so that a storm is one; @nice:
 * who can do much gives way to who cannot.
 */
static const struct actor {
	const char *name;
	void (*run)(struct me *me);
	int processes, nice, acts;
	unsigned long floor;
} actors[] = {
	{ "policy-set", set_policies, 3, 0, ALWAYS, 10 },
	{ "policy-clear", clear_policies, 1, 0, CLEAR, 5 },
	{ "policy-get", get_policies, 1, 10, ALWAYS, 2 },
	{ "stats-get", get_stats, 1, 10, HOLD | CLEAR, 3 },
	{ "stats-reset", reset_stats, 1, 10, HOLD | CLEAR, 5 },
	{ "listener", listen_briefly, 2, 0, HOLD | CLEAR, 5 },
	{ "slow-listener", listen_slowly, 1, 0, HOLD | CLEAR, 2 },
	{ "ue-send", send_as_ue, UES, 10, ALWAYS, 100 },
	{ "ue-receive", receive_at_ue, UES, 10, ALWAYS, 10 },
	{ "pcscf-send", answer_from_pcscf, 1, 10, ALWAYS, 50 },
	{ "pcscf-receive", receive_at_pcscf, 1, 10, ALWAYS, 20 },
	{ "core-send", send_as_core, 1, 10, ALWAYS, 50 },
	{ "sa-new", register_ues, 2, 0, ALWAYS, 5 },
	{ "sa-dump", dump_sets, 1, 10, ALWAYS, 2 },
	{ "sa-flush", flush_all, 1, 0, ALWAYS, 2 },
	{ "tmpi-new", change_tmpis, 2, 0, ALWAYS, 5 },
	{ "tmpi-dump", dump_tmpis, 1, 10, ALWAYS, 2 },
	{ "sa-send", send_by_sa, 1, 0, HOLD | CLEAR, 5 },
	{ "namespace", make_namespaces, 2, 0, ALWAYS, 2 },
	{ "interface", change_interfaces, 1, 0, ALWAYS, 1 },
	{ "cpu", change_cpus, 1, 0, HOLD | CLEAR, 1 },
	{ "unload-held", fail_to_unload, 1, 10, HOLD, 10 },
	{ "unload-load", unload_and_load, 1, 0, RELOAD, 2 },
};

static bool takes_part(const struct actor *a, int act)
{
	if (!(a->acts & act))
		return false;
	return a->run != change_cpus || !access(cpu_online, W_OK);
}

static bool all_did(int act)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(actors); i++)
		if (takes_part(&actors[i], act) && !*shared->actor[i].wrong &&
		    shared->actor[i].done < actors[i].floor)
			return false;
	return act != HOLD || shared->by_sa;
}

static double seconds(void)
{
	const char *s = getenv("STORM_SECONDS");

	return (s ? atof(s) : 20) / 3;
}

static void storm(struct __test_metadata *_metadata, FIXTURE_DATA(storm) *self, int act)
{
	pid_t pid[ACTORS_MAX * 3];
	double start;
	int i, j, n = 0, status;

	for (i = 0; i < (int)ARRAY_SIZE(actors); i++)
		for (j = 0; takes_part(&actors[i], act) &&
			    j < actors[i].processes; j++) {
			struct me me = {
				.at = self, .actor = i, .nth = j, .act = act,
			};

			pid[n] = fork();
			ASSERT_LE(0, pid[n]);
			if (!pid[n]) {
				prctl(PR_SET_PDEATHSIG, SIGKILL);
				nice(actors[i].nice);
				actors[i].run(&me);
				_exit(0);
			}
			n++;
		}
	/* a slow machine gets more time for the least there is to do */
	for (start = now(); now() < start + seconds() ||
	     (now() < start + PATIENCE * seconds() && !all_did(act));)
		usleep(50000);
	shared->over = true;
	ksft_print_msg("storm: seconds %.0f\n", now() - start);
	for (i = 0; i < n; i++) {
		ASSERT_EQ(pid[i], waitpid(pid[i], &status, 0));
		EXPECT_EQ(0, status);
	}
	for (i = 0; i < (int)ARRAY_SIZE(actors); i++) {
		if (!takes_part(&actors[i], act))
			continue;
		ksft_print_msg("storm: %s %lu\n", actors[i].name,
			       shared->actor[i].done);
		EXPECT_LE(actors[i].floor, shared->actor[i].done) {
			TH_LOG("%s has done too little", actors[i].name);
		}
		EXPECT_STREQ("", shared->actor[i].wrong);
	}
	ksft_print_msg("storm: came by an SA: %lu\n", shared->by_sa);
	if (act == HOLD)
		EXPECT_LT(0, shared->by_sa);
}

FIXTURE_SETUP(storm)
{
	char lines[1024];
	int i, home;

	NEED_ROOT_AND_MODULE(&self->c);
	NEED_UNUSED_MODULE();
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, shared);
	self->module = module_file();
	self->ue[0] = netns_hold();
	self->ue[1] = netns_hold();
	self->core = netns_hold();
	ASSERT_TRUE(self->ue[0] > 0 && self->ue[1] > 0 && self->core > 0);
	ASSERT_TRUE(write_file("/proc/sys/net/ipv4/ip_forward", "1"));
	ASSERT_TRUE(write_file("/proc/sys/net/ipv6/conf/all/forwarding", "1"));
	snprintf(lines, sizeof(lines),
		 "link set lo up\n"
		 "link add gm0 type veth peer name e0 netns %d\n"
		 "link add gm1 type veth peer name e0 netns %d\n"
		 "link add mw0 type veth peer name e0 netns %d\n"
		 "addr add 10.45.0.1/24 dev gm0\n"
		 "addr add 2001:db8:45::1/64 dev gm0 nodad\n"
		 "addr add 192.0.2.10/32 dev gm0\n"
		 "addr add 2001:db8:1::10/128 dev gm0 nodad\n"
		 "addr add 10.45.1.1/24 dev gm1\n"
		 "addr add 2001:db8:45:1::1/64 dev gm1 nodad\n"
		 "addr add 198.51.100.1/24 dev mw0\n"
		 "addr add 2001:db8:2::1/64 dev mw0 nodad\n"
		 "link set gm0 up\nlink set gm1 up\nlink set mw0 up\n",
		 self->ue[0], self->ue[1], self->core);
	ASSERT_TRUE(ip(lines));
	for (i = 0; i < SOCKETS; i++) {
		self->socket[i] = udp(endpoint[i / 2], i & 1 ? 6100 : 5060);
		ASSERT_LE(0, self->socket[i]);
	}
	home = netns_open(getpid());
	for (i = 0; i < UES; i++) {
		ASSERT_TRUE(netns_enter(self->ue[i]));
		snprintf(lines, sizeof(lines),
			 "addr add %s/24 dev e0\naddr add %s/64 dev e0 nodad\n"
			 "addr add %s/32 dev e0\naddr add %s/128 dev e0 nodad\n"
			 "link set e0 up\nroute add default via 10.45.%d.1\n"
			 "route add default via 2001:db8:45:%d::1\n",
			 ue[i][0], ue[i][1], forged[i][0], forged[i][1], i, i);
		ASSERT_TRUE(ip(lines));
	}
	ASSERT_TRUE(netns_enter(self->core));
	snprintf(lines, sizeof(lines),
		 "addr add %s/24 dev e0\naddr add %s/64 dev e0 nodad\n"
		 "link set e0 up\nroute add default via 198.51.100.1\n"
		 "route add default via 2001:db8:2::1\n", core[0], core[1]);
	ASSERT_TRUE(ip(lines));
	ASSERT_EQ(0, setns(home, CLONE_NEWNET));
	close(home);
}

/* Nobody holds the module now, and it goes and comes. */
FIXTURE_TEARDOWN(storm)
{
	int i;

	write_file(cpu_online, "1");
	for (i = 0; i < UES; i++)
		netns_release(self->ue[i]);
	netns_release(self->core);
	client_close(&self->c);
	/* the family may be a new one */
	ASSERT_EQ(0, client_open(&self->c));
	policy_clear(&self->c);
	client_close(&self->c);
	EXPECT_TRUE(refcnt_becomes(0, 120)) {
		TH_LOG("%d references are left", refcnt());
	}
	if (self->module < 0)
		return;
	EXPECT_EQ(0, unload());
	EXPECT_EQ(0, load(self->module));
}

TEST_F_TIMEOUT(storm, hold, 600)
{
	ASSERT_EQ(0, policy_set(&self->c, policies[0]));
	storm(_metadata, self, HOLD);
	EXPECT_LE(1, refcnt());
}

TEST_F_TIMEOUT(storm, clear, 600)
{
	storm(_metadata, self, CLEAR);
}

TEST_F_TIMEOUT(storm, reload, 600)
{
	if (self->module < 0)
		SKIP(return, "no file of the module");
	storm(_metadata, self, RELOAD);
}

TEST_HARNESS_MAIN
