# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Commands that read keys: source it after common.sh. It goes to $WORK, where the
# command is and a file of keys, and any user can run it.

trap 'rm -rf "$WORK"' EXIT
trap 'exit 1' INT TERM
cd "$WORK" || exit 1
# where a user without privileges can run it
chmod 755 .
cp "$(command -v gmguard)" gmguard || exit 1
# Who reads keys cannot be traced, but by root, and LeakSanitizer is a tracer.
AS=(env ASAN_OPTIONS=detect_leaks=0)
if [ "$(id -u)" = 0 ]; then
	AS=(setpriv --reuid=65534 --clear-groups --inh-caps=-all --bounding-set=-all "${AS[@]}")
else
	export ASAN_OPTIONS=detect_leaks=0
fi

# MILENAGE test set 1 of TS 35.208
CK=b40ba9a3c58b2a05bbf0d987b21bf8cb
IK=f769bcd751044604127672711c6d3441
printf 'ck %s\nik %s\n' $CK $IK >keys
chmod 600 keys

# run ARG...: leaves $status, out and err
run() {
	timeout 20 ./gmguard "$@" >out 2>err
	status=$?
}

# What was said is as long as it should be, and has no piece of a key in it.
said() { # LINES [PATTERN]
	[ "$(wc -l <err)" = "$1" ] && { [ "$1" = 0 ] || grep -q -- "${2-}" err; }
}

quiet_about_keys() {
	! grep -qiE '[0-9a-f]{8}' err
}

explain() {
	sed 's/^/# /' err
	echo "# status $status"
}

# the first words of what gives, rejects and wrong run
COMMAND=()

# gives WHAT TEXT LINES-ON-STDERR ARG...
gives() {
	local what=$1 text=$2 lines=$3

	shift 3
	run "${COMMAND[@]}" "$@"
	if [ $status = 0 ] && [ "$(<out)" = "$text" ] && said "$lines" && quiet_about_keys; then
		ok "$what"
	else
		explain
		not_ok "$what"
	fi
}

# rejects WHAT TEXT ARG...: with one line on stderr
rejects() {
	local what=$1 text=$2

	shift 2
	run "${COMMAND[@]}" "$@"
	if [ $status = 1 ] && [ ! -s out ] && said 1 "$text" && quiet_about_keys; then
		ok "$what is refused"
	else
		explain
		not_ok "$what is refused"
	fi
}

# wrong WHAT TEXT ARG...: with this and perhaps the usage on stderr
wrong() {
	local what=$1 text=$2

	shift 2
	run "${COMMAND[@]}" "$@"
	if [ $status = 1 ] && [ ! -s out ] && grep -qe "$text" err && quiet_about_keys; then
		ok "$what is refused"
	else
		explain
		not_ok "$what is refused"
	fi
}

holds() {
	jq -e "$1" out >/dev/null
}
