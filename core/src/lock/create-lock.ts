import type { ArchivePin, LockedPackage, LockFile, Resolution } from '../contracts/lock.ts';
import type { NormalizedManifest } from '../contracts/manifest.ts';
import { KarapaceError } from '../errors.ts';
import { envIdentity, type LockBody } from '../identity/env-identity.ts';
import { shortId } from '../identity/short-id.ts';
import { DIGEST, HASH_VERSION, isFetchable, LOCK_VERSION, pinName, WORD } from './lock-grammar.ts';
import { sortLock } from './sort-lock.ts';
import { stackPackages } from './stack-packages.ts';

/**
 * Writes down what was resolved for a manifest, and gives it its identity. Pure.
 *
 * @param before what the project's lock was: what stays as it was stays in its layer
 * @throws KarapaceError `PLUGIN_INVALID` when a plugin pinned what a lock cannot hold
 */
export function createLock(resolution: Resolution, intent: NormalizedManifest, before?: LockFile): LockFile {
  const { base, packages, files, ids } = resolution;
  checkPins(base.archives, base.source);
  for (const [manager, pins] of Map.groupBy(packages, (pin) => pin.manager)) checkPins(pins, manager);
  checkPins(packages, packages[0]?.manager ?? '');
  const body: LockBody = sortLock({
    lock_version: LOCK_VERSION,
    hash_version: HASH_VERSION,
    ids,
    intent,
    base: {
      reference: base.reference,
      source: base.source,
      tree: base.tree,
      parameters: base.parameters,
      archives: base.archives.map(copyArchive),
    },
    packages: stackPackages(resolution, before).map(copyPackage),
    files: files.map(({ target, tree }) => ({ target, tree })),
  });
  const env_id = envIdentity(body);
  return { ...body, env_id, short_id: shortId(env_id) };
}

/** Plugins may hand over more than the contract asks for; a lock holds nothing else. */
function copyArchive({ name, version, arch, url, size, sha256 }: ArchivePin): ArchivePin {
  return { name, version, arch, url, size, sha256 };
}

function copyPackage(pin: LockedPackage): LockedPackage {
  return { ...copyArchive(pin), manager: pin.manager, asked: pin.asked, layer: pin.layer };
}

function checkPins(pins: readonly ArchivePin[], plugin: string): void {
  const seen = new Set<string>();
  for (const pin of pins) {
    const problem = seen.has(pinName(pin)) ? 'twice' : problemOf(pin);
    seen.add(pinName(pin));
    if (problem === undefined) continue;
    throw new KarapaceError('PLUGIN_INVALID', `The plugin \`${plugin}\` pinned \`${pinName(pin)}\` ${problem}`, {
      hint: 'Report this to the author of the plugin.',
    });
  }
}

function problemOf(pin: ArchivePin): string | undefined {
  if (![pin.name, pin.version, pin.arch].every((text) => WORD.test(text) && text.isWellFormed())) {
    return 'with a name, version or architecture that is not one word';
  }
  if (!isFetchable(pin.url)) return 'with an address that is not http, https or file, or that holds credentials';
  if (!Number.isSafeInteger(pin.size) || pin.size < 0) return 'with a size that is not a number of bytes';
  return DIGEST.test(pin.sha256) ? undefined : 'with a sha256 that is not 64 hexadecimal digits';
}
