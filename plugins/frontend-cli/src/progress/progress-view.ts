import type { ProgressLine, ProgressTracker } from './progress-tracker.ts';

/** How progress is shown. Disposal leaves a clean line. */
export interface ProgressView extends Disposable {
  /** Something happened; these lines tell it. */
  show(lines: readonly ProgressLine[]): void;
  /** A line of its own between the others. */
  interject(text: string): void;
}

export interface ViewOptions {
  readonly tracker: ProgressTracker;
  /** Where it is written: stderr. */
  readonly stream: {
    readonly write: (text: string) => void;
    /** At this moment; `undefined` where it has no width. */
    readonly columns: () => number | undefined;
  };
}
