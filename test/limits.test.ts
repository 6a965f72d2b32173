import { execFileSync } from 'node:child_process';
import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { runAsRoot } from './support/debian.ts';
import { karapace, karapaceJson, openWorkplace, type Workplace } from './support/karapace.ts';

let place: Workplace;

beforeAll(async () => {
  place = await openWorkplace();
  const limits =
    'memory_limit_mb = 64\npids_limit = 64\ndisk_limit_mb = 8\nopen_files_limit = 64\nbest_effort = true\n';
  const file = await place.manifest(
    `manifest_version = 1\n[base]\nimage = "./rootfs.tar"\n[runtime.resource_limits]\n${limits}`,
  );
  const script =
    'mkdir -p root/bin && cp /bin/busybox root/bin/ && ln -s busybox root/bin/sh && tar -C root -cf rootfs.tar .';
  execFileSync('sh', ['-euc', script], { cwd: path.dirname(file) });
  await karapaceJson(['build', file, '--name', 'limited'], place);
}, 120_000);

afterAll(async () => {
  await karapace(['destroy', 'limited', '--yes'], place);
  runAsRoot('rm', '-rf', place.directory);
});

const exec = (...command: readonly string[]) => karapace(['exec', 'limited', '--', 'busybox', ...command], place);

test('a command that needs more memory is killed, and the user is told of what', async ({ skip }) => {
  const { stdout } = await karapace(['--json', 'doctor'], place);
  if (/not enforced here/u.test(stdout)) skip('this user has no control group of his own');

  expect(await exec('tail', '-c', '400000000', '/dev/zero')).toMatchObject({
    code: 137,
    stdout: '',
    stderr: expect.stringMatching(/the memory limit of 64 MB was reached\n$/u) as string,
  });
});

test('a command that outlives a child of which the kernel made an end is told of it, too', async ({ skip }) => {
  const { stdout } = await karapace(['--json', 'doctor'], place);
  if (/not enforced here/u.test(stdout)) skip('this user has no control group of his own');

  expect(await exec('sh', '-c', 'busybox tail -c 400000000 /dev/zero; echo inner=$?')).toMatchObject({
    code: 0,
    stdout: 'inner=137\n',
    stderr: expect.stringMatching(/the memory limit of 64 MB was reached\n$/u) as string,
  });
});

test('a command that writes too large a file is ended, and the user is told of what', async () => {
  expect(await exec('dd', 'if=/dev/zero', 'of=/large', 'bs=1M', 'count=16')).toMatchObject({
    code: 153,
    stderr: expect.stringMatching(/the disk limit of 8 MB was reached\n$/u) as string,
  });
});

test('a command that fails with few open files allowed is told that they may be why, and one that succeeds is not', async () => {
  const told = /may have failed of the limit of 64 open files/u;

  expect((await exec('false')).stderr).toMatch(told);
  expect((await exec('true')).stderr).not.toMatch(told);
  expect((await karapace(['enter', 'limited'], { ...place, input: 'exit 3\n' })).stderr).not.toMatch(told);
});

test('a command that stays below its limits is told nothing', async () => {
  const { code, stdout } = await exec('echo', 'fine');

  expect({ code, stdout }).toEqual({ code: 0, stdout: 'fine\n' });
});

/** Builds an environment with one step. */
async function buildStep(command: string, runtime: string) {
  const run = `[[run]]\ncommand = "${command}"\n`;
  const text = `manifest_version = 1\n[base]\nimage = "../project/rootfs.tar"\n[runtime]\n${runtime}\n${run}`;
  return karapace(['build', await place.manifest(text, 'steps')], place);
}

test.for(['namespace', 'oci-crun', 'oci-runc'])(
  'a fork bomb in a step of a build by %s is stopped, and the error says at what',
  async (backend, { skip }) => {
    const { stdout } = await karapace(['--json', 'doctor'], place);
    if (/not enforced here/u.test(stdout)) skip('this user has no control group of his own');
    const bomb = 'while :; do busybox sleep 600 & done';
    const runtime = `backend = "${backend}"\nresource_limits.pids_limit = 64`;

    expect(await buildStep(bomb, runtime)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the limit of 64 processes was reached') as string,
    });
  },
);

test('a memory hog in a step of a build is stopped although the step goes on, and the error says at what', async ({
  skip,
}) => {
  const { stdout } = await karapace(['--json', 'doctor'], place);
  if (/not enforced here/u.test(stdout)) skip('this user has no control group of his own');
  const hog = 'busybox head -c 100000000 /dev/zero | busybox tail -c 100000000 | busybox wc -c; echo on >/after';

  expect(await buildStep(hog, 'resource_limits.memory_limit_mb = 64')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/memory limit of 64 MB was reached\n[^]*`memory_limit_mb`/u) as string,
  });
  expect(await buildStep(hog, 'resource_limits.memory_limit_mb = 1024')).toMatchObject({ code: 0 });
});

test('the plan says what each limit is kept by, and starts nothing', async () => {
  const { stdout } = await karapace(['inspect', 'limited', '--plan'], place);
  const record = await karapace(['--json', 'inspect', 'limited', '--plan'], place);

  expect(stdout).toMatch(/^new user, mount and pid namespace: /u);
  expect(stdout).toMatch(/^limit the size of a file to 8388608 bytes$/mu);
  expect(stdout).toMatch(/^(?:make a control group in .*`memory\S+` 67108864|do without `memory_limit_mb`: )/mu);
  expect(stdout).toMatch(/^run \["\/bin\/sh","-l"\]$/mu);
  expect(JSON.parse(record.stdout)).toMatchObject({ name: 'limited', plan: stdout.trimEnd().split('\n') });
});
