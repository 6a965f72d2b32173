import { once } from 'node:events';

import { describe, expect, test, vi } from 'vitest';

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
