import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serveDirectory, type DirectoryServer } from '@karapace/core/testing';

const run = promisify(execFile);

/** What every package has: an epoch is part of it, because file names have it too. */
export const VERSION = '2:1.0-1';

export interface TestPackage {
  readonly name: string;
  /** Lines of the PKGBUILD: `depends=(other)`. */
  readonly fields?: readonly string[] | undefined;
  /** Shell text that puts more files into `$pkgdir`. */
  readonly files?: string | undefined;
  /** Shell text of `post_install`. */
  readonly install?: string | undefined;
}

export interface TestRepository extends DirectoryServer {
  /** Where its files are: `<name>-<VERSION>-any.pkg.tar.zst` and the databases. */
  readonly directory: string;
  /** The public key that signed the packages of `signed`. */
  readonly key: string;
  readonly fingerprint: string;
}

/**
 * A repository that makepkg and repo-add made, served from loopback. Of its databases `tiny` has all packages, and
 * `signed` has them with signatures.
 */
export async function serveTestRepository(packages: readonly TestPackage[]): Promise<TestRepository> {
  const place = await mkdtemp(join(tmpdir(), 'karapace-pacman-'));
  // makepkg runs as nobody where the tests run as root.
  await chmod(place, 0o755);
  const directory = join(place, 'repository');
  await buildPackages(place, directory, packages);
  const signed = await sign(place, directory);
  const server = await serveDirectory(directory);
  return {
    ...server,
    directory,
    ...signed,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await rm(place, { recursive: true });
    },
  };
}

export function archiveName(name: string): string {
  return `${name}-${VERSION}-any.pkg.tar.zst`;
}

async function buildPackages(place: string, directory: string, packages: readonly TestPackage[]): Promise<void> {
  const work = join(place, 'work');
  await Promise.all([mkdir(work), mkdir(directory)]);
  await writeFile(join(work, 'PKGBUILD'), buildScript(packages));
  for (const { name, install } of packages) {
    if (install !== undefined) await writeFile(join(work, `${name}.install`), `post_install() {\n${install}\n}\n`);
  }
  const isRoot = process.getuid?.() === 0;
  if (isRoot) for (const name of [work, directory]) await chown(name, 65_534, 65_534);
  const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'];
  const makepkg = ['makepkg', '--nodeps', '--force'];
  const { PATH } = process.env;
  const env = { PATH, HOME: work, LC_ALL: 'C.UTF-8', PKGDEST: directory, PKGEXT: '.pkg.tar.zst', BUILDDIR: work };
  await run('env', [...(isRoot ? asNobody : []), ...makepkg], { cwd: work, env });
  await addToDatabase(directory, 'tiny');
}

function buildScript(packages: readonly TestPackage[]): string {
  const functions = packages.map(({ name, fields = [], files = ':', install }) =>
    [
      `package_${name}() {`,
      ...fields,
      ...(install === undefined ? [] : [`install=${name}.install`]),
      `mkdir -p "$pkgdir/usr/share/tiny"; echo "${name}" > "$pkgdir/usr/share/tiny/${name}"`,
      `${files}\n}`,
    ].join('\n'),
  );
  return [
    `pkgbase=tiny\npkgname=(${packages.map(({ name }) => name).join(' ')})`,
    'epoch=2\npkgver=1.0\npkgrel=1\narch=(any)\noptions=(!strip !debug !zipman)',
    ...functions,
    '',
  ].join('\n');
}

async function addToDatabase(directory: string, name: string): Promise<void> {
  const archives = (await readdir(directory)).filter((file) => file.endsWith('.pkg.tar.zst')).toSorted();
  const files = archives.map((file) => join(directory, file));
  await run('repo-add', ['--quiet', join(directory, `${name}.db.tar.gz`), ...files]);
}

/** Signs every archive with a key made for this; gives the public one. */
async function sign(place: string, directory: string): Promise<Pick<TestRepository, 'key' | 'fingerprint'>> {
  // gpg-agent's socket is in it, whose path may not be long.
  const home = await mkdtemp(join(tmpdir(), 'karapace-gpg-'));
  const gpg = async (...args: readonly string[]) =>
    run('gpg', ['--homedir', home, '--batch', '--quiet', '--no-tty', '--passphrase', '', ...args]);
  const key = join(place, 'key.gpg');
  try {
    await gpg('--quick-generate-key', 'test@example.invalid', 'ed25519', 'sign', 'never');
    await gpg('--output', key, '--export');
    const archives = (await readdir(directory)).filter((file) => file.endsWith('.pkg.tar.zst'));
    for (const file of archives) await gpg('--detach-sign', join(directory, file));
  } finally {
    await run('gpgconf', ['--homedir', home, '--kill', 'all']);
    await rm(home, { recursive: true, force: true });
  }
  await addToDatabase(directory, 'signed');
  const { stdout } = await run('gpg', ['--batch', '--show-keys', '--with-colons', key]);
  return { key, fingerprint: /^fpr:+([0-9A-F]+):/mu.exec(stdout)?.[1] ?? '' };
}
