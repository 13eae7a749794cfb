#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Forged sources from outside the core: core nodes, this host, other pools.
# rule: U1 TS 33.203 Annex J
# rule: U2 TS 33.203 Annex J
. "$(dirname "$0")/common.sh"

topology
policy

# what a UE may send passes
for dst in $ADDR_EP "[$ADDR6_EP]"; do
	case $dst in
	\[*) src="[$ADDR6_UE1]" any=:: ;;
	*) src=$ADDR_UE1 any=0.0.0.0 ;;
	esac
	delivered "UE's own source reaches $dst" pcscf $any 5060 -- \
		in_ns ue1 pkt -P udp "$src:40000" "$dst:5060"
	expect "UE's own source is judged on" pass-register access 1 \
		in_ns ue1 pkt -P udp "$src:40000" "$dst:5060"
done

# core nodes, the P-CSCF itself, the HTTP server, every protocol
for p in udp tcp sctp icmp esp; do
	for src in $ADDR_CORE 198.51.100.0 198.51.100.255 $ADDR_HTTP $ADDR_EP; do
		expect "$p from $src by a UE" spoof-core access 1 \
			in_ns ue1 pkt -P $p "$src:5060" "$ADDR_EP:5060"
	done
done
for p in udp tcp icmp6 esp; do
	for src in $ADDR6_CORE 2001:db8:2:: 2001:db8:2:ffff:ffff:ffff:ffff:ffff $ADDR6_HTTP $ADDR6_EP; do
		expect "$p from $src by a UE" spoof-core access 1 \
			in_ns ue1 pkt -P $p "[$src]:5060" "[$ADDR6_EP]:5060"
	done
done

# sources that never send, and this host's own address inside the pool
for src in 127.0.0.1 224.0.0.5 239.1.2.3 255.255.255.255 $ADDR_GM; do
	expect "udp from $src by a UE" spoof-core access 1 \
		in_ns ue1 pkt -P udp "$src:5060" "$ADDR_EP:5060"
done
for src in ::ffff:198.51.100.20 $ADDR6_GM; do
	expect "udp from $src by a UE" spoof-core access 1 \
		in_ns ue1 pkt -P udp "[$src]:5060" "[$ADDR6_EP]:5060"
done
# these two the kernel throws away before any hook
for src in ::1 ff02::1; do
	count spoof-core access
	seen=$COUNT
	expect "udp from $src by a UE never gets anywhere" pass-register access 0 \
		in_ns ue1 pkt -P udp "[$src]:5060" "[$ADDR6_EP]:5060"
	count spoof-core access
	check "and no hook sees it" test $COUNT = $seen
done

# in fragments and behind extension headers too
expect "core source in IPv4 fragments" spoof-core access 1 \
	in_ns ue1 pkt -P udp -f 32 "$ADDR_CORE:5060" "$ADDR_EP:5060"
expect "core source in IPv6 fragments" spoof-core access 1 \
	in_ns ue1 pkt -P udp -f 32 "[$ADDR6_CORE]:5060" "[$ADDR6_EP]:5060"
expect "core source in fragments, last one first" spoof-core access 1 \
	in_ns ue1 pkt -P udp -f 32 -o reverse "$ADDR_CORE:5060" "$ADDR_EP:5060"
expect "core source behind extension headers" spoof-core access 1 \
	in_ns ue1 pkt -P udp -x hbh,dst,rt "[$ADDR6_CORE]:5060" "[$ADDR6_EP]:5060"

# outside the pools
for src in 10.46.0.1 192.0.2.99 10.44.255.255; do
	refused "udp from $src by a UE" spoof-pool access pcscf 0.0.0.0 5060 -- \
		in_ns ue1 pkt -P udp "$src:40000" "$ADDR_EP:5060"
done
for src in 2001:db8:46::1 fe80::1 2001:db8:44:ffff::1; do
	refused "udp from $src by a UE" spoof-pool access pcscf :: 5060 -- \
		in_ns ue1 pkt -P udp "[$src]:40000" "[$ADDR6_EP]:5060"
done

# reverse path: in the pool, but the way back leads out by another side
ip -n pcscf route add 10.45.200.0/24 via $ADDR_CORE
ip -n pcscf route add 2001:db8:45:200::/64 via $ADDR6_CORE
expect "a pool address that lives elsewhere" spoof-pool access 1 \
	in_ns ue1 pkt -P udp "10.45.200.1:40000" "$ADDR_EP:5060"
expect "a pool address that lives elsewhere, IPv6" spoof-pool access 1 \
	in_ns ue1 pkt -P udp "[2001:db8:45:200::1]:40000" "[$ADDR6_EP]:5060"
ip -n pcscf route add unreachable 10.45.201.0/24
expect "a pool address that lives nowhere" spoof-pool access 1 \
	in_ns ue1 pkt -P udp "10.45.201.1:40000" "$ADDR_EP:5060"
ip -n pcscf route del 10.45.200.0/24
ip -n pcscf route del 2001:db8:45:200::/64
ip -n pcscf route del unreachable 10.45.201.0/24
expect "back home it passes" pass-register access 1 \
	in_ns ue1 pkt -P udp "10.45.200.1:40000" "$ADDR_EP:5060"

# another network may use neither core nor UE addresses
expect "core source from the foreign network" spoof-core foreign 1 \
	in_ns foreign pkt -P udp "$ADDR_CORE:5060" "$ADDR_EP:5060"
expect "UE source from the foreign network" spoof-pool foreign 1 \
	in_ns foreign pkt -P udp "$ADDR_UE1:5060" "$ADDR_EP:5060"
expect "UE source from the foreign network, IPv6" spoof-pool foreign 1 \
	in_ns foreign pkt -P udp "[$ADDR6_UE1]:5060" "[$ADDR6_EP]:5060"
expect "its own source passes" pass-other foreign 1 \
	in_ns foreign pkt -P udp "$ADDR_FN:5060" "$ADDR_EP:5060"

# an interface that no side names is no way round
ip -n pcscf link set gm0 down
ip -n pcscf link set gm0 name xx0
ip -n pcscf link set xx0 up
expect "core source by an interface on no side" spoof-core none 1 \
	in_ns ue1 pkt -P udp "$ADDR_CORE:5060" "$ADDR_EP:5060"
expect "UE source by an interface on no side" spoof-pool none 1 \
	in_ns ue1 pkt -P udp "$ADDR_UE1:5060" "$ADDR_EP:5060"

finish
