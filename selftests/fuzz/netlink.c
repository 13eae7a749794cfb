// SPDX-License-Identifier: GPL-2.0
/* netlink [-s SEED] [-t SECONDS] [-n CASE] [-r FILE] [-o DIR] [CORPUS]: requests to
 * the family that nobody foresaw, for 20 seconds or so many, each made from a tape.
 *
 *   -s SEED  repeats a run, on the same kernel
 *   -n CASE  shows the tape of that case before it runs, and ends after it; the
 *            number is in the name of the process, which a kernel panic shows
 *   -r FILE  runs the tapes at the end of each line, in hex, and shows the answers
 *   -o DIR   is where the tapes go that reach new places of the module
 *   CORPUS   is a folder of tapes to begin with
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "../link.h"
#include "../state.h"
#include "message.h"
#include "question.h"

enum {
	NOBODY = 65534,
	PATIENCE = 60,		/* seconds for an answer */
	SMALL = 1 << 13,	/* a policy that is looked at after each case */
	SELDOM = 16,		/* cases between looks at a large one */
	CASES_LEAST = 100,
	ACCEPTED_LEAST = 10,	/* per cent */
};

static __u64 seed;
static unsigned int cases, set_asked, set_accepted, sas_made, refused, strangers;
static bool verbose;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* A network namespace, and what the module must say of it. */
static struct place {
	struct client c;
	struct state is;
	bool runs;
	__u32 generation;	/* of the last policy that was set */
	struct tape by;		/* what set it */
	struct live live[LIVE];	/* the last SA sets */
	unsigned int n_live;
} places[2];

static struct client listener;
static int userns, netns;

static bool is_one_of(int error, const int *errors)
{
	while (*errors && *errors != -error)
		errors++;
	return *errors == -error;
}

#define ONE_OF(error, ...) is_one_of(error, (const int []){ __VA_ARGS__, 0 })

/* Is this what the uapi promises who may ask? */
static bool judge_served(struct place *p, const struct ask *a)
{
	const char *name = a->command->name;
	int error = a->error;

	if (!ONE_OF(error, EINVAL, ERANGE, ENOENT, EEXIST, E2BIG, EOPNOTSUPP, EBUSY) &&
	    !(a->command->set->attr == attrs_sa && ONE_OF(error, EPERM, ENOSPC, ESTALE)))
		return complain("%s: %d is no errno of it", name, error);
	if (error && error != -EBUSY && !a->text[0] && !a->offset)
		return complain("%s: %d without a word", name, error);
	if (a->offset && (a->offset < NLMSG_LENGTH(GENL_HDRLEN) || a->offset >= a->nlh.nlmsg_len))
		return complain("%s: %zu is no place in it", name, a->offset);
	if (a->mixed && !a->intr)
		return complain("%s: two policies, and no word of it", name);
	refused += !!error;
	if (a->command->number == GMGUARD_CMD_POLICY_SET) {
		set_asked++;
		set_accepted += !error;
		p->generation += !error;
		p->runs |= !error;
	} else if (a->command->number == GMGUARD_CMD_POLICY_CLEAR) {
		if (p->runs ? error == -ENOENT : !error)
			return complain("%s: %d", name, error);
		p->runs &= !!error;
	}
	return true;
}

static bool judge_ask(struct place *p, const struct ask *a, enum who who)
{
	int error = a->error;

	if (!(a->nlh.nlmsg_flags & NLM_F_REQUEST) || a->nlh.nlmsg_type < NLMSG_MIN_TYPE)
		return !error || complain("it asks nothing, and got %d", error);
	if (a->able && who < ANYONE)
		return judge_served(p, a);
	if (a->able ? error != -EPERM : !error || !ONE_OF(error, EPERM, EINVAL, EOPNOTSUPP, ENOENT))
		return complain("it must not be served, and got %d", error);
	return !a->replies || complain("it must not be served, and got %u replies", a->replies);
}

static bool judge(struct place *p, const struct question *q)
{
	const struct ask *a;

	for (a = q->ask; a < q->ask + q->n; a++) {
		if (verbose)
			printf("#  as %d: %s flags %#x len %u: %d, %u replies; at %zu %s\n",
			       q->who, a->command ? a->command->name : "?",
			       a->nlh.nlmsg_flags, a->nlh.nlmsg_len, a->error,
			       a->replies, a->offset, a->text);
		if (!judge_ask(p, a, q->who))
			return complain("message %td of %u", a - q->ask + 1, q->n);
	}
	return true;
}

/* Is the state what the answers told? @set: the last policy that was accepted */
static bool look(struct place *p, const struct ask *set, bool changed)
{
	__u32 generation = p->runs ? p->generation : 0;
	__u64 seen = info(&p->c, GMGUARD_A_INFO_GENERATION);
	struct state *is = &p->is;
	struct msg want;

	if (seen != generation)
		return complain("generation %llu and not %u", seen, generation);
	if (!changed)
		return (is->policy.len > SMALL && cases % SELDOM) || state_is(&p->c, is) ||
		       complain("the policy is another one");
	if (policy_get(&p->c, &is->policy, &is->generation) || is->generation != generation ||
	    p->runs != !!is->policy.len)
		return complain("a dump of generation %u, %zu octets", is->generation,
				is->policy.len);
	if (!p->runs)
		return true;
	want.at = (__u8 *)set->at + NLMSG_LENGTH(GENL_HDRLEN);
	want.len = set->nlh.nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN);
	return within_limits(set->command->set, is->policy) &&
	       (holds(set->command->set, want, is->policy) ||
		complain("the dump is not what was set"));
}

/* What was dumped is accepted, and dumps the same. */
static bool again(struct place *p)
{
	struct msg m = {};
	int error;

	client_start(&p->c, &m, GMGUARD_CMD_POLICY_SET, NLM_F_ACK);
	msg_put(&m, p->is.policy.at, p->is.policy.len);
	error = client_ask(&p->c, &m);
	free(m.at);
	if (error)
		return complain("its own dump is refused: %d at %zu %s", error,
				p->c.offset, p->c.text);
	p->is.generation = ++p->generation;
	return state_is(&p->c, &p->is) || complain("its own dump became another policy");
}

static struct place *place_of(enum who who)
{
	return &places[who == ROOT_ELSEWHERE || who == CONTAINER];
}

static void make(struct tape *t, struct question *q)
{
	struct gen g = { .tape = t, .budget = ATTRIBUTES, .sa = no_sa };
	const struct place *p;
	__u16 family = places[0].c.family;
	static __u32 seq;
	struct nlmsghdr *nlh;
	unsigned int b, i, n;
	size_t at;

	t->at = 0;
	b = draw(&g);
	q->who = b < 160 ? ROOT : 1 + (b - 160) / 32;
	p = place_of(q->who);
	g.policy = &p->is.policy;
	g.live = p->live;
	g.n_live = p->n_live;
	b = draw(&g);
	q->n_datagrams = b < 200 ? 1 : 2 + b % (DATAGRAMS - 1);
	q->n = 0;
	for (i = 0; i < q->n_datagrams; i++) {
		g.m = &q->datagram[i];
		g.m->len = 0;
		b = draw(&g);
		for (n = b < 224 ? 1 : 2 + b % (EACH - 1); n; n--) {
			at = g.m->len;
			put_message(&g, family, n == 1);
			nlh = (void *)(g.m->at + at);
			nlh->nlmsg_seq = ++seq;
		}
		find_asks(q, i, family);
	}
	g.m = &q->datagram[q->n_datagrams++];
	client_start(&places[0].c, g.m, GMGUARD_CMD_INFO_GET, NLM_F_ACK);
	nlh = (void *)g.m->at;
	nlh->nlmsg_len = g.m->len;
	nlh->nlmsg_seq = ++seq;
	find_asks(q, i, family);
}

static void be_patient(struct client *c)
{
	struct timeval patience = { .tv_sec = PATIENCE };

	setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
}

/* In a process of its own, which has lost what the case must do without. */
static bool converse_as(struct question *q)
{
	struct client c;
	int status;
	pid_t pid = fork();
	bool ok;

	if (pid < 0)
		err(1, "fork");
	if (pid)
		return waitpid(pid, &status, 0) == pid && !status;
	if (q->who == ANYONE)
		ok = !setgroups(0, NULL) && !setresgid(NOBODY, NOBODY, NOBODY) &&
		     !setresuid(NOBODY, NOBODY, NOBODY);
	else
		ok = !setns(userns, CLONE_NEWUSER) && !setns(netns, CLONE_NEWNET);
	ok = (ok && !client_open(&c)) || complain("no socket: %s", strerror(errno));
	if (ok)
		be_patient(&c);
	ok = ok && converse(&c, q) && judge(NULL, q);
	fflush(stdout);
	_exit(!ok);
}

/* The set that was made. */
static void note_set(struct place *p, const struct ask *a)
{
	struct msg m = { (__u8 *)a->at + NLMSG_LENGTH(GENL_HDRLEN),
			 a->nlh.nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN), 0 };
	const struct nlattr *impi = attr_find(&m, GMGUARD_A_SA_IMPI);
	struct live *live = &p->live[p->n_live++ % LIVE];

	*live = (struct live){ .spi = a->spi };
	if (impi)
		sscanf(attr_data(impi), "u%u", &live->user);
	sas_made++;
}

static bool run(struct tape *t)
{
	static struct question q;
	const struct ask *a, *set = NULL;
	bool ok, changed = false;
	struct place *p;
	char name[16];

	snprintf(name, sizeof(name), "fuzz %u", ++cases);
	prctl(PR_SET_NAME, name);
	make(t, &q);
	traced = 0;
	p = place_of(q.who);
	if (q.who >= ANYONE) {
		strangers++;
		return converse_as(&q) && look(p, NULL, false);
	}
	if (trace)
		__atomic_store_n(&trace[0], 0, __ATOMIC_RELAXED);
	ok = converse(&p->c, &q);
	traced = trace ? __atomic_load_n(&trace[0], __ATOMIC_RELAXED) : 0;
	if (!ok || !judge(p, &q))
		return false;
	for (a = q.ask; a < q.ask + q.n; a++) {
		if (!a->able || a->error)
			continue;
		if (a->command->number == GMGUARD_CMD_POLICY_SET) {
			set = a;
			p->by = *t;
		}
		if (a->spi)
			note_set(p, a);
		changed |= a->command->number == GMGUARD_CMD_POLICY_SET ||
			   a->command->number == GMGUARD_CMD_POLICY_CLEAR;
	}
	return look(p, set, changed) &&
	       (!p->runs || cases % SELDOM || p->is.policy.len > SMALL || again(p));
}

static bool run_tape(struct tape *t, unsigned int last)
{
	struct tape by[] = { places[0].by, places[1].by };

	if (cases + 1 == last)
		print_tape("tape", t);
	if (run(t))
		return true;
	complain("seed %llu, case %u; the policies, and the case", seed, cases);
	print_tape("tape", &by[0]);
	print_tape("tape", &by[1]);
	print_tape("tape", t);
	return false;
}

/* The tapes in the lines of @f, whatever is before them. */
static bool replay(FILE *f)
{
	static char line[2 * TAPE + 100];
	struct tape t;
	char *hex;

	verbose = true;
	while (fgets(line, sizeof(line), f)) {
		hex = strrchr(line, ' ');
		hex = hex ? hex + 1 : line;
		for (t.len = 0; t.len < TAPE; t.len++, hex += 2)
			if (sscanf(hex, "%2hhx", &t.octet[t.len]) != 1)
				break;
		if (!run_tape(&t, 0))
			return false;
	}
	return true;
}

static int is_tape(const struct dirent *file)
{
	return file->d_name[0] != '.';
}

static void load(struct tape *t, const char *dir, const char *name)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "re");
	if (!f)
		err(1, "%s", path);
	t->len = fread(t->octet, 1, TAPE, f);
	fclose(f);
}

/* So much must come of it to say anything. */
static bool is_enough(void)
{
	return cases >= CASES_LEAST && strangers && sas_made &&
	       set_accepted * 100 >= set_asked * ACCEPTED_LEAST && (n_reached || !trace);
}

/* On a slow machine longer than @seconds, but not for ever. */
static bool fuzz(const char *corpus, double seconds, unsigned int last)
{
	struct dirent **file = NULL;
	int n = corpus ? scandir(corpus, &file, is_tape, alphasort) : 0, i = 0;
	double end = now() + seconds, latest = end + 4 * seconds;
	struct tape t;

	if (n < 0)
		err(1, "%s", corpus);
	while ((i < n || now() < (is_enough() ? end : latest)) && (!last || cases < last)) {
		if (i < n)
			load(&t, corpus, file[i++]->d_name);
		else if (n_kept && rnd() % 2)
			mutate(&t);
		else
			invent(&t);
		if (!run_tape(&t, last))
			return false;
		if (new_places())
			keep(&t);
	}
	return true;
}

/* The place of somebody who is root in a user namespace of his own. */
static bool container_open(struct client *c)
{
	int here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), status;
	char path[64];
	pid_t pid = fork();
	bool ok;

	if (!pid) {
		if (!unshare(CLONE_NEWUSER | CLONE_NEWNET))
			raise(SIGSTOP);
		_exit(1);
	}
	if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status))
		return false;
	snprintf(path, sizeof(path), "/proc/%d/ns/user", pid);
	userns = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
	netns = open(path, O_RDONLY | O_CLOEXEC);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	ok = !setns(netns, CLONE_NEWNET) && !client_open(c) && !setns(here, CLONE_NEWNET);
	close(here);
	return ok;
}

static bool stage(void)
{
	struct links l;

	if (geteuid() || unshare(CLONE_NEWNET) || client_open(&places[0].c))
		return false;
	if (!links_open(&l) || link_add(&l, "gm0") || link_add(&l, "gm1") || link_add(&l, "mw0"))
		err(1, "interfaces");
	links_close(&l);
	if (!container_open(&places[1].c))
		err(1, "container");
	be_patient(&places[0].c);
	be_patient(&places[1].c);
	/* who never reads, but is told */
	return !client_open(&listener) && !join_events(&listener);
}

int main(int argc, char **argv)
{
	static struct tape first, elsewhere = { 1, 0, { 160 } };
	FILE *replayed = NULL;
	unsigned int last = 0;
	double seconds = 20;
	bool ok;
	int o;

	setvbuf(stdout, NULL, _IOLBF, 0);
	seed = now() * 1e6;
	while ((o = getopt(argc, argv, "s:t:n:r:o:")) > 0) {
		switch (o) {
		case 's':
			seed = strtoull(optarg, NULL, 0);
			break;
		case 't':
			seconds = atof(optarg);
			break;
		case 'n':
			last = atoi(optarg);
			break;
		case 'r':
			replayed = fopen(optarg, "re");
			if (!replayed)
				err(1, "%s", optarg);
			break;
		case 'o':
			out = optarg;
			break;
		default:
			return 1;
		}
	}
	printf("TAP version 13\n1..1\n");
	if (!stage()) {
		printf("ok 1 fuzz netlink # SKIP needs root and the module gmguard\n");
		return 4;
	}
	random_state = seed;
	trace_open();
	printf("# seed %llu, %s\n", seed,
	       trace ? "guided by what is reached" : "no KCOV: at random");

	/* nothing but zeros is a policy with one of everything */
	ok = run_tape(&first, last) && run_tape(&elsewhere, last) &&
	     ((places[0].runs && places[1].runs) || complain("the first policy is refused"));
	ok = ok && (replayed ? replay(replayed) : fuzz(argv[optind], seconds, last));
	if (ok && !replayed && !last && seconds >= 10)
		ok = is_enough() || complain("too little came of it");
	printf("%sok 1 fuzz netlink # %u cases (%u of strangers), %u policies accepted of %u, "
	       "%u SA sets made, %u requests refused, %u places reached, %u tapes\n", ok ? "" : "not ",
	       cases, strangers, set_accepted, set_asked, sas_made, refused, n_reached, n_kept);
	return !ok;
}
