import { readCatalogue, type Probe } from '../../test/escape/catalogue.ts';

const TABLES = /(?<=^<!-- probes -->\n)[^]*?(?=^<!-- \/probes -->$)/m;

/** A page whose tables of probes are what the sources of the probes say now. */
export function renewProbes(page: string): string {
  const groups = Map.groupBy(readCatalogue(), ({ guard }) => guard);
  const tables = [...groups].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(printGroup);
  return page.replace(TABLES, `\n${tables.join('\n\n')}\n\n`);
}

/** As the formatter of the repository wants it. */
function printGroup([guard, probes]: readonly [string, readonly Probe[]]): string {
  const rows = [['Probe', 'What it tries'], ...probes.map(({ name, tries }) => [`\`${name}\``, tries])];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const print = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  const rule = widths.map((width) => '-'.repeat(width));
  return [`Kept away by **${guard}**:`, '', print(head), print(rule), ...body.map(print)].join('\n');
}
