import type { EnvIdentity, Ids, LayerKey, TreeDigest } from './ids.ts';
import type { NormalizedManifest } from './manifest.ts';

/** One file to fetch, pinned. */
export interface ArchivePin {
  /** Package name; with version and arch it is unique within one list. */
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  readonly url: string;
  /** Bytes. */
  readonly size: number;
  /** 64 hex digits. */
  readonly sha256: string;
}

/** A base image that an ImageSource has pinned: enough to build the same bytes again without asking anybody. */
export interface ImagePin {
  /** As the manifest has it: `debian/trixie`. */
  readonly reference: string;
  /** Name of the ImageSource that made it. */
  readonly source: string;
  /** Whatever else decides the bytes: suite, architecture, variant, sources. Plain strings, sorted by key when printed. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly archives: readonly ArchivePin[];
}

/** One package of the closure. */
export interface PackagePin extends ArchivePin {
  /** Name of the PackageManager that resolved it. */
  readonly manager: string;
  /** Which list of the manifest asked for it; `dependency` where none did. */
  readonly asked: 'system' | 'gui' | 'dependency';
}

/** A package of a lock. */
export interface LockedPackage extends PackagePin {
  /** Which layer of packages installs it; 0 is the lowest, and none is left out. */
  readonly layer: number;
}

/** The content of one `[[files]]` of the manifest. */
export interface FilesPin {
  /** As the manifest has it, normal. */
  readonly target: string;
  /** Of the source with the permissions that it gets: its directory, or a directory with the file alone. */
  readonly tree: TreeDigest;
}

export interface Resolution {
  readonly base: ImagePin & { readonly tree: TreeDigest };
  /** Sorted by name, version, arch. */
  readonly packages: readonly PackagePin[];
  /** One for each of the manifest's `files`, in their order. */
  readonly files: readonly FilesPin[];
  readonly ids: Ids;
}

/** The content of `karapace.lock`. */
export interface LockFile {
  /** Raised when the file's form changes. */
  readonly lock_version: number;
  /** Raised when the same lock must give other identities or other bytes. */
  readonly hash_version: number;
  readonly env_id: EnvIdentity;
  readonly short_id: string;
  readonly ids: Ids;
  /** What the manifest asked for: the lock's answer to "does this lock still fit?" and the declared policy. */
  readonly intent: NormalizedManifest;
  readonly base: Resolution['base'];
  readonly packages: readonly LockedPackage[];
  readonly files: readonly FilesPin[];
}

export type LayerKind = 'base' | 'packages' | 'apps' | 'files' | 'run';

/** What decides a layer's bytes; canonical JSON of it and of the parents' trees is hashed into the LayerKey. */
export interface LayerDefinition {
  readonly kind: LayerKind;
  readonly ids: Ids;
  /** Plain JSON data. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** A node of the layer DAG, before anything is built. Its key is known only when its parents' trees are. */
export interface Layer {
  /** For people and for edges: `base`, `packages`, `packages-1`, `files`, `run-tools`. Unique in one plan. */
  readonly name: string;
  readonly definition: LayerDefinition;
  /** Names of the layers below, nearest first. */
  readonly parents: readonly string[];
}

/** A layer in the store. */
export interface BuiltLayer {
  readonly name: string;
  readonly key: LayerKey;
  readonly tree: TreeDigest;
  readonly entries: number;
  /** Sum of the files' sizes. */
  readonly bytes: number;
}
