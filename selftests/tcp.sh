#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# SIP over TCP at the boundary: its messages are let pass, refused and relieved of what has to
# go as those of UDP are, and what is refused ends the connection.
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
# rule: O2 TS 33.203 7.1
# rule: O5 TS 33.203 7.1
# rule: O6 TS 33.203 6.1.1
# rule: O8 RFC 3325 7
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/flows.sh"

# --- on an unprotected port, between sockets ---
plan
rm -f meant
request REGISTER sip:ims.example >sent
goes "REGISTER" pass-register access 1 -S $UE $EP
goes "over IPv6" pass-register access 1 -S "$UE6" "$EP6"
goes "a hundred at once" pass-register access 100 -S -n 100 $UE $EP
goes "one octet at a time" pass-register access 2+ -S -n 2 -k one $UE $EP
all=$(($(octets) - 1))
goes "cut at every octet" pass-register access $all -S -n $all -k at $UE $EP
for i in 2 3; do
	CALL=c$i request REGISTER sip:ims.example >>sent
done
goes "three in one segment" pass-register access 1+ -S -k whole $UE $EP
goes "three in any" pass-register access 20+ -S -n 20 $UE $EP
request REGISTER sip:ims.example >sent
body $'a body\r\n\r\nINVITE sip:bob@ims.example SIP/2.0\r\nP-Asserted-Identity: <sip:x>\r\n\r\n'
CALL=c2 request REGISTER sip:ims.example >>sent
goes "a body is no message" pass-register access 10+ -S -n 10 $UE $EP
request REGISTER sip:ims.example >sent
body "$(letters 80000)"
goes "a body of 80 kB" pass-register access 1+ -S $UE $EP
request REGISTER sip:ims.example "X-Long: $(letters 40000)" >sent
goes "headers of 40 kB" pass-register access 2+ -S -n 2 $UE $EP
{
	printf '\r\n\r\n'
	request REGISTER sip:ims.example
	printf '\r\n\r\n'
} >sent
goes "keep-alives about a REGISTER" pass-register access 10+ -S -n 10 $UE $EP
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
expect "a REGISTER before it" pass-register access 1+ stream -S -x -n 20 $UE $EP
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
request REGISTER sip:ims.example | head -c 100 >sent
goes "half a message" malformed access 10 -S -x -n 10 $UE $EP
goes "half of which went on before" malformed access 1 -S -x -k at -s 50 -p 700 $UE $EP
goes "over IPv6" malformed access 10 -S -x -n 10 "$UE6" "$EP6"
request REGISTER sip:ims.example "X-Long: $(letters 70000)" >sent
goes "headers of 70 kB" stream-limit access 1 -S -x $UE $EP
plan "limits: {register-rate: 0, stream-octets: 1000}"
request REGISTER sip:ims.example "X-Long: $(letters 600)" >sent
goes "headers within a limit" pass-register access 4 -S -n 4 $UE $EP
request REGISTER sip:ims.example "X-Long: $(letters 1000)" >sent
goes "headers beyond it" stream-limit access 4 -S -x -n 4 $UE $EP
plan

# --- what is removed ---
request REGISTER sip:ims.example "$forged" >sent
without "$forged"
all=$(($(octets) - 1))
scrubs "P-Asserted-Identity, cut at every octet" asserted-identity access $all -S -l -N boss@ims -n $all -k at $UE $EP
scrubs "in any pieces, over IPv6" asserted-identity access 20 -S -l -N boss@ims -n 20 "$UE6" "$EP6"
credentials='Authorization: Digest username="ue1@ims.example",'
request REGISTER sip:ims.example "$credentials integrity-protected=\"yes\"" >sent
without 'integrity-protected="yes"'
all=$(($(octets) - 1))
scrubs "integrity-protected, cut at every octet" integrity-protected access $all -S -l -n $all -k at $UE $EP
# the sender waits, and sends again what is held until the headers are over
request REGISTER sip:ims.example "$forged" >sent
without "$forged"
for at in 30 $(($(octets) / 2)) $(($(octets) - 40)); do
	scrubs "cut at $at, and late" asserted-identity access 1 -S -l -N boss@ims -k at -s "$at" -p 700 $UE $EP
done
# connection tracking sums the octets, and says so
nat prerouting -100 ct state new accept
scrubs "summed before" asserted-identity access 10 -S -l -N boss@ims -n 10 $UE $EP
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
scrubs "a challenge with keys" key-leak access 1 -S -k whole -a told -A told.meant $UE $EP
scrubs "in any pieces" key-leak access 20 -S -l -N $key -n 20 -a told -A told.meant $UE $EP
scrubs "over IPv6" key-leak access 10 -S -l -N $key -n 10 -a told -A told.meant "$UE6" "$EP6"
# not every end of it comes at once
mv told sent
mv told.meant meant
TO='<sip:ue1@ims.example>'
scrubs "to who acknowledges it in parts" key-leak access 10 -t -o -l -N $key -n 10 -k partial -m - $EP $UE
scrubs "over IPv6" key-leak access 5 -t -o -l -N $key -n 5 -k partial -m - "$EP6" "$UE6"
rm meant
response 200 INVITE >sent
goes "an answer to an INVITE that never was" out-unprotected access 1 -S -o -x -m - $EP $UE

# --- emergencies ---
CALL=e1 FROM='<sip:anonymous@anonymous.invalid>;tag=u1' TO='<urn:service:sos>'
request INVITE urn:service:sos >sent
TO='<urn:service:sos>;tag=p1' response 200 INVITE >told
goes "an emergency and its answer" pass-emergency access 2+ -S -m - -a told $UE $EP
TO='<urn:service:sos>;tag=p1' request ACK sip:psap@192.0.2.10 >sent
goes "on another connection its ACK" pass-emergency access 1+ -S $UE $EP
CALL=e2 request ACK sip:psap@192.0.2.10 >sent
goes "not one of another call" method-on-unprotected access 1 -S -x $UE $EP
# told by TCP, answered by UDP
CALL=e1 TO='<urn:service:sos>;tag=p1' request BYE sip:psap@192.0.2.10 >sent
expect "its BYE by UDP" pass-emergency access 1 in_ns ue1 pkt -d @sent $ADDR_UE1:40000 $ADDR_EP:5060
CALL=c1 FROM='<sip:ue1@ims.example>;tag=u1' TO='<sip:ue1@ims.example>'

# --- other networks ---
request INVITE sip:bob@ims.example "$forged" >sent
without "$forged"
scrubs "an INVITE of another network" asserted-identity foreign 10 -S -l -N boss@ims -m INVITE -n 10 $FN $EP
# withheld by what comes behind it, in other segments and later
CALL=p1 request INVITE sip:bob@ims.example "$forged" 'Privacy: id' >sent
without "$forged"
for at in 20 $(($(octets) / 2)) $(($(octets) - 30)); do
	scrubs "to another network with Privacy: id, cut at $at" privacy-id foreign 1 \
		-S -l -N boss@ims -m INVITE -k at -s $at $EP $FN
done
rm meant
CALL=p2 request INVITE sip:bob@ims.example "$forged" >sent
goes "without Privacy it stays" privacy-id foreign 0 -S -k at -s 100 $EP $FN
CALL=p3 request INVITE sip:bob@ims.example 'Privacy: user;critical' >sent
goes "critical privacy that nobody here gives" privacy-critical foreign 1 -S -x $EP $FN
CALL=c1

# --- what is kept, where there is room for two messages of who has no SAs ---
# answered N: so many UEs have their answer, and keep their connections
answered() {
	[ "$(cat heard.* 2>/dev/null | grep -c '^SIP/2.0 401')" = "$1" ]
}
plan "limits: {register-rate: 0, stream-memory: 8192}"
request REGISTER sip:ims.example >sent
TO='<sip:ue1@ims.example>;tag=p1' response 401 REGISTER >told
ip netns exec pcscf socat "TCP4-LISTEN:5060,bind=$ADDR_EP,reuseaddr,fork" \
	"SYSTEM:head -c $(octets) >/dev/null; cat told; sleep 120" &
talkers=$!
busywait 20 listens pcscf 5060
for n in 1 2 3 4 5 6; do
	ip netns exec ue1 socat "OPEN:sent,ignoreeof!!CREATE:heard.$n" \
		"TCP4:$ADDR_EP:5060,bind=$ADDR_UE1:2400$n" &
	talkers+=" $!"
done
check "six that have their answers, and say nothing more" busywait 90 answered 6
# shellcheck disable=SC2086 # a list
kill $talkers 2>/dev/null

plan "limits: {register-rate: 0, stream-memory: 8192, stream-octets: 1024}" \
	"rules: {stream-limit: observe, stream-unknown: observe}"
{ head -n 1 sent && printf 'X: %s' "$(letters 1200)"; } >long
ip netns exec pcscf socat -u "TCP4-LISTEN:5060,bind=$ADDR_EP,reuseaddr" - >heard &
busywait 20 listens pcscf 5060
mkfifo goes-on
ip netns exec ue1 socat -u OPEN:goes-on "TCP4:$ADDR_EP:5060,bind=$ADDR_UE1:24009" &
exec {to}>goes-on
got() {
	[ "$(stat -c %s heard)" = "$1" ]
}
cat long >&"$to"
check "longer headers than may be, let run" busywait 20 got "$(stat -c %s long)"
letters 100 >&"$to"
check "go on" busywait 20 got $(($(stat -c %s long) + 100))
goes "keep no room from who is read" pass-register access 1 -S $UE $EP
exec {to}>&-

finish
