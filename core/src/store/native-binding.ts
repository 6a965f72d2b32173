import { createRequire } from 'node:module';

import { hasCode } from './system-error.ts';

const require = createRequire(import.meta.url);

/**
 * What a package of napi-rs exports, without its own search for the library. Measured: that one asks Node for a report on
 * the whole process, which takes longer than everything else that a start loads.
 *
 * @param name of a package that re-exports what its library has
 */
export function nativeBinding<Exports>(name: string): Exports {
  const requireBeside = createRequire(require.resolve(name));
  try {
    return requireBeside(`${name}-linux-${process.arch}-gnu`) as Exports;
  } catch (error) {
    if (!hasCode(error, 'MODULE_NOT_FOUND', 'ERR_DLOPEN_FAILED')) throw error;
    // Another system or C library: the package knows them all.
    return require(name) as Exports;
  }
}
