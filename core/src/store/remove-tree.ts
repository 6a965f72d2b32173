import fs from 'node:fs';

import { childProcess } from './child-process.ts';
import { hasCode } from './system-error.ts';
import { below, systemPath } from './system-path.ts';
import type { ByteString } from './tree-entry.ts';

/**
 * Removes a directory with all that is in it, as far as this process may; what is gone already is no failure. Of what is in
 * the place of a directory only the name goes: a link may lead anywhere.
 */
export function removeTree(directory: ByteString): void {
  const stats = fs.lstatSync(systemPath(directory), { throwIfNoEntry: false });
  if (stats?.isDirectory() !== true) return ignoreMissing(() => fs.unlinkSync(systemPath(directory)));
  try {
    removeByPaths(directory);
  } catch (error) {
    if (!hasCode(error, 'ENAMETOOLONG')) throw error;
    removeByDescriptors(directory);
  }
}

/** What is nested deeper than a path can say is within reach only from one open directory to the next, which Node has not. */
function removeByDescriptors(directory: ByteString): void {
  const path = Buffer.from(directory, 'latin1').toString('utf8');
  const { status, stderr } = childProcess().spawnSync(
    'rm',
    ['--recursive', '--force', '--one-file-system', '--', path],
    {
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw Object.assign(new Error(`rm: ${stderr.slice(0, 500)}`), { code: 'EACCES' });
}

function removeByPaths(directory: ByteString): void {
  for (const found of listDirectory(directory)) {
    const path = below(directory, found.name);
    if (found.isDirectory()) removeByPaths(path);
    else ignoreMissing(() => fs.unlinkSync(systemPath(path)));
  }
  ignoreMissing(() => fs.rmdirSync(systemPath(directory)));
}

function listDirectory(directory: ByteString): readonly fs.Dirent[] {
  try {
    return fs.readdirSync(systemPath(directory), { withFileTypes: true, encoding: 'latin1' });
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    // The owner may have taken his own rights away, as overlay does for its working directory.
    if (!hasCode(error, 'EACCES')) throw error;
    fs.chmodSync(systemPath(directory), 0o700);
    return fs.readdirSync(systemPath(directory), { withFileTypes: true, encoding: 'latin1' });
  }
}

function ignoreMissing(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}
