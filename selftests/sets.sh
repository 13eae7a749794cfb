# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# SA sets, at the P-CSCF by gmguard and at a UE by iproute2 from the same CK and IK,
# and traffic for them. For tests with the network of common.sh, sourced after it.

PAIRS="hmac-sha-1-96:null hmac-sha-1-96:aes-cbc aes-gmac:null null:aes-gcm
	hmac-md5-96:null hmac-md5-96:aes-cbc hmac-md5-96:des-ede3-cbc hmac-sha-1-96:des-ede3-cbc"

gm_policy() { # LINE...: one that takes all pairs
	local pair list=

	for pair in $PAIRS; do
		list+="{alg: \"${pair%:*}\", ealg: \"${pair#*:}\"}, "
	done
	policy "agree: {legacy: true, algorithms: [${list%, }]}" "$@" 2>/dev/null
}

KEYS=$WORK/keys
# TS 35.208, test set 1
cat >"$KEYS" <<-KEYS
	ck b40ba9a3c58b2a05bbf0d987b21bf8cb
	ik f769bcd751044604127672711c6d3441
KEYS
chmod 600 "$KEYS"

# add UE PCSCF N ALG:EALG [OPTION...]: a set of gmguard's; UE ports 40000 + 10 N,
# UE SPIs 1000 + 10 N. Sets PS and PC.
add() {
	local out ue=$1 pcscf=$2 n=$3 pair=$4

	shift 4
	out=$(gm -j sa add --ue "$ue" --pcscf "$pcscf" --port-uc $((40000 + 10 * n)) \
		--port-us $((40001 + 10 * n)) --port-pc 5100 --port-ps 6100 \
		--spi-uc $((1000 + 10 * n)) --spi-us $((1001 + 10 * n)) \
		--alg "${pair%:*}" --ealg "${pair#*:}" --keys "$KEYS" \
		--impi "ue$n@ims.example" "$@" 2>"$WORK/error") || return
	[[ $out =~ \"spi-ps\":\ *([0-9]+) ]] && PS=${BASH_REMATCH[1]}
	[[ $out =~ \"spi-pc\":\ *([0-9]+) ]] && PC=${BASH_REMATCH[1]}
}

# ue_sas NETNS ALG:EALG KEYS UE PORT_UC PORT_US SPI_UC SPI_US PCSCF PORT_PC PORT_PS SPI_PC SPI_PS:
# the SAs of a set at the UE, by iproute2
ue_sas() {
	local ns=$1 pair=$2 keys=$3 ue=$4 uc=$5 us=$6 ep=$9 pc=${10} ps=${11}
	local alg dir src sport dst dport spi

	alg=$(gmguard aka expand --legacy --keys "$keys" --alg "${pair%:*}" \
		--ealg "${pair#*:}" 2>/dev/null)
	while read -r dir src sport dst dport spi; do
		echo "xfrm state add src $src dst $dst proto esp spi $spi reqid $spi mode transport replay-window 32 $alg sel src $src dst $dst sport $sport dport $dport"
		echo "xfrm policy update src $src dst $dst sport $sport dport $dport dir $dir tmpl src $src dst $dst proto esp reqid $spi mode transport"
	done >"$WORK/batch" <<-SAS
		out $ue $uc $ep $ps ${13}
		in $ep $ps $ue $uc $7
		in $ep $pc $ue $us $8
		out $ue $us $ep $pc ${12}
	SAS
	ip -n "$ns" -batch "$WORK/batch"
}

# ue_add NETNS UE PCSCF N ALG:EALG: the set of add at the UE, which is told PS and PC
ue_add() {
	ue_sas "$1" "$5" "$KEYS" "$2" $((40000 + 10 * $4)) $((40001 + 10 * $4)) \
		$((1000 + 10 * $4)) $((1001 + 10 * $4)) "$3" 5100 6100 "$PC" "$PS"
}

ue_flush() {
	ip -n "$1" xfrm policy flush
	ip -n "$1" xfrm state flush
}

# use SPI: packets of the four SAs of a set in the order A B C D
use() {
	gm -j sa get "$1" | jq -r '[.sas[].packets] | join(" ")'
}

brackets() {
	case $1 in
	*:*) echo "[$1]" ;;
	*) echo "$1" ;;
	esac
}

# sip_of NETNS SRC SPORT DST DPORT: what udp and tcp say, of a UE in the name of the
# set that its port is of
sip_of() {
	case $1 in
	pcscf) answer "$4" "$5" ;;
	*) register "$2" "$3" "ue$((($3 - 40000) / 10))@ims.example" ;;
	esac
}

# udp NETNS SRC SPORT DST DPORT: a datagram of an ordinary socket
udp() {
	local v=4

	case $2 in *:*) v=6 ;; esac
	in_ns "$1" socat -u -t0 - \
		"UDP$v-SENDTO:$(brackets "$4"):$5,bind=$(brackets "$2"):$3,reuseaddr" \
		<<<"$(sip_of "$@")" 2>/dev/null
	true
}

# tcp FROM SRC SPORT TO DST DPORT: connects and gets back what it said
tcp() {
	local v=4 text

	text=$(sip_of "$1" "$2" "$3" "$5" "$6")
	case $2 in *:*) v=6 ;; esac
	ip netns exec "$4" timeout 90 socat "TCP$v-LISTEN:$6,bind=$(brackets "$5"),reuseaddr" EXEC:cat \
		>/dev/null 2>&1 &
	busywait 20 listens "$4" "$6"
	in_ns "$1" timeout 60 socat -t20 - \
		"TCP$v:$(brackets "$5"):$6,bind=$(brackets "$2"):$3,reuseaddr,connect-timeout=20" \
		<<<"$text" >"$WORK/answer" 2>/dev/null
	kill $! 2>/dev/null
	wait $! 2>/dev/null
	cmp -s - "$WORK/answer" <<<"$text"
}

listens() {
	in_ns "$1" grep -q ":$(printf %04X "$2") .* 0A " /proc/net/tcp /proc/net/tcp6
}

# what ESP itself refuses, in the counters of xfrm
stat_of() { # COUNTER
	# shellcheck disable=SC2016 # awk's
	in_ns pcscf awk -v n="$1" '$1 == n { print $2 }' /proc/net/xfrm_stat
}
kernel_refuses() { # WHAT COUNTER COMMAND...
	local what=$1 counter=$2 before

	shift 2
	before=$(stat_of "$counter")
	"$@"
	check "$what ($counter)" busywait 3 grown "$counter" "$before"
}
grown() {
	[ "$(stat_of "$1")" -gt "$2" ]
}
