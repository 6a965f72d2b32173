import { test as base, describe, expect } from 'vitest';

import { karapace, karapaceJson, listJson, openWorkplace, type Workplace } from './support/karapace.ts';

const MOCK =
  'manifest_version = 1\n[base]\nimage = "debian/trixie"\n[system]\npackages = ["git", "curl"]\n[runtime]\nbackend = "mock"\n';

const test = base.extend<{ place: Workplace }>({
  place: async ({}, use) => {
    await using place = await openWorkplace();
    await use(place);
  },
});

describe('an environment', () => {
  test('is committed, changed, compared and restored', async ({ place }) => {
    const { store } = place;
    const manifest = await place.manifest(MOCK);
    await karapaceJson(['build', manifest, '--name', 'dev'], place);
    await karapace(['exec', 'dev', '--', 'write', '/root/note', 'first'], place);
    const committed = await karapaceJson(['commit', 'dev', '-m', 'with a note'], { store });
    expect(await karapaceJson(['commit', 'dev'], { store })).toMatchObject({ ...committed, status: 'unchanged' });
    await karapace(['exec', 'dev', '--', 'write', '/root/note', 'second'], place);
    await karapace(['exec', 'dev', '--', 'write', '/root/more', 'x'], place);

    const { stdout } = await karapace(['diff', 'dev'], { store });
    expect(stdout).toMatch(/^\+ {2}added.* \/root\/more\n[^]*3 added, 0 modified, 0 removed\n$/mu);
    const listed = await karapace(['snapshots', 'dev'], { store });
    expect(listed.stdout).toContain('with a note');

    const restored = await karapace(['restore', 'dev', snapshotOf(committed)], { store });
    expect(restored).toMatchObject({ code: 0, stdout: expect.stringContaining('with a note') });
    expect(await karapace(['exec', 'dev', '--', 'cat', '/root/note'], place)).toMatchObject({ stdout: 'first\n' });
    expect(await karapace(['exec', 'dev', '--', 'cat', '/root/more'], place)).not.toMatchObject({ code: 0 });
  });

  // The mock refuses what real backends throw away.
  test('that is frozen keeps nothing of what is changed inside, and says so', async ({ place }) => {
    const { store } = place;
    const manifest = await place.manifest(MOCK);
    await karapaceJson(['build', manifest, '--name', 'dev'], place);
    await karapace(['exec', 'dev', '--', 'write', '/root/kept', 'yes'], place);
    expect(await karapaceJson(['freeze', 'dev'], { store })).toMatchObject({ state: 'Frozen' });

    const written = await karapace(['exec', 'dev', '--', 'write', '/root/lost', 'x'], place);
    expect(written.stderr).toContain('is frozen');
    expect(await karapace(['exec', 'dev', '--', 'cat', '/root/kept'], place)).toMatchObject({ stdout: 'yes\n' });
    expect(await karapace(['exec', 'dev', '--', 'cat', '/root/lost'], place)).not.toMatchObject({ code: 0 });
    expect(await karapace(['rebuild', manifest], place)).toMatchObject({ code: 1 });

    expect(await karapaceJson(['thaw', 'dev'], { store })).toMatchObject({ state: 'Built' });
    expect(await karapace(['exec', 'dev', '--', 'write', '/root/lost', 'now kept'], place)).toMatchObject({
      stderr: '',
    });
    expect(await karapace(['exec', 'dev', '--', 'cat', '/root/lost'], place)).toMatchObject({ stdout: 'now kept\n' });
  });

  test('that is archived is not entered until it is brought back', async ({ place }) => {
    const { store } = place;
    const manifest = await place.manifest(MOCK);
    await karapaceJson(['build', manifest, '--name', 'dev'], place);
    await karapaceJson(['archive', 'dev'], { store });

    const refused = await karapace(['exec', 'dev', '--', 'true'], place);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('ENVIRONMENT_ARCHIVED') });
    expect(await karapaceJson(['unarchive', 'dev'], { store })).toMatchObject({ state: 'Built' });
    expect(await karapace(['exec', 'dev', '--', 'true'], place)).toMatchObject({ code: 0 });
  });

  test('that is rebuilt has lost what was changed inside, and keeps its name', async ({ place }) => {
    const { store } = place;
    const manifest = await place.manifest(MOCK);
    await karapaceJson(['build', manifest, '--name', 'dev'], place);
    await karapace(['exec', 'dev', '--', 'write', '/root/note', 'gone'], place);
    expect(await karapaceJson(['rebuild', manifest], place)).toMatchObject({ status: 'built', names: ['dev'] });
    expect(await karapace(['exec', 'dev', '--', 'cat', '/root/note'], place)).not.toMatchObject({ code: 0 });

    const changed = await place.manifest(MOCK.replace('"curl"', '"curl", "jq"'));
    const other = await karapaceJson(['rebuild', changed], place);
    const listed = await listJson({ store });
    expect(listed).toMatchObject([{ env_id: other.env_id, names: ['dev'] }, { names: [] }]);
    expect(await karapaceJson(['rename', 'dev', 'work'], { store })).toMatchObject({ names: ['work'] });
  });
});

function snapshotOf(record: object): string {
  return (record as { readonly snapshot_id: string }).snapshot_id;
}
