import type { DownloadProgress, StageName } from '@karapace/core';

/** What the engine tells of its work, as data. */
export type ProgressEvent =
  | { readonly kind: 'stage-started'; readonly stage: StageName }
  | { readonly kind: 'stage-finished'; readonly stage: StageName }
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'download'; readonly progress: DownloadProgress }
  | { readonly kind: 'layer-started'; readonly name: string }
  | {
      readonly kind: 'layer-built' | 'layer-reused';
      readonly name: string;
      readonly entries: number;
      readonly bytes: number;
    };
