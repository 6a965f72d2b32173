import { parseRepositories, type Repository } from './repositories.ts';
import { DIVIDER } from './resolve-script.ts';

export interface ImageFacts {
  readonly arch: string;
  readonly repositories: readonly Repository[];
  /** Version by name. */
  readonly installed: ReadonlyMap<string, string>;
}

/**
 * Reads what `FACTS_SCRIPT` prints.
 *
 * @throws KarapaceError `MIRROR_FAILED` for a repository that cannot be used
 */
export function parseFacts(output: string): ImageFacts {
  const [arch = '', repositories = '', installed = ''] = output.split(`${DIVIDER}\n`);
  const records = installed.matchAll(/^P:(?<name>.+)\nV:(?<version>.+)$/gmu);
  return {
    arch: arch.trim(),
    repositories: parseRepositories(repositories),
    installed: new Map(Array.from(records, ({ groups }) => [groups?.['name'] ?? '', groups?.['version'] ?? ''])),
  };
}
