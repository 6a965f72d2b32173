import { readFileSync } from 'node:fs';

/** The processes of a session, as far as they exist. */
export interface SessionProcesses {
  readonly client: number;
  /** The outermost process of the sandbox. */
  readonly supervisor?: number;
  /** The first process of the outer pid namespace. */
  readonly init?: number;
  readonly command?: number;
}

/** Follows the children of a client, one after the other. */
export function findProcesses(client: number): SessionProcesses {
  const supervisor = childOf(client, /^(?:setpriv|unshare|nsenter)$/u);
  const init = childOf(supervisor);
  const inner = childOf(init);
  const command = childOf(inner);
  return {
    client,
    ...(supervisor === undefined ? {} : { supervisor }),
    ...(init === undefined ? {} : { init }),
    ...(command === undefined ? {} : { command }),
  };
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
