import { KarapaceError, type ExitStatus, type Session, type StartOptions } from '@karapace/core';

import type { HostFacts } from './host-facts.ts';
import { launch, type Launch, type LaunchEnd } from './launch.ts';
import type { CommandStarter } from './command-starter.ts';
import type { SandboxPlan } from './sandbox-plan.ts';
import { signalCommand } from './send-signal.ts';
import { rememberTerminal } from './terminal-owner.ts';

const GRACE_MILLISECONDS = 5_000;
const KILLED = 137;
/** The terminal sends these to the command itself. */
const FROM_TERMINAL: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];

/** What a backend brings along. */
export interface SandboxRunner {
  readonly facts: HostFacts;
  readonly starter: CommandStarter;
  /** Says why no command ran, as `Session.wait` does. */
  readonly explain: (end: LaunchEnd) => Promise<ExitStatus>;
}

/** Executes a plan and gives the running sandbox. */
export async function runSandbox(plan: SandboxPlan, options: StartOptions, runner: SandboxRunner): Promise<Session> {
  const { facts, starter } = runner;
  options.signal?.throwIfAborted();
  const release = plan.terminal ? lendTerminal(facts) : () => {};
  const running = await launch(plan, {
    streams: options.streams,
    hold: options.hold ?? [],
    starter,
    toolDirectories: facts.toolDirectories,
  }).catch((error: unknown) => {
    release();
    throw error;
  });
  options.signal?.addEventListener('abort', running.kill, { once: true });
  const exit = running.ended
    .finally(() => {
      release();
      options.signal?.removeEventListener('abort', running.kill);
    })
    .then((end) => settle(end, runner));
  // Whoever waits gets the failure; nobody has to.
  exit.catch(() => {});
  await checkPrepared(running, exit);
  return createSession(running, exit, { plan, facts });
}

async function checkPrepared(running: Launch, exit: Promise<ExitStatus>): Promise<void> {
  const status = await running.prepared.catch((cause: unknown) => {
    if (cause instanceof KarapaceError) throw cause;
    throw new KarapaceError('NAMESPACE_DENIED', 'The ids of a new user namespace cannot be set', { cause });
  });
  if (status.isFuse) announceFuse();
  if (!status.hasChild) await exit;
}

let isFuseAnnounced = false;

function announceFuse(): void {
  if (isFuseAnnounced) return;
  isFuseAnnounced = true;
  process.stderr.write('karapace: the kernel cannot mount overlayfs here; fuse-overlayfs is used, which is slower\n');
}

async function settle(end: LaunchEnd, { explain }: SandboxRunner): Promise<ExitStatus> {
  if (end.status.exitCode !== null) return { code: end.status.exitCode };
  return end.wasKilled ? { code: KILLED } : explain(end);
}

interface SessionContext {
  readonly plan: SandboxPlan;
  readonly facts: HostFacts;
}

function createSession({ pid, kill }: Launch, exit: Promise<ExitStatus>, { plan, facts }: SessionContext): Session {
  let isOver = false;
  const over = exit.finally(() => (isOver = true));
  over.catch(() => {});
  const signal = (name: NodeJS.Signals) => {
    if (isOver || (plan.terminal && FROM_TERMINAL.includes(name))) return;
    // Before there is a command, a signal ends what would have become it.
    if (name === 'SIGKILL' || !signalCommand(pid, name, facts.toolDirectories)) kill();
  };
  return {
    pid,
    wait: () => over,
    signal,
    stop: async (grace = GRACE_MILLISECONDS) => {
      signal('SIGTERM');
      const timer = setTimeout(() => signal('SIGKILL'), grace);
      return over.finally(() => clearTimeout(timer));
    },
  };
}

/** Keeps this process alive while the command decides what Ctrl-C means; gives the way back. */
function lendTerminal({ toolDirectories }: HostFacts): () => void {
  const takeBack = rememberTerminal(toolDirectories);
  const ignore = () => {};
  for (const signal of FROM_TERMINAL) process.on(signal, ignore);
  return () => {
    takeBack();
    for (const signal of FROM_TERMINAL) process.off(signal, ignore);
  };
}
