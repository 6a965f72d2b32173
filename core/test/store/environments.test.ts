import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';

import type { EnvIdentity } from '../../src/contracts/ids.ts';
import type { Store } from '../../src/contracts/store.ts';
import { encodeRecord } from '../../src/store/record.ts';
import { makeTestStore, openTestStore, runInIdSpace, testEnvironment, testIds } from './test-store.ts';

let fixture: Awaited<ReturnType<typeof makeTestStore>>;
let store: Store;
beforeEach(async () => {
  fixture = await makeTestStore();
  store = fixture.store;
});
afterEach(async () => fixture[Symbol.asyncDispose]());

const idOf = (digit: string): EnvIdentity => testEnvironment(digit, undefined).lock.env_id;
const commit = (digit: string, name?: string) => store.environments.put(testEnvironment(digit, name));
const names = async () => (await store.environments.list()).map((each) => [each.short_id[0], ...each.names]);

describe('a name', () => {
  it('of before, without a project, stays with the one that the environment had', async () => {
    await commit('a', 'work');
    const file = path.join(fixture.root, 'names/work');
    fs.writeFileSync(file, encodeRecord('name', { env_id: idOf('a'), name: 'work' }));
    expect((await store.environments.get('work')).name_projects.get('work')).toBe('/project');
    await store.environments.put({ ...testEnvironment('a', 'other'), project: '/elsewhere' });
    const found = await store.environments.get('work');
    expect(found.project).toBe('/elsewhere');
    expect([...found.name_projects]).toEqual([
      ['other', '/elsewhere'],
      ['work', '/project'],
    ]);
  });

  it('goes on to what replaces its environment only where it was given for the same project', async () => {
    await commit('a', 'work');
    await store.environments.put({ ...testEnvironment('a', 'other'), project: '/elsewhere' });
    await store.environments.put({ ...testEnvironment('b', undefined), replaces: idOf('a') });
    expect(await names()).toEqual([
      ['a', 'other'],
      ['b', 'work'],
    ]);
  });
});

describe('environments', () => {
  it('are there once committed, also for others', async () => {
    const made = await commit('a', 'work');
    expect(made).toMatchObject({
      env_id: idOf('a'),
      short_id: 'aaaaaaaaaaaa',
      names: ['work'],
      project: '/project',
      state: 'Built',
    });
    const other = await openTestStore(fixture.root);
    expect(await other.environments.list()).toEqual([made]);
    expect(await other.environments.find(idOf('a'))).toEqual(made);
    expect(await other.environments.find(idOf('b'))).toBeUndefined();
    await other.close();
  });

  it('are listed by name, those without one last', async () => {
    await commit('c');
    await commit('a', 'zebra');
    await commit('b', 'ape');
    await commit('a', 'bear');
    expect(await names()).toEqual([['b', 'ape'], ['a', 'bear', 'zebra'], ['c']]);
  });

  it('are listed in as many reads as they and their names have records', async () => {
    for (const digit of 'abcdef') await commit(digit, `name-${digit}`);
    const open = vi.spyOn(fs, 'openSync');
    onTestFinished(() => open.mockRestore());
    expect(await store.environments.survey()).toMatchObject({ environments: { length: 6 }, damaged: [] });
    const records = open.mock.calls.filter(([file]) => /\/(?:names|environments)\//.test(String(file)));
    expect(records).toHaveLength(6 * 3);
  });

  it('are found without a look at the names of others, but where the index does not help', async () => {
    await commit('a', 'work');
    await commit('a', 'also');
    for (const digit of 'bcdef') await commit(digit, `name-${digit}`);
    const index = path.join(fixture.root, `environments/${idOf('a')}/index.json`);
    const open = vi.spyOn(fs, 'openSync');
    onTestFinished(() => open.mockRestore());
    const namesRead = async (reference: string): Promise<number> => {
      open.mockClear();
      expect((await store.environments.get(reference)).names).toEqual(['also', 'work']);
      return new Set(open.mock.calls.map(([file]) => String(file)).filter((file) => file.includes('/names/'))).size;
    };
    expect(await namesRead('work')).toBe(2);
    expect(await namesRead(idOf('a'))).toBe(2);
    // A writer is just giving it: the name is there before the index has it.
    fs.writeFileSync(index, encodeRecord('index', { env_id: idOf('a'), names: ['also'], snapshots: [] }));
    expect(await namesRead('work')).toBe(2);
    for (const damage of [
      'damaged',
      encodeRecord('index', { env_id: idOf('b'), names: [], snapshots: [] }),
      undefined,
    ]) {
      if (damage === undefined) fs.rmSync(index);
      else fs.writeFileSync(index, damage);
      expect(await namesRead(idOf('a'))).toBe(7);
    }
  });

  it('keep their upper and their birth when they are built again', async () => {
    const first = await commit('a', 'work');
    await using session = await store.environments.open(idOf('a'));
    fs.writeFileSync(path.join(session.upper, 'mine'), 'kept');
    await new Promise((resolve) => setTimeout(resolve, 2));
    const second = await store.environments.put({ ...testEnvironment('a', 'also'), project: '/moved' });
    expect(second).toMatchObject({ names: ['also', 'work'], project: '/moved', created_at: first.created_at });
    expect(second.built_at > first.built_at).toBe(true);
    expect(fs.readFileSync(path.join(session.upper, 'mine'), 'utf8')).toBe('kept');
  });

  it('lose a name to the last that is built with it', async () => {
    await commit('a', 'work');
    await commit('b', 'work');
    expect(await names()).toEqual([['b', 'work'], ['a']]);
  });

  it('are found by name, by id and by a prefix of four digits', async () => {
    await commit('a', 'work');
    await commit('b', 'play');
    for (const reference of ['work', idOf('a'), 'aaaa']) {
      expect(await store.environments.get(reference)).toMatchObject({ env_id: idOf('a') });
    }
    await expect(store.environments.get('aaa')).rejects.toMatchObject({ code: 'ENVIRONMENT_NOT_FOUND' });
  });

  it('that are not found are answered with the nearest name', async () => {
    await commit('a', 'frontend');
    await expect(store.environments.get('fronted')).rejects.toMatchObject({
      code: 'ENVIRONMENT_NOT_FOUND',
      message: 'There is no environment `fronted`',
      hint: 'Did you mean `frontend`?',
    });
    await expect(store.environments.get('../names')).rejects.toMatchObject({ code: 'ENVIRONMENT_NOT_FOUND' });
  });

  it.each([
    ['x\u001b[31m', String.raw`x\x1b[31m`],
    ['a\nb', String.raw`a\nb`],
    ['\u202eb', String.raw`\u{202e}b`],
    ['é🦊', 'é🦊'],
  ])('that are called %j are shown as %s', async (reference, shown) => {
    await expect(store.environments.get(reference)).rejects.toMatchObject({
      message: `There is no environment \`${shown}\``,
    });
    await expect(commit('a', reference)).rejects.toMatchObject({
      message: `\`${shown}\` is no name for an environment`,
    });
  });

  it('that share a prefix are named', async () => {
    await commit('ab');
    await commit('abab1');
    await expect(store.environments.get('abab')).rejects.toMatchObject({
      code: 'ENVIRONMENT_AMBIGUOUS',
      message: expect.stringContaining('`abab1abab1abab1a`') as string,
    });
  });

  it.each(['', 'a b', '../x', '-rf', 'a/b', 'ü', 'x'.repeat(65), 'cafe', 'a'.repeat(64)])(
    'refuse the name %j',
    async (name) => {
      await expect(commit('a', name)).rejects.toMatchObject({ code: 'NAME_INVALID' });
      expect(fs.existsSync(path.join(fixture.root, 'environments'))).toBe(false);
    },
  );

  it.each(['a', 'abc', 'Cafe', 'dev', '_', 'x'.repeat(64)])('take the name %j', async (name) => {
    expect((await commit('a', name)).names).toEqual([name]);
  });

  it('have an upper of mode 0755 that belongs to id 0', async () => {
    await commit('a');
    await using session = await store.environments.open(idOf('a'));
    expect(runInIdSpace('stat', '-c', '%a %u %g', session.upper)).toBe('755 0 0\n');
  });

  it('lose one of several names alone, for good, and never the last', async () => {
    await commit('a', 'dev');
    await commit('a', 'web');
    await commit('b', 'play');
    expect(await store.environments.removeName('web', idOf('a'))).toEqual(['dev']);
    const other = await openTestStore(fixture.root);
    expect((await other.environments.get('dev')).names).toEqual(['dev']);
    await expect(other.environments.get('web')).rejects.toMatchObject({ code: 'ENVIRONMENT_NOT_FOUND' });
    await other.close();
    expect(await store.environments.removeName('dev', idOf('a'))).toEqual([]);
    const moved = store.environments.removeName('play', idOf('a'));
    await expect(moved).rejects.toMatchObject({ code: 'ENVIRONMENT_NOT_FOUND' });
    expect(await names()).toEqual([
      ['a', 'dev'],
      ['b', 'play'],
    ]);
  });

  it('go with their names and all that is in their upper', async () => {
    await commit('a', 'work');
    await commit('b', 'play');
    {
      await using session = await store.environments.open(idOf('a'));
      runInIdSpace(
        'sh',
        '-c',
        'mkdir "$1/d" "$2/work" && touch "$1/d/f" && chmod 000 "$1/d" "$2/work"',
        'sh',
        session.upper,
        session.work,
      );
      if (testIds === 'full') runInIdSpace('chown', '-R', '1000:1000', path.join(session.upper, 'd'));
    }
    await store.environments.destroy(idOf('a'));
    expect(await names()).toEqual([['b', 'play']]);
    expect(fs.readdirSync(path.join(fixture.root, 'environments'))).toEqual([idOf('b')]);
    await expect(store.environments.destroy(idOf('a'))).rejects.toMatchObject({ code: 'ENVIRONMENT_NOT_FOUND' });
    await store.close();
    expect(fs.readdirSync(path.join(fixture.root, 'tmp'))).toEqual([]);
  });
});
