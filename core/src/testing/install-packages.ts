import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';

import type { PackagePin } from '../contracts/lock.ts';
import type { InstallPlan } from '../contracts/package-manager.ts';
import { ARCHIVES_INSIDE } from '../layers/build-environment.ts';
import type { TestTools } from './test-tools.ts';

/**
 * Does what a build does with a plan: runs its steps on the layers, the topmost first, without network. A step that fails is a failed test.
 *
 * @returns a root of these layers and of what the steps changed, whose directory is `root.upper.directory`
 */
export async function installPackages(
  plan: InstallPlan,
  packages: readonly PackagePin[],
  { tools, lower }: { readonly tools: TestTools; readonly lower: readonly string[] },
) {
  const place = await tools.make();
  const [directory, work] = [join(place, 'upper'), join(place, 'work')];
  await Promise.all([mkdir(directory), mkdir(work)]);
  const archives = await tools.archives(
    packages.map((archive, index) => ({ archive, name: plan.archiveNames[index] ?? '' })),
  );
  const root = { kind: 'layers', lower, upper: { kind: 'directory', directory, work } } as const;
  const mounts = [{ source: archives, target: ARCHIVES_INSIDE, readOnly: true }];
  for (const command of plan.steps) {
    expect(await tools.run({ root, command, mounts, environment: plan.environment })).toMatchObject({ code: 0 });
  }
  return root;
}
