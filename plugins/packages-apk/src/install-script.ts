import { COMMON_SCRUB_SCRIPT } from '@karapace/core';

/**
 * Installs the archives named, which the lock pins and which were checked against a signed index when they were resolved. They become a
 * repository on the disk, so that apk notes as wanted what was asked for, and all else as dependencies.
 *
 * The second version of apk changes its root for scripts where it need not, which a sandbox forbids; the third does not.
 */
export const INSTALL_SCRIPT = `
place=/tmp/repository/$(apk --print-arch)
mkdir -p "$place"
ln -s "$@" "$place/"
apk index --allow-untrusted --no-warnings --output "$place/APKINDEX.tar.gz" "$place"/*.apk
echo /tmp/repository > /tmp/repositories
stay=--force-no-chroot
apk $stay --version > /dev/null 2>&1 || stay=
apk add $stay --no-network --no-cache --no-progress --allow-untrusted --repositories-file /tmp/repositories $KARAPACE_ASKED < /dev/null
`;

/** Checks that what was installed is what the lock says, and removes what differs between two runs or two machines. */
export const SCRUB_SCRIPT = `
for package in "$@"; do
  apk info -e "$package" > /dev/null || { echo "$package was not installed" >&2; exit 1; }
done

# The second version of apk dates its archive of scripts; the order in it is that of the packages.
for scripts in /lib/apk/db/scripts.tar /usr/lib/apk/db/scripts.tar; do
  [ -s "$scripts" ] || continue
  rm -rf /tmp/scripts
  mkdir /tmp/scripts
  tar -xf "$scripts" -C /tmp/scripts
  find /tmp/scripts -type f -exec touch -d "@$SOURCE_DATE_EPOCH" '{}' +
  # Names are those of packages, without spaces; busybox may not read them from a file.
  set -f
  tar -cf /tmp/scripts.tar -C /tmp/scripts $(tar -tf "$scripts")
  set +f
  cat /tmp/scripts.tar > "$scripts"
done
${COMMON_SCRUB_SCRIPT}`;
