import fs from 'node:fs';

import { BUILD_EPOCH } from '../../layers/build-environment.ts';
import { blake3Hasher } from '../blake3.ts';
import type { AttributeAccess } from '../inode-attributes.ts';
import { interpretAttributes } from '../interpret-attributes.ts';
import { metadataClass } from '../metadata-class.ts';
import { hasCode } from '../system-error.ts';
import { systemPath } from '../system-path.ts';
import type { ByteString } from '../tree-entry.ts';
import { NOT_A_FILE, problemOf, STRANGER, type Tally } from './found.ts';

export interface ObjectTools {
  readonly root: ByteString;
  readonly attributes: AttributeAccess;
  /** Whether owners mean something: not where there is one id. */
  readonly owners: boolean;
}

const NAME = /^([0-9a-f]{62})\.(([0-7]{1,4})\.(\d{1,5})\.(\d{1,5})(?:\.[0-9a-f]{64})?)$/;
/** A pipe or a link in the place of an object is neither waited for nor followed. */
const FLAGS = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK;
const EPOCH_MS = BUILD_EPOCH * 1000;
const buffer = Buffer.allocUnsafeSlow(1024 * 1024);
const hasher = blake3Hasher();

/** Looks at one file below `objects/`. One that vanished is no finding: who needs it says so. */
export function checkObject(tally: Tally, { shard, name }: ObjectPlace, tools: ObjectTools): void {
  const file = `objects/${shard}/${name}`;
  const parts = NAME.exec(name);
  if (parts === null) {
    tally.found.push({ file, part: 'object', problem: 'foreign', reason: STRANGER });
    return;
  }
  try {
    const seen = look(`${tools.root}/${file}`, { shard, parts }, tools);
    if (seen === undefined) return;
    tally.checked += 1;
    tally.bytes += seen.bytes;
    if (seen.reason !== undefined) tally.found.push({ file, part: 'object', problem: 'damaged', reason: seen.reason });
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    tally.checked += 1;
    tally.found.push({ file, part: 'object', ...problemOf(error) });
  }
}

export interface ObjectPlace {
  readonly shard: string;
  readonly name: ByteString;
}

interface Named {
  readonly shard: string;
  /** Of the name: the rest of the id, the class, and the class's mode, user and group. */
  readonly parts: readonly string[];
}

interface Seen {
  readonly bytes: number;
  readonly reason: string | undefined;
}

function look(path: ByteString, { shard, parts }: Named, { attributes, owners }: ObjectTools): Seen | undefined {
  const [, rest = '', kind = '', mode = '', uid = '', gid = ''] = parts;
  const descriptor = fs.openSync(systemPath(path), FLAGS);
  try {
    const stats = fs.fstatSync(descriptor);
    if (!stats.isFile()) return { bytes: 0, reason: NOT_A_FILE };
    const hashed = hashDescriptor(descriptor, stats.size);
    const own = { mode: stats.mode & 0o7777, uid: Number(uid), gid: Number(gid) };
    if (hashed.blake3 !== shard + rest) return { ...hashed, reason: 'its bytes are not those of its name' };
    if (own.mode.toString(8) !== mode) return { ...hashed, reason: 'its mode is not that of its name' };
    if (owners && (stats.uid !== own.uid || stats.gid !== own.gid))
      return { ...hashed, reason: 'its owner is not that of its name' };
    const found = interpretAttributes(attributes.read(path, false));
    if (metadataClass({ ...own, attributes: found.attributes }) !== kind)
      return { ...hashed, reason: 'its attributes are not those of its name' };
    return { ...hashed, reason: stats.mtimeMs === EPOCH_MS ? undefined : 'its time changed: it was written to' };
  } catch (error) {
    if (error instanceof RangeError) return { bytes: 0, reason: error.message };
    throw error;
  } finally {
    fs.closeSync(descriptor);
  }
}

/**
 * Measured: one read into a kept buffer is the fastest for the sizes that trees are made of, and a kept hasher leaves nothing
 * for the collector.
 */
export function hashDescriptor(descriptor: number, size: number): { readonly blake3: string; readonly bytes: number } {
  hasher.reset();
  if (size < buffer.length) {
    const bytes = fs.readSync(descriptor, buffer, 0, size + 1, 0);
    return { blake3: hasher.update(buffer.subarray(0, bytes)).digest('hex'), bytes };
  }
  let bytes = 0;
  for (;;) {
    const count = fs.readSync(descriptor, buffer, 0, buffer.length, null);
    if (count === 0) return { blake3: hasher.digest('hex'), bytes };
    hasher.update(buffer.subarray(0, count));
    bytes += count;
  }
}
