import path from 'node:path';

import type { EnvIdentity, LayerKey, ObjectId, TreeDigest } from '../contracts/ids.ts';

/** Raised when a store of before cannot be read as it is. */
export const FORMAT_VERSION = 2;

export const STORE_DIRECTORIES = [
  'objects',
  'trees',
  'layers',
  'checkouts',
  'environments',
  'names',
  'archives',
  'cache',
  'journal',
  'leases',
  'damaged',
  'locks',
  'tmp',
] as const;

/** Locks of the store as a whole, below `locks/`; their files are never removed. */
export const STORE_LOCKS = ['.environments', '.gc', '.sweep'] as const;

/** One level of directories, by the first byte of the object's id. */
export const OBJECT_SHARDS: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
);

/** Where everything is. All but the root is plain ASCII. */
export interface StoreLayout {
  readonly root: string;
  readonly format: string;
  directory(name: (typeof STORE_DIRECTORIES)[number]): string;
  object(id: ObjectId, metadataClass: string): string;
  tree(digest: TreeDigest): string;
  checkout(digest: TreeDigest): string;
  layer(key: LayerKey): string;
  archive(sha256: string): string;
  environment(id: EnvIdentity): string;
  name(name: string): string;
}

export function storeLayout(root: string): StoreLayout {
  const [objects, trees] = [path.join(root, 'objects'), path.join(root, 'trees')];
  const [environments, names] = [path.join(root, 'environments'), path.join(root, 'names')];
  // Asked for each file of a tree and each environment of a list: joined by hand.
  const shard = (kind: string, id: string) => `${kind}/${id.slice(0, 2)}/${id.slice(2)}`;
  return {
    root,
    format: path.join(root, 'format'),
    directory: (name) => path.join(root, name),
    object: (id, metadataClass) => `${shard(objects, digestPart(id))}.${metadataClass}`,
    tree: (digest) => shard(trees, digestPart(digest)),
    checkout: (digest) => path.join(root, 'checkouts', digestPart(digest)),
    layer: (key) => path.join(root, 'layers', digestPart(key)),
    archive: (sha256) => path.join(root, 'archives', digestPart(sha256)),
    environment: (id) => `${environments}/${digestPart(id)}`,
    name: (name) => `${names}/${name}`,
  };
}

export function isDigest(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** No digest that came from a file or a caller may lead out of its directory. */
function digestPart(digest: string): string {
  if (!isDigest(digest)) throw new TypeError(`\`${digest}\` is not 64 hex digits`);
  return digest;
}
