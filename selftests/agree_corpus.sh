#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gmguard agree on what others have captured, from the folder $GMGUARD_CORPUS
# (../shared/conformance beside the project, if there is none): is each value and each
# message read as it was meant?
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/register.sh"

corpus=$(realpath -m "${GMGUARD_CORPUS:-$HERE/../../shared/conformance}")
[ -d "$corpus/07_sec_agree" ] ||
	skip_all "no conformance data: GMGUARD_CORPUS is a folder with 07_sec_agree"
require gmguard jq openssl secagree sipmsg agree
trap 'rm -rf "$WORK"' EXIT
# Who reads keys cannot be traced, but by root, and LeakSanitizer is a tracer.
export ASAN_OPTIONS=detect_leaks=0
cd "$WORK" || exit 1

# values
values="$corpus/07_sec_agree/sec_agree_headers.json"
declare -A unread=(
	[15]="NAME=VALUE"		# cut by who printed it
	[24]="spi-s has 1 to 10"	# 0
	[25]="spi-c has 1 to 10"	# hexadecimal
	[45]="it begins with its name"	# no mechanism
)
# an independent reading, of the same form
# shellcheck disable=SC2016 # it is jq's
reading='def trim: gsub("^\\s+|\\s+$"; "");
	[.value | split(",")[] | [split(";")[] | trim] | . as $all | ($all[1:] | map(split("=") |
	{(.[0]): .[1]}) | add // {}) as $p | if $all[0] != "ipsec-3gpp" then $all[0] else
	"ipsec-3gpp \(if $p.alg | test("sha2") // test("256") then "?" else $p.alg end)/\($p.ealg // "null") " +
	"\($p.mod // "trans") \(if $p.q then $p.q | tonumber * 1000 else -1 end) " +
	([$p["spi-c"], $p["spi-s"], $p["port-c"], $p["port-s"]] | map(tonumber | tostring) | join(",")) end] |
	join("|")'
while read -r id; do
	value=$(jq -r ".entries[] | select(.id == $id).value" "$values")
	read=$(secagree "$value")
	if [ "${unread[$id]-}" ]; then
		check "captured value $id is refused" grep -q "^refused: mechanism .*${unread[$id]}" <<<"$read"
	else
		expected=$(jq -r ".entries[] | select(.id == $id) | $reading" "$values")
		[ "$read" = "$expected" ] || printf '# %s\n' "$read" "$expected"
		check "captured value $id is read" test "$read" = "$expected"
	fi
done < <(jq '.entries[].id' "$values")

# taken ID: what is taken of a Security-Client of the corpus, "" if nothing is
policy_file 'agree: {legacy: true}'
declare -A taken=(
	[1]=hmac-md5-96/null [7]=hmac-sha-1-96/aes-cbc [12]=hmac-sha-1-96/aes-cbc
	[16]=hmac-sha-1-96/null [18]=hmac-sha-1-96/aes-cbc [19]=hmac-md5-96/des-ede3-cbc
	[22]=hmac-sha-1-96/aes-cbc [30]=hmac-md5-96/aes-cbc [34]=hmac-sha-1-96/aes-cbc
	[46]=hmac-md5-96/aes-cbc
)
while read -r id; do
	value=$(jq -r ".entries[] | select(.id == $id).value" "$values" | tr -d '\r' | sed '$!s/$/\r/')
	change sm1 "Security-Client: $value" >register
	run -j agree offer --register register --policy p.yaml
	got=$(jq -r 'if .result == "taken" then "\(.alg)/\(.ealg)" else "" end' out)
	[ "$got" = "${taken[$id]-}" ] || told
	check "captured offer $id: ${taken[$id]:-nothing is taken}" test "$got" = "${taken[$id]-}"
done < <(jq '.entries[] | select(.header == "Security-Client").id' "$values")

# A registration that was led by another P-CSCF, with what it has leaked to the UE and to
# the core: by ours there would have been the keys of the packets that were captured.
lab=$corpus/02_ims_sip/open5gs_volte_lab/ipsec_reg
agree "$lab"/0279_* "$lab"/0405_* "$lab"/0406_* "$lab"/0459_* "$lab"/0673_* \
	192.168.101.5:5060 10.4.128.21:5060 | tr -d '\r' >said
packets=$corpus/06_esp/ims_real_hmac_md5_96_null.json
read -r impi alg ealg _ _ _ _ key <said
check "a captured registration: its IMPI" test "$impi" = 001011234567893@ims.mnc001.mcc001.3gppnetwork.org
check "its algorithms" test "$alg $ealg" = "hmac-md5-96 null"
icv() { # HEX: of an ESP packet
	printf %s "${1:0:-24}" | sed 's/../\\x&/g' | xargs -0 printf %b |
		openssl dgst -md5 -mac hmac -macopt "hexkey:$key" | sed 's/.*= //' | head -c 24
}
verified=0 n=0
while read -r esp sent; do
	n=$((n + 1))
	[ "$(icv "$esp")" != "$sent" ] || verified=$((verified + 1))
done < <(jq -r '.packets[] | "\(.esp_hex) \(.icv)"' "$packets")
check "with its key $n packets verify" test "$n" -gt 0 -a "$verified" = "$n"
sm6() { sed -n '2,/^$/p' said | grep -v '^Security-Server: '; }
check "its challenge without the keys, and nothing else changed" cmp <(sm6) \
	<(tr -d '\r' <"$(echo "$lab"/0405_*)" | sed 's/ ck="[^"]*",//; s/ ik="[^"]*",//')
check "its answer is taken, and registers for 3240 seconds" test "$(tail -n 1 said)" = "2 yes 3240"
sm8() { sed '1,/^$/d' said | head -n -1; }
check "and goes on without what was for the P-CSCF" cmp <(sm8) \
	<(tr -d '\r' <"$(echo "$lab"/0459_*)" | grep -v '^Security-\|^Require: \|^Proxy-Require: ' |
		sed '/^Authorization/s/$/,integrity-protected="yes"/')

# every message, read and edited; stacks part on one, and one was cut
mapfile -t files < <(find "$corpus/02_ims_sip" -name '*.sip' ! -name vivo_br_300_multiple_choices.sip \
	! -name chinamobile_invite_ppi_tel.sip)
sipmsg "${files[@]}" >said
check "${#files[@]} captured messages, each without any of its headers" test $? = 0
grep '^not ok' said

finish
