import type { Ids } from '../contracts/ids.ts';
import type { ArchivePin, FilesPin, ImagePin, Layer, LockFile, PackagePin } from '../contracts/lock.ts';
import type { FilesRequest, RunRequest } from '../contracts/manifest.ts';
import type { InstallPlan, PackageManager } from '../contracts/package-manager.ts';
import { KarapaceError } from '../errors.ts';
import { packageLayers } from '../lock/stack-packages.ts';
import { BUILD_ENVIRONMENT } from './build-environment.ts';

/** The pure half of a package manager. */
export type InstallPlans = Pick<PackageManager, 'name' | 'install'>;

/** A layer of packages, and what fills it. */
export interface PackagesLayer {
  readonly kind: 'packages';
  readonly layer: Layer;
  /** In the order of the install plan's archives. */
  readonly packages: readonly PackagePin[];
  readonly install: InstallPlan;
}

/** The layer of everything that is copied from the project. */
export interface FilesLayer {
  readonly kind: 'files';
  readonly layer: Layer;
  readonly requests: readonly FilesRequest[];
  /** One for each request. */
  readonly pins: readonly FilesPin[];
}

/** The layer of one command. */
export interface RunLayer {
  readonly kind: 'run';
  readonly layer: Layer;
  readonly request: RunRequest;
  /** Added to the fixed build environment. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A layer above the base, and what fills it. */
export type PlannedLayer = PackagesLayer | FilesLayer | RunLayer;

const BASE = 'base';
const PACKAGES = 'packages';
const FILES = 'files';

/** The bottom of every DAG. What the pin is called and where its archives come from cannot change the bytes. */
export function baseLayer(pin: ImagePin, ids: Ids): Layer {
  const { source, parameters, archives } = pin;
  const inputs = { source, parameters, archives: archives.map(archiveInput), environment: BUILD_ENVIRONMENT };
  return { name: BASE, definition: { kind: BASE, ids, inputs }, parents: [] };
}

/**
 * The layers above the base, in the order in which an environment stacks them, the lowest first: packages, files, then
 * the runs as the manifest lists them. Pure.
 *
 * Files see base and packages. A run sees those and the files, and of the other runs only what it comes `after`, so that
 * runs which do not need each other are built beside each other.
 *
 * @param manager needed where the lock has packages
 * @throws KarapaceError `LOCK_INVALID` when another package manager than this one resolved the packages
 */
export function planLayers(lock: PlannedLock, manager: InstallPlans | undefined): readonly PlannedLayer[] {
  const packages = packagesLayers(lock, manager);
  const files = filesLayer(lock, namesDown(packages));
  return [...packages, ...files, ...runLayers(lock, namesDown([...packages, ...files]))];
}

export type PlannedLock = Pick<LockFile, 'packages' | 'files' | 'ids'> & {
  readonly intent: Pick<LockFile['intent'], 'env' | 'files' | 'run'>;
};

/** What lies on the base and the layers above it, nearest first. */
function namesDown(planned: readonly PlannedLayer[]): readonly string[] {
  return [...planned.map(({ layer }) => layer.name).toReversed(), BASE];
}

/**
 * The lock says which package is in which layer. Graphical ones are not apart: what was asked for in `[gui] apps` may be a
 * dependency of what was asked for in `[system] packages` or the other way round, a lock does not say which, and no package
 * can be configured before its dependencies.
 */
function packagesLayers({ packages, ids }: PlannedLock, manager: InstallPlans | undefined): readonly PackagesLayer[] {
  if (packages.length === 0) return [];
  if (manager === undefined) throw new TypeError('A lock with packages is planned with their package manager');
  checkManager(packages, manager);
  const planned: PackagesLayer[] = [];
  for (const layer of packageLayers(packages)) planned.push(packagesLayer(layer, { ids, manager, below: planned }));
  return planned;
}

interface PackagesPlace {
  readonly ids: Ids;
  readonly manager: InstallPlans;
  readonly below: readonly PackagesLayer[];
}

function packagesLayer(packages: readonly PackagePin[], { ids, manager, below }: PackagesPlace): PackagesLayer {
  const install = manager.install(packages);
  const inputs = {
    manager: manager.name,
    version: install.version,
    steps: install.steps,
    environment: { ...BUILD_ENVIRONMENT, ...install.environment },
    archives: packages.map((pin, index) => ({ ...archiveInput(pin), file: install.archiveNames[index] ?? null })),
  };
  const name = below.length === 0 ? PACKAGES : `${PACKAGES}-${below.length}`;
  const layer: Layer = { name, definition: { kind: 'packages', ids, inputs }, parents: namesDown(below) };
  return { kind: 'packages', layer, packages, install };
}

/** Where a source lies in the project is a knob: its content, with its permissions, and the target decide the bytes. */
function filesLayer({ files, intent, ids }: PlannedLock, parents: readonly string[]): readonly FilesLayer[] {
  if (files.length === 0) return [];
  const inputs = { version: PLACE_VERSION, files: files.map(({ target, tree }) => ({ target, tree })) };
  const layer: Layer = { name: FILES, definition: { kind: 'files', ids, inputs }, parents };
  return [{ kind: 'files', layer, requests: intent.files, pins: files }];
}

/** Raised when the same files must give another layer. */
const PLACE_VERSION = 1;

/** What a run is called is a knob. */
function runLayers({ intent, ids }: PlannedLock, below: readonly string[]): readonly RunLayer[] {
  const seen = new Map<string, ReadonlySet<string>>();
  return intent.run.map((request): RunLayer => {
    const { name, command, network, after } = request;
    const needed = new Set(after.flatMap((each) => [each, ...(seen.get(each) ?? [])]));
    seen.set(name, needed);
    const inOrder = intent.run.filter((each) => needed.has(each.name)).map((each) => runLayerName(each.name));
    const inputs = { command, network, environment: { ...BUILD_ENVIRONMENT, ...intent.env } };
    const parents = [...inOrder.toReversed(), ...below];
    const layer: Layer = { name: runLayerName(name), definition: { kind: 'run', ids, inputs }, parents };
    return { kind: 'run', layer, request, environment: intent.env };
  });
}

function runLayerName(name: string): string {
  return `run-${name}`;
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
