import path from 'node:path';
import { expect, it } from 'vitest';

import { makePlace, openTestStore, removePlace } from '../test-store.ts';
import { pastTheClock } from './gc-store.ts';
import { makeManyObjects } from './many-objects.ts';

it('takes many objects in several slices, and keeps as many', async () => {
  const place = makePlace();
  const root = path.join(place, 'store');
  await makeManyObjects(root, { trees: 5, needed: 2, objectsPerTree: 3_000 });
  await pastTheClock();
  const store = await openTestStore(root);
  expect(await store.gc({})).toMatchObject({ trees: 3, objects: 9_000 });
  expect(await store.gc({})).toMatchObject({ trees: 0, objects: 0 });
  await store.close();
  removePlace(place);
});
