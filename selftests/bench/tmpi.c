// SPDX-License-Identifier: GPL-2.0
/* TMPIs to measure with.
 *
 *   tmpi fill FROM TO     IMPIs number FROM to TO - 1 get one each; prints what the last
 *                         of them cost, "MEDIAN MEAN MIN MAX" of the time stamp counter:
 *                         instructions, in a guest under -icount
 *   tmpi name N           the TMPI of number N
 *
 * Number 0 is the UE that sends, at 10.45.0.11; the others are behind 10.46.0.0 and up.
 */
#include "../tmpi.h"
#include "cost.h"

enum { LASTS = 1000000 };

static void name(unsigned int n, char *tmpi, size_t size)
{
	snprintf(tmpi, size, "%032u" REALM, n);
}

static __u64 add(struct client *c, unsigned int n)
{
	char tmpi[GMGUARD_TMPI_LEN + 1], impi[64], ue[32] = "10.45.0.11";
	const struct binding b = { tmpi, impi, ue, 0, LASTS };
	static struct msg m;
	__u64 begin;
	int error;

	name(n, tmpi, sizeof(tmpi));
	snprintf(impi, sizeof(impi), "%015u@ims.mnc001.mcc001.3gppnetwork.org", n);
	if (n)
		snprintf(ue, sizeof(ue), "10.%u.%u.%u", 46 + (n >> 16), n >> 8 & 255, n & 255);
	binding_put(c, &m, GMGUARD_CMD_TMPI_NEW, NLM_F_ACK, &b);
	begin = __rdtsc();
	error = client_ask(c, &m);
	if (error)
		errx(1, "tmpi-new %u: %s: %s", n, strerror(-error), c->text);
	return __rdtsc() - begin;
}

static void fill(unsigned int from, unsigned int to)
{
	__u64 *cost = cost_of(to - from);
	struct client c;
	unsigned int i;

	if (client_open(&c))
		errx(1, "no module");
	for (i = from; i < to; i++)
		cost[i - from] = add(&c, i);
	cost_print_last(cost, to - from, LOTS);
	free(cost);
	client_close(&c);
}

int main(int argc, char **argv)
{
	char tmpi[GMGUARD_TMPI_LEN + 1];

	if (argc == 4 && !strcmp(argv[1], "fill")) {
		fill(atoi(argv[2]), atoi(argv[3]));
	} else if (argc == 3 && !strcmp(argv[1], "name")) {
		name(atoi(argv[2]), tmpi, sizeof(tmpi));
		puts(tmpi);
	} else {
		errx(1, "the head of tmpi.c says how");
	}
	return 0;
}
