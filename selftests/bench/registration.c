// SPDX-License-Identifier: GPL-2.0
/* registration POLICY SM1 SM4 SM7 SM12 ROUNDS: leads so many registrations through the library,
 * for callgrind to count, and prints the nanoseconds that the library took for one: the median,
 * so that those that were interrupted do not count. SM7 is one without Security-Verify. With a
 * double of the kernel, which takes its time in timed().
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <libgmguard.h>
#include <stdlib.h>
#include <time.h>

#include "../fuzz/fuzz.h"
#include "../fuzz/wire.h"

enum { ROOM = GMGUARD_MESSAGE_MAX };

struct message {
	char octets[ROOM];
	size_t len;
};

static struct message take(const char *path)
{
	struct message m;
	FILE *f = fopen(path, "r");

	HOLDS(f);
	m.len = fread(m.octets, 1, sizeof(m.octets), f);
	fclose(f);
	return m;
}

static struct sockaddr_in at(const char *address, int port)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port) };

	HOLDS(inet_pton(AF_INET, address, &in.sin_addr) == 1);
	return in;
}

/* As a UE does: SM7, which had @len octets, with the Security-Server of SM6 as its
 * Security-Verify; most have it octet for octet.
 */
static void mirror(struct message *sm7, size_t len, const struct gmguard_result *sm6)
{
	const char *line = strstr(sm6->message, "Security-Server: ");

	HOLDS(line && len > 2);
	line += strlen("Security-Server: ");
	sm7->len = len - 2;
	sm7->len += snprintf(sm7->octets + sm7->len, ROOM - sm7->len,
			     "Security-Verify: %.*s\r\n\r\n", (int)strcspn(line, "\r"), line);
	HOLDS(sm7->len < ROOM);
}

static int64_t now(void)
{
	struct timespec t;

	HOLDS(!clock_gettime(CLOCK_MONOTONIC, &t));
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void (*kernel)(const struct nlmsghdr *hdr);
static int64_t taken;	/* by the library, since it was last set to 0 */

static void timed(const struct nlmsghdr *hdr)
{
	taken += now();
	kernel(hdr);
	taken -= now();
}

/* The result of a call that begins where it is evaluated. */
#define TIMED(call) ({ \
	const struct gmguard_result *result; \
	taken -= now(); \
	result = (call); \
	taken += now(); \
	result; \
})

static int compare(const void *a, const void *b)
{
	const int64_t *ta = a, *tb = b;

	return (*ta > *tb) - (*ta < *tb);
}

int main(int argc, char **argv)
{
	const struct sockaddr_in clear = at("10.45.0.11", 5060), esp = at("10.45.0.11", 6301);
	const struct sockaddr_in local = at("192.0.2.10", 5060), server = at("192.0.2.10", 6100);
	struct gmguard_register initial = { NULL, 0, (const void *)&clear, (const void *)&local };
	struct gmguard_register response = { NULL, 0, (const void *)&esp, (const void *)&server };
	struct message sm1, sm4, sm7, sm12;
	struct gmguard *g = gmguard_new();
	const struct gmguard_result *r;
	int64_t *times;
	int n, rounds;
	uint32_t spi;
	size_t len;

	HOLDS(argc == 7 && g && !gmguard_policy(g, argv[1])->code);
	sm1 = take(argv[2]);
	sm4 = take(argv[3]);
	sm7 = take(argv[4]);
	sm12 = take(argv[5]);
	len = sm7.len;
	rounds = atoi(argv[6]);
	times = calloc(rounds, sizeof(*times));
	HOLDS(times);
	kernel = wire_answer;
	wire_answer = timed;
	for (n = 0; n < rounds; n++) {
		taken = 0;
		initial.message = sm1.octets;
		initial.len = sm1.len;
		r = TIMED(gmguard_challenge(g, &initial, sm4.octets, sm4.len));
		HOLDS(!r->code);
		spi = r->spi_ps;
		mirror(&sm7, len, r);
		response.message = sm7.octets;
		response.len = sm7.len;
		r = TIMED(gmguard_verify(g, &response));
		HOLDS(!r->code && r->integrity_protected && r->spi_ps == spi);
		r = TIMED(gmguard_accept(g, spi, sm12.octets, sm12.len));
		times[n] = taken;
		HOLDS(!r->code && r->outcome == GMGUARD_ESTABLISHED);
		HOLDS(!gmguard_drop(g, spi)->code);
	}
	qsort(times, rounds, sizeof(*times), compare);
	printf("%" PRId64 "\n", times[rounds / 2]);
	free(times);
	gmguard_free(g);
	return 0;
}
