import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

import { ordinaryUser, whyNoOrdinaryUser, type OrdinaryUser } from '../../../src/testing/ordinary-user.ts';
import { makeTestStore, testIds } from '../test-store.ts';
import { directory, file } from './hostile-kit.ts';
import { END, rawMember } from './raw-tar.ts';

/** Puts a link to somewhere else in the place of a directory, again and again; says what it could do. */
const RACER = `for round in $(seq 20); do
  ls "$1" >/dev/null 2>&1 && echo listed
  cat "$1/secret" >/dev/null 2>&1 && echo read
  [ -u "$1/su" ] && echo setuid
  mv "$1/d" "$1/moved-$round" 2>/dev/null && ln -s "$2" "$1/d" && echo swapped
done
echo done`;

/** What somebody else can do to a directory. */
async function race(user: OrdinaryUser, target: string): Promise<readonly string[]> {
  const [program = '', ...args] = user.command(['sh', '-c', RACER, 'sh', target, user.home]);
  const { stdout } = await promisify(execFile)(program, args);
  return [...new Set(stdout.trim().split('\n'))];
}

const MEMBERS = [directory('d', { mode: 0o777 }), file('su', { mode: 0o4755 }), file('secret', { mode: 0o644 })];

/** In two parts. */
function* archive(): Generator<Buffer, void> {
  yield Buffer.concat(MEMBERS.map((member) => rawMember(member)));
  yield Buffer.concat([rawMember(file('d/inside')), END]);
}

it('nobody else reaches what an archive is unpacked to, however open that is itself', async ({ skip }) => {
  const reason = await whyNoOrdinaryUser();
  if (reason !== undefined) skip(reason);
  await using user = await ordinaryUser({ range: false });
  await using fixture = await makeTestStore();
  const { store, root, place } = fixture;
  // So that nothing but the store itself keeps others out.
  fs.chmodSync(place, 0o755);
  const importTar = (content: Iterable<Buffer> | AsyncIterable<Buffer>) =>
    store.trees.importTar(Readable.from(content), { ids: testIds, timed: false });
  const undisturbed = await importTar(archive());

  let reached: readonly string[] = [];
  async function* disturbed() {
    const parts = archive();
    yield parts.next().value ?? END;
    const target = await unpackingPlace(path.join(root, 'tmp'));
    fs.chmodSync(target, 0o777);
    reached = await race(user, target);
    yield* parts;
  }
  const { digest } = await importTar(disturbed());

  expect(reached).toEqual(['done']);
  expect(digest).toBe(undisturbed.digest);
  expect(await race(user, makeOpen(place))).toEqual(['listed', 'read', 'setuid', 'swapped', 'done']);
}, 60_000);

/** The directory that is being filled, once the first part is in it. */
async function unpackingPlace(tmp: string): Promise<string> {
  for (;;) {
    const found = fs.globSync(path.join(tmp, '*', 'scratch-*', 'root', 'secret'))[0];
    if (found !== undefined) return path.dirname(found);
    await sleep(10);
  }
}

/** The same where others may come, for control. */
function makeOpen(place: string): string {
  const open = path.join(place, 'open');
  fs.mkdirSync(path.join(open, 'd'), { recursive: true });
  for (const name of ['su', 'secret']) fs.writeFileSync(path.join(open, name), 'x', { mode: 0o644 });
  fs.chmodSync(path.join(open, 'su'), 0o4755);
  fs.chmodSync(open, 0o777);
  return open;
}
