#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A UE that is registered for emergencies: they, and what goes on with them, and nothing
# else; in room of its own.
# rule: E20 TS 23.167 6.2.1
# rule: N21 TS 33.203 6.1.1
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/sets.sh"
. "$(dirname "$0")/messages.sh"

topology
require socat python3
cd "$WORK" || exit 1

# shellcheck disable=SC2120 # by whoever wants more
plan() { # [LINE...]
	gm_policy "limits: {event-rate: 10000, register-rate: 0}" "$@"
}

# from and to: who sends what is in the file "sent", N as in sets.sh
from() { # N
	in_ns "ue$1" socat -u -t0 - "UDP4-SENDTO:$ADDR_EP:6100,bind=10.45.0.1$1:$((40000 + 10 * $1)),reuseaddr" <sent
}
to() { # N
	in_ns pcscf socat -u -t0 - "UDP4-SENDTO:10.45.0.1$1:$((40001 + 10 * $1)),bind=$ADDR_EP:5100,reuseaddr" <sent
}
clear() {
	in_ns ue1 pkt -d @sent $ADDR_UE1:40000 $ADDR_EP:5060
}
# asks WHAT REASON METHOD [URI], answered STATUS, by and to UE N
N=1
asks() {
	VIA=10.45.0.1$N:$((40000 + 10 * N)) request "$3" "${4-sip:bob@ims.example}" >sent
	expect "$1" "$2" access 1 from $N
}
answered() {
	response "$1" INVITE >sent
	expect "$1 to it" pass-protected access 1 to $N
}
call() { # CALL-ID: an emergency call that is answered
	CALL=$1 FROM='<sip:ue@ims.example>;tag=u1' TO='<urn:service:sos>'
	asks "an emergency" pass-protected INVITE urn:service:sos
	TO='<urn:service:sos>;tag=p1'
	answered 200
}

plan
add $ADDR_UE1 $ADDR_EP 1 hmac-sha-1-96:null --emergency
ue_add ue1 $ADDR_UE1 $ADDR_EP 1 hmac-sha-1-96:null
gm -q sa establish --expires 600 "$PS"
first=$PS
add $ADDR_UE2 $ADDR_EP 2 hmac-sha-1-96:null --emergency
ue_add ue2 $ADDR_UE2 $ADDR_EP 2 hmac-sha-1-96:null
gm -q sa establish --expires 600 "$PS"

# --- emergencies and nothing else ---
CALL=c1 FROM='<sip:ue@ims.example>;tag=u1' TO='<sip:bob@ims.example>'
for method in INVITE MESSAGE SUBSCRIBE OPTIONS; do
	asks "$method to anybody" emergency-only $method
done
TO='<urn:service:sos>;tag=p1'
asks "BYE of no call" emergency-only BYE
TO='<urn:service:sos>'
asks "an emergency" pass-protected INVITE urn:service:sos
TO='<urn:service:sos>;tag=p1'
asks "before an answer it is no dialog for a call" emergency-only INVITE
answered 180
asks "PRACK" pass-protected PRACK
asks "nor before it is accepted" emergency-only INVITE
answered 200
for method in ACK INVITE UPDATE INFO; do
	asks "$method in its dialog" pass-protected $method
done
asks "MESSAGE in it" emergency-only MESSAGE
TO='<urn:service:sos>;tag=p2'
asks "BYE in another" emergency-only BYE
TO='<urn:service:sos>;tag=p1' N=2
asks "BYE of another UE" emergency-only BYE
N=1
request BYE sip:psap@192.0.2.10 >sent
expect "in clear it is no dialog" method-on-unprotected access 1 clear
asks "BYE of it" pass-protected BYE
asks "and no other call in its place" emergency-only INVITE

CALL=c2 TO='<urn:service:sos>'
asks "one that is given up" pass-protected INVITE urn:service:sos
asks "by CANCEL" pass-protected CANCEL urn:service:sos
TO='<urn:service:sos>;tag=p1'
answered 487
asks "the ACK of that" pass-protected ACK
asks "and no other call" emergency-only INVITE

CALL=c3 FROM='<sip:anonymous@anonymous.invalid>;tag=u1' TO='<urn:service:sos>'
request INVITE urn:service:sos >sent
expect "an emergency in clear" pass-emergency access 1 clear
TO='<urn:service:sos>;tag=p1' response 200 INVITE >sent
expect "200 to that" pass-emergency access 1 \
	in_ns pcscf pkt clear $ADDR_EP:5060 $ADDR_UE1:40000 @sent
TO='<urn:service:sos>;tag=p1'
asks "under ESP it is no dialog" emergency-only BYE

CALL=c4 FROM='<sip:psap@ims.example>;tag=p2' TO='<sip:ue1@ims.example>'
request INVITE sip:ue1@$ADDR_UE1 >sent
expect "who was called calls back" pass-protected access 1 to $N
TO='<sip:ue1@ims.example>;tag=u2'
response 200 INVITE >sent
expect "and is answered" pass-protected access 1 from $N
FROM='<sip:ue1@ims.example>;tag=u2' TO='<sip:psap@ims.example>;tag=p2'
asks "BYE of that call" pass-protected BYE
CALL=c5 FROM='<sip:bob@ims.example>;tag=p3' TO='<sip:ue1@ims.example>;tag=u3'
response 200 INVITE >sent
expect "an answer to nobody" pass-protected access 1 from $N
FROM='<sip:ue1@ims.example>;tag=u3' TO='<sip:bob@ims.example>;tag=p3'
asks "makes no dialog" emergency-only INVITE

# --- a call goes on while its UE is authenticated anew ---
call c6
add $ADDR_UE1 $ADDR_EP 3 hmac-sha-1-96:null --emergency --impi ue1@ims.example
ue_add ue1 $ADDR_UE1 $ADDR_EP 3 hmac-sha-1-96:null
CALL=r1 TO='<sip:ue1@ims.example>' VIA=$ADDR_UE1:40030
request REGISTER sip:ims.example 'Authorization: Digest username="ue1@ims.example"' >sent
by_new() {
	in_ns ue1 socat -u -t0 - "UDP4-SENDTO:$ADDR_EP:6100,bind=$ADDR_UE1:40030,reuseaddr" <sent
}
expect "REGISTER under the next set" pass-protected access 1 by_new
gm -q sa establish --expires 600 "$PS"
CALL=c6 TO='<urn:service:sos>;tag=p1' VIA=$ADDR_UE1:40030
request UPDATE sip:psap@192.0.2.10 >sent
expect "UPDATE of the call under that" pass-protected access 1 by_new
gone() {
	! gm sa get "$first" >/dev/null 2>&1
}
check "the set that it began under has gone" gone
TO='<sip:bob@ims.example>;tag=p1' request INVITE sip:bob@ims.example >sent
expect "a re-INVITE, too" pass-protected access 1 by_new
CALL=c7 request INVITE sip:bob@ims.example >sent
expect "but no other" emergency-only access 1 by_new

# --- room: the one UE fills its own, and takes none of anybody's ---
N=2
call c8
many() { # CALL-ID [METHOD]: 33 emergencies of UE 1, one more than are remembered of it
	CALL=CALL VIA=$ADDR_UE1:40030 TO='<urn:service:sos>' request "${2-INVITE}" urn:service:sos >sent
	in_ns ue1 python3 -c 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("'$ADDR_UE1'", 40030))
for n in range(33):
    octets = open("sent", "rb").read().replace(b": CALL", b": '"$1"'%d" % n)
    s.sendto(octets, ("'$ADDR_EP'", 6100))'
}
expect "what of a UE begins no call takes no room" pass-protected access 33 many l CANCEL
CALL=c9 TO='<sip:bob@ims.example>;tag=b' request INVITE sip:bob@ims.example >sent
expect "so that nothing may be one of its dialogs" emergency-only access 1 by_new
expect "emergencies of a UE, more than there is room for" pass-protected access 33 many m
CALL=c9 TO='<sip:bob@ims.example>;tag=b' request INVITE sip:bob@ims.example >sent
expect_observed "what may be a dialog of one goes on, and is seen" emergency-only access 1 by_new
expect "as any that is" pass-protected access 1 by_new
TO='<sip:bob@ims.example>;tag=b' request MESSAGE sip:bob@ims.example >sent
expect "but not with what is of none" emergency-only access 1 by_new
TO='<sip:bob@ims.example>' request INVITE sip:bob@ims.example >sent
expect "nor with a call" emergency-only access 1 by_new
CALL=c8 TO='<urn:service:sos>;tag=p1'
asks "the call of the other UE goes on" pass-protected UPDATE
asks "and is what it was" pass-protected INVITE
call c10
asks "its next one, too" pass-protected BYE
TO='<sip:bob@ims.example>;tag=b'
asks "no dialog but its own is one" emergency-only INVITE
CALL=e1 FROM='<sip:anonymous@anonymous.invalid>;tag=u1' TO='<urn:service:sos>'
request INVITE urn:service:sos >sent
expect "there is room for an emergency in clear" pass-emergency access 1 clear

plan "limits: {event-rate: 10000, pinholes: 0, register-rate: 0}"
CALL=e2 request INVITE urn:service:sos >sent
expect "where there is none in clear" flood access 1 clear
call c11
asks "under ESP there is" pass-protected BYE
TO='<sip:bob@ims.example>;tag=b'
asks "for what it asks for alone" emergency-only INVITE

# --- floods ---
gm_policy "limits: {event-rate: 10000, register-rate: 1, register-burst: 48}"
expect "of many emergencies at once three pass" pass-protected access 3 many f
expect "and no more" flood access 33 many g
CALL=e3 TO='<urn:service:sos>' request INVITE urn:service:sos >sent
expect "who has no set has a budget of his own" pass-emergency access 1 clear
CALL=c12 TO='<urn:service:sos>'
asks "and so has another UE" pass-protected INVITE urn:service:sos

# --- watched ---
plan "rules: {emergency-only: observe}"
N=2 CALL=o1 TO='<sip:bob@ims.example>' VIA=$ADDR_UE2:40020 request MESSAGE sip:bob@ims.example >sent
expect_observed "MESSAGE, watched" emergency-only access 1 from 2
expect "goes on" pass-protected access 1 from 2
plan "rules: {emergency-only: off}"
expect_observed "and is not watched where nobody asks" emergency-only access 0 from 2

finish
