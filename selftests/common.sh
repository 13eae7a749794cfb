# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The network that the tests share; source it first.
#
#        ue1 10.45.0.11   ue2 10.45.0.12            (pool 10.45.0.0/16,
#         |  2001:db8:45::11  |  2001:db8:45::12     2001:db8:45::/48)
#       eth0                eth0
#         +------- acc -------+     the access network: a bridge
#                   |
#                  gm0  10.45.0.1    2001:db8:45::1
#              +---------+
#              |  pcscf  |  Gm endpoint 192.0.2.10, 2001:db8:1::10 (on gm0)
#              |         |    5060 unprotected, 6100 server, 5100 client
#              +---------+
#   198.51.100.1  mw0   fn0  203.0.113.1
#   2001:db8:2::1  |     |   2001:db8:f::1
#                eth0   eth0
#                core  foreign
#     198.51.100.20       203.0.113.9
#     2001:db8:2::20      2001:db8:f::9
#     .80 and ::80 are a permitted HTTP server (80, 443)
#
# Output is KTAP. Every test asserts the reason counter, not only that a packet
# came through or did not.

# shellcheck disable=SC2034 # used by the tests
ADDR_UE1=10.45.0.11 ADDR6_UE1=2001:db8:45::11
ADDR_UE2=10.45.0.12 ADDR6_UE2=2001:db8:45::12
ADDR_GM=10.45.0.1 ADDR6_GM=2001:db8:45::1
ADDR_EP=192.0.2.10 ADDR6_EP=2001:db8:1::10
ADDR_MW=198.51.100.1 ADDR6_MW=2001:db8:2::1
ADDR_CORE=198.51.100.20 ADDR6_CORE=2001:db8:2::20
ADDR_HTTP=198.51.100.80 ADDR6_HTTP=2001:db8:2::80
ADDR_FN=203.0.113.9 ADDR6_FN=2001:db8:f::9

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH=$HERE:$PATH
NETNS="ue1 ue2 acc pcscf core foreign"
TESTS=0 FAILED=0 SKIPPED=0
WORK=$(mktemp -d)

skip_all() { # REASON
	echo "1..0 # SKIP $*"
	exit 4
}

# What is not there is skipped on somebody's host, and a failure where it was
# promised (run_all -r).
missing() { # REASON
	[ -n "${GMGUARD_REQUIRED-}" ] || skip_all "$*"
	echo "not ok $((TESTS + 1)) $*"
	exit 1
}

# ok WHAT, not_ok WHAT, skip WHAT REASON: one result line each
ok() {
	TESTS=$((TESTS + 1))
	echo "ok $TESTS $*"
}

not_ok() {
	TESTS=$((TESTS + 1))
	FAILED=$((FAILED + 1))
	echo "not ok $TESTS $*"
}

skip() {
	if [ -n "${GMGUARD_REQUIRED-}" ]; then
		not_ok "$1: $2"
		return
	fi
	TESTS=$((TESTS + 1))
	SKIPPED=$((SKIPPED + 1))
	echo "ok $TESTS $1 # SKIP $2"
}

# check WHAT COMMAND...: ok if the command succeeds
check() {
	local what=$1

	shift
	if "$@"; then ok "$what"; else not_ok "$what"; fi
}

# quietly COMMAND...: what it says is of no interest, whether it can is
quietly() {
	"$@" >/dev/null
}

# busywait SECONDS COMMAND...: until the command succeeds, at most so long
busywait() {
	local end=$((SECONDS + $1))

	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.05
	done
}

in_ns() { # NETNS COMMAND...
	local ns=$1

	shift
	# "ip netns exec" makes a /sys for it as well, which is dear
	case $1 in
	pkt) pkt in "$ns" "${@:2}" ;;
	*) nsenter --net="/run/netns/$ns" "$@" ;;
	esac
}

gm() { # gmguard in the P-CSCF's namespace
	gmguard -n pcscf "$@"
}

cleanup() {
	local ns pids

	for ns in $NETNS; do
		pids=$(ip netns pids "$ns" 2>/dev/null) || continue
		# shellcheck disable=SC2086 # a list
		[ -z "$pids" ] || kill -9 $pids 2>/dev/null
	done
	gm -q policy clear 2>/dev/null
	for ns in $NETNS; do
		ip netns del "$ns" 2>/dev/null
	done
	rm -rf "$WORK"
}

finish() {
	echo "1..$TESTS"
	echo "# Totals: pass:$((TESTS - FAILED - SKIPPED)) fail:$FAILED skip:$SKIPPED"
	[ $FAILED -eq 0 ]
}

require() { # TOOL...: or the whole test is skipped
	local tool

	for tool; do
		command -v "$tool" >/dev/null || missing "no $tool here"
	done
}

# ip_lines NETNS: what standard input says to "ip", a line each, in one go: where the
# CPU is emulated a command is dear
ip_lines() {
	ip -force -n "$1" -batch -
}

addr() { # NETNS DEV ADDRESS...
	local ns=$1 dev=$2 a

	shift 2
	{
		for a; do
			case $a in
			*:*) echo "addr add $a dev $dev nodad" ;;
			*) echo "addr add $a dev $dev" ;;
			esac
		done
		echo "link set $dev up"
	} | ip_lines "$ns"
	in_ns "$ns" sysctl -q -w "net.ipv6.neigh.$dev.delay_first_probe_time=3600"
}

gateway() { # NETNS ADDRESS...
	printf 'route add default via %s\n' "${@:2}" | ip_lines "$1"
}

topology() {
	local ns

	[ "$(id -u)" = 0 ] || missing "needs root"
	require ip nsenter gmguard pkt counters
	modprobe gmguard 2>/dev/null || [ -d /sys/module/gmguard ] ||
		missing "the module gmguard is not there"
	trap cleanup EXIT
	trap 'exit 1' INT TERM
	coproc COUNTERS { exec counters; }

	# Nothing is sent of its own accord where packets are counted: nobody looks for
	# routers (after 4, 8, 16, 32, 64 s ...) nor for a neighbour that is known.
	for ns in $NETNS; do
		ip netns add "$ns" || missing "cannot make network namespaces"
		in_ns "$ns" sysctl -q -w net.ipv6.conf.all.accept_dad=0 \
			net.ipv6.conf.default.accept_dad=0 \
			net.ipv6.conf.default.router_solicitations=0 \
			net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
	done
	in_ns pcscf sysctl -q -w net.ipv4.ip_forward=1 \
		net.ipv6.conf.all.forwarding=1 net.ipv4.icmp_ratelimit=0

	ip_lines acc <<-LINKS
		link add br0 type bridge
		link set br0 up
		link add ue1 type veth peer name eth0 netns ue1
		link add ue2 type veth peer name eth0 netns ue2
		link add gm0 type veth peer name gm0 netns pcscf
		link set ue1 master br0 up
		link set ue2 master br0 up
		link set gm0 master br0 up
	LINKS
	ip_lines pcscf <<-LINKS
		link add mw0 type veth peer name eth0 netns core
		link add fn0 type veth peer name eth0 netns foreign
	LINKS
	for ns in $NETNS; do
		ip -n "$ns" link set lo up
	done

	addr pcscf gm0 $ADDR_GM/16 $ADDR6_GM/48 $ADDR_EP/32 $ADDR6_EP/128
	addr pcscf mw0 $ADDR_MW/24 $ADDR6_MW/64
	addr pcscf fn0 203.0.113.1/24 2001:db8:f::1/64
	addr ue1 eth0 $ADDR_UE1/16 $ADDR6_UE1/48
	addr ue2 eth0 $ADDR_UE2/16 $ADDR6_UE2/48
	addr core eth0 $ADDR_CORE/24 $ADDR6_CORE/64 $ADDR_HTTP/24 $ADDR6_HTTP/64
	addr foreign eth0 $ADDR_FN/24 $ADDR6_FN/64
	gateway ue1 $ADDR_GM $ADDR6_GM
	gateway ue2 $ADDR_GM $ADDR6_GM
	gateway core $ADDR_MW $ADDR6_MW
	gateway foreign 203.0.113.1 2001:db8:f::1

	# neighbours known beforehand, so that raw senders need no ARP or ND
	busywait 10 in_ns ue1 ping -q -c1 -W1 $ADDR_EP >/dev/null
	busywait 10 in_ns ue2 ping -q -c1 -W1 $ADDR6_EP >/dev/null
	busywait 10 in_ns core ping -q -c1 -W1 $ADDR_EP >/dev/null
	busywait 10 in_ns foreign ping -q -c1 -W1 $ADDR_EP >/dev/null
}

# policy [LINE...]: the policy of the drawing, with lines added or (by their
# key) put in the place of its own
policy() {
	local line

	{
		cat <<-POLICY
		mode: enforce
		sides:
		  - {name: access, trust: untrusted, interfaces: [gm0, "gtp*"], ue-pools: [10.45.0.0/16, "2001:db8:45::/48"]}
		  - {name: core, trust: trusted, interfaces: [mw0]}
		  - {name: foreign, trust: foreign, interfaces: [fn0]}
		endpoints:
		  - {address: $ADDR_EP, unprotected: [5060], server: [6100], client: [5100]}
		  - {address: "$ADDR6_EP", unprotected: [5060], server: [6100], client: [5100]}
		core:
		  - {prefix: 198.51.100.0/24, role: cscf}
		  - {prefix: "2001:db8:2::/48", role: cscf}
		http:
		  - {address: $ADDR_HTTP, ports: [80, 443]}
		  - {address: "$ADDR6_HTTP", ports: [80, 443]}
		limits: {event-rate: 10000}
		POLICY
	} >"$WORK/policy.yaml"
	for line; do
		# the key and the list below it
		sed -i "/^${line%%:*}:/,/^[^ ]/{/^${line%%:*}:/d;/^ /d}" "$WORK/policy.yaml"
		echo "$line" >>"$WORK/policy.yaml"
	done
	gm -q policy apply "$WORK/policy.yaml" && return
	not_ok "the policy applies"
	exit 1
}

# register HOST PORT IMPI: what a UE there says to an endpoint, answer HOST PORT: what
# it is told. The rules about content let both pass, so that none but the rule under
# test refuses them; sip.h has the same. As <<<"$(register ...)" it is one datagram:
# bash writes a line at a time into a pipe.
register() {
	local at=$1:$2

	[[ $1 != *:* ]] || at="[$1]:$2"
	printf '%s\r\n' 'REGISTER sip:ims.example SIP/2.0' \
		"Via: SIP/2.0/UDP $at;branch=z9hG4bKgmguard" 'Max-Forwards: 70' \
		'From: <sip:ue@ims.example>;tag=ue' 'To: <sip:ue@ims.example>' \
		'Call-ID: gmguard' 'CSeq: 1 REGISTER' "Contact: <sip:$at>" \
		"Authorization: Digest username=\"$3\", realm=\"ims.example\", nonce=\"\", uri=\"sip:ims.example\", response=\"\"" \
		'Content-Length: 0' ''
}

answer() {
	local at=$1:$2

	[[ $1 != *:* ]] || at="[$1]:$2"
	printf '%s\r\n' 'SIP/2.0 200 OK' "Via: SIP/2.0/UDP $at;branch=z9hG4bKgmguard" \
		'From: <sip:ue@ims.example>;tag=ue' 'To: <sip:ue@ims.example>;tag=pcscf' \
		'Call-ID: gmguard' 'CSeq: 1 REGISTER' 'Content-Length: 0' ''
}

# send_clear ADDRESS PORT DESTINATION: an answer to a REGISTER, by UDP from a socket
# of the P-CSCF that no xfrm policy holds back
send_clear() {
	case $1 in
	*:*) in_ns pcscf pkt clear "[$1]:$2" "[$3]:40000" ;;
	*) in_ns pcscf pkt clear "$1:$2" "$3:40000" ;;
	esac
}

# count REASON [SIDE] [packets|observed|scrubbed]: what is counted, summed over sides.
# Sets COUNT.
count() {
	local sum

	echo "pcscf $1 ${2:-*} ${3-packets}" >&"${COUNTERS[1]}"
	read -r sum <&"${COUNTERS[0]}"
	COUNT=$((sum))
	[ "$sum" != none ] || not_ok "nothing counts $1 of ${2:-any side}"
}

# nat HOOK PRIORITY RULE...: one NAT rule in the P-CSCF's table t
nat() {
	local hook=$1 priority=$2

	shift 2
	in_ns pcscf nft "add table ip t; add chain ip t c { type nat hook $hook priority $priority; };
		add rule ip t c $*" || not_ok "nft cannot add: $*"
}

# expect WHAT REASON SIDE N COMMAND...: the command adds just N to the counter,
# or at least N where N is written N+ (a class that other traffic is in too)
expect() {
	counted packets "$@"
}

# expect_observed: the same for packets that matched the rule and went on
expect_observed() {
	counted observed "$@"
}

# expect_scrubbed: the same for packets that went on without what the rule removes
expect_scrubbed() {
	counted scrubbed "$@"
}

counted() {
	local kind=$1 what=$2 reason=$3 side=$4 n=${5%+} more=${5##*[0-9]} before got

	shift 5
	count "$reason" "$side" "$kind"
	before=$COUNT
	if ! "$@"; then
		not_ok "$what: $* failed"
		return
	fi
	# what is on the way comes in first: for what should not count, a packet
	# that does is sent after it
	if [ "$n" = 0 ]; then
		arrive
		count "$reason" "$side" "$kind"
	else
		busywait 3 reached "$reason" "$side" "$kind" $((before + n))
	fi
	got=$((COUNT - before))
	if [ $got = "$n" ] || { [ "$more" ] && [ $got -ge "$n" ]; }; then
		ok "$what ($reason +$n$more)"
	else
		not_ok "$what: $reason on $side counts $got $kind, not $n$more"
	fi
}

# Whatever a UE has sent before has arrived, too, when its ESP packet has.
arrive() {
	count pass-esp
	in_ns ue1 pkt -P esp $ADDR_UE1 $ADDR_EP
	busywait 3 reached pass-esp "" packets $((COUNT + 1))
}

reached() { # REASON SIDE KIND VALUE
	count "$1" "$2" "$3"
	[ $COUNT -ge "$4" ]
}

# receiver NETNS RECV-ARGS: a socket waits; what comes is in $WORK/recv
receiver() {
	# the last one was ready, too
	: >"$WORK/recv"
	pkt in "$1" recv -t 60 -c 1 "${@:2}" >"$WORK/recv" 2>&1 &
	RECEIVER=$!
	busywait 60 grep -q ready "$WORK/recv"
}

# unreceived WHAT: nothing came, and as it is judged nothing is on the way any more
unreceived() {
	kill "$RECEIVER" 2>/dev/null
	wait "$RECEIVER" 2>/dev/null
	check "$1: nothing delivered" test "$(cat "$WORK/recv")" = ready
}

# delivered WHAT NETNS RECV-ARGS -- COMMAND...: a socket gets what is sent
delivered() {
	local what=$1 ns=$2 args=()

	shift 2
	while [ "$1" != -- ]; do
		args+=("$1")
		shift
	done
	shift
	receiver "$ns" "${args[@]}"
	"$@"
	check "$what" wait "$RECEIVER"
}

# refused WHAT REASON SIDE NETNS RECV-ARGS -- COMMAND...: the packet is counted
# under the reason and a socket that waits for it gets nothing
refused() {
	local what=$1 reason=$2 side=$3 ns=$4 args=()

	shift 4
	while [ "$1" != -- ]; do
		args+=("$1")
		shift
	done
	shift
	receiver "$ns" "${args[@]}"
	expect "$what" "$reason" "$side" 1 "$@"
	unreceived "$what"
}
