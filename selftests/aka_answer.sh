#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gmguard aka vector and answer: an AuC and an ISIM, what they say to each other, and
# where the keys they agree on are to be seen. Needs no module.
. "$(dirname "$0")/common.sh"

require gmguard jq script setpriv
. "$(dirname "$0")/keys.sh"
shopt -s lastpipe

# AuC and ISIM. MILENAGE test set 1; the Digest responses were computed apart from
# the command.
K=465b5ce8b199b49faa5f0a2ee238a6bc
OP=cdc202d5123e20f62b6d676ac72cb318
OPC=cd63cb71954a9f4e48a5994e37a02baf
RAND=23553cbe9637a89d218ae64dae47bf35
SQN=ff9bb4d0b607
NONCE=I1U8vpY3qJ0hiuZNrke/NVXzKLQ1d7m5Sp/6w1Tfr7M=
FALSE=I1U8vpY3qJ0hiuZNrke/NVXzKLQ1d7m5Sp/6w1Tfr7I= # one bit is another
DOMAIN=ims.mnc001.mcc001.3gppnetwork.org
VECTOR="nonce $NONCE
sqn $SQN
rand $RAND
autn 55f328b43577b9b94a9ffac354dfafb3
xres a54211d5e3ba50bf
ck $CK
ik $IK"
# TUAK test set 2, whose AUTN was computed apart from the command
TUAK_K=fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0efeeedecebeae9e8e7e6e5e4e3e2e1e0
TOP=808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f
TOPC=305425427e18c503c8a4b294ea72c95d0c36c6c6b29d0c65de5974d5977f8524
TUAK_VECTOR="nonce ASNFZ4mrze8BI0VniavN70kp1iJFtavN2UkAsO4rTJA=
sqn 0123456789ab
rand 0123456789abcdef0123456789abcdef
autn 4929d62245b5abcdd94900b0ee2b4c90
xres e9d749dc4eea0035
ck a4cb6f6529ab17f8337f27baa8234d47
ik 2274155ccf4199d5e2abcbf621907f90"

printf 'k %s\nop %s\n' $K $OP >isim
printf 'k %s\ntop %s\n' $TUAK_K $TOP >tuak
chmod 600 isim tuak

# the AuC
COMMAND=(aka vector)
set1=(--sqn "$SQN" --amf b9b9 --rand "$RAND")
set2=(--sqn 0123456789ab --amf abcd --rand 0123456789abcdef0123456789abcdef)
good() {
	gives "$1" "$VECTOR" 0 --keys - "${set1[@]}"
}

bad() {
	rejects "$1" "^stdin:$2: .*$3" --keys - "${set1[@]}"
}

gives "a vector of MILENAGE" "$VECTOR" 0 --keys isim "${set1[@]}"
gives "a vector of TUAK" "$TUAK_VECTOR" 0 --keys tuak "${set2[@]}"
printf 'k %s\nopc %s\n' $K $OPC | good "OPc for OP"
printf '# of the lab\nopc %s\r\n\n K\n' $OPC | bad "K by another name" 4 "a line is 'k HEX' or one of"
printf 'k %s\ntopc %s' $TUAK_K $TOPC | gives "TOPc for TOP" "$TUAK_VECTOR" 0 --keys - "${set2[@]}"
printf 'op %s\n' $OP | bad "a missing k" 1 "'k HEX' is missing"
printf 'k %s\n' $K | bad "a missing op" 1 "'op HEX', 'opc HEX' .* is missing"
bad "an empty file" 1 "is missing" </dev/null
printf 'k %s\nop %s\nk %s\n' $K $OP $K | bad "a second k" 3 "line 1 has one"
printf 'k %s\nop %s\nop %s\n' $K $OP $OP | bad "a second op" 3 "line 2 has one"
printf 'k %s\nop %s\nopc %s\n' $K $OP $OPC | bad "opc beside op" 3 "opc beside op, which line 2 has"
printf 'k %s\ntop %s\nopc %s\n' $K $TOP $OPC | bad "opc beside top" 3 "opc beside top, which line 2 has"
printf 'k %s\nop %s\n' $TUAK_K $OP | bad "a k of TUAK with op" 1 "64 hex digits, with op of MILENAGE 32"
printf 'k %s\nop %s\n' $K $TOP | bad "an op of TUAK" 2 "op has 64 hex digits, 32 are right"
printf 'k %s\ntop %s\n' $K $OP | bad "a top of MILENAGE" 2 "top has 32 hex digits, 64 are right"
printf 'k %s\nop %s\n' ${K}00 $OP | bad "a long k" 1 "k has 34 hex digits, 32 or 64 are right"
printf 'k %sx\nop %s\n' ${K%?} $OP | bad "what is not hexadecimal" 1 "character 32 of k is no hex"
bad "keys of an AKA run" 1 "a line is 'k HEX' or" <keys

auc=(--keys isim)
wrong "no SQN" "either --sqn, or --auts" "${auc[@]}"
wrong "an SQN and AUTS" "either --sqn, or --auts" "${auc[@]}" "${set1[@]}" --auts x --nonce $NONCE
wrong "AUTS for nothing" "either --sqn, or --auts" "${auc[@]}" --auts x
wrong "a nonce for nothing" "either --sqn, or --auts" "${auc[@]}" "${set1[@]}" --nonce $NONCE
wrong "a short SQN" "--sqn wants 12 hex" "${auc[@]}" --sqn ff9bb4d
wrong "a long RAND" "--rand wants 32 hex" "${auc[@]}" "${set1[@]}" --rand ${RAND}00
wrong "an AMF of nobody's" "--amf wants 4 hex" "${auc[@]}" --sqn $SQN --amf 0x80
wrong "K among the arguments" "unknown" --k $K --op $OP "${set1[@]}"
wrong "keys in an argument" "seen by others" --keys "inline:$K:$OP" "${set1[@]}"

run aka vector "${auc[@]}" --sqn $SQN
mv out first
run aka vector "${auc[@]}" --sqn $SQN
check "each challenge has a RAND of its own" \
	test "$(grep -c ^rand first)" = 1 -a "$(grep ^rand first)" != "$(grep ^rand out)"
check "AMF is 8000 if it is not given" grep -qE '^autn .{12}8000' out
run -j aka vector "${auc[@]}" "${set1[@]}"
check "JSON: a vector" holds ".schema == 1"
check "with the same values" cmp -s <(jq -S 'del(.schema)' out) \
	<(jq -RnS '[inputs | split(" ") | {(.[0]): .[1]}] | add' <<<"$VECTOR")

# the ISIM
COMMAND=(aka answer)
who=(--impi "001010123456789@$DOMAIN" --realm "$DOMAIN" --uri "sip:$DOMAIN")
isim=(--keys isim "${who[@]}")
# header RESPONSE [NONCE]: as it begins
header() {
	echo "Digest username=\"001010123456789@$DOMAIN\", realm=\"$DOMAIN\"," \
		"nonce=\"${2-$NONCE}\", uri=\"sip:$DOMAIN\", response=\"$1\", algorithm=AKAv1-MD5"
}
QOP=', nc=00000001, cnonce="0a4f113b"'
plain="authorization $(header 486f3ee163ac4a424493c7ee626d3794)
sqn $SQN"
qop="authorization $(header cbefdcc54c81aa658d67da2fba29638c), qop=auth$QOP
sqn $SQN"
KEYS="ck $CK
ik $IK"
gives "an answer" "result answer
$plain
$KEYS" 0 "${isim[@]}" --nonce $NONCE
gives "an answer with qop" "result answer
$qop
$KEYS" 0 "${isim[@]}" --nonce $NONCE --qop auth --cnonce 0a4f113b --sqn ff9bb4d0b606

rm -f new
gives "keys go into a file" "result answer
$plain" 0 "${isim[@]}" --nonce $NONCE --write-keys new
check "which is the owner's alone" test "$(stat -c %a new)" = 600
check "and a file of keys" cmp -s keys new
chmod 640 keys
run aka answer "${isim[@]}" --nonce $NONCE --write-keys keys
check "a file that is there stays (status 4)" test $status = 4 -a ! -s out
check "as it is" cmp -s keys new
rejects "a file in no folder" "No such file" "${isim[@]}" --nonce $NONCE --write-keys absent/new

# declines WHAT RESULT HEADER SQN ARG...: status 7, no keys
declines() {
	local what=$1 text="result $2
authorization $3${4:+
sqn $4}"

	shift 4
	run aka answer "${isim[@]}" --write-keys none "$@"
	if [ $status = 7 ] && [ "$(<out)" = "$text" ] && said 1 && quiet_about_keys && [ ! -e none ]; then
		ok "$what"
	else
		explain
		not_ok "$what"
	fi
}

AUTS=uoU/PBI8z0TpNZbjVcY=
declines "a MAC that is wrong gets no response" mac-failure "$(header "" $FALSE)" "" --nonce $FALSE
check "and is told as such" grep -q "MAC-A is wrong" err
declines "an SQN that was taken before gets AUTS" sync-failure \
	"$(header 180933893eb8c4519e87ae2c9d5a1955), auts=\"$AUTS\"" $SQN --nonce $NONCE --sqn $SQN
check "and is told as such" grep -q "SQN is not above" err
printf 'k %s\nop %s\n' "${K/6/7}" $OP |
	declines "another K makes the MAC wrong" mac-failure "$(header "")" "" --nonce $NONCE --keys -
run -j aka answer "${isim[@]}" --nonce $FALSE
check "JSON: a MAC that is wrong" holds '.schema == 1 and .result == "mac-failure" and
	keys == ["authorization", "result", "schema"]'
run -j aka answer "${isim[@]}" --nonce $NONCE --sqn $SQN
check "JSON: an SQN that was taken before" holds '.schema == 1 and .result == "sync-failure" and
	keys == ["authorization", "result", "schema", "sqn"]'
run -j aka answer "${isim[@]}" --nonce $NONCE
check "JSON: an answer" holds ".result == \"answer\" and .sqn == \"$SQN\" and .ck == \"$CK\" and .ik == \"$IK\""

printf 'v=0\r\n' >body
run aka answer "${isim[@]}" --nonce $NONCE --qop auth-int --cnonce 0a4f113b --body body
mv out first
run aka answer "${isim[@]}" --nonce $NONCE --qop auth-int --cnonce 0a4f113b --body - <body
check "a body on the standard input" cmp -s first out
run aka answer "${isim[@]}" --nonce $NONCE --qop auth-int --cnonce 0a4f113b
check "a body matters with auth-int" test $status = 0 -a "$(<first)" != "$(<out)"
for what in "--method INVITE" "--nc 00000002" "--algorithm AKAv2-MD5"; do
	# shellcheck disable=SC2086 # words
	run aka answer "${isim[@]}" --nonce $NONCE --qop auth --cnonce 0a4f113b $what
	check "so does $what" test $status = 0 -a "$(grep ^auth out)" != "$(head -n 1 <<<"$qop")" \
		-a "$(grep -c "response=\"cbefdcc5" out)" = 0
done

for nonce in "" x "$NONCE=" "${NONCE}AA" "$NONCE " "${NONCE%?????}AA=="; do
	wrong "a nonce '${nonce:(-5)}'" "--nonce wants base64 of RAND" "${isim[@]}" --nonce "$nonce"
done
for option in realm uri method cnonce impi; do
	for text in 'a"b' 'a\b' $'a\r\nb' $'a\tb' $'a\x7fb'; do
		wrong "--$option $(printf %q "$text")" "--$option wants text without" "${isim[@]}" \
			--nonce $NONCE --qop auth --cnonce 1 --$option "$text"
	done
done
wrong "a qop of nobody's" "--qop wants .*auth-int" "${isim[@]}" --nonce $NONCE --qop auth,auth-int
wrong "qop without cnonce" "--qop needs --cnonce" "${isim[@]}" --nonce $NONCE --qop auth
wrong "cnonce without qop" "go with --qop" "${isim[@]}" --nonce $NONCE --cnonce 1
wrong "a body with auth" "--body goes with --qop auth-int" "${isim[@]}" --nonce $NONCE \
	--qop auth --cnonce 1 --body body
wrong "a short nc" "--nc wants 8" "${isim[@]}" --nonce $NONCE --qop auth --cnonce 1 --nc 1
wrong "nc in upper case" "--nc wants 8" "${isim[@]}" --nonce $NONCE --qop auth --cnonce 1 --nc 0000000A
wrong "an algorithm of nobody's" "--algorithm wants .*AKAv2-MD5" "${isim[@]}" --nonce $NONCE --algorithm MD5
wrong "two standard inputs" "cannot both be" "${isim[@]}" --nonce $NONCE --qop auth-int --cnonce 1 \
	--keys - --body - <isim
wrong "a body without end" "more than 65536 octets" "${isim[@]}" --nonce $NONCE --qop auth-int \
	--cnonce 1 --body /dev/zero
wrong "no nonce" "needs --nonce" "${isim[@]}"

# Both: an ISIM that has lost count is told so, and the AuC goes on where it is.
field() { # NAME FILE
	sed -n "s/^$1 //p" "$2"
}
for keys in isim tuak; do
	run aka vector --keys $keys --sqn 000000000041
	mv out vector
	run aka answer --keys $keys "${who[@]}" --nonce "$(field nonce vector)" --sqn 0000000000ff
	check "$keys: the SQN of the ISIM is above" grep -qx "result sync-failure" out
	auts=$(sed -n 's/.*auts="\(.*\)"/\1/p' out)
	run aka vector --keys $keys --nonce "$(field nonce vector)" --auts "$auts"
	check "$keys: the AuC takes the next" test "$(field sqn out)" = 000000000100
	mv out next
	run aka answer --keys $keys "${who[@]}" --nonce "$(field nonce next)" --sqn 0000000000ff
	check "$keys: the ISIM answers" grep -qx "result answer" out
	for name in ck ik sqn; do
		check "$keys: both have the same $name" \
			test -n "$(field $name out)" -a "$(field $name out)" = "$(field $name next)"
	done
	run aka vector --keys $keys --nonce "$(field nonce next)" --auts "$auts"
	check "$keys: AUTS for another RAND is refused" test $status = 1 -a ! -s out
	check "and told as such" said 1 "MAC-S is wrong"
done
COMMAND=(aka vector)
sync=(--nonce "$NONCE" --auts)
for auts in x "${AUTS}AAAA" AAAA ""; do
	wrong "AUTS '$auts'" "--auts wants 14 octets" "${auc[@]}" "${sync[@]}" "$auts"
done
wrong "AUTS for a nonce of nobody's" "--nonce wants base64" "${auc[@]}" --nonce x --auts $AUTS
run aka answer "${isim[@]}" --nonce $NONCE --sqn ffffffffffff
wrong "AUTS of the last SQN" "no SQN above" "${auc[@]}" "${sync[@]}" "$(sed -n 's/.*auts="\(.*\)"/\1/p' out)"

# where keys are not shown
for command in "vector ${auc[*]} --sqn $SQN" "answer ${isim[*]} --nonce $NONCE"; do
	script -qec "./gmguard aka $command" /dev/null </dev/null >err
	check "aka ${command%% *}: nothing goes to a terminal" grep -q "no keys on a terminal" err
	check "which sees no key" quiet_about_keys
	for j in "" -j; do
		# shellcheck disable=SC2086 # words
		./gmguard $j aka $command >/dev/full 2>err
		check "aka ${command%% *}: a full disk is noticed${j:+, with $j}" test $? = 2
	done
done
rm -f new
script -qec "./gmguard aka answer ${isim[*]} --nonce $NONCE --write-keys new" /dev/null </dev/null >err
check "what is no key goes to a terminal" grep -q "^result answer" err

# while keys are in its memory, for nobody reads what it writes
mkfifo full
exec 5<>full
head -c 65536 /dev/zero >&5
stuck() { grep -qs pipe_write "/proc/$pid/wchan" "/proc/$pid/stack"; }
shown() { grep -qi "$1" seen; }
for command in "vector ${auc[*]} --sqn $SQN" "answer ${isim[*]} --nonce $NONCE"; do
	if [ "$(id -u)" != 0 ]; then
		skip "aka ${command%% *}: what others see of it" "environ is root's to read"
		continue
	fi
	# shellcheck disable=SC2086 # words
	MARK=canary ./gmguard aka $command >&5 &
	pid=$!
	check "aka ${command%% *}: it writes" busywait 20 stuck
	tr '\0' '\n' <"/proc/$pid/cmdline" >seen
	check "what it was given is seen by others" shown "^--keys$"
	tr '\0' '\n' <"/proc/$pid/environ" >>seen
	check "and what it has from its parent by root" shown "^MARK=canary$"
	for key in $K $OP $OPC $CK $IK; do
		if shown "$key"; then not_ok "and the key ${key::4}..."; else ok "but no key ${key::4}..."; fi
	done
	kill $pid
	wait $pid 2>/dev/null
done
exec 5>&-

finish
