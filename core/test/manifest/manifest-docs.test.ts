import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { manifestDigest } from '../../src/manifest/manifest-digest.ts';
import { manifestKeys } from '../../src/manifest/manifest-json-schema.ts';
import { normalizeManifest } from '../../src/manifest/normalize-manifest.ts';
import { parseManifestJson, parseManifestToml } from '../../src/manifest/parse-manifest.ts';

const PAGE = readFileSync(path.join(import.meta.dirname, '../../../docs/manifest.md'), 'utf8');

function examples(language: string): readonly string[] {
  return [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'gm'))].map(([, text = '']) => text);
}

/** Most examples show one key alone. */
function completed(example: string): string {
  const version = example.includes('manifest_version') ? '' : 'manifest_version = 1\n';
  const base = example.includes('[base]') ? '' : '[base]\nimage = "debian/trixie"\n';
  return `${version}${example}${base}`;
}

test.for(examples('toml'))('the example is a manifest:\n%s', async (example) => {
  await expect(parseManifestToml(completed(example), 'docs/manifest.md')).resolves.toBeDefined();
});

test('the same manifest as TOML and JSON has the same digest', async () => {
  const [toml = ''] = examples('toml');
  const [json = ''] = examples('json');
  const manifests = [await parseManifestToml(toml, 'toml'), await parseManifestJson(json, 'json')];
  const [one, other] = manifests.map((manifest) => manifestDigest(normalizeManifest(manifest)));

  expect(one).toBe(other);
});

test('the page explains every key', () => {
  const headings = [...PAGE.matchAll(/^### `(.+)`$/gm)].map(([, key]) => key);
  const tables = [
    'base',
    'system',
    'gui',
    'hardware',
    'runtime',
    'runtime.resource_limits',
    'files',
    'run',
    'policy',
    'policy.resource_limits',
  ];

  const keys = manifestKeys().filter((key) => !tables.includes(key));

  expect(new Set(headings)).toEqual(new Set(keys));
});
