import { FETCHED_INSIDE } from '@karapace/rpm';

/** Where the script leaves the lists of packages that zypper has fetched and verified, as files with a number. */
export const METADATA_INSIDE = '/run/karapace/metadata';

/** What the script ends with when a repository or a signature failed, without repositories, and without a solution. */
export const EXIT = { mirror: 3, none: 4, unsolved: 5 } as const;

/** Divides what the script prints. */
export const DIVIDER = '--- karapace ---';

/**
 * Asks zypper once for the packages that are its arguments.
 *
 * Prints the repositories; then a line for each list of packages that it leaves, with its number and the name that
 * zypper gives the repository's directory; a line for each installed package, and for each installed package that
 * provides what was asked for; and then what zypper would do.
 *
 * Keys are those that the image trusts: zypper never imports one here. Where metadata is signed, it vouches for the
 * packages. Where it is not, or where packages are to be checked all the same, zypper fetches and checks them, and they
 * are left for whoever pins them.
 * A file of metadata may have 512 MiB, in units of 512 bytes.
 */
export const RESOLVE_SCRIPT = `
ask() { zypper --non-interactive --xmlout "$@" < /dev/null; }

# Ends with 6 where there is none (zypper(8), ZYPPER_EXIT_NO_REPOS).
repositories=$(ask repos --url --show-enabled-only) || exit ${EXIT.none}
printf '%s\\n' "$repositories"
echo '${DIVIDER}'
(ulimit -f 1048576; ask refresh) >&2 || exit ${EXIT.mirror}

number=0
unsigned=
for directory in /var/cache/zypp/raw/*; do
  [ -f "$directory/repodata/repomd.xml.asc" ] || unsigned=yes
  for file in "$directory"/repodata/*primary.xml*; do
    cat "$file" > "${METADATA_INSIDE}/$number"
    printf 'list\\t%s\\t%s\\n' "$number" "\${directory##*/}"
    number=$((number + 1))
  done
done
rpm --query --all --queryformat 'installed\\t%{NAME}\\t%{EPOCHNUM}\\t%{VERSION}\\t%{RELEASE}\\n'
for name; do
  rpm --query --whatprovides "\${name%%=*}" --queryformat "provides\\t\${name%%=*}\\t%{NAME}\\n" || :
done
echo '${DIVIDER}'

ask --no-refresh install --no-recommends --dry-run -- "$@" || exit ${EXIT.unsolved}
configured=0
cat /etc/zypp/repos.d/*.repo /etc/zypp/zypp.conf 2> /dev/null | grep -Eq '^[[:space:]]*(pkg|repo)_gpgcheck' || configured=$?
[ "$configured" = 1 ] || unsigned=yes
case $repositories in *' gpgcheck="1"'*) ;; *) unsigned= ;; esac
[ -n "$unsigned" ] || exit 0
ask --no-refresh install --no-recommends --download-only -- "$@" >&2 || exit ${EXIT.mirror}
packages=/var/cache/zypp/packages
for file in $packages/*/*.rpm $packages/*/*/*.rpm $packages/*/*/*/*.rpm $packages/*/*/*/*/*.rpm; do
  [ -f "$file" ] || continue
  sum=$(sha256sum < "$file")
  mv "$file" "${FETCHED_INSIDE}/\${sum%% *}.rpm"
done
`;
