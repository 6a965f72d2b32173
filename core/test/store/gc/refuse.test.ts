import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Store } from '../../../src/contracts/store.ts';
import { KarapaceError } from '../../../src/errors.ts';
import { makeTestStore } from '../test-store.ts';
import { addArchive, contentOf, environmentOf, idOf, makeLayer, pastTheClock } from './gc-store.ts';

let fixture: Awaited<ReturnType<typeof makeTestStore>>;
let store: Store;
let root: string;
/** Trees of what is needed and of what is not. */
let trees: { live: string; dead: string; snapshot: string };

beforeEach(async () => {
  fixture = await makeTestStore();
  ({ store, root } = fixture);
  const live = await makeLayer(store, 'live', { live: 'is needed' });
  const dead = await makeLayer(store, 'dead', { dead: 'could go' });
  const archive = await addArchive(store, 'is needed');
  const environment = environmentOf('a', 'work', [live]);
  await store.environments.put({ ...environment, lock: { ...environment.lock, packages: [archive] as never } });
  {
    await using session = await store.environments.open(idOf('a'));
    fs.writeFileSync(path.join(session.upper, 'mine'), 'in the snapshot');
  }
  const { snapshot } = await store.environments.commit(idOf('a'), null);
  await store.environments.put(environmentOf('b', undefined, [dead]));
  trees = { live: live.tree, dead: dead.tree, snapshot: snapshot.tree };
});
afterEach(async () => fixture[Symbol.asyncDispose]());

const recordOf = (kind: string, name: string) => path.join(kind, Buffer.from(name).toString('hex').padEnd(64, '0'));
const treeOf = (digest: string) => path.join('trees', digest.slice(0, 2), digest.slice(2));
const only = (directory: string) => path.join(directory, fs.readdirSync(path.join(root, directory))[0] ?? '');
const inEnvironment = (...names: string[]) => path.join('environments', idOf('a'), ...names);
const objectNamed = (content: string) => {
  const files = fs.readdirSync(path.join(root, 'objects'), { recursive: true, encoding: 'utf8' });
  const found = files
    .filter((name) => name.includes('.'))
    .find((name) => fs.readFileSync(path.join(root, 'objects', name), 'utf8') === content);
  return path.join('objects', found ?? '');
};

function flip(file: string): void {
  const place = path.join(root, file);
  const bytes = fs.readFileSync(place);
  const middle = bytes.length >> 1;
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  fs.writeFileSync(place, bytes);
}
const remove = (file: string) => fs.rmSync(path.join(root, file), { recursive: true });
const plant = (file: string) => {
  fs.mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
  fs.writeFileSync(path.join(root, file), 'what is this?');
};
const pipe = (file: string) => {
  fs.rmSync(path.join(root, file), { force: true });
  execFileSync('mkfifo', [path.join(root, file)]);
};

/** Does some damage; gives the file that is to be named. */
type Damage = () => string;
const hurt = (action: (file: string) => void, file: () => string): Damage => {
  return () => {
    action(file());
    return file();
  };
};
const gone = (file: () => string): Damage => {
  return () => {
    const name = file();
    remove(name);
    return name;
  };
};

const damages: Readonly<Record<string, Damage>> = {
  'a flipped bit in the layer of an environment': hurt(flip, () => recordOf('layers', 'live')),
  'a flipped bit in a layer that could go': hurt(flip, () => recordOf('layers', 'dead')),
  'a pipe in the place of a layer': hurt(pipe, () => recordOf('layers', 'dead')),
  'a missing layer': gone(() => recordOf('layers', 'live')),
  'a stranger among the layers': hurt(plant, () => 'layers/stranger'),
  'a flipped bit in a tree': hurt(flip, () => treeOf(trees.live)),
  'a flipped bit in a tree that could go': hurt(flip, () => treeOf(trees.dead)),
  'a flipped bit in the tree of a snapshot': hurt(flip, () => treeOf(trees.snapshot)),
  'a missing tree': gone(() => treeOf(trees.live)),
  'the missing tree of a snapshot': gone(() => treeOf(trees.snapshot)),
  'a stranger among the trees': hurt(plant, () => 'trees/00/stranger'),
  'a stranger in the place of trees': hurt(plant, () => 'trees/stranger'),
  'a missing object': gone(() => objectNamed('is needed')),
  'the missing object of a snapshot': gone(() => objectNamed('in the snapshot')),
  'a stranger among the objects': hurt(plant, () => 'objects/00/stranger'),
  'a stranger in the place of objects': hurt(plant, () => 'objects/zz'),
  'a stranger among the checkouts': hurt(plant, () => 'checkouts/stranger'),
  'a flipped bit in an archive': hurt(flip, () => only('archives')),
  'a flipped bit in a name': hurt(flip, () => 'names/work'),
  'a name without its environment': () => {
    remove(path.join('environments', idOf('a')));
    return 'names/work';
  },
  'a stranger among the names': hurt(plant, () => 'names/no.name'),
  'a flipped bit in an environment': hurt(flip, () => inEnvironment('environment.json')),
  'a missing record of an environment': gone(() => inEnvironment('environment.json')),
  'a flipped bit in the lock of an environment': hurt(flip, () => inEnvironment('lock.json')),
  'a stranger among the environments': hurt(plant, () => 'environments/stranger'),
  'a flipped bit in a snapshot': hurt(flip, () => only(inEnvironment('snapshots'))),
  'a stranger among the snapshots': hurt(plant, () => inEnvironment('snapshots', 'stranger')),
  'a missing upper': () => {
    remove(path.join('environments', idOf('b'), 'gen-1', 'upper'));
    return path.join('environments', idOf('b'), 'gen-1', 'upper');
  },
  'a stranger in the journal': hurt(plant, () => 'journal/stranger'),
  'a missing directory of objects': gone(() => 'objects/00'),
  'a missing directory of leases': gone(() => 'leases'),
  'a file in the place of a directory of trees': () => {
    plant('trees/zz');
    fs.renameSync(path.join(root, 'trees/zz'), path.join(root, 'trees/fe'));
    return 'trees/fe';
  },
  'a stranger among the leases': hurt(plant, () => 'leases/stranger'),
  'a pipe among the leases': hurt(pipe, () => 'leases/00000000-0000-0000-0000-000000000000'),
};

describe('gc removes nothing and names what is damaged:', () => {
  it('(where nothing is, it removes what could go)', async () => {
    await pastTheClock();
    const { environments, layers } = await store.gc({});
    expect([environments.length, layers.length]).toEqual([1, 1]);
  });

  it.each(Object.keys(damages))('%s', async (name) => {
    const file = damages[name]?.() ?? '';
    await pastTheClock();
    const before = contentOf(root);
    const failure: unknown = await store.gc({}).catch((error: unknown) => error);

    expect(contentOf(root)).toEqual(before);
    if (!(failure instanceof KarapaceError)) throw failure;
    expect(failure).toMatchObject({ code: 'STORE_CORRUPT', exitCode: 3 });
    expect(failure.place?.file).toBe(path.join(root, file));
  });
});
