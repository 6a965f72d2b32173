import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import type { EnvIdentity } from '../../../src/contracts/ids.ts';
import type { Store } from '../../../src/contracts/store.ts';
import { tryFileLock } from '../../../src/store/file-lock.ts';
import { checkStore } from '../../../src/store/health/check-store.ts';
import { encodeRecord } from '../../../src/store/record.ts';
import { newer } from '../newer-record.ts';
import { makeTestStore, testEnvironment } from '../test-store.ts';

const A = 'a'.repeat(64) as EnvIdentity;
const SHORT = 'a'.repeat(12);
const UUID = '01234567-89ab-cdef-0123-456789abcdef';

let fixture: Awaited<ReturnType<typeof makeTestStore>>;
let store: Store;
beforeEach(async () => {
  fixture = await makeTestStore();
  store = fixture.store;
  await store.environments.put(testEnvironment('a', 'work'));
});
afterEach(async () => fixture[Symbol.asyncDispose]());

const inStore = (...names: string[]) => path.join(fixture.root, ...names);
const listing = () => fs.readdirSync(fixture.root, { recursive: true, encoding: 'utf8' }).toSorted();
const checks = async () =>
  Object.fromEntries(
    (await checkStore(fixture.root)).map(({ id, state, detail, fix }) => [
      id,
      { is: `${state}: ${detail}`, fix: fix?.description },
    ]),
  );
const is = (text: string) => expect.stringMatching(text) as string;

it('finds nothing amiss in a store that is well, and says its format and id', async () => {
  const before = listing();
  expect(await checks()).toMatchObject({
    'store-format': { is: `ok: 2, of the store ${store.id}` },
    'store-journal': { is: 'ok: all are finished' },
    'store-records': { is: is(String.raw`^ok: \d+ files`) },
    sessions: { is: 'ok: none' },
  });
  expect(listing()).toEqual(before);
});

it('makes nothing where there is no store yet', async () => {
  const root = path.join(fixture.place, 'none');
  expect(await checkStore(root)).toMatchObject([
    { id: 'store-format', state: 'ok', detail: '2, once there is a store' },
  ]);
  expect(fs.existsSync(root)).toBe(false);
});

it.each([
  {
    who: 'a newer Karapace',
    text: newer('store', {}),
    found: String.raw`^failed: \[STORE_VERSION\].*its format is 7`,
    fix: 'Use the Karapace',
  },
  {
    who: 'a first one',
    text: newer('store', {}, 1),
    found: String.raw`^failed: \[STORE_VERSION\].*its format is 1`,
    fix: 'Run `karapace migrate`',
  },
  {
    who: 'nobody',
    text: 'karapace store v2 '.padEnd(82, '0') + '\n{}\n',
    found: String.raw`^failed: \[STORE_CORRUPT\]`,
    fix: 'verify-store --repair',
  },
])('names a format that was written by $who, and looks no further', async ({ text, found, fix }) => {
  fs.writeFileSync(inStore('format'), text);
  expect(await checks()).toEqual({ 'store-format': { is: is(found), fix: is(fix) } });
});

it('says what is wrong with the directory where it is no place for a store', async () => {
  fs.chmodSync(fixture.root, 0o777);
  expect(await checks()).toEqual({ 'store-format': { is: is('^failed: \\[STORE_FOREIGN\\]'), fix: is('chmod go-w') } });
});

it('names a change that a dead process decided, and leaves it to be finished', async () => {
  fs.writeFileSync(
    inStore('journal', UUID),
    encodeRecord('journal', { store_id: store.id, operation: 'x', steps: [] }),
  );
  expect(await checks()).toMatchObject({
    'store-journal': { is: is(`^warning: .*journal/${UUID}`), fix: is('`karapace list`') },
    'store-records': { is: is('^warning: not looked at') },
  });
  expect(fs.existsSync(inStore('journal', UUID))).toBe(true);

  await store.environments.list();
  expect(await checks()).toMatchObject({ 'store-journal': { is: is('^ok') }, 'store-records': { is: is('^ok') } });
});

it('is not worried by a change that somebody is making', async () => {
  fs.writeFileSync(
    inStore('journal', UUID),
    encodeRecord('journal', { store_id: store.id, operation: 'x', steps: [] }),
  );
  const lock = tryFileLock(inStore('locks', '.environments'));
  expect(await checks()).toMatchObject({
    'store-journal': { is: 'ok: somebody is making one' },
  });
  lock?.close();
});

it('names an entry of the journal that can never be finished', async () => {
  fs.writeFileSync(inStore('journal', UUID), encodeRecord('journal', { store_id: 'other', operation: 'x', steps: [] }));
  expect(await checks()).toMatchObject({
    'store-records': { is: is(`^failed: .*journal/${UUID}.*of another store`), fix: is('verify-store --repair') },
  });
});

it.each(['environment.json', 'lock.json', 'index.json'])('names a damaged `%s`', async (name) => {
  fs.appendFileSync(inStore('environments', A, name), ' ');
  expect(await checks()).toMatchObject({
    'store-records': { is: is(`^failed: \`environments/${A}/${name}\``), fix: is('verify-store --repair') },
  });
});

it('names some of many damaged records, and counts the others', async () => {
  for (const name of ['one', 'two', 'three', 'four', 'five']) fs.writeFileSync(inStore('names', name), 'x');
  expect(await checks()).toMatchObject({ 'store-records': { is: is('^failed: .*; and 2 more$') } });
});

it('names what is in the place of sessions as damage, and looks at the rest', async () => {
  fs.writeFileSync(inStore('environments', A, 'sessions'), '');
  expect(await checks()).toMatchObject({
    'store-records': { is: is('^failed: .*/sessions`: it is no directory$') },
    sessions: { is: 'ok: none' },
  });
});

it('names sessions that ended without saying so', async () => {
  const sandbox = spawn('sleep', ['600']);
  const session = await store.environments.open(A);
  session.begin(sandbox.pid ?? 0, { network: 'none', targets: [] });
  expect(await checks()).toMatchObject({ sessions: { is: 'ok: 1 live' } });

  sandbox.kill('SIGKILL');
  await once(sandbox, 'exit');
  expect(await checks()).toMatchObject({
    sessions: {
      is: is(`^warning: 1 in \`${SHORT}\` ended without saying so`),
      fix: is(`karapace stop ${SHORT}`),
    },
  });
  await session[Symbol.asyncDispose]();
  expect(await checks()).toMatchObject({ sessions: { is: 'ok: none' } });
});

it('names a session whose program was killed while what runs inside goes on', async () => {
  const sandbox = spawn('sleep', ['600']);
  const session = await store.environments.open(A);
  session.begin(sandbox.pid ?? 0, { network: 'none', targets: [] });
  const [name = ''] = fs.readdirSync(inStore('environments', A, 'sessions'));
  await forgetClient(inStore('environments', A, 'sessions', name));
  expect(await checks()).toMatchObject({
    sessions: {
      is: is(`^warning: nobody waits .*\`${SHORT}\` \\(process ${sandbox.pid}\\)`),
      fix: is('karapace stop'),
    },
  });
  sandbox.kill('SIGKILL');
  await once(sandbox, 'exit');
  await session[Symbol.asyncDispose]();
});

/** Makes the record say that a process waits for the session that has just ended. */
async function forgetClient(file: string): Promise<void> {
  const client = spawn('true');
  await once(client, 'exit');
  const record = JSON.parse(fs.readFileSync(file, 'utf8')) as object;
  fs.writeFileSync(file, JSON.stringify({ ...record, client: { pid: client.pid, command: 'karapace enter' } }));
}
