import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { readHierarchies } from '@karapace/sandbox-profile';

const PATIENCE_MILLISECONDS = 30_000;
const PAUSE_MILLISECONDS = 50;

/**
 * What is left of a store's sessions: processes that have its path in their arguments, mounts or descriptors, mounts of
 * this process, and control groups that were not there before and are empty: those that are not are other tests', or have
 * processes that are left themselves. What ends within half a minute is not left.
 */
export async function leftovers(store: string, before: ReadonlySet<string>): Promise<readonly string[]> {
  const end = performance.now() + PATIENCE_MILLISECONDS;
  const look = () => [...storeTraces(store), ...newGroups(before).filter(isEmpty).map(describeGroup)];
  let left = look();
  while (left.length > 0 && performance.now() < end) {
    await sleep(PAUSE_MILLISECONDS);
    left = look();
  }
  return left;
}

/** The same at this moment, with groups that are in use. */
export function traces(store: string, before: ReadonlySet<string>): readonly string[] {
  return [...storeTraces(store), ...newGroups(before).map(describeGroup)];
}

function newGroups(before: ReadonlySet<string>): readonly string[] {
  return [...listGroups()].filter((group) => !before.has(group));
}

function isEmpty(group: string): boolean {
  return read(`${group}/cgroup.procs`) === '';
}

function describeGroup(group: string): string {
  return `the control group ${group}`;
}

function storeTraces(store: string): readonly string[] {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => tracesIn(pid, store));
  const mounts = read('/proc/self/mountinfo').includes(store) ? [`a mount of ${store}`] : [];
  return [...processes, ...mounts];
}

function tracesIn(pid: string, store: string): readonly string[] {
  const traces = [
    ...(read(`/proc/${pid}/cmdline`).includes(store) ? ['arguments'] : []),
    ...(hasMount(read(`/proc/${pid}/mountinfo`), store) ? ['mounts'] : []),
    ...(linksIn(`/proc/${pid}/fd`).some((link) => link.startsWith(store)) ? ['descriptors'] : []),
  ];
  return traces.map((what) => `process ${pid} (${read(`/proc/${pid}/comm`).trim()}) has the store in its ${what}`);
}

/** An overlay's options name its upper relative to the store. */
function hasMount(mountinfo: string, store: string): boolean {
  const environments = readNames(path.join(store, 'environments'));
  return mountinfo.includes(store) || environments.some((id) => mountinfo.includes(`environments/${id}`));
}

/** The control groups of sandboxes, wherever this process could have made one. */
export function listGroups(): ReadonlySet<string> {
  const directories = readHierarchies().flatMap(({ own, mount }) => (own === null ? [] : upTo(own, mount)));
  return new Set(
    directories.flatMap((directory) =>
      readNames(directory)
        .filter((name) => name.startsWith('karapace-'))
        .map((name) => `${directory}/${name}`),
    ),
  );
}

function upTo(directory: string, mount: string): readonly string[] {
  return directory.length <= mount.length ? [mount] : [directory, ...upTo(path.dirname(directory), mount)];
}

function linksIn(directory: string): readonly string[] {
  return readNames(directory).flatMap((name) => {
    try {
      return [readlinkSync(path.join(directory, name))];
    } catch {
      return [];
    }
  });
}

function readNames(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    // A process that has just ended, or one of somebody else.
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
