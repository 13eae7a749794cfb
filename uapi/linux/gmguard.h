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
 *   -ERANGE      an integer outside its range; an interface name or a number of
 *                no octets or too many; a flag that has a value
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
 *   INFO_SA_SETS             u32  SA sets of this namespace now
 *   INFO_PORT_POLICIES_RESTORED  u64  how often the xfrm policy of a protected
 *                                 port was taken away and put back
 *   INFO_TMPIS               u32  IMPIs of this namespace that have a TMPI, or had one
 *                                 that has expired lately
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
 *     LIMITS_SA_SETS     u32, not 0; absent: 1000000
 *     LIMITS_PINHOLES    u32, emergency dialogs and answers to come on
 *                        unprotected ports at a time, 0 to
 *                        GMGUARD_PINHOLES_MAX; absent: 65536
 *     LIMITS_REGISTER_RATE   u32, unprotected REGISTERs of one source a second,
 *                        0 to GMGUARD_REGISTER_RATE_MAX; absent: 20; 0: any
 *     LIMITS_REGISTER_BURST  u32, of them at once, 1 to
 *                        GMGUARD_REGISTER_BURST_MAX; absent: 60
 *     LIMITS_TMPI        u32, IMPIs that a TMPI stands for; absent: 1000000
 *     LIMITS_STREAMS     u32, TCP connections whose SIP is read, 0 to
 *                        GMGUARD_STREAMS_MAX; absent: 65536
 *     LIMITS_STREAM_OCTETS  u32, that one direction of a connection holds until
 *                        they are judged, or keeps until they have arrived, 1 to
 *                        GMGUARD_STREAM_OCTETS_MAX; absent: 65536
 *     LIMITS_STREAM_MEMORY  u32, octets of all connections; absent: 67108864
 *     LIMITS_STREAM_IDLE u32, seconds without a segment after which a connection
 *                        is forgotten; absent: 7440; 0: never
 *   POLICY_LIFETIMES   nest  seconds
 *     LIFETIMES_TEMPORARY  u32, not 0: until a set is established; absent: 240
 *     LIFETIMES_SLACK      u32: that a set outlives its registration; absent: 30
 *     LIFETIMES_GRACE      u32, not 0: left to an old set at most; absent: 128
 *   POLICY_SPI_RANGE   nest  of our SPIs; absent: 0x10000 to 0xfffffffe
 *     SPI_RANGE_FIRST    u32, required, GMGUARD_SPI_MIN or more
 *     SPI_RANGE_LAST     u32, required, above the first
 *   POLICY_ALGORITHM * nest  0 to GMGUARD_ALGORITHMS_MAX, a pair that sets may
 *                            have; without one there can be no set
 *     ALGORITHM_ALG      u32, required, enum gmguard_alg
 *     ALGORITHM_EALG     u32, required, enum gmguard_ealg
 *   POLICY_NO_INBOUND_POLICY  flag: no inbound xfrm policies, see XFRM
 *   POLICY_EMERGENCY   nest  absent: one with the numbers 112 and 911
 *     EMERGENCY_REFUSED    flag: no emergency request is let in without an SA
 *     EMERGENCY_NUMBER *   string, 0 to GMGUARD_NUMBERS_MAX of 1 to
 *                          GMGUARD_NUMBER_LEN_MAX octets, digits and + * #: what
 *                          is an emergency number besides the URNs of RFC 5031
 *   POLICY_HEADER *    nest  what becomes of a header or parameter in messages
 *                            that cross a boundary, at most once each; absent:
 *                            what the trust domain keeps to itself is removed
 *     HEADER_ITEM        u32, required, enum gmguard_sip_item: a header, or after
 *                        PARAM_ a parameter; PARAM_P_ASSERTED_IDENTITY is the
 *                        header in a URI
 *     HEADER_TRANSITION  u32, required, enum gmguard_sip_transition: from UEs in
 *                        clear or under ESP, to UEs, to and from other networks
 *     HEADER_ACTION      u32, required, enum gmguard_sip_action: KEEP it, REMOVE
 *                        it from the message, DROP the message
 *   POLICY_TMPI        nest  absent: mode OFF and no profile
 *     TMPI_POLICY_MODE   u32, enum gmguard_tmpi_mode; absent: OFF
 *     TMPI_POLICY_PROFILE_NAME  string, 1 to GMGUARD_FQDN_MAX octets; with the id
 *                        what an operator's profile, which is not of 3GPP, has in
 *                        the place of the BSF (TS 33.220 B.4). Kept for whoever
 *                        derives; gmguard derives nothing
 *     TMPI_POLICY_PROFILE_ID    binary, GMGUARD_UA_ID_LEN octets, the first 0xff
 *
 * Pairs (TS 33.203 Annex H): HMAC_MD5_96 or HMAC_SHA_1_96 with an ealg that is
 * not AES_GCM; AES_GMAC with ealg NULL; alg NULL with AES_GCM.
 *
 * SA sets stay as they are under a new policy; it holds for what is asked for or
 * becomes of them from then on.
 *
 * A request must fit into the socket's send buffer, which the usual size is for
 * some 6,000 prefixes: set SO_SNDBUFFORCE, or sending fails with EMSGSIZE.
 *
 *   -E2BIG       more elements, interfaces of a side, ports or emergency numbers
 *                than the maximum
 *   -EEXIST      named twice: a prefix (among pools, endpoints, core prefixes or
 *                HTTP servers), a side, a port of an endpoint in one list, an
 *                open port, a rule, a pair of algorithms, an emergency number, a
 *                header in one transition; or an interface that two sides could
 *                claim; or somebody else has an xfrm policy with the very
 *                selector of one of ours
 *   -ENOENT      a pool of a side that is not in this policy
 *   -ERANGE      an IPv4 prefix longer than 32 bits
 *   -EOPNOTSUPP  an open port of another protocol
 *   -EPROTONOSUPPORT  this kernel has not an algorithm of the policy; the
 *                sentence says which modules are missing
 *   -EINVAL      no side or no endpoint; a required attribute is absent; an
 *                address of another length; host bits set; a name, interface or
 *                endpoint address that cannot be one; SIDE_REQUIRE_ESP on a
 *                side that is not trusted; pools of a side that is not
 *                untrusted, or none of one that is; a list of ports that is
 *                empty; a port with two uses; 5060 or 5061 as server or client
 *                port; an open port that is a port of an endpoint; a mode for a
 *                pass class; marks against the rule above; algorithms that are
 *                no pair; a last SPI that is not above the first; an emergency
 *                number with other octets; a profile's name without its id or
 *                the other way round, or an id that begins with another octet
 *                than 0xff; PARAM_IK or PARAM_CK that is kept on its way to UEs
 *                or other networks (TS 33.203 6.1.1); prefixes that overlap and
 *                are pools of two sides, core prefixes of two roles, or two of
 *                pool, endpoint, core and HTTP server (but a server may be in a
 *                core prefix)
 *   other        netfilter would not register the hooks
 *
 * GMGUARD_CMD_POLICY_GET  (dump)
 *
 * Request: no attributes (-EINVAL). Every message has POLICY_GENERATION (u32).
 * The first has POLICY_MODE, a POLICY_RULE for each rule with a mode of its own,
 * POLICY_MARKS, POLICY_LIMITS, POLICY_LIFETIMES, POLICY_SPI_RANGE,
 * POLICY_EMERGENCY and, if set, POLICY_TMPI and POLICY_NO_INBOUND_POLICY; each
 * further one has one element, in the order SIDE, POOL, ENDPOINT, CORE, HTTP,
 * OPEN_PORT, ALGORITHM, HEADER and, within a kind, as they were set; ports
 * ascend. Absent attributes that have a default come with it, but for
 * POLICY_HEADER.
 *
 * Together the messages are the policy: put them one after the other, without
 * the generation, and the result is the request that sets it. If a message or
 * the end of the dump bears NLM_F_DUMP_INTR, the policy changed meanwhile:
 * forget what came and dump again. No message at all: no policy runs.
 *
 * GMGUARD_CMD_POLICY_CLEAR  (do)
 *
 * Takes policy and hooks away, deletes all SA sets, TMPIs and xfrm policies, and
 * lets go of the module; no packet is judged, marked or counted after it. The
 * counters stay readable. Request: no attributes (-EINVAL). -ENOENT: no policy
 * runs. When a network namespace ends, its policy ends with it.
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
 *   STATS_SCRUBBED  u64     of which something was removed that may not cross the
 *                           boundary; counted again for what became of it
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
 *   VERDICT_METHOD      string  of SIP that was read: of the request or, of a
 *                               response, of its CSeq; absent if nobody knows it
 *   VERDICT_STATUS      u16     of a SIP response
 *   VERDICT_CALL_ID     u64     of SIP that was read: a hash of its Call-ID and of
 *                               the address outside, with a key of the namespace
 *
 * SA SETS
 *
 * A set is what one authentication makes: four SAs in two pairs (TS 33.203 7.1).
 *
 *   A  SPI_PS  from port_uc to port_ps     B  SPI_UC  from port_ps to port_uc
 *   D  SPI_PC  from port_us to port_pc     C  SPI_US  from port_pc to port_us
 *
 * gmguard chooses SPI_PS and SPI_PC, at random in POLICY_SPI_RANGE; SPI_PS names
 * the set. Sets with the same IMPI are of one contact, an emergency registration
 * (SA_EMERGENCY) being a contact of its own. States (TS 33.203 7.3 and 7.4):
 *
 *   TEMPORARY    from SA_NEW, which replaces a temporary set of the contact, for
 *                LIFETIMES_TEMPORARY seconds
 *   ESTABLISHED  from SA_ESTABLISH: the registration's lifetime and
 *                LIFETIMES_SLACK, and at least what the contact's other sets had
 *                left. These are deleted, but the one that SA_OVER names
 *   IN_USE       from the first packet that comes under the established set; the
 *                set that SA_OVER names is old from then on
 *   OLD          so, or from SA_DEL with SA_GRACE: at most LIFETIMES_GRACE
 *                seconds are left
 *
 * So a contact has three sets at most, which are six SAs in a direction (7.1).
 * A set over its time is deleted. The packets of a set are judged by the SA they
 * come under: see the reasons SA_MISMATCH, SA_TRANSPORT and SA_EXPIRED.
 *
 * GMGUARD_CMD_SA_NEW  (do)
 *
 * Installs the four SAs of a temporary set, or nothing. Request:
 *
 *   SA_SPI_UC     u32, required, not 0; the UE's SPIs differ
 *   SA_SPI_US     u32, required
 *   SA_UE         address, required, unicast, in a POLICY_POOL
 *   SA_PCSCF      address, required, of an endpoint, in the family of the UE's
 *   SA_PORT_UC    u16, required, not 0; the UE's ports differ
 *   SA_PORT_US    u16, required
 *   SA_PORT_PC    u16, required, a client port of the endpoint
 *   SA_PORT_PS    u16, required, a server port of it
 *   SA_ALG        u32, required, enum gmguard_alg; both a POLICY_ALGORITHM
 *   SA_EALG       u32, required, enum gmguard_ealg
 *   SA_AUTH_KEY   binary, as TS 33.203 Annex I expands it: HMAC_MD5_96 16 octets,
 *                 HMAC_SHA_1_96 20, AES_GMAC 16 and 4 of salt, NULL none (absent
 *                 or empty)
 *   SA_ENC_KEY    binary, so too: AES_CBC 16 octets, DES_EDE3_CBC 24, AES_GCM 16
 *                 and 4 of salt, NULL none
 *   SA_IMPI       string, required, 1 to GMGUARD_IMPI_MAX octets without NUL
 *   SA_DIGEST     binary, GMGUARD_DIGEST_LEN octets of what was agreed, which
 *                 SA_GET gives back; absent: zeros
 *   SA_EMERGENCY  flag
 *   SA_OVER       u32, SPI_PS of the set that protected SM1; absent: SM1 came in
 *                 clear
 *
 * Reply: SA_SPI_PS and SA_SPI_PC (u32). Keys are in the cipher contexts of the
 * kernel only: gmguard overwrites them in the request, whatever it answers (not
 * where the netlink core has refused it before), and in the xfrm states, and no
 * reply has them.
 *
 *   -EINVAL      a required attribute is absent; a value is against what is said
 *                above; an address of another length; 5060 or 5061 as a port;
 *                algorithms that are no pair; keys of other lengths; with SA_OVER
 *                an address, port_us or port_ps that is not that set's
 *   -ERANGE      a digest of another length
 *   -ENOENT      no policy runs; SA_OVER names no established or used set of this
 *                contact
 *   -EPERM       the policy does not allow these algorithms
 *   -EPROTONOSUPPORT  this kernel has not one of them any more
 *   -ENOSPC      as many sets as LIMITS_SA_SETS are there, but for the temporary
 *                one that would be replaced; or no SPI is free
 *   -EEXIST      at the UE's address: port_uc is in use; port_us is, by another
 *                IMPI or as port_uc; so are port_us and port_pc together, since
 *                port_pc must be fresh; an SPI of the UE is in use, by whomever.
 *                Or somebody else took an SPI that very moment
 *   -EAGAIN      the reply found no room in the receive buffer, and the set is gone
 *
 * A refusal leaves the contact's temporary set alone but in two cases: -EAGAIN,
 * and -EEXIST for an SPI taken that very moment.
 *
 * An EEXIST comes with NLMSGERR_ATTR_COOKIE, a u32, SPI_PS of the set in the way;
 * without, where this is no set of ours.
 *
 * GMGUARD_CMD_SA_ESTABLISH  (do)
 *
 * The registration has succeeded, or was refreshed: a set that is established
 * already lives at least as long, never shorter. Request: SA_SPI_PS (u32) and
 * SA_LIFETIME (u32, seconds of the registration, not 0), both required (-EINVAL).
 * -ENOENT: no set has this SPI_PS. -ESTALE: the set is old. -EEXIST, -ENOSPC: as of
 * TMPI_NEW, the TMPI that waits for it cannot stand for its user any more.
 *
 * GMGUARD_CMD_SA_GET  (do, dump)
 *
 * do: the set of SA_SPI_PS. -EINVAL: it is absent, or a filter is there; -ENOENT:
 * no set has it. dump: one message for each set that all filters let through:
 *
 *   SA_SPI_PS     u32
 *   SA_UE         address
 *   SA_IMPI       string
 *   SA_STATE      u32, enum gmguard_sa_state
 *   SA_IDLE       u32: no packet on any SA for so many seconds or more; where
 *                 none ever came, since boot
 *   SA_SPI        u32, any of the four SPIs
 *
 * -EINVAL: SA_UE has neither 4 nor 16 octets, or SA_IMPI a NUL in it.
 *
 * A reply has the attributes of SA_NEW but for the keys, SA_SPI_PS, SA_SPI_PC,
 * and
 *
 *   SA_STATE      u32     enum gmguard_sa_state
 *   SA_LIFETIME   u32     seconds left
 *   SA_COUNTERS * nest    one for each of A, B, D and C
 *     SA_COUNTERS_SPI      u32
 *     SA_COUNTERS_PACKETS  u64
 *     SA_COUNTERS_OCTETS   u64  of ESP payload
 *     SA_COUNTERS_IDLE     u32  seconds since the last packet; absent: none yet
 *
 * Sets that come or go meanwhile may be in a dump or not. NLM_F_DUMP_INTR: the
 * table was resized and walked anew, so that sets may have come twice: forget
 * what came and dump again. A dump with SA_UE is never interrupted: it looks at the
 * sets of that address alone, in the order of SA_SPI_PS, however many others there are.
 *
 * GMGUARD_CMD_SA_DEL  (do)
 *
 * Deletes the set of SA_SPI_PS (u32, required) and its SAs; with SA_GRACE (flag)
 * makes it old, unless it is temporary, and leaves it LIFETIMES_GRACE seconds at
 * most. -EINVAL, -ENOENT: as above.
 *
 * GMGUARD_CMD_SA_FLUSH  (do)
 *
 * Deletes the sets that all filters let through: SA_UE, SA_IMPI, SA_STATE,
 * SA_IDLE, as for SA_GET; without one, all sets there are. Succeeds also where there is
 * none.
 *
 * GMGUARD_CMD_SA_NTF  (event, group GMGUARD_MCGRP_EVENTS)
 *
 * A set has changed. SA_CHANGE (u32, enum gmguard_sa_change) says how:
 *
 *   NEW          by SA_NEW
 *   ESTABLISHED  by SA_ESTABLISH; a refresh is no change
 *   IN_USE       by its first packet
 *   OLD          by the use of its successor, or SA_DEL with SA_GRACE
 *   DELETED      by SA_DEL, SA_FLUSH or POLICY_CLEAR
 *   EXPIRED      its time was over
 *   REPLACED     by another set of the contact, new or established
 *   LOST         somebody else deleted one of its xfrm states
 *
 * The rest is as in a reply of SA_GET, but without algorithms, digest, emergency,
 * over and counters. It bears no number and is not rate-limited; it is lost if it
 * finds no memory.
 *
 * GMGUARD_CMD_PORT_POLICY_NTF  (event, group GMGUARD_MCGRP_EVENTS)
 *
 * Xfrm policies of protected ports were taken away and are back:
 * INFO_PORT_POLICIES_RESTORED (u64), as INFO_GET has it.
 *
 * TMPIs
 *
 * A TMPI (TS 33.220 B.4) stands for an IMPI, at one UE: 32 digits of base64, which count
 * as they are, and @tmpi.bsf.3gppnetwork.org in any case. IMPIs are compared as RFC 4282
 * has it: the user octet by octet, the realm behind the last '@' in any case. An IMPI has
 * the TMPI that stands for it now and the one before, which does so for LIFETIMES_GRACE
 * seconds more.
 *
 * GMGUARD_CMD_TMPI_NEW  (do)
 *
 * TMPI_TMPI stands for an IMPI from now on; with a temporary SA set once that is
 * established, and if it never is, never. No reply but the acknowledgment. Request:
 *
 *   TMPI_TMPI      string, required, GMGUARD_TMPI_LEN octets and NUL
 *   TMPI_SPI_PS    u32, of the SA set that it ends with, LIFETIMES_GRACE seconds
 *                  after that set is old or gone
 *   TMPI_IMPI      string, 1 to GMGUARD_IMPI_MAX octets without NUL; required
 *                  without TMPI_SPI_PS, with it absent or that of the set
 *   TMPI_UE        address, unicast; so, too
 *   TMPI_LIFETIME  u32, not 0, seconds; required without TMPI_SPI_PS, else absent
 *
 * The same TMPI again takes over the address and the end of the request.
 *
 *   -EINVAL      against what is said above; an address in no POLICY_POOL; an IMPI or
 *                address that is not that of the set
 *   -ERANGE      a TMPI that is longer
 *   -ENOENT      no policy runs; no set has this SPI_PS
 *   -ESTALE      the set is old, or is being deleted
 *   -EEXIST      the TMPI stands, or stood, for another IMPI, or stood for this one
 *                before the present one
 *   -ENOSPC      as many IMPIs as LIMITS_TMPI have one, or a set where one waits
 *
 * GMGUARD_CMD_TMPI_GET  (do, dump)
 *
 * do: TMPI_TMPI, be it the one before, or TMPI_IMPI says which; -ENOENT: there is none;
 * -EINVAL: neither, both, or a filter. dump: nothing, or filters: TMPI_TMPI (the present
 * one), TMPI_IMPI, TMPI_UE, TMPI_SPI_PS. A reply, and each message of a dump:
 *
 *   TMPI_TMPI      string, its domain in lower case
 *   TMPI_IMPI      string, as it was given
 *   TMPI_UE        address
 *   TMPI_SPI_PS    u32, absent where it was made without a set
 *   TMPI_LIFETIME  u32, seconds left; absent while the set lives, or with TMPI_EXPIRED
 *   TMPI_PREVIOUS  string, the one before, as long as it stands for the IMPI
 *   TMPI_EXPIRED   flag: none stands for the IMPI any more. It is kept, and counts, for
 *                  LIFETIMES_GRACE seconds, to be told from what never was
 *
 * NLM_F_DUMP_INTR: the table was resized meanwhile, dump again.
 *
 * GMGUARD_CMD_TMPI_DEL  (do)
 *
 * TMPI_TMPI or TMPI_IMPI, as for TMPI_GET: none stands for the IMPI any more.
 *
 * GMGUARD_CMD_TMPI_FLUSH  (do)
 *
 * The same for all that the filters TMPI_UE and TMPI_SPI_PS let through; without one,
 * all there are. Succeeds also where there is none.
 *
 * GMGUARD_CMD_TMPI_NTF  (event, group GMGUARD_MCGRP_EVENTS)
 *
 * TMPI_CHANGE (u32, enum gmguard_tmpi_change) says what has become of it:
 *
 *   NEW          by TMPI_NEW, for an IMPI that had none
 *   RENEWED      by TMPI_NEW
 *   ENDING       its set is old or gone
 *   EXPIRED      its time is over
 *   DELETED      by TMPI_DEL, TMPI_FLUSH or POLICY_CLEAR
 *
 * The rest is as in a reply of TMPI_GET. Like SA_NTF not limited in rate.
 *
 * XFRM
 *
 * An SA is an xfrm state of its own: ESP in transport mode, reqid 0x474d, its
 * selector the two addresses and ports, of any protocol; inbound a replay window
 * of 128 packets; without ESN or a lifetime of its own. HMACs are cut to 96 bits,
 * the ICV of AES_GCM and AES_GMAC has 128.
 *
 * There is no xfrm policy of a UE's own. Each server or client port of an
 * endpoint has two, for ESP in transport mode, between it and anybody, for any
 * protocol, of the weakest priority (4294967295):
 *
 *   out  always; what has no SA of reqid 0x474d does not leave. While the mode of
 *        the rule CLEAR_FROM_PROTECTED is not ENFORCE, it leaves in clear
 *   in   if the mode of the rule CLEAR_ON_PROTECTED is ENFORCE, and
 *        POLICY_NO_INBOUND_POLICY is not there: what came in clear is refused
 *        even without gmguard's hooks
 *
 * Others had better leave them alone. If one of the states is deleted, the whole
 * set is lost, as its keys are known to nobody; a policy that is deleted is put
 * back, if need be with a new attempt each second.
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

#define GMGUARD_ABI_VERSION		1
#define GMGUARD_SIDE_NAME_MAX		31
#define GMGUARD_IFNAME_MAX		15
#define GMGUARD_VERSION_MAX		31
#define GMGUARD_SIDES_MAX		16
#define GMGUARD_PATTERNS_MAX		64
#define GMGUARD_ENDPOINTS_MAX		64
#define GMGUARD_PORTS_MAX		128
#define GMGUARD_PREFIXES_MAX		65536
#define GMGUARD_HTTP_MAX		1024
#define GMGUARD_HTTP_PORTS_MAX		16
#define GMGUARD_OPEN_PORTS_MAX		256
#define GMGUARD_PREFIX_LEN_MAX		128
#define GMGUARD_INTERFACES_MAX		16384
#define GMGUARD_EVENT_RATE_MAX		10000
#define GMGUARD_ALGORITHMS_MAX		16
#define GMGUARD_SPI_MIN			256
#define GMGUARD_IMPI_MAX		255
#define GMGUARD_DIGEST_LEN		32
#define GMGUARD_NUMBERS_MAX		16
#define GMGUARD_NUMBER_LEN_MAX		15
#define GMGUARD_PINHOLES_MAX		1048576
#define GMGUARD_REGISTER_RATE_MAX	100000
#define GMGUARD_REGISTER_BURST_MAX	100000
#define GMGUARD_STREAMS_MAX		1048576
#define GMGUARD_STREAM_OCTETS_MAX	262144
#define GMGUARD_FQDN_MAX		253
#define GMGUARD_UA_ID_LEN		5
#define GMGUARD_TMPI_LEN		57

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
	GMGUARD_ACTION_SCRUB,
};

enum gmguard_feature {
	GMGUARD_FEATURE_ADDRESSES = 1,
	GMGUARD_FEATURE_PROTECTED_PORTS = 2,
	GMGUARD_FEATURE_EVENTS = 4,
	GMGUARD_FEATURE_SA = 8,
	GMGUARD_FEATURE_TMPI = 16,
};

enum gmguard_alg {
	GMGUARD_ALG_HMAC_MD5_96,
	GMGUARD_ALG_HMAC_SHA_1_96,
	GMGUARD_ALG_AES_GMAC,
	GMGUARD_ALG_NULL,
};

enum gmguard_ealg {
	GMGUARD_EALG_NULL,
	GMGUARD_EALG_DES_EDE3_CBC,
	GMGUARD_EALG_AES_CBC,
	GMGUARD_EALG_AES_GCM,
};

enum gmguard_sa_state {
	GMGUARD_SA_STATE_TEMPORARY,
	GMGUARD_SA_STATE_ESTABLISHED,
	GMGUARD_SA_STATE_IN_USE,
	GMGUARD_SA_STATE_OLD,
};

enum gmguard_sa_change {
	GMGUARD_SA_CHANGE_NEW,
	GMGUARD_SA_CHANGE_ESTABLISHED,
	GMGUARD_SA_CHANGE_IN_USE,
	GMGUARD_SA_CHANGE_OLD,
	GMGUARD_SA_CHANGE_DELETED,
	GMGUARD_SA_CHANGE_EXPIRED,
	GMGUARD_SA_CHANGE_REPLACED,
	GMGUARD_SA_CHANGE_LOST,
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
	GMGUARD_REASON_PASS_TCP_UNREAD,
	GMGUARD_REASON_PASS_ESP,
	GMGUARD_REASON_PASS_HTTP,
	GMGUARD_REASON_PASS_CORE,
	GMGUARD_REASON_PASS_OTHER,
	GMGUARD_REASON_FOREIGN_SA,
	GMGUARD_REASON_SA_MISMATCH,
	GMGUARD_REASON_SA_TRANSPORT,
	GMGUARD_REASON_SA_EXPIRED,
	GMGUARD_REASON_MALFORMED,
	GMGUARD_REASON_COMPRESSED,
	GMGUARD_REASON_METHOD_ON_UNPROTECTED,
	GMGUARD_REASON_RESPONSE_ON_UNPROTECTED,
	GMGUARD_REASON_EMERGENCY_REFUSED,
	GMGUARD_REASON_FLOOD,
	GMGUARD_REASON_VIA_MISMATCH,
	GMGUARD_REASON_OUT_UNPROTECTED,
	GMGUARD_REASON_SA_TEMPORARY,
	GMGUARD_REASON_IDENTITY_MISMATCH,
	GMGUARD_REASON_ASSERTED_IDENTITY,
	GMGUARD_REASON_INTEGRITY_PROTECTED,
	GMGUARD_REASON_TRUST_HEADER,
	GMGUARD_REASON_KEY_LEAK,
	GMGUARD_REASON_PRIVACY_ID,
	GMGUARD_REASON_PRIVACY_CRITICAL,
	GMGUARD_REASON_PASS_REGISTER,
	GMGUARD_REASON_PASS_EMERGENCY,
	GMGUARD_REASON_PASS_ERROR,
	GMGUARD_REASON_PASS_KEEPALIVE,
	GMGUARD_REASON_IMPI_EXPOSED,
	GMGUARD_REASON_TMPI_UNKNOWN,
	GMGUARD_REASON_TMPI_EXPIRED,
	GMGUARD_REASON_STREAM_ORDER,
	GMGUARD_REASON_STREAM_UNKNOWN,
	GMGUARD_REASON_STREAM_LIMIT,
	GMGUARD_REASON_EMERGENCY_ONLY,

	/* private: */
	__GMGUARD_REASON_MAX,
	GMGUARD_REASON_MAX = (__GMGUARD_REASON_MAX - 1)
};

enum gmguard_sip_item {
	GMGUARD_SIP_ITEM_P_ASSERTED_IDENTITY = 1,
	GMGUARD_SIP_ITEM_REMOTE_PARTY_ID,
	GMGUARD_SIP_ITEM_P_PREFERRED_IDENTITY,
	GMGUARD_SIP_ITEM_P_PREFERRED_SERVICE,
	GMGUARD_SIP_ITEM_P_ACCESS_NETWORK_INFO,
	GMGUARD_SIP_ITEM_P_CHARGING_VECTOR,
	GMGUARD_SIP_ITEM_P_CHARGING_FUNCTION_ADDRESSES,
	GMGUARD_SIP_ITEM_P_VISITED_NETWORK_ID,
	GMGUARD_SIP_ITEM_P_ASSOCIATED_URI,
	GMGUARD_SIP_ITEM_PATH,
	GMGUARD_SIP_ITEM_SERVICE_ROUTE,
	GMGUARD_SIP_ITEM_P_SERVED_USER,
	GMGUARD_SIP_ITEM_P_PROFILE_KEY,
	GMGUARD_SIP_ITEM_P_ASSERTED_SERVICE,
	GMGUARD_SIP_ITEM_P_PRIVATE_NETWORK_INDICATION,
	GMGUARD_SIP_ITEM_P_EARLY_MEDIA,
	GMGUARD_SIP_ITEM_P_MEDIA_AUTHORIZATION,
	GMGUARD_SIP_ITEM_RESTORATION_INFO,
	GMGUARD_SIP_ITEM_RELAYED_CHARGE,
	GMGUARD_SIP_ITEM_SERVICE_INTERACT_INFO,
	GMGUARD_SIP_ITEM_CELLULAR_NETWORK_INFO,
	GMGUARD_SIP_ITEM_RESPONSE_SOURCE,
	GMGUARD_SIP_ITEM_ATTESTATION_INFO,
	GMGUARD_SIP_ITEM_ORIGINATION_ID,
	GMGUARD_SIP_ITEM_ADDITIONAL_IDENTITY,
	GMGUARD_SIP_ITEM_PRIORITY_VERSTAT,
	GMGUARD_SIP_ITEM_DC_INFO,
	GMGUARD_SIP_ITEM_FEATURE_CAPS,
	GMGUARD_SIP_ITEM_HISTORY_INFO,
	GMGUARD_SIP_ITEM_REASON,
	GMGUARD_SIP_ITEM_RESOURCE_PRIORITY,
	GMGUARD_SIP_ITEM_SECURITY_CLIENT,
	GMGUARD_SIP_ITEM_SECURITY_VERIFY,
	GMGUARD_SIP_ITEM_SECURITY_SERVER,
	GMGUARD_SIP_ITEM_PARAM_SUPPORTED,
	GMGUARD_SIP_ITEM_PARAM_PRIVACY,
	GMGUARD_SIP_ITEM_PARAM_P_ASSERTED_IDENTITY,
	GMGUARD_SIP_ITEM_PARAM_INTEGRITY_PROTECTED,
	GMGUARD_SIP_ITEM_PARAM_IK,
	GMGUARD_SIP_ITEM_PARAM_CK,
	GMGUARD_SIP_ITEM_PARAM_NETWORK_PROVIDED,
	GMGUARD_SIP_ITEM_PARAM_LOC_SRC,
	GMGUARD_SIP_ITEM_PARAM_PSAP_CALLBACK,
	GMGUARD_SIP_ITEM_PARAM_CPC,
	GMGUARD_SIP_ITEM_PARAM_OLI,
	GMGUARD_SIP_ITEM_PARAM_IOTL,

	/* private: */
	__GMGUARD_SIP_ITEM_MAX,
	GMGUARD_SIP_ITEM_MAX = (__GMGUARD_SIP_ITEM_MAX - 1)
};

enum gmguard_sip_transition {
	GMGUARD_SIP_TRANSITION_UE_TO_CORE_CLEAR = 1,
	GMGUARD_SIP_TRANSITION_UE_TO_CORE_PROTECTED,
	GMGUARD_SIP_TRANSITION_CORE_TO_UE,
	GMGUARD_SIP_TRANSITION_CORE_TO_FOREIGN,
	GMGUARD_SIP_TRANSITION_FOREIGN_TO_CORE,

	/* private: */
	__GMGUARD_SIP_TRANSITION_MAX,
	GMGUARD_SIP_TRANSITION_MAX = (__GMGUARD_SIP_TRANSITION_MAX - 1)
};

enum gmguard_sip_action {
	GMGUARD_SIP_ACTION_KEEP,
	GMGUARD_SIP_ACTION_REMOVE,
	GMGUARD_SIP_ACTION_DROP,
};

enum gmguard_tmpi_mode {
	GMGUARD_TMPI_MODE_OFF,
	GMGUARD_TMPI_MODE_OBSERVE,
	GMGUARD_TMPI_MODE_PREFER,
	GMGUARD_TMPI_MODE_REQUIRE,
};

enum gmguard_tmpi_change {
	GMGUARD_TMPI_CHANGE_NEW,
	GMGUARD_TMPI_CHANGE_RENEWED,
	GMGUARD_TMPI_CHANGE_ENDING,
	GMGUARD_TMPI_CHANGE_EXPIRED,
	GMGUARD_TMPI_CHANGE_DELETED,
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
	GMGUARD_A_INFO_SA_SETS,
	GMGUARD_A_INFO_PORT_POLICIES_RESTORED,
	GMGUARD_A_INFO_TMPIS,

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
	GMGUARD_A_LIMITS_SA_SETS,
	GMGUARD_A_LIMITS_PINHOLES,
	GMGUARD_A_LIMITS_REGISTER_RATE,
	GMGUARD_A_LIMITS_REGISTER_BURST,
	GMGUARD_A_LIMITS_TMPI,
	GMGUARD_A_LIMITS_STREAMS,
	GMGUARD_A_LIMITS_STREAM_OCTETS,
	GMGUARD_A_LIMITS_STREAM_MEMORY,
	GMGUARD_A_LIMITS_STREAM_IDLE,

	__GMGUARD_A_LIMITS_MAX,
	GMGUARD_A_LIMITS_MAX = (__GMGUARD_A_LIMITS_MAX - 1)
};

enum {
	GMGUARD_A_LIFETIMES_TEMPORARY = 1,
	GMGUARD_A_LIFETIMES_SLACK,
	GMGUARD_A_LIFETIMES_GRACE,

	__GMGUARD_A_LIFETIMES_MAX,
	GMGUARD_A_LIFETIMES_MAX = (__GMGUARD_A_LIFETIMES_MAX - 1)
};

enum {
	GMGUARD_A_SPI_RANGE_FIRST = 1,
	GMGUARD_A_SPI_RANGE_LAST,

	__GMGUARD_A_SPI_RANGE_MAX,
	GMGUARD_A_SPI_RANGE_MAX = (__GMGUARD_A_SPI_RANGE_MAX - 1)
};

enum {
	GMGUARD_A_ALGORITHM_ALG = 1,
	GMGUARD_A_ALGORITHM_EALG,

	__GMGUARD_A_ALGORITHM_MAX,
	GMGUARD_A_ALGORITHM_MAX = (__GMGUARD_A_ALGORITHM_MAX - 1)
};

enum {
	GMGUARD_A_EMERGENCY_REFUSED = 1,
	GMGUARD_A_EMERGENCY_NUMBER,

	__GMGUARD_A_EMERGENCY_MAX,
	GMGUARD_A_EMERGENCY_MAX = (__GMGUARD_A_EMERGENCY_MAX - 1)
};

enum {
	GMGUARD_A_HEADER_ITEM = 1,
	GMGUARD_A_HEADER_TRANSITION,
	GMGUARD_A_HEADER_ACTION,

	__GMGUARD_A_HEADER_MAX,
	GMGUARD_A_HEADER_MAX = (__GMGUARD_A_HEADER_MAX - 1)
};

enum {
	GMGUARD_A_TMPI_POLICY_MODE = 1,
	GMGUARD_A_TMPI_POLICY_PROFILE_NAME,
	GMGUARD_A_TMPI_POLICY_PROFILE_ID,

	__GMGUARD_A_TMPI_POLICY_MAX,
	GMGUARD_A_TMPI_POLICY_MAX = (__GMGUARD_A_TMPI_POLICY_MAX - 1)
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
	GMGUARD_A_POLICY_LIFETIMES,
	GMGUARD_A_POLICY_SPI_RANGE,
	GMGUARD_A_POLICY_ALGORITHM,
	GMGUARD_A_POLICY_NO_INBOUND_POLICY,
	GMGUARD_A_POLICY_EMERGENCY,
	GMGUARD_A_POLICY_HEADER,
	GMGUARD_A_POLICY_TMPI,

	__GMGUARD_A_POLICY_MAX,
	GMGUARD_A_POLICY_MAX = (__GMGUARD_A_POLICY_MAX - 1)
};

enum {
	GMGUARD_A_STATS_REASON = 1,
	GMGUARD_A_STATS_SIDE,
	GMGUARD_A_STATS_PACKETS,
	GMGUARD_A_STATS_OBSERVED,
	GMGUARD_A_STATS_PAD,
	GMGUARD_A_STATS_SCRUBBED,

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
	GMGUARD_A_VERDICT_METHOD,
	GMGUARD_A_VERDICT_STATUS,
	GMGUARD_A_VERDICT_CALL_ID,

	__GMGUARD_A_VERDICT_MAX,
	GMGUARD_A_VERDICT_MAX = (__GMGUARD_A_VERDICT_MAX - 1)
};

enum {
	GMGUARD_A_SA_SPI_PS = 1,
	GMGUARD_A_SA_SPI_PC,
	GMGUARD_A_SA_SPI_UC,
	GMGUARD_A_SA_SPI_US,
	GMGUARD_A_SA_UE,
	GMGUARD_A_SA_PCSCF,
	GMGUARD_A_SA_PORT_UC,
	GMGUARD_A_SA_PORT_US,
	GMGUARD_A_SA_PORT_PC,
	GMGUARD_A_SA_PORT_PS,
	GMGUARD_A_SA_ALG,
	GMGUARD_A_SA_EALG,
	GMGUARD_A_SA_AUTH_KEY,
	GMGUARD_A_SA_ENC_KEY,
	GMGUARD_A_SA_IMPI,
	GMGUARD_A_SA_DIGEST,
	GMGUARD_A_SA_EMERGENCY,
	GMGUARD_A_SA_OVER,
	GMGUARD_A_SA_STATE,
	GMGUARD_A_SA_LIFETIME,
	GMGUARD_A_SA_GRACE,
	GMGUARD_A_SA_IDLE,
	GMGUARD_A_SA_SPI,
	GMGUARD_A_SA_COUNTERS,
	GMGUARD_A_SA_CHANGE,

	__GMGUARD_A_SA_MAX,
	GMGUARD_A_SA_MAX = (__GMGUARD_A_SA_MAX - 1)
};

enum {
	GMGUARD_A_SA_COUNTERS_SPI = 1,
	GMGUARD_A_SA_COUNTERS_PACKETS,
	GMGUARD_A_SA_COUNTERS_OCTETS,
	GMGUARD_A_SA_COUNTERS_IDLE,
	GMGUARD_A_SA_COUNTERS_PAD,

	__GMGUARD_A_SA_COUNTERS_MAX,
	GMGUARD_A_SA_COUNTERS_MAX = (__GMGUARD_A_SA_COUNTERS_MAX - 1)
};

enum {
	GMGUARD_A_TMPI_TMPI = 1,
	GMGUARD_A_TMPI_IMPI,
	GMGUARD_A_TMPI_UE,
	GMGUARD_A_TMPI_SPI_PS,
	GMGUARD_A_TMPI_LIFETIME,
	GMGUARD_A_TMPI_PREVIOUS,
	GMGUARD_A_TMPI_EXPIRED,
	GMGUARD_A_TMPI_CHANGE,
	GMGUARD_A_TMPI_PREVIOUS_UE,

	__GMGUARD_A_TMPI_MAX,
	GMGUARD_A_TMPI_MAX = (__GMGUARD_A_TMPI_MAX - 1)
};

enum {
	GMGUARD_CMD_INFO_GET = 1,
	GMGUARD_CMD_POLICY_SET,
	GMGUARD_CMD_POLICY_GET,
	GMGUARD_CMD_POLICY_CLEAR,
	GMGUARD_CMD_STATS_GET,
	GMGUARD_CMD_STATS_RESET,
	GMGUARD_CMD_VERDICT_NTF,
	GMGUARD_CMD_SA_NEW,
	GMGUARD_CMD_SA_ESTABLISH,
	GMGUARD_CMD_SA_GET,
	GMGUARD_CMD_SA_DEL,
	GMGUARD_CMD_SA_FLUSH,
	GMGUARD_CMD_SA_NTF,
	GMGUARD_CMD_PORT_POLICY_NTF,
	GMGUARD_CMD_TMPI_NEW,
	GMGUARD_CMD_TMPI_GET,
	GMGUARD_CMD_TMPI_DEL,
	GMGUARD_CMD_TMPI_FLUSH,
	GMGUARD_CMD_TMPI_NTF,
	GMGUARD_CMD_SA_SHORTEN,

	__GMGUARD_CMD_MAX,
	GMGUARD_CMD_MAX = (__GMGUARD_CMD_MAX - 1)
};

#define GMGUARD_MCGRP_EVENTS	"events"
/* END GENERATED */

#endif /* _UAPI_LINUX_GMGUARD_H */
