/** A piece of a module that means something: comments and space do not. */
export interface ModuleToken {
  readonly text: string;
  /** Offset in UTF-16 units. */
  readonly at: number;
  /** What it is called as a key of an object; `undefined` where it can be none. */
  readonly key: string | undefined;
  /** A string without anything to be filled in. */
  readonly isString: boolean;
}

const COMMENT = String.raw`//[^\n]*|/\*[^]*?\*/`;
const STRING = String.raw`'(?:\\[^]|[^'\\\n])*'|"(?:\\[^]|[^"\\\n])*"`;
const TEMPLATE = '`(?:\\\\[^]|[^`\\\\])*`';
// A slash behind a value divides.
const REGULAR_EXPRESSION = String.raw`(?<=[(,=:[!&|?{};]\s*)/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+/`;
const NAME = String.raw`[\p{ID_Start}$_][\p{ID_Continue}$]*`;
const TOKEN = new RegExp(`(?<skip>\\s+|${COMMENT})|${STRING}|${TEMPLATE}|${REGULAR_EXPRESSION}|${NAME}|[^]`, 'gu');

/** Takes a JavaScript or TypeScript text apart, as far as finding a string in it needs. */
export function readModuleTokens(text: string): readonly ModuleToken[] {
  return [...text.matchAll(TOKEN)]
    .filter(({ groups }) => groups?.['skip'] === undefined)
    .map(({ 0: token, index: at }) => ({ text: token, at, key: keyOf(token), isString: isPlain(token) }));
}

function keyOf(token: string): string | undefined {
  if (/^['"]/u.test(token) && token.length > 1) return token.slice(1, -1);
  return new RegExp(`^${NAME}$`, 'u').test(token) ? token : undefined;
}

function isPlain(token: string): boolean {
  if (token.length < 2) return false;
  return /^['"]/u.test(token) || (token.startsWith('`') && !token.includes('${'));
}
