import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

type Fields = Readonly<Record<string, string | undefined>> & { readonly NAME: string };

/**
 * A database such as repo-add would never make: the fields given, over those of a package that is in order.
 *
 * @param size bytes that each package's record is filled up to
 */
export async function writeDatabase(
  directory: string,
  name: string,
  { packages, size }: { readonly packages: readonly Fields[]; readonly size?: number },
): Promise<void> {
  const place = await mkdtemp(join(tmpdir(), 'karapace-database-'));
  try {
    for (const given of packages) {
      const version = '1-1';
      const usual = { FILENAME: `${given.NAME}-1-1-any.pkg.tar.zst`, NAME: given.NAME, VERSION: version, DESC: 'Tiny' };
      const fields = { ...usual, CSIZE: '10', SHA256SUM: 'a'.repeat(64), ARCH: 'any', BUILDDATE: '1', ...given };
      const entry = join(place, `${given.NAME}-${version}`);
      await mkdir(entry);
      const blocks = Object.entries(fields).filter(([, value]) => value !== undefined);
      const file = join(entry, 'desc');
      await writeFile(file, blocks.map(([field, value]) => `%${field}%\n${value}\n\n`).join(''));
      if (size !== undefined) await truncate(file, size);
    }
    const create = ['--create', '--zstd', '--no-read-sparse', `--file=${join(directory, `${name}.db`)}`];
    await promisify(execFile)('bsdtar', [...create, '--directory', place, ...(await readdir(place))]);
  } finally {
    await rm(place, { recursive: true });
  }
}
