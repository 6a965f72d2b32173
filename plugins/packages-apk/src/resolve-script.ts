/** Where the indexes of one resolution are, read only: a directory for each repository, and the file `repositories`. */
export const INDEXES_INSIDE = '/run/karapace/apk';

export const DIVIDER = '--- karapace ---';

/** Prints the architecture, the repositories, and the names and versions of what is installed. */
export const FACTS_SCRIPT = `
apk --print-arch
echo '${DIVIDER}'
cat /etc/apk/repositories
for list in /etc/apk/repositories.d/*.list /lib/apk/repositories.d/*.list; do
  [ ! -f "$list" ] || cat "$list"
done
echo '${DIVIDER}'
for records in /lib/apk/db/installed /usr/lib/apk/db/installed; do
  [ ! -f "$records" ] || sed -n '/^[PV]:/p' "$records"
done
`;

/**
 * Prints what would change if the packages named were added. apk gets the indexes that were read outside, as repositories on the disk,
 * and checks their signatures with the image's keys.
 */
export const SIMULATE_SCRIPT = `
ulimit -v 4194304
ulimit -t 600
apk add --simulate --no-network --no-cache --no-progress --repositories-file ${INDEXES_INSIDE}/repositories "$@"
`;
