import { execFile } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { VERBS } from '../src/verbs.ts';
import { makeSandbox, runKarapace } from './run-karapace.ts';

const execute = promisify(execFile);
const ENVIRONMENT = { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', MANWIDTH: '80' };

test('there is a page for each command, and `man` accepts them without a warning', async () => {
  await using box = await makeSandbox();
  const options = { cwd: box.folder, environment: box.environment };

  expect(await runKarapace(['man-pages'], options)).toMatchObject({ code: 0 });
  const names = await readdir(path.join(box.folder, 'man'));
  expect(names.toSorted()).toEqual(['karapace.1', ...VERBS.map(({ name }) => `karapace-${name}.1`)].toSorted());
  const files = names.map((name) => path.join(box.folder, 'man', name));
  const { stderr } = await execute('man', ['--warnings', '-E', 'UTF-8', '-l', '-Tutf8', '-Z', ...files], {
    env: ENVIRONMENT,
    maxBuffer: 1e8,
  });
  expect(stderr).toBe('');
  const [page = ''] = files.filter((file) => file.endsWith('karapace-exec.1'));
  const { stdout } = await execute('man', ['-l', page], { env: { ...ENVIRONMENT, MANPAGER: 'cat', PAGER: 'cat' } });
  expect(stdout).toContain('karapace exec [options] [env] -- <command...>');
  expect(stdout).toContain('$ karapace exec dev -- git --version');
});

test('a directory that cannot be made is an error that names it', async () => {
  await using box = await makeSandbox();
  await writeFile(path.join(box.folder, 'file'), '');

  const { code, stderr } = await runKarapace(['man-pages', 'file/below'], {
    cwd: box.folder,
    environment: box.environment,
  });

  expect(code).toBe(1);
  expect(stderr).toContain('error[OUTPUT_FAILED]: The directory');
});
