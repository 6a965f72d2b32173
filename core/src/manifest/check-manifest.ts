import type { Manifest } from '../contracts/manifest.ts';
import { KarapaceError } from '../errors.ts';
import { placeOf, printPath, printValue, type DataPath, type ManifestSource } from './manifest-source.ts';

/**
 * Checks every key of a manifest, and gives a copy that holds nothing else.
 *
 * @throws KarapaceError `MANIFEST_INVALID` for what is wrong first in the order of the file
 */
export async function checkManifest(value: unknown, source: ManifestSource): Promise<Manifest> {
  checkVersion(value, source);
  checkNames(value, source);
  const { manifestSchema } = await import('./manifest-schema.ts');
  const result = manifestSchema.safeParse(value);
  if (result.success) {
    const { $schema: _forEditors, ...manifest } = result.data;
    return manifest;
  }
  const [{ firstProblem }, { manifestKeys }] = await Promise.all([
    import('./first-problem.ts'),
    import('./manifest-json-schema.ts'),
  ]);
  const checked = { subject: 'The manifest', value, source, knownKeys: manifestKeys() };
  const { message, ...details } = firstProblem(result.error.issues, checked);
  throw new KarapaceError('MANIFEST_INVALID', message, details);
}

/** Comes before all else: the keys of another version mean nothing here. */
function checkVersion(value: unknown, source: ManifestSource): void {
  if (typeof value !== 'object' || value === null || !('manifest_version' in value)) return;
  const { manifest_version: version } = value;
  if (typeof version !== 'number' || version === 1) return;
  throw new KarapaceError(
    'MANIFEST_INVALID',
    `The manifest has version ${printValue(version)}, and only version \`1\` is known`,
    {
      place: placeOf(source, ['manifest_version'], 'value'),
      hint: 'Write `manifest_version = 1`; if the manifest is of a newer Karapace, upgrade with `npm install karapace@latest`.',
    },
  );
}

/** `__proto__` is no name for anything: it would be lost or do harm in an ordinary object. */
function checkNames(value: unknown, source: ManifestSource): void {
  const found = findName(value, '__proto__', []);
  if (found === undefined) return;
  throw new KarapaceError('MANIFEST_INVALID', `The key \`${printPath(found)}\` cannot be used`, {
    place: placeOf(source, found, 'key'),
    hint: 'Choose another name.',
  });
}

/** Deeper than the keys of a manifest go, nothing is known and all is refused anyway. */
const DEEPEST = 4;

function findName(value: unknown, name: string, path: DataPath): DataPath | undefined {
  if (typeof value !== 'object' || value === null || path.length > DEEPEST) return undefined;
  if (Object.hasOwn(value, name)) return [...path, name];
  for (const [key, inside] of Object.entries(value)) {
    const found = findName(inside, name, [...path, Array.isArray(value) ? Number(key) : key]);
    if (found !== undefined) return found;
  }
  return undefined;
}
