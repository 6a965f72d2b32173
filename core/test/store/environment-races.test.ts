import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Store } from '../../src/contracts/store.ts';
import { readEnvironmentRecord } from '../../src/store/environment-record.ts';
import { listForGc } from '../../src/store/gc/list-environments.ts';
import { getEnvironment } from '../../src/store/get-environment.ts';
import { encodeRecord } from '../../src/store/record.ts';
import { openStoreCore } from '../../src/store/store-core.ts';
import { storeLayout } from '../../src/store/store-layout.ts';
import { surveyEnvironments } from '../../src/store/survey-environments.ts';
import { inspectStore } from '../../src/store/verify/inspect-store.ts';
import { makePlace, openTestStore, removePlace, testEnvironment, testIdSpace } from './test-store.ts';

let place: string;
let root: string;
let store: Store;
beforeEach(async () => {
  place = makePlace();
  root = path.join(place, 'store');
  store = await openTestStore(root);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await store.close();
  removePlace(place);
});

const one = testEnvironment('1', 'one');
const id = one.lock.env_id;

describe('an environment that somebody destroyed a moment ago', () => {
  it('gets no name, and nothing is decided that could not be finished', async () => {
    await store.environments.put(one);
    await store.environments.destroy(id);
    const renamed = store.environments.rename(id, { from: undefined, to: 'two' });
    await expect(renamed).rejects.toMatchObject({ code: 'ENVIRONMENT_NOT_FOUND' });
    expect(fs.readdirSync(path.join(root, 'names'))).toEqual([]);
    expect(await store.environments.list()).toEqual([]);
  });

  it('has no changes, and is no damage', async () => {
    await store.environments.put(one);
    await store.environments.destroy(id);
    await expect(store.environments.changes(id)).rejects.toMatchObject({ code: 'ENVIRONMENT_NOT_FOUND' });
  });
});

describe('an environment that is destroyed while somebody looks', () => {
  const home = () => path.join(root, 'environments', id);
  const goAway = () => fs.renameSync(home(), path.join(root, 'journal', `destroyed-${id}`));
  /** What gc reads, without what it finishes before. */
  const forGc = () => listForGc(openStoreCore(root, { idSpace: async (ids) => testIdSpace(ids) }));
  beforeEach(async () => void (await store.environments.put(one)));

  it('is no damage before its names are gone', async () => {
    const layout = storeLayout(root);
    goAway();
    expect(surveyEnvironments(layout)).toEqual({ environments: [], damaged: [] });
    expect(await forGc()).toEqual([]);
    expect(inspectStore(layout).tally.found).toEqual([]);
    const notFound = expect.objectContaining({ code: 'ENVIRONMENT_NOT_FOUND' }) as unknown;
    expect(() => getEnvironment(layout, 'one')).toThrow(notFound);
  });

  it('is no damage where its name is given to another', async () => {
    const other = await store.environments.put(testEnvironment('2', 'two'));
    const list = fs.readdirSync;
    vi.spyOn(fs, 'readdirSync').mockImplementation(((directory: string, options: undefined) => {
      if (directory === path.join(root, 'environments') && fs.existsSync(home())) {
        fs.renameSync(home(), path.join(root, 'tmp', 'aside'));
        fs.writeFileSync(path.join(root, 'names', 'one'), encodeRecord('name', { env_id: other.env_id, name: 'one' }));
      }
      return list(directory, options);
    }) as typeof fs.readdirSync);
    expect((await forGc()).map((each) => each.id)).toEqual([other.env_id]);
  });

  it.each<[string, (() => void) | undefined, string | undefined]>([
    ['is none', undefined, undefined],
    ['and made again is there', () => fs.renameSync(path.join(root, 'journal', `destroyed-${id}`), home()), id],
  ])('between its two records %s', (_what, comeBack, expected) => {
    const open = fs.openSync;
    vi.spyOn(fs, 'openSync')
      .mockImplementationOnce(open)
      .mockImplementationOnce((...args) => {
        goAway();
        try {
          return open(...args);
        } finally {
          comeBack?.();
        }
      });
    expect(readEnvironmentRecord(storeLayout(root), id)?.env_id).toBe(expected);
  });
});

describe('what differs', () => {
  it('is of the generation that is there in the end, where one is replaced while somebody looks', async () => {
    await store.environments.put(one);
    const upper = (generation: number) => path.join(root, 'environments', id, `gen-${generation}`, 'upper');
    fs.writeFileSync(path.join(upper(1), 'old'), 'old');
    const looking = store.environments.changes(id);
    const { generation } = await store.environments.put({ ...one, fresh: true });
    fs.writeFileSync(path.join(upper(generation), 'new'), 'new');
    // Looked at once more, or not yet begun: the old generation is never half of it.
    const files = (await looking).map((change) => change.path).filter((name) => name !== '/');
    expect([[], ['/new']]).toContainEqual(files);
  });

  it('that cannot be compared is said in words of its own', async () => {
    await store.environments.put(one);
    const { generation } = await store.environments.get('one');
    const upper = path.join(root, 'environments', id, `gen-${generation}`, 'upper');
    fs.rmdirSync(upper);
    await expect(store.environments.changes(id)).rejects.toMatchObject({
      code: 'DIFF_FAILED',
      message: '`/` cannot be compared: it cannot be read (no such file or directory)',
    });
    fs.mkdirSync(upper);
  });
});

describe('changes at the same time', () => {
  it('are all there: a mark and a build of the same environment in another project', async () => {
    await store.environments.put(one);
    for (let round = 0; round < 8; round += 1) {
      const project = `/project-${round}`;
      const archived = round % 2 === 0;
      await Promise.all([store.environments.mark(id, { archived }), store.environments.put({ ...one, project })]);
      expect(await store.environments.get('one')).toMatchObject({ project, archived });
    }
  });

  it('never give an environment a new generation beside somebody who is in it', async () => {
    for (let round = 0; round < 3; round += 1) {
      const fresh = { ...one, fresh: true };
      const made = await Promise.allSettled([store.environments.put(one), store.environments.put(fresh)]);
      expect(made.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
      const open = await store.environments.open(id);
      await expect(store.environments.put(fresh)).rejects.toMatchObject({ code: 'ENVIRONMENT_BUSY' });
      expect(fs.existsSync(open.upper)).toBe(true);
      await open[Symbol.asyncDispose]();
      await store.environments.destroy(id);
    }
  });
});

describe('the names of the environment that a project had before', () => {
  const next = { ...testEnvironment('2', undefined), fresh: true, replaces: id };

  it('go on meaning the environment of the project', async () => {
    await store.environments.put(one);
    expect(await store.environments.put(next)).toMatchObject({ names: ['one'] });
    expect(await store.environments.find(id)).toMatchObject({ names: [] });
  });

  it('are those it has in the end', async () => {
    await store.environments.put(one);
    const renamed = store.environments.rename(id, { from: 'one', to: 'other' });
    const [{ names }] = await Promise.all([store.environments.put(next), Promise.allSettled([renamed])]);
    expect(['one', 'other']).toContain(names.join());
    expect(fs.readdirSync(path.join(root, 'names'))).toHaveLength(1);
  });

  it('stay where they are if it is of another project by now', async () => {
    await store.environments.put({ ...one, project: '/other' });
    expect(await store.environments.put(next)).toMatchObject({ names: [] });
    expect(await store.environments.get('one')).toMatchObject({ env_id: id });
  });
});
