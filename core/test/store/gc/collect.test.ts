import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { GcPlan } from '../../../src/contracts/garbage.ts';
import type { Store } from '../../../src/contracts/store.ts';
import { makePlace, makeTestStore, openTestStore, removePlace, testIds } from '../test-store.ts';
import {
  addArchive,
  collectSettled,
  contentOf,
  environmentOf,
  idOf,
  idsOf,
  makeLayer,
  pastTheClock,
} from './gc-store.ts';

let fixture: Awaited<ReturnType<typeof makeTestStore>>;
let store: Store;
let root: string;
beforeEach(async () => {
  fixture = await makeTestStore();
  ({ store, root } = fixture);
});
afterEach(async () => fixture[Symbol.asyncDispose]());

const collect = (): Promise<GcPlan> => collectSettled(store);

describe('gc', () => {
  it('takes what nothing needs, and keeps what something needs, to the object', async () => {
    const common = await makeLayer(store, 'common', { common: 'in both', own: 'of the base' });
    const kept = await makeLayer(store, 'kept', { shared: 'the same file', kept: 'stays' });
    const lost = await makeLayer(store, 'lost', { shared: 'the same file', lost: 'goes', big: 'x'.repeat(10_000) });
    await store.environments.put(environmentOf('a', 'work', [common, kept]));
    await store.environments.put(environmentOf('b', undefined, [common, lost]));
    const pinned = await addArchive(store, 'an archive that is pinned');
    await store.environments.put({
      ...environmentOf('c', 'pins', []),
      lock: { ...environmentOf('c', 'pins', []).lock, packages: [pinned] as never },
    });
    const unpinned = await addArchive(store, 'an archive that is not');

    const removed = await collect();

    expect(idsOf(removed)).toEqual({ environments: ['b'], layers: ['lost'] });
    expect(removed).toMatchObject({ trees: 1, checkouts: 1, archives: 1, objects: 3 });
    // What it shares with others stays, and is not counted.
    expect(removed.layers[0]?.bytes).toBe('goes'.length + 10_000);
    expect(removed.environments[0]).toMatchObject({ bytes: 'goes'.length + 10_000, project: '/nowhere' });
    expect(removed.bytes).toBeGreaterThan(10_000);
    expect((await store.environments.list()).map(({ names }) => names)).toEqual([['pins'], ['work']]);
    expect([await store.archives.has(pinned), await store.archives.has(unpinned)]).toEqual([true, false]);
    for (const tree of [common.tree, kept.tree]) {
      fs.rmSync(path.join(root, 'checkouts', tree), { recursive: true });
      await store.trees.checkout(tree, testIds);
    }
    expect(fs.readdirSync(path.join(root, 'tmp')).filter((name) => name.startsWith('discarded'))).toEqual([]);
    expect(idsOf(await collect())).toEqual({ environments: [], layers: [] });
  });

  it('shows its plan before anything goes, the heaviest first, and does exactly that', async () => {
    for (const size of [10, 3000, 200]) await makeLayer(store, `l${size}`, { file: 'x'.repeat(size) });
    await store.environments.put(environmentOf('a', undefined, []));
    await pastTheClock();
    const before = contentOf(root);

    const dry = await store.gc({ dryRun: true });
    expect(contentOf(root)).toEqual(before);
    const plans: GcPlan[] = [];
    const removed = await store.gc({
      onPlan(plan) {
        plans.push(plan);
        expect(contentOf(root)).toEqual(before);
      },
    });

    expect(idsOf(dry)).toEqual({ environments: ['a'], layers: ['l3000', 'l200', 'l10'] });
    expect(plans).toEqual([dry]);
    expect(removed).toEqual(dry);
    expect(contentOf(root).filter((line) => !/^(objects|trees)\/\w\w \d+$/.test(line))).toEqual([]);
  });

  it('reads no environment more often where many go', async () => {
    const digits = '0123456789abcdef'.split('');
    for (const digit of digits)
      await store.environments.put({ ...environmentOf(digit, undefined, []), project: '/nowhere' });
    const opened = vi.spyOn(fs, 'openSync');
    await collect();
    const records = opened.mock.calls.filter(([file]) => String(file).endsWith('/environment.json'));
    opened.mockRestore();
    expect(await store.environments.list()).toEqual([]);
    expect(records.length).toBeLessThan(5 * digits.length);
  });

  it('makes no store where there is none', async () => {
    const place = makePlace();
    const none = await openTestStore(path.join(place, 'none'));
    expect(await none.gc({})).toMatchObject({ environments: [], layers: [], objects: 0, bytes: 0 });
    expect(fs.readdirSync(place)).toEqual([]);
    await none.close();
    removePlace(place);
  });

  it('removes nothing once it is told to stop', async () => {
    await makeLayer(store, 'layer', { file: 'content' });
    await pastTheClock();
    const before = contentOf(root);
    const stop = new AbortController();
    const stopped = store.gc({ signal: stop.signal, onPlan: () => stop.abort() });
    await expect(stopped).rejects.toThrow(/abort/i);
    expect(contentOf(root)).toEqual(before);
  });

  it('says when something was last used', async () => {
    await makeLayer(store, 'layer', { file: 'content' });
    await store.environments.put(environmentOf('a', undefined, []));
    const then = new Date('2030-01-02T03:04:05Z');
    fs.utimesSync(path.join(root, 'layers', Buffer.from('layer').toString('hex').padEnd(64, '0')), then, then);
    fs.utimesSync(path.join(root, 'environments', idOf('a'), 'lock'), then, then);
    await pastTheClock();
    const { environments, layers } = await store.gc({ dryRun: true });
    expect([environments[0]?.last_used, layers[0]?.last_used]).toEqual([then.toISOString(), then.toISOString()]);
  });
});

describe('an environment without a name', () => {
  const commit = async (project = '/nowhere') => {
    await store.environments.put({ ...environmentOf('a', undefined, []), project });
    return idOf('a');
  };
  const isKept = async () => {
    await collect();
    return (await store.environments.find(idOf('a'))) !== undefined;
  };
  const projectWith = (name: string, content: string): string => {
    const project = path.join(fixture.place, 'project');
    fs.mkdirSync(project);
    // Beside it lies something that cannot be looked into.
    fs.symlinkSync('nowhere', path.join(project, 'a.lock'));
    fs.writeFileSync(path.join(project, name), content);
    return project;
  };

  it('goes', async () => {
    await commit();
    expect(await isKept()).toBe(false);
  });

  it.each(['frozen', 'archived'])('stays while it is %s', async (mark) => {
    await store.environments.mark(await commit(), { [mark]: true });
    expect(await isKept()).toBe(true);
    await store.environments.mark(idOf('a'), { [mark]: false });
    expect(await isKept()).toBe(false);
  });

  it('stays while a session is in it', async () => {
    const session = await store.environments.open(await commit());
    expect(await isKept()).toBe(true);
    await session[Symbol.asyncDispose]();
    expect(await isKept()).toBe(false);
  });

  it('stays with what was changed inside', async () => {
    {
      await using session = await store.environments.open(await commit());
      fs.writeFileSync(path.join(session.upper, 'mine'), 'kept');
    }
    expect(await isKept()).toBe(true);
  });

  it('stays with its snapshots, which can be restored', async () => {
    const layer = await makeLayer(store, 'layer', { file: 'below' });
    await store.environments.put(environmentOf('a', 'work', [layer]));
    {
      await using session = await store.environments.open(idOf('a'));
      fs.writeFileSync(path.join(session.upper, 'mine'), 'in the snapshot');
    }
    const { snapshot } = await store.environments.commit(idOf('a'), null);
    await store.environments.restore(idOf('a'), snapshot.snapshot_id);
    {
      await using session = await store.environments.open(idOf('a'));
      fs.rmSync(path.join(session.upper, 'mine'));
    }
    await store.environments.put(environmentOf('b', 'work', []));
    expect(await isKept()).toBe(true);
    await store.environments.restore(idOf('a'), snapshot.snapshot_id);
    await using session = await store.environments.open(idOf('a'));
    expect(fs.readFileSync(path.join(session.upper, 'mine'), 'utf8')).toBe('in the snapshot');
    expect(await store.layers.find(layer.key)).toBeDefined();
  });

  it('stays while a lock of its project means it', async () => {
    const project = projectWith('karapace.lock', `env_id = "${idOf('a')}"\n`);
    await commit(project);
    expect(await isKept()).toBe(true);
    fs.writeFileSync(path.join(project, 'karapace.lock'), `env_id = "${idOf('b')}"\n`);
    expect(await isKept()).toBe(false);
  });

  it('stays while nobody can say whether a lock of its project means it', async () => {
    const project = path.join(fixture.place, 'loop');
    fs.symlinkSync('loop', project);
    await commit(project);
    expect(await isKept()).toBe(true);
  });
});
