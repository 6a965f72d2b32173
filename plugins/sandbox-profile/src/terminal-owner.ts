import { spawnSync } from 'node:child_process';

import { shellWord } from '@karapace/core';

import { findTool } from './host-facts.ts';
import { readText } from './read-text.ts';

interface Groups {
  readonly own: number;
  /** The group that the terminal listens to; -1 without a terminal. */
  readonly foreground: number;
}

/**
 * Remembers that this process has the terminal, and gives the way to have it again.
 *
 * A shell inside takes the terminal for its jobs, and when it ends it cannot give it back to a process group that its pid
 * namespace does not show. An interactive shell outside helps itself; a script would be stopped when it next reads.
 */
export function rememberOwner(toolDirectories: readonly string[]): () => void {
  const before = readGroups();
  return () => {
    const after = readGroups();
    if (before === undefined || after === undefined || before.foreground !== before.own) return;
    if (after.foreground !== before.own) takeTerminal(before.own, toolDirectories);
  };
}

function readGroups(): Groups | undefined {
  const fields = (readText('/proc/self/stat') ?? '').split(') ').at(-1)?.split(' ') ?? [];
  const [own, foreground] = [Number(fields[2]), Number(fields[5])];
  return foreground > 0 ? { own, foreground } : undefined;
}

/** Node cannot call tcsetpgrp(3); one of these is on every system. Group and terminal are inherited. */
const PROGRAMS: readonly (readonly [string, readonly string[]])[] = [
  [
    'perl',
    ['-MPOSIX', '-e', '$SIG{TTOU} = "IGNORE"; open my $t, "+<", "/dev/tty"; POSIX::tcsetpgrp(fileno $t, $ARGV[0])'],
  ],
  [
    'python3',
    [
      '-c',
      'import os, signal, sys; signal.signal(signal.SIGTTOU, signal.SIG_IGN); os.tcsetpgrp(os.open("/dev/tty", 2), int(sys.argv[1]))',
    ],
  ],
];

function takeTerminal(group: number, toolDirectories: readonly string[]): void {
  for (const [name, args] of PROGRAMS) {
    const program = findTool(name, toolDirectories);
    if (program === undefined) continue;
    spawnSync(program, [...args, String(group)], { stdio: 'ignore', env: {} });
    return;
  }
}

/** A function of the shell that gives the terminal to a group. */
export function printTakeTerminal(toolDirectories: readonly string[]): string {
  const commands = PROGRAMS.flatMap(([name, args]) => {
    const program = findTool(name, toolDirectories);
    return program === undefined ? [] : [[program, ...args].map(shellWord).join(' ')];
  });
  return `take_terminal() { ${commands[0] ?? ':'} "$1" >/dev/null 2>&1 || :; }`;
}
