import type { PackagePin } from './lock.ts';
import type { ResolveContext } from './tool-context.ts';

/** Speaks for the package tool that an image brings along. */
export interface PackageManager {
  readonly name: string;
  /** Whether a tree brings this tool. Looks at the tree's names only. */
  detect(tree: TreeNames): boolean;
  /**
   * Pins the whole closure that would be added to the image, with the tool inside the sandbox and network.
   *
   * @throws KarapaceError `PACKAGE_UNKNOWN` naming every unknown name and the nearest ones that exist,
   * `PACKAGE_CONFLICT`, `MIRROR_FAILED`
   */
  resolve(request: PackageRequest, context: ResolveContext): Promise<readonly PackagePin[]>;
  /**
   * Pins what changes in a tree when packages that are installed in it are brought up to date, and of the others only what
   * these then need. A tool leaves it out whose packages fit together only as a whole.
   *
   * @throws as `resolve`; `PACKAGE_CONFLICT` also where something that is installed would have to go
   */
  upgrade?(request: UpgradeRequest, context: ResolveContext): Promise<readonly PackagePin[]>;
  /** The steps that install exactly these packages from local archives, without network. Pure. */
  install(packages: readonly PackagePin[]): InstallPlan;
}

export interface TreeNames {
  /** Whether the path, absolute and without following links, is in the tree. */
  has(path: string): boolean;
}

export interface PackageRequest {
  /** Names of `[system] packages`, sorted. */
  readonly system: readonly string[];
  /** Names of `[gui] apps`, sorted. */
  readonly gui: readonly string[];
  /** Checked-out layers of the base, the topmost first. */
  readonly lower: readonly string[];
}

export interface UpgradeRequest {
  /** Names of what is installed, with a version where the manifest asks for one; sorted. */
  readonly packages: readonly string[];
  /** Checked-out layers of the base and of the packages, the topmost first. */
  readonly lower: readonly string[];
}

export interface InstallPlan {
  /** Raised when the same packages must give another layer. */
  readonly version: number;
  /** The name each archive has in `ARCHIVES_INSIDE` while the steps run, in the packages' order. */
  readonly archiveNames: readonly string[];
  /** Commands run one after the other inside the sandbox, scrubbing included; the first that fails ends the build. */
  readonly steps: readonly (readonly string[])[];
  /** Added to the fixed build environment. */
  readonly environment: Readonly<Record<string, string>>;
}
