#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What may come from the core's side.
# rule: T1 RFC 3325 5
# rule: T2 TS 33.203 4
# rule: T3 TS 33.203 5.4
# rule: T4 TS 33.203 Annex J
. "$(dirname "$0")/common.sh"

topology
policy

expect "a core node to a Gm endpoint" pass-core core 1 \
	in_ns core pkt -P udp "$ADDR_CORE:5060" "$ADDR_EP:5060"
delivered "a core node to a Gm endpoint" pcscf $ADDR_EP 5060 -- \
	in_ns core pkt -P udp "$ADDR_CORE:5060" "$ADDR_EP:5060"
expect "a core node to a Gm endpoint, IPv6" pass-core core 1 \
	in_ns core pkt -P udp "[$ADDR6_CORE]:5060" "[$ADDR6_EP]:5060"
expect "SCTP of a core node" pass-core core 1 \
	in_ns core pkt -P sctp "$ADDR_CORE:2905" "$ADDR_EP:2905"
expect "a core node to the core-side address" pass-other core 1+ \
	in_ns core pkt -P udp "$ADDR_CORE:5060" "$ADDR_MW:4060"

refused "an unknown node to a Gm endpoint" core-unknown core pcscf $ADDR_EP 5060 -- \
	in_ns core pkt -P udp 198.51.101.1:5060 "$ADDR_EP:5060"
expect "an unknown node to a Gm endpoint, IPv6" core-unknown core 1 \
	in_ns core pkt -P udp "[2001:db8:3::1]:5060" "[$ADDR6_EP]:5060"
expect "an unknown node to the core-side address is not Gm's business" pass-other core 1+ \
	in_ns core pkt -P udp 198.51.101.1:5060 "$ADDR_MW:22"

for dst in $ADDR_EP $ADDR_MW; do
	refused "a UE's source on the core side to $dst" ue-on-core core pcscf "$dst" 5060 -- \
		in_ns core pkt -P udp "$ADDR_UE1:5060" "$dst:5060"
done
expect "a UE's source on the core side, IPv6" ue-on-core core 1 \
	in_ns core pkt -P udp "[$ADDR6_UE1]:5060" "[$ADDR6_MW]:5060"
expect "a UE's source on the core side, forwarded" ue-on-core core 1 \
	in_ns core pkt -P udp "$ADDR_UE2:5060" "$ADDR_FN:9"

# a side that requires ESP
policy "sides: [{name: access, trust: untrusted, interfaces: [gm0], ue-pools: [10.45.0.0/16, '2001:db8:45::/48']}, {name: core, trust: trusted, interfaces: [mw0], require-esp: true}]"
refused "a core node in clear to a Gm endpoint" core-clear core pcscf $ADDR_EP 5060 -- \
	in_ns core pkt -P udp "$ADDR_CORE:5060" "$ADDR_EP:5060"
expect "a core node in clear to the core-side address" core-clear core 1 \
	in_ns core pkt -P udp "[$ADDR6_CORE]:5060" "[$ADDR6_MW]:4060"
expect "a core node in clear, forwarded" core-clear core 1 \
	in_ns core pkt -P udp "$ADDR_CORE:40000" "$ADDR_UE1:40000"
expect "a source port of IKE is no excuse" core-clear core 1 \
	in_ns core pkt -P udp "$ADDR_CORE:500" "$ADDR_EP:5060"
for port in 500 4500; do
	expect "IKE on $port must come in clear" pass-other core 1+ \
		in_ns core pkt -P udp "$ADDR_CORE:$port" "$ADDR_MW:$port"
done
expect "ESP itself" pass-other core 1+ in_ns core pkt -P esp $ADDR_CORE $ADDR_MW
check "ICMP" quietly in_ns core ping -q -c1 -W3 $ADDR_MW

for dir in in out; do
	for ns in core pcscf; do
		src=$ADDR_CORE dst=$ADDR_EP
		[ $dir = in ] || src=$ADDR_EP dst=$ADDR_CORE
		ip -n $ns xfrm state add src $src dst $dst proto esp spi 0x2001 reqid 2 mode transport \
			auth-trunc 'hmac(sha1)' 0xf769bcd751044604127672711c6d344100000000 96 \
			enc 'cbc(aes)' 0xb40ba9a3c58b2a05bbf0d987b21bf8cb || esp=no
	done
done
ip -n core xfrm policy add src $ADDR_CORE dst $ADDR_EP dir out \
	tmpl src $ADDR_CORE dst $ADDR_EP proto esp reqid 2 mode transport
ip -n pcscf xfrm policy add src $ADDR_CORE dst $ADDR_EP dir in \
	tmpl src $ADDR_CORE dst $ADDR_EP proto esp reqid 2 mode transport
if [ -z "${esp-}" ]; then
	expect "a core node under ESP" pass-core core 1 \
		sh -c "echo x | ip netns exec core nc -u -w1 -q0 -s $ADDR_CORE -p 5060 $ADDR_EP 5060"
else
	skip "a core node under ESP" "this kernel has no AES-CBC and HMAC-SHA1 ESP"
fi

finish
