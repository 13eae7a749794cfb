// SPDX-License-Identifier: GPL-2.0
/* Much coming and going: namespaces, interfaces, policies and the module itself,
 * while packets flow. Nothing may be misjudged, miscounted or left behind.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>

#include "module.h"
#include "link.h"
#include "sip.h"
#include "state.h"
#include "tmpi.h"
#include "udp.h"

#define ENDPOINT "endpoint 192.0.2.10 5060 6100 5100;"
#define POLICY								\
	"side access untrusted - gm*; side core trusted - mw0;"		\
	"pool access 10.45.0.0/16; core 198.51.100.0/24 cscf;" ENDPOINT

enum { NAMESPACES = 300, REPLACEMENTS = 1000, WRITERS = 4 };

FIXTURE(churn) {
	struct client c;
};

FIXTURE_SETUP(churn)
{
	NEED_ROOT_AND_MODULE(&self->c);
	NEED_UNUSED_MODULE();
}

FIXTURE_TEARDOWN(churn)
{
	client_close(&self->c);
}

/* A policy holds the module, and what ends the policy lets go of it. */
TEST_F_TIMEOUT(churn, module_is_held, 120)
{
	struct client other;
	int i;

	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, policy_set(&self->c, POLICY));
		EXPECT_EQ(1, refcnt());
		EXPECT_EQ(-EAGAIN, unload());
	}
	ASSERT_TRUE(fresh_netns(&other));
	EXPECT_EQ(1, refcnt());
	ASSERT_EQ(0, policy_set(&other, POLICY));
	EXPECT_EQ(2, refcnt());
	ASSERT_EQ(-EINVAL, policy_set(&other, "mode off"));
	EXPECT_EQ(2, refcnt());
	ASSERT_EQ(0, policy_clear(&self->c));
	EXPECT_EQ(1, refcnt());
	EXPECT_EQ(-EAGAIN, unload());
	/* the last of the other namespace */
	client_close(&other);
	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	EXPECT_TRUE(refcnt_becomes(0, 60));
}

static void one_namespace(struct __test_metadata *_metadata, int i)
{
	const struct binding alice = { ONE, ALICE, "10.45.0.11", 0, i & 2 ? 1 : 600 };
	struct msg m = {};
	__u64 before;
	struct links l;
	struct client c;

	ASSERT_TRUE(fresh_netns(&c));
	ASSERT_TRUE(links_open(&l));
	if (i & 1)
		ASSERT_EQ(0, link_add(&l, "gm0"));
	ASSERT_EQ(0, policy_set(&c, POLICY));
	/* each takes one with it, by whatever end */
	binding_put(&c, &m, GMGUARD_CMD_TMPI_NEW, NLM_F_ACK, &alice);
	ASSERT_EQ(0, client_ask(&c, &m));
	free(m.at);
	if (!(i & 1))
		ASSERT_EQ(0, link_add(&l, "gm0"));
	before = info(&c, GMGUARD_A_INFO_INTERFACES);
	ASSERT_EQ(0, link_add(&l, "x0"));
	EXPECT_EQ(before, info(&c, GMGUARD_A_INFO_INTERFACES));
	ASSERT_EQ(0, link_rename(&l, "x0", "mw0"));
	EXPECT_EQ(before + 1, info(&c, GMGUARD_A_INFO_INTERFACES));
	if (i % 5 == 0)
		ASSERT_EQ(0, policy_set(&c, POLICY));
	EXPECT_EQ(before + 1, info(&c, GMGUARD_A_INFO_INTERFACES));
	ASSERT_EQ(0, link_rename(&l, "gm0", "x0"));
	EXPECT_EQ(before, info(&c, GMGUARD_A_INFO_INTERFACES));
	if (i % 4) {
		ASSERT_EQ(0, link_del(&l, "mw0"));
		EXPECT_EQ(before - 1, info(&c, GMGUARD_A_INFO_INTERFACES));
	}
	if (i % 3 == 0) {
		ASSERT_EQ(0, policy_clear(&c));
		EXPECT_EQ(0, info(&c, GMGUARD_A_INFO_INTERFACES));
		EXPECT_EQ(0, info(&c, GMGUARD_A_INFO_TMPIS));
	}
	if (i % 6 == 0)
		ASSERT_EQ(0, policy_set(&c, POLICY));
	links_close(&l);
	client_close(&c);
}

TEST_F_TIMEOUT(churn, namespaces, 500)
{
	int i;

	for (i = 0; i < NAMESPACES; i++)
		one_namespace(_metadata, i);
	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	EXPECT_TRUE(refcnt_becomes(0, 120)) {
		TH_LOG("%d references are left", refcnt());
	}
}

/* Unloading while namespaces (without a policy) live, and loading again. */
TEST_F_TIMEOUT(churn, module_comes_and_goes, 200)
{
	struct links l;
	int i;

	if (system("modprobe -n gmguard 2>/dev/null"))
		SKIP(return, "modprobe does not know the module");
	ASSERT_TRUE(links_open(&l));
	for (i = 0; i < 5; i++) {
		ASSERT_EQ(0, policy_set(&self->c, POLICY));
		ASSERT_EQ(0, link_add(&l, "gm0"));
		ASSERT_EQ(0, policy_clear(&self->c));
		ASSERT_TRUE(refcnt_becomes(0, 20));
		ASSERT_EQ(0, unload());
		ASSERT_EQ(-ENOENT, client_command(&self->c, GMGUARD_CMD_INFO_GET,
						  NLM_F_ACK));
		ASSERT_EQ(0, link_del(&l, "gm0"));
		ASSERT_EQ(0, system("modprobe gmguard"));
		client_close(&self->c);
		ASSERT_EQ(0, client_open(&self->c));
		/* it starts as a module that has never been there */
		EXPECT_EQ(0, info(&self->c, GMGUARD_A_INFO_GENERATION));
	}
	links_close(&l);
}

/* Several writers: each request is whole, and each policy has its number. */
static int write_policies(int writer, int n)
{
	char mine[300], text[500];
	struct msg want = {}, seen = {};
	__u32 generation;
	struct client c;
	int i, error;

	if (client_open(&c))
		return 1;
	for (i = 0; i < n; i++) {
		snprintf(mine, sizeof(mine), "side s%d trusted - w%d;"
			 "endpoint 192.0.2.%d 5060 6100 5100;"
			 "core 10.%d.%d.0/24 cscf", writer, writer, writer + 1,
			 writer, i % 256);
		snprintf(text, sizeof(text), "mode enforce;"
			 "marks 0xf0 0x10 0x20 0x40; limits 4096 %d 1000000" SIP_LIMITS
			 SA_DEFAULTS "%s",
			 writer + 1, mine);
		if (policy_set(&c, text))
			return 2;
		error = policy_get(&c, &seen, &generation);
		if (error && error != -EAGAIN)
			return 3;
		want.len = 0;
		policy_put(&want, text);
		/* of any writer, all texts are as long as this one */
		if (!error && (!generation || seen.len != want.len))
			return 4;
	}
	client_close(&c);
	free(want.at);
	free(seen.at);
	return 0;
}

TEST_F_TIMEOUT(churn, parallel_writers, 200)
{
	enum { EACH = 250 };
	int i, status;
	pid_t pid[WRITERS];

	for (i = 0; i < WRITERS; i++) {
		pid[i] = fork();
		ASSERT_LE(0, pid[i]);
		if (!pid[i])
			_exit(write_policies(i, EACH));
	}
	for (i = 0; i < WRITERS; i++) {
		ASSERT_EQ(pid[i], waitpid(pid[i], &status, 0));
		EXPECT_EQ(0, status);
	}
	EXPECT_EQ(WRITERS * EACH, info(&self->c, GMGUARD_A_INFO_GENERATION));
	EXPECT_EQ(1, refcnt());
}

/* Setters and clearers: hooks come and go, the module is held once or not. */
TEST_F_TIMEOUT(churn, parallel_set_and_clear, 200)
{
	int i, j, error, status;
	pid_t pid[WRITERS];
	struct client c;

	for (i = 0; i < WRITERS; i++) {
		pid[i] = fork();
		ASSERT_LE(0, pid[i]);
		if (pid[i])
			continue;
		if (client_open(&c))
			_exit(1);
		for (j = 0; j < 60; j++) {
			error = i & 1 ? policy_set(&c, POLICY) :
				policy_clear(&c);
			if (error && error != -ENOENT)
				_exit(2);
		}
		_exit(0);
	}
	for (i = 0; i < WRITERS; i++) {
		ASSERT_EQ(pid[i], waitpid(pid[i], &status, 0));
		EXPECT_EQ(0, status);
	}
	error = policy_clear(&self->c);
	EXPECT_TRUE(!error || error == -ENOENT);
	EXPECT_EQ(0, refcnt());
}

/* Interfaces come and go while policies are replaced: none is lost, none stays. */
TEST_F_TIMEOUT(churn, interfaces_while_policies_change, 200)
{
	struct links l;
	__u64 before;
	int i, status;
	pid_t pid;

	ASSERT_EQ(0, policy_set(&self->c, POLICY));
	before = info(&self->c, GMGUARD_A_INFO_INTERFACES);
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		struct client c;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (client_open(&c))
			_exit(1);
		while (!policy_set(&c, POLICY))
			;
		_exit(2);
	}
	ASSERT_TRUE(links_open(&l));
	for (i = 0; i < 150; i++) {
		ASSERT_EQ(0, link_add(&l, "gm0"));
		ASSERT_EQ(0, link_add(&l, "x1"));
		ASSERT_EQ(0, link_rename(&l, "x1", "gm1"));
		EXPECT_EQ(before + 2, info(&self->c, GMGUARD_A_INFO_INTERFACES));
		ASSERT_EQ(0, link_rename(&l, "gm0", "x0"));
		EXPECT_EQ(before + 1, info(&self->c, GMGUARD_A_INFO_INTERFACES));
		ASSERT_EQ(0, link_del(&l, "gm1"));
		ASSERT_EQ(0, link_del(&l, "x0"));
		EXPECT_EQ(before, info(&self->c, GMGUARD_A_INFO_INTERFACES));
	}
	kill(pid, SIGKILL);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	links_close(&l);
}

/* Packets of a UE over a veth pair, whose verdicts are the same in both of the
 * policies that take turns:
 *
 *	u0 10.45.0.11, 198.51.100.20 ---- gm0 10.45.0.1, endpoint 192.0.2.10
 */
enum flow { OPEN, PROTECTED, FORGED, FLOWS };
enum { SPORT = 40000 };

/* rule: M1 TS 33.203 7.1 */
/* rule: U1 TS 33.203 Annex J */
static const struct {
	const char *from;
	int port, reason;
} flows[FLOWS] = {
	[OPEN] = { "10.45.0.11", 5060, GMGUARD_REASON_PASS_REGISTER },
	[PROTECTED] = { "10.45.0.11", 6100, GMGUARD_REASON_CLEAR_ON_PROTECTED },
	[FORGED] = { "198.51.100.20", 5060, GMGUARD_REASON_SPOOF_CORE },
};

#define FIRST POLICY "limits - - - - 0 - - - - - -; endpoint 2001:db8::1 7 8 9;"
#define SECOND								\
	"limits 100 5 - - 0 - - - - - -; open 17 53; core 198.51.0.0/16 hss;"		\
	"side other foreign - x*; side access untrusted - gm0,gtp*;"	\
	"pool access 10.0.0.0/8; pool access 2001:db8:45::/48;"		\
	"http 203.0.113.1 80; endpoint 192.0.2.11 5060 6101 5101;"	\
	"endpoint 192.0.2.10 5060,5070 4000,4001 6100,6101,6102;"

FIXTURE(traffic) {
	struct client c;
	pid_t ue;
	int send[FLOWS];
	int receive[2];		/* at ports 5060 and 6100 */
};

/* Shared with the threads. */
static atomic_ulong sent[FLOWS], received, misjudged;
static atomic_bool stop_sending, stop_receiving;

FIXTURE_SETUP(traffic)
{
	char text[200];
	int fd, i;

	NEED_ROOT_AND_MODULE(&self->c);
	NEED_UNUSED_MODULE();
	self->ue = netns_hold();
	ASSERT_LT(0, self->ue);
	snprintf(text, sizeof(text), "ip link add gm0 type veth peer name u0 netns %d"
		 " && ip addr add 10.45.0.1/16 dev gm0"
		 " && ip addr add 192.0.2.10/32 dev gm0"
		 " && ip link set gm0 up && ip link set lo up", self->ue);
	ASSERT_EQ(0, system(text));
	self->receive[0] = udp("192.0.2.10", 5060);
	self->receive[1] = udp("192.0.2.10", 6100);
	ASSERT_LE(0, self->receive[0]);
	ASSERT_LE(0, self->receive[1]);

	fd = netns_open(getpid());
	ASSERT_TRUE(netns_enter(self->ue));
	ASSERT_EQ(0, system("ip addr add 10.45.0.11/16 dev u0 && "
			    "ip addr add 198.51.100.20/32 dev u0 && "
			    "ip link set u0 up && "
			    "ip route add default via 10.45.0.1"));
	for (i = 0; i < FLOWS; i++) {
		self->send[i] = udp(flows[i].from, SPORT + i);
		ASSERT_LE(0, self->send[i]);
	}
	ASSERT_EQ(0, setns(fd, CLONE_NEWNET));
	close(fd);
	ASSERT_EQ(0, policy_set(&self->c, FIRST));
}

FIXTURE_TEARDOWN(traffic)
{
	netns_release(self->ue);
	client_close(&self->c);
}

static void *receiver(void *data)
{
	FIXTURE_DATA(traffic) *self = data;
	struct pollfd p[] = {
		{ .fd = self->receive[0], .events = POLLIN },
		{ .fd = self->receive[1], .events = POLLIN },
	};
	struct sip m;
	ssize_t len;

	while (!stop_receiving) {
		if (poll(p, 2, 50) <= 0)
			continue;
		if (p[1].revents && recv(p[1].fd, m.text, sizeof(m.text), 0) > 0)
			misjudged++;
		if (!p[0].revents)
			continue;
		len = recv(p[0].fd, m.text, sizeof(m.text), 0);
		if (len > 0 && m.text[len - 1] == OPEN)
			received++;
		else if (len > 0)
			misjudged++;
	}
	return NULL;
}

/* Waits for what has been let through, so that no queue overflows and nothing
 * is lost but what is dropped. False: a packet that should have come has not.
 */
static bool all_came(unsigned long but, double seconds)
{
	double end = now() + seconds;

	while (received + but < sent[OPEN]) {
		if (now() > end)
			return false;
		usleep(100);
	}
	return true;
}

static void *sender(void *data)
{
	FIXTURE_DATA(traffic) *self = data;
	struct sockaddr_in to = { .sin_family = AF_INET };
	struct sip m[FLOWS];
	enum flow flow;
	int i;

	for (i = 0; i < FLOWS; i++)
		m[i] = sip_register(flows[i].from, SPORT + i, "ue@ims.example",
				    &(char){ i }, 1);
	inet_pton(AF_INET, "192.0.2.10", &to.sin_addr);
	while (!stop_sending) {
		for (i = 0; i < 8 * FLOWS; i++) {
			flow = i % FLOWS;
			to.sin_port = htons(flows[flow].port);
			if (sendto(self->send[flow], m[flow].text, m[flow].len, 0,
				   (struct sockaddr *)&to, sizeof(to)) > 0)
				sent[flow]++;
		}
		if (!all_came(32, 10))
			break;
	}
	return NULL;
}

TEST_F_TIMEOUT(traffic, while_policies_change, 300)
{
	pthread_t receiving, sending[2];
	unsigned long before;
	double pause_until;
	int i, flow;

	ASSERT_EQ(0, pthread_create(&receiving, NULL, receiver, self));
	for (i = 0; i < 2; i++)
		ASSERT_EQ(0, pthread_create(&sending[i], NULL, sender, self));
	for (i = 0; i < REPLACEMENTS; i++) {
		before = sent[OPEN];
		ASSERT_EQ(0, policy_set(&self->c, i & 1 ? FIRST : SECOND));
		/* some traffic under each, and often right through the change */
		pause_until = now() + 2;
		while (sent[OPEN] < before + i % 4 && now() < pause_until)
			sched_yield();
	}
	stop_sending = true;
	for (i = 0; i < 2; i++)
		pthread_join(sending[i], NULL);
	EXPECT_TRUE(all_came(0, 10));
	/* what has not come by now does not come */
	usleep(300000);
	stop_receiving = true;
	pthread_join(receiving, NULL);

	EXPECT_EQ(0, misjudged);
	EXPECT_EQ(sent[OPEN], received);
	for (flow = 0; flow < FLOWS; flow++) {
		EXPECT_LT(REPLACEMENTS, sent[flow]);
		EXPECT_EQ(sent[flow], packets(&self->c, flows[flow].reason,
					      "access")) {
			TH_LOG("flow %d", flow);
		}
	}
	EXPECT_EQ(REPLACEMENTS + 1, info(&self->c, GMGUARD_A_INFO_GENERATION));
	TH_LOG("%lu packets of each flow, %d policies", sent[OPEN], REPLACEMENTS);
}

TEST_HARNESS_MAIN
