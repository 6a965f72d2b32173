import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const fixtures = `${root}/test/import-rules`;

interface Report {
  readonly diagnostics: readonly {
    readonly code: string;
    readonly filename: string;
    readonly labels: readonly { readonly span: { readonly line: number } }[];
  }[];
}

test('every import that a folder must not make is refused, and no other', async () => {
  const refused = placesOf(await lint(fixtures, '--config=canary.config.ts'));

  expect(refused).toEqual(expectedPlaces());
  expect(refused.length).toBeGreaterThan(40);
});

test('the usual lint leaves the fixtures out', async () => {
  const { diagnostics } = await lint(root);

  expect(diagnostics.filter(({ filename }) => filename.includes('import-rules/'))).toEqual([]);
});

function placesOf({ diagnostics }: Report): readonly string[] {
  return diagnostics
    .filter(({ code }) => code === 'eslint(no-restricted-imports)')
    .map(({ filename, labels }) => `${filename}:${labels[0]?.span.line}`)
    .toSorted();
}

/** The lines of the fixtures that say of themselves that they are refused. */
function expectedPlaces(): readonly string[] {
  return globSync('**/*.ts', { cwd: fixtures }).flatMap(refusedLines).toSorted();
}

function refusedLines(file: string): readonly string[] {
  const lines = readFileSync(`${fixtures}/${file}`, 'utf8').split('\n');
  return lines.flatMap((line, index) => (line.endsWith('// refused') ? [`${file}:${index + 1}`] : []));
}

function lint(folder: string, ...flags: readonly string[]): Promise<Report> {
  const command = [`${root}/node_modules/oxlint/bin/oxlint`, '--format=json', ...flags];
  return new Promise((resolve, reject) => {
    // It ends with 1 where it found something, which is what is wanted here.
    execFile(process.execPath, command, { cwd: folder, maxBuffer: 2 ** 26 }, (_error, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout) as Report);
      } catch (cause) {
        reject(new Error(`oxlint printed no report: ${stderr}`, { cause }));
      }
    });
  });
}
