#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What a UE may send to a Gm endpoint, beside the protected ports.
# rule: U6 TS 33.203 6.3
# rule: U8 TS 33.203 Annex H
# rule: U9 TS 33.203 7.1
# rule: U12 TS 33.203 7.1
# rule: M6 TS 33.203 Annex M
. "$(dirname "$0")/common.sh"

topology
policy 'open-ports: [{proto: udp, port: 53}, {proto: tcp, port: 8443}]'

for port in 1 22 80 443 5059 5061 5099 5101 6099 6101 65535; do
	refused "udp port $port" closed-port access pcscf 0.0.0.0 $port -- \
		in_ns ue1 pkt -P udp "$ADDR_UE1:40000" "$ADDR_EP:$port"
	expect "tcp port $port, IPv6" closed-port access 1 \
		in_ns ue1 pkt -P tcp -F syn "[$ADDR6_UE1]:40000" "[$ADDR6_EP]:$port"
done
for port in 500 4500; do
	expect "udp port $port: no UDP-encapsulated ESP" closed-port access 1 \
		in_ns ue1 pkt -P udp "$ADDR_UE1:4500" "$ADDR_EP:$port"
done
for p in sctp dccp udplite 47 4 2; do
	expect "protocol $p, be it to 5060" closed-port access 1 \
		in_ns ue1 pkt -P $p "$ADDR_UE1:40000" "$ADDR_EP:5060"
done
delivered "unprotected port, UDP" pcscf $ADDR_EP 5060 -- \
	in_ns ue1 pkt -P udp "$ADDR_UE1:40000" "$ADDR_EP:5060"
# counted before there is TCP, whose last segments come when they like
expect "unprotected port is counted by its method" pass-register access 1 \
	in_ns ue1 pkt -P udp "[$ADDR6_UE1]:40000" "[$ADDR6_EP]:5060"
delivered "unprotected port, TCP" pcscf -T $ADDR_EP 5060 -- \
	in_ns ue1 nc -z -w 3 $ADDR_EP 5060
delivered "unprotected port, TCP over IPv6" pcscf -T $ADDR6_EP 5060 -- \
	in_ns ue1 nc -z -w 3 $ADDR6_EP 5060
delivered "open port" pcscf $ADDR_EP 53 -- \
	in_ns ue1 pkt -P udp "$ADDR_UE1:40000" "$ADDR_EP:53"
expect "open port of another protocol" closed-port access 1 \
	in_ns ue1 pkt -P tcp -F syn "$ADDR_UE1:40000" "$ADDR_EP:53"

# ESP is for the kernel's IPsec; AH is not for IMS
expect "ESP" pass-esp access 1 in_ns ue1 pkt -P esp $ADDR_UE1 $ADDR_EP
expect "ESP, IPv6" pass-esp access 1 in_ns ue1 pkt -P esp $ADDR6_UE1 $ADDR6_EP
expect "AH" ah access 1 in_ns ue1 pkt -P ah $ADDR_UE1 $ADDR_EP
expect "AH before UDP, IPv6" ah access 1 \
	in_ns ue1 pkt -P udp -x ah "[$ADDR6_UE1]:40000" "[$ADDR6_EP]:5060"

# ICMP that has to stay usable, and ICMP that has not
check "echo" quietly in_ns ue1 ping -q -c1 -W3 $ADDR_EP
check "echo, IPv6" quietly in_ns ue1 ping -q -c1 -W3 $ADDR6_EP
for t in 3:4 11 12; do
	expect "ICMP error $t" pass-other access 1+ \
		in_ns ue1 pkt -P icmp -T $t $ADDR_UE1 $ADDR_EP
	expect "ICMP error $t of a router outside the pool" pass-other access 1+ \
		in_ns ue1 pkt -P icmp -T $t 172.16.0.1 $ADDR_EP
done
for t in 1 2 3 4; do
	expect "ICMPv6 error $t of a router outside the pool" pass-other access 1+ \
		in_ns ue1 pkt -P icmp6 -T $t 2001:db8:99::1 $ADDR6_EP
done
expect "ICMP error with a core source" spoof-core access 1 \
	in_ns ue1 pkt -P icmp -T 3:4 $ADDR_CORE $ADDR_EP
expect "ICMP redirect" closed-port access 1 \
	in_ns ue1 pkt -P icmp -T 5 $ADDR_UE1 $ADDR_EP
expect "ICMPv6 redirect" closed-port access 1 \
	in_ns ue1 pkt -P icmp6 -T 137 $ADDR6_UE1 $ADDR6_EP
expect "router advertisement" closed-port access 1 \
	in_ns ue1 pkt -P icmp6 -T 134 -t 255 $ADDR6_UE1 $ADDR6_EP
expect "router advertisement of a router" spoof-pool access 1 \
	in_ns ue1 pkt -P icmp6 -T 134 -t 255 fe80::5 $ADDR6_EP
expect "neighbour solicitation of a router" pass-other access 1+ \
	in_ns ue1 pkt -P icmp6 -T 135 -t 255 fe80::5 $ADDR6_EP
ip -n pcscf addr add fe80::5/64 dev mw0 nodad
expect "whose address another link has too" spoof-core access 0 \
	in_ns ue1 pkt -P icmp6 -T 135 -t 255 fe80::5 $ADDR6_EP
expect "ICMP timestamp request" closed-port access 1 \
	in_ns ue1 pkt -P icmp -T 13 $ADDR_UE1 $ADDR_EP
ip -n ue1 neigh flush dev eth0
check "neighbour discovery" quietly in_ns ue1 ping -q -c1 -W3 $ADDR6_EP
expect "duplicate address detection" pass-other access 1+ \
	in_ns ue1 pkt -P icmp6 -T 135 -t 255 :: $ADDR6_EP
expect "but no UDP from the unspecified address" spoof-pool access 1 \
	in_ns ue1 pkt -P udp "[::]:40000" "[$ADDR6_EP]:5060"

# what cannot be read as far as the ports
expect "UDP header cut off" unwalkable access 1 \
	in_ns ue1 pkt -P udp -L 3 "$ADDR_UE1:40000" "$ADDR_EP:6100"
expect "UDP header cut off, IPv6" unwalkable access 1 \
	in_ns ue1 pkt -P udp -L 3 "[$ADDR6_UE1]:40000" "[$ADDR6_EP]:6100"
expect "an unfinished source route" unwalkable access 1 \
	in_ns ue1 pkt -P udp -x rt-left "[$ADDR6_UE1]:40000" "[$ADDR6_EP]:5060"
expect "eight extension headers are read" pass-register access 1 \
	in_ns ue1 pkt -P udp -x hbh,dst,dst,dst,dst,dst,dst,dst "[$ADDR6_UE1]:40000" "[$ADDR6_EP]:5060"
expect "nine are not" unwalkable access 1 \
	in_ns ue1 pkt -P udp -x hbh,dst,dst,dst,dst,dst,dst,dst,dst "[$ADDR6_UE1]:40000" "[$ADDR6_EP]:5060"
expect "an atomic fragment is a whole packet" pass-register access 1 \
	in_ns ue1 pkt -P udp -x frag "[$ADDR6_UE1]:40000" "[$ADDR6_EP]:5060"
for o in "" "-o reverse"; do
	# shellcheck disable=SC2086 # an option and its value
	expect "fragments${o:+ $o} to 5060 are one packet" pass-register access 1 \
		in_ns ue1 pkt -P udp -f 16 $o "$ADDR_UE1:40000" "$ADDR_EP:5060"
	# shellcheck disable=SC2086
	expect "fragments${o:+ $o} to a closed port are one packet, IPv6" closed-port access 1 \
		in_ns ue1 pkt -P udp -f 16 $o "[$ADDR6_UE1]:40000" "[$ADDR6_EP]:22"
done
expect "a first fragment alone goes nowhere" pass-register access 0 \
	in_ns ue1 pkt -P udp -f 16 -o first-only "$ADDR_UE1:40000" "$ADDR_EP:5060"

finish
