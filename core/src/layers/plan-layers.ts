import type { Ids } from '../contracts/ids.ts';
import type { ArchivePin, ImagePin, Layer, LockFile, PackagePin } from '../contracts/lock.ts';
import type { InstallPlan, PackageManager } from '../contracts/package-manager.ts';
import { KarapaceError } from '../errors.ts';
import { BUILD_ENVIRONMENT } from './build-environment.ts';

/** The pure half of a package manager. */
export type InstallPlans = Pick<PackageManager, 'name' | 'install'>;

/** A layer of packages, and what fills it. */
export interface PlannedLayer {
  readonly layer: Layer;
  /** In the order of the install plan's archives. */
  readonly packages: readonly PackagePin[];
  readonly install: InstallPlan;
}

const BASE = 'base';

/** The bottom of every DAG. What the pin is called and where its archives come from cannot change the bytes. */
export function baseLayer(pin: ImagePin, ids: Ids): Layer {
  const { source, parameters, archives } = pin;
  const inputs = { source, parameters, archives: archives.map(archiveInput), environment: BUILD_ENVIRONMENT };
  return { name: BASE, definition: { kind: BASE, ids, inputs }, parents: [] };
}

/**
 * The layers above the base; none where the lock has no packages. Pure.
 *
 * All packages go into one layer, graphical ones too: what was asked for in `[gui] apps` may be a dependency of what
 * was asked for in `[system] packages` or the other way round, a lock does not say which, and no package can be
 * configured before its dependencies.
 *
 * @throws KarapaceError `LOCK_INVALID` when another package manager than this one resolved the packages
 */
export function planLayers(
  { packages, ids }: Pick<LockFile, 'packages' | 'ids'>,
  manager: InstallPlans,
): readonly PlannedLayer[] {
  if (packages.length === 0) return [];
  checkManager(packages, manager);
  const install = manager.install(packages);
  const inputs = {
    manager: manager.name,
    version: install.version,
    steps: install.steps,
    environment: { ...BUILD_ENVIRONMENT, ...install.environment },
    archives: packages.map((pin, index) => ({ ...archiveInput(pin), file: install.archiveNames[index] ?? null })),
  };
  const layer: Layer = { name: 'packages', definition: { kind: 'packages', ids, inputs }, parents: [BASE] };
  return [{ layer, packages, install }];
}

/** An address is a knob: the sha256 decides the bytes. */
function archiveInput({ name, version, arch, sha256 }: ArchivePin) {
  return { name, version, arch, sha256 };
}

function checkManager(packages: readonly PackagePin[], manager: InstallPlans): void {
  const foreign = packages.find((pin) => pin.manager !== manager.name);
  if (foreign === undefined) return;
  throw new KarapaceError(
    'LOCK_INVALID',
    `\`${foreign.manager}\` resolved the package \`${foreign.name}\`, but the image brings \`${manager.name}\``,
    {
      hint: 'Delete the lock and run `karapace build` to resolve again.',
    },
  );
}
