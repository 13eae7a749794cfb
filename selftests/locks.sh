#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What all packets are asked, and SIP over UDP, takes no lock in gmguard's hooks: CPUs do
# not wait for each other. The kernel's own tracer says what the hooks call.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/sets.sh"

trace=/sys/kernel/tracing
grep -qw function_graph $trace/available_tracers 2>/dev/null ||
	skip_all "this kernel traces no functions"
topology
require socat
gm_policy 'limits: {register-rate: 1000}'

hooks='(prerouting|input|forward|postrouting)_IPV[46]'
locks='(_raw_[a-z]+_(try)?lock|rt_[a-z]+_(try)?lock|mutex_(try)?lock|down_(read|write))[a-z_]*'
untrace() {
	echo nop >$trace/current_tracer
	: >$trace/set_graph_function
	: >$trace/set_ftrace_filter
	cleanup
}
trap untrace EXIT
grep -oE "^($hooks|$locks)( |$)" $trace/available_filter_functions >$trace/set_ftrace_filter
grep -oE "^$hooks" $trace/available_filter_functions >$trace/set_graph_function
echo function_graph >$trace/current_tracer
# what interrupts a hook is none of its own
echo nofuncgraph-irqs >$trace/trace_options

# traced HOOKS COMMAND...: as many are passed at least; LOCKS are taken in them
traced() {
	local least=$1

	shift
	echo >$trace/trace
	"$@"
	LOCKS=unseen
	busywait 10 passed "$least" || return
	LOCKS=$(grep -cE "$locks" $trace/trace) || :
}

passed() {
	[ "$(grep -cE "$hooks" $trace/trace)" -ge "$1" ]
}

# An interrupt may come before the tracer knows it for one: not three times.
free() { # WHAT REASON SIDE HOOKS COMMAND...
	local what=$1 reason=$2 side=$3

	shift 3
	expect "$what" "$reason" "$side" 1+ "${@:2}"
	for _ in 1 2 3; do
		traced "$@"
		[ "$LOCKS" != 0 ] || break
	done
	[ "$LOCKS" = 0 ] || grep -E "$locks" $trace/trace | sort | uniq -c | sed 's/^/# /'
	check "$what: no lock" test "$LOCKS" = 0
}

add $ADDR_UE1 $ADDR_EP 1 hmac-sha-1-96:aes-cbc
ue_add ue1 $ADDR_UE1 $ADDR_EP 1 hmac-sha-1-96:aes-cbc
gm -q sa establish --expires 600 "$PS"
twenty=(-n 20)

free "core to a UE, forwarded" pass-other core 40 \
	in_ns core pkt "${twenty[@]}" -P udp "$ADDR_CORE:40000" "$ADDR_UE1:40000"
free "the same, IPv6" pass-other core 40 \
	in_ns core pkt "${twenty[@]}" -P udp "[$ADDR6_CORE]:40000" "[$ADDR6_UE1]:40000"
free "a REGISTER in clear" pass-register access 40 \
	in_ns ue1 pkt "${twenty[@]}" -P udp "$ADDR_UE1:40000" "$ADDR_EP:5060"
free "the same, IPv6" pass-register access 40 \
	in_ns ue1 pkt "${twenty[@]}" -P udp "[$ADDR6_UE1]:40000" "[$ADDR6_EP]:5060"
free "from the core" pass-core core 40 \
	in_ns core pkt "${twenty[@]}" -P udp "$ADDR_CORE:5060" "$ADDR_EP:5060"
free "an answer in clear" pass-register access 1 send_clear $ADDR_EP 5060 $ADDR_UE1
free "a message under ESP" pass-protected access 2 udp ue1 $ADDR_UE1 40010 $ADDR_EP 6100
free "its answer" pass-protected access 1 udp pcscf $ADDR_EP 5100 $ADDR_UE1 40011
free "in clear to a protected port, refused" clear-on-protected access 40 \
	in_ns ue1 pkt "${twenty[@]}" -P udp "$ADDR_UE1:40000" "$ADDR_EP:6100"
free "of another's address, refused" spoof-core access 20 \
	in_ns ue1 pkt "${twenty[@]}" -P udp "$ADDR_CORE:5060" "$ADDR_EP:5060"

# the tracer does see one: who watches gets one event after the other
gm -j monitor --count 1 --timeout 20 >/dev/null 2>"$WORK/monitor" &
monitor=$!
busywait 10 grep -q listening "$WORK/monitor"
traced 2 in_ns ue1 pkt -P udp "$ADDR_UE1:40000" "$ADDR_EP:6100"
check "an event is told" wait $monitor
check "under a lock ($LOCKS)" test "$LOCKS" != unseen -a "$LOCKS" != 0

finish
