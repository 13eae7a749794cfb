#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# libgmguard in a program, on a kernel with the module: network namespaces, fork(), and memory
# that the program has locked.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/register.sh"
. "$(dirname "$0")/sets.sh"

NS=pcscf
gm() {
	gmguard -n "$NS" "$@"
}

# add_in NETNS N: a set there; sets PS
add_in() {
	local NS=$1

	add $ADDR_UE1 $ADDR_EP "$2" hmac-sha-1-96:aes-cbc
}

topology
require python3
cd "$WORK" || exit 1
library.py there 2>/dev/null || missing "no libgmguard.so.0 here"
gm_policy "limits: {event-rate: 10000}"
gmguard -q -n foreign policy apply policy.yaml 2>/dev/null

add_in pcscf 1
here=$PS
add_in foreign 2
there=$PS
add_in foreign 3
check "a handle stays where it first asked" \
	in_ns pcscf library.py namespaces foreign "$here" "$there" "$PS"
check "and has ended what was to end" test "$(sets)" = 0
gmguard -q -n foreign policy clear

add_in pcscf 1
first=$PS
add_in pcscf 2
check "a parent and a child" in_ns pcscf library.py fork "$first" "$PS"
check "have ended what was to end" test "$(sets)" = 0

policy_file ""
message "${sm1[@]}" >sm1.sip
message "${sm4[@]}" >sm4.sip
check "memory that a program has locked stays so" \
	in_ns pcscf library.py locked p.yaml $ADDR_UE1 $ADDR_EP sm1.sip sm4.sip
check "when it has installed a set" test "$(sets)" = 1

finish
