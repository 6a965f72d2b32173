import { endOfTomlString } from './toml-scan.ts';

/** A list of strings in a text that was accepted as TOML or JSON. Offsets count UTF-16 units. */
interface TextList {
  /** Of its brackets. */
  readonly open: number;
  readonly close: number;
  readonly items: readonly TextItem[];
}

interface TextItem {
  readonly at: number;
  readonly end: number;
  /** Behind its comma; `undefined` where it has none. */
  readonly commaEnd: number | undefined;
}

const VOID = /(?:[ \t\r\n]|#[^\n]*)*/y;
const REST_OF_LINE = /[ \t]*(?:#[^\r\n]*)?(?=\r?\n)/y;

/**
 * Adds strings at the end of a list; comments, quotes, indentation and commas stay as its author has them. Pure.
 *
 * @param at where the list starts
 */
export function addToTextList(text: string, at: number, values: readonly string[]): string {
  const list = readTextList(text, at);
  const words = values.map((value) => quoteLike(text, list, value));
  const last = list.items.at(-1);
  if (last === undefined) return addToEmpty(text, list, words);
  const behind = last.commaEnd ?? last.end;
  const lineEnd = endOfLine(text, behind);
  if (lineEnd === undefined) return replaceSpan(text, [last.end, last.end], words.map((word) => `, ${word}`).join(''));
  const line = `${newlineOf(text, list)}${indentOfItems(text, last.at, list.open)}`;
  const added = words.map((word) => line + word).join(',') + (last.commaEnd === undefined ? '' : ',');
  const comma = last.commaEnd === undefined ? ',' : '';
  return `${text.slice(0, behind)}${comma}${text.slice(behind, lineEnd)}${added}${text.slice(lineEnd)}`;
}

/** Takes the item of this index out of a list, with its line and that line's comment where it has one of its own. Pure. */
export function removeFromTextList(text: string, at: number, index: number): string {
  const list = readTextList(text, at);
  const [item, previous, next] = [list.items[index], list.items[index - 1], list.items[index + 1]];
  if (item === undefined) return text;
  const behind = item.commaEnd ?? item.end;
  const line = ownLine(text, item.at, behind);
  if (line !== undefined) return withoutComma(replaceSpan(text, line, ''), item, previous);
  if (next !== undefined && isOneLine(text, item.end, next.at)) return replaceSpan(text, [item.at, next.at], '');
  if (previous !== undefined && isOneLine(text, previous.end, item.at))
    return replaceSpan(text, [previous.end, item.end], '');
  if (list.items.length === 1 && isOneLine(text, list.open, list.close))
    return replaceSpan(text, [list.open + 1, list.close], '');
  return replaceSpan(text, [item.at, behind], '');
}

function readTextList(text: string, open: number): TextList {
  const items: TextItem[] = [];
  let at = skip(text, open + 1);
  while (text[at] === '"' || text[at] === "'") {
    const width = ['"""', "'''"].includes(text.slice(at, at + 3)) ? 3 : 1;
    const end = endOfTomlString(text, at) + width;
    const behind = skip(text, end);
    const hasComma = text[behind] === ',';
    items.push({ at, end, commaEnd: hasComma ? behind + 1 : undefined });
    at = hasComma ? skip(text, behind + 1) : behind;
  }
  return { open, close: at, items };
}

function addToEmpty(text: string, { open, close }: TextList, words: readonly string[]): string {
  if (isOneLine(text, open, close)) return replaceSpan(text, [open + 1, close], words.join(', '));
  const start = text.lastIndexOf('\n', close) + 1;
  const indent = `${text.slice(start, close)}  `;
  const newline = newlineOf(text, { open, close });
  return replaceSpan(text, [start, start], words.map((word) => `${indent}${word},${newline}`).join(''));
}

/** The last item of a list that had no comma at its end: it gets none now. */
function withoutComma(text: string, removed: TextItem, previous: TextItem | undefined): string {
  if (removed.commaEnd !== undefined || previous?.commaEnd === undefined) return text;
  return replaceSpan(text, [previous.commaEnd - 1, previous.commaEnd], '');
}

/** As the list's last item is quoted, where that can be. */
function quoteLike(text: string, { items }: TextList, value: string): string {
  const isSingle = text[items.at(-1)?.at ?? 0] === "'" && !/['\p{Cc}]/u.test(value);
  return isSingle ? `'${value}'` : JSON.stringify(value);
}

/** From the start of the first line to that of the next, where nothing but a comment stands beside. */
function ownLine(text: string, at: number, behind: number): readonly [number, number] | undefined {
  const start = startOfLine(text, at);
  const end = endOfLine(text, behind);
  if (end === undefined || !/^[ \t]*$/.test(text.slice(start, at))) return undefined;
  return [start, text.indexOf('\n', end) + 1];
}

/** Where a line ends that holds nothing more than a comment. */
function endOfLine(text: string, at: number): number | undefined {
  REST_OF_LINE.lastIndex = at;
  const rest = REST_OF_LINE.exec(text)?.[0];
  return rest === undefined ? undefined : at + rest.length;
}

/** What a line starts with that is to hold one more item: as that of the last, or further in than that of the bracket. */
function indentOfItems(text: string, last: number, open: number): string {
  const start = startOfLine(text, last);
  const indent = /^[ \t]*/.exec(text.slice(start, last))?.[0] ?? '';
  return open >= start ? `${indent}  ` : indent;
}

function startOfLine(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

function newlineOf(text: string, { open, close }: Pick<TextList, 'open' | 'close'>): string {
  return text.slice(open, close).includes('\r\n') ? '\r\n' : '\n';
}

function isOneLine(text: string, from: number, to: number): boolean {
  return !text.slice(from, to).includes('\n');
}

function skip(text: string, at: number): number {
  VOID.lastIndex = at;
  return at + (VOID.exec(text)?.[0].length ?? 0);
}

/** @param span what is replaced: from an offset, up to another */
export function replaceSpan(text: string, [from, to]: readonly [number, number], put: string): string {
  return text.slice(0, from) + put + text.slice(to);
}
