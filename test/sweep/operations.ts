import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { KarapaceError, type Karapace } from '@karapace/core';

import type { Ways } from './check-place.ts';
import { damageStore } from './damage-store.ts';
import { turnToFirstFormat } from './first-format.ts';
import { execQuietly, openKarapace, writeNothing } from './open-karapace.ts';
import type { Place } from './place.ts';

/** Something that is done to the template's store, and killed or failed at each of its changes. */
export interface Operation {
  /** What else the template needs; never interrupted. */
  readonly prepare?: (place: Place) => Promise<unknown>;
  readonly run: (karapace: Karapace, place: Place) => Promise<unknown>;
  /**
   * What may be seen of an operation that was stopped: all or nothing of it; each of its parts, all or nothing; or
   * anything in the environment that it wrote to.
   */
  readonly outcome?: 'parts' | { readonly rough: string };
  /** What it cannot read may need something: it keeps that, and is done all the same. */
  readonly keepsInDoubt?: true;
  /** It has no other end than that it is done: whoever comes next does it again. */
  readonly isDoneAgain?: true;
}

const build =
  (project: string, options: { readonly name?: string; readonly fresh?: boolean } = {}): Operation['run'] =>
  (karapace, place) =>
    karapace.build(place.manifest(project), { directory: place.directory, ...options });

/** With the code that `karapace verify-store --repair` ends with. */
async function repair(karapace: Karapace): Promise<void> {
  const { findings, repair: done } = await karapace.verify({ repair: true });
  if (findings.length === 0) return;
  const left = [...(done?.failed ?? []), ...findings.map(({ file, reason }) => ({ file, reason }))];
  throw new KarapaceError('STORE_CORRUPT', `The repair left ${JSON.stringify(left)}`);
}

async function writeImageProject(place: Place): Promise<void> {
  const directory = path.dirname(place.manifest('image'));
  const root = path.join(directory, 'root');
  fs.mkdirSync(path.join(root, 'etc/empty'), { recursive: true });
  fs.writeFileSync(path.join(root, 'etc/file'), 'of an image');
  fs.linkSync(path.join(root, 'etc/file'), path.join(root, 'etc/again'));
  fs.symlinkSync('file', path.join(root, 'etc/link'));
  const reproducible = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0'];
  execFileSync('tar', [...reproducible, '-cf', path.join(directory, 'rootfs.tar'), '-C', root, '.']);
  fs.rmSync(root, { recursive: true });
  const text = 'manifest_version = 1\n[base]\nimage = "./rootfs.tar"\n[runtime]\nbackend = "mock"\n';
  fs.writeFileSync(place.manifest('image'), text);
}

const removeStore: Operation['prepare'] = async ({ store }) => fs.rmSync(store, { recursive: true });

export const OPERATIONS = {
  init: { prepare: removeStore, run: (_karapace, place) => writeNothing(place) },
  'build-first': { prepare: removeStore, run: build('dev', { name: 'dev' }), outcome: 'parts' },
  build: { run: build('fresh', { name: 'fresh' }) },
  // An archive is downloaded, kept and unpacked.
  'build-image': { prepare: writeImageProject, run: build('image', { name: 'image' }) },
  'build-named': { run: build('dev', { name: 'again' }) },
  rebuild: { run: build('dev', { fresh: true }) },
  'rebuild-other': {
    prepare: async (place) => place.write('dev', ['git', 'wget']),
    run: build('dev', { fresh: true }),
  },
  exec: {
    run: (karapace) => execQuietly(karapace, 'dev', ['sh', '-c', 'write /root/note one; write /opt/new/note two']),
    outcome: { rough: 'dev' },
  },
  commit: { run: (karapace) => karapace.commit('dev', 'third') },
  'commit-again': {
    prepare: async (place) => {
      await using karapace = await openKarapace(place);
      await karapace.commit('dev', 'third');
    },
    run: (karapace) => karapace.commit('dev', 'once more'),
  },
  restore: {
    run: async (karapace) => {
      const [first] = await karapace.snapshots('dev');
      return karapace.restore('dev', first?.snapshot_id ?? '');
    },
  },
  freeze: { run: (karapace) => karapace.freeze('dev') },
  thaw: { run: (karapace) => karapace.thaw('cold') },
  archive: { run: (karapace) => karapace.archive('dev') },
  unarchive: { run: (karapace) => karapace.unarchive('old') },
  rename: { run: (karapace) => karapace.rename('dev', 'work') },
  'rename-unnamed': { run: async (karapace) => karapace.rename((await unnamed(karapace)).env_id, 'found') },
  destroy: { run: (karapace) => karapace.destroy('dev') },
  'destroy-two-names': { run: async (karapace) => karapace.destroy((await karapace.inspect('spare')).env_id) },
  'remove-name': { run: (karapace) => karapace.destroy('extra') },
  add: {
    run: (karapace, place) => karapace.edit(place.manifest('dev'), { directory: place.directory, add: ['wget'] }),
    isDoneAgain: true,
  },
  gc: { run: (karapace) => karapace.gc(), outcome: 'parts', keepsInDoubt: true },
  migrate: { prepare: turnToFirstFormat, run: (karapace) => karapace.migrate(), isDoneAgain: true },
  repair: { prepare: damageStore, run: repair, isDoneAgain: true },
} as const satisfies Readonly<Record<string, Operation>>;

/** What no sweep may let pass. */
const CONTROLS = {
  /** Two changes that nothing makes one. */
  'in-two-parts': {
    run: async (karapace) => {
      await karapace.rename('dev', 'work');
      await karapace.rename('gone', 'left');
    },
  },
  'not-synced': {
    run: async (_karapace, { store }) => {
      const descriptor = fs.openSync(`${store}/format`, 'r');
      try {
        fs.fsyncSync(descriptor);
      } catch {
        // It does not tell: that is what is wrong with it.
      }
      fs.closeSync(descriptor);
    },
  },
} as const satisfies Readonly<Record<string, Operation>>;

export type OperationName = keyof typeof OPERATIONS | keyof typeof CONTROLS;

export function operation(name: OperationName): Operation {
  return { ...OPERATIONS, ...CONTROLS }[name];
}

/** How a place is looked at after an operation. */
export function waysOf({ outcome, isDoneAgain, run }: Operation): Ways {
  return {
    isRough: ({ names }) => typeof outcome === 'object' && names.includes(outcome.rough),
    first: isDoneAgain === true ? run : undefined,
  };
}

async function unnamed(karapace: Karapace) {
  const found = (await karapace.list()).find(({ names }) => names.length === 0);
  if (found === undefined) throw new Error('every environment has a name');
  return found;
}
