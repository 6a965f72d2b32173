import type { Manifest } from '../contracts/manifest.ts';
import { checkManifest } from './check-manifest.ts';
import { checkSize } from './check-size.ts';
import { parseJson } from './parse-json.ts';
import { parseStrictToml } from './parse-toml.ts';

/**
 * Parses and checks a TOML manifest.
 *
 * @param file for messages
 * @throws KarapaceError `MANIFEST_INVALID` with file, line, column and key
 */
export async function parseManifestToml(text: string, file: string): Promise<Manifest> {
  checkSize(text, file);
  const { value, source } = parseStrictToml(text, { file, code: 'MANIFEST_INVALID' });
  return checkManifest(value, source);
}

/** The same for JSON; of a `package.json`, `within` names the key that holds the manifest. */
export async function parseManifestJson(text: string, file: string, within?: string): Promise<Manifest> {
  checkSize(text, file);
  const { value, source } = parseJson(text, file, within);
  return checkManifest(value, source);
}
