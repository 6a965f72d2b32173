import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Compiles one of the C programs beside this file; gives the path of what comes out. */
export function compile(name: 'fault-supervisor' | 'cut-power', directory: string): string {
  const program = path.join(directory, name);
  const source = fileURLToPath(new URL(`${name}.c`, import.meta.url));
  execFileSync('gcc', ['-O2', '-Wall', '-Wextra', '-Werror', '-o', program, source], { stdio: 'inherit' });
  return program;
}
