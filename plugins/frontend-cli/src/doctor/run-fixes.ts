import { fail } from '../fail.ts';
import { quoteCommand } from '../output/quote-command.ts';
import { commandsOf, installCommand, UPDATE_COMMAND, type FixPlan } from './plan-fixes.ts';
import type { RunCommand } from './run-command.ts';

export interface FixOptions {
  readonly uid: number;
  /** Whether sudo can ask for a password. */
  readonly canAsk: boolean;
  readonly run: RunCommand;
  readonly note: (text: string) => void;
}

type RunAsRoot = (command: readonly string[]) => Promise<number>;

/**
 * Prints what mends this machine and runs it, as root or through sudo.
 *
 * @throws KarapaceError `TOOL_MISSING` where nobody can become root, `TOOL_FAILED` where a command fails
 */
export async function runFixes(plan: FixPlan, options: FixOptions): Promise<void> {
  const prefix = await rootPrefix(plan, options);
  if (prefix === undefined) return;
  const run: RunAsRoot = (command) => {
    options.note(`+ ${quoteCommand([...prefix, ...command])}`);
    return options.run([...prefix, ...command]);
  };
  if (plan.packages.length + plan.wishes.length > 0) await install(plan, run, options);
  for (const command of [...plan.commands, ...plan.wishedCommands]) {
    const code = await run(command);
    if (code !== 0) return failCommand(command, code);
  }
}

/** What makes a command run as root; `undefined` where nothing can, and nothing has to. */
async function rootPrefix(
  plan: FixPlan,
  { uid, canAsk, run, note }: FixOptions,
): Promise<readonly string[] | undefined> {
  if (uid === 0) return [];
  const code = await run(['sudo', '-n', 'true'], { silent: true });
  const isNeeded = plan.packages.length + plan.commands.length > 0;
  if (code === 0 || (isNeeded && code !== 127 && canAsk)) return ['sudo'];
  const lines = commandsOf(plan).map((command) => `\`${quoteCommand(command)}\``);
  if (!isNeeded) {
    note(`warning: root could make this machine better: ${lines.join(' and then ')}`);
    return undefined;
  }
  return fail('TOOL_MISSING', 'Mending this machine takes root, and sudo cannot be used here without a password', {
    hint: `Run as root: ${lines.join(' and then ')}.`,
  });
}

async function install({ packages, wishes }: FixPlan, run: RunAsRoot, { run: look, note }: FixOptions): Promise<void> {
  const unknown = await unknownOf([...packages, ...wishes], look);
  if (unknown.length > 0) await update(run, note);
  const missing = unknown.length > 0 ? await unknownOf(wishes, look) : [];
  if (missing.length > 0) note(`warning: this machine's apt has no package ${missing.join(', ')}; going on without`);
  const wanted = [...packages, ...wishes.filter((name) => !missing.includes(name))];
  if (wanted.length === 0) return;
  let code = await run(installCommand(wanted));
  // Lists that are older than the mirror name files that are gone.
  if (code !== 0 && unknown.length === 0) {
    await update(run, note);
    code = await run(installCommand(wanted));
  }
  if (code !== 0) await failCommand(installCommand(wanted), code);
}

async function unknownOf(packages: readonly string[], run: RunCommand): Promise<readonly string[]> {
  const unknown: string[] = [];
  for (const name of packages) {
    if ((await run(['apt-cache', 'show', name], { silent: true })) !== 0) unknown.push(name);
  }
  return unknown;
}

/** Some other source of this machine may be broken; what is needed may be there all the same. */
async function update(run: RunAsRoot, note: FixOptions['note']): Promise<void> {
  const code = await run(UPDATE_COMMAND);
  if (code !== 0)
    note(`warning: \`apt-get update\` ended with code ${code}; going on with the lists that it could fetch`);
}

function failCommand(command: readonly string[], code: number): Promise<never> {
  return fail('TOOL_FAILED', `\`${quoteCommand(command)}\` ended with code ${code}`, {
    hint: 'Mend what it says above, and run `karapace doctor --fix` again.',
  });
}
