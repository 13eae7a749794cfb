/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_SA_H
#define _GMG_SA_H

#include <linux/llist.h>
#include <linux/netfilter.h>
#include <linux/rbtree.h>
#include <linux/refcount.h>
#include <linux/rhashtable.h>
#include <linux/workqueue.h>
#include <uapi/linux/gmguard.h>

#include "expiry.h"
#include "net.h"

struct gmg_calls;
struct xfrm_state;

/**
 * DOC: SA sets
 *
 * What one authentication makes: four SAs in two pairs (TS 33.203 7.1).
 *
 *	pair	our inbound SA			our outbound SA
 *	client	A spi_ps  port_uc -> port_ps	B spi_uc  port_ps -> port_uc
 *	server	D spi_pc  port_us -> port_pc	C spi_us  port_pc -> port_us
 *
 * A pair is named after the UE's port. spi_ps names the set.
 *
 * A set is found by our SPIs, by the UE's address, alone or with its ports, and by
 * its IMPI.
 * All of that changes under gmg_net.lock only. Packets look sets up under
 * rcu_read_lock(); a set is freed a grace period after it has left the tables
 * and nobody holds a reference.
 */
enum gmg_pair_role { GMG_PAIR_CLIENT, GMG_PAIR_SERVER, GMG_PAIRS };

/* Of a contact: what is established, its predecessor, and what is to replace both.
 * So there are six SAs in a direction at most, TS 33.203 7.1.
 */
enum { GMG_SETS_PER_CONTACT = 3 };

/* What somebody else may have deleted from xfrm. */
enum gmg_look { GMG_LOOK_STATES, GMG_LOOK_POLICIES };

/**
 * struct gmg_sa - one unidirectional SA
 * @x:    its state, held; not changed until the set is freed
 * @spi:  host order, like all SPIs here
 * @last: when a packet last passed, gmg_now(); 0: none has
 */
struct gmg_sa {
	struct xfrm_state *x;
	u32 spi;
	u32 last;
};

/**
 * struct gmg_pair - the SAs of one UE port
 * @by_spi:  keyed by the SPI of @in
 * @by_ue:   keyed by the UE's address and @ue_port
 * @in:      from the UE, by our SPI
 * @out:     to the UE, by its own
 * @ue_port: port_uc or port_us, host order
 * @port:    port_ps or port_pc
 * @role:    enum gmg_pair_role
 */
struct gmg_pair {
	struct rhash_head by_spi;
	struct rhlist_head by_ue;
	struct gmg_sa in;
	struct gmg_sa out;
	u16 ue_port;
	u16 port;
	u8 role;
};

/**
 * struct gmg_user - who a set belongs to and what was agreed
 *
 * Apart, since its size varies, with what no packet looks at.
 *
 * @by_addr: ordered by the UE's address, then by spi_ps
 * @set:     whose it is
 * @len:     octets of @impi, which ends in a NUL
 */
struct gmg_user {
	struct rb_node by_addr;
	struct gmg_set *set;
	u8 digest[GMGUARD_DIGEST_LEN];
	u16 len;
	char impi[];
};

/**
 * struct gmg_set - the SAs of one authentication
 * @pair:      the two pairs
 * @by_impi:   keyed by @user
 * @expiry:    when its time is over
 * @used:      once, when the first packet has come after it was established
 * @ref:       one of the tables, one while @used is queued
 * @tmpi:      what stands for @user's IMPI once the set is established, or NULL
 *             (gmg_net.lock)
 * @calls:     of an emergency registration, what may go on of its calls, else NULL
 * @over:      spi_ps of the set that protected SM1; 0: SM1 came in clear
 * @state:     enum gmguard_sa_state
 * @family:    NFPROTO_IPV4 or NFPROTO_IPV6
 * @emergency: of an emergency registration, a contact of its own
 * @ending:    has at most the grace time left, and is established no more
 * @by_tmpi:   the last REGISTER under it named the user by the TMPI; changes
 * @made_by:   what the REGISTER that made it is remembered by, 0: none was seen; changes
 * @made_at:   gmg_now() when that came last; changes
 */
struct gmg_set {
	struct gmg_pair pair[GMG_PAIRS];
	struct rhlist_head by_impi;
	struct timerqueue_node expiry;
	union {
		struct llist_node used;
		struct rcu_head rcu;
	};
	union nf_inet_addr ue;
	union nf_inet_addr pcscf;
	struct gmg_user *user;
	struct gmg_tmpi_waiting *tmpi;
	struct gmg_calls *calls;
	refcount_t ref;
	u32 over;
	u32 state;	/* cmpxchg() wants a word */
	u8 family;
	u8 alg;
	u8 ealg;
	bool emergency;
	bool ending;
	bool by_tmpi;
	u32 made_at;
	u64 made_by;
};

/**
 * struct gmg_sas - the sets of a network namespace
 * @by_spi:   pairs, by our inbound SPI
 * @by_ue:    pairs, by UE address and port
 * @by_impi:  sets
 * @by_addr:  sets, by UE address: behind one there may be thousands, and to delete one
 *            of as many a hash would walk them all (gmg_net.lock)
 * @expiry:   ends sets when their time is over
 * @used:     sets whose first packet has come
 * @n:        sets (gmg_net.lock)
 * @look:     bits of enum gmg_look
 * @tasks:    does what @used and @look ask for
 */
struct gmg_sas {
	struct rhashtable by_spi;
	struct rhltable by_ue;
	struct rhltable by_impi;
	struct rb_root by_addr;
	struct gmg_expiry expiry;
	struct llist_head used;
	u32 n;
	unsigned long look;
	struct delayed_work tasks;
	struct gmg_net *gn;
};

static inline struct gmg_set *gmg_pair_set(const struct gmg_pair *pair)
{
	return container_of(pair, struct gmg_set, pair[pair->role]);
}

static inline u32 gmg_set_spi(const struct gmg_set *set)
{
	return set->pair[GMG_PAIR_CLIENT].in.spi;
}

/* Seconds left; 0: its time is over. */
static inline u32 gmg_set_left(const struct gmg_set *set)
{
	s64 left = READ_ONCE(set->expiry.expires) - gmg_now();

	return clamp_t(s64, left, 0, U32_MAX);
}

/* The pair with this inbound SPI, or NULL. rcu_read_lock() or gmg_net.lock. */
struct gmg_pair *gmg_sa_by_spi(const struct gmg_net *gn, u32 spi);

/* The pair of these ends, or NULL. rcu_read_lock() or gmg_net.lock. */
struct gmg_pair *gmg_sa_by_flow(const struct gmg_net *gn, u8 family,
				const union nf_inet_addr *ue, u16 ue_port,
				const union nf_inet_addr *pcscf, u16 port);

/* Is this a port of the UE's SAs, of which a set is not temporary? rcu_read_lock() held. */
bool gmg_sa_has_port(const struct gmg_net *gn, u8 family, const union nf_inet_addr *ue,
		     u16 ue_port);

/* The set of this UE address that has the next higher spi_ps than @spi_ps, or NULL.
 * gmg_net.lock held.
 */
struct gmg_set *gmg_sa_after(const struct gmg_net *gn, u8 family,
			     const union nf_inet_addr *ue, u32 spi_ps);

/* Of one IMPI, in which the case of the realm does not count. */
bool gmg_sa_same_impi(const struct gmg_user *a, const struct gmg_user *b);

/* The pairs of any set with this port at the UE's address of @set, or NULL.
 * rcu_read_lock() held.
 */
struct rhlist_head *gmg_sa_by_ue(struct gmg_sas *sas, const struct gmg_set *set,
				 u16 ue_port);

/* The other sets of a contact: of one IMPI, of emergency registrations or of
 * others. gmg_net.lock held.
 */
struct gmg_contact {
	struct gmg_set *set[GMG_SETS_PER_CONTACT];
	int n;
};

struct gmg_contact gmg_sa_contact(struct gmg_sas *sas, const struct gmg_set *set);

/* Into the tables, all of them or none, and out. gmg_net.lock held. */
int gmg_sa_link(struct gmg_sas *sas, struct gmg_set *set);
void gmg_sa_unlink(struct gmg_sas *sas, struct gmg_set *set);

int gmg_sa_init_tables(struct gmg_sas *sas);
void gmg_sa_destroy_tables(struct gmg_sas *sas);

/* A packet has passed under @sa. Packet path. */
static inline void gmg_sa_passed(struct gmg_sa *sa)
{
	u32 now = gmg_now();

	if (READ_ONCE(sa->last) != now)
		WRITE_ONCE(sa->last, now);
}

/* A message has come from the UE. Packet path. */
void gmg_sa_used(struct gmg_net *gn, struct gmg_set *set);

/* An empty set of one reference, or NULL. GFP_KERNEL. */
struct gmg_set *gmg_set_alloc(const char *impi, const u8 *digest);

/* Gives a reference back; the last one frees the set and lets go of its states. */
void gmg_set_put(struct gmg_set *set);

/* Installs @set, whose states are initialised, with SPIs of ours, and replaces
 * the pending set of its contact. The tables take over the caller's reference.
 * On failure nothing has changed, but for the pending set if the very last step
 * failed, and @owner is the spi_ps of the set in the way or 0. gmg_net.lock held.
 */
int gmg_sa_add(struct gmg_net *gn, struct gmg_set *set, u32 *owner,
	       struct netlink_ext_ack *extack);

/* The registration of @set succeeded or was refreshed for @seconds
 * (TS 33.203 7.4.2a). gmg_net.lock held.
 */
int gmg_sa_establish(struct gmg_net *gn, struct gmg_set *set, u32 seconds,
		     struct netlink_ext_ack *extack);

/* The network wants the UE of @set authenticated anew: it is registered for at most
 * @seconds from now (TS 33.203 6.1.4). gmg_net.lock held.
 */
int gmg_sa_shorten(struct gmg_net *gn, struct gmg_set *set, u32 seconds,
		   struct netlink_ext_ack *extack);

/* Its registration has failed, or is over: leaves at most the grace time to @set, and
 * unless that is temporary to all sets of its contact that are not (TS 33.203 7.4.2a),
 * which are old then. gmg_net.lock held.
 */
void gmg_sa_deregister(struct gmg_net *gn, struct gmg_set *set);

/* Deletes @set and its states. gmg_net.lock held. */
void gmg_sa_del(struct gmg_net *gn, struct gmg_set *set,
		enum gmguard_sa_change change);

/* Ends the sets there are, not those that come meanwhile, that @match says: it
 * neither sleeps nor changes anything. Takes gmg_net.lock for a few at a time.
 */
typedef bool (*gmg_sa_match)(const struct gmg_set *set, const void *arg);
void gmg_sa_end(struct gmg_net *gn, gmg_sa_match match, const void *arg,
		enum gmguard_sa_change change);

/* Deletes some sets; true: there are more. gmg_net.lock held. */
bool gmg_sa_flush(struct gmg_net *gn);

/* Somebody has deleted from xfrm: puts back policies and ends sets that were ours,
 * later. Any context.
 */
void gmg_sa_look(struct gmg_net *gn, enum gmg_look at);

/* Is @x a state of one of our sets? rcu_read_lock() held. */
bool gmg_sa_has(const struct gmg_net *gn, const struct xfrm_state *x);

/* The tables of a namespace, made with its first policy. gmg_net.lock held. */
int gmg_sa_prepare(struct gmg_net *gn);

/* When the namespace goes: nobody comes any more. */
void gmg_sa_free(struct gmg_net *gn);

#endif /* _GMG_SA_H */
