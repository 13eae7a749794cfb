/* SPDX-License-Identifier: GPL-2.0 */
/* What something costs that is done many times: of __rdtsc() before and after each. */
#ifndef _SELFTESTS_BENCH_COST_H
#define _SELFTESTS_BENCH_COST_H

#include <err.h>
#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <x86intrin.h>

enum {
	TIMES = 100,	/* that something is done for a figure */
	LOTS = 5,	/* as many figures, of which the median counts */
};

/* Room for @n. */
static inline __u64 *cost_of(unsigned int n)
{
	__u64 *cost = calloc(n, sizeof(*cost));

	if (!cost)
		err(1, "%u figures", n);
	return cost;
}

static int cost_compare(const void *a, const void *b)
{
	__u64 x = *(const __u64 *)a, y = *(const __u64 *)b;

	return (x > y) - (x < y);
}

/* "MEDIAN MEAN MIN MAX" of @n, 1 or more, which it sorts. */
static void cost_print(__u64 *cost, unsigned int n)
{
	__u64 total = 0;
	unsigned int i;

	for (i = 0; i < n; i++)
		total += cost[i];
	qsort(cost, n, sizeof(*cost), cost_compare);
	printf("%llu %llu %llu %llu\n", cost[n / 2], total / n, cost[0], cost[n - 1]);
}

/* The same of the last @lots of TIMES of them, or of all where there are less. */
static inline void cost_print_last(__u64 *cost, unsigned int n, unsigned int lots)
{
	if (lots > n / TIMES)
		lots = n / TIMES;
	if (!lots)
		cost_print(cost, n);
	for (; lots; lots--)
		cost_print(cost + n - lots * TIMES, TIMES);
}

#endif /* _SELFTESTS_BENCH_COST_H */
