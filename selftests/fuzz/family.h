/* SPDX-License-Identifier: GPL-2.0 */
/* What uapi/gmguard.yaml says of the family, and attributes read by it. */
#ifndef _SELFTESTS_FUZZ_FAMILY_H
#define _SELFTESTS_FUZZ_FAMILY_H

#include "../client.h"
#include "tape.h"

enum type { KIND_U8, KIND_U16, KIND_U32, KIND_U64, KIND_STRING, KIND_BINARY,
	    KIND_FLAG, KIND_NEST, KIND_PAD };

struct set;

/**
 * struct attr - what uapi/gmguard.yaml says of an attribute
 * @min:        of a number
 * @max:        of a number, or the longest string
 * @most:       how many there may be
 * @nested:     what is in it
 * @named:      its element is called so
 * @refers:     to an element that is called so
 * @prefix_len: of the address beside it
 */
struct attr {
	const char *name;
	int type;
	enum type kind;
	unsigned int size;
	__u64 min;
	__u64 max;
	unsigned int most;
	const struct set *nested;
	bool named;
	bool refers;
	bool prefix_len;
};

struct set {
	const char *name;
	const struct attr *attr;
	unsigned int n;
};

/* @request: bits of the @n attributes of @set that a request may have */
struct command {
	const char *name;
	int number;
	const struct set *set;
	__u64 request;
	unsigned int n;
	bool does;
	bool dumps;
};

#include "contract.h"

static const struct attr *attr_of(const struct set *set, const struct nlattr *a)
{
	unsigned int i;

	for (i = 0; i < set->n; i++)
		if (set->attr[i].type == (a->nla_type & NLA_TYPE_MASK))
			return &set->attr[i];
	return NULL;
}

/* The attributes of a nest. */
static struct msg inside(const struct nlattr *a)
{
	return (struct msg){ (__u8 *)attr_data(a), a->nla_len - NLA_HDRLEN, 0 };
}

static bool within_limits(const struct set *set, struct msg m)
{
	unsigned int n[64] = {};
	const struct nlattr *a;
	const struct attr *is;
	size_t at = 0;

	while ((a = attr_next(&m, &at))) {
		is = attr_of(set, a);
		if (!is || ++n[is - set->attr] > is->most ||
		    (is->nested && !within_limits(is->nested, inside(a))))
			return complain("a dump: %s.%s", set->name, is ? is->name : "?");
	}
	return true;
}

static bool holds(const struct set *set, struct msg want, struct msg have);

static bool same(const struct attr *is, const struct nlattr *a, const struct nlattr *b)
{
	struct msg x = inside(a), y = inside(b);

	if (is->nested)
		return holds(is->nested, x, y);
	if (is->kind == KIND_STRING)
		return strnlen((char *)x.at, x.len) == strnlen((char *)y.at, y.len) &&
		       !strncmp((char *)x.at, (char *)y.at, x.len);
	return x.len == y.len && !memcmp(x.at, y.at, x.len);
}

/* The next attribute @is of @m, of any value or of that of @as. */
static const struct nlattr *find(const struct set *set, const struct attr *is,
				 const struct msg *m, size_t *at, const struct nlattr *as)
{
	const struct nlattr *a;

	while ((a = attr_next(m, at)))
		if (attr_of(set, a) == is && (!as || same(is, as, a)))
			break;
	return a;
}

/* Is what was wanted what is there? A dump also has what was left out. */
static bool holds(const struct set *set, struct msg want, struct msg have)
{
	size_t at, there, next;
	const struct nlattr *a;
	const struct attr *is;
	int n;

	for (is = set->attr; is < set->attr + set->n; is++) {
		n = at = there = 0;
		while ((a = find(set, is, &want, &at, NULL))) {
			n++;
			/* of what may not repeat the last one counts */
			next = at;
			if (is->most == 1 && find(set, is, &want, &next, NULL))
				continue;
			/* most are in the same order */
			if (find(set, is, &have, &there, a))
				continue;
			there = 0;
			if (!find(set, is, &have, &there, a))
				return false;
		}
		for (at = 0; find(set, is, &have, &at, NULL); n--)
			;
		if (is->most > 1 && n)
			return false;
	}
	return true;
}

#endif /* _SELFTESTS_FUZZ_FAMILY_H */
