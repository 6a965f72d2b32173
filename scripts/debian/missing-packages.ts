import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const FORMAT = '${Package} ${db:Status-Status}\n';

/** Which of these Debian packages are not installed, in the order given. */
export async function missingPackages(names: readonly string[]): Promise<readonly string[]> {
  const installed = installedPackages(await query(names));
  return names.filter((name) => !installed.has(name));
}

/** Reads what `dpkg-query` prints in this file's format. */
export function installedPackages(listing: string): ReadonlySet<string> {
  const lines = listing.split('\n').map((line) => line.split(' '));
  return new Set(lines.filter(([, status]) => status === 'installed').map(([name = '']) => name));
}

async function query(names: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)('dpkg-query', ['--show', `--showformat=${FORMAT}`, ...names])).stdout;
  } catch (error) {
    // 1 says that some of the names are unknown to dpkg; what it knows is printed all the same.
    if (isQueryResult(error)) return error.stdout;
    throw new Error('`dpkg-query` cannot be run: the tests need Debian or one of its children', { cause: error });
  }
}

function isQueryResult(error: unknown): error is { readonly stdout: string } {
  return error instanceof Error && 'code' in error && error.code === 1 && 'stdout' in error;
}
