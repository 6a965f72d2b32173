// Run by `outside.sh`: the sandbox of a backend, whole but for some guards, once for each set of guards. Prints what the probes did.
import { existsSync, readFileSync } from 'node:fs';

import { NO_LIMITS, type SandboxSpec } from '@karapace/core';
import { readHostFacts, SYSTEM_DIRECTORIES } from '@karapace/sandbox-profile';

import { planNamespace } from '../../plugins/backend-namespace/src/namespace-plan.ts';
import { readOciFacts } from '../../plugins/backend-oci/src/oci-facts.ts';
import { planOci } from '../../plugins/backend-oci/src/oci-plan.ts';
import { ALL_CAPABILITIES } from './all-capabilities.ts';
import { weakenNamespace } from './namespace-guards.ts';
import { weakenOci } from './oci-guards.ts';
import { runSetup } from './run-setup.ts';
import type { Guards, Setup } from './setup.ts';

export type ControlledBackend = 'namespace' | 'oci-crun' | 'oci-runc';

/** What is to be run, as JSON on stdin. */
export interface ControlRequest {
  readonly backend: ControlledBackend;
  /** Of the program and its tools: at the same place inside. */
  readonly directory: string;
  readonly secret: string;
  /** What the program is told of the canary. */
  readonly canary: readonly string[];
  readonly runs: readonly ControlRun[];
}

export interface ControlRun {
  readonly off: readonly string[];
  readonly probes: readonly string[];
}

const request = JSON.parse(readFileSync(0, 'utf8')) as ControlRequest;
const { backend, directory, secret, canary } = request;
/** Of this process: root of a machine may lack some. */
const capabilities = ALL_CAPABILITIES.filter(isPermitted);
const outside = { directory, secret, capabilities };
const printed: string[] = [];
for (const { off, probes } of request.runs) {
  const lacking = off.includes('user namespace') ? off.filter(isLacking) : [];
  const guards = new Set(off.filter((guard) => !lacking.includes(guard) && !isAbsent(guard)));
  const text = await runSetup(setupFor(probes, guards));
  printed.push(lacking.length === 0 ? text : text.replaceAll(/\tE\w+$/gmu, `\troot lacks ${lacking.join(', ')}`));
}
process.stdout.write(JSON.stringify(printed));

function isPermitted(_: string, bit: number): boolean {
  const [, set = '0'] = /^CapPrm:\s*(\w+)$/mu.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return ((BigInt(`0x${set}`) >> BigInt(bit)) & 1n) === 1n;
}

function setupFor(probes: readonly string[], guards: Guards): Setup {
  const spec = specFor(probes);
  // In a network of its own nothing has to be cut off; here it must be seen that both keep sockets away.
  if (backend === 'namespace')
    return weakenNamespace({ ...planNamespace(spec, readHostFacts({})), cutsSockets: true }, guards, outside);
  const facts = readOciFacts({});
  const plan = planOci(spec, { facts, runtime: backend === 'oci-crun' ? 'crun' : 'runc', files: [] });
  const starting = { cgroups: facts.cgroups, session: 'control', skeleton: '' };
  return weakenOci({ ...plan, cutsSockets: true }, guards, { outside, starting });
}

/** Outside of a user namespace nobody can be given more than this process has. */
function isLacking(guard: string): boolean {
  const [kind, name = ''] = guard.split(' ');
  return kind === 'capability' && !capabilities.includes(name);
}

/** What a kernel does not have is not hidden. */
function isAbsent(guard: string): boolean {
  const [kind, name = ''] = guard.split(' ');
  return kind === 'hidden' && !existsSync(name);
}

function specFor(probes: readonly string[]): SandboxSpec {
  return {
    root: { kind: 'layers', lower: [`${directory}/layer`], upper: { kind: 'discard' } },
    mounts: [{ source: directory, target: directory, readOnly: true }],
    command: [`${directory}/probes`, ...canary, '--', ...probes],
    environment: { PATH: SYSTEM_DIRECTORIES.join(':') },
    workingDirectory: '/',
    hostname: 'inside',
    network: 'none',
    ids: 'full',
    terminal: false,
    limits: NO_LIMITS,
  };
}
