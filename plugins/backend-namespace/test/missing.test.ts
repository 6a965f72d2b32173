import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { runSample } from '@karapace/core/testing';
import { expect, onTestFinished } from 'vitest';

import { openNamespaceBackend } from '../src/open-namespace-backend.ts';
import { makeTools } from './fixtures/make-tools.ts';
import { clientCommand } from './fixtures/start-client.ts';
import { test } from './sandbox-test.ts';

const run = promisify(execFile);
test.for(['bwrap', 'unshare', 'setpriv'])('a missing `%s` is named, with the way to it', async (tool, { box }) => {
  const backend = openNamespaceBackend({ toolDirectories: [await makeTools([tool])] });

  await expect(runSample(backend, box.spec(['true']))).rejects.toMatchObject({
    code: 'TOOL_MISSING',
    message: expect.stringContaining(tool) as string,
    hint: expect.stringContaining('karapace doctor --fix') as string,
  });
  expect((await backend.doctor()).find(({ id }) => id === tool)).toMatchObject({
    state: 'failed',
    fix: { debianPackages: [expect.any(String)] },
  });
});

test('a kernel without user namespaces is named with the setting', async ({ box }) => {
  // Inside a user namespace of its own, root can set the limit for what is below.
  const script = 'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"';
  const client = clientCommand(box.spec(['true'], { ids: 'single' }));
  const failed = run('unshare', ['--user', '--map-root-user', 'sh', '-c', script, 'sh', ...client]);

  await expect(failed).rejects.toMatchObject({
    code: 99,
    stderr: expect.stringMatching(/^error\[NAMESPACE_DENIED\]: .*`user\.max_user_namespaces` is 0/u) as string,
  });
});

test('where the kernel has no overlayfs, fuse-overlayfs is used and announced', async ({ box, skip }) => {
  if (process.geteuid?.() !== 0) skip('an ordinary user has no access to /dev/fuse here');
  const mount =
    'case "$*" in *overlay*) echo "mount: unknown filesystem type" >&2; exit 32;; esac; exec /usr/bin/mount "$@"';
  const directory = await makeTools([], { mount });
  const backend = openNamespaceBackend({ toolDirectories: [directory] });

  const doctor = await backend.doctor();
  expect(doctor.find(({ id }) => id === 'overlayfs')).toMatchObject({
    state: 'warning',
    detail: expect.stringContaining('fuse-overlayfs') as string,
  });
  expect(await runSample(backend, box.spec(['sh', '-c', 'echo x >/srv/x; cat /srv/x']))).toMatchObject({
    code: 0,
    stdout: 'x\n',
  });
});

test('fuse-overlayfs keeps nothing of the places of mounts either', async ({ box, skip }) => {
  if (process.geteuid?.() !== 0) skip('an ordinary user has no access to /dev/fuse here');
  const mount =
    'case "$*" in *overlay*) echo "mount: unknown filesystem type" >&2; exit 32;; esac; exec /usr/bin/mount "$@"';
  const backend = openNamespaceBackend({ toolDirectories: [await makeTools([], { mount })] });
  const directory = await mkdtemp(join(tmpdir(), 'karapace-kept-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const made of ['upper', 'work']) await mkdir(join(directory, made));
  const upper = { kind: 'directory', directory: join(directory, 'upper'), work: join(directory, 'work') } as const;
  const root = { kind: 'layers', lower: [box.root], upper } as const;
  const mounts = ['/made/deep', '/srv/deep'].map((target) => ({ source: box.root, target, readOnly: true }));

  const spec = box.spec(['sh', '-c', 'ls -d /made/deep/bin /srv/deep/bin'], { root, mounts });
  expect(await runSample(backend, spec)).toMatchObject({ code: 0, stdout: '/made/deep/bin\n/srv/deep/bin\n' });
  expect(await readdir(upper.directory)).toEqual([]);
});

test('a root that fuse-overlayfs serves is not shared: a second session is refused', async ({ box, skip }) => {
  if (process.geteuid?.() !== 0) skip('an ordinary user has no access to /dev/fuse here');
  const mount =
    'case "$*" in *overlay*) echo "mount: unknown filesystem type" >&2; exit 32;; esac; exec /usr/bin/mount "$@"';
  const backend = openNamespaceBackend({ toolDirectories: [await makeTools([], { mount })] });
  const streams = { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' } as const;
  const first = await backend.start(box.spec(['sleep', '600']), { streams });
  const stat = await readFile(`/proc/${first.pid}/stat`, 'latin1');
  const start_time = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';

  const second = backend.start(box.spec(['true']), { streams, join: { pid: first.pid, start_time } });
  await expect(second).rejects.toMatchObject({
    code: 'ENVIRONMENT_BUSY',
    message: expect.stringContaining('fuse-overlayfs') as string,
  });
  await first.stop(0);
});

test('without any overlay the failing step is named', async ({ box }) => {
  const directory = await makeTools(['fuse-overlayfs'], {
    mount: 'case "$*" in *overlay*) echo "no overlay here" >&2; exit 32;; esac; exec /usr/bin/mount "$@"',
  });

  await expect(
    runSample(openNamespaceBackend({ toolDirectories: [directory] }), box.spec(['true'])),
  ).rejects.toMatchObject({
    code: 'SANDBOX_FAILED',
    message: expect.stringMatching(/mount overlayfs.*no overlay here/u) as string,
  });
});

test.for([
  ['exits 0 without doing anything', 'exit 0'],
  ['exits 1 without a word', 'exit 1'],
  ['dies of a signal', 'kill -9 $$'],
  ['prints a lot', 'head -c 1000000 /dev/zero | tr "\\0" "x"; exit 1'],
])('a bwrap that %s is an error or an exit code of its own, never success', async ([, script = ''], { box }) => {
  const backend = openNamespaceBackend({ toolDirectories: [await makeTools([], { bwrap: script })] });

  const result = runSample(backend, box.spec(['true'])).then(
    ({ code }) => (code === 0 ? 'success' : 'failed'),
    (error: unknown) => (error as { code: string }).code,
  );
  expect(['SANDBOX_FAILED', 'failed']).toContain(await result);
});
