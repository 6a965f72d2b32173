import promises from 'node:fs/promises';
import { isBuiltin } from 'node:module';

import type { Plugin } from 'rolldown';

const MARK = '\0builtin:';

/**
 * Takes Node's own modules by `process.getBuiltinModule`. An `import` reads every export of the module once, and thereby
 * loads what most programs never use: `node:fs` has getters behind which are streams, promises and the reading of lines.
 */
export function nodeBuiltins(): Plugin {
  return {
    name: 'node-builtins',
    resolveId: (id) => (isBuiltin(id) ? { id: MARK + id, moduleSideEffects: false } : undefined),
    load: {
      filter: { id: new RegExp(`^${MARK}`) },
      handler: (id) => printModule(id.slice(MARK.length)),
    },
  };
}

function printModule(name: string): string {
  if (name.endsWith('fs/promises')) return printPromises();
  return `module.exports = process.getBuiltinModule('${name}');`;
}

/** Loaded when the first of its functions is called: it brings streams and the reading of lines along. */
function printPromises(): string {
  const functions = Object.entries(promises).filter(([, value]) => typeof value === 'function');
  return [
    `const load = () => process.getBuiltinModule('node:fs/promises');`,
    ...functions.map(([name]) => `export const ${name} = (...args) => load().${name}(...args);`),
    'export const { constants } = process.getBuiltinModule("node:fs");',
  ].join('\n');
}
