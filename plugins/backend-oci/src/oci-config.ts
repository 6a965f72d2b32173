import type { SandboxSpec } from '@karapace/core';
import { CAPABILITIES, isInner, READ_ONLY_PROC, TOOLS_CAPABILITIES, WORKSPACE } from '@karapace/sandbox-profile';

import { INIT } from './init-program.ts';
import { ociMounts, type MountFacts, type OciMount } from './oci-mounts.ts';
import { ociSeccomp, type OciSeccomp } from './oci-seccomp.ts';

/** The part that is used of `config.json`: https://github.com/opencontainers/runtime-spec/blob/v1.2.0/config.md */
export interface OciConfig {
  readonly ociVersion: string;
  readonly process: {
    readonly terminal: boolean;
    readonly consoleSize?: WindowSize;
    readonly user: { readonly uid: number; readonly gid: number };
    readonly args: readonly string[];
    readonly env: readonly string[];
    readonly cwd: string;
    readonly capabilities: Readonly<Record<'bounding' | 'effective' | 'permitted', readonly string[]>>;
    readonly noNewPrivileges: boolean;
    readonly rlimits: readonly { readonly type: string; readonly soft: number; readonly hard: number }[];
  };
  readonly root: { readonly path: string; readonly readonly: boolean };
  readonly hostname: string;
  readonly mounts: readonly OciMount[];
  readonly linux: {
    readonly namespaces: readonly { readonly type: string }[];
    readonly maskedPaths: readonly string[];
    readonly readonlyPaths: readonly string[];
    readonly seccomp: OciSeccomp;
  };
}

export interface WindowSize {
  readonly height: number;
  readonly width: number;
}

export interface ConfigOptions {
  readonly isJoining: boolean;
  /** Of the caller's terminal. */
  readonly window: WindowSize | null;
  readonly openFiles: { readonly soft: number; readonly hard: number };
}

/**
 * The bundle's `config.json` as data. Pure.
 *
 * There is no user namespace in it, and no mapping: the runtime starts in the one that the root was put together in.
 *
 * @param spec with its mounts sorted by target
 */
export function ociConfig(spec: SandboxSpec, facts: MountFacts, options: ConfigOptions): OciConfig {
  const { isJoining, window, openFiles } = options;
  const isTools = spec.root.kind === 'tools';
  const capabilities = (isTools ? TOOLS_CAPABILITIES : CAPABILITIES).map((name) => `CAP_${name.toUpperCase()}`);
  return {
    // What Debian's runtimes know; nothing later is used.
    ociVersion: '1.0.2',
    process: {
      terminal: spec.terminal,
      ...(window === null ? {} : { consoleSize: window }),
      user: { uid: 0, gid: 0 },
      args: [INIT, '--', ...spec.command],
      env: Object.entries(spec.environment).map(([name, value]) => `${name}=${value}`),
      cwd: spec.workingDirectory,
      capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
      noNewPrivileges: true,
      // runc raises its own soft limit, and the command would inherit that.
      rlimits: [{ type: 'RLIMIT_NOFILE', ...openFiles }],
    },
    root: { path: WORKSPACE.root, readonly: spec.root.kind === 'layers' && spec.root.upper.kind === 'read-only' },
    hostname: spec.hostname,
    mounts: ociMounts(spec, facts),
    linux: {
      namespaces: namespaces(spec, isJoining, isInner(spec, facts)),
      maskedPaths: facts.machineFiles,
      readonlyPaths: [...READ_ONLY_PROC, '/sys'],
      seccomp: ociSeccomp({ architecture: facts.architecture, ids: spec.ids, mounting: isTools }),
    },
  };
}

/** Who joins is in the network and the ipc namespace of the first already. */
function namespaces(
  { network }: SandboxSpec,
  isJoining: boolean,
  hasGroups: boolean,
): readonly { readonly type: string }[] {
  const own = ['pid', 'mount', 'uts', ...(hasGroups ? [] : ['cgroup'])];
  const common = ['ipc', ...(network === 'none' ? ['network'] : [])];
  return [...own, ...(isJoining ? [] : common)].map((type) => ({ type }));
}
