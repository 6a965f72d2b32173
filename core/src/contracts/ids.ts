declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** 64 hex digits: blake3 of the canonical lock. Made only in `identity/`. */
export type EnvIdentity = Branded<'EnvIdentity'>;
/** 64 hex digits: blake3 of a layer's definition and of its parents' content. Made only in `identity/`. */
export type LayerKey = Branded<'LayerKey'>;
/** 64 hex digits: blake3 of a file's bytes. Made only in `store/`. */
export type ObjectId = Branded<'ObjectId'>;
/** 64 hex digits: blake3 of a tree's canonical encoding. Made only in `store/`. */
export type TreeDigest = Branded<'TreeDigest'>;
/** 64 hex digits: blake3 of a snapshot's tree and of the layers below it. Made only in `store/`. */
export type SnapshotId = Branded<'SnapshotId'>;

/**
 * Which user and group ids a tree can hold: `full` is 0 to 65535, by root or by a subordinate id range;
 * `single` is 0 alone, for a user without such a range. Every owner in a `single` tree is 0.
 */
export type Ids = 'full' | 'single';
