import fc from 'fast-check';
import { expect, test } from 'vitest';

import { archiveFileName } from '../src/archive-file-name.ts';
import { parsePrintedUris } from '../src/parse-printed-uris.ts';

const SHA256 = '0123456789abcdef'.repeat(4);

const letters = (first: string, more: string) => {
  const [start, rest] = [fc.constantFrom(...first.split('')), fc.constantFrom(...(first + more).split(''))];
  return fc.tuple(start, fc.string({ unit: rest, minLength: 1, maxLength: 20 })).map((parts) => parts.join(''));
};
const pins = fc.record({
  name: letters('abz019', '+.-'),
  version: fc.tuple(fc.constantFrom('', '1:', '12:'), letters('019aZ', '.+~-')).map((parts) => parts.join('')),
  arch: fc.constantFrom('amd64', 'arm64', 'all', 'musl-linux-any'),
  url: fc.webUrl().filter((url) => !url.includes("'")),
  size: fc.nat(),
  sha256: fc.constant(SHA256),
});

test('what is printed for an archive is read back as its pin', () => {
  fc.assert(
    fc.property(fc.array(pins), (archives) => {
      const lines = archives.map((pin) => `'${pin.url}' ${archiveFileName(pin)} ${pin.size} SHA256:${pin.sha256}\n`);
      expect(parsePrintedUris(lines.join(''))).toEqual(archives);
    }),
  );
});

test.each([
  `'http://mirror.example.invalid/a.deb' a_1_all.deb 1 MD5Sum:0123456789abcdef0123456789abcdef`,
  `'http://mirror.example.invalid/a.deb' a_1_all.deb 1 `,
  `'http://mirror.example.invalid/a.deb' a_all.deb 1 SHA256:${SHA256}`,
  'E: something went wrong',
])('`%s` is refused', (line) => {
  expect(() => parsePrintedUris(line)).toThrow(expect.objectContaining({ code: 'TOOL_FAILED' }));
});

test.each([
  { name: '../x', version: '1', arch: 'all' },
  { name: '-x', version: '1', arch: 'all' },
  { name: 'x', version: '1/2', arch: 'all' },
  { name: 'x', version: '1', arch: 'all.deb /etc' },
])('a lock with $name $version $arch gives no file name', (pin) => {
  expect(() => archiveFileName(pin)).toThrow(expect.objectContaining({ code: 'LOCK_INVALID' }));
});
