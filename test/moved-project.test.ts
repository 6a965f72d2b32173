import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { test as base, describe, expect } from 'vitest';

import { karapace, karapaceJson, openWorkplace, type RunOptions, type Workplace } from './support/karapace.ts';

const text = (mounts: string, ...packages: readonly string[]) =>
  `manifest_version = 1\n[base]\nimage = "debian/trixie"\n[system]\npackages = ${JSON.stringify(packages)}\n[runtime]\nbackend = "mock"\n${mounts}`;
const MOUNTS = '[mounts]\nproject = ".:/workspace"\n';

interface Moving {
  readonly place: Workplace;
  readonly old: string;
  readonly now: string;
  /** The environment of the project, called `dev`, built where it was. */
  readonly built: { readonly env_id: string; readonly short_id: string };
  /** Run where the project is now. */
  readonly here: RunOptions;
}

const test = base.extend<{ moving: Moving }>({
  moving: async ({}, use) => {
    await using place = await openWorkplace();
    const old = path.dirname(await place.manifest(text(MOUNTS, 'git'), 'old'));
    const built = await karapaceJson(['build', '--name', 'dev'], { ...place, cwd: old });
    const now = path.join(place.directory, 'now');
    await use({ place, old, now, built, here: { ...place, cwd: now } });
  },
});

const said = (stderr: string): string => stderr.replaceAll(/\s+/gu, ' ');

describe('the name of a project that was moved', () => {
  test('is for the new place after a build there, which says so, once', async ({ moving }) => {
    const { old, now, here, built } = moving;
    await rename(old, now);

    const { code, stdout, stderr } = await karapace(['build'], here);

    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(`dev  ${built.short_id}`) });
    expect(said(stderr)).toBe(`warning: \`dev\` now is for ${now}: no project is in ${old} any more `);
    expect(await karapaceJson(['inspect', 'dev'], here)).toMatchObject({ env_id: built.env_id, project: now });
    expect((await karapace(['build'], here)).stderr).toBe('');
  });

  test('goes along where the manifest was edited in the new place, too', async ({ moving }) => {
    const { place, old, now, here, built } = moving;
    await rename(old, now);
    await place.manifest(text(MOUNTS, 'git', 'jq'), 'now');

    const { stderr } = await karapace(['build'], here);

    const dev = await karapaceJson(['inspect', 'dev'], here);
    expect(dev).toMatchObject({ project: now });
    expect(dev.env_id).not.toBe(built.env_id);
    expect(stderr).toContain(`\`dev\` now means ${dev.short_id}; the environment before is ${built.short_id}`);
    expect(said(stderr)).toContain(`\`dev\` now is for ${now}`);
  });

  test('stays where a copy is built and the first is still there, or has another kind of manifest now', async ({
    moving,
  }) => {
    const { old, now, here } = moving;
    await cp(old, now, { recursive: true });

    const copied = await karapace(['build'], here);
    await rm(path.join(old, 'karapace.toml'));
    const withLock = await karapaceJson(['rebuild'], here);

    expect(copied.stderr).toContain('the same environment as');
    expect(withLock).toMatchObject({ name: null, names: ['dev'] });
    expect(await karapaceJson(['inspect', 'dev'], here)).toMatchObject({ project: old });
  });

  test('stays where the build gives another name, and where what is built is another project', async ({ moving }) => {
    const { place, old, now, here } = moving;
    await rename(old, now);

    expect(await karapaceJson(['build', '--name', 'other'], here)).toMatchObject({ names: ['dev', 'other'] });
    const elsewhere = await place.manifest(text(MOUNTS, 'curl'), 'elsewhere');
    expect(await karapaceJson(['build', elsewhere], here)).toMatchObject({ names: [] });
    expect(await karapaceJson(['inspect', 'dev'], here)).toMatchObject({ project: old });
  });
});

describe('of an environment that two projects share', () => {
  test('a build of the one without a name says how to enter it, and that works', async ({ moving }) => {
    const { place, old, now, here } = moving;
    await cp(old, now, { recursive: true });

    const { stdout } = await karapace(['build'], here);
    const next = stdout.split('\n').at(-2);

    expect(next).toBe(`Next, in ${now}: karapace enter   or: karapace exec -- <command>`);
    expect(await karapace(['exec', '--', 'pwd'], here)).toMatchObject({ code: 0, stdout: '/workspace\n' });
    expect(await karapaceJson(['inspect'], { ...place, cwd: old })).toMatchObject({ name: 'dev' });
    expect(await karapaceJson(['inspect'], here)).toMatchObject({ name: null, project: now });
  });

  test('the name is the one that was given, or that of the project one stands in', async ({ moving }) => {
    const { place, old, now, here } = moving;
    await cp(old, now, { recursive: true });
    await karapaceJson(['build', '--name', 'a-copy'], here);

    const names = async (...args: readonly string[]) => (await karapaceJson(args, here)).name;
    expect([await names('build'), await names('inspect'), await names('freeze')]).toEqual([
      'a-copy',
      'a-copy',
      'a-copy',
    ]);
    expect([await names('thaw', 'dev'), await names('inspect', 'dev')]).toEqual(['dev', 'dev']);
    expect((await karapaceJson(['build'], { ...place, cwd: old })).name).toBe('dev');
  });

  test('a name more that is given by the id is for the project where it is given, and elsewhere for none', async ({
    moving,
  }) => {
    const { place, old, now, here, built } = moving;
    await cp(old, now, { recursive: true });
    await karapaceJson(['build'], here);

    const nowhere = await karapace(['rename', built.short_id, 'more'], { ...place, cwd: '/' });
    await karapaceJson(['rename', built.short_id, 'more'], here);
    await karapaceJson(['rename', built.short_id, 'oldest'], { ...place, cwd: old });

    expect(said(nowhere.stderr)).toContain('error[ENVIRONMENT_AMBIGUOUS]');
    expect(said(nowhere.stderr)).toContain('fix: Type it in the directory of the project that the name is for.');
    expect(await karapaceJson(['inspect', 'more'], here)).toMatchObject({ project: now });
    expect(await karapaceJson(['inspect', 'oldest'], here)).toMatchObject({ project: old });
  });
});

test('a name that is given by the id is for the only project, wherever that is typed, and stays for it', async ({
  moving,
}) => {
  const { place, old, now, here, built } = moving;
  await mkdir(now);
  await writeFile(path.join(now, 'unrelated'), '');
  await karapaceJson(['rename', built.short_id, 'more'], here);
  await cp(old, now, { recursive: true });
  await karapaceJson(['build'], here);

  expect(await karapaceJson(['inspect', 'more'], place)).toMatchObject({ name: 'more', project: old });
});
