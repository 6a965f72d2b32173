import { once } from 'node:events';
import module, { createRequire } from 'node:module';
import process from 'node:process';
import { isNativeError } from 'node:util/types';
import vm from 'node:vm';

import { hasCode } from '../store/system-error.ts';

/**
 * Evaluates a module. Ctrl-C ends one that never ends, and goes on to whoever listens for it; `process.exit` is an error,
 * since nobody would know that the command was not done.
 *
 * @param milliseconds how long it may keep everything else waiting
 */
export async function runConfigModule(file: string, url: string, milliseconds: number): Promise<unknown> {
  using _forbidden = forbidExit();
  try {
    evaluate(file, milliseconds);
  } catch (error) {
    if (isEndedBy('ERR_SCRIPT_EXECUTION_TIMEOUT', error)) throw takesTooLong(milliseconds, error);
    if (isEndedBy('ERR_SCRIPT_EXECUTION_INTERRUPTED', error)) await passOnInterrupt();
    // It has an `await` at its top, so Node cannot evaluate it at once.
    if (!hasCode(error, 'ERR_REQUIRE_ASYNC_MODULE')) throw error;
  }
  // What was evaluated is not evaluated again.
  return (await import(/* @vite-ignore */ url)) as unknown;
}

export function takesTooLong(milliseconds: number, cause?: unknown): Error {
  return new Error(`it takes longer than ${milliseconds / 1000} seconds`, { cause });
}

/**
 * While this runs nothing else does, neither timers nor handlers of signals: Node itself watches for the interrupt and
 * for the end of the time, after which a SIGTERM that came meanwhile is heard.
 */
function evaluate(file: string, milliseconds: number): void {
  const load = (): unknown => createRequire(file)(file);
  vm.runInNewContext('load()', { load }, { breakOnSigint: true, timeout: milliseconds });
}

/** The error is of the script's context, so it is no `Error` of ours. */
function isEndedBy(code: string, error: unknown): boolean {
  return isNativeError(error) && 'code' in error && error.code === code;
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
