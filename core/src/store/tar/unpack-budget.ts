import type { TarMember } from './interpret-member.ts';
import { TAR_LIMITS } from './tar-limits.ts';

export interface Budget {
  /** @throws RangeError where archives ask for more than there is for all of them */
  spend(member: TarMember): void;
}

export function openBudget(): Budget {
  let members = 0;
  let attributes = 0;
  let holes = 0;
  return {
    spend({ entry, stored }) {
      if ((members += 1) > TAR_LIMITS.entries)
        throw new RangeError(`there are more than ${TAR_LIMITS.entries} members`);
      if (entry.type === 'link') return;
      for (const { name, value } of entry.attributes) attributes += name.length + value.length;
      if (attributes > TAR_LIMITS.attributes) {
        throw new RangeError(`the archive has more than ${TAR_LIMITS.attributes} bytes of attributes`);
      }
      if (entry.type === 'file') holes += Math.max(0, entry.size - stored);
      if (holes > TAR_LIMITS.holes)
        throw new RangeError(`the archive has more than ${TAR_LIMITS.holes} bytes of holes`);
    },
  };
}
