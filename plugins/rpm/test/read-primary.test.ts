import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { parsePackage } from '../src/parse-package.ts';
import { readPrimary } from '../src/read-primary.ts';

const GIT = `<package type="rpm">
  <name>git</name>
  <arch>x86_64</arch>
  <version epoch="1" ver="2.43.0" rel="1.fc40"/>
  <checksum type="sha256" pkgid="YES">abcd</checksum>
  <summary>Fast &amp; good</summary>
  <size package="9" installed="1" archive="2"/>
  <location xml:base="https://other.example.invalid/" href="Packages/g/git&amp;.rpm"/>
  <format>
    <rpm:provides>
      <rpm:entry name="git-core" flags="EQ" epoch="0" ver="1" rel="1"/>
      <rpm:entry name="vcs"/>
    </rpm:provides>
    <rpm:requires>
      <rpm:entry name="/bin/sh"/>
    </rpm:requires>
  </format>
</package>`;
const XML = `<?xml version="1.0"?>\n<metadata packages="2">\n${GIT}\n<package type="rpm"><name>vim</name></package></metadata>\n`;

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'karapace-primary-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function elementsOf(content: string | Buffer, ...limits: Parameters<typeof readPrimary>[1][]) {
  const file = join(directory, 'primary');
  await writeFile(file, content);
  return collect(readPrimary(file, ...limits));
}

async function collect(elements: AsyncIterable<string>): Promise<readonly string[]> {
  const collected: string[] = [];
  for await (const element of elements) collected.push(element);
  return collected;
}

test.each([
  ['plain', Buffer.from(XML)],
  ['packed with gzip', gzipSync(XML)],
  ['packed with zstd', zstdCompressSync(XML)],
])('a list of packages that is %s is read one by one', async (_, content) => {
  expect((await elementsOf(content)).map((element) => parsePackage(element).name)).toEqual(['git', 'vim']);
});

test('a package is read as metadata has it', () => {
  expect(parsePackage(GIT)).toEqual({
    ...{ name: 'git', epoch: '1', version: '2.43.0', release: '1.fc40', arch: 'x86_64', size: 9 },
    ...{ location: 'Packages/g/git&.rpm', base: 'https://other.example.invalid/' },
    checksum: { type: 'sha256', digest: 'abcd' },
    provides: ['git-core', 'vcs'],
  });
});

test('packages are the same wherever the pieces that arrive end', async () => {
  const text = `<metadata>${Array.from({ length: 5000 }, (_, index) => `<package type="rpm"><name>p${index}</name>${' '.repeat(index % 97)}</package>`).join('\n')}</metadata>`;

  const names = (await elementsOf(text)).map((element) => parsePackage(element).name);

  expect(names).toEqual(Array.from({ length: 5000 }, (_, index) => `p${index}`));
});

const LIMITS = { element: 2 ** 20, total: 2 ** 26 };

test.each([
  ['damaged', gzipSync(XML).subarray(0, 60)],
  ['packed in another way', Buffer.from('fd377a585a00', 'hex')],
  ['empty', Buffer.alloc(0)],
  ['one package without end', Buffer.from(`<package ${'x'.repeat(2 ** 21)}`)],
  ['a bomb', zstdCompressSync(Buffer.from(`<package >${' '.repeat(2 ** 16)}</package>`.repeat(2 ** 11)))],
])('a list that is %s is refused', async (_, content) => {
  await expect(elementsOf(content, LIMITS)).rejects.toMatchObject({ code: 'MIRROR_FAILED' });
});

test('links and pipes are no lists of packages', async () => {
  const [link, pipe] = [join(directory, 'link'), join(directory, 'pipe')];
  await symlink('/etc/passwd', link);
  execFileSync('mkfifo', [pipe]);

  for (const file of [link, pipe, directory]) {
    await expect(collect(readPrimary(file))).rejects.toMatchObject({ code: 'MIRROR_FAILED' });
  }
});

test('whatever a package says, it is read without an error', () => {
  const pieces = fc.constantFrom(
    '<name>',
    '</name>',
    '<size package="',
    '"',
    '/>',
    '&amp;',
    '&x',
    '<rpm:provides>',
    '<',
    ' ',
  );

  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string())), (parts) => {
      expect(typeof parsePackage(parts.join('')).name).toBe('string');
    }),
  );
});
