#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# SIP over TCP under ESP, in both directions, and by TMPI.
# rule: N22 TS 33.220 B.4
# rule: E10 TS 33.203 7.1
# rule: E12 TS 33.203 7.4.2a
# rule: E13 TS 33.203 7.4.2a
# rule: E17 TS 33.203 7.1
# rule: E19 RFC 3325 5
# rule: O10 TS 33.203 7.1
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/flows.sh"

plan

# --- under ESP ---
# from the UE's client port to our server port and back, and from our client port to the
# UE's server port and back
under() { # ADDR PCSCF N
	AB=("ue1/$(brackets "$1"):$((40000 + 10 * $3))" "pcscf/$(brackets "$2"):6100")
	CD=("pcscf/$(brackets "$2"):5100" "ue1/$(brackets "$1"):$((40001 + 10 * $3))")
}
protected() { # WHAT UE PCSCF N
	local mine="Authorization: Digest username=\"ue$4@ims.example\""

	under "$2" "$3" "$4"
	check "$1: a set" add "$2" "$3" "$4" hmac-sha-1-96:aes-cbc
	ue_add ue1 "$2" "$3" "$4" hmac-sha-1-96:aes-cbc
	VIA=$(brackets "$2"):$((40000 + 10 * $4)) CALL=s$4
	request REGISTER sip:ims.example "$mine" >sent
	response 200 REGISTER >told
	goes "$1: a REGISTER by a temporary set, and its answer" pass-protected access 2+ \
		-S -a told "${AB[@]}"
	request INVITE sip:ims.example >sent
	goes "$1: but no INVITE" sa-temporary access 1 -S -x "${AB[@]}"
	request REGISTER sip:ims.example 'Authorization: Digest username="ue9@ims.example"' >sent
	goes "$1: nor a REGISTER of another" identity-mismatch access 1 -S -x "${AB[@]}"
	gm -q sa establish --expires 600 "$PS"
	request INVITE sip:ims.example "$forged" >sent
	without "$forged"
	for at in 1 100 $(($(octets) - 1)); do
		scrubs "$1: P-Asserted-Identity by an established one, cut at $at" \
			asserted-identity access 1 -S -l -N boss@ims -m INVITE -k at -s "$at" "${AB[@]}"
	done
	rm meant
	check "$1: which is in use" quietly grep in-use < <(gm sa list --spi "$PS")
	request INVITE sip:ims.example >sent
	response 200 INVITE >told
	goes "$1: a call to the UE, and its answer" pass-protected access 2+ \
		-S -m INVITE -a told "${CD[@]}"
	goes "$1: octet by octet" pass-protected access 2+ -S -k one -m INVITE -a told "${CD[@]}"
	request INVITE sip:ims.example "X-Long: $(letters 20000)" >sent
	goes "$1: a long one" pass-protected access 1+ -S -m INVITE "${CD[@]}"
	goes "$1: from the UE" pass-protected access 1+ -S -m INVITE "${AB[@]}"
}
# a raw socket has no ports by which it would find its SAs: those of A and B for all
raw_sas() {
	ue_flush ue1
	head -n 4 "$WORK/batch" | sed -e '/^xfrm state/s/ sel .*//' \
		-e '/^xfrm policy/s/ sport [0-9]* dport [0-9]*//' | ip -n ue1 -batch -
}
hostile() { # WHAT
	check "$1: hostile segments" raw_sas
	request INVITE sip:ims.example 'X-Asserted-Identity: <sip:boss@ims.example>' >sent
	request INVITE sip:ims.example "$forged" >other
	for seed in {1..8}; do
		check "$1: seed $seed" stream -k all -s "$seed" -m INVITE "${AB[@]}"
		check "$1: in conflict" stream -k all,overlap -c other -s "$seed" -m INVITE "${AB[@]}"
	done
	printf 'nonsense\r\n\r\n' >sent
	goes "$1: nonsense" malformed access 1 -k all -x "${AB[@]}"
}
protected "IPv4" $ADDR_UE1 $ADDR_EP 1

# --- who is not registered keeps nobody out who is ---
plan "limits: {register-rate: 0, streams: 2}"
request REGISTER sip:ims.example >sent
rm -f go
count stream-limit access
segments -f sent -S -n 2 -k at -s 50 -g go -T 300 ue1/$ADDR_UE1:21000 $EP >said &
held=$!
check "of two in clear one has no room" busywait 60 reached stream-limit access packets $((COUNT + 1))
request INVITE sip:ims.example >sent
goes "but one under SAs" pass-protected access 1+ -S -m INVITE "${AB[@]}"
touch go
wait $held
check "and the other goes on" test "$(cut -d: -f2 said)" = " it is reset"
plan

hostile "IPv4"
protected "IPv6" $ADDR6_UE1 $ADDR6_EP 2
hostile "IPv6"

# --- TMPI ---
plan "tmpi: {mode: require}"
VIA=$ADDR_UE1:40000 CALL=c1
impi=001010000000001@ims.mnc001.mcc001.3gppnetwork.org
realm=@tmpi.bsf.3gppnetwork.org
tmpi=NdfNQvvGWK4SGbs7c17alrZHQXyhEcrW$realm nobodys=uoTraPd86W/bBuMcSWOvKOVUNnooo5rj$realm
by() { # USERNAME: the file sent
	request REGISTER sip:ims.example "Authorization: Digest username=\"$1\"" >sent
}
as() { # IDENTITY FILE [LINE...]: how the answer names the UE
	FROM="<sip:$1>;tag=u1" TO="<sip:$1>;tag=p1" response 401 REGISTER "${@:3}" >"$2"
}
leaves() { # WHAT REASON N [OPTION]...: to a UE that has connected, and not its IMPI
	goes "$1" "$2" access "$3" -S -o -m - -N "$impi" "${@:4}" $EP $UE
}
by $impi
as $impi told
goes "the first private identity" pass-register access 1 -S $UE $EP
sees "is seen, and in the answer" impi-exposed access 2 -S -a told $UE $EP
gm -q tmpi add $tmpi --impi $impi --ue $ADDR_UE1 --expires 600
goes "the next" impi-exposed access 10 -S -x -n 10 $UE $EP
by $tmpi
as $tmpi told
goes "a TMPI, and the answer to it" pass-register access 2 -S -a told $UE $EP
goes "cut anywhere" pass-register access 10 -S -n 10 $UE $EP
sees "exposes nothing" impi-exposed access 0 -S -a told $UE $EP
as $tmpi sent
leaves "an answer by the TMPI" pass-register 1
as $tmpi sent "P-Associated-URI: <tel:1>" "Contact: <sip:$impi>"
leaves "one that says more than was asked" impi-exposed 1 -x
as $impi sent
sees "one by the IMPI repeats what it was asked as" impi-exposed access 1 -S -o -m - $EP $UE

# falling back
by $nobodys
goes "a TMPI of nobody" tmpi-unknown access 10 -S -x -n 10 $UE $EP
CALL=c2
by $impi
as $impi told
sees "then a REGISTER without, and its answer" impi-exposed access 2 -S -a told $UE $EP
sees "which may come again" impi-exposed access 1 -S $UE $EP
CALL=c3
by $impi
goes "but no other" impi-exposed access 1 -S -x $UE $EP

# another policy while a REGISTER is half read: it is searched whole
half() { # PORT: is there, of UE 1's, what waits for more?
	in_ns ue1 grep -q ":$(printf %04X "$1") .*:13C4 01 0*[1-9A-F]" /proc/net/tcp
}
amid() { # OCTETS
	local pid

	rm -f go
	plan
	segments -f sent -S -x -k at -s "$1" -g go -T 300 $UE $EP &
	pid=$!
	busywait 60 half 20000
	plan "tmpi: {mode: require}"
	touch go
	wait $pid
}
ended_amid() { # what has come ends there
	local pid

	plan "rules: {malformed: observe}"
	ip netns exec pcscf timeout 60 socat -u "TCP4-LISTEN:5060,bind=$ADDR_EP,reuseaddr" - >heard &
	busywait 5 listens pcscf 5060
	in_ns ue1 timeout 60 socat -u OPEN:octets "TCP4:$ADDR_EP:5060,bind=$ADDR_UE1:23000" &
	pid=$!
	exec {to}>octets
	cat sent >&"$to"
	busywait 60 half 23000
	plan "tmpi: {mode: require}" "rules: {malformed: observe}"
	exec {to}>&-
	wait $pid
	true
}
CALL=c4
by $impi
expect "required, when its IMPI has come" impi-exposed access 1 amid "$(sed /^Authorization/q sent | wc -c)"
expect "or none of it" impi-exposed access 1 amid "$(head -n 1 sent | wc -c)"
truncate -s -2 sent
mkfifo octets
expect "or when nothing else comes" impi-exposed access 1 ended_amid

plan "tmpi: {mode: prefer}"
CALL=c3
by $impi
sees "preferred alone it goes on" impi-exposed access 1 -S $UE $EP
by $nobodys
goes "but not a TMPI of nobody" tmpi-unknown access 1 -S -x $UE $EP

finish
