#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# What install puts in place, and that uninstall takes all of it away and nothing else. The module is a stand-in that
# has a version and nothing more: building one takes minutes and is not what is tested here.

setup() {
	cd "$BATS_TEST_DIRNAME/../.."
	D=$BATS_TEST_TMPDIR/root
	KO=$BATS_TEST_TMPDIR/camfence.ko
	echo 'const char info[] __attribute__((section(".modinfo"))) = "vermagic=6.1.0-stub SMP mod_unload";' |
		gcc -xc -c -o "$KO" -
}

# The make that runs the tests has nothing to say in this one.
to_root() { env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make "$@" DESTDIR="$D" KO="$KO" >&2; }
externals() { (cd userspace/libexec && printf '%s\n' *.c | LC_ALL=C sort | sed 's/\.c$//'); }
files() { (cd "$D" && find . ! -type d -printf '%m %P\n' | LC_ALL=C sort); }

@test "install and uninstall" {
	to_root install PREFIX=/usr
	files
	[ "$(files)" = "644 lib/modules/6.1.0-stub/updates/camfence.ko
644 usr/lib/systemd/system/camfence.service
644 usr/share/bash-completion/completions/camfence
644 usr/share/camfence/lockdown.nft
644 usr/share/man/man5/camfence.yaml.5
644 usr/share/man/man7/camfence-netlink.7
644 usr/share/man/man8/camfence.8
$(externals | sed 's,^,755 usr/libexec/camfence/camfence-,')
755 usr/libexec/camfence/lockdown
755 usr/sbin/camfence" ]
	cmp build/camfence "$D/usr/sbin/camfence"
	cmp share/man/camfence.8 "$D/usr/share/man/man8/camfence.8"
	cmp share/man/camfence.yaml.5 "$D/usr/share/man/man5/camfence.yaml.5"
	cmp share/man/camfence-netlink.7 "$D/usr/share/man/man7/camfence-netlink.7"
	cmp share/completion/camfence "$D/usr/share/bash-completion/completions/camfence"
	for name in $(externals); do cmp "build/libexec/camfence/camfence-$name" "$D/usr/libexec/camfence/camfence-$name"; done
	# One of them is found there: what is said is not that it is not.
	[[ $("$D/usr/sbin/camfence" monitor --log 2>&1) != *"not installed"* ]]
	cmp "$KO" "$D/lib/modules/6.1.0-stub/updates/camfence.ko"

	to_root uninstall PREFIX=/usr
	[ -z "$(files)" ]
	to_root uninstall PREFIX=/usr
}

@test "what is not of it stays" {
	install -D -m 644 /dev/null "$D/usr/local/share/man/man8/other.8"
	install -D -m 644 /dev/null "$D/lib/modules/6.1.0-stub/updates/other.ko"
	install -D -m 644 /dev/null "$D/lib/modules/6.1.0-stub/updates/dkms/camfence.ko"
	before=$(files)
	to_root install
	[ "$(files | wc -l)" -eq $((12 + $(externals | wc -l))) ]
	[ -x "$D/usr/local/sbin/camfence" ]
	to_root uninstall
	[ "$(files)" = "$before" ]
}

# What the unit runs, and what that reads, is where the same install has put it, or of another package's.
@test "the unit's programs are there" {
	for prefix in /usr /usr/local; do
		to_root install PREFIX=$prefix
		unit=$D$prefix/lib/systemd/system/camfence.service
		n=0
		while read -r path; do
			n=$((n + 1))
			[ "$path" = /sbin/modprobe ] || [ -x "$D$path" ] || { echo "$path"; false; }
		done < <(sed -n 's/^Exec[A-Za-z]*=-\?\([^ ]*\).*/\1/p' "$unit")
		[ "$n" -eq 8 ]
		[ -e "$D$(sed -n 's/^rules=//p' "$D$prefix/libexec/camfence/lockdown")" ]
		[ -z "$(grep -rl @PREFIX@ "$D")" ]
		to_root uninstall PREFIX=$prefix
	done
}

@test "the unit is one to systemd" {
	command -v systemd-analyze >/dev/null || skip "no systemd here"
	to_root install PREFIX=/usr
	said=$(SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --root="$D" "$D/usr/lib/systemd/system/camfence.service" 2>&1) || :
	echo "$said"
	[ -z "$(grep -E 'service:[0-9]+:|Unknown' <<<"$said")" ]
}

# As dkms reads its file and begins its build; all of it would take a minute.
@test "what dkms builds" {
	kdir=$(scripts/kernel bookworm)/kdir
	to_root install-dkms
	source=$(echo "$D"/usr/src/camfence-*)
	version=${source##*/camfence-}
	dkms_tree=$BATS_TEST_TMPDIR/dkms build=$BATS_TEST_TMPDIR/dkms/camfence/$version/build
	mkdir -p "$(dirname "$build")"
	cp -r "$source" "$build"
	[ -z "$(comm -3 <(cd "$source" && find Kbuild kmod -type f | sort) <(find Kbuild kmod -name '*.[ch]' -o -name Kbuild | sort))" ]
	(
		kernel_source_dir=$kdir
		# shellcheck source=dkms.conf
		. "$source/dkms.conf"
		[ "$PACKAGE_NAME-$PACKAGE_VERSION" = "camfence-$version" ]
		[ "${BUILT_MODULE_NAME[0]} $AUTOINSTALL" = "camfence yes" ]
		[ -z "$(grep '^[^#].*#' "$source/dkms.conf")" ]
		one=${MAKE[0]/% modules/ kmod/main.o kmod/hook.o}
		[ "$one" != "${MAKE[0]}" ]
		env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL $one >&2
		tr "\0" "\n" <"$build/kmod/main.o" | grep -aq "version=$version$"
		$CLEAN >&2
	)
	[ ! -e "$build/kmod/main.o" ]
}
