import { fileURLToPath } from 'node:url';

import { KarapaceError } from '../errors.ts';
import { placeInStack } from './place-in-stack.ts';
import { isPath, resolvePlugin } from './resolve-plugin.ts';

export interface PluginModule {
  readonly url: string;
  readonly module: Readonly<Record<string, unknown>>;
}

/**
 * Finds a plugin's module and runs it.
 *
 * @throws KarapaceError `PLUGIN_NOT_FOUND`, `PLUGIN_FAILED` for a module that fails
 */
export async function importPlugin(specifier: string, bases: readonly string[]): Promise<PluginModule> {
  const url = resolvePlugin(specifier, bases);
  if (url === undefined) throw notFound(specifier, bases);
  try {
    return { url, module: (await import(/* @vite-ignore */ url)) as Readonly<Record<string, unknown>> };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new KarapaceError('PLUGIN_FAILED', `The plugin \`${specifier}\` failed while it was loaded: ${reason}`, {
      place: placeInStack(error, fileURLToPath(url)),
      cause: error,
      hint: isPath(specifier)
        ? 'Mend the file; it is run as an ES module by Node.'
        : 'Report this to the author of the plugin.',
    });
  }
}

function notFound(specifier: string, bases: readonly string[]): KarapaceError {
  const from = bases[0] === undefined ? undefined : fileURLToPath(new URL('.', bases[0]));
  return new KarapaceError(
    'PLUGIN_NOT_FOUND',
    `There is no plugin \`${specifier}\`${from === undefined ? '' : `, seen from \`${from}\``}`,
    {
      hint: isPath(specifier)
        ? 'Write the path of a module, relative to the manifest.'
        : `Install it: \`npm install --save-dev ${specifier}\`; a path starts with \`./\`.`,
    },
  );
}
