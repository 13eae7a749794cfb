/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_NET_H
#define _GMG_NET_H

#include <linux/mutex.h>
#include <linux/netfilter.h>
#include <linux/ratelimit.h>
#include <net/net_namespace.h>

#include "policy.h"

struct gmg_dialogs;
struct gmg_floods;
struct gmg_port_policies;
struct gmg_sas;
struct gmg_stats;
struct gmg_streams;
struct gmg_tmpis;

/* prerouting, input, forward, postrouting and translated of two families */
#define GMG_HOOKS 10

/**
 * struct gmg_net - what one network namespace owns
 * @net:        the namespace
 * @change:     held by whoever sets or clears the policy, outside of @lock
 * @lock:       held by whoever changes anything below
 * @policy:     the running policy; NULL: no hooks, no module reference
 * @generation: of the last policy that ran here
 * @ops:        the hooks; .priv leads back here
 * @stats:      allocated with the first policy, freed with the namespace
 * @base:       counters at the last reset, same layout (@lock)
 * @slots:      of the last policy that ran here (@lock)
 * @sas:        SA sets, from the first policy on as long as the namespace
 * @dialogs:    what SIP needs remembered; as long as @sas
 * @floods:     how fast whom has sent REGISTERs; as long as @sas
 * @tmpis:      which TMPI stands for which IMPI; as long as @sas
 * @streams:    TCP connections whose SIP is read; as long as @sas
 * @port_policies: xfrm policies of the protected ports (@lock)
 * @restored:   how often some of these were taken away and put back (@lock)
 * @event_rs:   rate limit of the events
 * @event_lock: held while an event is numbered and sent; at most as often as
 *              the rate limit lets pass
 * @event_seq:  events sent (@event_lock)
 * @event_suppressed: events held back
 */
struct gmg_net {
	struct net *net;
	struct mutex change;	/* whoever sets or clears the policy */
	struct mutex lock;	/* whoever changes what is below */
	struct gmg_policy __rcu *policy;
	u32 generation;
	struct nf_hook_ops ops[GMG_HOOKS];
	struct gmg_stats __percpu *stats;
	struct gmg_stats *base;
	struct gmg_slots slots;
	struct gmg_sas *sas;
	struct gmg_dialogs *dialogs;
	struct gmg_floods *floods;
	struct gmg_tmpis *tmpis;
	struct gmg_streams *streams;
	struct gmg_port_policies *port_policies;
	u64 restored;
	struct ratelimit_state event_rs;
	spinlock_t event_lock;	/* numbers go out in order */
	u64 event_seq;
	atomic64_t event_suppressed;
};

struct gmg_net *gmg_net_get(const struct net *net);

/* The running policy for whoever holds @lock. */
static inline struct gmg_policy *gmg_net_policy(const struct gmg_net *gn)
{
	return rcu_dereference_protected(gn->policy,
					 lockdep_is_held(&gn->lock));
}

/* Publishes @pol, the first one with its hooks; on success @pol is the
 * namespace's, on failure still the caller's. Takes the lock.
 */
int gmg_net_set_policy(struct gmg_net *gn, struct gmg_policy *pol,
		       struct netlink_ext_ack *extack);

/* -ENOENT if there is none. Takes the lock. */
int gmg_net_clear_policy(struct gmg_net *gn);

int gmg_net_init(void);
void gmg_net_exit(void);

#endif /* _GMG_NET_H */
