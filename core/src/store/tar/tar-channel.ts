import fs from 'node:fs';

import type { TreeDigest } from '../../contracts/ids.ts';
import { CHANNEL } from '../tree-descriptors.ts';
import { readTree } from '../tree-record.ts';
import type { UnpackRequest } from '../tree-protocol.ts';
import type { TreeWorkshop } from '../tree-workshop.ts';
import { byteSource } from './byte-source.ts';
import { packTar, writeObject } from './pack-tar.ts';
import { frameReader } from './channel-frames.ts';
import { openUnpacking } from './unpack-tar.ts';

// The bytes of archives go through a descriptor of their own; Closing it tells the other side that there is
// no more to read, or that nothing more is wanted.

/** @throws KarapaceError `STORE_CORRUPT`; what was sent then is not the whole archive */
export function sendTar(tree: TreeDigest, { layout }: TreeWorkshop): void {
  try {
    packTar(readTree(layout, tree), sendAll, (entry, write) => writeObject(entry, layout, write));
  } finally {
    fs.closeSync(CHANNEL);
  }
}

function sendAll(bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) done += fs.writeSync(CHANNEL, bytes, done);
}

/** @throws KarapaceError `ARCHIVE_INVALID` */
export function receiveTar(request: UnpackRequest, workshop: TreeWorkshop): void {
  try {
    const frames = frameReader((into) => fs.readSync(CHANNEL, into, 0, into.length, null));
    const unpacking = openUnpacking(request, workshop);
    for (const name of request.archives) {
      unpacking.unpack(
        byteSource((into) => frames.pull(into)),
        name,
      );
      frames.next();
    }
    unpacking.finish();
  } finally {
    fs.closeSync(CHANNEL);
  }
}
