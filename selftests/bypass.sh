#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Nobody outside the core gets past the P-CSCF, nor does the core to a UE.
# rule: U3 TS 33.203 Annex J
# rule: U4 TS 33.203 Annex J
# rule: U5 TS 33.203 Annex J
# rule: U10 TS 33.203 Annex J
# rule: U11 TS 33.203 Annex J
# rule: T5 TS 33.203 7.1
. "$(dirname "$0")/common.sh"

topology
policy 'open-ports: [{proto: udp, port: 53}]'

# every protocol and port of the core
for p in udp tcp sctp dccp udplite icmp esp ah 47 4; do
	expect "$p to a core node" bypass-core access 1 \
		in_ns ue1 pkt -P $p "$ADDR_UE1:40000" "$ADDR_CORE:5060"
done
for p in udp tcp icmp6 esp 47; do
	expect "$p to a core node, IPv6" bypass-core access 1 \
		in_ns ue1 pkt -P $p "[$ADDR6_UE1]:40000" "[$ADDR6_CORE]:5060"
done
for port in 1 53 443 4060 5060 5061 6100 65535; do
	refused "udp to core port $port" bypass-core access core 0.0.0.0 $port -- \
		in_ns ue1 pkt -P udp "$ADDR_UE1:40000" "$ADDR_CORE:$port"
done
expect "to the core in fragments" bypass-core access 1 \
	in_ns ue1 pkt -P udp -f 32 "$ADDR_UE1:5060" "$ADDR_CORE:5060"
expect "to the core behind extension headers" bypass-core access 1 \
	in_ns ue1 pkt -P udp -x hbh,dst,rt "[$ADDR6_UE1]:5060" "[$ADDR6_CORE]:5060"
expect "forwarded to the core's side, beyond the prefixes" bypass-core access 1 \
	sh -c "ip -n pcscf route add 198.18.0.0/24 via $ADDR_CORE &&
	       ip netns exec ue1 pkt -P udp $ADDR_UE1:40000 198.18.0.1:5060"
expect "from the foreign network to the core" bypass-core foreign 1 \
	in_ns foreign pkt -P udp "$ADDR_FN:40000" "$ADDR_CORE:5060"

# DNAT is no way round: the packet is judged by where it really goes
nat prerouting -100 udp dport 5999 dnat to $ADDR_CORE:5060
expect "DNAT to a core node" bypass-core access 1 \
	in_ns ue1 pkt -P udp "$ADDR_UE1:40001" "$ADDR_EP:5999"
in_ns pcscf nft delete table ip t

# the exception for HTTP servers, on its ports only
for port in 80 443; do
	expect "TCP to HTTP port $port" pass-http access 1 \
		in_ns ue1 pkt -P tcp -F syn "$ADDR_UE1:40000" "$ADDR_HTTP:$port"
	expect "TCP to HTTP port $port, IPv6" pass-http access 1 \
		in_ns ue1 pkt -P tcp -F syn "[$ADDR6_UE1]:40000" "[$ADDR6_HTTP]:$port"
done
delivered "a connection to the HTTP server" core -T $ADDR_HTTP 80 -- \
	in_ns ue1 nc -z -w 3 $ADDR_HTTP 80
for port in 81 5060 8080; do
	expect "TCP to HTTP server port $port" bypass-http access 1 \
		in_ns ue1 pkt -P tcp -F syn "$ADDR_UE1:40000" "$ADDR_HTTP:$port"
done
for p in udp icmp esp; do
	expect "$p to the HTTP server" bypass-http access 1 \
		in_ns ue1 pkt -P $p "$ADDR_UE1:40000" "$ADDR_HTTP:80"
done
expect "UDP to the HTTP server, IPv6" bypass-http access 1 \
	in_ns ue1 pkt -P udp "[$ADDR6_UE1]:40000" "[$ADDR6_HTTP]:80"

in_ns pcscf sysctl -q -w net.ipv4.conf.all.accept_source_route=1 \
	net.ipv4.conf.gm0.accept_source_route=1
expect "a source route by the HTTP server to a core node" bypass-http access 1 \
	in_ns ue1 pkt -P tcp -F syn -O lsrr:$ADDR_HTTP "$ADDR_UE1:40000" "$ADDR_CORE:80"

# the P-CSCF's core side: any protocol, any port, open ones too
for p in udp tcp icmp esp; do
	expect "$p to the core-side address" bypass-inside access 1 \
		in_ns ue1 pkt -P $p "$ADDR_UE1:40000" "$ADDR_MW:53"
done
expect "UDP to the core-side address, IPv6" bypass-inside access 1 \
	in_ns ue1 pkt -P udp "[$ADDR6_UE1]:40000" "[$ADDR6_MW]:5060"
refused "Mw port of the core side" bypass-inside access pcscf $ADDR_MW 4060 -- \
	in_ns ue1 pkt -P udp "$ADDR_UE1:40000" "$ADDR_MW:4060"
# one that no core prefix covers is core-side because of its interface
ip -n pcscf addr add 192.0.2.77/32 dev mw0
expect "open port of a core-side address outside the prefixes" bypass-inside access 1 \
	in_ns ue1 pkt -P udp "$ADDR_UE1:40000" 192.0.2.77:53
expect "echo to a core-side address outside the prefixes" bypass-inside access 1 \
	in_ns ue1 pkt -P icmp -T 8 "$ADDR_UE1" 192.0.2.77
# the access-side address of the host: open ports and echo only
expect "closed port of the access-side address" bypass-inside access 1 \
	in_ns ue1 pkt -P udp "$ADDR_UE1:40000" "$ADDR_GM:22"
delivered "open port of the access-side address" pcscf $ADDR_GM 53 -- \
	in_ns ue1 pkt -P udp "$ADDR_UE1:40000" "$ADDR_GM:53"

# UE to UE is the operator's business
expect "from a UE to the foreign network" pass-other access 1+ \
	in_ns ue1 pkt -P udp "$ADDR_UE1:40000" "$ADDR_FN:9"

# the core reaches a UE's SIP port only through the P-CSCF
for port in 5060 5061; do
	refused "core to UE port $port" bypass-forward core ue1 0.0.0.0 $port -- \
		in_ns core pkt -P udp "$ADDR_CORE:40000" "$ADDR_UE1:$port"
	expect "core port $port to a UE, IPv6" bypass-forward core 1 \
		in_ns core pkt -P udp "[$ADDR6_CORE]:$port" "[$ADDR6_UE1]:40000"
done
expect "core to a UE behind more headers than are read" bypass-forward core 1 \
	in_ns core pkt -P udp -x dst,dst,dst,dst,dst,dst,dst,dst,dst "[$ADDR6_CORE]:40000" "[$ADDR6_UE1]:5060"
delivered "media from the core to a UE" ue1 0.0.0.0 40002 -- \
	in_ns core pkt -P udp "$ADDR_CORE:40000" "$ADDR_UE1:40002"

finish
