import { mkdirSync } from 'node:fs';
import path from 'node:path';

import { expect } from 'vitest';

import { makeBusyboxProject } from './busybox-project.ts';
import { runAsRoot } from './debian.ts';
import { karapace, karapaceJson, openWorkplace, type RunOptions, type RunResult, type Workplace } from './karapace.ts';
import { start, type Ended } from './start-program.ts';

/** The environment `box` with a launcher. */
export interface LauncherBox {
  readonly place: Workplace;
  /** The directory that is mounted on `/work`; `data` in it on `/data`. */
  readonly project: string;
  /** The launcher's path. */
  readonly file: string;
  /** Runs a command by the launcher. */
  readonly run: (...command: string[]) => Promise<Ended>;
  /** Runs a script by `karapace exec`. */
  readonly exec: (script: string) => Promise<RunResult>;
  readonly inspect: () => Promise<{ readonly state: string; readonly sessions: readonly object[] }>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function openLauncherBox(): Promise<LauncherBox> {
  const place = await openWorkplace();
  const mounts = '[mounts]\nsource = ".:/work"\ndata = "./data:/data"\n[runtime]\nnetwork_isolation = true\n';
  const manifest = await makeBusyboxProject(place, { name: 'project', manifest: mounts });
  const project = path.dirname(manifest);
  mkdirSync(path.join(project, 'data'));
  await karapaceJson(['build', manifest, '--name', 'box'], place);
  const file = await makeLauncher('box', place);
  const exec = (script: string) =>
    karapace(['exec', 'box', '--', 'sh', '-c', script], { ...place, cwd: '/', env: { TERM: 'vt100' } });
  // The kernel writes something into an upper that is mounted for the first time, and says so.
  await exec('true');
  return {
    place,
    project,
    file,
    run: (...command) => start([file, ...command], { input: '' }).ended,
    exec,
    inspect: async () => JSON.parse((await karapace(['inspect', 'box', '--json'], place)).stdout),
    async [Symbol.asyncDispose]() {
      await karapace(['stop', 'box', '--time', '0'], place);
      runAsRoot('rm', '-rf', place.directory);
    },
  };
}

/** Makes the launcher of an environment beside the store, and gives its path. */
export async function makeLauncher(name: string, options: RunOptions): Promise<string> {
  const file = path.join(options.store, '..', `launch-${name}`);
  const { code, stderr } = await karapace(['inspect', name, '--launcher', '--output', file], options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return file;
}

/** Says everything of a sandbox that a command inside can see and that must not depend on who started it. */
export const PROBE = `cd /root; busybox id; busybox hostname; busybox env | busybox sort
busybox grep -E '^(Cap|NoNewPrivs|Seccomp|Groups)' /proc/self/status
busybox awk '{ print $4, $5, $6, $NF }' /proc/self/mountinfo
busybox ls -la /dev /run /tmp / | busybox awk '{ print $1, $3, $4, $NF }'
busybox ls /proc/self/fd; busybox cat /etc/hosts /etc/hostname; busybox ls /sys /sys/devices/system
busybox tr '\\0' '\\n' </proc/1/environ | busybox grep -v ^PATH | busybox sort`;
