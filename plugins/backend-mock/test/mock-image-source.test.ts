import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, test } from 'vitest';

const SOURCE = new URL('../src/mock-image-source.ts', import.meta.url).href;

/** What unpacking says on a file system of its own. */
function unpackOn(option: 'rw' | 'ro'): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'karapace-mock-'));
  const [archive, disk] = [path.join(directory, 'image.json'), path.join(directory, 'disk')];
  writeFileSync(archive, JSON.stringify({ files: { '/usr/share/doc/note': 'text' } }));
  mkdirSync(disk);
  const user = process.geteuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const mount = ['--mount', 'sh', '-euc', 'mount -t tmpfs -o "$1" none "$2" && shift 2 && exec "$@"', 'sh'];
  const program = `
    const { unpackMockArchive } = await import('${SOURCE}');
    const told = await unpackMockArchive(${JSON.stringify(archive)}, ${JSON.stringify(disk)}).then(() => 'done', (error) => error.code);
    process.stdout.write(told);`;
  const node = [process.execPath, '--conditions=karapace-source', '--input-type=module', '--eval', program];
  try {
    return execFileSync('unshare', [...user, ...mount, option, disk, ...node], { encoding: 'utf8' });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test('an image is unpacked on a disk that takes it, and fails with the reason of one that refuses its directories', () => {
  expect([unpackOn('rw'), unpackOn('ro')]).toEqual(['done', 'EROFS']);
});
