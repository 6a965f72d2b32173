import type { Session } from '@karapace/core';

import { signalExitCode } from './signal-exit-code.ts';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'] as const;
/** What the terminal itself sends to the command, whose foreground it is. */
const BY_TERMINAL: ReadonlySet<string> = new Set(['SIGINT', 'SIGQUIT', 'SIGWINCH']);
const ENDING: ReadonlySet<string> = new Set(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']);

type Target = Pick<Session, 'signal'>;

export interface Forwarding {
  /** From now on signals go to this session. */
  to(session: Target): void;
  /** Aborted by a signal that asks to end before there is a session. */
  readonly early: AbortSignal;
  /** What to exit with after `early`. */
  exitCode(): number;
  close(): void;
}

/**
 * Takes the signals that are meant for the command.
 *
 * @param terminal whether the command has the terminal, and thus gets the terminal's signals by itself
 */
export function forwardSignals(terminal: boolean, source: NodeJS.EventEmitter = process): Forwarding {
  const stopped = new AbortController();
  let target: Target | undefined;
  let endedBy: NodeJS.Signals = 'SIGTERM';

  function receive(signal: NodeJS.Signals): void {
    if (target !== undefined) {
      if (!terminal || !BY_TERMINAL.has(signal)) target.signal(signal);
    } else if (ENDING.has(signal)) {
      endedBy = signal;
      stopped.abort();
    }
  }
  for (const signal of FORWARDED) source.on(signal, receive);
  return {
    to(session) {
      target = session;
      // It came while the session was being started, too late to prevent it.
      if (stopped.signal.aborted) session.signal(endedBy);
    },
    early: stopped.signal,
    exitCode: () => signalExitCode(endedBy),
    close() {
      for (const signal of FORWARDED) source.removeListener(signal, receive);
    },
  };
}
