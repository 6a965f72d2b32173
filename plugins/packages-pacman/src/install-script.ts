import { COMMON_SCRUB_SCRIPT } from '@karapace/core';

/**
 * Installs the archives named with the image's settings, without its repositories. The archives are those that the lock
 * pins, whose signatures were checked when they were resolved.
 *
 * Packages may change pacman's keyring, which then holds times and a key made at random: it stays the image's.
 */
export const INSTALL_SCRIPT = `
pacman() { command pacman --config /tmp/pacman.conf --logfile /dev/null --color never --noconfirm "$@"; }
pacman-conf | sed -E -e '1!{/^\\[/,$d}' -e '/^(CheckSpace|DownloadUser|Ignore(Pkg|Group)|UseSyslog|(LocalFile|RemoteFile)?SigLevel)/d' -e '1aNoProgressBar' > /tmp/pacman.conf
echo 'SigLevel = Never' >> /tmp/pacman.conf
keyring=$(pacman-conf GPGDir)
[ ! -d "$keyring" ] || cp -a "$keyring" /tmp/keyring

new=
for name in $KARAPACE_DEPENDENCIES; do
  [ "$(pacman -Qq -- "$name" 2> /dev/null)" = "$name" ] || new="$new $name"
done
pacman -U -- "$@"
[ -z "$new" ] || pacman -D --asdeps -- $new > /dev/null

if [ -d /tmp/keyring ] && ! diff -rq /tmp/keyring "$keyring" > /dev/null 2>&1; then
  find "$keyring" -mindepth 1 -delete
  cp -a /tmp/keyring/. "$keyring"
fi
`;

/** Removes what differs between two runs or two machines. The arguments are pacman's records of what was installed. */
export const SCRUB_SCRIPT = `
sed -i '/^%INSTALLDATE%$/{n;s/.*/'"$SOURCE_DATE_EPOCH"'/}' "$@"
rm -f /var/lib/pacman/db.lck
${COMMON_SCRUB_SCRIPT}`;
