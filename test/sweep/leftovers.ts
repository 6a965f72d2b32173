import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { readHierarchies } from '@karapace/sandbox-profile';

const PATIENCE_MILLISECONDS = 10_000;
const PAUSE_MILLISECONDS = 50;

/**
 * What is left of a store's sessions: processes that have its path in their arguments, mounts or descriptors, mounts of
 * this process, and control groups that were not there before. What ends within a few seconds is not left.
 */
export async function leftovers(store: string, before: ReadonlySet<string>): Promise<readonly string[]> {
  const end = performance.now() + PATIENCE_MILLISECONDS;
  let left = traces(store, before);
  while (left.length > 0 && performance.now() < end) {
    await sleep(PAUSE_MILLISECONDS);
    left = traces(store, before);
  }
  return left;
}

/** The same at this moment. */
export function traces(store: string, before: ReadonlySet<string>): readonly string[] {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => tracesIn(pid, store));
  const groups = [...listGroups()].filter((group) => !before.has(group)).map((group) => `the control group ${group}`);
  const mounts = read('/proc/self/mountinfo').includes(store) ? [`a mount of ${store}`] : [];
  return [...processes, ...groups, ...mounts];
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
