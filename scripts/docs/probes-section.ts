import { readCatalogue, type Probe } from '../../test/escape/catalogue.ts';

const TABLES = /(?<=^<!-- probes -->\n)[^]*?(?=^<!-- \/probes -->$)/m;

type Group = readonly [group: string, probes: readonly Probe[]];

/** A page whose tables of probes are what the sources of the probes say now. */
export function renewProbes(page: string): string {
  const groups = Map.groupBy(readCatalogue(), ({ group }) => group);
  const isUsual = ([, [first]]: Group) => first?.guards.length === 0;
  const tables = [...groups].toSorted((left, right) => Number(isUsual(left)) - Number(isUsual(right))).map(printGroup);
  return page.replace(TABLES, `\n${tables.join('\n\n')}\n\n`);
}

/** As the formatter of the repository wants it. */
function printGroup([group, probes]: Group): string {
  const isGuarded = probes.some(({ guards }) => guards.length > 0);
  const titles = isGuarded
    ? ['Probe', 'What it tries', 'Each of these alone keeps it away']
    : ['Probe', 'What it does'];
  const rows = [titles, ...probes.map(({ name, tries, guards }) => [`\`${name}\``, tries, guards.join(', ')])];
  const widths = titles.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const print = (row: readonly string[]) =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  const rule = widths.map((width) => '-'.repeat(width));
  return [`**${group}**`, '', print(head), print(rule), ...body.map(print)].join('\n');
}
