/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_POLICY_H
#define _GMG_POLICY_H

#include <linux/if.h>
#include <linux/netlink.h>
#include <uapi/linux/gmguard.h>

#include "prefix.h"
#include "pure/sip_facts.h"
#include "pure/verdict.h"

#define GMG_PORTS 65536

/* SIP's own ports (RFC 3261 19.1.2), never protected ones (TS 33.203 7.1). */
enum { GMG_SIP = 5060, GMG_SIPS = 5061 };

/* log2 of the buckets of the interface table */
#define GMG_IF_BITS 6

/* Slots of the counters: the two pseudo sides, then the sides of a policy. */
enum {
	GMG_SLOT_NONE,
	GMG_SLOT_LOCAL,
	GMG_SLOT_SIDE,
	GMG_SLOTS = GMG_SLOT_SIDE + GMGUARD_SIDES_MAX,
};

struct gmg_hits;

/* Whose counters the slots hold; "": nobody's. */
struct gmg_slots {
	char name[GMG_SLOTS][GMGUARD_SIDE_NAME_MAX + 1];
};

/**
 * struct gmg_side - one side of the trust boundary
 * @name:        unique in the policy
 * @trust:       enum gmg_trust
 * @slot:        whose counters these are
 * @require_esp: clear traffic is not trusted here (Zb, TS 33.203 4)
 * @plain:       trusted, and does not require ESP
 * @hits:        its counters, see stats.h
 * @index:       in gmg_policy.sides, the owner of its pools
 * @first, @n:   its patterns in gmg_policy.patterns
 */
struct gmg_side {
	char name[GMGUARD_SIDE_NAME_MAX + 1];
	u8 trust;
	u8 slot;
	bool require_esp;
	bool plain;
	struct gmg_hits __percpu *hits;
	u16 index;
	u32 first;
	u32 n;
};

/* An interface name, or a prefix of names where @wild. */
struct gmg_pattern {
	char name[IFNAMSIZ];
	u8 len;
	bool wild;
};

/* An address where this host speaks Gm, and its ports, host order. */
struct gmg_endpoint {
	struct gmg_prefix at;
	DECLARE_BITMAP(unprotected, GMG_PORTS);
	DECLARE_BITMAP(server, GMG_PORTS);
	DECLARE_BITMAP(client, GMG_PORTS);
};

struct gmg_http {
	struct gmg_prefix at;
	u16 n;
	u16 port[GMGUARD_HTTP_PORTS_MAX];
};

struct gmg_open_port {
	u8 proto;
	u16 port;
};

/* Algorithms a set may have, TS 33.203 Annex H. */
struct gmg_algorithm {
	u8 alg;
	u8 ealg;
};

/* An exception to gmg_sip_matrix_default. */
struct gmg_header {
	u8 item;	/* enum gmg_sip_item */
	u8 boundary;	/* enum gmg_sip_boundary */
	u8 action;	/* enum gmg_sip_action */
};

/**
 * struct gmg_counts - how many of each a policy holds
 */
struct gmg_counts {
	u32 sides, patterns, pools, endpoints, core, http, open_ports, rules, algorithms, headers;
	u32 numbers;	/* of emergencies */
};

/**
 * struct gmg_policy - the whole policy of a network namespace
 *
 * One allocation, complete before rcu_assign_pointer() publishes it and
 * immutable from then on, but for @ifs: the notifier in side.c adds and
 * removes interfaces there by the RCU rules under gmg_net.lock.
 */
struct gmg_policy {
	/* what every packet reads */
	struct hlist_head ifs[1 << GMG_IF_BITS];
	struct gmg_side none;
	struct gmg_side local;
	u32 mark_mask;
	u32 mark_others;	/* bits that are not ours */
	u32 mark_trusted;
	u32 mark_untrusted;
	u32 mark_protected;
	struct rcu_head rcu;		/* kvfree_rcu() wants it near the start */
	struct gmg_prefix_set endpoint_set;
	struct gmg_prefix_set pool_set;
	struct gmg_prefix_set core_set;
	struct gmg_prefix_set http_set;
	u8 rule[GMGUARD_REASON_MAX + 1];	/* enum gmguard_mode */
	DECLARE_BITMAP(sip, GMG_PORTS);
	DECLARE_BITMAP(open_udp, GMG_PORTS);
	DECLARE_BITMAP(open_tcp, GMG_PORTS);
	DECLARE_BITMAP(open_sctp, GMG_PORTS);
	bool emergency_refused;		/* without an SA */
	u8 tmpi_mode;			/* enum gmguard_tmpi_mode */
	u32 max_pinholes;
	u32 register_rate;	/* a second and source; 0: any */
	u32 register_burst;
	u32 max_streams;
	u32 stream_octets;	/* of one direction of one */
	u32 stream_memory;	/* octets of all */
	u32 stream_idle;	/* seconds; 0: for ever */
	struct gmg_sip_number numbers[GMGUARD_NUMBERS_MAX];
	struct gmg_sip_matrix matrix;
	u64 items[GMG_SIP_BOUNDARY_COUNT];	/* gmg_sip_matrix_items() */

	/* what only configuration reads */
	u32 generation;
	u8 mode;
	u32 max_interfaces;
	u32 event_rate;
	u32 n_ifs;
	u64 ifs_refused;
	u32 max_sets;
	u32 temporary;		/* seconds, TS 24.229 reg-await-auth */
	u32 slack;
	u32 grace;
	u32 spi_first;
	u32 spi_last;
	bool no_inbound_policy;
	u32 max_tmpis;
	char tmpi_name[GMGUARD_FQDN_MAX + 1];	/* of an operator's profile, or "" */
	u8 tmpi_id[GMGUARD_UA_ID_LEN];
	struct gmg_slots slots;
	struct gmg_counts n;
	struct gmg_side *sides;
	struct gmg_pattern *patterns;
	struct gmg_prefix *pools;	/* owner: index of the side */
	struct gmg_endpoint *endpoints;	/* at.owner: own index */
	struct gmg_prefix *core;	/* owner: enum gmguard_role */
	struct gmg_http *http;		/* at.owner: own index */
	struct gmg_open_port *open_ports;
	struct gmg_algorithm *algorithms;
	struct gmg_header *headers;	/* as they are in matrix */
	u8 exception[GMGUARD_REASON_MAX + 1];	/* 1 + the mode of a rule that has its own */
	u8 mem[];
};

/* An empty policy with room for @n, or NULL. GFP_KERNEL. */
struct gmg_policy *gmg_policy_alloc(const struct gmg_counts *n);

/* Frees one that was never published. */
void gmg_policy_destroy(struct gmg_policy *pol);

/* Frees one that was unpublished under gmg_net.lock, after a grace period. */
void gmg_policy_free_rcu(struct gmg_policy *pol);

/* What only the whole policy can show, for element @index of each kind once
 * all are there. -EINVAL or -EEXIST with a sentence in @extack.
 */
int gmg_policy_check_side(const struct gmg_policy *pol, u32 index,
			  struct netlink_ext_ack *extack);
int gmg_policy_check_pool(const struct gmg_policy *pol, u32 index,
			  struct netlink_ext_ack *extack);
int gmg_policy_check_endpoint(const struct gmg_policy *pol, u32 index,
			      struct netlink_ext_ack *extack);
int gmg_policy_check_core(const struct gmg_policy *pol, u32 index,
			  struct netlink_ext_ack *extack);
int gmg_policy_check_http(const struct gmg_policy *pol, u32 index,
			  struct netlink_ext_ack *extack);
int gmg_policy_check_open_port(const struct gmg_policy *pol, u32 index,
			       struct netlink_ext_ack *extack);
int gmg_policy_check_marks(const struct gmg_policy *pol,
			   struct netlink_ext_ack *extack);

/* Derives what follows from the parts; the last step of building a policy. */
void gmg_policy_finish(struct gmg_policy *pol);

/* A port_ps or port_pc of this endpoint (TS 33.203 7.1); host order. */
static inline bool gmg_endpoint_protects(const struct gmg_endpoint *ep, u16 port)
{
	return test_bit(port, ep->server) || test_bit(port, ep->client);
}

#endif /* _GMG_POLICY_H */
