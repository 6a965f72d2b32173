import type { Ids, TreeDigest } from '../contracts/ids.ts';
import type { IngestSummary, TreeChange, TreeSummary } from '../contracts/tree-store.ts';
import type { ErrorCode, SourcePlace } from '../errors.ts';
import type { VerifyUnit } from './verify/verify-unit.ts';
import type { VerifiedUnits } from './verify/verify-units.ts';

/** What a tree process is told when it starts; one JSON argument. */
export interface TreeProcessOptions {
  readonly root: string;
  readonly ids: Ids;
  /** A directory of its own, below `tmp/`. */
  readonly staging: string;
}

/** What a tree process can be asked for. One JSON object per line; one answer per request, in the same order. */
export interface TreeRequests {
  readonly consume: { readonly input: { readonly directory: string }; readonly output: TreeSummary };
  readonly digest: { readonly input: { readonly directory: string }; readonly output: TreeSummary };
  readonly checkout: { readonly input: { readonly tree: TreeDigest }; readonly output: null };
  readonly ingest: { readonly input: { readonly directory: string }; readonly output: IngestSummary };
  readonly materialize: {
    readonly input: { readonly tree: TreeDigest; readonly directory: string };
    readonly output: null;
  };
  readonly changes: {
    readonly input: { readonly lower: readonly TreeDigest[]; readonly directory: string };
    readonly output: readonly TreeChange[];
  };
  /** Sends a tree through the channel as an archive. */
  readonly pack: { readonly input: { readonly tree: TreeDigest }; readonly output: null };
  /** Fills an empty directory with what comes through the channel, as archives that lie one upon the other. */
  readonly unpack: { readonly input: UnpackRequest; readonly output: null };
  /** Looks at objects and trees, for about a second; the first time decides whether owners mean something. */
  readonly verify: {
    readonly input: { readonly units: readonly VerifyUnit[]; readonly owners: boolean };
    readonly output: VerifiedUnits;
  };
  /** Gives a directory of id 0 the owner, mode and attributes of a tree's root. */
  readonly dress: {
    readonly input: { readonly tree: TreeDigest; readonly directory: string };
    readonly output: null;
  };
  readonly isEmpty: { readonly input: { readonly directory: string }; readonly output: boolean };
  readonly remove: { readonly input: { readonly directory: string }; readonly output: null };
}

export interface UnpackRequest {
  readonly directory: string;
  /** Set the times of the archives. Without it times are whatever they become. */
  readonly timed: boolean;
  /** Names that come through the channel in turn, for messages; the lowest archive first. */
  readonly archives: readonly string[];
  /**
   * `tree`: an archive holds exactly what is to become a tree, and anything else is refused. `image`: it was made elsewhere, for people who
   * may own any id and any device; `docs/store-format.md` says what becomes of that. `oci-image`: the same, with that format's whiteouts.
   */
  readonly kind: 'tree' | 'image' | 'oci-image';
}

export type TreeVerb = keyof TreeRequests;

export interface TreeRequest<Verb extends TreeVerb = TreeVerb> {
  readonly verb: Verb;
  readonly input: TreeRequests[Verb]['input'];
}

/** Errors lose their class on the way between processes, so they travel as data. */
export type TreeAnswer = { readonly output: unknown } | { readonly failure: TreeFailure } | { readonly bug: string };

export interface TreeFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly place?: SourcePlace | undefined;
}
