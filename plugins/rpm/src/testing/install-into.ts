import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { ARCHIVES_INSIDE, type InstallPlan, type PackagePin } from '@karapace/core';

import type { TestTree } from './test-tree.ts';

export interface TestInstall {
  readonly pins: readonly PackagePin[];
  readonly plan: InstallPlan;
}

/** Runs the plan's steps on the tree, then shell commands in what they made; gives the lines printed. */
export async function installInto(
  { tools, lower }: TestTree,
  { pins, plan }: TestInstall,
  commands: readonly string[],
): Promise<readonly string[]> {
  const place = await tools.make();
  const [directory, work] = [join(place, 'upper'), join(place, 'work')];
  await Promise.all([mkdir(directory), mkdir(work)]);
  const archives = await tools.archives(
    pins.map((archive, index) => ({ archive, name: plan.archiveNames[index] ?? '' })),
  );
  const root = { kind: 'layers', lower, upper: { kind: 'directory', directory, work } } as const;
  const mounts = [{ source: archives, target: ARCHIVES_INSIDE, readOnly: true }];
  const script = ['/bin/sh', '-euc', commands.join('\n')];
  for (const command of plan.steps) {
    const { code, stderr } = await tools.run({ root, command, mounts, environment: plan.environment });
    if (code !== 0) throw new Error(`${command.join(' ')} failed: ${stderr}`);
  }
  const { code, stdout, stderr } = await tools.run({ root, command: script });
  if (code !== 0) throw new Error(`${commands.join('; ')} failed: ${stderr}`);
  return stdout.trimEnd().split('\n');
}
