# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # used by the tests
# TCP connections over the network of common.sh, for tests of what is read of them; sourced
# after it. The test goes on in a folder of its own.
. "$HERE/sets.sh"
. "$HERE/messages.sh"

topology
require segments nft
cd "$WORK" || exit 1

UE=ue1/$ADDR_UE1:20000 UE6="ue1/[$ADDR6_UE1]:20000"
EP=pcscf/$ADDR_EP:5060 EP6="pcscf/[$ADDR6_EP]:5060"
FN=foreign/$ADDR_FN:20000 FN6="foreign/[$ADDR6_FN]:20000"
forged='P-Asserted-Identity: <sip:boss@ims.example>'
# the raw ends' hosts know nothing of their connections, and say so
for ns in ue1 foreign; do
	in_ns $ns nft 'add table inet raw; add chain inet raw out { type filter hook output priority 0; }
		add rule inet raw out meta mark != 1 tcp flags rst drop' || missing "no nft here"
done

# shellcheck disable=SC2120 # by whoever sources this
plan() { # LINE...: the policy of this test
	gm_policy "limits: {event-rate: 10000, register-rate: 0}" "$@"
}

# stream [OPTION]... FROM TO: what is in the file "sent" goes from one to the other, and is
# what is in the file "meant", if there is one
stream() {
	local meant=()

	[ ! -e meant ] || meant=(-w meant)
	segments -f sent "${meant[@]}" "$@"
}

# goes WHAT REASON SIDE N [OPTION]... FROM TO, scrubs, sees: it does, and N are counted so;
# as scrubbed; or as observed
goes() {
	expect "$1" "$2" "$3" "$4" stream "${@:5}"
}
scrubs() {
	expect_scrubbed "$1" "$2" "$3" "$4" stream "${@:5}"
}
sees() {
	expect_observed "$1" "$2" "$3" "$4" stream "${@:5}"
}

# body OCTETS: the message in "sent" has this one
body() {
	sed -i "s/^Content-Length: 0/Content-Length: ${#1}/" sent
	printf %s "$1" >>sent
}
octets() { # of "sent"
	stat -c %s sent
}
letters() { # N
	head -c "$1" /dev/zero | tr '\0' a
}
