import { expect, test } from 'vitest';

import type { LimitName } from '../contracts/sandbox.ts';
import { NO_LIMITS } from '../manifest/limit-names.ts';
import type { BackendBench } from './backend-bench.ts';

interface LimitCase {
  readonly limit: LimitName;
  readonly value: number;
  /** Goes over the limit, and prints what it is told. */
  readonly script: string;
  readonly stdout: RegExp;
}

const CASES: readonly LimitCase[] = [
  {
    limit: 'pids_limit',
    value: 40,
    script: 'i=0; while [ $i -lt 200 ]; do sleep 600 & i=$((i+1)); done; echo all',
    stdout: /^$/u,
  },
  {
    limit: 'memory_limit_mb',
    value: 32,
    script: `perl -e '$x = "a" x 200_000_000; print "has it\\n"'`,
    stdout: /^$/u,
  },
  { limit: 'open_files_limit', value: 64, script: 'ulimit -n', stdout: /^64$/mu },
];

/** What every backend must do with the limits that it says it enforces. */
export function describeLimits({ backend, run }: BackendBench): void {
  test.for(CASES)(
    '`$limit` is enforced where the backend says so',
    async ({ limit, value, script, stdout }, { skip }) => {
      const { limits } = await (await backend()).capabilities();
      if (!limits.includes(limit)) skip(`\`${limit}\` is not enforced here`);
      const ended = await run(['sh', '-c', script], { limits: { ...NO_LIMITS, [limit]: value } });

      expect(ended.stdout).toMatch(stdout);
    },
  );
}
