# SPDX-License-Identifier: GPL-2.0-or-later
# The KUnit suites of selftests/kunit, a case for each of theirs. A suite runs as a whole when its
# module is loaded, so each case here runs its suite and tells of its own result. A test program
# sources this file after test.sh and says which suites are its own:
#
#	declare_kunit_cases vser
#	main "$@"
#
# Results are read from the kernel's log: the file in debugfs, which has the same lines, keeps on
# 6.1 only the last row of a case with parameters, and 512 bytes of it.

# What a suite said of one case since the mark, without the rows that passed.
case_log() { # mark suite case
	dmesg -t --color=never | awk -v mark="$1" -v suite="$2" -v name="$3" '
		$0 == mark || /# Subtest: / && $NF == suite { text = result = ""; next }
		/^    (not )?ok / { if ($NF == name) result = text $0; text = ""; next }
		!/^        ok / { text = text $0 "\n" }
		END { print result }'
}

run_kunit_case() { # suite case
	local log mark="gatehouse: KUnit of $1 $RANDOM"
	echo "<5>$mark" >/dev/kmsg
	insmod "$GATEHOUSE_MODULES/$1_kunit.ko"
	rmmod "$1_kunit"
	log=$(case_log "$mark" "$1" "$2")
	echo "${log//"$GATEHOUSE_MODULES/src/"/}" # the compiler's name of a source is that of a link
	[[ $'\n'$log =~ $'\n    ok '[0-9]+" $2"$ ]] || fail "KUnit's case $2 of $1 did not pass"
}

declare_kunit_cases() { # prefix of the suites
	local source suite line case
	for source in "${BASH_SOURCE%/*}/../kunit/$1"_*_kunit.c; do
		suite=${source##*/} suite=${suite%_kunit.c}
		while read -r line; do
			[[ $line == *KUNIT_CASE* ]] || continue
			[[ $line =~ \(([a-z0-9_]+) ]] || fail "$source: which case is this: $line"
			case=${BASH_REMATCH[1]}
			declare_case "$suite.$case" basic 30 "KUnit: ${case//_/ }" only
			eval "$suite.$case() { run_kunit_case $suite $case; }"
		done <"$source"
	done
}
