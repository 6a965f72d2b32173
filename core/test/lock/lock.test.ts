import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { TreeDigest } from '../../src/contracts/ids.ts';
import type { NormalizedManifest, RunRequest } from '../../src/contracts/manifest.ts';
import { checkLockIntegrity } from '../../src/lock/check-lock.ts';
import { createLock } from '../../src/lock/create-lock.ts';
import { parseLock } from '../../src/lock/parse-lock.ts';
import { printLock } from '../../src/lock/print-lock.ts';
import { anyManifest, anyResolution } from './any-lock.ts';
import { archive, LAYERS_LOCK, LOCK, MANIFEST, pin, POLICY_LOCK, refusal, RESOLUTION } from './lock-fixture.ts';

// Not called karapace.lock: version control passes over that name.
const GOLDEN = path.join(import.meta.dirname, 'golden.lock');
const GOLDEN_LAYERS = path.join(import.meta.dirname, 'golden-layers.lock');
const GOLDEN_POLICY = path.join(import.meta.dirname, 'golden-policy.lock');

const RUN: RunRequest = { name: 'x', command: ['a', 'b "c"'], network: false, after: [] };
const FILES_PIN = { target: '/a', tree: 'ab'.repeat(32) as TreeDigest };
const WITH_FILES = createLock(
  { ...RESOLUTION, files: [FILES_PIN] },
  { ...MANIFEST, files: [{ source: 'a', target: '/a', mode: null }] },
);

describe('the file', () => {
  test('is printed as it always was, with the same identity', async () => {
    const content = printLock(LOCK);
    if (process.env['UPDATE_GOLDEN'] !== undefined) await writeFile(GOLDEN, content);

    expect(content).toBe(await readFile(GOLDEN, 'utf8'));
  });

  test('with every key is printed as it always was', async () => {
    const content = printLock(LAYERS_LOCK);
    if (process.env['UPDATE_GOLDEN'] !== undefined) await writeFile(GOLDEN_LAYERS, content);

    expect(content).toBe(await readFile(GOLDEN_LAYERS, 'utf8'));
  });

  test('with a policy is printed as it always was', async () => {
    const content = printLock(POLICY_LOCK);
    if (process.env['UPDATE_GOLDEN'] !== undefined) await writeFile(GOLDEN_POLICY, content);

    expect(content).toBe(await readFile(GOLDEN_POLICY, 'utf8'));
  });

  test('is read as what was printed, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(anyResolution, anyManifest, async (resolution, manifest) => {
        const lock = createLock(resolution, manifest);

        expect(await parseLock(printLock(lock), 'karapace.lock')).toEqual(lock);
      }),
      { numRuns: 300 },
    );
  });

  test('holds one package per line, so that a merge touches what changed', () => {
    const one = printLock(LOCK).split('\n');
    const other = printLock(
      createLock({ ...RESOLUTION, packages: [...RESOLUTION.packages, pin('jq', 'system')] }, MANIFEST),
    ).split('\n');

    expect(other.filter((line) => !one.includes(line) && !/_id = /.test(line))).toEqual([
      expect.stringContaining('name = "jq"'),
    ]);
  });

  test('pins the content of files, and is read as what was printed', async () => {
    const text = printLock(WITH_FILES);

    expect(text).toContain('  { source = "a", target = "/a" },\n');
    expect(text).toContain(`  { target = "/a", tree = "${FILES_PIN.tree}" },\n`);
    expect(await parseLock(text, 'karapace.lock')).toEqual(WITH_FILES);
  });

  test('has a run on one line', () => {
    expect(printLock(createLock(RESOLUTION, { ...MANIFEST, run: [RUN] }))).toContain(
      '  { name = "x", command = ["a", "b \\"c\\""], network = false, after = [] },\n',
    );
  });

  test.for([
    ['without the pin of a file', /^files = \[\n.*\n\]\n/m],
    ['with the pin of another file', /target = "\/a", tree/],
  ] as const)('is refused %s', async ([, pattern]) => {
    const text = printLock(WITH_FILES).replace(pattern, (found) => (found.includes('[') ? '' : 'target = "/b", tree'));

    expect(await refusal(text)).toMatchObject({ code: 'LOCK_INVALID', message: expect.stringContaining('`files`') });
  });

  test('with its lines in another order is the same lock', async () => {
    const lines = printLock(LOCK).split('\n');
    const first = lines.findIndex((line) => line.includes('"curl", version'));
    const swapped = lines.with(first, lines[first + 1] ?? '').with(first + 1, lines[first] ?? '');

    expect(swapped).not.toEqual(lines);
    expect(await parseLock(swapped.join('\n'), 'karapace.lock')).toEqual(LOCK);
  });
});

describe('the identity', () => {
  test('does not depend on the order in which things were resolved', () => {
    fc.assert(
      fc.property(anyResolution, anyManifest, (resolution, manifest) => {
        const { base, packages } = resolution;
        const parameters = Object.fromEntries(Object.entries(base.parameters).toReversed());
        const turned = {
          ...resolution,
          base: { ...base, parameters, archives: base.archives.toReversed() },
          packages: packages.toReversed(),
        };

        expect(printLock(createLock(turned, manifest))).toBe(printLock(createLock(resolution, manifest)));
      }),
      { numRuns: 300 },
    );
  });

  test('of 10,000 random locks is another one whenever a field is', () => {
    const seen = new Map<string, string>();
    const tricky = fc.string({
      minLength: 1,
      maxLength: 5,
      unit: fc.constantFrom('a', '"', ',', ':', '{', '\\', '/', ']'),
    });
    fc.assert(
      fc.property(fc.tuple(tricky, tricky, tricky, tricky), ([reference, source, parameter, name]) => {
        const base = { ...RESOLUTION.base, reference, source, parameters: { parameter }, archives: [archive(name)] };
        const { env_id } = createLock({ ...RESOLUTION, base }, MANIFEST);
        const content = JSON.stringify([reference, source, parameter, name]);

        expect(seen.get(env_id) ?? content).toBe(content);
        seen.set(env_id, content);
      }),
      { numRuns: 10_000 },
    );
  });

  test('changes with every single field', () => {
    const { base, packages } = RESOLUTION;
    const [first = pin('git', 'system'), ...rest] = packages;
    const changedPin = (change: Partial<typeof first>) =>
      createLock({ ...RESOLUTION, packages: [{ ...first, ...change }, ...rest] }, MANIFEST);
    const changedManifest = (change: Partial<NormalizedManifest>) => createLock(RESOLUTION, { ...MANIFEST, ...change });
    const locks = [
      LOCK,
      createLock({ ...RESOLUTION, ids: 'single' }, MANIFEST),
      createLock({ ...RESOLUTION, base: { ...base, tree: 'ef'.repeat(32) as typeof base.tree } }, MANIFEST),
      ...[{ version: '2' }, { arch: 'all' }, { url: 'http://mirror.example.invalid/x' }, { size: 1 }].map(changedPin),
      ...[{ sha256: 'ef'.repeat(32) }, { manager: 'x' }, { asked: 'dependency' as const }].map(changedPin),
      changedManifest({ hardware: { gpu: true, audio: true } }),
      changedManifest({ mounts: [] }),
      changedManifest({ env: { A: 'x' } }),
      changedManifest({ env: { A: 'y' } }),
      changedManifest({ run: [RUN] }),
      changedManifest({ run: [{ ...RUN, network: true }] }),
      WITH_FILES,
      createLock({ ...RESOLUTION, files: [{ ...FILES_PIN, tree: 'ef'.repeat(32) as TreeDigest }] }, WITH_FILES.intent),
      changedManifest({ runtime: { ...MANIFEST.runtime, network_isolation: true } }),
    ];

    expect(new Set(locks.map(({ env_id }) => env_id))).toHaveLength(locks.length);
  });

  test('is followed by the short id', () => {
    expect(LOCK.short_id).toBe(LOCK.env_id.slice(0, 12));
  });
});

describe('what a plugin resolved wrongly is refused by the plugin’s name', () => {
  test.for([
    [{ sha256: 'AB'.repeat(32) }, 'sha256'],
    [{ size: -1 }, 'size'],
    [{ size: 1.5 }, 'size'],
    [{ url: 'file://etc/passwd' }, 'address'],
    [{ url: 'http://me:secret@mirror.example.invalid/x' }, 'address'],
    [{ version: '1 2' }, 'version'],
    [{ name: '' }, 'name'],
  ] as const)('%j', ([change, named]) => {
    const packages = [{ ...pin('git', 'system'), ...change }];

    expect(() => createLock({ ...RESOLUTION, packages }, MANIFEST)).toThrow(
      expect.objectContaining({
        code: 'PLUGIN_INVALID',
        message: expect.stringMatching(new RegExp(`packages-apt.*${named}`)),
      }),
    );
  });

  test('a package pinned twice', () => {
    const packages = [pin('git', 'system'), pin('git', 'dependency')];

    expect(() => createLock({ ...RESOLUTION, packages }, MANIFEST)).toThrow('pinned `git 1:1.0~rc1-1+b2 amd64` twice');
  });
});

describe('integrity', () => {
  test('a version changed by hand is refused', async () => {
    const changed = printLock(LOCK).replace('1:1.0~rc1-1+b2', '1:1.0~rc1-1+b3');

    expect(await refusal(changed)).toMatchObject({
      code: 'LOCK_INVALID',
      message: 'The `env_id` of the lock is not that of its content: it was edited or badly merged',
      place: { file: 'karapace.lock', line: 6, column: 10 },
    });
  });

  test('a short id of another environment is refused', () => {
    expect(() => checkLockIntegrity({ ...LOCK, short_id: '000000000000' })).toThrow('`short_id`');
    expect(() => checkLockIntegrity(LOCK)).not.toThrow();
  });

  test.for([
    ['size = 4000', 'size = -1', '`packages[0].size` must be a number of bytes'],
    ['size = 4000', 'size = 1.5', '`packages[0].size` must be'],
    ['http://mirror', 'file://mirror', '.url` must be an http, https or file address'],
    ['http://mirror', 'file:mirror', '.url` must be an http, https or file address'],
    ['http://mirror', 'ftp://mirror', '.url` must be an http, https or file address'],
    ['ids = "full"', 'ids = "some"', '`ids` must be `full` or `single`'],
    ['ids = "full"', 'ids = 1', '`ids` must be'],
    [`tree = "${'cd'.repeat(32)}"`, 'tree = "../x"', '`base.tree` must be 64 hexadecimal digits'],
    ['short_id', 'shorter_id', 'There is no key `shorter_id`'],
    ['asked = "gui"', 'asked = "me"', '`packages[3].asked` must be'],
    ['name = "git"', 'name = "curl"', '`packages[1]` must be in its list once'],
    ['gpu = false', 'gpu = "false"', '`intent.hardware.gpu` must be'],
    ['lock_version = 3', 'lock_version = "3"', '`lock_version` must be `3`'],
    ['lock_version = 3\n', '', 'The key `lock_version` is missing'],
    ['tree = ', 'tree == ', 'This is not TOML'],
    ['[base]', '[base]\n[base]', 'The key `base` is given twice'],
    ['[base]', '<<<<<<< HEAD\n[base]', 'merge conflict'],
  ] as const)('%s written as %s is named, with a place and the way out', async ([was, is, message]) => {
    const content = printLock(LOCK);
    expect(content).toContain(was);

    expect(await refusal(content.replace(was, is))).toMatchObject({
      code: 'LOCK_INVALID',
      message: expect.stringContaining(message),
      place: { file: 'karapace.lock', line: expect.any(Number), column: expect.any(Number) },
    });
  });

  test('a path with spaces is one word of the command that is proposed', async () => {
    await expect(parseLock('<<<<<<< HEAD\n', "/it's here/karapace.lock")).rejects.toMatchObject({
      hint: expect.stringContaining(String.raw`'/it'\''s here/karapace.lock'`),
    });
    await expect(parseLock('lock_version = 2\n', '/my project/karapace.lock')).rejects.toMatchObject({
      hint: expect.stringContaining("`mv '/my project/karapace.lock' '/my project/karapace.lock.old'`"),
    });
  });

  test('credentials in an address are not shown', async () => {
    const content = printLock(LOCK).replace('http://mirror', 'http://me:secret@mirror');

    expect(await refusal(content)).toMatchObject({
      code: 'LOCK_INVALID',
      message: expect.not.stringContaining('secret'),
      hint: expect.not.stringContaining('secret'),
    });
  });
});
