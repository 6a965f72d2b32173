import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import { KarapaceError } from '../errors.ts';
import { placeInStack } from './place-in-stack.ts';
import { runConfigModule, takesTooLong } from './run-config-module.ts';

/** A manifest is data; a module that takes longer waits for something that does not come. */
const MAX_MILLISECONDS = 10_000;

/**
 * Runs a config module and gives what it exports by default. Node strips the types of a TypeScript one.
 *
 * @throws KarapaceError `CONFIG_INVALID` at the line that failed, where the error tells
 */
export async function importConfig(file: string, milliseconds = MAX_MILLISECONDS): Promise<unknown> {
  const module = await importModule(file, milliseconds);
  if (module['default'] !== undefined) return module['default'];
  throw new KarapaceError('CONFIG_INVALID', `\`${file}\` exports no manifest`, {
    place: { file },
    hint: 'Write `export default defineConfig({ … })`, with `defineConfig` from `@karapace/core`.',
  });
}

async function importModule(file: string, milliseconds: number): Promise<Readonly<Record<string, unknown>>> {
  // The timer also keeps the process alive, which would end in silence while nothing else is left to do.
  const timeout = new AbortController();
  const late = sleep(milliseconds, undefined, { signal: timeout.signal }).then(() => {
    throw takesTooLong(milliseconds);
  });
  try {
    const module: unknown = await Promise.race([runConfigModule(file, pathToFileURL(file).href, milliseconds), late]);
    return module as Readonly<Record<string, unknown>>;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new KarapaceError('CONFIG_INVALID', `\`${file}\` failed while it was loaded: ${reason}`, {
      place: placeInStack(error, file),
      cause: error,
      hint: isMissingModule(error)
        ? 'Run `npm install` in the project.'
        : 'Mend the file; it is run as an ES module by Node.',
    });
  } finally {
    late.catch(() => undefined);
    timeout.abort();
  }
}

function isMissingModule(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
}
