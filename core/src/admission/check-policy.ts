import type { NormalizedManifest } from '../contracts/manifest.ts';
import type { PolicyInForce, PolicyPlaces } from '../contracts/policy.ts';
import type { SandboxLimits, SandboxSpec } from '../contracts/sandbox.ts';
import type { Environment } from '../contracts/environment-store.ts';
import { loadPolicies, type LoadedPolicy, type PolicyMemos } from './load-policies.ts';
import { hostPath, isOfProject } from '../manifest/parse-mount.ts';
import type { AdmittedSandbox } from '../stages/exec.ts';
import { findRefusal, type ResolvedPolicy, type WantedMount } from '../policy/find-refusal.ts';
import { narrowLimits } from '../policy/narrow-limits.ts';
import { placeToAllow } from './policies-in-force.ts';
import { withDefault } from '../policy/with-default.ts';
import { UNKNOWN_PROJECT } from '../store/environment-record.ts';
import { holdSource, realPath, realPlace } from '../store/policy/mount-source.ts';

export interface PolicyReader {
  readonly places: PolicyPlaces;
  readonly memos: PolicyMemos;
}

/** A manifest, or what a lock kept of one. */
export interface PolicyCase {
  readonly intent: NormalizedManifest;
  /** The manifest, or the directory of the project where that is all that is known. */
  readonly file: string;
  /** Absolute path of the project's directory. */
  readonly project: string;
}

/**
 * Checks a manifest against every policy that is in force.
 *
 * @throws KarapaceError `POLICY_DENIED`, `POLICY_INVALID`
 */
export async function checkPolicy(
  { intent, file, project }: PolicyCase,
  { places, memos }: PolicyReader,
): Promise<void> {
  const loaded = await loadPolicies(places, { file, policy: intent.policy }, memos);
  const { home } = places;
  const mounts = intent.mounts.map(({ label, host }) => {
    const source = hostPath(host, { project, home });
    return { label, real: realPlace(source), isAbsent: realPath(source) === undefined };
  });
  await refuse(loaded, { intent, mounts }, { project, places });
}

/**
 * Checks an environment's sandbox against every policy that is in force now, and against where its mounts lead now. What
 * was looked at is what is mounted: by its real path, and by its inode.
 *
 * @throws KarapaceError `POLICY_DENIED`, `POLICY_INVALID`, `SANDBOX_FAILED` for a mount whose source is not there
 */
export async function admitSandbox(
  spec: SandboxSpec,
  { lock: { intent }, project }: Pick<Environment, 'lock' | 'project'>,
  { places, memos }: PolicyReader,
): Promise<AdmittedSandbox> {
  const loaded = await loadPolicies(places, { file: project, policy: intent.policy }, memos);
  using held = new DisposableStack();
  const sources = spec.mounts.map(({ source }) => held.use(holdSource(source)));
  const mounts = intent.mounts.map(({ label }, index) => ({ label, real: sources[index]?.real ?? '' }));
  await refuse(loaded, { intent, mounts }, { project, places });
  const kept = held.move();
  return {
    spec: {
      ...spec,
      mounts: spec.mounts.map((mount, index) => ({
        ...mount,
        source: sources[index]?.real ?? '',
        inode: sources[index]?.inode,
      })),
      limits: narrowLimits(
        spec.limits,
        loaded.map(({ policy }) => policy),
      ),
    },
    [Symbol.dispose]: () => kept.dispose(),
  };
}

/**
 * The limits of a manifest, as every policy that is in force narrows them.
 *
 * @throws KarapaceError `POLICY_INVALID`
 */
export async function limitsInForce(
  { intent, file }: Pick<PolicyCase, 'intent' | 'file'>,
  { places, memos }: PolicyReader,
): Promise<SandboxLimits> {
  const loaded = await loadPolicies(places, { file, policy: intent.policy }, memos);
  return narrowLimits(
    intent.runtime.resource_limits,
    loaded.map(({ policy }) => policy),
  );
}

interface Surroundings {
  readonly project: string;
  readonly places: PolicyPlaces;
}

async function refuse(
  loaded: readonly LoadedPolicy[],
  wish: { readonly intent: NormalizedManifest; readonly mounts: readonly WantedMount[] },
  around: Surroundings,
): Promise<void> {
  const { places } = around;
  const policies = withDefault(loaded, placeToAllow(places)).map((policy) => resolved(policy, around));
  const refusal = findRefusal(policies, wish);
  if (refusal === undefined) return;
  const { policyDenied } = await import('./policy-denied.ts');
  throw await policyDenied(refusal, loaded);
}

function resolved(policy: PolicyInForce, { project, places: { home } }: Surroundings): ResolvedPolicy {
  // A project that nobody knows, which is kept as `/`, is no reason to mount anything.
  const known = policy.policy.mounts?.filter((written) => project !== UNKNOWN_PROJECT || !isOfProject(written));
  const directories = known?.map((written) => hostPath(written, { project, home }));
  return { ...policy, directories: directories?.flatMap((directory) => realPath(directory) ?? []) ?? null };
}
