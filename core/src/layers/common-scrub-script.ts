/**
 * Shell text that removes what installing leaves behind and what differs from run to run, whichever package manager it
 * was: each one's own traces are the business of its plugin. For the end of `InstallPlan.steps`, under `sh -eu`.
 */
export const COMMON_SCRUB_SCRIPT = `
# Backups that shadow makes of files that packages changed in turn, and its lock.
rm -f /etc/passwd- /etc/group- /etc/shadow- /etc/gshadow- /etc/subuid- /etc/subgid- /etc/.pwd.lock

# Logs have times. Packages may have made others with owners and modes, so these are emptied and not removed.
# Not every image has \`find\`.
empty_files() {
  for entry in "$1"/* "$1"/.[!.]*; do
    if [ -L "$entry" ]; then continue; fi
    if [ -d "$entry" ]; then empty_files "$entry"; fi
    if [ -f "$entry" ] && [ -s "$entry" ]; then : > "$entry"; fi
  done
}
empty_files /var/log

# Inode numbers and times; drawn at random for one machine.
rm -f /var/cache/ldconfig/aux-cache /var/lib/systemd/random-seed
[ -L /var/lib/dbus/machine-id ] || rm -f /var/lib/dbus/machine-id
[ ! -s /etc/machine-id ] || : > /etc/machine-id
`;
