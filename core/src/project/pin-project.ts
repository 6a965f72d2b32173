import type { ChangedRequest } from './build-changed.ts';
import { checkPinned } from './check-pinned.ts';
import type { LockFile } from '../contracts/lock.ts';
import type { NormalizedManifest } from '../contracts/manifest.ts';
import { KarapaceError } from '../errors.ts';
import { inStage } from '../in-stage.ts';
import type { Instance } from '../instance.ts';
import { pinnedReference } from '../lock/pinned-reference.ts';
import { printLock } from '../lock/print-lock.ts';
import { loadProject } from './load-project.ts';
import { lockFileOf } from './lock-file-of.ts';
import { resolveLock, withLockRequest, type LockOptions } from './lock-project.ts';
import { pinManifest, placeOfImage, readImageText } from './pin-manifest.ts';
import { locateManifest } from '../plugin/locate-manifest.ts';
import { openImageSource } from '../plugin/open-plugins.ts';
import { chooseLock } from '../stages/lock.ts';
import { writeProjectLock } from '../store/project-lock.ts';

export interface PinOptions extends LockOptions {
  /** Only look. Default false. */
  readonly check?: boolean | undefined;
  /** Also see to it that the lock answers the pinned manifest. Default false. */
  readonly writeLock?: boolean | undefined;
}

export interface PinResult {
  /** Absolute path. */
  readonly manifest: string;
  /** The pinned reference. */
  readonly image: string;
  /** `unchanged`: it was pinned already. */
  readonly status: 'pinned' | 'unchanged';
  readonly lockFile: string;
  readonly lockWritten: boolean;
}

/**
 * Writes behind a manifest's image the digest of its tree: what the lock has, where it answers the manifest; else what the
 * image is today.
 *
 * @throws KarapaceError `IMAGE_UNPINNED` where it is only to be checked, or where it cannot be written; `MANIFEST_UNWRITABLE`
 */
export async function pinProject(
  manifest: string | undefined,
  options: PinOptions,
  instance: Instance,
): Promise<PinResult> {
  const file = await locateManifest(manifest, options.directory);
  const written = await readImageText(file);
  const project = await inStage('init', instance.hooks, () => loadProject(file, instance));
  const source = await openImageSource(instance.hooks, project);
  const reference = project.manifest.base.image;
  const lockFile = lockFileOf(file);
  const isPinned = source.isPinned(reference);
  const unchanged = { manifest: file, image: reference, status: 'unchanged', lockFile, lockWritten: false } as const;
  if (options.check === true) checkPinned(source, project, placeOfImage(written));
  if (isPinned && options.writeLock !== true) return unchanged;
  return withLockRequest({ project, options, instance }, async (request) => {
    const lock = await answer(request, options.writeLock === true);
    const image = isPinned ? reference : pinnedReference(lock.base);
    if (!source.isPinned(image)) throw noPinnedForm(source.name, reference);
    if (!isPinned) await pinManifest(written, image);
    const lockWritten = options.writeLock === true && (await writeLock(image, lock, request));
    return { ...unchanged, image, status: isPinned ? 'unchanged' : 'pinned', lockWritten };
  });
}

/** The lock that answers the manifest; without one, what is resolved now: only the image where no lock is to be written. */
async function answer(request: ChangedRequest, isWhole: boolean): Promise<LockFile> {
  const { project, files, before, lockFile } = request;
  const found = chooseLock({ manifest: project.manifest, files, lock: before, lockFile, locked: false });
  if (found !== undefined) return found;
  const manifest = isWhole ? project.manifest : withoutPackages(project.manifest);
  return resolveLock({ ...request, project: { ...project, manifest } });
}

function withoutPackages(manifest: NormalizedManifest): NormalizedManifest {
  return { ...manifest, system: { packages: [] }, gui: { apps: [] } };
}

/** Whether there was something to write. */
async function writeLock(image: string, lock: LockFile, request: ChangedRequest): Promise<boolean> {
  const { project, files, before, lockFile } = request;
  const manifest = { ...project.manifest, base: { image } };
  const pinned = chooseLock({ manifest, files, lock, lockFile, locked: false });
  if (pinned === undefined) throw new TypeError('A lock answers its own manifest with the image pinned');
  if (pinned.env_id === before?.env_id) return false;
  await writeProjectLock(lockFile, printLock(pinned));
  return true;
}

function noPinnedForm(source: string, reference: string): KarapaceError {
  return new KarapaceError('PLUGIN_INVALID', `The image source \`${source}\` does not know a pinned \`${reference}\``, {
    hint: 'Report this to the author of the plugin: a reference with the digest of a tree behind it is pinned.',
  });
}
