import type { Context } from './context.ts';
import { signalExitCode } from './signal-exit-code.ts';
import { endOnceInOrder } from './tell-unfinished.ts';

/** Says that a person stopped what was going on; gives the exit code that tells it to a shell. */
export async function tellStopped(
  { work, hint }: { readonly work: string; readonly hint: string },
  signal: NodeJS.Signals,
  { output }: Context,
): Promise<number> {
  const [{ KarapaceError }, { reportError }] = await Promise.all([
    import('@karapace/core'),
    import('./output/report-error.ts'),
  ]);
  endOnceInOrder();
  reportError(new KarapaceError('CANCELLED', `${work} was stopped by ${signal}`, { hint }), output);
  return signalExitCode(signal);
}
