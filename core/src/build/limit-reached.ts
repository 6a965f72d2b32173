import type { ExitStatus, LimitName, SandboxLimits } from '../contracts/sandbox.ts';

const NAMES: Readonly<Record<LimitName, (limit: number) => string>> = {
  cpu_shares: (limit) => `limit of ${limit} CPU shares`,
  memory_limit_mb: (limit) => `memory limit of ${limit} MB`,
  pids_limit: (limit) => `limit of ${limit} processes`,
  open_files_limit: (limit) => `limit of ${limit} open files`,
  disk_limit_mb: (limit) => `disk limit of ${limit} MB`,
};

/** Says for people which limit a command failed of. */
export function limitReached(limit: LimitName, limits: SandboxLimits): string {
  return `the ${nameOf(limit, limits)} was reached`;
}

/** Says for people what limits may have to do with how a command ended. */
export function limitsAtEnd({ limit, uncounted = [] }: ExitStatus, limits: SandboxLimits): readonly string[] {
  if (limit !== undefined) return [limitReached(limit, limits)];
  return uncounted.map(
    (each) => `the command may have failed of the ${nameOf(each, limits)}: the kernel does not say when it is reached`,
  );
}

function nameOf(limit: LimitName, limits: SandboxLimits): string {
  return NAMES[limit](limits[limit] ?? 0);
}
