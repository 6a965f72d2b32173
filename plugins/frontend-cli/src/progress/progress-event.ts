import type { DownloadProgress, StageName } from '@karapace/core';

/** What the engine tells of its work, as data. */
export type ProgressEvent =
  | { readonly kind: 'stage-started'; readonly stage: StageName }
  | { readonly kind: 'stage-finished'; readonly stage: StageName }
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'download'; readonly progress: DownloadProgress }
  | { readonly kind: 'layer-started' | 'layer-failed'; readonly key: string; readonly name: string }
  | { readonly kind: 'layer-checked'; readonly key: string; readonly name: string; readonly isSame: boolean }
  | {
      readonly kind: 'layer-built' | 'layer-reused';
      /** Tells it from layers of the same name. */
      readonly key: string;
      readonly name: string;
      readonly entries: number;
      readonly bytes: number;
    };
