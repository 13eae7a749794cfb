#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A client that nobody here wrote, the kernel tree's own ynl, drives the module
# by our specification. YNL is its folder, SPEC the specification (where a
# kernel tree has it, with the schemas beside).
. "$(dirname "$0")/common.sh"

YNL=${YNL-/files/ynl}
SPEC=${SPEC-/files/netlink/specs/gmguard.yaml}
{ [ -f "$YNL/cli.py" ] && [ -f "$SPEC" ]; } ||
	skip_all "no ynl client here (see YNL)"
topology
policy

ynl() {
	in_ns pcscf /usr/bin/python3 "$YNL/cli.py" --spec "$SPEC" --output-json "$@"
}

check "info-get" test "$(ynl --do info-get | jq '."abi-version"')" = 1
check "features by name" test "$(ynl --do info-get | jq -c '.features | sort')" = \
	'["addresses","events","protected-ports","sa","tmpi"]'
ynl --dump policy-get >"$WORK/policy.json"
check "policy-get: the sides" test "$(jq -c '[.[] | .side[]?.name]' "$WORK/policy.json")" = \
	'["access","core","foreign"]'
check "policy-get: the core prefixes" test "$(jq '[.[] | .core[]?] | length' "$WORK/policy.json")" = 2
in_ns ue1 pkt -P udp "$ADDR_UE1:40000" "$ADDR_EP:6100"
busywait 3 reached clear-on-protected access packets 1
check "stats-get" test "$(ynl --dump stats-get | jq '[.[] | select(.reason == "clear-on-protected" and .side == "access").packets] | add')" = 1
check "stats-get of one reason" test \
	"$(ynl --dump stats-get --json '{"reason": "closed-port"}' | jq -c '[.[].reason] | unique')" = '["closed-port"]'
check "stats-reset" ynl --do stats-reset
check "policy-set" ynl --do policy-set --json '{
	"mode": "observe",
	"side": [{"name": "ue", "trust": "untrusted", "interface": ["gm0"]}],
	"pool": [{"side": "ue", "address": "0a2d0000", "prefix-len": 16}],
	"endpoint": [{"address": "c000020a", "unprotected": [5060], "server": [6100], "client": [5100]}],
	"emergency": {"refused": true, "number": ["110"]},
	"header": [{"item": "path", "transition": "core-to-ue", "action": "drop"}]}'
check "which is what runs now" test "$(gm -j policy show | jq -r '.policy.mode')" = observe
check "with its emergency number and its header" test \
	"$(gm -j policy show | jq -c '[.policy | .emergency.numbers[], .headers.Path."core-to-ue"]')" = '["110","drop"]'
check "policy-clear" ynl --do policy-clear

finish
