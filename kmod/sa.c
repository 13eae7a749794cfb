// SPDX-License-Identifier: GPL-2.0
#include <linux/slab.h>
#include <net/xfrm.h>

#include "calls.h"
#include "esp.h"
#include "event.h"
#include "port.h"
#include "refusal.h"
#include "sa.h"
#include "tmpi.h"

struct gmg_set *gmg_set_alloc(const char *impi, const u8 *digest)
{
	size_t len = strlen(impi);
	struct gmg_set *set;
	int i;

	set = kzalloc(sizeof(*set), GFP_KERNEL_ACCOUNT);
	if (!set)
		return NULL;
	set->user = kzalloc(struct_size(set->user, impi, len + 1),
			    GFP_KERNEL_ACCOUNT);
	if (!set->user) {
		kfree(set);
		return NULL;
	}
	set->user->set = set;
	set->user->len = len;
	memcpy(set->user->impi, impi, len);
	if (digest)
		memcpy(set->user->digest, digest, sizeof(set->user->digest));
	for (i = 0; i < GMG_PAIRS; i++)
		set->pair[i].role = i;
	timerqueue_init(&set->expiry);
	refcount_set(&set->ref, 1);
	return set;
}

static void free_set(struct rcu_head *rcu)
{
	struct gmg_set *set = container_of(rcu, struct gmg_set, rcu);

	gmg_esp_put(set);
	if (set->calls)
		gmg_calls_put(set->calls);
	kfree(set->user);
	kfree(set);
}

void gmg_set_put(struct gmg_set *set)
{
	if (refcount_dec_and_test(&set->ref))
		call_rcu(&set->rcu, free_set);
}

/* It is in the tables. gmg_net.lock held. */
static bool is_live(const struct gmg_set *set)
{
	return gmg_expiry_runs(&set->expiry);
}

static void set_state(struct gmg_net *gn, struct gmg_set *set,
		      enum gmguard_sa_state state, enum gmguard_sa_change change)
{
	WRITE_ONCE(set->state, state);
	gmg_event_sa(gn, set, change);
}

void gmg_sa_del(struct gmg_net *gn, struct gmg_set *set,
		enum gmguard_sa_change change)
{
	struct gmg_sas *sas = gn->sas;

	lockdep_assert_held(&gn->lock);
	/* ORDER: no new packet comes by its SAs before nobody knows them */
	gmg_esp_remove(set);
	gmg_sa_unlink(sas, set);
	gmg_expiry_stop(&sas->expiry, &set->expiry);
	WRITE_ONCE(sas->n, sas->n - 1);
	gmg_event_sa(gn, set, change);
	gmg_tmpi_set_gone(gn, set);
	gmg_set_put(set);
}

bool gmg_sa_flush(struct gmg_net *gn)
{
	struct timerqueue_node *node;
	int n;

	for (n = 0; n < GMG_ENDS_AT_ONCE; n++) {
		node = gn->sas ? gmg_expiry_next(&gn->sas->expiry) : NULL;
		if (!node)
			return false;
		gmg_sa_del(gn, container_of(node, struct gmg_set, expiry),
			   GMGUARD_SA_CHANGE_DELETED);
	}
	return true;
}

/* Sets that are held at a time, and walks over the table, to end some. */
enum { SETS_HELD = 32, WALKS = 4 };

/* The next sets that @match says, held; how many. */
static int take_matching(struct rhashtable_iter *iter, gmg_sa_match match,
			 const void *arg, struct gmg_set **sets, int max)
{
	struct gmg_pair *pair;
	int n = 0, seen;

	rhashtable_walk_start(iter);
	for (seen = 0; n < max; seen++) {
		if (seen == GMG_ENDS_AT_ONCE) {
			rhashtable_walk_stop(iter);
			cond_resched();
			rhashtable_walk_start(iter);
			seen = 0;
		}
		pair = rhashtable_walk_next(iter);
		if (!pair)
			break;
		/* after a resize all that is left comes again */
		if (IS_ERR(pair) || pair->role != GMG_PAIR_CLIENT ||
		    !match(gmg_pair_set(pair), arg) ||
		    !refcount_inc_not_zero(&gmg_pair_set(pair)->ref))
			continue;
		sets[n++] = gmg_pair_set(pair);
	}
	rhashtable_walk_stop(iter);
	return n;
}

/* A set may have changed since it was looked at without the lock. */
static bool end_one(struct gmg_net *gn, struct gmg_set *set, gmg_sa_match match,
		    const void *arg, enum gmguard_sa_change change)
{
	bool ends = is_live(set) && match(set, arg);

	if (ends)
		gmg_sa_del(gn, set, change);
	gmg_set_put(set);
	return ends;
}

/* One walk; false: there was nothing to end. */
static bool end_some(struct gmg_net *gn, struct gmg_sas *sas, gmg_sa_match match,
		     const void *arg, enum gmguard_sa_change change)
{
	struct gmg_set *sets[SETS_HELD], *last = NULL;
	struct rhashtable_iter iter;
	bool some = false;
	int i, n;

	rhashtable_walk_enter(&sas->by_spi, &iter);
	do {
		n = take_matching(&iter, match, arg, sets, ARRAY_SIZE(sets));
		mutex_lock(&gn->lock);
		if (last)
			some |= end_one(gn, last, match, arg, change);
		for (i = 0; i < n - 1; i++)
			some |= end_one(gn, sets[i], match, arg, change);
		mutex_unlock(&gn->lock);
		/* the walk goes on from the last one, which must be there */
		last = n ? sets[n - 1] : NULL;
	} while (n);
	rhashtable_walk_exit(&iter);
	return some;
}

void gmg_sa_end(struct gmg_net *gn, gmg_sa_match match, const void *arg,
		enum gmguard_sa_change change)
{
	/* pairs with gmg_sa_prepare() */
	struct gmg_sas *sas = smp_load_acquire(&gn->sas);
	int walks = 0;

	/* A walk may pass over a set beside one that goes by itself just then. It
	 * is not for those that come meanwhile, which could be without end.
	 */
	while (sas && walks++ < WALKS && end_some(gn, sas, match, arg, change))
		;
}

/* Leaves at most the grace time to @set, which is old unless it is temporary. */
static void retire(struct gmg_net *gn, struct gmg_set *set)
{
	s64 at = (s64)gmg_now() + gmg_net_policy(gn)->grace;

	lockdep_assert_held(&gn->lock);
	if (at < set->expiry.expires)
		gmg_expiry_move(&gn->sas->expiry, &set->expiry, at);
	gmg_tmpi_set_gone(gn, set);
	WRITE_ONCE(set->ending, true);
	/* who was never registered is not a former registered user */
	if (READ_ONCE(set->state) != GMGUARD_SA_STATE_OLD &&
	    READ_ONCE(set->state) != GMGUARD_SA_STATE_TEMPORARY)
		set_state(gn, set, GMGUARD_SA_STATE_OLD, GMGUARD_SA_CHANGE_OLD);
}

void gmg_sa_deregister(struct gmg_net *gn, struct gmg_set *set)
{
	bool registered = READ_ONCE(set->state) != GMGUARD_SA_STATE_TEMPORARY;
	struct gmg_contact c = gmg_sa_contact(gn->sas, set);
	int i;

	retire(gn, set);
	for (i = 0; registered && i < c.n; i++)
		if (READ_ONCE(c.set[i]->state) != GMGUARD_SA_STATE_TEMPORARY)
			retire(gn, c.set[i]);
}

int gmg_sa_establish(struct gmg_net *gn, struct gmg_set *set, u32 seconds,
		     struct netlink_ext_ack *extack)
{
	s64 at = (s64)gmg_now() + seconds + gmg_net_policy(gn)->slack;
	struct gmg_contact c;
	int i, err;

	lockdep_assert_held(&gn->lock);
	if (set->ending)
		return gmg_refuse(extack, NULL, -ESTALE,
				  "this set is old: it was replaced or is being deleted");
	if (READ_ONCE(set->state) != GMGUARD_SA_STATE_TEMPORARY) {
		gmg_expiry_move(&gn->sas->expiry, &set->expiry, max_t(s64, at, set->expiry.expires));
		return 0;
	}
	err = gmg_tmpi_set_established(gn, set, extack);
	if (err)
		return err;

	c = gmg_sa_contact(gn->sas, set);
	for (i = 0; i < c.n; i++) {
		at = max_t(s64, at, c.set[i]->expiry.expires);
		if (!set->over || gmg_set_spi(c.set[i]) != set->over)
			gmg_sa_del(gn, c.set[i], GMGUARD_SA_CHANGE_REPLACED);
	}
	gmg_expiry_move(&gn->sas->expiry, &set->expiry, at);
	set_state(gn, set, GMGUARD_SA_STATE_ESTABLISHED,
		  GMGUARD_SA_CHANGE_ESTABLISHED);
	return 0;
}

int gmg_sa_shorten(struct gmg_net *gn, struct gmg_set *set, u32 seconds,
		   struct netlink_ext_ack *extack)
{
	s64 at = (s64)gmg_now() + seconds + gmg_net_policy(gn)->slack;

	lockdep_assert_held(&gn->lock);
	if (READ_ONCE(set->state) == GMGUARD_SA_STATE_TEMPORARY)
		return gmg_refuse(extack, NULL, -EBUSY,
				  "this set is temporary: its registration has not succeeded so far");
	if (at < set->expiry.expires)
		gmg_expiry_move(&gn->sas->expiry, &set->expiry, at);
	return 0;
}

/* Life */

static void queue(struct gmg_sas *sas)
{
	mod_delayed_work(system_power_efficient_wq, &sas->tasks, 0);
}

void gmg_sa_look(struct gmg_net *gn, enum gmg_look at)
{
	struct gmg_sas *sas;

	rcu_read_lock();
	/* pairs with gmg_sa_prepare() and gmg_sa_free() */
	sas = smp_load_acquire(&gn->sas);
	if (sas) {
		set_bit(at, &sas->look);
		queue(sas);
	}
	rcu_read_unlock();
}

void gmg_sa_used(struct gmg_net *gn, struct gmg_set *set)
{
	if (READ_ONCE(set->state) != GMGUARD_SA_STATE_ESTABLISHED ||
	    cmpxchg(&set->state, GMGUARD_SA_STATE_ESTABLISHED,
		    GMGUARD_SA_STATE_IN_USE) != GMGUARD_SA_STATE_ESTABLISHED)
		return;
	if (!refcount_inc_not_zero(&set->ref))
		return;
	llist_add(&set->used, &gn->sas->used);
	queue(gn->sas);
}

/* The first message on a new set retires the one that protected SM1, TS 33.203
 * 7.4.2a.
 */
static void taken_into_use(struct gmg_net *gn, struct gmg_set *set)
{
	struct gmg_contact c;
	int i;

	if (!is_live(set) || READ_ONCE(set->state) != GMGUARD_SA_STATE_IN_USE ||
	    !gmg_net_policy(gn))
		return;
	gmg_event_sa(gn, set, GMGUARD_SA_CHANGE_IN_USE);
	c = gmg_sa_contact(gn->sas, set);
	for (i = 0; i < c.n; i++)
		if (set->over && gmg_set_spi(c.set[i]) == set->over)
			retire(gn, c.set[i]);
}

/* A set that others have deleted states of is over: we have its keys no more. */
static bool is_lost(const struct gmg_set *set, const void *arg)
{
	return gmg_esp_lost(set);
}

static void look_for_policies(struct gmg_net *gn)
{
	struct gmg_sas *sas = gn->sas;
	u64 before = gn->restored;

	if (!test_and_clear_bit(GMG_LOOK_POLICIES, &sas->look))
		return;
	if (!gmg_port_restore_policies(gn)) {
		set_bit(GMG_LOOK_POLICIES, &sas->look);
		queue_delayed_work(system_power_efficient_wq, &sas->tasks, HZ);
	}
	if (gn->restored != before)
		gmg_event_restored(gn);
}

static void end_set(struct gmg_net *gn, struct timerqueue_node *node)
{
	gmg_sa_del(gn, container_of(node, struct gmg_set, expiry), GMGUARD_SA_CHANGE_EXPIRED);
}

static void do_tasks(struct work_struct *w)
{
	struct gmg_sas *sas = container_of(to_delayed_work(w), struct gmg_sas, tasks);
	struct gmg_net *gn = sas->gn;
	struct gmg_set *set, *next;

	mutex_lock(&gn->lock);
	llist_for_each_entry_safe(set, next, llist_del_all(&sas->used), used) {
		taken_into_use(gn, set);
		gmg_set_put(set);
	}
	look_for_policies(gn);
	mutex_unlock(&gn->lock);
	if (test_and_clear_bit(GMG_LOOK_STATES, &sas->look))
		gmg_sa_end(gn, is_lost, NULL, GMGUARD_SA_CHANGE_LOST);
}

int gmg_sa_prepare(struct gmg_net *gn)
{
	struct gmg_sas *sas;
	int err;

	lockdep_assert_held(&gn->lock);
	if (gn->sas)
		return 0;
	sas = kzalloc(sizeof(*sas), GFP_KERNEL_ACCOUNT);
	if (!sas)
		return -ENOMEM;
	err = gmg_sa_init_tables(sas);
	if (err) {
		kfree(sas);
		return err;
	}
	gmg_expiry_init(&sas->expiry, gn, end_set);
	init_llist_head(&sas->used);
	INIT_DELAYED_WORK(&sas->tasks, do_tasks);
	sas->gn = gn;
	/* pairs with gmg_sa_look() */
	smp_store_release(&gn->sas, sas);
	return 0;
}

void gmg_sa_free(struct gmg_net *gn)
{
	struct gmg_set *set, *next;
	struct gmg_sas *sas = gn->sas;

	if (!sas)
		return;
	/* ORDER: whoever watches xfrm has no work left to queue */
	WRITE_ONCE(gn->sas, NULL);
	synchronize_rcu();
	gmg_expiry_cancel(&sas->expiry);
	cancel_delayed_work_sync(&sas->tasks);
	llist_for_each_entry_safe(set, next, llist_del_all(&sas->used), used)
		gmg_set_put(set);
	/* the states are of a namespace that is about to go */
	rcu_barrier();
	gmg_sa_destroy_tables(sas);
	kfree(sas);
}
