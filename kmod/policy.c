// SPDX-License-Identifier: GPL-2.0
#include <linux/mm.h>
#include <linux/slab.h>

#include "policy.h"
#include "refusal.h"
#include "side.h"

/* Takes the next @n objects of @size from @mem; with @mem NULL only counts. */
static void *take(u8 *mem, size_t *used, size_t n, size_t size)
{
	void *at = mem ? mem + *used : NULL;

	*used += ALIGN(n * size, sizeof(u64));
	return at;
}

static void take_set(struct gmg_prefix_set *set, u8 *mem, size_t *used, u32 n)
{
	set->bits = gmg_prefix_bits(n);
	set->bucket = take(mem, used, 1UL << set->bits,
			   sizeof(struct hlist_head));
}

/* Lays the arrays of @pol out from @mem on and returns the room they take.
 * The uapi bounds every count, so no size can overflow.
 */
static size_t lay_out(struct gmg_policy *pol, u8 *mem)
{
	const struct gmg_counts *n = &pol->n;
	size_t used = 0;

	pol->sides = take(mem, &used, n->sides, sizeof(*pol->sides));
	pol->patterns = take(mem, &used, n->patterns, sizeof(*pol->patterns));
	pol->pools = take(mem, &used, n->pools, sizeof(*pol->pools));
	pol->endpoints = take(mem, &used, n->endpoints,
			      sizeof(*pol->endpoints));
	pol->core = take(mem, &used, n->core, sizeof(*pol->core));
	pol->http = take(mem, &used, n->http, sizeof(*pol->http));
	pol->open_ports = take(mem, &used, n->open_ports,
			       sizeof(*pol->open_ports));
	pol->algorithms = take(mem, &used, n->algorithms,
			       sizeof(*pol->algorithms));
	pol->headers = take(mem, &used, n->headers, sizeof(*pol->headers));
	take_set(&pol->pool_set, mem, &used, n->pools);
	take_set(&pol->endpoint_set, mem, &used, n->endpoints);
	take_set(&pol->core_set, mem, &used, n->core);
	take_set(&pol->http_set, mem, &used, n->http);
	return used;
}

struct gmg_policy *gmg_policy_alloc(const struct gmg_counts *n)
{
	struct gmg_policy *pol, *head;

	/* too large for the stack, needed only to ask how much there is */
	head = kvzalloc(sizeof(*head), GFP_KERNEL_ACCOUNT);
	if (!head)
		return NULL;
	head->n = *n;
	pol = kvzalloc(sizeof(*pol) + lay_out(head, NULL), GFP_KERNEL_ACCOUNT);
	kvfree(head);
	if (!pol)
		return NULL;

	pol->n = *n;
	lay_out(pol, pol->mem);
	strscpy(pol->none.name, "none", sizeof(pol->none.name));
	pol->none.trust = GMG_TRUST_NONE;
	pol->none.slot = GMG_SLOT_NONE;
	strscpy(pol->local.name, "local", sizeof(pol->local.name));
	pol->local.trust = GMG_TRUST_LOCAL;
	pol->local.slot = GMG_SLOT_LOCAL;
	return pol;
}

void gmg_policy_destroy(struct gmg_policy *pol)
{
	struct gmg_side_if *i;
	struct hlist_node *next;
	int b;

	for (b = 0; b < ARRAY_SIZE(pol->ifs); b++)
		hlist_for_each_entry_safe(i, next, &pol->ifs[b], node)
			kfree(i);
	kvfree(pol);
}

/* The interfaces stay linked for the readers that still hold @pol: the same
 * grace period ends both.
 */
void gmg_policy_free_rcu(struct gmg_policy *pol)
{
	struct gmg_side_if *i;
	struct hlist_node *next;
	int b;

	for (b = 0; b < ARRAY_SIZE(pol->ifs); b++)
		hlist_for_each_entry_safe(i, next, &pol->ifs[b], node)
			kfree_rcu(i, rcu);
	kvfree_rcu(pol, rcu);
}

/* Does @set hold a prefix that contains @p? Asked for every prefix against
 * every other set, so an overlap is found from whichever side is the smaller.
 */
static bool within(const struct gmg_prefix *p, const struct gmg_prefix_set *set)
{
	return gmg_prefix_cover(set, p->family, &p->addr, p->len);
}

static const struct gmg_prefix *parent(const struct gmg_prefix *p,
				       const struct gmg_prefix_set *set)
{
	return p->len ? gmg_prefix_cover(set, p->family, &p->addr, p->len - 1) :
			NULL;
}

static bool overlap(const struct gmg_pattern *a, const struct gmg_pattern *b)
{
	u8 len = min(a->len, b->len);

	if (!a->wild && a->len < b->len)
		return false;
	if (!b->wild && b->len < a->len)
		return false;
	return !memcmp(a->name, b->name, len);
}

static bool owns_pool(const struct gmg_policy *pol, u32 side)
{
	u32 i;

	for (i = 0; i < pol->n.pools; i++)
		if (pol->pools[i].owner == side)
			return true;
	return false;
}

int gmg_policy_check_side(const struct gmg_policy *pol, u32 index,
			  struct netlink_ext_ack *extack)
{
	const struct gmg_side *side = &pol->sides[index];
	u32 i, j;

	for (i = 0; i < index; i++)
		if (!strcmp(pol->sides[i].name, side->name))
			return gmg_refuse(extack, NULL, -EEXIST,
					  "two sides have this name; it can be one side's");
	for (i = side->first; i < side->first + side->n; i++)
		for (j = 0; j < side->first; j++)
			if (overlap(&pol->patterns[i], &pol->patterns[j]))
				return gmg_refuse(extack, NULL, -EEXIST,
						  "an interface is on an earlier side too; it can be on one");
	if (side->trust == GMG_TRUST_UNTRUSTED && !owns_pool(pol, index))
		return gmg_refuse(extack, NULL, -EINVAL,
				  "an untrusted side needs at least one UE pool");
	return 0;
}

int gmg_policy_check_pool(const struct gmg_policy *pol, u32 index,
			  struct netlink_ext_ack *extack)
{
	const struct gmg_prefix *p = &pol->pools[index], *up;

	up = parent(p, &pol->pool_set);
	if (up && up->owner != p->owner)
		return gmg_refuse(extack, NULL, -EINVAL,
				  "the pool lies in one of another side; they must not overlap");
	if (within(p, &pol->core_set) || within(p, &pol->http_set) ||
	    within(p, &pol->endpoint_set))
		return gmg_refuse(extack, NULL, -EINVAL,
				  "the pool lies in a core prefix; they must not overlap");
	return 0;
}

int gmg_policy_check_endpoint(const struct gmg_policy *pol, u32 index,
			      struct netlink_ext_ack *extack)
{
	const struct gmg_endpoint *ep = &pol->endpoints[index];

	if (bitmap_empty(ep->unprotected, GMG_PORTS) ||
	    bitmap_empty(ep->server, GMG_PORTS) ||
	    bitmap_empty(ep->client, GMG_PORTS))
		return gmg_refuse(extack, NULL, -EINVAL,
				  "an endpoint needs an unprotected, a server and a client port");
	if (bitmap_intersects(ep->unprotected, ep->server, GMG_PORTS) ||
	    bitmap_intersects(ep->unprotected, ep->client, GMG_PORTS) ||
	    bitmap_intersects(ep->server, ep->client, GMG_PORTS))
		return gmg_refuse(extack, NULL, -EINVAL,
				  "a port has two uses; it is unprotected, server or client");
	if (gmg_endpoint_protects(ep, GMG_SIP) ||
	    gmg_endpoint_protects(ep, GMG_SIPS))
		return gmg_refuse(extack, NULL, -EINVAL,
				  "5060 and 5061 cannot be protected ports");
	if (within(&ep->at, &pol->pool_set) || within(&ep->at, &pol->core_set))
		return gmg_refuse(extack, NULL, -EINVAL,
				  "the endpoint lies in a pool or core prefix; it must not");
	return 0;
}

int gmg_policy_check_core(const struct gmg_policy *pol, u32 index,
			  struct netlink_ext_ack *extack)
{
	const struct gmg_prefix *p = &pol->core[index], *up;

	up = parent(p, &pol->core_set);
	if (up && up->owner != p->owner)
		return gmg_refuse(extack, NULL, -EINVAL,
				  "the prefix lies in one of another role; an address has one");
	if (within(p, &pol->pool_set) || within(p, &pol->endpoint_set))
		return gmg_refuse(extack, NULL, -EINVAL,
				  "the core prefix lies in a UE pool; they must not overlap");
	return 0;
}

int gmg_policy_check_http(const struct gmg_policy *pol, u32 index,
			  struct netlink_ext_ack *extack)
{
	const struct gmg_http *http = &pol->http[index];

	if (!http->n)
		return gmg_refuse(extack, NULL, -EINVAL,
				  "an HTTP server needs at least one port");
	if (within(&http->at, &pol->pool_set) ||
	    within(&http->at, &pol->endpoint_set))
		return gmg_refuse(extack, NULL, -EINVAL,
				  "the HTTP server is in a UE pool or an endpoint; it must not be");
	return 0;
}

int gmg_policy_check_open_port(const struct gmg_policy *pol, u32 index,
			       struct netlink_ext_ack *extack)
{
	u16 port = pol->open_ports[index].port;
	u32 i;

	for (i = 0; i < pol->n.endpoints; i++)
		if (gmg_endpoint_protects(&pol->endpoints[i], port) ||
		    test_bit(port, pol->endpoints[i].unprotected))
			return gmg_refuse(extack, NULL, -EINVAL,
					  "the open port is a Gm port; it must be another");
	return 0;
}

int gmg_policy_check_marks(const struct gmg_policy *pol,
			   struct netlink_ext_ack *extack)
{
	u32 t = pol->mark_trusted, u = pol->mark_untrusted;
	u32 p = pol->mark_protected;

	if (!t || !u || !p || ((t | u | p) & ~pol->mark_mask))
		return gmg_refuse(extack, NULL, -EINVAL,
				  "each mark must be bits of the mask, and at least one");
	if ((t & u) || (t & p) || (u & p))
		return gmg_refuse(extack, NULL, -EINVAL,
				  "two marks share bits; each needs bits of its own");
	return 0;
}

/* The mode of TMPI says what the modes of its rules are at most. */
static void limit_tmpi(struct gmg_policy *pol)
{
	static const u8 most[][2] = {	/* for an IMPI, for a TMPI */
		[GMGUARD_TMPI_MODE_OFF] = { GMGUARD_MODE_OFF, GMGUARD_MODE_OFF },
		[GMGUARD_TMPI_MODE_OBSERVE] = { GMGUARD_MODE_OBSERVE, GMGUARD_MODE_OBSERVE },
		[GMGUARD_TMPI_MODE_PREFER] = { GMGUARD_MODE_OBSERVE, GMGUARD_MODE_ENFORCE },
		[GMGUARD_TMPI_MODE_REQUIRE] = { GMGUARD_MODE_ENFORCE, GMGUARD_MODE_ENFORCE },
	};
	u8 impi = most[pol->tmpi_mode][0], tmpi = most[pol->tmpi_mode][1], *rule = pol->rule;

	BUILD_BUG_ON(GMGUARD_MODE_OFF > GMGUARD_MODE_OBSERVE ||
		     GMGUARD_MODE_OBSERVE > GMGUARD_MODE_ENFORCE);
	rule[GMGUARD_REASON_IMPI_EXPOSED] = min(rule[GMGUARD_REASON_IMPI_EXPOSED], impi);
	rule[GMGUARD_REASON_TMPI_UNKNOWN] = min(rule[GMGUARD_REASON_TMPI_UNKNOWN], tmpi);
	rule[GMGUARD_REASON_TMPI_EXPIRED] = min(rule[GMGUARD_REASON_TMPI_EXPIRED], tmpi);
}

void gmg_policy_finish(struct gmg_policy *pol)
{
	u32 i;

	gmg_prefix_finish(&pol->pool_set);
	gmg_prefix_finish(&pol->endpoint_set);
	gmg_prefix_finish(&pol->core_set);
	gmg_prefix_finish(&pol->http_set);
	pol->mark_others = ~pol->mark_mask;
	for (i = 0; i < pol->n.sides; i++)
		pol->sides[i].plain = pol->sides[i].trust == GMG_TRUST_TRUSTED &&
				      !pol->sides[i].require_esp;
	__set_bit(GMG_SIP, pol->sip);
	__set_bit(GMG_SIPS, pol->sip);
	for (i = 0; i < pol->n.endpoints; i++)
		bitmap_or(pol->sip, pol->sip, pol->endpoints[i].unprotected,
			  GMG_PORTS);
	for (i = 0; i < GMG_SIP_BOUNDARY_COUNT; i++)
		pol->items[i] = gmg_sip_matrix_items(&pol->matrix, i);
	for (i = 1; i <= GMGUARD_REASON_MAX; i++)
		pol->rule[i] = pol->exception[i] ? pol->exception[i] - 1 : pol->mode;
	limit_tmpi(pol);
}
