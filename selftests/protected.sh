#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A protected port takes and sends nothing in clear, with or without SAs.
# rule: M1 TS 33.203 7.1
# rule: O1 TS 33.203 7.1
# rule: E11 TS 33.203 7.1
. "$(dirname "$0")/common.sh"

topology
policy

clear_refused() { # WHEN
	local port

	for port in 6100 5100; do
		refused "$1: UDP from a UE to $port" clear-on-protected access pcscf 0.0.0.0 $port -- \
			in_ns ue1 pkt -P udp "$ADDR_UE1:40000" "$ADDR_EP:$port"
		refused "$1: UDP from a UE to $port, IPv6" clear-on-protected access pcscf :: $port -- \
			in_ns ue1 pkt -P udp "[$ADDR6_UE1]:40000" "[$ADDR6_EP]:$port"
		expect "$1: TCP SYN from a UE to $port" clear-on-protected access 1 \
			in_ns ue1 pkt -P tcp -F syn "$ADDR_UE1:40000" "$ADDR_EP:$port"
		expect "$1: TCP ACK from a UE to $port" clear-on-protected access 1 \
			in_ns ue1 pkt -P tcp -F ack "[$ADDR6_UE1]:40000" "[$ADDR6_EP]:$port"
		expect "$1: UDP from the core to $port" clear-on-protected core 1 \
			in_ns core pkt -P udp "$ADDR_CORE:40000" "$ADDR_EP:$port"
		expect "$1: TCP SYN from the core to $port" clear-on-protected core 1 \
			in_ns core pkt -P tcp -F syn "[$ADDR6_CORE]:40000" "[$ADDR6_EP]:$port"
		expect "$1: UDP from the foreign network to $port" clear-on-protected foreign 1 \
			in_ns foreign pkt -P udp "$ADDR_FN:40000" "$ADDR_EP:$port"
	done
	expect "$1: from this very host" clear-on-protected local 1 \
		in_ns pcscf nc -u -w1 -q0 -p 40000 $ADDR_EP 6100 \
		<<<"$(register $ADDR_EP 40000 ue1@ims.example)"
	expect "$1: in fragments" clear-on-protected access 1 \
		in_ns ue1 pkt -P udp -f 16 "$ADDR_UE1:40000" "$ADDR_EP:6100"
	expect "$1: behind extension headers" clear-on-protected access 1 \
		in_ns ue1 pkt -P udp -x hbh,dst "[$ADDR6_UE1]:40000" "[$ADDR6_EP]:6100"
	for p in udplite sctp dccp; do
		expect "$1: $p" clear-on-protected access 1 \
			in_ns ue1 pkt -P $p "$ADDR_UE1:40000" "$ADDR_EP:6100"
	done
}

clear_refused "no SA"

nat prerouting -100 udp dport 5060 dnat to $ADDR_EP:6100
expect "DNAT to a protected port" clear-on-protected access 1 \
	in_ns ue1 pkt -P udp "$ADDR_UE1:40003" "$ADDR_EP:5060"
in_ns pcscf nft delete table ip t

# what leaves from one
for port in 6100 5100; do
	refused "clear UDP from $port" clear-from-protected access ue1 0.0.0.0 40000 -- \
		send_clear $ADDR_EP $port $ADDR_UE1
	expect "clear UDP from $port, IPv6" clear-from-protected access 1 \
		send_clear $ADDR6_EP $port $ADDR6_UE1
	expect "clear UDP from $port to the core" clear-from-protected core 1 \
		send_clear $ADDR_EP $port $ADDR_CORE
done
delivered "UDP from 5060" ue1 0.0.0.0 40000 -- send_clear $ADDR_EP 5060 $ADDR_UE1
nat postrouting 100 oifname gm0 masquerade
expect "clear UDP from 6100, masqueraded" clear-from-protected access 1 \
	send_clear $ADDR_EP 6100 $ADDR_UE1
in_ns pcscf nft delete table ip t
nat postrouting 100 udp sport 5999 snat to $ADDR_EP:6100
expect "SNAT to a protected port" clear-from-protected access 1 \
	send_clear $ADDR_EP 5999 $ADDR_UE1
in_ns pcscf nft delete table ip t

# a socket option of anybody's puts a routing header before the ports
behind_routing_header() {
	in_ns pcscf /usr/bin/python3 - "$ADDR6_EP" "$ADDR6_UE1" \
		"$(answer $ADDR6_UE1 40000)"$'\n' <<-'PY'
		import socket, struct, sys
		s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
		# a policy of its own, as of pkt clear: out, allow, no limits
		s.setsockopt(socket.IPPROTO_IPV6, 35, struct.pack(
			"=40xH14x4Q64x8xBB6x", socket.AF_INET6, *[2 ** 64 - 1] * 4, 1, 0))
		s.setsockopt(socket.IPPROTO_IPV6, 57, bytes([0, 2, 2, 1, 0, 0, 0, 0]) +
		             socket.inet_pton(socket.AF_INET6, sys.argv[2]))
		s.bind((sys.argv[1], 6100))
		try:
		    s.sendto(sys.argv[3].encode(), (sys.argv[2], 40000))
		except PermissionError:  # refused on its way out
		    pass
	PY
}
expect "clear UDP from 6100 behind a routing header" clear-from-protected access 1 \
	behind_routing_header

send_plain() { # DESTINATION: UDP from a socket like any other
	in_ns pcscf nc -u -w1 -q0 -s $ADDR_EP -p 6100 "$1" 40000 <<<"$(answer "$1" 40000)"
	true
}

# AH is no ESP: what it carries is clear
ah() { # NETNS POLICY-DIRECTION OF-THE-CORE
	local src dst dir

	for dir in up down; do
		src=$ADDR_CORE dst=$ADDR_EP
		[ $dir = up ] || src=$ADDR_EP dst=$ADDR_CORE
		ip -n "$1" xfrm state add src "$src" dst "$dst" proto ah spi 0x3001 reqid 3 \
			mode transport auth 'hmac(sha1)' 0xf769bcd751044604127672711c6d344100000000
		ip -n "$1" xfrm policy add src "$src" dst "$dst" \
			dir "$([ $dir = "$2" ] && echo out || echo in)" \
			tmpl src "$src" dst "$dst" proto ah reqid 3 mode transport
	done
}
if ah core up && ah pcscf down; then
	expect "to 6100 under AH alone" clear-on-protected core 1 \
		sh -c "echo x | ip netns exec core nc -u -w1 -q0 -s $ADDR_CORE $ADDR_EP 6100"
	expect "from 6100 under AH alone" clear-from-protected core 1 \
		send_plain $ADDR_CORE
	for ns in core pcscf; do
		ip -n $ns xfrm policy flush
		ip -n $ns xfrm state flush
	done
else
	skip "AH alone" "this kernel has no AH"
fi

# somebody else installs the SAs, and may
policy "foreign-sa: accept"

# the UE side and the P-CSCF side by iproute2: SAs with the port selectors of
# TS 33.203 7.1, policies for one pair of ports
xfrm() { # NETNS DIRECTION-UP DIRECTION-DOWN UE PCSCF
	local ns=$1 in=$2 out=$3 src dst sport dport spi

	for spi in 0x1001 0x1002; do
		if [ $spi = 0x1001 ]; then
			src=$4 dst=$5 sport=40000 dport=6100
		else
			src=$5 dst=$4 sport=6100 dport=40000
		fi
		ip -n "$ns" xfrm state add src "$src" dst "$dst" proto esp spi $spi reqid 1 \
			mode transport replay-window 64 \
			auth-trunc 'hmac(sha1)' 0xf769bcd751044604127672711c6d344100000000 96 \
			enc 'cbc(aes)' 0xb40ba9a3c58b2a05bbf0d987b21bf8cb \
			sel src "$src" dst "$dst" sport $sport dport $dport || return 1
		ip -n "$ns" xfrm policy add src "$src" dst "$dst" sport $sport dport $dport \
			dir "$([ $spi = 0x1001 ] && echo "$in" || echo "$out")" \
			tmpl src "$src" dst "$dst" proto esp reqid 1 mode transport
	done
}

if xfrm ue1 out in $ADDR_UE1 $ADDR_EP && xfrm pcscf in out $ADDR_UE1 $ADDR_EP; then
	in_ns pcscf pkt recv -t 10 -c 1 $ADDR_EP 6100 >"$WORK/esp" 2>&1 &
	receiver=$!
	busywait 5 grep -q ready "$WORK/esp"
	expect "UDP under ESP to 6100" pass-protected access 1 \
		in_ns ue1 nc -u -w1 -q0 -p 40000 $ADDR_EP 6100 \
		<<<"$(register $ADDR_UE1 40000 ue1@ims.example)"
	check "UDP under ESP is delivered" wait $receiver
	check "and marked untrusted and protected" grep -q ' 0x60$' "$WORK/esp"
	expect "UDP under ESP from 6100" pass-protected access 1 \
		send_plain $ADDR_UE1
	clear_refused "with SAs"
	ip -n pcscf xfrm policy flush
	clear_refused "after ip xfrm policy flush"
	ip -n pcscf xfrm state flush
	refused "clear UDP from 6100 after flushing all" clear-from-protected access ue1 0.0.0.0 40000 -- \
		send_clear $ADDR_EP 6100 $ADDR_UE1
else
	skip "with SAs" "this kernel has no AES-CBC and HMAC-SHA1 ESP"
fi

# nothing in user space holds the door
gm monitor >/dev/null 2>&1 &
disown
kill -9 $!
refused "after kill -9 of the helper" clear-on-protected access pcscf 0.0.0.0 6100 -- \
	in_ns ue1 pkt -P udp "$ADDR_UE1:40000" "$ADDR_EP:6100"

finish
