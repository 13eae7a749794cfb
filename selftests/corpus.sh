#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What others have computed and captured, from the folder $GMGUARD_CORPUS
# (../shared/conformance beside the project, if there is none): are the keys that
# the command makes of CK and IK those of real ESP packets?
. "$(dirname "$0")/common.sh"

corpus=${GMGUARD_CORPUS:-$HERE/../../shared/conformance}
[ -d "$corpus/06_esp" ] || skip_all "no conformance data: GMGUARD_CORPUS is a folder with 06_esp"
require gmguard jq python3
trap 'rm -rf "$WORK"' EXIT

# key CK IK ALG EALG auth-trunc|enc: the key of this transform, in hex
key() {
	gmguard -j aka expand --legacy --alg "$3" --ealg "$4" --keys <(printf 'ck %s\nik %s\n' "$1" "$2") \
		2>/dev/null | jq -r ".transforms[] | select(.param == \"$5\").key"
}

# Is the ICV of an ESP packet right? IPsec has the first 96 bits of an HMAC.
icv_holds() { # md5|sha1 KEY ESP
	/usr/bin/python3 -c '
import hmac, sys
name, key, esp = sys.argv[1], *map(bytes.fromhex, sys.argv[2:])
sys.exit(hmac.new(key, esp[:-12], name).digest()[:12] != esp[-12:])' "$@"
}

even() { # HEX: without the bits of parity
	/usr/bin/python3 -c 'import sys; print(bytes(b & 0xfe for b in bytes.fromhex(sys.argv[1])).hex())' "$1"
}

# keys by themselves, and a packet for each pair; DES without parity
file=$corpus/06_esp/computed/ims_key_expansion_and_esp_computed.json
while read -r ck ik md5 sha1 des aes; do
	check "hmac-md5-96 of $ck" test "$(key "$ck" "$ik" hmac-md5-96 null auth-trunc)" = "$md5"
	check "hmac-sha-1-96 of $ck" test "$(key "$ck" "$ik" hmac-sha-1-96 null auth-trunc)" = "$sha1"
	check "aes-cbc of $ck" test "$(key "$ck" "$ik" hmac-sha-1-96 aes-cbc enc)" = "$aes"
	check "des-ede3-cbc of $ck" test "$(even "$(key "$ck" "$ik" hmac-sha-1-96 des-ede3-cbc enc)")" = "$(even "$des")"
done < <(jq -r '.vectors[] | [.CK, .IK, (.keys | .["hmac-md5-96", "hmac-sha-1-96", "des-ede3-cbc", "aes-cbc"])] | @tsv' "$file")
while read -r ck ik alg ealg esp; do
	hash=${alg%-96} hash=${hash#hmac-}
	check "a packet of $alg with $ealg, $ck" \
		icv_holds "${hash/-/}" "$(key "$ck" "$ik" "$alg" "$ealg" auth-trunc)" "$esp"
done < <(jq -r '.vectors[] | . as $v | .packets[] | [$v.CK, $v.IK, .alg, .ealg, .esp_hex] | @tsv' "$file")

# packets of a network
file=$corpus/06_esp/ims_real_hmac_md5_96_null.json
while read -r ck ik frame esp; do
	key=$(key "$ck" "$ik" hmac-md5-96 null auth-trunc)
	check "captured packet $frame" icv_holds md5 "$key" "$esp"
	check "captured packet $frame, changed" eval "! icv_holds md5 $key ${esp}00"
done < <(jq -r '. as $f | .packets[] | [$f.CK, $f.IK, .frame, .esp_hex] | @tsv' "$file")

[ $TESTS != 0 ] || not_ok "nothing was found in $corpus/06_esp"
finish
