import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

const PAGE = path.resolve(import.meta.dirname, '../../docs/security.md');

/** What `docs/security.md` says that a command sees. */
interface Documented {
  readonly status: Readonly<Record<string, string>>;
  readonly descriptors: readonly string[];
  readonly devices: Readonly<Record<string, string>>;
  readonly 'devices on a terminal': readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly 'environment of a session': readonly string[];
  readonly 'environment of a build': readonly string[];
  readonly mounts: Readonly<Record<string, string>>;
  readonly 'mounts on a terminal': Readonly<Record<string, string>>;
  readonly 'read only where the kernel has it': readonly string[];
  readonly 'empty where the kernel has it': readonly string[];
  readonly 'options of what the kernel has': Readonly<
    Record<'read only in /proc' | 'read only in /sys' | 'empty', string>
  >;
  readonly 'namespaces of its own': readonly string[];
  readonly "namespaces of its own without the host's network": readonly string[];
  readonly 'control groups': string;
}

/** What `docs/security.md` has a block for: the first is whole, the others say what differs from it. */
export type ExactBackend = 'namespace' | 'oci-crun' | 'oci-runc';

export interface Situation {
  readonly backend?: ExactBackend;
  readonly isBuild?: boolean;
  readonly isOnTerminal?: boolean;
}

/** Sorted, so that two of them can be compared. */
export interface ExactSets {
  readonly status: Readonly<Record<string, string>>;
  readonly descriptors: readonly string[];
  readonly devices: readonly string[];
  readonly variables: readonly string[];
  readonly mounts: Readonly<Record<string, string>>;
  readonly namespaces: readonly string[];
  readonly controlGroups: readonly string[];
}

/** The documented sets for one situation, on this machine. */
export function documentedSets({ backend = 'namespace', isBuild = false, isOnTerminal = false }: Situation): ExactSets {
  const whole = readBlock('namespace');
  const page = (backend === 'namespace' ? whole : mergePatch(whole, readBlock(backend))) as unknown as Documented;
  const devices = Object.entries(page.devices).map(([name, what]) => `${name} ${what}`);
  const consoles = isOnTerminal ? page['devices on a terminal'].map((name) => `${name} terminal`) : [];
  const own = page[isBuild ? 'environment of a build' : 'environment of a session'];
  const isolated = isBuild ? page["namespaces of its own without the host's network"] : [];
  return {
    status: page.status,
    descriptors: page.descriptors,
    devices: [...devices, ...consoles].toSorted(),
    variables: [...Object.entries(page.environment).map(([name, value]) => `${name}=${value}`), ...own].toSorted(),
    mounts: { ...page.mounts, ...(isOnTerminal ? page['mounts on a terminal'] : {}), ...kernelMounts(page) },
    namespaces: [...page['namespaces of its own'], ...isolated].toSorted(),
    controlGroups: [page['control groups']],
  };
}

type Json = string | null | readonly Json[] | { readonly [key: string]: Json };

function readBlock(backend: ExactBackend): Json {
  const pattern = new RegExp(`\`\`\`json exact ${backend}\n([^]*?)\`\`\``, 'u');
  return JSON.parse(pattern.exec(readFileSync(PAGE, 'utf8'))?.[1] ?? '') as Json;
}

/** As RFC 7396 says: `null` takes a key away. */
function mergePatch(target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const merged = { ...(isObject(target) ? target : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key] ?? null, value);
  }
  return merged;
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kernelMounts(page: Documented): Readonly<Record<string, string>> {
  const options = page['options of what the kernel has'];
  const readOnly = page['read only where the kernel has it'].map((place) => [
    place,
    place.startsWith('/sys/') ? `sysfs ${options['read only in /sys']}` : `proc ${options['read only in /proc']}`,
  ]);
  const empty = page['empty where the kernel has it'].map((place) => [place, `devtmpfs ${options.empty}`.trimEnd()]);
  return Object.fromEntries([...readOnly, ...empty].filter(([place = '']) => existsSync(place)));
}

/** What `look.sh` printed. */
export function seenSets(text: string, backend: ExactBackend = 'namespace'): ExactSets {
  const parts = new Map(
    text
      .replaceAll('\r', '')
      .split(/^== /mu)
      .map((part) => [part.slice(0, part.indexOf('\n')), part.trimEnd().split('\n').slice(1)] as const),
  );
  const part = (name: string) => parts.get(name) ?? [];
  return {
    status: Object.fromEntries(part('status').map((line) => line.split(/:\s+/u))),
    // One more is the list's own.
    descriptors: part('descriptors').slice(0, -1),
    devices: part('devices').map(describeDevice).toSorted(),
    variables: part('environment')
      .map(nameOrPair)
      .filter((line) => !line.startsWith('SHLVL'))
      .toSorted(),
    mounts: Object.fromEntries(
      part('mounts')
        .map(describeMount)
        .filter(([target]) => target !== '/workspace')
        .map((mount) => (backend === 'oci-crun' ? asOldCrun(mount) : mount)),
    ),
    namespaces: ownNamespaces(part('namespaces')),
    controlGroups: [...new Set(part('control groups').map((line) => line.split(':').slice(2).join(':')))],
  };
}

/** `/dev/null|character special file|666|1:3|/dev/null` */
function describeDevice(line: string): string {
  const [file = '', type = '', mode = '', numbers = '', name = ''] = line.split('|');
  const device = path.basename(file);
  if (device === 'console') return 'console terminal';
  if (type === 'symbolic link') return `${device} -> ${(name.split(' -> ')[1] ?? '').replaceAll("'", '')}`;
  return `${device} ${mode} ${type === 'character special file' ? numbers : type}`;
}

const WITH_VALUE = ['HOME', 'LANG', 'LOGNAME', 'PATH', 'SHELL', 'USER'];

function nameOrPair(line: string): string {
  const name = line.slice(0, line.indexOf('='));
  return WITH_VALUE.includes(name) ? line : name;
}

/** Where the backend binds a file of the host, whose file system is the machine's affair. */
const OF_THE_HOST = '/dev/init';

/** The uppermost mount of a place is the one that counts. */
function describeMount(line: string): readonly [string, string] {
  const [, , , , target = '', options = '', ...rest] = line.split(' ');
  const [mounted = ''] = rest.slice(rest.indexOf('-') + 1);
  const type = target === OF_THE_HOST ? 'host' : mounted.replace(/^fuse\..*/u, 'overlay');
  const kept = options.split(',').filter((option) => ['ro', 'nosuid', 'nodev'].includes(option));
  return [target, [type, ...kept].join(' ')];
}

/** Newer ones leave less out, which is as good. */
function asOldCrun([target, what]: readonly [string, string]): readonly [string, string] {
  const isNewer = target === '/sys' || target.startsWith('/proc/');
  return [target, isNewer ? what.replace(/ ro nosuid nodev$/u, ' ro') : what];
}

function ownNamespaces(links: readonly string[]): readonly string[] {
  const host = readdirSync('/proc/self/ns').map((name) => readlinkSync(`/proc/self/ns/${name}`));
  const own = links.filter((link) => !host.includes(link)).map((link) => link.slice(0, link.indexOf(':')));
  return [...new Set(own)].toSorted();
}
