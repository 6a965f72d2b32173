import type { Fact } from './meaning.ts';
import { projectsOf, type ModelEnvironment, type ModelState } from './model.ts';
import type { Asked, Recorded } from './record.ts';

/** What it means that an operation was refused, or `undefined` where nothing documented allows it. */
export function refusalOf(record: Recorded, code: string, message: string): Fact | undefined {
  const { asked } = record;
  const some =
    (test: (environment: ModelEnvironment) => boolean): Fact =>
    (state) =>
      candidates(state, message).some(test);
  switch (code) {
    case 'ENVIRONMENT_NOT_FOUND':
      return isMissing(referenceOf(asked), message);
    case 'ENVIRONMENT_FROZEN':
      return isChange(asked) ? some(({ frozen }) => frozen) : undefined;
    case 'ENVIRONMENT_ARCHIVED':
      return isChange(asked) || asked.kind === 'write' || asked.kind === 'commit'
        ? some(({ archived }) => archived)
        : undefined;
    case 'ENVIRONMENT_BUSY':
      return needsQuiet(asked) ? () => true : undefined;
    case 'NAME_TAKEN':
      return asked.kind === 'rename' ? ({ names }) => names[asked.to] !== undefined : undefined;
    case 'ENVIRONMENT_AMBIGUOUS':
      return asked.kind === 'rename' ? (state) => projectsOf(state, asked.reference).length > 1 : undefined;
    case 'SNAPSHOT_NOT_FOUND':
      return asked.kind === 'restore'
        ? ({ environments }) => environments[asked.id]?.snapshots[asked.snapshot] === undefined
        : undefined;
    case 'SANDBOX_FAILED':
      // The mock backend has nowhere to write to and throw away: its command fails.
      return asked.kind === 'write' ? ({ environments }) => environments[asked.id]?.frozen === true : undefined;
    case 'STORE_BUSY':
      return asked.kind === 'gc' ? () => true : undefined;
    default:
      return undefined;
  }
}

/** Refusals name the environment by the beginning of its identity. */
function candidates({ environments }: ModelState, message: string): readonly ModelEnvironment[] {
  return Object.keys(environments)
    .filter((id) => message.includes(id.slice(0, 12)))
    .map((id) => environments[id] as ModelEnvironment);
}

/** The name meant nothing, or another than it did a moment before; or what it meant was gone by then. */
function isMissing(reference: string, message: string): Fact {
  return ({ names, environments }) => {
    if (names[reference] === undefined && environments[reference] === undefined) return true;
    const [, id = 'none'] = /environment `([0-9a-f]{12})`/u.exec(message) ?? [];
    const isGone = !Object.keys(environments).some((each) => each.startsWith(id));
    return isGone || names[reference]?.startsWith(id) === false;
  };
}

function referenceOf(asked: Asked): string {
  if ('reference' in asked) return asked.reference;
  return 'id' in asked ? asked.id : '';
}

function isChange(asked: Asked): boolean {
  return asked.kind === 'restore' || (asked.kind === 'build' && asked.fresh);
}

function needsQuiet(asked: Asked): boolean {
  return ['build', 'mark', 'write', 'commit', 'restore', 'destroy'].includes(asked.kind);
}
