import type { EnvIdentity } from '../contracts/ids.ts';

const SHORT_ID_DIGITS = 12;

/** The first 12 digits of an identity, for people. */
export function shortId(identity: EnvIdentity): string {
  return identity.slice(0, SHORT_ID_DIGITS);
}
