/** In memory, over a directory of the kernel's that every Linux has and nobody keeps a store in. */
const PLACE = '/sys/kernel';

/**
 * What the shell does in the new user and mount namespace, before `bwrap` takes over. Links stand for the directories, whose
 * own names may hold what overlayfs takes for separators. The topmost layer covers what an image may have linked elsewhere.
 *
 * @param {import('@karapace/core').SandboxSpec} spec
 */
export function setupScript({ root, hostname, network }) {
  if (root.kind !== 'layers') throw new TypeError('only layers are mounted');
  const upper = root.upper.kind === 'directory' ? root.upper : undefined;
  const links = [
    ...root.lower.map((layer, index) => `ln -s ${quote(layer)} l${index}`),
    upper === undefined
      ? 'mkdir upper work'
      : `ln -s ${quote(upper.directory)} upper && ln -s ${quote(upper.work)} work`,
  ];
  const lower = ['top', ...root.lower.map((_, index) => `l${index}`)].join(':');
  return [
    'umask 022',
    // What somebody left open in Karapace's own process; only bash can close descriptors of more than one digit.
    'for fd in /proc/self/fd/*; do fd=${fd##*/}; if [ "$fd" -gt 9 ]; then eval "exec $fd>&-"; fi; done',
    `mount -t tmpfs -o mode=0755 tmpfs ${PLACE} && cd ${PLACE} || exit 125`,
    'mkdir root top top/dev top/proc top/sys top/tmp top/run top/etc',
    `echo ${quote(hostname)} >top/etc/hostname; echo '127.0.0.1 localhost' >top/etc/hosts`,
    network === 'host' ? 'cat /etc/resolv.conf >top/etc/resolv.conf' : ': >top/etc/resolv.conf',
    ...links,
    // The kernel lets go of an upper a moment after the last process of the session before.
    'for attempt in 1 2 3 4 5 6 7 8 9 10; do',
    `mount -t overlay -o userxattr,index=on,lowerdir=${lower},upperdir=upper,workdir=work overlay root 2>/dev/null && break`,
    'if [ $attempt = 10 ]; then exit 126; else sleep 0.1; fi; done',
    'cd /; unset OLDPWD',
    'exec bwrap --json-status-fd 3 "$@"',
  ].join('\n');
}

/**
 * The options of `bwrap` and the command. The shell inside closes what is only held, and says 127 where there is no command.
 *
 * @param {import('@karapace/core').SandboxSpec} spec
 * @param {number} held
 */
export function bwrapOptions(spec, held = 0) {
  const isReadOnly = spec.root.kind === 'layers' && spec.root.upper.kind === 'read-only';
  const close = Array.from({ length: held }, (_, index) => `exec ${index + 4}<&-; `).join('');
  return [
    ...['--bind', `${PLACE}/root`, '/', '--dev', '/dev', '--proc', '/proc', '--ro-bind', '/proc/sys', '/proc/sys'],
    ...['--tmpfs', '/sys', '--remount-ro', '/sys', '--perms', '1777', '--tmpfs', '/tmp', '--tmpfs', '/run'],
    ...spec.mounts.flatMap(({ source, target, readOnly }) => [readOnly ? '--ro-bind' : '--bind', source, target]),
    ...(isReadOnly ? ['--remount-ro', '/'] : []),
    ...['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try', '--hostname', spec.hostname],
    ...(spec.network === 'none' ? ['--unshare-net'] : []),
    ...['--die-with-parent', '--cap-drop', 'ALL', '--chdir', spec.workingDirectory, '--clearenv'],
    ...Object.entries(spec.environment).flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--', '/bin/sh', '-c', `${close}exec "$@"`, 'sh', ...spec.command],
  ];
}

/** @param {string} text */
function quote(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
