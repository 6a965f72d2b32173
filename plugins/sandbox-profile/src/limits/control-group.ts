import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path/posix';
import { setTimeout as sleep } from 'node:timers/promises';

import { KarapaceError, type LimitName } from '@karapace/core';

import { readText } from '../read-text.ts';
import type { GroupSetting } from './group-settings.ts';
import { watchGroups, type GroupWatch } from './group-watch.ts';
import type { PlannedGroup } from './plan-limits.ts';
import { readHierarchies } from './read-groups.ts';

/** The control groups of an environment's sessions, one in each hierarchy. */
export interface ControlGroup {
  /** Puts a process there, and with it all that it will start. */
  readonly add: (pid: number) => void;
  /** The limit that was reached since this session came. */
  readonly reached: () => LimitName | undefined;
  /**
   * To be called when the session is over: the last one removes it.
   *
   * @param isOrderly whether all that the session started is known to be gone
   */
  readonly leave: (isOrderly: boolean) => Promise<void>;
}

const PREFIX = 'karapace-';
const TRIES = 100;
const PAUSE_MILLISECONDS = 20;

/**
 * Makes a group as planned, and removes what sessions have left of which nobody was there any more.
 *
 * @throws KarapaceError `SANDBOX_FAILED`
 */
export function createGroup(planned: readonly PlannedGroup[], toolDirectories: readonly string[]): ControlGroup {
  const name = PREFIX + randomBytes(8).toString('hex');
  const directories = planned.map(({ parent }) => `${parent}/${name}`);
  const make = () => planned.forEach((group) => makeDirectory(group, name));
  planned.forEach(({ parent }) => removeLeft(parent));
  const watch = watchGroups(directories, toolDirectories);
  make();
  const add = (pid: number) => {
    try {
      addTo(directories, pid);
    } catch (error) {
      // Another session that came meanwhile took it for left.
      if (!isGone(error)) throw notAdded(error);
      make();
      addTo(directories, pid);
    }
  };
  return openGroup(directories, { add, watch });
}

/** The group of a session that lives; `null` where it has none. */
export function findGroup(pid: number, toolDirectories: readonly string[]): ControlGroup | null {
  const directories = readHierarchies(pid)
    .map(({ own }) => own)
    .filter((own) => own !== null)
    .filter((own) => basename(own).startsWith(PREFIX));
  if (directories.length === 0) return null;
  const add = (added: number) => {
    try {
      addTo(directories, added);
    } catch (cause) {
      if (!isGone(cause)) throw notAdded(cause);
      throw new KarapaceError('SESSION_ENDED', `The session of process ${pid} ended while it was being joined`, {
        hint: 'Try again.',
        cause,
      });
    }
  };
  return openGroup(directories, { add, watch: watchGroups(directories, toolDirectories) });
}

function notAdded(cause: unknown): KarapaceError {
  return new KarapaceError('SANDBOX_FAILED', 'The sandbox cannot be put into its control group', {
    hint: 'Run `karapace doctor` to see what this machine can limit.',
    cause,
  });
}

function openGroup(
  directories: readonly string[],
  { add, watch }: Pick<ControlGroup, 'add'> & { readonly watch: GroupWatch },
): ControlGroup {
  const before = countReached(directories);
  return {
    add,
    reached: () => {
      const after = countReached(directories);
      return COUNTERS.find(({ limit }) => (after[limit] ?? 0) > (before[limit] ?? 0))?.limit;
    },
    leave: async (isOrderly) => {
      for (const directory of directories) {
        await removeEmpty(directory, isOrderly);
        removeLeft(dirname(directory));
      }
      watch.end();
    },
  };
}

function makeDirectory({ parent, enable, settings }: PlannedGroup, name: string): void {
  const directory = `${parent}/${name}`;
  try {
    if (enable.length > 0) {
      writeFileSync(`${parent}/cgroup.subtree_control`, enable.map((controller) => `+${controller}`).join(' '));
    }
    mkdirSync(directory, { recursive: true });
    for (const setting of settings) apply(directory, setting);
  } catch (cause) {
    throw new KarapaceError('SANDBOX_FAILED', `The control group \`${directory}\` cannot be set up`, {
      hint: 'Run `karapace doctor` to see what this machine can limit.',
      cause,
    });
  }
}

function apply(directory: string, { file, value, otherwise }: GroupSetting): void {
  const isKnown = otherwise === undefined || existsSync(`${directory}/${file}`);
  const setting = isKnown ? { file, value } : otherwise;
  writeFileSync(`${directory}/${setting.file}`, setting.value);
}

function addTo(directories: readonly string[], pid: number): void {
  try {
    for (const directory of directories) writeFileSync(`${directory}/cgroup.procs`, String(pid));
  } catch (error) {
    // A process that has just ended needs no group.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function isGone(error: unknown): boolean {
  return ['ENOENT', 'ENODEV'].includes((error as NodeJS.ErrnoException).code ?? '');
}

const COUNTERS = [
  { limit: 'memory_limit_mb', files: ['memory.events', 'memory.oom_control'], line: /^oom_kill (\d+)$/mu },
  { limit: 'pids_limit', files: ['pids.events'], line: /^max (\d+)$/mu },
] as const;

function countReached(directories: readonly string[]): Partial<Record<LimitName, number>> {
  const counts = COUNTERS.map(({ limit, files, line }) => {
    const texts = directories.flatMap((directory) => files.map((file) => readText(`${directory}/${file}`) ?? ''));
    return [limit, texts.reduce((sum, text) => sum + Number(line.exec(text)?.[1] ?? 0), 0)] as const;
  });
  return Object.fromEntries(counts);
}

/** A group that has processes cannot be removed, and one that has none is nobody's. */
function removeLeft(parent: string): void {
  for (const name of readdirSync(parent)) if (name.startsWith(PREFIX)) remove(`${parent}/${name}`);
}

/** Processes that have just ended are in their group for a moment still; those of other sessions stay. */
async function removeEmpty(directory: string, isOrderly: boolean): Promise<void> {
  for (let tries = 1; remove(directory) === 'busy' && tries < TRIES; tries += 1) {
    if (isOrderly && hasProcesses(directory)) return;
    await sleep(PAUSE_MILLISECONDS);
  }
}

function hasProcesses(directory: string): boolean {
  return (readText(`${directory}/cgroup.procs`) ?? '') !== '';
}

function remove(directory: string): 'gone' | 'busy' {
  try {
    rmdirSync(directory);
    return 'gone';
  } catch (error) {
    if (isGone(error)) return 'gone';
    if ((error as NodeJS.ErrnoException).code === 'EBUSY') return 'busy';
    throw error;
  }
}
