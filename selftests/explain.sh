#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What explain --file says of a SIP message: the rule, the clause, and the message as
# it would be delivered. Needs no module.
. "$(dirname "$0")/common.sh"

require gmguard jq pkt
trap 'rm -rf "$WORK"' EXIT
cd "$WORK" || exit 1

# message LINE...: a message of these lines, without a body
message() {
	printf '%s\r\n' "$@" ''
}

# says WHAT STATUS PATTERN ARG...: the message on stdin, explained
says() {
	timeout 20 gmguard explain --file - "${@:4}" >out 2>err
	if [ $? = "$2" ] && cat out err | grep -qE -e "$3"; then
		ok "$1"
	else
		sed 's/^/# /' out err | head -n 20
		not_ok "$1"
	fi
}

# refused REASON ARG..., delivered CLASS ARG...: the same as JSON
refused() {
	says "refused: $*" 0 '"schema": 1' -j "${@:2}"
	check "for $1" quietly jq -e ".refused and .reasons[0].reason == \"$1\" and
		.removed == [] and .delivered == null" <out
}
delivered() {
	says "delivered: $*" 0 '"schema": 1' -j "${@:2}"
	check "as $1" quietly jq -e "(.refused | not) and .reasons[0].reason == \"$1\"" <out
}

# octets: of the message as delivered
octets() {
	jq -j .delivered <out | sed 's/../\\x&/g' | xargs -0 printf %b
}

register=('REGISTER sip:ims.example SIP/2.0' 'CSeq: 1 REGISTER' 'Authorization: Digest username="ue1@ims.example"')
invite=('INVITE sip:bob@ims.example SIP/2.0' 'CSeq: 1 INVITE')
challenge=('SIP/2.0 401 Unauthorized' 'CSeq: 1 REGISTER')
keys='WWW-Authenticate: Digest realm="x", ck="00112233", ik="44556677"'
clear=(--side untrusted --port unprotected)
esp=(--side untrusted --port protected --sa in-use)

message "${register[@]}" >register.sip
message "${invite[@]}" >invite.sip

delivered pass-register "${clear[@]}" <register.sip
check "octet by octet" cmp register.sip <(octets)
delivered pass-register <register.sip
refused method-on-unprotected "${clear[@]}" <invite.sip
delivered pass-protected "${esp[@]}" <invite.sip
refused sa-temporary --side untrusted --port protected --sa temporary <invite.sip
delivered pass-protected --side untrusted --port protected --sa temporary <register.sip
refused emergency-only --side untrusted --port protected --sa emergency <invite.sip
delivered pass-protected --side untrusted --port protected --sa emergency <register.sip
delivered pass-protected "${esp[@]}" --impi ue1@ims.example <register.sip
refused identity-mismatch "${esp[@]}" --impi ue2@ims.example <register.sip
refused identity-mismatch "${esp[@]}" --impi ue1@ims.example.org <register.sip
delivered pass-protected "${esp[@]}" --impi ue1@IMS.example <register.sip
delivered pass-protected "${esp[@]}" --impi ue1@ims.example \
	< <(sed 's/username="\([^"]*\)"/username=" \1 "/' register.sip)
refused identity-mismatch "${esp[@]}" < <(message "${register[@]/Digest/Basic}")
refused integrity-protected "${clear[@]}" < <(message "${register[@]::2}" \
	'Authorization: Digest username="integrity-protected"')
delivered pass-emergency "${clear[@]}" < <(message 'INVITE urn:service:sos SIP/2.0')
delivered pass-emergency "${clear[@]}" < <(message 'INVITE tel:112 SIP/2.0')
refused method-on-unprotected "${clear[@]}" < <(message 'INVITE tel:1120 SIP/2.0')
refused response-on-unprotected "${clear[@]}" < <(message "${challenge[@]}")
refused out-unprotected "${clear[@]}" --out <invite.sip
refused malformed "${clear[@]}" < <(printf 'REGISTER sip:h SIP/2.0\r\nX: a\0b\r\n\r\n')
refused compressed "${clear[@]}" < <(printf '\xf8\x01\x02')
refused compressed "${esp[@]}" < <(printf '\xf8\x01\x02')
delivered pass-keepalive "${clear[@]}" </dev/null
delivered pass-core --side trusted < <(message "${challenge[@]}" "$keys")
refused key-leak --side foreign < <(message "${challenge[@]}" "$keys")
refused privacy-critical "${esp[@]}" --out < <(message "${invite[@]}" 'Privacy: header;critical')

# private identities in clear, without a TMPI and with one
A=001010000000001@ims.mnc001.mcc001.3gppnetwork.org
T=NdfNQvvGWK4SGbs7c17alrZHQXyhEcrW@tmpi.bsf.3gppnetwork.org
N=7g8A0RHDuCXlCTm8IzQ29xYou4F13lIQ@tmpi.bsf.3gppnetwork.org
from() { # USERNAME [LINE...]
	message "${register[@]::2}" "Authorization: Digest username=\"$1\"" "${@:2}"
}
sees() { # REASON: besides the one that decides
	check "and sees $1" quietly jq -e "[.reasons[1:][].reason] == [\"$1\"]" <out
}
bound=(--impi "$A" --tmpi "$T")
delivered pass-register "${clear[@]}" < <(from $A)
sees impi-exposed
delivered pass-register "${clear[@]}" --impi $A < <(from $A)
sees impi-exposed
refused impi-exposed "${clear[@]}" "${bound[@]}" < <(from $A)
refused impi-exposed "${clear[@]}" "${bound[@]}" < <(from "${A^^}" "From: <sip:$A>;tag=1")
refused impi-exposed "${clear[@]}" "${bound[@]}" < <(from $T "P-Preferred-Identity: <sip:$A>")
delivered pass-register "${clear[@]}" "${bound[@]}" < <(from $T)
check "and sees nothing" quietly jq -e '.reasons | length == 1' <out
refused tmpi-unknown "${clear[@]}" "${bound[@]}" < <(from $N)
refused tmpi-unknown "${clear[@]}" < <(from $T)
delivered pass-protected "${esp[@]}" "${bound[@]}" < <(from $T)
delivered pass-protected "${esp[@]}" "${bound[@]}" < <(from $A)
refused identity-mismatch "${esp[@]}" "${bound[@]}" < <(from $N)
delivered pass-register "${clear[@]}" --out "${bound[@]}" < <(message "${challenge[@]}" "From: <sip:$A>")
sees impi-exposed
refused impi-exposed "${clear[@]}" --out "${bound[@]}" < <(message "${challenge[@]}" "Contact: <sip:$A>")
delivered pass-other --side foreign "${bound[@]}" < <(message "${invite[@]}" "From: <sip:$A>")
says "a TMPI that is none" 1 '--tmpi wants a TMPI' "${clear[@]}" --impi $A --tmpi $A <register.sip
says "a TMPI for nobody" 1 'and the --impi that it stands for' "${clear[@]}" --tmpi $T <register.sip

# what is removed
delivered pass-register "${clear[@]}" --out < <(message "${challenge[@]}" "$keys")
check "without its keys" cmp <(message "${challenge[@]}" \
	'WWW-Authenticate: Digest realm="x", xx="xxxxxxxx", xx="xxxxxxxx"') <(octets)
check "for key-leak" quietly jq -e '.removed == ["ck", "ik"] and .reasons[1].reason == "key-leak" and
	.reasons[1].clause == "TS 33.203 6.1.1"' <out
delivered pass-protected "${esp[@]}" < <(message "${invite[@]}" 'p-asserted-Identity : <sip:a>')
check "without an identity" cmp <(message "${invite[@]}" 'xxxxxxxxxxxxxxxxxxx :xxxxxxxx') <(octets)
check "and says so" quietly jq -e '.removed == ["p-asserted-Identity"] and
	.reasons[1].reason == "asserted-identity"' <out
says "text says what is removed" 0 '^stdin: delivered without p-asserted-Identity$' "${esp[@]}" \
	< <(message "${invite[@]}" 'p-asserted-Identity : <sip:a>')
check "and why" grep -q '^asserted-identity  N9 E19  RFC 3325 5 ' out
check "and the message" grep -q '^xxxxxxxxxxxxxxxxxxx :xxxxxxxx$' out
says "text says why it is refused" 0 '^method-on-unprotected  N17   TS 33.203 7.1  to an' <invite.sip
check "and has no message then" test "$(grep -c INVITE out)" = 0

# nothing of a message does anything to a terminal
{
	printf 'SIP/2.0 200 \xff\r\nSubject: \x1b[31m\\\tx\nX: y\r\n\r\n'
	printf '%b' "$(printf '\\x%x' {0..255})"
} >octets.sip
says "any octet to a terminal" 0 '^Subject: .x1b\[31m.x5c.x09x.x0a$' --side trusted <octets.sip
check "becomes a printable one" test -z "$(LC_ALL=C tr -d '\n -~' <out)"
delivered pass-core --side trusted <octets.sip
check "and is the same in JSON" test "$(jq -r .delivered <out)" = "$(od -An -v -tx1 octets.sip | tr -d ' \n')"

# what the other tests say to each other, of pkt and of common.sh, harms nobody
unharmed() { # CLASS FILE ARG...
	delivered "$1" "${@:3}" <"$2"
	check "octet by octet" cmp "$2" <(octets)
}
for host in $ADDR_UE1 $ADDR6_UE1; do
	at=$host:40000 ep=$ADDR_EP
	[[ $host != *:* ]] || at="[$host]:40000" ep="[$ADDR6_EP]"
	register "$host" 40000 ue1@ims.example >ask
	answer "$host" 40000 >told
	check "a REGISTER from $at" grep -qF "Via: SIP/2.0/UDP $at;branch=z9hG4bK" ask
	check "the same of pkt" cmp ask <(pkt -p "$at" "$ep:5060")
	check "its answer, too" cmp told <(pkt -ap "$ep:5060" "$at")
	for body in 0 1 2600; do
		pkt -pb $body "$at" "$ep:5060" >ask
		pkt -apb $body "$ep:5060" "$at" >told
		unharmed pass-register ask "${clear[@]}"
		unharmed pass-register told "${clear[@]}" --out
		for sa in none temporary in-use; do
			unharmed pass-protected ask --side untrusted --port protected --sa $sa \
				--impi ue1@ims.example
			unharmed pass-protected told --side untrusted --port protected --sa $sa --out
		done
	done
done

# from a file, of any size that a datagram has
head -c 65535 /dev/zero >large.sip
check "65,535 octets" quietly gmguard -j explain --file large.sip
head -c 65536 /dev/zero >large.sip
says "more octets than a datagram has" 1 'stdin: more than 65535 octets' <large.sip
for wrong in "--file absent" "--file $WORK" "--side core --file invite.sip" "--sa new --file invite.sip" \
	"--port 5060 --file invite.sip" "--side trusted" "--out" "malformed --file invite.sip" \
	"--sa in-use --file invite.sip" "--side foreign --port protected --sa old --file invite.sip"; do
	# shellcheck disable=SC2086 # words
	gmguard explain $wrong >out 2>err
	check "refused: $wrong" test $? = 1 -a ! -s out -a -s err
done

finish
