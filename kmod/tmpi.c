// SPDX-License-Identifier: GPL-2.0
#include <linux/slab.h>

#include "event.h"
#include "refusal.h"
#include "sa.h"
#include "tmpi.h"

/* Bindings that are looked at or taken away in one go, and walks over the table. */
enum { AT_ONCE = 256, TAKEN = 16, WALKS = 8 };

enum gmg_tmpi_state gmg_tmpi_state(const struct gmg_tmpi *tmpi)
{
	return gmg_now() < READ_ONCE(tmpi->ends) && gmg_binding_lives(tmpi->binding) ?
	       GMG_TMPI_LIVE : GMG_TMPI_EXPIRED;
}

static struct gmg_tmpi *locked(const struct gmg_net *gn, struct gmg_tmpi __rcu *tmpi)
{
	return rcu_dereference_protected(tmpi, lockdep_is_held(&gn->lock));
}

/* ORDER: none of the three, of which each leads to others, is given up before nobody finds
 * any of them.
 */
static void remove(struct gmg_net *gn, struct gmg_binding *b)
{
	struct gmg_tmpi *now = locked(gn, b->now), *previous = locked(gn, b->previous);
	struct gmg_tmpis *tmpis = gn->tmpis;

	lockdep_assert_held(&gn->lock);
	gmg_tmpi_unlink(tmpis, now);
	if (previous)
		gmg_tmpi_unlink(tmpis, previous);
	gmg_tmpi_unlink_binding(tmpis, b);
	gmg_expiry_stop(&tmpis->expiry, &b->expiry);
	WRITE_ONCE(tmpis->n, tmpis->n - 1);
	kfree_rcu(now, rcu);
	if (previous)
		kfree_rcu(previous, rcu);
	kfree_rcu(b, rcu);
}

void gmg_tmpi_del(struct gmg_net *gn, struct gmg_binding *b)
{
	if (!b->over)
		gmg_event_tmpi(gn, b, GMGUARD_TMPI_CHANGE_DELETED);
	remove(gn, b);
}

/* The time of a binding is over; or it was, and that is no longer to be known. */
static void end_binding(struct gmg_net *gn, struct timerqueue_node *node)
{
	struct gmg_binding *b = container_of(node, struct gmg_binding, expiry);
	const struct gmg_policy *pol = gmg_net_policy(gn);

	if (b->over || !pol) {
		gmg_tmpi_del(gn, b);
		return;
	}
	b->over = true;
	gmg_event_tmpi(gn, b, GMGUARD_TMPI_CHANGE_EXPIRED);
	gmg_expiry_move(&gn->tmpis->expiry, node, (s64)gmg_now() + pol->grace);
}

/* Has @b end at @at, or never. */
static void set_end(struct gmg_net *gn, struct gmg_binding *b, u32 at)
{
	struct gmg_expiry *expiry = &gn->tmpis->expiry;

	b->over = false;
	WRITE_ONCE(b->ends, at);
	if (at == GMG_TMPI_NEVER)
		gmg_expiry_stop(expiry, &b->expiry);
	else
		gmg_expiry_move(expiry, &b->expiry, at);
}

/* So many seconds from now, before what never is. */
static u32 after(u32 seconds)
{
	return min_t(u64, (u64)gmg_now() + seconds, GMG_TMPI_NEVER - 1);
}

/* Nothing waits for @set any more. */
static void forget_waiting(struct gmg_net *gn, struct gmg_set *set)
{
	if (!set->tmpi)
		return;
	gn->tmpis->waiting -= set->tmpi->room;
	kfree(set->tmpi);
	set->tmpi = NULL;
}

void gmg_tmpi_set_gone(struct gmg_net *gn, struct gmg_set *set)
{
	const struct gmg_policy *pol = gmg_net_policy(gn);
	struct gmg_binding *b;

	forget_waiting(gn, set);
	/* without a policy all go */
	if (!pol || !gmg_tmpi_count(gn))
		return;
	b = gmg_tmpi_binding(gn, (const u8 *)set->user->impi, set->user->len);
	if (!b || b->spi_ps != gmg_set_spi(set) || b->ends <= after(pol->grace))
		return;
	set_end(gn, b, after(pol->grace));
	gmg_event_tmpi(gn, b, GMGUARD_TMPI_CHANGE_ENDING);
}

/* A new one */

/* Takes from the set what @rq leaves to it, and holds the rest against it. */
static int fill_from_set(struct gmg_net *gn, struct gmg_tmpi_request *rq,
			 struct gmg_set **of, struct netlink_ext_ack *extack)
{
	const struct gmg_pair *pair = gmg_sa_by_spi(gn, rq->spi_ps);
	struct gmg_set *set;

	if (!pair || pair->role != GMG_PAIR_CLIENT)
		return gmg_refuse(extack, NULL, -ENOENT, "no set has this spi-ps");
	set = gmg_pair_set(pair);
	if (set->ending)
		return gmg_refuse(extack, NULL, -ESTALE,
				  "this set is old: it was replaced or is being deleted");
	if (set->emergency)
		return gmg_refuse(extack, NULL, -EINVAL,
				  "this set is of an emergency registration, which has no TMPI of its own");
	if (rq->impi && !gmg_sip_nai_same((const u8 *)rq->impi, strlen(rq->impi),
					  (const u8 *)set->user->impi, set->user->len))
		return gmg_refuse(extack, NULL, -EINVAL, "the set has another impi");
	if (rq->family && (rq->family != set->family || !nf_inet_addr_cmp(&rq->ue, &set->ue)))
		return gmg_refuse(extack, NULL, -EINVAL, "the set has another ue");
	rq->impi = set->user->impi;
	rq->family = set->family;
	rq->ue = set->ue;
	*of = set;
	return 0;
}

static int check_request(struct gmg_net *gn, struct gmg_tmpi_request *rq,
			 struct gmg_set **set, struct netlink_ext_ack *extack)
{
	const struct gmg_policy *pol = gmg_net_policy(gn);

	if (!pol)
		return gmg_refuse(extack, NULL, -ENOENT, "no policy runs in this namespace");
	if (rq->spi_ps)
		return fill_from_set(gn, rq, set, extack);
	if (!gmg_prefix_lookup(&pol->pool_set, rq->family, &rq->ue))
		return gmg_refuse(extack, NULL, -EINVAL, "ue is in no UE pool of the policy");
	return 0;
}

/* Is the TMPI somebody else's, or one that was given up? And is there room for it, which
 * that in the place of another, and what has waited with room for it, @kept, has?
 */
static int check_tmpi(struct gmg_net *gn, const struct gmg_tmpi_request *rq,
		      const struct gmg_binding *b, bool kept, struct netlink_ext_ack *extack)
{
	const struct gmg_tmpi *other = gmg_tmpi_lookup(gn, rq->user);

	if (other && other->binding != b)
		return gmg_refuse(extack, NULL, -EEXIST, "this TMPI stands for another IMPI");
	if (other && other != locked(gn, b->now))
		return gmg_refuse(extack, NULL, -EEXIST,
				  "this TMPI was before the one that stands for the IMPI now");
	if (!b && gn->tmpis->n + gn->tmpis->waiting - kept >= gmg_net_policy(gn)->max_tmpis)
		return gmg_refuse(extack, NULL, -ENOSPC,
				  "as many IMPIs as the policy allows have a TMPI (limits: tmpi)");
	return 0;
}

static struct gmg_tmpi *make_tmpi(const struct gmg_tmpi_request *rq, struct gmg_binding *b)
{
	struct gmg_tmpi *tmpi = kzalloc(sizeof(*tmpi), GFP_KERNEL_ACCOUNT);

	if (!tmpi)
		return NULL;
	memcpy(tmpi->user, rq->user, sizeof(tmpi->user));
	tmpi->ends = GMG_TMPI_NEVER;
	tmpi->family = rq->family;
	tmpi->ue = rq->ue;
	tmpi->binding = b;
	return tmpi;
}

static struct gmg_binding *make_binding(const char *impi)
{
	size_t len = strlen(impi);
	struct gmg_binding *b;

	b = kzalloc(struct_size(b, impi, len + 1), GFP_KERNEL_ACCOUNT);
	if (!b)
		return NULL;
	b->len = len;
	memcpy(b->impi, impi, len);
	timerqueue_init(&b->expiry);
	return b;
}

/* The first TMPI of an IMPI. */
static int add_first(struct gmg_net *gn, const struct gmg_tmpi_request *rq,
		     struct gmg_binding **binding)
{
	struct gmg_tmpis *tmpis = gn->tmpis;
	struct gmg_binding *b;
	struct gmg_tmpi *tmpi;
	int err = -ENOMEM;

	b = make_binding(rq->impi);
	if (!b)
		return -ENOMEM;
	tmpi = make_tmpi(rq, b);
	if (!tmpi)
		goto err_binding;
	RCU_INIT_POINTER(b->now, tmpi);
	err = gmg_tmpi_link_binding(tmpis, b);
	if (err)
		goto err_tmpi;
	err = gmg_tmpi_link(tmpis, tmpi);
	if (err)
		goto err_remove;
	WRITE_ONCE(tmpis->n, tmpis->n + 1);
	*binding = b;
	return 0;

err_remove:
	gmg_tmpi_unlink_binding(tmpis, b);
	/* somebody may have found it already */
	kfree_rcu(tmpi, rcu);
	kfree_rcu(b, rcu);
	return err;
err_tmpi:
	kfree(tmpi);
err_binding:
	kfree(b);
	return err;
}

/* Another one, or the same at another address. */
static int add_next(struct gmg_net *gn, const struct gmg_tmpi_request *rq,
		    struct gmg_binding *b)
{
	struct gmg_tmpi *old = locked(gn, b->now), *older = locked(gn, b->previous);
	struct gmg_tmpi *tmpi = make_tmpi(rq, b);
	struct gmg_tmpis *tmpis = gn->tmpis;
	int err;

	if (!tmpi)
		return -ENOMEM;
	if (!memcmp(old->user, rq->user, sizeof(old->user))) {
		err = gmg_tmpi_replace(tmpis, old, tmpi);
		if (err)
			goto err_free;
		rcu_assign_pointer(b->now, tmpi);
		kfree_rcu(old, rcu);
		return 0;
	}
	err = gmg_tmpi_link(tmpis, tmpi);
	if (err)
		goto err_free;
	/* what had expired does not come back to life */
	WRITE_ONCE(old->ends, gmg_binding_lives(b) ? after(gmg_net_policy(gn)->grace) : 0);
	rcu_assign_pointer(b->previous, old);
	rcu_assign_pointer(b->now, tmpi);
	/* ORDER: nobody finds it any more, neither there nor here */
	if (older) {
		gmg_tmpi_unlink(tmpis, older);
		kfree_rcu(older, rcu);
	}
	return 0;

err_free:
	kfree(tmpi);
	return err;
}

/* @rq, which says all, is carried out. */
static int add(struct gmg_net *gn, const struct gmg_tmpi_request *rq, struct gmg_binding *b)
{
	bool first = !b;
	int err = first ? add_first(gn, rq, &b) : add_next(gn, rq, b);

	if (err)
		return err;
	WRITE_ONCE(b->spi_ps, rq->spi_ps);
	set_end(gn, b, rq->spi_ps ? GMG_TMPI_NEVER : after(rq->seconds));
	gmg_event_tmpi(gn, b, first ? GMGUARD_TMPI_CHANGE_NEW : GMGUARD_TMPI_CHANGE_RENEWED);
	return 0;
}

/* @user waits for the registration of @set. If it is to be the first of its IMPI there will
 * be room for it then.
 */
static int add_waiting(struct gmg_net *gn, struct gmg_set *set, const u8 *user, bool first)
{
	struct gmg_tmpi_waiting *tmpi = kmalloc(sizeof(*tmpi), GFP_KERNEL_ACCOUNT);

	if (!tmpi)
		return -ENOMEM;
	forget_waiting(gn, set);
	memcpy(tmpi->user, user, sizeof(tmpi->user));
	tmpi->room = first;
	set->tmpi = tmpi;
	gn->tmpis->waiting += first;
	return 0;
}

static bool has_room(const struct gmg_set *set)
{
	return set && set->tmpi && set->tmpi->room;
}

static struct gmg_binding *binding_of(const struct gmg_net *gn,
				      const struct gmg_tmpi_request *rq)
{
	return gmg_tmpi_binding(gn, (const u8 *)rq->impi, strlen(rq->impi));
}

int gmg_tmpi_add(struct gmg_net *gn, const struct gmg_tmpi_request *request,
		 struct netlink_ext_ack *extack)
{
	struct gmg_tmpi_request rq = *request;
	struct gmg_set *set = NULL;
	struct gmg_binding *b;
	int err;

	lockdep_assert_held(&gn->lock);
	err = check_request(gn, &rq, &set, extack);
	if (err)
		return err;
	b = binding_of(gn, &rq);
	err = check_tmpi(gn, &rq, b, has_room(set), extack);
	if (err)
		return err;
	if (set && READ_ONCE(set->state) == GMGUARD_SA_STATE_TEMPORARY)
		return add_waiting(gn, set, rq.user, !b);
	return add(gn, &rq, b);
}

int gmg_tmpi_set_established(struct gmg_net *gn, struct gmg_set *set,
			     struct netlink_ext_ack *extack)
{
	struct gmg_tmpi_request rq = {
		.impi = set->user->impi, .family = set->family, .ue = set->ue,
		.spi_ps = gmg_set_spi(set),
	};
	struct gmg_binding *b;
	int err;

	lockdep_assert_held(&gn->lock);
	if (!set->tmpi)
		return 0;
	rq.user = set->tmpi->user;
	b = binding_of(gn, &rq);
	err = check_tmpi(gn, &rq, b, has_room(set), extack) ?: add(gn, &rq, b);
	if (err == -ENOMEM)
		return err;
	/* who can have none is registered all the same */
	forget_waiting(gn, set);
	return 0;
}

/* Many */

/* The next bindings that @match says, by their TMPIs; how many. */
static int find_matching(struct rhashtable_iter *iter, gmg_tmpi_match match, const void *arg,
			 u8 (*users)[GMG_TMPI_USER], bool *more)
{
	struct gmg_binding *b = NULL;
	int n = 0, seen;

	rhashtable_walk_start(iter);
	for (seen = 0; seen < AT_ONCE && n < TAKEN; seen++) {
		b = rhashtable_walk_next(iter);
		if (!b)
			break;
		/* after a resize all that is left comes again */
		if (!IS_ERR(b) && (!match || match(b, arg)))
			memcpy(users[n++], rcu_dereference(b->now)->user, GMG_TMPI_USER);
	}
	rhashtable_walk_stop(iter);
	*more = b;
	return n;
}

/* What was found without the lock may have changed, or have gone. */
static void del_matching(struct gmg_net *gn, gmg_tmpi_match match, const void *arg,
			 u8 (*users)[GMG_TMPI_USER], int n)
{
	const struct gmg_tmpi *tmpi;
	bool matches;
	int i;

	mutex_lock(&gn->lock);
	for (i = 0; i < n; i++) {
		tmpi = gmg_tmpi_lookup(gn, users[i]);
		rcu_read_lock();
		matches = tmpi && (!match || match(tmpi->binding, arg));
		rcu_read_unlock();
		if (matches)
			gmg_tmpi_del(gn, tmpi->binding);
	}
	mutex_unlock(&gn->lock);
}

/* One walk; false: there was nothing to take away. */
static bool flush_walk(struct gmg_net *gn, gmg_tmpi_match match, const void *arg)
{
	u8 users[TAKEN][GMG_TMPI_USER];
	struct rhashtable_iter iter;
	bool some = false, more;
	int n;

	rhashtable_walk_enter(&gn->tmpis->by_impi, &iter);
	do {
		n = find_matching(&iter, match, arg, users, &more);
		if (n)
			del_matching(gn, match, arg, users, n);
		some |= n;
		cond_resched();
	} while (more);
	rhashtable_walk_exit(&iter);
	return some;
}

void gmg_tmpi_flush(struct gmg_net *gn, gmg_tmpi_match match, const void *arg)
{
	int walks = 0;

	/* A walk may pass over one beside what it takes away, or what goes by itself: of many,
	 * each walk leaves a fraction.
	 */
	while (gmg_tmpis(gn) && walks++ < WALKS && flush_walk(gn, match, arg))
		;
}

int gmg_tmpi_prepare(struct gmg_net *gn)
{
	struct gmg_tmpis *tmpis;
	int err;

	lockdep_assert_held(&gn->lock);
	if (gn->tmpis)
		return 0;
	tmpis = kzalloc(sizeof(*tmpis), GFP_KERNEL_ACCOUNT);
	if (!tmpis)
		return -ENOMEM;
	err = gmg_tmpi_init_tables(tmpis);
	if (err) {
		kfree(tmpis);
		return err;
	}
	gmg_expiry_init(&tmpis->expiry, gn, end_binding);
	/* pairs with gmg_tmpis() */
	smp_store_release(&gn->tmpis, tmpis);
	return 0;
}

void gmg_tmpi_free(struct gmg_net *gn)
{
	struct gmg_tmpis *tmpis = gn->tmpis;

	if (!tmpis)
		return;
	gmg_expiry_cancel(&tmpis->expiry);
	gmg_tmpi_free_tables(tmpis);
	kfree(tmpis);
	gn->tmpis = NULL;
}
