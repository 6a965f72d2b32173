import fs from 'node:fs';

import type { TreeDigest } from '../../contracts/ids.ts';
import { attributeAccess } from '../inode-attributes.ts';
import { isDigest, storeLayout } from '../store-layout.ts';
import { hasCode } from '../system-error.ts';
import { byteString, systemPath } from '../system-path.ts';
import type { ByteString } from '../tree-entry.ts';
import { checkObject } from './check-object.ts';
import { checkTreeFile, type TreeTools } from './check-tree-file.ts';
import { emptyTally, problemOf, type Tally } from './found.ts';

/**
 * A piece of work: `objects/<2 hex>` is a directory of objects, `objects/<2 hex>/<name>` one of them,
 * `trees/<2 hex>/<62 hex>` a tree with its checkout.
 */
export type VerifyUnit = string;

export interface VerifyPlace {
  readonly root: string;
  readonly owners: boolean;
  /** A free path below `tmp/`. */
  readonly alias: string;
}

/** What looks at units one after the other. */
export function openVerifier({ root, owners, alias }: VerifyPlace): (unit: VerifyUnit) => Tally {
  const attributes = attributeAccess(alias);
  const tools: TreeTools = { root: byteString(root), layout: storeLayout(root), attributes, owners };
  return (unit) => {
    const tally = emptyTally();
    const [kind, shard = '', name] = unit.split('/');
    if (kind === 'objects') checkObjects(tally, { shard, name }, tools);
    else if (isDigest(`${shard}${name}`)) checkTreeFile(tally, `${shard}${name}` as TreeDigest, tools);
    else throw new TypeError(`\`${unit}\` is nothing to verify`);
    return tally;
  };
}

interface Objects {
  readonly shard: string;
  /** `undefined`: all. */
  readonly name: string | undefined;
}

function checkObjects(tally: Tally, { shard, name }: Objects, tools: TreeTools): void {
  if (name !== undefined) return checkObject(tally, { shard, name }, tools);
  const directory = `objects/${shard}`;
  let names: readonly ByteString[];
  try {
    names = fs.readdirSync(systemPath(`${tools.root}/${directory}`), { encoding: 'latin1' });
  } catch (error) {
    // That a directory is missing is found where all directories are looked at.
    if (!hasCode(error, 'ENOENT')) tally.found.push({ file: directory, part: 'directory', ...problemOf(error) });
    return;
  }
  for (const each of names) checkObject(tally, { shard, name: each }, tools);
}
