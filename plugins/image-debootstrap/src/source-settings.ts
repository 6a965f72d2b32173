import type { DistributionName } from './distributions.ts';

export interface SourceSettings {
  readonly mirrors: Readonly<Partial<Record<DistributionName, string | undefined>>>;
  readonly keyrings: Readonly<Partial<Record<DistributionName, string | undefined>>>;
}
