// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "config_check.h"

/* Reads the address or prefix at @path into @p and makes its text canonical. */
static int read_prefix(struct gmg_doc *doc, const char *path, struct gmg_cidr *cidr,
		       bool host, struct gmg_prefix *p)
{
	const char *unfit;
	char good[GMG_PREFIX_STRLEN];

	if (!prefix_parse(p, cidr->s) || (host && strchr(cidr->s, '/')))
		return doc_fail(doc, path, host ?
				"'%s' is no address: write 192.0.2.1 or 2001:db8::1" :
				"'%s' is no prefix: write 192.0.2.0/24 or 2001:db8::/32",
				cidr->s);
	if (prefix_mask(p))
		return doc_fail(doc, path, "%s has bits set after its length: write %s",
				cidr->s, prefix_format(p, good));
	unfit = host ? addr_unfit(p) : NULL;
	if (unfit)
		return doc_fail(doc, path, "%s is %s: write the unicast address of a host",
				cidr->s, unfit);
	if (host)
		addr_format(p, cidr->s);
	else
		prefix_format(p, cidr->s);
	return 0;
}

enum owner { POOL, CORE, ENDPOINT, HTTP };

/* An address or prefix of the policy and what it is there for. */
struct owned {
	struct gmg_prefix p;
	enum owner owner;
	uint32_t i;	/* index of the side, core prefix, endpoint or server */
	uint32_t j;	/* POOL: index in its side */
};

static struct gmg_path owned_path(const struct owned *o)
{
	switch (o->owner) {
	case POOL:
		return doc_path("sides[%u].ue-pools[%u]", o->i, o->j);
	case CORE:
		return doc_path("core[%u].prefix", o->i);
	case ENDPOINT:
		return doc_path("endpoints[%u].address", o->i);
	default:
		return doc_path("http[%u].address", o->i);
	}
}

/* Why @a, and @b within it, cannot both be; NULL if they can. */
static const char *conflict(const struct gmg_config *cfg, const struct owned *a,
			    const struct owned *b)
{
	bool same = a->p.len == b->p.len;

	if (a->owner != b->owner) {
		/* An HTTP server may well be a core node. */
		if ((a->owner == CORE && b->owner == HTTP) ||
		    (a->owner == HTTP && b->owner == CORE))
			return NULL;
		return "an address is a UE's, a core node's or an endpoint's, not two of them";
	}
	if (a->owner == POOL && a->i != b->i)
		return "pools of two sides must not overlap";
	if (a->owner == CORE && cfg->core[a->i].role != cfg->core[b->i].role)
		return "an address has one role";
	return same ? "list it once" : NULL;
}

static int check_overlaps(const struct gmg_config *cfg, struct gmg_doc *doc,
			  const struct owned *list, size_t n)
{
	static const char *const what[] = {
		"UE pool", "core prefix", "endpoint", "http server"
	};
	/* Those that contain the current one: one of each length, and only a
	 * core node may be there twice, as an HTTP server.
	 */
	const struct owned *open[129 + 1];
	size_t i, k, depth = 0;

	for (i = 0; i < n; i++) {
		while (depth && !prefix_covers(&open[depth - 1]->p, &list[i].p))
			depth--;
		for (k = 0; k < depth; k++) {
			const struct owned *a = open[k], *b = &list[i];
			const char *why = conflict(cfg, a, b);
			char ta[GMG_PREFIX_STRLEN], tb[GMG_PREFIX_STRLEN];
			size_t la, lb;

			if (!why)
				continue;
			la = doc_line(doc, owned_path(a).s);
			lb = doc_line(doc, owned_path(b).s);
			if (la > lb) {
				const struct owned *t = a;

				a = b;
				b = t;
				la = lb;
			}
			return doc_fail(doc, owned_path(b).s, "%s %s overlaps %s %s on line %zu: %s",
					what[b->owner], prefix_format(&b->p, tb), what[a->owner],
					prefix_format(&a->p, ta), la, why);
		}
		open[depth++] = &list[i];
	}
	return 0;
}

static int by_prefix(const void *a, const void *b)
{
	return prefix_compare(&((const struct owned *)a)->p, &((const struct owned *)b)->p);
}

/* Adds what stands at @cidr to the list that ends at @*end. */
static int take(struct gmg_doc *doc, struct owned **end, struct gmg_cidr *cidr,
		struct owned what)
{
	bool host = what.owner == ENDPOINT || what.owner == HTTP;

	if (read_prefix(doc, owned_path(&what).s, cidr, host, &what.p))
		return -1;
	*(*end)++ = what;
	return 0;
}

#define TAKE(cidr, ...) take(doc, &list, &(cidr), (struct owned){ __VA_ARGS__ })

static int collect(struct gmg_config *cfg, struct gmg_doc *doc, struct owned *list)
{
	uint32_t i, j;

	for (i = 0; i < cfg->n_sides; i++)
		for (j = 0; j < cfg->sides[i].n_pools; j++)
			if (TAKE(cfg->sides[i].pools[j], .owner = POOL, .i = i, .j = j))
				return -1;
	for (i = 0; i < cfg->n_endpoints; i++)
		if (TAKE(cfg->endpoints[i].address, .owner = ENDPOINT, .i = i))
			return -1;
	for (i = 0; i < cfg->n_core; i++)
		if (TAKE(cfg->core[i].prefix, .owner = CORE, .i = i))
			return -1;
	for (i = 0; i < cfg->n_http; i++)
		if (TAKE(cfg->http[i].address, .owner = HTTP, .i = i))
			return -1;
	return 0;
}

int config_check_addresses(struct gmg_config *cfg, struct gmg_doc *doc)
{
	size_t n = config_pools(cfg);
	struct owned *list;
	int ret;

	if (n > GMGUARD_PREFIXES_MAX)
		return doc_fail(doc, "", "the sides have %zu ue-pools: the most is %u",
				n, GMGUARD_PREFIXES_MAX);
	n += cfg->n_endpoints + cfg->n_core + cfg->n_http;
	list = calloc(n, sizeof(*list));
	if (!list)
		return doc_fail(doc, "", "out of memory");
	ret = collect(cfg, doc, list);
	if (!ret) {
		qsort(list, n, sizeof(*list), by_prefix);
		ret = check_overlaps(cfg, doc, list, n);
	}
	free(list);
	return ret;
}
