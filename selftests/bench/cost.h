/* SPDX-License-Identifier: GPL-2.0 */
/* What something costs that is done many times: of __rdtsc() before and after each. */
#ifndef _SELFTESTS_BENCH_COST_H
#define _SELFTESTS_BENCH_COST_H

#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <x86intrin.h>

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

#endif /* _SELFTESTS_BENCH_COST_H */
