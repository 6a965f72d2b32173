import { createServer } from 'node:net';

import { runSample } from '@karapace/core/testing';
import { expect, onTestFinished } from 'vitest';

import { openNamespaceBackend } from '../src/open-namespace-backend.ts';
import { makeTools } from './fixtures/make-tools.ts';
import { test } from './sandbox-test.ts';

/** Connects to the abstract socket that the argument names. */
const CONNECT = 'socket my $s, 1, 1, 0; print connect($s, pack "S a*", 1, "\\0" . $ARGV[0]) ? "in" : "out: $!"';

/** An abstract socket of the host that somebody may connect to. */
async function openCanary(): Promise<string> {
  const name = `karapace-canary-${process.pid}-${performance.now()}`;
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(`\0${name}`, resolve));
  onTestFinished(() => void server.close());
  return name;
}

test("an abstract socket of the host is out of reach, with the host's network too", async ({ box, skip }) => {
  const doctor = await box.backend.doctor();
  const { state, detail } = doctor.find(({ id }) => id === 'abstract-sockets') ?? {};
  if (state === 'warning') skip(detail);
  const spec = box.spec(['perl', '-e', CONNECT, await openCanary()], { network: 'host' });

  expect(await runSample(box.backend, spec)).toMatchObject({ code: 0, stdout: 'out: Operation not permitted' });
});

test('where it cannot be cut off, it is in reach, and everybody is told', async ({ box }) => {
  const backend = openNamespaceBackend({ toolDirectories: [await makeTools(['perl'])] });
  const spec = box.spec(['perl', '-e', CONNECT, await openCanary()], { network: 'host' });

  expect(await runSample(backend, spec)).toMatchObject({ code: 0, stdout: 'in' });
  expect((await backend.capabilities()).cutsAbstractSockets).toBe(false);
  expect((await backend.doctor()).find(({ id }) => id === 'abstract-sockets')).toMatchObject({
    state: 'warning',
    detail: expect.stringContaining('`perl` is not installed') as string,
    fix: { debianPackages: ['perl-base'] },
  });
});

test('in a network of its own there is none to reach', async ({ box }) => {
  const spec = box.spec(['perl', '-e', CONNECT, await openCanary()], { network: 'none' });

  expect(await runSample(box.backend, spec)).toMatchObject({ code: 0, stdout: 'out: Connection refused' });
});

test('abstract sockets of the session itself work', async ({ box }) => {
  const script = `socket my $l, 1, 1, 0; bind $l, pack "S a*", 1, "\\0" . $ARGV[0]; listen $l, 1; ${CONNECT}`;
  const spec = box.spec(['perl', '-e', script, `own-${process.pid}`], { network: 'host' });

  expect(await runSample(box.backend, spec)).toMatchObject({ code: 0, stdout: 'in' });
});
