import type { TakenLayer } from '../build/build-layers.ts';
import type { LayerDifference } from '../build/check-layers.ts';
import type { BuildComparison } from '../contracts/explanation.ts';
import type { Environment } from '../contracts/environment-store.ts';

export interface BuildResult {
  readonly environment: Environment;
  readonly status: 'built' | 'unchanged';
  readonly lockFile: string;
  readonly lockWritten: boolean;
  readonly layers: readonly TakenLayer[];
  /** Since the build before; `undefined` where nothing was done, or where there was none. */
  readonly comparison: BuildComparison | undefined;
  /** Empty unless `check` was asked for and something differed. */
  readonly differences: readonly LayerDifference[];
}
