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
      handler: (id) => `module.exports = process.getBuiltinModule('${id.slice(MARK.length)}');`,
    },
  };
}
