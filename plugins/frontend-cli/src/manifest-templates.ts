/** What `karapace new --template` knows, the default first. */
export const TEMPLATE_NAMES = ['minimal', 'dev', 'node'] as const;

interface Template {
  readonly about: string;
  readonly packages: readonly string[];
  readonly mounts: string;
}

const NO_MOUNTS = `# Directories of the host that are seen inside, as label = "host:container".
# A relative host path starts at this file. Nothing else of the host is visible.
# [mounts]
# project = ".:/workspace"`;

const PROJECT_MOUNT = `# Directories of the host that are seen inside, as label = "host:container".
# A relative host path starts at this file. Nothing else of the host is visible.
[mounts]
project = ".:/workspace"`;

const TEMPLATES: Readonly<Record<(typeof TEMPLATE_NAMES)[number], Template>> = {
  minimal: { about: 'Debian and one small tool.', packages: ['ca-certificates'], mounts: NO_MOUNTS },
  dev: {
    about: 'Git, curl and a compiler.',
    packages: ['build-essential', 'ca-certificates', 'curl', 'git'],
    mounts: PROJECT_MOUNT,
  },
  node: {
    about: 'Node.js with this directory at /workspace.',
    packages: ['ca-certificates', 'git', 'nodejs', 'npm'],
    mounts: PROJECT_MOUNT,
  },
};

/** The text of a manifest for the environment `name`, or `undefined` where there is no such template. */
export function findTemplate(template: string, name: string): string | undefined {
  const known = TEMPLATE_NAMES.find((candidate) => candidate === template);
  return known === undefined ? undefined : printManifest(TEMPLATES[known], name);
}

function printManifest({ about, packages, mounts }: Template, name: string): string {
  return `# ${name}: ${about}
#
#   karapace build --name ${name}      resolve, write karapace.lock, build
#   karapace enter ${name}             open a shell in it
#   karapace exec ${name} -- <command> run one command in it
#
# Commit karapace.lock beside this file: with it, everybody gets the same bytes.

manifest_version = 1

# What everything else stands on: debian/<suite> or ubuntu/<suite>.
[base]
image = "debian/trixie"

# Packages of the image's own package manager; their dependencies come along.
[system]
packages = [
${packages.map((entry) => `  "${entry}",`).join('\n')}
]

# Programs with windows, from the same package manager.
# [gui]
# apps = []

# Devices of the host, only on request.
# [hardware]
# gpu = false
# audio = false

${mounts}

# [runtime]
# backend = "namespace"
# network_isolation = false    # true: no network but loopback
#
# [runtime.resource_limits]
# cpu_shares = 1024
# memory_limit_mb = 4096
# pids_limit = 4096
# open_files_limit = 4096
# disk_limit_mb = 16384
# best_effort = false          # true: run without a limit that this machine cannot enforce
`;
}
