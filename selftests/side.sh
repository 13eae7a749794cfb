#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Which side a packet is on: marks, and interfaces that come, go and change
# their names.
# rule: U1 TS 33.203 Annex J
. "$(dirname "$0")/common.sh"

topology

marked() { # MARK SEEN-BY-NFT-COUNTER
	in_ns pcscf nft -j list counter inet m "c$1" |
		jq '[.nftables[].counter? | select(.).packets] | add'
}

expect_mark() { # WHAT MARK COMMAND...
	local what=$1 mark=$2 before

	shift 2
	before=$(marked "$mark")
	"$@"
	if busywait 10 test_mark "$mark" $((before + 1)); then
		ok "$what is marked $mark"
	else
		not_ok "$what is not marked $mark"
	fi
}

test_mark() {
	[ "$(marked "$1")" -ge "$2" ]
}

# somebody else uses the other bits of the mark
in_ns pcscf nft -f - <<-NFT || missing "no nftables here"
	table inet m {
		counter c0x10010 { }
		counter c0x10020 { }
		counter c0x3 { }
		chain before { type filter hook prerouting priority -450; meta mark set 0x10003; }
		chain after {
			type filter hook prerouting priority -300;
			meta mark & 0x100f0 == 0x10010 counter name c0x10010
			meta mark & 0x100f0 == 0x10020 counter name c0x10020
			meta mark & 0xf == 0x3 counter name c0x3
		}
	}
	NFT

policy
expect_mark "the trusted side" 0x10010 in_ns core pkt -P udp "$ADDR_CORE:9" "$ADDR_EP:5060"
expect_mark "the untrusted side" 0x10020 in_ns ue1 pkt -P udp "$ADDR_UE1:9" "$ADDR_EP:5060"
expect_mark "the untrusted side, IPv6" 0x10020 in_ns ue1 pkt -P udp "[$ADDR6_UE1]:9" "[$ADDR6_EP]:5060"
expect_mark "the foreign side" 0x10020 in_ns foreign pkt -P udp "$ADDR_FN:9" "$ADDR_EP:5060"
expect_mark "whatever others have set" 0x3 in_ns ue1 pkt -P udp "$ADDR_UE1:9" "$ADDR_EP:5060"

policy "sides: [{name: access, trust: untrusted, interfaces: [gm0], ue-pools: [10.45.0.0/16]}, {name: core, trust: trusted, interfaces: [mw0], require-esp: true}]"
expect_mark "clear traffic on a side that requires ESP" 0x10020 \
	in_ns core pkt -P udp "$ADDR_CORE:9" "$ADDR_EP:5060"

# by an interface's name
policy
expect "on the access side" pass-register access 1 in_ns ue1 pkt -P udp "$ADDR_UE1:9" "$ADDR_EP:5060"
ip -n pcscf link set gm0 down
ip -n pcscf link set gm0 name gtp7
ip -n pcscf link set gtp7 up
addr pcscf gtp7 $ADDR_GM/16 $ADDR6_GM/48 $ADDR6_EP/128 2>/dev/null
expect "renamed into the prefix gtp*" pass-register access 1 in_ns ue1 pkt -P udp "$ADDR_UE1:9" "$ADDR_EP:5060"
ip -n pcscf link set gtp7 down
ip -n pcscf link set gtp7 name other0
ip -n pcscf link set other0 up
expect "renamed to a name of no side: its UEs are forged" spoof-pool none 1 \
	in_ns ue1 pkt -P udp "$ADDR_UE1:9" "$ADDR_EP:5060"
expect_mark "an interface on no side" 0x10020 in_ns ue1 pkt -P udp 172.16.0.1:9 "$ADDR_EP:5060"
ip -n pcscf link set other0 down
ip -n pcscf link set other0 name gm0
ip -n pcscf link set gm0 up
expect "renamed back" pass-register access 1 in_ns ue1 pkt -P udp "$ADDR_UE1:9" "$ADDR_EP:5060"

interfaces() {
	gm -j stats show | jq .interfaces
}
n=$(interfaces)
ip -n pcscf link add gtp1 type dummy
check "an interface that appears is on its side" test "$(interfaces)" = $((n + 1))
ip -n pcscf link add nobody type dummy
check "one that no side names is on none" test "$(interfaces)" = $((n + 1))
ip -n pcscf link del gtp1
check "one that vanishes is gone" test "$(interfaces)" = "$n"
for _ in $(seq 50); do
	ip -n pcscf link add gtp1 type dummy
	ip -n pcscf link set gtp1 name nobody1
	ip -n pcscf link set nobody1 name gtp2
	ip -n pcscf link set gtp2 netns ue2
	ip -n ue2 link del gtp2
done
check "fifty that come, are renamed and leave the namespace are gone" test "$(interfaces)" = "$n"

# the same name again, another interface: a side follows names, not numbers
ip -n pcscf link del gm0
ip -n pcscf link add gm0 type veth peer name gm0 netns acc
ip -n acc link set gm0 master br0 up
addr pcscf gm0 $ADDR_GM/16 $ADDR6_GM/48 $ADDR_EP/32 $ADDR6_EP/128
in_ns ue1 ip neigh flush all
busywait 10 in_ns ue1 ping -q -c1 -W1 $ADDR_EP >/dev/null
expect "deleted and made again" pass-register access 1 in_ns ue1 pkt -P udp "$ADDR_UE1:9" "$ADDR_EP:5060"

# beyond the limit interfaces are looked up by name, and it is said
policy "limits: {interfaces: $(interfaces)}"
ip -n pcscf link add gtp1 type dummy
check "beyond the limit nothing is added" test "$(interfaces)" = "$n"
check "and it is counted" test "$(gm -j stats show | jq '."interfaces-refused"')" = 1

ip -n pcscf link del gtp1
policy "limits: {interfaces: 1}"
expect "with room for one, the access side" pass-register access 1 \
	in_ns ue1 pkt -P udp "$ADDR_UE1:9" "$ADDR_EP:5060"
expect "and the core" pass-core core 1 in_ns core pkt -P udp "$ADDR_CORE:9" "$ADDR_EP:5060"
expect "and the foreign network" spoof-pool foreign 1 \
	in_ns foreign pkt -P udp "$ADDR_UE1:9" "$ADDR_EP:5060"

# a VLAN, a bridge and a VRF are judged by the device that IP sees
ip -n pcscf link add br1 type bridge
ip -n pcscf link set br1 up
ip -n pcscf link set fn0 master br1
addr pcscf br1 203.0.113.1/24
in_ns foreign ip neigh flush all
busywait 10 in_ns foreign ping -q -c1 -W1 203.0.113.1 >/dev/null
expect "behind a bridge the bridge counts: on no side" spoof-core none 1 \
	in_ns foreign pkt -P udp "$ADDR_CORE:9" "$ADDR_EP:5060"
policy "sides: [{name: access, trust: untrusted, interfaces: [gm0], ue-pools: [10.45.0.0/16]}, {name: core, trust: trusted, interfaces: [mw0]}, {name: foreign, trust: foreign, interfaces: [br1]}]"
expect "and the bridge can be on a side" spoof-core foreign 1 \
	in_ns foreign pkt -P udp "$ADDR_CORE:9" "$ADDR_EP:5060"

finish
