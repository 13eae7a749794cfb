#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A file of commands about SAs: what is done of it when a line is wrong, and what
# it answers.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/sets.sh"

topology
gm_policy "limits: {event-rate: 10000}"
CK=b40ba9a3c58b2a05bbf0d987b21bf8cb IK=f769bcd751044604127672711c6d3441

# line N [OPTION...]: adds a set as sets.sh does
line() {
	local n=$1

	shift
	echo "sa add --ue $ADDR_UE1 --pcscf $ADDR_EP --port-uc $((40000 + 10 * n))" \
		"--port-us $((40001 + 10 * n)) --port-pc 5100 --port-ps 6100" \
		"--spi-uc $((1000 + 10 * n)) --spi-us $((1001 + 10 * n))" \
		"--alg hmac-sha-1-96 --keys inline:$CK:$IK --impi ue$n@ims.example $*"
}

# batch WHAT STATUS SETS [OPTION...]: lines from stdin end with this status and leave
# so many sets
batch() {
	local what=$1 status=$2 sets=$3 got

	shift 3
	gm batch "$@" - >"$WORK/out" 2>"$WORK/err"
	got="status $?, $(gm sa count) sets"
	if [ "$got" = "status $status, $sets sets" ]; then
		ok "$what"
	else
		sed 's/^/# /' "$WORK/err"
		not_ok "$what: $got, not $status and $sets"
	fi
}

said() { # WHAT PATTERN: in the errors
	check "$1" grep -q -e "$2" "$WORK/err"
}

batch "all lines are good" 0 3 < <(
	echo "# three UEs"
	line 1
	echo
	line 2
	line 3
)
gm -q sa flush --all

batch "it ends at a line that is refused" 7 1 < <(
	line 1
	line 2 --port-pc 5101
	line 3
)
said "and says which, why" "^stdin:2: .*port-pc is no client port of this endpoint"
said "and how far it got" "stopped here: 1 before it are done; --keep-going goes on"
gm -q sa flush --all

batch "or goes on" 7 2 --keep-going < <(
	line 1
	line 2 --alg hmac-sha-256
	echo "policy clear"
	printf '%05000d\n' 0
	line 1 --impi other@ims.example
	line 3
)
said "after bad usage" "^stdin:2: .*--alg wants one of"
said "a command that is for no batch" "^stdin:3: .*not in a batch"
said "a line that is too long" "^stdin:4: more than 4094 octets"
PS=$(gm -j sa list --impi ue1@ims.example | jq '.sets[0]["spi-ps"]')
said "a port that is taken" "^stdin:5: .*port-uc is in use at this UE address"
said "and by whom" "^stdin:5: it belongs to set 0x[0-9a-f]* ($PS) of ue $ADDR_UE1, impi ue1@ims"
said "and counts them" "batch: 2 done, 4 failed"

batch "keys in the wrong place are refused" 7 2 --keep-going < <(
	echo "sa establish inline:$CK:$IK --expires 60"
	echo "sa del $CK"
	line 4 | sed 's/inline://'
	line 4 | sed 's/inline/Inline/'
	line 4 | sed 's/--alg hmac-sha-1-96 --keys inline/--keys inlin --alg /'
)
check "and shown nowhere" test -z "$(grep -il -e "${CK:0:8}" -e "${IK:0:8}" "$WORK/err" "$WORK/out")"

batch "each line is answered in JSON" 7 2 -j < <(
	echo "sa establish $PS --expires 600"
	line 4
	echo "sa shorten $PS --expires 60"
	echo "sa del $PS"
	echo "sa del $PS"
)
check "one line each" test "$(jq -rs 'length' <"$WORK/out")" = 5
check "the new set by its SPIs" test "$(jq -s '.[1]["spi-ps"] > 0' <"$WORK/out")" = true
check "the failed one by its line" \
	test "$(jq -sc '.[4] | [.result, .line]' <"$WORK/out")" = '["failed",5]'

finish
