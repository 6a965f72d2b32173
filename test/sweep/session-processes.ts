import { readFileSync } from 'node:fs';

/** The processes of a session, as far as they exist. */
export interface SessionProcesses {
  readonly client: number;
  /** The outermost process of the sandbox. */
  readonly supervisor?: number | undefined;
  /** The first process of the outer pid namespace. */
  readonly init?: number | undefined;
  /** What made the inner pid namespace: the OCI runtime, or for the backend `namespace` the init itself. */
  readonly runtime?: number | undefined;
  /** The first process of the inner pid namespace. */
  readonly inside?: number | undefined;
  readonly command?: number | undefined;
}

/** Follows the children of a client, one after the other. */
export function findProcesses(client: number): SessionProcesses {
  const supervisor = childOf(client, /^(?:setpriv|unshare|nsenter)$/u);
  const init = childOf(supervisor);
  const child = childOf(init);
  const runtime = isInside(child) ? init : child;
  const inside = isInside(child) ? child : childOf(child);
  return { client, supervisor, init, runtime, inside, command: childOf(inside) };
}

/** Whether a process is the first of a pid namespace in another. */
function isInside(pid: number | undefined): boolean {
  const pids = /^NSpid:\s*(.*)$/mu.exec(read(`/proc/${pid}/status`))?.[1]?.split('\t') ?? [];
  return pids.length > 2 && pids.at(-1) === '1';
}

function childOf(pid: number | undefined, name = /./u): number | undefined {
  if (pid === undefined) return undefined;
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return children.find((child) => name.test(read(`/proc/${child}/comm`).trim()));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It has just ended.
    return '';
  }
}
