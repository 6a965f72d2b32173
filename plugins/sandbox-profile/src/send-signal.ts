import { spawn } from 'node:child_process';

import type { RunningSandbox } from '@karapace/core';

import { getTool } from './namespace-command.ts';
import { findChildren, findCommand, startTimeOf } from './process-tree.ts';

/** Signals a sandbox that somebody else started; `false` where it is gone, or has no command yet or any more. */
export function signalSandbox(
  { pid, start_time }: RunningSandbox,
  signal: NodeJS.Signals,
  toolDirectories: readonly string[],
): boolean {
  if (startTimeOf(pid) !== start_time) return false;
  if (signal !== 'SIGKILL') return signalCommand(pid, signal, toolDirectories);
  killSandbox(pid);
  return true;
}

/** Sends a signal to the sandbox's command; `false` where there is none yet, or none any more. */
export function signalCommand(outermost: number, signal: NodeJS.Signals, toolDirectories: readonly string[]): boolean {
  const command = findCommand(outermost);
  if (command === undefined) return false;
  if (trySignal(command, signal) === 'sent') return true;
  // The command has taken another of the user's ids. Inside the user namespace its owner may signal everybody.
  const nsenter = getTool('nsenter', toolDirectories);
  const kill = [
    '--target',
    String(outermost),
    '--user',
    '--preserve-credentials',
    'kill',
    '-s',
    signal.slice(3),
    String(command),
  ];
  spawn(nsenter, kill, { stdio: 'ignore', env: { PATH: toolDirectories.join(':') } });
  return true;
}

/**
 * Kills everything inside. The first process of the namespaces goes first: when its parent has seen it die, the kernel has
 * ended all the others.
 */
export function killSandbox(outermost: number): void {
  const children = findChildren(outermost);
  for (const pid of children.length > 0 ? children : [outermost]) trySignal(pid, 'SIGKILL');
}

function trySignal(pid: number, signal: NodeJS.Signals): 'sent' | 'EPERM' {
  try {
    process.kill(pid, signal);
    return 'sent';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EPERM') return 'EPERM';
    // A process that has just ended needs no signal.
    if (code === 'ESRCH') return 'sent';
    throw error;
  }
}
