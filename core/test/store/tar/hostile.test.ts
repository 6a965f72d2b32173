import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readTree } from '../../../src/store/tree-record.ts';
import { storeLayout } from '../../../src/store/store-layout.ts';
import { makeTestStore, removePlace, testIds, testIdSpace } from '../test-store.ts';
import { hostileArchives } from './hostile-archives.ts';
import { pax, rawTar } from './raw-tar.ts';

const fixture = {} as Awaited<ReturnType<typeof makeTestStore>>;
beforeAll(async () => {
  Object.assign(fixture, await makeTestStore());
  for (const canary of [path.join(fixture.place, 'canary'), path.join(fixture.root, 'tmp/canary')]) {
    fs.mkdirSync(path.dirname(canary), { recursive: true });
    fs.writeFileSync(canary, 'untouched');
  }
  await importTar(rawTar());
});
afterAll(async () => {
  await fixture.store.close();
  removePlace(fixture.place);
});

function importTar(archive: Buffer) {
  return fixture.store.trees.importTar(Readable.from([archive]), { ids: testIds, timed: true });
}

/** Everything outside of the processes' own directories, and what is in those that the store has in use. */
function everything(): readonly string[] {
  const names = fs.readdirSync(fixture.place, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => !/^store\/(?:tmp\/[^/]*\/trees-|locks\/)/.test(name)).toSorted();
}

describe('a hostile archive', () => {
  it('comes in every kind', () => {
    expect(hostileArchives.length).toBeGreaterThanOrEqual(60);
    expect(new Set(hostileArchives.map(({ title }) => title)).size).toBe(hostileArchives.length);
  });

  it.for(hostileArchives)('with $title is refused, and nothing of it is kept', async ({ archive, reason }) => {
    const before = everything();
    const refusal = await importTar(archive).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'ARCHIVE_INVALID' });
    const { message } = refusal as Error;
    expect(reason.split('|').filter((part) => message.includes(part))).not.toEqual([]);
    expect(message).toMatch(/^[\x20-\x7e…’]{1,500}$/);
    expect(everything()).toEqual(before);
    expect(fs.readFileSync(path.join(fixture.place, 'canary'), 'utf8')).toBe('untouched');
  });

  it('is named by the member that is refused', async () => {
    const archive = rawTar({ name: 'good', content: 'x' }, { name: 'bad\x1b', type: '1', link: 'none' });
    await expect(importTar(archive)).rejects.toMatchObject({
      message: expect.stringContaining('`/bad\\x1b`') as string,
    });
  });
});

describe('an odd archive with one meaning', () => {
  async function pathsOf(archive: Buffer): Promise<readonly string[]> {
    const { digest } = await importTar(archive);
    return readTree(storeLayout(fixture.root), digest).map(({ path: name, type }) => `${type} ${name}`);
  }

  it('may have dots and slashes in its paths, and leave directories out', async () => {
    const archive = rawTar({ name: './a//b/./c', content: 'x' }, { name: 'a/', type: '5', mode: 0o700 });
    expect(await pathsOf(archive)).toEqual(['directory ', 'directory a', 'directory a/b', 'file a/b/c']);
  });

  it('may have symbolic links to anywhere: nobody follows them', async () => {
    const members = ['/etc/passwd', '../../..', 'loop'].map((link, index) => ({ name: `l${index}`, type: '2', link }));
    expect(await pathsOf(rawTar(...members))).toEqual(['directory ', 'symlink l0', 'symlink l1', 'symlink l2']);
  });

  it('may have hard links to symbolic links and to whiteouts', async () => {
    const archive = rawTar(
      { name: 's', type: '2', link: '/etc/passwd' },
      { name: 't', type: '1', link: 's' },
      { name: 'w', type: '3', mode: 0 },
      { name: 'x', type: '1', link: 'w' },
    );
    expect(await pathsOf(archive)).toEqual(['directory ', 'symlink s', 'link t', 'character w', 'character x']);
  });

  it('may come from the oldest programs', async () => {
    const old = { magic: '\0'.repeat(8), major: '', minor: '' };
    const archive = rawTar({ name: 'd/', type: '\0', ...old }, { name: 'd/f', type: '\0', content: 'x', ...old });
    expect(await pathsOf(archive)).toEqual(['directory ', 'directory d', 'file d/f']);
  });

  it('may have a comment for all, long names of GNU, numbers in base 256 and holes', async () => {
    const archive = rawTar(
      pax({ comment: 'a commit' }, 'g'),
      { name: '././@LongLink', type: 'L', content: `${'n'.repeat(200)}\0` },
      { name: 'cut', magic: 'ustar  \0', major: '', minor: '', size: `\x80${'\0'.repeat(10)}\x01`, content: 'x' },
      pax({ 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.name': 's', 'GNU.sparse.realsize': '9999' }),
      { name: 'GNUSparseFile.1/s', content: `${'1\n9996\n3\n'.padEnd(512, '\0')}end` },
    );
    const { digest, bytes } = await importTar(archive);
    expect(bytes).toBe(1 + 9999);
    const checkout = await fixture.store.trees.checkout(digest, testIds);
    expect(fs.readFileSync(path.join(checkout, 's'))).toEqual(Buffer.concat([Buffer.alloc(9996), Buffer.from('end')]));
  });

  it('keeps names that look alike apart', async () => {
    const names = ['A', 'a', 'e\u0301', 'é', 'dot.', 'space ', 'new\nline', 'esc\x1b[2J'];
    const archive = rawTar(...names.map((name) => ({ name: Buffer.from(name).toString('latin1'), content: name })));
    expect(await pathsOf(archive)).toHaveLength(names.length + 1);
  });
});

/** What a program prints that works in the id space, on a directory of its own. */
function inProgram<T>(url: URL, ...options: readonly string[]): T {
  const program = fileURLToPath(url);
  const place = fs.mkdtempSync(path.join(fixture.place, 'program-'));
  const node = [process.execPath, '--conditions=karapace-source', program, place, testIds, ...options];
  const [command = '', ...rest] = testIdSpace(testIds).wrap(node);
  return JSON.parse(execFileSync(command, rest, { encoding: 'utf8', timeout: 300_000 })) as T;
}

interface Found {
  readonly tried: number;
  readonly accepted: readonly string[];
  readonly strange: readonly string[];
}

describe('a hostile archive of an image', () => {
  it('upon one that is full of links is refused or stays inside, whatever the kind of image', () => {
    const { tried, accepted, strange } = inProgram<Found>(new URL('./hostile-images-program.ts', import.meta.url));

    expect(strange).toEqual([]);
    // These mean one thing in images of OCI: links of lower archives are followed inside, and archives may end abruptly.
    expect(accepted).toEqual([
      'oci-image: an implied directory that becomes a symbolic link',
      'oci-image: nothing at all',
      'oci-image: no end',
      'oci-image: one block of zeros at its end',
    ]);
    expect(tried).toBe(2 * hostileArchives.length);
  }, 120_000);
});

describe('archives changed at random', () => {
  it('neither crash nor hang, and write nothing outside', () => {
    const count = process.env['KARAPACE_MUTATIONS'] ?? '2000';
    const found = inProgram<Record<string, number>>(
      new URL('./mutation-program.ts', import.meta.url),
      count,
      '20261125',
    );
    const { refused, accepted, slowest, strange } = found;

    expect(strange).toEqual([]);
    expect(Number(refused) + Number(accepted)).toBe(Number(count));
    expect(refused).toBeGreaterThan(100);
    expect(accepted).toBeGreaterThan(100);
    expect(slowest).toBeLessThan(5000);
  }, 320_000);
});
