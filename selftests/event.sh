#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What is told of a verdict: events with their five-tuple, the rate limit that
# shows what it holds back, the tracepoint, the counters.
# rule: M1 TS 33.203 7.1
. "$(dirname "$0")/common.sh"

topology
policy

listen() { # MONITOR-ARGS...
	: >"$WORK/monitor"
	gm -j monitor "$@" >"$WORK/events" 2>"$WORK/monitor" &
	MONITOR=$!
	busywait 5 grep -q listening "$WORK/monitor"
}

field() { # JQ-EXPRESSION: of the first event
	head -n 1 "$WORK/events" | jq -r "$1"
}

listen --count 1 --timeout 10
in_ns ue1 pkt -P udp "$ADDR_UE1:40000" "$ADDR_EP:6100"
check "an event comes" wait $MONITOR
check "its reason" test "$(field .reason)" = clear-on-protected
check "its action" test "$(field .action)" = drop
check "its side" test "$(field .side)" = access
check "its interface" test "$(field .ifname)" = gm0
check "its hook" test "$(field .hook)" = input
check "its source" test "$(field '"\(.src) \(.sport)"')" = "$ADDR_UE1 40000"
check "its destination" test "$(field '"\(.dst) \(.dport)"')" = "$ADDR_EP 6100"

listen --count 1 --timeout 10
in_ns ue1 pkt -P tcp -F syn "[$ADDR6_UE1]:40000" "[$ADDR6_EP]:6100"
check "an event of IPv6" wait $MONITOR
check "its addresses" test "$(field '"\(.src) \(.dst)"')" = "$ADDR6_UE1 $ADDR6_EP"

policy 'mode: observe'
listen --count 1 --timeout 10
in_ns ue1 pkt -P udp "$ADDR_UE1:40000" "$ADDR_EP:6100"
check "an event of an observed rule" wait $MONITOR
check "says that it was observed" test "$(field .action)" = observe

# the limit: ten a second, the rest is counted
policy 'limits: {event-rate: 10}'
listen --timeout 3
expect "a burst of 500" clear-on-protected access 500 \
	in_ns ue1 pkt -n 500 -P udp "$ADDR_UE1:40000" "$ADDR_EP:6100"
wait $MONITOR
sent=$(wc -l <"$WORK/events")
check "some events, not all ($sent of 500)" test "$sent" -gt 0 -a "$sent" -lt 500
check "none lost on the way: the sequence has no gap" test "$(jq -s '.[-1].seq - .[0].seq + 1 == length' "$WORK/events")" = true
check "sent and suppressed make 500" test \
	$((sent + $(gm -j stats show | jq '."events-suppressed"'))) -ge 500
gm -j stats show | jq '{"events-sent", "events-suppressed"}'
policy 'limits: {event-rate: 0}'
listen --timeout 2
expect "no events wanted" clear-on-protected access 5 \
	in_ns ue1 pkt -n 5 -P udp "$ADDR_UE1:40000" "$ADDR_EP:6100"
wait $MONITOR
check "none come" test ! -s "$WORK/events"

# the tracepoint
trace=/sys/kernel/tracing
if [ -w $trace/events/gmguard/gmguard_verdict/enable ]; then
	echo 1 >$trace/events/gmguard/gmguard_verdict/enable
	expect "traced" closed-port access 1 in_ns ue1 pkt -P udp "$ADDR_UE1:40000" "$ADDR_EP:22"
	expect "a pass is traced too" pass-register access 1 in_ns ue1 pkt -P udp "$ADDR_UE1:40000" "$ADDR_EP:5060"
	echo 0 >$trace/events/gmguard/gmguard_verdict/enable
	check "the trace has the refusal" grep -q 'gmguard_verdict: reason=10 drop=1.*dport=22' $trace/trace
	check "and the pass" grep -q 'gmguard_verdict: reason=41 drop=0.*dport=5060' $trace/trace
else
	skip "the tracepoint" "no tracefs here"
fi

# counters: kept over a new policy, gone with a reset
policy
count clear-on-protected access
n=$COUNT
check "counters outlive a policy" test "$n" -ge 500
count clear-on-protected core
check "and stand under their side" test $COUNT = 0
policy "sides: [{name: uni, trust: untrusted, interfaces: [gm0], ue-pools: [10.45.0.0/16]}, {name: access, trust: trusted, interfaces: [mw0]}]"
count clear-on-protected access
check "a side is known by its name" test $COUNT = $n
expect "a new side starts from zero" clear-on-protected uni 1 \
	in_ns ue1 pkt -P udp "$ADDR_UE1:40000" "$ADDR_EP:6100"
check "reset" gm stats reset
count clear-on-protected
check "all counters are zero" test $COUNT = 0
expect "and count on" clear-on-protected uni 1 \
	in_ns ue1 pkt -P udp "$ADDR_UE1:40000" "$ADDR_EP:6100"

finish
