import path from 'node:path';

import type { Mount } from '../contracts/manifest.ts';
import type { SandboxMount, SandboxSpec, SandboxUpper } from '../contracts/sandbox.ts';
import type { Environment } from '../contracts/environment-store.ts';
import { KarapaceError } from '../errors.ts';
import { hostPath, isOfProject } from '../manifest/parse-mount.ts';
import { UNKNOWN_PROJECT } from '../store/environment-record.ts';

export interface EnvironmentSandbox {
  readonly environment: Environment;
  /** Checked-out layers, the topmost first. */
  readonly lower: readonly string[];
  readonly upper: SandboxUpper;
  readonly command: readonly string[];
  readonly terminal: boolean;
  /** The caller's directory: where it is mounted, the command starts there. */
  readonly directory: string;
  /** The caller's home, for mounts that start with `~`. */
  readonly home: string | undefined;
  /** The caller's kind of terminal. */
  readonly term: string | undefined;
}

/**
 * The sandbox that an environment's commands run in. Pure.
 *
 * @throws KarapaceError `SANDBOX_FAILED` where a mount is below a project that nobody knows any more
 */
export function sandboxOfEnvironment(input: EnvironmentSandbox): SandboxSpec {
  const { environment, lower, upper, command, terminal } = input;
  const { intent, ids } = environment.lock;
  const mounts = intent.mounts.map((mount) => resolveMount(mount, environment.project, input.home));
  return {
    root: { kind: 'layers', lower, upper },
    mounts,
    command,
    environment: { ...variables(input.term), ...intent.env, KARAPACE_ENV: environment.short_id },
    workingDirectory: workingDirectory(mounts, input.directory),
    hostname: hostnameOf(environment),
    network: intent.runtime.network_isolation ? 'none' : 'host',
    ids,
    terminal,
    limits: intent.runtime.resource_limits,
  };
}

const HOME_INSIDE = '/root';

function resolveMount({ host, container }: Mount, project: string, home: string | undefined): SandboxMount {
  if (project === UNKNOWN_PROJECT && isOfProject(host)) throw projectUnknown(host);
  return { source: hostPath(host, { project, home }), target: container, readOnly: false };
}

function projectUnknown(host: string): KarapaceError {
  return new KarapaceError(
    'SANDBOX_FAILED',
    `\`${host}\` cannot be mounted: a repair of the store lost which project it belongs to`,
    {
      hint: 'Run `karapace build` once in the directory of the project, with `--name` where it is to be entered by a name.',
    },
  );
}

/** Nothing of the caller's environment but the kind of terminal it has. */
function variables(term: string | undefined): Readonly<Record<string, string>> {
  return {
    HOME: HOME_INSIDE,
    LANG: 'C.UTF-8',
    LOGNAME: 'root',
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    SHELL: '/bin/sh',
    TERM: term ?? 'dumb',
    USER: 'root',
  };
}

/** The longest mounted directory that holds the caller's decides; elsewhere it is the private home. */
function workingDirectory(mounts: readonly SandboxMount[], directory: string): string {
  const [nearest] = mounts
    .map(({ source, target }) => ({ source, target, below: path.relative(source, directory) }))
    .filter(({ below }) => below !== '..' && !below.startsWith('../') && !path.isAbsolute(below))
    .toSorted((left, right) => right.source.length - left.source.length);
  return nearest === undefined ? HOME_INSIDE : path.join(nearest.target, nearest.below);
}

/** A name may hold `_`, which a host name may not. */
function hostnameOf({ name = '', short_id }: Environment): string {
  const hostname = name.replaceAll('_', '-').replace(/^-+|-+$/gu, '');
  return hostname === '' ? short_id : hostname.slice(0, 63);
}
