import type { InstallPlan, PackagePin } from '@karapace/core';
import { installPackages } from '@karapace/core/testing';

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
  const root = await installPackages(plan, pins, { tools, lower });
  const { code, stdout, stderr } = await tools.run({ root, command: ['/bin/sh', '-euc', commands.join('\n')] });
  if (code !== 0) throw new Error(`${commands.join('; ')} failed: ${stderr}`);
  return stdout.trimEnd().split('\n');
}
