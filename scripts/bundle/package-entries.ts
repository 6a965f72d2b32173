import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** Where a package's bundle lies, seen from its folder. */
export const BUNDLE = 'dist/bundle';

type Targets = Readonly<Record<string, { readonly default?: string } | string>>;

/**
 * What a package's `package.json` promises to be in its bundle: names without `.js`, as in `dist`. Each list is bundled by
 * itself: what others import shares its modules, and each of the package's own programs and workers stands alone.
 */
export function packageEntries(directory: string): readonly (readonly string[])[] {
  const { exports = {}, imports = {} } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as {
    readonly exports?: Targets;
    readonly imports?: Targets;
  };
  return [bundled(exports), ...bundled(imports).map((program) => [program])];
}

function bundled(targets: Targets): readonly string[] {
  return Object.values(targets)
    .map((target) => posix.relative(BUNDLE, typeof target === 'string' ? target : (target.default ?? '')))
    .filter((file) => file.endsWith('.js') && !file.startsWith('..'))
    .map((file) => file.slice(0, -'.js'.length));
}
