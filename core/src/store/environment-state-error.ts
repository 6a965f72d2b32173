import type { EnvIdentity } from '../contracts/ids.ts';
import { KarapaceError } from '../errors.ts';

export function frozenError(id: EnvIdentity): KarapaceError {
  const short = id.slice(0, 12);
  return new KarapaceError('ENVIRONMENT_FROZEN', `The environment \`${short}\` is frozen`, {
    hint: `Run \`karapace thaw ${short}\` first.`,
  });
}

export function archivedError(id: EnvIdentity): KarapaceError {
  const short = id.slice(0, 12);
  return new KarapaceError('ENVIRONMENT_ARCHIVED', `The environment \`${short}\` is archived`, {
    hint: `Run \`karapace unarchive ${short}\` first.`,
  });
}

/** For one that was there when it was looked for. */
export function noEnvironment(id: EnvIdentity): KarapaceError {
  return new KarapaceError('ENVIRONMENT_NOT_FOUND', `There is no environment \`${id.slice(0, 12)}\``, {
    hint: 'See `karapace list`; `karapace build` makes one.',
  });
}
