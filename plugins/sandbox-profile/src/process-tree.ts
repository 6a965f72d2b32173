import { readdirSync } from 'node:fs';

import { readText } from './read-text.ts';

/** Direct children of a process, oldest first for each of its threads: any of them may have started one. */
export function findChildren(pid: number): readonly number[] {
  return findThreads(pid).flatMap((thread) => {
    const text = readText(`/proc/${pid}/task/${thread}/children`) ?? '';
    return text.split(' ').filter(Boolean).map(Number);
  });
}

function findThreads(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    // It has just ended.
    return [];
  }
}

/** Clock ticks since boot: with it a process can be told from a later one of the same number. */
export function startTimeOf(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  // The name, in parentheses, may hold spaces and parentheses itself.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

/** unshare, shell, bwrap, bwrap's init, command. */
const DEEPEST = 4;
/** The first process of the inner pid namespace: bwrap's, or the one that an OCI runtime starts. The command is its first child. */
const INIT = 1;

/**
 * Finds the command's pid as this process sees it, or `undefined` before it exists and after its end.
 *
 * @param outermost pid of the process that made the namespaces
 */
export function findCommand(outermost: number): number | undefined {
  const init = findInit(outermost);
  return init === undefined ? undefined : findChildren(init)[0];
}

/** Finds the first process of the command's pid namespace, or `undefined` before it exists and after its end. */
export function findInit(outermost: number): number | undefined {
  const depth = pidsOf(outermost).length + 2;
  return findBelow(outermost, (pid) => isInit(pidsOf(pid), depth));
}

/** The nearest process of a sandbox for which something is true. */
function findBelow(outermost: number, isIt: (pid: number) => boolean): number | undefined {
  let generation: readonly number[] = [outermost];
  for (let level = 0; level < DEEPEST; level += 1) {
    generation = generation.flatMap(findChildren);
    const found = generation.find(isIt);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isInit(pids: readonly number[], depth: number): boolean {
  return pids.length === depth && pids.at(-1) === INIT;
}

/** The process's pid in each pid namespace, outermost first. */
function pidsOf(pid: number): readonly number[] {
  const line = /^NSpid:\s*(.*)$/mu.exec(readText(`/proc/${pid}/status`) ?? '')?.[1] ?? '';
  return line.split('\t').filter(Boolean).map(Number);
}
