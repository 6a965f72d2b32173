import { expect } from 'vitest';

import { endOf, startClient } from './fixtures/start-client.ts';
import { test } from './sandbox-test.ts';

test('each of the 256 exit codes arrives', async ({ box }) => {
  const codes = Array.from({ length: 256 }, (_, code) => code);
  const found: number[] = [];
  // A few at a time: each is half a dozen processes.
  const next = async (): Promise<void> => {
    for (let code = codes.pop(); code !== undefined; code = codes.pop()) {
      found[code] = (await box.shell(`exit ${code}`)).code;
    }
  };
  await Promise.all(Array.from({ length: 4 }, next));

  expect(found).toEqual(Array.from({ length: 256 }, (_, code) => code));
});

test('a command that a signal ends gives 128 and its number', async ({ box }) => {
  const numbers = [1, 2, 3, 4, 6, 8, 9, 11, 13, 14, 15, 24, 25, 31];
  const runs = await Promise.all(numbers.map((number) => box.shell(`kill -${number} $$; sleep 60`)));

  expect(runs.map(({ code }) => code)).toEqual(numbers.map((number) => 128 + number));
});

test('codes and signals arrive on inherited streams too', async ({ box }) => {
  expect(await endOf(startClient(box.spec(['sh', '-c', 'exit 42'])))).toMatchObject({ code: 42 });
  expect(await endOf(startClient(box.spec(['sh', '-c', 'kill -9 $$'])))).toMatchObject({ code: 137 });
});

test.for(['/etc/passwd', '/etc', '/etc/passwd/below'])(
  '`%s`, which cannot be executed, gives 126',
  async (path, { box }) => {
    expect(await endOf(startClient(box.spec([path])))).toMatchObject({
      code: 126,
      stderr: expect.stringContaining(path) as string,
    });
  },
);

test('a working directory that is missing is an error and no exit code', async ({ box }) => {
  await expect(box.shell('true', { workingDirectory: '/no/such' })).rejects.toMatchObject({
    code: 'SANDBOX_FAILED',
    message: expect.stringContaining('/no/such') as string,
  });
});
