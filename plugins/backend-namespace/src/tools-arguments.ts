import type { SandboxSpec } from '@karapace/core';
import { TOOLS_ETC, toolsFiles, type HostFacts } from '@karapace/sandbox-profile';

/** The host's programs and what they need to start. */
export function toolsArguments(spec: SandboxSpec, { programRoots }: HostFacts): readonly string[] {
  const programs = Object.entries(programRoots).flatMap(([name, link]) =>
    link === null ? ['--ro-bind', `/${name}`, `/${name}`] : ['--symlink', link, `/${name}`],
  );
  return [
    ...['--perms', '0755', '--tmpfs', '/', '--ro-bind', '/usr', '/usr', ...programs],
    ...['--bind', TOOLS_ETC, '/etc', ...toolsFiles(spec).flatMap((path) => ['--ro-bind-try', path, path])],
    ...['--perms', '0700', '--dir', '/root', '--perms', '1777', '--dir', '/var/tmp', '--dir', '/var/lib/dpkg'],
  ];
}
