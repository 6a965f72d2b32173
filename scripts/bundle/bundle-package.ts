import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { BUNDLE, packageEntries } from './package-entries.ts';
import { writeBundle } from './write-bundle.ts';

/** In every bundle: the digest of what it was made from. It is written last. */
const STAMP = 'inputs.txt';

/** Joins a package's compiled modules into one file for each entry and one for each part that is loaded later. */
export async function bundlePackage(directory: string): Promise<'bundled' | 'unchanged'> {
  const inputs = digestInputs(directory);
  const bundle = join(directory, BUNDLE);
  if (readStamp(bundle) === inputs) return 'unchanged';
  // Others may run what is there now, so the new one takes its place whole, and nothing of the old one is left in it.
  const made = `${bundle}-${process.pid}`;
  mkdirSync(made);
  try {
    for (const entries of packageEntries(directory)) await writeBundle(directory, { entries, target: made });
    writeFileSync(join(made, STAMP), inputs);
    replaceDirectory(bundle, made);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  return 'bundled';
}

function digestInputs(directory: string): string {
  const compiled = globSync('dist/**/*.js', { cwd: directory, exclude: ['dist/bundle*/**'] }).toSorted();
  const own = globSync('*.ts', { cwd: import.meta.dirname }).toSorted();
  const files = [
    ...['package.json', ...compiled].map((name) => join(directory, name)),
    ...[...own, '../../package-lock.json'].map((name) => join(import.meta.dirname, name)),
  ];
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\n`).update(readFileSync(file));
  return hash.digest('hex');
}

function readStamp(bundle: string): string | undefined {
  const file = join(bundle, STAMP);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function replaceDirectory(place: string, made: string): void {
  const old = `${made}.old`;
  if (existsSync(place)) renameSync(place, old);
  renameSync(made, place);
  rmSync(old, { recursive: true, force: true });
}
