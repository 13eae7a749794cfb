# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The messages of a registration, right and with something changed. For tests of gmguard
# agree, sourced after common.sh.
# shellcheck disable=SC2034 # used by the tests

# policy_file [LINE...]: in p.yaml
policy_file() {
	cat - >p.yaml <<-POLICY
		mode: enforce
		sides:
		  - {name: access, trust: untrusted, interfaces: [gm0], ue-pools: [10.45.0.0/16, "2001:db8:45::/48"]}
		endpoints:
		  - {address: 192.0.2.10, unprotected: [5060], server: [6100], client: [5100, 5101, 5102]}
		  - {address: "2001:db8:1::10", unprotected: [5060], server: [6100], client: [5100]}
	POLICY
	printf '%s\n' "$@" >>p.yaml
}

# message LINE...: a message of these lines, without a body
message() {
	printf '%s\r\n' "$@" ''
}

# change NAME LINE...: the message of the list NAME with each "Header: value" in the place of
# that header, or behind all others, and without each "Header-"
change() {
	local -n lines=$1
	local out=("${lines[@]}") line header i

	shift
	for line; do
		header=${line%%:*}
		[[ $line == *:* ]] || header=${line%-}
		for ((i = 1; i < ${#out[@]}; i++)); do
			[[ ${out[i]%%:*} != "$header" ]] || break
		done
		out[i]=$line
		[[ $line == *:* ]] || unset "out[i]"
		out=("${out[@]}")
	done
	message "${out[@]}"
}

# fill NAME OCTETS: the message of the list NAME, of so many
fill() {
	local n

	n=$(change "$1" 'X-Fill: ' | wc -c)
	change "$1" "X-Fill: $(printf "%0$(($2 - n))d" 0)"
}

HOST=ims.mnc001.mcc001.3gppnetwork.org
IMPI=001010000000001@$HOST
END='spi-c=25656;spi-s=25657;port-c=6301;port-s=6300'
CBC="ipsec-3gpp;alg=hmac-sha-1-96;ealg=aes-cbc;$END"
SHA="ipsec-3gpp;alg=hmac-sha-1-96;ealg=null;$END"
MD5="ipsec-3gpp;alg=hmac-md5-96;ealg=null;$END"
sm1=(
	"REGISTER sip:$HOST SIP/2.0"
	'Via: SIP/2.0/UDP 10.45.0.11:5060;branch=z9hG4bK1;rport'
	'Max-Forwards: 70'
	'Proxy-Require: sec-agree'
	'Require: sec-agree'
	'Contact: <sip:10.45.0.11:6300>;+sip.instance="<urn:gsma:imei:35622410-483840-0>"'
	"To: <sip:$IMPI>"
	"From: <sip:$IMPI>;tag=1"
	'Call-ID: 1@10.45.0.11'
	'CSeq: 1 REGISTER'
	'Expires: 600000'
	"Authorization: Digest username=\"$IMPI\",realm=\"$HOST\",uri=\"sip:$HOST\",nonce=\"\",response=\"\""
	"Security-Client: $MD5, $SHA, $CBC"
	'Content-Length: 0'
)

CK=d53c02758b376066fad0af7daa6df765
IK=e1763cf28cc2e584588800193137ec92
NONCE="oJRMdf88TwhTovkQqh8QT8bi9GyPQoAAfzu5uEt8P/Y="
sm4=(
	'SIP/2.0 401 Unauthorized'
	'Via: SIP/2.0/UDP 10.45.0.11:5060;branch=z9hG4bK1;rport'
	"To: <sip:$IMPI>;tag=2"
	"From: <sip:$IMPI>;tag=1"
	'Call-ID: 1@10.45.0.11'
	'CSeq: 1 REGISTER'
	"WWW-Authenticate: Digest realm=\"$HOST\", nonce=\"$NONCE\", algorithm=AKAv1-MD5, ck=\"$CK\", ik=\"$IK\", qop=\"auth\""
	'Content-Length: 0'
)

# run ARG...: gmguard agree; leaves $status, out and err
run() {
	timeout 20 gmguard "$@" >out 2>err </dev/null
	status=$?
}

told() {
	sed 's/^/# /' out err | head -n 30
	echo "# status $status"
}

# holds WHAT FILTER: of the JSON in out
holds() {
	if [ -s out ] && jq -e "$2" out >/dev/null; then
		ok "$1"
	else
		told
		not_ok "$1"
	fi
}

# is STATE SPI, lives SECONDS SPI: so long at most; gone SPI; sets: how many there are. Without
# jq, which is dear in an emulated guest.
is() {
	[[ $(gm -j sa get "$2") == *"\"state\": \"$1\""* ]]
}
lives() {
	[[ $(gm -j sa get "$2") =~ \"left\":\ ([0-9]+) ]] && [ "${BASH_REMATCH[1]}" -le "$1" ]
}
longer() { # SECONDS SPI: so long at least
	[[ $(gm -j sa get "$2") =~ \"left\":\ ([0-9]+) ]] && [ "${BASH_REMATCH[1]}" -ge "$1" ]
}
gone() {
	! gm sa get "$1" >/dev/null 2>&1
}
sets() {
	[[ $(gm -j sa list) =~ \"count\":\ ([0-9]+) ]]
	echo "${BASH_REMATCH[1]}"
}

# The answer to give, as text, as JSON and as exit status.
declare -A answers=(
	[400]="8 Bad Request" [403]="8 Forbidden" [421]="9 Extension Required"
	[494]="10 Security Agreement Required" [500]="11 Server Internal Error" [0]="12"
)
