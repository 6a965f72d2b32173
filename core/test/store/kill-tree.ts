import fs from 'node:fs';

/** Kills a process with its helpers, none of which can go on when another is gone already. */
export function killTree(pid: number): void {
  kill(pid, 'SIGSTOP');
  for (const each of [...childrenOf(pid), pid]) kill(each);
}

export function childrenOf(pid: number): readonly number[] {
  const children = fs
    .readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
  return children.flatMap((child) => [...childrenOf(child), child]);
}

export function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
