// `npm run check`: everything that can be said about the sources without running them.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { root } from '../setup/workspace.js';

interface Check {
  readonly name: string;
  readonly command: readonly string[];
  /** What mends it where that needs no thought. */
  readonly fix?: string;
}

interface Finding {
  readonly check: Check;
  readonly passed: boolean;
  readonly output: string;
}

/** Also compiles the packages: the linter's types of one package come from what another was compiled to. */
const TYPES: Check = { name: 'types', command: ['typescript/bin/tsc', '--build', 'tsconfig.json'] };
/** Afterwards nothing of what was compiled before is left to run. */
const BUNDLES: Check = { name: 'bundles', command: ['../scripts/bundle/bundle.ts'] };
const OTHERS: readonly Check[] = [
  { name: 'format', command: ['oxfmt/bin/oxfmt', '--list-different', '.'], fix: 'npm run format' },
  { name: 'lint', command: ['oxlint/bin/oxlint', '--deny-warnings'] },
  { name: 'unused code', command: ['knip/bin/knip.js', '--no-progress'] },
];

const findings = [await runCheck(TYPES), await runCheck(BUNDLES), ...(await Promise.all(OTHERS.map(runCheck)))];
for (const { check, passed, output } of findings) {
  if (!passed)
    console.log(
      `── ${check.name} ──\n${output.trim()}${check.fix === undefined ? '' : `\nMend it with \`${check.fix}\`.`}\n`,
    );
}
for (const { check, passed } of findings) console.log(`${passed ? '✓' : '✗'} ${check.name}${passed ? '' : ' failed'}`);
process.exitCode = findings.every(({ passed }) => passed) ? 0 : 1;

function runCheck(check: Check): Promise<Finding> {
  const [script = '', ...args] = check.command;
  const child = spawn(process.execPath, [join(root, 'node_modules', script), ...args], { cwd: root });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ check, passed: code === 0, output: Buffer.concat(chunks).toString() }));
  });
}
