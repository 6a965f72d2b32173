import path from 'node:path';

import { KarapaceError, type SourcePlace } from '../errors.ts';
import type { LoadedPolicy } from './load-policies.ts';
import type { DataPath } from '../manifest/manifest-source.ts';
import { scanJson } from '../manifest/json-scan.ts';
import { sourceOfText } from '../manifest/text-positions.ts';
import { scanToml } from '../manifest/toml-scan.ts';
import { locateManifest } from '../plugin/locate-manifest.ts';
import { readManifestFile } from '../plugin/read-manifest-file.ts';
import type { Refusal } from '../policy/find-refusal.ts';

/** A refusal as people meet it: with the rule's place, and the line that would allow what was refused. */
export async function policyDenied(refusal: Refusal, policies: readonly LoadedPolicy[]): Promise<KarapaceError> {
  const { message, line, table, file, origin, absent } = refusal;
  const place = await placeOf(refusal, policies);
  const where = origin === 'project' || table !== '[policy]' ? 'the manifest' : `\`${file}\``;
  const first = absent === undefined ? '' : `Make \`${absent}\` first: a directory that is not there allows nothing. `;
  return new KarapaceError('POLICY_DENIED', message, {
    hint: `${first}Write \`${line}\` in \`${table}\` of ${where}.`,
    place,
  });
}

async function placeOf({ origin, file, path: rule }: Refusal, policies: readonly LoadedPolicy[]): Promise<SourcePlace> {
  if (origin === 'default') return { file };
  if (origin === 'project') return placeInProject(file, rule);
  const text = policies.find((policy) => policy.origin === origin)?.text ?? '';
  return { file, ...locate(file, text, rule) };
}

/** The manifest may be gone, or may be of a kind whose keys have no place. */
async function placeInProject(place: string, rule: DataPath): Promise<SourcePlace> {
  try {
    const file = await locateManifest(place, '/');
    return { file, ...locate(file, await readManifestFile(file), rule) };
  } catch (error) {
    if (error instanceof KarapaceError) return { file: place };
    throw error;
  }
}

function locate(file: string, text: string, rule: DataPath) {
  const [extension, isPackage] = [path.extname(file), path.basename(file) === 'package.json'];
  if (extension !== '.toml' && extension !== '.json') return {};
  const scan = () => (extension === '.toml' ? scanToml(text) : scanJson(text)).keys;
  return sourceOfText(file, text, scan).locate(isPackage ? ['karapace', ...rule] : rule, 'key');
}
