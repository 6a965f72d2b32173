import type { LimitName, SandboxLimits } from '../contracts/sandbox.ts';

/** Every limit, in the order in which people are told of them. */
export const LIMIT_NAMES = [
  'cpu_shares',
  'memory_limit_mb',
  'pids_limit',
  'open_files_limit',
  'disk_limit_mb',
] as const satisfies readonly LimitName[];

/** What a sandbox has that nobody limits. */
export const NO_LIMITS: SandboxLimits = {
  cpu_shares: null,
  memory_limit_mb: null,
  pids_limit: null,
  open_files_limit: null,
  disk_limit_mb: null,
  best_effort: false,
};
