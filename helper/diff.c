// SPDX-License-Identifier: GPL-2.0
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"

/* Most differences that are told line by line. Beyond that the rest of the old
 * text is gone and the rest of the new one is new; memory grows with its square.
 */
#define DEPTH 1000

struct text {
	char **line;
	long n;
};

static bool cut(struct text *t, char *s)
{
	size_t n = 1;
	char *c;

	for (c = s; *c; c++)
		n += *c == '\n';
	t->n = 0;
	t->line = malloc(n * sizeof(*t->line));
	if (!t->line)
		return false;
	while (*s) {
		t->line[t->n++] = s;
		c = strchr(s, '\n');
		if (!c)
			break;
		*c = '\0';
		s = c + 1;
	}
	return true;
}

static bool say(json_t *out, const char *op, const char *text)
{
	return !json_array_append_new(out, json_pack("{s:s,s:s}", "op", op, "text", text));
}

static bool say_all(json_t *out, const char *op, const struct text *t, long from, long to)
{
	for (; from < to; from++)
		if (!say(out, op, t->line[from]))
			return false;
	return true;
}

/* How far down each diagonal @d differences lead: Myers, "An O(ND) Difference
 * Algorithm" (1986). Row d of @trace is the state before step d, its entry k
 * at d + 1 + k. Returns the number of differences, or -1 beyond DEPTH.
 */
static long search(const struct text *a, const struct text *b, long **trace)
{
	long v[2 * DEPTH + 3] = { 0 };
	long *mid = &v[DEPTH + 1];
	long d, k, x;

	for (d = 0; d <= DEPTH; d++) {
		trace[d] = malloc((2 * d + 3) * sizeof(**trace));
		if (!trace[d])
			return -1;
		memcpy(trace[d], mid - d - 1, (2 * d + 3) * sizeof(**trace));
		for (k = -d; k <= d; k += 2) {
			if (k == -d || (k != d && mid[k - 1] < mid[k + 1]))
				x = mid[k + 1];
			else
				x = mid[k - 1] + 1;
			while (x < a->n && x - k < b->n && !strcmp(a->line[x], b->line[x - k]))
				x++;
			mid[k] = x;
			if (x >= a->n && x - k >= b->n)
				return d;
		}
	}
	return -1;
}

/* Marks the lines that the shortest script removes and adds. */
static void backtrack(const struct text *a, const struct text *b, long **trace, long d,
		      char *removed, char *added)
{
	long x = a->n, y = b->n;

	for (; d > 0; d--) {
		const long *mid = trace[d] + d + 1;
		long k = x - y;
		bool down = k == -d || (k != d && mid[k - 1] < mid[k + 1]);

		k += down ? 1 : -1;
		x = mid[k];
		y = x - k;
		if (down)
			added[y] = 1;
		else
			removed[x] = 1;
	}
}

static bool tell(json_t *out, const struct text *a, const struct text *b)
{
	char *removed = calloc(a->n + b->n + 2, 1), *added = removed + a->n + 1;
	long *trace[DEPTH + 1] = { NULL };
	long x, y, d;
	bool ok;

	if (!removed)
		return false;
	d = search(a, b, trace);
	if (d < 0) {
		ok = say_all(out, "-", a, 0, a->n) && say_all(out, "+", b, 0, b->n);
	} else {
		backtrack(a, b, trace, d, removed, added);
		ok = true;
		for (x = 0, y = 0; ok && (x < a->n || y < b->n);) {
			if (x < a->n && removed[x]) {
				ok = say(out, "-", a->line[x++]);
			} else if (y < b->n && added[y]) {
				ok = say(out, "+", b->line[y++]);
			} else {
				x++;
				y++;
			}
		}
	}
	for (d = 0; d <= DEPTH; d++)
		free(trace[d]);
	free(removed);
	return ok;
}

json_t *diff_lines(char *old, char *new)
{
	json_t *out = json_array();
	struct text a = { 0 }, b = { 0 };

	if (!out || !cut(&a, old) || !cut(&b, new) || !tell(out, &a, &b)) {
		json_decref(out);
		out = NULL;
	}
	free(a.line);
	free(b.line);
	return out;
}
