// SPDX-License-Identifier: GPL-2.0
#include <linux/tcp.h>
#include <net/inet6_hashtables.h>
#include <net/inet_hashtables.h>
#include <net/tcp.h>

#include "net.h"
#include "stream.h"
#include "stream_table.h"

/* How often those whose connection is over are looked for. */
#define SWEEP_EVERY (10 * HZ)

enum {
	/* so many are looked at without a break */
	AT_ONCE = 1024,
	/* so many connections wait for their reset at most; the sweep asks for others */
	RESETS_MAX = 1024,
	/* without a socket at so many sweeps a connection is over */
	MISSED = 2,
	/* where there is no room, so many are looked at that may be over */
	ENDING_AT_ONCE = 16,
};

/* A connection that is to be reset. */
struct reset {
	struct llist_node node;
	struct gmg_stream_key key;
	int dif;
};

static const struct rhashtable_params by_key = {
	.head_offset = offsetof(struct gmg_stream, by_key),
	.key_offset = offsetof(struct gmg_stream, key),
	.key_len = sizeof_field(struct gmg_stream, key),
	.automatic_shrinking = true,
};

/* With a reference, for sock_gen_put(). */
static struct sock *find_socket(struct gmg_net *gn, const struct gmg_stream_key *key, int dif)
{
	struct inet_hashinfo *table = gn->net->ipv4.tcp_death_row.hashinfo;

	if (key->family == NFPROTO_IPV4)
		return __inet_lookup_established(gn->net, table, key->there.ip,
						 htons(key->there_port), key->here.ip,
						 key->here_port, dif, 0);
	return __inet6_lookup_established(gn->net, table, &key->there.in6,
					  htons(key->there_port), &key->here.in6,
					  key->here_port, dif, 0);
}

static struct gmg_view view_of(const struct sock *sk)
{
	const struct tcp_sock *tp;
	const struct tcp_request_sock *req;

	switch (READ_ONCE(sk->sk_state)) {
	case TCP_NEW_SYN_RECV:
		req = tcp_rsk(inet_reqsk(sk));
		return (struct gmg_view){ GMG_HANDSHAKE, req->rcv_isn + 1, req->snt_isn + 1 };
	case TCP_TIME_WAIT:
	case TCP_SYN_SENT:
	case TCP_CLOSE:
		return (struct gmg_view){ GMG_NO_SOCKET };
	}
	tp = tcp_sk(sk);
	return (struct gmg_view){
		/* a SYN of ours counts as one octet */
		.phase = !READ_ONCE(tp->bytes_received) && READ_ONCE(tp->bytes_acked) <= 1 ?
			 GMG_FRESH : GMG_RUNS,
		.in = READ_ONCE(tp->rcv_nxt), .out = READ_ONCE(tp->snd_una),
		.mss = READ_ONCE(tp->mss_cache),
		.ends = READ_ONCE(sk->sk_state) != TCP_ESTABLISHED,
	};
}

struct gmg_view gmg_stream_look(struct gmg_net *gn, const struct gmg_stream_key *key, int dif)
{
	struct sock *sk = find_socket(gn, key, dif);
	struct gmg_view w = { GMG_NO_SOCKET };

	if (sk) {
		w = view_of(sk);
		sock_gen_put(sk);
	}
	return w;
}

/* Both ends are told, by the socket, which knows the numbers; it can be asked to in a process
 * only.
 */
static void end_connections(struct work_struct *work)
{
	struct gmg_streams *streams = container_of(work, struct gmg_streams, end);
	struct reset *r, *next;
	struct sock *sk;

	llist_for_each_entry_safe(r, next, llist_del_all(&streams->resets), node) {
		local_bh_disable();
		rcu_read_lock();
		sk = find_socket(streams->gn, &r->key, r->dif);
		rcu_read_unlock();
		local_bh_enable();
		if (sk) {
			if (READ_ONCE(sk->sk_state) != TCP_TIME_WAIT)
				tcp_abort(sk, ECONNRESET);
			sock_gen_put(sk);
		}
		kfree(r);
		atomic_dec(&streams->n_resets);
		cond_resched();
	}
}

void gmg_stream_reset(struct gmg_streams *streams, const struct gmg_stream_key *key, int dif)
{
	struct reset *r = NULL;

	if (atomic_inc_return(&streams->n_resets) <= RESETS_MAX)
		r = kmalloc(sizeof(*r), GFP_ATOMIC | __GFP_NOWARN);
	if (!r) {
		atomic_dec(&streams->n_resets);
		return;
	}
	r->key = *key;
	r->dif = dif;
	if (llist_add(&r->node, &streams->resets))
		queue_work(system_wq, &streams->end);
}

void gmg_half_count(struct gmg_streams *streams, const struct gmg_half *h, long octets)
{
	atomic_long_add(octets, &streams->octets);
	if (h->clear)
		atomic_long_add(octets, &streams->octets_clear);
}

bool gmg_half_fits(const struct gmg_streams *streams, const struct gmg_policy *pol,
		   const struct gmg_half *h, u32 more)
{
	return atomic_long_read(&streams->octets) + more <= pol->stream_memory &&
	       (!h->clear ||
		atomic_long_read(&streams->octets_clear) + more <= pol->stream_memory / 2);
}

void gmg_half_free_octets(struct gmg_streams *streams, struct gmg_half *h)
{
	gmg_half_count(streams, h, -(long)h->room);
	kfree(h->octets);
	h->octets = NULL;
	h->room = 0;
}

void gmg_half_free(struct gmg_streams *streams, struct gmg_half *h)
{
	gmg_half_free_octets(streams, h);
	if (h->reading)
		gmg_half_count(streams, h, -(long)GMG_READING_ROOM);
	kfree(h->reading);
	h->reading = NULL;
}

void gmg_stream_ends(struct gmg_streams *streams, struct gmg_stream *s)
{
	spin_lock_bh(&streams->ending_lock);
	if (list_empty(&s->ending) && !s->gone)
		list_add_tail(&s->ending, &streams->ending);
	spin_unlock_bh(&streams->ending_lock);
}

static void count(struct gmg_streams *streams, bool clear, int n)
{
	atomic_add(n, &streams->n);
	if (clear)
		atomic_add(n, &streams->n_clear);
}

static bool is_full(const struct gmg_streams *streams, const struct gmg_policy *pol, bool clear)
{
	return atomic_read(&streams->n) > pol->max_streams ||
	       (clear && atomic_read(&streams->n_clear) > DIV_ROUND_UP(pol->max_streams, 2));
}

static void empty(struct gmg_streams *streams, struct gmg_stream *s)
{
	spin_lock_bh(&s->lock);
	spin_lock(&streams->ending_lock);
	s->gone = true;
	list_del_init(&s->ending);
	spin_unlock(&streams->ending_lock);
	gmg_half_free(streams, &s->in);
	gmg_half_free(streams, &s->out);
	spin_unlock_bh(&s->lock);
	count(streams, s->in.clear, -1);
}

void gmg_stream_forget(struct gmg_streams *streams, struct gmg_stream *s)
{
	if (rhashtable_remove_fast(&streams->by_key, &s->by_key, by_key))
		return;
	empty(streams, s);
	kfree_rcu(s, rcu);
}

/* The next of those that may be over, which is the last of them then. */
static struct gmg_stream *next_ending(struct gmg_streams *streams)
{
	struct gmg_stream *s;

	spin_lock_bh(&streams->ending_lock);
	s = list_first_entry_or_null(&streams->ending, struct gmg_stream, ending);
	if (s)
		list_move_tail(&s->ending, &streams->ending);
	spin_unlock_bh(&streams->ending_lock);
	return s;
}

void gmg_stream_make_room(struct gmg_streams *streams)
{
	struct gmg_stream *s;
	int i;

	for (i = 0; i < ENDING_AT_ONCE; i++) {
		s = next_ending(streams);
		if (!s)
			return;
		if (gmg_stream_look(streams->gn, &s->key, s->dif).phase == GMG_NO_SOCKET) {
			gmg_stream_forget(streams, s);
			return;
		}
	}
}

struct gmg_stream *gmg_stream_find(struct gmg_streams *streams,
				   const struct gmg_stream_key *key)
{
	return rhashtable_lookup(&streams->by_key, key, by_key);
}

struct gmg_stream *gmg_stream_add(struct gmg_streams *streams, const struct gmg_policy *pol,
				  const struct gmg_stream_key *key, int dif,
				  const struct gmg_view *w, bool clear)
{
	struct gmg_stream *s, *old;

	count(streams, clear, 1);
	if (is_full(streams, pol, clear)) {
		gmg_stream_make_room(streams);
		if (is_full(streams, pol, clear))
			goto err_count;
	}
	s = kzalloc(sizeof(*s), GFP_ATOMIC | __GFP_NOWARN);
	if (!s)
		goto err_count;
	s->key = *key;
	s->dif = dif;
	s->used = gmg_now();
	INIT_LIST_HEAD(&s->ending);
	spin_lock_init(&s->lock);
	s->in.clear = clear;
	s->out.clear = clear;
	gmg_stream_begin(&s->in.at, w->in);
	gmg_stream_begin(&s->out.at, w->out);
	old = rhashtable_lookup_get_insert_fast(&streams->by_key, &s->by_key, by_key);
	if (old) {
		/* another CPU has just added it */
		kfree(s);
		count(streams, clear, -1);
		return IS_ERR(old) ? NULL : old;
	}
	queue_delayed_work(system_power_efficient_wq, &streams->sweep, SWEEP_EVERY);
	return s;

err_count:
	count(streams, clear, -1);
	return NULL;
}

/* Gives back what both ends have, and asks again for the reset of what is dead. Returns whether
 * its connection is over, or nobody uses it.
 */
static bool look_after(struct gmg_streams *streams, struct gmg_stream *s, u32 idle)
{
	struct gmg_view w;

	local_bh_disable();
	w = gmg_stream_look(streams->gn, &s->key, s->dif);
	local_bh_enable();
	gmg_stream_acknowledged(streams, s, &w);
	/* while a socket takes the place of another one there may be none */
	s->missed = w.phase == GMG_NO_SOCKET ? s->missed + 1 : 0;
	if (READ_ONCE(s->dead) && !s->missed)
		gmg_stream_reset(streams, &s->key, s->dif);
	return s->missed >= MISSED || (idle && gmg_now() - READ_ONCE(s->used) >= idle);
}

/* A table that is growing may show one twice, or not at all this time. */
static void sweep(struct work_struct *work)
{
	struct gmg_streams *streams =
		container_of(to_delayed_work(work), struct gmg_streams, sweep);
	const struct gmg_policy *pol;
	struct rhashtable_iter iter;
	struct gmg_stream *s;
	u32 idle;

	rcu_read_lock();
	pol = rcu_dereference(streams->gn->policy);
	idle = pol ? pol->stream_idle : 0;
	rcu_read_unlock();
	rhashtable_walk_enter(&streams->by_key, &iter);
	do {
		u32 n = 0;

		rhashtable_walk_start(&iter);
		while (n++ < AT_ONCE && (s = rhashtable_walk_next(&iter)))
			if (!IS_ERR(s) && look_after(streams, s, idle))
				gmg_stream_forget(streams, s);
		rhashtable_walk_stop(&iter);
		cond_resched();
	} while (s);
	rhashtable_walk_exit(&iter);
	if (atomic_read(&streams->by_key.nelems))
		queue_delayed_work(system_power_efficient_wq, &streams->sweep,
				   SWEEP_EVERY);
}

int gmg_stream_prepare(struct gmg_net *gn)
{
	struct gmg_streams *streams;
	int err;

	lockdep_assert_held(&gn->lock);
	if (gn->streams)
		return 0;
	streams = kzalloc(sizeof(*streams), GFP_KERNEL_ACCOUNT);
	if (!streams)
		return -ENOMEM;
	err = rhashtable_init(&streams->by_key, &by_key);
	if (err) {
		kfree(streams);
		return err;
	}
	streams->gn = gn;
	spin_lock_init(&streams->ending_lock);
	INIT_LIST_HEAD(&streams->ending);
	INIT_WORK(&streams->end, end_connections);
	INIT_DELAYED_WORK(&streams->sweep, sweep);
	gn->streams = streams;
	return 0;
}

void gmg_stream_flush(struct gmg_net *gn)
{
	struct gmg_streams *streams = gn->streams;
	struct rhashtable_iter iter;
	struct gmg_stream *s;

	/* one that a table hides while it shrinks is found the next time */
	while (atomic_read(&streams->by_key.nelems)) {
		rhashtable_walk_enter(&streams->by_key, &iter);
		rhashtable_walk_start(&iter);
		while ((s = rhashtable_walk_next(&iter)))
			if (!IS_ERR(s))
				gmg_stream_forget(streams, s);
		rhashtable_walk_stop(&iter);
		rhashtable_walk_exit(&iter);
		cond_resched();
	}
}

static void free_stream(void *p, void *arg)
{
	struct gmg_stream *s = p;

	gmg_half_free(arg, &s->in);
	gmg_half_free(arg, &s->out);
	kfree(s);
}

void gmg_stream_free(struct gmg_net *gn)
{
	struct gmg_streams *streams = gn->streams;

	if (!streams)
		return;
	cancel_delayed_work_sync(&streams->sweep);
	rhashtable_free_and_destroy(&streams->by_key, free_stream, streams);
	/* the resets that wait are of sockets of this namespace */
	cancel_work_sync(&streams->end);
	end_connections(&streams->end);
	kfree(streams);
	gn->streams = NULL;
}
