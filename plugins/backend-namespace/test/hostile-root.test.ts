import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished } from 'vitest';

import { test } from './sandbox-test.ts';

/** A directory of the host that an image points at, with one file in it. */
async function makeCanary(): Promise<{ readonly directory: string; readonly victim: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'karapace-canary-'));
  onTestFinished(async () => {
    // The kernel closes the work directory of an overlay to its owner, too.
    execFileSync('chmod', ['-R', 'u+rwx', directory]);
    await rm(directory, { recursive: true });
  });
  await mkdir(join(directory, 'victim'));
  await writeFile(join(directory, 'victim/file'), 'untouched');
  return { directory, victim: join(directory, 'victim') };
}

test.for([
  ['/etc/hostname', 'file'],
  ['/etc/hosts', 'file'],
  ['/etc/resolv.conf', 'new'],
  ['/etc', ''],
  ['/tmp', ''],
  ['/run', ''],
  ['/dev', ''],
  ['/proc', ''],
  ['/sys', ''],
] as const)('an image whose `%s` points at the host writes nothing there', async ([place, name], { box }) => {
  const { directory, victim } = await makeCanary();
  const layer = join(directory, 'layer');
  await mkdir(join(layer, 'etc'), { recursive: true });
  if (place === '/etc') await rm(join(layer, 'etc'), { recursive: true });
  await symlink(join(victim, name), join(layer, place));

  const { code } = await box.shell(
    'echo x >/tmp/x; echo x >/etc/hostname; echo x >/run/x; cat /proc/self/status >/dev/null',
    {
      root: { kind: 'layers', lower: [layer, box.root], upper: { kind: 'discard' } },
    },
  );

  expect(code).toBe(0);
  expect(await readdir(victim)).toEqual(['file']);
});

test.for(['dev', 'proc', 'sys', 'tmp', 'run'])(
  'an upper in which somebody planted a link at `/%s` is refused',
  async (name, { box }) => {
    const { directory, victim } = await makeCanary();
    for (const made of ['upper', 'work']) await mkdir(join(directory, made));
    await symlink(victim, join(directory, 'upper', name));

    const upper = { kind: 'directory', directory: join(directory, 'upper'), work: join(directory, 'work') } as const;
    await expect(box.shell('true', { root: { kind: 'layers', lower: [box.root], upper } })).rejects.toMatchObject({
      code: 'SANDBOX_UNSAFE_ROOT',
      message: expect.stringContaining(`\`/${name}\``) as string,
    });
    expect(await readdir(victim)).toEqual(['file']);
  },
);

test('a mount below a link of the image is refused, and nothing is made where the link points', async ({ box }) => {
  const { directory, victim } = await makeCanary();
  const layer = join(directory, 'layer');
  await mkdir(layer);
  await symlink(victim, join(layer, 'data'));
  await cp(victim, join(directory, 'source'), { recursive: true });

  const root = { kind: 'layers', lower: [layer, box.root], upper: { kind: 'discard' } } as const;
  for (const target of ['/data', '/data/deep']) {
    const mounts = [{ source: join(directory, 'source'), target, readOnly: false }];
    await expect(box.shell('true', { root, mounts })).rejects.toMatchObject({
      code: 'SANDBOX_UNSAFE_ROOT',
      message: expect.stringContaining('`/data` is a symbolic link') as string,
    });
  }
  expect(await readdir(victim)).toEqual(['file']);
});

test('a mount inside another mount needs its place to be there, and not as a link', async ({ box }) => {
  const { directory, victim } = await makeCanary();
  const outer = join(directory, 'outer');
  await mkdir(join(outer, 'real'), { recursive: true });
  await symlink(victim, join(outer, 'link'));
  const nested = (name: string) => [
    { source: victim, target: `/outer/${name}`, readOnly: true },
    { source: outer, target: '/outer', readOnly: false },
  ];

  await expect(box.shell('true', { mounts: nested('link') })).rejects.toMatchObject({ code: 'SANDBOX_UNSAFE_ROOT' });
  await expect(box.shell('true', { mounts: nested('absent') })).rejects.toMatchObject({ code: 'SANDBOX_FAILED' });
  expect(await box.shell('cat /outer/real/file', { mounts: nested('real') })).toMatchObject({ stdout: 'untouched' });
  expect(await readdir(outer)).toEqual(['link', 'real']);
});

test('a file can be mounted where the image has none', async ({ box }) => {
  const { victim } = await makeCanary();
  const mounts = [{ source: join(victim, 'file'), target: '/opt/made/here', readOnly: true }];

  expect(await box.shell('cat /opt/made/here; echo x >/opt/made/here', { mounts })).toMatchObject({
    stdout: 'untouched',
  });
});

test('a mount source that is missing is an error that names it', async ({ box }) => {
  const mounts = [{ source: '/no/such/source', target: '/data', readOnly: true }];

  await expect(box.shell('true', { mounts })).rejects.toMatchObject({
    code: 'SANDBOX_FAILED',
    message: expect.stringContaining('/no/such/source') as string,
  });
});

test('a command cannot move or replace a place where a later session mounts, nor a directory that leads there', async ({
  box,
}) => {
  const { directory, victim } = await makeCanary();
  for (const made of ['upper', 'work']) await mkdir(join(directory, made));
  const mounts = ['/data/deep/in', '/tmp/deep/in'].map((target) => ({ source: victim, target, readOnly: true }));
  const upper = { kind: 'directory', directory: join(directory, 'upper'), work: join(directory, 'work') } as const;
  const root = { kind: 'layers', lower: [box.root], upper } as const;
  const places = '/data /data/deep /data/deep/in /tmp /tmp/deep /tmp/deep/in /dev /proc /sys /run';
  const script = `for p in ${places}; do mv $p /gone 2>/dev/null && ln -s / $p; rm -rf $p 2>/dev/null; rmdir $p 2>/dev/null; [ -d $p ] && [ ! -L $p ] || echo "$p is lost"; done`;

  const { stdout } = await box.shell(`${script}; touch /srv/x && mv /srv /moved && echo moved`, { root, mounts });
  expect(stdout).toBe('moved\n');
  expect(await readdir(victim)).toEqual(['file']);
});
