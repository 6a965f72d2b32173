import { KarapaceError } from '../../src/errors.ts';
import { parseManifestToml } from '../../src/manifest/parse-manifest.ts';

export const HEAD = 'manifest_version = 1\n[base]\nimage = "debian/trixie"\n';

/** What a person is told of a manifest that has to be refused. */
export async function refusal(text: string, parse = parseManifestToml): Promise<Record<string, unknown>> {
  const error: unknown = await parse(text, 'karapace.toml').then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof KarapaceError)) throw new TypeError(`not refused as it should be: ${String(error)}`);
  const { line, column } = error.place ?? {};
  return { code: error.code, message: error.message, at: `${line}:${column}`, hint: error.hint };
}
