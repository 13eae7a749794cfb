// SPDX-License-Identifier: GPL-2.0
/* What SA sets cost, and the same by what the kernel has.
 *
 *   sa install HOW CIPHER       a set: HOW is gmguard, batch4 (four states in one
 *                               send: all that the states themselves cost), batch
 *                               (and four policies), single (as Kamailio does it:
 *                               a socket, eight states and eight policies one by
 *                               one, no answer read) or ip (a batch of iproute2's)
 *   sa fill HOW N               N sets, and what the last of them cost
 *   sa share HOW N              the same, all UEs behind one address
 *   sa end SECONDS              establishes all sets, so that all end by then, in the same
 *                               second; what the last of them cost
 *   sa refresh                  establishes some again, as each REGISTER does
 *   sa gone                     waits until all end but that of the UE that talks: ms from
 *                               the first to the last
 *   sa cycles N                 N sets, each established and deleted before the next
 *   sa dump HOW N               a dump, per set of N
 *   sa find                     the sets of the UE that talks, as each REGISTER needs
 *                               them
 *   sa clear                    no set, state or policy is left
 *   sa register                 the set that the UE talks by, established: prints SPIs
 *   sa ue SPI-PS SPI-PC         its other end
 *   sa peer SPI-PS SPI-PC       the same at the P-CSCF, by xfrm alone
 *   sa talk OCTETS              messages from the UE, per message
 *   sa answer OCTETS            messages to it
 *   sa memory                   octets that the kernel has in slabs and vmalloc
 *
 * CIPHER is cbc or null; HOW, where it is not said otherwise, gmguard, states (four
 * of them) or policies (and four policies). Prints "MEDIAN MEAN MIN MAX" of the time
 * stamp counter: instructions, in a guest under -icount.
 */
#include <limits.h>
#include <sched.h>
#include <time.h>

#include "../udp.h"
#include "../xfrm.h"
#include "cost.h"

static struct set set = {
	.pcscf = "192.0.2.10", .port_pc = 5100, .port_ps = 6100,
	.alg = GMGUARD_ALG_HMAC_SHA_1_96,
};

/* UEs are behind 10.46.0.0 and up, or behind one address with ports of their own. */
static void nth(unsigned int n, bool share)
{
	static char ue[32], impi[64];

	snprintf(ue, sizeof(ue), share ? "10.45.0.11" : "10.%u.%u.%u", 46 + (n >> 16),
		 n >> 8 & 255, n & 255);
	snprintf(impi, sizeof(impi), "%015u@ims.mnc001.mcc001.3gppnetwork.org", n);
	set.ue = ue;
	set.impi = impi;
	set.port_uc = share ? 5100 + 2 * n : 40000;
	set.port_us = share ? 5101 + 2 * n : 40001;
	set.spi_uc = 0x10000 + 2 * n;
	set.spi_us = 0x10001 + 2 * n;
}

static void add(struct msg *all, struct msg *m)
{
	((struct nlmsghdr *)m->at)->nlmsg_len = m->len;
	msg_put(all, m->at, m->len);
}

/* The messages of a set for xfrm, @times states and policies of each SA. */
static unsigned int messages(struct msg *all, unsigned int n, bool policies, int times)
{
	struct msg m = {};
	unsigned int count = 0;
	int i, j;

	all->len = 0;
	for (j = 0; j < times; j++)
		for (i = 0; i < SAS; i++) {
			struct sa sa = sa_of(&set, 0x20000000 + 2 * n, 0x20000001 + 2 * n, i);

			xfrm_put_state(&m, &sa);
			add(all, &m);
			count++;
			if (!policies)
				continue;
			/* seen from the P-CSCF; the later ones are the way through it */
			xfrm_put_policy(&m, &sa, j ? XFRM_POLICY_FWD :
					sa.up ? XFRM_POLICY_IN : XFRM_POLICY_OUT);
			add(all, &m);
			count++;
		}
	free(m.at);
	return count;
}

static void receive(int fd, unsigned int acks)
{
	static __u8 data[1 << 16] __aligned(8);

	while (acks) {
		struct nlmsghdr *nlh = (void *)data;
		ssize_t len = recv(fd, data, sizeof(data), 0);

		if (len < 0)
			err(1, "answer");
		for (; NLMSG_OK(nlh, len); nlh = NLMSG_NEXT(nlh, len)) {
			const struct nlmsgerr *e = NLMSG_DATA(nlh);

			if (nlh->nlmsg_type != NLMSG_ERROR)
				continue;
			if (e->error)
				errx(1, "answer: %s", strerror(-e->error));
			acks--;
		}
	}
}

static __u64 install_gmguard(struct client *c)
{
	static struct msg m;
	__u64 begin;
	int error;

	sa_put(c, &m, &set);
	begin = __rdtsc();
	error = client_ask(c, &m);
	if (error)
		errx(1, "sa-new: %s: %s", strerror(-error), c->text);
	return __rdtsc() - begin;
}

static __u64 install_batch(struct xfrm *x, unsigned int n, bool policies)
{
	unsigned int count = messages(&x->m, n, policies, 1);
	__u64 begin = __rdtsc();

	if (send(x->c.fd, x->m.at, x->m.len, 0) < 0)
		err(1, "send");
	receive(x->c.fd, count);
	return __rdtsc() - begin;
}

static __u64 install_single(unsigned int n)
{
	static struct msg all;
	struct nlmsghdr *nlh;
	struct xfrm x;
	__u64 begin;
	size_t at;

	messages(&all, n, true, 2);
	begin = __rdtsc();
	if (!xfrm_open(&x))
		err(1, "socket");
	for (at = 0; at < all.len; at += NLMSG_ALIGN(nlh->nlmsg_len)) {
		nlh = (void *)(all.at + at);
		if (send(x.c.fd, nlh, nlh->nlmsg_len, 0) < 0)
			err(1, "send");
	}
	xfrm_close(&x);
	return __rdtsc() - begin;
}

static __u64 install(struct client *c, struct xfrm *x, const char *how, unsigned int n)
{
	if (!strcmp(how, "gmguard"))
		return install_gmguard(c);
	if (!strcmp(how, "single"))
		return install_single(n);
	return install_batch(x, n, !strcmp(how, "batch") || !strcmp(how, "policies"));
}

static void ip_lines(FILE *f, unsigned int n)
{
	int i;

	for (i = 0; i < SAS; i++) {
		struct sa sa = sa_of(&set, 0x20000000 + 2 * n, 0x20000001 + 2 * n, i);
		char sel[128];

		snprintf(sel, sizeof(sel), "src %s dst %s proto udp sport %u dport %u",
			 sa.src, sa.dst, sa.sport, sa.dport);
		fprintf(f, "xfrm state add src %s dst %s proto esp spi %u reqid 7 mode transport replay-window 32 "
			"auth-trunc 'hmac(sha1)' 0x6769677561726467756172646775617264677561 96 enc '%s' %s sel %s\n",
			sa.src, sa.dst, sa.spi,
			sa.ealg ? "cbc(aes)" : "ecb(cipher_null)",
			sa.ealg ? "0x67696775617264677561726467756172" : "''", sel);
		fprintf(f, "xfrm policy add %s dir %s tmpl src %s dst %s proto esp reqid 7 mode transport\n",
			sel, sa.up ? "in" : "out", sa.src, sa.dst);
	}
}

/* What one set more costs: a program's start is nobody's fault. */
static void install_ip(void)
{
	unsigned int i, from = 0, n;
	__u64 cost[2], begin;
	FILE *f;

	for (n = 20; n <= 40; from += n, n += 20) {
		begin = __rdtsc();
		f = popen("ip -batch -", "we");
		for (i = from; i < from + n; i++) {
			nth(i, false);
			ip_lines(f, i);
		}
		if (pclose(f))
			errx(1, "ip -batch");
		cost[n / 20 - 1] = __rdtsc() - begin;
	}
	cost[0] = (cost[1] - cost[0]) / 20;
	cost_print(cost, 1);
}

static void clear(struct client *c, struct xfrm *x)
{
	if (c->fd >= 0 && sa_command(c, GMGUARD_CMD_SA_FLUSH, 0, 0, 0))
		errx(1, "sa-flush");
	if (xfrm_flush_states(x) || xfrm_flush_policies(x))
		errx(1, "flush");
}

/* @total of them, of which the last @lots count. */
static void fill(struct client *c, struct xfrm *x, const char *how, unsigned int total,
		 bool share, unsigned int lots)
{
	__u64 *cost = cost_of(total);
	unsigned int i;

	for (i = 0; i < total; i++) {
		nth(i, share);
		cost[i] = install(c, x, how, i);
	}
	cost_print_last(cost, total, lots);
	free(cost);
}

/* Establishes the first @n sets of a dump, or all that there are, for @seconds from now; the
 * last count.
 */
static void establish(struct client *c, unsigned int n, unsigned int seconds)
{
	const struct nlattr *a;
	struct timespec begin, t;
	struct msg m = {}, all;
	unsigned int i = 0;
	size_t at = 0;
	__u64 *cost;

	client_start(c, &m, GMGUARD_CMD_SA_GET, NLM_F_DUMP);
	if (client_ask(c, &m))
		errx(1, "dump");
	clock_gettime(CLOCK_BOOTTIME, &begin);
	/* later answers take its place */
	all = c->reply;
	c->reply = (struct msg){};
	if (n > c->messages)
		n = c->messages;
	cost = cost_of(n);
	while (i < n && (a = attr_next(&all, &at))) {
		if ((a->nla_type & NLA_TYPE_MASK) != GMGUARD_A_SA_SPI_PS)
			continue;
		clock_gettime(CLOCK_BOOTTIME, &t);
		if (t.tv_sec - begin.tv_sec >= seconds)
			errx(1, "%u sets in, %u seconds are over", i, seconds);
		cost[i] = __rdtsc();
		if (sa_establish(c, attr_uint(a), begin.tv_sec + seconds - t.tv_sec))
			errx(1, "sa-establish: %s", c->text);
		cost[i] = __rdtsc() - cost[i];
		i++;
	}
	cost_print_last(cost, i, LOTS);
	free(cost);
	free(all.at);
	free(m.at);
}

static void gone(struct xfrm *x)
{
	int first = xfrm_states(x), now = first;
	__u64 begin = 0;

	for (; now > SAS; now = xfrm_states(x)) {
		if (now == first)
			begin = __rdtsc();
		/* it may take minutes until the first */
		usleep(now == first ? 10000 : 1000);
	}
	printf("%llu\n", (__rdtsc() - begin) / 1000000);
}

static void cycles(struct client *c, unsigned int n)
{
	unsigned int i;
	__u32 spi;

	for (i = 0; i < n; i++) {
		nth(i, false);
		install_gmguard(c);
		spi = attr_uint(attr_find(&c->reply, GMGUARD_A_SA_SPI_PS));
		if (sa_establish(c, spi, 6000) || sa_del(c, spi))
			errx(1, "%s", c->text);
	}
}

/* Sends the request @m and reads the dump that answers it. */
static __u64 read_dump(int fd, struct msg *m)
{
	static __u8 data[1 << 16] __aligned(8);
	struct nlmsghdr *nlh = (void *)m->at;
	__u64 begin = __rdtsc();
	ssize_t len;

	nlh->nlmsg_len = m->len;
	if (send(fd, m->at, m->len, 0) < 0)
		err(1, "dump");
	do {
		len = recv(fd, data, sizeof(data), 0);
		nlh = (void *)data;
	} while (len > 0 && nlh->nlmsg_type != NLMSG_DONE);
	if (len < 0)
		err(1, "dump");
	return __rdtsc() - begin;
}

static void dump(struct client *c, struct xfrm *x, const char *how, unsigned int n)
{
	bool ours = !strcmp(how, "gmguard");
	struct msg m = {};

	if (ours)
		client_start(c, &m, GMGUARD_CMD_SA_GET, NLM_F_DUMP);
	else
		xfrm_start(&m, XFRM_MSG_GETSA, NLM_F_DUMP, NULL, 0);
	printf("%llu\n", read_dump(ours ? c->fd : x->c.fd, &m) / n);
	free(m.at);
}

static void find(struct client *c)
{
	static __u64 cost[TIMES];
	struct msg m = {};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cost); i++) {
		client_start(c, &m, GMGUARD_CMD_SA_GET, NLM_F_DUMP);
		sa_address(&m, GMGUARD_A_SA_UE, set.ue);
		cost[i] = read_dump(c->fd, &m);
	}
	cost_print(cost, ARRAY_SIZE(cost));
	free(m.at);
}

/* The UE that talks is another one than those, behind the address that is shared. */
static void talker(void)
{
	set.ue = "10.45.0.11";
	set.impi = "talker@ims";
	set.port_uc = 5000;
	set.port_us = 5001;
	set.spi_uc = 1001;
	set.spi_us = 1002;
	set.ealg = GMGUARD_EALG_AES_CBC;
}

static void peer(struct xfrm *x, __u32 spi_ps, __u32 spi_pc)
{
	int i;

	for (i = 0; i < SAS; i++) {
		struct sa sa = sa_of(&set, spi_ps, spi_pc, i);

		xfrm_put_state(&x->m, &sa);
		if (client_ask(&x->c, &x->m))
			errx(1, "a state");
	}
}

/* The shortest answer to a REGISTER, which may go both ways, and the rest of @len
 * octets as its body. What takes long is put off to another task, which is to be
 * counted, too.
 */
static void talk(const char *from, int port, const char *to, int to_port, size_t len)
{
	static const char head[] = "SIP/2.0 200 OK\r\nCSeq: 1 REGISTER\r\n"
				   "Content-Length: %4zu\r\n\r\n";
	static char data[2000];
	__u64 cost[4 * TIMES], begin;
	int fd = udp(from, port);
	size_t i;

	i = snprintf(data, sizeof(data), head, len);
	if (len < i || len > sizeof(data))
		errx(1, "no message has %zu octets here", len);
	snprintf(data, sizeof(data), head, len - i);
	for (i = 0; i < ARRAY_SIZE(cost); i++) {
		begin = __rdtsc();
		if (udp_send(fd, to, to_port, data, len) < 0)
			err(1, "send");
		sched_yield();
		cost[i] = __rdtsc() - begin;
	}
	cost_print(cost, ARRAY_SIZE(cost));
}

static __u64 memory(void)
{
	FILE *f = fopen("/proc/meminfo", "re");
	__u64 kib, sum = 0;
	char line[128];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "Slab: %llu", &kib) == 1 ||
		    sscanf(line, "VmallocUsed: %llu", &kib) == 1 ||
		    sscanf(line, "Percpu: %llu", &kib) == 1)
			sum += kib;
	if (f)
		fclose(f);
	return sum * 1024;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	struct client c;
	struct xfrm x;
	__u32 spi_ps;

	if (!xfrm_open(&x))
		err(1, "xfrm");
	/* without the module there is xfrm alone */
	if (client_open(&c))
		c.fd = -1;
	if (argc == 4 && !strcmp(what, "install")) {
		set.ealg = !strcmp(argv[3], "cbc") ? GMGUARD_EALG_AES_CBC : GMGUARD_EALG_NULL;
		if (!strcmp(argv[2], "ip"))
			install_ip();
		else
			fill(&c, &x, argv[2], 2 * TIMES, false, 1);
		clear(&c, &x);
	} else if (argc == 4 && !strcmp(what, "fill")) {
		fill(&c, &x, argv[2], atoi(argv[3]), false, LOTS);
	} else if (argc == 4 && !strcmp(what, "share")) {
		fill(&c, &x, argv[2], atoi(argv[3]), true, 1);
	} else if (argc == 3 && !strcmp(what, "end")) {
		establish(&c, UINT_MAX, atoi(argv[2]));
	} else if (argc == 2 && !strcmp(what, "refresh")) {
		/* which ends no set any sooner */
		establish(&c, LOTS * TIMES, 60);
	} else if (argc == 2 && !strcmp(what, "gone")) {
		gone(&x);
	} else if (argc == 3 && !strcmp(what, "cycles")) {
		cycles(&c, atoi(argv[2]));
	} else if (argc == 4 && !strcmp(what, "dump")) {
		dump(&c, &x, argv[2], atoi(argv[3]));
	} else if (argc == 2 && !strcmp(what, "find")) {
		talker();
		find(&c);
	} else if (argc == 2 && !strcmp(what, "clear")) {
		clear(&c, &x);
	} else if (argc == 2 && !strcmp(what, "register")) {
		talker();
		install_gmguard(&c);
		spi_ps = attr_uint(attr_find(&c.reply, GMGUARD_A_SA_SPI_PS));
		printf("%u %llu\n", spi_ps,
		       attr_uint(attr_find(&c.reply, GMGUARD_A_SA_SPI_PC)));
		if (sa_establish(&c, spi_ps, 6000))
			errx(1, "sa-establish: %s", c.text);
	} else if (argc == 4 && !strcmp(what, "ue")) {
		talker();
		if (xfrm_add_ue(&x, &set, atoll(argv[2]), atoll(argv[3])))
			errx(1, "the states of the UE");
	} else if (argc == 4 && !strcmp(what, "peer")) {
		talker();
		peer(&x, atoll(argv[2]), atoll(argv[3]));
	} else if (argc == 3 && !strcmp(what, "talk")) {
		talker();
		talk(set.ue, set.port_uc, set.pcscf, set.port_ps, atoi(argv[2]));
	} else if (argc == 3 && !strcmp(what, "answer")) {
		talker();
		talk(set.pcscf, set.port_pc, set.ue, set.port_us, atoi(argv[2]));
	} else if (argc == 2 && !strcmp(what, "memory")) {
		printf("%llu\n", memory());
	} else {
		errx(1, "the head of sa.c says how");
	}
	return 0;
}
