import fs from 'node:fs';
import path from 'node:path';

import type { Ids } from '../../../src/contracts/ids.ts';
import { KarapaceError } from '../../../src/errors.ts';
import { removeTree } from '../../../src/store/remove-tree.ts';
import { byteString } from '../../../src/store/system-path.ts';
import { byteSource } from '../../../src/store/tar/byte-source.ts';
import { openUnpacking } from '../../../src/store/tar/unpack-tar.ts';
import { openTreeWorkshop } from '../../../src/store/tree-workshop.ts';

type Unpacking = Pick<Parameters<typeof openUnpacking>[0], 'kind' | 'timed'>;
type ByteSource = ReturnType<typeof byteSource>;

export interface Jail {
  readonly directory: string;
  /** Unpacks archives one upon another; gives `accepted`, `refused`, or what else went wrong. */
  unpack(archives: readonly ByteSource[], as: Unpacking): string;
  /** What there is around it: `''` while nothing has changed. */
  changedOutside(): string;
}

const CANARIES = ['canary', 'jail/canary'];

interface JailOptions {
  readonly ids: Ids;
  /** Names that the workshop may keep for the next archive. Default none. */
  readonly kept?: readonly string[];
}

/** Where hostile archives are unpacked, with files around it that they would like to change. To be called in the id space. */
export function openJail(place: string, { ids, kept = [] }: JailOptions): Jail {
  process.umask(0);
  const [directory, staging, target] = ['jail', 'staging', 'jail/target'].map((name) => path.join(place, name)) as [
    string,
    string,
    string,
  ];
  for (const made of [directory, staging]) fs.mkdirSync(made);
  for (const canary of CANARIES) fs.writeFileSync(path.join(place, canary), 'untouched');
  const workshop = openTreeWorkshop({ root: place, ids, staging });
  const outside = (): string =>
    JSON.stringify([
      ...[place, directory].map((each) => fs.readdirSync(each).toSorted()),
      fs.readdirSync(staging).filter((name) => !kept.includes(name)),
      ...CANARIES.map((canary) => fs.readFileSync(path.join(place, canary), 'utf8')),
    ]);
  const before = outside();

  return {
    directory,
    unpack(archives, as) {
      fs.mkdirSync(target);
      try {
        const unpacking = openUnpacking({ directory: target, ...as }, workshop);
        for (const archive of archives) unpacking.unpack(archive, 'layer');
        unpacking.finish();
        return 'accepted';
      } catch (error) {
        return error instanceof KarapaceError && error.code === 'ARCHIVE_INVALID' ? 'refused' : String(error);
      } finally {
        removeTree(byteString(target));
      }
    },
    changedOutside() {
      const now = outside();
      return now === before ? '' : now;
    },
  };
}

/** @param most bytes that are given at once; default as many as are asked for */
export function sourceOf(archive: Buffer, most: () => number = () => Infinity): ByteSource {
  let at = 0;
  return byteSource((into) => {
    const copied = archive.copy(into, 0, at, Math.min(at + most(), archive.length));
    at += copied;
    return copied;
  });
}
