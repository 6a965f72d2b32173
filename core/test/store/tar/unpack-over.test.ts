import { describe, expect, it } from 'vitest';

import { directory, file, link, symlink } from './hostile-kit.ts';
import { rawTar } from './raw-tar.ts';
import { unpack } from './unpack-kit.ts';

describe('archives one upon the other', () => {
  it('replace anything by anything, and keep what is in a directory', async () => {
    const lower = rawTar(
      directory('kept', { mode: 0o700 }),
      file('kept/old'),
      directory('was-directory'),
      directory('was-directory/deep'),
      file('was-directory/deep/file'),
      file('was-file'),
      symlink('was-link', 'kept'),
    );
    const upper = rawTar(
      directory('kept', { mode: 0o711 }),
      file('kept/new'),
      file('was-directory', { content: 'now' }),
      directory('was-file'),
      file('was-link/inside'),
    );

    expect(await unpack([lower, upper], 'none')).toEqual([
      './kept 711 directory',
      './kept/new 644 x',
      './kept/old 644 x',
      './was-directory 644 now',
      './was-file 755 directory',
      './was-link 755 directory',
      './was-link/inside 644 x',
    ]);
  });

  it('may have hard links to what is below, and change one name of an inode alone', async () => {
    const lower = rawTar(file('a', { content: 'old' }), link('b', 'a'));
    const upper = rawTar(link('c', 'b'), file('a', { content: 'new' }));

    expect(await unpack([lower, upper])).toEqual(['./a 644 new', './b 644 old', './c 644 old']);
  });

  it.for([
    { title: 'nothing', target: 'gone' },
    { title: 'a directory', target: 'directory' },
    { title: 'something behind a symbolic link', target: 'leads/file' },
    { title: 'what this archive has replaced', target: 'directory/file', before: [file('directory')] },
    { title: 'itself', path: 'file', target: 'file' },
    { title: 'what is in the directory whose place it takes', path: 'directory', target: 'directory/file' },
  ])('may not have a hard link to $title', async ({ target, path = 'new', before = [] }) => {
    const lower = rawTar(directory('directory'), file('directory/file'), file('file'), symlink('leads', 'directory'));

    await expect(unpack([lower, rawTar(...before, link(path, target))], 'none')).rejects.toMatchObject({
      code: 'ARCHIVE_INVALID',
      message: expect.stringContaining(`\`/${path}\`: it is a hard link to`) as string,
    });
  });

  const lower = rawTar(directory('d'), file('d/a'), file('d/b'), directory('d/sub'), file('d/sub/c'), file('e'));

  it('remove by whiteouts, wherever in the archive these are', async () => {
    const members = [file('.wh.e', { content: '' }), file('d/.wh.a', { content: '' }), file('d/b', { content: 'new' })];
    const removed = ['./d 755 directory', './d/b 644 new', './d/sub 755 directory', './d/sub/c 644 x'];

    expect(await unpack([lower, rawTar(...members)])).toEqual(removed);
    expect(await unpack([lower, rawTar(...members.toReversed())])).toEqual(removed);
  });

  it('hide all of a directory that is opaque, but what the same archive has in it', async () => {
    const members = [
      directory('d', { mode: 0o750 }),
      file('d/.wh..wh..opq', { content: '' }),
      file('d/sub/new', { content: 'new' }),
    ];
    const hidden = ['./d 750 directory', './d/sub 755 directory', './d/sub/new 644 new', './e 644 x'];

    expect(await unpack([lower, rawTar(...members)])).toEqual(hidden);
    expect(await unpack([lower, rawTar(...members.toReversed())])).toEqual(hidden);
  });

  it('add again what they remove: the whiteout is for what was below', async () => {
    const members = [file('d/sub', { content: 'new' }), file('d/.wh.sub', { content: '' })];

    expect(await unpack([lower, rawTar(...members)])).toContain('./d/sub 644 new');
    expect(await unpack([lower, rawTar(...members.toReversed())])).toContain('./d/sub 644 new');
  });

  it('know whiteouts in images of OCI alone', async () => {
    const upper = rawTar(file('.wh.e', { content: '' }));

    expect(await unpack([lower, upper], 'none')).toContain('./e 644 x');
    expect(await unpack([lower, upper], 'none')).toContain('./.wh.e 644 ');
  });

  it('remove where a symbolic link of a lower archive leads, as umoci and podman do, and never out of the tree', async () => {
    const links = rawTar(
      ...['d', 'o'].map((name) => directory(name)),
      ...['d/a', 'd/kept', 'o/all', 'e'].map((name) => file(name)),
      ...[symlink('leads', 'd'), symlink('opaque', '/o'), symlink('out', '../../..'), symlink('nowhere', 'gone')],
    );
    const removed = ['leads/.wh.a', 'opaque/.wh..wh..opq', 'out/.wh.e', 'nowhere/.wh.x', '.wh.nothing'];
    const upper = rawTar(...removed.map((name) => file(name, { content: '' })));

    expect(await unpack([links, upper])).toEqual([
      './d 755 directory',
      './d/kept 644 x',
      './leads -> d',
      './nowhere -> gone',
      './o 755 directory',
      './opaque -> /o',
      './out -> ../../..',
    ]);
  });

  it('remove nothing through a symbolic link of the same archive', async () => {
    const below = rawTar(directory('d'), file('d/a'), directory('was'), file('was/a'));
    const upper = rawTar(
      symlink('was', 'd'),
      file('was/.wh.a', { content: '' }),
      file('was/.wh..wh..opq', { content: '' }),
    );

    expect(await unpack([below, upper])).toEqual(['./d 755 directory', './d/a 644 x', './was -> d']);
  });

  it('remove directories at the top, by name and by an opaque root', async () => {
    const named = rawTar(file('.wh.d', { content: '' }));
    const opaque = rawTar(file('.wh..wh..opq', { content: '' }), directory('d'), file('d/new'));

    expect(await unpack([lower, named])).toEqual(['./e 644 x']);
    expect(await unpack([lower, opaque])).toEqual(['./d 755 directory', './d/new 644 x']);
  });

  it('may say what was in a directory that became something else', async () => {
    const upper = rawTar(
      symlink('d', 'e'),
      ...['d/.wh.a', 'd/.wh..wh..opq', 'd/sub/.wh.c'].map((name) => file(name, { content: '' })),
    );

    expect(await unpack([lower, upper])).toEqual(['./d -> e', './e 644 x']);
  });

  it.for(['.wh.', '.wh..', '.wh...', '.wh..wh.plnk', '.wh..wh..wh.x'])('refuse the whiteout `%s`', async (name) => {
    await expect(unpack([rawTar(file(name, { content: '' }))])).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
  });

  it.for([
    { title: 'its marks', length: -1024 },
    { title: 'one of its marks', length: -512 },
    { title: 'its padding', length: -1024 - 511 },
    { title: 'a part of its padding', length: -1024 - 100 },
  ])('may end without $title in images of OCI alone', async ({ length }) => {
    const archive = rawTar(directory('etc'), file('etc/passwd', { content: 'r' })).subarray(0, length);

    expect(await unpack([archive])).toEqual(['./etc 755 directory', './etc/passwd 644 r']);
    await expect(unpack([archive], 'none')).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
  });

  it.for([
    { title: 'a file', length: -1024 - 512 },
    { title: 'a header', length: -1024 - 513 },
  ])('may not end within $title', async ({ length }) => {
    const archive = rawTar(directory('etc'), file('etc/passwd', { content: 'r' })).subarray(0, length);

    await expect(unpack([archive])).rejects.toMatchObject({
      code: 'ARCHIVE_INVALID',
      message: expect.stringContaining('the archive is cut') as string,
    });
  });

  it('refuse a whiteout with content, and name its archive', async () => {
    await expect(unpack([lower, rawTar(file('.wh.e'))])).rejects.toMatchObject({
      code: 'ARCHIVE_INVALID',
      message: expect.stringContaining('`layer-1`') as string,
    });
  });
});
