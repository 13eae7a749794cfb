/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GMG_PURE_VERDICT_H
#define _GMG_PURE_VERDICT_H

#include "pure.h"

/**
 * DOC: Verdict
 *
 * The rules, as pure functions of what a hook found out about one packet. A
 * rule that matches while its mode is observe is noted and the rules after it
 * are still asked, so that watching one rule never opens another.
 */

/* Where a packet came from (or leaves by). */
enum gmg_trust {
	GMG_TRUST_NONE,		/* an interface that no side names */
	GMG_TRUST_LOCAL,	/* loopback */
	GMG_TRUST_UNTRUSTED,	/* UEs */
	GMG_TRUST_TRUSTED,	/* core */
	GMG_TRUST_FOREIGN,	/* other networks */
};

/* What the policy calls an address. */
enum gmg_addr {
	GMG_ADDR_OTHER,
	GMG_ADDR_POOL,		/* in a pool of the side the packet is on */
	GMG_ADDR_ASTRAY,	/* in a pool, but of another side or another way */
	GMG_ADDR_ENDPOINT,	/* where this host speaks Gm */
	GMG_ADDR_CORE,
	GMG_ADDR_HTTP,
	GMG_ADDR_HOST,		/* this host's own, loopback, multicast, ... */
};

/* What a Gm endpoint calls a port. */
enum gmg_port {
	GMG_PORT_CLOSED,
	GMG_PORT_UNPROTECTED,
	GMG_PORT_PROTECTED,	/* port_ps or port_pc */
};

/* What the SA that a packet came (or leaves) under says of it. */
enum gmg_sa_fact {
	GMG_SA_OWN,		/* one of ours, or none */
	GMG_SA_FOREIGN,		/* installed by somebody else */
	GMG_SA_MISMATCH,	/* ours, but of other addresses or ports */
	GMG_SA_TRANSPORT,	/* ours, but it is not for such a packet */
	GMG_SA_EXPIRED,		/* ours, but over */
};

/**
 * struct gmg_pkt - what a hook knows about a packet
 * @trust:     of the side it came in on
 * @out_trust: of the side it leaves by (forward)
 * @src:       enum gmg_addr
 * @dst:       enum gmg_addr
 * @port:      enum gmg_port: of dst (input) or of src (postrouting)
 * @unread:    its headers cannot be read as far as the ports
 * @secpath:   it arrived under ESP (leaves under it, postrouting)
 * @sa:        enum gmg_sa_fact
 * @need_esp:  its side requires ESP and this packet is not excepted
 * @roam:      its source need not be in a pool: ICMP errors of routers on the
 *             way, neighbour discovery from link-local and unspecified sources
 * @ah:        an AH header is part of it
 * @esp:       it is an ESP packet
 * @open:      ICMP that stays usable, or to one of the open ports
 * @http:      TCP to a permitted port of the HTTP server @dst
 * @sip:       one of its ports is a SIP port, or may be (@unread)
 */
struct gmg_pkt {
	u8 trust;
	u8 out_trust;
	u8 src;
	u8 dst;
	u8 port;
	u8 sa;
	bool unread;
	bool secpath;
	bool need_esp;
	bool roam;
	bool ah;
	bool esp;
	bool open;
	bool http;
	bool sip;
};

/**
 * struct gmg_verdict - what is to be done
 * @observed: BIT_ULL(reason) of each rule that matched in mode observe
 * @scrubbed: BIT_ULL(reason) of each rule that has something of the packet removed
 * @reason:   the rule that refuses the packet, or its pass class; 0 after
 *            gmg_verdict_prerouting() where no rule refuses
 * @drop:     refuse it
 */
struct gmg_verdict {
	u64 observed;
	u64 scrubbed;
	u8 reason;
	bool drop;
};

/* Is @reason a rule, whose mode a policy sets, and not a pass class? */
bool gmg_reason_is_rule(u8 reason);

/* @mode: enum gmguard_mode by reason, GMGUARD_REASON_MAX + 1 entries.
 * Any context.
 */
struct gmg_verdict gmg_verdict_prerouting(const struct gmg_pkt *p,
					  const u8 *mode);
struct gmg_verdict gmg_verdict_input(const struct gmg_pkt *p, const u8 *mode);
struct gmg_verdict gmg_verdict_forward(const struct gmg_pkt *p,
				       const u8 *mode);
struct gmg_verdict gmg_verdict_postrouting(const struct gmg_pkt *p,
					   const u8 *mode);

#endif /* _GMG_PURE_VERDICT_H */
