#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The life of a policy: all or nothing, there and back, gone without a trace.
. "$(dirname "$0")/common.sh"

topology

refcount() {
	cat /sys/module/gmguard/refcnt
}

test_refcount() {
	[ "$(refcount)" = "$1" ]
}

generation() {
	gm -j stats show | jq .generation
}

none=$(refcount)
check "no policy, nothing to show" test -z "$(gm policy show 2>/dev/null)"
gm policy clear 2>/dev/null
check "clearing none is 'not found'" test $? = 3
delivered "without a policy a protected port is open" pcscf $ADDR_EP 6100 -- \
	in_ns ue1 pkt -P udp "$ADDR_UE1:40000" "$ADDR_EP:6100"

policy
check "a policy holds the module" test "$(refcount)" = $((none + 1))
rmmod gmguard 2>"$WORK/rmmod"
check "rmmod says busy" grep -qi 'in use' "$WORK/rmmod"
g=$(generation)
policy
check "a new policy is a new generation" test "$(generation)" = $((g + 1))
check "and still one reference" test "$(refcount)" = $((none + 1))

gm policy show >"$WORK/shown.yaml"
check "what is shown can be applied" gm -q policy apply "$WORK/shown.yaml"
gm policy show >"$WORK/again.yaml"
check "and is shown again unchanged" cmp "$WORK/shown.yaml" "$WORK/again.yaml"
check "no difference to the file it came from" gm policy diff "$WORK/policy.yaml"
sed 's/5060/5070/' "$WORK/policy.yaml" >"$WORK/other.yaml"
gm policy diff "$WORK/other.yaml" >"$WORK/diff"
check "a difference is drift" test $? = 7
check "and is shown" grep -q '^+.*5070' "$WORK/diff"

# a refused policy changes nothing
g=$(generation)
echo "nonsense: 1" >>"$WORK/other.yaml"
gm policy apply "$WORK/other.yaml" 2>"$WORK/err"
check "a bad file is refused" test $? = 1
check "with its line" grep -q "other.yaml:[0-9]*:.*nonsense" "$WORK/err"
check "the policy before it still runs" test "$(generation)" = "$g"
refused "and still refuses" clear-on-protected access pcscf 0.0.0.0 6100 -- \
	in_ns ue1 pkt -P udp "$ADDR_UE1:40000" "$ADDR_EP:6100"

# five thousand prefixes and sixty-four interfaces
{
	grep -v -e '^core:' -e 'role: cscf' "$WORK/policy.yaml"
	echo "core:"
	for i in $(seq 0 2499); do
		echo "  - {prefix: $((20 + i / 256 / 256)).$((i / 256)).$((i % 256)).0/24, role: cscf}"
		printf '  - {prefix: "2001:db8:%x::/48", role: as}\n' $((0x1000 + i))
	done
} >"$WORK/big.yaml"
sed -i '/^sides:/a\  - {name: many, trust: foreign, interfaces: ['"$(seq -s, -f 'x%g' 0 63)"']}' "$WORK/big.yaml"
check "5,000 prefixes and 64 more interfaces apply" gm -q policy apply "$WORK/big.yaml"
gm policy show >"$WORK/big-shown.yaml"
check "and are shown whole" test "$(grep -c 'prefix:' "$WORK/big-shown.yaml")" = 5000
check "without a difference" gm policy diff "$WORK/big.yaml"
ip -n pcscf route add 20.9.195.0/24 via $ADDR_CORE
expect "a packet to the last IPv4 prefix" bypass-core access 1 \
	in_ns ue1 pkt -P udp "$ADDR_UE1:40000" 20.9.195.7:5060
expect "a packet from the last IPv6 prefix" spoof-core access 1 \
	in_ns ue1 pkt -P udp "[2001:db8:19c3::1]:40000" "[$ADDR6_EP]:5060"

# comes_back LINE FILTER JSON: what a line says is what the kernel says of it
comes_back() {
	policy "$1"
	check "$1: no difference" gm policy diff "$WORK/policy.yaml"
	check "$1: as it was set" test "$(gm -j policy show | jq -c ".policy$2")" = "$3"
}

limits='.limits | [.pinholes, ."register-rate", ."register-burst"]'
comes_back 'limits: {event-rate: 10000}' "$limits" '[65536,20,60]'
comes_back 'limits: {pinholes: 0, register-rate: 0, register-burst: 100000}' "$limits" '[0,0,100000]'

streams='.limits | [.streams, ."stream-octets", ."stream-memory", ."stream-idle"]'
comes_back 'limits: {event-rate: 10000}' "$streams" '[65536,65536,67108864,7440]'
comes_back 'limits: {streams: 0, stream-octets: 1, stream-memory: 4294967295, stream-idle: 0}' "$streams" '[0,1,4294967295,0]'

comes_back 'limits: {event-rate: 10000}' .emergency '{"unauthenticated":true,"numbers":["112","911"]}'
comes_back 'emergency: {numbers: []}' .emergency '{"unauthenticated":true,"numbers":[]}'
comes_back 'emergency: {unauthenticated: false, numbers: [911, "1-1-0", "*#06#"]}' .emergency \
	'{"unauthenticated":false,"numbers":["*#06#","110","911"]}'

comes_back 'headers: {p-early-media: {ue-to-core: keep, core-to-ue: drop}, ck: {foreign-to-core: remove}}' .headers \
	'{"P-Early-Media":{"ue-to-core-clear":"keep","ue-to-core-protected":"keep","core-to-ue":"drop"},"ck":{"foreign-to-core":"remove"}}'
comes_back 'headers: {Path: {}}' .headers '{}'

comes_back 'limits: {tmpi: 0}' .limits.tmpi 0
comes_back 'limits: {tmpi: 4294967295}' .limits.tmpi 4294967295
comes_back 'tmpi: {mode: require}' .tmpi '{"mode":"require"}'
comes_back 'tmpi: {mode: prefer, non-3gpp-profile: {name: PCSCF1.example.org, id: FF0000000a}}' .tmpi \
	'{"mode":"prefer","non-3gpp-profile":{"name":"PCSCF1.example.org","id":"ff0000000a"}}'
comes_back 'tmpi: {}' .tmpi '{"mode":"off"}'

# cleared: as if it had never been
check "clear" gm policy clear
check "lets go of the module" test "$(refcount)" = "$none"
delivered "and of the packets" pcscf $ADDR_EP 6100 -- \
	in_ns ue1 pkt -P udp "$ADDR_UE1:40000" "$ADDR_EP:6100"

# a namespace that dies lets go too
ip netns add mortal
ip -n mortal link add gm0 type dummy
gmguard -n mortal -q policy apply "$WORK/policy.yaml"
check "a policy in another namespace" test "$(refcount)" = $((none + 1))
ip netns del mortal
check "the dying namespace lets go" busywait 10 test_refcount "$none"

finish
