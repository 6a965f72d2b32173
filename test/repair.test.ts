import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import type { Karapace, Snapshot } from '@karapace/core';
import { test as base, describe, expect } from 'vitest';

import { metadataClass } from '../core/src/store/metadata-class.ts';
import { storeLayout } from '../core/src/store/store-layout.ts';
import { readTree } from '../core/src/store/tree-record.ts';
import { damageStore, flip } from './sweep/damage-store.ts';
import { makeTemplate } from './sweep/make-template.ts';
import { execQuietly, openKarapace } from './sweep/open-karapace.ts';
import { placeAt, type Place } from './sweep/place.ts';
import { listStore, readState } from './sweep/state.ts';

const test = base.extend<{ place: Place }>({
  place: async ({}, use) => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'karapace-repair-'));
    const place = placeAt(directory);
    await makeTemplate(place);
    await use(place);
    fs.rmSync(directory, { recursive: true, force: true });
  },
});

async function withKarapace<T>(place: Place, action: (karapace: Karapace) => Promise<T>): Promise<T> {
  await using karapace = await openKarapace(place);
  return await action(karapace);
}

interface Described {
  readonly names: readonly string[];
  readonly snapshots: readonly (readonly unknown[])[];
}

/** Environments as they show, by identity; without the snapshots of these messages. */
async function environmentsOf(place: Place, without: string) {
  const { environments } = await withKarapace(place, (karapace) => readState(karapace, place, () => false));
  const described = Object.entries(environments).map(([id, text]) => [id, JSON.parse(text) as Described] as const);
  return described.map(([id, each]) => [
    id,
    { ...each, snapshots: each.snapshots.filter((one) => one[2] !== without) },
  ]);
}

async function snapshotOf(place: Place, message: string): Promise<Snapshot> {
  const snapshots = await withKarapace(place, (karapace) => karapace.snapshots('dev'));
  const found = snapshots.find((each) => each.message === message);
  if (found === undefined) throw new Error(`no snapshot \`${message}\``);
  return found;
}

/** The object of a file that no layer has. */
function objectIn(place: Place, { tree }: Snapshot, file: string): string {
  const layout = storeLayout(place.store);
  const entry = readTree(layout, tree).find(({ path: each }) => each === file);
  if (entry?.type !== 'file') throw new Error(`no file \`${file}\``);
  return layout.object(entry.object, metadataClass(entry));
}

const REMOVE = (file: string): void => fs.rmSync(file);

/** What is lost of the snapshot `second`, how, and what then cannot be told from lost. */
const LOSSES = [
  ['an object is missing', (place: Place, second: Snapshot) => REMOVE(objectIn(place, second, 'root/second'))],
  ['an object is damaged', (place: Place, second: Snapshot) => flip(objectIn(place, second, 'root/second'))],
  ['the tree is missing', (place: Place, second: Snapshot) => REMOVE(storeLayout(place.store).tree(second.tree))],
  ['the tree is damaged', (place: Place, second: Snapshot) => flip(storeLayout(place.store).tree(second.tree))],
] as const;

function uppersOf(place: Place): readonly string[] {
  return listStore(place).filter((line) => /environments\/[0-9a-f]+\/gen-/.test(line));
}

describe('a repair', () => {
  test.for(LOSSES)('moves a snapshot away of which %s, and keeps all others', async ([, lose], { place }) => {
    const second = await snapshotOf(place, 'second');
    const before = { environments: await environmentsOf(place, 'second'), uppers: uppersOf(place) };
    lose(place, second);

    const { findings } = await withKarapace(place, (karapace) => karapace.verify());
    const id = second.snapshot_id.slice(0, 12);
    expect(findings).toMatchObject([
      {
        reason: expect.stringContaining(`snapshot ${id} 'second' of dev needs it`),
        fix: expect.stringMatching(/^Commit/),
      },
    ]);
    const repaired = await withKarapace(place, (karapace) => karapace.verify({ repair: true }));

    expect(repaired).toMatchObject({ findings: [], failed: 0, repair: { failed: [] } });
    expect(repaired.repair?.lost).toMatchObject([{ what: `snapshot ${id} 'second' of dev` }]);
    expect(repaired.repair?.moved).toContain(repaired.repair?.lost[0]?.file);
    expect({ environments: await environmentsOf(place, 'second'), uppers: uppersOf(place) }).toEqual(before);
    await expect(withKarapace(place, (karapace) => karapace.gc())).resolves.toBeDefined();
    expect(await withKarapace(place, (karapace) => karapace.verify({ repair: true }))).not.toHaveProperty('repair');
  });

  test('makes everything again that can be made, and keeps what is damaged', async ({ place }) => {
    const lost = await withKarapace(place, async (karapace) => (await karapace.snapshots('dev'))[0]);
    const before = await environmentsOf(place, lost?.message ?? '');
    await damageStore(place);

    const { findings } = await withKarapace(place, (karapace) => karapace.verify());
    expect(findings.map(({ part }) => part).toSorted()).toEqual([
      ...['archive', 'environment', 'environment', 'format', 'generation', 'journal', 'layer', 'lock', 'name'],
      ...['object', 'snapshot', 'tree'],
    ]);

    const repaired = await withKarapace(place, (karapace) => karapace.verify({ repair: true }));
    expect(repaired).toMatchObject({ findings: [], failed: 0, repair: { failed: [] } });
    expect(repaired.repair?.lost.map(({ file }) => path.basename(file))).toEqual(['half', lost?.snapshot_id, 'extra']);
    expect(await environmentsOf(place, lost?.message ?? '')).toEqual(before);
    // Nobody knows for which project the name was given, and no other one's directory may be mounted.
    expect(await withKarapace(place, (karapace) => karapace.inspect('extra'))).toMatchObject({ project: '/' });

    const aside = path.join(place.store, repaired.repair?.damaged ?? '');
    for (const file of repaired.repair?.moved ?? []) expect(fs.existsSync(path.join(aside, file))).toBe(true);
    expect(fs.readFileSync(path.join(aside, 'journal/half'), 'utf8')).toBe('an entry that');
  });

  test('of what is whole changes nothing', async ({ place }) => {
    await damageStore(place);
    await withKarapace(place, (karapace) => karapace.verify({ repair: true }));
    const before = listStore(place);

    const { repair, findings } = await withKarapace(place, (karapace) => karapace.verify({ repair: true }));

    expect({ repair, findings }).toEqual({ repair: undefined, findings: [] });
    expect(listStore(place)).toEqual(before);
  });

  test.for(['lock', 'entry', 'sessions/.spare'])(
    'takes a directory out of the place of an environment’s `%s`',
    async (name, { place }) => {
      const id = await withKarapace(place, async (karapace) => (await karapace.inspect('dev')).env_id);
      const file = path.join('environments', id, name);
      fs.rmSync(path.join(place.store, file), { force: true });
      fs.mkdirSync(path.join(place.store, file), { recursive: true });
      const exec = () => withKarapace(place, (karapace) => execQuietly(karapace, 'dev', ['true']));
      await expect(exec()).rejects.toMatchObject({ code: 'STORE_CORRUPT' });

      const { repair, findings } = await withKarapace(place, (karapace) => karapace.verify({ repair: true }));

      expect({ moved: repair?.moved, findings }).toEqual({ moved: [file], findings: [] });
      await exec();
      await expect(withKarapace(place, (karapace) => karapace.gc())).resolves.toBeDefined();
    },
  );

  test('that cannot make one environment again mends the others, and says what would help', async ({ place }) => {
    await damageStore(place);
    fs.rmSync(path.join(place.directory, 'projects/old/karapace.lock'));

    const { findings, repair } = await withKarapace(place, (karapace) => karapace.verify({ repair: true }));

    expect(repair?.failed).toMatchObject([
      { environment: { names: ['old'] }, code: 'STORE_CORRUPT', fix: expect.stringContaining('karapace.lock') },
    ]);
    expect(new Set(findings.flatMap(({ environments }) => environments.flatMap(({ names }) => names)))).toEqual(
      new Set(['old']),
    );
    const names = await withKarapace(place, async (karapace) => (await karapace.inspect('dev')).names);
    expect(names).toEqual(['dev']);
  });
});
