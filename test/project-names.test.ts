import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { test as base, describe, expect } from 'vitest';

import { karapace, karapaceJson, listJson, openWorkplace, type Workplace } from './support/karapace.ts';

const text = (...packages: readonly string[]) =>
  `manifest_version = 1\n[base]\nimage = "debian/trixie"\n[system]\npackages = ${JSON.stringify(packages)}\n[runtime]\nbackend = "mock"\n`;

const test = base.extend<{ place: Workplace }>({
  place: async ({}, use) => {
    await using place = await openWorkplace();
    await use(place);
  },
});

describe("the name of a project's environment", () => {
  test('means what a build makes of the edited manifest, aloud, and the environment before stays', async ({
    place,
  }) => {
    const first = await karapaceJson(['build', await place.manifest(text('git')), '--name', 'dev'], place);
    await karapace(['exec', 'dev', '--', 'write', '/root/note', 'old'], place);

    const { stderr, stdout } = await karapace(['build', await place.manifest(text('git', 'jq'))], place);
    const second = await karapaceJson(['inspect', 'dev'], place);
    expect(second.env_id).not.toBe(first.env_id);
    expect(stdout).toContain(`dev  ${second.short_id}`);
    expect(stderr).toContain(
      `warning: \`dev\` now means ${second.short_id}; the environment before is ${first.short_id}\n`,
    );
    await karapaceJson(['gc'], place);
    const kept = await karapace(['exec', first.short_id, '--', 'cat', '/root/note'], place);
    expect(kept).toMatchObject({ stdout: 'old\n' });

    const again = await karapace(['build', await place.manifest(text('git', 'jq'))], place);
    expect(again).toMatchObject({ stderr: expect.not.stringContaining('now means') });
    expect(await karapaceJson(['build', await place.manifest(text('git'))], place)).toMatchObject({
      ...{ env_id: first.env_id, names: ['dev'] },
    });
  });

  test('follows a build whose lock was written by `add` before', async ({ place }) => {
    const manifest = await place.manifest(text('git'));
    await karapaceJson(['build', manifest, '--name', 'dev'], place);
    await karapaceJson(['add', 'jq', '--manifest', manifest], place);

    const { env_id } = await karapaceJson(['build', manifest], place);
    expect(await karapaceJson(['inspect', 'dev'], place)).toMatchObject({ env_id });
  });

  test('follows a build of which nothing is left to do', async ({ place }) => {
    const manifest = await place.manifest(text('git'));
    const lock = path.join(path.dirname(manifest), 'karapace.lock');
    const first = await karapaceJson(['build', manifest, '--name', 'dev'], place);
    const committed = await readFile(lock, 'utf8');
    expect(await karapaceJson(['build', await place.manifest(text('jq'))], place)).toMatchObject({ names: ['dev'] });
    await place.manifest(text('git'));
    await writeFile(lock, committed);

    expect(await karapaceJson(['build', manifest], place)).toMatchObject({
      ...{ status: 'unchanged', env_id: first.env_id, names: ['dev'] },
    });
  });

  test('stays where the new environment has a name of its own', async ({ place }) => {
    const one = await karapaceJson(['build', await place.manifest(text('git')), '--name', 'one'], place);
    const two = await karapaceJson(['build', await place.manifest(text('jq')), '--name', 'two'], place);
    expect(await karapaceJson(['build', await place.manifest(text('git'))], place)).toMatchObject({ names: ['one'] });

    const listed = await listJson(place);
    const names = new Map(listed.map(({ env_id, name }) => [env_id, name]));
    expect([names.get(one.env_id), names.get(two.env_id)]).toEqual(['one', 'two']);
  });

  test('is no hindrance where the environment before is damaged', async ({ place }) => {
    const { env_id } = await karapaceJson(['build', await place.manifest(text('git')), '--name', 'dev'], place);
    await writeFile(path.join(place.store, 'environments', env_id, 'environment.json'), 'damaged');

    expect(await karapaceJson(['build', await place.manifest(text('jq'))], place)).toMatchObject({
      ...{ status: 'built', names: [] },
    });
  });

  test('is not taken by another manifest of its directory', async ({ place }) => {
    const manifest = await place.manifest(text('git'));
    const { env_id } = await karapaceJson(['build', manifest, '--name', 'dev'], place);
    const other = path.join(path.dirname(manifest), 'other.toml');
    await writeFile(other, text('jq'));

    expect(await karapaceJson(['build', other], place)).toMatchObject({ names: [] });
    expect(await karapaceJson(['inspect', 'dev'], place)).toMatchObject({ env_id });
  });
});
