import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { GcPlan } from '../../../src/contracts/garbage.ts';
import type { Store } from '../../../src/contracts/store.ts';
import { makeTestStore, openTestStore, storeProgram } from '../test-store.ts';
import { addArchive, collectSettled, idsOf, makeLayer, pastTheClock } from './gc-store.ts';

let fixture: Awaited<ReturnType<typeof makeTestStore>>;
let store: Store;
let root: string;
beforeEach(async () => {
  fixture = await makeTestStore();
  ({ store, root } = fixture);
});
afterEach(async () => fixture[Symbol.asyncDispose]());

const collect = (): Promise<GcPlan> => collectSettled(store);

describe('a lease', () => {
  it('keeps what is made or found while it is held, and no longer', async () => {
    const found = await makeLayer(store, 'found', { found: 'before' });
    await makeLayer(store, 'other', { other: 'not found' });
    const archive = await addArchive(store, 'before');
    await addArchive(store, 'of no use');
    await pastTheClock();
    const other = await openTestStore(root);
    await store.leased(async () => {
      expect(await store.layers.find(found.key)).toBeDefined();
      expect(await store.archives.has(archive)).toBe(true);
      await makeLayer(store, 'made', { made: 'meanwhile' });
      await addArchive(store, 'meanwhile');
      await pastTheClock();
      const removed = await other.gc({});
      expect(idsOf(removed).layers).toEqual(['other']);
      expect(removed).toMatchObject({ trees: 1, archives: 1, objects: 2 });
    });
    await other.close();
    expect(idsOf(await collect()).layers.toSorted()).toEqual(['found', 'made']);
  });

  it('keeps everything where the clock was set back while it is held', async () => {
    await store.leased(async () => {
      const [lease = ''] = fs.readdirSync(path.join(root, 'leases'));
      const before = new Date(Date.now() + 3_600_000);
      fs.utimesSync(path.join(root, 'leases', lease), before, before);
      await makeLayer(store, 'made', { made: 'by the new time' });
      expect(idsOf(await collect()).layers).toEqual([]);
    });
    expect(idsOf(await collect()).layers).toEqual(['made']);
  });

  it('keeps nothing once its holder is dead', async () => {
    const child = spawn(process.execPath, storeProgram('lease', root), { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    await pastTheClock();
    expect(idsOf(await collect()).layers).toEqual([]);
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(idsOf(await collect()).layers).toEqual(['leased']);
    expect(fs.readdirSync(path.join(root, 'leases'))).toEqual([]);
  });

  it.each(['layers', 'trees', 'archives'])('saves from %s what is found between plan and removal', async (kind) => {
    await makeLayer(store, 'layer', { file: 'content' });
    await addArchive(store, 'content of an archive');
    await pastTheClock();
    const [file] = fs
      .readdirSync(path.join(root, kind), { recursive: true, encoding: 'utf8' })
      .map((name) => path.join(root, kind, name))
      .filter((name) => fs.statSync(name).isFile());
    if (file === undefined) throw new Error('there is none');
    const plans: GcPlan[] = [];
    let removed: GcPlan | undefined;
    await store.leased(async () => {
      await pastTheClock();
      // As a finder does: one who began before the plan and finds after it.
      const onPlan = (plan: GcPlan) => void (plans.push(plan) === 1 && fs.utimesSync(file, new Date(), new Date()));
      removed = await store.gc({ onPlan });
    });
    expect(plans).toHaveLength(2);
    expect(fs.existsSync(file)).toBe(true);
    // Together, both rounds took the rest.
    const { layers = [], archives } = removed ?? {};
    expect([layers.length, archives]).toEqual([kind === 'layers' ? 0 : 1, kind === 'archives' ? 0 : 1]);
  });

  it('saves an object that is linked between plan and removal', async () => {
    await makeLayer(store, 'layer', { first: 'one', second: 'two' });
    await pastTheClock();
    const objects = fs
      .readdirSync(path.join(root, 'objects'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.includes('.'))
      .map((name) => path.join(root, 'objects', name));
    const [saved = '', lost = ''] = objects;
    const removed = await store.gc({ onPlan: () => fs.linkSync(saved, path.join(fixture.place, 'link')) });
    expect(removed).toMatchObject({ objects: 1, trees: 1 });
    expect([fs.existsSync(saved), fs.existsSync(lost)]).toEqual([true, false]);
  });
});
