// What apk does with these steps is not tried: Debian does not have it. What the steps do with busybox, Alpine's own, is.
import { execFileSync } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createHooks, type PackagePin } from '@karapace/core';
import { createTestTools } from '@karapace/core/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { packagesApk } from '../src/packages-apk.ts';
import { parseAsked, printAsked } from '../src/package-request.ts';
import { planInstall } from '../src/plan-install.ts';
import { parseRepositories } from '../src/repositories.ts';
import { parseSimulation } from '../src/simulated-changes.ts';

const pin = (changes: Partial<PackagePin>): PackagePin => ({
  ...{ name: 'git', version: '2.45.2-r0', arch: 'x86_64', size: 1, sha256: '0'.repeat(64) },
  ...{ url: 'https://mirror.example.invalid/git.apk', manager: 'apk', asked: 'system' },
  ...changes,
});

test('what was asked for is named to apk, and all of it is looked for afterwards', () => {
  const plan = planInstall([pin({}), pin({ name: 'pcre2', asked: 'dependency' }), pin({ name: 'vlc', asked: 'gui' })]);

  expect(plan.archiveNames).toEqual(['git-2.45.2-r0.apk', 'pcre2-2.45.2-r0.apk', 'vlc-2.45.2-r0.apk']);
  expect(plan.environment).toEqual({ KARAPACE_ASKED: 'git vlc' });
  expect(plan.steps.map((step) => step.slice(4))).toEqual([
    plan.archiveNames.map((name) => `/run/karapace/archives/${name}`),
    ['git=2.45.2-r0', 'pcre2=2.45.2-r0', 'vlc=2.45.2-r0'],
  ]);
});

test('no packages need no steps', () => {
  expect(planInstall([])).toMatchObject({ archiveNames: [], steps: [] });
});

test.each([{ name: '--root=' }, { name: '.x' }, { version: 'x' }, { version: '1/../..' }, { arch: '../../etc' }])(
  'a lock cannot smuggle an option or a path into a command: %o',
  (changes) => {
    expect(() => planInstall([pin(changes)])).toThrow(expect.objectContaining({ code: 'LOCK_INVALID' }));
  },
);

test('the archive of scripts is the same whenever it was written, and all else in it stays', async () => {
  await using tools = await createTestTools();
  const applets = execFileSync('busybox', ['--list'], { encoding: 'utf8' })
    .split('\n')
    .filter((name) => !['', 'busybox'].includes(name));
  const layers = await Promise.all(
    ['2001-01-01', '2002-02-02'].map(async (date) => {
      const layer = await tools.make();
      await mkdir(join(layer, 'bin'));
      await cp('/bin/busybox', join(layer, 'bin/busybox'));
      for (const name of applets) await symlink('busybox', join(layer, 'bin', name));
      // An apk for the check before, which says that all is installed.
      await writeFile(join(layer, 'bin/apk'), '#!/bin/sh\n', { mode: 0o755 });
      for (const name of ['lib/apk/db', 'var/log', 'etc', 'tmp', 'dev', 'proc', 'run'])
        await mkdir(join(layer, name), { recursive: true });
      const scripts = await tools.make();
      for (const name of ['b-1-r0.Q1x.post-install', 'a-1-r0.Q1y.trigger'])
        await writeFile(join(scripts, name), `#!/bin/sh\necho ${name}\n`, { mode: 0o755 });
      const file = join(layer, 'lib/apk/db/scripts.tar');
      execFileSync('tar', [
        '-cf',
        file,
        `--mtime=${date}`,
        '--format=ustar',
        '-C',
        scripts,
        'b-1-r0.Q1x.post-install',
        'a-1-r0.Q1y.trigger',
      ]);
      await writeFile(join(layer, 'var/log/apk.log'), date);
      return layer;
    }),
  );
  const [, scrub = []] = planInstall([pin({})]).steps;

  const kept = [];
  for (const lower of layers) {
    const place = await tools.make();
    const [directory, work] = [join(place, 'upper'), join(place, 'work')];
    await Promise.all([mkdir(directory), mkdir(work)]);
    const root = { kind: 'layers', lower: [lower], upper: { kind: 'directory', directory, work } } as const;
    expect(await tools.run({ root, command: scrub })).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await readFile(join(directory, 'var/log/apk.log'), 'utf8')).toBe('');
    kept.push(await readFile(join(directory, 'lib/apk/db/scripts.tar')));
  }

  expect(kept[0]).toEqual(kept[1]);
  const listed = execFileSync('tar', ['-tvf', '-'], {
    input: kept[0],
    encoding: 'utf8',
    env: { TZ: 'UTC', PATH: '/usr/bin:/bin' },
  });
  expect(listed.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^-rwxr-xr-x 0\/0 .* 1980-01-02 00:00 b-1-r0\.Q1x\.post-install$/u),
    expect.stringMatching(/^-rwxr-xr-x 0\/0 .* 1980-01-02 00:00 a-1-r0\.Q1y\.trigger$/u),
  ]);
}, 60_000);

test('changes are read in every form that apk has for them', () => {
  const printed = `( 1/12) Installing a (1-r0)
( 2/12) Upgrading b@edge (1-r0 -> 2-r0)
( 3/12) Downgrading c (2-r0 -> 1-r0)
( 4/12) Replacing d (1-r0 -> 1-r0)
( 5/12) Reinstalling e (1-r0)
( 6/12) Purging f (1-r0)
(12/12) Updating pinning g@edge (1-r0)
Executing busybox-1.36.1-r29.trigger
OK: 10 MiB in 20 packages
`;

  expect(parseSimulation(printed)).toEqual({
    added: [
      { name: 'a', version: '1-r0' },
      { name: 'b', version: '2-r0' },
      { name: 'c', version: '1-r0' },
      { name: 'd', version: '1-r0' },
      { name: 'e', version: '1-r0' },
    ],
    removed: ['f'],
  });
  expect(() => parseSimulation('(1/1) [APK unavailable, skipped] Reinstalling a (1-r0)\n')).toThrow(
    expect.objectContaining({ code: 'TOOL_FAILED' }),
  );
});

test('repositories are read with their tags, without comments', () => {
  expect(
    parseRepositories('# a comment\n\nhttps://a.example.invalid/main/\n@edge\thttp://b.example.invalid/x\n'),
  ).toEqual([
    { url: 'https://a.example.invalid/main', tag: '' },
    { url: 'http://b.example.invalid/x', tag: '@edge' },
  ]);
});

test.each([
  ...['/media/cdrom/apks', 'ftp://a.example.invalid/main', 'https://a.example.invalid/${release}/main'],
  ...[
    'v3 https://a.example.invalid main',
    'set mirror=https://a',
    'https://a.example.invalid/x.adb',
    'https://a.example.invalid main',
  ],
])('the repository `%s` is refused, with the way out', (line) => {
  expect(() => parseRepositories(line)).toThrow(
    expect.objectContaining({ code: 'MIRROR_FAILED', hint: expect.stringContaining('APKINDEX') }),
  );
});

test('what gets through is what was asked, and nothing that a shell or apk reads another way', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z0-9_+.=:~@!-]*$/u)), (text) => {
      let asked;
      try {
        [asked] = parseAsked([text]);
      } catch {
        return;
      }
      expect(asked === undefined ? undefined : printAsked(asked)).toBe(text);
      expect(text).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_.+:-]*(?:=[0-9][0-9a-z._~-]*)?$/u);
    }),
  );
});

test.each([
  { names: ['/sbin/apk', '/lib/apk/db/installed'], owned: true },
  { names: ['/usr/bin/apk', '/usr/lib/apk/db/installed'], owned: true },
  { names: ['/sbin/apk'], owned: false },
  { names: ['/sbin/apk', '/lib/apk/db/installed', '/var/lib/dpkg/info/dpkg.list'], owned: false },
])('a tree with $names is apk’s: $owned', async ({ names, owned }) => {
  const hooks = createHooks();
  packagesApk().apply({ hooks });

  const manager = await hooks.openPackageManager.promise({ has: (path) => names.includes(path) });

  expect(manager?.name).toBe(owned ? 'apk' : undefined);
});
