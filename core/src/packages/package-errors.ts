import { KarapaceError } from '../errors.ts';
import { outputTail } from './output-tail.ts';
import { quoteNames } from './package-names.ts';

/** `PACKAGE_UNKNOWN` for a version that a package does not come in. */
export function unknownVersion(
  { name, version }: { readonly name: string; readonly version: string },
  versions: readonly string[],
): KarapaceError {
  return new KarapaceError('PACKAGE_UNKNOWN', `Package \`${name}\` has no version \`${version}\``, {
    hint: `Ask for \`${name}\` alone, or for one of these versions: ${quoteNames(versions)}.`,
  });
}

/**
 * `PACKAGE_CONFLICT`: every name is known, but no set of packages fits.
 *
 * @param reasons the tool's own, in one line
 * @param output what it printed
 */
export function conflictingPackages(reasons: string, output: string): KarapaceError {
  return new KarapaceError('PACKAGE_CONFLICT', `The packages cannot be installed together: ${reasons}`, {
    hint: 'Remove one of the packages named, or the version that it was asked for with.',
    cause: outputTail(output, 30),
  });
}
