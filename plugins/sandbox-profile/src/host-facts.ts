import { accessSync, constants, existsSync, readlinkSync, statSync } from 'node:fs';
import { release, userInfo } from 'node:os';

import { parseIdRange, type IdRange } from './id-range.ts';
import { MACHINE_FILES, READ_ONLY_PROC } from './kernel-places.ts';
import { findPlaces } from './limits/group-place.ts';
import type { LimitFacts, OpenFiles } from './limits/plan-limits.ts';
import { readGroupState, readHierarchies } from './limits/read-groups.ts';
import { readText } from './read-text.ts';
import type { FilterArchitecture } from './syscall-numbers.ts';

export interface HostOptions {
  /** Where host programs are looked for, in this order; absolute. The default is the system's own directories. */
  readonly toolDirectories?: readonly string[] | undefined;
}

/** What a plan depends on, besides the spec: data, so that a plan is pure. */
export interface HostFacts extends LimitFacts {
  /** How `full` ids are reached; `null` where they cannot be. */
  readonly fullIds: FullIds | null;
  readonly architecture: FilterArchitecture;
  readonly toolDirectories: readonly string[];
  /** Top-level names of the host that hold programs: a link's target, or `null` for a directory. */
  readonly programRoots: Readonly<Record<string, string | null>>;
  /** Without it, abstract sockets cannot be cut off. */
  readonly hasPerl: boolean;
  /** For root's own id the kernel opens its settings, in whatever user namespace. */
  readonly isRoot: boolean;
  /** Directories of `/proc` that this kernel has and that nobody may write to. */
  readonly readOnlyProc: readonly string[];
  /** Files of `/proc` that this kernel has and that tell or change something about the whole machine. */
  readonly machineFiles: readonly string[];
}

export type FullIds =
  /** By root: ids inside are the ids on the disk. */
  | { readonly kind: 'identity' }
  /** By `newuidmap` and the user's subordinate ids. */
  | { readonly kind: 'range'; readonly range: IdRange };

export const SYSTEM_DIRECTORIES = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/run/current-system/sw/bin'];
const PROGRAM_ROOTS = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];

export function readHostFacts(options: HostOptions): HostFacts {
  const toolDirectories = options.toolDirectories ?? SYSTEM_DIRECTORIES;
  return {
    fullIds: findFullIds(toolDirectories),
    architecture: process.arch === 'arm64' ? 'aarch64' : 'x86_64',
    toolDirectories,
    programRoots: readProgramRoots(),
    hasPerl: findTool('perl', toolDirectories) !== undefined,
    findPlaces: (wanted) => findPlaces(wanted, readHierarchies(), readGroupState),
    isRoot: process.geteuid?.() === 0,
    readOnlyProc: READ_ONLY_PROC.filter((place) => existsSync(place)),
    countsProcesses: process.geteuid?.() !== 0 && countsByNamespace(release()),
    openFiles: parseOpenFiles(readText('/proc/self/limits') ?? ''),
    machineFiles: MACHINE_FILES.filter((file) => existsSync(file)),
  };
}

/** Gives the absolute path of a host program, or `undefined`. Never looks at `PATH`: a planted program must not win. */
export function findTool(name: string, directories: readonly string[]): string | undefined {
  return directories.map((directory) => `${directory}/${name}`).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Linux 5.14 counts a user's processes in each user namespace apart; nobody counts those of the machine's root. */
function countsByNamespace(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return major > 5 || (major === 5 && minor >= 14);
}

/** As proc_pid_limits(5) has them. */
export function parseOpenFiles(text: string): OpenFiles {
  const [, soft = '', hard = ''] = /^Max open files\s+(\S+)\s+(\S+)/mu.exec(text) ?? [];
  const parse = (field: string) => (/^\d+$/u.test(field) ? Number(field) : Number.POSITIVE_INFINITY);
  return { soft: parse(soft), hard: parse(hard) };
}

function findFullIds(toolDirectories: readonly string[]): FullIds | null {
  if (process.geteuid?.() === 0) return ownsAllIds() ? { kind: 'identity' } : null;
  if (findTool('newuidmap', toolDirectories) === undefined) return null;
  const range = readIdRange();
  return range === undefined ? null : { kind: 'range', range };
}

/** Root of a container may have fewer ids than a tree needs. */
function ownsAllIds(): boolean {
  return ['uid_map', 'gid_map'].every((name) => {
    const [inside, , count] = (readText(`/proc/self/${name}`) ?? '').trim().split(/\s+/u).map(Number);
    return inside === 0 && (count ?? 0) >= 65_536;
  });
}

/** The user's own subordinate ids, whether or not there is a program that maps them. */
export function readIdRange(): IdRange | undefined {
  const user = findUser();
  const uids = parseIdRange(readText('/etc/subuid') ?? '', user);
  const gids = parseIdRange(readText('/etc/subgid') ?? '', user);
  return gids === undefined ? undefined : uids;
}

export function findUser(): { readonly uid: number; readonly name: string | undefined } {
  const uid = process.geteuid?.() ?? 0;
  try {
    return { uid, name: userInfo().username };
  } catch {
    // A uid without a passwd entry is legal; ranges can be given to the number.
    return { uid, name: undefined };
  }
}

function readProgramRoots(): Readonly<Record<string, string | null>> {
  const roots = PROGRAM_ROOTS.map((name) => [name, readRoot(`/${name}`)] as const);
  return Object.fromEntries(roots.filter((root): root is [string, string | null] => root[1] !== undefined));
}

function readRoot(path: string): string | null | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EINVAL' ? null : undefined;
  }
}
