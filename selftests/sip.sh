#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# SIP over UDP at the boundary: what its content lets pass, and what it takes with it.
# rule: N1 RFC 3261 7.5
# rule: N2 TS 33.203 7.1
# rule: N3 TS 33.203 M.7.2
# rule: N8 TS 24.229 7.2A.2
# rule: N9 RFC 3325 5
# rule: N11 TS 33.203 7.1
# rule: N12 TS 23.167 7.4
# rule: N13 TS 33.203 7.1
# rule: N14 TS 33.203 7.1
# rule: N15 TS 33.203 7.1
# rule: N16 TS 33.203 7.1
# rule: N17 TS 33.203 7.1
# rule: N18 RFC 3261 7
# rule: N21 TS 33.203 6.1.1
# rule: E12 TS 33.203 7.4.2a
# rule: E13 TS 33.203 7.4.2a
# rule: E14 TS 33.203 7.4.2a
# rule: E15 TS 33.203 7.1
# rule: E17 TS 33.203 7.1
# rule: E19 RFC 3325 5
# rule: O2 TS 33.203 7.1
# rule: O3 TS 33.203 7.1
# rule: O4 TS 33.203 7.1
# rule: O5 TS 33.203 7.1
# rule: O6 TS 33.203 6.1.1
# rule: O7 TS 24.229 4.4
# rule: O8 RFC 3325 7
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/sets.sh"
. "$(dirname "$0")/messages.sh"

topology
require socat jq
gm_policy "limits: {event-rate: 10000}"
cd "$WORK" || exit 1

# from and to: who sends what is in the file "sent"
# shellcheck disable=SC2120 # by name
ue() { # [PKT-OPTION...]
	in_ns ue1 pkt -d @sent "$@" $ADDR_UE1:40000 $ADDR_EP:5060
}
ue6() {
	in_ns ue1 pkt -d @sent "$@" "[$ADDR6_UE1]:40000" "[$ADDR6_EP]:5060"
}
foreign() {
	in_ns foreign pkt -d @sent "$@" $ADDR_FN:5060 $ADDR_EP:5060
}
to_ue() {
	in_ns pcscf pkt clear $ADDR_EP:5060 $ADDR_UE1:40000 @sent
}
to_foreign() {
	in_ns pcscf pkt clear $ADDR_EP:5060 $ADDR_FN:5060 @sent
}

# arrives WHAT NETNS ADDR PORT COMMAND...: a socket gets the datagram that is in the
# file "sent", or in the file "meant" if there is one
arrives() {
	local what=$1 ns=$2 addr=$3 port=$4 v=4 pid want=sent

	shift 4
	case $addr in *:*) v=6 ;; esac
	[ ! -e meant ] || want=meant
	rm -f got
	ip netns exec "$ns" timeout 20 socat -u -b 70000 \
		"UDP$v-RECVFROM:$port,bind=$(brackets "$addr")" OPEN:got,creat,trunc &
	pid=$!
	busywait 10 bound "$ns" "$port"
	"$@"
	wait $pid
	check "$what" cmp $want got
	rm -f meant
}
# arrives_both COMMAND...: the same, in two datagrams
arrives_both() {
	local pid

	rm -f got
	ip netns exec pcscf python3 -c 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("'$ADDR_EP'", 5060))
s.settimeout(20)
octets = s.recv(70000)
open("got", "wb").write(octets + s.recv(70000))' &
	pid=$!
	busywait 10 bound pcscf 5060
	"$@"
	wait $pid
	check "both arrive" cmp meant got
	rm -f meant
}
bound() {
	in_ns "$1" grep -q ":$(printf %04X "$2") " /proc/net/udp /proc/net/udp6
}

# --- unprotected ports: what is for them ---
request REGISTER sip:ims.example >sent
expect "REGISTER" pass-register access 1 arrives "is delivered as it is" pcscf $ADDR_EP 5060 ue
expect "REGISTER in fragments" pass-register access 1 \
	arrives "is delivered as it is" pcscf $ADDR_EP 5060 ue -f 64 -o reverse
VIA="[$ADDR6_UE1]:40000"
request REGISTER sip:ims.example >sent
expect "REGISTER, IPv6" pass-register access 1 \
	arrives "is delivered as it is" pcscf $ADDR6_EP 5060 ue6
expect "REGISTER, IPv6, in fragments behind other headers" pass-register access 1 \
	arrives "is delivered as it is" pcscf $ADDR6_EP 5060 ue6 -x hbh,frag -f 64
# what stands before it, and in what order it comes, changes nothing
for how in "-x hbh" "-x dst" "-x rt" "-x hbh,dst,rt,dst" "-f 64 -o reverse" \
	"-x hbh,dst,rt,frag,dst -f 64 -o reverse"; do
	request REGISTER sip:ims.example >sent
	# shellcheck disable=SC2086 # options
	expect "REGISTER, IPv6, $how" pass-register access 1 \
		arrives "is delivered as it is" pcscf $ADDR6_EP 5060 ue6 $how
	request MESSAGE sip:bob@ims.example >sent
	# shellcheck disable=SC2086
	refused "MESSAGE, IPv6, $how" method-on-unprotected access pcscf :: 5060 -- ue6 $how
done
# fragments that overlap are those of no packet (RFC 5722; Linux holds IPv4 to it, too)
incomplete() { # WHAT ADDR COMMAND...
	receiver pcscf "$2" 5060
	expect "$1" pass-register access 0 "${@:3}"
	unreceived "$1"
}
request REGISTER sip:ims.example >sent
incomplete "fragments that overlap, IPv6" :: ue6 -f 64 -o overlap
incomplete "the same behind other headers" :: ue6 -x hbh,dst,frag -f 64 -o overlap
incomplete "the first one missing" :: ue6 -f 64 -o rest-only
VIA=$ADDR_UE1:40000
request REGISTER sip:ims.example >sent
incomplete "fragments that overlap" 0.0.0.0 ue -f 64 -o overlap
incomplete "all but the first" 0.0.0.0 ue -f 64 -o rest-only
printf '\r\n\r\n' >sent
expect "line ends" pass-keepalive access 1 arrives "are delivered" pcscf $ADDR_EP 5060 ue
printf '\0\1\0\0\x21\x12\xa4\x42abcdefghijkl' >sent
expect "STUN" pass-keepalive access 1 arrives "is delivered" pcscf $ADDR_EP 5060 ue

# no_pass WHAT REASON SIDE NETNS PORT COMMAND...: refused for it, and not delivered
no_pass() {
	refused "$1" "$2" "$3" "$4" 0.0.0.0 "$5" -- "${@:6}"
}
for method in INVITE MESSAGE OPTIONS SUBSCRIBE BYE CANCEL ACK PUBLISH FOO; do
	request $method sip:bob@ims.example >sent
	no_pass "$method" method-on-unprotected access pcscf 5060 ue
done
for status in 100 200 404; do
	response $status INVITE >sent
	no_pass "an answer $status to nothing" response-on-unprotected access pcscf 5060 ue
done
printf '\xf8REGISTER sip:a SIP/2.0\r\n\r\n' >sent
no_pass "SigComp" compressed access pcscf 5060 ue
while read -r what text; do
	printf %b "$text" >sent
	no_pass "$what" malformed access pcscf 5060 ue
done <<-'TEXTS'
	a-word REGISTER\n
	no-start-line Via: x\r\n\r\n
	NUL REGISTER sip:a SIP/2.0\r\nVia: a\0b\r\n\r\n
	bare-CR REGISTER sip:a SIP/2.0\r\nX: a\rP-Asserted-Identity: <sip:b>\r\n\r\n
	no-colon REGISTER sip:a SIP/2.0\r\nVia x\r\n\r\n
	two-lengths REGISTER sip:a SIP/2.0\r\nContent-Length: 0\r\nl: 5\r\n\r\n
	length-too-long REGISTER sip:a SIP/2.0\r\nContent-Length: 5\r\n\r\n
TEXTS
# what UDP does not deliver is not judged: a start without an end, behind it the end
request REGISTER sip:ims.example >sent
no_pass "a REGISTER whose end is behind that of its datagram" malformed access pcscf 5060 \
	ue -e 40
request REGISTER sip:ims.example >sent
printf 'P-Asserted-Identity: <sip:boss@ims.example>' >>sent
head -c -43 sent >meant
expect "octets behind the end of a datagram" pass-register access 1 \
	arrives "are not delivered, nor missed" pcscf $ADDR_EP 5060 ue -e 43
request REGISTER sip:ims.example "X-Long: $(head -c 60000 /dev/zero | tr '\0' a)" >sent
expect "a REGISTER of 60 kB" pass-register access 1 \
	arrives "is delivered as it is" pcscf $ADDR_EP 5060 ue -f 1400

# --- emergencies ---
CALL=e1 FROM='<sip:anonymous@anonymous.invalid>;tag=u1' TO='<urn:service:sos>'
response 180 INVITE >sent
TO='<urn:service:sos>;tag=p1' no_pass "an answer to no emergency" out-unprotected access ue1 40000 to_ue
for uri in URN:service:SOS urn:service:sos.fire tel:1-1-2 'sip:911@ims.example;user=phone'; do
	CALL=$uri request INVITE "$uri" >sent
	expect "INVITE $uri" pass-emergency access 1 \
		arrives "is delivered" pcscf $ADDR_EP 5060 ue
done
for uri in urn:service:sosx urn:service:sos2 tel:113 sip:112@ims.example; do
	request INVITE "$uri" >sent
	no_pass "INVITE $uri" method-on-unprotected access pcscf 5060 ue
done
request INVITE urn:service:sos >sent
expect "the emergency" pass-emergency access 1 arrives "is delivered" pcscf $ADDR_EP 5060 ue
TO='<urn:service:sos>;tag=p1'
response 180 INVITE >sent
expect "180 to it" pass-emergency access 1 arrives "is delivered" ue1 $ADDR_UE1 40000 to_ue
request INVITE sip:bob@ims.example >sent
no_pass "another call before there is one" method-on-unprotected access pcscf 5060 ue
response 200 INVITE >sent
expect "200 to it" pass-emergency access 1 arrives "is delivered" ue1 $ADDR_UE1 40000 to_ue
for method in PRACK UPDATE INFO ACK INVITE; do
	request $method sip:psap@192.0.2.10 >sent
	expect "$method in its dialog" pass-emergency access 1 \
		arrives "is delivered" pcscf $ADDR_EP 5060 ue
done
request MESSAGE sip:bob@ims.example >sent
no_pass "MESSAGE in its dialog" method-on-unprotected access pcscf 5060 ue
for method in BYE UPDATE REFER; do
	CALL=c1 TO='<sip:bob@ims.example>;tag=b' request $method urn:service:sos >sent
	no_pass "$method of a call, as if to an emergency" method-on-unprotected access pcscf 5060 ue
done
TO='<urn:service:sos>;tag=p2' request BYE sip:psap@192.0.2.10 >sent
no_pass "BYE in another dialog" method-on-unprotected access pcscf 5060 ue
CALL=e2 request BYE sip:psap@192.0.2.10 >sent
no_pass "BYE of another call" method-on-unprotected access pcscf 5060 ue
request BYE sip:psap@192.0.2.10 >sent
no_pass "BYE of another UE" method-on-unprotected access pcscf 5060 \
	in_ns ue2 pkt -d @sent $ADDR_UE2:40000 $ADDR_EP:5060
FROM='<sip:psap@x>;tag=p1' TO='<sip:ue>;tag=u1' request BYE sip:ue@$ADDR_UE1 >sent
expect "BYE of the other end" pass-emergency access 1 \
	arrives "is delivered" ue1 $ADDR_UE1 40000 to_ue
FROM='<sip:psap@x>;tag=p1' TO='<sip:ue>;tag=u1' response 200 BYE >sent
expect "and its answer" pass-emergency access 1 arrives "is delivered" pcscf $ADDR_EP 5060 ue
FROM='<sip:psap@x>;tag=p1' TO='<sip:ue>;tag=u1' response 481 BYE >sent
expect "be it an error" pass-emergency access 1 arrives "is delivered" pcscf $ADDR_EP 5060 ue

CALL=e3 FROM='<sip:anonymous@anonymous.invalid>;tag=u1' TO='<urn:service:sos>'
request INVITE urn:service:sos >sent
expect "an emergency that is given up" pass-emergency access 1 ue
request CANCEL urn:service:sos >sent
expect "by CANCEL" pass-emergency access 1 arrives "is delivered" pcscf $ADDR_EP 5060 ue
TO='<urn:service:sos>;tag=p3'
response 487 INVITE >sent
expect "is answered" pass-emergency access 1 arrives "is delivered" ue1 $ADDR_UE1 40000 to_ue
request ACK urn:service:sos >sent
expect "and that acknowledged" pass-error access 1 arrives "is delivered" pcscf $ADDR_EP 5060 ue
request INVITE sip:bob@ims.example >sent
no_pass "a call behind a refusal" method-on-unprotected access pcscf 5060 ue
# a Call-ID longer than any, and a From without a tag (RFC 2543)
CALL=$(head -c 300 /dev/zero | tr '\0' c) FROM='<sip:anonymous@anonymous.invalid>' TO='<urn:service:sos>'
request INVITE urn:service:sos >sent
expect "an emergency with a long Call-ID and no tag" pass-emergency access 1 ue
TO='<urn:service:sos>;tag=p4' response 200 INVITE >sent
expect "is answered, too" pass-emergency access 1 arrives "is delivered" ue1 $ADDR_UE1 40000 to_ue

# --- what leaves unprotected ports ---
CALL=c1 FROM='<sip:ue1@ims.example>;tag=u1' TO='<sip:ue1@ims.example>;tag=p1'
key=00112233445566778899aabbccddeeff
response 401 REGISTER "WWW-Authenticate: Digest realm=\"x\", nonce=\"n\", ik=\"$key\", ck=\"$key\"" >sent
without "ik=\"$key\"" "ck=\"$key\""
expect_scrubbed "a challenge with keys" key-leak access 1 \
	arrives "arrives without" ue1 $ADDR_UE1 40000 to_ue
check "no key is in it" test "$(grep -c $key got)" = 0
nat postrouting 100 udp sport 5060 snat to $ADDR_EP:5070
without "ik=\"$key\"" "ck=\"$key\""
expect_scrubbed "the same translated" key-leak access 1 \
	arrives "arrives without" ue1 $ADDR_UE1 40000 to_ue
in_ns pcscf nft delete table ip t
response 200 REGISTER 'P-Associated-URI: <sip:ue1@ims.example>' >sent
expect "200 to a REGISTER" pass-register access 1 \
	arrives "arrives as it is" ue1 $ADDR_UE1 40000 to_ue
response 200 REGISTER 'P-Charging-Vector: icid-value=1' >sent
without 'P-Charging-Vector: icid-value=1'
expect_scrubbed "200 with P-Charging-Vector" trust-header access 1 \
	arrives "arrives without" ue1 $ADDR_UE1 40000 to_ue
for status in 100 200 403; do
	response $status INVITE >sent
	no_pass "$status to an INVITE that never was" out-unprotected access ue1 40000 to_ue
done
request NOTIFY sip:ue1@$ADDR_UE1 >sent
no_pass "NOTIFY" out-unprotected access ue1 40000 to_ue

# --- the header matrix ---
VIA=$ADDR_UE2:40000 request REGISTER sip:ims.example 'Security-Client: ipsec-3gpp' >sent
no_pass "a REGISTER for SAs with the Via of another UE" via-mismatch access pcscf 5060 ue
for VIA in 10.45.3084 0x0a2d000c $ADDR_UE2. fe80::1; do
	request REGISTER sip:ims.example 'Security-Client: ipsec-3gpp' >sent
	no_pass "one with that of $VIA" via-mismatch access pcscf 5060 ue
done
for VIA in ue1.ims.example "$ADDR_UE1 :40000" "ue1.ims.example. : 40000"; do
	request REGISTER sip:ims.example 'Security-Client: ipsec-3gpp' >sent
	expect "one with that of $VIA" pass-register access 1 ue
done
VIA=$ADDR_UE1:40000
VIA=$ADDR_UE2:40000 request REGISTER sip:ims.example >sent
expect "one that asks for none may be behind NAT" pass-register access 1 ue
TO='<sip:ue1@ims.example>'
forged='P-Asserted-Identity: <sip:boss@ims.example>'
request REGISTER sip:ims.example "$forged" >sent
for how in "" "-f 64" "-f 64 -o reverse"; do
	without "$forged"
	# shellcheck disable=SC2086 # options
	expect_scrubbed "REGISTER with P-Asserted-Identity $how" asserted-identity access 1 \
		arrives "arrives without" pcscf $ADDR_EP 5060 ue $how
done
VIA="[$ADDR6_UE1]:40000"
request REGISTER sip:ims.example "$forged" >sent
without "$forged"
expect_scrubbed "the same, IPv6" asserted-identity access 1 \
	arrives "arrives without" pcscf $ADDR6_EP 5060 ue6
for how in "-x hbh,dst,rt,dst" "-x hbh,dst,rt,frag,dst -f 64 -o reverse"; do
	without "$forged"
	# shellcheck disable=SC2086 # options
	expect_scrubbed "the same, IPv6, $how" asserted-identity access 1 \
		arrives "arrives without" pcscf $ADDR6_EP 5060 ue6 $how
done
VIA=$ADDR_UE1:40000
# connection tracking sums the octets, and says so
nat prerouting -100 ct state new accept
request REGISTER sip:ims.example "$forged" >sent
without "$forged"
expect_scrubbed "the same, summed before" asserted-identity access 1 \
	arrives "arrives without" pcscf $ADDR_EP 5060 ue
in_ns pcscf nft delete table ip t
# socket OPTION VALUE: from a UE's own socket, whose checksum is left to the interface
socket() {
	in_ns ue1 python3 -c 'import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
option, value = int(sys.argv[2]), int(sys.argv[3])
s.setsockopt(*((17, 103) if option == 103 else (1, option)), value)
s.bind(("'$ADDR_UE1'", 40000))
s.sendto(open(sys.argv[1], "rb").read(), ("'$ADDR_EP'", 5060))' sent "$@"
}
request REGISTER sip:ims.example "$forged" >sent
without "$forged"
expect_scrubbed "the same of a socket" asserted-identity access 1 \
	arrives "arrives without" pcscf $ADDR_EP 5060 socket 2 1
without "$forged"
expect_scrubbed "the same without a checksum" asserted-identity access 1 \
	arrives "arrives without" pcscf $ADDR_EP 5060 socket 11 1
credentials='Authorization: Digest username="ue1@ims.example",'
request REGISTER sip:ims.example "$credentials integrity-protected=\"yes\"" >sent
without 'integrity-protected="yes"'
expect_scrubbed "REGISTER with integrity-protected" integrity-protected access 1 \
	arrives "arrives without" pcscf $ADDR_EP 5060 ue
request INVITE sip:bob@ims.example "$forged" 'P-Charging-Function-Addresses: ccf=1' >sent
without "$forged" 'P-Charging-Function-Addresses: ccf=1'
expect_scrubbed "INVITE of another network with P-Asserted-Identity" asserted-identity foreign 1 \
	arrives "arrives without" pcscf $ADDR_EP 5060 foreign
request INVITE sip:bob@ims.example "$forged" 'Privacy: id' >sent
without "$forged"
expect_scrubbed "INVITE to another network with Privacy: id" privacy-id foreign 1 \
	arrives "arrives without" foreign $ADDR_FN 5060 to_foreign
request UPDATE sip:bob@ims.example "$forged" >sent
without "$forged"
expect_scrubbed "and later in its dialog" privacy-id foreign 1 \
	arrives "arrives without" foreign $ADDR_FN 5060 to_foreign
CALL=c3 request INVITE sip:bob@ims.example "$forged" >sent
expect_scrubbed "but not of another" privacy-id foreign 0 \
	arrives "arrives as it is" foreign $ADDR_FN 5060 to_foreign
request INVITE sip:bob@ims.example 'Privacy: user;critical' >sent
no_pass "critical privacy that nobody here gives" privacy-critical foreign foreign 5060 to_foreign

# --- several datagrams in one packet, as an interface hands them on (UDP_SEGMENT) ---
# of the same length, the second one with what is to be removed
CALL=g1
request REGISTER sip:ims.example "X-Asserted-Identity: <sip:boss@ims.example>" >sent
size=$(stat -c %s sent)
request REGISTER sip:ims.example "$forged" >>sent
without "$forged"
expect_scrubbed "two datagrams in one" asserted-identity access 1 \
	arrives_both socket 103 "$size"
request MESSAGE sip:ims.example "X-Asserted-Identity: <sip:boss@ims.example>" >third
truncate -s "$size" third
cat third >>sent
no_pass "three of which one is not for the port" method-on-unprotected access pcscf 5060 \
	socket 103 "$size"

# --- fragments that came in fragments of a tunnel: a list of buffers in another ---
ip -n pcscf link add tn0 mtu 800 type veth peer name tn0 mtu 800 netns ue1
for end in "pcscf 1 2" "ue1 2 1"; do
	read -r ns here there <<<"$end"
	ip -n "$ns" link set tn0 up
	ip -n "$ns" addr add "10.99.0.$here/24" dev tn0
	ip -n "$ns" tunnel add gtp0 mode ipip local "10.99.0.$here" remote "10.99.0.$there" nopmtudisc
	ip -n "$ns" link set gtp0 mtu 1400 up
done
ip -n ue1 route add $ADDR_EP dev gtp0 metric 9
tunnelled() {
	in_ns ue1 python3 -c 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"gtp0")
s.setsockopt(socket.IPPROTO_IP, 10, 0)	# IP_MTU_DISCOVER: DF is not set
s.bind(("'$ADDR_UE1'", 40000))
s.sendto(open("sent", "rb").read(), ("'$ADDR_EP'", 5060))'
}
gm_policy "rules: {spoof-pool: off}"
mapfile -t filler < <(yes 'Supported: path, gruu, outbound' | head -n 70)
CALL=n1 request REGISTER sip:ims.example "${filler[@]}" "$forged" >sent
without "$forged"
expect_scrubbed "P-Asserted-Identity in such a fragment" asserted-identity access 1 \
	arrives "arrives without" pcscf $ADDR_EP 5060 tunnelled
ip -n ue1 link del tn0
ip -n ue1 tunnel del gtp0
gm_policy "limits: {event-rate: 10000}"

# --- SA sets ---
under() { # METHOD [LINE...]: from UE 1 by its SA A
	VIA=$ADDR_UE1:40010 request "$1" sip:ims.example "${@:2}" >sent
	by_sa
}
by_sa() {
	in_ns ue1 socat -u -t0 - "UDP4-SENDTO:$ADDR_EP:6100,bind=$ADDR_UE1:40010,reuseaddr" <sent
}
state() {
	gm sa list --spi "$PS" | grep -q "$1"
}
CALL=s1
add $ADDR_UE1 $ADDR_EP 1 hmac-sha-1-96:null
ue_add ue1 $ADDR_UE1 $ADDR_EP 1 hmac-sha-1-96:null
mine='Authorization: Digest username="ue1@ims.example"'
expect "REGISTER under a temporary set" pass-protected access 1 under REGISTER "$mine"
expect "INVITE under a temporary set" sa-temporary access 1 under INVITE
expect "a REGISTER of another user" identity-mismatch access 1 \
	under REGISTER 'Authorization: Digest username="ue2@ims.example"'
expect "one of nobody" identity-mismatch access 1 under REGISTER
expect "one of two" identity-mismatch access 1 under REGISTER "$mine, username=\"ue2@ims.example\""
VIA=$ADDR_UE2:40010 request REGISTER sip:ims.example "$mine" >sent
expect "one with the Via of another UE" via-mismatch access 1 by_sa
# a UE has answers where it asked, which is no port of its SAs if it asked in clear
in_clear() { # PORT
	in_ns pcscf pkt clear $ADDR_EP:5060 "$ADDR_UE1:$1" @sent
}
response 401 REGISTER >sent
expect "401 in clear to a port of a temporary set" pass-register access 1 \
	arrives "is delivered" ue1 $ADDR_UE1 40010 in_clear 40010
gm -q sa establish --expires 600 "$PS"
for port in 40010 40011; do
	response 200 REGISTER >sent
	no_pass "200 in clear to the port $port of an established one" out-unprotected access \
		ue1 $port in_clear $port
done
expect "to another port" pass-register access 1 \
	arrives "is delivered" ue1 $ADDR_UE1 40000 in_clear 40000
printf '\r\n\r\n' >sent
expect "line ends under the established set" pass-keepalive access 1 by_sa
check "do not take it into use" state established
expect "INVITE with P-Asserted-Identity under it" pass-protected access 1 under INVITE "$forged"
check "does" busywait 5 state in-use
expect_scrubbed "and it is removed" asserted-identity access 1 under INVITE "$forged"

# --- floods ---
CALL=f1
request REGISTER sip:ims.example >sent
in_ns ue2 pkt -n 400 -d @sent $ADDR_UE2:40000 $ADDR_EP:5060
count flood access
check "more REGISTERs than 20 a second and 60 at once are refused" test $COUNT -gt 100
expect "and those of another UE are not" pass-register access 1 ue

gm_policy "limits: {register-rate: 1, register-burst: 48}"
calls() { # six emergencies of UE 2
	local i

	for i in {0..5}; do
		VIA=$ADDR_UE2:40000 CALL=f2-$i request INVITE urn:service:sos >sent
		in_ns ue2 pkt -d @sent $ADDR_UE2:40000 $ADDR_EP:5060
	done
}
expect "the first of many emergencies" pass-emergency access 3 calls
expect "and no more, but what passed before" flood access 3 calls
gm_policy "limits: {register-rate: 1, register-burst: 10}"
CALL=f2 TO='<urn:service:sos>'
request REGISTER sip:ims.example >sent
expect "a REGISTER" pass-register access 1 ue
request INVITE urn:service:sos >sent
expect "leaves an emergency what it needs" pass-emergency access 1 ue
expect "as often as it is sent again" pass-emergency access 5 ue -n 5
CALL=f3 request INVITE urn:service:sos >sent
expect "another one waits" flood access 1 ue

# --- no more than there is room for ---
gm_policy "limits: {pinholes: 0, register-rate: 0}"
CALL=l1 FROM='<sip:anonymous@anonymous.invalid>;tag=u1' TO='<urn:service:sos>'
request INVITE urn:service:sos >sent
expect "an emergency without room for it" flood access 1 ue
TO='<urn:service:sos>;tag=p1' response 200 INVITE >sent
no_pass "has no answer" out-unprotected access ue1 40000 to_ue
TO='<sip:bob@ims.example>' request INVITE sip:bob@ims.example "$forged" >sent
expect_scrubbed "an identity that nobody withholds" privacy-id foreign 0 \
	arrives "arrives" foreign $ADDR_FN 5060 to_foreign
TO='<sip:bob@ims.example>;tag=b' request UPDATE sip:bob@ims.example "$forged" >sent
without "$forged"
expect_scrubbed "in a dialog it may have been" privacy-id foreign 1 \
	arrives "is withheld" foreign $ADDR_FN 5060 to_foreign
gm_policy "emergency: {unauthenticated: false}" "limits: {register-rate: 0}"
TO='<urn:service:sos>' request INVITE urn:service:sos >sent
no_pass "an emergency where that is forbidden" emergency-refused access pcscf 5060 ue
gm_policy "emergency: {numbers: [\"110\"]}" "limits: {register-rate: 0}"
TO='<tel:110>' request INVITE tel:110 >sent
expect "a number of the policy" pass-emergency access 1 ue
TO='<tel:112>' request INVITE tel:112 >sent
no_pass "one that is no more" method-on-unprotected access pcscf 5060 ue
gm_policy "headers: {P-Asserted-Identity: {ue-to-core-clear: drop}, P-Charging-Vector: {ue-to-core: keep}}" \
	"limits: {register-rate: 0}"
TO='<sip:ue1@ims.example>'
request REGISTER sip:ims.example "$forged" >sent
no_pass "a REGISTER with what the policy drops" asserted-identity access pcscf 5060 ue
request REGISTER sip:ims.example 'P-Charging-Vector: icid-value=1' >sent
expect "with what it keeps" pass-register access 1 arrives "arrives as it is" pcscf $ADDR_EP 5060 ue

# --- what is told of it ---
gm -j monitor --count 1 --timeout 20 >event 2>ready &
monitor=$!
busywait 10 test -s ready
request MESSAGE sip:bob@ims.example >sent
# shellcheck disable=SC2119 # its own
ue
wait $monitor
check "an event names the method" test "$(jq -r .method event)" = MESSAGE
check "and the call" quietly jq -e '.["call-id"] | test("^[0-9a-f]{16}$")' event
check "not the user" test "$(grep -c ims.example event)" = 0

# --- watched, it goes on as it is ---
gm_policy "mode: observe"
request INVITE sip:bob@ims.example "$forged" >sent
expect_observed "an INVITE in clear, watched" method-on-unprotected access 1 \
	arrives "is delivered as it is" pcscf $ADDR_EP 5060 ue
expect_observed "what it has, too" asserted-identity access 1 ue
policy "mode: enforce" "rules: {method-on-unprotected: observe}"
CALL=o1 request INVITE sip:bob@ims.example >sent
expect_observed "the method alone" method-on-unprotected access 1 ue
CALL=o1 response 403 INVITE >sent
expect "403 to it" pass-error access 1 arrives "is delivered" ue1 $ADDR_UE1 40000 to_ue
CALL=o1 response 200 INVITE >sent
no_pass "but no 200" out-unprotected access ue1 40000 to_ue
CALL=o1 TO='<sip:bob@ims.example>;tag=p9' request ACK sip:bob@ims.example >sent
expect "and its ACK" pass-error access 1 arrives "is delivered" pcscf $ADDR_EP 5060 ue

# --- what ends a dialog, and what does not: nothing is forgotten before its time ---
gm_policy "limits: {register-rate: 0}"
call() { # CALL-ID: an emergency call that is answered
	CALL=$1 FROM='<sip:anonymous@anonymous.invalid>;tag=u1' TO='<urn:service:sos>'
	request INVITE urn:service:sos >sent
	ue
	TO='<urn:service:sos>;tag=p1'
	response 200 INVITE >sent
	to_ue
}
after() { # METHOD: of that call, from the UE
	request "$1" sip:psap@192.0.2.10 >sent
	expect "$2" "$3" access 1 ue
}
call t1
after BYE "a call ends" pass-emergency
after INVITE "no other call in its place" method-on-unprotected
call t2
after INVITE "a call is held" pass-emergency
response 100 INVITE >sent
expect "that goes on" pass-emergency access 1 to_ue
response 491 INVITE >sent
expect "and is refused" pass-emergency access 1 to_ue
CALL=t3 FROM='<sip:a@x>;tag=u1' TO='<sip:bob@ims.example>'
request INVITE sip:bob@ims.example "$forged" 'Privacy: id' >sent
without "$forged"
expect_scrubbed "a call in privacy" privacy-id foreign 1 \
	arrives "arrives without" foreign $ADDR_FN 5060 to_foreign
TO='<sip:bob@ims.example>;tag=b'
response 200 INVITE >sent
expect "is answered" pass-other foreign 1 foreign
response 200 BYE >sent
expect "who is called says that it is over" pass-other foreign 1 foreign
CALL=t1 FROM='<sip:anonymous@anonymous.invalid>;tag=u1' TO='<urn:service:sos>;tag=p1'
request BYE sip:psap@192.0.2.10 >sent
is_forgotten() {
	local before

	count method-on-unprotected access
	before=$COUNT
	sleep 1
	ue
	count method-on-unprotected access
	[ "$COUNT" -gt "$before" ]
}
check "an ended call is forgotten, however often it is ended" busywait 60 is_forgotten
CALL=t2 after BYE "the held one is not" pass-emergency
CALL=t3 FROM='<sip:a@x>;tag=u1' TO='<sip:bob@ims.example>;tag=b'
request UPDATE sip:bob@ims.example "$forged" >sent
without "$forged"
expect_scrubbed "nor is the privacy of the other" privacy-id foreign 1 \
	arrives "arrives without" foreign $ADDR_FN 5060 to_foreign

# --- what could not be remembered might be anything ---
gm_policy "limits: {pinholes: 0, register-rate: 0}"
CALL=l2 TO='<sip:bob@ims.example>' request INVITE sip:bob@ims.example 'Privacy: id' >sent
expect "a call in privacy without room for it" pass-other foreign 1 \
	arrives "arrives" foreign $ADDR_FN 5060 to_foreign
gm_policy "limits: {register-rate: 0}"
CALL=l2 TO='<sip:bob@ims.example>;tag=b' request UPDATE sip:bob@ims.example "$forged" >sent
without "$forged"
expect_scrubbed "is withheld when there is again" privacy-id foreign 1 \
	arrives "arrives without" foreign $ADDR_FN 5060 to_foreign

finish
