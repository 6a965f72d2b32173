import { KarapaceError, type ExitStatus, type LimitName, type Session, type StartOptions } from '@karapace/core';

import type { HostFacts } from './host-facts.ts';
import { launch, type Launch, type LaunchEnd } from './launch.ts';
import type { CommandStarter } from './command-starter.ts';
import type { LimitKeeper } from './limits/limit-keeper.ts';
import type { SandboxPlan } from './sandbox-plan.ts';
import { signalCommand } from './send-signal.ts';
import { rememberOwner } from './terminal-owner.ts';

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
  /** Remembers what a session does to the terminal, and gives the way back; the default is for a command that shares it. */
  readonly rememberTerminal?: ((toolDirectories: readonly string[]) => () => void) | undefined;
}

/** Executes a plan and gives the running sandbox. */
export async function runSandbox(plan: SandboxPlan, options: StartOptions, runner: SandboxRunner): Promise<Session> {
  const { facts, starter } = runner;
  options.signal?.throwIfAborted();
  const keeper = await keepLimits(plan, facts);
  const release = plan.terminal ? lendTerminal(runner) : () => {};
  const running = await launch(plan, {
    streams: options.streams,
    hold: options.hold ?? [],
    starter,
    toolDirectories: facts.toolDirectories,
    group: keeper?.group,
  }).catch(async (error: unknown) => {
    release();
    await keeper?.leave(true);
    throw error;
  });
  keeper?.watch(running.kill);
  options.signal?.addEventListener('abort', running.kill, { once: true });
  // While it was being started nobody listened.
  if (options.signal?.aborted === true) running.kill();
  const exit = running.ended
    .finally(() => {
      release();
      options.signal?.removeEventListener('abort', running.kill);
    })
    .then((end) => settle(end, { runner, keeper, uncounted: plan.limits.uncounted }));
  // Whoever waits gets the failure; nobody has to.
  exit.catch(() => {});
  await checkPrepared(running, exit).catch((error: unknown) => {
    options.signal?.throwIfAborted();
    throw error;
  });
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

interface Ending {
  readonly runner: SandboxRunner;
  readonly keeper: LimitKeeper | null;
  readonly uncounted: readonly LimitName[];
}

async function settle(end: LaunchEnd, { runner, keeper, uncounted }: Ending): Promise<ExitStatus> {
  const { exitCode } = end.status;
  const limit = keeper?.reached(exitCode);
  await keeper?.leave(exitCode !== null);
  if (limit !== undefined) return { code: exitCode ?? KILLED, limit };
  if (exitCode === null) return end.wasKilled ? { code: KILLED } : runner.explain(end);
  const mayBeWhy = exitCode !== 0 && uncounted.length > 0;
  return mayBeWhy ? { code: exitCode, uncounted } : { code: exitCode };
}

/** Nothing of it is loaded for a sandbox without limits. */
async function keepLimits(plan: SandboxPlan, facts: HostFacts): Promise<LimitKeeper | null> {
  const { groups, processes, missing } = plan.limits;
  const isPlain = groups.length + missing.length === 0 && processes.fileBytes === null && processes.processes === null;
  if (isPlain) return null;
  const { openLimitKeeper } = await import('./limits/limit-keeper.ts');
  return openLimitKeeper(plan, facts);
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
function lendTerminal({ facts, rememberTerminal = rememberOwner }: SandboxRunner): () => void {
  const takeBack = rememberTerminal(facts.toolDirectories);
  const ignore = () => {};
  for (const signal of FROM_TERMINAL) process.on(signal, ignore);
  return () => {
    takeBack();
    for (const signal of FROM_TERMINAL) process.off(signal, ignore);
  };
}
