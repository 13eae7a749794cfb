// SPDX-License-Identifier: GPL-2.0
/* library POLICY SM1 SM4: what a program may rely on when it uses the library and something is
 * not right. The kernel's end is in memory, and this test is what answers.
 *
 * library POLICY SM1 SM4 secret|plain: dumps core when the kernel has just been given the keys,
 * or when SM4 was refused, of a program that has memory for what is secret, or has not.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/genetlink.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../fuzz/fuzz.h"
#include "../fuzz/wire.h"
#include "../pure/octets.h"
#include "gnl.h"
#include "libgmguard.h"

enum { SPI = 4097, ROUNDS = 500, KEY = 16, SHADOW = 1 << 30, HEAP = 1 << 16, CHUNK = 32 };

static char sm1[GMGUARD_MESSAGE_MAX], *sm4;
static struct gmguard_register reg = { .message = sm1 };
static size_t sm4_len;

/* OpenSSL's memory: as in need of it as a test wants. */
static bool short_of_memory;

static void *take_memory(size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	return short_of_memory ? NULL : malloc(n);
}

static void *change_memory(void *p, size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	return short_of_memory ? NULL : realloc(p, n);
}

static void give_memory(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	free(p);
}

/* Is it in @n octets? The digits are in SM4, but not what they mean. */
static bool has_key(const uint8_t *p, size_t n, const char *hex)
{
	size_t i;

	for (; n >= KEY; p++, n--) {
		for (i = 0; i < KEY; i++)
			if (p[i] != OPENSSL_hexchar2int(hex[2 * i]) * 16 +
			    OPENSSL_hexchar2int(hex[2 * i + 1]))
				break;
		if (i == KEY)
			return true;
	}
	return false;
}

/* Is the key of SM4 that stands behind @name anywhere where this process may write? Also
 * where it was freed: the sanitizer keeps that.
 */
static bool is_in_memory(const char *name)
{
	static uint8_t octets[1 << 20];
	const char *hex = strstr(sm4, name) + strlen(name);
	FILE *maps = fopen("/proc/self/maps", "r");
	int mem = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	unsigned long from, to;
	bool found = false;
	char line[512];
	ssize_t n;

	HOLDS(maps && mem >= 0);
	while (fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx rw", &from, &to) != 2 || !strstr(line, " rw") ||
		    to - from > SHADOW)
			continue;
		for (; from < to && !found; from += sizeof(octets) - KEY) {
			n = pread(mem, octets, to - from < sizeof(octets) ? to - from :
				  sizeof(octets), from);
			found = n > 0 && has_key(octets, n, hex);
		}
	}
	close(mem);
	fclose(maps);
	/* the next look is not to find what this one has read */
	OPENSSL_cleanse(octets, sizeof(octets));
	return found;
}

/* What the kernel answers with, and what to the question for its policy: an errno, or what a socket that lost messages says. */
static int error, policy_error;
static bool lose;
static unsigned int infos;

/* How often a list is to be interrupted, and what else than info-get and lists was asked, with
 * the last lifetime that was given.
 */
static unsigned int interrupts;
static uint8_t asked[8];
static size_t n_asked;
static uint32_t lifetime;

/* What the set is in, enum gmguard_sa_state. */
static uint32_t state;

/* The keys were in memory as they were sent; afterwards memory is short. */
static bool had_keys;
static bool starve;
static bool dump_core;

static void answer_new(const struct nlmsghdr *hdr)
{
	const struct {
		struct genlmsghdr genl;
		struct nlattr ps_attr;
		uint32_t ps;
		struct nlattr pc_attr;
		uint32_t pc;
	} new = {
		{ .cmd = GMGUARD_CMD_SA_NEW, .version = GMGUARD_FAMILY_VERSION },
		{ NLA_HDRLEN + 4, GMGUARD_A_SA_SPI_PS }, SPI,
		{ NLA_HDRLEN + 4, GMGUARD_A_SA_SPI_PC }, SPI + 1,
	};

	had_keys = dump_core || (is_in_memory("ck=\"") && is_in_memory("ik=\""));
	/* this copy is the test's own */
	OPENSSL_cleanse((char *)hdr + NLMSG_HDRLEN, hdr->nlmsg_len - NLMSG_HDRLEN);
	if (dump_core)
		raise(SIGABRT);
	if (error)
		return;
	wire_message(WIRE_FAMILY, 0, &new, sizeof(new));
	short_of_memory = starve;
}

/* The set of 10.45.0.11 and port 6300. */
static void answer_get(void)
{
	const struct {
		struct genlmsghdr genl;
		struct nlattr ps_attr;
		uint32_t ps;
		struct nlattr state_attr;
		uint32_t state;
		struct nlattr ue_attr;
		uint8_t ue[4];
		struct nlattr us_attr;
		uint16_t us;
		uint16_t pad;
	} set = {
		{ .cmd = GMGUARD_CMD_SA_GET, .version = GMGUARD_FAMILY_VERSION },
		{ NLA_HDRLEN + 4, GMGUARD_A_SA_SPI_PS }, SPI,
		{ NLA_HDRLEN + 4, GMGUARD_A_SA_STATE }, state,
		{ NLA_HDRLEN + 4, GMGUARD_A_SA_UE }, { 10, 45, 0, 11 },
		{ NLA_HDRLEN + 2, GMGUARD_A_SA_PORT_US }, 6300, 0,
	};

	wire_message(WIRE_FAMILY, 0, &set, sizeof(set));
}

/* A list of no sets. */
static void answer_list(void)
{
	int code = 0;

	wire_message(NLMSG_DONE, NLM_F_MULTI | (interrupts ? NLM_F_DUMP_INTR : 0), &code,
		     sizeof(code));
	interrupts -= interrupts > 0;
}

static void take_lifetime(const struct nlmsghdr *hdr)
{
	const struct nlattr *attr = nlmsg_find_attr((struct nlmsghdr *)hdr,
						    sizeof(struct genlmsghdr),
						    GMGUARD_A_SA_LIFETIME);

	if (attr)
		lifetime = nla_get_u32(attr);
}

static void answer(const struct nlmsghdr *hdr)
{
	const struct genlmsghdr *genl = (const void *)((const char *)hdr + NLMSG_HDRLEN);
	struct nlmsgerr ack = { .error = -error };
	const uint8_t lost[8] = { 0 };

	wire_reset();
	if (genl->cmd == GMGUARD_CMD_INFO_GET) {
		infos++;
		wire_info();
	} else if (lose) {
		wire_octets(lost, sizeof(lost));
	} else if (genl->cmd == GMGUARD_CMD_POLICY_GET && policy_error) {
		ack.error = -policy_error;
		wire_message(NLMSG_ERROR, NLM_F_CAPPED, &ack, sizeof(ack));
	} else if (hdr->nlmsg_flags & NLM_F_DUMP) {
		answer_list();
	} else {
		HOLDS(n_asked < sizeof(asked));
		asked[n_asked++] = genl->cmd;
		take_lifetime(hdr);
		if (genl->cmd == GMGUARD_CMD_SA_NEW)
			answer_new(hdr);
		else if (genl->cmd == GMGUARD_CMD_SA_GET && !error)
			answer_get();
		wire_message(NLMSG_ERROR, NLM_F_CAPPED, &ack, sizeof(ack));
	}
}

/* Without a buffer of stdio's. */
static size_t take(const char *path, char *to, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, to, size);

	HOLDS(n > 0);
	close(fd);
	return n;
}

static struct sockaddr_storage at(const char *address, int port)
{
	struct sockaddr_storage s = { .ss_family = strchr(address, ':') ? AF_INET6 : AF_INET };
	struct sockaddr_in6 *in6 = (void *)&s;
	struct sockaddr_in *in = (void *)&s;

	if (s.ss_family == AF_INET) {
		HOLDS(inet_pton(AF_INET, address, &in->sin_addr) == 1);
		in->sin_port = htons(port);
	} else {
		HOLDS(inet_pton(AF_INET6, address, &in6->sin6_addr) == 1);
		in6->sin6_port = htons(port);
	}
	return s;
}

/* Refused, with this among the reasons, and nothing made. */
static bool says(const struct gmguard_result *r, int code, unsigned int status, const char *why)
{
	const char *found = strstr(r->why, why);
	size_t n = strlen(r->why);

	return r->code == code && r->status == status && found && n && r->why[n - 1] == '\n' &&
	       !r->message && !r->len && !r->outcome;
}

static const struct gmguard_result *challenge(struct gmguard *g, const char *source, int port)
{
	const struct sockaddr_storage from = at(source, port), to = at("192.0.2.10", 5060);

	reg.source = (const void *)&from;
	reg.local = (const void *)&to;
	return gmguard_challenge(g, &reg, sm4, sm4_len);
}

static void check_input(struct gmguard *g)
{
	const struct sockaddr_storage near = at("10.45.0.11", 5060), far = at("10.45.0.12", 5060);
	char impi[GMGUARD_IMPI_MAX + 2] = "";
	const struct gmguard_result *r;

	result(says(challenge(g, "10.45.0.11", 0), GMGUARD_INPUT, 0, "with a port"), "a source without a port");
	reg.source = NULL;
	result(says(gmguard_verify(g, &reg), GMGUARD_INPUT, 0, "with a port"), "no source");
	reg.local = NULL;
	result(says(gmguard_challenge(g, &reg, sm4, sm4_len), GMGUARD_INPUT, 0, "with a port"), "nor local end");
	r = challenge(g, "10.45.0.12", 5060);
	result(says(r, GMGUARD_DISCARD, 0, "M.7.2") && !*r->phrase && !*r->headers,
	       "another source: no answer");
	reg.source = (const void *)&far;
	reg.local = (const void *)&far;
	r = gmguard_offer(g, &reg);
	result(says(r, GMGUARD_DISCARD, 0, "M.7.2"), "an offer from there");
	reg.source = (const void *)&near;
	r = gmguard_offer(g, &reg);
	result(!r->code && !r->outcome && !r->message && !*r->why, "one from where it says");
	/* the text of the call before was longer, and that of this one is whole */
	r = gmguard_accept(g, SPI, "x", 1);
	result(says(r, GMGUARD_REFUSED_500, 500, "the answer, octet") &&
	       strchr(r->why, '\n')[1] == '\0' && !strcmp(r->phrase, "Server Internal Error"),
	       "half an answer");
	result(says(gmguard_conceal(g, sm1, reg.len, NULL, sm4, sm4_len), GMGUARD_INPUT, 0, "an IMPI has"),
	       "no IMPI");
	result(says(gmguard_conceal(g, sm1, reg.len, "", sm4, sm4_len), GMGUARD_INPUT, 0,
		    "an IMPI has"), "an empty one");
	memset(impi, 'x', sizeof(impi) - 1);
	result(says(gmguard_conceal(g, sm1, reg.len, impi, sm4, sm4_len), GMGUARD_INPUT, 0,
		    "an IMPI has"), "one that is too long");
	r = gmguard_conceal(g, sm1, reg.len, "a@b", "x", 1);
	result(says(r, GMGUARD_REFUSED_500, 500, "the answer, octet"), "half an answer to a UE");
	r = gmguard_conceal(g, sm1, 1, "a@b", sm4, sm4_len);
	result(says(r, GMGUARD_REFUSED_4XX, 400, "the REGISTER, octet"), "half a REGISTER");
	r = gmguard_conceal(g, sm1, reg.len, "a@b", sm1, reg.len);
	result(says(r, GMGUARD_REFUSED_500, 500, "is a request"), "a REGISTER as an answer");
	r = gmguard_conceal(g, sm1, reg.len, "a@b", sm4, sm4_len);
	result(says(r, GMGUARD_REFUSED_500, 500, "has ik or ck"), "an answer that has keys");
}

static void check_policy(struct gmguard *g, const char *path)
{
	result(says(gmguard_policy(g, "/absent"), GMGUARD_INPUT, 0, "/absent: No such file"),
	       "a policy that is not there");
	result(says(gmguard_policy(g, "/dev/null"), GMGUARD_INPUT, 0, "/dev/null:1: "), "one that is empty");
	result(!gmguard_policy(g, path)->code, "one that is right");
	gmguard_policy(g, "/absent");
	result(says(challenge(g, "10.45.0.12", 5060), GMGUARD_DISCARD, 0, "M.7.2"), "stays when another is wrong");
}

/* What one call has made may be what the next one reads. */
static bool goes_round(struct gmguard *g)
{
	const struct sockaddr_storage from = at("10.45.0.11", 5060), to = at("192.0.2.10", 5060);
	struct gmguard_register mine = { sm1, reg.len, (const void *)&from, (const void *)&to };
	const struct gmguard_result *r = NULL;
	char *first;
	size_t n;

	for (n = 0; n < 3; n++) {
		r = gmguard_verify(g, &mine);
		if (r->code || r->outcome != GMGUARD_INITIAL)
			return false;
		if (!n)
			first = strdup(r->message);
		mine.message = r->message;
		mine.len = r->len;
	}
	n = strcmp(first, r->message);
	free(first);
	return !n;
}

static void check_kernel(struct gmguard *g)
{
	const struct gmguard_result *r;

	error = EPERM;
	r = challenge(g, "::ffff:10.45.0.11", 5060);
	result(says(r, GMGUARD_PERMISSION, 500, "needs CAP_NET_ADMIN") && had_keys,
	       "no right, of an IPv4 address in an IPv6 one");
	result(!is_in_memory("ck=\"") && !is_in_memory("ik=\""), "which leaves no key in memory");
	error = 0;
	r = challenge(g, "10.45.0.11", 5060);
	result(!r->code && r->outcome == GMGUARD_INSTALLED && r->spi_ps == SPI && r->message &&
	       had_keys, "a set");
	result(!is_in_memory("ck=\"") && !is_in_memory("ik=\""), "which leaves none, either");
	starve = true;
	n_asked = 0;
	r = challenge(g, "10.45.0.11", 5060);
	short_of_memory = false;
	starve = false;
	result(says(r, GMGUARD_KERNEL, 500, "out of memory") && n_asked == 2 &&
	       asked[0] == GMGUARD_CMD_SA_NEW && asked[1] == GMGUARD_CMD_SA_DEL,
	       "no memory for SM6: no set");
	n_asked = 0;
	interrupts = 1;
	result(!challenge(g, "10.45.0.11", 5060)->code, "a list that was interrupted is asked for again");
	n_asked = 0;
	interrupts = ~0U;
	result(says(challenge(g, "10.45.0.11", 5060), GMGUARD_KERNEL, 500, "try again") && !n_asked,
	       "one that always is says nothing");
	interrupts = 0;
	error = ENOENT;
	r = gmguard_drop(g, SPI);
	result(says(r, GMGUARD_NOT_FOUND, 500, "set 0x00001001 (4097): kernel: No such file") &&
	       r->spi_ps == SPI, "no such set");
	error = EBUSY;
	result(says(gmguard_drop(g, SPI), GMGUARD_CONFLICT, 403, "kernel: "), "a conflict is 403");
	result(infos == 1, "all over one connection");
	lose = true;
	result(says(gmguard_drop(g, SPI), GMGUARD_KERNEL, 500, "No buffer space"), "lost messages");
	lose = false;
	error = 0;
	result(!gmguard_drop(g, SPI)->code && infos == 2, "and then a new connection");
	result(goes_round(g), "a message that was the result of the call before");
}

/* Where no policy runs a REGISTER can be held against sets all the same, but not where nobody
 * knows whether one does.
 */
static void check_no_policy(void)
{
	const struct sockaddr_storage from = at("10.45.0.11", 5060), to = at("192.0.2.10", 5060);
	const struct gmguard_register mine = {
		sm1, reg.len, (const void *)&from, (const void *)&to
	};
	struct gmguard *g = gmguard_new();
	const struct gmguard_result *r;

	HOLDS(g);
	policy_error = EIO;
	r = gmguard_verify(g, &mine);
	result(says(r, GMGUARD_KERNEL, 500, "Input/output error"), "a policy that cannot be read");
	policy_error = EBUSY;
	r = gmguard_offer(g, &mine);
	result(says(r, GMGUARD_KERNEL, 500, "busy"), "one that changes is no conflict");
	policy_error = 0;
	r = gmguard_verify(g, &mine);
	result(!r->code && r->outcome == GMGUARD_INITIAL && !*r->why, "no policy, of which nothing is said");
	r = gmguard_offer(g, &mine);
	result(says(r, GMGUARD_NOT_FOUND, 500, "no policy runs here"), "but nothing can be agreed on");
	gmguard_free(g);
}

#define SM12(contact) "SIP/2.0 200 OK\r\nCSeq: 2 REGISTER\r\n" contact "Content-Length: 0\r\n\r\n"

/* What an answer does to a set in @is: the outcome, the seconds that it tells, and what was asked
 * besides the set, with the lifetime that was given; 0: nothing, none.
 */
static bool concludes(const struct gmguard_result *r, int outcome, uint32_t seconds, uint8_t cmd,
		      uint32_t given)
{
	const bool good = !r->code && r->outcome == outcome && r->expires == seconds &&
			  r->spi_ps == SPI && !r->message && lifetime == given &&
			  n_asked == (cmd ? 2 : 1) && asked[0] == GMGUARD_CMD_SA_GET &&
			  (!cmd || asked[1] == cmd);

	n_asked = 0;
	lifetime = 0;
	return good;
}

/* One identity of several is deregistered, or all there are. */
static void check_keep(struct gmguard *g)
{
	static const char none[] = SM12(""), there[] = SM12("Contact: <sip:10.45.0.11:6300>;expires=60\r\n");
	const size_t n = sizeof(none) - 1, m = sizeof(there) - 1;
	const struct gmguard_result *r;

	n_asked = 0;
	lifetime = 0;
	state = GMGUARD_SA_STATE_ESTABLISHED;
	result(concludes(gmguard_keep(g, SPI, none, n), GMGUARD_KEPT, 0, 0, 0), "a set that others need is kept");
	result(concludes(gmguard_accept(g, SPI, none, n), GMGUARD_DEREGISTERED, 0, GMGUARD_CMD_SA_DEL, 0),
	       "one that nobody needs is not");
	result(concludes(gmguard_keep(g, SPI, there, m), GMGUARD_ESTABLISHED, 60, GMGUARD_CMD_SA_ESTABLISH, 60),
	       "a registration is as long as any other");
	state = GMGUARD_SA_STATE_TEMPORARY;
	result(concludes(gmguard_keep(g, SPI, none, n), GMGUARD_ESTABLISHED, 0, GMGUARD_CMD_SA_ESTABLISH, 128),
	       "a set that was authenticated takes over");
	r = gmguard_keep(g, SPI, sm1, reg.len);
	result(says(r, GMGUARD_REFUSED_500, 500, "no 2xx") && n_asked == 1, "what is no answer keeps nothing");
	error = ENOENT;
	r = gmguard_keep(g, SPI, none, n);
	result(says(r, GMGUARD_NOT_FOUND, 500, "set 0x00001001 (4097)"), "nor is what is not there");
	error = 0;
	n_asked = 0;
}

/* Each with its own handle: refused before the kernel is asked. */
static void *work(void *path)
{
	struct gmguard *g = gmguard_new();
	const struct sockaddr_storage from = at("10.45.0.12", 5060), to = at("192.0.2.10", 5060);
	const struct gmguard_register mine = {
		sm1, reg.len, (const void *)&from, (const void *)&to
	};
	uintptr_t good = 0;
	int i;

	if (!g || gmguard_policy(g, path)->code)
		return NULL;
	for (i = 0; i < ROUNDS; i++)
		good += says(gmguard_challenge(g, &mine, sm4, sm4_len), GMGUARD_DISCARD, 0, "M.7.2");
	gmguard_free(g);
	return (void *)good;
}

static void check_threads(char *path)
{
	pthread_t thread[4];
	bool good = true;
	void *n;
	int i;

	for (i = 0; i < 4; i++)
		HOLDS(!pthread_create(&thread[i], NULL, work, path));
	for (i = 0; i < 4; i++) {
		HOLDS(!pthread_join(thread[i], &n));
		good &= (uintptr_t)n == ROUNDS;
	}
	result(good, "threads with handles of their own");
}

int main(int argc, char **argv)
{
	const char *how = argc == 5 ? argv[4] : "";
	struct gmguard *g;

	HOLDS(argc >= 4 && CRYPTO_set_mem_functions(take_memory, change_memory, give_memory));
	HOLDS(strcmp(how, "secret") || CRYPTO_secure_malloc_init(HEAP, CHUNK) == 1);
	sm4 = OPENSSL_secure_malloc(GMGUARD_MESSAGE_MAX);
	HOLDS(sm4);
	reg.len = take(argv[2], sm1, sizeof(sm1));
	sm4_len = take(argv[3], sm4, GMGUARD_MESSAGE_MAX);
	wire_answer = answer;
	g = gmguard_new();
	HOLDS(g);
	if (*how) {
		dump_core = true;
		HOLDS(!gmguard_policy(g, argv[1])->code);
		challenge(g, "10.45.0.11", 5060);
		raise(SIGABRT);
	}
	printf("TAP version 13\n");
	check_policy(g, argv[1]);
	check_input(g);
	check_kernel(g);
	check_keep(g);
	check_no_policy();
	check_threads(argv[1]);
	gmguard_free(g);
	gmguard_free(NULL);
	OPENSSL_secure_free(sm4);
	return finish();
}
