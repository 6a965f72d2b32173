import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Store } from '../../src/contracts/store.ts';
import { encodeRecord } from '../../src/store/record.ts';
import { newer } from './newer-record.ts';
import { makePlace, openTestStore, removePlace, runInIdSpace, testEnvironment, testIds } from './test-store.ts';

let place: string;
let root: string;
beforeEach(() => {
  place = makePlace();
  root = path.join(place, 'store');
});
afterEach(() => removePlace(place));

async function withStore<T>(action: (store: Store) => Promise<T>): Promise<T> {
  const store = await openTestStore(root);
  try {
    return await action(store);
  } finally {
    await store.close();
  }
}

const write = (store: Store) => store.environments.put(testEnvironment('1', 'one'));

describe('opening a store', () => {
  it('makes nothing until something is written', async () => {
    await withStore(async (store) => {
      expect(await store.environments.list()).toEqual([]);
      await expect(store.environments.get('none')).rejects.toMatchObject({ code: 'ENVIRONMENT_NOT_FOUND' });
      expect(
        await store.archives.has({ sha256: '0'.repeat(64), size: 1, name: 'a', version: '1', arch: 'all', url: '' }),
      ).toBe(false);
    });
    expect(fs.existsSync(root)).toBe(false);
  });

  it('makes a private directory with one id, at the first write', async () => {
    const id = await withStore(async (store) => {
      const before = store.id;
      await write(store);
      expect(store.id).toBe(before);
      return before;
    });
    expect(fs.statSync(root).mode & 0o7777).toBe(0o700);
    expect(fs.readdirSync(path.join(root, 'objects'))).toHaveLength(256);
    await withStore(async (store) => expect(store.id).toBe(id));
  });

  it('by two at once makes one store', async () => {
    const [left, right] = await Promise.all([openTestStore(root), openTestStore(root)]);
    await Promise.all([
      left.environments.put(testEnvironment('1', 'one')),
      right.environments.put(testEnvironment('2', 'two')),
    ]);
    expect(left.id).toBe(right.id);
    expect((await left.environments.list()).map(({ names }) => names[0])).toEqual(['one', 'two']);
    await left.close();
    await right.close();
  });

  it('goes on where making it was interrupted', async () => {
    await withStore(write);
    await withStore((store) => store.environments.destroy(testEnvironment('1', 'one').lock.env_id));
    fs.rmSync(path.join(root, 'format'));
    fs.rmSync(path.join(root, 'trees'), { recursive: true });
    await withStore(write);
    expect(fs.existsSync(path.join(root, 'format'))).toBe(true);
  });

  it.each<[string, string | undefined, string]>([
    ['of a later version', newer('store', { what: 'ever' }), 'STORE_VERSION'],
    ['whose version was changed', encodeRecord('store', { store_id: 'x' }).replace(' v2 ', ' v3 '), 'STORE_CORRUPT'],
    ['of version 0', '0', 'STORE_VERSION'],
    ['of text', 'hello', 'STORE_VERSION'],
    ['empty', '', 'STORE_VERSION'],
    ['missing', undefined, 'STORE_VERSION'],
    ['of a wrong checksum', encodeRecord('store', { store_id: 'x' }).replace('"x"', '"y"'), 'STORE_CORRUPT'],
  ])('with a format %s changes nothing', async (_what, text, code) => {
    await withStore(write);
    const format = path.join(root, 'format');
    fs.rmSync(format);
    if (text !== undefined) fs.writeFileSync(format, text);
    fs.mkdirSync(path.join(root, 'tmp', 'left'));
    await expect(openTestStore(root)).rejects.toMatchObject({ code });
    expect(fs.existsSync(path.join(root, 'tmp', 'left'))).toBe(true);
  });

  it('refuses a directory with other things in it', async () => {
    fs.mkdirSync(root);
    fs.writeFileSync(path.join(root, 'thesis.txt'), '');
    await expect(openTestStore(root)).rejects.toMatchObject({ code: 'STORE_VERSION' });
  });

  it('refuses what others may write to', async () => {
    await withStore(write);
    for (const mode of [0o770, 0o702]) {
      fs.chmodSync(root, mode);
      await expect(openTestStore(root)).rejects.toMatchObject({ code: 'STORE_FOREIGN' });
    }
  });

  it('refuses symbolic links in the place of its directories', async () => {
    await withStore(write);
    fs.renameSync(path.join(root, 'objects'), path.join(place, 'objects'));
    fs.symlinkSync(path.join(place, 'objects'), path.join(root, 'objects'));
    await expect(openTestStore(root)).rejects.toMatchObject({ code: 'STORE_FOREIGN' });
    fs.symlinkSync(root, path.join(place, 'link'));
    await expect(openTestStore(path.join(place, 'link'))).rejects.toMatchObject({ code: 'STORE_FOREIGN' });
  });

  it.runIf(testIds === 'full')(
    'refuses a store of another user (needs a second id: root or a subordinate range)',
    async () => {
      await withStore(write);
      const theirs = path.join(place, 'theirs');
      fs.mkdirSync(theirs);
      runInIdSpace('chown', '1', theirs);
      await expect(openTestStore(theirs)).rejects.toMatchObject({ code: 'STORE_FOREIGN' });
      runInIdSpace('chown', '1', path.join(root, 'names'));
      await expect(openTestStore(root)).rejects.toMatchObject({ code: 'STORE_FOREIGN' });
    },
  );

  it('refuses what is no directory, and what is below such', async () => {
    fs.writeFileSync(root, '');
    await expect(openTestStore(root)).rejects.toMatchObject({ code: 'STORE_UNWRITABLE' });
    await expect(openTestStore(path.join(root, 'below'))).rejects.toMatchObject({ code: 'STORE_UNWRITABLE' });
  });

  it('refuses a place where nothing can be made', async () => {
    const store = await openTestStore('/proc/nowhere/store');
    await expect(write(store)).rejects.toMatchObject({ code: 'STORE_UNWRITABLE' });
    await store.close();
  });

  it('works once there is room, after a first write for which there was none', async () => {
    const store = await openTestStore(root);
    const full = vi.spyOn(fs, 'mkdirSync').mockImplementation(() => {
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    });
    await expect(store.leased(async () => undefined)).rejects.toMatchObject({ code: 'STORE_FULL' });
    full.mockRestore();
    expect(await store.leased(async () => 'done')).toBe('done');
    await store.close();
  });

  it('removes what a dead process left below `tmp`, and nothing of a living one', async () => {
    const living = await openTestStore(root);
    const scratch = await living.scratch(testIds);
    fs.mkdirSync(path.join(root, 'tmp', 'dead', 'inside'), { recursive: true });
    fs.writeFileSync(path.join(root, 'tmp', 'dead.lock'), '{}');
    fs.writeFileSync(path.join(root, 'tmp', 'format-1'), '');
    runInIdSpace('chmod', '000', path.join(root, 'tmp', 'dead', 'inside'));
    await withStore(write);
    expect(fs.existsSync(scratch.directory)).toBe(true);
    expect(fs.readdirSync(path.join(root, 'tmp'))).toHaveLength(2);
    await scratch[Symbol.asyncDispose]();
    await living.close();
    expect(fs.readdirSync(path.join(root, 'tmp'))).toEqual([]);
  });
});

describe('a scratch', () => {
  it('gives directories of mode 0755 under any umask, and takes all with it', async () => {
    const before = process.umask(0o077);
    await withStore(async (store) => {
      const scratch = await store.scratch(testIds);
      const made = await scratch.make('root');
      expect(fs.statSync(made).mode & 0o7777).toBe(0o755);
      runInIdSpace('sh', '-c', 'mkdir "$1/d" && touch "$1/d/f" && chmod 000 "$1/d"', 'sh', made);
      if (testIds === 'full') runInIdSpace('chown', '33:33', path.join(made, 'd'));
      await scratch[Symbol.asyncDispose]();
      expect(fs.existsSync(scratch.directory)).toBe(false);
    }).finally(() => process.umask(before));
  });
});

describe('exclusive', () => {
  it('lets one in at a time, and tells the others whom they wait for', async () => {
    await using first = Object.assign(await openTestStore(root), { [Symbol.asyncDispose]: async () => undefined });
    const second = await openTestStore(root);
    const events: string[] = [];
    const inside = Promise.withResolvers<void>();
    const leave = Promise.withResolvers<void>();
    const holding = first.exclusive('layer-1', async () => {
      inside.resolve();
      await leave.promise;
      events.push('first leaves');
    });
    await inside.promise;
    const told = Promise.withResolvers<string>();
    const waiting = second.exclusive('layer-1', async () => events.push('second enters'), { onWait: told.resolve });
    expect(await told.promise).toContain(`process ${process.pid} (`);
    await second.exclusive('layer-2', async () => events.push('other'));
    leave.resolve();
    await Promise.all([holding, waiting]);
    expect(events).toEqual(['other', 'first leaves', 'second enters']);
    expect(fs.readdirSync(path.join(root, 'locks'))).toEqual(['.environments', '.gc', '.sweep']);
    await first.close();
    await second.close();
  });

  it('stops to wait when it is told to', async () => {
    await withStore(async (store) => {
      const stop = new AbortController();
      await store.exclusive('name', async () => {
        const waiting = store.exclusive('name', async () => 'never', {
          signal: stop.signal,
          onWait: () => stop.abort(new Error('enough')),
        });
        await expect(waiting).rejects.toThrow('enough');
      });
      expect(await store.exclusive('name', async () => 'free')).toBe('free');
    });
  });

  it('is never held twice by many who come and go', async () => {
    await withStore(async (store) => {
      let inside = 0;
      let most = 0;
      const visit = () =>
        store.exclusive('door', async () => {
          inside += 1;
          most = Math.max(most, inside);
          await new Promise((resolve) => setImmediate(resolve));
          inside -= 1;
        });
      await Promise.all(Array.from({ length: 20 }, visit));
      expect(most).toBe(1);
    });
  });
});
