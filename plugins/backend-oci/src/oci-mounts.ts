import type { SandboxMount, SandboxSpec } from '@karapace/core';
import { isInner, TOOLS_ETC, toolsFiles, WORKSPACE } from '@karapace/sandbox-profile';

import { INIT } from './init-program.ts';
import type { OciFacts } from './oci-facts.ts';

export interface OciMount {
  readonly destination: string;
  readonly type: string;
  readonly source: string;
  readonly options: readonly string[];
}

/** With the first process's program found. */
export type MountFacts = OciFacts & {
  readonly initProgram: string;
  /** Targets whose sources are files and no directories. */
  readonly files: readonly string[];
};

/** Everything that is mounted, in this order. */
export function ociMounts(spec: SandboxSpec, facts: MountFacts): readonly OciMount[] {
  const isTools = spec.root.kind === 'tools';
  return [
    ...(isTools ? toolsMounts(spec, facts) : []),
    // Below a namespace where they are covered, the files of the kernel are those of the namespace above.
    isInner(spec, facts) ? bind('/proc', '/proc', ['rbind', ...PROC]) : mount('/proc', 'proc', PROC),
    mount('/dev', 'tmpfs', ['nosuid', 'nodev', 'strictatime', 'mode=0755']),
    mount('/dev/pts', 'devpts', ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620']),
    bind(facts.initProgram, INIT, [...FILE, 'ro']),
    isTools
      ? mount('/dev/shm', 'tmpfs', ['nosuid', 'nodev', 'mode=1777'])
      : bind(WORKSPACE.sharedMemory, '/dev/shm', WRITABLE),
    // The runtime makes it read only when everything is there: it is one of the config's `readonlyPaths`.
    mount('/sys', 'tmpfs', ['nosuid', 'nodev', 'noexec', 'mode=0755']),
    ...facts.visibleSys.map((path) => bind(path, path, READ_ONLY)),
    ...(isTools ? [mount('/tmp', 'tmpfs', ['nosuid', 'nodev', 'mode=1777']), mount('/run', 'tmpfs', RUN)] : []),
    ...spec.mounts.map(({ source, target, readOnly }: SandboxMount) =>
      bind(source, target, bindOptions(readOnly, facts.files.includes(target))),
    ),
  ];
}

const PROC = ['nosuid', 'noexec', 'nodev'];
const RUN = ['nosuid', 'nodev', 'mode=0755'];
const FILE = ['bind', 'nosuid', 'nodev'];
/** With all that is mounted below the source: the forms that begin with `r` hold there too. crun has them for directories alone. */
const WRITABLE = ['rbind', 'nosuid', 'nodev', 'rnosuid', 'rnodev'];
const READ_ONLY = [...WRITABLE, 'ro', 'rro'];

function bindOptions(readOnly: boolean, isFile: boolean): readonly string[] {
  if (isFile) return readOnly ? [...FILE, 'ro'] : FILE;
  return readOnly ? READ_ONLY : WRITABLE;
}

/** The host's programs and what they need to start. */
function toolsMounts(spec: SandboxSpec, { programRoots, toolsFiles: present }: MountFacts): readonly OciMount[] {
  const directories = Object.entries(programRoots).flatMap(([name, link]) => (link === null ? [`/${name}`] : []));
  return [
    ...['/usr', ...directories].map((path) => bind(path, path, READ_ONLY)),
    bind(TOOLS_ETC, '/etc', WRITABLE),
    ...toolsFiles(spec)
      .filter((path) => present.includes(path))
      .map((path) => bind(path, path, bindOptions(true, path === '/etc/ld.so.cache' || path === '/etc/ld.so.conf'))),
  ];
}

function mount(destination: string, type: string, options: readonly string[]): OciMount {
  return { destination, type, source: type, options };
}

function bind(source: string, destination: string, options: readonly string[]): OciMount {
  return { destination, type: 'none', source, options };
}
