import { parse } from 'smol-toml';

import type { DataPath } from './manifest-source.ts';

/** A key as it stands in a text, and where its value starts. Offsets count UTF-16 units. */
export interface ScannedKey {
  readonly path: DataPath;
  readonly keyAt: number;
  readonly valueAt: number;
}

export interface TomlScan {
  /** Keys and list items, in file order; keys given twice appear twice. */
  readonly keys: readonly ScannedKey[];
  /** What smol-toml accepts although TOML 1.0 does not. */
  readonly refusals: readonly { readonly at: number; readonly reason: string }[];
}

/**
 * Finds where each key and value of a TOML text stands, which smol-toml does not tell.
 *
 * The text is one that smol-toml has accepted, or the part of one that it has accepted so far: what is not understood
 * ends the scan.
 */
export function scanToml(text: string): TomlScan {
  const scanner = new TomlScanner(text);
  scanner.scan();
  return scanner;
}

/** Tables and lists within each other. */
export const MAX_DEPTH = 100;

const BARE_KEY = /[A-Za-z0-9_-]+/y;
const SPACE = /[ \t]*/y;
const VOID = /(?:[ \t\r\n]|#[^\n]*)*/y;
const STRING = /"""(?:\\[^]|[^\\])*?"""(?:"{0,2})|'''[^]*?'''(?:'{0,2})|"(?:\\.|[^"\\\n])*"|'[^'\n]*'/y;
const SCALAR = /\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d[^\s,\]}#]*)?|[^\s,\]}#=]+/y;
const LATER_ESCAPE = /(?<!\\)(?:\\\\)*\\[ex]/;
const DATE = /^(\d{4})-(\d\d)-(\d\d)/;
const TIME_WITHOUT_SECONDS = /^(?:\d{4}-\d\d-\d\d[Tt ])?\d\d:\d\d(?!:|\d)/;

/** Before the closing quotes of the string that starts at an offset. */
export function endOfTomlString(text: string, at: number): number {
  STRING.lastIndex = at;
  const raw = STRING.exec(text)?.[0] ?? '';
  return at + raw.length - (/^(?:"""|''')/u.test(raw) ? 3 : 1);
}

class TomlScanner {
  readonly keys: ScannedKey[] = [];
  readonly refusals: { at: number; reason: string }[] = [];
  readonly #text: string;
  readonly #arrayLengths = new Map<string, number>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): void {
    if (this.#text.startsWith('\uFEFF')) this.#at = 1;
    let table: DataPath = [];
    while (this.#skip(VOID) && this.#at < this.#text.length) {
      if (this.#text[this.#at] !== '[') {
        if (!this.#pair(table)) return;
        continue;
      }
      const header = this.#header();
      if (header === undefined) return;
      table = header;
    }
  }

  #header(): DataPath | undefined {
    const isArray = this.#text.startsWith('[[', this.#at);
    this.#at += isArray ? 2 : 1;
    const segments = this.#dottedKey();
    if (segments === undefined || !this.#take(isArray ? ']]' : ']')) return undefined;
    let path: DataPath = [];
    for (const [index, { name, at }] of segments.entries()) {
      path = [...path, name];
      this.keys.push({ path, keyAt: at, valueAt: at });
      path = this.#intoArray(path, isArray && index === segments.length - 1);
    }
    return path;
  }

  /** A header below an array of tables means its last item; an array's own header starts a new one. */
  #intoArray(path: DataPath, isNewItem: boolean): DataPath {
    const name = JSON.stringify(path);
    const length = this.#arrayLengths.get(name) ?? 0;
    if (isNewItem) this.#arrayLengths.set(name, length + 1);
    if (isNewItem) return [...path, length];
    return length === 0 ? path : [...path, length - 1];
  }

  #pair(table: DataPath): boolean {
    const segments = this.#dottedKey();
    if (segments === undefined) return false;
    const hasValue = this.#take('=');
    this.#skip(SPACE);
    let path = table;
    for (const { name, at } of segments) {
      path = [...path, name];
      this.keys.push({ path, keyAt: at, valueAt: this.#at });
    }
    return hasValue && this.#value(path);
  }

  #dottedKey(): readonly { readonly name: string; readonly at: number }[] | undefined {
    const segments = [];
    do {
      this.#skip(SPACE);
      const at = this.#at;
      if (segments.length === MAX_DEPTH) {
        this.#refuse(at, `keys nested deeper than ${MAX_DEPTH}`);
        return undefined;
      }
      const raw = this.#match(/["']/y.test(this.#text[at] ?? '') ? STRING : BARE_KEY);
      if (raw === undefined) return undefined;
      segments.push({ name: /^["']/.test(raw) ? this.#unquote(raw, at) : raw, at });
      this.#skip(SPACE);
    } while (this.#take('.'));
    return segments;
  }

  #unquote(raw: string, at: number): string {
    this.#checkEscapes(raw, at);
    const { key } = parse(`key = ${raw}`);
    return typeof key === 'string' ? key : raw;
  }

  #value(path: DataPath): boolean {
    const at = this.#at;
    switch (this.#text[at]) {
      case '[':
        return this.#array(path);
      case '{':
        return this.#inlineTable(path);
      case '"':
      case "'": {
        const raw = this.#match(STRING);
        if (raw !== undefined) this.#checkEscapes(raw, at);
        return raw !== undefined;
      }
      default: {
        const raw = this.#match(SCALAR);
        if (raw !== undefined) this.#checkDate(raw, at);
        return raw !== undefined;
      }
    }
  }

  #array(path: DataPath): boolean {
    this.#at += 1;
    for (let index = 0; this.#skip(VOID) && !this.#take(']'); index += 1) {
      const item = [...path, index];
      this.keys.push({ path: item, keyAt: this.#at, valueAt: this.#at });
      if (!this.#value(item)) return false;
      this.#skip(VOID);
      if (this.#take(',')) continue;
      return this.#take(']');
    }
    return true;
  }

  #inlineTable(path: DataPath): boolean {
    this.#at += 1;
    let hasComma = false;
    for (;;) {
      this.#skipWithinInlineTable();
      const end = this.#at;
      if (this.#take('}')) {
        if (hasComma) this.#refuse(end, 'a comma before the end of an inline table');
        return true;
      }
      if (!this.#pair(path)) return false;
      this.#skipWithinInlineTable();
      hasComma = this.#take(',');
      if (!hasComma) return this.#take('}');
    }
  }

  #skipWithinInlineTable(): void {
    const at = this.#at;
    this.#skip(VOID);
    if (/[\n#]/.test(this.#text.slice(at, this.#at))) this.#refuse(at, 'an inline table of more than one line');
  }

  #checkEscapes(raw: string, at: number): void {
    const escape = raw.startsWith('"') ? LATER_ESCAPE.exec(raw) : null;
    if (escape !== null) this.#refuse(at, `the escape ${escape[0].slice(-2)}`);
  }

  #checkDate(raw: string, at: number): void {
    if (TIME_WITHOUT_SECONDS.test(raw)) this.#refuse(at, 'a time without seconds');
    const [, year = 0, month = 0, day = 0] = DATE.exec(raw)?.map(Number) ?? [];
    if (day > new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate())
      this.#refuse(at, 'a date that does not exist');
  }

  #refuse(at: number, reason: string): void {
    this.refusals.push({ at, reason });
  }

  #skip(pattern: RegExp): true {
    this.#match(pattern);
    return true;
  }

  #take(token: string): boolean {
    const isHere = this.#text.startsWith(token, this.#at);
    if (isHere) this.#at += token.length;
    return isHere;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at = pattern.lastIndex;
    return found;
  }
}
