# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Sourced by the other scripts: where things are, and how to talk.
# stdout is data, progress and complaints go to stderr.

gatehouse_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export HOME=${HOME-~} # a service may have none; ~ is then the user database's
gatehouse_cache=${XDG_CACHE_HOME:-$HOME/.cache}/gatehouse

# The kernels of the bench, by the names users give them.
bench_kernels=(6.1 6.12 7.2)

# need_bench_kernel NAME: one of them, or the debug kernel of one, or the end.
need_bench_kernel() {
	[[ $1 != *' '* && " ${bench_kernels[*]} " = *" ${1%-debug} "* ]] ||
		usage_error "unknown kernel '$1': the bench has ${bench_kernels[*]}," \
			"and each with -debug at its end"
}

say() { printf '%s\n' "gatehouse: $*" >&2; }

die() {
	say "error: $*"
	exit 1
}

# For mistakes of the caller's.
usage_error() {
	say "error: $*"
	exit 2
}

# quietly LOG COMMAND...: keeps what a long command says in LOG, and shows the
# end of it only if the command fails.
quietly() {
	local log=$1
	shift
	"$@" >>"$log" 2>&1 && return
	tail -n 20 "$log" >&2
	return 1
}
