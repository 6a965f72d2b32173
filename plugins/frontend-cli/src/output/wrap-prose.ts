/** What a line begins with that the lines below it stand behind. */
const LABEL = /^\s*(?:(?:fix|cause|warning): )?/u;
/** Columns of tables, which are as wide as they are. */
const TABLE = /\S {2,}\S/u;
/** The name of a fact, in a table of two columns. */
const FACT = /^\s*\S+(?: \S+)* {2,}(?!.* {2})/u;

/**
 * Breaks sentences that are longer than a terminal is wide, at spaces: a terminal would break them in the middle of a word.
 * Pure.
 */
export function wrapProse(text: string, columns: number): string {
  return text
    .split('\n')
    .flatMap((line) => wrapLine(line, columns))
    .join('\n');
}

function wrapLine(line: string, columns: number): readonly string[] {
  if (line.length <= columns) return [line];
  const [label = ''] = (TABLE.test(line) ? FACT : LABEL).exec(line) ?? [line];
  // Too little would be left beside it.
  if (label.length > (columns * 2) / 3) return [line];
  const indent = ' '.repeat(label.length);
  const rows: string[] = [];
  let row = label;
  for (const word of line.slice(label.length).split(' ')) {
    const isFirst = row.trim() === label.trim();
    if (!isFirst && row.length + 1 + word.length > columns) {
      rows.push(row);
      row = indent + word;
    } else row = isFirst ? row + word : `${row} ${word}`;
  }
  return [...rows, row];
}
