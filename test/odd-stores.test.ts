import { execFileSync } from 'node:child_process';
import { rename } from 'node:fs/promises';
import path from 'node:path';

import { test as base, describe, expect } from 'vitest';

import {
  karapace,
  karapaceJson,
  listJson,
  openWorkplace,
  type RunOptions,
  type Workplace,
} from './support/karapace.ts';

const MOCK =
  'manifest_version = 1\n[base]\nimage = "debian/trixie"\n[system]\npackages = ["git", "curl"]\n[runtime]\nbackend = "mock"\n';

const test = base.extend<{ place: Workplace }>({
  place: async ({}, use) => {
    await using place = await openWorkplace();
    await use(place);
  },
});

/** Everything that is done to an environment, by the command line. */
async function live(manifest: string, options: RunOptions): Promise<void> {
  const run = async (...args: readonly string[]): Promise<void> => {
    const { code, stderr } = await karapace(args, options);
    expect({ args, code, stderr: code === 0 ? '' : stderr }).toEqual({ args, code: 0, stderr: '' });
  };
  await run('build', manifest, '--name', 'dev');
  await run('exec', 'dev', '--', 'write', '/root/note', 'kept');
  await run('commit', 'dev', '-m', 'with a note');
  await run('diff', 'dev');
  await run('rebuild', manifest);
  await run('freeze', 'dev');
  await run('list');
  await run('gc');
  await run('verify-store');
}

describe('a store', () => {
  test.for([
    [
      'spaces, overlay’s separators, quotes, other letters and a line feed',
      `my: a,b\\c it's "$HOME" \`x\` Lädchen\nstore`,
    ],
    ['the look of an option', '--store'],
  ])('works at a path with %s', async ([, name = ''], { place }) => {
    await live(await place.manifest(MOCK), { store: path.join(place.directory, name) });
  });

  test('works in processes that may open 32 files', async ({ place }) => {
    await live(await place.manifest(MOCK), { ...place, prefix: ['prlimit', '--nofile=32'] });
  });

  test.for([24, 28])('says so where %d are too few, and is none the worse', async (limit, { place }) => {
    const manifest = await place.manifest(MOCK);
    await karapaceJson(['build', manifest, '--name', 'dev'], place);

    const prefix = ['prlimit', `--nofile=${limit}`];
    const other = await place.manifest(MOCK.replace('"curl"', '"wget"'), 'other');
    const { code, stderr } = await karapace(['build', other], { ...place, prefix });

    expect(stderr).toContain('error[STORE_UNREADABLE]: Too many files are open');
    expect(stderr).toContain('ulimit -n');
    expect(code).toBe(3);
    expect((await karapace(['verify-store'], place)).code).toBe(0);
  });

  test('that was copied is used as the first one is, wherever that went', async ({ place }) => {
    const manifest = await place.manifest(MOCK);
    const built = await karapaceJson(['build', manifest, '--name', 'dev'], place);
    await karapace(['exec', 'dev', '--', 'write', '/root/note', 'kept'], place);
    const snapshot = await karapaceJson(['commit', 'dev'], place);
    const copy = { store: path.join(place.directory, 'copy') };
    execFileSync('cp', ['-a', place.store, copy.store]);
    await rename(place.store, `${place.store}-away`);

    expect(await karapaceJson(['list'], copy)).toMatchObject([{ env_id: built.env_id, names: ['dev'] }]);
    expect(await karapace(['exec', 'dev', '--', 'cat', '/root/note'], copy)).toMatchObject({ stdout: 'kept\n' });
    expect(await karapaceJson(['build', manifest], copy)).toMatchObject({ status: 'unchanged' });
    expect(await karapace(['restore', 'dev', idOf(snapshot)], copy)).toMatchObject({ code: 0 });
    expect((await karapace(['verify-store'], copy)).code).toBe(0);
    await karapaceJson(['destroy', 'dev', '--yes'], copy);
    expect((await karapace(['gc'], copy)).code).toBe(0);
    expect(await listJson({ store: `${place.store}-away` })).toMatchObject([{ env_id: built.env_id }]);
  });
});

function idOf(snapshot: object): string {
  return (snapshot as { readonly snapshot_id: string }).snapshot_id;
}
