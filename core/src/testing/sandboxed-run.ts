import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';

import type { SandboxMount, SandboxRoot } from '../contracts/sandbox.ts';
import type { ToolResult, ToolRun } from '../contracts/tool-context.ts';
import { BUILD_ENVIRONMENT } from '../layers/build-environment.ts';

/**
 * Runs one program as `ToolContext.run` promises it, with nothing but `unshare`, overlayfs and `bwrap`: for the tests of
 * plugins that need tools and may not depend on a backend. It isolates enough for tests and is no sandbox for strangers.
 */
export function runSandboxed(run: ToolRun, scratch: string, signal: AbortSignal): Promise<ToolResult> {
  const place = mkdtempSync(join(scratch, 'run-'));
  const command = [
    ...namespaceCommand(['--mount', '--pid', '--mount-proc', '--fork', '--kill-child']),
    'sh',
    '-euc',
    SETUP,
    'sh',
    place,
    overlayOptions(run.root, place),
    ...bwrapCommand(run, place),
  ];
  return collect(command, run.stdin ?? '', signal);
}

const SETUP = `
place=$1 options=$2
shift 2
mkdir -p "$place/etc/ssl" "$place/root"
printf 'root:x:0:0:root:/root:/bin/sh\\n_apt:x:42:65534::/nonexistent:/usr/sbin/nologin\\nnobody:x:65534:65534::/:/bin/false\\n' > "$place/etc/passwd"
printf 'root:x:0:\\nshadow:x:42:\\nnogroup:x:65534:\\n' > "$place/etc/group"
[ -z "$options" ] || LIBMOUNT_FORCE_MOUNT2=always mount -t overlay overlay -o "$options" "$place/root"
exec "$@"
`;

/** An ordinary user needs a subordinate id range: images have files of more than one owner. */
export function namespaceCommand(own: readonly string[]): readonly string[] {
  return process.getuid?.() === 0
    ? ['unshare', ...own]
    : ['unshare', '--user', '--map-root-user', '--map-auto', ...own];
}

/** Empty for the tools' root. */
function overlayOptions(root: SandboxRoot, place: string): string {
  if (root.kind === 'tools') return '';
  const lower = `lowerdir=${root.lower.join(':')}`;
  const attributes = process.getuid?.() === 0 ? '' : 'userxattr,';
  if (root.upper.kind === 'read-only') throw new TypeError('Tests of tools have no use for a read-only root');
  const { directory, work } =
    root.upper.kind === 'directory' ? root.upper : { directory: join(place, 'upper'), work: join(place, 'work') };
  if (root.upper.kind === 'discard') [directory, work].forEach((name) => mkdirSync(name));
  return `${attributes}${lower},upperdir=${directory},workdir=${work}`;
}

function bwrapCommand(
  { root, command, environment, mounts = [], network = 'none' }: ToolRun,
  place: string,
): readonly string[] {
  const variables = Object.entries({ ...BUILD_ENVIRONMENT, ...environment }).flatMap(([name, value]) => [
    '--setenv',
    name,
    value,
  ]);
  return [
    ...['bwrap', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--hostname', 'karapace', '--die-with-parent'],
    ...(network === 'none' ? ['--unshare-net'] : []),
    ...(root.kind === 'tools' ? toolsArguments(place, network) : ['--bind', join(place, 'root'), '/']),
    ...['--dev', '/dev', '--proc', '/proc', '--perms', '1777', '--tmpfs', '/tmp', '--tmpfs', '/run'],
    ...(root.kind === 'layers' && network === 'host' ? ['--ro-bind', '/etc/resolv.conf', '/etc/resolv.conf'] : []),
    ...mounts.flatMap(mountArguments),
    ...(root.kind === 'tools' ? ['--cap-add', 'ALL'] : imageCapabilities()),
    ...['--chdir', '/', '--clearenv', ...variables, ...command],
  ];
}

/** No more than `docs/security.md` gives to what runs in an image, so that tools that need more are found out here. */
function imageCapabilities(): readonly string[] {
  const kept = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'SETGID', 'SETUID', 'SETFCAP'];
  return ['--cap-drop', 'ALL', ...kept.flatMap((name) => ['--cap-add', `CAP_${name}`])];
}

function toolsArguments(place: string, network: string): readonly string[] {
  const shared = [
    '/etc/alternatives',
    '/etc/ld.so.cache',
    ...(network === 'host' ? ['/etc/ssl/certs', '/etc/resolv.conf'] : []),
  ];
  return [
    ...[
      '--ro-bind',
      '/usr',
      '/usr',
      ...['bin', 'sbin', 'lib', 'lib64'].flatMap((name) => ['--symlink', `usr/${name}`, `/${name}`]),
    ],
    ...['--bind', join(place, 'etc'), '/etc', '--dir', '/etc/apt/apt.conf.d', '--dir', '/etc/apt/trusted.gpg.d'],
    ...[...shared.flatMap((path) => ['--ro-bind-try', path, path]), '--dir', '/var/lib/dpkg', '--dir', '/var/tmp'],
  ];
}

function mountArguments({ source, target, readOnly }: SandboxMount): readonly string[] {
  return [readOnly ? '--ro-bind' : '--bind', source, target];
}

function collect([program = '', ...args]: readonly string[], input: string, signal: AbortSignal): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], signal, killSignal: 'SIGKILL' });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // A program that does not read its input closes it: no failure.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 137, stdout: text(stdout), stderr: text(stderr) }));
  });
}

function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8');
}
