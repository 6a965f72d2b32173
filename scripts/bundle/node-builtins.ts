import promises from 'node:fs/promises';
import { isBuiltin } from 'node:module';

import type { Plugin } from 'rolldown';

const IMPORTED = '\0builtin:';
const REQUIRED = '\0required-builtin:';

/**
 * Takes Node's own modules by `process.getBuiltinModule`. An `import` reads every export of the module once, and thereby
 * loads what most programs never use: `node:fs` has getters behind which are streams, promises and the reading of lines.
 */
export function nodeBuiltins(): Plugin {
  return {
    name: 'node-builtins',
    resolveId(id, _importer, { kind }) {
      if (!isBuiltin(id)) return undefined;
      return { id: (kind === 'require-call' ? REQUIRED : IMPORTED) + id, moduleSideEffects: false };
    },
    load: {
      filter: { id: new RegExp(`^(?:${IMPORTED}|${REQUIRED})`) },
      handler: (id) =>
        id.startsWith(REQUIRED)
          ? `module.exports = process.getBuiltinModule('${id.slice(REQUIRED.length)}');`
          : printModule(id.slice(IMPORTED.length)),
    },
  };
}

/** Of its exports, those that nobody imports are not in the bundle. */
function printModule(name: string): string {
  if (name.endsWith('fs/promises')) return printPromises();
  const names = Object.keys(process.getBuiltinModule(name) as object).filter((key) => key !== 'default');
  return [
    `const builtin = /* @__PURE__ */ process.getBuiltinModule('${name}');`,
    'const pick = (name) => builtin[name];',
    ...names.map((key) => `export const ${key} = /* @__PURE__ */ pick('${key}');`),
    'export default builtin;',
  ].join('\n');
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
