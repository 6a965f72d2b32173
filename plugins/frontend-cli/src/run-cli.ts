import { checkOperands } from './arguments/check-operands.ts';
import { textOf } from './arguments/text-of.ts';
import { readArguments, type Arguments } from './arguments/read-arguments.ts';
import type { Context } from './context.ts';
import { fail } from './fail.ts';
import { createOutput, type Output } from './output/output.ts';
import { tellOfInterruption } from './tell-of-interruption.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { endIfStopped, tellUnfinished } from './tell-unfinished.ts';
import { VERBS } from './verbs.ts';

/**
 * Runs one command line.
 *
 * @returns the exit code
 */
export async function runCli(tokens: readonly string[]): Promise<number> {
  if (tokens[0] === '__complete') return completeWords(tokens.slice(1));
  const given = readArguments(explainHelp(tokens), { verbs: VERBS, globals: GLOBAL_OPTIONS });
  const output = createOutput(outputOptions(given, tokens));
  using _unfinished = tellUnfinished();
  try {
    const code = await dispatch(given, output);
    endIfStopped(code);
    return code;
  } catch (error) {
    const { reportError } = await import('./output/report-error.ts');
    return reportError(error, output);
  }
}

/** Not in the description: it is for the scripts of `karapace completions`. */
async function completeWords(words: readonly string[]): Promise<number> {
  const output = createOutput({ json: false, quiet: true, verbose: false, trace: false });
  try {
    const { complete } = await import('./completion/complete.ts');
    return await complete(words, { ...contextOf(output, undefined), directory: ownDirectory() ?? '/' });
  } catch (error) {
    const { reportError } = await import('./output/report-error.ts');
    return reportError(error, output);
  }
}

/** People type `karapace help build`. */
function explainHelp(tokens: readonly string[]): readonly string[] {
  return tokens[0] === 'help' ? [...tokens.slice(1, 2), '--help'] : tokens;
}

function outputOptions({ options, problem }: Arguments, tokens: readonly string[]): Parameters<typeof createOutput>[0] {
  // A mistake ends the reading; a program that asked for JSON still gets it.
  const events = options['events'] !== undefined;
  const json = events || options['json'] === true || (problem !== undefined && tokens.includes('--json'));
  return {
    json,
    events,
    quiet: options['quiet'] === true,
    verbose: options['verbose'] === true,
    trace: options['trace'] === true,
  };
}

async function dispatch(given: Arguments, output: Output): Promise<number> {
  const { verb, problem, options } = given;
  if (problem !== undefined) return fail('USAGE', problem.message, { hint: problem.hint });
  if (options['events'] !== undefined && options['events'] !== 'ndjson') return failForm(options['events']);
  if (options['version'] === true) return printVersion(output);
  if (options['help'] === true) return printHelp(verb);
  if (verb === undefined)
    return fail('USAGE', 'No command is given', { hint: 'Type `karapace --help` to see what there is.' });
  const wrong = checkOperands(verb, given.operands);
  if (wrong !== undefined) return fail('USAGE', wrong.message, { hint: wrong.hint });
  // What plugins and config modules print is for people: stdout is for results.
  console.log = console.info = console.debug = console.error;
  tellOfInterruption(verb.name, output);
  const directory = ownDirectory();
  if (directory === undefined)
    return fail('USAGE', 'The directory that this shell is in is gone', {
      hint: 'Change to another one, and run the command again.',
    });
  const action = await verb.load();
  return action(given, { ...contextOf(output, textOf(options['store'])), directory });
}

/** `undefined` where somebody removed it. */
function ownDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function contextOf(output: Output, store: string | undefined): Omit<Context, 'directory'> {
  return { output, environment: process.env, store };
}

function failForm(form: string | true): Promise<never> {
  return fail('USAGE', `There is no form \`${form}\` of events`, { hint: 'Write `--events ndjson`.' });
}

async function printVersion(output: Output): Promise<number> {
  const { version } = await import('./version.ts');
  output.print(`karapace ${version()}`);
  return 0;
}

async function printHelp(verb: Arguments['verb']): Promise<number> {
  const help = await import('./print-help.ts');
  help.printHelp(verb);
  return 0;
}
