import { expect, test } from 'vitest';

import { runCommand } from '../../src/doctor/run-command.ts';

test.each([0, 1, 42, 255])('a program that ends with %d gives %d', async (code) => {
  expect(await runCommand(['sh', '-c', `exit ${code}`], { silent: true })).toBe(code);
});

test('a program that is not there gives 127', async () => {
  expect(await runCommand(['karapace-no-such-program'], { silent: true })).toBe(127);
});

test('a program that a signal ends gives 1', async () => {
  expect(await runCommand(['sh', '-c', 'kill -9 $$'], { silent: true })).toBe(1);
});
