/** What a server asks for before it answers: RFC 9110, section 11. */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = String.raw`[!#$%&'*+.^_|~0-9A-Za-z\x60-]+`;
const PARAMETER = new RegExp(
  String.raw`(?<name>${TOKEN})[ \t]*=[ \t]*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<plain>${TOKEN}))[ \t]*(?=,|$)`,
  'uy',
);
const SCHEME = new RegExp(String.raw`(?<scheme>${TOKEN})(?:[ \t]+|(?=,)|$)`, 'uy');
const REST = /[^,]*/uy;
const SEPARATORS = /[\s,]*/uy;

/** Reads the field `WWW-Authenticate`, which may hold several. What is no challenge is left out. */
export function parseChallenges(field: string): readonly Challenge[] {
  const challenges: { readonly scheme: string; readonly parameters: Map<string, string> }[] = [];
  const reader = createReader(field);
  while (!reader.isAtEnd()) {
    const parameter = reader.take(PARAMETER);
    const { scheme } = parameter === undefined ? (reader.take(SCHEME) ?? {}) : {};
    if (parameter?.['name'] !== undefined) {
      const { name, quoted, plain = '' } = parameter;
      challenges.at(-1)?.parameters.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/gu, '$1') ?? plain);
    } else if (scheme === undefined) {
      reader.take(REST);
    } else {
      challenges.push({ scheme: scheme.toLowerCase(), parameters: new Map() });
    }
  }
  return challenges;
}

function createReader(text: string) {
  let position = 0;
  function take(pattern: RegExp): Partial<Record<string, string>> | undefined {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match === null) return undefined;
    position = pattern.lastIndex;
    return match.groups ?? {};
  }
  return {
    take,
    isAtEnd(): boolean {
      take(SEPARATORS);
      return position >= text.length;
    },
  };
}
