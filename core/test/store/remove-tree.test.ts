import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

test('of a link in the place of a tree only the link goes, and of a file the file', () => {
  const place = mkdtempSync(path.join(tmpdir(), 'karapace-link-'));
  mkdirSync(path.join(place, 'elsewhere'));
  for (const name of ['elsewhere/kept', 'file']) writeFileSync(path.join(place, name), '');
  symlinkSync('elsewhere', path.join(place, 'link'));

  for (const name of ['link', 'file', 'missing']) removeTree(byteString(path.join(place, name)));

  expect(readdirSync(place)).toEqual(['elsewhere']);
  expect(readdirSync(path.join(place, 'elsewhere'))).toEqual(['kept']);
  rmSync(place, { recursive: true });
});
