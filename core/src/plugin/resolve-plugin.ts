import { createRequire, findPackageJSON } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Whether a specifier is a path and not a package name. */
export function isPath(specifier: string): boolean {
  return /^\.{1,2}(?:\/|$)/.test(specifier) || path.isAbsolute(specifier);
}

/**
 * The URL of a plugin's module, `undefined` where no base knows it.
 *
 * @param bases file URLs, tried in order
 */
export function resolvePlugin(specifier: string, bases: readonly string[]): string | undefined {
  for (const base of bases) {
    const file = resolveFrom(specifier, base);
    // A module of Node itself resolves to its name.
    if (file !== undefined && path.isAbsolute(file)) return pathToFileURL(file).href;
  }
  return undefined;
}

function resolveFrom(specifier: string, base: string): string | undefined {
  try {
    return createRequire(base).resolve(specifier);
  } catch (error) {
    // Packages may export to `import` alone, which `require` does not see.
    return codeOf(error) === 'ERR_PACKAGE_PATH_NOT_EXPORTED' ? resolveImportOnly(specifier, base) : undefined;
  }
}

function resolveImportOnly(name: string, base: string): string | undefined {
  const packageFile = findPackageJSON(name, base);
  if (packageFile === undefined) return undefined;
  const { exports } = createRequire(base)(packageFile) as { readonly exports?: unknown };
  const target = chooseTarget(isSubpathTable(exports) ? exports['.'] : exports);
  return target === undefined ? undefined : path.resolve(path.dirname(packageFile), target);
}

const CONDITIONS: readonly string[] = ['node', 'import', 'module-sync', 'default'];

function chooseTarget(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  if (typeof target !== 'object' || target === null) return undefined;
  for (const [condition, inner] of Object.entries(target)) {
    const chosen = CONDITIONS.includes(condition) ? chooseTarget(inner) : undefined;
    if (chosen !== undefined) return chosen;
  }
  return undefined;
}

function isSubpathTable(exports: unknown): exports is Readonly<Record<string, unknown>> {
  return typeof exports === 'object' && exports !== null && '.' in exports;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
