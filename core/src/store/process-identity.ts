import fs from 'node:fs';

import { printable } from '../printable.ts';
import { hasCode } from './system-error.ts';

/** Enough to tell a process from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot: field 22 of `/proc/<pid>/stat`. */
  readonly start_time: string;
  readonly boot_id: string;
  /** For messages. */
  readonly command: string;
}

let own: ProcessIdentity | undefined;

export function ownIdentity(): ProcessIdentity {
  own ??= {
    pid: process.pid,
    start_time: startTime('self') ?? '',
    boot_id: bootId(),
    command: commandOf('self'),
  };
  return own;
}

export function bootId(): string {
  return fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** Clock ticks since boot; `undefined` where there is no such process. */
export function startTimeOf(pid: number): string | undefined {
  try {
    return startTime(pid);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH')) return undefined;
    throw error;
  }
}

/** `process 12 (node karapace build)`, from a note that may be of any quality. */
export function describeHolder(note: string | undefined): string {
  const found = parseNote(note);
  if (found === undefined) return 'another process';
  return `process ${found.pid} (${printable(found.command, LONGEST_COMMAND)})`;
}

function parseNote(note: string | undefined): ProcessIdentity | undefined {
  if (note === undefined) return undefined;
  try {
    const value = JSON.parse(note) as Partial<ProcessIdentity> | null;
    return typeof value?.pid === 'number' && typeof value.command === 'string' ? (value as ProcessIdentity) : undefined;
  } catch (error) {
    // A note can be read while its holder writes it.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The name in parentheses may hold spaces and parentheses itself. */
function startTime(pid: number | 'self'): string | undefined {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

const LONGEST_COMMAND = 120;

function commandOf(pid: number | 'self'): string {
  return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim().slice(0, LONGEST_COMMAND);
}
