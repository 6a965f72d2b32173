import { writeSync } from 'node:fs';

/** While it is there, the process cannot end as if its command were done: a plugin may end it, or wait for what never comes. */
export function tellUnfinished(): Disposable {
  const tell = (): void => {
    process.exitCode = 1;
    writeSync(
      process.stderr.fd,
      'error[PLUGIN_FAILED]: The process was ended before its command was done\nfix: Look for `process.exit` in the plugins, and in `karapace.config.ts`.\n',
    );
  };
  process.on('exit', tell);
  return { [Symbol.dispose]: () => void process.off('exit', tell) };
}
