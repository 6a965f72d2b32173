import fs from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { makeFeatureTree, makeTestStore, removePlace, runInIdSpace, testIds } from '../test-store.ts';

const fixture = {} as Awaited<ReturnType<typeof makeTestStore>> & { source: string; digest: string; ours: string };

/** The tree as our own ingest sees it, which needs no archive. */
async function digestOf(directory: string): Promise<string> {
  return (await fixture.store.trees.ingest(directory, testIds)).digest;
}

beforeAll(async () => {
  Object.assign(fixture, await makeTestStore());
  const { trees } = fixture.store;
  await using scratch = await fixture.store.scratch(testIds);
  const first = await scratch.make('first');
  makeFeatureTree(first);
  fixture.source = path.join(fixture.place, 'source');
  await trees.consume(first, testIds).then(async ({ digest }) => {
    await trees.materialize(digest, { directory: fixture.source, ids: testIds });
    fixture.digest = digest;
    fixture.ours = path.join(fixture.place, 'ours.tar');
    fs.writeFileSync(fixture.ours, await buffer(await trees.exportTar(digest, testIds)));
  });
});
afterAll(async () => {
  await fixture.store.close();
  removePlace(fixture.place);
});

function importFile(file: string, timed = false) {
  return fixture.store.trees.importTar(fs.createReadStream(file), { ids: testIds, timed });
}

/** A fresh directory in the id space, into which a program unpacks our archive. */
function unpackedBy(name: string, ...command: readonly string[]): string {
  const directory = path.join(fixture.place, name);
  fs.mkdirSync(directory, { mode: 0o755 });
  runInIdSpace('sh', '-c', 'cd "$1" && shift && exec "$@" 2>/dev/null', 'sh', directory, ...command);
  return directory;
}

const PYTHON_OUT = `
import sys, tarfile
with tarfile.open(sys.argv[1]) as archive:
    archive.extractall('.', filter='fully_trusted', numeric_owner=True)
`;
const PYTHON_IN = `
import sys, tarfile
with tarfile.open(sys.argv[1], 'w', format=getattr(tarfile, sys.argv[2])) as archive:
    archive.add('.', filter=lambda member: None if 'dangling' in member.name else member)
`;

describe('an archive that we write', () => {
  it('is unpacked by GNU tar to the same tree, attributes and times included', async () => {
    const options = ['--xattrs', '--xattrs-include=*', '--numeric-owner', '-xpf'];
    const directory = unpackedBy('by-gnu', 'tar', ...options, fixture.ours);
    expect(await digestOf(directory)).toBe(await digestOf(fixture.source));
  });

  it('is unpacked by bsdtar to the same tree', async () => {
    const directory = unpackedBy('by-bsd', 'bsdtar', '--numeric-owner', '-xpf', fixture.ours);
    // It leaves the time of the directory that it works in as it is.
    runInIdSpace('touch', '-d', '@315619200', directory);
    expect(await digestOf(directory)).toBe(await digestOf(fixture.source));
  });

  it('is unpacked by Python to the same names, types and bytes', () => {
    const directory = unpackedBy('by-python', 'python3', '-c', PYTHON_OUT, fixture.ours);
    // Python sets no extended attributes, and no times of symbolic links.
    const list = (of: string) =>
      runInIdSpace('find', of, '-printf', '%P|%y|%#m|%U:%G|%l|%T@\\0')
        .split('\0')
        .map((line) => line.replace(/(\|l\|.*\|).*$/, '$1'))
        .toSorted();
    expect(list(directory)).toEqual(list(fixture.source));
    runInIdSpace('diff', '-r', '--no-dereference', '--exclude=fifo', '--exclude=gone*', directory, fixture.source);
  });

  it('is listed by all with the same number of members', () => {
    const count = (...command: readonly string[]) =>
      Number(runInIdSpace('sh', '-c', '"$@" 2>/dev/null | wc -l', 'sh', ...command));
    const python = `import sys, tarfile; print(*['x' for _ in tarfile.open(sys.argv[1])], sep='\\n')`;
    const members = count('tar', '-tf', fixture.ours);
    expect(members).toBeGreaterThan(25);
    expect(count('bsdtar', '-tf', fixture.ours)).toBe(members);
    expect(count('python3', '-c', python, fixture.ours)).toBe(members);
  });
});

describe('an archive that is written by', () => {
  function packedBy(name: string, script: string): string {
    const file = path.join(fixture.place, `${name}.tar`);
    runInIdSpace('sh', '-c', `cd "$1" && out="$2" && ${script}`, 'sh', fixture.source, file);
    return file;
  }

  it.for(['--format=posix', '--format=posix --sparse'])('GNU tar with %s is the same tree', async (format) => {
    const file = packedBy('gnu', `tar ${format} --xattrs --xattrs-include='*' --numeric-owner -cf "$out" .`);
    expect((await importFile(file)).digest).toBe(fixture.digest);
    expect((await importFile(file, true)).digest).toBe(await digestOf(fixture.source));
  });

  it.for(['gnu', 'oldgnu'])('GNU tar in the format %s is the same tree but for attributes', async (format) => {
    const [file, posix] = [`--format=${format}`, '--format=posix'].map((option, index) =>
      packedBy(`gnu-${format}-${index}`, `tar ${option} --numeric-owner -cf "$out" .`),
    );
    expect((await importFile(file ?? '')).digest).toBe((await importFile(posix ?? '')).digest);
  });

  it('GNU tar and bsdtar in the format ustar is the same tree but for attributes and a long name', async () => {
    const [gnu, bsd, posix] = ['tar --format=ustar', 'bsdtar --format=ustar', 'tar --format=posix'].map((tool, index) =>
      packedBy(`ustar-${index}`, `${tool} --numeric-owner --exclude='nnnn*' -cf "$out" .`),
    );
    const { digest } = await importFile(posix ?? '');
    expect((await importFile(gnu ?? '')).digest).toBe(digest);
    expect((await importFile(bsd ?? '')).digest).toBe(digest);
  });

  it('GNU tar with its old sparse files is refused by name', async () => {
    const file = packedBy('old-sparse', 'tar --format=gnu --sparse -cf "$out" .');
    await expect(importFile(file)).rejects.toMatchObject({
      code: 'ARCHIVE_INVALID',
      message: expect.stringContaining('sparse`') as string,
    });
  });

  it('bsdtar is the same tree, with its sparse files and both of its kinds of attributes', async () => {
    const file = packedBy('bsd', 'bsdtar --format=pax --numeric-owner -cf "$out" .');
    expect((await importFile(file)).digest).toBe(fixture.digest);
    expect((await importFile(file, true)).digest).toBe(await digestOf(fixture.source));
  });

  it.for(['PAX_FORMAT', 'GNU_FORMAT'])('Python in %s is the same tree but for attributes', async (format) => {
    const file = packedBy(
      format,
      `python3 -c "$PROGRAM" "$out" ${format}`.replace('$PROGRAM', PYTHON_IN.replaceAll('"', '\\"')),
    );
    const posix = packedBy('python-posix', 'tar --exclude="dangling*" --format=posix --numeric-owner -cf "$out" .');
    expect((await importFile(file)).digest).toBe((await importFile(posix)).digest);
  });

  it('ourselves comes back byte for byte through a stream', async () => {
    const { digest } = await importFile(fixture.ours);
    const again = await buffer(await fixture.store.trees.exportTar(digest, testIds));
    expect(again.equals(fs.readFileSync(fixture.ours))).toBe(true);
  });
});
