import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import type { TreeNames } from '@karapace/core';
import { createTestTools, type TestTools } from '@karapace/core/testing';

import { installedClosure } from './installed-closure.ts';
import { buildTestPackage } from './test-package.ts';
import { INSTALLED_PACKAGES } from './tiny-packages.ts';

const run = promisify(execFile);

/** A small image for tests whose rpm database is the list of what is installed. */
export interface TestTree {
  readonly tools: TestTools;
  readonly lower: readonly string[];
  readonly tree: TreeNames;
}

export interface TestTreeOptions {
  /** Debian packages of this machine that are in the tree, with all that they depend on. */
  readonly packages: readonly string[];
  /** Files by path, and their text. */
  readonly files: Readonly<Record<string, string>>;
}

const ESSENTIAL = ['bash', 'coreutils', 'findutils', 'libc-bin', 'rpm', 'sed'];

const COPY = `
cd /tree
mkdir -p dev etc/rpm proc root run sys tmp usr/bin usr/lib usr/lib64 usr/sbin var/cache var/lib var/log var/tmp
for name in bin lib lib64 sbin; do ln -s "usr/$name" "$name"; done
tar --directory=/ --create --no-recursion --files-from=- --ignore-failed-read | tar --extract --keep-directory-symlink
ln -sf bash usr/bin/sh
rmdir var/lib/rpm
ln -s ../../usr/lib/sysimage/rpm var/lib/rpm
`;

/**
 * Debian packages that are installed on this machine, as the tree of a distribution of rpm packages: their files, real to
 * the byte, without dpkg's database and with rpm's. So the real dnf, zypper and rpm run in it, and they own it.
 */
export async function makeTestTree({ packages, files }: TestTreeOptions): Promise<TestTree> {
  const tools = await createTestTools();
  const directory = await tools.make();
  await copyInstalled(await installedClosure([...ESSENTIAL, ...packages]), directory);
  await writeFiles(directory, { ...FILES, ...files });
  await installFirst(directory, tools);
  const names = await listNames(directory, tools);
  return { tools, lower: [directory], tree: { has: (path) => names.has(path) } };
}

/** Debian keeps rpm's database in the home of whoever runs it; Fedora and openSUSE here, with a link from its old place. */
const FILES = {
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n',
  'etc/group': 'root:x:0:\n',
  'etc/rpm/macros': '%_dbpath /usr/lib/sysimage/rpm\n',
};

async function copyInstalled(packages: readonly string[], directory: string): Promise<void> {
  const { stdout } = await run('dpkg-query', ['--listfiles', ...packages], { maxBuffer: 2 ** 26 });
  const files = new Set(stdout.split('\n').filter((line) => line.startsWith('/') && !SKIPPED.test(line)));
  const copying = run('sh', ['-euc', COPY.replaceAll('/tree', directory)], { maxBuffer: 2 ** 26 });
  copying.child.stdin?.end([...files].map((file) => file.slice(1)).join('\n'));
  await copying;
}

// Perl is there for rpmbuild's sake alone.
const SKIPPED =
  /^\/(?:\.|var\/lib\/dpkg\/.*|usr\/lib\/[^/]+\/perl\/.*|usr\/share\/(?:doc|info|lintian|locale|man|perl)\/.*)$/u;

async function installFirst(directory: string, tools: TestTools): Promise<void> {
  const [empty, work, place] = [await tools.make(), await tools.make(), await tools.make()];
  for (const one of INSTALLED_PACKAGES) await buildTestPackage(place, one);
  const archives = join(place, 'packages');
  const { code, stderr } = await tools.run({
    root: { kind: 'layers', lower: [empty], upper: { kind: 'directory', directory, work } },
    command: ['/bin/sh', '-euc', 'ldconfig; rpm --upgrade /run/archives/*.rpm'],
    mounts: [{ source: archives, target: '/run/archives', readOnly: true }],
  });
  if (code !== 0) throw new Error(`rpm failed: ${stderr}`);
}

async function listNames(directory: string, tools: TestTools): Promise<ReadonlySet<string>> {
  const root = { kind: 'layers', lower: [directory], upper: { kind: 'discard' } } as const;
  const { stdout } = await tools.run({ root, command: ['find', '/', '-xdev'] });
  return new Set(stdout.split('\n'));
}

/** The same tree below a layer of these files. */
export async function withFiles(
  { tools, lower }: TestTree,
  files: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const layer = await tools.make();
  await writeFiles(layer, files);
  return [layer, ...lower];
}

async function writeFiles(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
}
