import fc from 'fast-check';
import { expect, test } from 'vitest';

import { escapeControls, escapeField } from '../../src/output/escape-controls.ts';

test('what could drive a terminal becomes visible', () => {
  expect(escapeControls('a\u001b[2Jb\u0007\rc\u009bd')).toBe(String.raw`a\x1b[2Jb\x07\x0dc\x9bd`);
  expect(escapeControls('user\u202egnp.exe\u2066')).toBe(String.raw`user\u{202e}gnp.exe\u{2066}`);
});

test('lines and tabs stay in a text, and are spelled out in a field', () => {
  expect(escapeControls('a\tb\r\nc')).toBe('a\tb\nc');
  expect(escapeField('a\tb\nc')).toBe(String.raw`a\tb\nc`);
});

test('no control character gets through, and printable text is not touched', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(escapeField(text)).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    }),
  );
  expect(escapeField('naïve 環境 🦀 a\\b')).toBe('naïve 環境 🦀 a\\b');
});
