import { KarapaceError } from '../errors.ts';
import { printable } from '../printable.ts';

const NAME = /^[A-Za-z0-9_-]{1,64}$/;
/** What could be an id or the beginning of one. */
const LIKE_ID = /^[0-9a-f]{4,64}$/;

/** @throws KarapaceError `NAME_INVALID` */
export function checkEnvironmentName(name: string): void {
  if (!NAME.test(name) || name.startsWith('-')) {
    throw new KarapaceError('NAME_INVALID', `\`${printable(name)}\` is no name for an environment`, {
      hint: 'Use 1 to 64 letters, digits, `_` and `-`, not beginning with `-`.',
    });
  }
  if (LIKE_ID.test(name)) {
    throw new KarapaceError('NAME_INVALID', `\`${name}\` looks like the id of an environment`, {
      hint: 'Choose a name with a letter after `f`, a capital letter, `_` or `-`.',
    });
  }
}

export function isEnvironmentName(name: string): boolean {
  return NAME.test(name) && !LIKE_ID.test(name);
}

export function isIdPrefix(reference: string): boolean {
  return LIKE_ID.test(reference);
}
