import { runCommand } from '../run-command.ts';

/** Runs a script of `sh`, with arguments and further variables. */
export async function shell(
  script: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<void> {
  const assigned = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  await runCommand(['env', ...assigned, 'sh', '-ec', script, 'sh', ...args]);
}
