/** What `docs/errors.md` says of one error. */
export interface Explanation {
  /** Why it comes, in sentences. */
  readonly cause: string;
  /** What to do, in sentences; commands in backticks. */
  readonly cure: string;
}

export type Explanations = Readonly<Record<string, Explanation>>;
