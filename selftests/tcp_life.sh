#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# TCP connections and the policies that come and go about them, their limits, what is watched
# only, a network that loses, doubles and spoils, and the end of what they run in.
# rule: N20 RFC 3261 18.3
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/flows.sh"
require tc

# --- connections and the policies about them ---
# held COMMAND...: while a connection is half through its REGISTER
request REGISTER sip:ims.example >sent
held() {
	rm -f go
	segments -f sent -S -k at -s 50 -g go -T 300 "${through[@]}" $UE $EP &
	held=$!
	busywait 60 connected
	"$@"
	touch go
	wait $held
}
connected() {
	in_ns ue1 grep -q ":4E20 .*:13C4 01 " /proc/net/tcp
}
through=()
plan
check "a connection lives on under another policy" held plan "marks: {mask: 0xff00, trusted: 0x100, untrusted: 0x200, protected: 0x400}"
gm -q policy clear
through=(-x)
expect "one that is older than the policy" stream-unknown access 1+ held plan
gm -q policy clear
through=()
check "may live on" held plan "rules: {stream-unknown: observe}"
count pass-tcp-unread access
check "and is counted ($COUNT)" test "$COUNT" -gt 0
gm -q policy clear
check "nothing holds one where there is no policy" stream -S -n 5 $UE $EP
plan
check "or no more" held gm -q policy clear

# --- as many as there may be: half of them in clear ---
plan "limits: {register-rate: 0, streams: 6}"
crowd() { # four at once, one of which is reset
	local pid

	rm -f go
	count stream-limit access
	segments -f sent -S -n 4 -k at -s 50 -g go -T 30 ue1/$ADDR_UE1:21000 $EP >said &
	pid=$!
	busywait 30 reached stream-limit access packets $((COUNT + 1))
	touch go
	wait $pid
	[ "$(cut -d: -f2 said)" = " it is reset" ]
}
expect "of four at once one is refused" stream-limit access 1+ crowd
check "those that are over make room at once" stream -S -n 3 ue1/$ADDR_UE1:22000 $EP
request INVITE sip:bob@ims.example >sent
goes "and those that were refused" method-on-unprotected access 3 -S -x -n 3 $UE $EP
request REGISTER sip:ims.example >sent
# four times, from ports that no connection has
goes "half a connection needs no room" pass-register access 3+ -S -n 3 -H 8000 -T 60 $UE $EP
goes "over IPv6" pass-register access 3+ -S -n 3 -H 8000 -T 60 "$UE6" "$EP6"
goes "nor in another network" pass-other foreign 3+ -S -n 3 -H 8000 -T 60 $FN $EP
goes "over IPv6" pass-other foreign 3+ -S -n 3 -H 8000 -T 60 "$FN6" "$EP6"

# --- watched: nothing changes on the wire ---
plan "mode: observe"
request INVITE sip:bob@ims.example "$forged" >sent
sees "an INVITE, watched" method-on-unprotected access 20 -S -n 20 -m - $UE $EP
check "in hostile segments" stream -n 40 -k all -m - $UE $EP
printf 'nonsense\r\n\r\n\1\2\3' >sent
sees "nonsense, watched" malformed access 4+ -S -n 4 -m - $UE $EP
request INVITE sip:bob@ims.example >sent
sees "to a UE, watched" out-unprotected access 1 -S -o -m - $EP $UE
request REGISTER sip:ims.example | head -c 100 >sent
sees "half a message, watched" malformed access 4 -S -n 4 $UE $EP

# --- a bad network: everything arrives that would without us ---
impair() { # NETEM...
	in_ns ue1 tc qdisc replace dev eth0 root netem "$@" &&
		in_ns pcscf tc qdisc replace dev gm0 root netem "$@"
}
request REGISTER sip:ims.example "$forged" >sent
without "$forged"
for how in "loss 10%" "reorder 30% 50%" "duplicate 20%" "loss 3% duplicate 5% corrupt 5%"; do
	# shellcheck disable=SC2086 # words
	if ! impair delay 2ms 1ms $how; then
		skip "$how" "no netem here"
		continue
	fi
	plan
	check "$how" stream -S -l -N boss@ims -n 15 -T 60 $UE $EP
done
rm -f meant
in_ns ue1 tc qdisc del dev eth0 root
in_ns pcscf tc qdisc del dev gm0 root

# --- the end ---
request REGISTER sip:ims.example >sent
unloaded() {
	rmmod gmguard 2>/dev/null
}
module_goes() {
	gm -q policy clear && unloaded && modprobe gmguard
}
namespace_goes() {
	ip netns del pcscf
	kill "$held"
}
if modprobe -n gmguard 2>/dev/null; then
	plan
	check "the module goes from under a connection" held module_goes
	plan
	held namespace_goes
	check "a namespace goes with a connection" busywait 60 unloaded
	modprobe gmguard
else
	skip "the module goes from under a connection" "modprobe does not know it"
fi

finish
