import path from 'node:path';

import { KarapaceError } from '../errors.ts';

/**
 * What a plugin's module offers: an export called `plugin`, or a factory called after the plugin's folder.
 *
 * @throws KarapaceError `PLUGIN_INVALID`
 */
export function findFactory(module: Readonly<Record<string, unknown>>, specifier: string): unknown {
  const expected = factoryName(specifier);
  const found = module['plugin'] ?? module[expected];
  if (found !== undefined) return found;
  const names = Object.keys(module).map((name) => `\`${name}\``);
  throw new KarapaceError(
    'PLUGIN_INVALID',
    `The plugin \`${specifier}\` exports neither \`${expected}\` nor \`plugin\``,
    {
      hint: `Export a factory called \`${expected}\`; ${names.length === 0 ? 'the module exports nothing' : `the module exports ${names.join(', ')}`}.`,
    },
  );
}

/** `karapace-backend-mock`, `./plugins/backend-mock.ts` and `./backend-mock/src/index.ts` all give `backendMock`. */
export function factoryName(specifier: string): string {
  const parts = specifier.split('/').filter((part) => !['', '.', '..', 'src', 'dist'].includes(part));
  const last = path.parse(parts.at(-1) ?? '').name;
  const folder = last === 'index' ? (parts.at(-2) ?? last) : last;
  return folder
    .replace(/^karapace-/, '')
    .replace(/[^A-Za-z0-9]+(.)?/g, (_, letter: string | undefined) => (letter ?? '').toUpperCase());
}
