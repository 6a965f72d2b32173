import type { LimitName, SandboxLimits } from '../contracts/sandbox.ts';

const SENTENCES: Readonly<Record<LimitName, (limit: number) => string>> = {
  cpu_shares: (limit) => `the limit of ${limit} CPU shares was reached`,
  memory_limit_mb: (limit) => `the memory limit of ${limit} MB was reached`,
  pids_limit: (limit) => `the limit of ${limit} processes was reached`,
  open_files_limit: (limit) => `the limit of ${limit} open files was reached`,
  disk_limit_mb: (limit) => `the disk limit of ${limit} MB was reached`,
};

/** Says for people which limit a command failed of. */
export function limitReached(limit: LimitName, limits: SandboxLimits): string {
  return SENTENCES[limit](limits[limit] ?? 0);
}
