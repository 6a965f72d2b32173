import { readText } from './read-text.ts';

/** Direct children of a process, oldest first. */
export function findChildren(pid: number): readonly number[] {
  const text = readText(`/proc/${pid}/task/${pid}/children`) ?? '';
  return text.split(' ').filter(Boolean).map(Number);
}

/** Clock ticks since boot: with it a process can be told from a later one of the same number. */
export function startTimeOf(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  // The name, in parentheses, may hold spaces and parentheses itself.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

/** unshare, shell, bwrap, bwrap's init, command. */
const DEEPEST = 4;
/** bwrap's init is 1 in the inner pid namespace, and the command the first process that it starts. */
const COMMAND = 2;

/**
 * Finds the command's pid as this process sees it, or `undefined` before it exists and after its end.
 *
 * @param outermost pid of the process that made the namespaces
 */
export function findCommand(outermost: number): number | undefined {
  const depth = pidsOf(outermost).length + 2;
  return findBelow(outermost, (pid) => isCommand(pidsOf(pid), depth));
}

/** The nearest process of a sandbox for which something is true. */
export function findBelow(outermost: number, isIt: (pid: number) => boolean): number | undefined {
  let generation: readonly number[] = [outermost];
  for (let level = 0; level < DEEPEST; level += 1) {
    generation = generation.flatMap(findChildren);
    const found = generation.find(isIt);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isCommand(pids: readonly number[], depth: number): boolean {
  return pids.length === depth && pids.at(-1) === COMMAND;
}

/** The process's pid in each pid namespace, outermost first. */
function pidsOf(pid: number): readonly number[] {
  const line = /^NSpid:\s*(.*)$/mu.exec(readText(`/proc/${pid}/status`) ?? '')?.[1] ?? '';
  return line.split('\t').filter(Boolean).map(Number);
}
