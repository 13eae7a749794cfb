#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Observe lets the very packets pass that enforce refuses, and counts the same
# reasons; off neither refuses nor counts; watching one rule opens no other.
# rule: U1 TS 33.203 Annex J
# rule: U2 TS 33.203 Annex J
# rule: U3 TS 33.203 Annex J
# rule: M1 TS 33.203 7.1
# rule: O1 TS 33.203 7.1
. "$(dirname "$0")/common.sh"

topology

# REASON SIDE NETNS PKT-ARGS: one packet for each rule
offences() {
	cat <<-LIST
	spoof-core access ue1 -P udp $ADDR_CORE:5060 $ADDR_EP:5060
	spoof-pool access ue1 -P udp 10.46.0.1:5060 $ADDR_EP:5060
	bypass-core access ue1 -P udp $ADDR_UE1:5060 $ADDR_CORE:5060
	bypass-http access ue1 -P udp $ADDR_UE1:5060 $ADDR_HTTP:80
	bypass-inside access ue1 -P udp $ADDR_UE1:5060 $ADDR_MW:5060
	bypass-forward core core -P udp $ADDR_CORE:5060 $ADDR_UE1:5060
	ue-on-core core core -P udp $ADDR_UE1:5060 $ADDR_EP:5060
	core-unknown core core -P udp 198.51.101.1:5060 $ADDR_EP:5060
	closed-port access ue1 -P udp $ADDR_UE1:5060 $ADDR_EP:22
	ah access ue1 -P ah $ADDR_UE1 $ADDR_EP
	unwalkable access ue1 -P udp -L 3 $ADDR_UE1:5060 $ADDR_EP:5060
	clear-on-protected access ue1 -P udp $ADDR_UE1:5060 $ADDR_EP:6100
	LIST
}

policy 'mode: enforce'
while read -r reason side ns args; do
	# shellcheck disable=SC2086 # a list
	expect "enforce" "$reason" "$side" 1 in_ns "$ns" pkt $args
done < <(offences)
expect "enforce" clear-from-protected access 1 send_clear $ADDR_EP 6100 $ADDR_UE1

policy 'mode: observe'
while read -r reason side ns args; do
	# shellcheck disable=SC2086
	expect_observed "observe" "$reason" "$side" 1 in_ns "$ns" pkt $args
	# shellcheck disable=SC2086
	expect "observe drops nothing" "$reason" "$side" 0 in_ns "$ns" pkt $args
done < <(offences)
delivered "a protected port in observe" pcscf $ADDR_EP 6100 -- \
	in_ns ue1 pkt -P udp "$ADDR_UE1:5060" "$ADDR_EP:6100"
delivered "a core node in observe" core $ADDR_CORE 5060 -- \
	in_ns ue1 pkt -P udp "$ADDR_UE1:5060" "$ADDR_CORE:5060"
expect_observed "observe" clear-from-protected access 1 send_clear $ADDR_EP 6100 $ADDR_UE1
delivered "from a protected port in observe" ue1 0.0.0.0 40000 -- \
	send_clear $ADDR_EP 6100 $ADDR_UE1

policy 'mode: "off"'
while read -r reason side ns args; do
	# shellcheck disable=SC2086
	expect_observed "off" "$reason" "$side" 0 in_ns "$ns" pkt $args
	# shellcheck disable=SC2086
	expect "off" "$reason" "$side" 0 in_ns "$ns" pkt $args
done < <(offences)
delivered "a protected port with all off" pcscf $ADDR_EP 6100 -- \
	in_ns ue1 pkt -P udp "$ADDR_UE1:5060" "$ADDR_EP:6100"

# a packet that an observed rule matches first is still refused by the next
policy 'rules: {spoof-core: observe, spoof-pool: observe, unwalkable: observe}'
expect "spoofed and to a protected port" clear-on-protected access 1 \
	in_ns ue1 pkt -P udp "10.46.0.1:5060" "$ADDR_EP:6100"
expect_observed "and the forged source is seen" spoof-pool access 1 \
	in_ns ue1 pkt -P udp "10.46.0.1:5060" "$ADDR_EP:6100"
policy 'rules: {spoof-core: observe}'
expect "a core source is outside the pools, too" spoof-pool access 1 \
	in_ns ue1 pkt -P udp "$ADDR_CORE:5060" "$ADDR_EP:5060"
policy 'rules: {spoof-pool: "off"}'
expect "this host's own source in the pool" spoof-core access 1 \
	in_ns ue1 pkt -P udp "[$ADDR6_GM]:5060" "[$ADDR6_EP]:5060"
policy 'rules: {bypass-http: observe}'
expect "an HTTP server is a core node, too" bypass-core access 1 \
	in_ns ue1 pkt -P tcp -F syn "$ADDR_UE1:40000" "$ADDR_HTTP:22"
policy 'rules: {spoof-core: observe, spoof-pool: observe}'
expect "spoofed and past the P-CSCF" bypass-core access 1 \
	in_ns ue1 pkt -P udp 198.51.100.99:5060 "$ADDR_CORE:5060"

finish
