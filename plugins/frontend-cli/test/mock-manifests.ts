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
