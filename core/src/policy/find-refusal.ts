import type { NormalizedManifest } from '../contracts/manifest.ts';
import type { PolicyDevice, PolicyInForce } from '../contracts/policy.ts';
import { isBelow } from '../manifest/inside-path.ts';
import { LIMIT_NAMES } from '../manifest/limit-names.ts';
import type { DataPath } from '../manifest/manifest-source.ts';
import { printPairs } from '../lock/print-toml.ts';

/** A policy whose directories are known by their real paths; a directory that is not there allows nothing. */
export interface ResolvedPolicy extends PolicyInForce {
  readonly directories: readonly string[] | null;
}

export interface WantedMount {
  readonly label: string;
  /** Where it leads through whatever links. */
  readonly real: string;
  /** Nothing is there. Default: something is. */
  readonly isAbsent?: boolean | undefined;
}

export interface PolicyWish {
  readonly intent: Pick<NormalizedManifest, 'hardware' | 'env' | 'run' | 'runtime'>;
  readonly mounts: readonly WantedMount[];
}

/** The first thing that a policy does not allow. */
export interface Refusal {
  readonly origin: ResolvedPolicy['origin'];
  readonly file: string;
  /** The rule, from the top of the policy's file. */
  readonly path: DataPath;
  /** One sentence without a full stop. */
  readonly message: string;
  /** The line that would allow it, and whether it stands in the policy or in the manifest. */
  readonly line: string;
  /** What has to be made before, since a directory that is not there allows nothing. */
  readonly absent?: string | undefined;
  readonly table: '[policy]' | '[runtime]' | '[runtime.resource_limits]' | '[[run]]';
}

/** What the first policy in the list that objects objects to; each can only narrow what the others allow. Pure. */
export function findRefusal(policies: readonly ResolvedPolicy[], wish: PolicyWish): Refusal | undefined {
  for (const policy of policies) {
    const [problem] = [mounts, devices, variables, network, maxima].flatMap((rule) => rule(policy, wish));
    if (problem !== undefined) return { ...problem, origin: policy.origin, file: policy.file };
  }
  return undefined;
}

/** Whether a real path is a directory or in it; `/a` holds `/a/b` and not `/ab`. */
export function isWithin(real: string, directory: string): boolean {
  return directory === '/' || isBelow(real, [directory]);
}

type Problem = Omit<Refusal, 'origin' | 'file'>;

function mounts({ origin, policy, directories }: ResolvedPolicy, wish: PolicyWish): readonly Problem[] {
  if (directories === null) return [];
  const outside = wish.mounts.filter(({ real }) => !directories.some((directory) => isWithin(real, directory)));
  const where =
    origin === 'default'
      ? 'outside of the project, and no `policy.mounts` allows it'
      : 'in no directory of `policy.mounts`';
  return outside.map(({ label, real, isAbsent = false }) => ({
    ...(isAbsent ? { absent: real } : {}),
    ...inPolicy('mounts', [...(policy.mounts ?? []), real]),
    message: `The mount \`${label}\` is not allowed: \`${real}\` is ${where}`,
  }));
}

function devices({ policy }: ResolvedPolicy, { intent }: PolicyWish): readonly Problem[] {
  const { devices: allowed } = policy;
  if (allowed === null) return [];
  const wanted = (['gpu', 'audio'] as const satisfies readonly PolicyDevice[]).filter((name) => intent.hardware[name]);
  return wanted
    .filter((name) => !allowed.includes(name))
    .map((name) => ({
      ...inPolicy('devices', [...allowed, name]),
      message: `\`hardware.${name}\` is not allowed: \`policy.devices\` does not have it`,
    }));
}

function variables({ policy }: ResolvedPolicy, { intent }: PolicyWish): readonly Problem[] {
  const { variables: allowed } = policy;
  if (allowed === null) return [];
  return Object.keys(intent.env)
    .filter((name) => !allowed.some((pattern) => matches(name, pattern)))
    .map((name) => ({
      ...inPolicy('variables', [...allowed, name]),
      message: `The variable \`${name}\` is not allowed: \`policy.variables\` does not have it`,
    }));
}

function matches(name: string, pattern: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function network({ policy }: ResolvedPolicy, { intent }: PolicyWish): readonly Problem[] {
  if (!policy.network_isolation) return [];
  const path = ['policy', 'network_isolation'];
  const open = intent.run.filter((run) => run.network);
  const inRun = open.map(({ name }): Problem => {
    const message = `The network of the run \`${name}\` is not allowed: \`policy.network_isolation\` is \`true\``;
    return { path, message, line: 'network = false', table: '[[run]]' };
  });
  if (intent.runtime.network_isolation) return inRun;
  const message = "The host's network is not allowed: `policy.network_isolation` is `true`";
  return [{ path, message, line: 'network_isolation = true', table: '[runtime]' }, ...inRun];
}

function maxima({ policy }: ResolvedPolicy, { intent }: PolicyWish): readonly Problem[] {
  const { resource_limits: limits } = intent.runtime;
  const set = LIMIT_NAMES.filter((key) => policy.resource_limits[key] !== null);
  if (set.length > 0 && limits.best_effort) return [bestEffort()];
  return set.flatMap((key): readonly Problem[] => {
    const [most, asked] = [policy.resource_limits[key], limits[key]];
    if (most === null || asked === null || asked <= most) return [];
    const message = `\`${key} = ${asked}\` is not allowed: \`policy.resource_limits.${key}\` is \`${most}\``;
    const path = ['policy', 'resource_limits', key];
    return [{ path, message, line: `${key} = ${most}`, table: '[runtime.resource_limits]' }];
  });
}

/** A maximum that may not be enforced is none. */
function bestEffort(): Problem {
  const message = '`best_effort` is not allowed: `policy.resource_limits` are to be enforced';
  const path = ['policy', 'resource_limits'];
  return { path, message, line: 'best_effort = false', table: '[runtime.resource_limits]' };
}

function inPolicy(key: string, names: readonly string[]): Omit<Problem, 'message'> {
  return { path: ['policy', key], line: printPairs({ [key]: names }).join(''), table: '[policy]' };
}
