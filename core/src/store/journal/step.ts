/**
 * One step of a change to the store, small enough to be there or not, and harmless when done again. Paths are relative
 * to the store.
 */
export type Step =
  /** Gives something whole its final place. Done where the source is gone. */
  | { readonly step: 'move'; readonly from: string; readonly to: string }
  | WriteStep
  /** Removes a file. Done where it is gone. */
  | { readonly step: 'remove'; readonly path: string }
  /** Takes a directory out of sight. Done where it is gone. */
  | { readonly step: 'discard'; readonly path: string };

/** Makes a file say something, whatever it said before. */
export interface WriteStep {
  readonly step: 'write';
  readonly path: string;
  readonly text: string;
}

const ID = '[0-9a-f]{64}';
const SAFE = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/;
const NAME = /^names\/[A-Za-z0-9_-]{1,64}$/;
const PLACES = [
  new RegExp(`^environments/${ID}(?:/(?:gen-[1-9][0-9]*|(?:environment|index)\\.json|snapshots/${ID}))?$`),
  NAME,
];

/**
 * Whether a value is a step that leads nowhere but into the places where steps belong: a journal is read after a crash,
 * and may be damaged or somebody else's.
 */
export function isStep(value: unknown): value is Step {
  if (typeof value !== 'object' || value === null) return false;
  const { step, from, to, path, text } = value as Readonly<Record<string, unknown>>;
  if (step === 'move') return isTemporary(from) && isPlace(to);
  if (step === 'write') return isPlace(path) && typeof text === 'string';
  if (step === 'remove') return typeof path === 'string' && NAME.test(path);
  return step === 'discard' && isPlace(path);
}

function isPlace(path: unknown): boolean {
  return typeof path === 'string' && PLACES.some((place) => place.test(path));
}

function isTemporary(path: unknown): boolean {
  if (typeof path !== 'string') return false;
  const [top, ...rest] = path.split('/');
  return top === 'tmp' && rest.length > 0 && rest.every((name) => SAFE.test(name));
}
