// Such text could move the cursor, colour or hide words, turn their order around, or pretend to be another line.
const CONTROLS = /[\p{Cc}\p{Bidi_Control}\u2028\u2029\ufeff]/gu;
const LONGEST = 80;

/** What somebody typed, for one line of a message: control characters become visible, and it ends somewhere. Pure. */
export function printable(text: string, longest = LONGEST): string {
  return Array.from(text).slice(0, longest).join('').replace(CONTROLS, spell);
}

function spell(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === '\n') return String.raw`\n`;
  if (character === '\t') return String.raw`\t`;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}
