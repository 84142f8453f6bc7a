# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Sourced: packages of other Debian suites, by an apt of our own. Its lists,
# state and downloads lie in one throw-away folder, so the machine's apt never
# hears of suites it does not use. Debian's signatures are checked as always.

# Prints the mirror the machine's own apt uses for a suite; of suites it does
# not use, the one of bookworm and, beside it, of bookworm-security.
# GATEHOUSE_MIRROR overrides it.
repo_mirror() {
	local suite=$1 uri
	# Only a main component: other vendors call their suites bookworm, too.
	# shellcheck disable=SC2016
	uri=$(apt-get indextargets --no-release-info \
		--format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
		awk -v suite="$suite" '$1 == suite && $2 == "main" && !uri { uri = $3 }
			END { print uri }')
	[ -z "${GATEHOUSE_MIRROR-}" ] || uri=
	if [ -z "$uri" ] && [ "$suite" = bookworm ]; then
		uri=${GATEHOUSE_MIRROR-}
		[ -n "$uri" ] || die "no Debian mirror: apt knows none for" \
			"bookworm; name one in GATEHOUSE_MIRROR"
	elif [ -z "$uri" ]; then
		uri=$(repo_mirror bookworm) || exit
		[ "$suite" = "${suite%-security}" ] ||
			uri=${uri%/debian}/debian-security
	fi
	printf '%s\n' "${uri%/}"
}

# repo_open DIR SUITE...: makes DIR the apt folder used from here on.
repo_open() {
	local suite mirror
	repo_dir=$1
	shift
	mkdir -p "$repo_dir"/{state/lists/partial,cache/archives/partial}
	for suite; do
		mirror=$(repo_mirror "$suite") || exit
		printf 'deb %s %s main\n' "$mirror" "$suite"
	done >"$repo_dir/sources.list"
	cat >"$repo_dir/apt.conf" <<-END
		Dir::Etc::SourceList "$repo_dir/sources.list";
		Dir::Etc::SourceParts "/dev/null";
		Dir::State "$repo_dir/state";
		Dir::State::status "/dev/null";
		Dir::Cache "$repo_dir/cache";
		Acquire::Check-Valid-Until "false"; // sid may stand still for weeks
		Acquire::Languages "none";
		APT::Architecture "amd64";
		APT::Sandbox::User "root";
		#clear APT::Update::Post-Invoke;
		#clear APT::Update::Post-Invoke-Success;
	END
	say "reading package lists of $*"
	# A mirror may lack a suite that another one makes up for.
	apt-get -q -c "$repo_dir/apt.conf" update >>"$repo_dir/log" 2>&1 || true
	for suite; do
		compgen -G "$repo_dir/state/lists/*_dists_${suite}_main_*_Packages*" \
			>/dev/null && continue
		say "can't read suite $suite:"
		grep -A 1 "^Err:.* $suite " "$repo_dir/log" | head -n 2 >&2
	done
	compgen -G "$repo_dir/state/lists/*_Packages*" >/dev/null ||
		die "no package lists from $mirror: is the network up?" \
			"(GATEHOUSE_MIRROR names another mirror)"
}

# repo_versions PREFIX: "VERSION PACKAGE" of each package PREFIX*, newest first.
repo_versions() {
	local names
	names=$(apt-cache -c "$repo_dir/apt.conf" pkgnames "$1")
	[ -n "$names" ] || return 0
	# shellcheck disable=SC2086
	apt-cache -c "$repo_dir/apt.conf" madison $names 2>/dev/null |
		awk -F ' *[|] *' '{ gsub(/ /, "", $1); print $2, $1 }' | sort -Vru
}

# repo_download DIR PACKAGE[=VERSION]...
repo_download() {
	local dir=$1
	shift
	mkdir -p "$dir"
	say "downloading" "${@%%=*}"
	(cd "$dir" && quietly "$repo_dir/log" \
		apt-get -q -c "$repo_dir/apt.conf" download "$@") ||
		die "can't download: $*"
}
