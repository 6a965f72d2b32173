/** A directory of one resolution alone, where its databases and archives are. */
export const PLACE_INSIDE = '/run/karapace/pacman';

/** What a script ends with when a mirror failed, a database is too large, pacman finds no solution, the image has no bsdtar. */
export const EXIT = { mirror: 3, tooLarge: 4, unsolved: 5, noBsdtar: 6 } as const;

/** Bytes that a repository's database may have when it is unpacked; the largest of Arch Linux has about 60 MiB. */
export const LARGEST_DATABASE = 256 * 1024 * 1024;

/** Fields of the databases that are of use here. */
const FIELDS = 'FILENAME|NAME|VERSION|ARCH|CSIZE|SHA256SUM|PROVIDES|GROUPS';

/** A database is foreign input to programs that hold all of it in memory: KiB of address space, seconds of computing. */
const BOUNDS = `
ulimit -v 4194304
ulimit -t 600
`;

const PACMAN = `
pacman() {
  command pacman --config ${PLACE_INSIDE}/pacman.conf --dbpath ${PLACE_INSIDE} --cachedir ${PLACE_INSIDE}/archives \\
    --logfile /dev/null --color never "$@"
}
`;

/**
 * Fetches the databases with the image's servers and keys into the place, and prints what is installed and what there is.
 *
 * The image's settings hold, but for those that are about its disk, its users and what it does not want to update. Where
 * nobody has made a keyring yet from the keys that the image brings along, one is made, as pacman would ask for.
 */
export const UPDATE_SCRIPT = `
${BOUNDS}${PACMAN}
command -v bsdtar > /dev/null || exit ${EXIT.noBsdtar}
mkdir -p ${PLACE_INSIDE}/archives
[ -e ${PLACE_INSIDE}/local ] || ln -s /var/lib/pacman/local ${PLACE_INSIDE}/local
pacman-conf | sed -E '/^(CheckSpace|DownloadUser|Ignore(Pkg|Group)|UseSyslog|CacheDir)/d; 1aNoProgressBar' > ${PLACE_INSIDE}/pacman.conf
if pacman-conf | grep -Eq '^SigLevel = (Package|Database)(Required|Optional)' && ! ls "$(pacman-conf GPGDir)"/pubring.* > /dev/null 2>&1; then
  pacman-key --gpgdir ${PLACE_INSIDE}/keyring --init >&2
  pacman-key --gpgdir ${PLACE_INSIDE}/keyring --populate >&2 || echo 'The image brings no keys for pacman' >&2
  sed -i 's|^GPGDir.*|GPGDir = ${PLACE_INSIDE}/keyring|' ${PLACE_INSIDE}/pacman.conf
fi
pacman -Sy --noconfirm >&2 || exit ${EXIT.mirror}
echo '%INSTALLED%'
pacman -Q
for repository in $(pacman-conf --repo-list); do
  database="${PLACE_INSIDE}/sync/$repository.db"
  # A repository that the settings exclude from this use is not fetched.
  [ -e "$database" ] || continue
  size=$(bsdtar -xOf "$database" | head -c ${LARGEST_DATABASE + 1} | wc -c)
  if [ "$size" -gt ${LARGEST_DATABASE} ]; then echo "$repository" >&2; exit ${EXIT.tooLarge}; fi
  # Without a signature pacman takes whatever comes for a database.
  if ! bsdtar -tf "$database" > /dev/null; then echo "error: what came as the database of $repository is none" >&2; exit ${EXIT.mirror}; fi
  printf '\\n%%REPOSITORY%%\\n%s\\n\\n%%LEVELS%%\\n' "$repository"
  levels=$(pacman-conf --repo="$repository" SigLevel)
  [ -n "$levels" ] || levels=$(pacman-conf SigLevel)
  printf '%s\\n\\n' "$levels"
  bsdtar -xOf "$database" '*/desc' | sed -nE '/^%(${FIELDS})%$/,/^$/p'
done
`;

/**
 * Prints a line for each package that would be added: repository, name, version, address.
 *
 * Printing does not look for conflicts. So pacman is asked again, to install just these, and gets no answer to its
 * question whether it should.
 */
export const CLOSURE_SCRIPT = `
${BOUNDS}${PACMAN}
set -f
pacman -Sp --needed --print-format '%r %n %v %l' -- "$@" > /tmp/closure || { cat /tmp/closure >&2; exit ${EXIT.unsolved}; }
cat /tmp/closure
set -- $(sed -E 's/^([^ ]+) ([^ ]+) .*/\\1\\/\\2/' /tmp/closure)
[ $# = 0 ] || pacman -S --needed -- "$@" < /dev/null > /tmp/answer 2>&1 || true
[ $# = 0 ] || grep -q 'Proceed with installation' /tmp/answer || { cat /tmp/answer >&2; exit ${EXIT.unsolved}; }
`;

/** Downloads the packages named, so that pacman checks their signatures with the image's keys. */
export const CHECK_SCRIPT = `
${BOUNDS}${PACMAN}
pacman -Sw --noconfirm -- "$@" >&2 || exit ${EXIT.mirror}
`;
