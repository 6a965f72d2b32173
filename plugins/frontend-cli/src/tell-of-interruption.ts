import { dieOf, SIGNALS } from './interruption.ts';
import { JSON_FORMAT, type Output } from './output/output.ts';

/** Each change of a store is one rename, or is undone by the next command. */
const FIX = 'Everything in the store is as it was, and nothing is half done. Type the same command again to go on.';

/**
 * Says of a command that a signal ends what it leaves behind.
 *
 * Commands that listen themselves have more to say, or pass the signal on.
 */
export function tellOfInterruption(verb: string, output: Output): void {
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (process.listenerCount(signal) > 1) return;
      const message = `\`karapace ${verb}\` was stopped by ${signal}`;
      if (output.json)
        output.printJson({ format: JSON_FORMAT, error: { code: 'CANCELLED', message, place: null, fix: FIX } });
      output.note(`${output.style('red', `error[CANCELLED]: ${message}`)}\nfix: ${FIX}`);
      dieOf(signal);
    });
  }
}
