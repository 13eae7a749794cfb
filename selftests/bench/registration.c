// SPDX-License-Identifier: GPL-2.0
/* registration POLICY SM1 SM4 SM7 SM12 ROUNDS: leads so many registrations through the library,
 * for callgrind to count; SM7 is one without Security-Verify. With a double of the kernel.
 */
#include <arpa/inet.h>
#include <libgmguard.h>
#include <stdlib.h>

#include "../fuzz/fuzz.h"

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

/* As a UE does: SM7 with the Security-Server of SM6 as its Security-Verify. */
static struct message mirror(const struct message *sm7, const struct gmguard_result *sm6)
{
	const char *line = strstr(sm6->message, "Security-Server: ");
	struct message m = *sm7;

	HOLDS(line && m.len > 2);
	m.len += snprintf(m.octets + m.len - 2, ROOM - m.len, "Security-Verify: %.*s\r\n\r\n",
			  (int)strcspn(line + strlen("Security-Server: "), "\r"),
			  line + strlen("Security-Server: ")) - 2;
	return m;
}

int main(int argc, char **argv)
{
	const struct sockaddr_in clear = at("10.45.0.11", 5060), esp = at("10.45.0.11", 6301);
	const struct sockaddr_in local = at("192.0.2.10", 5060), server = at("192.0.2.10", 6100);
	struct gmguard_register initial = { NULL, 0, (const void *)&clear, (const void *)&local };
	struct gmguard_register response = { NULL, 0, (const void *)&esp, (const void *)&server };
	struct message sm1, sm4, sm7, sm12, mirrored;
	struct gmguard *g = gmguard_new();
	const struct gmguard_result *r;
	uint32_t spi;
	int n;

	HOLDS(argc == 7 && g && !gmguard_policy(g, argv[1])->code);
	sm1 = take(argv[2]);
	sm4 = take(argv[3]);
	sm7 = take(argv[4]);
	sm12 = take(argv[5]);
	for (n = atoi(argv[6]); n > 0; n--) {
		initial.message = sm1.octets;
		initial.len = sm1.len;
		r = gmguard_challenge(g, &initial, sm4.octets, sm4.len);
		HOLDS(!r->code);
		spi = r->spi_ps;
		mirrored = mirror(&sm7, r);
		response.message = mirrored.octets;
		response.len = mirrored.len;
		r = gmguard_verify(g, &response);
		HOLDS(!r->code && r->integrity_protected && r->spi_ps == spi);
		r = gmguard_accept(g, spi, sm12.octets, sm12.len);
		HOLDS(!r->code && r->outcome == GMGUARD_ESTABLISHED);
		HOLDS(!gmguard_drop(g, spi)->code);
	}
	gmguard_free(g);
	return 0;
}
