import { once } from 'node:events';
import module, { createRequire } from 'node:module';
import process from 'node:process';
import { isNativeError } from 'node:util/types';
import vm from 'node:vm';

import { hasCode } from '../store/system-error.ts';

/**
 * Evaluates a module. Ctrl-C ends one that never ends, and goes on to whoever listens for it; `process.exit` is an error,
 * since nobody would know that the command was not done.
 */
export async function runConfigModule(file: string, url: string): Promise<unknown> {
  using _forbidden = forbidExit();
  try {
    evaluate(file);
  } catch (error) {
    if (isInterrupted(error)) await passOnInterrupt();
    // It has an `await` at its top, so Node cannot evaluate it at once.
    if (!hasCode(error, 'ERR_REQUIRE_ASYNC_MODULE')) throw error;
  }
  // What was evaluated is not evaluated again.
  return (await import(/* @vite-ignore */ url)) as unknown;
}

/** While this runs nothing else does, handlers of signals neither: Node itself watches for the interrupt. */
function evaluate(file: string): void {
  const load = (): unknown => createRequire(file)(file);
  vm.runInNewContext('load()', { load }, { breakOnSigint: true });
}

/** The error is of the script's context, so it is no `Error` of ours. */
function isInterrupted(error: unknown): boolean {
  return isNativeError(error) && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED';
}

async function passOnInterrupt(): Promise<void> {
  const heard = process.listenerCount('SIGINT') > 0 ? once(process, 'SIGINT') : undefined;
  process.kill(process.pid, 'SIGINT');
  await heard;
}

function forbidExit(): Disposable {
  const before = Object.getOwnPropertyDescriptor(process, 'exit') ?? {};
  const define = (exit: PropertyDescriptor): void => {
    Object.defineProperty(process, 'exit', exit);
    // For those who import it by its name.
    module.syncBuiltinESMExports();
  };
  const value = (): never => {
    throw new Error('it calls `process.exit`');
  };
  define({ ...before, value });
  return { [Symbol.dispose]: () => define(before) };
}
