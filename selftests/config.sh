#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What gmguard says to policy files, good and bad. Needs no module and no
# privileges; finds the program in $GMGUARD, in PATH or in ../build.

ksft_skip=4

# bad() and good() at the end of a pipe count in this shell
shopt -s lastpipe

here=$(cd "$(dirname "$0")" && pwd)
gmguard=${GMGUARD:-$(command -v gmguard || echo "$here/../build/helper/gmguard")}
if [ ! -x "$gmguard" ]; then
	echo "1..0 # SKIP no gmguard: make helper"
	exit $ksft_skip
fi

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

n=0
failed=0
results=$tmp/results

result() # NAME STATUS
{
	n=$((n + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $n $1" >> "$results"
	else
		echo "not ok $n $1" >> "$results"
		failed=$((failed + 1))
	fi
}

# Runs gmguard ARGS... on $tmp/p.yaml; leaves $status, $out and $err.
run()
{
	timeout 20 "$gmguard" "$@" > "$tmp/out" 2> "$tmp/err" < /dev/null
	status=$?
	out=$(cat "$tmp/out")
	err=$(cat "$tmp/err")
}

explain_failure()
{
	{
		echo "# status $status"
		sed 's/^/# /' "$tmp/p.yaml" "$tmp/out" "$tmp/err" | cut -c-160 | head -40
	} >> "$results"
}

# Stdin is a policy that is refused on this line with this text.
bad() # NAME LINE TEXT
{
	cat > "$tmp/p.yaml"
	run policy check "$tmp/p.yaml"
	if [ $status -eq 1 ] && [ -z "$out" ] && [ "$(grep -vc warning: "$tmp/err")" -eq 1 ] &&
	   [[ "$err" == *"p.yaml:$2: "*"$3"* ]]; then
		result "refused: $1" 0
	else
		result "refused: $1" 1
		explain_failure
	fi
}

# Stdin is a policy that is accepted, with this text on stdout or stderr.
good() # NAME [TEXT]
{
	cat > "$tmp/p.yaml"
	run policy check "$tmp/p.yaml"
	if [ $status -eq 0 ] && [[ "$out$err" == *"${2-: ok}"* ]]; then
		result "accepted: $1" 0
	else
		result "accepted: $1" 1
		explain_failure
	fi
}

expect() # NAME STATUS TEXT ARGS...
{
	local name=$1 want=$2 text=$3

	shift 3
	run "$@"
	if [ $status -eq "$want" ] && [[ "$out$err" == *"$text"* ]]; then
		result "$name" 0
	else
		result "$name" 1
		explain_failure
	fi
}

# A policy of which each line can be replaced: with SIDES=..., and so on.
MODE='' SIDES='' ENDPOINTS='' MORE=''
policy()
{
	cat <<- EOF
	${MODE:-mode: observe}
	sides:
	${SIDES:-  - {name: access, trust: untrusted, interfaces: [gm0, "gtp*"], ue-pools: [10.45.0.0/16, "2001:db8:45::/48"]\}}
	  - {name: core, trust: trusted, interfaces: [mw0]}
	endpoints:
	${ENDPOINTS:-  - {address: 192.0.2.10, unprotected: [5060], server: [6100], client: [5100, 5101]\}}
	${MORE:-core: []}
	EOF
}

with_side() # FIELDS-OF-A-SIDE
{
	SIDES="  - {$1}" policy
}

with_endpoint() # FIELDS-OF-AN-ENDPOINT
{
	ENDPOINTS="  - {$1}" policy
}

with() # LINE
{
	MORE="$1" policy
}

ue='name: a, trust: untrusted, ue-pools: [10.45.0.0/16]'
ports='unprotected: [5060], server: [6100], client: [5100]'

# --- accepted ---
policy | good "usual policy" "p.yaml: ok: 2 sides, 1 endpoints, 2 UE pools"
for f in "$here"/../helper/examples/*.yaml; do
	[ -e "$f" ] && good "example ${f##*/}" < "$f"
done
MODE='mode: off' policy | good "mode off" "mode off"
MODE='mode: "off"' policy | good "mode off quoted" "mode off"
MODE='mode: enforce' policy | good "mode enforce" "mode enforce"
MODE='# nothing' policy | good "mode defaults to enforce" "mode enforce"
with_side "$ue, interfaces: ['*']" | sed '/name: core/d' | good "every interface on one side"
with_side "$ue, interfaces: [gtp0, 'gtp*']" | good "patterns that overlap on one side"
with_side "$ue, interfaces: [abcdefghijklmno]" | good "interface name of 15 characters"
with_side "name: a, trust: untrusted, interfaces: [a], ue-pools: [10.0.0.0/8, 10.1.0.0/16]" |
	good "pool within a pool of its side"
with_side "name: a, trust: untrusted, interfaces: [a], ue-pools: [10.0.0.1]" | good "pool of one address"
with 'core: [{prefix: 198.51.100.0/24}, {prefix: 198.51.100.8/29}]' | good "core prefix within one of its role"
with 'http: [{address: 198.51.100.80, ports: [80]}]' | good "http server"
with $'core: [{prefix: 198.51.100.0/24, role: as}]\nhttp: [{address: 198.51.100.80, ports: [80]}]' |
	good "http server that is a core node"
with 'open-ports: [{proto: udp, port: 53}, {proto: tcp, port: 53}]' | good "one open port of two protocols"
with 'rules: {spoof-pool: off, ah: enforce}' | good "rules" "spoof-pool off, ah enforce"
with 'rules: {}' | good "no rules"
with 'marks: {mask: 0xff00, trusted: 0x100, untrusted: 512, protected: 0x400}' | good "marks"
with 'limits: {event-rate: 0}' | good "event rate 0"
with 'limits: {pinholes: 0, register-rate: 0, register-burst: 1}' | good "no pinholes, and any REGISTERs"
with 'limits: {pinholes: 1048576, register-rate: 100000, register-burst: 100000}' | good "the most pinholes and REGISTERs"
with 'limits: {streams: 0, stream-octets: 1, stream-memory: 0, stream-idle: 0}' | good "no streams"
with 'limits: {streams: 1048576, stream-octets: 262144, stream-memory: 4294967295}' | good "the most streams"
with 'tmpi: {}' | good "TMPI by default"
for mode in off observe prefer require; do
	with "tmpi: {mode: $mode}" | good "TMPI in mode $mode"
done
with 'tmpi: {non-3gpp-profile: {name: pcscf1.example.org, id: FF00000001}}' | good "a profile of the operator's"
with 'limits: {tmpi: 0}' | good "no TMPI at all"

with 'limits: {sa-sets: 4294967295}' | good "as many SA sets as can be"
with 'lifetimes: {temporary: 1, slack: 0, grace: 1}' | good "shortest lifetimes"
with 'lifetimes: {grace: 60}' | good "one lifetime"
with 'spi: {min: 256, max: 0xffffffff}' | good "all SPIs there are"
with 'spi: {min: 0xfffffffd}' | good "the last SPIs before the default maximum"
with 'inbound-policy: false' | good "no inbound policy"
with 'foreign-sa: drop' | good "foreign SAs dropped"
with 'foreign-sa: accept' | good "foreign SAs accepted" "foreign-sa off"
with $'foreign-sa: drop\nrules: {foreign-sa: enforce}' | good "foreign-sa: drop, and a mode for its rule" "foreign-sa enforce"
with 'emergency: {}' | good "emergencies by default"
with 'emergency: {unauthenticated: false, numbers: []}' | good "no emergencies but by URN, and under an SA"
with 'emergency: {numbers: [112, "(+49)-30.123-456-78", "*#06#"]}' | good "visual separators in a number"
with 'emergency: {numbers: [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]}' | good "16 emergency numbers"
with 'headers: {}' | good "headers by default"
with 'headers: {P-Early-Media: {ue-to-core: keep, foreign-to-core: drop}, Path: {}}' | good "headers"
with 'headers: {p-asserted-IDENTITY: {core-to-foreign: remove}, PATH: {ue-to-core-clear: keep, ue-to-core-protected: drop}}' |
	good "headers in any case"
with 'headers: {ik: {ue-to-core: keep, foreign-to-core: keep, core-to-ue: drop, core-to-foreign: remove}}' | good "keys that stay inside"
with 'agree: {algorithms: [{alg: aes-gmac}]}' | good "algorithm without ealg"
with 'agree: {algorithms: [{alg: null, ealg: aes-gcm}, {alg: "null", ealg: "aes-gcm"}]}' | bad "the same with quotes" 7 "listed twice"
with 'agree: {legacy: true}' | good "legacy algorithms" "p.yaml:7: warning: UEs that offer no better get hmac-md5-96"
with 'agree: {legacy: false}' | good "no legacy algorithms"
# what TCP carries is read unless somebody has it unread
silent() # NAME
{
	cat > "$tmp/p.yaml"
	run policy check "$tmp/p.yaml"
	[ $status -eq 0 ] && ! grep -q warning "$tmp/err"
	result "accepted without a warning: $1" $?
}
for rule in 'tmpi: {mode: prefer}' 'tmpi: {mode: require}' 'emergency: {unauthenticated: false}'; do
	with "$rule" >"$tmp/more"
	silent "$rule" <"$tmp/more"
	with "$rule"$'\nrules: {stream-order: "off"}' |
		good "$rule, TCP off" "p.yaml:7: warning: over TCP it refuses nothing"
	with "$rule"$'\nrules: {stream-order: observe}' | sed 's/^mode: observe/mode: enforce/' |
		good "$rule, TCP watched" "p.yaml:7: warning: over TCP it refuses nothing"
	with "$rule"$'\nrules: {stream-order: observe}' >"$tmp/more"
	silent "$rule, all watched" <"$tmp/more"
done
with 'tmpi: {mode: observe}' >"$tmp/more"
silent "TMPIs that are only watched" <"$tmp/more"
for encryption in never prefer require; do
	with "agree: {encryption: $encryption}" | good "encryption: $encryption"
done
pairs='algorithms: [{alg: "null", ealg: aes-gcm}, {alg: hmac-sha-1-96}]'
with "agree: {$pairs, encryption: never}" | good "a cipher that is never used" \
	"p.yaml:7: warning: left out: encryption is never"
with "agree: {$pairs, encryption: require}" | good "a pair without a cipher where one is required" \
	"p.yaml:7: warning: left out: encryption is require"
with "agree: {$pairs, encryption: prefer}" | good "a list of both"
with 'agree: {legacy: true, algorithms: [{alg: hmac-sha-1-96, ealg: aes-cbc}]}' | good "legacy, and no such algorithm"
with 'agree: {legacy: true, algorithms: [{alg: hmac-md5-96, ealg: des-ede3-cbc}]}' |
	good "legacy algorithm" "p.yaml:7: warning: hmac-md5-96 with des-ede3-cbc is gone"

# --- not YAML, not a policy ---
printf '' | bad "empty file" 1 "the file is empty"
printf '# only this\n' | bad "only a comment" 1 "the file is empty"
printf -- '- a\n' | bad "list" 1 "the policy must be a mapping"
printf 'text\n' | bad "text" 1 "the policy must be a mapping"
printf 'mode: [\n' | bad "unfinished" 2 "not YAML"
printf 'mode: observe\n\tsides: x\n' | bad "tab" 2 "not YAML"
printf 'mode: observe\nsides: \001\n' | bad "control character" 2 "not printable"
printf 'mode: observe\nsides: "\\0"\n' | bad "escaped NUL" 2 "sides must be a list"
printf 'a\n\nb\n' | bad "text of two paragraphs" 1 "must be a mapping (key: value), not text"
printf 'sides: "\\e[2J"\n' | bad "escape sequence for a list" 1 "sides must be a list, not text"
printf 'mode: "off\\0"\n' | bad "NUL in a word" 1 "unprintable"
policy | sed 's/core, trust/c\xc3\xb6re, trust/' | bad "non-ASCII name" 4 "unprintable"
{ policy; echo '---'; policy; } | bad "second document" 8 "a second document"
with $'core: &a []\nhttp: *a' | bad "anchor and alias" 7 "anchors and aliases"
{ printf 'x: '; head -c 100000 /dev/zero | tr '\0' '['; } | bad "deep nesting" 1 "nested more than"
head -c 4194305 /dev/zero | tr '\0' '#' | bad "file over 4 MiB" 1 "more than 4194304"

# --- shape ---
with 'cores: []' | bad "unknown key" 7 "unknown key 'cores' in the policy: known are mode, sides"
with_side "$ue, interfaces: [a], esp: true" | bad "unknown key of a side" 3 "unknown key 'esp'"
with 'mode: off' | bad "duplicate key" 7 "duplicate key 'mode': first on line 1"
with '[a]: b' | bad "key that is no word" 7 "must be a plain word"
MODE='mode: no' policy | bad "wrong mode" 1 "mode must be one of off, observe, enforce, not 'no'"
MODE='mode: [off]' policy | bad "mode as a list" 1 "not a list"
MODE='mode:' policy | bad "mode empty" 1 "not empty"
with 'core: {}' | bad "mapping for a list" 7 "core must be a list, not a mapping"
with 'limits: 5' | bad "number for a mapping" 7 "limits must be a mapping"
policy | sed 1,4d | bad "no sides" 1 "'sides' is missing in the policy"
policy | sed 5,6d | bad "no endpoints" 1 "'endpoints' is missing in the policy"
printf 'sides: []\nendpoints: []\n' | bad "sides empty" 1 "sides is empty: it needs at least 1"
with_endpoint "address: 192.0.2.10, unprotected: [], server: [1], client: [2]" | bad "no unprotected port" 6 "unprotected is empty"
with_endpoint "address: 192.0.2.10, unprotected: [1], server: [], client: [2]" | bad "no server port" 6 "server is empty"
with_endpoint "address: 192.0.2.10, unprotected: [1], server: [2], client: []" | bad "no client port" 6 "client is empty"
with_endpoint "address: 192.0.2.10, unprotected: [1], server: [2]" | bad "client missing" 6 "'client' is missing"
for port in 65536 -1 5060.0 0x10000 05060 5e3 "' 1'" 99999999999999999999; do
	with_endpoint "address: 192.0.2.10, unprotected: [$port], server: [6100], client: [5100]" |
		bad "port $port" 6 "unprotected must be a number from 0 to 65535"
done
with_side "$ue, interfaces: [a], require-esp: yes" | bad "yes for true" 3 "require-esp must be true or false, not 'yes'"

# --- sides ---
with_side "name: none, trust: trusted, interfaces: [a]" | bad "reserved name none" 3 "reserved"
with_side "name: local, trust: trusted, interfaces: [a]" | bad "reserved name local" 3 "reserved"
with_side "name: a b, trust: trusted, interfaces: [a]" | bad "white space in a side's name" 3 "letters, digits"
with_side "name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, trust: trusted, interfaces: [a]" | bad "side name of 32 characters" 3 "1 to 31 characters"
with_side "name: '', trust: trusted, interfaces: [a]" | bad "empty side name" 3 "not empty"
with_side "name: core, trust: foreign, interfaces: [a]" | bad "duplicate side name" 4 "two sides are named 'core'"
with_side "name: a, trust: friendly, interfaces: [a]" | bad "unknown trust" 3 "one of untrusted, trusted, foreign"
with_side "name: a, trust: untrusted, interfaces: [a]" | bad "untrusted side without pools" 3 "has no ue-pools"
with_side "name: a, trust: foreign, interfaces: [a], ue-pools: [10.0.0.0/8]" | bad "foreign side with pools" 3 "only untrusted sides"
with_side "name: a, trust: foreign, interfaces: [a], require-esp: true" | bad "foreign side that requires ESP" 3 "for trusted sides"
with_side "$ue, interfaces: []" | bad "side without interfaces" 3 "interfaces is empty"
with_side "$ue, interfaces: [abcdefghijklmnop]" | bad "interface name of 16 characters" 3 "1 to 15 characters"
with_side "$ue, interfaces: ['']" | bad "empty interface name" 3 "not empty"
with_side "$ue, interfaces: [a/b]" | bad "slash in an interface name" 3 "no interface name"
with_side "$ue, interfaces: ['a b']" | bad "white space in an interface name" 3 "no interface name"
with_side "$ue, interfaces: ['a*b']" | bad "star not at the end" 3 "only be the last"
with_side "$ue, interfaces: ['**']" | bad "two stars" 3 "only be the last"
with_side "$ue, interfaces: [a, a]" | bad "interface twice on a side" 3 "listed twice"
with_side "$ue, interfaces: [mw0]" | bad "interface on two sides" 4 "overlap"
with_side "$ue, interfaces: ['mw*']" | bad "interface within a pattern of another side" 4 "mw0 and mw* of side a overlap"
with_side "$ue, interfaces: ['*']" | bad "interface within every interface" 4 "overlap"
{
	echo 'sides:'
	for i in $(seq 17); do
		echo "  - {name: s$i, trust: trusted, interfaces: [i$i]}"
	done
	echo "endpoints: [{address: 192.0.2.1, $ports}]"
} | bad "17 sides" 2 "sides has 17 entries: the most is 16"

# --- addresses ---
pool() { with_side "name: a, trust: untrusted, interfaces: [a], ue-pools: [$1]"; }
pool 10.45.0.0/33 | bad "prefix length 33" 3 "'10.45.0.0/33' is no prefix"
pool '"2001:db8::/129"' | bad "prefix length 129" 3 "is no prefix"
pool 10.45.0.0/08 | bad "prefix length 08" 3 "is no prefix"
pool 10.45.0.0/ | bad "prefix without length" 3 "is no prefix"
pool 10.45.0/16 | bad "short address" 3 "is no prefix"
pool 10.45.0.1/16 | bad "host bits" 3 "10.45.0.1/16 has bits set after its length: write 10.45.0.0/16"
pool '"2001:db8::1/64"' | bad "host bits, IPv6" 3 "write 2001:db8::/64"
pool '10.45.0.0/16, 10.45.0.0/16' | bad "pool twice" 3 "list it once"
pool 192.0.2.0/24 | bad "endpoint in a pool" 6 "endpoint 192.0.2.10/32 overlaps UE pool 192.0.2.0/24 on line 3"
ep() { with_endpoint "address: $1, $ports"; }
ep 192.0.2.10/32 | bad "prefix for an endpoint" 6 "is no address"
ep example.org | bad "name for an endpoint" 6 "is no address"
ep 224.0.0.1 | bad "multicast endpoint" 6 "a multicast address"
ep '"ff02::1"' | bad "multicast endpoint, IPv6" 6 "a multicast address"
ep 127.0.0.1 | bad "loopback endpoint" 6 "a loopback address"
ep '"::1"' | bad "loopback endpoint, IPv6" 6 "the loopback address"
ep 0.0.0.0 | bad "unspecified endpoint" 6 "an unspecified address"
ep '"::"' | bad "unspecified endpoint, IPv6" 6 "the unspecified address"
ep 255.255.255.255 | bad "broadcast endpoint" 6 "the broadcast address"
ep '"::ffff:192.0.2.1"' | bad "IPv4-mapped endpoint" 6 "an IPv4-mapped address"
ENDPOINTS="  - {address: 192.0.2.10, $ports}
  - {address: 192.0.2.10, $ports}" policy | bad "endpoint twice" 7 "list it once"
with 'core: [{prefix: 10.45.3.0/24}]' | bad "core prefix in a pool" 7 "core prefix 10.45.3.0/24 overlaps UE pool 10.45.0.0/16 on line 3"
with 'core: [{prefix: 10.0.0.0/8}]' | bad "pool in a core prefix" 7 "overlaps UE pool"
with 'core: [{prefix: 192.0.2.0/24}]' | bad "endpoint in a core prefix" 7 "overlaps endpoint"
with 'core: [{prefix: 0.0.0.0/0}]' | bad "everything is core" 7 "overlaps"
with 'core: [{prefix: 198.51.100.0/24}, {prefix: 198.51.100.0/24}]' | bad "core prefix twice" 7 "list it once"
with 'core: [{prefix: 198.51.100.0/24, role: as}, {prefix: 198.51.100.8/29, role: hss}]' | bad "two roles" 7 "one role"
with 'core: [{prefix: 198.51.100.0/24, role: pcscf}]' | bad "unknown role" 7 "one of other, cscf, bgcf, mgcf, mrf, ibcf, hss, as, not 'pcscf'"
with 'core: [{role: as}]' | bad "core without prefix" 7 "'prefix' is missing"
with 'http: [{address: 10.45.0.1, ports: [80]}]' | bad "http server in a pool" 7 "http server 10.45.0.1/32 overlaps UE pool"
with 'http: [{address: 192.0.2.10, ports: [80]}]' | bad "http server that is an endpoint" 7 "overlaps endpoint"
with 'http: [{address: 198.51.100.80, ports: [80]}, {address: 198.51.100.80, ports: [443]}]' | bad "http server twice" 7 "list it once"
SIDES='  - {name: a, trust: untrusted, interfaces: [a], ue-pools: [10.0.0.0/8]}
  - {name: b, trust: untrusted, interfaces: [b], ue-pools: [10.1.0.0/16]}' policy | bad "pools of two sides overlap" 4 "pools of two sides"

# --- ports ---
p() { with_endpoint "address: 192.0.2.10, unprotected: [$1], server: [$2], client: [$3]"; }
# rule: M1
p 5060 5060 5100 | bad "5060 protected and unprotected" 6 "5060 is unprotected already"
p 5070 5060 5100 | bad "5060 as server port" 6 "5060 cannot be a protected port"
p 5070 6100 5061 | bad "5061 as client port" 6 "5061 cannot be a protected port"
p 5060 6100 6100 | bad "server and client port" 6 "6100 is server already"
p '5060, 5060' 6100 5100 | bad "port twice" 6 "5060 is listed twice"
p 0 6100 5100 | bad "port 0" 6 "0 is no port"
with 'http: [{address: 198.51.100.80, ports: [80, 80]}]' | bad "http port twice" 7 "80 is listed twice"
with 'http: [{address: 198.51.100.80, ports: [0]}]' | bad "http port 0" 7 "0 is no port"
with 'http: [{address: 198.51.100.80, ports: [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]}]' | bad "17 http ports" 7 "ports has 17 entries"
with 'open-ports: [{proto: icmp, port: 5}]' | bad "open port of ICMP" 7 "one of udp, tcp, sctp"
with 'open-ports: [{proto: udp, port: 0}]' | bad "open port 0" 7 "0 is no port"
with 'open-ports: [{proto: udp, port: 6100}]' | bad "open port that is protected" 7 "is a Gm port"
with 'open-ports: [{proto: udp, port: 53}, {proto: udp, port: 53}]' | bad "open port twice" 7 "listed twice"

# --- rules, marks, limits ---
with 'rules: {spoof: off}' | bad "unknown rule" 7 "unknown key 'spoof' in rules: known are spoof-core, spoof-pool"
with 'rules: {pass-esp: off}' | bad "mode for a pass class" 7 "unknown key 'pass-esp'"
with 'rules: {ah: drop}' | bad "unknown mode of a rule" 7 "ah must be one of"
with 'rules: {ah: off, ah: observe}' | bad "rule twice" 7 "duplicate key 'ah'"
with 'marks: {mask: 0}' | bad "mask 0" 7 "the mask is zero"
with 'marks: {mask: 0xf}' | bad "mark outside the mask" 7 "outside the mask"
with 'marks: {trusted: 0}' | bad "mark 0" 7 "mark trusted is zero"
with 'marks: {trusted: 0x30}' | bad "marks share bits" 7 "share bits"
with 'marks: {mask: 0x100000000}' | bad "mask of 33 bits" 7 "0 to 4294967295"
with 'limits: {interfaces: 0}' | bad "no interfaces" 7 "must be 1 to"
with 'limits: {interfaces: 4294967295}' | bad "too many interfaces" 7 "must be 1 to"
with 'limits: {event-rate: 4294967295}' | bad "event rate too high" 7 "must be 0 to"
with $'limits:\n  pinholes: 1048577' | bad "too many pinholes" 8 "the limit of pinholes must be 0 to 1048576"
with 'limits: {streams: 1048577}' | bad "too many streams" 7 "the limit of streams must be 0 to 1048576"
with 'limits: {stream-octets: 0}' | bad "no octet of a stream" 7 "the octets of a stream must be 1 to 262144"
with 'limits: {stream-octets: 262145}' | bad "too many octets of a stream" 7 "the octets of a stream must be 1 to 262144"
with 'limits: {tmpi: -1}' | bad "less than no TMPI" 7 "0 to 4294967295"
with 'tmpi: {mode: enforce}' | bad "a mode that TMPI has not" 7 "mode must be one of off, observe, prefer, require"
with 'tmpi: {profile: {}}' | bad "a profile that is not said to be none of 3GPP's" 7 "unknown key 'profile' in tmpi"
with 'tmpi: {non-3gpp-profile: {name: a}}' | bad "a profile without an identifier" 7 "'id' is missing"
with 'tmpi: {non-3gpp-profile: {name: "a..b", id: ff00000001}}' | bad "a profile of no host" 7 "'a..b' is none: it must be a host name"
with 'tmpi: {non-3gpp-profile: {name: a, id: ff000001}}' | bad "a short identifier" 7 "'ff000001' is no identifier: write 10 hexadecimal digits"
with 'tmpi: {non-3gpp-profile: {name: a, id: ff0000000g}}' | bad "an identifier of other digits" 7 "is no identifier"
with 'tmpi: {non-3gpp-profile: {name: a, id: "0100000100"}}' | bad "the identifier of 3GPP" 7 "must begin with ff, for local use: 01 is an organisation's"
with 'limits: {register-rate: 100001}' | bad "too many REGISTERs a second" 7 "the rate of REGISTERs must be 0 (any) to 100000 a second"
with 'limits: {register-burst: 0}' | bad "no REGISTER at once" 7 "the burst of REGISTERs must be 1 to 100000"
with 'limits: {register-burst: 100001}' | bad "too many REGISTERs at once" 7 "the burst of REGISTERs must be 1 to 100000"
with 'limits: {register-burst: -1}' | bad "negative number of REGISTERs" 7 "register-burst must be a number"

# --- emergencies ---
with 'emergency: [112]' | bad "list for emergency" 7 "emergency must be a mapping"
with 'emergency: {unauthenticated: no}' | bad "no for false in emergency" 7 "unauthenticated must be true or false, not 'no'"
with 'emergency: {number: 112}' | bad "unknown key in emergency" 7 "unknown key 'number' in emergency: known are unauthenticated, numbers"
with 'emergency: {numbers: 112}' | bad "number for a list" 7 "numbers must be a list"
with $'emergency:\n  numbers:\n    - 112\n    - 1a2' | bad "letter in a number" 10 "'1a2' is no emergency number: write 1 to 15 digits, '+', '*' or '#'"
with 'emergency: {numbers: [1234567890123456]}' | bad "16 digits" 7 "'1234567890123456' is no emergency number"
with 'emergency: {numbers: ["--"]}' | bad "visual separators only" 7 "'--' is no emergency number"
with 'emergency: {numbers: [""]}' | bad "empty number" 7 "not empty"
with 'emergency: {numbers: ["1 12"]}' | bad "white space in a number" 7 "'1 12' is no emergency number"
with 'emergency: {numbers: [112, 911, "1-1-2"]}' | bad "number twice" 7 "emergency number 112 is listed twice"
with 'emergency: {numbers: [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]}' | bad "17 emergency numbers" 7 "numbers has 17 entries: the most is 16"

# --- headers ---
with 'headers: [Path]' | bad "list for headers" 7 "headers must be a mapping"
with 'headers: {Path: drop}' | bad "action for a header" 7 "Path must be a mapping (key: value), not 'drop'"
with 'headers: {Via: {core-to-ue: drop}}' | bad "unknown header" 7 "unknown key 'Via' in headers: known are P-Asserted-Identity, Remote-Party-ID"
with 'headers: {Path: {to-ue: drop}}' | bad "unknown transition" 7 "unknown key 'to-ue' in Path: known are ue-to-core, ue-to-core-clear, ue-to-core-protected, core-to-ue, core-to-foreign, foreign-to-core"
with 'headers: {Path: {Core-To-UE: drop}}' | bad "transition in another case" 7 "unknown key 'Core-To-UE' in Path"
with 'headers: {path: {core-to-ue: reject}}' | bad "unknown action" 7 "core-to-ue must be one of keep, remove, drop, not 'reject'"
with $'headers:\n  Path: {core-to-ue: drop}\n  path: {core-to-ue: keep}' | bad "header twice" 9 "duplicate key 'Path': first on line 8"
with 'headers: {Path: {core-to-ue: drop, core-to-ue: keep}}' | bad "transition twice" 7 "duplicate key 'core-to-ue'"
for half in clear protected; do
	with $'headers:\n  path:\n    ue-to-core-'"$half"$': drop\n    ue-to-core: drop' |
		bad "ue-to-core and its half $half" 10 "ue-to-core is ue-to-core-clear and ue-to-core-protected: leave one out"
done
# TS 33.203 6.1.1
for key in ik ck; do
	for to in ue foreign; do
		with $'headers:\n  '"${key^^}"$':\n    core-to-'"$to: keep" |
			bad "$key kept on its way to $to" 9 "$key cannot be kept: keys do not leave the trust domain (TS 33.203 6.1.1): write remove or drop"
	done
done
# the words of the manual are those of the file
with 'headers: {?: {}}' > "$tmp/p.yaml"
run policy check "$tmp/p.yaml"
sed -n 's/,//g; s/.* known are //p' "$tmp/err" | tr ' ' '\n' | while read -r word; do
	grep -qxF -e "$word" "$here/../helper/man/gmguard-policy.5"
	result "the manual has $word" $?
done

# --- SAs ---
with 'limits: {sa-sets: 0}' | bad "no SA sets" 7 "must be 1 or more"
with 'limits: {sa-sets: 4294967296}' | bad "SA sets of 33 bits" 7 "0 to 4294967295"
with 'lifetimes: {temporary: 0}' | bad "no time to establish" 7 "temporary must be 1 second or more"
with 'lifetimes: {grace: 0}' | bad "no grace" 7 "grace must be 1 second or more"
with 'lifetimes: {grace: 2 min}' | bad "lifetime with a unit" 7 "grace must be a number"
with 'lifetimes: {established: 5}' | bad "unknown lifetime" 7 "unknown key 'established' in lifetimes: known are temporary, slack, grace"
with 'spi: {min: 255}' | bad "reserved SPI" 7 "SPIs below 256 are reserved"
with 'spi: {min: 0xfffffffe}' | bad "one SPI" 7 "max (0xfffffffe) must be above min (0xfffffffe)"
with 'spi: {min: 4096, max: 4095}' | bad "SPIs upside down" 7 "must be above min"
with 'spi: [256, 4096]' | bad "list for SPIs" 7 "spi must be a mapping"
with 'inbound-policy: no' | bad "no for false" 7 "inbound-policy must be true or false, not 'no'"
with 'foreign-sa: observe' | bad "mode for foreign-sa" 7 "foreign-sa must be one of drop, accept, not 'observe'"
with $'rules: {foreign-sa: observe}\nforeign-sa: accept' | bad "foreign SAs accepted and observed" 8 "rules has on line 7: leave one of them out"
with $'foreign-sa: accept\nrules: {foreign-sa: off}' | bad "foreign SAs accepted twice" 7 "rules has on line 8"
algorithm() { with "agree: {algorithms: [{alg: hmac-sha-1-96, ealg: aes-cbc}, {$1}]}"; }
algorithm 'alg: "null"' | bad "neither integrity nor cipher" 7 "integrity is mandatory: alg null goes with ealg aes-gcm only"
algorithm 'alg: "null", ealg: aes-cbc' | bad "a cipher alone" 7 "integrity is mandatory"
algorithm 'alg: hmac-sha-1-96, ealg: aes-gcm' | bad "aes-gcm with an HMAC" 7 "goes with alg null only"
algorithm 'alg: aes-gmac, ealg: aes-cbc' | bad "aes-gmac with a cipher" 7 "goes with ealg null only"
algorithm 'alg: hmac-md5-96' | bad "MD5" 7 "right would be hmac-sha-1-96, or set legacy: true"
algorithm 'alg: hmac-sha-1-96, ealg: des-ede3-cbc' | bad "3DES" 7 "right would be aes-cbc, or set legacy: true"
algorithm 'alg: hmac-sha-1-96, ealg: aes-cbc' | bad "algorithms twice" 7 "alg hmac-sha-1-96 with ealg aes-cbc is listed twice"
algorithm 'alg: hmac-sha-256' | bad "unknown algorithm" 7 "alg must be one of hmac-md5-96, hmac-sha-1-96, aes-gmac, null, not 'hmac-sha-256'"
algorithm 'ealg: aes-cbc' | bad "no algorithm" 7 "'alg' is missing"
with 'agree: {algorithms: []}' | bad "no algorithms" 7 "algorithms is empty"
with 'agree: {offers: 1}' | bad "unknown key in agree" 7 "unknown key 'offers' in agree: known are algorithms, legacy"
with 'agree: {encryption: always}' | bad "another word for encryption" 7 "encryption must be one of never, prefer, require, not 'always'"
with 'agree: {algorithms: [{alg: aes-gmac}], encryption: require}' |
	bad "no pair with a cipher" 7 "encryption leaves nothing of algorithms: list a pair with a cipher"
with 'agree: {encryption: never, algorithms: [{alg: "null", ealg: aes-gcm}]}' |
	bad "no pair without a cipher" 7 "encryption leaves nothing of algorithms: list a pair without a cipher"

# --- the command itself ---
policy > "$tmp/p.yaml"
expect "no command" 1 "usage:"
expect "unknown command" 1 "usage:" polices
expect "unknown option" 1 "usage:" policy show --all
expect "missing word" 1 "usage:" policy apply
expect "too many words" 1 "usage:" policy show it
expect "help" 0 "policy apply" -h
expect "help of a command" 0 "policy apply" policy apply -h
expect "version" 0 "gmguard 0" -V
expect "absent file" 1 "No such file" policy check "$tmp/absent"
expect "directory" 1 "Is a directory" policy check "$tmp"
expect "check as JSON" 0 '"schema": 1' policy check "$tmp/p.yaml" -j
expect "explain" 0 "spoof-core" explain
expect "explain one" 0 "TS 33.203" explain clear-on-protected
expect "explain one as JSON" 0 '"schema": 1' -j explain ah
expect "explain unknown" 3 "no reason is named" explain nonsense
expect "unknown reason" 3 "no reason is named" stats show nonsense
expect "wrong count" 1 "--count wants" monitor --count 1x
expect "absent namespace" 3 "network namespace" -n "$tmp/absent" policy show

run policy check - < /dev/null
timeout 20 "$gmguard" -q policy check - < "$tmp/p.yaml" > "$tmp/out" 2> "$tmp/err"
status=$?
[ $status -eq 0 ] && [ ! -s "$tmp/out" ] && [ ! -s "$tmp/err" ]
result "standard input, quiet" $?

echo "TAP version 13"
echo "1..$n"
cat "$results"
[ $failed -eq 0 ]
