# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Sourced: which packages make up the newest kernel K that is complete, that
# is, of which every package is there in one and the same version. (A mirror
# may have the image of today and the headers of yesterday.)

kernel_suites() {
	case $1 in
	6.1) echo bookworm bookworm-security ;;
	6.12) echo bookworm-backports bookworm-security ;;
	7.2) echo sid ;;
	esac
}

# The package that has the kernel image; the rest of its name is the release.
kernel_image_prefix() {
	case $1 in
	7.2) echo linux-binary-unsigned- ;;
	*) echo linux-image- ;;
	esac
}

# kernel_packages K RELEASE
kernel_packages() {
	local k=$1 release=$2 abi=${2%-amd64}
	case $k in
	6.1)
		echo "linux-image-$release-unsigned linux-headers-$release" \
			"linux-headers-$abi-common linux-kbuild-6.1"
		;;
	6.12)
		echo "linux-image-$release-unsigned linux-headers-$release" \
			"linux-headers-$abi-common linux-kbuild-$abi"
		;;
	7.2)
		echo "linux-binary-unsigned-$release linux-modules-$release" \
			"linux-base-$release linux-headers-$release linux-source-7.2"
		;;
	esac
}

# kernel_resolve K: sets kernel_release and kernel_wanted (PACKAGE=VERSION...).
kernel_resolve() {
	local k=$1 prefix version name package missing
	prefix=$(kernel_image_prefix "$k")
	repo_versions "linux-" >"$repo_dir/versions"
	while read -r version name; do
		[[ $name =~ ^"$prefix"("$k".[0-9][^-]*(-[0-9]+)?-amd64)(-unsigned)?$ ]] || continue
		kernel_release=${BASH_REMATCH[1]}
		kernel_wanted=()
		missing=
		for package in $(kernel_packages "$k" "$kernel_release"); do
			kernel_wanted+=("$package=$version")
			grep -qxF "$version $package" "$repo_dir/versions" ||
				missing+=" $package=$version"
		done
		[ -n "$missing" ] || return 0
		say "kernel $kernel_release is incomplete, looking further: no$missing"
	done <"$repo_dir/versions"
	die "no complete kernel $k in $(kernel_suites "$k"): see the package names above"
}
