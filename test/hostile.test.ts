import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { expect, test } from 'vitest';

import { runAsRoot } from './support/debian.ts';
import { karapace, karapaceJson, listJson, openWorkplace, type Workplace } from './support/karapace.ts';

const APT = pathToFileURL(path.resolve(import.meta.dirname, '../plugins/packages-apt/dist/index.js')).href;
const CORE = pathToFileURL(path.resolve(import.meta.dirname, '../core/dist/index.js')).href;

test('a maintainer script reaches neither the network, nor the host’s files, nor its processes', async () => {
  await using place = await openWorkplace();
  const server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const canary = spawn('sleep', ['600']);
  try {
    const { port } = server.address() as AddressInfo;
    const script = [
      '#!/bin/bash',
      'try() { local name=$1; shift; if "$@" >/dev/null 2>&1; then echo "$name yes"; else echo "$name no"; fi >>/usr/share/hostile; }',
      'try control true',
      `try network timeout 5 bash -c 'exec 3<>/dev/tcp/127.0.0.1/${port}'`,
      'try names timeout 5 getent hosts example.org',
      `try home ls ${process.env['HOME']}/.npmrc ${process.env['HOME']}/.profile`,
      `try store ls ${place.store}/format`,
      `try kill kill -0 ${canary.pid}`,
      `try processes grep -qs 'vitest' /proc/[0-9]*/cmdline`,
      'try device dd if=/dev/vda of=/dev/null count=1',
      'try mount mount -t tmpfs none /mnt',
      'try kernel sh -c "echo 1 > /proc/sys/kernel/sysrq"',
    ].join('\n');
    const config = await hostileConfig(place, script);

    await karapaceJson(['build', config, '--name', 'hostile'], place);
    const { stdout } = await karapace(['exec', 'hostile', '--', 'cat', '/usr/share/hostile'], place);

    expect(stdout.trim().split('\n')).toEqual([
      'control yes',
      ...['network', 'names', 'home', 'store', 'kill', 'processes', 'device', 'mount', 'kernel'].map(
        (name) => `${name} no`,
      ),
    ]);
  } finally {
    server.close();
    canary.kill('SIGKILL');
    runAsRoot('rm', '-rf', place.store);
  }
}, 300_000);

test('a maintainer script that fails ends the build, shows its output and keeps nothing', async () => {
  await using place = await openWorkplace();
  const config = await hostileConfig(place, '#!/bin/sh\necho "the postinst gives up"\nexit 7\n');

  const { code, stderr } = await karapace(['build', config, '--name', 'hostile'], place);

  expect(code).toBe(1);
  expect(stderr).toContain('error[BUILD_FAILED]');
  expect(stderr).toContain('the postinst gives up');
  expect(await listJson(place)).toEqual([]);
  runAsRoot('rm', '-rf', place.store);
}, 300_000);

/** A project whose one package is made here, and given to the build by a plugin of the project's own. */
async function hostileConfig({ directory }: Workplace, postinst: string): Promise<string> {
  const root = path.join(directory, 'package');
  await mkdir(path.join(root, 'DEBIAN'), { recursive: true });
  await writeFile(
    path.join(root, 'DEBIAN/control'),
    'Package: hostile\nVersion: 1\nArchitecture: all\nMaintainer: T <t@example.invalid>\nDescription: t\n',
  );
  await writeFile(path.join(root, 'DEBIAN/postinst'), postinst);
  await chmod(path.join(root, 'DEBIAN/postinst'), 0o755);
  await chmod(path.join(root, 'DEBIAN'), 0o755);
  const deb = path.join(directory, 'hostile.deb');
  const made = spawnSync('dpkg-deb', ['--root-owner-group', '--build', root, deb], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(made.stderr);
  const config = path.join(directory, 'karapace.config.mjs');
  await writeFile(
    config,
    `import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { createHooks } from '${CORE}';
import { packagesApt } from '${APT}';

const bytes = readFileSync('${deb}');
const url = 'http://hostile.example.invalid/hostile_1_all.deb';
const sha256 = createHash('sha256').update(bytes).digest('hex');
const pin = { name: 'hostile', version: '1', arch: 'all', url, size: bytes.length, sha256, manager: 'apt', asked: 'system' };

const plugin = {
  name: 'hostile',
  apply({ hooks }) {
    hooks.openArchive.tap('hostile', (archive) => (archive.url === url ? createReadStream('${deb}') : undefined));
    hooks.openPackageManager.tapPromise({ name: 'hostile', stage: -100 }, async (tree) => {
      const real = createHooks();
      packagesApt().apply({ hooks: real });
      const apt = await real.openPackageManager.promise(tree);
      return apt && { ...apt, resolve: async () => [pin] };
    });
  },
};

export default {
  manifest_version: 1,
  base: { image: 'debian/trixie' },
  system: { packages: ['hostile'] },
  plugins: [plugin],
};
`,
  );
  return config;
}
