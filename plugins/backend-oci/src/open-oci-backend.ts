import { statSync } from 'node:fs';

import type { Backend, SandboxSpec } from '@karapace/core';
import {
  checkSources,
  findCapabilities,
  findJoinPoint,
  openIdSpace,
  runSandbox,
  signalSandbox,
  type HostOptions,
} from '@karapace/sandbox-profile';

import { explainRuntime } from './explain-runtime.ts';
import { findRuntime } from './find-runtime.ts';
import type { WindowSize } from './oci-config.ts';
import { readOciFacts } from './oci-facts.ts';
import { describeOciPlan, planOci } from './oci-plan.ts';
import { passWindowOn } from './pass-window-on.ts';
import type { RuntimeName } from './runtime-names.ts';
import { runtimeStarter } from './runtime-starter.ts';
import { toolsSkeleton } from './tools-skeleton.ts';
import { rememberModes } from './terminal-modes.ts';

export interface OpenOciOptions extends HostOptions {
  /** What `[runtime] backend` says. */
  readonly name: string;
  /** `null` for the first that is installed. */
  readonly runtime: RuntimeName | null;
}

export function openOciBackend({ name, runtime: wanted, ...options }: OpenOciOptions): Backend {
  const facts = readOciFacts(options);
  const { toolDirectories } = facts;
  return {
    name,
    capabilities: async () => findCapabilities(facts),
    idSpace: async (ids) => openIdSpace(ids, facts),
    plan: (spec) => {
      const runtime = findRuntime(wanted, toolDirectories);
      return describeOciPlan(planOci(spec, { facts, runtime, files: findFiles(spec) }));
    },
    start: async (spec, startOptions) => {
      checkSources(spec);
      const runtime = findRuntime(wanted, toolDirectories);
      const plan = planOci(spec, {
        facts,
        runtime,
        files: findFiles(spec),
        join: findJoinPoint(startOptions.join),
        window: spec.terminal ? findWindow() : null,
      });
      const session = process.getBuiltinModule('node:crypto').randomUUID();
      const running = await runSandbox(plan, startOptions, {
        facts,
        starter: runtimeStarter(plan, {
          cgroups: facts.cgroups,
          session,
          skeleton: spec.root.kind === 'tools' ? toolsSkeleton(facts) : '',
        }),
        explain: async (end) => explainRuntime(end, plan),
        rememberTerminal: rememberModes,
      });
      if (spec.terminal) passWindowOn(running, toolDirectories);
      return running;
    },
    signal: (sandbox, signal) => signalSandbox(sandbox, signal, toolDirectories),
    doctor: async () => {
      const { checkRuntimes } = await import('./check-runtimes.ts');
      return checkRuntimes(facts, wanted);
    },
  };
}

/** Targets of mounts whose sources are files; what does not exist is named when it is mounted. */
function findFiles({ mounts }: SandboxSpec): readonly string[] {
  const isFile = (source: string) => statSync(source, { throwIfNoEntry: false })?.isDirectory() === false;
  return mounts.filter(({ source }) => isFile(source)).map(({ target }) => target);
}

/** A runtime gives the command's terminal the size of this one when it changes, and not each of them before. */
function findWindow(): WindowSize | null {
  const { columns, rows, isTTY } = process.stdout;
  return isTTY ? { height: rows, width: columns } : null;
}
