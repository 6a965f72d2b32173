import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import type { SandboxMount, SandboxRoot } from '../contracts/sandbox.ts';
import type { BackendBench } from './backend-bench.ts';

const IN_OPT = ['opt', 'opt/a b', 'opt/files', 'opt/files/one'];
/** What a backend leaves in the upper that makes places there instead of somewhere of its own. */
const PLACES = ['etc', 'etc/two', 'hidden', 'made', 'made/deep', 'note', ...IN_OPT, 'top'];

/** What every backend must keep of the places that mounts are put on: nothing, because nobody changed anything there. */
export function describePlaces({ run, spec, options: { lacks = [] } }: BackendBench): void {
  const places = lacks.includes('unseen-places') ? PLACES : [];
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'karapace-places, odd-'));
    for (const name of ['upper', 'work', 'image/opt', 'image/seen', 'below/hidden', 'source/inner']) {
      await mkdir(join(directory, name), { recursive: true });
    }
    await writeFile(join(directory, 'source/file'), 'of the host');
    await chmod(join(directory, 'image/opt'), 0o711);
    // A whiteout: the layer below has a directory there, which is not seen.
    execFileSync('mknod', [join(directory, 'image/hidden'), 'c', '0', '0']);
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const mounts = (): readonly SandboxMount[] => [
    { source: join(directory, 'source'), target: '/made/deep', readOnly: false },
    { source: join(directory, 'source'), target: '/made/deep/inner', readOnly: true },
    { source: join(directory, 'source'), target: '/opt/a b', readOnly: true },
    { source: join(directory, 'source/file'), target: '/opt/files/one', readOnly: true },
    { source: join(directory, 'source/file'), target: '/etc/two', readOnly: true },
    { source: join(directory, 'source'), target: '/tmp/deep', readOnly: true },
    { source: join(directory, 'source'), target: '/top', readOnly: true },
    { source: join(directory, 'source'), target: '/seen', readOnly: true },
    { source: join(directory, 'source'), target: '/hidden', readOnly: true },
    { source: join(directory, 'source/file'), target: '/note', readOnly: true },
  ];

  /** Runs with the mounts in the same upper each time. */
  async function runMounted(script: string): Promise<string> {
    const { root } = await spec(['true']);
    const lower = [join(directory, 'image'), join(directory, 'below'), ...(root.kind === 'layers' ? root.lower : [])];
    const upper = { kind: 'directory', directory: join(directory, 'upper'), work: join(directory, 'work') } as const;
    const kept: SandboxRoot = { kind: 'layers', lower, upper };
    const { code, stdout } = await run(['sh', '-c', script], { root: kept, mounts: mounts() });
    expect(code).toBe(0);
    return stdout;
  }

  const changes = async (): Promise<readonly string[]> =>
    (await readdir(join(directory, 'upper'), { recursive: true })).toSorted();

  test(`the places of mounts are ${places.length === 0 ? 'no' : 'the only'} change of the upper`, async () => {
    const script =
      'cat /made/deep/file /made/deep/inner/file "/opt/a b/file" /opt/files/one /etc/two /tmp/deep/file /top/file /seen/file /hidden/file /note; stat -c %a /opt';
    for (const _session of [1, 2]) {
      expect(await runMounted(script)).toBe(`${'of the host'.repeat(10)}711\n`);
      expect(await changes()).toEqual(places);
    }
  });

  test('what is written beside a mount is kept, and nothing else', async () => {
    const kept = [...new Set([...places, 'made', 'made/note', 'opt', 'opt/note'])].toSorted();
    await runMounted('echo beside >/made/note; echo beside >/opt/note; echo inside >/made/deep/new');

    expect(await changes()).toEqual(kept);
    expect(await readFile(join(directory, 'source/new'), 'utf8')).toBe('inside\n');
    expect(await runMounted('cat /made/note /opt/note /made/deep/file; stat -c %a /opt')).toBe(
      'beside\nbeside\nof the host711\n',
    );
    expect(await changes()).toEqual(kept);
  });
}
