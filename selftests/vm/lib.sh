# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What run, image and kernel share. Sourced, not run.

VM_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
REPO=$(cd "$VM_DIR/../.." && pwd -P)
# shellcheck disable=SC2034 # for those who source this
BUILD=$(realpath -m "${GMGUARD_BUILD:-$REPO/build}")

# The status of every failure of the VM itself, as with timeout(1) and docker:
# a script in the guest keeps 0..124 and 126..255 to itself.
VM_FAILED=125

die() {
	echo "${0##*/}: $*" >&2
	exit "$VM_FAILED"
}

# need_packages NAME...: stop with the command to type if one is not installed
need_packages() {
	local name missing=()

	for name in "$@"; do
		dpkg-query -W -f '${db:Status-Abbrev}\n' "$name" 2>/dev/null |
			grep -q '^ii' || missing+=("$name")
	done
	[ ${#missing[@]} -eq 0 ] || die "missing packages: apt-get install ${missing[*]}"
}

# is_elf FILE
is_elf() {
	[ "$(head -c 4 "$1" | tr -d '\0')" = $'\x7fELF' ]
}

# guest_path PATH: /bin, /sbin and /lib* are links to /usr in the guest. An archive
# that named them as folders would replace the links.
guest_path() {
	case $1 in
	/bin/* | /sbin/* | /lib/* | /lib64/*) echo "/usr$1" ;;
	*) echo "$1" ;;
	esac
}

# copy_libs ROOT ELF...: add the shared libraries of the programs to a guest tree
copy_libs() {
	local root=$1 lib
	shift
	[ $# -gt 0 ] || return 0
	# "not a dynamic executable" is no error here
	{ ldd "$@" 2>/dev/null || true; } | grep -oE '(^|[[:space:]])/[^ :]+ ' | sort -u |
		while read -r lib; do
			lib=$(guest_path "$lib")
			[ -e "$root$lib" ] || install -D "$lib" "$root$lib"
		done
}

# pack ROOT: a guest tree as an archive on stdout. Not compressed: a guest without
# KVM unpacks slower than the host reads.
pack() {
	(cd "$1" && find . -mindepth 1 -print0 | cpio --null -o -H newc -R 0:0 --quiet)
}
