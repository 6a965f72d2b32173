import type { LockFile } from '../contracts/lock.ts';
import { KarapaceError } from '../errors.ts';
import { parseToml } from '../manifest/parse-toml.ts';
import { positionAt } from '../manifest/text-positions.ts';
import { quotePath } from '../quote-path.ts';
import { checkLock, WAY_OUT } from './check-lock.ts';

/**
 * Parses and checks a lock: its form, its version and its identity. Lists out of order are put in order.
 *
 * @param file for messages
 * @throws KarapaceError `LOCK_INVALID` with file, line and column, `LOCK_VERSION`
 */
export async function parseLock(text: string, file: string): Promise<LockFile> {
  checkConflicts(text, file);
  const { value, source } = parseToml(text, { file, code: 'LOCK_INVALID', hint: WAY_OUT });
  return checkLock(value, source);
}

function checkConflicts(text: string, file: string): void {
  const marker = /^(?:<{7}|={7}|>{7})/m.exec(text);
  if (marker === null) return;
  throw new KarapaceError('LOCK_INVALID', 'The lock holds the marks of a merge conflict', {
    place: { file, ...positionAt(text, marker.index) },
    hint: `Take one side, \`git checkout --ours ${quotePath(file)}\`, then run \`karapace build\`.`,
  });
}
