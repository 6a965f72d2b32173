import { expect, test } from 'vitest';

import { parseReference } from '../src/image-reference.ts';
import { parseDefaultMirror, parseMirror, printSources } from '../src/sources-list.ts';

const MAIN = 'http://mirror.example.invalid/debian';
const SECURITY = 'http://security.example.invalid/debian-security';
const KEYS = '/usr/share/keyrings/keys.gpg';

test('one URL means the suite alone', () => {
  expect(printSources(parseReference('debian/trixie'), parseMirror(`${MAIN}/`), KEYS)).toBe(
    `deb [signed-by=${KEYS}] ${MAIN} trixie main\n`,
  );
});

test('a security mirror brings the updates and the security suite', () => {
  expect(printSources(parseReference('ubuntu/24.04'), parseMirror(`${MAIN} ${SECURITY}`), KEYS)).toBe(
    [`${MAIN} noble`, `${MAIN} noble-updates`, `${SECURITY} noble-security`]
      .map((one) => `deb [signed-by=${KEYS}] ${one} main universe\n`)
      .join(''),
  );
});

test('what is never released has neither', () => {
  expect(printSources(parseReference('debian/sid'), { main: MAIN, security: SECURITY }, KEYS)).toBe(
    `deb [signed-by=${KEYS}] ${MAIN} sid main\n`,
  );
});

test('mirrors are found in a list that mmdebstrap makes, signed or not', () => {
  const list = `deb [signed-by="/k"] ${MAIN} bullseye main\ndeb ${MAIN} bullseye-updates main\ndeb ${SECURITY} bullseye-security main\n`;

  expect(parseDefaultMirror(list)).toEqual({ main: MAIN, security: SECURITY });
});

test('a list without a mirror is an error that says how to name one', () => {
  expect(() => parseDefaultMirror('')).toThrow(
    expect.objectContaining({ code: 'TOOL_FAILED', hint: expect.stringContaining('KARAPACE_MIRROR') }),
  );
});

test.each([
  '',
  'mirror.example.invalid',
  'http://a.example.invalid http://b.example.invalid http://c.example.invalid',
  'http://user:secret@mirror.example.invalid/debian',
  'http://:secret@mirror.example.invalid/debian',
  'http://a.example.invalid/[trusted=yes]',
  'http://a.example.invalid/"x',
])('`%s` is no mirror', (text) => {
  expect(() => parseMirror(text)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.not.stringContaining('secret') }),
  );
});
