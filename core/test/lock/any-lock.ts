import fc from 'fast-check';

import type { Resolution } from '../../src/contracts/lock.ts';
import type { NormalizedManifest } from '../../src/contracts/manifest.ts';
import type { Policy } from '../../src/contracts/policy.ts';
import { RESOLUTION } from './lock-fixture.ts';

const word = fc.oneof(
  fc.stringMatching(/^[!-~]{1,12}$/),
  fc.constantFrom('"', '\\', '",', '}', '\\u0041', 'é', '\u{1F600}', '#', "'''"),
);
const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((value) => value.isWellFormed());
const anyPin = fc.record({
  name: word,
  version: word,
  arch: fc.constantFrom('amd64', 'all'),
  url: fc.constantFrom(
    'http://mirror.example.invalid/a',
    'https://mirror.example.invalid:8080/b%20c?d=e#f',
    'file:../rootfs%20of%20mine.tar',
    'file:///images/rootfs.tar',
  ),
  size: fc.maxSafeNat(),
  sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
});
const distinct = {
  selector: (one: { name: string; version: string; arch: string }) => `${one.name} ${one.version} ${one.arch}`,
  maxLength: 6,
};
const table = fc.dictionary(
  text.filter((key) => key !== '__proto__'),
  text,
  { maxKeys: 4, noNullPrototype: true },
);
/** Resolutions with hostile text wherever a lock takes text; without files, which a manifest has to ask for. */
export const anyResolution = fc.record({
  files: fc.constant([]),
  ids: fc.constantFrom('full', 'single'),
  base: fc.record({
    reference: word,
    source: word,
    parameters: table,
    archives: fc.uniqueArray(anyPin, distinct),
    tree: fc.constant(RESOLUTION.base.tree),
  }),
  packages: fc.uniqueArray(
    fc
      .tuple(anyPin, word, fc.constantFrom('system', 'gui', 'dependency'))
      .map(([one, manager, asked]) => ({ ...one, manager, asked })),
    distinct,
  ),
}) as fc.Arbitrary<Resolution>;
const names = fc.option(fc.uniqueArray(word).map((list) => list.toSorted()));
const most = fc.option(fc.integer({ min: 2, max: 2 ** 18 }));
const anyPolicy: fc.Arbitrary<Policy> = fc.record({
  mounts: names,
  devices: fc.option(fc.subarray(['audio', 'gpu'] as const)),
  network_isolation: fc.boolean(),
  variables: names,
  resource_limits: fc.record({
    cpu_shares: most,
    memory_limit_mb: most,
    pids_limit: most,
    open_files_limit: most,
    disk_limit_mb: most,
  }),
});
const limit = fc.option(fc.integer({ min: 2, max: 2 ** 18 }));
export const anyManifest: fc.Arbitrary<NormalizedManifest> = fc.record({
  manifest_version: fc.constant(1 as const),
  base: fc.record({ image: word }),
  system: fc.record({ packages: fc.uniqueArray(word).map((names) => names.toSorted()) }),
  gui: fc.record({ apps: fc.uniqueArray(word).map((names) => names.toSorted()) }),
  hardware: fc.record({ gpu: fc.boolean(), audio: fc.boolean() }),
  mounts: fc.array(fc.record({ label: fc.constant('a'), host: text, container: text }), { maxLength: 1 }),
  env: table,
  files: fc.constant([]),
  run: fc.array(
    fc.record({
      name: word,
      command: fc.array(text),
      network: fc.boolean(),
      after: fc.uniqueArray(word).map((names) => names.toSorted()),
    }),
    { maxLength: 3 },
  ),
  policy: fc.option(anyPolicy),
  runtime: fc.record({
    backend: word,
    network_isolation: fc.boolean(),
    resource_limits: fc.record({
      cpu_shares: limit,
      memory_limit_mb: limit,
      pids_limit: limit,
      open_files_limit: limit,
      disk_limit_mb: limit,
      best_effort: fc.boolean(),
    }),
  }),
});
