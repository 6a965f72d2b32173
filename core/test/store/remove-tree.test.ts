import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, test } from 'vitest';

import { removeTree } from '../../src/store/remove-tree.ts';
import { byteString } from '../../src/store/system-path.ts';

test('a tree that is deeper than any path can say is removed', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'karapace-deep-ü-'));
  const script = 'name=$(printf "%0200d" 0); for step in $(seq 60); do mkdir "$name"; cd -P "./$name"; done';
  execFileSync('bash', ['-c', script], { cwd: directory });

  removeTree(byteString(directory));

  expect(existsSync(directory)).toBe(false);
});
