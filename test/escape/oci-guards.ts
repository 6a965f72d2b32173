import { INIT } from '../../plugins/backend-oci/src/init-program.ts';
import type { OciConfig } from '../../plugins/backend-oci/src/oci-config.ts';
import type { OciPlan } from '../../plugins/backend-oci/src/oci-plan.ts';
import type { OciMount } from '../../plugins/backend-oci/src/oci-mounts.ts';
import { runtimeStarter, type StarterOptions } from '../../plugins/backend-oci/src/runtime-starter.ts';
import { leakedVariables, weakenRoot, weakenStart } from './root-guards.ts';
import { LEAKED, namesOf, type Guards, type Outside, type Setup } from './setup.ts';

export interface OciSetupOptions {
  readonly outside: Outside;
  readonly starting: StarterOptions;
}

/** What starts the sandbox of a plan, whole but for some guards. Pure. */
export function weakenOci(plan: OciPlan, off: Guards, { outside, starting }: OciSetupOptions): Setup {
  const weak: OciPlan = { ...weakenRoot(plan, off), config: weakenConfig(plan.config, off, outside) };
  const { command, ...starter } = runtimeStarter(weak, starting);
  const kept = off.has('closed descriptors') ? handDown(command) : command;
  const inputs = off.has('filter') ? [JSON.stringify(withoutFilter(weak.config))] : starter.inputs;
  return { plan: weak, starter: { ...starter, command: kept, inputs }, ...weakenStart(off, outside) };
}

/** Runtimes keep the first descriptors after the three; those are others' until here. */
function handDown(command: string): string {
  return `bash --norc -c 'exec "$@" 3<&${LEAKED}' bash ${command.replace(' run ', ' run --preserve-fds 1 ')}`;
}

const NAMESPACES = ['pid', 'ipc', 'uts', 'cgroup', 'network'];

function weakenConfig(config: OciConfig, off: Guards, outside: Outside): OciConfig {
  const { process, linux } = config;
  const given = namesOf(off, 'capability').map((name) => `CAP_${name.toUpperCase()}`);
  const capabilities = [...process.capabilities.bounding, ...given];
  const gone = NAMESPACES.filter((name) => off.has(`${name} namespace`));
  const variables = Object.entries(leakedVariables(outside.secret)).map((pair) => pair.join('='));
  return {
    ...config,
    process: {
      ...process,
      env: off.has('empty environment') ? [...process.env, ...variables] : process.env,
      capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
      noNewPrivileges: !off.has('no new privileges'),
    },
    hostname: off.has('uts namespace') ? '' : config.hostname,
    mounts: config.mounts.map((mount) => weakenMount(mount, off, outside)),
    linux: {
      namespaces: linux.namespaces.filter(({ type }) => !gone.includes(type)),
      maskedPaths: linux.maskedPaths.filter((path) => !off.has(`hidden ${path}`)),
      readonlyPaths: linux.readonlyPaths.filter((path) => !off.has(`read-only ${path}`)),
      seccomp: {
        ...linux.seccomp,
        syscalls: linux.seccomp.syscalls.filter(({ names }) => !names.some((name) => off.has(`call ${name}`))),
      },
    },
  };
}

/** What JSON leaves out is not there. */
function withoutFilter({ linux, ...config }: OciConfig): object {
  return { ...config, linux: { ...linux, seccomp: undefined } };
}

/** Where the host has what a mount covers, and the guard that the mount is. */
function weakenMount(mount: OciMount, off: Guards, { directory }: Outside): OciMount {
  const sources: Readonly<Record<string, readonly [guard: string, source: string]>> = {
    '/proc': ['pid namespace', '/proc'],
    '/dev': ['own /dev', `${directory}/dev`],
    '/dev/shm': ['own /dev/shm', '/dev/shm'],
    '/sys': ['own /sys', `${directory}/sys`],
  };
  const without = (dropped: string) => ({ ...mount, options: mount.options.filter((option) => option !== dropped) });
  if (mount.destination === INIT && off.has('protected program')) return without('ro');
  // Without a user namespace a runtime makes devices of its own, and does not bind those of the host.
  if (mount.destination === '/dev' && off.has('user namespace') && !off.has('own /dev')) return without('nodev');
  const [guard = '', source = ''] = sources[mount.destination] ?? [];
  return off.has(guard) ? { ...mount, type: 'none', source, options: ['rbind'] } : mount;
}
