import { UPDATED } from '@karapace/apt';

/** Where the cache of package lists is mounted, read only: an image must not write what other images read. */
export const CACHE_INSIDE = '/run/karapace/apt-cache';

/** Prints the architecture, and then the sources, by which the lists may be shared. */
export const SOURCES_SCRIPT = `
dpkg --print-architecture
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
  [ ! -f "$file" ] || cat "$file"
done
`;

/** What the script ends with when a mirror failed, when a name is unknown, and when apt finds no solution. */
export const EXIT = { mirror: 3, unknown: 4, unsolved: 5 } as const;

/** Divides what the script prints. */
export const DIVIDER = '--- karapace ---';

const LISTS = `
mkdir -p /tmp/apt /var/lib/apt/lists/partial /var/cache/apt/archives/partial
printf '%s' "$SETTINGS" > /tmp/apt/apt.conf
export APT_CONFIG=/tmp/apt/apt.conf
[ ! -d ${CACHE_INSIDE}/$LISTS ] || cp -R ${CACHE_INSIDE}/$LISTS/. /var/lib/apt/lists/
# The image source of the same build has just asked the mirror, with the keys that this image has.
[ -n "$(find ${CACHE_INSIDE}/${UPDATED} -mmin -2 ! -newermt now 2> /dev/null)" ] || apt-get update -q >&2 || exit ${EXIT.mirror}
`;

/**
 * Asks apt once. Every name is looked up among the known ones first, because apt takes an unknown one for a pattern or
 * an action. `ASKED` are the names, the arguments are what to install.
 *
 * Prints what apt knows of the names, and then the archives to fetch.
 */
export const RESOLVE_SCRIPT = `
${LISTS}
apt-cache showpkg $ASKED > /tmp/apt/shown
cat /tmp/apt/shown
for name in $ASKED; do grep -Fqx "Package: $name" /tmp/apt/shown || exit ${EXIT.unknown}; done
echo '${DIVIDER}'
apt-get install -qq --print-uris --no-remove "$@" || {
  # That it would remove something it says without a name.
  apt-get install -qq --simulate "$@" 2> /dev/null | grep '^Remv ' >&2 || true
  exit ${EXIT.unsolved}
}
`;

/** Prints the names of all packages. */
export const NAMES_SCRIPT = `
${LISTS}
apt-cache pkgnames
`;
