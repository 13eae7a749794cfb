/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_STREAM_TABLE_H
#define _GMG_STREAM_TABLE_H

#include <linux/log2.h>
#include <linux/rhashtable.h>
#include <linux/workqueue.h>

#include "expiry.h"
#include "pure/stream.h"
#include "sip.h"

/* The connections of a namespace, and what their sockets say; for kmod/stream.c. All in the
 * packet path, under rcu_read_lock().
 */

/* A connection, of this host and whoever is @there; ports in host order. */
struct gmg_stream_key {
	union nf_inet_addr here;
	union nf_inet_addr there;
	u16 here_port;
	u16 there_port;
	u32 family;
};

/* What is known of the message that is being read. @judged: its headers are over, and it
 * goes on; @early: it goes on as it comes.
 */
struct gmg_reading {
	struct gmg_sip_scan scan;
	struct gmg_sip_message msg;
	bool judged;
	bool early;
};

/* Octets that it takes of a slab. */
#define GMG_READING_ROOM roundup_pow_of_two(sizeof(struct gmg_reading))

/* One direction. @octets: from @base to @at.nxt, in @room; NULL: none is needed;
 * @reading: NULL: nothing was begun; @lost: octets went by unread; @clear: of a connection
 * under no set of SAs.
 */
struct gmg_half {
	struct gmg_stream_half at;
	u32 base;
	u32 room;
	u8 *octets;
	struct gmg_reading *reading;
	bool lost;
	bool clear;
};

/* @lock: of all behind it; @used: gmg_now() of the last segment; @missed: sweeps that found no
 * socket; @dif: interface by which the socket is found; @dead: a message was refused;
 * @gone: it is not in the table any more (changes under both locks); @ending: in
 * gmg_streams.ending, or in no list.
 */
struct gmg_stream {
	struct rhash_head by_key;
	struct list_head ending;	/* gmg_streams.ending_lock */
	struct gmg_stream_key key;
	spinlock_t lock;	/* taken for its own packets, one at a time */
	struct gmg_half in;
	struct gmg_half out;
	u32 used;
	int dif;
	u8 missed;
	bool dead;
	bool gone;
	struct rcu_head rcu;
};

/* Those of a namespace. @n: how many there are or are being added; @octets: of all buffers
 * and readings; @n_clear, @octets_clear: of those in clear, which may have half of all, so
 * that nobody keeps out who is registered; @resets: of connections that wait for it,
 * @n_resets of them, for @end; @ending: those that may be over before a sweep sees it.
 */
struct gmg_streams {
	struct gmg_net *gn;
	struct rhashtable by_key;
	spinlock_t ending_lock;	/* inside of a stream's lock */
	struct list_head ending;
	atomic_t n;
	atomic_t n_clear;
	atomic_long_t octets;
	atomic_long_t octets_clear;
	atomic_t n_resets;
	struct llist_head resets;
	struct work_struct end;
	struct delayed_work sweep;
};

/* What the socket of a connection says. */
enum gmg_phase {
	GMG_NO_SOCKET,	/* none that takes octets */
	GMG_HANDSHAKE,	/* the ACK of the SYN-ACK is to come */
	GMG_FRESH,		/* no octet has been acknowledged */
	GMG_RUNS,
};

/* @in: number of the octet that the socket wants next; @out: of the first that it may send
 * again; @ends: it has sent a FIN, or has got one.
 */
struct gmg_view {
	enum gmg_phase phase;
	u32 in;
	u32 out;
	u32 mss;
	bool ends;
};

struct gmg_view gmg_stream_look(struct gmg_net *gn, const struct gmg_stream_key *key, int dif);

/* Gives back what both ends have by now, as @w has it: what they say of it passes before they
 * have it, and the last of that is followed by nothing. Takes @s->lock.
 */
void gmg_stream_acknowledged(struct gmg_streams *streams, struct gmg_stream *s,
			     const struct gmg_view *w);

struct gmg_stream *gmg_stream_find(struct gmg_streams *streams,
				   const struct gmg_stream_key *key);

/* One that begins as @w says, or the one that is there. NULL: there is no room, or none for
 * those in clear.
 */
struct gmg_stream *gmg_stream_add(struct gmg_streams *streams, const struct gmg_policy *pol,
				  const struct gmg_stream_key *key, int dif,
				  const struct gmg_view *w, bool clear);

/* Its connection may be over soon. */
void gmg_stream_ends(struct gmg_streams *streams, struct gmg_stream *s);

/* Takes out one of those whose connection is over, if there is one among some that may be; no
 * stream is locked.
 */
void gmg_stream_make_room(struct gmg_streams *streams);

/* Takes it out of the table; nobody holds its lock. */
void gmg_stream_forget(struct gmg_streams *streams, struct gmg_stream *s);

/* Has both ends of a connection told that it is over, soon. */
void gmg_stream_reset(struct gmg_streams *streams, const struct gmg_stream_key *key, int dif);

/* So many octets more, or less, are held for a direction. */
void gmg_half_count(struct gmg_streams *streams, const struct gmg_half *h, long octets);

/* Is there room for @more octets beside those that are counted? */
bool gmg_half_fits(const struct gmg_streams *streams, const struct gmg_policy *pol,
		   const struct gmg_half *h, u32 more);

/* What a direction holds; its stream is locked. */
void gmg_half_free_octets(struct gmg_streams *streams, struct gmg_half *h);
void gmg_half_free(struct gmg_streams *streams, struct gmg_half *h);

#endif /* _GMG_STREAM_TABLE_H */
