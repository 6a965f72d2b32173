import type { StorePart } from '../../contracts/verify.ts';
import type { Found } from './found.ts';

const REPAIR = 'Run `karapace verify-store --repair`';

const WAYS: Readonly<Record<StorePart, string>> = {
  format: `${REPAIR}, which writes it again.`,
  directory: `${REPAIR}, which makes it.`,
  object: `${REPAIR}, which fetches or builds it again.`,
  tree: `${REPAIR}, which builds it again.`,
  checkout: `${REPAIR}, which makes it again from objects.`,
  layer: `${REPAIR}, which builds it again.`,
  archive: `${REPAIR}, which fetches it again.`,
  environment: `${REPAIR}, which writes it again from the environment's lock.`,
  lock: `${REPAIR}, which takes it from the project's \`karapace.lock\`.`,
  snapshot: `${REPAIR}, which moves it away; what was committed cannot be made again.`,
  generation: `${REPAIR}, which makes it empty; what was changed inside cannot be made again.`,
  name: `${REPAIR}, which moves it away; then name the environment with \`karapace rename\`.`,
  journal: `${REPAIR}, which moves it away; what it was to finish is told then.`,
  lease: `${REPAIR}, which moves it away.`,
};

const LOSE =
  'Commit the environment again if it still has what was committed; otherwise run `karapace verify-store --repair`, which moves the snapshot away.';

/**
 * What a person does about a finding.
 *
 * @param need `snapshot` where nothing but snapshots needs it
 */
export function wayOut({ part, problem }: Found, need: 'environment' | 'snapshot' | 'nothing'): string {
  if (problem === 'unreadable') return 'Look at its permissions, and at the disk with `dmesg`.';
  if (problem === 'foreign') return `${REPAIR}, which moves it away.`;
  const isContent = part === 'object' || part === 'tree' || part === 'layer' || part === 'archive';
  if (need === 'snapshot') return LOSE;
  return isContent && need === 'nothing' ? `${REPAIR}, which moves it away: nothing needs it.` : WAYS[part];
}
