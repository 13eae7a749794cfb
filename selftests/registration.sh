#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A registration with IMS AKA as SIP over UDP and ESP, from the UE by the P-CSCF to the S-CSCF
# and back, with gmguard agree in the P-CSCF: how it comes about, what it carries, how it is
# renewed and ends, and every way for it to fail of TS 33.203 7.3.
# rule: N3 TS 33.203 M.7.2
# rule: N5 RFC 3329
# rule: N6 TS 33.203 Annex H
# rule: N7 TS 33.203 7.1
# rule: E12 TS 33.203 7.4.2a
# rule: E13 TS 33.203 7.4.2a
# rule: E14 TS 33.203 7.4.2a
# rule: E16 TS 33.203 7.2
# rule: E17 TS 33.203 7.1
# rule: T6 TS 33.203 6.1.5
# rule: N22 TS 33.220 B.4
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/sets.sh"
cd "$WORK" || exit 1
. "$HERE/register.sh"
. "$HERE/ims.sh"

topology
require tcpdump
umask 077
plan() { # LINE...: the policy of this test
	policy "lifetimes: {temporary: 240, slack: 30, grace: 5}" "$@" \
		"endpoints: [{address: $ADDR_EP, unprotected: [5060], server: [6100], client: [5100, 5101, 5102]}, {address: \"$ADDR6_EP\", unprotected: [5060], server: [6100], client: [5100, 5101, 5102]}]"
}
plan
ip netns exec acc tcpdump -i br0 -U -w wire.pcap "host $ADDR_EP or host $ADDR6_EP" 2>/dev/null &
capture=$!
busywait 10 test -s wire.pcap

# counts WHAT REASON+N...: since the last time, over all sides
declare -A BEFORE=()
counts() {
	local what=$1 reason packets told='' wanted
	local -A now=()

	while read -r reason _ _ packets _; do
		[[ $packets != [0-9]* ]] || now[$reason]=$((${now[$reason]-0} + packets))
	done < <(gm stats show --all pass-register pass-protected pass-esp)
	shift
	for wanted; do
		reason=${wanted%+*}
		told+=" $reason+$((${now[$reason]} - ${BEFORE[$reason]-0}))"
	done
	for reason in "${!now[@]}"; do
		BEFORE[$reason]=${now[$reason]}
	done
	[ $# = 0 ] || check "$what ($*)" test "$told" = " $*"
}

is_over() { # OLD SPI: made by a REGISTER under the old one
	[[ $(gm -j sa get "$2") =~ \"over\":\ $1[^0-9] ]]
}

# --- registered ---
check "all listen" ims $ADDR_UE1 $ADDR_EP $ADDR_MW $ADDR_CORE
counts ""
check "a REGISTER is challenged" agreed ue_in_clear
check "the challenge has no keys" test "$(grep -c '[ic]k=' "$MESSAGE")" = 0
check "but a list" grep -q "^Security-Server: ipsec-3gpp;q=0.9;alg=null;ealg=aes-gcm;" "$MESSAGE"
check "and is else what the S-CSCF said" cmp <(grep -v '^Security-Server:' "$MESSAGE") \
	<(sed "s/, [ic]k=\"[0-9a-f]*\"//g; /^Via: .*bKp/d" answer)
check "the set is temporary" is temporary "$NEW"
# heard WORD: as integrity-protected, and nothing of the agreement
heard() {
	grep -q "integrity-protected=\"$1\"" "core.${GOT[core]}" &&
		! grep -qiE 'security-|sec-agree' "core.${GOT[core]}"
}
check "the S-CSCF heard that it was not protected" heard no
counts "in clear" pass-register+2 pass-protected+0
check "the response is accepted" concluded
check "with 200" ue_registered
check "the S-CSCF heard that it was protected" heard yes
check "the set is established" is established "$NEW"
counts "under ESP" pass-register+0 pass-protected+2
first=$NEW

# --- what it is for ---
check "a MESSAGE of the UE" ue_reaches "hello core"
check "takes the set into use" is in-use "$first"
check "a MESSAGE to the UE" ue_is_reached "hello UE"
counts "under ESP" pass-register+0 pass-protected+4
read -r a b c d < <(use "$first")
check "UDP uses SA A and C alone ($a $b $c $d)" test "$a $b $c $d" = "3 0 3 0"

# --- renewed ---
CHALLENGES=1
check "a REGISTER under ESP is challenged under ESP" agreed ue_under_esp
second=$NEW
check "by the set in use" test "$FROM" = "$E:5100"
check "the S-CSCF heard that it was protected" heard yes
check "the new set is over the one in use" is_over "$first" "$second"
check "the response is accepted" concluded
check "by the new set" test "$FROM" = "$E:5101"
check "a MESSAGE to the UE" ue_is_reached "hello old set"
check "is still by the old set" test "$FROM" = "$E:5100"
ue_registered
check "the first MESSAGE by the new set" ue_reaches "hello new set"
check "takes it into use" is in-use "$second"
check "and its answer leaves by it" test "$FROM" = "$E:5101"
check "the old set has its grace time left" lives 5 "$first"
counts "under ESP" pass-register+0 pass-protected+8

# --- refreshed, and over ---
CHALLENGES=''
ue_under_esp
pcscf ps
check "a refresh is protected" test "$VERDICT" = \
	"gmguard: set $(printf '0x%08x (%u)' "$second" "$second"): refresh, integrity-protected yes"
scscf
pcscf mw
got us
check "and not challenged" starts "$MESSAGE" "SIP/2.0 200"
check "a deregistration" ue_leaves
check "ends the set" is old "$second"
check "when its answer has come and the grace time is over" busywait 20 gone "$second"
check "nothing is left" test "$(sets)" = 0
ue_forgets

# --- the same in short over IPv6 ---
check "all listen, IPv6" ims $ADDR6_UE1 $ADDR6_EP $ADDR6_MW $ADDR6_CORE
counts ""
check "a UE registers" registers ue_in_clear
check "is heard" ue_reaches "hello core"
check "hears" ue_is_reached "hello UE"
check "and leaves" ue_leaves
counts "as over IPv4" pass-register+2 pass-protected+8
check "so that the set ends" is old "$NEW"
gm -q sa flush --all
ue_forgets

# --- by the TMPI of the registration before, and never again by the IMPI in clear ---
PROFILE='tmpi: {mode: require, non-3gpp-profile: {name: pcscf1.ims.example.org, id: ff00000001}}'
stands() {
	[[ $(gm -j tmpi get "$IMPI") =~ \"tmpi\":\ \"([^\"]*) ]] && [ "${BASH_REMATCH[1]}" = "$1" ]
}
ends_soon() {
	[[ $(gm -j tmpi get "$IMPI") =~ \"left\":\ [0-5],|\"expired\":\ true ]]
}
exposed() { # how many messages have exposed something
	[[ $(gm -j stats show) =~ \"exposed\":\ ?([0-9]+) ]] && echo "${BASH_REMATCH[1]}"
}
names() { # FILE IDENTITY: From and To
	[ "$(grep -c "^\(From\|To\): <sip:$2>" "$1")" = 2 ]
}
only_impi() { # in what the S-CSCF has heard
	names "core.${GOT[core]}" "$IMPI" && grep -q "username=\"$IMPI\"" "core.${GOT[core]}" &&
		! grep -q @tmpi "core.${GOT[core]}"
}
on_wire() { # how often the IMPI was in clear so far, when the capture has come so far
	MARKS=$((MARKS + 1))
	printf 'mark %s\r\n' $MARKS >mark
	say ue1 "$U:5060" "$E:5060" mark
	busywait 10 grep -qa "mark $MARKS" wire.pcap && ON_WIRE=$(grep -aoF "$IMPI" wire.pcap | wc -l)
}
MARKS=0
by_tmpi() { # FAMILY
	local before

	gm -q stats reset
	check "$1: the first REGISTER of a UE is by its IMPI" registers ue_in_clear
	check "$1: in clear it and its challenge expose that" test "$(exposed)" = 2
	check "$1: both ends make a TMPI" ue_derives
	check "$1: the same" stands "$BY"
	check "$1: it is over, and begins again" ue_forgets
	on_wire
	before=$ON_WIRE
	gm -q stats reset
	check "$1: a REGISTER by the TMPI is challenged" agreed ue_in_clear
	check "$1: as who the UE says it is" names "$MESSAGE" "$BY"
	check "$1: not by its IMPI" test "$(grep -c "$IMPI" "$MESSAGE")" = 0
	check "$1: which is all that the S-CSCF heard of" only_impi
	check "$1: the response is accepted" concluded
	check "$1: with 200" ue_registered
	check "$1: to who the UE says it is" names "$MESSAGE" "$BY"
	check "$1: who is told its public identities" grep -q "^P-Associated-URI: <sip:$IMPI>" "$MESSAGE"
	check "$1: which is all that the S-CSCF heard of" only_impi
	check "$1: nothing was exposed" test "$(exposed)" = 0
	check "$1: the next TMPI" ue_derives
	check "$1: stands for the UE" stands "$BY"
	CHALLENGES=1
	check "$1: by that it registers under ESP" registers ue_under_esp
	CHALLENGES=''
	check "$1: the wire is read" on_wire
	check "$1: only the first REGISTER had the IMPI on it ($ON_WIRE)" \
		test "$before" -gt 0 -a "$ON_WIRE" = "$before"
	BY=''
	expect "$1: in clear its IMPI is refused" impi-exposed access 1 ue_in_clear
	check "$1: and nothing the P-CSCF sees" silent gm
	check "$1: under ESP it may leave by that" ue_leaves
	check "$1: which ends the TMPI" ends_soon
	gm -q sa flush --all
	gm -q tmpi flush --all
	ue_forgets
}
plan "$PROFILE"
by_tmpi IPv6
ims $ADDR_UE1 $ADDR_EP $ADDR_MW $ADDR_CORE
by_tmpi IPv4
plan
counts ""

# --- no agreement: the answer says what to do, and the S-CSCF hears of nothing ---
# answered WHAT STATUS COMMAND...: in clear
answered() {
	local what=$1 phrase=$2

	shift 2
	counts ""
	ue_offers
	"$@"
	pcscf gm
	got ue
	check "$what: $phrase" starts "$MESSAGE" "SIP/2.0 $phrase"
	check "$what: nothing else" silent core ue us
	counts "$what: in clear" pass-register+2 pass-protected+0
}
answered "no sec-agree" "421 Extension Required" ue_in_clear Require- Proxy-Require-
check "which needs sec-agree" grep -q "^Require: sec-agree" "$MESSAGE"
check "and a list" grep -q "^Security-Server: ipsec-3gpp;" "$MESSAGE"
answered "MD5 alone" "494 Security Agreement Required" ue_in_clear "Security-Client: $MD5"
check "with a list" grep -q "^Security-Server: ipsec-3gpp;" "$MESSAGE"
answered "no SPI" "494 Security Agreement Required" ue_in_clear "Security-Client: ${SHA/spi-c=25656;}"
answered "no algorithm" "494 Security Agreement Required" ue_in_clear "Security-Client: ipsec-3gpp;$END"
ue_offers
behind_nat() { # LINE...
	ue_in_clear "Via: SIP/2.0/UDP 10.45.9.9:5060;branch=z9hG4bK1" "$@"
}
expect "a UE behind a NAT, of which it knows nothing" via-mismatch access 1 behind_nat
check "is discarded by the module" silent gm
plan "rules: {via-mismatch: observe}"
behind_nat
pcscf gm
scscf
pcscf mw
check "and by gmguard agree where the rule watches" test "$status" = 12
check "with no answer" silent ue us
behind_nat "Security-Client: ${SHA/;/;mod=UDP-enc-tun;}, $CBC"
pcscf gm
scscf
pcscf mw
got ue
check "one that knows is told" starts "$MESSAGE" "SIP/2.0 403"
plan
check "and there is no set" test "$(sets)" = 0

# --- the challenge is not met ---
# over WHAT SPI: a set is gone once its answer has left
over() {
	check "$1" lives 5 "$2"
	gm -q sa del "$2"
	check "nothing else is left" test "$(sets)" = 0
	ue_flush ue1
}

# TS 33.203 6.1.2.1: a UE with another IK
challenged ue_in_clear
first=$NEW
ue_asks
sed -i 's/^ik ../ik 00/' ue.keys
grep -q '^ik 00' ue.keys && ue_agrees
counts ""
kernel_refuses "another IK" XfrmInStateProtoError ue_responds
check "is nothing the P-CSCF sees" silent ps core
counts "but ESP" pass-esp+1 pass-protected+0
check "and the set stays" is temporary "$first"

# 7.3.1.4: the UE begins again
ue_flush ue1
check "a new REGISTER is challenged" agreed ue_in_clear
check "and the pending set goes" gone "$first"

# before the answer: what is no REGISTER
UC=$NEW_UC
expect "a MESSAGE under the temporary set" sa-temporary access 1 ue_writes "too early"
check "is nothing the P-CSCF sees" silent ps core
UC=''

# 7.3.1.1: a wrong RES
AUTHORIZATION=${AUTHORIZATION/response=\"/response=\"0}
counts ""
check "a wrong RES is refused" concluded
check "with 403" starts "$MESSAGE" "SIP/2.0 403"
counts "under ESP" pass-protected+2 pass-register+0
over "and the set goes when that has left" "$NEW"

# 7.3.1.4: the same, and the S-CSCF tries once more
AGAIN=1
agreed ue_in_clear
AUTHORIZATION=${AUTHORIZATION/response=\"/response=\"0}
check "a wrong RES that is challenged is refused" concluded
check "with 403, too" starts "$MESSAGE" "SIP/2.0 403"
over "and the set goes" "$NEW"
AGAIN=''

# 7.3.1.2: the UE does not believe the network
sed -i 's/^k 4/k 5/' auc
challenged ue_in_clear
ue_asks
check "a challenge of another network: $RESULT" test "$RESULT" = mac-failure
counts ""
ue_in_clear "Authorization: $AUTHORIZATION"
pcscf gm
check "ends the set" gone "$NEW"
check "as what it is" grep -q "in clear: network-failure, integrity-protected no" <<<"$VERDICT"
scscf
pcscf mw
got ue
check "with 403" starts "$MESSAGE" "SIP/2.0 403"
counts "in clear" pass-register+2 pass-protected+0
sed -i 's/^k 5/k 4/' auc

# 7.3.1.3: the ISIM has lost count
ISIM_SQN=000000100000
challenged ue_in_clear
first=$NEW
ue_asks
check "an SQN that was taken: $RESULT" test "$RESULT" = sync-failure
ue_offers
ue_in_clear "Authorization: $AUTHORIZATION"
pcscf gm
check "ends the set" gone "$first"
check "as what it is" grep -q "in clear: sync-failure, integrity-protected no" <<<"$VERDICT"
scscf
pcscf mw
got ue
check "the AuC goes on behind it" test "${VECTOR[sqn]}" = 000000100001
check "and the UE registers" eval 'ue_asks && ue_agrees && concluded && ue_registered'
registered=$NEW

# --- the same with a registration that there is, which it does not end (6.1.1) ---
CHALLENGES=1
agreed ue_under_esp
AUTHORIZATION=${AUTHORIZATION/response=\"/response=\"0}
ue_responds
pcscf ps
scscf
pcscf mw
got us
check "a wrong RES over a set" starts "$MESSAGE" "SIP/2.0 403"
check "is told by that set" test "$FROM" = "$E:5100"
check "ends its own" lives 5 "$NEW"
gm -q sa del "$NEW"
check "and not that" is in-use "$registered"
sed -i 's/^k 4/k 5/' auc
challenged ue_under_esp
ue_asks
ue_under_esp "Authorization: $AUTHORIZATION"
pcscf ps
check "so does a network failure" gone "$NEW"
scscf
pcscf mw
got us
check "of which the answer leaves by the set there is" test "$FROM" = "$E:5100"
check "which stays" is in-use "$registered"
sed -i 's/^k 5/k 4/' auc
ISIM_SQN=000000200000
challenged ue_under_esp
first=$NEW
ue_asks
ue_offers
ue_under_esp "Authorization: $AUTHORIZATION"
pcscf ps
check "so does AUTS" gone "$first"
scscf
pcscf mw
got us
check "and the next challenge" eval 'ue_asks && ue_agrees && concluded && ue_registered'
check "is over the set there is" is_over "$registered" "$NEW"
CHALLENGES=''

# 7.3.2.2: the UE restarts and has no use for SM6
ue_forgets
plan "lifetimes: {temporary: 3, slack: 30, grace: 5}"
check "a UE that was lost is challenged in clear" challenged ue_in_clear
check "its set goes by itself" busywait 10 gone "$NEW"
ue_asks
ue_agrees
kernel_refuses "what comes then finds no SA" XfrmInNoStates ue_responds
check "and no P-CSCF" silent ps core
plan
ue_flush ue1
check "it registers" registers ue_in_clear
check "and what it had is gone" test "$(sets)" = 1

# --- 7.3.2.3, RFC 3329: what was agreed on was changed on its way ---
gm -q sa flush --all
ue_flush ue1
# attacked WHAT PATTERN: SM7 is answered 494 under the new set, and that goes
attacked() {
	pcscf ps
	check "$1: told as such" grep -q "$2" why
	check "and not the S-CSCF" silent core
	got us
	check "but the UE, by 494" starts "$MESSAGE" "SIP/2.0 494"
	check "with the list" grep -q "^Security-Server: ipsec-3gpp;q=0.9" "$MESSAGE"
	over "and the set goes" "$NEW"
}
no_cipher='s/, ipsec-3gpp;[^,]*ealg=aes-cbc[^,\r]*//'
AIR="/^Security-Client/$no_cipher"
agreed ue_in_clear
counts ""
# the ICV is good, but what is deciphered by another cipher is nothing
expect "the cipher removed from SM1" pass-esp access 1 ue_responds
check "is nothing the P-CSCF sees" silent ps core
counts "in it" pass-protected+0
ue_flush ue1
AIR="/^Security-/$no_cipher"
agreed ue_in_clear
ue_responds
attacked "and from SM6, too" "Security-Verify is not the list that was sent"
AIR='/^Security-Client/s/ipsec-3gpp;alg=hmac-md5[^,]*, //'
agreed ue_in_clear
ue_responds
attacked "removed from SM1 what is not taken" "is not the list of the first REGISTER"
AIR=''
agreed ue_in_clear
SERVER=${SERVER/*aes-cbc/ipsec-3gpp;q=0.9;alg=hmac-sha-1-96;ealg=aes-cbc}
ue_responds
attacked "the best algorithm removed from SM6" "Security-Verify is not the list that was sent"
agreed ue_in_clear
ue_responds Security-Verify-
attacked "no Security-Verify" "there is no Security-Verify"
agreed ue_in_clear
ue_says "$NEW_UC" 6100 $US "Authorization: $AUTHORIZATION" "Security-Verify: $SERVER" Security-Client-
attacked "no Security-Client" "there is no Security-Client"

# 7.1 rules 3 and 4: who has the ports
check "a UE registers" registers ue_in_clear
expect "a REGISTER of another user under its set" identity-mismatch access 1 \
	ue_under_esp 'Authorization: Digest username="other@ims.example",nonce="",response=""'
check "is nothing the P-CSCF sees" silent ps
ue_in_clear "Authorization: Digest username=\"other@$HOST\",realm=\"$HOST\",uri=\"sip:$HOST\",nonce=\"\",response=\"\""
pcscf gm
scscf
pcscf mw
got ue
check "one in clear for its ports is refused" starts "$MESSAGE" "SIP/2.0 403"
check "as a conflict" test "$status" = 4
check "and the set stays" test "$(sets)" = 1

# --- the air saw nothing of it ---
kill $capture
wait $capture 2>/dev/null
tcpdump -nr wire.pcap 'port 6100 or portrange 5100-5102' 2>/dev/null >clear
check "nothing of the protected ports was in clear" test ! -s clear
tcpdump -nr wire.pcap 'ip proto 50 or ip6 proto 50' 2>/dev/null >esp
check "but ESP was on the wire ($(wc -l <esp) packets)" test "$(wc -l <esp)" -gt 40
check "with what was offered in clear" grep -qa "$CLIENT" wire.pcap
check "but no message" test "$(grep -caE 'hello core|hello UE' wire.pcap)" = 0
check "and no key" test "$(grep -caif auc.keys wire.pcap)" = 0

finish
