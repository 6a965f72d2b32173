import { writeSync } from 'node:fs';

// While a config module runs, `process.exit` is an error, and one that is stopped may never have ended.
const exit: (code: number) => never = process.exit.bind(process);

let isExpected = false;
let isStopped = false;

/** Ends the process in the middle of its command, for a reason that the person was told or need not know. */
export function endEarly(code: number): never {
  isExpected = true;
  exit(code);
}

/** The command was stopped: once it is put in order, nothing that a plugin left running keeps the process. */
export function endOnceInOrder(): void {
  isStopped = true;
}

/** To be called with the exit code of a command that is done. */
export function endIfStopped(code: number): void {
  if (isStopped) endEarly(code);
}

/** While it is there, the process cannot end as if its command were done: a plugin may end it, or wait for what never comes. */
export function tellUnfinished(): Disposable {
  const tell = (): void => {
    if (isExpected) return;
    process.exitCode = 1;
    writeSync(
      process.stderr.fd,
      'error[PLUGIN_FAILED]: The process was ended before its command was done\nfix: Look for `process.exit` in the plugins, and in `karapace.config.ts`.\n',
    );
  };
  process.on('exit', tell);
  return { [Symbol.dispose]: () => void process.off('exit', tell) };
}
