import { UPDATED } from '@karapace/apt';

/** What the script ends with when the mirror and not the machine failed. */
export const MIRROR_EXIT = 3;

/**
 * Prints dpkg's name of the machine's architecture and, where `$1` is the name of a suite, the sources.list that
 * mmdebstrap makes for it. Touches no network: mmdebstrap is stopped from doing anything after its set-up.
 */
export const DEFAULTS_SCRIPT = `
dpkg --print-architecture
[ -n "$1" ] || exit 0
mkdir /tmp/defaults
mmdebstrap --quiet --mode=root --variant=custom --skip=check/signed-by,update,cleanup \\
  --setup-hook='cp "$1"/etc/apt/sources.list /tmp/defaults/' "$1" /tmp/defaults/root >&2
cat /tmp/defaults/sources.list
`;

/**
 * Prints the archives of the smallest image, as mmdebstrap's variant `required` has it: the same patterns, solved
 * against an empty dpkg status. apt itself is required in some suites only, and no package could be added without it.
 * apt sees nothing of the machine's but the programs; /cache outlives the run. The same signed indexes have the same
 * solution, so it is kept.
 */
export const CLOSURE_SCRIPT = `
mkdir -p /cache/var/lib/apt/lists/partial /cache/apt/archives/partial /tmp/apt
: > /tmp/apt/status
printf '%s' "$SOURCES" > /tmp/apt/sources.list
printf '%s' "$SETTINGS" > /tmp/apt/apt.conf
export APT_CONFIG=/tmp/apt/apt.conf
apt-get update -q >&2 || exit ${MIRROR_EXIT}
touch /cache/${UPDATED}
selected="?narrow(?or(?archive(^$SUITE\\$),?codename(^$SUITE\\$)),?architecture($ARCH),"
set -- apt "$selected?essential)" "$selected?priority(required))"
signed=$(cat /cache/var/lib/apt/lists/*Release | cat - /tmp/apt/apt.conf /tmp/apt/sources.list | sha256sum | cut -d ' ' -f 1)
solved=/cache/solved-$signed
# One that a machine which lost its power has left empty is none.
[ -s "$solved" ] || {
  apt-get install -qq --print-uris "$@" > "$solved.new"
  rm -f /cache/solved-*[0-9a-f]
  mv "$solved.new" "$solved"
}
cat "$solved"
`;

/** Whether the mirror has one of these suites: then it works, and another one is not on it. */
export const PROBE_SCRIPT = `
mkdir -p /tmp/apt
printf '%s' "$SETTINGS" > /tmp/apt/apt.conf
export APT_CONFIG=/tmp/apt/apt.conf
for suite in "$@"; do
  /usr/lib/apt/apt-helper download-file "$MIRROR/dists/$suite/Release" /tmp/apt/Release >&2 && exit 0
done
exit 1
`;
