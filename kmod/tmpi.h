/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_TMPI_H
#define _GMG_TMPI_H

#include <linux/netfilter.h>
#include <linux/rhashtable.h>
#include <uapi/linux/gmguard.h>

#include "expiry.h"
#include "net.h"
#include "pure/sip_nai.h"

struct gmg_set;

/**
 * DOC: TMPIs
 *
 * Which TMPI stands for which IMPI, at which UE (TS 33.220 B.4). An IMPI has a binding:
 * the TMPI that stands for it now and the one before, which may still come while a
 * registration is under way. A binding ends with the SA set that it was made with, or
 * after its lifetime; it stays for the grace time after that, to tell what has expired
 * from what never was. What is said of a set that is temporary waits with the set, and
 * is in no table before the set is established. A set of an emergency registration has
 * none: that ends by itself, and would end what another registration of the same user has.
 *
 * Tables, bindings and lists change under gmg_net.lock only. Packets and dumps look up
 * under rcu_read_lock(); what is taken out is freed a grace period later. Of a TMPI that
 * is in the table only @ends changes, of a binding what is said so.
 */

/* @ends of what has no end of its own. */
#define GMG_TMPI_NEVER U32_MAX

/**
 * struct gmg_tmpi - one TMPI
 * @user:    octets before its '@', the key
 * @ends:    gmg_now() from which on it no longer stands for the IMPI, be the
 *           binding alive; changes
 * @family:  of @ue
 * @binding: lives as long as any of its TMPIs may be found
 */
struct gmg_tmpi {
	struct rhash_head by_user;
	u8 user[GMG_TMPI_USER];
	u32 ends;
	u8 family;
	union nf_inet_addr ue;
	struct gmg_binding *binding;
	struct rcu_head rcu;
};

/**
 * struct gmg_binding - an IMPI and the TMPIs that stand for it
 * @expiry:   for its end and then for when it goes; runs unless @ends is never
 * @now:      stands for it; changes, is never NULL
 * @previous: did so before, or NULL; changes
 * @ends:     gmg_now() from which on none does; changes
 * @spi_ps:   of the SA set that it ends with, 0: none; changes
 * @over:     its end was told (gmg_net.lock)
 * @len:      octets of @impi, which is as it was given, and ends in NUL
 */
struct gmg_binding {
	struct rhash_head by_impi;
	struct timerqueue_node expiry;
	struct gmg_tmpi __rcu *now;
	struct gmg_tmpi __rcu *previous;
	u32 ends;
	u32 spi_ps;
	bool over;
	u16 len;
	struct rcu_head rcu;
	char impi[];
};

/**
 * struct gmg_tmpis - those of a namespace
 * @by_user: all TMPIs
 * @by_impi: bindings
 * @expiry:  of bindings
 * @n:       bindings (gmg_net.lock)
 * @waiting: TMPIs to come that room is kept for (gmg_net.lock)
 */
struct gmg_tmpis {
	struct rhashtable by_user;
	struct rhashtable by_impi;
	struct gmg_expiry expiry;
	u32 n;
	u32 waiting;
};

/**
 * struct gmg_tmpi_waiting - a TMPI that waits for the registration of its set
 * @user: as of struct gmg_tmpi
 * @room: it will be the first of its IMPI, as far as was known, and has the room for it
 */
struct gmg_tmpi_waiting {
	u8 user[GMG_TMPI_USER];
	bool room;
};

/* What tmpi-new asks for. @spi_ps: 0: @seconds; with it @impi may be NULL and @family 0,
 * for those of the set.
 */
struct gmg_tmpi_request {
	const u8 *user;
	const char *impi;
	u8 family;
	union nf_inet_addr ue;
	u32 spi_ps;
	u32 seconds;
};

enum gmg_tmpi_state {
	GMG_TMPI_UNKNOWN,
	GMG_TMPI_EXPIRED,
	GMG_TMPI_LIVE,
};

/* Those of the namespace, NULL without a policy so far. */
struct gmg_tmpis *gmg_tmpis(const struct gmg_net *gn);

/* The TMPI with this user, of GMG_TMPI_USER octets, or NULL. rcu_read_lock() or
 * gmg_net.lock held, as for the next two.
 */
struct gmg_tmpi *gmg_tmpi_lookup(const struct gmg_net *gn, const u8 *user);

/* The binding of an IMPI of at most GMGUARD_IMPI_MAX octets, or NULL. */
struct gmg_binding *gmg_tmpi_binding(const struct gmg_net *gn, const u8 *impi, u32 len);

enum gmg_tmpi_state gmg_tmpi_state(const struct gmg_tmpi *tmpi);

/* Does a TMPI stand for its IMPI? */
static inline bool gmg_binding_lives(const struct gmg_binding *b)
{
	return gmg_now() < READ_ONCE(b->ends);
}

/* Does it last for the grace time only, as the registration that it was of is over? */
static inline bool gmg_binding_ending(const struct gmg_binding *b)
{
	return READ_ONCE(b->spi_ps) && READ_ONCE(b->ends) != GMG_TMPI_NEVER;
}

/* How many there are. */
u32 gmg_tmpi_count(const struct gmg_net *gn);

/* The table of bindings, NULL without a policy so far. */
struct rhashtable *gmg_tmpi_table(const struct gmg_net *gn);

/* Carries out @rq, at once or when its set is established, or changes nothing. gmg_net.lock
 * held.
 */
int gmg_tmpi_add(struct gmg_net *gn, const struct gmg_tmpi_request *rq,
		 struct netlink_ext_ack *extack);

/* Takes a binding away. gmg_net.lock held. */
void gmg_tmpi_del(struct gmg_net *gn, struct gmg_binding *b);

/* Takes those away that @match (NULL: all) says, which neither sleeps nor changes
 * anything; those that come meanwhile may stay. Takes gmg_net.lock for a few at a time.
 */
typedef bool (*gmg_tmpi_match)(const struct gmg_binding *b, const void *arg);
void gmg_tmpi_flush(struct gmg_net *gn, gmg_tmpi_match match, const void *arg);

/* @set, temporary so far, is about to be established: so is what has waited for it, if it
 * still can be. Without memory nothing changes. gmg_net.lock held.
 */
int gmg_tmpi_set_established(struct gmg_net *gn, struct gmg_set *set,
			     struct netlink_ext_ack *extack);

/* @set is gone, or has the grace time left at most: so has what was made with it, and what
 * has waited for it is gone. gmg_net.lock held.
 */
void gmg_tmpi_set_gone(struct gmg_net *gn, struct gmg_set *set);

/* Into the tables, there in the place of another of the same user, and out. gmg_net.lock
 * held.
 */
int gmg_tmpi_link(struct gmg_tmpis *tmpis, struct gmg_tmpi *tmpi);
int gmg_tmpi_replace(struct gmg_tmpis *tmpis, struct gmg_tmpi *old, struct gmg_tmpi *tmpi);
void gmg_tmpi_unlink(struct gmg_tmpis *tmpis, struct gmg_tmpi *tmpi);
int gmg_tmpi_link_binding(struct gmg_tmpis *tmpis, struct gmg_binding *b);
void gmg_tmpi_unlink_binding(struct gmg_tmpis *tmpis, struct gmg_binding *b);

int gmg_tmpi_init_tables(struct gmg_tmpis *tmpis);

/* With all that is in them. */
void gmg_tmpi_free_tables(struct gmg_tmpis *tmpis);

/* The tables of a namespace, made with its first policy. gmg_net.lock held. */
int gmg_tmpi_prepare(struct gmg_net *gn);

/* When the namespace goes: nobody comes any more. */
void gmg_tmpi_free(struct gmg_net *gn);

#endif /* _GMG_TMPI_H */
