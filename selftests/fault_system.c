// SPDX-License-Identifier: GPL-2.0
/* Fault injection: what the kernel is asked that the module has a part in. Interfaces,
 * namespaces and the module itself come and go, each time with another allocation
 * that fails (sweep.h).
 */
#define _GNU_SOURCE
#include "bed.h"

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
	GMGUARD_REASON_SPOOF_CORE, NOWHERE,
	&registering, 0
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
	const struct nlattr *a;
	struct client ctrl;
	bool found = false;
	size_t at = 0;

	client_socket(&ctrl, NETLINK_GENERIC, GENL_HDRLEN);
	ctrl.family = GENL_ID_CTRL;
	ctrl.buffer = 1 << 16;
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
