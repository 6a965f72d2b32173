import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { checkManifest } from '../../src/manifest/check-manifest.ts';
import { manifestDigest } from '../../src/manifest/manifest-digest.ts';
import { sourceWithoutPositions } from '../../src/manifest/manifest-source.ts';
import { normalizeManifest } from '../../src/manifest/normalize-manifest.ts';
import { parseManifestJson, parseManifestToml } from '../../src/manifest/parse-manifest.ts';
import { parseMount } from '../../src/manifest/parse-mount.ts';

const MINIMAL = { manifest_version: 1, base: { image: 'debian/trixie' } } as const;

test('every default is filled in', () => {
  expect(normalizeManifest(MINIMAL)).toEqual({
    manifest_version: 1,
    base: { image: 'debian/trixie' },
    system: { packages: [] },
    gui: { apps: [] },
    hardware: { gpu: false, audio: false },
    mounts: [],
    env: {},
    files: [],
    run: [],
    policy: null,
    runtime: {
      backend: 'namespace',
      network_isolation: false,
      resource_limits: {
        cpu_shares: null,
        memory_limit_mb: null,
        pids_limit: null,
        open_files_limit: null,
        disk_limit_mb: null,
        best_effort: false,
      },
    },
  });
});

test('lists are sorted by code unit and hold everything once', () => {
  const { system, mounts } = normalizeManifest({
    ...MINIMAL,
    system: { packages: ['zsh', 'Git', 'git', 'zsh', 'a-b', 'a'] },
    mounts: { b: '/b:/b', B: '/c:/c', a: '/a:/a' },
  });

  expect(system.packages).toEqual(['Git', 'a', 'a-b', 'git', 'zsh']);
  expect(mounts.map(({ label }) => label)).toEqual(['B', 'a', 'b']);
});

test('the order in which packages are written does not change the digest', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z][a-z0-9+.-]{0,5}$/)), (packages) => {
      const digest = (list: readonly string[]) =>
        manifestDigest(normalizeManifest({ ...MINIMAL, system: { packages: list } }));

      expect(digest([...packages.toReversed(), ...packages])).toBe(digest(packages));
    }),
  );
});

test('TOML, JSON, package.json and a module with the same content have the same digest', async () => {
  const value = { ...MINIMAL, mounts: { x: '~/x:/x/' }, runtime: { resource_limits: { cpu_shares: 1024 } } };
  const toml =
    'manifest_version = 1\nbase.image = "debian/trixie"\nmounts = { x = "~/x:/x" }\n[runtime.resource_limits]\ncpu_shares = 0x400\n';
  const manifests = [
    await parseManifestToml(toml, 'karapace.toml'),
    await parseManifestJson(JSON.stringify({ $schema: './schema.json', ...value }), 'karapace.config.json'),
    await parseManifestJson(JSON.stringify({ name: 'x', karapace: value }), 'package.json', 'karapace'),
    await checkManifest(value, sourceWithoutPositions('karapace.config.ts')),
  ];

  expect(new Set(manifests.map((manifest) => manifestDigest(normalizeManifest(manifest))))).toHaveLength(1);
});

test('the digest of a known manifest never changes', () => {
  expect(manifestDigest(normalizeManifest(MINIMAL))).toMatchInlineSnapshot(
    `"fbdc9d89850d2f6dd8b3334518c703c81dc63e8be4eb3daed556b9d1553ed584"`,
  );
});

test('each limit has its part in the digest', () => {
  const limits = [{}, { cpu_shares: 64 }, { pids_limit: 64 }, { open_files_limit: 64 }, { disk_limit_mb: 64 }];
  const all = [...limits, { best_effort: true }, { pids_limit: 64, best_effort: true }];
  const digests = all.map((resource_limits) =>
    manifestDigest(normalizeManifest({ ...MINIMAL, runtime: { resource_limits } })),
  );

  expect(new Set(digests)).toHaveLength(all.length);
});

describe('a mount', () => {
  test.for([
    ['/srv/x:/x', '/srv/x', '/x'],
    ['~:/home/me', '~', '/home/me'],
    ['~/a b:/x', '~/a b', '/x'],
    ['.:/x', '.', '/x'],
    ['..:/x', '..', '/x'],
    ['./a:b:/x', './a:b', '/x'],
    ['./a:/b:/x', './a:/b', '/x'],
    ['../x:/x//y/./z/', '../x', '/x/y/z'],
    ['./x://x', './x', '/x'],
    ['./x:/procedures', './x', '/procedures'],
  ] as const)('%s is read', ([text, host, container]) => {
    expect(parseMount('label', text)).toEqual({ label: 'label', host, container });
  });

  test.for([
    '',
    'x',
    '/x',
    './x:',
    './x:y',
    'x:/x',
    ':/x',
    '~user/x:/x',
    '/homeevil:../x',
    '.hidden:/x',
    './x:/',
    './x:/./',
    './x://',
    './x:/..',
    './x:/a/../b',
    './x:/../etc',
    './x:/proc',
    './x:/proc/1',
    './x:/./proc',
    './x://proc',
    './x:/tmp',
    './x:/run/',
    '/:/host',
    '/proc:/p',
    '/proc/../proc/sys:/p',
    '/sys/:/s',
    '/dev/dri:/d',
    './x:/sys/fs',
    './x:/dev/',
    './x:/x:ro',
    './x:/a\nb',
    './\u0000:/x',
  ])('%j is refused', (text) => {
    expect(parseMount('label', text)).toHaveProperty('expected');
  });
});
