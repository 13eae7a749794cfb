// SPDX-License-Identifier: GPL-2.0
#include <linux/bsearch.h>
#include <linux/sort.h>
#include <net/xfrm.h>

#include "esp.h"
#include "policy.h"
#include "port.h"
#include "refusal.h"
#include "sa.h"

/* Weaker than any policy that somebody else may have for a flow: an installer
 * of its own SAs brings its own policies.
 */
#define PRIORITY U32_MAX

/**
 * struct port_policy - an xfrm policy of a protected port
 * @pol:    held
 * @addr:   of the endpoint
 * @family: NFPROTO_*
 * @dir:    XFRM_POLICY_IN or XFRM_POLICY_OUT
 * @port:   host order
 * @level_use: clear text is not refused, where the rule about it is not enforced
 * @new:    while policies are exchanged: it was not there before ...
 * @installed: ... but is by now
 */
struct port_policy {
	struct xfrm_policy *pol;
	union nf_inet_addr addr;
	u8 family;
	u8 dir;
	u16 port;
	bool level_use;
	bool new;
	bool installed;
};

/* Those of a namespace, sorted. */
struct gmg_port_policies {
	u32 n;
	struct port_policy at[];
};

static struct xfrm_policy *make_policy(struct net *net, const struct port_policy *p)
{
	struct xfrm_policy *pol = xfrm_policy_alloc(net, GFP_KERNEL);
	u8 bits = p->family == NFPROTO_IPV4 ? 32 : 128;

	if (!pol)
		return NULL;
	pol->family = gmg_esp_family(p->family);
	pol->priority = PRIORITY;
	pol->action = XFRM_POLICY_ALLOW;
	pol->lft.soft_byte_limit = XFRM_INF;
	pol->lft.hard_byte_limit = XFRM_INF;
	pol->lft.soft_packet_limit = XFRM_INF;
	pol->lft.hard_packet_limit = XFRM_INF;
	pol->selector.family = pol->family;
	if (p->dir == XFRM_POLICY_IN) {
		pol->selector.daddr.in6 = p->addr.in6;
		pol->selector.prefixlen_d = bits;
		pol->selector.dport = htons(p->port);
		pol->selector.dport_mask = htons(0xffff);
	} else {
		pol->selector.saddr.in6 = p->addr.in6;
		pol->selector.prefixlen_s = bits;
		pol->selector.sport = htons(p->port);
		pol->selector.sport_mask = htons(0xffff);
	}
	pol->xfrm_nr = 1;
	pol->xfrm_vec[0] = (struct xfrm_tmpl) {
		.id.proto = IPPROTO_ESP,
		.mode = XFRM_MODE_TRANSPORT,
		.encap_family = pol->family,
		/* whose SA a packet came by, the hook knows better */
		.reqid = p->dir == XFRM_POLICY_IN ? 0 : GMG_ESP_REQID,
		.optional = p->level_use,
		.allalgs = 1,
		.aalgos = ~0, .ealgos = ~0, .calgos = ~0,
	};
	return pol;
}

/* xfrm holds it, too, as long as it is installed. It may walk all policies there
 * are, and the largest policy of ours has thousands.
 */
static int insert(struct port_policy *p, bool replace)
{
	cond_resched();
	return xfrm_policy_insert(p->dir, p->pol, !replace);
}

static void discard(struct xfrm_policy *pol)
{
	pol->walk.dead = 1;
	xfrm_policy_destroy(pol);
}

static void delete(struct port_policy *p)
{
	xfrm_policy_delete(p->pol, p->dir);
	xfrm_pol_put(p->pol);
}

static int compare(const void *a, const void *b)
{
	const struct port_policy *p = a, *q = b;

	return p->family - q->family ?: p->dir - q->dir ?: p->port - q->port ?:
	       memcmp(&p->addr, &q->addr, sizeof(p->addr));
}

static struct port_policy *find(const struct gmg_port_policies *all,
				const struct port_policy *p)
{
	return all ? bsearch(p, all->at, all->n, sizeof(*p), compare) : NULL;
}

/* Somebody has deleted or replaced it. */
static bool is_dead(const struct port_policy *p)
{
	return READ_ONCE(p->pol->walk.dead);
}

/* Is one of @all in the place of @p? */
static bool stands(const struct gmg_port_policies *all, const struct port_policy *p)
{
	const struct port_policy *there = find(all, p);

	return there && !is_dead(there);
}

static u32 next_protected(const struct gmg_endpoint *ep, u32 from)
{
	return min(find_next_bit(ep->server, GMG_PORTS, from),
		   find_next_bit(ep->client, GMG_PORTS, from));
}

/* Fills @to, or only counts. What comes in clear needs a policy to be refused
 * only; what goes out needs one to find its SA.
 */
static u32 wanted(const struct gmg_policy *pol, struct port_policy *to)
{
	bool in_clear, out_clear;
	u32 i, port, n = 0;
	int dir;

	if (!pol)
		return 0;
	in_clear = pol->no_inbound_policy ||
		   pol->rule[GMGUARD_REASON_CLEAR_ON_PROTECTED] != GMGUARD_MODE_ENFORCE;
	out_clear = pol->rule[GMGUARD_REASON_CLEAR_FROM_PROTECTED] != GMGUARD_MODE_ENFORCE;
	for (i = 0; i < pol->n.endpoints; i++) {
		const struct gmg_endpoint *ep = &pol->endpoints[i];

		for (dir = XFRM_POLICY_IN; dir <= XFRM_POLICY_OUT; dir++) {
			if (dir == XFRM_POLICY_IN && in_clear)
				continue;
			for (port = next_protected(ep, 0); port < GMG_PORTS;
			     port = next_protected(ep, port + 1)) {
				if (to)
					to[n] = (struct port_policy) {
						.dir = dir, .port = port,
						.family = ep->at.family,
						.addr = ep->at.addr,
						.level_use = dir == XFRM_POLICY_OUT && out_clear,
					};
				n++;
			}
		}
	}
	return n;
}

/* A policy for each of @new, those of @old that stay as they are included. */
static int prepare(struct net *net, struct gmg_port_policies *new,
		   const struct gmg_port_policies *old)
{
	const struct port_policy *before;
	struct port_policy *p;

	for (p = new->at; p < new->at + new->n; p++) {
		before = find(old, p);
		p->new = !before || is_dead(before) ||
			 before->level_use != p->level_use;
		p->pol = p->new ? make_policy(net, p) : before->pol;
		if (!p->pol)
			return -ENOMEM;
	}
	return 0;
}

/* Installs those of @new whose selector nobody has yet; on failure none. */
static int install(struct gmg_port_policies *new,
		   const struct gmg_port_policies *old)
{
	struct port_policy *p;
	int err;

	for (p = new->at; p < new->at + new->n; p++) {
		if (!p->new || stands(old, p))
			continue;
		err = insert(p, false);
		if (err)
			goto err_undo;
		p->installed = true;
	}
	return 0;

err_undo:
	while (p-- > new->at)
		if (p->installed) {
			delete(p);
			p->new = false;
		}
	return err;
}

static void abandon(struct gmg_port_policies *new)
{
	u32 i;

	for (i = 0; i < new->n; i++)
		if (new->at[i].new && new->at[i].pol)
			discard(new->at[i].pol);
	kvfree(new);
}

int gmg_port_set_policies(struct gmg_net *gn, const struct gmg_policy *pol,
			  struct netlink_ext_ack *extack)
{
	struct gmg_port_policies *old = gn->port_policies, *new = NULL;
	u32 n = wanted(pol, NULL);
	struct port_policy *p, *stays;
	int err;

	lockdep_assert_held(&gn->lock);
	if (n) {
		new = kvzalloc(struct_size(new, at, n), GFP_KERNEL);
		if (!new)
			return -ENOMEM;
		new->n = wanted(pol, new->at);
		sort(new->at, n, sizeof(new->at[0]), compare, NULL);
		err = prepare(gn->net, new, old) ?: install(new, old);
		if (err) {
			abandon(new);
			return err != -EEXIST ? err :
			       gmg_refuse(extack, NULL, err,
					  "somebody else has an xfrm policy for just this: a protected port of an endpoint, and any peer");
		}
	}
	for (p = old ? old->at : NULL; old && p < old->at + old->n; p++) {
		stays = find(new, p);
		if (!stays || stays->installed) {
			delete(p);
		} else if (stays->new && !insert(stays, true)) {
			/* the new one has taken its place */
			xfrm_pol_put(p->pol);
		} else if (stays->new) {
			discard(stays->pol);
			*stays = *p;
		}
	}
	kvfree(old);
	gn->port_policies = new;
	return 0;
}

bool gmg_port_restore_policies(struct gmg_net *gn)
{
	struct gmg_port_policies *all = gn->port_policies;
	struct port_policy *p, new;
	bool done = true;

	lockdep_assert_held(&gn->lock);
	for (p = all ? all->at : NULL; all && p < all->at + all->n; p++) {
		if (!is_dead(p))
			continue;
		new = *p;
		new.pol = make_policy(gn->net, p);
		if (!new.pol || insert(&new, false)) {
			if (new.pol)
				discard(new.pol);
			done = false;
			continue;
		}
		xfrm_pol_put(p->pol);
		p->pol = new.pol;
		gn->restored++;
	}
	return done;
}

/* Watching */

static int notify_state(struct xfrm_state *x, const struct km_event *c)
{
	switch (c->event) {
	case XFRM_MSG_FLUSHSA:
		gmg_sa_look(gmg_net_get(c->net), GMG_LOOK_STATES);
		break;
	case XFRM_MSG_DELSA:
	case XFRM_MSG_EXPIRE:
		if (x->props.reqid == GMG_ESP_REQID && x->id.spi &&
		    gmg_sa_has(gmg_net_get(xs_net(x)), x))
			gmg_sa_look(gmg_net_get(xs_net(x)), GMG_LOOK_STATES);
		break;
	}
	return 0;
}

/* What takes the place of one of ours is told as new or updated. */
static int notify_policy(struct xfrm_policy *pol, int dir, const struct km_event *c)
{
	switch (c->event) {
	case XFRM_MSG_FLUSHPOLICY:
		gmg_sa_look(gmg_net_get(c->net), GMG_LOOK_POLICIES);
		break;
	case XFRM_MSG_DELPOLICY:
	case XFRM_MSG_NEWPOLICY:
	case XFRM_MSG_UPDPOLICY:
		gmg_sa_look(gmg_net_get(xp_net(pol)), GMG_LOOK_POLICIES);
		break;
	}
	return 0;
}

/* We make no SAs on demand. */
static int acquire(struct xfrm_state *x, struct xfrm_tmpl *tmpl,
		   struct xfrm_policy *pol)
{
	return -EINVAL;
}

static struct xfrm_policy *compile_policy(struct sock *sk, int opt, u8 *data,
					  int len, int *dir)
{
	*dir = -EINVAL;
	return NULL;
}

static struct xfrm_mgr watcher = {
	.notify = notify_state,
	.notify_policy = notify_policy,
	.acquire = acquire,
	.compile_policy = compile_policy,
};

void __init gmg_port_init(void)
{
	xfrm_register_km(&watcher);
}

void gmg_port_exit(void)
{
	xfrm_unregister_km(&watcher);
}
