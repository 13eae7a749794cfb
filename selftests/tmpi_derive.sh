#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gmguard tmpi derive: what it makes of an AKA run, of good and bad input, and where
# keys are to be seen. Needs no module.
. "$(dirname "$0")/common.sh"

require gmguard jq script setpriv
. "$(dirname "$0")/keys.sh"
COMMAND=(tmpi derive)

# MILENAGE test set 1; what comes of it was computed apart from the command
RAND=23553cbe9637a89d218ae64dae47bf35
DOMAIN=mnc001.mcc001.3gppnetwork.org
BSF=bsf.mnc001.mcc001.pub.3gppnetwork.org
NAF=xcap.ims.mnc001.mcc001.pub.3gppnetwork.org
TMPI=NdfNQvvGWK4SGbs7c17alrZHQXyhEcrW@tmpi.bsf.3gppnetwork.org
B_TID=I1U8vpY3qJ0hiuZNrke/NQ==@$BSF
KS_NAF=fd1ac8d09e974a83d864e40f158ddb173379a13316de75a7f659d3b4ab4dffab
KS_INT_NAF=1d6da35624584c90c0e53b45f35a56576125b95c43afb75a0bc65678b4506459
run=(--rand "$RAND" --impi "001010123456789@ims.$DOMAIN" --bsf "$BSF")
naf=(--naf "$NAF" --ua 0100000002)

gives "a TMPI and a B-TID" "tmpi $TMPI
b-tid $B_TID" 0 --keys keys "${run[@]}"
gives "and keys for a NAF" "tmpi $TMPI
b-tid $B_TID
ks-naf $KS_NAF
ks-int-naf $KS_INT_NAF" 0 --keys keys "${run[@]}" "${naf[@]}"
printf 'ck %s\nik %s\n' $IK $CK >swapped
chmod 600 swapped
gives "Ks is CK || IK, not IK || CK" "tmpi 8BrpW7I5bJzUOOubusjo0FpMj8a/hrFL@tmpi.bsf.3gppnetwork.org
b-tid $B_TID" 0 --keys swapped "${run[@]}"
# an operator's profile
profile() { # LINE
	cat <<-END
		sides: [{name: core, trust: trusted, interfaces: [mw0]}]
		endpoints: [{address: 192.0.2.10, unprotected: [5060], server: [6100], client: [5100]}]
		$1
	END
}
ims=(--rand "$RAND" --impi "001010123456789@ims.$DOMAIN")
profile 'tmpi: {non-3gpp-profile: {name: pcscf1.ims.example.org, id: FF00000001}}' >own.yaml
gives "a TMPI of the operator's" "tmpi uoTraPd86W/bBuMcSWOvKOVUNnooo5rj@tmpi.bsf.3gppnetwork.org" 0 \
	--keys keys "${ims[@]}" --policy own.yaml
profile 'tmpi: {mode: observe}' >none.yaml
rejects "a policy without a profile" "none.yaml: no TMPI of the operator's: .*non-3gpp-profile" \
	--keys keys "${ims[@]}" --policy none.yaml
profile 'tmpi: {non-3gpp-profile: {name: a, id: "0100000100"}}' >bad.yaml
rejects "a profile of 3GPP's identifier" "^bad.yaml:3: the identifier must begin with ff" \
	--keys keys "${ims[@]}" --policy bad.yaml
rejects "a BSF and a profile" "either --bsf, or --policy" --keys keys "${run[@]}" --policy own.yaml
rejects "a NAF and a profile" "without a BSF there is no NAF" --keys keys "${ims[@]}" "${naf[@]}" --policy own.yaml

./gmguard -j tmpi derive --keys keys "${run[@]}" "${naf[@]}" >out
check "JSON" holds ". == {schema: 1, tmpi: \"$TMPI\", \"b-tid\": \"$B_TID\",
	\"ks-naf\": \"$KS_NAF\", \"ks-int-naf\": \"$KS_INT_NAF\"}"
./gmguard -j tmpi derive --keys keys "${run[@]}" >out
check "JSON: no key that nobody asked for" holds 'keys == ["b-tid", "schema", "tmpi"]'

rejects "no BSF" "either --bsf, or --policy" --keys keys --rand $RAND --impi a
wrong "no RAND" "needs --rand" --keys keys --bsf $BSF --impi a
wrong "no IMPI" "needs --impi" --keys keys --rand $RAND --bsf $BSF
wrong "no keys" "needs --keys" "${run[@]}"
wrong "a short RAND" "--rand wants 32 hex" --keys keys "${run[@]}" --rand ${RAND%?}
wrong "an IMPI of nothing" "--impi wants 1 to 255" --keys keys "${run[@]}" --impi ""
wrong "an identifier of three octets" "--ua wants 10 hex" --keys keys "${run[@]}" --naf $NAF --ua 010000
rejects "a NAF without an application" "--naf and --ua go together" --keys keys "${run[@]}" --naf $NAF
rejects "an application without a NAF" "--naf and --ua go together" --keys keys "${run[@]}" --ua 0100000002
rejects "a BSF that is no host name" "--bsf wants a host name" --keys keys "${run[@]}" --bsf "sip:$BSF"
rejects "a NAF that is no host name" "--naf wants a host name" --keys keys "${run[@]}" "${naf[@]}" --naf x..y
printf 'ck %s\n' $CK >one
chmod 600 one
rejects "a file of one key" "^one:1: the line 'ik HEX' is missing" --keys one "${run[@]}"
rejects "a key among the arguments" "keys in arguments" --keys "inline:$CK:$IK" "${run[@]}"

# where keys are not shown
script -qec "./gmguard tmpi derive --keys keys ${run[*]} ${naf[*]}" /dev/null </dev/null >err
status=$?
check "no key goes to a terminal" test $status = 1
check "which is told why" grep -q "no keys on a terminal" err
check "and sees none" quiet_about_keys
script -qec "./gmguard tmpi derive --keys keys ${run[*]}" /dev/null </dev/null >out
check "a TMPI does" grep -q "tmpi $TMPI" out
for j in "" -j; do
	./gmguard $j tmpi derive --keys keys "${run[@]}" >/dev/full 2>err
	check "a full disk is noticed${j:+, with $j}" test $? = 2
done

finish
