#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Private identities in clear: what the modes of TMPI make of them, whom a TMPI stands
# for and until when.
# rule: N22 TS 33.220 B.4
# rule: E17 TS 33.203 7.1
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/sets.sh"

topology
require socat jq
cd "$WORK" || exit 1

A=001010000000001@ims.mnc001.mcc001.3gppnetwork.org
B=001010000000002@ims.mnc001.mcc001.3gppnetwork.org
REALM=@tmpi.bsf.3gppnetwork.org
T1=NdfNQvvGWK4SGbs7c17alrZHQXyhEcrW$REALM
T2=uoTraPd86W/bBuMcSWOvKOVUNnooo5rj$REALM
T3=7g8A0RHDuCXlCTm8IzQ29xYou4F13lIQ$REALM

# mode MODE [LINE...]: a policy with the mode
mode() {
	gm_policy "tmpi: {mode: \"$1\"}" "limits: {event-rate: 10000, register-rate: 0}" "${@:2}"
}

# register_as USERNAME [LINE...]: what UE 1 or whoever sends, in the file "sent"
CALL=c1 VIA=$ADDR_UE1:40000
register_as() {
	printf '%s\r\n' 'REGISTER sip:ims.example SIP/2.0' "Via: SIP/2.0/UDP $VIA;branch=z9hG4bK1" \
		'From: <sip:alice@ims.example>;tag=1' 'To: <sip:alice@ims.example>' "Call-ID: $CALL" \
		'CSeq: 1 REGISTER' "Authorization: Digest username=\"$1\", realm=\"ims.example\"" \
		"${@:2}" 'Content-Length: 0' '' >sent
}
# tells FROM [LINE...]: what a UE is told, so
tells() {
	printf '%s\r\n' 'SIP/2.0 401 Unauthorized' "Via: SIP/2.0/UDP $VIA;branch=z9hG4bK1" \
		"From: <sip:$1>;tag=1" "To: <sip:$1>;tag=2" "Call-ID: $CALL" 'CSeq: 1 REGISTER' \
		"${@:2}" 'Content-Length: 0' '' >sent
}
ue() { in_ns ue1 pkt -d @sent $ADDR_UE1:40000 $ADDR_EP:5060; }
ue2() { in_ns ue2 pkt -d @sent $ADDR_UE2:40000 $ADDR_EP:5060; }
ue6() { in_ns ue1 pkt -d @sent "[$ADDR6_UE1]:40000" "[$ADDR6_EP]:5060"; }
to_ue() { in_ns pcscf pkt clear $ADDR_EP:5060 $ADDR_UE1:40000 @sent; }
at() { echo pcscf "$1" 5060; }

# goes_on WHAT COMMAND, is_seen WHAT COMMAND, stops WHAT REASON COMMAND: to the P-CSCF,
# unseen or seen, or not
goes_on() {
	# shellcheck disable=SC2046 # words
	delivered "$1" $(at "${3-$ADDR_EP}") -- "$2"
	expect_observed "$1: nothing is exposed" impi-exposed access 0 "$2"
}
is_seen() {
	# shellcheck disable=SC2046 # words
	delivered "$1" $(at "${3-$ADDR_EP}") -- "$2"
	expect_observed "$1: and is seen" impi-exposed access 1 "$2"
}
stops() {
	# shellcheck disable=SC2046 # words
	refused "$1" "$2" access $(at "${4-$ADDR_EP}") -- "$3"
}

# --- off: nobody asks ---
mode off
register_as $A
goes_on "off: a REGISTER" ue
gm -q tmpi add $T1 --impi $A --ue $ADDR_UE1 --expires 600
goes_on "off: of who has a TMPI" ue
register_as $T2
goes_on "off: by a TMPI of nobody" ue

# --- observe: all is seen, and goes on ---
mode observe
check "the TMPI is still there" quietly gm tmpi get $T1
register_as $A
is_seen "observe: a REGISTER of who has a TMPI" ue
register_as $B
is_seen "observe: of who has none" ue
register_as ue1@ims.example "Contact: <sip:$B>"
is_seen "observe: in a Contact" ue
tells $B
expect_observed "observe: in an answer" impi-exposed access 1 to_ue
register_as $T1
goes_on "observe: a TMPI" ue
register_as $T2
expect_observed "observe: a TMPI of nobody" tmpi-unknown access 1 ue2
register_as $T1
expect_observed "observe: a TMPI of somebody else" tmpi-unknown access 1 ue2
gm -q tmpi flush --all

# --- how much of what could be exposed is ---
gm -q stats reset
register_as $B
ue
ue
register_as ue1@ims.example
ue
tells ue1@ims.example
to_ue
exposure() { # [SIDE, MESSAGES, EXPOSED, SHARE]...
	[ "$(gm -j stats show | jq -c '[.exposure[]? | [.side, .messages, .exposed, .share]]')" = "$1" ]
}
check "a share of what could be exposed is" busywait 5 exposure '[["access",4,2,0.5]]'
check "as text" grep -qx "private identities in clear: access: 2 of 4 messages (50.0 %)" <(gm stats show)
check "not among the counters of one reason" test "$(gm -j stats show impi-exposed | jq .exposure)" = null
mode observe "headers: {P-Asserted-Identity: {ue-to-core: drop}}" \
	'rules: {method-on-unprotected: observe, response-on-unprotected: "off"}'
gm -q stats reset
register_as $B "P-Asserted-Identity: <sip:boss@ims.example>"
stops "one that is refused for something else" asserted-identity ue
check "is one of those that expose something" exposure '[["access",1,1,1]]'
sed -i 's/REGISTER/MESSAGE/; /^P-Asserted/d' sent
ue
check "so is one that passes as something else" busywait 5 exposure '[["access",2,2,1]]'
tells $B
ue
check "and one that no rule is asked about" busywait 5 exposure '[["access",3,3,1]]'
mode off
check "none is where nobody counts" exposure '[]'

# --- require: the first registration, and all after it ---
mode require
register_as $A
is_seen "require: the first REGISTER of a UE" ue
tells $A
expect_observed "require: its challenge" impi-exposed access 1 to_ue
expect "require: which leaves" impi-exposed access 0 to_ue
gm -q tmpi add $T1 --impi $A --ue $ADDR_UE1 --expires 600
check "TMPI to IMPI" test "$(gm -j tmpi get $T1 | jq -r .impi)" = $A
check "IMPI to TMPI" test "$(gm -j tmpi get "${A/ims/IMS}" | jq -r .tmpi)" = $T1
register_as $T1
goes_on "require: the next, by its TMPI" ue
register_as $A
stops "require: the next by its IMPI" impi-exposed ue
register_as $T1 "P-Preferred-Identity: <sip:$A>"
stops "require: the IMPI as a public identity" impi-exposed ue
register_as $T1 "Proxy-Authorization: Digest"$'\r\n'" username=\"$A\""
stops "require: in folds, for a proxy" impi-exposed ue
register_as "${A/ims.mnc/IMS.MNC}"
stops "require: in another case" impi-exposed ue
tells alice@ims.example "Contact: <sip:$A>"
expect "require: an answer that says more than was asked" impi-exposed access 1 to_ue
tells $A
expect_observed "require: one in clear repeats what it was asked as" impi-exposed access 1 to_ue
tells $B
expect_observed "require: one to who has no TMPI" impi-exposed access 1 to_ue
register_as $B
is_seen "require: a UE without a TMPI" ue2

# whose it is, and falling back
register_as $T1
stops "a TMPI at another UE" tmpi-unknown ue2
register_as $T2
stops "a TMPI of nobody" tmpi-unknown ue
CALL=c2
register_as $A
is_seen "then a REGISTER without" ue
is_seen "which may come again" ue
tells $A
expect_observed "and is answered" impi-exposed access 1 to_ue
CALL=c3
register_as $A
stops "but no other" impi-exposed ue

register_as $T2
stops "a TMPI of nobody, again" tmpi-unknown ue
register_as $A
stops "but nobody falls back again and again" impi-exposed ue
is_seen "while who was refused at UE 2 may" ue2
CALL=c4
register_as $A
stops "once" impi-exposed ue2

# who is refused again and again has no room of others: both UEs so far have two each
mode require "limits: {event-rate: 10000, register-rate: 0, pinholes: 6}"
gm -q tmpi add $T3 --impi $B --ue 10.45.0.13 --expires 600
ue3() { in_ns ue1 pkt -d @sent 10.45.0.13:40000 $ADDR_EP:5060; }
for CALL in s{1..9}; do
	register_as $T2
	ue
	register_as $A
	ue
done
VIA=10.45.0.13:40000
register_as $B
stops "an IMPI of UE 3" impi-exposed ue3
register_as $T2
stops "and a TMPI of nobody" tmpi-unknown ue3
register_as $B
is_seen "it may fall back" ue3
VIA=$ADDR_UE1:40000
gm -q tmpi del $B
mode require

# nothing is out of sight
CALL=c3
mapfile -t addresses < <(for i in {1..20}; do echo "Contact: <sip:alice@10.45.0.$i>"; done)
register_as alice@ims.example "${addresses[@]}" "Authorization: Digest username=\"$T2\""
stops "a TMPI of nobody behind many addresses" tmpi-unknown ue
register_as alice@ims.example "${addresses[@]}" "Proxy-Authorization: Digest username=\"$A\""
stops "an IMPI behind many addresses" impi-exposed ue
register_as "$(printf '%600s' '')$T2"
stops "a TMPI behind more than any username has" tmpi-unknown ue
register_as "$(printf '%100s' '')$T1"
goes_on "a TMPI behind white space" ue

# --- the one before, and expiry ---
gm -q tmpi add $T2 --impi $A --ue $ADDR_UE1 --expires 600
register_as $T2
goes_on "the new TMPI" ue
register_as $T1
goes_on "the one before" ue
gm -q tmpi add $T3 --impi $A --ue $ADDR_UE1 --expires 600
stops "the one before that" tmpi-unknown ue
mode require "lifetimes: {temporary: 240, slack: 0, grace: 60}"
gm -q tmpi add $T3 --impi $A --ue $ADDR_UE1 --expires 1
has_expired() { [ "$(gm -j tmpi get "$1" | jq .expired)" = true ]; }
has_ended() { # it may be seen when its grace is over, too
	has_expired "$1" 2>/dev/null && return
	gm -q tmpi get "$1" >/dev/null 2>&1
	[ $? = 3 ]
}
check "it expires" busywait 10 has_expired $T3
register_as $T3
stops "a TMPI that has expired" tmpi-expired ue
CALL=c4
register_as $A
is_seen "who has none any more may register" ue
gm -q tmpi del $A
register_as $T3
stops "one that was deleted" tmpi-unknown ue

# --- IPv6 ---
VIA="[$ADDR6_UE1]:40000"
gm -q tmpi add $T1 --impi $A --ue $ADDR6_UE1 --expires 600
register_as $T1
goes_on "IPv6: a TMPI" ue6 $ADDR6_EP
VIA=$ADDR_UE1:40000
register_as $T1
stops "the same UE by IPv4 is another one" tmpi-unknown ue
VIA="[$ADDR6_UE1]:40000"
register_as $A
stops "IPv6: an IMPI" impi-exposed ue6 $ADDR6_EP
VIA=$ADDR_UE1:40000
gm -q tmpi flush --all

# --- prefer: IMPIs go on, TMPIs must be right ---
mode prefer
gm -q tmpi add $T1 --impi $A --ue $ADDR_UE1 --expires 600
register_as $T2
stops "prefer: a TMPI of nobody" tmpi-unknown ue
register_as $A
is_seen "prefer: a REGISTER of who has a TMPI" ue
gm -q tmpi flush --all

# --- under SAs: what does not encrypt hides nothing, and a TMPI is as good as the IMPI ---
# (what UE 1 was refused for has been made good by the last REGISTER)
mode require "lifetimes: {temporary: 240, slack: 0, grace: 1}"
CALL=c5
protected() { # the file "sent" from port 40010 or 40020
	in_ns ue1 socat -u -b 70000 OPEN:sent \
		"UDP4-SENDTO:$ADDR_EP:6100,bind=$ADDR_UE1:$1,reuseaddr" 2>/dev/null
	true
}
for pair in 1:hmac-sha-1-96:null 2:hmac-sha-1-96:aes-cbc; do
	n=${pair%%:*} algorithms=${pair#*:} port=400${pair%%:*}0
	VIA=$ADDR_UE1:$port
	add $ADDR_UE1 $ADDR_EP "$n" "$algorithms"
	ue_add ue1 $ADDR_UE1 $ADDR_EP "$n" "$algorithms"
	gm -q tmpi add $T1 --spi "$PS"
	register_as $T1
	refused "$algorithms: the TMPI before the registration has succeeded" identity-mismatch access \
		pcscf $ADDR_EP 6100 -- protected "$port"
	gm -q sa establish --expires 600 "$PS"
	delivered "$algorithms: a REGISTER by the TMPI" pcscf $ADDR_EP 6100 -- protected "$port"
	register_as $T2
	refused "$algorithms: by another" identity-mismatch access pcscf $ADDR_EP 6100 -- \
		protected "$port"
	register_as "ue$n@ims.example"
	if [ "$n" = 1 ]; then
		refused "$algorithms: by the IMPI" impi-exposed access pcscf $ADDR_EP 6100 -- \
			protected "$port"
	else
		delivered "$algorithms: by the IMPI" pcscf $ADDR_EP 6100 -- protected "$port"
	fi
	gm -q sa del --grace "$PS"
	check "$algorithms: it ends with its set" busywait 10 has_ended $T1
	ue_flush ue1
	gm -q tmpi flush --all
done
VIA=$ADDR_UE1:40000

# --- a registration under such SAs: what may be repeated, and falling back ---
CALL=c7 VIA="[$ADDR6_UE1]:40050"
protected6() { # the file "sent"
	in_ns ue1 socat -u -b 70000 OPEN:sent \
		"UDP6-SENDTO:[$ADDR6_EP]:6100,bind=[$ADDR6_UE1]:40050,reuseaddr" 2>/dev/null
	true
}
told6() {
	in_ns pcscf socat -u -b 70000 OPEN:sent \
		"UDP6-SENDTO:[$ADDR6_UE1]:40051,bind=[$ADDR6_EP]:5100,reuseaddr" 2>/dev/null
	true
}
by6() { # WHAT USERNAME [LINE...]
	register_as "${@:2}"
	delivered "$1" pcscf $ADDR6_EP 6100 -- protected6
}
add $ADDR6_UE1 $ADDR6_EP 5 hmac-sha-1-96:null --impi $A
ue_add ue1 $ADDR6_UE1 $ADDR6_EP 5 hmac-sha-1-96:null
gm -q tmpi add $T1 --spi "$PS"
by6 "the response of a UE that has no TMPI" $A
gm -q sa establish --expires 600 "$PS"
tells $A
expect_observed "has its answer when it has one" impi-exposed access 1 told6
register_as $A
expect_observed "also if it comes again, as that was lost" impi-exposed access 1 protected6
expect_observed "and again" impi-exposed access 1 protected6
CALL=c6
register_as $A
expect "but no other" impi-exposed access 1 protected6
CALL=c7
by6 "a REGISTER by the TMPI" $T1
tells $A
expect "has no answer by the IMPI" impi-exposed access 1 told6
tells $T1
expect "but by the TMPI" pass-protected access 1 told6
register_as $T2
expect "a TMPI of nobody" identity-mismatch access 1 protected6
CALL=c8
register_as $A
expect_observed "after which it may fall back" impi-exposed access 1 protected6
tells $A
expect_observed "and is answered" impi-exposed access 1 told6
CALL=c9
register_as $A
expect "but not by another" impi-exposed access 1 protected6
gm -q sa flush --all
ue_flush ue1
# who is known by its TMPI when a set is made has no more to say of its IMPI
CALL=c10
add $ADDR6_UE1 $ADDR6_EP 5 hmac-sha-1-96:null --impi $A
ue_add ue1 $ADDR6_UE1 $ADDR6_EP 5 hmac-sha-1-96:null
gm -q tmpi add $T1 --impi $A --ue $ADDR6_UE1 --expires 600
by6 "the response of a UE that has one" $T1
gm -q sa establish --expires 600 "$PS"
register_as $A
expect "does not come again by the IMPI" impi-exposed access 1 protected6
gm -q sa flush --all
gm -q tmpi flush --all
ue_flush ue1

# a user is authenticated once at a time, so that no TMPI comes of another run meanwhile
CALL=c11
add $ADDR6_UE1 $ADDR6_EP 6 hmac-sha-1-96:null --impi $A
gm -q tmpi add $T1 --spi "$PS"
first=$PS
add $ADDR6_UE1 $ADDR6_EP 5 hmac-sha-1-96:null --impi $A
ue_add ue1 $ADDR6_UE1 $ADDR6_EP 5 hmac-sha-1-96:null
gm -q tmpi add $T2 --spi "$PS"
check "a second challenge voids the first" test "$(gm -j sa count | jq .count)" = 1
gm -q sa establish --expires 600 "$first" 2>/dev/null
check "of which no TMPI comes any more" test $? = 3
by6 "the response to the second" $A
gm -q sa establish --expires 600 "$PS"
check "is what makes one" test "$(gm -j tmpi get $A | jq -r .tmpi)" = $T2
gm -q sa flush --all
gm -q tmpi flush --all
ue_flush ue1

# a private identity that no IMSI is in
add $ADDR6_UE1 $ADDR6_EP 5 hmac-sha-1-96:null --impi ue5@ims.example
ue_add ue1 $ADDR6_UE1 $ADDR6_EP 5 hmac-sha-1-96:null
gm -q tmpi add $T1 --spi "$PS"
by6 "the response of one of a name of its own" ue5@ims.example
gm -q sa establish --expires 600 "$PS"
expect_observed "comes again if its answer was lost" impi-exposed access 1 protected6
expect_observed "and again, that one" impi-exposed access 1 protected6
CALL=c10
register_as ue5@ims.example
expect "but not another one" impi-exposed access 1 protected6
gm -q sa flush --all
gm -q tmpi flush --all
ue_flush ue1

# --- under SAs of somebody else's ---
mode require "foreign-sa: accept"
foreign() { # CIPHER KEY
	local ns from to spi

	for ns in ue1 pcscf; do
		ip -n $ns xfrm state flush
		while read -r from to spi; do
			ip -n $ns xfrm state add src "$from" dst "$to" proto esp spi "$spi" reqid 9 \
				mode transport auth-trunc 'hmac(sha1)' \
				0xf769bcd751044604127672711c6d344100000000 96 enc "$1" "$2"
		done <<-SAS
			$ADDR_UE1 $ADDR_EP 0xff
			$ADDR_EP $ADDR_UE1 0xfe
		SAS
	done
}
ip -n ue1 xfrm policy add src $ADDR_UE1 dst $ADDR_EP dir out \
	tmpl src $ADDR_UE1 dst $ADDR_EP proto esp reqid 9 mode transport
ip -n pcscf xfrm policy add src $ADDR_EP dst $ADDR_UE1 sport 5100 dport 40099 dir out \
	tmpl proto esp reqid 9 mode transport
told() {
	in_ns pcscf socat -u -b 70000 OPEN:sent \
		"UDP4-SENDTO:$ADDR_UE1:40099,bind=$ADDR_EP:5100,reuseaddr" 2>/dev/null
	true
}
gm -q tmpi add $T1 --impi $A --ue $ADDR_UE1 --expires 600
VIA=$ADDR_UE1:40099
foreign 'ecb(cipher_null)' ""
register_as $A
refused "an SA of somebody else's that does not encrypt" impi-exposed access pcscf $ADDR_EP 6100 -- \
	protected 40099
tells alice@ims.example "Contact: <sip:$A>"
expect "and to the UE" impi-exposed access 1 told
foreign 'cbc(aes)' 0xb40ba9a3c58b2a05bbf0d987b21bf8cb
register_as $A
delivered "one that does" pcscf $ADDR_EP 6100 -- protected 40099
tells alice@ims.example "Contact: <sip:$A>"
expect "and to the UE, too" pass-protected access 1 told
ip -n pcscf xfrm policy del src $ADDR_EP dst $ADDR_UE1 sport 5100 dport 40099 dir out
ip -n pcscf xfrm state flush
ue_flush ue1
gm -q tmpi flush --all
VIA=$ADDR_UE1:40000

# --- once it is over a UE may begin anew, by either ---
mode require "lifetimes: {temporary: 240, slack: 0, grace: 60}"
CALL=c6
add $ADDR_UE1 $ADDR_EP 3 hmac-sha-1-96:null
gm -q tmpi add $T1 --spi "$PS"
gm -q sa establish --expires 600 "$PS"
register_as ue3@ims.example
stops "an IMPI while it is registered" impi-exposed ue
gm -q sa del --grace "$PS"
goes_on "but not in the grace time" ue
register_as $T1
goes_on "when its TMPI is good, too" ue
gm -q tmpi flush --all

# --- no emergency waits for a name ---
gm -q tmpi add $T1 --impi $A --ue $ADDR_UE1 --expires 600
for id in impi-exposed:$A tmpi-unknown:$T2; do
	reason=${id%%:*}
	register_as "${id#*:}" "Contact: <sip:a@$ADDR_UE2>"
	stops "$reason: a REGISTER" "$reason" ue2
	register_as "${id#*:}" "Contact: <sip:a@$ADDR_UE2;sos>"
	expect_observed "$reason: one for emergencies" "$reason" access 1 ue2
	expect "$reason: passes" pass-register access 1 ue2
done
gm -q tmpi flush --all

# --- what has happened is told ---
gm -j monitor --timeout 60 >events 2>said &
busywait 5 test -s said
gm -q tmpi add $T1 --impi $A --ue $ADDR_UE1 --expires 600
gm -q tmpi add $T2 --impi $A --ue $ADDR_UE1 --expires 1
told() { jq -r 'select(.event == "tmpi") | .change' <events | grep -qx "$1"; }
for change in new renewed expired; do
	check "monitor tells of: $change" busywait 15 told $change
done
register_as $T3
ue
told_reason() { jq -r 'select(.event == "verdict") | .reason' <events | grep -qx tmpi-unknown; }
check "and of what is refused" busywait 15 told_reason

# --- what the policy clears is gone ---
gm -q tmpi add $T1 --impi $A --ue $ADDR_UE1 --expires 600
gm -q policy clear
mode require
check "a cleared policy takes all with it" test "$(gm -j tmpi list | jq .count)" = 0

finish
