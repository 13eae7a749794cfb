#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# TCP whose segments are cut, sent again, conflict and lie: what is read at the other end is
# what was judged, and what is refused is never whole.
# rule: N9 RFC 3325 5
# rule: N17 TS 33.203 7.1
# rule: N20 RFC 3261 18.3
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/flows.sh"

plan

# --- hostile segments ---
request REGISTER sip:ims.example >sent
for kind in reorder duplicate overlap larger probe urgent syn fin sum old reset ack window; do
	goes "$kind" pass-register access 20+ -n 20 -k $kind $UE $EP
done
goes "all of it" pass-register access 150+ -n 150 -k all $UE $EP
goes "over IPv6" pass-register access 50+ -n 50 -k all "$UE6" "$EP6"
goes "over the end of sequence numbers" pass-register access 20+ -n 20 -k all -i 0xffffff80 $UE $EP
body "$(letters 20000)"
CALL=c2 request REGISTER sip:ims.example >>sent
goes "into a window that shuts" pass-register access 10+ -n 5 -k probe,reorder -b 2304 $UE $EP
request REGISTER sip:ims.example >meant
request INVITE sip:bob@ims.example >sent
cp sent invite
cat meant invite >sent
goes "a refused one in them" method-on-unprotected access 60 -x -n 60 -k all -s 1000 $UE $EP
goes "over IPv6" method-on-unprotected access 20 -x -n 20 -k all -s 1000 "$UE6" "$EP6"
mv invite sent
rm meant
goes "as the first" method-on-unprotected access 60 -x -n 60 -k all $UE $EP
request REGISTER sip:ims.example | head -c 150 >sent
goes "half a message" malformed access 20 -x -n 20 -k all $UE $EP
request REGISTER sip:ims.example "$forged" >sent
without "$forged"
scrubs "one that is to lose something" asserted-identity access 60 -l -N boss@ims -n 60 -k all $UE $EP
rm meant

# conflicts: what is read is one or the other, and never what must not be
conflict() { # WHAT N [OPTION]... FROM TO
	check "$1: good octets, then bad" stream -c other -n "$2" "${@:3}"
	mv sent kept && mv other sent && mv kept other
	check "$1: bad octets, then good" stream -c other -n "$2" "${@:3}"
}
request REGISTER sip:ims.example 'X-Asserted-Identity: <sip:boss@ims.example>' >sent
request REGISTER sip:ims.example "$forged" >other
for kind in overlap sum old ack fin all; do
	conflict "P-Asserted-Identity, $kind" 40 -k $kind $UE $EP
done
conflict "P-Asserted-Identity, IPv6" 40 -k all "$UE6" "$EP6"
request REGISTER sip:ims.example >sent
sed 's/^REGISTER/PUBLISHX/; s/1 REGISTER/1 PUBLISHX/' sent >other
conflict "a method" 60 -k all,urgent $UE $EP
# the length of a body, in which the next message is or is not
{
	request REGISTER sip:ims.example | sed 's/^Content-Length: 0/Content-Length: 000/'
	request INVITE sip:ims.example
} >sent
sed "0,/^Content-Length: 000/s//Content-Length: $(request INVITE sip:ims.example | wc -c)/" sent >other
check "as long" test "$(stat -c %s other)" = "$(octets)"
conflict "a length" 60 -k all $UE $EP
# with both ends' parts changed: the P-CSCF opens the connection
request INVITE sip:bob@ims.example 'X-Asserted-Identity: <sip:boss@ims.example>' >sent
request INVITE sip:bob@ims.example "$forged" >other
conflict "where the P-CSCF connects" 20 -o -k all -m INVITE $FN $EP
conflict "where both do" 20 -o -k both,syn,overlap -m INVITE "$FN6" "$EP6"
rm other
request INVITE sip:bob@ims.example >sent
goes "the same connections without conflict" malformed foreign 0 -o -n 20 -k all $FN $EP

# --- MPTCP, which has no order that anybody else could follow ---
if [ -d /proc/sys/net/mptcp ]; then
	request REGISTER sip:ims.example >sent
	goes "MPTCP that a UE offers" pass-register access 10+ -M -n 10 -k all $UE $EP
	goes "over IPv6" pass-register access 10+ -M -n 10 -k all "$UE6" "$EP6"
	goes "between sockets" pass-register access 10+ -S -M -n 10 $UE $EP
	goes "that another network accepts" malformed foreign 0 -M -o -n 10 -k all $FN $EP
	goes "that we offer it" malformed foreign 0 -M -t -n 10 -m - $EP $FN
	gm -q policy clear
	offered() { # OPTION... FROM TO
		stream -M "$@" | grep -q 'there is MPTCP'
	}
	check "it is there without us" offered $UE $EP
	check "in both ways" offered -o $FN $EP
fi

finish
