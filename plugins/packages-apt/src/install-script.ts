import { APT_SETTINGS } from '@karapace/apt';
import { COMMON_SCRUB_SCRIPT } from '@karapace/core';

/** The store makes the layer durable as a whole, so dpkg need not do it file by file. */
export const INSTALL_SETTINGS = `${APT_SETTINGS}
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "/dev/null";
Dpkg::Options { "--force-unsafe-io"; "--force-confdef"; "--force-confold"; };
`;

/** Installs the archives named. No service may start: there is nothing to serve while a layer is built. */
export const INSTALL_SCRIPT = `
printf '%s' "$KARAPACE_APT_SETTINGS" > /tmp/apt.conf
export APT_CONFIG=/tmp/apt.conf
mkdir -p /var/lib/apt/lists/partial /var/lib/apt/periodic /var/cache/apt/archives/partial
printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d
chmod 0755 /usr/sbin/policy-rc.d
apt-get install -q --no-remove --allow-downgrades "$@" < /dev/null
rm /usr/sbin/policy-rc.d
`;

/** Marks the packages named as dependencies, and removes what differs between two runs or two machines. */
export const SCRUB_SCRIPT = `
printf '%s' "$KARAPACE_APT_SETTINGS" > /tmp/apt.conf
export APT_CONFIG=/tmp/apt.conf
[ $# = 0 ] || apt-mark -qq auto "$@" > /dev/null

# State of apt: dates of indexes, and caches that hold them. Directories stay, or the layer would hide the base's.
find /var/lib/apt/lists /var/lib/apt/periodic /var/cache/apt -type f -delete

# Backups that dpkg and debconf make of files that packages changed in turn, and locks.
rm -f /var/lib/dpkg/*-old /var/cache/debconf/*-old /var/lib/dpkg/lock /var/lib/dpkg/lock-frontend /var/lib/dpkg/triggers/Lock

rm -rf /var/log/apt/* /var/log/dpkg.log /var/log/alternatives.log /var/log/fontconfig.log
${COMMON_SCRUB_SCRIPT}`;
