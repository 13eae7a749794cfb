#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# As many TCP connections as a policy allows, and more: what they take, who is refused, that those
# that are there go on, and that all is given back.
# rule: N20 RFC 3261 18.3
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/flows.sh"

# a kernel that looks for faults takes its time, and more memory than it would
many=65536 half=100000 watched=
if [ -e /sys/kernel/debug/kmemleak ]; then
	many=4096 half=10000 watched=1
fi
UES=ue1/10.45.1.1:20000
addr ue1 eth0 10.45.1.{1..4}/16
in_ns pcscf sysctl -q -w net.core.somaxconn=400000 net.ipv4.tcp_max_syn_backlog=400000
request REGISTER sip:ims.example >sent

# --- open, and idle ---
slab() { # KiB that the kernel has in slabs: SLAB
	local f

	for f in /sys/kernel/slab/*/shrink; do
		echo 1 >"$f"
	done 2>/dev/null
	read -r _ SLAB _ < <(grep ^Slab: /proc/meminfo)
}
# crowd NUMBER OCTETS: so many connections, of which the first have said so many octets; sets
# TOOK, what all take in slabs, in KiB
crowd() {
	local before

	rm -f go
	: >said
	slab
	before=$SLAB
	segments -f sent -O "$1" -F "$2" -g go -T 60 $UES $EP >said &
	held=$!
	busywait 600 over_or_open || return
	slab
	TOOK=$((SLAB - before))
	grep -q open said
}
over_or_open() {
	grep -q open said || ! kill -0 "$held" 2>/dev/null
}
disperse() {
	touch go
	wait "$held"
}
# each: octets that the module has for each of many, less what it had without
each() {
	EACH=$(((TOOK - without) * 1024 / many))
}
small() {
	slab
	[ "$SLAB" -lt "$1" ]
}

gm -q policy clear
slab
# what is kept of so many is a tenth of what the streams take, at most
most=$((SLAB + many / 40 + 1000))
check "$many connections without a policy" crowd $many 0
without=$TOOK
check "are there" disperse

# a stream takes 256 octets, who is in the middle of headers 1,536 beside that
plan "limits: {register-rate: 0, streams: $((2 * many)), stream-memory: $((2 * many * 1600))}"
check "$many that have said nothing" crowd $many 0
each
echo "# $EACH octets each, $((without * 1024 / many)) without us"
[ "$watched" ] || check "take no more than their share" test $EACH -le 300
count stream-limit access
before=$COUNT
check "one more is refused" segments -f sent -S -x -T 60 "$UE6" "$EP6"
count stream-limit access
check "for there is no room (stream-limit +$((COUNT - before)))" test $COUNT -gt $before
check "those that are there go on" disperse
check "as many as there were" grep -q "^# $many were" said
check "all is given back" busywait 120 small $most

check "$many that are in the middle of headers" crowd $((many + 1000)) 100
each
echo "# $EACH octets each"
[ "$watched" ] || check "take no more than their share" test $EACH -le 2000
count stream-limit access
check "of them all beyond are refused (stream-limit +$((COUNT - before)))" \
	test $((COUNT - before)) -ge 1000
check "those that are there go on" disperse
check "and only those" grep -q "^# $many were" said
check "all is given back" busywait 120 small $most

# --- the memory of all of them ---
room=$((many * 256))
plan "limits: {register-rate: 0, streams: $((2 * many)), stream-memory: $room}"
check "a set of SAs" add $ADDR_UE1 $ADDR_EP 1 hmac-sha-1-96:null
ue_add ue1 $ADDR_UE1 $ADDR_EP 1 hmac-sha-1-96:null
gm -q sa establish --expires 6000 "$PS"
check "$many that are in the middle of headers, and no room for that" crowd $many 100
each
echo "# $EACH octets each"
[ "$watched" ] || check "take no more than there is" \
	test $EACH -le $((300 + room / 2 / many))
request INVITE sip:ims.example >other
mv sent kept
mv other sent
goes "who has SAs has room" pass-protected access 1+ -S -k at -s 50 -p 100 -m INVITE \
	ue1/$ADDR_UE1:40010 pcscf/$ADDR_EP:6100
mv kept sent
check "those that are there go on" disperse
check "all of them" grep -q "^# $many were" said
check "all is given back" busywait 120 small $most

# --- half open: nothing is kept ---
plan "limits: {register-rate: 0, streams: 6}"
half() {
	segments -f sent -S -n 3 -H $half -T 300 $UES $EP
}
expect "$half that are half open need no room" pass-register access 3+ half

finish
