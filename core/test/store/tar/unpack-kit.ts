import { Readable } from 'node:stream';

import { afterAll, beforeAll } from 'vitest';

import type { ArchivePin } from '../../../src/contracts/lock.ts';
import { makeTestStore, removePlace, runInIdSpace, testIds } from '../test-store.ts';

/** A store for the tests of one file. */
export const fixture = {} as Awaited<ReturnType<typeof makeTestStore>>;
beforeAll(async () => {
  Object.assign(fixture, await makeTestStore());
});
afterAll(async () => {
  await fixture.store.close();
  removePlace(fixture.place);
});

export function keep(bytes: Buffer, name = 'layer'): Promise<ArchivePin> {
  const named = { name, version: '1', arch: 'all', url: 'http://example.invalid/layer.tar' };
  return fixture.store.archives.keep(named, Readable.from([bytes]));
}

/** What every unpacked image has, whatever is in its archives. */
export const HOME = './root 700 directory';

/** Every path with its type, mode and content or target, as `find` sees it, and what went wrong instead. */
export async function unpack(
  archives: readonly Buffer[],
  whiteouts: 'none' | 'oci' = 'oci',
): Promise<readonly string[]> {
  const pins: ArchivePin[] = [];
  for (const [index, bytes] of archives.entries()) pins.push(await keep(bytes, `layer-${index}`));
  await using scratch = await fixture.store.scratch(testIds);
  const target = await scratch.make('root');
  await fixture.store.trees.unpack(pins, { directory: target, whiteouts, ids: testIds });
  return list(target).filter((line) => line !== HOME);
}

/** As `unpack` says it, of any directory. */
export function list(target: string): readonly string[] {
  const script = `cd "$1" && find . -mindepth 1 | LC_ALL=C sort | while IFS= read -r each; do
    if [ -L "$each" ]; then echo "$each -> $(readlink "$each")"
    elif [ -f "$each" ]; then echo "$each $(stat -c %a "$each") $(cat "$each")"
    else echo "$each $(stat -c '%a %F' "$each")"; fi
  done`;
  return runInIdSpace('sh', '-c', script, 'sh', target).trimEnd().split('\n');
}
