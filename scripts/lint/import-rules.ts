import type { OxlintConfig } from 'oxlint';

type Override = NonNullable<OxlintConfig['overrides']>[number];

/** Imports that are refused, by gitignore patterns, and what people are told. */
interface Refusal {
  readonly group: string[];
  readonly message: string;
}

const disk = refusal('Only core/src/store and plugins touch the disk.', ['node:fs', 'node:fs/*', 'fs', 'fs/*']);
const plugins = refusal('Core never imports a plugin, nor itself by name.', [
  '@karapace/**',
  'karapace',
  '**/plugins/**',
]);
const testing = refusal('What is for tests is imported by tests only.', [
  'vitest',
  'vitest/**',
  'fast-check',
  'memfs',
  '@karapace/core/testing',
  '**/testing.ts',
  '**/testing/**',
  '**/test/**',
]);
const otherPlugins = refusal('A plugin imports only @karapace/core and its own packages.', [
  '@karapace/*',
  '!@karapace/core',
  '@karapace/*/**',
  'karapace',
]);
const otherSources = refusal('A package is imported by its name, not by its files.', ['**/src/**']);
const effects = refusal('Pure folders hold decisions about data: no effect, no queue, no hook.', [
  'node:*',
  'node:*/**',
  '!node:path',
  '!node:util',
  '!node:url',
  'undici',
  'p-queue',
  'cosmiconfig',
  'tapable',
  'fs-native-extensions',
  '@napi-rs/xattr',
]);
const siblings = refusal('Stages never import each other; karapace.ts joins them.', [
  './*',
  '!./stage-context.ts',
  '**/stages/**',
]);
const above = refusal('A contract imports only contracts.', ['../**']);

const core = [disk, plugins, testing];
const afterPlanning = ['stages', 'build', 'store', 'plugin'];

const shared = ['@karapace/apt', '@karapace/rpm', '@karapace/sandbox-profile'];

/** Which folder may import what. Of several entries that fit a file, the last one counts alone. */
export const importRules: readonly Override[] = [
  refuse('core/src/**', core),
  refuse('core/src/contracts/**', [...core, above]),
  refuse('core/src/identity/**', [...core, effects, ...later('manifest', 'lock', 'layers', ...afterPlanning)]),
  refuse('core/src/manifest/**', [...core, effects, ...later('lock', 'layers', ...afterPlanning)]),
  refuse('core/src/lock/**', [...core, effects, ...later('layers', ...afterPlanning)]),
  refuse('core/src/layers/**', [...core, effects, ...later(...afterPlanning)]),
  refuse('core/src/policy/**', [...core, effects, ...later(...afterPlanning)]),
  refuse('core/src/packages/**', [...core, effects, ...later(...afterPlanning)]),
  refuse('core/src/stages/**', [...core, siblings]),
  refuse('core/src/store/**', [plugins, testing, ...later('stages')]),
  // What a person wrote is read here: the manifest, the config and nothing else.
  refuse('core/src/plugin/{load-config,manifest-places,read-manifest-file}.ts', [plugins, testing]),
  refuse('core/src/{testing.ts,testing/**}', [plugins]),
  refuse('plugins/*/src/**', [otherPlugins, otherSources, testing]),
  refuse('plugins/*/test/**', [
    but(otherPlugins, '@karapace/core/testing', ...shared, ...shared.map((name) => `${name}/testing`)),
  ]),
  // What the plugins for one kind of package or sandbox share lies in a package of its own, with what their tests share.
  refuse('plugins/{image-debootstrap,packages-apt}/src/**', [
    but(otherPlugins, '@karapace/apt'),
    otherSources,
    testing,
  ]),
  refuse('plugins/{packages-dnf,packages-zypper}/src/**', [but(otherPlugins, '@karapace/rpm'), otherSources, testing]),
  refuse('plugins/{backend-namespace,backend-oci}/src/**', [
    but(otherPlugins, '@karapace/sandbox-profile'),
    otherSources,
    testing,
  ]),
  ...['plugins/apt/src/test-*.ts', 'plugins/rpm/src/{testing.ts,testing/**}'].map((files) =>
    refuse(files, [but(otherPlugins, '@karapace/core/testing'), otherSources]),
  ),
  // The bin brings the built-in plugins along.
  refuse('plugins/frontend-cli/src/**', [otherSources, testing]),
  refuse('plugins/frontend-cli/test/**', []),
];

function refusal(message: string, group: string[]): Refusal {
  return { group, message };
}

function but({ message, group }: Refusal, ...free: readonly string[]): Refusal {
  return refusal(message, [...group, ...free.map((name) => `!${name}`)]);
}

function later(...folders: readonly string[]): readonly Refusal[] {
  return [
    refusal(
      'This folder comes later in the flow.',
      folders.map((folder) => `**/${folder}/**`),
    ),
  ];
}

function refuse(files: string, patterns: readonly Refusal[]): Override {
  return {
    files: [files],
    rules: { 'no-restricted-imports': patterns.length === 0 ? 'off' : ['error', { patterns: [...patterns] }] },
  };
}
