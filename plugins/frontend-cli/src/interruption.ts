import type { Output } from './output/output.ts';

/** Signals by which a person, or a machine that goes down, ends a command. */
export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interruption extends Disposable {
  /** Aborted by the first signal; the second one ends the process at once. */
  readonly signal: AbortSignal;
  /** Which signal it was. */
  by(): NodeJS.Signals | undefined;
}

/** Ends this process whatever it waits for; `process.exit` would wait for reads that never end. */
export function dieOf(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

/** Lets work that takes a while end in order. */
export function listenForInterruption(output: Output, source: NodeJS.EventEmitter = process): Interruption {
  const controller = new AbortController();
  let first: NodeJS.Signals | undefined;

  function receive(signal: NodeJS.Signals): void {
    if (first !== undefined) dieOf(signal);
    first = signal;
    output.note(`Stopping after ${signal}; once more stops at once.`);
    controller.abort();
  }
  for (const signal of SIGNALS) source.on(signal, receive);
  return {
    signal: controller.signal,
    by: () => first,
    [Symbol.dispose]() {
      for (const signal of SIGNALS) source.removeListener(signal, receive);
    },
  };
}
