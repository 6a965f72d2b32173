import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { runAsRoot, type OrdinaryUser } from '../support/debian.ts';
import { karapace, type RunOptions, type RunResult } from '../support/karapace.ts';
import { LEAVE_OPEN, SUDO, type Canary } from './canary.ts';

/** How a command comes to be inside: a login shell on a terminal, a command, a package's script while dpkg or apt installs it. */
export type Entrance = 'enter' | 'exec' | 'build' | 'apt';

export interface Lab {
  readonly program: string;
  readonly canary: Canary;
  readonly backend: string;
  readonly network: 'none' | 'host';
  /** `undefined`: whoever runs this. */
  readonly user: OrdinaryUser | undefined;
}

/** Variables that people have and that no environment may see. */
const PRIVATE = (
  'AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AZURE_CLIENT_SECRET BASH_ENV CARGO_REGISTRY_TOKEN CDPATH ' +
  'DBUS_SESSION_BUS_ADDRESS DBUS_SYSTEM_BUS_ADDRESS DISPLAY DOCKER_HOST EDITOR ENV GCONV_PATH GH_TOKEN GITHUB_TOKEN GITLAB_TOKEN ' +
  'GOOGLE_APPLICATION_CREDENTIALS GPG_AGENT_INFO HISTFILE HTTPS_PROXY HTTP_PROXY KUBECONFIG LD_AUDIT_PATH LESSOPEN MAIL ' +
  'NPM_TOKEN OLDPWD PERL5LIB PGPASSWORD PYTHONSTARTUP SSH_AUTH_SOCK SSH_CONNECTION SUDO_USER VAULT_TOKEN WAYLAND_DISPLAY ' +
  'XAUTHORITY XDG_RUNTIME_DIR XDG_SESSION_ID http_proxy'
).split(' ');

const NAME = 'probed';

/** Builds an environment whose installation runs the probes, enters it in each way, and gives what the probes printed. */
export async function runInside(lab: Lab): Promise<ReadonlyMap<Entrance, string>> {
  const place = `/tmp/${lab.canary.secret}.${lab.user === undefined ? 'me' : 'user'}`;
  makeProject(place, lab);
  if (lab.user !== undefined) runAsRoot('chown', '-R', `${lab.user.name}:`, place);
  const options = optionsFor(place, lab);
  try {
    await karapaceOrThrow(['build', '--name', NAME], options);
    const exec = await karapaceOrThrow(['exec', NAME, '--', '/probes/probes', ...lab.canary.arguments], options);
    await karapaceOrThrow(['enter', NAME], onTerminal(options));
    const read = async (file: string) => (await karapaceOrThrow(['exec', NAME, '--', 'cat', file], options)).stdout;
    // Whatever was tried, no layer is other than it was.
    await karapaceOrThrow(['verify-store'], options);
    return new Map([
      ['enter', await read('/printed-by-enter')],
      ['exec', exec.stdout],
      ['build', await read('/printed-by-build')],
    ]);
  } finally {
    await karapace(['destroy', NAME, '--yes'], options);
    runAsRoot('rm', '-rf', place);
  }
}

function makeProject(place: string, { program, canary, backend, network }: Lab): void {
  const at = (...names: readonly string[]): string => path.join(place, ...names);
  for (const name of ['image/bin', 'image/var/lib/dpkg/info', 'image/var/lib/dpkg', 'probes', 'package/DEBIAN']) {
    mkdirSync(at(name), { recursive: true });
  }
  copyFileSync('/bin/busybox', at('image/bin/busybox'));
  for (const name of ['sh', 'cat']) symlinkSync('busybox', at('image/bin', name));
  writeFileSync(at('image/var/lib/dpkg/status'), '');
  copyFileSync(program, at('probes/probes'));
  const script = (output: string): string => `/probes/probes ${canary.arguments.join(' ')} >${output} 2>&1\n`;
  writeFileSync(at('profile'), `${script('/printed-by-enter')}exit\n`);
  const control =
    'Package: probe\nVersion: 1\nArchitecture: all\nMaintainer: nobody <nobody@example.invalid>\nDescription: a probe\n';
  writeFileSync(at('package/DEBIAN/control'), control);
  writeFileSync(at('package/DEBIAN/postinst'), `#!/bin/sh\n${script('/printed-by-build')}`);
  chmodSync(at('package/DEBIAN/postinst'), 0o755);
  execFileSync('sh', ['-euc', 'tar -C image -cf rootfs.tar . && dpkg-deb --build package probes/probe.deb'], {
    cwd: place,
  });
  writeFileSync(at('karapace.toml'), manifestFor(backend, network));
}

function manifestFor(backend: string, network: Lab['network']): string {
  return `manifest_version = 1
[base]
image = "./rootfs.tar"
[runtime]
backend = "${backend}"
network_isolation = ${network === 'none'}
[[files]]
source = "probes"
target = "/probes"
[[files]]
source = "profile"
target = "/etc/profile"
[[run]]
command = ["busybox", "dpkg", "-i", "/probes/probe.deb"]
`;
}

/** With descriptors that somebody forgot, in the canary's control group, and with variables that are nobody's business inside. */
export function optionsFor(place: string, { canary, user }: Lab): RunOptions {
  const join =
    canary.group === undefined ? '' : `echo $$ | ${SUDO.join(' ')} tee '${canary.group}/cgroup.procs' >/dev/null; `;
  const forgetful = ['bash', '--norc', '-c', join + LEAVE_OPEN, 'bash'];
  const variables = PRIVATE.map((name) => `${name}=${canary.secret}`);
  const prefix = [...forgetful, ...(user === undefined ? ['env'] : user.prefix), ...variables];
  return { store: path.join(place, 'store'), cwd: place, prefix };
}

/** `script` gives a terminal; the login shell runs the probes by its profile. */
function onTerminal(options: RunOptions): RunOptions {
  const run = `line=; for word; do line="$line '$word'"; done; exec script --quiet --return --command "$line" /dev/null`;
  return { ...options, prefix: ['sh', '-c', run, 'sh', ...(options.prefix ?? [])] };
}

export async function karapaceOrThrow(args: readonly string[], options: RunOptions): Promise<RunResult> {
  const result = await karapace(args, options);
  if (result.code === 0) return result;
  throw new Error(`karapace ${args.join(' ')} ended with ${result.code}\n${result.stdout}${result.stderr}`);
}
