#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The SAs of a UE, by gmguard at the P-CSCF and by iproute2 at the UE, from the same
# CK and IK: what they carry and what they refuse.
# rule: E1 TS 33.203 7.1
# rule: E2 TS 33.203 7.1
# rule: E3 TS 33.203 6.3
# rule: E5 TS 33.203 7.1
# rule: E6 TS 33.203 7.1
# rule: E7 TS 33.203 7.1
# rule: E9 TS 33.203 7.1
# rule: E10 TS 33.203 7.1
# rule: O9 TS 33.203 7.1
# rule: E11 TS 33.203 7.1
# rule: O10 TS 33.203 7.1
# rule: E22 TS 33.203 7.4.2a
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/sets.sh"

topology
require tcpdump socat
gm_policy

# --- every pair of algorithms, both families, both transports, both ways ---
ip netns exec acc tcpdump -i br0 -U -w "$WORK/wire.pcap" "host $ADDR_EP or host $ADDR6_EP" 2>/dev/null &
capture=$!
busywait 10 test -s "$WORK/wire.pcap"
n=1
for pair in $PAIRS; do
	for family in 4 6; do
		ue=$ADDR_UE1 ep=$ADDR_EP
		[ $family = 4 ] || ue=$ADDR6_UE1 ep=$ADDR6_EP
		what="$pair IPv$family"
		uc=$((40000 + 10 * n)) us=$((40001 + 10 * n))
		if ! add $ue $ep $n "$pair"; then
			not_ok "$what: $(cat "$WORK/error")"
			continue
		fi
		ue_add ue1 $ue $ep $n "$pair"
		gm -q sa establish --expires 600 "$PS"
		delivered "$what: UDP from the UE" pcscf "$ep" 6100 -- udp ue1 $ue $uc $ep 6100
		delivered "$what: UDP to the UE" ue1 "$ue" $us -- udp pcscf $ep 5100 $ue $us
		read -r a b c d < <(use "$PS")
		check "$what: UDP uses SA A and C alone ($a $b $c $d)" \
			test "$((a > 0 && !b && c > 0 && !d))" = 1
		check "$what: TCP from the UE" tcp ue1 $ue $uc pcscf $ep 6100
		check "$what: TCP to the UE" tcp pcscf $ep 5100 ue1 $ue $us
		read -r a b c d < <(use "$PS")
		check "$what: TCP the others, too ($a $b $c $d)" test "$((b > 1 && d > 1))" = 1
		gm -q sa del "$PS"
		ue_flush ue1
		n=$((n + 1))
	done
done
kill $capture
wait $capture 2>/dev/null
tcpdump -nr "$WORK/wire.pcap" 'ip proto 50 or ip6 proto 50' 2>/dev/null >"$WORK/esp"
tcpdump -nr "$WORK/wire.pcap" 'port 6100 or port 5100' 2>/dev/null >"$WORK/clear"
check "ESP was on the wire ($(wc -l <"$WORK/esp") packets)" test "$(wc -l <"$WORK/esp")" -gt 300
check "and nothing of the protected ports in clear" test ! -s "$WORK/clear"

# --- whose SA it is ---
add $ADDR_UE1 $ADDR_EP 0 hmac-sha-1-96:null
ue_add ue1 $ADDR_UE1 $ADDR_EP 0 hmac-sha-1-96:null
ps1=$PS pc1=$PC
add $ADDR_UE2 $ADDR_EP 50 hmac-sha-1-96:null
ps2=$PS

from_ue1() {
	udp ue1 $ADDR_UE1 40000 $ADDR_EP 6100
}
delivered "UE 1 is heard" pcscf $ADDR_EP 6100 -- from_ue1

# under UE 1's SPI and key, but as somebody or something else: the kernel's own
# selectors would say so later and without a word, so the UE has other ones
oseq=100
as() { # SRC DST SPI [KEY]: an SA of the UE's without selectors, by which all goes
	ue_flush ue1
	# a new state would start to count anew
	oseq=$((oseq + 100))
	ip -n ue1 xfrm state add src "$1" dst "$2" proto esp spi "$3" reqid 9 mode transport \
		replay-oseq $oseq auth-trunc 'hmac(sha1)' \
		"${4-0xf769bcd751044604127672711c6d344100000000}" 96 enc 'ecb(cipher_null)' ""
	ip -n ue1 xfrm policy add src "$1" dst "$2" dir out \
		tmpl src "$1" dst "$2" proto esp reqid 9 mode transport
}
ip -n ue1 addr add 10.45.0.99/16 dev eth0
as $ADDR_UE1 $ADDR_EP "$ps1"
expect "UE 1's SA from another port" sa-mismatch access 1 \
	udp ue1 $ADDR_UE1 40009 $ADDR_EP 6100
expect "UE 1's SA to another protected port" sa-mismatch access 1 \
	udp ue1 $ADDR_UE1 40000 $ADDR_EP 5100
expect "UE 1's SA to the unprotected port" sa-mismatch access 1 \
	udp ue1 $ADDR_UE1 40000 $ADDR_EP 5060
expect "ICMP under UE 1's SA" sa-transport access 1 \
	sh -c "ip netns exec ue1 ping -q -c1 -W1 -I $ADDR_UE1 $ADDR_EP; true"
# other transports, with UE 1's ports where they have them
raw() { # PROTOCOL
	printf '\x9c\x40\x17\xd4\0\0\0\0\0\0\0\0' |
		in_ns ue1 socat -u - "IP4-SENDTO:$ADDR_EP:$1,bind=$ADDR_UE1"
}
for protocol in SCTP:132 UDP-Lite:136; do
	expect "${protocol%:*} under UE 1's SA" sa-transport access 1 raw "${protocol#*:}"
done
as $ADDR_UE1 $ADDR_EP "$ps2"
expect "UE 2's SPI from UE 1's address" sa-mismatch access 1 \
	udp ue1 $ADDR_UE1 40500 $ADDR_EP 6100
as 10.45.0.99 $ADDR_EP "$ps1"
expect "UE 1's SA from another address" sa-mismatch access 1 \
	udp ue1 10.45.0.99 40000 $ADDR_EP 6100
as $ADDR_UE1 $ADDR_EP "$pc1"
expect "UDP on SA D" sa-transport access 1 \
	udp ue1 $ADDR_UE1 40001 $ADDR_EP 5100
syn() {
	in_ns ue1 timeout 1 socat - "TCP4:$ADDR_EP:5100,bind=$ADDR_UE1:40001,connect-timeout=0.5" \
		</dev/null 2>/dev/null
	true
}
expect "a connection to port_pc on SA D" sa-transport access 1+ syn
expect "UDP on SA B" sa-transport access 1 \
	udp pcscf $ADDR_EP 6100 $ADDR_UE1 40000

from_server_port() {
	in_ns pcscf timeout 1 socat - "TCP4:$ADDR_UE1:40000,bind=$ADDR_EP:6100,connect-timeout=0.5" \
		</dev/null 2>/dev/null
	true
}
expect "a connection from port_ps on SA B" sa-transport access 1+ from_server_port

# the same over IPv6, and where the rules only watch
add $ADDR6_UE1 $ADDR6_EP 51 hmac-sha-1-96:null
as $ADDR6_UE1 $ADDR6_EP "$PS"
expect "UE 1's SA from another port, IPv6" sa-mismatch access 1 \
	udp ue1 $ADDR6_UE1 40009 $ADDR6_EP 6100
as $ADDR6_UE1 $ADDR6_EP "$PC"
expect "UDP on SA D, IPv6" sa-transport access 1 \
	udp ue1 $ADDR6_UE1 40511 $ADDR6_EP 5100
gm_policy "rules: {sa-transport: observe}"
expect_observed "UDP on SA D, watched" sa-transport access 1 \
	udp ue1 $ADDR6_UE1 40511 $ADDR6_EP 5100
delivered "and delivered" pcscf $ADDR6_EP 5100 -- udp ue1 $ADDR6_UE1 40511 $ADDR6_EP 5100
gm_policy

# somebody else's SA on a protected port
foreign_sa() {
	ip -n pcscf xfrm state add src $ADDR_UE1 dst $ADDR_EP proto esp spi 0xff reqid 9 \
		mode transport auth-trunc 'hmac(sha1)' 0xf769bcd751044604127672711c6d344100000000 96 \
		enc 'ecb(cipher_null)' ""
}
foreign_sa
as $ADDR_UE1 $ADDR_EP 0xff
refused "an SA that somebody else installed" foreign-sa access pcscf $ADDR_EP 6100 -- \
	udp ue1 $ADDR_UE1 40000 $ADDR_EP 6100

# under UE 1's own SA, but under somebody else's, too
as $ADDR_UE1 $ADDR_EP "$ps1"
ip -n ue1 xfrm state add src $ADDR_UE1 dst $ADDR_EP proto esp spi 0xff reqid 10 mode transport \
	replay-oseq $oseq auth-trunc 'hmac(sha1)' \
	0xf769bcd751044604127672711c6d344100000000 96 enc 'ecb(cipher_null)' ""
ip -n ue1 xfrm policy update src $ADDR_UE1 dst $ADDR_EP dir out \
	tmpl src $ADDR_UE1 dst $ADDR_EP proto esp reqid 9 mode transport \
	tmpl src $ADDR_UE1 dst $ADDR_EP proto esp reqid 10 mode transport
expect "ESP in ESP" foreign-sa access 1 udp ue1 $ADDR_UE1 40000 $ADDR_EP 6100

# and on the way out
ip -n pcscf xfrm state add src $ADDR_EP dst $ADDR_UE1 proto esp spi 0xfe reqid 9 mode transport \
	auth-trunc 'hmac(sha1)' 0xf769bcd751044604127672711c6d344100000000 96 \
	enc 'ecb(cipher_null)' ""
ip -n pcscf xfrm policy add src $ADDR_EP dst $ADDR_UE1 sport 5100 dport 40099 dir out \
	tmpl proto esp reqid 9 mode transport
expect "leaving by an SA that somebody else installed" foreign-sa access 1 \
	udp pcscf $ADDR_EP 5100 $ADDR_UE1 40099
as $ADDR_UE1 $ADDR_EP 0xff
gm_policy "foreign-sa: accept"
expect "which may where the policy accepts it" pass-protected access 1 \
	udp pcscf $ADDR_EP 5100 $ADDR_UE1 40099
delivered "as that of the UE may" pcscf $ADDR_EP 6100 -- \
	udp ue1 $ADDR_UE1 40000 $ADDR_EP 6100
gm_policy

# what ESP itself refuses, in the kernel's own counters
as $ADDR_UE1 $ADDR_EP 0xee
kernel_refuses "an unknown SPI" XfrmInNoStates from_ue1
as $ADDR_UE1 $ADDR_EP "$ps1" 0x0000000000000000000000000000000000000001
kernel_refuses "a wrong key" XfrmInStateProtoError from_ue1
oseq=-100
as $ADDR_UE1 $ADDR_EP "$ps1"
kernel_refuses "a replay" XfrmInStateSeqError from_ue1
oseq=10000
as $ADDR_UE1 $ADDR_EP "$ps1"
in_ns acc nft 'add table netdev t; add chain netdev t c { type filter hook ingress device ue1 priority 0; };
	add rule netdev t c ip protocol esp @th,192,16 set 0x5555'
kernel_refuses "a changed octet" XfrmInStateProtoError from_ue1
in_ns acc nft delete table netdev t
delivered "UE 1 is heard after all that" pcscf $ADDR_EP 6100 -- from_ue1
ue_flush ue1
PS=$ps1 PC=$pc1
ip -n ue1 addr del 10.45.0.99/16 dev eth0

# --- a policy that only watches, and the way back ---
add $ADDR_UE1 $ADDR_EP 1 hmac-sha-1-96:aes-cbc
ue_add ue1 $ADDR_UE1 $ADDR_EP 1 hmac-sha-1-96:aes-cbc
gm -q sa establish --expires 600 "$PS"
for mode in observe enforce; do
	gm_policy "mode: $mode"
	delivered "to the UE in mode $mode" ue1 $ADDR_UE1 40011 -- \
		udp pcscf $ADDR_EP 5100 $ADDR_UE1 40011
done
expect "both under ESP" pass-protected access 1 udp pcscf $ADDR_EP 5100 $ADDR_UE1 40011

finish
