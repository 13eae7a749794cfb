#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What the commands about SAs refuse before they ask the kernel, and that they
# show no keys meanwhile. Needs no module.
. "$(dirname "$0")/common.sh"

require gmguard
trap 'rm -rf "$WORK"' EXIT
trap 'exit 1' INT TERM
cd "$WORK" || exit 1
# Who reads keys cannot be traced, but by root, and LeakSanitizer is a tracer.
export ASAN_OPTIONS=detect_leaks=0

CK=b40ba9a3c58b2a05bbf0d987b21bf8cb
IK=f769bcd751044604127672711c6d3441
printf 'ck %s\nik %s\n' $CK $IK >keys
chmod 600 keys

# wrong WHAT PATTERN ARG...: bad usage, with this on stderr and no piece of a key
wrong() {
	local what=$1 pattern=$2

	shift 2
	timeout 20 gmguard "$@" >out 2>err </dev/null
	if [ $? = 1 ] && [ ! -s out ] && head -n 1 err | grep -q -e "$pattern" &&
	   ! grep -qi -e "${CK:0:8}" -e "${IK:0:8}" err; then
		ok "refused: $what"
	else
		sed 's/^/# /' err
		not_ok "refused: $what"
	fi
}

declare -A set=(
	[ue]=10.45.0.11 [pcscf]=192.0.2.10
	[port-uc]=40000 [port-us]=40001 [port-pc]=5100 [port-ps]=6100
	[spi-uc]=0x1001 [spi-us]=4098 [alg]=hmac-sha-1-96 [keys]=keys [impi]=ue1@ims.example
)

# add [OPTION=VALUE | -OPTION]...: the options of a good sa add, but for these
add() {
	local change name
	local -A mine=()

	for name in "${!set[@]}"; do
		mine[$name]=${set[$name]}
	done
	for change; do
		case $change in
		-*) unset "mine[${change#-}]" ;;
		*) mine[${change%%=*}]=${change#*=} ;;
		esac
	done
	ADD=(sa add)
	for name in "${!mine[@]}"; do
		ADD+=("--$name" "${mine[$name]}")
	done
}

for name in "${!set[@]}"; do
	add "-$name"
	wrong "a set without --$name" "sa add needs --$name" "${ADD[@]}"
done

bad() { # WHAT PATTERN CHANGE...
	add "${@:3}"
	wrong "$1" "$2" "${ADD[@]}"
}
bad "a prefix for an address" "--ue wants an address, not '10.45.0.0/16'" ue=10.45.0.0/16
bad "a name for an address" "--pcscf wants an address" pcscf=example.org
for port in 0 65536 -1 0x1000 5060x ''; do
	bad "port '$port'" "--port-uc wants a port, 1 to 65535" "port-uc=$port"
done
for spi in 0 0x0 4294967296 0x100000000 -1 12ab 0x 0xg ''; do
	bad "SPI '$spi'" "--spi-us wants an SPI, decimal or 0x hexadecimal" "spi-us=$spi"
done
bad "an over that is none" "--over wants an SPI" over=x
bad "an alg of nobody's" "--alg wants one of hmac-md5-96, hmac-sha-1-96, aes-gmac, null, not" alg=hmac-sha-256
bad "an ealg of nobody's" "--ealg wants one of null, des-ede3-cbc, aes-cbc, aes-gcm, not" ealg=aes
bad "neither integrity nor cipher" "integrity is mandatory" alg=null
bad "aes-gcm with an HMAC" "it goes with alg null only" ealg=aes-gcm
bad "no IMPI" "--impi wants 1 to 255 octets" impi=
bad "an IMPI of 256 octets" "--impi wants 1 to 255 octets" "impi=$(printf '%0256d' 0)"
bad "half a digest" "--digest wants 64 hexadecimal digits" "digest=$(printf '%032d' 0)"
bad "more than a digest" "--digest wants 64 hexadecimal digits" "digest=$(printf '%066d' 0)"
bad "a digest that is none" "--digest wants 64 hexadecimal digits" "digest=$(printf '%064d' 0 | tr 0 g)"
bad "keys in the arguments" "--keys inline: is for batches" "keys=inline:$CK:$IK"
bad "keys where a port should be" "--port-uc wants a port, 1 to 65535, not '...'" \
	"port-uc=inline:$CK:$IK"
bad "keys without their inline:" "^gmguard: \.\.\.: No such file" "keys=$CK:$IK"
bad "keys behind another word" "^gmguard: \.\.\.: No such file" "keys=Inline:$CK:$IK"
bad "a key for an algorithm" "--alg wants one of .*, not '...'" "alg=$CK"
wrong "keys for an SPI" "'...' is no SPI" sa establish "inline:$CK:$IK" --expires 60
wrong "a key for an option" "option '...' is unknown" sa del "--$CK" 1
add -keys
wrong "keys behind half an option" "option '--ke' is unknown" "${ADD[@]}" "--ke=inline:$CK:$IK"
wrong "keys behind no option" "option '--key5' is unknown" "${ADD[@]}" "--key5=inline:$CK:$IK"
wrong "keys for a flag" "option '--emergency' is unknown, could be several, or takes no value" \
	"${ADD[@]}" "--emergency=inline:$CK:$IK"
wrong "keys in the arguments of aka expand" "keys in arguments are seen by others" \
	aka expand --alg hmac-sha-1-96 --keys "inline:$CK:$IK"
wrong "no value" "option '--keys' wants a value" "${ADD[@]}" --keys
bad "no file of keys" "absent: No such file" keys=absent
bad "an empty file of keys" "^stdin:1: " keys=-
(umask 077; echo "ck ${CK}00" >long)
bad "a key that is too long" "^long:1: ck has 34 hex digits" keys=long
add
wrong "a word too many" "sa add takes no more words" "${ADD[@]}" "$CK"

wrong "no SPI" "sa get needs SPI" sa get
wrong "a word for an SPI" "'x' is no SPI" sa get x
wrong "two SPIs" "sa del takes no more words" sa del 1 2
wrong "SPI 0" "'0' is no SPI" sa del 0
wrong "no lifetime" "sa establish needs --expires" sa establish 4097
wrong "a lifetime of 0" "--expires wants seconds, not '0'" sa establish 4097 --expires 0
wrong "no shorter lifetime" "sa shorten needs --expires" sa shorten 4097
wrong "a state of nobody's" "--state wants one of temporary, established, in-use, old, not 'x'" sa list --state x
wrong "an option of another command" "sa list takes no --grace" sa list --grace
wrong "a flush of everything by mistake" "wants a filter, or --all" sa flush
wrong "a flush of all and of some" "wants a filter, or --all" sa flush --all --state old
wrong "no file of commands" "batch needs FILE" batch
wrong "an SPI with a prefix" "sa count takes no --pcscf" sa count --pcscf 192.0.2.10
for packet in "udp 10.45.0.11 40000 192.0.2.10" "icmp 10.45.0.11 1 192.0.2.10 1" \
	"udp 10.45.0.11 0 192.0.2.10 6100" "udp 10.45.0.0/16 40000 192.0.2.10 6100" \
	"tcp 10.45.0.11 40000 example.org 6100"; do
	# shellcheck disable=SC2086 # words
	wrong "$packet" "explain wants a packet as: udp" explain $packet
done

# what the kernel's IPsec counts is there without the module
if [ -r /proc/net/xfrm_stat ]; then
	check "stats xfrm" gmguard -q stats xfrm
	check "with all counters" grep -q '^XfrmInNoStates 0$' <(gmguard -v stats xfrm)
	check "as JSON" grep -q '"schema": 1' <(gmguard -j stats xfrm)
else
	skip "stats xfrm" "this kernel has no CONFIG_XFRM_STATISTICS"
fi

finish
