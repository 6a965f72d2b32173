import { fileURLToPath } from 'node:url';

/** Two packages. */
export const MANIFEST = `manifest_version = 1
[base]
image = "debian/trixie"
[system]
packages = ["git", "curl"]
[runtime]
backend = "mock"
`;

/** A package, and a step that runs a command. */
export const manifestWithRun = (command: string): string => `manifest_version = 1
base = { image = "debian/trixie" }
system = { packages = ["git"] }
runtime = { backend = "mock" }
[[run]]
name = "tool"
command = ${JSON.stringify(command.split(' '))}
`;

const MOCK = fileURLToPath(new URL('../../backend-mock/src/index.ts', import.meta.url));

/** A manifest that is a program, with a mirror that has these versions. */
export function configOffering(
  versions: Readonly<Record<string, string>>,
  { packages = ['git', 'curl'], ...more }: { readonly packages?: readonly string[] } = {},
): string {
  return `import { backendMock } from ${JSON.stringify(MOCK)};
export default {
  manifest_version: 1,
  base: { image: 'debian/trixie' },
  system: { packages: ${JSON.stringify(packages)} },
  runtime: { backend: 'mock' },
  plugins: [backendMock(${JSON.stringify({ versions, ...more })})],
};
`;
}
