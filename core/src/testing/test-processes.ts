import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

let count = 0;

/** A number of seconds for `sleep` that no other process of this machine has among its arguments. */
export function processMark(): string {
  count += 1;
  return `600.${process.pid}${count}`;
}

/** Pids of processes that have the mark among their arguments. */
export async function findMarked(mark: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/u.test(name));
  const found = await Promise.all(pids.map(async (pid) => ((await isMarked(pid, mark)) ? [Number(pid)] : [])));
  return found.flat();
}

/** Waits until no process has the mark, for at most ten seconds, and gives those that still do. */
export async function waitForNone(mark: string): Promise<readonly number[]> {
  let left = await findMarked(mark);
  for (let attempt = 0; left.length > 0 && attempt < 200; attempt += 1) {
    await sleep(50);
    left = await findMarked(mark);
  }
  return left;
}

async function isMarked(pid: string, mark: string): Promise<boolean> {
  // Processes end while one looks.
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return line.split('\0').includes(mark);
}

/** All processes that descend from one, parents first. */
export async function findDescendants(pid: number): Promise<readonly number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => ''));
  const children = (await Promise.all(lists)).flatMap((list) => list.split(' ').filter(Boolean).map(Number));
  return [...children, ...(await Promise.all(children.map(findDescendants))).flat()];
}
