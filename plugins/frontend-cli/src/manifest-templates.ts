/** What `karapace new --template` knows, the default first. */
export const TEMPLATE_NAMES = ['minimal', 'dev', 'node', 'python-dev', 'rust-dev', 'gui-dev', 'ubuntu-dev'] as const;

export type TemplateName = (typeof TEMPLATE_NAMES)[number];

interface Template {
  readonly about: string;
  /** Default `debian/trixie`. */
  readonly image?: string;
  readonly packages: readonly string[];
  /** Programs with windows; with them the devices of the host that they want. */
  readonly apps?: readonly string[];
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

const TOOLS = ['build-essential', 'ca-certificates', 'curl', 'git'];

const TEMPLATES: Readonly<Record<TemplateName, Template>> = {
  minimal: { about: 'Debian and one small tool.', packages: ['ca-certificates'], mounts: NO_MOUNTS },
  dev: { about: 'Git, curl and a compiler.', packages: TOOLS, mounts: PROJECT_MOUNT },
  node: {
    about: 'Node.js with this directory at /workspace.',
    packages: ['ca-certificates', 'git', 'nodejs', 'npm'],
    mounts: PROJECT_MOUNT,
  },
  'python-dev': {
    about: 'Python with pip and venv, and this directory at /workspace.',
    packages: ['ca-certificates', 'git', 'python3', 'python3-pip', 'python3-venv'],
    mounts: PROJECT_MOUNT,
  },
  'rust-dev': {
    about: 'Rust with Cargo, Clippy and rustfmt, and this directory at /workspace.',
    packages: [...TOOLS, 'cargo', 'pkg-config', 'rust-clippy', 'rustc', 'rustfmt'].toSorted(),
    mounts: PROJECT_MOUNT,
  },
  'gui-dev': {
    about: 'A compiler, GTK and an editor with a window.',
    packages: [...TOOLS, 'libgtk-4-dev', 'pkg-config'],
    apps: ['mousepad'],
    mounts: PROJECT_MOUNT,
  },
  'ubuntu-dev': { about: 'As `dev`, on Ubuntu.', image: 'ubuntu/noble', packages: TOOLS, mounts: PROJECT_MOUNT },
};

/** Each with what it is for. */
export function describeTemplates(): readonly (readonly [name: string, about: string])[] {
  return TEMPLATE_NAMES.map((name) => [name, TEMPLATES[name].about]);
}

/** The text of a manifest for the environment `name`. */
export function printTemplate(template: TemplateName, name: string): string {
  return printManifest(TEMPLATES[template], name);
}

function printApps(apps: readonly string[] | undefined): string {
  if (apps === undefined) {
    return `# Programs with windows, from the same package manager.
# [gui]
# apps = []

# Devices of the host, only on request.
# [hardware]
# gpu = false
# audio = false`;
  }
  return `# Programs with windows, from the same package manager.
[gui]
apps = [
${apps.map((app) => `  "${app}",`).join('\n')}
]

# Devices of the host, only on request.
[hardware]
gpu = true
audio = true`;
}

function printManifest({ about, image = 'debian/trixie', packages, apps, mounts }: Template, name: string): string {
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
image = "${image}"

# Packages of the image's own package manager; their dependencies come along.
[system]
packages = [
${packages.map((entry) => `  "${entry}",`).join('\n')}
]

${printApps(apps)}

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
