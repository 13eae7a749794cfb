#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gmguard aka expand: what it makes of files of keys, good and bad, and that keys
# are shown nowhere but on its standard output. Needs no module.
. "$(dirname "$0")/common.sh"

require gmguard ip jq script setpriv unshare
. "$(dirname "$0")/keys.sh"
COMMAND=(aka expand)

# what TS 33.203 Annex I makes of the keys
DES=b50ba8a2c48a2a04baf1d986b31af8cbb50ba8a2c48a2a04

# the pairs: ALG EALG, what ip-xfrm(8) is told
SHA="auth-trunc hmac(sha1) 0x${IK}00000000 96"
MD5="auth-trunc hmac(md5) 0x$IK 96"
NULL='enc ecb(cipher_null) ""'
pairs=(
	"hmac-sha-1-96 null" "$SHA $NULL"
	"hmac-sha-1-96 aes-cbc" "$SHA enc cbc(aes) 0x$CK"
	"aes-gmac null" "aead rfc4543(gcm(aes)) 0x${IK}dbc2b1c2 128"
	"null aes-gcm" "aead rfc4106(gcm(aes)) 0x${CK}89273db6 128"
)
legacy=(
	"hmac-sha-1-96 des-ede3-cbc" "$SHA enc cbc(des3_ede) 0x$DES"
	"hmac-md5-96 null" "$MD5 $NULL"
	"hmac-md5-96 aes-cbc" "$MD5 enc cbc(aes) 0x$CK"
	"hmac-md5-96 des-ede3-cbc" "$MD5 enc cbc(des3_ede) 0x$DES"
)
for ((i = 0; i < ${#pairs[@]}; i += 2)); do
	read -r alg ealg <<<"${pairs[i]}"
	gives "$alg with $ealg" "${pairs[i + 1]}" 0 --keys keys --alg "$alg" --ealg "$ealg"
done
for ((i = 0; i < ${#legacy[@]}; i += 2)); do
	read -r alg ealg <<<"${legacy[i]}"
	gives "$alg with $ealg, with a warning" "${legacy[i + 1]}" 1 \
		--keys keys --alg "$alg" --ealg "$ealg" --legacy
	rejects "$alg with $ealg, unless asked for" "Release 13.*--legacy" \
		--keys keys --alg "$alg" --ealg "$ealg"
done
for pair in "hmac-sha-1-96 aes-gcm" "hmac-md5-96 aes-gcm" "aes-gmac aes-cbc" "aes-gmac aes-gcm" \
	"aes-gmac des-ede3-cbc" "null null" "null aes-cbc" "null des-ede3-cbc"; do
	read -r alg ealg <<<"$pair"
	rejects "$alg with $ealg" "it goes with\|goes with ealg" \
		--keys keys --alg "$alg" --ealg "$ealg" --legacy
done
gives "ealg is null if it is not given" "$SHA $NULL" 0 --keys keys --alg hmac-sha-1-96
wrong "an alg of nobody's" "--alg wants .*hmac-sha-1-96" --keys keys --alg HMAC-SHA-1-96
wrong "an ealg of nobody's" "--ealg wants .*aes-cbc" --keys keys --alg null --ealg aes
wrong "no alg" "--alg" --keys keys
wrong "no file" "--keys" --alg aes-gmac
wrong "a key among the arguments" "--ck" --ck $CK --ik $IK --alg aes-gmac

# JSON
json() { # WHAT FILTER ARG...
	local what=$1 filter=$2

	shift 2
	./gmguard -j aka expand --keys keys --alg "$@" >out
	check "JSON: $what" holds "$filter"
}
json "schema, and what was asked for" '.schema == 1 and .alg == "null" and .ealg == "aes-gcm"' \
	null --ealg aes-gcm
json "an AEAD" ".transforms == [{param: \"aead\", name: \"rfc4106(gcm(aes))\",
	key: \"${CK}89273db6\", \"icv-bits\": 128}]" null --ealg aes-gcm
json "two transforms" ".transforms == [{param: \"auth-trunc\", name: \"hmac(sha1)\",
	key: \"${IK}00000000\", \"icv-bits\": 96},
	{param: \"enc\", name: \"ecb(cipher_null)\", key: \"\"}]" hmac-sha-1-96

# files of keys. good WHAT, bad WHAT LINE TEXT: the file is on stdin
shopt -s lastpipe
good() {
	gives "$1" "$SHA enc cbc(aes) 0x$CK" 0 --keys - --alg hmac-sha-1-96 --ealg aes-cbc
}

bad() {
	rejects "$1" "^stdin:$2: .*$3" --keys - --alg hmac-sha-1-96 --ealg aes-cbc
}

printf 'ik %s\nck %s\n' $IK $CK | good "the other order"
printf 'ck %s\nik %s' $CK $IK | good "no end of the last line"
printf 'ck %s\r\nik %s\r\n' $CK $IK | good "lines of another system"
printf 'ck %s\nik %s\n' ${CK^^} ${IK^^} | good "upper case"
printf '# of the lab\n\n \t\nck\t %s \n  ik %s # IK\n#' $CK $IK | good "comments and blanks"

bad "an empty file" 1 "'ck HEX' is missing" </dev/null
printf '\n\n' | bad "a file of blank lines" 2 "'ck HEX' is missing"
printf 'ck %s\n' $CK | bad "a missing ik" 1 "'ik HEX' is missing"
printf '#\nik %s\n' $IK | bad "a missing ck" 2 "'ck HEX' is missing"
printf 'ck %s\nck %s\n' $CK $CK | bad "a second ck" 2 "line 1 has one"
printf 'ck %s\nik %s\n\nik %s\n' $CK $IK $IK | bad "a second ik" 4 "line 2 has one"
printf 'ck %s\nik %s\n' ${CK%?} $IK | bad "a short key" 1 "ck has 31 hex digits, 32"
printf 'ck %s\nik %s0\n' $CK $IK | bad "a long key" 2 "ik has 33 hex digits, 32"
printf 'ck %s\nik\n' $CK | bad "a key of nothing" 2 "ik has 0 hex digits"
printf 'ck %sg\nik %s\n' ${CK%?} $IK | bad "what is not hexadecimal" 1 "character 32 of ck is no hex"
printf 'ck 0x%s\nik %s\n' $CK $IK | bad "0x" 1 "character 2 of ck is no hex"
printf 'ck %s %s\n' $CK $IK | bad "two keys in a line" 1 "character 33 of ck is no hex"
printf 'ck %s\0\nik %s\n' $CK $IK | bad "a zero octet" 1 "character 33 of ck is no hex"
for name in ck: ck= CK key "" ckk; do
	printf 'ik %s\n%s%s\n' $IK "$name${name:+ }" $CK | bad "a line that begins with '$name'" 2 "a line is"
done
printf 'ck=%s\nik=%s\n' $CK $IK | bad "= for a blank" 1 "a line is"
printf 'ck%s\nik%s\n' $CK $IK | bad "no blank" 1 "a line is"

expand=(--alg hmac-sha-1-96)
{ cat keys; printf '%4096s' ''; } >large
chmod 600 large
rejects "a large file" "large: more than 4096 octets" --keys large "${expand[@]}"
rejects "a file without end" "more than 4096 octets" --keys /dev/zero "${expand[@]}"
rejects "an absent file" "absent: No such file" --keys absent "${expand[@]}"
rejects "a directory" "Is a directory" --keys . "${expand[@]}"
rejects "a closed descriptor" "Bad file descriptor" --keys - "${expand[@]}" <&-
install -m 000 keys unreadable
check "a file of somebody else's is refused" \
	grep -q "unreadable: Permission denied" <("${AS[@]}" ./gmguard aka expand --keys unreadable \
		"${expand[@]}" 2>&1)
gives "a descriptor" "$SHA $NULL" 0 --keys /dev/fd/3 "${expand[@]}" 3<keys
gives "a pipe" "$SHA $NULL" 0 --keys <(cat keys) "${expand[@]}"
for mode in 640 604; do
	install -m $mode keys open
	gives "a file of mode $mode, with a warning" "$SHA $NULL" 1 --keys open "${expand[@]}"
	check "which says what to do" grep -q "open: others .* chmod 600" err
done

# where keys are not shown
script -qec "./gmguard aka expand --keys keys --alg hmac-sha-1-96" /dev/null </dev/null >err
status=$?
check "nothing goes to a terminal" test $status = 1
check "which is told why" grep -q "no keys on a terminal" err
check "and sees no key" quiet_about_keys
for j in "" -j; do
	./gmguard $j aka expand --keys keys "${expand[@]}" >/dev/full 2>err
	check "a full disk is noticed${j:+, with $j}" test $? = 2
done

# while it waits for keys
mkfifo -m 666 fifo
"${AS[@]}" ./gmguard aka expand --keys fifo "${expand[@]}" >out 2>err &
pid=$!
no_core() { grep -q '^Max core file size  *0  *0 ' /proc/$pid/limits; }
check "it dumps no core" busywait 20 no_core
unread() { ! "${AS[@]}" cat /proc/$pid/environ >/dev/null 2>&1; }
check "nobody of its user looks into it" busywait 20 unread
# AddressSanitizer has no mlock()
if ! grep -q libasan /proc/$pid/maps 2>/dev/null && ! ldd gmguard | grep -q libasan; then
	locked() { grep -qE '^VmLck:\s+[1-9]' /proc/$pid/status; }
	check "the memory of its keys is locked" busywait 20 locked
fi
cat keys >fifo
wait $pid
check "and then it goes on" grep -qF "$SHA" out

# The kernel takes what was made, as ip(8) is told it.
take() { # WORDS
	{
		printf 'xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x1001 mode transport '
		echo "$1"
	} | unshare -rn ip -batch - >out 2>err
}
pairs+=("${legacy[@]}")
for ((i = 0; i < ${#pairs[@]}; i += 2)); do
	alg=${pairs[i]/ /, }
	if take "${pairs[i + 1]}"; then
		ok "the kernel takes $alg"
	elif grep -q "Requested .* not found\|Operation not permitted" err; then
		skip "the kernel takes $alg" "$(head -n 1 err)"
	else
		explain
		not_ok "the kernel takes $alg"
	fi
done

finish
