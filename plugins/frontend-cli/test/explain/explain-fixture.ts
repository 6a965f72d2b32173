import type { Environment, InputDifference, LayerComparison } from '@karapace/core';

export function difference(
  path: InputDifference['path'],
  change: InputDifference['change'],
  [before, after]: readonly [unknown, unknown],
): InputDifference {
  return { path: ['inputs', ...path], change, before, after };
}

export function comparison(name: string, facts: Partial<LayerComparison>): LayerComparison {
  return {
    ...{ name, kind: 'packages', verdict: 'same', before: undefined, after: undefined },
    ...{ differences: [], parents: [], paths: [], hasSameBytes: false, ...facts },
  };
}

export function environment(name: string, digit: string): Environment {
  const [env_id, short_id] = [digit.repeat(64), digit.repeat(12)];
  return { env_id, short_id, name, names: [name], lock: { packages: [], base: {} } } as unknown as Environment;
}

export function archive(name: string, version: string): Readonly<Record<string, string>> {
  return { name, version, arch: 'amd64', sha256: version.repeat(64).slice(0, 64), file: `${name}_${version}.deb` };
}

export const GIT_UPDATE: readonly InputDifference[] = [
  difference(['archives', 'git amd64'], 'changed', [archive('git', '1'), archive('git', '2')]),
  difference(['steps', 0, 3], 'changed', ['/run/archives/git_1.deb', '/run/archives/git_2.deb']),
];
