// Such text could move the cursor, colour or hide words, or turn their order around.
const CONTROLS = /[[\p{Cc}\p{Bidi_Control}\u2028\u2029\ufeff]--[\t\n]]/gv;
const LINE_BREAKS = /[\t\n]/gu;
// Nearly every text, and told without what Unicode knows, which takes half a millisecond to load.
const PLAIN = /^[ -~]*$/u;

/** Makes text that comes from outside safe to print: control characters become visible; lines and tabs stay. */
export function escapeControls(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replaceAll('\r\n', '\n').replace(CONTROLS, spell);
}

/** The same for a value that must stay on one line. */
export function escapeField(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(CONTROLS, spell).replace(LINE_BREAKS, spell);
}

function spell(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}
