/** Raised when this script makes other bytes of the same archives: it is part of the lock and of the layer's key. */
export const RECIPE = '1';

/**
 * Builds the image from the archives in /archives alone. Standard input has a line `<file> <sha256> <size>` for each;
 * `$1` is the suite, `$2` the directory to bootstrap in.
 *
 * `copy:` because dpkg runs inside the image and cannot see /archives. The suite's name in the Release file is what
 * mmdebstrap selects packages by. mmdebstrap gives terminals to the user 5, which a single id does not have.
 */
const BOOTSTRAP = `
repository=/tmp/repository
mkdir $repository /tmp/fields
cat > /tmp/archives
cut -d ' ' -f 1 /tmp/archives | xargs --max-procs="$(nproc)" --max-args=16 \\
  sh -euc 'for file; do dpkg-deb --field "/archives/$file" > "/tmp/fields/$file"; done' sh
while read -r file sha256 size; do
  cat "/tmp/fields/$file"
  printf 'Filename: ./%s\\nSize: %s\\nSHA256: %s\\n\\n' "$file" "$size" "$sha256"
  ln -s "/archives/$file" "$repository/$file"
done < /tmp/archives > $repository/Packages
set -- "$@" "$(sha256sum < $repository/Packages | cut -d ' ' -f 1)" "$(stat --format %s $repository/Packages)"
printf 'Suite: %s\\nCodename: %s\\nDate: Thu, 01 Jan 1970 00:00:00 UTC\\nSHA256:\\n %s %s Packages\\n' \\
  "$1" "$1" "$3" "$4" > $repository/Release
[ "$IDS" = full ] || {
  mkdir /tmp/programs
  printf '%s\\n' '#!/bin/sh' 'for word; do shift; set -- "$@" "$(printf %s "$word" | sed s/uid=5,//)"; done' \\
    'exec /bin/mount "$@"' > /tmp/programs/mount
  chmod 755 /tmp/programs/mount
  PATH=/tmp/programs:$PATH
}
mmdebstrap --mode=root --variant=required --include=apt --skip=check/empty,check/signed-by,cleanup/apt,cleanup/reproducible \\
  --aptopt='APT::Sandbox::User "root"' --aptopt='Acquire::Check-Valid-Until "false"' --dpkgopt=force-unsafe-io \\
  "$1" "$2" "deb [trusted=yes] copy://$repository ./" < /dev/null
`;

/**
 * What differs between two runs, or between two machines, and what mmdebstrap left for itself: state of apt, logs with
 * times, ldconfig's cache of inode times, machine ids, dpkg's and shadow's backups of files that changed on the way,
 * device nodes (only root can make them, and every sandbox has its own /dev).
 */
const SCRUB = `
cd "$2"
rm -f etc/apt/apt.conf.d/99mmdebstrap etc/dpkg/dpkg.cfg.d/99mmdebstrap
rm -rf var/lib/apt/lists var/cache/apt
mkdir -p var/lib/apt/lists/partial var/cache/apt/archives/partial
chmod 0700 var/lib/apt/lists/partial var/cache/apt/archives/partial
find var/log -type f -delete
rm -f var/cache/ldconfig/aux-cache var/lib/dbus/machine-id var/lib/systemd/random-seed
rm -f var/lib/dpkg/*-old var/cache/debconf/*-old var/lib/dpkg/lock var/lib/dpkg/lock-frontend var/lib/dpkg/triggers/Lock
rm -f etc/passwd- etc/group- etc/shadow- etc/gshadow- etc/subuid- etc/subgid- etc/.pwd.lock
find dev proc sys run tmp -mindepth 1 -delete
rm -f etc/machine-id etc/hostname etc/resolv.conf
: > etc/machine-id
: > etc/resolv.conf
echo localhost > etc/hostname
rm -f etc/apt/sources.list etc/apt/sources.list.d/*
printf '%s' "$SOURCES" > etc/apt/sources.list
[ -z "$KEYRING" ] || printf '%s' "$KEYRING" | base64 -d > usr/share/keyrings/karapace-mirror.gpg
`;

/** Bootstrapped elsewhere, the image moves to its place with owners, hard links and extended attributes. */
const MOVE = `
[ "$2" = /image ] || cp --archive . /image
`;

export const BUILD_SCRIPT = BOOTSTRAP + SCRUB + MOVE;
