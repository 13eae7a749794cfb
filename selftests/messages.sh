# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# SIP messages, for tests that send them; in a folder that the test may write in.

# request METHOD URI [LINE...], response STATUS METHOD [LINE...]: with what all have;
# VIA, FROM, TO and CALL are what they say
VIA=$ADDR_UE1:40000 FROM='<sip:ue1@ims.example>;tag=u1' TO='<sip:ue1@ims.example>' CALL=c1
common() { # METHOD [LINE...]
	printf '%s\r\n' "Via: SIP/2.0/UDP $VIA;branch=z9hG4bK1" "From: $FROM" "To: $TO" \
		"Call-ID: $CALL" "CSeq: 1 $1" "${@:2}" "Content-Length: 0" ''
}
request() {
	printf '%s\r\n' "$1 $2 SIP/2.0"
	common "$1" "${@:3}"
}
response() {
	printf '%s\r\n' "SIP/2.0 $1 x"
	common "$2" "${@:3}"
}

# without HEADER|PARAMETER...: what is meant to arrive of "sent": names and values
# of these overwritten, and nothing else
without() {
	python3 - "$@" <<-'E'
		import re, sys
		octets = open("sent", "rb").read()
		for item in sys.argv[1:]:
		    name, sign, value = re.fullmatch(r"([^:=]*)([:=])(.*)", item).groups()
		    value = re.sub(r'[^"]' if sign == "=" else ".", "x", value)
		    assert item.encode() in octets, item
		    octets = octets.replace(item.encode(), ("x" * len(name) + sign + value).encode())
		open("meant", "wb").write(octets)
	E
}
