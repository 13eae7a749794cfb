/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
#ifndef _UAPI_LINUX_GMGUARD_H
#define _UAPI_LINUX_GMGUARD_H

/*
 * gmguard, the guard of the IMS Gm reference point (3GPP TS 33.203): the manual
 * of its generic netlink family. Names, numbers and limits are in the generated
 * part below, which comes from uapi/gmguard.yaml.
 *
 * GENERAL
 *
 * A command acts on the network namespace in which its socket was opened.
 * Every command needs CAP_NET_ADMIN in the initial user namespace, whatever the
 * network namespace; joining the multicast group needs CAP_NET_ADMIN in the
 * user namespace that owns the network namespace. Else: -EPERM.
 *
 * Integers, ports among them, are in host byte order. An address is a binary
 * attribute of 4 (IPv4) or 16 (IPv6) octets in network order. A nest carries
 * NLA_F_NESTED. Only an attribute marked * may repeat; of any other the last
 * one counts. A flag is true if it is there. "Required" holds within the nest.
 *
 * Requests are checked strictly. The netlink core itself refuses
 *   -EINVAL      an attribute the command does not know; an integer of another
 *                length; a nest without NLA_F_NESTED, or the flag on something
 *                else; octets after the last attribute; a side name that is too
 *                long or has no NUL; message flags besides REQUEST, ACK, ECHO
 *                and DUMP; a genlmsghdr.reserved that is not 0
 *   -ERANGE      an integer outside its range; an interface name of no octets or
 *                too many; a flag that has a value
 *   -EOPNOTSUPP  an unknown command; a do request for a command that dumps, or
 *                the other way round
 * and every command may fail with -ENOMEM. What gmguard itself refuses comes
 * with a sentence (NLMSGERR_ATTR_MSG) and, where one attribute is at fault, its
 * place in the request (NLMSGERR_ATTR_OFFS); set NETLINK_EXT_ACK to see them.
 * A request that is refused has changed nothing.
 *
 * GMGUARD_CMD_INFO_GET  (do)
 *
 * Request: no attributes (-EINVAL). Reply, all of them always there:
 *
 *   INFO_ABI_VERSION         u32  GMGUARD_ABI_VERSION of the module
 *   INFO_MODULE_VERSION      string
 *   INFO_FEATURES            u32  bits of enum gmguard_feature
 *   INFO_GENERATION          u32  number of the running policy; 0: none runs
 *   INFO_REASONS             u32  highest enum gmguard_reason it knows
 *   INFO_SIDES_MAX           u32  limits of a policy
 *   INFO_ENDPOINTS_MAX       u32
 *   INFO_PREFIXES_MAX        u32  of UE pools, and as many of core prefixes
 *   INFO_INTERFACES          u32  interfaces that are on a side now
 *   INFO_INTERFACES_REFUSED  u64  how often, under this policy, one found no
 *                                 room (limit or memory); it is looked up by
 *                                 name for each packet then
 *   INFO_EVENTS_SENT         u64  see GMGUARD_CMD_VERDICT_NTF
 *   INFO_EVENTS_SUPPRESSED   u64
 *
 * GMGUARD_CMD_POLICY_SET  (do)
 *
 * Replaces the whole policy of the namespace. The first one registers the hooks
 * and holds the module. No reply but the acknowledgment. Request:
 *
 *   POLICY_MODE        u32   enum gmguard_mode of every rule without a mode of
 *                            its own; absent: ENFORCE
 *   POLICY_SIDE *      nest  1 to GMGUARD_SIDES_MAX
 *     SIDE_NAME          string, required, 1 to GMGUARD_SIDE_NAME_MAX octets and
 *                        NUL: letters, digits, . _ -; not "none", not "local"
 *     SIDE_TRUST         u32, required, enum gmguard_trust
 *     SIDE_INTERFACE *   string, 1 to GMGUARD_PATTERNS_MAX: an interface name, or
 *                        the beginning of names and a '*' ("*": all). Loopback
 *                        devices are on no side, whatever is named
 *     SIDE_REQUIRE_ESP   flag, trusted sides only: what comes in clear is refused
 *   POLICY_POOL *      nest  0 to GMGUARD_PREFIXES_MAX; an untrusted side needs
 *                            one, no other side has any
 *     POOL_SIDE          string, required, the name of a side of this policy
 *     POOL_ADDRESS       address, required, its host bits 0
 *     POOL_PREFIX_LEN    u8, required, 0 to 32 or 128
 *   POLICY_ENDPOINT *  nest  1 to GMGUARD_ENDPOINTS_MAX
 *     ENDPOINT_ADDRESS        address, required, unicast
 *     ENDPOINT_UNPROTECTED *  u16, 1 to GMGUARD_PORTS_MAX, not 0
 *     ENDPOINT_SERVER *       u16, as many, port_ps of TS 33.203 7.1
 *     ENDPOINT_CLIENT *       u16, as many, port_pc
 *   POLICY_CORE *      nest  0 to GMGUARD_PREFIXES_MAX
 *     CORE_ADDRESS       address, required, its host bits 0
 *     CORE_PREFIX_LEN    u8, required, 0 to 32 or 128
 *     CORE_ROLE          u32, enum gmguard_role; absent: OTHER. For people; no
 *                        rule reads it
 *   POLICY_HTTP *      nest  0 to GMGUARD_HTTP_MAX
 *     HTTP_ADDRESS       address, required
 *     HTTP_PORT *        u16, 1 to GMGUARD_HTTP_PORTS_MAX, not 0; of TCP
 *   POLICY_OPEN_PORT * nest  0 to GMGUARD_OPEN_PORTS_MAX
 *     OPEN_PORT_PROTO    u8, required, 6 (TCP), 17 (UDP) or 132 (SCTP)
 *     OPEN_PORT_PORT     u16, required, not 0
 *   POLICY_RULE *      nest  the mode of one rule, at most once each
 *     RULE_REASON        u32, required, enum gmguard_reason, no pass class
 *     RULE_MODE          u32, required, enum gmguard_mode
 *   POLICY_MARKS       nest  bits of skb->mark; absent: 0xf0, 0x10, 0x20, 0x40
 *     MARKS_MASK         u32, required, the bits that gmguard writes
 *     MARKS_TRUSTED      u32, required; each of the three not 0, within the
 *     MARKS_UNTRUSTED    u32, required  mask, and without a bit of another
 *     MARKS_PROTECTED    u32, required
 *   POLICY_LIMITS      nest
 *     LIMITS_INTERFACES  u32, 1 to GMGUARD_INTERFACES_MAX; absent: 4096
 *     LIMITS_EVENT_RATE  u32, events a second, 0 to GMGUARD_EVENT_RATE_MAX;
 *                        absent: 100; 0: none is sent, all are suppressed
 *
 * A request must fit into the socket's send buffer, which the usual size is for
 * some 6,000 prefixes: set SO_SNDBUFFORCE, or sending fails with EMSGSIZE.
 *
 *   -E2BIG       more elements, interfaces of a side or ports than the maximum
 *   -EEXIST      named twice: a prefix (among pools, endpoints, core prefixes or
 *                HTTP servers), a side, a port of an endpoint in one list, an
 *                open port, a rule; or an interface that two sides could claim
 *   -ENOENT      a pool of a side that is not in this policy
 *   -ERANGE      an IPv4 prefix longer than 32 bits
 *   -EOPNOTSUPP  an open port of another protocol
 *   -EINVAL      no side or no endpoint; a required attribute is absent; an
 *                address of another length; host bits set; a name, interface or
 *                endpoint address that cannot be one; SIDE_REQUIRE_ESP on a side
 *                that is not trusted; pools of a side that is not untrusted, or
 *                none of one that is; a list of ports that is empty; a port with
 *                two uses; 5060 or 5061 as server or client port; an open port
 *                that is a port of an endpoint; a mode for a pass class; marks
 *                against the rule above; prefixes that overlap and are pools
 *                of two sides, core prefixes of two roles, or two of pool,
 *                endpoint, core and HTTP server (but a server may be in a core
 *                prefix)
 *   other        netfilter would not register the hooks
 *
 * GMGUARD_CMD_POLICY_GET  (dump)
 *
 * Request: no attributes (-EINVAL). Every message has POLICY_GENERATION (u32).
 * The first has POLICY_MODE, a POLICY_RULE for each rule with a mode of its own,
 * POLICY_MARKS and POLICY_LIMITS; each further one has one element, in the order
 * SIDE, POOL, ENDPOINT, CORE, HTTP, OPEN_PORT and, within a kind, as they were
 * set; ports ascend. Absent attributes that have a default come with it.
 *
 * Together the messages are the policy: put them one after the other, without
 * the generation, and the result is the request that sets it. If a message or
 * the end of the dump bears NLM_F_DUMP_INTR, the policy changed meanwhile:
 * forget what came and dump again. No message at all: no policy runs.
 *
 * GMGUARD_CMD_POLICY_CLEAR  (do)
 *
 * Takes policy and hooks away and lets go of the module; no packet is judged,
 * marked or counted after it. The counters stay readable. Request: no attributes
 * (-EINVAL). -ENOENT: no policy runs. When a network namespace ends, its policy
 * ends with it.
 *
 * GMGUARD_CMD_STATS_GET  (dump)
 *
 * Request: nothing, or a filter: STATS_REASON (u32, enum gmguard_reason),
 * STATS_SIDE (string), or both. One message for each reason and side, zeros
 * too; sides are those of the last policy, "none" (interfaces on no side) and
 * "local" (loopback). An unknown side, or no policy ever: no message.
 *
 *   STATS_REASON    u32     enum gmguard_reason
 *   STATS_SIDE      string  the side a packet came in by; for what leaves, goes
 *                           out by
 *   STATS_PACKETS   u64     dropped; for a pass class let through
 *   STATS_OBSERVED  u64     matched while the rule's mode was OBSERVE; such a
 *                           packet is judged on and counted again for what
 *                           became of it
 *
 * A side keeps its counters through a new policy by its name. Counters are read
 * while packets flow: messages of one dump are of slightly different moments.
 * NLM_F_DUMP_INTR: a new policy came between, dump again.
 *
 * GMGUARD_CMD_STATS_RESET  (do)
 *
 * All counters of the namespace start from zero; those of events do not.
 * Request: no attributes (-EINVAL). Succeeds also where there are no counters.
 *
 * GMGUARD_CMD_VERDICT_NTF  (event, group GMGUARD_MCGRP_EVENTS)
 *
 * A packet matched a rule. None is sent for a pass class. If more come than
 * LIMITS_EVENT_RATE, the rest of that second is suppressed, as is an event that
 * finds no memory; while nobody listens, in whatever namespace, nothing is sent
 * and nothing suppressed.
 *
 *   VERDICT_SEQ         u64     1 for the first event sent in this namespace,
 *                               then one more each, for good. A number that
 *                               never comes was lost to a slow reader (ENOBUFS);
 *                               events of two CPUs may overtake each other
 *   VERDICT_SUPPRESSED  u64     events suppressed in this namespace so far
 *   VERDICT_REASON      u32     enum gmguard_reason
 *   VERDICT_ACTION      u32     enum gmguard_action
 *   VERDICT_HOOK        u32     enum gmguard_hook
 *   VERDICT_SIDE        string  as STATS_SIDE
 *   VERDICT_IFINDEX     u32     the interface that the side was taken from
 *   VERDICT_IFNAME      string
 *   VERDICT_PROTO       u8      IP protocol of the last header that was reached
 *   VERDICT_SRC         address
 *   VERDICT_DST         address
 *   VERDICT_SPORT       u16     both or neither: absent if the protocol has no
 *   VERDICT_DPORT       u16     ports or they could not be read
 *
 * WHAT STAYS
 *
 * Numbers are append-only: a command, attribute, enumerator or bit keeps its
 * number and meaning, and one that goes leaves a hole. Replies and events may
 * grow attributes, enumerations may grow values: skip and show as a number what
 * you do not know. An attribute that an older module does not know is refused
 * by it; ask INFO_FEATURES and INFO_REASONS first. GMGUARD_ABI_VERSION changes
 * if this promise is ever broken.
 *
 * Names above leave out their prefix GMGUARD_A_. The *_PAD attributes align the
 * u64 that follows and carry nothing.
 */

/* GENERATED from uapi/gmguard.yaml ("uapi-check --update") */
#define GMGUARD_FAMILY_NAME	"gmguard"
#define GMGUARD_FAMILY_VERSION	1

#define GMGUARD_ABI_VERSION	1
#define GMGUARD_SIDE_NAME_MAX	31
#define GMGUARD_IFNAME_MAX	15
#define GMGUARD_VERSION_MAX	31
#define GMGUARD_SIDES_MAX	16
#define GMGUARD_PATTERNS_MAX	64
#define GMGUARD_ENDPOINTS_MAX	64
#define GMGUARD_PORTS_MAX	128
#define GMGUARD_PREFIXES_MAX	65536
#define GMGUARD_HTTP_MAX	1024
#define GMGUARD_HTTP_PORTS_MAX	16
#define GMGUARD_OPEN_PORTS_MAX	256
#define GMGUARD_PREFIX_LEN_MAX	128
#define GMGUARD_INTERFACES_MAX	16384
#define GMGUARD_EVENT_RATE_MAX	10000

enum gmguard_trust {
	GMGUARD_TRUST_UNTRUSTED,
	GMGUARD_TRUST_TRUSTED,
	GMGUARD_TRUST_FOREIGN,
};

enum gmguard_mode {
	GMGUARD_MODE_OFF,
	GMGUARD_MODE_OBSERVE,
	GMGUARD_MODE_ENFORCE,
};

enum gmguard_role {
	GMGUARD_ROLE_OTHER,
	GMGUARD_ROLE_CSCF,
	GMGUARD_ROLE_BGCF,
	GMGUARD_ROLE_MGCF,
	GMGUARD_ROLE_MRF,
	GMGUARD_ROLE_IBCF,
	GMGUARD_ROLE_HSS,
	GMGUARD_ROLE_AS,
};

enum gmguard_hook {
	GMGUARD_HOOK_PREROUTING,
	GMGUARD_HOOK_INPUT,
	GMGUARD_HOOK_FORWARD,
	GMGUARD_HOOK_POSTROUTING,
};

enum gmguard_action {
	GMGUARD_ACTION_DROP,
	GMGUARD_ACTION_OBSERVE,
};

enum gmguard_feature {
	GMGUARD_FEATURE_ADDRESSES = 1,
	GMGUARD_FEATURE_PROTECTED_PORTS = 2,
	GMGUARD_FEATURE_EVENTS = 4,
};

enum gmguard_reason {
	GMGUARD_REASON_SPOOF_CORE = 1,
	GMGUARD_REASON_SPOOF_POOL,
	GMGUARD_REASON_BYPASS_CORE,
	GMGUARD_REASON_BYPASS_HTTP,
	GMGUARD_REASON_BYPASS_INSIDE,
	GMGUARD_REASON_BYPASS_FORWARD,
	GMGUARD_REASON_UE_ON_CORE,
	GMGUARD_REASON_CORE_UNKNOWN,
	GMGUARD_REASON_CORE_CLEAR,
	GMGUARD_REASON_CLOSED_PORT,
	GMGUARD_REASON_AH,
	GMGUARD_REASON_UNWALKABLE,
	GMGUARD_REASON_CLEAR_ON_PROTECTED,
	GMGUARD_REASON_CLEAR_FROM_PROTECTED,
	GMGUARD_REASON_PASS_PROTECTED,
	GMGUARD_REASON_PASS_UNREAD,
	GMGUARD_REASON_PASS_ESP,
	GMGUARD_REASON_PASS_HTTP,
	GMGUARD_REASON_PASS_CORE,
	GMGUARD_REASON_PASS_OTHER,

	/* private: */
	__GMGUARD_REASON_MAX,
	GMGUARD_REASON_MAX = (__GMGUARD_REASON_MAX - 1)
};

enum {
	GMGUARD_A_INFO_ABI_VERSION = 1,
	GMGUARD_A_INFO_MODULE_VERSION,
	GMGUARD_A_INFO_FEATURES,
	GMGUARD_A_INFO_GENERATION,
	GMGUARD_A_INFO_REASONS,
	GMGUARD_A_INFO_SIDES_MAX,
	GMGUARD_A_INFO_ENDPOINTS_MAX,
	GMGUARD_A_INFO_PREFIXES_MAX,
	GMGUARD_A_INFO_INTERFACES,
	GMGUARD_A_INFO_INTERFACES_REFUSED,
	GMGUARD_A_INFO_EVENTS_SENT,
	GMGUARD_A_INFO_EVENTS_SUPPRESSED,
	GMGUARD_A_INFO_PAD,

	__GMGUARD_A_INFO_MAX,
	GMGUARD_A_INFO_MAX = (__GMGUARD_A_INFO_MAX - 1)
};

enum {
	GMGUARD_A_SIDE_NAME = 1,
	GMGUARD_A_SIDE_TRUST,
	GMGUARD_A_SIDE_INTERFACE,
	GMGUARD_A_SIDE_REQUIRE_ESP,

	__GMGUARD_A_SIDE_MAX,
	GMGUARD_A_SIDE_MAX = (__GMGUARD_A_SIDE_MAX - 1)
};

enum {
	GMGUARD_A_POOL_SIDE = 1,
	GMGUARD_A_POOL_ADDRESS,
	GMGUARD_A_POOL_PREFIX_LEN,

	__GMGUARD_A_POOL_MAX,
	GMGUARD_A_POOL_MAX = (__GMGUARD_A_POOL_MAX - 1)
};

enum {
	GMGUARD_A_ENDPOINT_ADDRESS = 1,
	GMGUARD_A_ENDPOINT_UNPROTECTED,
	GMGUARD_A_ENDPOINT_SERVER,
	GMGUARD_A_ENDPOINT_CLIENT,

	__GMGUARD_A_ENDPOINT_MAX,
	GMGUARD_A_ENDPOINT_MAX = (__GMGUARD_A_ENDPOINT_MAX - 1)
};

enum {
	GMGUARD_A_CORE_ADDRESS = 1,
	GMGUARD_A_CORE_PREFIX_LEN,
	GMGUARD_A_CORE_ROLE,

	__GMGUARD_A_CORE_MAX,
	GMGUARD_A_CORE_MAX = (__GMGUARD_A_CORE_MAX - 1)
};

enum {
	GMGUARD_A_HTTP_ADDRESS = 1,
	GMGUARD_A_HTTP_PORT,

	__GMGUARD_A_HTTP_MAX,
	GMGUARD_A_HTTP_MAX = (__GMGUARD_A_HTTP_MAX - 1)
};

enum {
	GMGUARD_A_OPEN_PORT_PROTO = 1,
	GMGUARD_A_OPEN_PORT_PORT,

	__GMGUARD_A_OPEN_PORT_MAX,
	GMGUARD_A_OPEN_PORT_MAX = (__GMGUARD_A_OPEN_PORT_MAX - 1)
};

enum {
	GMGUARD_A_RULE_REASON = 1,
	GMGUARD_A_RULE_MODE,

	__GMGUARD_A_RULE_MAX,
	GMGUARD_A_RULE_MAX = (__GMGUARD_A_RULE_MAX - 1)
};

enum {
	GMGUARD_A_MARKS_MASK = 1,
	GMGUARD_A_MARKS_TRUSTED,
	GMGUARD_A_MARKS_UNTRUSTED,
	GMGUARD_A_MARKS_PROTECTED,

	__GMGUARD_A_MARKS_MAX,
	GMGUARD_A_MARKS_MAX = (__GMGUARD_A_MARKS_MAX - 1)
};

enum {
	GMGUARD_A_LIMITS_INTERFACES = 1,
	GMGUARD_A_LIMITS_EVENT_RATE,

	__GMGUARD_A_LIMITS_MAX,
	GMGUARD_A_LIMITS_MAX = (__GMGUARD_A_LIMITS_MAX - 1)
};

enum {
	GMGUARD_A_POLICY_GENERATION = 1,
	GMGUARD_A_POLICY_MODE,
	GMGUARD_A_POLICY_SIDE,
	GMGUARD_A_POLICY_POOL,
	GMGUARD_A_POLICY_ENDPOINT,
	GMGUARD_A_POLICY_CORE,
	GMGUARD_A_POLICY_HTTP,
	GMGUARD_A_POLICY_OPEN_PORT,
	GMGUARD_A_POLICY_RULE,
	GMGUARD_A_POLICY_MARKS,
	GMGUARD_A_POLICY_LIMITS,

	__GMGUARD_A_POLICY_MAX,
	GMGUARD_A_POLICY_MAX = (__GMGUARD_A_POLICY_MAX - 1)
};

enum {
	GMGUARD_A_STATS_REASON = 1,
	GMGUARD_A_STATS_SIDE,
	GMGUARD_A_STATS_PACKETS,
	GMGUARD_A_STATS_OBSERVED,
	GMGUARD_A_STATS_PAD,

	__GMGUARD_A_STATS_MAX,
	GMGUARD_A_STATS_MAX = (__GMGUARD_A_STATS_MAX - 1)
};

enum {
	GMGUARD_A_VERDICT_SEQ = 1,
	GMGUARD_A_VERDICT_SUPPRESSED,
	GMGUARD_A_VERDICT_REASON,
	GMGUARD_A_VERDICT_ACTION,
	GMGUARD_A_VERDICT_HOOK,
	GMGUARD_A_VERDICT_SIDE,
	GMGUARD_A_VERDICT_IFINDEX,
	GMGUARD_A_VERDICT_IFNAME,
	GMGUARD_A_VERDICT_PROTO,
	GMGUARD_A_VERDICT_SRC,
	GMGUARD_A_VERDICT_DST,
	GMGUARD_A_VERDICT_SPORT,
	GMGUARD_A_VERDICT_DPORT,
	GMGUARD_A_VERDICT_PAD,

	__GMGUARD_A_VERDICT_MAX,
	GMGUARD_A_VERDICT_MAX = (__GMGUARD_A_VERDICT_MAX - 1)
};

enum {
	GMGUARD_CMD_INFO_GET = 1,
	GMGUARD_CMD_POLICY_SET,
	GMGUARD_CMD_POLICY_GET,
	GMGUARD_CMD_POLICY_CLEAR,
	GMGUARD_CMD_STATS_GET,
	GMGUARD_CMD_STATS_RESET,
	GMGUARD_CMD_VERDICT_NTF,

	__GMGUARD_CMD_MAX,
	GMGUARD_CMD_MAX = (__GMGUARD_CMD_MAX - 1)
};

#define GMGUARD_MCGRP_EVENTS	"events"
/* END GENERATED */

#endif /* _UAPI_LINUX_GMGUARD_H */
