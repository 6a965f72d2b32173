import { writeSync } from 'node:fs';

let isExpected = false;

/** Ends the process in the middle of its command, for a reason that the person was told or need not know. */
export function endEarly(code: number): never {
  isExpected = true;
  process.exit(code);
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
