import fs from 'node:fs';
import path from 'node:path';

import type { EnvIdentity } from '../../src/contracts/ids.ts';
import { openTestStore, testEnvironment } from './test-store.ts';

// Changes environments without end, and reports what is done once it is done: `node life-program.ts <store>`.
const [root = ''] = process.argv.slice(2);
const tell = (event: object): void => void fs.writeSync(1, `${JSON.stringify(event)}\n`);

const store = await openTestStore(root);
const { environments } = store;
const A = 'a'.repeat(64) as EnvIdentity;
const B = 'b'.repeat(64) as EnvIdentity;

async function write(name: string, text: string): Promise<void> {
  const { generation } = await environments.get(A);
  fs.writeFileSync(path.join(root, 'environments', A, `gen-${generation}`, 'upper', name), text);
}

// The one before may have been stopped between its two names.
const left = await environments.find(A);
if (left?.names.includes('play') === true) await environments.rename(A, { from: 'play', to: 'work' });

for (let round = 0; ; round += 1) {
  await environments.put({ ...testEnvironment('a', 'work'), fresh: true });
  await write('note', `${process.pid} ${round}`);
  const { snapshot } = await environments.commit(A, `round ${round}`);
  tell({ snapshot: snapshot.snapshot_id, tree: snapshot.tree });
  await write('note', 'changed');
  await environments.restore(A, snapshot.snapshot_id);
  tell({ restored: snapshot.tree });
  await environments.rename(A, { from: 'work', to: 'play' });
  await environments.mark(A, { frozen: round % 2 === 0 });
  await environments.mark(A, { frozen: false });
  await environments.rename(A, { from: 'play', to: 'work' });
  tell({ destroyed: false });
  await environments.put({ ...testEnvironment('b', 'one'), names: ['one', 'two'] });
  tell({ built: true });
  tell({ destroying: true });
  await environments.destroy(B);
  tell({ destroyed: true });
  await store.gc({});
}
