import { describe, expect, it } from 'vitest';

import { directory, file, link, symlink } from './hostile-kit.ts';
import { pax, rawTar } from './raw-tar.ts';
import { unpack } from './unpack-kit.ts';

describe('links of lower archives, in images of OCI', () => {
  it.for([
    { title: 'relative', target: 'usr/bin' },
    { title: 'absolute', target: '/usr/bin' },
    { title: 'of several', target: 'chain' },
    { title: 'that wants to leave the tree', target: '../../usr/./bin/' },
  ])('are followed as runtimes do: one $title', async ({ target }) => {
    const lower = rawTar(
      directory('usr'),
      directory('usr/bin'),
      symlink('chain', 'usr/../usr/bin'),
      symlink('bin', target),
    );
    const upper = rawTar(file('bin/tool'), link('bin/again', 'bin/tool'), file('bin/sub/x'));

    const followed = await unpack([lower, upper]);

    expect(followed).toContain(`./bin -> ${target}`);
    expect(followed.filter((line) => line.startsWith('./usr/bin/'))).toEqual([
      './usr/bin/again 644 x',
      './usr/bin/sub 755 directory',
      './usr/bin/sub/x 644 x',
      './usr/bin/tool 644 x',
    ]);
  });

  it('that lead to nothing get their directory there', async () => {
    expect(await unpack([rawTar(symlink('lib', 'usr/lib')), rawTar(file('lib/x'))])).toEqual([
      './lib -> usr/lib',
      './usr 755 directory',
      './usr/lib 755 directory',
      './usr/lib/x 644 x',
    ]);
  });

  it('are replaced in the last place of a path', async () => {
    const lower = rawTar(file('e'), symlink('to-file', 'e'), symlink('to-directory', 'd'), directory('d'));

    expect(await unpack([lower, rawTar(file('to-file', { content: 'new' }), directory('to-directory'))])).toEqual([
      './d 755 directory',
      './e 644 x',
      './to-directory 755 directory',
      './to-file 644 new',
    ]);
  });

  it.for([
    {
      title: 'a circle of links',
      links: [symlink('a', 'b'), symlink('b', 'a')],
      reason: 'more than 40 symbolic links',
    },
    { title: 'a link to itself', links: [symlink('a', 'a/a/a')], reason: 'more than 40 symbolic links' },
    {
      title: 'a path that is too long',
      links: [pax({ linkpath: 'd/'.repeat(600) }), symlink('a', 'd')],
      reason: 'deeper than 512',
    },
  ])('are refused where a member leads through $title', async ({ links, reason }) => {
    await expect(unpack([rawTar(...links), rawTar(file('a/x'))])).rejects.toMatchObject({
      code: 'ARCHIVE_INVALID',
      message: expect.stringContaining(reason) as string,
    });
  });

  it('of the same archive are no place for its members', async () => {
    const lower = rawTar(directory('d'));
    const upper = rawTar(symlink('leads', 'd'), file('leads/x'));

    await expect(unpack([lower, upper])).rejects.toMatchObject({
      code: 'ARCHIVE_INVALID',
      message: expect.stringContaining('below something that is no directory') as string,
    });
  });
});
