#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What the command says about the host, and how it ends when it cannot do what
# it is asked.
. "$(dirname "$0")/common.sh"

topology

status() { # WHAT EXPECTED COMMAND...: ends with this status, says why in $WORK/err
	local what=$1 want=$2 rc

	shift 2
	"$@" >"$WORK/out" 2>"$WORK/err"
	rc=$?
	if [ $rc = "$want" ]; then
		ok "$what (status $rc)"
	else
		not_ok "$what: status $rc, not $want: $(cat "$WORK/err")"
	fi
}

said() { # WHAT PATTERN
	check "$1" grep -q -- "$2" "$WORK/err"
}

nobody() {
	setpriv --reuid=65534 --clear-groups --inh-caps=-all --bounding-set=-all "$@"
}

# gmguard check
policy
in_ns pcscf pkt recv -t 60 $ADDR_EP 6100 >/dev/null 2>&1 &
status "check of a guarded host" 0 gm check
check "it finds ESP" grep -q '^ok.*ESP' "$WORK/out"
ip -n pcscf addr del $ADDR_EP/32 dev gm0
status "check without the endpoint's address" 7 gm check
check "it names the address" grep -q "^bad.*$ADDR_EP" "$WORK/out"
ip -n pcscf addr add $ADDR_EP/32 dev gm0
in_ns pcscf sysctl -q -w net.ipv4.conf.gm0.disable_policy=1
status "check with IPsec policy switched off" 7 gm check
check "it names the sysctl" grep -q "^bad.*disable_policy" "$WORK/out"
in_ns pcscf sysctl -q -w net.ipv4.conf.gm0.disable_policy=0
gm -q policy clear
status "check without a policy" 7 gm check

# refusals
status "no such command" 1 gm nonsense
status "no such reason" 3 gm explain nonsense
status "a reason" 0 gm explain clear-on-protected
check "explained with its clause" grep -q "TS 33.203 7.1" "$WORK/out"
status "all reasons" 0 gm -j explain
check "as JSON" /usr/bin/python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$WORK/out"
status "no such file" 1 gm policy apply /nonexistent
status "nothing to clear" 3 gm policy clear
status "no such namespace" 3 gmguard -n nonexistent stats show
for command in "stats show" "policy show" "policy clear" "stats reset" monitor; do
	# shellcheck disable=SC2086 # words
	status "no privilege: $command" 6 nobody gmguard $command
	said "says which one" CAP_NET_ADMIN
done
status "root of a user namespace of one's own" 6 \
	nobody unshare -U -r -n gmguard policy show
said "says which one" "initial user namespace"

# without the module; its name in the family's place would load it
file=$(modinfo -n gmguard)
mv "$file" "$file.away"
if rmmod gmguard; then
	status "no module" 5 gm stats show
	said "says what to do" modprobe
	status "check without the module" 5 gm check
else
	skip "no module" "somebody else uses it"
fi
mv "$file.away" "$file"

finish
