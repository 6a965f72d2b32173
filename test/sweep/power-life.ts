// A life of environments without end, for somebody to cut the power under: `node power-life.ts <place> <seed>`. Says what it
// begins, and, when that is done, what is there.
import fs from 'node:fs';

import type { Karapace } from '@karapace/core';

import { execQuietly, openKarapace } from './open-karapace.ts';
import { placeAt } from './place.ts';
import { pick, randomNumbers } from './random.ts';
import { readState, type State } from './state.ts';

export type LifeNote =
  | { readonly begin: string; readonly subject: string }
  | {
      readonly end: string;
      readonly state: State;
      /** Names of environments that somebody wrote to since they were made or restored: nothing promises that that stays. */
      readonly loose: readonly string[];
    };

const SUBJECTS = ['one', 'two', 'three'] as const;
const PACKAGES = ['git', 'curl', 'vim', 'jq', 'make', 'wget'] as const;

const [directory = '', seed = '0'] = process.argv.slice(2);
const place = placeAt(directory);
const random = randomNumbers(Number(seed));
const loose = new Set<string>();
let written = 0;

type Deed = (karapace: Karapace, subject: string) => Promise<unknown>;

const write: Deed = async (karapace, subject) => {
  loose.add(subject);
  written += 1;
  const file = pick(['/root/note', '/opt/new/note', `/srv/${written % 7}`], random);
  await execQuietly(karapace, subject, ['write', file, `${seed} ${written}`]);
};

const build = (karapace: Karapace, subject: string, fresh: boolean) => {
  if (!fs.existsSync(place.manifest(subject)) || random() < 0.3) {
    place.write(subject, [pick(PACKAGES, random), pick(PACKAGES, random), subject]);
  }
  return karapace.build(place.manifest(subject), { directory, name: subject, fresh });
};

const DEEDS: Readonly<Record<string, Deed>> = {
  write,
  async commit(karapace, subject) {
    await write(karapace, subject);
    await karapace.commit(subject, `${written}`);
  },
  async restore(karapace, subject) {
    const snapshots = await karapace.snapshots(subject);
    const { generation } = await karapace.inspect(subject);
    if (snapshots.length === 0) return;
    await karapace.restore(subject, pick(snapshots, random).snapshot_id);
    if ((await karapace.inspect(subject)).generation > generation) loose.delete(subject);
  },
  async rebuild(karapace, subject) {
    await build(karapace, subject, true);
    loose.delete(subject);
  },
  build: (karapace, subject) => build(karapace, subject, false),
  async freeze(karapace, subject) {
    await karapace.freeze(subject);
    await karapace.thaw(subject);
  },
  async archive(karapace, subject) {
    await karapace.archive(subject);
    await karapace.unarchive(subject);
  },
  async rename(karapace, subject) {
    await karapace.rename(subject, `${subject}-away`);
    await karapace.rename(`${subject}-away`, subject);
  },
  async destroy(karapace, subject) {
    await karapace.destroy(subject);
    loose.delete(subject);
  },
  gc: (karapace) => karapace.gc(),
};

function tell(note: LifeNote): void {
  fs.writeSync(1, `${JSON.stringify(note)}\n`);
}

/** What a life that was cut short left between two names or marks. */
async function mend(karapace: Karapace): Promise<void> {
  for (const { env_id, names, archived, frozen } of await karapace.list()) {
    if (archived) await karapace.unarchive(env_id);
    if (frozen) await karapace.thaw(env_id);
    for (const name of names.filter((each) => each.endsWith('-away'))) {
      await karapace.rename(name, name.replace('-away', ''));
    }
  }
}

await using karapace = await openKarapace(place);
tell({ begin: 'mend', subject: '' });
await mend(karapace);
for (const { names } of await karapace.list()) for (const name of names) loose.add(name);
await report('mend');
for (;;) {
  const subject = pick(SUBJECTS, random);
  const isThere = (await karapace.list()).some(({ names }) => names.includes(subject));
  const deed = isThere ? pick(Object.keys(DEEDS), random) : 'build';
  tell({ begin: deed, subject });
  await DEEDS[deed]?.(karapace, subject);
  await report(deed);
}

async function report(deed: string): Promise<void> {
  const state = await readState(karapace, place, ({ names }) => names.some((name) => loose.has(name)));
  tell({ end: deed, state, loose: [...loose] });
}
