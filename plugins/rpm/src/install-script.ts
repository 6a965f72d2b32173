import { COMMON_SCRUB_SCRIPT } from '@karapace/core';

/**
 * Installs the archives named, whose bytes the lock has pinned: signatures were a matter for the resolution, and keys may
 * be gone from an image since. rpm finds the order itself and runs the scripts.
 */
export const INSTALL_SCRIPT = `
rpm --upgrade --oldpackage --nosignature --verbose "$@" < /dev/null
`;

/**
 * Removes what differs between two runs.
 *
 * rpm writes SOURCE_DATE_EPOCH instead of the time into its database since 4.18
 * (rpm-software-management/rpm, pull request 1803); with it, two databases of the sqlite backend are equal to the byte.
 * An older rpm cannot: the script says so and goes on. The database is not rebuilt, because \`rpmdb --rebuilddb\`
 * renames directories, which overlayfs refuses for those of a layer below.
 */
export const SCRUB_SCRIPT = `
database=$(rpm --eval %_dbpath)
[ "$(rpm --query --queryformat '%{INSTALLTID}' "$1")" = "$SOURCE_DATE_EPOCH" ] ||
  echo "karapace: rpm before 4.18 keeps the time of installation: this layer differs each time it is built" >&2

# The write-ahead log, empty after the last program has closed the database, and its shared memory; locks.
[ -s "$database/rpmdb.sqlite-wal" ] || rm -f "$database/rpmdb.sqlite-wal" "$database/rpmdb.sqlite-shm"
rm -f "$database/.rpm.lock" "$database"/__db.*
${COMMON_SCRUB_SCRIPT}`;
