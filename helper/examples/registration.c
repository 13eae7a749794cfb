// SPDX-License-Identifier: GPL-2.0
/* registration POLICY UE PORT-UC PCSCF SM1 SM4 SM7 SM12: one registration as a P-CSCF leads it,
 * with libgmguard. A P-CSCF has the messages from its sockets; here they are files, SM1 came in
 * clear from port 5060 of the address UE to port 5060 of PCSCF, and SM7 under the new set, from
 * PORT-UC. What the P-CSCF sends on is printed.
 *
 *	cc -o registration registration.c $(pkg-config --cflags --libs libgmguard)
 */
#include <arpa/inet.h>
#include <libgmguard.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIP = 5060, MESSAGE_MAX = GMGUARD_MESSAGE_MAX };

struct message {
	char octets[MESSAGE_MAX];
	size_t len;
};

static void take(struct message *m, const char *path)
{
	FILE *f = fopen(path, "r");

	if (!f) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	m->len = fread(m->octets, 1, sizeof(m->octets), f);
	fclose(f);
}

static struct sockaddr_in at(const char *address, int port)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port) };

	if (inet_pton(AF_INET, address, &in.sin_addr) == 1)
		return in;
	fprintf(stderr, "%s is no IPv4 address\n", address);
	exit(EXIT_FAILURE);
}

/* Sends on what the call has made, or says what to answer instead. */
static int step(const char *what, const struct gmguard_result *r)
{
	if (!r->code) {
		fprintf(stderr, "%s: done\n", what);
		if (r->message)
			fwrite(r->message, 1, r->len, stdout);
	} else if (r->status) {
		fprintf(stderr, "%s: %s", what, r->why);
		printf("SIP/2.0 %u %s\r\n%s", r->status, r->phrase, r->headers);
	} else if (r->code == GMGUARD_DISCARD) {
		fprintf(stderr, "%s: discarded: %s", what, r->why);
	} else {
		fprintf(stderr, "%s: failed: %s", what, r->why);
	}
	return r->code;
}

static int lead(struct gmguard *g, char **argv)
{
	const struct sockaddr_in ue = at(argv[2], SIP), ue_esp = at(argv[2], atoi(argv[3]));
	struct sockaddr_in pcscf = at(argv[4], SIP);
	struct gmguard_register reg = {
		.source = (const struct sockaddr *)&ue, .local = (const struct sockaddr *)&pcscf,
	};
	static struct message sm1, sm4, sm7, sm12;
	const struct gmguard_result *r;
	uint32_t spi_ps;

	take(&sm1, argv[5]);
	reg.message = sm1.octets;
	reg.len = sm1.len;
	/* what cannot be agreed on need not be asked of the core */
	if (step("offer", gmguard_offer(g, &reg)) || step("SM1", gmguard_verify(g, &reg)))
		return EXIT_FAILURE;

	take(&sm4, argv[6]);
	r = gmguard_challenge(g, &reg, sm4.octets, sm4.len);
	explicit_bzero(&sm4, sizeof(sm4));
	if (step("SM4", r))
		return EXIT_FAILURE;

	take(&sm7, argv[7]);
	pcscf.sin_port = htons(r->port_ps);
	reg = (struct gmguard_register){
		.message = sm7.octets, .len = sm7.len,
		.source = (const struct sockaddr *)&ue_esp, .local = (const struct sockaddr *)&pcscf,
	};
	r = gmguard_verify(g, &reg);
	if (step("SM7", r))
		return EXIT_FAILURE;

	spi_ps = r->spi_ps;
	take(&sm12, argv[8]);
	r = gmguard_accept(g, spi_ps, sm12.octets, sm12.len);
	if (step("SM12", r))
		return EXIT_FAILURE;
	fprintf(stderr, "registered for %u seconds\n", r->expires);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct gmguard *g;
	int ret;

	if (argc != 9) {
		fprintf(stderr, "usage: %s POLICY UE PORT-UC PCSCF SM1 SM4 SM7 SM12\n", argv[0]);
		return EXIT_FAILURE;
	}
	g = gmguard_new();
	if (!g) {
		fputs("out of memory\n", stderr);
		return EXIT_FAILURE;
	}
	ret = step("policy", gmguard_policy(g, argv[1])) ? EXIT_FAILURE : lead(g, argv);
	gmguard_free(g);
	return ret;
}
