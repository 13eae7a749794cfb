#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# TCP connections and the policies that come and go about them, their limits, what is watched
# only, a network that loses, doubles and spoils, a VRF, and the end of what they run in.
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
plan "rules: {stream-order: off}"
through=(-x)
expect "one that the policy before has not read" stream-unknown access 1+ held plan
through=()
plan "rules: {stream-order: observe}"
check "one that it has watched lives on" held plan
check "one that it has read, too, and is not read" held plan "rules: {stream-order: off}"
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

# --- a bad network, both ways: who completes without us does with us ---
# what spoils packets spoils those of ARP, too
remember() { # NETNS DEV: its neighbours, for good
	local a mac

	while read -r a _ mac _; do
		[[ $mac != ??:* ]] || echo "neigh replace $a lladdr $mac dev $2 nud permanent"
	done < <(ip -n "$1" neigh show dev "$2") | ip_lines "$1"
}
impair() { # NETEM...
	in_ns ue1 tc qdisc replace dev eth0 root netem "$@" &&
		in_ns pcscf tc qdisc replace dev gm0 root netem "$@"
}
request REGISTER sip:ims.example "$forged" >register.sip
response 401 REGISTER >register.told
request INVITE sip:ue1@ims.example >call.sip
response 200 INVITE >call.told
CALL=e1 TO='<urn:service:sos>' request INVITE urn:service:sos "$forged" >sos.sip
CALL=e1 TO='<urn:service:sos>;tag=p1' response 200 INVITE >sos.told
# some [OPTION]... FROM TO: of those that have to complete within a minute
some() {
	segments -v -S -T 60 "$@" >>completed &
	pids+=($!)
}
# all [OPTION]...: registrations and emergency calls in clear, and calls from and to a UE under
# SAs, if there are any. Sets DONE, so many have completed, and TOOK, in so many ms each
all() {
	local n pids=()

	rm -f completed
	some -f register.sip -a register.told -n 20 "$@" $UE $EP
	some -f sos.sip -a sos.told -n 20 -m INVITE "$@" "$UE6" "$EP6"
	some -f call.sip -a call.told -m INVITE ue1/$ADDR_UE1:40010 pcscf/$ADDR_EP:6100
	for n in 1 2 3; do
		some -f call.sip -a call.told -m INVITE pcscf/$ADDR_EP:5100 ue1/$ADDR_UE1:400${n}1
	done
	wait "${pids[@]}"
	read -r DONE TOOK < <(awk '/ms$/ { n++; ms += $4 } END { print n + 0, int(ms / (n + !n)) }' completed)
}
remember ue1 eth0
remember pcscf gm0
for how in "loss 1%" "loss 20%" "reorder 1% 50%" "reorder 20% 50%" "duplicate 1%" \
	"duplicate 20%" "corrupt 1%" "corrupt 20%" "loss 3% duplicate 5% corrupt 5%"; do
	gm -q policy clear 2>/dev/null
	ue_flush ue1
	# shellcheck disable=SC2086 # words
	if ! impair delay 5ms 1ms $how; then
		skip "$how" "no netem here"
		continue
	fi
	all
	without=$DONE
	echo "# $how: without us $DONE of 44 complete, in $TOOK ms"
	plan
	for n in 1 2 3; do
		add $ADDR_UE1 $ADDR_EP $n hmac-sha-1-96:aes-cbc
		ue_add ue1 $ADDR_UE1 $ADDR_EP $n hmac-sha-1-96:aes-cbc
		gm -q sa establish --expires 600 "$PS"
	done
	all -l -N boss@ims
	echo "# $how: with us $DONE, in $TOOK ms"
	grep -v 'ms$' completed
	check "$how: most complete without us" test "$without" -ge 40
	# what little is lost TCP sends again
	least=$((9 * without / 10))
	[[ $how != *" 1%"* ]] || least=$without
	check "$how: as many complete with us" test "$DONE" -ge "$least"
done
ue_flush ue1
in_ns ue1 tc qdisc del dev eth0 root
in_ns pcscf tc qdisc del dev gm0 root

# --- in a VRF ---
ip_lines pcscf <<-VRF
	link add vrf0 type vrf table 100
	link set vrf0 up
	link set gm0 master vrf0
VRF
# it has lost those of IPv6
addr pcscf gm0 $ADDR6_GM/48 $ADDR6_EP/128
plan "sides: [{name: access, trust: untrusted, interfaces: [gm0, vrf0], ue-pools: [10.45.0.0/16, \"2001:db8:45::/48\"]}, {name: core, trust: trusted, interfaces: [mw0]}]"
# the listener is of no device, and the address is none of the default VRF
in_ns pcscf sysctl -q -w net.ipv4.tcp_l3mdev_accept=1 net.ipv4.ip_nonlocal_bind=1 \
	net.ipv6.ip_nonlocal_bind=1
request REGISTER sip:ims.example "$forged" >sent
without "$forged"
scrubs "in a VRF a REGISTER" asserted-identity access 10 -S -l -N boss@ims -n 10 $UE $EP
scrubs "over IPv6" asserted-identity access 10 -S -l -N boss@ims -n 10 "$UE6" "$EP6"
rm meant
request INVITE sip:bob@ims.example >sent
goes "but no INVITE" method-on-unprotected access 10 -S -x -n 10 $UE $EP
ip -n pcscf link del vrf0

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
