#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The life of SA sets, as the command shows it, and what becomes of what they carry
# when they end.
# rule: E14 TS 33.203 7.4.2a
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/sets.sh"

topology
require tcpdump socat
# what a connection has here is no SIP
gm_policy "lifetimes: {temporary: 240, slack: 0, grace: 1}" "rules: {stream-order: \"off\"}"
gm -j sa monitor >"$WORK/events" 2>"$WORK/monitor" &
busywait 5 test -s "$WORK/monitor"

is() { # STATE SPI
	gm sa list --spi "$2" | grep -q "$1"
}
is_gone() {
	! gm sa get "$1" >/dev/null 2>&1
}
talks() { # packets of the first or second SA
	[ "$(use "$PS" | cut -d " " -f "$1")" -gt 10 ]
}

# --- what there is is told ---
add $ADDR_UE1 $ADDR_EP 1 hmac-sha-1-96:aes-cbc
for spi in "$PS:A" 1010:B 1011:C "$PC:D"; do
	check "SPI ${spi%:*} is that of SA ${spi#*:}" \
		test "$(gm -j explain "${spi%:*}" | jq -r '.sas[].sa')" = "${spi#*:}"
done
explained() { # SA PROTO SRC SPORT DST DPORT
	[ "$(gm -j explain "${@:2}" | jq -r '.sas[].sa')" = "$1" ]
}
check "a request is of SA A" explained A udp $ADDR_UE1 40010 $ADDR_EP 6100
check "a request to the UE of SA C" explained C udp $ADDR_EP 5100 $ADDR_UE1 40011
check "what UE 2 sends from the same port of none" \
	explained '' udp $ADDR_UE2 40010 $ADDR_EP 6100
counts() { # N FILTER...
	[ "$(gm sa count "${@:2}")" = "$1" ]
}
add $ADDR_UE2 $ADDR_EP 2 hmac-sha-1-96:null
gm -q sa establish --expires 600 "$PS"
check "two sets" counts 2
check "one of UE 2" counts 1 --ue $ADDR_UE2
check "none of UE 2 is temporary" counts 0 --ue $ADDR_UE2 --state temporary
check "one is of this user" counts 1 --impi ue1@ims.example
check "both were never used" counts 2 --idle 1
check "but not since ages" counts 0 --idle 100000000
gm -q sa flush --state temporary
check "the temporary one is flushed" counts 1
gm -q sa flush --ue $ADDR_UE1
check "UE 2 is not UE 1" counts 1
gm -q sa flush --idle 1
check "who is idle goes" counts 0

# --- ends while a connection and datagrams are carried both ways ---
# Each has its own ports, and its connection is destroyed at both ends while ESP is
# still required: what one leaves behind is no packet of the next.
ends() { # WHAT N EXPIRES COMMAND...
	local what=$1 n=$2 expires=$3 uc=$((40000 + 10 * $2)) us=$((40001 + 10 * $2))
	local talkers messages capture before

	shift 3
	add $ADDR_UE1 $ADDR_EP "$n" hmac-sha-1-96:aes-cbc
	ue_add ue1 $ADDR_UE1 $ADDR_EP "$n" hmac-sha-1-96:aes-cbc
	ip netns exec pcscf socat TCP4-LISTEN:6100,bind=$ADDR_EP,reuseaddr EXEC:cat \
		>/dev/null 2>&1 &
	talkers=$!
	busywait 20 listens pcscf 6100
	gm -q sa establish --expires "$expires" "$PS"
	ip netns exec ue1 socat OPEN:/dev/zero!!OPEN:/dev/null \
		"TCP4:$ADDR_EP:6100,bind=$ADDR_UE1:$uc,reuseaddr" >/dev/null 2>&1 &
	talkers+=" $!"
	: >"$WORK/talking"
	while [ -e "$WORK/talking" ]; do
		udp ue1 $ADDR_UE1 "$uc" $ADDR_EP 6100
		udp pcscf $ADDR_EP 5100 $ADDR_UE1 "$us"
	done &
	messages=$!
	check "$what: the UE talks" busywait 20 talks 1
	check "$what: and is answered" busywait 20 talks 2
	check "$what: so it is in use" is in-use "$PS"
	ip netns exec acc tcpdump -i br0 -U -w "$WORK/end.pcap" "host $ADDR_EP" 2>/dev/null &
	capture=$!
	busywait 10 test -s "$WORK/end.pcap"
	before=$(stat_of XfrmOutNoStates)
	"$@"
	check "$what: what goes to the UE finds no SA (XfrmOutNoStates)" \
		busywait 60 grown XfrmOutNoStates "${before:-0}"
	check "$what: the set is gone" busywait 20 is_gone "$PS"
	kernel_refuses "$what: nor does what comes from it" XfrmInNoStates true
	in_ns ue1 ss -Kt >/dev/null
	in_ns pcscf ss -Kt >/dev/null
	# none of its messages comes when the UE's policies are gone
	rm "$WORK/talking"
	wait $messages
	# shellcheck disable=SC2086 # a list
	kill $talkers $capture 2>/dev/null
	# shellcheck disable=SC2086 # a list
	wait $talkers $capture 2>/dev/null
	tcpdump -nr "$WORK/end.pcap" 'tcp or udp' 2>/dev/null >"$WORK/clear"
	check "$what: nothing was in clear on the wire" test ! -s "$WORK/clear"
	head -n 3 "$WORK/clear" | sed 's/^/# /'
	rm "$WORK/end.pcap"
	ue_flush ue1
}
delete() { gm -q sa del "$PS"; }
shorten() { gm -q sa shorten --expires 1 "$PS"; }
ends "deleted" 1 600 delete
ends "flushed" 2 600 gm -q sa flush --ue $ADDR_UE1
ends "expired" 3 30 true
ends "shortened" 4 600 shorten

# --- protected re-registration: the old set goes when the new one is used
gm_policy "lifetimes: {temporary: 240, slack: 30, grace: 1}" \
	"endpoints: [{address: $ADDR_EP, unprotected: [5060], server: [6100], client: [5100, 5101]}]"
ue_flush ue1
add $ADDR_UE1 $ADDR_EP 2 hmac-sha-1-96:null
old=$PS
ue_add ue1 $ADDR_UE1 $ADDR_EP 2 hmac-sha-1-96:null
gm -q sa establish --expires 600 "$old"
udp ue1 $ADDR_UE1 40020 $ADDR_EP 6100
out=$(gm -j sa add --ue $ADDR_UE1 --pcscf $ADDR_EP --port-uc 40029 --port-us 40021 \
	--port-pc 5101 --port-ps 6100 --spi-uc 1028 --spi-us 1029 --alg hmac-sha-1-96 \
	--keys "$KEYS" --impi ue2@ims.example --over "$old")
[[ $out =~ \"spi-ps\":\ *([0-9]+) ]] && new=${BASH_REMATCH[1]}
gm -q sa establish --expires 600 "$new"
check "established, not yet used" is established "$new"
delivered "the old set still carries" pcscf $ADDR_EP 6100 -- \
	udp ue1 $ADDR_UE1 40020 $ADDR_EP 6100
ip -n ue1 xfrm state add src $ADDR_UE1 dst $ADDR_EP proto esp spi "$new" reqid 9 mode transport \
	auth-trunc 'hmac(sha1)' 0xf769bcd751044604127672711c6d344100000000 96 \
	enc 'ecb(cipher_null)' "" sel src $ADDR_UE1 dst $ADDR_EP sport 40029 dport 6100
ip -n ue1 xfrm policy add src $ADDR_UE1 dst $ADDR_EP sport 40029 dport 6100 dir out \
	tmpl src $ADDR_UE1 dst $ADDR_EP proto esp reqid 9 mode transport
delivered "the new one is used" pcscf $ADDR_EP 6100 -- \
	udp ue1 $ADDR_UE1 40029 $ADDR_EP 6100
check "and so in use" busywait 5 is in-use "$new"
check "the old one goes after the grace time" busywait 10 is_gone "$old"

# --- and what has happened was told ---
add $ADDR_UE2 $ADDR_EP 3 hmac-sha-1-96:null
add $ADDR_UE2 $ADDR_EP 3 hmac-sha-1-96:null
ip -n pcscf xfrm state flush
told() { # CHANGE
	jq -r .change <"$WORK/events" | grep -qx "$1"
}
for change in new established in-use old expired deleted replaced lost; do
	check "sa monitor tells of: $change" busywait 5 told $change
done

finish
