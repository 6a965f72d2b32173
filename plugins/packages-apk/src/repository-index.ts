import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

import { tarEntries } from './tar-entries.ts';

/** Bytes that an index may have when it is unpacked; the largest of Alpine Linux has about 10 MiB. */
const LARGEST_INDEX = 128 * 1024 * 1024;

/** What a repository's index says of one package; fields that it does not have are empty. */
export interface IndexedPackage {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  /** Bytes of the whole file, as written. */
  readonly size: string;
  /** `Q1` and the SHA-1 of the control section in base64. */
  readonly checksum: string;
  /** Names that it provides besides its own, without versions. */
  readonly provides: readonly string[];
}

/**
 * Reads an `APKINDEX.tar.gz`: gzip members, one after the other, that form one tar: a signature, and then the index.
 *
 * @throws Error where it is no index or has more than 128 MiB when it is unpacked
 */
export async function readIndexArchive(archive: Buffer): Promise<readonly IndexedPackage[]> {
  const tar = await promisify(gunzip)(archive, { maxOutputLength: LARGEST_INDEX });
  const index = [...tarEntries(tar)].find(({ name }) => name === 'APKINDEX');
  if (index === undefined) throw new Error('It has no file `APKINDEX`');
  return parseIndex(index.content.toString('utf8'));
}

/** Records divided by empty lines; each line is a letter, a colon and a value. */
function parseIndex(text: string): readonly IndexedPackage[] {
  return text
    .split(/\n{2,}/u)
    .map((record) => new Map(record.split('\n').map((line) => [line.slice(0, 2), line.slice(2)])))
    .filter((fields) => fields.has('P:'))
    .map((fields) => {
      const one = (letter: string): string => fields.get(`${letter}:`) ?? '';
      const provides = one('p')
        .split(' ')
        .filter((word) => word !== '')
        .map(withoutVersion);
      return { name: one('P'), version: one('V'), arch: one('A'), size: one('S'), checksum: one('C'), provides };
    });
}

/** `so:libz.so.1=1.3.1` provides `so:libz.so.1`. */
function withoutVersion(provided: string): string {
  return provided.split(/[<=>~]/u, 1)[0] ?? '';
}
