import fs from 'node:fs';
import path from 'node:path';

import type { Ids } from '../../../src/contracts/ids.ts';
import { KarapaceError } from '../../../src/errors.ts';
import { removeTree } from '../../../src/store/remove-tree.ts';
import { byteString } from '../../../src/store/system-path.ts';
import { byteSource } from '../../../src/store/tar/byte-source.ts';
import { openUnpacking } from '../../../src/store/tar/unpack-tar.ts';
import { openTreeWorkshop } from '../../../src/store/tree-workshop.ts';
import { hostileArchives } from './hostile-archives.ts';
import { directory, file, symlink } from './hostile-kit.ts';
import { rawTar } from './raw-tar.ts';

// Run in the id space: `node hostile-images-program.ts <empty directory> <ids>`. Unpacks each hostile archive as an image upon another one
// full of links that lead out; prints as JSON which were not refused, and what changed outside.
const [place = '', ids = 'single'] = process.argv.slice(2);
process.umask(0);
const jail = path.join(place, 'jail');
const staging = path.join(place, 'staging');
for (const made of [jail, staging]) fs.mkdirSync(made);
for (const canary of ['canary', 'jail/canary']) fs.writeFileSync(path.join(place, canary), 'untouched');
const workshop = openTreeWorkshop({ root: place, ids: ids as Ids, staging });

/** Names that the hostile archives use. */
const lower = rawTar(
  ...['a', 'x', 'l', 'd', 'out'].map((name) => symlink(name, '..')),
  ...['canary', 'f'].map((name) => symlink(name, `${jail}/canary`)),
  symlink('tmp', jail),
  directory('real'),
  file('real/file'),
);

const before = outside();
const found = { tried: 0, accepted: [] as string[], strange: [] as string[] };
for (const { title, archive } of hostileArchives) {
  for (const kind of ['image', 'oci-image'] as const) {
    found.tried += 1;
    const outcome = unpack([lower, archive], kind);
    if (outcome === 'accepted') found.accepted.push(`${kind}: ${title}`);
    else if (outcome !== 'refused') found.strange.push(`${kind}: ${title}: ${outcome}`);
    if (outside() !== before) found.strange.push(`${kind}: ${title}: ${outside()}`);
  }
}
process.stdout.write(JSON.stringify(found));

function unpack(archives: readonly Buffer[], kind: 'image' | 'oci-image'): string {
  const target = path.join(jail, 'target');
  fs.mkdirSync(target);
  try {
    const unpacking = openUnpacking({ directory: target, timed: false, kind }, workshop);
    for (const archive of archives) unpacking.unpack(sourceOf(archive), 'layer');
    unpacking.finish();
    return 'accepted';
  } catch (error) {
    return error instanceof KarapaceError && error.code === 'ARCHIVE_INVALID' ? 'refused' : String(error);
  } finally {
    removeTree(byteString(target));
  }
}

function sourceOf(archive: Buffer) {
  let at = 0;
  return byteSource((into) => {
    const copied = archive.copy(into, 0, at);
    at += copied;
    return copied;
  });
}

function outside(): string {
  const names = [...fs.readdirSync(place), ...fs.readdirSync(jail)];
  const canaries = ['canary', 'jail/canary'].map((name) => fs.readFileSync(path.join(place, name), 'utf8'));
  return JSON.stringify([...names, ...canaries, fs.readdirSync(staging)]);
}
