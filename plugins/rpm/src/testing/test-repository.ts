import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { serveDirectory, type DirectoryServer } from '@karapace/core/testing';

import { buildTestPackage, type TestPackage } from './test-package.ts';

const run = promisify(execFile);

export interface TestRepository extends DirectoryServer {
  /** Where what is served lies. */
  readonly directory: string;
}

export interface TestRepositoryOptions {
  /** Of createrepo_c: `--checksum md5`. */
  readonly arguments?: readonly string[] | undefined;
  /** What is signed, by a key that is served as `key.asc`; nothing by default. */
  readonly signed?: 'nothing' | 'packages' | 'metadata' | undefined;
}

/** A small repository of rpm packages, made by rpmbuild and createrepo_c, served from loopback. For tests. */
export async function serveTestRepository(
  packages: readonly TestPackage[],
  { arguments: more = [], signed = 'nothing' }: TestRepositoryOptions = {},
): Promise<TestRepository> {
  const directory = await mkdtemp(join(tmpdir(), 'karapace-rpm-repository-'));
  for (const one of packages) await buildTestPackage(directory, one);
  const archives = packages.map(({ name }) => join(directory, 'packages', `${name}-*.rpm`));
  await using sign = signed === 'nothing' ? undefined : await openSigner(directory);
  if (signed === 'packages') await sign?.packages(archives);
  await run('createrepo_c', ['--quiet', '--no-database', ...more, directory]);
  if (signed === 'metadata') await sign?.file(join(directory, 'repodata/repomd.xml'));
  const server = await serveDirectory(directory);
  return {
    ...server,
    directory,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await rm(directory, { recursive: true });
    },
  };
}

/** Changes metadata and makes the sums that lead to it true again: a repository may say anything. */
export async function rewriteMetadata(directory: string, change: (primary: string) => string): Promise<void> {
  const changed = join(directory, 'primary.xml');
  const { stdout } = await run('sh', ['-euc', 'zcat "$1"/repodata/*-primary.xml.gz', 'sh', directory], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  await writeFile(changed, change(stdout));
  await run('modifyrepo_c', ['--mdtype=primary', changed, join(directory, 'repodata')]);
}

async function openSigner(directory: string) {
  // gpg-agent's socket is in it, whose path may not be long.
  const home = await mkdtemp(join(tmpdir(), 'karapace-gpg-'));
  const gpg = async (...args: readonly string[]) =>
    run('gpg', ['--homedir', home, '--batch', '--quiet', '--no-tty', '--passphrase', '', ...args]);
  // Not every rpm in use reads newer kinds of keys.
  await gpg('--quick-generate-key', 'test@example.invalid', 'rsa3072', 'sign', 'never');
  const { stdout } = await gpg('--armor', '--export');
  await writeFile(join(directory, 'key.asc'), stdout);
  return {
    packages: async (patterns: readonly string[]) =>
      run(
        'sh',
        [
          '-euc',
          'rpmsign --define "__gpg $(command -v gpg)" --define "_gpg_name test@example.invalid" --addsign $*',
          'sh',
          ...patterns,
        ],
        {
          env: { ...process.env, GNUPGHOME: home },
        },
      ),
    file: async (file: string) => gpg('--armor', '--detach-sign', '--output', `${file}.asc`, file),
    [Symbol.asyncDispose]: async () => {
      await run('gpgconf', ['--homedir', home, '--kill', 'all']);
      await rm(home, { recursive: true, force: true });
    },
  };
}
