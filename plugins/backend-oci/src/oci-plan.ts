import { KarapaceError, type SandboxSpec } from '@karapace/core';
import {
  describeRoot,
  planSandbox,
  sortMounts,
  withPinnedSources,
  type JoinPoint,
  type SandboxPlan,
} from '@karapace/sandbox-profile';

import { ociConfig, type OciConfig, type WindowSize } from './oci-config.ts';
import type { OciFacts } from './oci-facts.ts';
import { INIT_PROGRAM } from './init-program.ts';
import type { RuntimeName } from './runtime-names.ts';

/** Everything that will be done, as data. */
export interface OciPlan extends SandboxPlan {
  readonly runtime: RuntimeName;
  readonly config: OciConfig;
}

export interface OciPlanOptions {
  readonly facts: OciFacts;
  readonly runtime: RuntimeName;
  readonly join?: JoinPoint | null;
  /** Targets of mounts whose sources are files and no directories. */
  readonly files: readonly string[];
  readonly window?: WindowSize | null;
}

/**
 * Decides what a sandbox is made of. Pure.
 *
 * @throws KarapaceError `BACKEND_UNSUPPORTED`, `NAMESPACE_DENIED`, `SANDBOX_FAILED`, `TOOL_MISSING` for what cannot be done as
 * specified
 */
export function planOci(
  spec: SandboxSpec,
  { facts, runtime, files, join = null, window = null }: OciPlanOptions,
): OciPlan {
  const { initProgram } = facts;
  if (initProgram === null) throw initMissing();
  if (runtime === 'runc') checkThreads(spec);
  const sorted = { ...spec, mounts: withPinnedSources(sortMounts(spec.mounts)) };
  const plan = planSandbox(spec, facts, join);
  return {
    ...plan,
    runtime,
    config: ociConfig(
      sorted,
      { ...facts, initProgram, files },
      {
        isJoining: join !== null,
        window,
        openFiles: plan.limits.processes.openFiles,
      },
    ),
  };
}

/** Its own threads, which it has for a moment beside those of its first process inside. */
const LEAST_FOR_RUNC = 32;

function checkThreads({ limits: { pids_limit } }: SandboxSpec): void {
  if (pids_limit === null || pids_limit >= LEAST_FOR_RUNC) return;
  throw new KarapaceError(
    'BACKEND_UNSUPPORTED',
    `\`pids_limit = ${pids_limit}\` is too low for runc, which starts up to sixteen threads of its own`,
    { hint: `Set \`pids_limit\` to at least ${LEAST_FOR_RUNC}, or take crun: \`[runtime] backend = "oci-crun"\`.` },
  );
}

/** One line for each operation, in order. Values of variables stay out: they may be secrets. */
export function describeOciPlan(plan: OciPlan): readonly string[] {
  const { process, mounts, linux, hostname, root } = plan.config;
  const rules = linux.seccomp.syscalls.map(({ names, errnoRet }) => `${names.join(' ')} (${errnoRet})`);
  return [
    ...describeRoot(plan),
    `write a bundle for ${plan.runtime}: host name \`${hostname}\`${root.readonly ? ', read-only root' : ''}`,
    `new ${linux.namespaces.map(({ type }) => type).join(', ')} namespace`,
    ...mounts.map(({ source, destination, options }) => `mount ${source} on \`${destination}\` (${options.join(',')})`),
    `hide ${linux.maskedPaths.join(' ')}`,
    `make read only ${linux.readonlyPaths.join(' ')}`,
    `limit capabilities to ${process.capabilities.bounding.join(' ')}`,
    `answer system calls with an error: ${[...new Set(rules)].join(', ')}`,
    `set the variables ${process.env.map((variable) => variable.slice(0, variable.indexOf('='))).join(' ')}`,
    `run ${JSON.stringify(plan.command)} in \`${process.cwd}\``,
  ];
}

function initMissing(): KarapaceError {
  return new KarapaceError('TOOL_MISSING', `The program \`${INIT_PROGRAM}\` is not installed`, {
    hint: 'Run `karapace doctor --fix`, which installs `tini`.',
  });
}
