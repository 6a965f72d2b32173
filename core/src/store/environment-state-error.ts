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
