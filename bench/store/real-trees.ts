import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';

import { runCommand } from '../run-command.ts';
import type { Judge } from '../verdict.ts';

/** A tree to measure with, and what is in it. */
export interface RealTree {
  readonly name: 'min' | 'big';
  readonly directory: string;
}

/** Goals are set for trees of 60 thousand files and 2 GB: beside a small one, the start of a program decides. */
export function goalsOf({ name }: RealTree, goals: Readonly<Record<string, Judge>>): Readonly<Record<string, Judge>> {
  return name === 'big' ? goals : {};
}

/** The order puts many small files before few large ones. */
const SOURCES = ['/usr/share', '/usr/include', '/usr/bin', '/usr/sbin', '/usr/lib', '/usr/libexec'];
const FILES = { most: 66_000, least: 62_000 };
const BYTES = { most: 2.1e9, least: 1.9e9, ofFile: 64e6 };
const MADE = { small: 2_000, large: 1_000_000 };

/** About 2 GB in 60 to 80 thousand files: what this machine has in `/usr`, and made-up files for what that lacks. */
export async function makeBigTree(directory: string): Promise<RealTree> {
  mkdirSync(directory);
  const { paths, files, bytes } = choose();
  await copyPaths(paths, directory);
  fillUp(join(directory, 'made'), { files, bytes });
  return { name: 'big', directory };
}

/** A Debian base with a few packages: eight to nine thousand entries. */
export async function makeMinTree(directory: string): Promise<RealTree> {
  const include = '--include=apt,ca-certificates,curl,perl';
  await runCommand(['mmdebstrap', '--quiet', '--variant=required', include, 'trixie', directory]);
  await runCommand(['find', join(directory, 'dev'), '-mindepth', '1', '-delete']);
  return { name: 'min', directory };
}

interface Chosen {
  readonly paths: readonly string[];
  readonly files: number;
  readonly bytes: number;
}

function choose(): Chosen {
  const paths: string[] = [];
  const pending = SOURCES.toReversed();
  let [files, bytes] = [0, 0];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const stats = lstatSync(path);
    if (stats.isDirectory()) {
      const found = readdirSync(path).toSorted().toReversed();
      for (const name of found) pending.push(join(path, name));
    } else if (stats.isFile()) {
      if (files === FILES.most || bytes + stats.size > BYTES.most || stats.size > BYTES.ofFile) continue;
      files += 1;
      bytes += stats.size;
    } else if (!stats.isSymbolicLink()) continue;
    paths.push(path);
  }
  return { paths, files, bytes };
}

async function copyPaths(paths: readonly string[], directory: string): Promise<void> {
  const script = 'tar --create --directory=/ --no-recursion --null --files-from=- | tar --extract --directory="$1"';
  const child = spawn('sh', ['-c', script, 'sh', directory], { stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.end(paths.map((path) => path.slice(1)).join('\0'));
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`the copy of /usr ended with ${status}`);
}

function fillUp(directory: string, { files, bytes }: Omit<Chosen, 'paths'>): void {
  mkdirSync(directory);
  let missing = BYTES.least - bytes;
  for (let number = files; number < FILES.least; number += 1, missing -= MADE.small) {
    const folder = join(directory, `${number % 1000}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${number}`), randomBytes(MADE.small));
  }
  for (let number = 0; missing > 0; number += 1, missing -= MADE.large) {
    writeFileSync(join(directory, `large-${number}`), randomBytes(MADE.large));
  }
}
