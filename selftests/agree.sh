#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gmguard agree, as far as it asks no kernel: what a UE offers and what is taken of it, which
# answers refuse what is not right.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/register.sh"

require gmguard jq
trap 'rm -rf "$WORK"' EXIT
trap 'exit 1' INT TERM
# Who reads keys cannot be traced, but by root, and LeakSanitizer is a tracer.
export ASAN_OPTIONS=detect_leaks=0
cd "$WORK" || exit 1
shopt -s lastpipe

# offer WHAT FILTER: is the REGISTER on stdin taken, and is this so?
offer() {
	cat >sm1.sip
	run -j agree offer --explain --register sm1.sip --policy p.yaml
	[ $status = 0 ] || told
	holds "offer: $1" '.schema == 1 and .result == "taken" and '"($2)"
}

# refused WHAT ANSWER PATTERN VERB ARG...: with that answer, and this as the reason
refused() {
	local what=$1 answer=$2 pattern=$3 phrase=${answers[$2]#* } says

	shift 3
	[ "$answer" != 0 ] || phrase=
	says="the answer is $answer $phrase"
	[ "$answer" != 0 ] || says="there is no answer: discard it"
	run agree "$@"
	cat out err >shown
	if [ "$status" = "${answers[$answer]%% *}" ] && grep -qF "$says" err &&
	   head -n 1 err | grep -q -e "$pattern"; then
		ok "refused: $what"
	else
		told
		not_ok "refused: $what"
	fi
	run -j agree "$@"
	cat out err >>shown
	holds "the same as JSON" ".result == \"refused\" and .status == $answer and
		.phrase == \"$phrase\" and (.why | length) > 0"
}

no_offer() { # WHAT ANSWER PATTERN
	cat >sm1.sip
	refused "$1" "$2" "$3" offer --register sm1.sip --policy p.yaml
}

policy_file
message "${sm1[@]}" | offer "what is ours comes first" \
	'.alg == "hmac-sha-1-96" and .ealg == "aes-cbc" and ."spi-uc" == 25656 and ."spi-us" == 25657 and
	 ."port-uc" == 6301 and ."port-us" == 6300 and (.emergency | not) and
	 .impi == "'$IMPI'" and [.mechanisms[].result] == ["refused", "refused", "taken"] and
	 (.mechanisms[0].why | contains("the policy does not list it")) and
	 (.mechanisms[1].why | contains("the policy prefers"))'
run agree offer --register sm1.sip --policy p.yaml
check "as text" test "$(<out)" = \
	"alg hmac-sha-1-96 ealg aes-cbc spi_uc 0x00006438 (25656) spi_us 0x00006439 (25657) port_uc 6301 port_us 6300"
run agree offer --explain --register sm1.sip --policy p.yaml
check "with a line for each mechanism" test "$(wc -l <out)" = 4
check "which says what is taken" grep -q '^ipsec-3gpp  hmac-sha-1-96  aes-cbc .* taken  *the first' out
change sm1 "Security-Client: $SHA" | offer "one mechanism" '.ealg == "null"'
{ message "${sm1[@]::12}" "Security-Client: tls;q=0.1" | head -c -2; message "security-CLIENT : $CBC"; } |
	offer "two headers, in any case" '.ealg == "aes-cbc" and (.mechanisms | length) == 2'
change sm1 'Contact: <sip:10.45.0.11:6300;sos>' | offer "an emergency registration" '.emergency'
change sm1 'Contact: <sip:10.45.0.11:6300>;sos' | offer "sos that is of no URI" '.emergency | not'
change sm1 "Authorization: Digest username=\"$(printf '%0255d' 0)\"" |
	offer "an IMPI of 255 octets, whole" '.impi == "0" * 255'
change sm1 "Security-Client: $(printf '%0100d' 0), $SHA" |
	offer "a mechanism of 100 octets, too" '.mechanisms[0].mechanism == "0" * 100'
change sm1 'Require-' | offer "sec-agree in Proxy-Require alone" '.ealg == "aes-cbc"'
change sm1 'Proxy-Require: path, Sec-Agree' 'Require: pref' | offer "sec-agree in a list" '.ealg == "aes-cbc"'

change sm1 'Require-' 'Proxy-Require: path' | no_offer "no sec-agree" 421 "the UE asks for no agreement"
check "with what an answer needs" grep -qx "Require: sec-agree" <(jq -r '.headers[]' out)
check "and our list" grep -q "^Security-Server: ipsec-3gpp;q=0.9;alg=null;ealg=aes-gcm;.*, ipsec-3gpp;q=0.6;" \
	<(jq -r '.headers[]' out)
change sm1 'Security-Client-' | no_offer "no Security-Client" 494 "there is no Security-Client"
change sm1 "Security-Client: $MD5" | no_offer "MD5" 494 "we can take nothing"
check "with our list" grep -q "^Security-Server: " <(jq -r '.headers[]' out)
run -j agree offer --explain --register sm1.sip --policy p.yaml
holds "which says why" '.status == 494 and (.mechanisms[0].why | contains("agree.algorithms"))'
run agree offer --explain --register sm1.sip --policy p.yaml
check "also as text" grep -q "refused  *the policy does not list it" out
# C1: CSI, by which a terminal would do as it is told
change sm1 "Security-Client: ${MD5/hmac-md5-96/$'"\x9b31m"'}" >sm1.sip
run agree offer --explain --register sm1.sip --policy p.yaml
check "what a UE writes is shown" grep -q '?31m' out
check "in octets that harm no terminal" test -z "$(LC_ALL=C tr -d '\n -~' <out)"
change sm1 "Security-Client: ${SHA/25656/0}" | no_offer "SPI 0" 494 "Security-Client, mechanism 1: spi-c has 1 to 10"
change sm1 "Security-Client: $SHA;spi-c=5" | no_offer "an SPI twice" 494 "a parameter is there twice"
change sm1 "Security-Client: $SHA, ${CBC/6301/6302}" | no_offer "other ports in each mechanism" 494 "we can take nothing"
change sm1 'Authorization-' | no_offer "no credentials" 400 "one Authorization"
change sm1 "Authorization: Basic x" | no_offer "credentials that are no Digest" 400 "are Digest"
change sm1 "Authorization: Digest realm=x" | no_offer "no IMPI" 400 "one username"
change sm1 'Authorization: Digest username="a", username="b"' | no_offer "two IMPIs" 400 "one username"
change sm1 "Authorization: Digest username=\"$(printf '%0256d' 0)\"" | no_offer "an IMPI of 256 octets" 400 "1 to 255 octets"
for user in 'a b' $'a\xe4' $'a\x7f'; do
	change sm1 "Authorization: Digest username=\"$user\"" |
		no_offer "an IMPI with other octets" 400 "printable ASCII"
done
message 'OPTIONS sip:h SIP/2.0' | no_offer "another method" 400 "it is no REGISTER"
message 'SIP/2.0 200 OK' 'CSeq: 1 REGISTER' | no_offer "an answer" 400 "it is no REGISTER"
change sm1 'CSeq: 1 INVITE' | no_offer "what stacks read differently" 400 "the REGISTER, octet .*: the method"
head -c 100 sm1.sip >short
no_offer "half a message" 400 "the empty line is missing" <short
printf '%20000s' '' | no_offer "too much" 400 "more than 16384 octets"
fill sm1 16384 | offer "as much as a message may have" '.ealg == "aes-cbc"'
fill sm1 16385 | no_offer "one octet more" 400 "more than 16384 octets"

# by the policy: which pairs are offered, in which order
policy_file 'agree: {algorithms: [{alg: hmac-sha-1-96}, {alg: hmac-sha-1-96, ealg: aes-cbc}]}'
message "${sm1[@]}" | offer "another order of ours" '.ealg == "null"'
policy_file 'agree: {encryption: never}'
message "${sm1[@]}" | offer "no cipher" '.ealg == "null"'
policy_file 'agree: {encryption: require}'
message "${sm1[@]}" | offer "a cipher" '.ealg == "aes-cbc"'
change sm1 "Security-Client: $SHA" | no_offer "no cipher where one is required" 494 "we can take nothing"
check "and only ciphers are offered" test "$(jq -r '.headers[]' out | grep -o 'ealg=[a-z-]*' | xargs)" = \
	"ealg=aes-gcm ealg=aes-cbc"
policy_file 'agree: {legacy: true}'
change sm1 "Security-Client: $MD5" 2>/dev/null | offer "MD5 where it may be" '.alg == "hmac-md5-96"'
policy_file

# challenges, as far as they get without the kernel
ends=(--source 10.45.0.11:5060 --local 192.0.2.10:5060)
challenge() { # CHANGE...: of SM4, in a file that is as secret as it should be
	(umask 077; change sm4 "$@" >sm4.sip)
}
no_challenge() { # WHAT ANSWER PATTERN [OPTION...]
	refused "$1" "$2" "$3" challenge --register sm1.sip --challenge sm4.sip --policy p.yaml \
		"${ends[@]}" "${@:4}"
	if grep -qi -e "${CK:0:8}" -e "${IK:0:8}" shown; then
		not_ok "and shows no key"
	else
		ok "and shows no key"
	fi
}

message "${sm1[@]}" >sm1.sip
challenge
change sm1 'Require-' 'Proxy-Require-' >sm1.sip
no_challenge "a REGISTER that asks for no agreement" 421 "asks for no agreement"
change sm1 "Security-Client: $MD5" >sm1.sip
no_challenge "what may not be" 494 "we can take nothing"
message "${sm1[@]}" >sm1.sip
no_challenge "a UE behind a NAT" 0 "M.7.2" --source 10.45.0.12:5060
change sm1 "Security-Client: $CBC,${CBC/;/;mod=UDP-enc-tun;}" >sm1.sip
no_challenge "one that knows of it" 403 "untranslated" --source 10.45.0.12:5060
message "${sm1[@]}" >sm1.sip
# what is refused for where it came from is before there is a challenge, too
from=10.45.0.12:5060
run agree offer --register sm1.sip --policy p.yaml --source 10.45.0.11:1
check "an offer from where it says" test "$status" = 0
refused "an offer from behind a NAT" 0 "M.7.2" offer --register sm1.sip --policy p.yaml --source $from
change sm1 "Security-Client: $CBC,${CBC/;/;mod=UDP-enc-tun;}" >sm1.sip
refused "one that knows of it" 403 "untranslated" offer --register sm1.sip --policy p.yaml --source $from
change sm1 'Via: SIP/2.0/UDP ue.example;branch=1' >sm1.sip
refused "an offer of a name" 403 "has no address" offer --register sm1.sip --policy p.yaml --source $from
message "${sm1[@]}" >sm1.sip
challenge 'Call-ID: 2'
no_challenge "another Call-ID" 500 "another Call-ID"
challenge "WWW-Authenticate: Digest nonce=\"$NONCE\", algorithm=AKAv1-MD5, ik=\"$IK\""
no_challenge "no ck" 500 "has no ck"
challenge "WWW-Authenticate: Digest nonce=\"$NONCE\", algorithm=AKAv1-MD5, ck=\"$CK\""
no_challenge "no ik" 500 "has no ik"
challenge "WWW-Authenticate: Digest nonce=\"$NONCE\", algorithm=AKAv1-MD5, ck=\"$CK\", ik=\"${IK%?}\""
no_challenge "a short ik" 500 "ik once, with 32 hex digits"
challenge "X-Key: $IK"
no_challenge "a key where it cannot be taken out" 500 "cannot be freed of its keys"
printf 'x\0y' >sm4.sip
chmod 600 sm4.sip
no_challenge "a challenge that stacks read differently" 500 "the challenge, octet"

# without the module, or the right to ask it, that is the reason
challenge
chmod 644 sm4.sip
run agree challenge --register sm1.sip --challenge sm4.sip --policy p.yaml "${ends[@]}"
if [ "$status" != 0 ]; then
	check "a good one gets to the kernel" grep -qE "module|CAP_NET_ADMIN|no policy" err
	check "which is a server error" grep -q "the answer is 500 Server Internal Error" err
	check "and prints nothing" test ! -s out
fi
check "a file that others may read is told of" grep -q "sm4.sip: others .* chmod 600" err
chmod 600 sm4.sip

# while it has keys
mkfifo -m 600 fifo
gmguard agree challenge --register sm1.sip --challenge fifo --policy p.yaml "${ends[@]}" >out 2>err &
pid=$!
no_core() { grep -q '^Max core file size  *0  *0 ' /proc/$pid/limits; }
check "it dumps no core" busywait 20 no_core
cat sm4.sip >fifo
wait $pid
for verb in accept reject; do
	gmguard agree $verb 4097 --answer fifo >out 2>err &
	pid=$!
	check "nor does $verb, which may be given them" busywait 20 no_core
	cat sm4.sip >fifo
	wait $pid
done
chmod 644 sm4.sip
run agree accept --answer sm4.sip 4097
check "where others may read the file" test "$(grep -c chmod err)" = 0
chmod 600 sm4.sip

# wrong usage
wrong() { # WHAT PATTERN ARG...
	local what=$1 pattern=$2

	shift 2
	run agree "$@"
	if [ "$status" = 1 ] && [ ! -s out ] && grep -q -e "$pattern" err; then
		ok "refused: $what"
	else
		told
		not_ok "refused: $what"
	fi
}
message "${sm1[@]}" >sm1.sip
wrong "no message" "agree offer needs --register" offer
wrong "no file of a message" "absent: No such file" offer --register absent --policy p.yaml
wrong "no file of a policy" "absent: No such file" offer --register sm1.sip --policy absent
wrong "a policy that is none" "sm1.sip:2: not YAML" offer --register sm1.sip --policy sm1.sip
for where in 10.45.0.11 10.45.0.11: 10.45.0.11:0 10.45.0.11:65536 10.45.0.11:5060x  '[10.45.0.11]:5060' \
	2001:db8::1:5060 '[2001:db8::1]' '[2001:db8::1:5060' '[2001:db8::1]5060' 10.45.0.0/16:5060 ue:5060 ''; do
	wrong "'$where' for a source" "--source wants an address and a port" \
		verify --register sm1.sip --source "$where" --local 192.0.2.10:6100
done
wrong "no source" "agree challenge needs --source" challenge --register sm1.sip --challenge sm4.sip --local 192.0.2.10:5060
wrong "no local end" "agree verify needs --local" verify --register sm1.sip --source 10.45.0.11:6301
wrong "no challenge" "absent: No such file" challenge --register sm1.sip --challenge absent --policy p.yaml "${ends[@]}"
wrong "no set" "agree accept needs SPI" accept --answer sm4.sip
wrong "a set that is none" "'x' is no SPI" reject --answer sm4.sip x
wrong "no answer" "absent: No such file" accept --answer absent 4097
refused "half an answer" 500 "the answer, " accept --answer short 4097
refused "half a REGISTER" 400 "the REGISTER, " verify --register short --source 10.45.0.11:6301 --local 192.0.2.10:6100

finish
