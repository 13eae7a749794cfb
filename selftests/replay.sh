#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Does the module do with messages what "gmguard explain" says of them? Those of the
# demo and, from the folder $GMGUARD_CORPUS (/files/conformance in the micro-VM), what
# others have captured and written: each sent over each boundary, what arrives and
# what is counted compared with what was said.
# rule: N2 TS 33.203 7.1
# rule: N8 TS 24.229 7.2A.2
# rule: N9 RFC 3325 5
# rule: N16 TS 33.203 7.1
# rule: N17 TS 33.203 7.1
# rule: N18 RFC 3261 7
# rule: N22 TS 33.220 B.4
# rule: E19 RFC 3325 5
# rule: O2 TS 33.203 7.1
# rule: O5 TS 33.203 7.1
# rule: O6 TS 33.203 6.1.1
# rule: O7 TS 24.229 4.4
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/sets.sh"

corpus=${GMGUARD_CORPUS:-/files/conformance}
topology
require python3
# explain is told neither whom a message comes from nor what came before it
gm_policy "rules: {via-mismatch: off}" "limits: {register-rate: 0}" "tmpi: {mode: observe}"
# that it is encrypted is what explain takes for granted
add $ADDR_UE1 $ADDR_EP 1 hmac-sha-1-96:aes-cbc
ue_add ue1 $ADDR_UE1 $ADDR_EP 1 hmac-sha-1-96:aes-cbc
gm -q sa establish --expires 600 "$PS"

"$HERE/replay.py" "$HERE/demo/fixtures" "$corpus"
