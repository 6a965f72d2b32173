import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serveDirectory, type DirectoryServer } from '@karapace/core/testing';

const run = promisify(execFile);

export interface TestPackage {
  readonly name: string;
  readonly version?: string | undefined;
  /** More lines of the control file: `Depends: other`. */
  readonly fields?: readonly string[] | undefined;
  /** Shell text of the maintainer script. */
  readonly postinst?: string | undefined;
}

export interface TestRepository extends DirectoryServer {
  /** The public key that signs it. */
  readonly keyring: string;
  /** Has these packages from now on, and no others. Its key is another one. */
  publish(packages: readonly TestPackage[]): Promise<void>;
}

/** A small, signed Debian archive with one suite, served from loopback. For tests. */
export async function serveTestRepository(suite: string, packages: readonly TestPackage[]): Promise<TestRepository> {
  const directory = await mkdtemp(join(tmpdir(), 'karapace-repository-'));
  await writePackages(directory, suite, packages);
  const keyring = await signRelease(directory, suite);
  const server = await serveDirectory(directory);
  return {
    ...server,
    keyring,
    publish: async (others) => {
      await writePackages(directory, suite, others);
      await signRelease(directory, suite);
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await rm(directory, { recursive: true });
    },
  };
}

async function writePackages(directory: string, suite: string, packages: readonly TestPackage[]): Promise<void> {
  await mkdir(join(directory, 'pool'), { recursive: true });
  const entries = await Promise.all(packages.map(async (one) => writePackage(directory, one)));
  const index = join(directory, 'dists', suite, 'main/binary-all');
  const { stdout: arch } = await run('dpkg', ['--print-architecture']);
  const native = index.replace('binary-all', `binary-${arch.trim()}`);
  await mkdir(native, { recursive: true });
  const text = entries.join('\n');
  await writeFile(join(native, 'Packages'), text);
  const digest = createHash('sha256').update(text).digest('hex');
  const release = `Suite: ${suite}\nCodename: ${suite}\nArchitectures: ${arch.trim()}\nComponents: main\nDate: ${new Date().toUTCString()}\nSHA256:\n`;
  const path = `main/binary-${arch.trim()}/Packages`;
  await writeFile(
    join(directory, 'dists', suite, 'Release'),
    `${release} ${digest} ${Buffer.byteLength(text)} ${path}\n`,
  );
}

/** Gives the package's entry in the index. */
async function writePackage(
  directory: string,
  { name, version = '1.0', fields = [], postinst }: TestPackage,
): Promise<string> {
  const control = [
    `Package: ${name}`,
    `Version: ${version}`,
    'Architecture: all',
    'Maintainer: Nobody <nobody@example.invalid>',
    ...fields,
  ];
  control.push(`Description: ${name}`, '');
  const source = await mkdtemp(join(directory, 'package-'));
  await mkdir(join(source, 'DEBIAN'), { mode: 0o755 });
  await writeFile(join(source, 'DEBIAN/control'), control.join('\n'));
  if (postinst !== undefined)
    await writeFile(join(source, 'DEBIAN/postinst'), `#!/bin/sh\nset -eu\n${postinst}\n`, { mode: 0o755 });
  await mkdir(join(source, 'usr/share/test-package'), { recursive: true });
  await writeFile(join(source, 'usr/share/test-package', name), `${name} ${version}\n`);
  // Archives keep the epoch out of the name.
  const file = `pool/${name}_${version.replace(/^[^:]*:/u, '')}_all.deb`;
  await run('dpkg-deb', ['--build', '--root-owner-group', source, join(directory, file)]);
  const bytes = await readFile(join(directory, file));
  const digest = createHash('sha256').update(bytes).digest('hex');
  return [...control.slice(0, -1), `Filename: ${file}`, `Size: ${bytes.length}`, `SHA256: ${digest}`, ''].join('\n');
}

/** Signs with a key made for this; gives the public one. */
async function signRelease(directory: string, suite: string): Promise<string> {
  // gpg-agent's socket is in it, whose path may not be long.
  const home = await mkdtemp(join(tmpdir(), 'karapace-gpg-'));
  const gpg = async (...args: readonly string[]) =>
    run('gpg', ['--homedir', home, '--batch', '--quiet', '--no-tty', '--passphrase', '', ...args]);
  const [keyring, dists] = [join(directory, 'keyring.gpg'), join(directory, 'dists', suite)];
  await Promise.all([keyring, join(dists, 'InRelease')].map((file) => rm(file, { force: true })));
  try {
    await gpg('--quick-generate-key', 'test@example.invalid', 'ed25519', 'sign', 'never');
    await gpg('--output', keyring, '--export');
    await gpg('--clearsign', '--output', join(dists, 'InRelease'), join(dists, 'Release'));
  } finally {
    await run('gpgconf', ['--homedir', home, '--kill', 'all']);
    await rm(home, { recursive: true, force: true });
  }
  return keyring;
}
