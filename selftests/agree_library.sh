#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# libgmguard: the example leads a registration with it, linked in both ways, with a double of
# the kernel; and what it says when something is not right.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/register.sh"

require registration_static registration_shared library gmguard_double jq cc g++ make nm pkg-config
[ "${GMGUARD_BUILD-}" ] || skip_all "no GMGUARD_BUILD, with what is to be installed"
trap 'rm -rf "$WORK"' EXIT
# LeakSanitizer is a tracer
export GMGUARD_DOUBLE=$WORK/sets ASAN_OPTIONS=detect_leaks=1
cd "$WORK" || exit 1
policy_file ""
message "${sm1[@]}" >sm1.sip
message "${sm4[@]}" >sm4.sip
message "SIP/2.0 200 OK" 'CSeq: 2 REGISTER' "Contact: <sip:$ADDR_UE1:6300>;expires=3600" \
	'Content-Length: 0' >sm12.sip

# lead KIND: the example, linked so
lead() {
	"registration_$1" p.yaml "$ADDR_UE1" 6301 "$ADDR_EP" sm1.sip sm4.sip sm7.sip sm12.sip >out 2>err
}

sm7() { # SERVER
	change sm1 "Via: SIP/2.0/UDP $ADDR_UE1:6300;branch=z9hG4bK2" 'CSeq: 2 REGISTER' \
		"Authorization: Digest username=\"$IMPI\",nonce=\"$NONCE\",response=\"1\"" \
		"Security-Verify: $1" >sm7.sip
}

for kind in static shared; do
	# the double's first SPIs are always the same
	rm -f "$GMGUARD_DOUBLE"
	sm7 none
	lead $kind
	check "$kind: another list is refused" test $? = 1
	check "$kind: with the answer that fits" grep -q $'^SIP/2.0 494 Security Agreement Required\r$' out
	check "$kind: and what it needs" grep -q "^Security-Server: ipsec-3gpp;q=0.9;alg=null;ealg=aes-gcm;" out
	check "$kind: and why" grep -q "^SM7: Security-Verify has other SPIs" err
	server=$(sed -n 's/^Security-Server: \(.*spi-c.*\)\r$/\1/p' out)
	"registration_$kind" absent "$ADDR_UE1" 6301 "$ADDR_EP" sm1.sip sm4.sip sm7.sip sm12.sip >out 2>err
	check "$kind: no policy is a failure" grep -q "^policy: failed: absent: No such file" err
	"registration_$kind" p.yaml 10.45.0.12 6301 "$ADDR_EP" sm1.sip sm4.sip sm7.sip sm12.sip >out 2>err
	check "$kind: what is discarded is told" grep -q "^offer: discarded: the topmost Via" err
	check "$kind: before the core hears of it" test ! -s out
	rm -f "$GMGUARD_DOUBLE"
	sm7 "$server"
	lead $kind
	check "$kind: a registration" test $? = 0
	check "$kind: its set is established" test "$(gmguard_double -j sa list |
		jq -c '[.sets[] | [.state, .left]]')" = '[["established",3600]]'
	check "$kind: for as long as it says" grep -q "^registered for 3600 seconds" err
	check "$kind: SM2, SM6 and SM8 go on" test "$(grep -c '^REGISTER\|^SIP/2.0 401' out)" = 3
	check "$kind: of which one is protected" \
		test "$(grep -o 'integrity-protected="[a-z]*"' out | xargs)" = "integrity-protected=no integrity-protected=yes"
	check "$kind: and none has a key" test -z "$(grep -i -e "$CK" -e "$IK" out err)"
	check "$kind: and nothing else is said" test "$(wc -l <err)" = 7
done

# --- as others find it ---
cc="cc -fsanitize=address,undefined"
make -s -C "$HERE/../helper" SAN=1 BUILD="$GMGUARD_BUILD/sanitized" PREFIX="$WORK/root" install >out 2>&1
check "it installs" test $? = 0
export PKG_CONFIG_PATH=$WORK/root/lib/pkgconfig LD_LIBRARY_PATH=$WORK/root/lib
# shellcheck disable=SC2046,SC2086 # words
$cc -o mine "$HERE/../helper/examples/registration.c" $(pkg-config --cflags --libs libgmguard) >out 2>&1
check "pkg-config is all that the example needs" test $? = 0
./mine >out 2>err
check "to start" grep -q "^usage: " err
# shellcheck disable=SC2046,SC2086 # words
$cc -o mine "$HERE/../helper/examples/registration.c" $(pkg-config --cflags libgmguard) \
	"$WORK/root/lib/libgmguard.a" $(pkg-config --static --libs libgmguard | sed 's/-lgmguard//') >out 2>&1
check "also statically" test $? = 0
sed -n 's/^.*\<\(gmguard_[a-z]*\)(struct gmguard \*.*/\1/p; s/^.*\<\(gmguard_new\)(void);/\1/p' \
	"$WORK/root/include/libgmguard.h" | sort >declared
check "the shared library shows what is declared" cmp declared \
	<(nm -D --defined-only "$WORK/root/lib/libgmguard.so.0" | sed -n 's/.* T \(.*\)@@.*/\1/p' | sort)
check "and so does the static one" cmp declared \
	<(nm -g --defined-only "$WORK/root/lib/libgmguard.a" | sed -n 's/.* [TDBR] //p' | sort)

cat >mine.cc <<-CC
	#include <libgmguard.h>
	int main()
	{
		gmguard *g = gmguard_new();
		const gmguard_result *r = gmguard_policy(g, "$WORK/absent");
		bool right = r->code == GMGUARD_INPUT && r->outcome == GMGUARD_NOTHING;

		gmguard_free(g);
		return !right;
	}
CC
for std in c++11 c++20; do
	# shellcheck disable=SC2046 # words
	g++ -std=$std -Wall -Wextra -Wpedantic -Werror -fsanitize=address,undefined -o mine mine.cc \
		$(pkg-config --cflags --libs libgmguard) >out 2>&1
	check "$std takes the header" test $? = 0
	check "and links" ./mine
done

library p.yaml sm1.sip sm4.sip >out 2>err
check "what is wrong is told" test $? = 0
grep -v '^ok' out | sed 's/^/# /'
check "and never printed" test ! -s err

# --- what is left in the file of a crash ---
# crash HOW SM4: leaves ./crash, and of each key how often it is there in found
crash() {
	rm -f core* crash
	(ASAN_OPTIONS=disable_coredump=0 library p.yaml sm1.sip "$2" "$1" || exit) >/dev/null 2>&1
	mv core* crash && in_memory crash "$CK" "$IK" >found
}
change sm4 "Content-Length: $((3 + ${#IK}))" >odd.sip
printf 'ik %s' "$IK" >>odd.sip
pattern=$(</proc/sys/kernel/core_pattern)
if [[ $pattern != [/\|]* ]] && command -v python3 >/dev/null && ulimit -c unlimited 2>/dev/null; then
	crash plain sm4.sip
	check "a core file has the keys of who has no memory for them" test "$(grep -c 'dumped [1-9]' found)" = 2
	crash secret sm4.sip
	check "and none of who has, while the kernel gets them" test "$(grep -c 'dumped 0' found)" = 2
	crash plain odd.sip
	check "the same when SM4 is refused: it has them" test "$(grep -c 'dumped [1-9]' found)" = 2
	crash secret odd.sip
	check "and it has none" test "$(grep -c 'dumped 0' found)" = 2
else
	skip "keys in a core file" "none comes here: $pattern"
fi

finish
