import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { tryFileLock } from '../../src/store/file-lock.ts';
import { makePlace, removePlace } from './test-store.ts';

let place: string;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => removePlace(place));

it.each<[string, (file: string) => void]>([
  ['a directory', (file) => fs.mkdirSync(file)],
  ['a link', (file) => fs.symlinkSync('/etc/passwd', file)],
])('%s in the place of a lock is damage, with a way out', (_what, make) => {
  const file = path.join(place, 'lock');
  make(file);

  expect(() => tryFileLock(file)).toThrow(
    expect.objectContaining({ code: 'STORE_CORRUPT', message: expect.stringContaining('`lock`') as unknown }),
  );
});
