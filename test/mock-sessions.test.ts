import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test, vi } from 'vitest';

import { holdFileLock } from '../core/src/store/exclusive.ts';
import { karapace, karapaceJson, openWorkplace, startKarapace } from './support/karapace.ts';

const MOCK = 'manifest_version = 1\n[base]\nimage = "debian/trixie"\n[runtime]\nbackend = "mock"\n';

describe('stop', () => {
  test('ends a session of the mock backend, too, and refuses a time that is none', async () => {
    await using place = await openWorkplace();
    await karapaceJson(['build', await place.manifest(MOCK), '--name', 'dev'], place);
    const child = startKarapace(['exec', 'dev', '--', 'sleep', '600'], place);
    const ended = once(child, 'close');
    const state = async () => (await karapaceJson(['inspect', 'dev'], place)) as unknown as { state: string };
    await vi.waitUntil(async () => (await state()).state === 'Running', { timeout: 30_000 });

    expect(await karapace(['stop', 'dev', '--time', 'soon'], place)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('error[USAGE]: `--time soon`') as string,
    });
    expect(await karapaceJson(['stop', 'dev'], place)).toMatchObject({ state: 'Built', sessions: 1, killed: 0 });
    expect(await ended).toEqual([143, null]);
  });
});

test('what a killed session left is gone after a stop of it, although nobody is in it', async () => {
  await using place = await openWorkplace();
  const { env_id } = await karapaceJson(['build', await place.manifest(MOCK), '--name', 'dev'], place);
  const sessions = path.join(place.store, 'environments', env_id, 'sessions');
  const records = () => (existsSync(sessions) ? readdirSync(sessions).filter((name) => !name.startsWith('.')) : []);
  const child = startKarapace(['exec', 'dev', '--', 'sleep', '600'], place);
  const ended = once(child, 'close');
  await vi.waitUntil(() => records().length > 0, { timeout: 30_000 });
  child.kill('SIGKILL');
  await ended;
  expect(records()).toHaveLength(1);

  expect(await karapaceJson(['stop', 'dev'], place)).toMatchObject({ state: 'Built', sessions: 0, killed: 0 });
  expect(records()).toEqual([]);
});

describe('a session', () => {
  test('that waits for somebody who is entering says for whom', async () => {
    await using place = await openWorkplace();
    const { env_id } = await karapaceJson(['build', await place.manifest(MOCK), '--name', 'dev'], place);
    const entry = await holdFileLock(path.join(place.store, 'environments', env_id, 'entry'));
    const child = startKarapace(['exec', 'dev', '--', 'true'], place);
    const ended = once(child, 'close');
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    await vi.waitUntil(() => stderr.includes('\n'), { timeout: 30_000 });
    expect(stderr).toMatch(
      new RegExp(`^waiting for process ${process.pid} \\(.*\\), which enters or stops the environment\n`, 'u'),
    );
    entry.close();
    expect(await ended).toEqual([0, null]);
  });
});
