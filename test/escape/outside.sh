#!/bin/sh
# outside.sh <directory> <directory of the canary> <group or -> <device>... -- <command>...: as root, in a mount namespace of its own.
# Shows what many machines have and some do not, and puts it where a sandbox without a guard can let it in: <directory>/sys, <directory>/dev.
set -eu
directory=$1 canary=$2 group=$3
shift 3
for pair in debugfs=kernel/debug tracefs=kernel/tracing securityfs=kernel/security; do
  mount -t "${pair%=*}" "${pair%=*}" "/sys/${pair#*=}" 2>/dev/null || :
done
mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc 2>/dev/null || :
mount -t bpf bpf /sys/fs/bpf 2>/dev/null && mkdir /sys/fs/bpf/pinned || :
mount --bind "$canary" "$canary"
mount --rbind /sys "$directory/sys"
mount -t tmpfs -o mode=0755 devices "$directory/dev"
cp -ax /dev/. "$directory/dev/"
mkdir -p "$directory/dev/pts" "$directory/dev/shm"
mount --rbind /dev/pts "$directory/dev/pts"
# A device that this machine lacks is stood in for by one that does nothing: what is tried is to reach its name.
while [ "$1" != -- ]; do
  mkdir -p "$directory${1%/*}"
  [ -e "$directory$1" ] || mknod -m 0600 "$directory$1" c 1 3
  shift
done
shift
[ "$group" = - ] || echo $$ >"$group/cgroup.procs"
exec "$@"
