import type { SandboxSpec } from '../contracts/sandbox.ts';
import type { LiveSession, SessionShape } from '../contracts/environment-store.ts';
import { KarapaceError } from '../errors.ts';

/** What sessions of one environment must have in common. */
export function shapeOf({ network, mounts }: SandboxSpec): SessionShape {
  const sorted = mounts.toSorted((left, right) => (left.target < right.target ? -1 : 1));
  return { network, targets: sorted.map(({ target }) => target), sources: sorted.map(({ source }) => source) };
}

/**
 * Sessions share their network, the places that are mounted on, and what is mounted there.
 *
 * @throws KarapaceError `ENVIRONMENT_BUSY`
 */
export function checkShape({ client, shape }: LiveSession, spec: SandboxSpec): void {
  const wanted = shapeOf(spec);
  const entered = `The environment was entered by process ${client.pid}`;
  const hint = 'Leave it, or run `karapace stop`, and enter again.';
  if (wanted.network !== shape.network || wanted.targets.join('\0') !== shape.targets.join('\0')) {
    throw new KarapaceError('ENVIRONMENT_BUSY', `${entered} with other mounts or another network`, { hint });
  }
  const other = wanted.sources?.findIndex(
    (source, index) => shape.sources !== undefined && shape.sources[index] !== source,
  );
  if (other === undefined || other === -1) return;
  const [there, here, target] = [shape.sources?.[other], wanted.sources?.[other], wanted.targets[other]];
  throw new KarapaceError('ENVIRONMENT_BUSY', `${entered} with \`${there}\` on \`${target}\`, and not \`${here}\``, {
    hint: `${hint} Projects with equal manifests have one environment; a variable in \`[env]\` makes two of it.`,
  });
}
