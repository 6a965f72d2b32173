/** Controllers of control groups that limits are made of. */
export type Controller = 'cpu' | 'memory' | 'pids';

/** A mounted tree of control groups, and where a process is in it. */
export interface Hierarchy {
  readonly version: 1 | 2;
  /** Of version 1: what it controls. A tree of version 2 says so in each of its directories. */
  readonly controllers: readonly string[];
  readonly mount: string;
  /** Directory of the process's own group; `null` where the mount does not show it. */
  readonly own: string | null;
}

/**
 * Parses what cgroups(7) calls `/proc/[pid]/mountinfo` and `/proc/[pid]/cgroup`.
 *
 * @param mounts this process's mounts
 * @param groups the groups of any process, as this one sees them
 */
export function parseHierarchies(mounts: string, groups: string): readonly Hierarchy[] {
  const paths = groups.split('\n').filter(Boolean).map(parseGroup);
  return mounts
    .split('\n')
    .map(parseMount)
    .filter((mount) => mount !== undefined)
    .flatMap(({ version, options, root, mount }) => {
      const found = paths.find(({ controllers }) =>
        version === 2 ? controllers.length === 0 : controllers.some((name) => options.includes(name)),
      );
      if (found === undefined) return [];
      return [{ version, controllers: found.controllers, mount, own: directoryOf(found.path, root, mount) }];
    });
}

/** `4:memory:/user.slice`; of version 2, `0::/user.slice`. */
function parseGroup(line: string): { readonly controllers: readonly string[]; readonly path: string } {
  const [, controllers = '', ...path] = line.split(':');
  return { controllers: controllers.split(',').filter(Boolean), path: path.join(':') };
}

/** `34 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory` */
function parseMount(line: string) {
  const [, , , root = '', mount = '', ...rest] = line.split(' ');
  const [type, , options = ''] = rest.slice(rest.indexOf('-') + 1);
  if (type !== 'cgroup' && type !== 'cgroup2') return undefined;
  return { version: type === 'cgroup' ? (1 as const) : (2 as const), options: options.split(','), root, mount };
}

function directoryOf(path: string, root: string, mount: string): string | null {
  if (path.split('/').includes('..')) return null;
  if (root === '/') return path === '/' ? mount : mount + path;
  if (path === root) return mount;
  return path.startsWith(`${root}/`) ? mount + path.slice(root.length) : null;
}
