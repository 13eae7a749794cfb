// SPDX-License-Identifier: GPL-2.0
/* A new SA set: what it may not collide with, and how it gets in. */
#include <linux/random.h>
#include <net/xfrm.h>

#include "calls.h"
#include "esp.h"
#include "event.h"
#include "facts.h"
#include "refusal.h"
#include "sa.h"

/* How often a random SPI may be taken already. */
enum { SPI_TRIES = 64 };

static int check_policy(const struct gmg_net *gn, const struct gmg_set *set,
			struct netlink_ext_ack *extack)
{
	const struct gmg_policy *pol = gmg_net_policy(gn);
	const struct gmg_endpoint *ep;
	u32 i;

	if (!pol)
		return gmg_refuse(extack, NULL, -ENOENT, "no policy runs in this namespace");
	ep = gmg_facts_endpoint(pol, set->family, &set->pcscf);
	if (!ep)
		return gmg_refuse(extack, NULL, -EINVAL, "pcscf is no endpoint of the policy");
	if (!gmg_prefix_lookup(&pol->pool_set, set->family, &set->ue))
		return gmg_refuse(extack, NULL, -EINVAL, "ue is in no UE pool of the policy");
	if (!test_bit(set->pair[GMG_PAIR_CLIENT].port, ep->server))
		return gmg_refuse(extack, NULL, -EINVAL, "port-ps is no server port of this endpoint");
	if (!test_bit(set->pair[GMG_PAIR_SERVER].port, ep->client))
		return gmg_refuse(extack, NULL, -EINVAL, "port-pc is no client port of this endpoint");
	for (i = 0; i < pol->n.algorithms; i++)
		if (pol->algorithms[i].alg == set->alg &&
		    pol->algorithms[i].ealg == set->ealg)
			break;
	if (i == pol->n.algorithms)
		return gmg_refuse(extack, NULL, -EPERM, "the policy does not allow these algorithms");
	return 0;
}

/* TS 33.203 7.1 rule 3 and 7.4.0, seen from the contact's other sets. */
static int check_contact(const struct gmg_contact *c, const struct gmg_set *set,
			 struct gmg_set **pending, struct netlink_ext_ack *extack)
{
	const struct gmg_set *over = NULL;
	u32 state;
	int i;

	*pending = NULL;
	for (i = 0; i < c->n; i++) {
		if (READ_ONCE(c->set[i]->state) == GMGUARD_SA_STATE_TEMPORARY)
			*pending = c->set[i];
		if (set->over && gmg_set_spi(c->set[i]) == set->over)
			over = c->set[i];
	}
	if (!set->over)
		return 0;
	state = over ? READ_ONCE(over->state) : GMGUARD_SA_STATE_OLD;
	if (state != GMGUARD_SA_STATE_ESTABLISHED &&
	    state != GMGUARD_SA_STATE_IN_USE)
		return gmg_refuse(extack, NULL, -ENOENT, "over is no established set of this IMPI");
	if (over->family != set->family || !nf_inet_addr_cmp(&over->ue, &set->ue) ||
	    !nf_inet_addr_cmp(&over->pcscf, &set->pcscf))
		return gmg_refuse(extack, NULL, -EINVAL, "the set that over names is between other addresses");
	if (over->pair[GMG_PAIR_SERVER].ue_port != set->pair[GMG_PAIR_SERVER].ue_port ||
	    over->pair[GMG_PAIR_CLIENT].port != set->pair[GMG_PAIR_CLIENT].port)
		return gmg_refuse(extack, NULL, -EINVAL, "port-us and port-ps stay as they are while a UE is registered");
	return 0;
}

/* The same rule, seen from the UE's ports: whose else are they? */
static int check_ports(struct gmg_sas *sas, const struct gmg_set *set,
		       const struct gmg_set *pending, u32 *owner,
		       struct netlink_ext_ack *extack)
{
	const char *why = NULL;
	struct rhlist_head *list, *pos;
	const struct gmg_set *other;
	struct gmg_pair *pair;
	int i;

	rcu_read_lock();
	for (i = 0; i < GMG_PAIRS && !why; i++) {
		list = gmg_sa_by_ue(sas, set, set->pair[i].ue_port);
		rhl_for_each_entry_rcu(pair, pos, list, by_ue) {
			other = gmg_pair_set(pair);
			if (other == pending)
				continue;
			if (i == GMG_PAIR_CLIENT)
				why = "port-uc is in use at this UE address";
			else if (pair->role != i || !gmg_sa_same_impi(other->user, set->user))
				why = "port-us is in use by another at this UE address";
			else if (pair->port == set->pair[i].port)
				why = "port-pc must be fresh: a set of this UE has it";
			else
				continue;
			*owner = gmg_set_spi(other);
			break;
		}
	}
	rcu_read_unlock();
	return why ? gmg_refuse(extack, NULL, -EEXIST, why) : 0;
}

/* The UE's SPIs must be free towards its address. */
static int check_spis(struct gmg_net *gn, const struct gmg_set *set,
		      const struct gmg_set *pending, u32 *owner,
		      struct netlink_ext_ack *extack)
{
	union nf_inet_addr pcscf;
	struct gmg_pair *pair;
	struct xfrm_state *x;
	int i;

	for (i = 0; i < GMG_PAIRS; i++) {
		x = gmg_esp_find(gn->net, set->family, &set->ue, set->pair[i].out.spi);
		if (!x)
			continue;
		pcscf.in6 = x->props.saddr.in6;
		pair = gmg_sa_by_flow(gn, set->family, &set->ue,
				      ntohs(x->sel.dport), &pcscf,
				      ntohs(x->sel.sport));
		xfrm_state_put(x);
		if (pair && pair->out.x == x && gmg_pair_set(pair) == pending)
			continue;
		if (pair && pair->out.x == x)
			*owner = gmg_set_spi(gmg_pair_set(pair));
		return gmg_refuse(extack, NULL, -EEXIST, i == GMG_PAIR_CLIENT ?
			      "spi-uc is in use at this UE address" :
			      "spi-us is in use at this UE address");
	}
	return 0;
}

/* Its calls are those of the contact. */
static void join_calls(const struct gmg_contact *c, struct gmg_set *set)
{
	if (!set->calls || !c->n)
		return;
	gmg_calls_put(set->calls);
	set->calls = gmg_calls_get(c->set[0]->calls);
}

static int choose_spi(const struct gmg_net *gn, struct gmg_set *set, int role)
{
	const struct gmg_policy *pol = gmg_net_policy(gn);
	u32 n = pol->spi_last - pol->spi_first + 1;
	struct xfrm_state *x;
	u32 spi;
	int i;

	for (i = 0; i < SPI_TRIES; i++) {
		spi = pol->spi_first + reciprocal_scale(get_random_u32(), n);
		if (spi == set->pair[GMG_PAIR_CLIENT].out.spi ||
		    spi == set->pair[GMG_PAIR_SERVER].out.spi ||
		    spi == set->pair[GMG_PAIR_CLIENT].in.spi ||
		    gmg_sa_by_spi(gn, spi))
			continue;
		x = gmg_esp_find(gn->net, set->family, &set->pcscf, spi);
		if (!x) {
			set->pair[role].in.spi = spi;
			return 0;
		}
		xfrm_state_put(x);
	}
	return -ENOSPC;
}

int gmg_sa_add(struct gmg_net *gn, struct gmg_set *set, u32 *owner,
	       struct netlink_ext_ack *extack)
{
	struct gmg_sas *sas = gn->sas;
	struct gmg_set *pending;
	struct gmg_contact c;
	int err;

	lockdep_assert_held(&gn->lock);
	*owner = 0;
	err = check_policy(gn, set, extack);
	if (err)
		return err;
	c = gmg_sa_contact(sas, set);
	err = check_contact(&c, set, &pending, extack) ?:
	      check_ports(sas, set, pending, owner, extack) ?:
	      check_spis(gn, set, pending, owner, extack);
	if (err)
		return err;
	if (sas->n - !!pending >= gmg_net_policy(gn)->max_sets)
		return gmg_refuse(extack, NULL, -ENOSPC, "as many SA sets as the policy allows are there (limits: sa-sets)");
	err = choose_spi(gn, set, GMG_PAIR_CLIENT) ?:
	      choose_spi(gn, set, GMG_PAIR_SERVER);
	if (err)
		return gmg_refuse(extack, NULL, err, "no SPI is free; widen the policy's spi range");

	join_calls(&c, set);
	err = gmg_sa_link(sas, set);
	if (err)
		return err;
	/* a new challenge voids the old one, TS 33.203 7.3.1.4; what could be
	 * refused has been
	 */
	if (pending)
		gmg_sa_del(gn, pending, GMGUARD_SA_CHANGE_REPLACED);
	err = gmg_esp_install(set);
	if (err) {
		gmg_sa_unlink(sas, set);
		return gmg_refuse(extack, NULL, err, "somebody else has just taken one of the SPIs");
	}
	WRITE_ONCE(sas->n, sas->n + 1);
	WRITE_ONCE(set->expiry.expires,
		   (s64)gmg_now() + gmg_net_policy(gn)->temporary);
	gmg_expiry_start(&sas->expiry, &set->expiry);
	gmg_event_sa(gn, set, GMGUARD_SA_CHANGE_NEW);
	return 0;
}
