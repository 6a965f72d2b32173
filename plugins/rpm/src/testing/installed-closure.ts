import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const FORMAT = '${Package}\\t${Pre-Depends}, ${Depends}\\t${Provides}\\n';

/** Debian packages installed on this machine: those named and all that they depend on. */
export async function installedClosure(names: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('dpkg-query', ['--show', '--showformat', FORMAT], {
    maxBuffer: 2 ** 26,
  });
  const rows = stdout.split('\n').map((line) => line.split('\t'));
  const dependencies = new Map(rows.map(([name = '', needed = '']) => [name, alternatives(needed)]));
  const providers = new Map(
    rows.flatMap(([name = '', , provided = '']) =>
      alternatives(provided)
        .flat()
        .map((other) => [other, name] as const),
    ),
  );
  const closure = new Set(names);
  for (const name of closure) {
    for (const choice of dependencies.get(name) ?? missing(name)) {
      const installed = choice.find((other) => dependencies.has(other));
      const provider = choice.map((other) => providers.get(other)).find((other) => other !== undefined);
      closure.add(installed ?? provider ?? missing(choice.join(' or ')));
    }
  }
  return [...closure];
}

/** `a (>= 1) | b, c` as `[['a', 'b'], ['c']]`. */
function alternatives(text: string): readonly (readonly string[])[] {
  return text
    .split(',')
    .map((part) => part.split('|').map((name) => name.trim().replace(/[ (:].*$/u, '')))
    .filter(([first]) => first !== '');
}

function missing(name: string): never {
  throw new Error(`The Debian package ${name} is not installed: see scripts/test-packages.json`);
}
