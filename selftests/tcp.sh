#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# SIP over TCP at the boundary: what is read at its other end is what was judged, however
# the octets are cut, and what is refused is never whole.
# rule: N1 RFC 3261 7.5
# rule: N2 TS 33.203 7.1
# rule: N8 TS 24.229 7.2A.2
# rule: N9 RFC 3325 5
# rule: N11 TS 33.203 7.1
# rule: N13 TS 33.203 7.1
# rule: N16 TS 33.203 7.1
# rule: N17 TS 33.203 7.1
# rule: N18 RFC 3261 7
# rule: N20 RFC 3261 18.3
# rule: N22 TS 33.220 B.4
# rule: E10 TS 33.203 7.1
# rule: E12 TS 33.203 7.4.2a
# rule: E13 TS 33.203 7.4.2a
# rule: E17 TS 33.203 7.1
# rule: E19 RFC 3325 5
# rule: O2 TS 33.203 7.1
# rule: O5 TS 33.203 7.1
# rule: O6 TS 33.203 6.1.1
# rule: O8 RFC 3325 7
# rule: O10 TS 33.203 7.1
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/sets.sh"
. "$(dirname "$0")/messages.sh"

topology
require segments tc nft
cd "$WORK" || exit 1

UE=ue1/$ADDR_UE1:20000 UE6="ue1/[$ADDR6_UE1]:20000"
EP=pcscf/$ADDR_EP:5060 EP6="pcscf/[$ADDR6_EP]:5060"
FN=foreign/$ADDR_FN:20000 FN6="foreign/[$ADDR6_FN]:20000"
# the raw ends' hosts know nothing of their connections, and say so
for ns in ue1 foreign; do
	in_ns $ns nft 'add table inet raw; add chain inet raw out { type filter hook output priority 0; }
		add rule inet raw out meta mark != 1 tcp flags rst drop' || missing "no nft here"
done

plan() { # LINE...: the policy of this test
	gm_policy "limits: {event-rate: 10000, register-rate: 0}" "$@"
}

# stream [OPTION]... FROM TO: what is in the file "sent" goes from one to the other, and is
# what is in the file "meant", if there is one
stream() {
	local meant=()

	[ ! -e meant ] || meant=(-w meant)
	segments -f sent "${meant[@]}" "$@"
}

# goes WHAT REASON SIDE N [OPTION]... FROM TO, scrubs, sees: it does, and N are counted so;
# as scrubbed; or as observed
goes() {
	expect "$1" "$2" "$3" "$4" stream "${@:5}"
}
scrubs() {
	expect_scrubbed "$1" "$2" "$3" "$4" stream "${@:5}"
}
sees() {
	expect_observed "$1" "$2" "$3" "$4" stream "${@:5}"
}

# body OCTETS: the message in "sent" has this one
body() {
	sed -i "s/^Content-Length: 0/Content-Length: ${#1}/" sent
	printf %s "$1" >>sent
}
octets() { # of "sent"
	stat -c %s sent
}
letters() { # N
	head -c "$1" /dev/zero | tr '\0' a
}

# --- on an unprotected port, between sockets ---
plan
rm -f meant
request REGISTER sip:ims.example >sent
goes "REGISTER" pass-register access 1 -S $UE $EP
goes "over IPv6" pass-register access 1 -S "$UE6" "$EP6"
goes "a hundred at once" pass-register access 100 -S -n 100 $UE $EP
goes "one octet at a time" pass-register access 2 -S -n 2 -k one $UE $EP
all=$(($(octets) - 1))
goes "cut at every octet" pass-register access $all -S -n $all -k at $UE $EP
for i in 2 3; do
	CALL=c$i request REGISTER sip:ims.example >>sent
done
goes "three in one segment" pass-register access 3 -S -k whole $UE $EP
goes "three in any" pass-register access 60 -S -n 20 $UE $EP
request REGISTER sip:ims.example >sent
body $'a body\r\n\r\nINVITE sip:bob@ims.example SIP/2.0\r\nP-Asserted-Identity: <sip:x>\r\n\r\n'
CALL=c2 request REGISTER sip:ims.example >>sent
goes "a body is no message" pass-register access 20 -S -n 10 $UE $EP
request REGISTER sip:ims.example >sent
body "$(letters 80000)"
goes "a body of 80 kB" pass-register access 1 -S $UE $EP
request REGISTER sip:ims.example "X-Long: $(letters 40000)" >sent
goes "headers of 40 kB" pass-register access 2 -S -n 2 $UE $EP
{
	printf '\r\n\r\n'
	request REGISTER sip:ims.example
	printf '\r\n\r\n'
} >sent
goes "keep-alives about a REGISTER" pass-register access 10 -S -n 10 $UE $EP
printf '\r\n\r\n' >sent
goes "keep-alives alone" malformed access 0 -S -n 4 $UE $EP

# --- refused: the connection is reset at both ends, and counted once ---
request INVITE sip:bob@ims.example >sent
all=$(($(octets) - 1))
goes "INVITE, cut at every octet" method-on-unprotected access $all -S -x -n $all -k at $UE $EP
goes "over IPv6" method-on-unprotected access 10 -S -x -n 10 "$UE6" "$EP6"
goes "from other networks too an INVITE passes" pass-other foreign 1+ -S -k whole $FN $EP
request REGISTER sip:ims.example >meant
cat meant sent >both
mv both sent
expect "a REGISTER before it" pass-register access 20 stream -S -x -n 20 $UE $EP
goes "it behind a REGISTER" method-on-unprotected access 1 -S -x -k whole $UE $EP
rm meant
response 200 INVITE >sent
goes "an answer to nothing" response-on-unprotected access 10 -S -x -n 10 $UE $EP
printf '\xf8REGISTER sip:a SIP/2.0\r\n\r\n' >sent
goes "SigComp" compressed access 4 -S -x -n 4 $UE $EP
while read -r what text; do
	printf '%b' "$text" >sent
	goes "$what" malformed access 4 -S -x -n 4 $UE $EP
done <<-'TEXTS'
	no-start-line Via: x\r\n\r\n
	NUL REGISTER sip:a SIP/2.0\r\nVia: a\0b\r\nContent-Length: 0\r\n\r\n
	bare-CR REGISTER sip:a SIP/2.0\r\nX: a\rP-Asserted-Identity: <sip:b>\r\nContent-Length: 0\r\n\r\n
	no-colon REGISTER sip:a SIP/2.0\r\nVia x\r\nContent-Length: 0\r\n\r\n
	no-length REGISTER sip:a SIP/2.0\r\nVia: x\r\nCSeq: 1 REGISTER\r\n\r\n
	two-lengths REGISTER sip:a SIP/2.0\r\nContent-Length: 0\r\nl: 5\r\n\r\nabcde
	a-length-of-letters REGISTER sip:a SIP/2.0\r\nContent-Length: x\r\n\r\n
	a-length-below-zero REGISTER sip:a SIP/2.0\r\nContent-Length: -1\r\n\r\n
	a-length-over-2^32 REGISTER sip:a SIP/2.0\r\nContent-Length: 4294967296\r\n\r\n
TEXTS
request REGISTER sip:ims.example "X-Long: $(letters 70000)" >sent
goes "headers of 70 kB" stream-limit access 1 -S -x $UE $EP
plan "limits: {register-rate: 0, stream-octets: 1000}"
request REGISTER sip:ims.example "X-Long: $(letters 600)" >sent
goes "headers within a limit" pass-register access 4 -S -n 4 $UE $EP
request REGISTER sip:ims.example "X-Long: $(letters 1000)" >sent
goes "headers beyond it" stream-limit access 4 -S -x -n 4 $UE $EP
plan

# --- what is removed ---
forged='P-Asserted-Identity: <sip:boss@ims.example>'
request REGISTER sip:ims.example "$forged" >sent
without "$forged"
all=$(($(octets) - 1))
scrubs "P-Asserted-Identity, cut at every octet" asserted-identity access $all -S -n $all -k at $UE $EP
scrubs "in any pieces, over IPv6" asserted-identity access 20 -S -n 20 "$UE6" "$EP6"
credentials='Authorization: Digest username="ue1@ims.example",'
request REGISTER sip:ims.example "$credentials integrity-protected=\"yes\"" >sent
without 'integrity-protected="yes"'
all=$(($(octets) - 1))
scrubs "integrity-protected, cut at every octet" integrity-protected access $all -S -n $all -k at $UE $EP
# the sender waits, and sends again what is held until the headers are over
request REGISTER sip:ims.example "$forged" >sent
without "$forged"
for at in 30 $(($(octets) / 2)) $(($(octets) - 40)); do
	scrubs "cut at $at, and late" asserted-identity access 1 -S -l -k at -s "$at" -p 700 $UE $EP
done
# connection tracking sums the octets, and says so
nat prerouting -100 ct state new accept
scrubs "summed before" asserted-identity access 10 -S -n 10 $UE $EP
in_ns pcscf nft delete table ip t
rm meant

# --- answers, on the connection of what they answer ---
request REGISTER sip:ims.example >sent
TO='<sip:ue1@ims.example>;tag=p1'
key=00112233445566778899aabbccddeeff
mv sent asked
response 401 REGISTER "WWW-Authenticate: Digest realm=\"x\", nonce=\"n\", ik=\"$key\", ck=\"$key\"" >sent
without "ik=\"$key\"" "ck=\"$key\""
mv sent told
mv meant told.meant
mv asked sent
all=$(stat -c %s told)
scrubs "a challenge with keys" key-leak access 1 -S -k whole -a told -A told.meant $UE $EP
scrubs "in any pieces" key-leak access 20 -S -n 20 -a told -A told.meant $UE $EP
scrubs "over IPv6" key-leak access 10 -S -n 10 -a told -A told.meant "$UE6" "$EP6"
# not every end of it comes at once
mv told sent
mv told.meant meant
TO='<sip:ue1@ims.example>'
scrubs "to who acknowledges it in parts" key-leak access 10 -t -o -n 10 -k partial -m - $EP $UE
scrubs "over IPv6" key-leak access 5 -t -o -n 5 -k partial -m - "$EP6" "$UE6"
rm meant
response 200 INVITE >sent
goes "an answer to an INVITE that never was" out-unprotected access 1 -S -o -x -m - $EP $UE

# --- emergencies ---
CALL=e1 FROM='<sip:anonymous@anonymous.invalid>;tag=u1' TO='<urn:service:sos>'
request INVITE urn:service:sos >sent
TO='<urn:service:sos>;tag=p1' response 200 INVITE >told
goes "an emergency and its answer" pass-emergency access 2 -S -m - -a told $UE $EP
TO='<urn:service:sos>;tag=p1' request ACK sip:psap@192.0.2.10 >sent
goes "on another connection its ACK" pass-emergency access 1 -S $UE $EP
CALL=e2 request ACK sip:psap@192.0.2.10 >sent
goes "not one of another call" method-on-unprotected access 1 -S -x $UE $EP
# told by TCP, answered by UDP
CALL=e1 TO='<urn:service:sos>;tag=p1' request BYE sip:psap@192.0.2.10 >sent
expect "its BYE by UDP" pass-emergency access 1 in_ns ue1 pkt -d @sent $ADDR_UE1:40000 $ADDR_EP:5060
CALL=c1 FROM='<sip:ue1@ims.example>;tag=u1' TO='<sip:ue1@ims.example>'

# --- other networks ---
request INVITE sip:bob@ims.example "$forged" >sent
without "$forged"
scrubs "an INVITE of another network" asserted-identity foreign 10 -S -n 10 $FN $EP
# withheld by what comes behind it, in other segments and later
CALL=p1 request INVITE sip:bob@ims.example "$forged" 'Privacy: id' >sent
without "$forged"
for at in 20 $(($(octets) / 2)) $(($(octets) - 30)); do
	scrubs "to another network with Privacy: id, cut at $at" privacy-id foreign 1 \
		-S -k at -s $at $EP $FN
done
rm meant
CALL=p2 request INVITE sip:bob@ims.example "$forged" >sent
goes "without Privacy it stays" privacy-id foreign 0 -S -k at -s 100 $EP $FN
CALL=p3 request INVITE sip:bob@ims.example 'Privacy: user;critical' >sent
goes "critical privacy that nobody here gives" privacy-critical foreign 1 -S -x $EP $FN
CALL=c1

# --- hostile segments ---
request REGISTER sip:ims.example >sent
for kind in reorder duplicate overlap larger probe urgent syn fin sum old reset ack window; do
	goes "$kind" pass-register access 20 -n 20 -k $kind $UE $EP
done
goes "all of it" pass-register access 150 -n 150 -k all $UE $EP
goes "over IPv6" pass-register access 50 -n 50 -k all "$UE6" "$EP6"
goes "over the end of sequence numbers" pass-register access 20 -n 20 -k all -i 0xffffff80 $UE $EP
body "$(letters 20000)"
CALL=c2 request REGISTER sip:ims.example >>sent
goes "into a window that shuts" pass-register access 10 -n 5 -k probe,reorder -b 2304 $UE $EP
request REGISTER sip:ims.example >meant
request INVITE sip:bob@ims.example >sent
cp sent invite
cat meant invite >sent
goes "a refused one in them" method-on-unprotected access 60 -x -n 60 -k all -s 1000 $UE $EP
goes "over IPv6" method-on-unprotected access 20 -x -n 20 -k all -s 1000 "$UE6" "$EP6"
mv invite sent
rm meant
goes "as the first" method-on-unprotected access 60 -x -n 60 -k all $UE $EP
request REGISTER sip:ims.example "$forged" >sent
without "$forged"
scrubs "one that is to lose something" asserted-identity access 60 -l -n 60 -k all $UE $EP
rm meant

# conflicts: what is read is one or the other, and never what must not be
conflict() { # WHAT N [OPTION]... FROM TO
	check "$1: good octets, then bad" stream -c other -n "$2" "${@:3}"
	mv sent kept && mv other sent && mv kept other
	check "$1: bad octets, then good" stream -c other -n "$2" "${@:3}"
}
request REGISTER sip:ims.example 'X-Asserted-Identity: <sip:boss@ims.example>' >sent
request REGISTER sip:ims.example "$forged" >other
for kind in overlap sum old ack fin all; do
	conflict "P-Asserted-Identity, $kind" 40 -k $kind $UE $EP
done
conflict "P-Asserted-Identity, IPv6" 40 -k all "$UE6" "$EP6"
request REGISTER sip:ims.example >sent
sed 's/^REGISTER/PUBLISHX/; s/1 REGISTER/1 PUBLISHX/' sent >other
conflict "a method" 60 -k all,urgent $UE $EP
# the length of a body, in which the next message is or is not
{
	request REGISTER sip:ims.example | sed 's/^Content-Length: 0/Content-Length: 000/'
	request INVITE sip:ims.example
} >sent
sed "0,/^Content-Length: 000/s//Content-Length: $(request INVITE sip:ims.example | wc -c)/" sent >other
check "as long" test "$(stat -c %s other)" = "$(octets)"
conflict "a length" 60 -k all $UE $EP
# with both ends' parts changed: the P-CSCF opens the connection
request INVITE sip:bob@ims.example 'X-Asserted-Identity: <sip:boss@ims.example>' >sent
request INVITE sip:bob@ims.example "$forged" >other
conflict "where the P-CSCF connects" 20 -o -k all -m INVITE $FN $EP
conflict "where both do" 20 -o -k both,syn,overlap -m INVITE "$FN6" "$EP6"
rm other
request INVITE sip:bob@ims.example >sent
goes "the same connections without conflict" malformed foreign 0 -o -n 20 -k all $FN $EP

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
	goes "$1: a REGISTER by a temporary set, and its answer" pass-protected access 2 \
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
			asserted-identity access 1 -S -m INVITE -k at -s "$at" "${AB[@]}"
	done
	rm meant
	check "$1: which is in use" quietly grep in-use < <(gm sa list --spi "$PS")
	request INVITE sip:ims.example >sent
	response 200 INVITE >told
	goes "$1: a call to the UE, and its answer" pass-protected access 2 \
		-S -m INVITE -a told "${CD[@]}"
	goes "$1: octet by octet" pass-protected access 2 -S -k one -m INVITE -a told "${CD[@]}"
	request INVITE sip:ims.example "X-Long: $(letters 20000)" >sent
	goes "$1: a long one" pass-protected access 1 -S -m INVITE "${CD[@]}"
	goes "$1: from the UE" pass-protected access 1 -S -m INVITE "${AB[@]}"
}
protected "IPv4" $ADDR_UE1 $ADDR_EP 1
protected "IPv6" $ADDR6_UE1 $ADDR6_EP 2

# --- TMPI ---
plan "tmpi: {mode: require}"
VIA=$ADDR_UE1:40000 CALL=c1
request REGISTER sip:ims.example \
	'Authorization: Digest username="001010000000001@ims.mnc001.mcc001.3gppnetwork.org"' >sent
goes "a private identity" impi-exposed access 10 -S -x -n 10 $UE $EP

# --- connections and the policies about them ---
# held COMMAND...: while a connection is half through its REGISTER
request REGISTER sip:ims.example >sent
held() {
	local pid

	stream -S -k at -s 50 -p 2000 "${through[@]}" $UE $EP &
	pid=$!
	busywait 5 connected
	"$@"
	wait $pid
}
connected() {
	in_ns ue1 grep -q ":4E20 .*:13C4 01 " /proc/net/tcp
}
through=()
plan
check "a connection lives on under another policy" held plan "marks: {mask: 0xff00, trusted: 0x100, untrusted: 0x200, protected: 0x400}"
gm -q policy clear
through=(-x)
expect "one that is older than the policy" stream-unknown access 1+ held plan
gm -q policy clear
through=()
check "may live on" held plan "rules: {stream-unknown: observe}"
count pass-tcp-unread access
check "and is counted ($COUNT)" test "$COUNT" -gt 0
gm -q policy clear
check "nothing holds one where there is no policy" stream -S -n 5 $UE $EP
plan
check "or no more" held gm -q policy clear
plan "limits: {register-rate: 0, streams: 3}"
check "three connections are read" stream -S -n 3 $UE $EP
filled() { # a fourth, as long as three are there
	stream -S -n 3 -k at -s 50 -p 2000 $UE $EP &
	local pid=$!

	busywait 5 full
	segments -S -T 2 ue2/$ADDR_UE2:20000 pcscf/$ADDR_EP:5060
	refused=$?
	wait $pid
}
full() {
	[ "$(in_ns pcscf grep -c ":13C4 .*:4E2[0-2] 01 " /proc/net/tcp)" = 3 ]
}
expect "a fourth is refused" stream-limit access 1+ filled
check "and does not get through" test "${refused-0}" != 0
check "later it is not" stream -S -n 3 $UE $EP

# --- watched: nothing changes on the wire ---
plan "mode: observe"
request INVITE sip:bob@ims.example "$forged" >sent
sees "an INVITE, watched" method-on-unprotected access 20 -S -n 20 -m - $UE $EP
check "in hostile segments" stream -n 40 -k all -m - $UE $EP
printf 'nonsense\r\n\r\n\1\2\3' >sent
sees "nonsense, watched" malformed access 4+ -S -n 4 -m - $UE $EP
request INVITE sip:bob@ims.example >sent
sees "to a UE, watched" out-unprotected access 1 -S -o -m - $EP $UE

# --- a bad network: everything arrives that would without us ---
impair() { # NETEM...
	for ns in ue1 pcscf; do
		dev=eth0
		[ $ns = ue1 ] || dev=gm0
		in_ns $ns tc qdisc "$1" dev $dev root netem "${@:2}" || return
	done
}
request REGISTER sip:ims.example "$forged" >sent
without "$forged"
for how in "loss 10%" "delay 2ms 2ms reorder 30% 50%" "duplicate 20%" "corrupt 5%" \
	"loss 5% duplicate 5% corrupt 5% delay 2ms 2ms"; do
	# shellcheck disable=SC2086 # words
	if ! impair add delay 1ms $how; then
		skip "$how" "no netem here"
		continue
	fi
	plan
	check "$how" stream -S -l -n 30 -T 60 $UE $EP
	for ns in "ue1 eth0" "pcscf gm0"; do
		# shellcheck disable=SC2086 # words
		set -- $ns
		in_ns "$1" tc qdisc del dev "$2" root
	done
done
rm -f meant

gm -q policy clear
finish
