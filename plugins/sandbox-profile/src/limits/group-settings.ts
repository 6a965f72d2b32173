import type { SandboxLimits } from '@karapace/core';

import type { Controller } from './hierarchies.ts';

/** A file of a control group and what is written to it. */
export interface GroupSetting {
  readonly file: string;
  readonly value: string;
  /** Written where a kernel without accounting of swap does not have the file. */
  readonly otherwise?: { readonly file: string; readonly value: string };
}

const MEBIBYTE = 1024 * 1024;
const USUAL_SHARES = 1024;
const USUAL_WEIGHT = 100;
const MOST_WEIGHT = 10_000;

/** What a limit is in the files that cgroups(7) and the kernel's `cgroup-v2` page describe. */
export function groupSettings(
  controller: Controller,
  version: 1 | 2,
  { cpu_shares, memory_limit_mb, pids_limit }: SandboxLimits,
): readonly GroupSetting[] {
  switch (controller) {
    case 'cpu':
      if (version === 1) return [{ file: 'cpu.shares', value: String(cpu_shares) }];
      return [{ file: 'cpu.weight', value: String(weightOf(cpu_shares ?? USUAL_SHARES)) }];
    case 'memory':
      return memorySettings(version, String((memory_limit_mb ?? 0) * MEBIBYTE));
    case 'pids':
      return [{ file: 'pids.max', value: String(pids_limit) }];
  }
}

function memorySettings(version: 1 | 2, bytes: string): readonly GroupSetting[] {
  if (version === 2) {
    return [
      { file: 'memory.max', value: bytes },
      { file: 'memory.swap.max', value: '0', otherwise: { file: 'memory.max', value: bytes } },
    ];
  }
  return [
    { file: 'memory.limit_in_bytes', value: bytes },
    { file: 'memory.memsw.limit_in_bytes', value: bytes, otherwise: { file: 'memory.swappiness', value: '0' } },
  ];
}

/** Both versions say how much the usual group has, and share in proportion. */
function weightOf(shares: number): number {
  return Math.min(MOST_WEIGHT, Math.max(1, Math.round((shares * USUAL_WEIGHT) / USUAL_SHARES)));
}
