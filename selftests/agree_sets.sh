#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gmguard agree, and the sets of SAs that it makes, uses and ends: on a kernel with the
# module, or without one by the command with a double of it.
# rule: E16 TS 33.203 7.2
# rule: E17 TS 33.203 7.1
# rule: T6 TS 33.203 6.1.5
# rule: N7 TS 33.203 7.1
# rule: N22 TS 33.220 B.4
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/register.sh"

modprobe gmguard 2>/dev/null
if [ -d /sys/module/gmguard ] || ! command -v gmguard_double >/dev/null; then
	topology
	policy "endpoints: [{address: $ADDR_EP, unprotected: [5060], server: [6100], client: [5100, 5101, 5102]}]"
else
	gm() {
		gmguard_double "$@"
	}
	export GMGUARD_DOUBLE=$WORK/sets
	trap 'rm -rf "$WORK"' EXIT
fi
require jq
# Who reads keys cannot be traced, but by root, and LeakSanitizer is a tracer.
export ASAN_OPTIONS=detect_leaks=0
cd "$WORK" || exit 1
policy_file ""

# ask ARG...: gmguard agree, by what the kernel has; leaves $status, out and err
ask() {
	gm agree "$@" >out 2>err </dev/null
	status=$?
}

# steps WHAT FILTER ARG...: with -j it goes on, and this is so
steps() {
	ask -j "${@:3}"
	[ "$status" = 0 ] || told
	holds "$1" '.schema == 1 and '"($2)"
}

# stops WHAT ANSWER PATTERN ARG...: refused with that answer, and this as the reason
stops() {
	ask "${@:4}"
	if [ "$status" = "${answers[$2]%% *}" ] && [ ! -s out ] && grep -q -e "$3" err &&
	   { [ "$2" != 494 ] || grep -q "^Security-Server: ipsec-3gpp;q=0.9;" err; }; then
		ok "refused: $1"
	else
		told
		not_ok "refused: $1"
	fi
}

# octets: of the message in out
octets() {
	jq -j .message out | sed 's/../\\x&/g' | xargs -0 printf %b
}

CLEAR=(--source "$ADDR_UE1:5060" --local "$ADDR_EP:5060")
ESP=(--source "$ADDR_UE1:6301" --local "$ADDR_EP:6100")

# challenge WHAT FILTER ARG...: the REGISTER sm1.sip; sets PS, PC and SERVER
challenge() {
	(umask 077; message "${sm4[@]}" >sm4.sip)
	steps "$1" "$2" challenge --register sm1.sip --challenge sm4.sip --policy p.yaml "${@:3}"
	PS=$(jq '."spi-ps"' out) PC=$(jq '."spi-pc"' out)
	octets >sm6.sip
	SERVER=$(sed -n 's/^Security-Server: \(.*\)\r$/\1/p' sm6.sip)
}

# answer NONCE REST LINE...: a REGISTER with these credentials, in sm7.sip
answer() {
	change sm1 "Via: SIP/2.0/UDP $ADDR_UE1:6300;branch=z9hG4bK2" 'CSeq: 2 REGISTER' \
		"Authorization: Digest username=\"$IMPI\",nonce=\"$1\",$2" "Security-Verify: $SERVER" \
		"${@:3}" >sm7.sip
}

final() { # STATUS CONTACT-PARAMETERS
	message "SIP/2.0 $1" 'CSeq: 2 REGISTER' "Contact: <sip:$ADDR_UE1:6300>;$2" 'Content-Length: 0' >sm12.sip
}

# --- a registration ---
message "${sm1[@]}" >sm1.sip
challenge "a challenge makes a set" '.alg == "hmac-sha-1-96" and .ealg == "aes-cbc" and .over == null and
	."port-ps" == 6100 and ."port-pc" == 5100' "${CLEAR[@]}"
answer "$NONCE" 'response="1"'
stops "its response in clear" 494 "from or to other ports" verify --register sm7.sip --policy p.yaml "${CLEAR[@]}"
check "which is temporary" is temporary "$PS"
# aes-cbc and hmac-sha-1-96 of CK and IK
if [ "${GMGUARD_DOUBLE-}" ]; then
	check "and has its keys" test "$(<"$GMGUARD_DOUBLE.keys")" = "${IK}00000000 $CK"
fi
check "and the UE's" test "$(gm -j sa get "$PS" | jq -r '"\(.ue) \(.impi)"')" = "$ADDR_UE1 $IMPI"
check "its challenge goes on without keys, and nothing else is changed" cmp sm6.sip <(change sm4 \
	"WWW-Authenticate: Digest realm=\"$HOST\", nonce=\"$NONCE\", algorithm=AKAv1-MD5, qop=\"auth\"" \
	"Security-Server: $SERVER")
check "with our ends" grep -q ";spi-c=$PC;spi-s=$PS;port-c=5100;port-s=6100," <<<"$SERVER"
answer "$NONCE" 'response="1"'
steps "its response is the UE's" '.result == "response" and ."integrity-protected" and ."spi-ps" == '"$PS" \
	verify --register sm7.sip --policy p.yaml "${ESP[@]}"
check "and goes on without what is the P-CSCF's" cmp <(octets) <(change sm1 'Proxy-Require-' 'Require-' \
	'Security-Client-' "Via: SIP/2.0/UDP $ADDR_UE1:6300;branch=z9hG4bK2" 'CSeq: 2 REGISTER' \
	"Authorization: Digest username=\"$IMPI\",nonce=\"$NONCE\",response=\"1\",integrity-protected=\"yes\"")
ask verify --register sm7.sip --policy p.yaml "${ESP[@]}"
check "as text: the message" grep -q 'integrity-protected="yes"' out
check "and what it is" grep -q "^gmguard: set 0x.* ($PS): response, integrity-protected yes" err
final '200 OK' expires=3600
steps "the answer establishes the set" '.result == "established" and .expires == 3600' \
	accept "$PS" --answer sm12.sip
check "so that it is there" is established "$PS"
first=$PS server=$SERVER
answer '' 'response=""'
steps "a refresh is the UE's" '.result == "refresh" and ."integrity-protected"' verify --register sm7.sip --policy p.yaml "${ESP[@]}"
steps "in clear it is nobody's" '.result == "initial" and (."integrity-protected" | not) and (has("spi-ps") | not)' \
	verify --register sm7.sip "${CLEAR[@]}"
answer '' 'response=""' "Security-Verify: ${server/aes-cbc/null}"
stops "a refresh of another list" 494 "not the list that was sent" verify --register sm7.sip --policy p.yaml "${ESP[@]}"
check "which ends nothing" is established "$first"
ask -j verify --register sm7.sip --policy p.yaml "${ESP[@]}"
holds "nor says so" '.result == "refused" and (has("deleted") | not)'
holds "but which set it was" '."spi-ps" == '"$first"


# --- what comes to a protected port is under its set, or nobody's ---
change sm1 'Authorization: Digest username="victim@x",nonce="",response=""' >sm7.sip
PAIR2=(--source "$ADDR_UE1:6300" --local "$ADDR_EP:5100")
stops "another user by the second pair" 403 "the IMPI is not that of the set" verify --register sm7.sip "${PAIR2[@]}"
change sm1 "Authorization: Digest username=\"$IMPI\",nonce=\"\",response=\"\"" >sm7.sip
stops "nothing mirrored there" 494 "there is no Security-Verify" verify --register sm7.sip --policy p.yaml "${PAIR2[@]}"
answer '' 'response=""'
steps "a refresh there" '.result == "refresh" and ."integrity-protected"' verify --register sm7.sip "${PAIR2[@]}"
for port in 6100 5100 5102; do
	stops "another source to port $port" 0 "no set is of its ports" \
		verify --register sm7.sip --policy p.yaml --source "$ADDR_UE1:7777" --local "$ADDR_EP:$port"
done
stops "without a policy, too" 0 "no set is of its ports" \
	verify --register sm7.sip --source "$ADDR_UE1:7777" --local "$ADDR_EP:6100"
stops "a port that is not Gm's" 500 "no port of the policy's endpoint" \
	verify --register sm7.sip --policy p.yaml --source "$ADDR_UE1:7777" --local "$ADDR_EP:5062"

# --- once more, over the set that there is ---
NEXT='Security-Client: ipsec-3gpp;alg=hmac-sha-1-96;spi-c=5001;spi-s=5002;port-c=6302;port-s=6300'
change sm1 "Via: SIP/2.0/UDP $ADDR_UE1:6300;branch=z9hG4bK3" "$NEXT" >sm1.sip
challenge "a challenge over a set" ".over == $first and .ealg == \"null\" and .\"port-pc\" == 5101" "${ESP[@]}"
second=$PS
answer "$NONCE" 'response="1"' "$NEXT"
steps "its response" '.result == "response" and ."integrity-protected"' \
	verify --register sm7.sip --source $ADDR_UE1:6302 --local $ADDR_EP:6100
steps "the answer establishes it" '.result == "established"' accept "$second" --answer sm12.sip
check "and the set before stays" is established "$first"
answer '' 'response=""' "Security-Verify: $server"
steps "which is no longer that of the latest authentication" '."integrity-protected" | not' \
	verify --register sm7.sip --policy p.yaml "${ESP[@]}"
gm -q sa del "$first"
gm -q sa del "$second"

# --- what ends a temporary set ---
message "${sm1[@]}" >sm1.sip
challenge "a challenge" 'true' "${CLEAR[@]}"
first=$PS
challenge "another one in its place" ".\"spi-ps\" != $first and .\"port-pc\" == 5100" "${CLEAR[@]}"
check "of which nothing is left" gone "$first"
answer "$NONCE" 'auts="x",response="1"'
steps "a REGISTER with AUTS" '.result == "sync-failure" and .deleted == '"$PS"' and (."integrity-protected" | not)' \
	verify --register sm7.sip "${CLEAR[@]}"
check "ends it" gone "$PS"
challenge "a challenge" 'true' "${CLEAR[@]}"
answer "$NONCE" 'response=""'
steps "a REGISTER without a response" '.result == "network-failure" and .deleted == '"$PS" \
	verify --register sm7.sip "${CLEAR[@]}"
check "ends it" gone "$PS"

# attack WHAT PATTERN LINE...: SM7 otherwise than it should be
attack() {
	challenge "a challenge" 'true' "${CLEAR[@]}"
	answer "$NONCE" 'response="1"' "${@:3}"
	stops "$1" 494 "$2" verify --register sm7.sip --policy p.yaml "${ESP[@]}"
	check "which ends the set when the answer has left" lives 128 "$PS"
	ask -j verify --register sm7.sip --policy p.yaml "${ESP[@]}"
	holds "and says so" ".result == \"refused\" and .deleted == $PS"
	gm -q sa del "$PS"
}
attack "an offer that was weaker when it arrived" "is not the list of the first REGISTER" \
	"Security-Client: $MD5, $SHA, $CBC, ipsec-3gpp;alg=null;ealg=aes-gcm;$END"
attack "another SPI of the UE's" "Security-Client has other SPIs" "Security-Client: ${CBC/25656/25658}"
attack "another port of the UE's" "Security-Client has other ports" "Security-Client: ${CBC/6300/6302}"
attack "an old REGISTER" "another challenge" \
	"Authorization: Digest username=\"$IMPI\",nonce=\"${NONCE/oJ/oK}\",response=\"1\""
attack "no Security-Verify" "there is no Security-Verify" 'Security-Verify-'
attack "an emergency registration that was none" "Contact has sos" "Contact: <sip:$ADDR_UE1:6300;sos>"
# altered HOW PATTERN: our list when it arrived at the UE; what failed once has failed
altered() {
	local one rest

	challenge "a challenge" 'true' "${CLEAR[@]}"
	one=${SERVER%%,*} rest=${SERVER#*, }
	case $1 in
	shorter) one=$rest ;;
	turned) one="$rest, $one" ;;
	spi) one=${SERVER//$PS/4096} ;;
	port) one=${SERVER//5100/5101} ;;
	esac
	answer "$NONCE" 'response="1"' "Security-Verify: $one"
	stops "our list, changed: $2" 494 "$2" verify --register sm7.sip --policy p.yaml "${ESP[@]}"
	answer "$NONCE" 'response="1"'
	stops "and then what is right" 494 "has failed before" verify --register sm7.sip --policy p.yaml "${ESP[@]}"
	final '200 OK' expires=60
	ask accept "$PS" --answer sm12.sip
	check "nor is it established" test "$status $(is temporary "$PS" && echo kept)" = "2 kept"
	gm -q sa del "$PS"
}
altered shorter "not the list that was sent"
altered turned "in another order"
altered spi "other SPIs"
altered port "other ports"
challenge "a challenge" 'true' "${CLEAR[@]}"
answer "$NONCE" 'response="1"' "Authorization: Digest username=\"x\",nonce=\"$NONCE\",response=\"1\""
stops "another user" 403 "the IMPI is not that of the set" verify --register sm7.sip --policy p.yaml "${ESP[@]}"
gm -q sa del "$PS"

# --- answers that are none of success ---
challenge "a challenge" 'true' "${CLEAR[@]}"
final '403 Forbidden' ''
steps "a failure" '.result == "rejected"' reject "$PS" --answer sm12.sip
check "ends its set when the answer has left" lives 128 "$PS"
gm -q sa del "$PS"
# TS 33.203 7.3.1.4: the core has another challenge for SM7
challenge "a challenge" 'true' "${CLEAR[@]}"
answer "$NONCE" 'response="1"'
(umask 077; change sm4 'CSeq: 2 REGISTER' >again.sip)
stops "a challenge to the response" 403 "agree reject ends the set" \
	challenge --register sm7.sip --challenge again.sip --policy p.yaml "${ESP[@]}"
check "leaves its set for now" is temporary "$PS"
steps "it is a failure" '.result == "rejected"' reject "$PS" --answer again.sip
check "which ends the set when the answer has left" lives 128 "$PS"
gm -q sa del "$PS"
challenge "a challenge" 'true' "${CLEAR[@]}"
final '200 OK' expires=60
ask accept "$PS" --answer sm12.sip
check "a success" test "$(<out)" = "set $(printf '0x%08x (%u)' "$PS" "$PS"): established for 60 seconds"
(umask 077; change sm4 'CSeq: 2 REGISTER' >again.sip)
ask reject "$PS" --answer again.sip
check "a challenge under it is no failure" grep -q "is a challenge: agree challenge makes a set over" err
final '403 Forbidden' ''
steps "a failure later" '.result == "kept"' reject "$PS" --answer sm12.sip
check "ends nothing" is established "$PS"
final '200 OK' expires=0
steps "a deregistration" '.result == "deregistered"' accept "$PS" --answer sm12.sip
check "ends the set when the answer has left" lives 128 "$PS"
check "and is no success" is old "$PS"
gm -q sa del "$PS"

# --- the policy changes between SM6 and SM7, and then the network fails ---
message "${sm1[@]}" >sm1.sip
challenge "a challenge" 'true' "${CLEAR[@]}"
policy_file 'agree: {algorithms: [{alg: hmac-sha-1-96}]}'
answer "$NONCE" 'response="1"'
steps "what was sent counts, not the policy of now" '.result == "response" and ."integrity-protected"' \
	verify --register sm7.sip --policy p.yaml "${ESP[@]}"
final '500 Server Internal Error' ''
steps "the network fails" '.result == "rejected"' reject "$PS" --answer sm12.sip
check "the set has the time of the answer" lives 128 "$PS"
stops "SM7 once more" 494 "has failed before" verify --register sm7.sip --policy p.yaml "${ESP[@]}"
change sm1 'CSeq: 3 REGISTER' >sm1.sip
message 'SIP/2.0 500 Server Internal Error' 'Call-ID: 1@10.45.0.11' 'CSeq: 3 REGISTER' 'Content-Length: 0' >sm4.sip
stops "a failure in the place of a challenge" 500 "no 401" \
	challenge --register sm1.sip --challenge sm4.sip --policy p.yaml "${CLEAR[@]}"
check "makes no set" test "$(gm -j sa list | jq '.sets | length')" = 1
(umask 077; change sm4 'CSeq: 3 REGISTER' >sm4.sip)
steps "the UE begins anew by the policy of now" '.alg == "hmac-sha-1-96" and .ealg == "null"' \
	challenge --register sm1.sip --challenge sm4.sip --policy p.yaml "${CLEAR[@]}"
check "in the place of the set that has failed" test "$(gm -j sa list | jq '[.sets[]."spi-ps"] == ['"$(jq '."spi-ps"' out)"']')" = true
gm -q sa del "$(jq '."spi-ps"' out)"
policy_file ""

# --- an emergency registration is one of its own, also at the ports of the other ---
message "${sm1[@]}" >sm1.sip
challenge "a challenge" 'true' "${CLEAR[@]}"
first=$PS
final '200 OK' expires=3600
ask accept "$first" --answer sm12.sip
change sm1 "Contact: <sip:$ADDR_UE1:6300;sos>" \
	"Security-Client: ipsec-3gpp;alg=hmac-sha-1-96;spi-c=5001;spi-s=5002;port-c=6302;port-s=6300" >sm1.sip
challenge "a challenge for emergencies" 'true' "${CLEAR[@]}"
both() { # EXPIRES SOS-EXPIRES
	message 'SIP/2.0 200 OK' 'CSeq: 2 REGISTER' "Contact: <sip:$ADDR_UE1:6300>;expires=$1,<sip:$ADDR_UE1:6300;sos>;expires=$2" \
		'Content-Length: 0' >sm12.sip
}
both 9000 60
steps "an answer that lists both" '.result == "established" and .expires == 60' accept "$PS" --answer sm12.sip
both 0 60
steps "a deregistration of the ordinary one" '.result == "deregistered"' accept "$first" --answer sm12.sip
check "ends that" is old "$first"
check "and not the other" is established "$PS"
gm -q sa del "$first"
gm -q sa del "$PS"
message "${sm1[@]}" >sm1.sip

# --- a user is one, however its realm is spelled ---
SPELLED=${IMPI/ims/IMS}
message "${sm1[@]}" >sm1.sip
challenge "a challenge" 'true' "${CLEAR[@]}"
final '200 OK' expires=3600
ask accept "$PS" --answer sm12.sip
first=$PS
for SPELLED in "${IMPI/ims/IMS}" "${IMPI/org/ORG}" "${IMPI/mnc/Mnc}"; do
	change sm1 "Authorization: Digest username=\"$SPELLED\",nonce=\"\"" "Contact: <sip:$ADDR_UE1:7300>" \
		"Security-Client: ipsec-3gpp;alg=hmac-sha-1-96;spi-c=5001;spi-s=5002;port-c=7301;port-s=7300" >sm1.sip
	challenge "a challenge to $SPELLED" 'true' "${CLEAR[@]}"
done
check "replaces the one before" test "$(sets)" = 2
check "and its set has the name as it was spelled" test "$(gm -j sa get "$PS" | jq -r .impi)" = "$SPELLED"
message "SIP/2.0 200 OK" 'CSeq: 2 REGISTER' "Contact: <sip:$ADDR_UE1:7300>;expires=60" 'Content-Length: 0' >sm12.sip
steps "a registration" '.result == "established"' accept "$PS" --answer sm12.sip
check "ends the one by the other spelling" gone "$first"
gm -q sa del "$PS"

# over WHAT EXPIRES: a set, and a challenge over it that is answered with 200 and this; sets
# $first and $PS
over() {
	message "${sm1[@]}" >sm1.sip
	challenge "a challenge" 'true' "${CLEAR[@]}"
	first=$PS
	final '200 OK' expires=3600
	ask accept "$first" --answer sm12.sip
	change sm1 "Via: SIP/2.0/UDP $ADDR_UE1:6300;branch=z9hG4bK3" "$NEXT" >sm1.sip
	challenge "a challenge over it" ".over == $first" "${ESP[@]}"
	final '200 OK' "expires=$2"
	steps "$1" 'true' accept "$PS" --answer sm12.sip
}
over "a deregistration that was challenged" 0
check "ends its set" is old "$PS"
check "and the one before" is old "$first"
check "in the grace time" lives 128 "$first"
gm -q sa del "$first"
gm -q sa del "$PS"
if [ "${GMGUARD_DOUBLE-}" ]; then
	final '200 OK' expires=3600
	message "${sm1[@]}" >sm1.sip
	challenge "a challenge" 'true' "${CLEAR[@]}"
	first=$PS
	ask accept "$first" --answer sm12.sip
	change sm1 "Via: SIP/2.0/UDP $ADDR_UE1:6300;branch=z9hG4bK3" "$NEXT" >sm1.sip
	challenge "a challenge over it" 'true' "${ESP[@]}"
	final '200 OK' expires=0
	GMGUARD_DOUBLE_STOPS=1 ask accept "$PS" --answer sm12.sip
	check "a deregistration that comes half way" test "$status" = 2
	check "leaves nothing for longer than its answer takes" lives 128 "$PS"
	check "nor of the set before" lives 128 "$first"
	gm -q sa del "$first"
	gm -q sa del "$PS"
fi
over "a registration" 3600
change sm1 "Via: SIP/2.0/UDP $ADDR_UE1:7300;branch=z9hG4bK3" "Contact: <sip:$ADDR_UE1:7300>" "${NEXT/6300/7300}" >sm1.sip
stops "a challenge for another server port over it" 403 "another server port" \
	challenge --register sm1.sip --challenge sm4.sip --policy p.yaml --source $ADDR_UE1:6302 --local $ADDR_EP:6100
final '200 OK' expires=0
steps "a deregistration under the set before" 'true' accept "$first" --answer sm12.sip
check "ends that" is old "$first"
check "and the one over it" is old "$PS"
change sm1 "Via: SIP/2.0/UDP $ADDR_UE1:6300;branch=z9hG4bK3" "$NEXT" >sm1.sip
stops "a challenge over an old one" 403 "is old" \
	challenge --register sm1.sip --challenge sm4.sip --policy p.yaml "${ESP[@]}"
gm -q sa del "$first"
gm -q sa del "$PS"

# --- one identity of several: what others need stays ---
final '200 OK' expires=0
message "${sm1[@]}" >sm1.sip
challenge "a challenge" 'true' "${CLEAR[@]}"
first=$PS
final '200 OK' expires=3600
ask accept "$first" --answer sm12.sip
final '200 OK' expires=0
steps "a deregistration of one identity" '.result == "kept" and .expires == 0' accept "$first" --keep --answer sm12.sip
check "ends nothing" is established "$first"
check "and takes no time away" longer 128 "$first"
ask accept "$first" --keep --answer sm12.sip
check "as text" test "$(<out)" = "set $(printf '0x%08x (%u)' "$first" "$first"): kept"
change sm1 "Via: SIP/2.0/UDP $ADDR_UE1:6300;branch=z9hG4bK3" "$NEXT" >sm1.sip
challenge "a challenge over it" ".over == $first" "${ESP[@]}"
steps "a deregistration of one that was challenged" '.result == "established" and .expires == 0' \
	accept "$PS" --keep --answer sm12.sip
check "establishes its set" is established "$PS"
check "for as long as the one before" longer 3000 "$PS"
check "which stays" is established "$first"
final '200 OK' expires=9000
steps "a registration of one" '.result == "established" and .expires == 9000' accept "$PS" --keep --answer sm12.sip
check "lasts as any other" longer 8000 "$PS"
gm -q sa del "$first"
gm -q sa del "$PS"

message "${sm1[@]}" >sm1.sip
final '200 OK' expires=0
ask accept "$PS" --answer sm12.sip
check "an answer for a set that is gone" test "$status" = 3

# --- by TMPIs: what one authentication makes stands for the UE in the next ---
profile() { # MODE
	policy_file "tmpi: {mode: $1, non-3gpp-profile: {name: pcscf1.ims.example.org, id: ff00000001}}"
}
# tmpi_of NONCE: that of SM4's keys and this nonce
tmpi_of() {
	(umask 077; printf 'ck %s\nik %s\n' $CK $IK >aka.keys)
	gmguard -j tmpi derive --keys aka.keys --impi "$IMPI" --policy p.yaml \
		--rand "$(base64 -d <<<"$1" | od -An -tx1 -N16 | tr -d ' \n')" | jq -r .tmpi
}
profile off
message "${sm1[@]}" >sm1.sip
challenge "no TMPI comes of the mode off" 'has("tmpi") | not' "${CLEAR[@]}"
gm -q sa del "$PS"
profile require
T1=$(tmpi_of "$NONCE")
challenge "a challenge makes a TMPI" ".tmpi == \"$T1\"" "${CLEAR[@]}"
change sm1 "Authorization: Digest username=\"$T1\",nonce=\"\",response=\"\"" >sm7.sip
stops "which stands for nobody so far" 403 "a TMPI that stands for nobody" verify --register sm7.sip --policy p.yaml "${CLEAR[@]}"
final '200 OK' expires=3600
steps "the answer establishes the set" '.result == "established"' accept "$PS" --answer sm12.sip
first=$PS
# a UE that has it everywhere; SM2 is as if it had none
sed "s#$IMPI#$T1#g" sm1.sip >by.sip
steps "and the TMPI stands for the UE" ".result == \"initial\" and .tmpi == \"$T1\"" \
	verify --register by.sip --policy p.yaml "${CLEAR[@]}"
octets >sm2.sip
steps "by its IMPI it has none" 'has("tmpi") | not' verify --register sm1.sip --policy p.yaml "${CLEAR[@]}"
check "the core sees no difference" cmp sm2.sip <(octets)
check "nor a TMPI" test "$(grep -c "$T1" sm2.sip)" = 0
sed "s#$T1#${T1%%@*}@TMPI.bsf.3GPPnetwork.org#" by.sip >sm7.sip
steps "realms are in any case" '.tmpi | endswith("@TMPI.bsf.3GPPnetwork.org")' \
	verify --register sm7.sip --policy p.yaml "${CLEAR[@]}"
sed "s#$T1#${T1,,}#g" by.sip >sm7.sip
stops "users are not" 403 "a TMPI that stands for nobody" verify --register sm7.sip --policy p.yaml "${CLEAR[@]}"
stops "another UE with it" 403 "a TMPI that stands for nobody" verify --register by.sip --policy p.yaml \
	--source "${ADDR_UE1%.*}.99:5060" --local "$ADDR_EP:5060"

# no TMPI goes to the core, be it this UE's own: only the username says whose it is
for place in From To Contact; do
	sed "/^$place:/s#<[^>]*>#<sip:$T1>#" sm1.sip >sm7.sip
	stops "by the IMPI, with a TMPI in $place" 403 "a TMPI that is not its username" \
		verify --register sm7.sip --policy p.yaml "${CLEAR[@]}"
	stops "nor is that challenged" 403 "a TMPI that is not its username" \
		challenge --register sm7.sip --challenge sm4.sip --policy p.yaml "${CLEAR[@]}"
done
sed "/^To:/s#<[^>]*>#<sip:${T1/N/M}>#" by.sip >sm7.sip
stops "by a TMPI, with another in To" 403 "a TMPI that is not its username" \
	verify --register sm7.sip --policy p.yaml "${CLEAR[@]}"
sed "/^To:/s#<[^>]*>#<sip:${T1/@tmpi/%40%74mpi}>#" by.sip >sm7.sip
stops "by a TMPI, that with escapes in To" 403 "or is escaped" \
	verify --register sm7.sip --policy p.yaml "${CLEAR[@]}"
# no emergency waits for a name that may not matter
sed "/^From:/s#<[^>]*>#<sip:${T1/N/M}>#; /^Contact:/s#>#;sos>#" sm1.sip >sm7.sip
steps "for an emergency, with a TMPI of nobody in From" '.result == "initial"' \
	verify --register sm7.sip --policy p.yaml "${CLEAR[@]}"
check "which is as it was" grep -q "^From: <sip:${T1/N/M}>" <(octets)
sed "s#$IMPI#${T1/N/M}#g; /^Contact:/s#>#;sos>#" sm1.sip >sm7.sip
stops "as its username" 403 "has to register by its IMPI" verify --register sm7.sip --policy p.yaml "${CLEAR[@]}"
sed "/^From:/s#<[^>]*>#<sip:${T1/N/M}>#; /^Contact:/s#>#;s%6fs>#" sm1.sip >sm7.sip
stops "for what some take for one" 400 "could be any" verify --register sm7.sip --policy p.yaml "${CLEAR[@]}"
sed "/^To:/s#<[^>]*>#<sip:${T1#?}>#" by.sip >sm7.sip
steps "with what has not the form of one" '.result == "initial"' verify --register sm7.sip --policy p.yaml "${CLEAR[@]}"

# an answer to the UE has it where the request did, and nowhere else
change sm4 WWW-Authenticate- "P-Associated-URI: <sip:$IMPI>, <sip:a@$HOST>" "X-Other: $IMPI" |
	sed '1s/.*/SIP\/2.0 200 OK\r/' >reply.sip
concealed() { # WHAT FILTER REQUEST
	steps "$1" "$2" conceal --register "$3" --impi "${IMPI/ims/IMS}" --answer reply.sip
}
concealed "an answer to who came by it everywhere" ".result == \"concealed\" and .tmpi == \"$T1\"" by.sip
check "has it in From and To, and public identities stay" \
	cmp <(octets) <(sed "/^From:/s#$IMPI#$T1#; /^To:/s#$IMPI#$T1#" reply.sip)
ask conceal --register by.sip --impi "$IMPI" --answer reply.sip
check "as text: the message" cmp out <(sed "/^From:/s#$IMPI#$T1#; /^To:/s#$IMPI#$T1#" reply.sip)
sed "/^To:/!s#$IMPI#$T1#g" sm1.sip >sm7.sip
concealed "to who came by it, but for a To" '.result == "concealed"' sm7.sip
check "the IMPI stays where it was one" cmp <(octets) <(sed "/^From:/s#$IMPI#$T1#" reply.sip)
sed "/^Authorization:/s#$IMPI#$T1#g" sm1.sip >sm7.sip
concealed "to who came by it in the username alone" '.result == "concealed"' sm7.sip
check "nothing is changed" cmp <(octets) reply.sip
concealed "to who came by the IMPI" '.result == "unchanged" and .tmpi == null' sm1.sip
check "nothing is changed, either" cmp <(octets) reply.sip
ask conceal --register by.sip --impi "$T1" --answer reply.sip
check "a TMPI is no IMPI" test "$status" = 1
stops "an answer with keys" 500 "it is for agree challenge" conceal --register by.sip --impi "$IMPI" --answer sm4.sip
sed 's/^Call-ID: .*/Call-ID: 2\r/' reply.sip >other.sip
stops "an answer to something else" 500 "do not belong together" conceal --register by.sip --impi "$IMPI" --answer other.sip
stops "a request" 500 "is a request" conceal --register by.sip --impi "$IMPI" --answer sm1.sip

# the next authentication: SM6 has what the UE knows, and another TMPI follows
NEXT_NONCE=$(printf 0123456789abcdef0123456789abcdef | base64 -w 0)
T2=$(tmpi_of "$NEXT_NONCE")
check "another run makes another one" test "$T1" != "$T2"
change sm1 "Via: SIP/2.0/UDP $ADDR_UE1:6300;branch=z9hG4bK3" "$NEXT" | sed "s#$IMPI#$T1#g" >sm1.sip
(umask 077; message "${sm4[@]/"$NONCE"/$NEXT_NONCE}" >sm4.sip)
steps "a challenge to who came by one" ".tmpi == \"$T2\" and .over == $first" \
	challenge --register sm1.sip --challenge sm4.sip --policy p.yaml "${ESP[@]}"
PS=$(jq '."spi-ps"' out)
octets >sm6.sip
check "its set is of the IMPI" test "$(gm -j sa get "$PS" | jq -r .impi)" = "$IMPI"
check "and what the UE gets has none" test "$(grep -c "$IMPI" sm6.sip) $(grep -c "sip:$T1>" sm6.sip)" = "0 2"
SERVER=$(sed -n 's/^Security-Server: \(.*\)\r$/\1/p' sm6.sip)
answer "$NEXT_NONCE" 'response="1"' "$NEXT"
sed "s#$IMPI#$T1#g" sm7.sip >by.sip
steps "its response by the TMPI" ".result == \"response\" and .tmpi == \"$T1\" and .\"integrity-protected\"" \
	verify --register by.sip --policy p.yaml --source $ADDR_UE1:6302 --local $ADDR_EP:6100
octets >sm8.sip
steps "is that by the IMPI" 'has("tmpi") | not' verify --register sm7.sip --policy p.yaml --source $ADDR_UE1:6302 --local $ADDR_EP:6100
check "to the core" cmp sm8.sip <(octets)
steps "it succeeds" '.result == "established"' accept "$PS" --answer sm12.sip
change sm1 "Authorization: Digest username=\"$T2\",nonce=\"\",response=\"\"" >sm7.sip
steps "then the next one stands for the UE" ".tmpi == \"$T2\"" verify --register sm7.sip --policy p.yaml "${CLEAR[@]}"
change sm1 "Authorization: Digest username=\"$T1\",nonce=\"\",response=\"\"" >sm7.sip
steps "and the one before, too" ".tmpi == \"$T1\"" verify --register sm7.sip --policy p.yaml "${CLEAR[@]}"

# what the S-CSCF makes of a response: it computes it over the username that it is shown
printf 'k 465b5ce8b199b49faa5f0a2ee238a6bc\nop cdc202d5123e20f62b6d676ac72cb318\n' >isim
chmod 600 isim
RUN=I1U8vpY3qJ0hiuZNrke/NVXzKLQ1d7m5Sp/6w1Tfr7M=
credentials() { # IMPI: what an ISIM says of the challenge RUN, but for the username
	gmguard -j aka answer --keys isim --nonce $RUN --impi "$1" --realm "$HOST" --uri "sip:$HOST" |
		jq -r .authorization | sed 's/username="[^"]*", *//'
}
for of in "$IMPI" "$T2"; do
	change sm1 "Authorization: $(credentials "$of" | sed "s#^Digest #&username=\"$T2\",#")" >sm7.sip
	ask -j verify --register sm7.sip --policy p.yaml "${CLEAR[@]}"
	user=$(octets | sed -n 's/^Authorization: .*username="\([^"]*\)".*/\1/p')
	response=$(octets | grep -o 'response="[^"]*"')
	if [ "$of" = "$IMPI" ]; then
		check "over the IMPI it is good" grep -qF "$response" <(credentials "$user")
	else
		check "over a TMPI nobody can mend it" test "$user/$(credentials "$user" | grep -cF "$response")" = "$IMPI/0"
	fi
done
gm -q sa del "$first"
gm -q sa del "$PS"

# who cannot have one registers all the same
change sm1 "$NEXT" >sm1.sip
(umask 077; change sm4 \
	"WWW-Authenticate: Digest realm=\"$HOST\", nonce=\"$NONCE\", algorithm=AKAv1-MD5, ik=\"$IK\"" >sm4.sip)
steps "a challenge without ck" 'has("tmpi") | not' challenge --register sm1.sip --challenge sm4.sip --policy p.yaml "${CLEAR[@]}"
check "says why there is no TMPI" grep -q "the UE gets no TMPI: that needs both CK and IK" err
gm -q sa del "$(jq '."spi-ps"' out)"
(umask 077; message "${sm4[@]}" >sm4.sip)
steps "an old challenge once more" 'has("tmpi") | not' challenge --register sm1.sip --challenge sm4.sip --policy p.yaml "${CLEAR[@]}"
check "says so, too" grep -q "the UE gets no TMPI" err
gm -q sa del "$(jq '."spi-ps"' out)"
message "${sm1[@]}" >sm1.sip
policy_file ""

# --- a message has at most so many octets ---
for size in 16384 16385; do
	(umask 077; fill sm4 $size >sm4.sip)
	ask -j challenge --register sm1.sip --challenge sm4.sip --policy p.yaml "${CLEAR[@]}"
	[ $size = 16384 ] || break
	check "SM4 of $size octets" test "$status" = 0
	gm -q sa del "$(jq '."spi-ps"' out)"
done
check "SM4 of $size octets is refused" test "$status" = 1
check "and told why" grep -q "sm4.sip: more than 16384 octets" err

# --- what a terminal is shown ---
if command -v script >/dev/null; then
	challenge "a challenge" 'true' "${CLEAR[@]}"
	answer "$NONCE" 'response="1"' 'Content-Length: 6'
	printf '\033[31mx' >>sm7.sip
	gm agree verify --register sm7.sip "${ESP[@]}" >out 2>err
	check "octets to a file" grep -q $'^\033\\[31mx$' out
	export -f gm
	SHELL=$BASH script -qec "gm agree verify --register sm7.sip ${ESP[*]}" /dev/null </dev/null >out 2>&1
	check "and what is printable to a terminal" grep -q '^.x1b\[31mx' out
	gm -q sa del "$PS"
fi

# --- in a batch ---
# lines WHAT STATUS FILTER [OPTION...]: a batch of stdin ends so, and this is so of its answers
lines() {
	gm -j batch --policy p.yaml "${@:4}" - >out 2>err
	if [ $? = "$2" ] && jq -es "$3" out >/dev/null; then
		ok "$1"
	else
		told
		not_ok "$1"
	fi
}
line="agree challenge --register sm1.sip --challenge sm4.sip ${CLEAR[*]}"
verify="agree verify --register sm7.sip ${ESP[*]}"
message "${sm1[@]}" >sm1.sip
(umask 077; message "${sm4[@]}" >sm4.sip)
mkfifo ask
# each connection that is made is told of
gm -vj batch --policy p.yaml - <ask >answers 2>err &
exec {to}>ask
echo "-v $line" >&$to
answered() { # N: so many lines
	[ "$(wc -l <answers)" -ge "$1" ]
}
check "a batch answers a challenge while it is open" busywait 20 answered 1
tail -n 1 answers >out
PS=$(jq '."spi-ps"' out)
SERVER=$(octets | sed -n 's/^Security-Server: \(.*\)\r$/\1/p')
answer "$NONCE" 'response="1"'
final '200 OK' expires=60
printf '%s\n' "-v $verify" "-v agree accept $PS --answer sm12.sip" >&$to
check "and what depends on it" busywait 20 answered 3
check "over one connection" test "$(grep -c ' ABI .* policy generation ' err)" = 1
check "as commands of their own do" test "$(jq -r '.result' answers | xargs)" = "installed response established"
exec {to}>&-
wait $!
check "to its end" test $? = 0
check "which the set outlives" is established "$PS"
answer '' 'response=""' "Security-Verify: ${SERVER/aes-cbc/null}"
lines "what agree refuses is answered once" 7 \
	'map(.result) == ["refused", "refused", "kept"] and map(.status) == [494, 500, null] and
	 (.[0].headers | length) == 1 and (.[1].why | contains("set 0x00000001")) and .[1]."spi-ps" == 1' \
	--keep-going < <(final '403 Forbidden' ''; echo "$verify"; echo "agree accept 1 --answer sm12.sip"
		echo "agree reject $PS --answer sm12.sip")
lines "a batch has one policy" 7 'map(.result) == ["failed"]' <<<"$line --policy p.yaml"
check "and says where" grep -q "^stdin:1: a batch has one policy: gmguard batch --policy" err
lines "no message is read of the batch itself" 7 'map(.result) == ["failed"]' <<<"${line/sm4.sip/-}"
check "but of a file" grep -q "^stdin:1: a message of - is not for batches" err
lines "no offer is read" 7 'map(.result) == ["failed"]' <<<"agree offer --register sm1.sip"
gm batch - <<<"$line" >out 2>err
check "no message is answered but in JSON" test "$? $(wc -c <out)" = "7 0"
check "which it says" grep -q "^stdin:1: .*gmguard -j batch" err
check "and there is that one set" test "$(sets)" = 1
gm -q sa del "$PS"

# --- while keys are in its memory, for nobody reads what it writes ---
one_set() {
	[ "$(sets)" = 1 ]
}
# hold: leaves one that has $pid and waits
hold() {
	MARK=canary gmguard -n pcscf agree challenge --register sm1.sip --challenge sm4.sip \
		--policy p.yaml "${CLEAR[@]}" >&5 2>err &
	pid=$!
	check "it has installed a set" busywait 20 one_set
}

# crash SIGNAL PID: how that ends it
crash() {
	rm -f core*
	kill -s "$1" "$2"
	wait "$2" 2>/dev/null
	check "SIG$1 ends it" test $? = $((128 + $(kill -l "$1")))
}
if [ -z "${GMGUARD_DOUBLE-}" ]; then
	require python3
	ulimit -c unlimited
	mkfifo full
	exec 5<>full
	head -c 65536 /dev/zero >&5
	hold
	tr '\0' '\n' <"/proc/$pid/cmdline" >seen
	tr '\0' '\n' <"/proc/$pid/environ" >>seen
	check "others see its arguments" grep -qx -e --challenge seen
	check "and root what it has from its parent" grep -qx MARK=canary seen
	check "but no key" test "$(grep -ciE "$CK|$IK" seen)" = 0
	in_memory "$pid" "$CK" "$IK" >seen
	check "which it has in memory" grep -q "^$IK .*kept [1-9]" seen
	check "where no core dump would have it" test "$(grep -c ' dumped 0 ' seen)" = 2
	crash ABRT "$pid"
	check "and leaves no core file" test -z "$(compgen -G 'core*')"
	gm -q sa flush --all
	hold
	crash SEGV "$pid"
	check "and leaves none, either" test -z "$(compgen -G 'core*')"
	gm -q sa flush --all
	if [[ $(</proc/sys/kernel/core_pattern) != [/\|]* ]]; then
		# it waits as the others do
		bash -c 'mapfile -t sm4 <sm4.sip; : >read; echo' >&5 2>err &
		pid=$!
		check "another program that has read SM4" busywait 20 test -e read
		crash ABRT "$pid"
		check "does leave one" test -n "$(compgen -G 'core*')"
		in_memory core* "$CK" "$IK" >seen
		check "which has the keys" test "$(grep -c 'dumped [1-9]' seen)" = 2
	else
		skip "a core file of another program" "none comes here"
	fi
	exec 5>&-
	# a 401 has keys, whatever it is given to, and a batch goes on
	gmguard -n pcscf -j batch --keep-going --policy p.yaml - <ask >answers 2>err &
	pid=$!
	exec {to}>ask
	echo "agree reject 4097 --answer sm4.sip" >&$to
	check "a batch has read another" busywait 20 answered 1
	in_memory "$pid" "$CK" "$IK" >seen
	check "and keeps none of its keys" test "$(grep -c 'dumped 0 kept 0' seen)" = 2
	exec {to}>&-
	wait "$pid"
fi

# --- what cannot be ---
challenge "a challenge" 'true' "${CLEAR[@]}"
change sm1 "Authorization: Digest username=\"other@$HOST\",nonce=\"\"" >sm1.sip
ask challenge --register sm1.sip --challenge sm4.sip --policy p.yaml "${CLEAR[@]}"
check "the port of another user is a conflict" test "$status" = 4
check "and the answer is 403" grep -q "the answer is 403 Forbidden" err
ask -j challenge --register sm1.sip --challenge sm4.sip --policy p.yaml "${CLEAR[@]}"
holds "as JSON, too" '.result == "refused" and .status == 403 and .phrase == "Forbidden" and (.why | length) > 0'
check "and there is one set" test "$(sets)" = 1
gm -q sa del "$PS"
if [ -z "${GMGUARD_DOUBLE-}" ]; then
	policy_file 'agree: {legacy: true}'
	change sm1 "Security-Client: $MD5" >sm1.sip
	ask challenge --register sm1.sip --challenge sm4.sip --policy p.yaml "${CLEAR[@]}"
	check "an algorithm of another policy than the one that runs" test "$status" = 2
	check "is told as what it is" grep -q "kernel: the policy does not allow these algorithms" err
	check "and is none of the UE's faults" grep -q "the answer is 500" err
	policy_file ""
fi
message "${sm1[@]}" >sm1.sip
gm agree challenge --register sm1.sip --challenge sm4.sip --policy p.yaml "${CLEAR[@]}" >/dev/full 2>err
check "what cannot be written is a failure" test $? = 2
check "and leaves no set" test "$(sets)" = 0
for json in '' -j; do
	# the reader has gone
	exec {to}> >(:)
	wait $!
	# shellcheck disable=SC2086 # no word
	gm $json agree challenge --register sm1.sip --challenge sm4.sip --policy p.yaml "${CLEAR[@]}" 1>&"$to" 2>err
	check "nor does what nobody reads $json" test "$? $(sets)" = "2 0"
	exec {to}>&-
done

finish
