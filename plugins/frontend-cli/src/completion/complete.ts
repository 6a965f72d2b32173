import type { Karapace } from '@karapace/core';

import type { Context } from '../context.ts';
import { GLOBAL_OPTIONS } from '../global-options.ts';
import { TEMPLATE_NAMES } from '../manifest-templates.ts';
import { openEngine } from '../open-engine.ts';
import { VERBS } from '../verbs.ts';
import { findCandidates, type Candidate, type Candidates } from './find-candidates.ts';
import { SHELLS } from './shell-scripts.ts';

type Wanted = Exclude<Candidates, { readonly words: readonly Candidate[] }>;

/**
 * `karapace __complete <word…>`, which the scripts of `karapace completions` run: prints what may stand in place of the last
 * word, one per line with what it is behind a tab. `:files` and `:directories` are up to the shell.
 */
export async function complete(words: readonly string[], context: Context): Promise<number> {
  const found = findCandidates(words, { verbs: VERBS, globals: GLOBAL_OPTIONS });
  const current = words.at(-1) ?? '';
  if (!('words' in found) && FILES[found.kind] !== undefined) {
    context.output.print(FILES[found.kind] ?? '');
    return 0;
  }
  const candidates = 'words' in found ? found.words : await lookUp(found, { ...context, store: found.store });
  const fitting = candidates.filter(({ value }) => value.startsWith(current));
  if (fitting.length > 0) context.output.print(fitting.map(printCandidate).join('\n'));
  return 0;
}

const FILES: Readonly<Partial<Record<Wanted['kind'], string>>> = {
  directory: ':directories',
  file: ':files',
  manifest: ':files',
};

function printCandidate({ value, summary }: Candidate): string {
  return `${value}\t${summary}`.replaceAll(/[\p{Cc}--\t]/gv, ' ');
}

async function lookUp({ kind, operands }: Wanted, context: Context): Promise<readonly Candidate[]> {
  switch (kind) {
    case 'environment':
      return environments(context);
    case 'snapshot':
      return snapshots(operands[0] ?? '', context);
    case 'package':
      return packages(context);
    case 'template':
      return templates();
    case 'shell':
      return SHELLS.map((value) => ({ value, summary: '' }));
    default:
      return [];
  }
}

async function environments(context: Context): Promise<readonly Candidate[]> {
  await using engine = await openEngine(context);
  const { environments: found } = await engine.survey();
  return found.flatMap(({ names, short_id, state, lock }) => {
    const summary = `${state}, ${lock.base.reference}`;
    return (names.length > 0 ? names : [short_id]).map((value) => ({ value, summary }));
  });
}

async function snapshots(environment: string, context: Context): Promise<readonly Candidate[]> {
  await using engine = await openEngine(context);
  const found = await engine.snapshots(environment);
  return found.map(({ snapshot_id, message, created_at }) => ({
    value: snapshot_id.slice(0, 12),
    summary: message ?? created_at,
  }));
}

/** Those that the manifest of the project here asked for when it was built. */
async function packages(context: Context): Promise<readonly Candidate[]> {
  await using engine: Karapace = await openEngine(context);
  const { lock } = await engine.ofProject(context.directory);
  return lock.packages
    .filter(({ asked }) => asked !== 'dependency')
    .map(({ name, version }) => ({ value: name, summary: version }));
}

function templates(): readonly Candidate[] {
  return TEMPLATE_NAMES.map((value) => ({ value, summary: '' }));
}
