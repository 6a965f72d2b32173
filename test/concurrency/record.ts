/** One thing that a process asked of a store. A reference is a name or an identity. */
export type Asked =
  | { readonly kind: 'build'; readonly project: string; readonly name: string | undefined; readonly fresh: boolean }
  | { readonly kind: 'rename'; readonly reference: string; readonly to: string }
  | { readonly kind: 'mark'; readonly reference: string; readonly mark: Mark }
  /** Writes a file that only this process writes, with that many bytes. */
  | { readonly kind: 'write'; readonly id: string; readonly file: string; readonly size: number }
  | { readonly kind: 'commit'; readonly id: string }
  | { readonly kind: 'restore'; readonly id: string; readonly snapshot: string }
  | { readonly kind: 'destroy'; readonly reference: string }
  | { readonly kind: 'unlock'; readonly project: string }
  | { readonly kind: 'gc'; readonly dryRun: boolean }
  | { readonly kind: 'list' }
  | { readonly kind: 'inspect'; readonly reference: string }
  | { readonly kind: 'diff'; readonly id: string }
  | { readonly kind: 'snapshots'; readonly id: string }
  | { readonly kind: 'verify' };

export type Mark = { readonly frozen: boolean } | { readonly archived: boolean };

/** What can be seen of an environment. */
export interface Seen {
  readonly id: string;
  readonly names: readonly string[];
  readonly frozen: boolean;
  readonly archived: boolean;
  readonly project: string;
  readonly generation: number;
}

/** Sizes by file name. */
export type Content = Readonly<Record<string, number>>;

/** What it was told. What does not apply is missing. */
export interface Told {
  readonly id?: string | undefined;
  readonly seen?: readonly Seen[] | undefined;
  readonly remains?: readonly string[] | undefined;
  readonly snapshot?: string | undefined;
  readonly isNew?: boolean | undefined;
  readonly content?: Content | undefined;
  readonly snapshots?: readonly string[] | undefined;
  readonly removed?: readonly string[] | undefined;
}

export type Answer =
  | { readonly told: Told }
  | { readonly refused: string; readonly message: string }
  /** Anything that is no documented refusal. */
  | { readonly bug: string };

/** One operation with when it began and ended, in nanoseconds of a clock that all processes share. */
export interface Recorded {
  readonly process: number;
  readonly asked: Asked;
  readonly answer: Answer;
  readonly start: number;
  readonly end: number;
}

export function now(): number {
  return Number(process.hrtime.bigint());
}
