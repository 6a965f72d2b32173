import path from 'node:path';

import type { ChangedRequest } from './build-changed.ts';
import type { LockFile } from '../contracts/lock.ts';
import type { Manifest } from '../contracts/manifest.ts';
import { KarapaceError } from '../errors.ts';
import { canonicalJson } from '../identity/canonical-json.ts';
import { inStage } from '../in-stage.ts';
import type { Instance } from '../instance.ts';
import { findBringers } from './find-bringers.ts';
import { loadProjectOf } from './load-project.ts';
import { resolveLock, withLockRequest, type LockOptions } from './lock-project.ts';
import { lockChanges, type LockChange } from '../lock/lock-changes.ts';
import { printLock } from '../lock/print-lock.ts';
import { editPackages, editPackagesText, type PackageEdit } from '../manifest/edit-packages.ts';
import { normalizeManifest } from '../manifest/normalize-manifest.ts';
import { parseManifestJson, parseManifestToml } from '../manifest/parse-manifest.ts';
import { missingOf, planEdit, type PackageWish } from './plan-edit.ts';
import type { LoadedConfig } from '../plugin/load-config.ts';
import { locateManifest } from '../plugin/locate-manifest.ts';
import { readManifestFile } from '../plugin/read-manifest-file.ts';
import { chooseLock } from '../stages/lock.ts';
import { writeProjectLock } from '../store/project-lock.ts';
import { rewriteManifest } from '../store/rewrite-manifest.ts';

export type EditOptions = LockOptions & PackageWish;

export interface EditResult {
  /** Absolute path. */
  readonly manifest: string;
  readonly lockFile: string;
  /** `unchanged`: the manifest was so already. */
  readonly status: 'changed' | 'unchanged';
  /** As they stand in the manifest now. */
  readonly added: readonly string[];
  /** As they stood in the manifest. */
  readonly removed: readonly string[];
  /** What the new lock pins otherwise than the one before; without one before, everything. */
  readonly changes: readonly LockChange[];
}

/** A manifest that can be edited as text. */
interface EditableManifest {
  readonly file: string;
  readonly text: string;
  readonly form: 'toml' | 'json';
  readonly within: string | undefined;
  readonly manifest: Manifest;
}

/**
 * Changes which packages a manifest asks for, and locks that: both or nothing.
 *
 * @throws KarapaceError `MANIFEST_UNEDITABLE`; `PACKAGE_UNKNOWN`, also for what is to be removed and is not there
 */
export async function editProject(
  manifest: string | undefined,
  options: EditOptions,
  instance: Instance,
): Promise<EditResult> {
  const source = await readEditable(await locateManifest(manifest, options.directory), options);
  const missing = missingOf(source.manifest, options.remove ?? []);
  const bringers = await findBringers(configOf(source.file, source.manifest), missing, instance);
  const edit = planEdit(source.manifest, options, bringers);
  const text = editText(source, edit);
  const edited = await parse({ ...source, text });
  if (meaningOf(edited) !== meaningOf(editPackages(source.manifest, edit))) throw notPlain(source.file, options);
  const { file } = source;
  const project = await inStage('init', instance.hooks, () => loadProjectOf(configOf(file, edited), instance));
  return withLockRequest({ project, options, instance }, async (request) => {
    const lock = await answer(request);
    if (text !== source.text) await write({ source, text, lock }, request);
    else if (lock.env_id !== request.before?.env_id) await writeProjectLock(request.lockFile, printLock(lock));
    const changes = lockChanges(request.before, lock);
    const status = text === source.text ? 'unchanged' : 'changed';
    return { manifest: file, lockFile: request.lockFile, status, added: edit.add, removed: edit.remove, changes };
  });
}

function configOf(file: string, manifest: Manifest): LoadedConfig {
  return { file, directory: path.dirname(file), manifest, plugins: manifest.plugins ?? [] };
}

/** What was pinned stays pinned where nothing is asked anew. */
async function answer(request: ChangedRequest): Promise<LockFile> {
  const { project, files, before, lockFile } = request;
  const found = chooseLock({ manifest: project.manifest, files, lock: before, lockFile, locked: false });
  return found ?? resolveLock(request);
}

interface Written {
  readonly source: EditableManifest;
  readonly text: string;
  readonly lock: LockFile;
}

/** The manifest first: a lock that is older than it is named as such, and mended by the next build. */
async function write(
  { source: { file, text: before }, text, lock }: Written,
  { lockFile }: ChangedRequest,
): Promise<void> {
  const check = async (): Promise<void> => undefined;
  await rewriteManifest(file, { before, after: text, check });
  try {
    await writeProjectLock(lockFile, printLock(lock));
  } catch (error) {
    await rewriteManifest(file, { before: text, after: before, check });
    throw error;
  }
}

async function readEditable(file: string, options: EditOptions): Promise<EditableManifest> {
  const extension = path.extname(file);
  if (extension !== '.toml' && extension !== '.json') throw isProgram(file, options);
  const within = path.basename(file) === 'package.json' ? 'karapace' : undefined;
  const source = {
    file,
    text: await readManifestFile(file),
    form: extension === '.toml' ? 'toml' : 'json',
    within,
  } as const;
  return { ...source, manifest: await parse(source) };
}

function parse({ file, text, form, within }: Omit<EditableManifest, 'manifest'>): Promise<Manifest> {
  return form === 'toml' ? parseManifestToml(text, file) : parseManifestJson(text, file, within);
}

function editText(source: EditableManifest, edit: PackageEdit): string {
  const text = editPackagesText(source, edit);
  if (text === undefined) throw notPlain(source.file, edit);
  return text;
}

function meaningOf(manifest: Manifest): string {
  return canonicalJson(normalizeManifest(manifest));
}

function isProgram(file: string, wish: PackageWish): KarapaceError {
  return new KarapaceError('MANIFEST_UNEDITABLE', 'This manifest is a program, which Karapace does not edit', {
    hint: byHand(wish),
    place: { file },
  });
}

function notPlain(file: string, wish: PackageWish): KarapaceError {
  return new KarapaceError('MANIFEST_UNEDITABLE', 'The list of packages is not written where Karapace can edit it', {
    hint: byHand(wish),
    place: { file },
  });
}

function byHand({ add = [], list = 'system', remove = [] }: PackageWish): string {
  const names = [...add, ...remove].map((name) => `\`${name}\``).join(', ');
  const key = list === 'system' ? '`[system] packages`' : '`[gui] apps`';
  const what = add.length > 0 ? `Write ${names} into ${key} by hand` : `Take ${names} out of ${key} by hand`;
  return `${what}, then run \`karapace build\`.`;
}
