import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { IdSpace } from '../../src/contracts/backend.ts';
import { openStore } from '../../src/store/open-store.ts';
import { hashFiles } from '../../src/build/hash-pool.ts';
import { makePlace, removePlace, testIdSpace, testIds } from './test-store.ts';

const MUCH = 257 * 1024 * 1024;

let place: string;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => removePlace(place));

async function consumeWith(
  command: (program: readonly string[]) => readonly string[],
  fill: (directory: string) => void = () => undefined,
): Promise<unknown> {
  const space = testIdSpace(testIds);
  const wrap = (program: readonly string[]) => space.wrap(command(program));
  const store = await openStore(path.join(place, 'store'), { idSpace: async () => ({ ...space, wrap }) });
  try {
    await using scratch = await store.scratch(testIds);
    const directory = await scratch.make('root');
    fill(directory);
    return await store.trees.consume(directory, testIds);
  } finally {
    await store.close();
  }
}

describe('the process that works on trees', () => {
  it('that cannot start is one error with the reason', async () => {
    const failing = consumeWith(() => ['sh', '-c', 'echo no namespaces here >&2; exit 3']);
    await expect(failing).rejects.toMatchObject({
      code: 'NAMESPACE_DENIED',
      message: expect.stringContaining('ended with code 3') as string,
      cause: new Error('no namespaces here'),
    });
    await expect(consumeWith(() => [path.join(place, 'missing')])).rejects.toMatchObject({ code: 'NAMESPACE_DENIED' });
  });

  it('is not started again for work that comes after the store was closed', async () => {
    const store = await openStore(path.join(place, 'store'), { idSpace: async (ids) => testIdSpace(ids) });
    await store.close();

    await expect(store.trees.digest(place, testIds)).rejects.toThrow('The store is closed');
  });

  it('is started anew by whoever asks after it could not start', async () => {
    let asked = 0;
    const idSpace = async (): Promise<IdSpace> => {
      asked += 1;
      if (asked === 1) throw new Error('no ids');
      return testIdSpace(testIds);
    };
    const store = await openStore(path.join(place, 'store'), { idSpace });
    const directory = path.join(place, 'empty');
    fs.mkdirSync(directory);

    await expect(store.trees.digest(directory, testIds)).rejects.toThrow('no ids');
    expect(await store.trees.digest(directory, testIds)).toMatchObject({ entries: 1 });
    await store.close();
  });

  it('that is killed is one error, and closing the store does not wait for it', async () => {
    const failing = consumeWith((program) => ['sh', '-c', '"$@" & sleep 0.1; kill -9 $!; wait $!', 'sh', ...program]);
    await expect(failing).rejects.toMatchObject({ code: 'NAMESPACE_DENIED' });
  });

  it('works where 32 files may be open, on so much that there would be threads for it', async () => {
    const fill = (directory: string): void => {
      fs.writeFileSync(path.join(directory, 'large'), '');
      fs.truncateSync(path.join(directory, 'large'), MUCH);
    };
    const consuming = consumeWith((program) => ['prlimit', '--nofile=32', ...program], fill);
    await expect(consuming).resolves.toMatchObject({ entries: 2, bytes: MUCH });
  });

  it('refuses an id space in which the store does not belong to id 0', async () => {
    const others = consumeWith((program) => ['unshare', '--user', '--map-user=1', '--map-group=1', '--', ...program]);
    await expect(others).rejects.toMatchObject({
      code: 'NAMESPACE_DENIED',
      message: expect.stringContaining('is not id 0') as string,
    });
  });
});

describe('hashing', () => {
  it('of a file above a mebibyte is the same as of its bytes, and a file that grew is an error', async () => {
    const file = path.join(place, 'large');
    const content = Buffer.alloc(1024 * 1024 + 1, 'x');
    fs.writeFileSync(file, content);
    const { blake3 } = await import('@noble/hashes/blake3.js');
    expect(await hashFiles([[file, content.length]])).toEqual([Buffer.from(blake3(content)).toString('hex')]);
    await expect(hashFiles([[file, content.length - 1]])).rejects.toThrow('changes while it is hashed');
    fs.writeFileSync(file, 'small');
    await expect(hashFiles([[file, 4]])).rejects.toThrow('changes while it is hashed');
  });
});
